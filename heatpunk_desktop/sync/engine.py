"""Run the steps of the engine on an account's store: write their effects, and adopt the new state."""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import replace
from itertools import groupby
from random import Random
from typing import TYPE_CHECKING

from heatpunk_desktop.api import protocol
from heatpunk_desktop.api.outcome import OutcomeKind, classify
from heatpunk_desktop.domain.dates import UK, DateRange, utc_text
from heatpunk_desktop.domain.listed_row import PROJECT_ID
from heatpunk_desktop.domain.operation_states import NEED_THE_USER, Event
from heatpunk_desktop.errors import KnownError
from heatpunk_desktop.store.database import transaction
from heatpunk_desktop.store.outbox_delivery import ConfirmedCreate
from heatpunk_desktop.store.server_cache import LoadedDetail
from heatpunk_desktop.sync.list_sync import ListPull, RowsChanged
from heatpunk_desktop.sync.policy import ReconciliationPolicy
from heatpunk_desktop.sync.reads import StoreReads
from heatpunk_desktop.sync.rounds import Moment
from heatpunk_desktop.sync.server_traits import Learning, read_returned
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
from heatpunk_desktop.texts import marked

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import datetime

    from heatpunk_desktop.api.exchange import Exchange
    from heatpunk_desktop.api.project_reader import ProjectData
    from heatpunk_desktop.domain.account import Account
    from heatpunk_desktop.store.account_store import AccountStore
    from heatpunk_desktop.store.server_cache_reader import AsOf
    from heatpunk_desktop.sync.policy import Chance
    from heatpunk_desktop.sync.send_gate import SendGate


class SyncEngine:
    """The engine of one account. Every method may raise StorageError.

    Use: inside one `batch`, `take` the answers that arrived and get the `next_tasks`; once that is committed, send
    them. The operation of a `Send` task is then stored as `sending`.

    Args:
        account: The account.
        store: Its database; used in the caller's thread.
        clock: Returns the current time, time zone aware. It may jump; it proves nothing.
        monotonic: Returns the seconds of a clock that never jumps.
        policy: The delays of retries and of reconciliation.
        random: The source of randomness.
    """

    def __init__(
        self,
        account: Account,
        store: AccountStore,
        clock: Callable[[], datetime],
        monotonic: Callable[[], float] = time.monotonic,
        policy: ReconciliationPolicy | None = None,
        random: Chance | None = None,
    ) -> None:
        self._account = account
        self._store = store
        self._clock = clock
        self._monotonic = monotonic
        chance = random or Random()  # noqa: S311 - spreads tries, and keeps no secret
        self._context = Context(account, policy or ReconciliationPolicy(), chance)
        self._reads = StoreReads(store)
        self._learning = Learning(store.reader, store.facts)
        self._learning.traits = replace(self._learning.traits, attempts_at_start=store.server.last_attempt())
        self._state = SyncState(traits=self._learning.traits)

    @property
    def state(self) -> SyncState:
        """The engine's current state."""
        if self._state.traits is not self._learning.traits:
            # A refresh has learnt something about the server.
            self._state = replace(self._state, traits=self._learning.traits)
        return self._state

    @property
    def gate(self) -> SendGate:
        """Whether anything may be sent."""
        return self._state.gate

    def start(self) -> None:
        """Mark what was being sent when the program last ended as in doubt, and begin to reconcile it."""
        self._run(Started(), Taken())

    @contextmanager
    def batch(self) -> Iterator[None]:
        """Open one transaction, synced when it ends. If it cannot be committed, the engine's state is restored.

        The answers that were taken in it must then be taken again, with those that arrived meanwhile.
        """
        state, traits = self._state, self._learning.traits
        try:
            with transaction(self._store.connection):
                yield
        except BaseException:
            self._state, self._learning.traits = state, traits
            raise

    def now(self) -> str:
        """Return the current time as UTC text."""
        return utc_text(self._clock())

    # -- what next -------------------------------------------------------------------------------------------------

    def next_tasks(self, limit: int, taken: Taken | None = None) -> list[Task]:
        """Return the next requests: about `limit`, or more where one must follow another at once.

        Call this after each `take`, with a limit of 0 if nothing else may go: a write that follows its
        read-before-write must not wait.

        Args:
            limit: How many requests can be sent.
            taken: What the last `take` changed; what is changed here is added, as a change that cannot be sent needs
                the user.
        """
        requests = self._run(Asked(limit), Taken() if taken is None else taken)
        begun = self._begin([request for request in requests if isinstance(request, Begin)])
        tasks = (
            begun.get(request.operation.operation_id) if isinstance(request, Begin) else request for request in requests
        )
        return [task for task in tasks if task is not None]

    def seconds_to_wait(self) -> float | None:
        """Return the seconds until there may be something to ask if nothing else happens; None if there is nothing."""
        grace = self._learning.traits.policy(self._context.policy).grace_seconds
        return seconds_to_wait(self._state, self._monotonic(), grace)

    def seconds_put_off(self) -> float:
        """Return the seconds for which nothing is sent, after a failure or at the server's request; 0 for none."""
        return max(0.0, self.gate.resumes_at - self._monotonic())

    # -- answers ---------------------------------------------------------------------------------------------------

    def take(self, answers: Iterable[tuple[Task, Exchange]]) -> Taken:
        """Process answers to tasks, of which there may be none."""
        taken = Taken()
        self._run(Tick(), taken)
        for are_to_writes, run in groupby(answers, lambda answer: isinstance(answer[0], Send)):
            if are_to_writes:
                self._run(Answered(tuple(run)), taken)
                continue
            for answer in run:
                # What it shows is judged by what is stored by then, such as a project that was created just before.
                self._run(Answered((answer,)), taken)
        return taken

    def learn(self, endpoint: protocol.Endpoint, exchange: Exchange) -> None:
        """Learn from an exchange of another part whether the server is reached and accepts the key."""
        self._state = replace(self._state, gate=self.gate.learned(endpoint, exchange))

    def key_given(self) -> None:
        """Send again: the user has entered a key, or wants the old one tried again."""
        self._state = replace(self._state, gate=self.gate.key_given())

    def release(self) -> None:
        """End the back-off: the user wants the server tried now."""
        self._state = replace(self._state, gate=self.gate.released())

    # -- steps -----------------------------------------------------------------------------------------------------

    def _run(self, event: StepEvent, taken: Taken) -> Sequence[Task | Begin]:
        """Make a step, and those that follow it at once; return what to send."""
        now = Moment(self._monotonic(), self._clock())
        state, effects = step(self.state, event, now, self._reads, self._context)
        made: list[Transition] = []
        for write in effects.writes:
            if isinstance(write, Transition) and write.is_of_made:
                made.append(write)
            else:
                self._write(write, taken)
        if made:
            self._write_made(made, taken)
        self._learning.adopt(state.traits)
        self._state = state
        requests = [*effects.requests]
        for following in effects.events:
            requests += self._run(following, taken)
        return requests

    def _begin(self, begins: Sequence[Begin]) -> dict[int, Send]:
        """Mark writes as being sent; return those that may be sent, by the numbers of their operations."""
        whole = {begin.operation.operation_id: begin for begin in begins if begin.sent is None}
        sends: dict[int, Send] = {}
        for begin in begins:
            if begin.sent is not None:
                begun = self._store.delivery.begin(begin.operation.operation_id, begin.sent, self.now(), begin.noted)
                if begun is not None:
                    sends[begun.operation_id] = Send(begin.request, begun._replace(remarks=begin.said))
        if whole:
            noted = [(begin.operation, begin.noted or "") for begin in whole.values()]
            for number, begun in self._store.delivery.begin_all(noted, self.now()).items():
                sends[number] = Send(whole[number].request, begun)
        return sends

    def _write(self, write: Write, taken: Taken) -> None:
        store = self._store
        match write:
            case Transition():
                self._move(write, taken)
            case Say(operation, said):
                store.delivery.say(operation.operation_id, said)
            case KeepDetail(project_id, data):
                store.server.take_detail(_detail_of(project_id, data), self.now())
                taken.keys.add(project_id)
            case KeepListed(rows):
                taken.keys.update(row[PROJECT_ID] for row in store.server.take_listed([*rows]))
            case EndLateAttempt(project_id):
                store.delivery.end_late_attempt(project_id)
                taken.keys.add(project_id)
            case Interrupt(said):
                store.delivery.interrupt(said, self.now())

    def _move(self, moves: Transition, taken: Taken) -> None:
        operation, delivery = moves.operation, self._store.delivery
        number, said, now = operation.operation_id, moves.said, self.now()
        taken.keys.add(operation.project_key)
        match moves.event:
            case Event.DONE:
                delivery.confirm(operation, operation.project_key, None, now, said)
            case Event.THERE_ALREADY:
                delivery.confirm_unsent(operation, said, now)
            case Event.CONFLICT:
                # What needs the user may be an operation of its own, as the rest of this one is sent.
                aside = delivery.mark_conflict(operation, moves.theirs, said, now)
                taken.needs_user += [] if aside is None else [aside]
            case Event.FOUND:
                self._find(moves, taken)
            case event:
                has_moved = delivery.move(
                    number,
                    event,
                    now,
                    remarks=said,
                    server_words=moves.server_words,
                    reason=moves.reason,
                    candidates=moves.projects,
                )
                if has_moved and event in NEED_THE_USER:
                    taken.needs_user.append(number)

    def _find(self, moves: Transition, taken: Taken) -> None:
        key = moves.operation.project_key
        project_id = moves.project_id or key
        is_found = self._store.delivery.confirm_found(moves.operation, project_id, moves.said, self.now())
        if is_found and project_id != key:
            taken.keys.add(project_id)
            taken.replaced.append((key, project_id))

    def _write_made(self, made: Sequence[Transition], taken: Taken) -> None:
        """Store, in one go, that creates were carried out."""
        owners = {email: self._reads.owner_id(email) for email in {moves.operation.owner for moves in made}}
        creates = [
            ConfirmedCreate(operation, moves.project_id or operation.project_key, owners[operation.owner], moves.said)
            for moves in made
            for operation in (moves.operation,)
        ]
        done = self._store.delivery.confirm_creates(creates, self.now())
        for create in creates:
            operation = create.operation
            taken.keys.add(operation.project_key)
            if operation.operation_id in done:
                taken.keys.add(create.project_id)
                taken.replaced.append((operation.project_key, create.project_id))

    # -- requests of the user ----------------------------------------------------------------------------------------

    def new_refresh(self, wanted: DateRange, told: Callable[[RowsChanged], object]) -> ListPull:
        """Create a refresh of these days, which shares the engine's knowledge of the server.

        Args:
            wanted: The days.
            told: Called with rows that changed or were removed, once that is committed.
        """
        store, now = self._store, self._clock()
        today = now.astimezone(UK).date()
        return ListPull(store.server, store.reader, self._learning, self._account.email, wanted, now, today, told)

    def detail_request(self, key: int) -> protocol.ApiRequest:
        """Return the request for all fields of one project."""
        return protocol.data(key, self._account.email)

    def as_of(self) -> AsOf:
        """Return the moment at which a request is made. Raises StorageError."""
        return self._store.server.as_of()

    def settle_detail(self, project_id: int, exchange: Exchange, asked: AsOf) -> bool:
        """Store the answer to `detail_request`.

        Args:
            project_id: The project.
            exchange: The answer.
            asked: When it was asked for.

        Returns:
            Whether it was stored. It was not where it may show the project as it was before an update of ours.

        Raises:
            KnownError: The server did not return the project.
        """
        data = read_returned(project_id, exchange)
        self._learning.adopt(self._learning.traits.returned(project_id, data, self._reads))
        if self._store.server.may_be_older(project_id, asked):
            return False
        self._store.server.take_detail(_detail_of(project_id, data), self.now())
        return True

    def may_load_in_background(self) -> bool:
        """Return whether background requests may be made: the key is accepted, the list allowed, no back-off on."""
        return self.gate.may_send(self._monotonic()) and self.gate.is_member

    @property
    def may_return_details(self) -> bool:
        """Whether the server may have the call for one project."""
        return self._learning.traits.has_data_call

    @property
    def has_returned_details(self) -> bool:
        """Whether the call for one project has ever returned one."""
        return self._learning.traits.has_returned

    def hard_delete_request(self, project_id: int) -> protocol.ApiRequest:
        """Return the request that deletes a project permanently."""
        return protocol.hard_delete(project_id, self._account.email)

    def settle_hard_delete(self, project_id: int, exchange: Exchange) -> None:
        """Store the outcome of `hard_delete_request`.

        Raises:
            KnownError: It was refused, or its outcome is in doubt.
        """
        outcome = classify(protocol.Endpoint.HARD_DELETE, exchange)
        if outcome.kind is OutcomeKind.CONFIRMED:
            self._store.delivery.discard_hard_deleted(project_id, self.now())
            return
        if outcome.kind is not OutcomeKind.IN_DOUBT and outcome.error:
            raise outcome.error
        raise KnownError(
            marked("engine", "It is not known whether the project was deleted"),
            marked(
                "engine",
                "The request went out, but no clear answer came back. The project may have been deleted permanently.",
            ),
            marked("engine", "Refresh to see whether it is still there. It is not tried again by itself."),
            server_words=outcome.server_words,
        )


def _detail_of(project_id: int, data: ProjectData) -> LoadedDetail:
    return LoadedDetail(project_id, data.values, data.extra_json or "{}", data.owner_id, data.created, data.modified)
