"""Drives the steps of the engine on an account's store: writes what comes of them, and adopts what is remembered."""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING, Final

from heatpunk_desktop.api import protocol
from heatpunk_desktop.api.outcome import OutcomeKind, classify
from heatpunk_desktop.domain.dates import UK, DateRange, utc_text
from heatpunk_desktop.domain.operation import OperationKind
from heatpunk_desktop.domain.operation_states import Event
from heatpunk_desktop.errors import KnownError
from heatpunk_desktop.store.database import transaction
from heatpunk_desktop.store.outbox_delivery import Made
from heatpunk_desktop.store.server_cache import LoadedDetail
from heatpunk_desktop.sync.list_sync import ListPull, RowsChanged
from heatpunk_desktop.sync.policy import SyncPolicy
from heatpunk_desktop.sync.reads import StoreReads
from heatpunk_desktop.sync.rounds import Moment
from heatpunk_desktop.sync.server_traits import Learning, read_told
from heatpunk_desktop.sync.state import (
    Answered,
    Asked,
    Begin,
    Context,
    EndLateAttempt,
    Interrupt,
    KeepDetail,
    KeepListed,
    Say,
    Started,
    StepEvent,
    SyncState,
    Tick,
    Transition,
    Write,
)
from heatpunk_desktop.sync.step import seconds_to_wait, step
from heatpunk_desktop.sync.tasks import Send, Taken, Task

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from heatpunk_desktop.api.exchange import Exchange
    from heatpunk_desktop.api.project_reader import ProjectData
    from heatpunk_desktop.domain.account import Account
    from heatpunk_desktop.store.account_store import AccountStore
    from heatpunk_desktop.sync.policy import Chance
    from heatpunk_desktop.sync.send_gate import SendGate


#: What moves an operation to where it needs the user, who is told.
_NEED_THE_USER: Final = frozenset({Event.REFUSED, Event.GONE, Event.UNCLEAR})


class SyncEngine:
    """The engine of one account. Every method may raise StorageError.

    Use: inside of one `batch`, `take` the answers that came and get the `next_tasks`; once that is committed, send
    them. What a task of `Send` does is on the disk as `sending` by then.

    Args:
        account: The account.
        store: Its database; used in the caller's thread.
        clock: The present, aware. It may jump; nothing is proved by it.
        monotonic: Seconds of a clock that never jumps.
        policy: How patiently operations in doubt are reconciled.
        random: Where chance comes from.
    """

    def __init__(
        self,
        account: Account,
        store: AccountStore,
        clock: Callable[[], datetime],
        monotonic: Callable[[], float] = time.monotonic,
        policy: SyncPolicy | None = None,
        random: Chance | None = None,
    ) -> None:
        self._account = account
        self._store = store
        self._clock = clock
        self._monotonic = monotonic
        chance = random or Random()  # noqa: S311 - spreads tries, and keeps no secret
        self._context = Context(account, policy or SyncPolicy(), chance)
        self._reads = StoreReads(store)
        self._learning = Learning(store.reader, store.facts)
        self._learning.traits = replace(self._learning.traits, attempts_at_start=store.server.last_attempt())
        self._state = SyncState(traits=self._learning.traits)
        #: Creates that the server has carried out, which are written together.
        self._made: list[Made] = []
        #: The server's numbers of owners, while some answers are taken.
        self._owners: dict[str, int | None] = {}

    @property
    def state(self) -> SyncState:
        """All that is remembered."""
        if self._state.traits is not self._learning.traits:
            # A refresh has learnt something.
            self._state = replace(self._state, traits=self._learning.traits)
        return self._state

    @property
    def gate(self) -> SendGate:
        """Whether anything may be sent."""
        return self._state.gate

    def start(self) -> None:
        """What was being sent when the program last ended is in doubt from now on, and is found out."""
        self._run(Started(), Taken())

    @contextmanager
    def batch(self) -> Iterator[None]:
        """One transaction, on the disk when it ends. Where it cannot be committed, all is as it was before.

        The answers that were taken in it are then to be given once more, with what came meanwhile.
        """
        state, traits = self._state, self._learning.traits
        try:
            with transaction(self._store.connection):
                yield
        except BaseException:
            self._state, self._learning.traits = state, traits
            self._made.clear()
            raise

    def now(self) -> str:
        """The present as UTC text."""
        return utc_text(self._clock())

    # -- what next -------------------------------------------------------------------------------------------------

    def next_tasks(self, limit: int) -> list[Task]:
        """What is to be asked now: about `limit` requests, more where one has to follow another at once.

        Ask after each `take`, with a limit of 0 where nothing else may go: what follows a look must not wait.
        """
        requests = self._run(Asked(limit), Taken())
        begun = self._begin([one for one in requests if isinstance(one, Begin)])
        tasks = (begun.get(one.operation.operation_id) if isinstance(one, Begin) else one for one in requests)
        return [task for task in tasks if task is not None]

    def seconds_to_wait(self) -> float | None:
        """Seconds until there may be something to ask although nothing else happens; None where there is not."""
        grace = self._learning.traits.policy(self._context.policy).grace_seconds
        return seconds_to_wait(self._state, self._monotonic(), grace)

    def seconds_put_off(self) -> float:
        """Seconds for which nothing is sent, as the server was not reached or asked for a pause; 0 where it may go."""
        return max(0.0, self.gate.resumes_at - self._monotonic())

    # -- answers ---------------------------------------------------------------------------------------------------

    def take(self, answers: Iterable[tuple[Task, Exchange]]) -> Taken:
        """Takes what came of tasks; none of them may have come."""
        taken = Taken()
        self._owners.clear()
        self._run(Tick(), taken)
        for task, exchange in answers:
            if not isinstance(task, Send):
                # What is looked at next may be what was made just before.
                self._write_made(taken)
            self._run(Answered(task, exchange), taken)
        self._write_made(taken)
        return taken

    def learn(self, endpoint: protocol.Endpoint, exchange: Exchange) -> None:
        """Learns from an exchange that was none of the engine's whether the server is reached and takes the key."""
        self._state = replace(self._state, gate=self.gate.learned(endpoint, exchange))

    def key_given(self) -> None:
        """The user gave a key, or wants it tried again."""
        self._state = replace(self._state, gate=self.gate.key_given())

    def release(self) -> None:
        """The user wants it tried now."""
        self._state = replace(self._state, gate=self.gate.released())

    # -- steps -----------------------------------------------------------------------------------------------------

    def _run(self, event: StepEvent, taken: Taken) -> Sequence[Task | Begin]:
        """Make a step, and those that follow it at once; gives what is to be sent."""
        now = Moment(self._monotonic(), self._clock())
        state, effects = step(self.state, event, now, self._reads, self._context)
        for write in effects.writes:
            self._write(write, taken)
        self._learning.adopt(state.traits)
        self._state = state
        requests = [*effects.requests]
        for following in effects.events:
            requests += self._run(following, taken)
        return requests

    def _begin(self, begins: Sequence[Begin]) -> dict[int, Send]:
        """Mark writes as being sent; gives, under the numbers of their operations, those that may go."""
        whole = {one.operation.operation_id: one for one in begins if one.sent is None}
        sends: dict[int, Send] = {}
        for one in begins:
            if one.sent is not None:
                begun = self._store.dispatch.begin(one.operation.operation_id, one.sent, self.now(), one.noted)
                if begun is not None:
                    sends[begun.operation_id] = Send(one.request, begun._replace(words=one.said))
        if whole:
            noted = [(one.operation, one.noted or "") for one in whole.values()]
            for number, begun in self._store.dispatch.begin_all(noted, self.now()).items():
                sends[number] = Send(whole[number].request, begun)
        return sends

    def _write(self, write: Write, taken: Taken) -> None:
        store = self._store
        match write:
            case Transition():
                self._move(write, taken)
            case Say(operation, said):
                store.dispatch.say(operation.operation_id, said)
            case KeepDetail(project_id, data):
                store.server.take_detail(_detail_of(project_id, data), self.now())
                taken.keys.add(project_id)
            case KeepListed(rows):
                taken.keys.update(row[0] for row in store.server.take_listed([*rows]))
            case EndLateAttempt(project_id):
                store.dispatch.end_late_attempt(project_id)
                taken.keys.add(project_id)
            case Interrupt(said):
                store.dispatch.interrupt(said, self.now())

    def _move(self, moves: Transition, taken: Taken) -> None:
        operation, dispatch = moves.operation, self._store.dispatch
        number, said, now = operation.operation_id, moves.said, self.now()
        if moves.event is Event.DONE and operation.kind is OperationKind.CREATE:
            project_id = moves.project_id or operation.project_key
            self._made.append(Made(operation, project_id, self._owner_id(operation.owner), said))
            return
        taken.keys.add(operation.project_key)
        match moves.event:
            case Event.CONFLICT:
                aside = dispatch.set_against(operation, moves.theirs, said, now)
                taken.needs_user += [] if aside is None else [aside]
            case Event.FOUND:
                self._find(moves, taken)
            case _:
                moved: Mapping[Event, Callable[[], object]] = {
                    Event.DONE: lambda: dispatch.confirm(operation, operation.project_key, None, now, said),
                    Event.NOT_SENT: lambda: dispatch.back_to_queue(number, said),
                    Event.IN_DOUBT: lambda: dispatch.doubt(number, said, moves.server_words, now),
                    Event.REFUSED: lambda: dispatch.refuse(number, said, moves.server_words, now, moves.reason),
                    Event.UNUSABLE: lambda: dispatch.unusable(number, said, moves.reason, now),
                    Event.THERE_ALREADY: lambda: dispatch.there_already(operation, said, now),
                    Event.GONE: lambda: dispatch.gone(number, said, now),
                    Event.ABSENT: lambda: dispatch.absent(number, said),
                    Event.UNCLEAR: lambda: dispatch.unclear(number, moves.projects, said, now),
                }
                moved[moves.event]()
                if moves.event in _NEED_THE_USER:
                    taken.needs_user.append(number)

    def _find(self, moves: Transition, taken: Taken) -> None:
        key = moves.operation.project_key
        project_id = moves.project_id or key
        if self._store.dispatch.found(moves.operation, project_id, moves.said, self.now()) and project_id != key:
            taken.keys.add(project_id)
            taken.replaced.append((key, project_id))

    def _write_made(self, taken: Taken) -> None:
        """Write that some creates were carried out, all at once."""
        if not self._made:
            return
        done = self._store.dispatch.confirm_creates(self._made, self.now())
        for one in self._made:
            operation = one.operation
            taken.keys.add(operation.project_key)
            if operation.operation_id in done:
                taken.keys.add(one.project_id)
                taken.replaced.append((operation.project_key, one.project_id))
        self._made.clear()

    def _owner_id(self, email: str) -> int | None:
        if email not in self._owners:
            self._owners[email] = self._reads.owner_id(email)
        return self._owners[email]

    # -- what the user asks for --------------------------------------------------------------------------------------

    def new_refresh(self, wanted: DateRange, told: Callable[[RowsChanged], object]) -> ListPull:
        """Begins to read the list of these days; what it tells of the server's limits, the engine knows too.

        Args:
            wanted: The days.
            told: Told of rows that changed or went, once that is on the disk.
        """
        store, now = self._store, self._clock()
        today = now.astimezone(UK).date()
        return ListPull(store.server, store.reader, self._learning, self._account.email, wanted, now, today, told)

    def detail_request(self, key: int) -> protocol.ApiRequest:
        """Asks for everything about one project."""
        return protocol.data(key, self._account.email)

    def settle_detail(self, project_id: int, exchange: Exchange) -> None:
        """Takes what came of it. Raises KnownError where the server did not tell."""
        data = read_told(project_id, exchange)
        self._learning.adopt(self._learning.traits.told(project_id, data, self._reads))
        self._store.server.take_detail(_detail_of(project_id, data), self.now())

    def may_load_in_background(self) -> bool:
        """Whether what nobody waits for may be asked: the key is taken, the user has the list, no pause is kept to."""
        return self.gate.may_send(self._monotonic()) and self.gate.is_member

    @property
    def may_tell_details(self) -> bool:
        """Whether the server may have the call for one project."""
        return self._learning.traits.has_data_call

    @property
    def has_told_details(self) -> bool:
        """Whether the call for one project told of any once."""
        return self._learning.traits.has_told

    def hard_delete_request(self, project_id: int) -> protocol.ApiRequest:
        """Asks to delete a project for good."""
        return protocol.hard_delete(project_id, self._account.email)

    def settle_hard_delete(self, project_id: int, exchange: Exchange) -> None:
        """Takes what came of it. Raises KnownError where it is refused, or where nobody can know."""
        outcome = classify(protocol.Endpoint.HARD_DELETE, exchange)
        if outcome.kind is OutcomeKind.CONFIRMED:
            self._store.dispatch.hard_deleted(project_id, self.now())
            return
        if outcome.kind is not OutcomeKind.IN_DOUBT and outcome.error:
            raise outcome.error
        raise KnownError(
            "It is not known whether the project was deleted",
            "The request went out, but no clear answer came back. The project may have been deleted permanently.",
            "Refresh to see whether it is still there. It is not tried again by itself.",
            server_words=outcome.server_words,
        )


def _detail_of(project_id: int, data: ProjectData) -> LoadedDetail:
    return LoadedDetail(project_id, data.values, data.extra_json or "{}", data.owner_id, data.created, data.modified)
