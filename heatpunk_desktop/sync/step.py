"""One step of the engine: from state and event to the next state and its effects. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from heatpunk_desktop.api import protocol
from heatpunk_desktop.api.error_messages import is_page
from heatpunk_desktop.api.outcome import Outcome, OutcomeKind, classify
from heatpunk_desktop.domain.dates import DateRange
from heatpunk_desktop.domain.operation import Operation, OperationKind, OperationState, Reason
from heatpunk_desktop.domain.operation_states import Event
from heatpunk_desktop.errors import KnownError
from heatpunk_desktop.sync import read_before_write, reconciler, remarks
from heatpunk_desktop.sync.merge import same
from heatpunk_desktop.sync.policy import pause_after
from heatpunk_desktop.sync.server_traits import GONE, is_no_such_call, read_returned
from heatpunk_desktop.sync.state import (
    Answered,
    AnswerStored,
    Asked,
    Begin,
    Context,
    Effects,
    EndLateAttempt,
    FoundInDoubt,
    Interrupt,
    KeepDetail,
    Say,
    Started,
    StepEvent,
    SyncState,
    Tick,
    Transition,
    Turn,
)
from heatpunk_desktop.sync.tasks import Check, Compare, Look, Membership, Probe, Send, Task
from heatpunk_desktop.texts import marked

if TYPE_CHECKING:
    from collections.abc import Iterable

    from heatpunk_desktop.api.exchange import Exchange
    from heatpunk_desktop.domain.fields import FieldValues
    from heatpunk_desktop.sync.reads import Reads
    from heatpunk_desktop.sync.rounds import Moment

#: The most updates that wait for verification; beyond these, the next refresh shows what they did.
_MOST_CHECKS: Final = 100


def step(state: SyncState, event: StepEvent, now: Moment, reads: Reads, context: Context) -> tuple[SyncState, Effects]:
    """Make one step.

    Args:
        state: The state before.
        event: What happened.
        now: The current time, by both clocks.
        reads: The store as it is; the step changes nothing in it.
        context: The account, the policy, and the source of randomness.

    Returns:
        The next state, to be adopted only if the effects are committed; and the effects.

    Raises:
        StorageError: The store could not be read.
    """
    turn = Turn(state, now, reads, context)
    match event:
        case Started():
            until = now.by_clock + timedelta(seconds=turn.policy().grace_seconds)
            turn.writes.append(Interrupt(remarks.interrupted(until)))
            turn.events.append(FoundInDoubt())
        case FoundInDoubt():
            reconciler.begin(turn, reads.in_state(OperationState.UNKNOWN))
        case Tick():
            end_late_attempts(turn)
        case Answered(answers):
            for task, exchange in answers:
                _take(turn, task, exchange)
            turn.traits = turn.traits.made(turn.made, now.seconds)
        case AnswerStored(number):
            reconciler.go_on(turn, number)
        case Asked(limit):
            _give(turn, limit)
    return turn.state, turn.effects()


def seconds_to_wait(state: SyncState, now: float, grace_seconds: float) -> float | None:
    """Return the seconds until there may be something to ask if nothing else happens; None if there is nothing."""
    gate = state.gate
    if gate.is_paused_for_key:
        return max(0.0, gate.resumes_at - now) if state.asks_membership else None
    if state.is_held_back or gate.resumes_at > now:
        return max(0.0, gate.resumes_at - now)
    late = (since + grace_seconds for _, since in state.late.values())
    wakes = (state.looking.next_at(), min(state.comparing.not_before.values(), default=None), min(late, default=None))
    at = [wake for wake in wakes if wake is not None]
    return max(0.0, min(at) - now) if at else None


# -- requests --------------------------------------------------------------------------------------------------------


def _give(turn: Turn, limit: int) -> None:
    """Add about `limit` requests, or more where one must follow another at once."""
    now = turn.now.seconds
    ready = turn.state.ready
    is_held_back = not turn.gate.may_send(now)
    if ready or is_held_back is not turn.state.is_held_back:
        turn.state = replace(turn.state, ready=(), is_held_back=is_held_back)
    if turn.gate.is_paused_for_key:
        _put_back(turn, ready)
    else:
        turn.requests += [request for request in ready if not isinstance(request, Begin) or _still_goes(turn, request)]
    if turn.state.is_held_back:
        if turn.state.asks_membership and now >= turn.gate.resumes_at:
            turn.state = replace(turn.state, asks_membership=False)
            today = turn.now.by_clock.date()
            turn.requests.append(Membership(protocol.list_projects(turn.account.email, DateRange(today, today))))
        return
    if turn.state.asks_membership:
        turn.state = replace(turn.state, asks_membership=False)
    if len(turn.requests) < limit:
        turn.requests += reconciler.next_looks(turn)
    passed_over = read_before_write.passed_over(turn) | {
        request.operation.operation_id for request in turn.requests if isinstance(request, Begin)
    }
    while len(turn.requests) < limit:
        operations = turn.reads.some_queued(passed_over, limit - len(turn.requests))
        if not operations:
            break
        passed_over.update(operation.operation_id for operation in operations)
        _first_steps(turn, operations)
    while turn.state.checks and len(turn.requests) < limit:
        *checks, done = turn.state.checks
        turn.state = replace(turn.state, checks=tuple(checks))
        turn.requests.append(Check(protocol.data(done.project_key, turn.account.email), done))


def _still_goes(turn: Turn, begin: Begin) -> bool:
    """Return whether an update is still as it was when it was compared; else it is compared again."""
    operation = turn.reads.operation(begin.operation.operation_id)
    return (
        operation is not None
        and operation.state is OperationState.QUEUED
        and operation.changes == begin.operation.changes
        and not turn.reads.is_held_back(operation)
        and (begin.look is None or not read_before_write.is_stale(turn, begin.look))
    )


def _put_back(turn: Turn, ready: Iterable[Task | Begin]) -> None:
    """Keep what was ready until the user enters another key, as this one was just refused."""
    for request in ready:
        if isinstance(request, Begin):
            turn.writes.append(Say(request.operation, remarks.KEY_REFUSED))
        else:
            turn.make_ready(request)


def _first_steps(turn: Turn, operations: Iterable[Operation]) -> None:
    """Add the first request of each operation: a read-before-write for an update, else the write itself."""
    begins: list[Begin] = []
    days = turn.reads.noted_days()
    for operation in operations:
        if operation.is_damaged:
            turn.writes.append(Transition(operation, Event.UNUSABLE, remarks.DAMAGED, reason=Reason.DAMAGED))
            continue
        try:
            request = _request_for(turn, operation, operation.changes)
        except ValueError as error:
            # Nothing was sent. The user can correct it; in the queue it would fail again and again.
            said = remarks.unusable(error)
            turn.writes.append(Transition(operation, Event.UNUSABLE, said, reason=Reason.REFUSED))
            continue
        if operation.kind is OperationKind.UPDATE:
            turn.requests.append(read_before_write.first_look(turn, operation))
        else:
            begins.append(Begin(operation, request, noted=reconciler.noted_days(turn, days, operation.owner)))
    turn.requests += begins


def _request_for(turn: Turn, operation: Operation, fields: FieldValues) -> protocol.ApiRequest:
    if operation.kind is OperationKind.CREATE:
        return protocol.create(operation.owner, fields)
    if operation.project_id is None:
        raise ValueError(marked("step", "the project has no number yet"))
    if operation.kind is OperationKind.UPDATE:
        return protocol.update(operation.project_id, turn.account.email, fields)
    return protocol.soft_delete(operation.project_id, turn.account.email)


# -- answers ---------------------------------------------------------------------------------------------------------


def _take(turn: Turn, task: Task, exchange: Exchange) -> None:
    _learn_from(turn, task, exchange)
    match task:
        case Send():
            _take_sent(turn, task, exchange)
        case Compare():
            read_before_write.take_compared(turn, task, exchange)
        case Check():
            _take_checked(turn, task, exchange)
        case Probe():
            read_before_write.take_probed(turn, task, exchange)
        case Look():
            reconciler.take_look(turn, task, exchange)
            if task.project_id is not None and is_no_such_call(exchange):
                read_before_write.probe(turn, task.project_id)
        case _:
            _take_membership(turn, exchange)


def _learn_from(turn: Turn, task: Task, exchange: Exchange) -> None:
    endpoint = task.request.endpoint
    if isinstance(task, Look) and task.is_of_another:
        # A refusal of another user's list says nothing about the user's own.
        endpoint = protocol.Endpoint.DATA
    turn.gate = turn.gate.learned(endpoint, exchange)
    if exchange.status == HTTPStatus.FORBIDDEN and endpoint is not protocol.Endpoint.LIST:
        # Is it this project that the user may not change, or everything? The list decides that.
        turn.state = replace(turn.state, asks_membership=turn.gate.is_paused_for_key)
    if not isinstance(task, Membership):  # which has pauses of its own
        turn.put_off_by(exchange)


def _take_sent(turn: Turn, task: Send, exchange: Exchange) -> None:
    operation = task.operation
    outcome = classify(task.request.endpoint, exchange)
    match outcome.kind:
        case OutcomeKind.CONFIRMED:
            _confirm(turn, operation, outcome)
        case OutcomeKind.NOT_SENT:
            turn.writes.append(Transition(operation, Event.NOT_SENT, remarks.not_sent(outcome.error)))
        case OutcomeKind.KEY_REFUSED:
            turn.writes.append(Transition(operation, Event.NOT_SENT, remarks.KEY_REFUSED))
        case OutcomeKind.REFUSED if outcome.status == HTTPStatus.FORBIDDEN and not turn.gate.is_member:
            turn.writes.append(Transition(operation, Event.NOT_SENT, remarks.not_sent(outcome.error)))
        case OutcomeKind.REFUSED:
            is_gone = operation.kind is OperationKind.UPDATE and outcome.status in GONE
            is_gone = is_gone and not is_page(exchange.body, exchange.content_type)
            reason = Reason.GONE if is_gone else Reason.REFUSED
            said = remarks.GONE if is_gone else remarks.refused(outcome, operation)
            turn.writes.append(Transition(operation, Event.REFUSED, said, outcome.server_words, reason))
        case _:
            until = turn.now.by_clock + timedelta(seconds=turn.policy().grace_seconds)
            said = remarks.in_doubt(outcome, until)
            turn.writes.append(Transition(operation, Event.IN_DOUBT, said, outcome.server_words))
            reconciler.begin(turn, [operation])


def _confirm(turn: Turn, operation: Operation, outcome: Outcome) -> None:
    if operation.kind is OperationKind.CREATE:
        project_id = outcome.project_id or operation.project_key
        turn.writes.append(Transition(operation, Event.DONE, operation.remarks, project_id=project_id))
        turn.made.setdefault(project_id, operation.owner)
        return
    turn.writes.append(Transition(operation, Event.DONE, operation.remarks, project_id=operation.project_key))
    if operation.kind is OperationKind.UPDATE and turn.traits.has_data_call:
        turn.state = replace(turn.state, checks=(*turn.state.checks[:_MOST_CHECKS], operation))


def _take_membership(turn: Turn, exchange: Exchange) -> None:
    if exchange.status in (HTTPStatus.OK, HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        turn.state = replace(turn.state, membership_failures=0)
        return
    # No clear answer; until there is one, everything would only be refused once more.
    failures, chance = turn.state.membership_failures, turn.context.chance
    pause = pause_after(failures, chance, exchange.retry_after_seconds(turn.now.by_clock))
    turn.state = replace(turn.state, asks_membership=True, membership_failures=failures + 1)
    turn.gate = turn.gate.put_off(turn.now.seconds, chance, pause)


def _take_checked(turn: Turn, task: Check, exchange: Exchange) -> None:
    """Verify an update by the values that the server holds after it."""
    operation = task.operation
    try:
        data = read_returned(operation.project_key, exchange)
    except KnownError:
        return  # the next refresh will show it
    turn.traits = turn.traits.returned(operation.project_key, data, turn.reads)
    turn.writes.append(KeepDetail(operation.project_key, data))
    changed = [
        field
        for field, value in operation.changes.items()
        if field in data.values and not same(field, data.values[field], value)
    ]
    if changed:
        turn.writes.append(Say(operation, (*operation.remarks, *remarks.changed_after(changed))))


# -- late attempts -----------------------------------------------------------------------------------------------------


def end_late_attempts(turn: Turn) -> None:
    """Release what waits for an abandoned request, once its grace period is over.

    The store knows which requests these are; the grace period is by the monotonic clock, and restarts with the program.
    """
    now, grace = turn.now.seconds, turn.policy().grace_seconds
    seen: dict[int, tuple[str, float]] = {}
    for project_id, attempt in turn.reads.late_attempts().items():
        before, since = turn.state.late.get(project_id, ("", now))
        since = since if before == attempt else now
        if now < since + grace:
            seen[project_id] = (attempt, since)
        else:
            turn.writes.append(EndLateAttempt(project_id))
    if seen != turn.state.late:
        turn.state = replace(turn.state, late=seen)
