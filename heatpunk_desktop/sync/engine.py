"""Decides what is asked of the server next, and what its answers change. No threads, no Qt, no clock of its own."""

from __future__ import annotations

import time
from contextlib import contextmanager
from datetime import timedelta
from http import HTTPStatus
from random import Random
from typing import TYPE_CHECKING, Final

from heatpunk_desktop.api import protocol
from heatpunk_desktop.api.error_messages import is_page, retry_after
from heatpunk_desktop.api.outcome import Outcome, OutcomeKind, classify
from heatpunk_desktop.domain.dates import UK, DateRange, utc_text
from heatpunk_desktop.domain.operation import Operation, OperationKind, OperationState, Reason
from heatpunk_desktop.errors import KnownError
from heatpunk_desktop.store.database import transaction
from heatpunk_desktop.store.outbox_delivery import Made
from heatpunk_desktop.sync import words
from heatpunk_desktop.sync.comparing import same
from heatpunk_desktop.sync.data_call import GONE
from heatpunk_desktop.sync.knowledge import Knowledge
from heatpunk_desktop.sync.late_attempts import LateAttempts
from heatpunk_desktop.sync.pace import Pace
from heatpunk_desktop.sync.policy import Backoff, SyncPolicy
from heatpunk_desktop.sync.project_answers import detail_of
from heatpunk_desktop.sync.reconciler import Reconciler
from heatpunk_desktop.sync.refresh import ListPull, RowsChanged
from heatpunk_desktop.sync.tasks import Check, Compare, Look, Membership, Probe, Send, Taken, Task
from heatpunk_desktop.sync.updates import Updates

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import datetime

    from heatpunk_desktop.api.exchange import Exchange
    from heatpunk_desktop.domain.account import Account
    from heatpunk_desktop.domain.fields import FieldValues
    from heatpunk_desktop.store.account_store import AccountStore

#: Updates that are looked at again after they were done, at most; after that many the next refresh has to tell.
_MOST_CHECKS: Final = 100


class SyncEngine:
    """Decides for one account. Every method may raise StorageError.

    Use: inside of one `batch`, `take` the answers that came and get the `next_tasks`; once that is committed, send
    them. What a task of `Send` does is on the disk as `sending` by then.

    Args:
        account: The account.
        store: Its database; used in the caller's thread.
        clock: The present, aware. It may jump; nothing is proved by it.
        monotonic: Seconds of a clock that never jumps.
        policy: How patiently doubtful operations are found out.
        random: Where chance comes from.
    """

    def __init__(
        self,
        account: Account,
        store: AccountStore,
        clock: Callable[[], datetime],
        monotonic: Callable[[], float] = time.monotonic,
        policy: SyncPolicy | None = None,
        random: Random | None = None,
    ) -> None:
        self._account = account
        self._store = store
        self._clock = clock
        self._monotonic = monotonic
        self._random = random or Random()  # noqa: S311 - spreads tries, and keeps no secret
        self.pace = Pace(Backoff(self._random))
        self._known = Knowledge.of(account, store, policy or SyncPolicy(), clock)
        self._reconciler = Reconciler(self._known)
        self._updates = Updates(self._known, self.pace, self._random)
        self._late = LateAttempts(self._known)
        self._ready: list[Task] = []
        #: The server's numbers of owners, while some answers are taken.
        self._owners: dict[str, int | None] = {}
        self._checks: list[Operation] = []
        self._asks_membership = False
        self._membership_untold = Backoff(self._random)
        #: The last time there was something to ask, it was too early.
        self._is_held_back = False

    def start(self) -> None:
        """What was being sent when the program last ended is doubtful from now on, and is found out."""
        now = self._monotonic()
        until = self._clock() + timedelta(seconds=self._known.policy_in_effect().grace_seconds)
        self._store.dispatch.interrupt(words.interrupted(until), self.now())
        self._reconciler.begin(self._store.dispatch.in_state(OperationState.UNKNOWN), now)

    @contextmanager
    def batch(self) -> Iterator[None]:
        """One transaction, on the disk when it ends. Where it cannot be committed, all is as it was before.

        The answers that were taken in it are then to be given once more, with what came meanwhile.
        """
        before = self._reconciler.state
        try:
            with transaction(self._store.connection):
                yield
        except BaseException:
            self._reconciler.state = before
            self._known.learning.forget()
            self._ready.clear()
            self._updates.forget()
            raise

    def now(self) -> str:
        """The present as UTC text."""
        return utc_text(self._clock())

    # -- what next -------------------------------------------------------------------------------------------------

    def next_tasks(self, limit: int) -> list[Task]:
        """What is to be asked now: about `limit` requests, more where one has to follow another at once.

        Ask after each `take`, with a limit of 0 where nothing else may go: what follows a look must not wait.
        """
        tasks, self._ready = self._ready, []
        now = self._monotonic()
        self._is_held_back = not self.pace.may_send(now)
        if self.pace.is_paused_for_key:
            self._put_back(tasks)
            tasks = []
        if self._is_held_back:
            if self._asks_membership and now >= self.pace.resumes_at:
                self._asks_membership = False
                tasks.append(Membership(self._short_list()))
            return tasks
        self._asks_membership = False
        if len(tasks) < limit:
            tasks += self._reconciler.tasks(now)
        passed_over = self._updates.passed_over(now)
        while len(tasks) < limit:
            operations = self._store.dispatch.some_queued(passed_over, limit - len(tasks))
            if not operations:
                break
            passed_over.update(operation.operation_id for operation in operations)
            tasks += self._first_steps(operations, now)
        while self._checks and len(tasks) < limit:
            done = self._checks.pop()
            tasks.append(Check(protocol.data(done.project_key, self._account.email), done))
        return tasks

    def _put_back(self, tasks: Iterable[Task]) -> None:
        """Nothing goes out with a key that has just been refused: what was ready is, once another one is given."""
        for task in tasks:
            if isinstance(task, Send):
                self._store.dispatch.back_to_queue(task.operation.operation_id, words.KEY_REFUSED)
            else:
                self._ready.append(task)

    def seconds_to_wait(self) -> float | None:
        """Seconds until there may be something to ask although nothing else happens; None where there is not."""
        now = self._monotonic()
        if self.pace.is_paused_for_key:
            return max(0.0, self.pace.resumes_at - now) if self._asks_membership else None
        wakes = (self._reconciler.next_at(), self._updates.next_at(), self._late.next_at())
        at = [one for one in wakes if one is not None]
        if self._is_held_back or self.pace.resumes_at > now:
            return max(0.0, self.pace.resumes_at - now)
        return max(0.0, min(at) - now) if at else None

    def seconds_put_off(self) -> float:
        """Seconds for which nothing is sent, as the server was not reached or asked for a pause; 0 where it may go."""
        return max(0.0, self.pace.resumes_at - self._monotonic())

    def _first_steps(self, operations: Iterable[Operation], now: float) -> list[Task]:
        """What is asked first of each operation: a look before an update, and of all others what a person did."""
        steps: list[Task] = []
        noted: list[tuple[Operation, str]] = []
        requests: dict[int, protocol.ApiRequest] = {}
        days = self._store.server.noted_days()
        for operation in operations:
            number = operation.operation_id
            if operation.is_damaged:
                self._store.dispatch.unusable(number, words.DAMAGED, Reason.DAMAGED, self.now())
                continue
            try:
                request = self._request_for(operation, operation.changes)
            except ValueError as error:
                # Nothing was sent. A person can mend it; in the queue it would come up again and again.
                self._store.dispatch.unusable(number, words.unusable(error), Reason.REFUSED, self.now())
                continue
            if operation.kind is OperationKind.UPDATE:
                steps.append(self._updates.begin(operation, now))
            else:
                requests[number] = request
                noted.append((operation, self._reconciler.noted_days(days, operation.owner)))
        begun = self._store.dispatch.begin_all(noted, self.now()) if noted else {}
        return steps + [Send(requests[number], operation) for number, operation in begun.items()]

    def _request_for(self, operation: Operation, fields: FieldValues) -> protocol.ApiRequest:
        if operation.kind is OperationKind.CREATE:
            return protocol.create(operation.owner, fields)
        if operation.project_id is None:
            raise ValueError("the project has no number yet")
        if operation.kind is OperationKind.UPDATE:
            return protocol.update(operation.project_id, self._account.email, fields)
        return protocol.soft_delete(operation.project_id, self._account.email)

    def _short_list(self) -> protocol.ApiRequest:
        today = self._clock().date()
        return protocol.list_projects(self._account.email, DateRange(today, today))

    # -- answers ---------------------------------------------------------------------------------------------------

    def learn(self, endpoint: protocol.Endpoint, exchange: Exchange) -> None:
        """Learns from an exchange that was none of the engine's whether the server is reached and takes the key."""
        self.pace.learn(endpoint, exchange)

    def take(self, answers: Iterable[tuple[Task, Exchange]]) -> Taken:
        """Takes what came of tasks; none of them may have come."""
        taken = Taken()
        self._late.end(self._monotonic(), taken)
        self._owners.clear()
        made: list[Made] = []
        for task, exchange in answers:
            self._learn_from(task, exchange)
            if isinstance(task, Send):
                outcome = classify(task.request.endpoint, exchange, self._clock())
                if outcome.kind is OutcomeKind.CONFIRMED and task.operation.kind is OperationKind.CREATE:
                    made.append(self._made(task.operation, outcome))
                    continue
                self._take_sent(task, exchange, outcome, taken)
                continue
            # What is looked at next may be what was made just before.
            self._confirm_creates(made, taken)
            now = self._monotonic()
            match task:
                case Compare():
                    self._ready += self._updates.take(task, exchange, now, taken)
                case Check():
                    self._take_checked(task, exchange, taken)
                case Probe():
                    self._updates.take_probed(task, exchange)
                case Look():
                    if self._reconciler.take(task, exchange, now, taken) is not None:
                        self._put_off(exchange)
                    if task.project_id is not None and self._known.data_call.is_no_such_call(exchange):
                        self._ready += self._updates.probe(task.project_id)
                case _:
                    self._take_membership(exchange)
        self._confirm_creates(made, taken)
        return taken

    def _learn_from(self, task: Task, exchange: Exchange) -> None:
        endpoint = task.request.endpoint
        if isinstance(task, Look) and task.is_of_another:
            # That somebody else's list is refused says nothing about mine.
            endpoint = protocol.Endpoint.DATA
        self.pace.learn(endpoint, exchange)
        if exchange.status == HTTPStatus.FORBIDDEN and endpoint is not protocol.Endpoint.LIST:
            # Is it this project that the person may not touch, or everything? The list tells.
            self._asks_membership = self.pace.is_paused_for_key

    def _take_sent(self, task: Send, exchange: Exchange, outcome: Outcome, taken: Taken) -> None:
        operation, now = task.operation, self.now()
        number, key = operation.operation_id, operation.project_key
        taken.keys.add(key)
        match outcome.kind:
            case OutcomeKind.CONFIRMED:
                self._confirm(operation)
            case OutcomeKind.NOT_SENT:
                self._store.dispatch.back_to_queue(number, words.not_sent(outcome.error))
                self.pace.put_off(self._monotonic(), outcome.retry_after)
            case OutcomeKind.KEY_REFUSED:
                self._store.dispatch.back_to_queue(number, words.KEY_REFUSED)
            case OutcomeKind.REFUSED if outcome.status == HTTPStatus.FORBIDDEN and not self.pace.is_member:
                self._store.dispatch.back_to_queue(number, words.not_sent(outcome.error))
            case OutcomeKind.REFUSED:
                is_gone = operation.kind is OperationKind.UPDATE and outcome.status in GONE
                is_gone = is_gone and not is_page(exchange.body, exchange.content_type)
                reason = Reason.GONE if is_gone else Reason.REFUSED
                said = words.GONE if is_gone else words.refused(outcome, operation)
                self._store.dispatch.refuse(number, said, outcome.server_words, now, reason)
                taken.needs_person.append(number)
            case _:
                until = self._clock() + timedelta(seconds=self._known.policy_in_effect().grace_seconds)
                self._store.dispatch.doubt(number, words.doubt(outcome, until), outcome.server_words, now)
                self._reconciler.begin([operation], self._monotonic())
                self._put_off(exchange)

    def _take_membership(self, exchange: Exchange) -> None:
        if exchange.status in (HTTPStatus.OK, HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
            self._membership_untold.succeeded()
            return
        # It did not tell; until it does, everything would only be refused once more.
        self._asks_membership = True
        wish = retry_after(exchange.retry_after, self._clock())
        self.pace.put_off(self._monotonic(), self._membership_untold.failed(wish))

    def _confirm(self, operation: Operation) -> None:
        key = operation.project_key
        if not self._store.dispatch.confirm(operation, key, None, self.now(), operation.words):
            return
        if operation.kind is OperationKind.UPDATE and self._known.data_call.exists:
            del self._checks[_MOST_CHECKS:]
            self._checks.append(operation)

    def _made(self, operation: Operation, outcome: Outcome) -> Made:
        project_id = outcome.project_id or operation.project_key
        return Made(operation, project_id, self._number_of(operation.owner), operation.words)

    def _confirm_creates(self, made: list[Made], taken: Taken) -> None:
        """Takes that some creates were done, all at once, and empties the list of them."""
        if not made:
            return
        done = self._store.dispatch.confirm_creates(made, self.now())
        for one in made:
            operation = one.operation
            taken.keys.add(operation.project_key)
            if operation.operation_id in done:
                taken.keys.add(one.project_id)
                taken.replaced.append((operation.project_key, one.project_id))
                self._reconciler.made(one.project_id, operation.owner, self._monotonic())
        made.clear()

    def _put_off(self, exchange: Exchange) -> None:
        """Rests where the server was not reached, is in trouble, or asks for it."""
        self.pace.put_off_by(exchange, self._monotonic(), self._clock())

    # -- what was changed ------------------------------------------------------------------------------------------

    def _take_checked(self, task: Check, exchange: Exchange, taken: Taken) -> None:
        operation = task.operation
        try:
            data = self._known.data_call.read(operation.project_key, exchange)
        except KnownError:
            return  # the next refresh tells
        self._store.server.take_detail(detail_of(operation.project_key, data), self.now())
        taken.keys.add(operation.project_key)
        changed = [
            field
            for field, value in operation.changes.items()
            if field in data.values and not same(field, data.values[field], value)
        ]
        if changed:
            said = f"{operation.words} {words.changed_after(changed)}".strip()
            self._store.dispatch.say(operation.operation_id, said)

    # -- what a person asks for ------------------------------------------------------------------------------------

    def new_refresh(self, wanted: DateRange, told: Callable[[RowsChanged], object]) -> ListPull:
        """Begins to read the list of these days; what it tells of the server's limits, the engine knows too.

        Args:
            wanted: The days.
            told: Told of rows that changed or went, once that is on the disk.
        """
        store, now = self._store, self._clock()
        learning, email = self._known.learning, self._account.email
        today = now.astimezone(UK).date()
        return ListPull(store.server, store.reader, learning, email, wanted, now, today, told)

    def detail_request(self, key: int) -> protocol.ApiRequest:
        """Asks for everything about one project."""
        return protocol.data(key, self._account.email)

    def settle_detail(self, project_id: int, exchange: Exchange) -> None:
        """Takes what came of it. Raises KnownError where the server did not tell."""
        data = self._known.data_call.read(project_id, exchange)
        self._store.server.take_detail(detail_of(project_id, data), self.now())

    def may_load_quietly(self) -> bool:
        """Whether what nobody waits for may be asked: the key is taken, the user has the list, no pause is kept to."""
        return self.pace.may_send(self._monotonic()) and self.pace.is_member

    @property
    def may_tell_details(self) -> bool:
        """Whether the server may have the call for one project."""
        return self._known.data_call.exists

    @property
    def has_told_details(self) -> bool:
        """Whether the call for one project told of any once."""
        return self._known.data_call.is_proved

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

    def _number_of(self, email: str) -> int | None:
        if email not in self._owners:
            members = self._store.reader.members()
            self._owners[email] = next((one.owner_id for one in members if one.email == email.lower()), None)
        return self._owners[email]
