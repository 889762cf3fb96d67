"""Looks at a project before it is changed, and sends what nobody else touched. No threads, no clock of its own."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from heatpunk_desktop.api import protocol
from heatpunk_desktop.domain.operation import Operation, OperationState
from heatpunk_desktop.errors import KnownError
from heatpunk_desktop.sync import words
from heatpunk_desktop.sync.comparing import same
from heatpunk_desktop.sync.data_call import NO_SUCH_CALL
from heatpunk_desktop.sync.merge import merge
from heatpunk_desktop.sync.policy import Backoff
from heatpunk_desktop.sync.project_answers import detail_of
from heatpunk_desktop.sync.rounds import candidate
from heatpunk_desktop.sync.tasks import Check, Compare, Probe, Send, Taken, Task

if TYPE_CHECKING:
    from random import Random

    from heatpunk_desktop.api.exchange import Exchange
    from heatpunk_desktop.api.protocol import ApiRequest
    from heatpunk_desktop.domain.fields import Field, FieldValues
    from heatpunk_desktop.sync.knowledge import Knowledge
    from heatpunk_desktop.sync.list_scan import ListScan
    from heatpunk_desktop.sync.pace import Pace

#: Seconds for which what a look told may be acted on, beyond those that its request may take.
_HOLDS_GOOD: Final = 30.0

#: Other projects that are asked for where a server does not tell of one.
_PROBES: Final = 2


class Updates:
    """Changes of projects on their way out. Methods that write may raise StorageError.

    Every method that takes an answer gives what is to be asked next. `now` is monotonic seconds.
    """

    def __init__(self, known: Knowledge, pace: Pace, random: Random) -> None:
        self._known = known
        self._account = known.account
        self._store = known.store
        self._long_known = known.long_known
        self._data_call = known.data_call
        self._pace = pace
        self._random = random
        self._busy: set[int] = set()
        self._not_before: dict[int, float] = {}
        self._troubles: dict[int, Backoff] = {}
        self._tried_since: dict[int, float] = {}
        self._has_probed = False
        #: Since when the list was refused whenever an update needed it.
        self._refused_since: float | None = None

    def forget(self) -> None:
        """A batch was not committed: nothing that was under way still is."""
        self._busy.clear()

    def passed_over(self, now: float) -> set[int]:
        """Operations that are being compared, or wait by themselves."""
        self._not_before = {number: at for number, at in self._not_before.items() if at > now}
        return self._busy | self._not_before.keys()

    def next_at(self) -> float | None:
        """When the next operation that waits by itself may go; None where none does."""
        return min(self._not_before.values(), default=None)

    def begin(self, operation: Operation, now: float) -> Task:
        """What is to be asked before an update is sent."""
        self._busy.add(operation.operation_id)
        if self._data_call.exists:
            return self._look(protocol.data(operation.project_key, self._account.email), operation, now)
        return self._compare_by_list(operation, now)

    def take(self, task: Compare, exchange: Exchange, now: float, taken: Taken) -> list[Task]:
        """Takes what a look before an update told."""
        number = task.operation.operation_id
        self._busy.discard(number)
        if task.by_list:
            self._note_list(exchange, now)
        operation = self._store.dispatch.operation(number)
        if operation is None or operation.state is not OperationState.QUEUED:
            return []  # given up, or joined to something else, meanwhile
        if self._store.dispatch.is_held_back(operation):
            return []  # its project turned out to be one that another change waits for, which goes first
        if self._is_stale(task, now):
            return []  # the computer slept since, say: it is looked at anew
        try:
            if task.scan is None:
                theirs = self._told(operation, exchange, taken)
            else:
                scan = task.scan.take(exchange)
                theirs = _told_by_list(operation, scan)
                if not theirs and not scan.is_done:
                    self._busy.add(number)
                    return [self._look(scan.next_request(), operation, now, scan)]
        except KnownError as error:
            return self._not_told(operation, exchange, error, now, taken, by_list=task.by_list)
        # A list that lags behind lacks what is new, and a server may well tell more of this project if asked again.
        is_old = self._long_known.was_listed(operation.project_key)
        is_unsure = self._data_call.exists and not theirs.keys() >= operation.changes.keys()
        is_unseen = (not theirs and not is_old) or is_unsure
        if task.by_list and is_unseen and not self._has_tried_long(number, now):
            self._wait_for(operation, words.NOT_SHOWN, now)
            return []
        self._not_before.pop(number, None)
        self._troubles.pop(number, None)
        self._tried_since.pop(number, None)
        return self._send_what_differs(operation, theirs, taken)

    def probe(self, project_id: int) -> list[Task]:
        """Asks about other projects: does the server not tell of this one, or of none?"""
        if not self._data_call.is_unsure or self._has_probed:
            return []
        self._has_probed = True
        others = self._long_known.some(_PROBES, but=project_id)
        return [Probe(protocol.data(one, self._account.email), one) for one in others]

    def take_probed(self, task: Probe, exchange: Exchange) -> None:
        """Takes what the server told of another project."""
        try:
            self._data_call.read(task.project_id, exchange)
        except KnownError:
            self._has_probed = False
            if self._data_call.is_no_such_call(exchange):
                self._data_call.failed(task.project_id, exchange)

    # -- the look ----------------------------------------------------------------------------------------------------

    def _told(self, operation: Operation, exchange: Exchange, taken: Taken) -> FieldValues:
        data = self._data_call.read(operation.project_key, exchange)
        self._store.server.take_detail(detail_of(operation.project_key, data), self._known.now_text())
        taken.keys.add(operation.project_key)
        return data.values

    def _not_told(
        self, operation: Operation, exchange: Exchange, error: KnownError, now: float, taken: Taken, *, by_list: bool
    ) -> list[Task]:
        number = operation.operation_id
        status = exchange.status
        # Parts of the server may not know yet what was made or found a short while ago.
        is_new = not self._long_known.was_listed(operation.project_key) and not self._has_tried_long(number, now)
        if not by_list and self._data_call.is_gone(exchange) and is_new:
            self._wait_for(operation, words.NOT_SHOWN, now)
        elif not by_list and self._data_call.is_gone(exchange):
            self._store.dispatch.gone(number, words.GONE, self._known.now_text())
            taken.keys.add(operation.project_key)
            taken.needs_person.append(number)
        elif status is None or status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.TOO_MANY_REQUESTS):
            self._store.dispatch.say(number, words.not_sent(error))
            self._pace.put_off_by(exchange, now, self._known.clock())
        elif status == HTTPStatus.FORBIDDEN and not self._pace.is_member:
            self._store.dispatch.say(number, words.not_sent(error))
        elif not by_list and self._data_call.is_no_such_call(exchange):
            # There is no such call here, or not for this project: the list has to do.
            self._data_call.failed(operation.project_key, exchange)
            self._busy.add(number)
            return [*self.probe(operation.project_key), self._compare_by_list(operation, now)]
        elif by_list and self._has_no_list(now):
            return self._send_what_differs(operation, {}, taken)
        else:
            self._wait_for(operation, words.not_compared(error), now)
        return []

    def _wait_for(self, operation: Operation, said: str, now: float) -> None:
        """One project that the server stumbles over, or does not show yet, waits by itself and holds up no other."""
        number = operation.operation_id
        self._tried_since.setdefault(number, now)
        backoff = self._troubles.setdefault(number, Backoff(self._random))
        self._not_before[number] = now + backoff.failed()
        self._store.dispatch.say(number, said)

    def _note_list(self, exchange: Exchange, now: float) -> None:
        """One odd refusal among many answers says nothing: the list has to be refused every time, for long."""
        if exchange.status not in NO_SUCH_CALL:
            self._refused_since = None
        elif self._refused_since is None:
            self._refused_since = now

    def _has_no_list(self, now: float) -> bool:
        since = self._refused_since
        return since is not None and now >= since + self._known.policy_in_effect().grace_seconds

    def _has_tried_long(self, number: int, now: float) -> bool:
        """Whether no list lags behind any more by as much as this operation has been tried to be compared."""
        since = self._tried_since.get(number)
        return since is not None and now >= since + self._known.policy_in_effect().grace_seconds

    def _compare_by_list(self, operation: Operation, now: float) -> Compare:
        scan = self._known.plans.scan_for(operation.project_key, now)
        return self._look(scan.next_request(), operation, now, scan)

    def _look(self, request: ApiRequest, operation: Operation, now: float, scan: ListScan | None = None) -> Compare:
        return Compare(request, operation, now, self._known.clock(), scan)

    def _is_stale(self, task: Compare, now: float) -> bool:
        """Whether a look was asked for so long ago, by either clock, that a colleague may well have come in between."""
        longest = task.request.deadline + _HOLDS_GOOD
        by_wall = abs((self._known.clock() - task.asked).total_seconds())
        return max(now - task.asked_at, by_wall) > longest

    # -- what goes ---------------------------------------------------------------------------------------------------

    def _send_what_differs(self, operation: Operation, theirs: FieldValues, taken: Taken) -> list[Task]:
        later = self._set_later(operation)
        theirs = {**theirs, **{field: later[field] for field in later if _is_unseen(operation, field, theirs)}}
        merged = merge(operation.base, operation.changes, theirs, later)
        taken.keys.add(operation.project_key)
        if merged.clash:
            aside = self._store.dispatch.set_against(operation, merged.clash, words.CONFLICT, self._known.now_text())
            taken.needs_person += [] if aside is None else [aside]
            left = self._store.dispatch.operation(operation.operation_id)
            if left is None or aside in (None, left.operation_id):
                return []
            operation = left
        if not merged.send:
            self._store.dispatch.there_already(operation, words.THERE_ALREADY, self._known.now_text())
            return self._look_again(operation._replace(words=words.THERE_ALREADY))
        begun = self._store.dispatch.begin(operation.operation_id, merged.send, self._known.now_text())
        request = protocol.update(operation.project_key, self._account.email, merged.send)
        said = words.UNTOLD if merged.untold else ""
        return [] if begun is None else [Send(request, begun._replace(words=said))]

    def _look_again(self, operation: Operation) -> list[Task]:
        """A part of the server that lags behind may have told a value that somebody has changed since."""
        if not self._data_call.exists:
            return []
        return [Check(protocol.data(operation.project_key, self._account.email), operation)]

    def _set_later(self, operation: Operation) -> FieldValues:
        """What changes made after this one set its fields to, or may have.

        What such a change may have set, and nobody knows, stands in the way of another value. The same value goes, as
        it may be there by nothing else.
        """
        wanted = operation.changes
        later: dict[Field, str | float | None] = {}
        for one in self._store.dispatch.sent_later(operation):
            is_done = one.state is OperationState.CONFIRMED
            for field in wanted.keys() & one.sent.keys():
                if is_done or not same(field, one.sent[field], wanted[field]):
                    later[field] = one.sent[field]
        return later


def _is_unseen(operation: Operation, field: Field, theirs: FieldValues) -> bool:
    """Whether what the server told does not show, yet or ever, what was set later."""
    if field not in theirs:
        return True
    base = operation.base
    return same(field, theirs[field], base[field]) if field in base else not theirs[field]


def _told_by_list(operation: Operation, scan: ListScan) -> FieldValues:
    row = scan.rows.get(operation.project_key)
    return {} if row is None else candidate(row, None).values
