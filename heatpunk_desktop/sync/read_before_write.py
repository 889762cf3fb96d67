"""Read-before-write: read a project before an update of it, and merge the two (ADR 12). Pure, on a `state.Turn`."""

from __future__ import annotations

from dataclasses import replace
from enum import Enum, auto
from http import HTTPStatus
from typing import TYPE_CHECKING, Final, NamedTuple

from heatpunk_desktop.api import protocol
from heatpunk_desktop.domain.operation import Operation, OperationState, Reason
from heatpunk_desktop.domain.operation_states import Event
from heatpunk_desktop.errors import KnownError
from heatpunk_desktop.sync import remarks, round_plans
from heatpunk_desktop.sync.merge import merge, same
from heatpunk_desktop.sync.policy import pause_after
from heatpunk_desktop.sync.rounds import candidate
from heatpunk_desktop.sync.server_traits import NO_SUCH_CALL, is_no_such_call, read_returned
from heatpunk_desktop.sync.state import Begin, KeepDetail, Say, Transition, Tried, Turn
from heatpunk_desktop.sync.tasks import Check, Compare, Probe

if TYPE_CHECKING:
    from collections.abc import Callable

    from heatpunk_desktop.api.exchange import Exchange
    from heatpunk_desktop.api.protocol import ApiRequest
    from heatpunk_desktop.domain.fields import Field, FieldValues
    from heatpunk_desktop.domain.remarks import Remarks
    from heatpunk_desktop.sync.list_sync import ListScan

#: Seconds for which the result of a look is valid, beyond those that its request may take.
_HOLDS_GOOD: Final = 30.0

#: Other projects that are requested if the server does not return one.
_PROBES: Final = 2


# -- the rules -------------------------------------------------------------------------------------------------------


class NextAction(Enum):
    """What follows a look before an update.

    `compare` the server's values with the change; `send_unseen` as nothing shows them; `read_list`, or `read_on` in it;
    `wait` alone (`until_shown`) and look again; `rest` with all the others until the server is back; `ask_user`.
    """

    COMPARE = auto()
    SEND_UNSEEN = auto()
    READ_LIST = auto()
    READ_ON = auto()
    WAIT_UNTIL_SHOWN = auto()
    WAIT = auto()
    REST = auto()
    ASK_USER = auto()


class LookResult(NamedTuple):
    """What a look before an update showed.

    Attributes:
        by_list: It was the list.
        status: The status of the answer; None if the server was not reached.
        returned: The fields that the server returned; None if it returned none.
        is_gone: The answer says that there is no such project.
        is_old: The project has been known for so long that every part of the server knows it.
        has_tried_long: It has been looked at for as long as any part of the server lags behind.
        is_member: The server has returned the list to this user.
        has_no_list: The list was refused every time, for that long.
        goes_on: More of the list is to be read.
        returned_all: The server returned all fields of the change.
        may_return_more: The server may return more of the project if it is asked again.
    """

    by_list: bool = False
    status: int | None = None
    returned: FieldValues | None = None
    is_gone: bool = False
    is_old: bool = False
    has_tried_long: bool = False
    is_member: bool = False
    has_no_list: bool = False
    goes_on: bool = False
    returned_all: bool = False
    may_return_more: bool = False

    @property
    def failed(self) -> bool:
        """Whether it returned no fields."""
        return self.returned is None

    @property
    def is_put_off(self) -> bool:
        """Whether the server was not reached, does not accept the key, or asks for a pause."""
        return self.status in (None, HTTPStatus.UNAUTHORIZED, HTTPStatus.TOO_MANY_REQUESTS)

    @property
    def is_unseen(self) -> bool:
        """Whether the list does not show the project, or the change, and may only lag behind."""
        return self.by_list and (
            (not self.returned and not self.is_old) or (self.may_return_more and not self.returned_all)
        )


class WriteRule(NamedTuple):
    """One rule: if it holds, and no rule before it does, `then` follows."""

    number: int
    says: str
    holds: Callable[[LookResult], bool]
    then: NextAction


WRITE_RULES: Final[tuple[WriteRule, ...]] = (
    WriteRule(1, "gone, or too new to be known everywhere",
              lambda r: r.is_gone and not r.is_old and not r.has_tried_long, NextAction.WAIT_UNTIL_SHOWN),
    WriteRule(2, "gone", lambda r: r.is_gone, NextAction.ASK_USER),
    WriteRule(3, "the server was not reached, or puts us off", lambda r: r.failed and r.is_put_off, NextAction.REST),
    WriteRule(4, "refused, and perhaps all is",
              lambda r: r.failed and r.status == HTTPStatus.FORBIDDEN and not r.is_member, NextAction.REST),
    WriteRule(5, "no such call, or not for this project",
              lambda r: r.failed and not r.by_list and r.status in NO_SUCH_CALL, NextAction.READ_LIST),
    WriteRule(6, "no list either", lambda r: r.failed and r.by_list and r.has_no_list, NextAction.SEND_UNSEEN),
    WriteRule(7, "the look did not succeed", lambda r: r.failed, NextAction.WAIT),
    WriteRule(8, "the list goes on", lambda r: r.goes_on and not r.returned, NextAction.READ_ON),
    WriteRule(9, "not shown yet", lambda r: r.is_unseen and not r.has_tried_long, NextAction.WAIT_UNTIL_SHOWN),
    WriteRule(10, "returned, as far as it ever is", lambda r: not r.failed, NextAction.COMPARE),
)  # fmt: skip


def next_action(result: LookResult) -> NextAction:
    """Return what follows a look before an update, by the first rule that holds."""
    return next((rule.then for rule in WRITE_RULES if rule.holds(result)), NextAction.WAIT)


# -- progress --------------------------------------------------------------------------------------------------------


def passed_over(turn: Turn) -> set[int]:
    """Return the updates that are being compared, are sent next, or wait alone."""
    now = turn.now.seconds
    not_before = {number: at for number, at in turn.comparing.not_before.items() if at > now}
    if len(not_before) < len(turn.comparing.not_before):
        turn.comparing = replace(turn.comparing, not_before=not_before)
    going = {request.operation.operation_id for request in turn.state.ready if isinstance(request, Begin)}
    return {*turn.comparing.busy, *not_before, *going}


def first_look(turn: Turn, operation: Operation) -> Compare:
    """Return the first request of an update."""
    turn.comparing = turn.comparing.begun(operation.operation_id)
    if turn.traits.has_data_call:
        return _look(turn, protocol.data(operation.project_key, turn.account.email), operation)
    return _look_by_list(turn, operation)


def take_compared(turn: Turn, task: Compare, exchange: Exchange) -> None:
    """Process the answer to a look before an update."""
    number = task.operation.operation_id
    turn.comparing = turn.comparing.ended(number)
    if task.by_list:
        _note_list(turn, exchange)
    operation = turn.reads.operation(number)
    if operation is None or operation.state is not OperationState.QUEUED:
        return  # discarded, or merged with another change, meanwhile
    if turn.reads.is_held_back(operation):
        return  # its project turned out to be one that another change waits for, which goes first
    if is_stale(turn, task):
        return  # for example, the computer slept since: it is looked at again
    try:
        returned, scan = _returned(turn, operation, task, exchange)
    except KnownError as error:
        result = _look_result(turn, operation, exchange, None, task.scan)
        _go_without(turn, task, operation, exchange, next_action(result), error)
        return
    result = _look_result(turn, operation, exchange, returned, scan)
    match next_action(result):
        case NextAction.READ_ON if scan is not None:
            turn.comparing = turn.comparing.begun(number)
            turn.make_ready(_look(turn, scan.next_request(), operation, scan))
        case NextAction.COMPARE:
            turn.comparing = turn.comparing.compared(number)
            send_what_differs(turn, task, operation, returned)
        case _:
            _wait_for(turn, operation, remarks.NOT_SHOWN)


def _go_without(
    turn: Turn, task: Compare, operation: Operation, exchange: Exchange, action: NextAction, error: KnownError
) -> None:
    """Do what follows a look that returned no fields."""
    match action:
        case NextAction.SEND_UNSEEN:
            send_what_differs(turn, task, operation, {})
        case NextAction.READ_LIST:
            turn.traits = turn.traits.not_returned(operation.project_key, exchange, turn.reads)
            turn.comparing = turn.comparing.begun(operation.operation_id)
            probe(turn, operation.project_key)
            turn.make_ready(_look_by_list(turn, operation))
        case NextAction.WAIT_UNTIL_SHOWN:
            _wait_for(turn, operation, remarks.NOT_SHOWN)
        case NextAction.REST:
            turn.writes.append(Say(operation, remarks.not_sent(error)))
        case NextAction.ASK_USER:
            turn.writes.append(Transition(operation, Event.GONE, remarks.GONE, reason=Reason.GONE))
        case _:
            _wait_for(turn, operation, remarks.not_compared(error))


def probe(turn: Turn, project_id: int) -> None:
    """Request other projects, to learn whether the server does not return this one, or none at all."""
    if not turn.traits.is_unsure or turn.comparing.has_probed:
        return
    turn.comparing = replace(turn.comparing, has_probed=True)
    others = turn.traits.some_long_known(_PROBES, project_id, turn.reads)
    turn.make_ready(*(Probe(protocol.data(other, turn.account.email), other) for other in others))


def take_probed(turn: Turn, task: Probe, exchange: Exchange) -> None:
    """Process the answer to a probe."""
    try:
        turn.traits = turn.traits.returned(task.project_id, read_returned(task.project_id, exchange), turn.reads)
    except KnownError:
        turn.comparing = replace(turn.comparing, has_probed=False)
        if is_no_such_call(exchange):
            turn.traits = turn.traits.not_returned(task.project_id, exchange, turn.reads)


# -- the look --------------------------------------------------------------------------------------------------------


def _look_result(
    turn: Turn, operation: Operation, exchange: Exchange, returned: FieldValues | None, scan: ListScan | None
) -> LookResult:
    grace = turn.policy().grace_seconds
    number, now, by_list = operation.operation_id, turn.now.seconds, scan is not None
    return LookResult(
        by_list=by_list,
        status=exchange.status,
        returned=returned,
        is_gone=returned is None and not by_list and turn.traits.is_gone(exchange),
        is_old=turn.traits.is_long_known(operation.project_key, turn.reads),
        has_tried_long=turn.comparing.has_tried_long(number, now, grace),
        is_member=turn.gate.is_member,
        has_no_list=turn.comparing.has_no_list(now, grace),
        goes_on=scan is not None and not scan.is_done,
        returned_all=returned is not None and returned.keys() >= operation.changes.keys(),
        may_return_more=turn.traits.has_data_call,
    )


def _returned(
    turn: Turn, operation: Operation, task: Compare, exchange: Exchange
) -> tuple[FieldValues, ListScan | None]:
    """Return the fields that a look showed, with the list as far as it was read.

    Raises:
        KnownError: It showed none.
    """
    if task.scan is not None:
        scan = task.scan.take(exchange)
        return returned_by_list(operation, scan), scan
    data = read_returned(operation.project_key, exchange)
    turn.traits = turn.traits.returned(operation.project_key, data, turn.reads)
    turn.writes.append(KeepDetail(operation.project_key, data))
    return data.values, None


def returned_by_list(operation: Operation, scan: ListScan) -> FieldValues:
    """Return the fields of an operation's project in a list; none if the list does not hold it."""
    row = scan.rows.get(operation.project_key)
    return {} if row is None else candidate(row, None).values


def _wait_for(turn: Turn, operation: Operation, said: Remarks) -> None:
    """Let one update wait whose project the server cannot return, or not yet; it holds up no other."""
    number, now, comparing = operation.operation_id, turn.now.seconds, turn.comparing
    tried = comparing.tried.get(number, Tried(now))
    not_before = {**comparing.not_before, number: now + pause_after(tried.failures, turn.context.chance)}
    failed = replace(tried, failures=tried.failures + 1)
    turn.comparing = replace(comparing, not_before=not_before, tried={**comparing.tried, number: failed})
    turn.writes.append(Say(operation, said))


def _note_list(turn: Turn, exchange: Exchange) -> None:
    """Note whether the list was refused. One refusal among many answers means nothing: it must go on for long."""
    if exchange.status not in NO_SUCH_CALL:
        turn.comparing = replace(turn.comparing, refused_since=None)
    elif turn.comparing.refused_since is None:
        turn.comparing = replace(turn.comparing, refused_since=turn.now.seconds)


def _look_by_list(turn: Turn, operation: Operation) -> Compare:
    scan = round_plans.scan_for(turn, operation.project_key)
    return _look(turn, scan.next_request(), operation, scan)


def _look(turn: Turn, request: ApiRequest, operation: Operation, scan: ListScan | None = None) -> Compare:
    return Compare(request, operation, turn.now.seconds, turn.now.by_clock, scan)


def is_stale(turn: Turn, task: Compare) -> bool:
    """Return whether a look was made so long ago, by either clock, that a colleague may have changed the project."""
    longest = task.request.deadline + _HOLDS_GOOD
    by_wall = abs((turn.now.by_clock - task.asked).total_seconds())
    return max(turn.now.seconds - task.asked_at, by_wall) > longest


# -- sending ---------------------------------------------------------------------------------------------------------


def send_what_differs(turn: Turn, look: Compare, operation: Operation, theirs: FieldValues) -> None:
    """Merge a change with what the server holds: send what no colleague changed, and ask the user about the rest."""
    later = _set_later(turn, operation)
    theirs = {**theirs, **{field: later[field] for field in later if _is_unseen(operation, field, theirs)}}
    merged = merge(operation.base, operation.changes, theirs, later)
    if merged.clash:
        turn.writes.append(
            Transition(operation, Event.CONFLICT, remarks.CONFLICT, reason=Reason.CONFLICT, theirs=merged.clash)
        )
        clash = {field: value for field, value in operation.changes.items() if field in merged.clash}
        if clash.keys() == operation.changes.keys() or turn.reads.is_overtaken(operation, clash):
            return  # nothing is left to go, or it waits for the user as a whole
    if not merged.send:
        said = remarks.THERE_ALREADY
        rest = {field: value for field, value in operation.changes.items() if field not in merged.clash}
        left = operation._replace(changes=rest, remarks=said)
        turn.writes.append(Transition(left, Event.THERE_ALREADY, said))
        if turn.traits.has_data_call:
            # A part of the server that lags behind may have returned a value that a colleague has changed since.
            turn.make_ready(Check(protocol.data(operation.project_key, turn.account.email), left))
        return
    request = protocol.update(operation.project_key, turn.account.email, merged.send)
    rest = {field: value for field, value in operation.changes.items() if field not in merged.clash}
    said = remarks.UNTOLD if merged.not_returned else ()
    turn.make_ready(Begin(operation._replace(changes=rest), request, merged.send, said=said, look=look))


def _set_later(turn: Turn, operation: Operation) -> FieldValues:
    """Return the values that later changes have set, or may have set, in the fields of an operation.

    If it is not known whether such a change was carried out, it only conflicts with another value: the same value on
    the server can come from it alone.
    """
    wanted = operation.changes
    later: dict[Field, str | float | None] = {}
    for sent in turn.reads.sent_later(operation):
        is_done = sent.state is OperationState.CONFIRMED
        for field in wanted.keys() & sent.sent.keys():
            if is_done or not same(field, sent.sent[field], wanted[field]):
                later[field] = sent.sent[field]
    return later


def _is_unseen(operation: Operation, field: Field, theirs: FieldValues) -> bool:
    """Return whether the server's answer does not show, yet or ever, what a later change has set."""
    if field not in theirs:
        return True
    base = operation.base
    return same(field, theirs[field], base[field]) if field in base else not theirs[field]
