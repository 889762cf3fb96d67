"""Reconcile operations in doubt with the server: collect evidence, and do what the rules decide. Pure, on a step."""

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING

from heatpunk_desktop.api import protocol
from heatpunk_desktop.api.error_messages import is_page
from heatpunk_desktop.api.outcome import DEFINITE_REFUSALS
from heatpunk_desktop.api.project_reader import read_project_data
from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.domain.operation import Operation, OperationKind, OperationState, Reason
from heatpunk_desktop.domain.operation_states import Event
from heatpunk_desktop.errors import KnownError
from heatpunk_desktop.sync import evidence, read_before_write, remarks, round_plans
from heatpunk_desktop.sync.evidence import Evidence, EvidenceKind
from heatpunk_desktop.sync.matching import Fit, fit
from heatpunk_desktop.sync.policy import PAUSE_FOR_TWIN
from heatpunk_desktop.sync.rounds import Round, days_of
from heatpunk_desktop.sync.rules import Conclusion, Verdict
from heatpunk_desktop.sync.server_traits import Learnt, is_no_such_call
from heatpunk_desktop.sync.state import AnswerStored, KeepDetail, KeepListed, Transition, Turn
from heatpunk_desktop.sync.tasks import Look

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from heatpunk_desktop.api.exchange import Exchange
    from heatpunk_desktop.sync.round_plans import Weighed

_TRANSITIONS = {Conclusion.FOUND: Event.FOUND, Conclusion.ABSENT: Event.ABSENT, Conclusion.UNCLEAR: Event.UNCLEAR}


def noted_days(turn: Turn, noted: str, owner: str) -> str:
    """Return the days all of whose projects are known: `Reads.noted_days`, or more if a round has read more.

    Only for the user's own projects: of those of others not everything that a round reads is stored.
    """
    read, days = turn.looking.read_whole, days_of(noted)
    if read is None or owner.lower() != turn.account.email.lower():
        return noted
    if days is not None and not read.first <= days[0] <= days[1] <= read.last:
        return noted
    return f"{read.first.isoformat()}/{read.last.isoformat()}"


def begin(turn: Turn, operations: Iterable[Operation]) -> None:
    """Begin to reconcile operations that have come in doubt."""
    in_doubt = turn.looking.in_doubt.added(operations, turn.now.seconds, turn.policy())
    turn.looking = replace(turn.looking, in_doubt=in_doubt)


# -- requests --------------------------------------------------------------------------------------------------------


def next_looks(turn: Turn) -> list[Look]:
    """Return the looks to request now."""
    now = turn.now.seconds
    turn.traits = turn.traits.grown_old(now, turn.policy().grace_seconds)
    _drop_old(turn)
    due = turn.looking.next_at()
    if due is None or due > now:
        return []
    looks = [*_take_ready(turn)]
    for round_ in turn.looking.rounds.values():
        if round_.again and now >= round_.again_at:
            looks += round_.again
            turn.looking = turn.looking.with_round(replace(round_, again=()))
    for number in turn.looking.in_doubt.due(turn.looking.under_way(), now):
        operation = _still_in_doubt(turn, number)
        if operation is None or number in turn.looking.under_way():
            continue
        if _is_looked_for_later(turn, operation):
            _look_at(turn, [number], now + PAUSE_FOR_TWIN)
        else:
            _start(turn, operation)
            looks += _take_ready(turn)
    return looks


def _take_ready(turn: Turn) -> tuple[Look, ...]:
    ready = turn.looking.ready
    if ready:
        turn.looking = replace(turn.looking, ready=())
    return ready


def _ask(turn: Turn, *looks: Look) -> None:
    if looks:
        turn.looking = replace(turn.looking, ready=(*turn.looking.ready, *looks))


def _look_at(turn: Turn, numbers: Iterable[int], at: float) -> None:
    turn.looking = replace(turn.looking, in_doubt=turn.looking.in_doubt.looked_at([*numbers], at))


def _drop_old(turn: Turn) -> None:
    """Restart rounds that took too long, for example over a sleep of the computer: their answers are out of date."""
    for round_ in [round_ for round_ in turn.looking.rounds.values() if round_.is_old(turn.now)]:
        turn.looking = turn.looking.without(round_)
        _look_at(turn, (operation.operation_id for operation in round_.operations), turn.now.seconds)


def _is_looked_for_later(turn: Turn, operation: Operation) -> bool:
    """Return whether another round looks for creates of the same owner: a second one would repeat its requests."""
    if operation.kind is not OperationKind.CREATE:
        return False
    owner = operation.owner.lower()
    rounds = turn.looking.rounds.values()
    return any(round_.is_of_creates and round_.operations[0].owner.lower() == owner for round_ in rounds)


def _still_in_doubt(turn: Turn, number: int) -> Operation | None:
    operation = turn.reads.operation(number)
    if operation is not None and operation.state is OperationState.UNKNOWN:
        return operation
    turn.looking = replace(turn.looking, in_doubt=turn.looking.in_doubt.ended(number))
    return None


def _start(turn: Turn, operation: Operation) -> None:
    if operation.kind is OperationKind.CREATE:
        # The looks that can prove something go further back than the first ones.
        proves = not turn.looking.in_doubt.any_in_grace(turn.now.seconds, turn.policy().grace_seconds)
        _begin_round(turn, round_plans.for_creates(turn, operation, proves=proves))
    elif turn.traits.has_data_call:
        _begin_round(turn, Round((operation,), None, turn.now, waiting=frozenset([operation.project_key])))
    else:
        _begin_round(turn, round_plans.for_project(turn, operation))


def _begin_round(turn: Turn, begun: Round) -> None:
    number = turn.looking.last_round + 1
    round_ = replace(begun, number=number)
    turn.looking = replace(turn.looking.with_round(round_), last_round=number)
    if round_.scan is not None:
        _ask(turn, _look_at_list(turn, round_))
    else:
        _ask(turn, *(_look_at_project(turn, round_, key) for key in round_.waiting))


def _look_at_list(turn: Turn, round_: Round) -> Look:
    scan = round_.the_scan
    is_of_another = scan.email.lower() != turn.account.email.lower()
    return Look(scan.next_request(), round_.number, is_of_another=is_of_another)


def _look_at_project(turn: Turn, round_: Round, project_id: int) -> Look:
    email = round_.scan.email if round_.scan is not None else turn.account.email
    return Look(protocol.data(project_id, email), round_.number, project_id)


# -- answers ---------------------------------------------------------------------------------------------------------


def take_look(turn: Turn, look: Look, exchange: Exchange) -> None:
    """Process the answer to a look."""
    round_ = turn.looking.rounds.get(look.round)
    if round_ is None:
        return
    try:
        if look.project_id is None:
            round_ = _take_list(turn, round_, exchange)
        else:
            round_ = _take_project(turn, round_, look.project_id, exchange)
    except KnownError:
        held = None if exchange.status in DEFINITE_REFUSALS else round_.held(look, turn.now.seconds)
        if held is not None:
            turn.looking = turn.looking.with_round(held)
        else:
            _fail(turn, round_, exchange)
        return
    turn.looking = turn.looking.with_round(round_)
    # The answer must be committed before it is judged: candidates are read from the store.
    turn.events.append(AnswerStored(round_.number))


def go_on(turn: Turn, number: int) -> None:
    """Request what a round still lacks, or conclude it."""
    round_ = turn.looking.rounds.get(number)
    if round_ is None:
        return
    if round_.scan is not None and not round_.scan.is_done:
        _ask(turn, _look_at_list(turn, round_))
    elif not (round_ := _ask_next(turn, round_)).waiting:
        _conclude(turn, round_)


def _take_list(turn: Turn, round_: Round, exchange: Exchange) -> Round:
    """Process a part of the list.

    Raises:
        KnownError: It is none.
    """
    scan = round_.the_scan.take(exchange)
    round_ = round_.listed(scan)
    if not scan.is_done:
        return round_
    traits = turn.traits.of_range(scan.days, scan.rows.values()).raised_to(Learnt.LARGEST_LIST, scan.largest)
    if scan.is_whole:
        traits = traits.listed(scan.email, scan.rows, scan.began_at)
    else:
        traits = traits.kept(Learnt.CUT_OFF_AT, scan.largest)
    if scan.email.lower() == turn.account.email.lower():
        turn.writes.append(KeepListed(list(scan.rows.values())))
        traits = traits.own_list(round_.expected, scan.rows)
        if scan.is_whole:
            turn.looking = replace(turn.looking, read_whole=scan.days)
    turn.traits = traits
    return round_.asking(round_.missing_fresh()) if traits.has_data_call else round_


def _take_project(turn: Turn, round_: Round, project_id: int, exchange: Exchange) -> Round:
    """Process the answer about one project.

    Raises:
        KnownError: The server may return the project if it is asked again.
    """
    try:
        data = read_project_data(exchange)
    except KnownError:
        if turn.traits.is_gone(exchange):
            return round_.answered(project_id, None)
        if turn.traits.has_returned or not is_no_such_call(exchange):
            raise
        turn.traits = turn.traits.not_returned(project_id, exchange, turn.reads)
        if turn.traits.has_data_call and _may_be_new(turn, project_id, round_):
            # Or the project is too new to be known everywhere: others are requested, then this one again.
            raise
        # There is no such call: the list must do.
        return round_.not_returned(project_id)
    turn.traits = turn.traits.returned(project_id, data, turn.reads)
    if round_.scan is None:
        turn.writes.append(KeepDetail(project_id, data))
    return round_.answered(project_id, data.values, is_changed=data.modified != data.created)


def _may_be_new(turn: Turn, project_id: int, round_: Round) -> bool:
    """Return whether parts of the server may not know a project yet that a list already holds."""
    if round_.scan is None:
        return False
    began_at = round_.scan.began_at
    turn.traits, since = turn.traits.in_vain_since(project_id, began_at)
    return began_at < since + turn.policy().grace_seconds


def _ask_next(turn: Turn, round_: Round) -> Round:
    """Request the next projects of a round, a few at a time; none if the server turned out not to have the call."""
    if not round_.to_ask:
        return round_
    asking, wanted = round_.asked() if turn.traits.has_data_call else (replace(round_, to_ask=()), ())
    turn.looking = turn.looking.with_round(asking)
    _ask(turn, *(_look_at_project(turn, asking, project_id) for project_id in wanted))
    return asking


def _fail(turn: Turn, round_: Round, exchange: Exchange) -> None:
    turn.looking = turn.looking.without(round_)
    if round_.returned and round_.is_of_creates:
        # What the good answers proved stays proved.
        _settle_sure(turn, round_, round_plans.weigh(turn, round_))
    kind = EvidenceKind.REFUSED if _is_final(exchange) else EvidenceKind.FAILED
    _resolve(turn, [(operation, Evidence(kind, turn.now.seconds)) for operation in round_.operations])


# -- conclusions -----------------------------------------------------------------------------------------------------


def _conclude(turn: Turn, round_: Round) -> None:
    if round_.is_of_creates:
        _conclude_creates(turn, round_)
        return
    turn.looking = turn.looking.without(round_)
    (operation,) = round_.operations
    if round_.scan is None and not round_.returned:
        by_list = True  # the server does not return this project, or none at all
    else:
        verdicts = _resolve(turn, [(operation, _seen_of_project(turn, operation, round_))])
        by_list = any(verdict.by_list for verdict in verdicts.values())
    if by_list:
        _begin_round(turn, round_plans.for_project(turn, operation))


def _seen_of_project(turn: Turn, operation: Operation, round_: Round) -> Evidence:
    # As of the moment of the request: the answer need not show what the server did later.
    key, scan, at = operation.project_key, round_.scan, round_.began.seconds
    if operation.kind is OperationKind.UPDATE:
        returned = round_.returned[key] if scan is None else read_before_write.returned_by_list(operation, scan)
        return evidence.of_update(operation, returned, turn.reads.sent_earlier(operation), at=at)
    is_long_known = turn.traits.is_long_known(key, turn.reads)
    # A list that never held it, as of a colleague's project, proves nothing by lacking it.
    is_proof = round_.is_proof() and turn.reads.was_listed(key)
    listed = scan.rows if scan is not None else None
    return evidence.of_delete(operation, round_.returned, listed, at=at, is_proof=is_proof, is_long_known=is_long_known)


def _conclude_creates(turn: Turn, round_: Round) -> None:
    weighed = round_plans.weigh(turn, round_)
    if turn.traits.has_data_call:
        round_ = _ask_next(turn, round_.asking(weighed.not_returned))
    if round_.waiting:
        _settle_sure(turn, round_, weighed)
        return
    turn.looking = turn.looking.without(round_)
    since = {number: case.since for number, case in turn.looking.in_doubt.cases.items()}
    seen = evidence.of_creates(
        weighed.wanted, weighed.candidates, at=round_.the_scan.began_at, is_proof=round_.is_proof(), since=since
    )
    _resolve(
        turn,
        [
            (operation, seen[operation.operation_id])
            for operation in round_.operations
            if operation.operation_id in seen
        ],
    )


def _settle_sure(turn: Turn, round_: Round, weighed: Weighed) -> None:
    """Resolve what a reference proves, however far the round is: it cannot be carried out twice any more."""
    by_reference = {candidate.values.get(Field.CRM_REFERENCE): candidate for candidate in reversed(weighed.candidates)}
    operations = {operation.operation_id: operation for operation in round_.operations}
    sure: list[tuple[Operation, Evidence]] = []
    for wanted in weighed.wanted:
        there = by_reference.get(wanted.values.get(Field.CRM_REFERENCE))
        if there is not None and wanted.is_judged and fit(wanted, there) is Fit.SURE:
            at = round_.the_scan.began_at
            found = Evidence(EvidenceKind.REFERENCE_SEEN, at, projects=(there.project_id,))
            sure.append((operations[wanted.number], found))
    _resolve(turn, sure)


def _resolve(turn: Turn, seen: Sequence[tuple[Operation, Evidence]]) -> Mapping[int, Verdict]:
    in_doubt, verdicts = turn.looking.in_doubt.observed(seen, turn.now.seconds, turn.policy())
    turn.looking = replace(turn.looking, in_doubt=in_doubt)
    for operation, _ in seen:
        verdict = verdicts.get(operation.operation_id)
        if verdict is not None and verdict.conclusion in _TRANSITIONS:
            turn.writes.append(_transition(operation, verdict))
    return verdicts


def _transition(operation: Operation, verdict: Verdict) -> Transition:
    """Return the transition of an operation that is resolved."""
    event, said = _TRANSITIONS[verdict.conclusion], remarks.resolved(operation, verdict)
    match event:
        case Event.FOUND:
            (project_id,) = verdict.projects or (operation.project_key,)
            return Transition(operation, event, said, project_id=project_id)
        case Event.UNCLEAR:
            return Transition(operation, event, said, reason=Reason.UNCLEAR, projects=verdict.projects)
        case _:
            return Transition(operation, event, said)


def _is_final(exchange: Exchange) -> bool:
    """Return whether asking again would have the same result: a refusal, or an answer that cannot be read."""
    if exchange.status == HTTPStatus.OK:
        return exchange.failure is None and not is_page(exchange.body, exchange.content_type)
    return exchange.status in DEFINITE_REFUSALS
