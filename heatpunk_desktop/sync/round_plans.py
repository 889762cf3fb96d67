"""Planning of reconciliation rounds: which days to read, and which projects to compare. No threads, no clock."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from heatpunk_desktop.domain.dates import FIRST_DAY, DateRange, start_of_day, utc_text
from heatpunk_desktop.domain.listed_row import CREATED, MODIFIED, OWNER_ID, PROJECT_ID
from heatpunk_desktop.domain.operation import Operation, OperationKind, OperationState, Reason
from heatpunk_desktop.sync.list_sync import ListScan
from heatpunk_desktop.sync.matching import Candidate, Fit, Wanted, fit
from heatpunk_desktop.sync.rounds import Moment, Round, candidate, day_of, days_of
from heatpunk_desktop.sync.server_traits import Learnt

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from heatpunk_desktop.domain.listed_row import ListedRow
    from heatpunk_desktop.sync.reads import Reads
    from heatpunk_desktop.sync.state import Turn

#: If there are at most so many projects, the whole list is read.
FEW: Final = 5_000

#: How far back a list is requested so that it holds known projects, which prove that it works.
_FURTHEST_CANARY: Final = timedelta(days=90)

#: How much further back than the attempt a longer list is read, at first and to prove absence.
_FIRST_LOOKS: Final = timedelta(days=7)
_PROOF: Final = timedelta(days=90)

#: How much further ahead than the attempt and than anything known a list is read.
_AHEAD: Final = timedelta(days=366)

#: Sorts after every moment.
_END_OF_TIME: Final = "9"


class Weighed(NamedTuple):
    """What is compared once a list is read.

    Attributes:
        wanted: Creates of the owner that may have made a project.
        candidates: Projects that they may have made.
        not_returned: Those of the candidates of which the call for one project could return more.
    """

    wanted: list[Wanted]
    candidates: list[Candidate]
    not_returned: set[int]


def for_creates(turn: Turn, operation: Operation, *, proves: bool) -> Round:
    """Plan a round that looks for a create in doubt, and for all others of the same owner.

    Args:
        turn: The step.
        operation: The create.
        proves: Whether it may prove absence, for which more days are read.
    """
    owner = operation.owner.lower()
    in_doubt = turn.reads.in_state(OperationState.UNKNOWN, OperationKind.CREATE)
    alike = tuple(operation for operation in in_doubt if operation.owner.lower() == owner)
    today = turn.present().date()
    days = [day_of(operation.attempted_at, today) for operation in alike]
    is_me = owner == turn.account.email.lower()
    owner_id = turn.reads.owner_id(owner)
    return list_round(
        alike,
        email=operation.owner,
        # Only projects that are known to be the owner's are expected in the owner's list.
        owner_id=None if is_me else (owner_id if owner_id is not None else -1),
        first=min(*days, today) - _further_back(turn, proves=proves),
        last=_furthest(turn, *days, today),
        reads=turn.reads,
        largest_seen=turn.traits.number(Learnt.LARGEST_LIST),
        began=turn.now,
    )


def for_project(turn: Turn, operation: Operation) -> Round:
    """Plan a round that looks for the project of an update or a deletion in doubt."""
    today = turn.present().date()
    created = day_of(turn.reads.created(operation.project_key), today)
    # Whether the range selects by creation or modification: every existing project is between the two.
    last = _furthest(turn, today) if operation.kind is OperationKind.SOFT_DELETE else created
    round_ = list_round(
        (operation,),
        email=turn.account.email,
        owner_id=None,
        first=created,
        last=last,
        reads=turn.reads,
        largest_seen=turn.traits.number(Learnt.LARGEST_LIST),
        began=turn.now,
    )
    others = {project_key: at for project_key, at in round_.expected.items() if project_key != operation.project_key}
    return replace(round_, expected=others)


def scan_for(turn: Turn, project_id: int) -> ListScan:
    """Return a scan of a list that shows a project, if any does: the days around its creation are read first."""
    today = turn.present().date()
    created = turn.reads.created(project_id)
    day = day_of(created, today)
    if created and turn.reads.was_listed(project_id):
        first = day - timedelta(days=1)
    else:
        # The stamp is not the server's.
        first = FIRST_DAY if turn.reads.count_projects() <= FEW else min(day, today) - timedelta(days=7)
    # Whether the range selects by creation or modification, and whatever this computer's clock says.
    days = DateRange(max(first, FIRST_DAY), _furthest(turn, day, today, FIRST_DAY))
    largest = turn.traits.number(Learnt.LARGEST_LIST)
    return ListScan.of(turn.account.email, days, largest, turn.now.seconds, DateRange(day, day).widened(1))


# -- comparison ----------------------------------------------------------------------------------------------------


def weigh(turn: Turn, round_: Round) -> Weighed:
    """Collect the creates in doubt and the candidates from the list of a round and from single projects."""
    scan = round_.the_scan
    # Projects that a refresh has added meanwhile count too: by the server's clock they may be of other days.
    since = min((create.attempt for create in _creates(turn, round_) if not _is_left_open(create)), default=0)
    rows = {**{row[PROJECT_ID]: row for row in turn.reads.new_since(since)}, **scan.rows}
    candidates = [
        candidate(
            row,
            turn.traits.telling(round_.returned.get(number)),
            is_changed=number in round_.changed,
            is_unseen=number not in scan.rows and number not in round_.returned,
        )
        for number, row in rows.items()
        if _may_be_owners(turn, row[OWNER_ID], scan) and round_.returned.get(number, {}) is not None
    ]
    claimed = turn.reads.claimed([found.project_id for found in candidates])
    candidates = [found for found in candidates if found.project_id not in claimed]
    everyone = _wanted(turn, round_, rows, [found.project_id for found in candidates])
    not_returned = {
        found.project_id
        for found in candidates
        if found.project_id not in round_.returned
        and any(fit(create, found) is not Fit.NO for create in everyone if create.is_judged)
    }
    return Weighed(everyone, candidates, not_returned)


# -- helpers -----------------------------------------------------------------------------------------------------


def _furthest(turn: Turn, *days: date) -> date:
    """Return the last day to read: this computer's clock may be far behind, and the server's far ahead."""
    known = day_of(turn.reads.newest_before(_END_OF_TIME), days[0])
    return max(*days, known) + _AHEAD


def _further_back(turn: Turn, *, proves: bool) -> timedelta:
    """Return how many more days to read, as it is not known how far the server's clock is off.

    Looks that prove absence go further back than the first ones; if there are few projects at all, all are read.
    """
    if turn.reads.count_projects() <= FEW:
        return timedelta(days=365 * 20)
    return _PROOF if proves else _FIRST_LOOKS


def _creates(turn: Turn, round_: Round) -> list[Operation]:
    """Return the owner's creates that are in doubt, on their way, or were left open, as they are now."""
    owner = round_.operations[0].owner.lower()
    in_doubt = (OperationState.UNKNOWN, OperationState.SENDING)
    return [
        create
        for state in (*in_doubt, OperationState.NEEDS_YOU, OperationState.DISCARDED)
        for create in turn.reads.in_state(state, OperationKind.CREATE)
        if create.owner.lower() == owner and (state in in_doubt or _is_left_open(create))
    ]


def _wanted(turn: Turn, round_: Round, rows: Mapping[int, ListedRow], unclaimed: Sequence[int]) -> list[Wanted]:
    first_seen = turn.reads.first_seen(unclaimed)
    looked_for = {operation.operation_id for operation in round_.operations}
    # A project that was changed here, and in no list since, has a stamp by this computer's clock.
    stamped = round_.the_scan.rows or rows
    newest = max((max(row[CREATED], row[MODIFIED]) for row in stamped.values()), default="")
    return [
        Wanted(
            create.operation_id,
            create.changes,
            create.attempted_at,
            frozenset(number for number in unclaimed if first_seen.get(number, create.attempt) >= create.attempt),
            days_of(create.noted),
            _not_before(turn, create, newest),
            # A create that came in doubt during the round may claim a candidate, and is judged in the next one.
            is_flying=not _is_left_open(create)
            and (create.state is OperationState.SENDING or create.operation_id not in looked_for),
            is_unclear=_is_left_open(create),
        )
        for create in _creates(turn, round_)
    ]


def _not_before(turn: Turn, operation: Operation, newest: str) -> str:
    """Return the earliest time of the server's clock at the attempt: it is now past its newest stamp."""
    try:
        stamp, asked = datetime.fromisoformat(newest), datetime.fromisoformat(operation.attempted_at)
        return utc_text(stamp - max(turn.present() - asked, timedelta()))
    except (ValueError, OverflowError):
        return ""


def _may_be_owners(turn: Turn, owner_id: int | None, scan: ListScan) -> bool:
    number = scan.owner_id if scan.owner_id is not None else turn.reads.owner_id(scan.email)
    return owner_id is None or number is None or owner_id == number


def list_round(
    operations: tuple[Operation, ...],
    *,
    email: str,
    owner_id: int | None,
    first: date,
    last: date,
    reads: Reads,
    largest_seen: int,
    began: Moment,
) -> Round:
    """Plan a round by the list of some days, one more at either end, and further back if no project of them is known.

    Args:
        operations: The operations to reconcile.
        email: Whose list is read.
        owner_id: Whose projects are expected in it, or None for all that are known.
        first: The first day that matters.
        last: The last day that matters.
        reads: Returns known projects.
        largest_seen: See `list_sync.may_be_cut_off`.
        began: The current time.
    """
    day = timedelta(days=1)
    days = DateRange(max(min(first, last) - day, FIRST_DAY), max(first, last, FIRST_DAY) + day)
    expected = _expected(days, reads, owner_id)
    if not expected:
        newest = reads.newest_before(start_of_day(days.first + day), owner_id)
        begin = day_of(newest, days.first) - 2 * day
        if newest and days.first - begin <= _FURTHEST_CANARY:
            days = DateRange(begin, days.last)
            expected = _expected(days, reads, owner_id)
    return Round(operations, ListScan.of(email, days, largest_seen, began.seconds), began, expected)


def _expected(days: DateRange, reads: Reads, owner_id: int | None) -> dict[int, str]:
    # Whatever the zone of the server's days: a project created on an inner day is in the list.
    return reads.known_between(start_of_day(days.first + timedelta(days=1)), start_of_day(days.last), owner_id)


def _is_left_open(operation: Operation) -> bool:
    """Return whether reconciliation of an operation has ended without a result: the user is asked, or discarded it.

    One that was discarded after an attempt may have made a project all the same, unless the server refused it.
    """
    if operation.state is OperationState.DISCARDED:
        was_told = operation.reason in {Reason.REFUSED, Reason.DAMAGED} or operation.project_id is not None
        return bool(operation.attempts) and not was_told
    return operation.state is OperationState.NEEDS_YOU and operation.reason is Reason.UNCLEAR
