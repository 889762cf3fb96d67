"""A tiny world around the real engine and its real store: what the network, the server, a colleague and disks can do.

See `engine_device` for the devices, `engine_server` for the server. Times are whole seconds since the beginning, and a
state holds the present: what the engine decides may depend on every time that it has noted.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING, Final, NamedTuple

from heatpunk_desktop.api.protocol import Endpoint
from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.domain.operation import OperationKind, Reason
from heatpunk_desktop.sync.tasks import Compare, Send
from tests.explorer import engine_server
from tests.explorer.engine_device import Engines, Row
from tests.explorer.engine_server import BROKEN, FIRST, NOT_THERE, REFUSED, TROUBLE, Server, Values
from tests.explorer.search import Explored, Move, explore
from tests.explorer.states import COLLEAGUE, LATE, NOBODY, POLICY, Budget
from tests.simulation.device import ME

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from heatpunk_desktop.api.exchange import Exchange
    from heatpunk_desktop.api.protocol import ApiRequest
    from heatpunk_desktop.store.account_store import AccountStore
    from tests.explorer.search import AnyState, Label

_FIELDS: Final = (Field.CUSTOMER_NAME, Field.ADDRESS, Field.CRM_REFERENCE)
_BREAKS, _CRASHES, _STALE, _FAILS, _REFUSALS, _FULL, _SLOW, _SAYS_NO, _ODD = range(9)
#: Seconds after which whatever is still in doubt stays so.
_FOR_EVER: Final = 150
_SETTLED: Final = frozenset({"confirmed", "needs_you", "discarded"})


_NOTHING: Final = Budget()


class Typed(NamedTuple):
    """What a user typed before all begins.

    Attributes:
        kind: What it does.
        values: What it sets, by `_FIELDS`; None for what it does not.
        base: What the user saw there.
        of: The project that is there already.
        device: On which device.
    """

    kind: OperationKind
    values: tuple[str | None, ...] = ()
    base: tuple[str | None, ...] = ()
    of: int = 0
    device: int = 0


class ColleagueEdit(NamedTuple):
    """What the colleague does once, at any time: sets a field, deletes (`is_deleted`), or brings back."""

    field: int = 0
    value: str = ""
    is_deleted: int = -1


@dataclass(frozen=True)
class EngineFamily:
    """Which worlds are explored together.

    Attributes:
        name: In a few words.
        typed: What users typed.
        old: Projects that have long been there.
        edits: What the colleague does.
        budget: What goes wrong, how often.
        gives_references: Pages tell the program's own references.
        has_pages: There is a call for a single project.
        forgets: Projects that were deleted are not known any more.
        late: Seconds in which a request is still carried out once its connection has broken.
        asks_nobody: Nothing here is a reason to ask the user what became of something.
        is_first_new: The first of `old` came in after a change that was sent from here, and may oddly be lacked by
            pages and lists.
    """

    name: str
    typed: tuple[Typed, ...]
    old: tuple[Values, ...] = ()
    edits: tuple[ColleagueEdit, ...] = ()
    budget: Budget = _NOTHING
    gives_references: bool = True
    has_pages: bool = True
    forgets: bool = False
    late: int = LATE
    asks_nobody: bool = False
    is_first_new: bool = False


class Ghost(NamedTuple):
    """A request whose client has gone: of which change, until when it may be carried out, and what it carries."""

    who: int
    until: int
    device: int
    request: int


class State(NamedTuple):
    """The present of a world.

    Attributes:
        now: The second.
        devices: The number of each.
        nets: For each of a device's requests 0, or 1 + the number of the answer that is on its way back.
        server: The server.
        past: The server a second ago, and two.
        ghosts: Requests that may still be carried out.
        looked: For each update, what the last look before it told, or ().
        done: Changes that were carried out.
        edits: What the colleague has done, a bit each.
        budget: What may still go wrong.
    """

    now: int
    devices: tuple[int, ...]
    nets: tuple[tuple[int, ...], ...]
    server: Server
    past: tuple[Server, ...]
    ghosts: tuple[Ghost, ...]
    looked: tuple[Values, ...]
    done: frozenset[int]
    edits: int
    budget: Budget


class EngineWorld:
    """All that can happen in one family. See `search.World`."""

    def __init__(self, family: EngineFamily) -> None:
        self.family = family
        self.engines = Engines()
        self._devices = 1 + max(typed.device for typed in family.typed)
        self._who: list[dict[int, int]] = [{} for _ in range(self._devices)]
        self._requests: list[ApiRequest] = []
        self._numbers: dict[object, int] = {}
        self._answers: dict[Exchange, int] = {}
        self._changed = {typed.of for typed in family.typed if typed.kind is not OperationKind.CREATE}
        self._exchanges: list[Exchange] = []
        self._alike = [[j for j, other in enumerate(family.typed) if _is_alike(typed, other)] for typed in family.typed]

    @cached_property
    def _first(self) -> State:
        is_first_new = self.family.is_first_new
        server = tuple(
            engine_server.old(values, is_new=is_first_new and not place) for place, values in enumerate(self.family.old)
        )
        lacks = _put(server, 0, server[0]._replace(is_deleted=1)) if is_first_new else ()
        before = (partial(self._read, lacks), _change_another) if is_first_new else None
        devices = tuple(
            self.engines.first(partial(self._type, d), partial(self._read, server), before)
            for d in range(self._devices)
        )
        nets = tuple((0,) * len(self.engines[device].tasks) for device in devices)
        past = (server, server) if self.family.budget.stale else ()
        looked: tuple[Values, ...] = ((),) * len(self.family.typed)
        return State(0, devices, nets, server, past, (), looked, frozenset(), 0, self.family.budget)

    def first(self) -> State:
        """Return how it begins: all is typed, and the first requests are handed to the network."""
        return self._first

    def _type(self, device: int, store: AccountStore, text: str) -> None:
        for k, typed in enumerate(self.family.typed):
            if typed.device != device:
                continue
            values, base = _by_field(typed.values), _by_field(typed.base)
            if typed.kind is OperationKind.CREATE:
                number = -store.outbox.add_create(values, ME, text)
            elif typed.kind is OperationKind.UPDATE:
                number = store.outbox.edit(FIRST + typed.of, values, base, text).operation
            else:
                store.outbox.add_soft_delete(FIRST + typed.of, text)
                rows = list(store.connection.execute("SELECT operation_id FROM operation"))
                number = max(row[0] for row in rows)
            self._who[device][number] = k

    # -- what can happen -----------------------------------------------------------------------------------------------

    def moves(self, state: AnyState) -> Iterable[Move]:
        """Return all that can happen."""
        now = State._make(state)
        for d, number in enumerate(now.devices):
            device = self.engines[number]
            for slot, task in enumerate(device.tasks):
                if isinstance(task, Send):
                    yield from self._of_write(now, d, slot, task)
                else:
                    yield from self._of_read(now, d, slot, task.request)
            if device.inbox:
                yield self._next(now, d, self.engines.woken(number, now.now), "has room on its disk again")
            if now.budget.crashes and not self._is_settled(device.rows):
                yield self._crash(now, d)
        yield from self._of_ghosts(now)
        yield from self._of_colleague(now)
        yield from self._tick(now)

    def _of_write(self, state: State, d: int, slot: int, task: Send) -> Iterator[Move]:
        who = self._change(d, task.operation.operation_id)
        name, net = self._name(who), state.nets[d][slot]
        if net:
            yield from self._hears(state, d, slot, self._exchanges[net - 1], f"hears of {name}")
        else:
            written = engine_server.written(state.server, task.request, who, state.now, forgets=self.family.forgets)
            yield self._performed(state, d, slot, who, written, f"is sent {name} of, and the server carries it out")
            if state.budget.says_no:
                following = self._answered(_spent(state, _SAYS_NO), d, slot, REFUSED)
                yield Move(("device", d, f"sends {name}, and the server refuses it"), following)
            if state.budget.odd and task.operation.kind is OperationKind.SOFT_DELETE:
                following = self._answered(_spent(state, _ODD), d, slot, NOT_THERE)
                yield Move(("device", d, f"sends {name}, and it is oddly answered by 404"), following)
        if state.budget.breaks:
            spent = _spent(state, _BREAKS)
            if not net:
                spent = self._with_ghost(spent, d, who, task.request)
            yield from self._hears(spent, d, slot, BROKEN, f"loses the connection of {name}")

    def _of_read(self, state: State, d: int, slot: int, request: ApiRequest) -> Iterator[Move]:
        words = f"reads {request.endpoint}"
        yield from self._hears(state, d, slot, self._read(state.server, request), words, state.server)
        if state.budget.stale and state.past[1] != state.server:
            lags = self._read(state.past[1], request)
            if lags != self._read(state.server, request):
                yield from self._hears(
                    _spent(state, _STALE), d, slot, lags, f"{words} as it was a moment ago", state.past[1]
                )
        if state.budget.odd and request.endpoint is Endpoint.LIST:
            for place, project in enumerate(state.server):
                if (project.maker >= 0 or self._is_new(place)) and not project.is_deleted:
                    lacks = self._read(_put(state.server, place, project._replace(is_deleted=1)), request)
                    spent, said = _spent(state, _ODD), f"{words}, which oddly lacks project {place + 1}"
                    yield from self._hears(spent, d, slot, lacks, said)
        if state.budget.odd and request.endpoint is Endpoint.DATA and self._is_new(engine_server.place(request)):
            words_of_it = f"{words}, and it is oddly answered by 404"
            yield from self._hears(_spent(state, _ODD), d, slot, NOT_THERE, words_of_it)
        if state.budget.fails:
            spent = _spent(state, _FAILS)
            yield from self._hears(spent, d, slot, TROUBLE, f"{words}, and the server is in trouble")
            yield from self._hears(spent, d, slot, BROKEN, f"{words}, and the connection breaks")
        if state.budget.refusals:
            yield from self._hears(_spent(state, _REFUSALS), d, slot, REFUSED, f"{words}, and is refused")

    def _hears(
        self, state: State, d: int, slot: int, exchange: Exchange, words: str, told: Server | None = None
    ) -> Iterator[Move]:
        number = state.devices[d]
        task = self.engines[number].tasks[slot]
        nets = state.nets[d][:slot] + state.nets[d][slot + 1 :]
        state = state._replace(nets=_put(state.nets, d, nets))
        if isinstance(task, Compare):
            who = self._change(d, task.operation.operation_id)
            if who >= 0:
                place = self.family.typed[who].of
                seen = told[place].values if told is not None and engine_server.shows(exchange, place) else ()
                state = state._replace(looked=_put(state.looked, who, seen))
        yield self._next(state, d, self.engines.heard(number, slot, exchange, state.now), words)
        if state.budget.full:
            kept = self.engines.heard(number, slot, exchange, state.now, is_full=True)
            yield self._next(_spent(state, _FULL), d, kept, f"{words}, and its disk is full")

    def _next(self, state: State, d: int, number: int, words: str) -> Move:
        """Go on with a device as it is then: what it has asked for is under way."""
        before, after = self.engines[state.devices[d]], self.engines[number]
        nets = state.nets[d] + (0,) * (len(after.tasks) - len(state.nets[d]))
        following = state._replace(devices=_put(state.devices, d, number), nets=_put(state.nets, d, nets))
        return Move(("device", d, words), following, self._broken_by(following, d, before.rows, after.rows))

    def _performed(self, state: State, d: int, slot: int, who: int, written: engine_server.Written, words: str) -> Move:
        broken = self._broken_by_sending(state, who, written) or self._broken_by_write(state, who, written)
        following = self._answered(state, d, slot, written.answer)._replace(server=written.server)
        if written.answer is not NOT_THERE:
            following = following._replace(done=following.done | {who})
        return Move(("device", d, words), following, broken)

    def _answered(self, state: State, d: int, slot: int, exchange: Exchange) -> State:
        number = self._answers.setdefault(exchange, len(self._exchanges) + 1)
        if number > len(self._exchanges):
            self._exchanges.append(exchange)
        return state._replace(nets=_put(state.nets, d, _put(state.nets[d], slot, number)))

    def _crash(self, state: State, d: int) -> Move:
        state = _spent(state, _CRASHES)
        for slot, task in enumerate(self.engines[state.devices[d]].tasks):
            if isinstance(task, Send) and not state.nets[d][slot]:
                state = self._with_ghost(state, d, self._change(d, task.operation.operation_id), task.request)
        state = state._replace(nets=_put(state.nets, d, ()))
        return self._next(state, d, self.engines.restarted(state.devices[d], state.now), "is killed, and starts again")

    def _with_ghost(self, state: State, d: int, who: int, request: ApiRequest) -> State:
        key = request.endpoint, request.query, request.body
        number = self._numbers.setdefault(key, len(self._requests))
        if number == len(self._requests):
            self._requests.append(request)
        ghosts = sorted([*state.ghosts, Ghost(who, state.now + self.family.late, d, number)])
        return state._replace(ghosts=tuple(ghosts))

    def _of_ghosts(self, state: State) -> Iterator[Move]:
        for ghost in dict.fromkeys(state.ghosts):
            left = [*state.ghosts]
            left.remove(ghost)
            request = self._requests[ghost.request]
            written = engine_server.written(state.server, request, ghost.who, state.now, forgets=self.family.forgets)
            following = state._replace(ghosts=tuple(left), server=written.server)
            if written.answer is not NOT_THERE:
                following = following._replace(done=following.done | {ghost.who})
            label = ("server", f"carries {self._name(ghost.who)} out late")
            yield Move(label, following, self._broken_by_write(state, ghost.who, written))

    def _of_colleague(self, state: State) -> Iterator[Move]:
        for number, edit in enumerate(self.family.edits):
            if state.edits >> number & 1:
                continue
            for place, project in enumerate(state.server):
                if project.maker == NOBODY and place not in self._changed:
                    continue
                if edit.is_deleted < 0 and not project.is_deleted and project.values[edit.field] != edit.value:
                    changes: dict[str, object] = {"field": edit.field, "value": edit.value}
                    words = f"sets {edit.value!r} in project {place + 1}"
                elif edit.is_deleted >= 0 and project.is_deleted != edit.is_deleted:
                    changes = {"is_deleted": edit.is_deleted}
                    words = f"{'deletes' if edit.is_deleted else 'brings back'} project {place + 1}"
                else:
                    continue
                server = engine_server.by_colleague(state.server, place, state.now, **changes)
                yield Move(("colleague", words), state._replace(server=server, edits=state.edits | 1 << number))

    def _tick(self, state: State) -> Iterator[Move]:
        """Time passes, up to where something may happen: by right only where nothing is under way."""
        devices = [self.engines[number] for number in state.devices]
        if all(self._is_settled(device.rows) and not device.tasks for device in devices) and not state.ghosts:
            return
        if any(device.tasks or device.inbox for device in devices):
            if not state.budget.slow:
                return
            state = _spent(state, _SLOW)
            step = 1
        else:
            wakes = [device.wakes_at for device in devices if device.wakes_at is not None]
            if not wakes and not state.ghosts:
                return  # nothing will ever happen: `unsettled` says so
            is_near = bool(state.ghosts) or any(server != state.server for server in state.past)
            step = 1 if is_near else max(1, min(wakes) - state.now)
        now = state.now + step
        past = ((state.server, state.past[0]) if step == 1 else (state.server,) * 2) if state.past else ()
        state = state._replace(now=now, past=past, ghosts=tuple(ghost for ghost in state.ghosts if ghost.until >= now))
        broken = "for ever: something stays in doubt" if now > _FOR_EVER else ""
        for d, number in enumerate(state.devices):
            device = self.engines[number]
            if device.wakes_at is not None and device.wakes_at <= now and not device.inbox:
                move = self._next(state, d, self.engines.woken(number, now), "")
                state, broken = State._make(move.state), broken or move.broken
        yield Move(("tick", step), state, broken)

    # -- what is promised ----------------------------------------------------------------------------------------------

    def _broken_by_sending(self, state: State, who: int, written: engine_server.Written) -> str:
        if who < 0 or self.family.typed[who].kind is not OperationKind.UPDATE or state.looked[who]:
            return ""
        # No list tells whether a project is gone, or of other days.
        can_be_shown = self.family.has_pages or not state.server[written.place].was_deleted
        return "unseen: it is sent, and the look before did not show the project" if can_be_shown else ""

    def _broken_by_write(self, state: State, who: int, written: engine_server.Written) -> str:
        typed = self.family.typed[who]
        if typed.kind is OperationKind.CREATE:
            made = sum(project.maker in self._alike[who] and not project.was_deleted & 2 for project in state.server)
            if made >= len(self._alike[who]):
                return "doubled: there are more such projects than were typed"
            return ""
        if written.answer is NOT_THERE:
            return ""
        before, base = state.server[written.place], typed.base
        for index, value in written.fields:
            there, writer = before.values[index], before.writers[index]
            is_foreign = writer == COLLEAGUE or (writer >= 0 and self.family.typed[writer].device != typed.device)
            looked = state.looked[who]
            if there != value and is_foreign and looked and looked[index] == there and base[index] != there:
                return "overwritten: a value that the look told and the user had not seen"
            if there != value and writer > who and not is_foreign:
                return "order: it is written over the user's own later change"
        return ""

    def _broken_by(self, state: State, d: int, before: tuple[Row, ...], after: tuple[Row, ...]) -> str:
        for old, new in zip(before, after, strict=False):
            who = self._change(d, new.number)
            if who < 0 or old[1:] == new[1:]:
                continue
            may_come = any(ghost.who == who for ghost in state.ghosts)
            if old.state == "unknown" and new.state in {"queued", "sending", "needs_you"} and may_come:
                return f"too early: {self._name(who)} is {new.state}, and may still be carried out"
            is_once_more = new.attempts > old.attempts and old.state == "unknown"
            if is_once_more and old.attempts % POLICY.most_attempts == 0:
                return f"too often: {self._name(who)} is sent again without the user being asked"
            if new.state == "confirmed" and old.state != "confirmed":
                broken = self._broken_by_done(state, d, who, new)
            elif new.state == "needs_you" != old.state and new.reason == Reason.UNCLEAR.value:
                broken = self._broken_by_asking(state, who, new)
            elif new.state == "needs_you" != old.state and new.reason == Reason.GONE.value:
                was_there = not state.server[self.family.typed[who].of].was_deleted
                broken = "asked without need: it is said to be gone, and never was" if was_there else ""
            else:
                broken = ""
            if broken:
                return broken
        return ""

    def _broken_by_done(self, state: State, d: int, who: int, row: Row) -> str:
        typed, place = self.family.typed[who], row.key - FIRST
        if typed.kind is OperationKind.CREATE:
            if not 0 <= place < len(state.server) or state.server[place].maker not in self._alike[who]:
                return "lost: it is said to be done, and claims what it has not made"
            rows = self.engines[state.devices[d]].rows
            if any(other.key == row.key and other.kind == "create" and other.number != row.number for other in rows):
                return "claimed twice: two operations claim one project"
            if self.family.gives_references and self.family.has_pages and state.server[place].maker != who:
                return "lost: it claims what another one has made"
            return ""
        if typed.kind is OperationKind.SOFT_DELETE:
            return "" if state.server[place].was_deleted else "lost: it is said to be deleted, and never was"
        values = [(_FIELDS.index(Field(name)), value) for name, value in row.changes]
        looked = state.looked[who]
        is_there = all(state.server[place].values[index] == value for index, value in values) or (
            looked and all(looked[index] == value for index, value in values)
        )
        return "" if who in state.done or is_there else "lost: it is said to be done, and was not"

    def _broken_by_asking(self, state: State, who: int, row: Row) -> str:
        if self.family.asks_nobody and (who in state.done or row.attempts % POLICY.most_attempts):
            return "asked without need: what became of it can be known"
        if self.family.typed[who].kind is not OperationKind.CREATE or len(self._alike[who]) > 1:
            return ""
        made = {
            FIRST + place
            for place, project in enumerate(state.server)
            if project.maker == who and not project.was_deleted
        }
        if row.candidates and made and not made & {*row.candidates}:
            return "not shown: the project that it made is not among those that the user can choose from"
        return ""

    def unsettled(self, state: AnyState) -> str:
        """Return what is wrong in the end: something stays in doubt, or is there twice."""
        end = State._make(state)
        claimed: set[int] = set()
        confirmed: set[int] = set()
        for d, number in enumerate(end.devices):
            for row in self.engines[number].rows:
                if row.state not in _SETTLED and not self._is_held_back(row, self.engines[number].rows):
                    return f"for ever: {self._name(self._change(d, row.number))} stays {row.state}"
                if row.kind == "create" and row.state == "confirmed":
                    claimed.add(row.key - FIRST)
                    confirmed.add(self._change(d, row.number))
        for alike in self._alike:
            spare = [
                place
                for place, project in enumerate(end.server)
                if project.maker in alike and place not in claimed and not project.was_deleted & 2
            ]
            back = sum(project.maker in alike and bool(project.was_deleted & 2) for project in end.server)
            if len(spare) > len([k for k in alike if k not in confirmed]) + back:
                return "doubled: a project that nobody claims"
        return ""

    def _is_settled(self, rows: tuple[Row, ...]) -> bool:
        return all(row.state in _SETTLED or self._is_held_back(row, rows) for row in rows)

    @staticmethod
    def _is_held_back(row: Row, rows: tuple[Row, ...]) -> bool:
        """Whether it waits for an earlier change of the same project, which needs the user."""
        return row.state == "queued" and any(
            other.key == row.key and other.number < row.number and other.state == "needs_you" for other in rows
        )

    # -- small things --------------------------------------------------------------------------------------------------

    def _read(self, server: Server, request: ApiRequest) -> Exchange:
        family = self.family
        return engine_server.read(
            server, request, forgets=family.forgets, has_pages=family.has_pages,
            gives_references=family.gives_references,
        )  # fmt: skip

    def _is_new(self, place: int) -> bool:
        return self.family.is_first_new and place == 0

    def _change(self, d: int, operation: int) -> int:
        """Return which change an operation is; below 0 for a part that was set aside."""
        return self._who[d].get(operation, NOBODY)

    def _name(self, who: int) -> str:
        if who < 0:
            return "what was set aside"
        kind = {"create": "the new project", "update": "the change", "soft_delete": "the deletion"}
        name = kind[self.family.typed[who].kind.value]
        return name if len(self.family.typed) == 1 else f"{name} {who + 1}"

    def tell(self, label: Label) -> str:
        """Return what happened as a sentence."""
        what, *more = label
        if what == "tick":
            return f"{more[0]} s pass."
        if what == "device":
            name = "The device" if self._devices == 1 else f"Device {int(str(more[0])) + 1}"
            return f"{name} {more[1]}."
        return f"The {what} {more[0]}."


def explored(family: EngineFamily, most: int | None = None) -> tuple[Explored, int]:
    """Explore a family; gives how often the engine was asked, too."""
    world = EngineWorld(family)
    return explore(world, most), world.engines.tried


def _by_field(values: tuple[str | None, ...]) -> dict[Field, str | float | None]:
    return {name: value for name, value in zip(_FIELDS, values, strict=False) if value is not None}


def _change_another(store: AccountStore, text: str) -> None:
    """Have a change of the second project sent, and confirmed: what comes in from then on is newer."""
    number, changes = FIRST + 1, {Field.POSTCODE: "B1 1AA"}
    edited = store.outbox.edit(number, changes, {Field.POSTCODE: ""}, text).operation
    begun = store.delivery.begin(edited, changes, text)
    assert begun is not None
    store.delivery.confirm(begun, number, None, text)


def _is_alike(one: Typed, other: Typed) -> bool:
    return one.kind is other.kind and one.values == other.values and (one.of, one.base) == (other.of, other.base)


def _put(values: tuple, place: int, value: object) -> tuple:  # type: ignore[type-arg]
    return (*values[:place], value, *values[place + 1 :])


def _spent(state: State, which: int) -> State:
    budget = state.budget
    return state._replace(budget=Budget._make(_put(budget, which, budget[which] - 1)))
