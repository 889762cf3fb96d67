"""A tiny world: devices with a few operations, one server, one colleague, and all that can go wrong, each so often.

What a device decides is asked of the engine's pure functions (`decisions`), what becomes of an operation of the one
table of states (`states.becomes`). The rest is here, in `requests` and in `looks`: the database, the network, the
server, and time. One tick is one second.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from heatpunk_desktop.domain.operation_states import Event
from tests.explorer.decisions import Decisions
from tests.explorer.looks import Looks
from tests.explorer.promises import Promises
from tests.explorer.requests import Requests, in_doubt
from tests.explorer.search import Explored, Move, explore
from tests.explorer.states import (
    CRASHES,
    FULL,
    GRACE,
    NOBODY,
    OLDEST,
    POLICY,
    QUEUED,
    SENDING,
    SLOW,
    UNDER_WAY,
    UNKNOWN,
    Cast,
    Device,
    Family,
    Op,
    Project,
    State,
)
from tests.explorer.symmetry import Mirror

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tests.explorer.search import AnyState, Label

_ACTS: Final = {"edit": "sets {value!r} in", "delete": "deletes", "restore": "brings back", "add": "makes"}


class TinyWorld:
    """All that can happen in one family. See `search.World`.

    Args:
        family: Which.
        decisions: What the engine decides.
        is_mirrored: Where two devices do the same, two states are one that differ by which device is which.
    """

    def __init__(self, family: Family, decisions: Decisions | None = None, *, is_mirrored: bool = True) -> None:
        self.family = family
        self.decisions = decisions or Decisions(POLICY)
        self._cast = Cast(family)
        self._devices = max(self._cast.of_device) + 1
        self._promises = Promises(self._cast)
        self._requests = Requests(self._cast, self.decisions, self._promises)
        self._looks = Looks(self._cast, self.decisions, self._promises)
        self._mine = [[k for k, of in enumerate(self._cast.of_device) if of == d] for d in range(self._devices)]
        self._parts: dict[Any, tuple[int, Any]] = {}
        self._mirror = Mirror.of(family.changes) if is_mirrored else None

    def first(self) -> State:
        """Return how it begins: all is typed, and nothing has been sent."""
        old = tuple(Project(NOBODY, values, (NOBODY,) * len(values)) for values in self.family.old)
        device = Device(first_seen=(1,) * len(old))
        past = (old, old) if self.family.budget.stale else ()
        ops = tuple(Op() for _ in self.family.changes)
        return State(ops, (device,) * self._devices, old, past, (), self.family.budget)

    def moves(self, state: AnyState) -> Iterable[Move]:
        """Return all that can happen."""
        now = State._make(state)
        for label, following, broken in self._moves(now):
            yield Move(label, self._one_of_its_mirrors(following), broken)

    def _moves(self, state: State) -> Iterator[Any]:
        yield from self._requests.of_devices(state)
        yield from self._requests.of_server(state)
        for d, device in enumerate(state.devices):
            is_busy = any(state.ops[k].state in (SENDING, UNKNOWN) for k in self._mine[d])
            if state.budget.crashes and (is_busy or device.is_full):
                yield self._crash(state, d)
            if device.is_full:
                has_room = state.with_device(d, device._replace(is_full=0))
                yield Move(("device", d, "has room on its disk again"), has_room)
                continue
            if state.budget.full and is_busy:
                yield self._fill(state, d)
            yield from self._looks.of_device(state, d, self._mine[d])
        yield from self._tick(state)

    def unsettled(self, state: AnyState) -> str:
        """Return what is wrong in the end: something stays in doubt, or is there twice, or nowhere."""
        return self._promises.in_the_end(State._make(state))

    # -- devices -----------------------------------------------------------------------------------------------------

    def _crash(self, state: State, d: int) -> Move:
        faults = self.family.faults
        following = state.spent(CRASHES)
        for k in self._mine[d]:
            op, kind = following.ops[k], self.family.changes[k].kind
            if op.state not in (SENDING, UNKNOWN):
                continue
            if op.net == UNDER_WAY:
                following = following.with_ghost(k, self.family.late, op.sent)
            # What was in doubt stays so, and is doubted again: what was seen of it is forgotten.
            after = in_doubt(self.decisions, op, kind, Event.INTERRUPTED)
            if "sends again after a crash" in faults and op.state == SENDING:
                after = op._replace(state=QUEUED, net=0)
            elif "takes no grace period after a start" in faults:
                after = after._replace(case=(after.case[0], GRACE, 0))
            following = following.with_op(k, after)
        device = following.devices[d]._replace(is_full=0, round=())
        return Move(("device", d, "is killed, and started again"), following.with_device(d, device))

    def _fill(self, state: State, d: int) -> Move:
        """The disk refuses the next commit: what was to be written is not, and what was decided counts for nothing."""
        state = state.spent(FULL)
        if "keeps in memory what the disk refused" in self.family.faults:
            for k in self._mine[d]:
                if state.ops[k].state == UNKNOWN and state.ops[k].case[1] >= GRACE:
                    state = state.with_op(k, state.ops[k]._replace(case=()))
        return Move(("device", d, "has a full disk"), state.with_device(d, state.devices[d]._replace(is_full=1)))

    # -- time ----------------------------------------------------------------------------------------------------------

    def _tick(self, state: State) -> Iterator[Move]:
        """A second passes: by right only where nothing is due."""
        if self._is_anything_due(state):
            if not state.budget.slow:
                return
            state = state.spent(SLOW)
        following = state._replace(
            ops=tuple(op._replace(case=_aged(op.case)) if op.case else op for op in state.ops),
            devices=tuple(
                device._replace(round=(device.round[0] + 1, *device.round[1:])) if device.round else device
                for device in state.devices
            ),
            past=(state.server, state.past[0]) if state.past else (),
            ghosts=tuple((k, left - 1, sent) for k, left, sent in state.ghosts if left),
        )
        if following != state:
            yield Move(("tick",), following)

    def _is_anything_due(self, state: State) -> bool:
        if any(device.is_full or device.round for device in state.devices):
            return True
        return any(
            op.net
            or (op.state == UNKNOWN and op.case and not op.case[2])
            or (op.state == QUEUED and op.attempts and not self._cast.is_held_back(state, k))
            for k, op in enumerate(state.ops)
        )

    # -- small things --------------------------------------------------------------------------------------------------

    def _one_of_its_mirrors(self, state: State) -> AnyState:
        """Return a state or its mirror, whichever came first, with its parts shared among all states."""
        one = [self._part(part) for part in state]
        if self._mirror is not None:
            other = [self._part(part) for part in self._mirror.state(state)]
            one = min(one, other, key=lambda parts: [number for number, _ in parts])
        return tuple(part for _, part in one)

    def _part(self, part: Any) -> tuple[int, Any]:
        found = self._parts.get(part)
        if found is None:
            found = self._parts[part] = len(self._parts), part
        return found

    def tell(self, label: Label) -> str:
        """Return what happened as a sentence."""
        what, *more = label
        if what == "tick":
            return "A second passes."
        if what == "device":
            name = "The device" if self._devices == 1 else f"Device {int(str(more[0])) + 1}"
            return f"{name} {more[1]}."
        if what == "colleague":
            act, p, value = more
            return f"The colleague {_ACTS[str(act)].format(value=value)} project {int(str(p)) + 1}."
        return f"The {self._cast.name(int(str(more[0])))} {more[1]}."


def _aged(case: tuple[int, ...]) -> tuple[int, ...]:
    seen, age, look_in = case
    return seen, min(OLDEST, age + 1), max(0, look_in - 1)


def explored(family: Family, decisions: Decisions | None = None, most: int | None = None) -> Explored:
    """Explore a family. A story is told without taking one device for the other."""
    result = explore(TinyWorld(family, decisions), most)
    if result.broken and Mirror.of(family.changes) is not None:
        return explore(TinyWorld(family, decisions, is_mirrored=False), most)
    return result
