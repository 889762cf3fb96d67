"""Decides what is asked of the server next, and what its answers change. No threads, no Qt, no clock of its own."""

from __future__ import annotations

import time
from datetime import timedelta
from http import HTTPStatus
from random import Random
from typing import TYPE_CHECKING, Final

from heatpunk_desktop.api import protocol
from heatpunk_desktop.api.answers import ProjectData, read_project_data
from heatpunk_desktop.api.outcome import Outcome, OutcomeKind, classify
from heatpunk_desktop.api.words import is_page, retry_after, unreadable
from heatpunk_desktop.domain.dates import FIRST_DAY, DateRange, utc_text
from heatpunk_desktop.domain.operation import Operation, OperationKind, OperationState, Reason
from heatpunk_desktop.errors import KnownError
from heatpunk_desktop.store.database import transaction
from heatpunk_desktop.sync import words
from heatpunk_desktop.sync.comparing import same
from heatpunk_desktop.sync.finding import FEW, GONE, NO_SUCH_CALL, FindingOut
from heatpunk_desktop.sync.learning import Learning, Learnt
from heatpunk_desktop.sync.list_scan import ListScan
from heatpunk_desktop.sync.merge import merge
from heatpunk_desktop.sync.pace import Pace
from heatpunk_desktop.sync.policy import Backoff, SyncPolicy
from heatpunk_desktop.sync.project_answers import detail_of
from heatpunk_desktop.sync.rounds import candidate, day_of
from heatpunk_desktop.sync.tasks import Check, Compare, Look, Membership, Probe, Send, Taken, Task

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from contextlib import AbstractContextManager
    from datetime import datetime

    from heatpunk_desktop.api.exchange import Exchange
    from heatpunk_desktop.domain.account import Account
    from heatpunk_desktop.domain.fields import FieldValues
    from heatpunk_desktop.store.account_store import AccountStore

#: Updates that are looked at again after they were done, at most; after that many the next refresh has to tell.
_MOST_CHECKS: Final = 100

#: Other projects that are asked for where a server does not tell of one.
_PROBES: Final = 2


class SyncEngine:
    """Decides for one account. Every method may raise StorageError; then call `forget` and go on.

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
        self._learning = Learning(store.reader, store.server)
        self._finding = FindingOut(account, store, self._learning, policy or SyncPolicy(), clock)
        self._ready: list[Task] = []
        self._busy: set[int] = set()
        #: The server's numbers of owners, while some answers are taken.
        self._owners: dict[str, int | None] = {}
        self._not_before: dict[int, float] = {}
        self._troubles: dict[int, Backoff] = {}
        self._checks: list[Operation] = []
        self._asks_membership = False
        self._has_probed = False
        self._membership_untold = Backoff(self._random)
        #: The last time there was something to ask, it was too early.
        self._is_held_back = False
        self._tried_since: dict[int, float] = {}

    def start(self) -> None:
        """What was being sent when the program last ended is doubtful from now on, and is found out."""
        now = self._monotonic()
        until = self._clock() + timedelta(seconds=self._finding.settle_seconds)
        self._store.dispatch.interrupt(words.interrupted(until), self.now())
        for operation in self._store.dispatch.in_state(OperationState.UNKNOWN):
            self._finding.begin(operation.operation_id, now)

    def batch(self) -> AbstractContextManager[None]:
        """One transaction, on the disk when it ends."""
        return transaction(self._store.connection)

    def forget(self) -> None:
        """A batch was not committed: what it left in memory is dropped, and read from the store again."""
        self._ready.clear()
        self._busy.clear()
        self._finding.forget()

    def now(self) -> str:
        """The present as UTC text."""
        return utc_text(self._clock())

    # -- what next -------------------------------------------------------------------------------------------------

    def next_tasks(self, limit: int) -> list[Task]:
        """What is to be asked now: about `limit` requests, more where one has to follow another at once."""
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
            tasks += self._finding.tasks(now)
        self._not_before = {number: at for number, at in self._not_before.items() if at > now}
        passed_over = self._busy | self._not_before.keys()
        noted = self._store.server.noted_days()
        while len(tasks) < limit:
            operations = self._store.dispatch.some_queued(passed_over, limit - len(tasks))
            if not operations:
                break
            passed_over.update(operation.operation_id for operation in operations)
            tasks += filter(None, [self._first_step(operation, noted) for operation in operations])
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
        at = [one for one in (self._finding.next_at(), *self._not_before.values()) if one is not None]
        if self._is_held_back or self.pace.resumes_at > now:
            return max(0.0, self.pace.resumes_at - now)
        return max(0.0, min(at) - now) if at else None

    def seconds_put_off(self) -> float:
        """Seconds for which nothing is sent, as the server was not reached or asked for a pause; 0 where it may go."""
        return max(0.0, self.pace.resumes_at - self._monotonic())

    def _first_step(self, operation: Operation, noted: str) -> Task | None:
        number = operation.operation_id
        if operation.is_damaged:
            self._store.dispatch.unusable(number, words.DAMAGED, Reason.DAMAGED, self.now())
            return None
        try:
            request = self._request_for(operation, operation.changes)
        except ValueError as error:
            # Nothing was sent. A person can mend it; in the queue it would come up again and again.
            self._store.dispatch.unusable(number, words.unusable(error), Reason.REFUSED, self.now())
            return None
        if operation.kind is OperationKind.UPDATE:
            self._busy.add(number)
            if self._finding.has_data_call:
                return Compare(protocol.data(operation.project_key, self._account.email), operation)
            return self._compare_by_list(operation)
        noted = self._finding.noted_days(noted, operation.owner)
        begun = self._store.dispatch.begin(number, operation.changes, self.now(), operation, noted)
        return Send(request, begun) if begun is not None else None

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
        """Takes what came of tasks."""
        taken = Taken()
        self._owners.clear()
        for task, exchange in answers:
            self._learn_from(task, exchange)
            match task:
                case Send():
                    self._take_sent(task, exchange, taken)
                case Compare():
                    self._take_compared(task, exchange, taken)
                case Check():
                    self._take_checked(task, exchange, taken)
                case Probe():
                    self._take_probed(task, exchange)
                case Look():
                    if self._finding.take(task, exchange, self._monotonic(), taken) is not None:
                        self._put_off(exchange)
                    if task.project_id is not None and self._finding.is_no_such_call(exchange):
                        self._probe(task.project_id)
                case _:
                    self._take_membership(exchange)
        return taken

    def _learn_from(self, task: Task, exchange: Exchange) -> None:
        endpoint = task.request.endpoint
        if isinstance(task, Look) and task.round.is_of_somebody_else(self._account.email):
            # That somebody else's list is refused says nothing about mine.
            endpoint = protocol.Endpoint.DATA
        self.pace.learn(endpoint, exchange)
        if exchange.status == HTTPStatus.FORBIDDEN and endpoint is not protocol.Endpoint.LIST:
            # Is it this project that the person may not touch, or everything? The list tells.
            self._asks_membership = self.pace.is_paused_for_key

    def _take_sent(self, task: Send, exchange: Exchange, taken: Taken) -> None:
        operation, now = task.operation, self.now()
        outcome = classify(task.request.endpoint, exchange, self._clock())
        number, key = operation.operation_id, operation.project_key
        taken.keys.add(key)
        match outcome.kind:
            case OutcomeKind.CONFIRMED:
                self._confirm(operation, outcome, taken)
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
                said = words.GONE if is_gone else words.refused(outcome)
                self._store.dispatch.refuse(number, said, outcome.server_words, now, reason)
                taken.needs_person.append(number)
            case _:
                until = self._clock() + timedelta(seconds=self._finding.settle_seconds)
                self._store.dispatch.doubt(number, words.doubt(outcome, until), outcome.server_words, now)
                self._finding.begin(number, self._monotonic())
                self._put_off(exchange)

    def _take_membership(self, exchange: Exchange) -> None:
        if exchange.status in (HTTPStatus.OK, HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
            self._membership_untold.succeeded()
            return
        # It did not tell; until it does, everything would only be refused once more.
        self._asks_membership = True
        wish = retry_after(exchange.retry_after, self._clock())
        self.pace.put_off(self._monotonic(), self._membership_untold.failed(wish))

    def _confirm(self, operation: Operation, outcome: Outcome, taken: Taken) -> None:
        key = operation.project_key
        project_id = outcome.project_id or key
        said = operation.words
        if not self._store.dispatch.confirm(operation, project_id, self._number_of(operation.owner), self.now(), said):
            return
        taken.keys.add(project_id)
        if project_id != key:
            taken.replaced.append((key, project_id))
            self._finding.made(project_id, operation.owner, self._monotonic())
        if operation.kind is OperationKind.UPDATE and self._finding.has_data_call:
            del self._checks[_MOST_CHECKS:]
            self._checks.append(operation)

    def _put_off(self, exchange: Exchange) -> None:
        """Rests where the server was not reached, is in trouble, or asks for it."""
        if exchange.status is None or exchange.status == HTTPStatus.TOO_MANY_REQUESTS:
            wish = retry_after(exchange.retry_after, self._clock())
            self.pace.put_off(self._monotonic(), wish)

    # -- an update -------------------------------------------------------------------------------------------------

    def _take_compared(self, task: Compare, exchange: Exchange, taken: Taken) -> None:
        number = task.operation.operation_id
        self._busy.discard(number)
        operation = self._store.dispatch.operation(number)
        if operation is None or operation.state is not OperationState.QUEUED:
            return  # given up, or joined to something else, meanwhile
        if self._store.dispatch.is_held_back(operation):
            return  # its project turned out to be one that another change waits for, which goes first
        try:
            if task.scan is None:
                theirs = self._told(operation, exchange, taken)
            else:
                task.scan.take(exchange)
                theirs = self._told_by_list(operation, task.scan)
                if not theirs and not task.scan.is_done:
                    self._busy.add(number)
                    self._ready.append(Compare(task.scan.next_request(), operation, task.scan))
                    return
        except KnownError as error:
            self._not_told(operation, exchange, error, taken, by_list=task.by_list)
            return
        # A list that lags behind lacks what is new, and a server may well tell more of this project if asked again.
        is_old = self._finding.has_long_been_known(operation.project_key)
        is_unsure = self._finding.has_data_call and not theirs.keys() >= operation.changes.keys()
        is_unseen = (not theirs and not is_old) or is_unsure
        if task.by_list and is_unseen and not self._has_tried_long(number):
            self._trouble(operation, unreadable("a list that does not tell enough of the project"))
            return
        self._not_before.pop(number, None)
        self._troubles.pop(number, None)
        self._tried_since.pop(number, None)
        self._send_what_differs(operation, theirs, taken)

    def _told(self, operation: Operation, exchange: Exchange, taken: Taken) -> FieldValues:
        data = self._read(operation.project_key, exchange)
        self._store.server.take_detail(detail_of(operation.project_key, data), self.now())
        taken.keys.add(operation.project_key)
        return data.values

    def _read(self, project_id: int, exchange: Exchange) -> ProjectData:
        data = read_project_data(exchange)
        if data.project_id not in (None, project_id):
            raise unreadable("another project than the one asked for")
        self._finding.learn_from(project_id, data)
        return data

    @staticmethod
    def _told_by_list(operation: Operation, scan: ListScan) -> FieldValues:
        row = scan.rows.get(operation.project_key)
        return {} if row is None else candidate(row, None).values

    def _not_told(
        self, operation: Operation, exchange: Exchange, error: KnownError, taken: Taken, *, by_list: bool
    ) -> None:
        number = operation.operation_id
        status = exchange.status
        # Parts of the server may not know yet what was made or found a short while ago.
        is_new = not self._finding.has_long_been_known(operation.project_key) and not self._has_tried_long(number)
        if not by_list and self._finding.is_gone(exchange) and is_new:
            self._trouble(operation, error)
        elif not by_list and self._finding.is_gone(exchange):
            self._store.dispatch.gone(number, words.GONE, self.now())
            taken.keys.add(operation.project_key)
            taken.needs_person.append(number)
        elif status is None or status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.TOO_MANY_REQUESTS):
            self._store.dispatch.say(number, words.not_sent(error))
            self._put_off(exchange)
        elif status == HTTPStatus.FORBIDDEN and not self.pace.is_member:
            self._store.dispatch.say(number, words.not_sent(error))
        elif not by_list and self._finding.is_no_such_call(exchange):
            # There is no such call here, or not for this project: the list has to do.
            self._finding.data_call_failed(operation.project_key, exchange)
            self._probe(operation.project_key)
            self._busy.add(number)
            self._ready.append(self._compare_by_list(operation))
        elif by_list and status in NO_SUCH_CALL and self._has_tried_long(number):
            self._send_what_differs(operation, {}, taken)
        else:
            self._trouble(operation, error)

    def _trouble(self, operation: Operation, error: KnownError) -> None:
        """One project that the server stumbles over waits by itself, and holds up no other."""
        number = operation.operation_id
        self._tried_since.setdefault(number, self._monotonic())
        backoff = self._troubles.setdefault(number, Backoff(self._random))
        self._not_before[number] = self._monotonic() + backoff.failed()
        self._store.dispatch.say(number, words.not_compared(error))

    def _probe(self, project_id: int) -> None:
        """Asks about other projects: does the server not tell of this one, or of none?"""
        if self._finding.is_unsure_of_data_call and not self._has_probed:
            self._has_probed = True
            self._ready += [
                Probe(protocol.data(one, self._account.email), one)
                for one in self._finding.long_known(_PROBES, but=project_id)
            ]

    def _take_probed(self, task: Probe, exchange: Exchange) -> None:
        try:
            self._read(task.project_id, exchange)
        except KnownError:
            self._has_probed = False
            if self._finding.is_no_such_call(exchange):
                self._finding.data_call_failed(task.project_id, exchange)

    def _has_tried_long(self, number: int) -> bool:
        """Whether no list lags behind any more by as much as this operation has been tried to be compared."""
        since = self._tried_since.get(number)
        return since is not None and self._monotonic() >= since + self._finding.settle_seconds

    def _compare_by_list(self, operation: Operation) -> Compare:
        largest = self._learning.number(Learnt.LARGEST_LIST)
        likely, days = self._days_of(operation)
        scan = ListScan(self._account.email, days, largest, self._monotonic(), likely)
        return Compare(scan.next_request(), operation, scan)

    def _days_of(self, operation: Operation) -> tuple[DateRange, DateRange]:
        """Days whose list most likely holds a project, those around its creation, and days whose list does if any."""
        today = self._clock().date()
        created = self._store.server.created(operation.project_key)
        day = day_of(created, today)
        if created and self._store.server.was_listed(operation.project_key):
            first = day - timedelta(days=1)
        else:
            # The stamp is not the server's.
            first = FIRST_DAY if self._store.reader.count() <= FEW else min(day, today) - timedelta(days=7)
        # By whatever the range goes, creation or modification, and whatever this computer's clock says.
        days = DateRange(max(first, FIRST_DAY), self._finding.furthest(day, today, FIRST_DAY))
        return DateRange(day, day).widened(1), days

    def _send_what_differs(self, operation: Operation, theirs: FieldValues, taken: Taken) -> None:
        merged = merge(operation.base, operation.changes, self._with_sent_later(operation, theirs))
        taken.keys.add(operation.project_key)
        if merged.clash:
            aside = self._store.dispatch.set_against(operation, merged.clash, words.CONFLICT, self.now())
            taken.needs_person += [] if aside is None else [aside]
            left = self._store.dispatch.operation(operation.operation_id)
            if left is None or aside in (None, left.operation_id):
                return
            operation = left
        if not merged.send:
            self._store.dispatch.there_already(operation, words.THERE_ALREADY, self.now())
            return
        begun = self._store.dispatch.begin(operation.operation_id, merged.send, self.now())
        said = words.UNTOLD if merged.untold else ""
        request = self._request_for(operation, merged.send)
        self._ready += [] if begun is None else [Send(request, begun._replace(words=said))]

    def _with_sent_later(self, operation: Operation, theirs: FieldValues) -> FieldValues:
        """What the server told, but for what it does not show yet, or never, of changes made after this one."""
        base = operation.base
        later = {
            field: value
            for field, value in self._store.dispatch.sent_later(operation).items()
            if field not in theirs or (same(field, theirs[field], base[field]) if field in base else not theirs[field])
        }
        return {**theirs, **later}

    def _take_checked(self, task: Check, exchange: Exchange, taken: Taken) -> None:
        operation = task.operation
        try:
            data = self._read(operation.project_key, exchange)
        except KnownError:
            return  # the next refresh tells
        self._store.server.take_detail(detail_of(operation.project_key, data), self.now())
        taken.keys.add(operation.project_key)
        changed = [
            field
            for field, value in operation.sent.items()
            if field in data.values and not same(field, data.values[field], value)
        ]
        if changed:
            self._store.dispatch.say(operation.operation_id, words.changed_after(changed))

    # -- what a person asks for ------------------------------------------------------------------------------------

    def detail_request(self, key: int) -> protocol.ApiRequest:
        """Asks for everything about one project."""
        return protocol.data(key, self._account.email)

    def settle_detail(self, project_id: int, exchange: Exchange) -> None:
        """Takes what came of it. Raises KnownError where the server did not tell."""
        data = self._read(project_id, exchange)
        self._store.server.take_detail(detail_of(project_id, data), self.now())

    def hard_delete_request(self, project_id: int) -> protocol.ApiRequest:
        """Asks to delete a project for good."""
        return protocol.hard_delete(project_id, self._account.email)

    def settle_hard_delete(self, project_id: int, exchange: Exchange) -> None:
        """Takes what came of it. Raises KnownError where it is refused, or where nobody can know."""
        outcome = classify(protocol.Endpoint.HARD_DELETE, exchange)
        if outcome.kind is OutcomeKind.CONFIRMED:
            self._store.server.take_hard_deleted(project_id, self.now())
            return
        if outcome.kind is not OutcomeKind.DOUBTFUL and outcome.error:
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
