"""What is read from the store to find something out: of which days, and what may be what. No threads, no clock."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from heatpunk_desktop.domain.dates import FIRST_DAY, DateRange, start_of_day, utc_text
from heatpunk_desktop.domain.operation import Operation, OperationKind, OperationState, Reason
from heatpunk_desktop.sync.list_sync import ListScan
from heatpunk_desktop.sync.matching import Candidate, Fit, Wanted, fit
from heatpunk_desktop.sync.rounds import Moment, Round, candidate, day_of, days_of
from heatpunk_desktop.sync.server_traits import Learnt

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from heatpunk_desktop.store.server_cache_reader import ListedRow
    from heatpunk_desktop.sync.reads import Reads
    from heatpunk_desktop.sync.state import Turn

#: A list of so many projects is read whole.
FEW: Final = 5_000

#: How far back a list is asked for to have known projects in it, by which a working list is told.
_FURTHEST_CANARY: Final = timedelta(days=90)

#: How much further back than the attempt a longer list is read, at first and to prove that something is not there.
_FIRST_LOOKS: Final = timedelta(days=7)
_PROOF: Final = timedelta(days=90)

#: How much further ahead than the attempt and than anything known a list is read.
_AHEAD: Final = timedelta(days=366)

#: Sorts after every moment.
_END_OF_TIME: Final = "9"


class Weighed(NamedTuple):
    """What is laid side by side after a list.

    Attributes:
        wanted: Creates of the owner that may have made a project.
        candidates: Projects that they may have made.
        untold: Those of the candidates that a single look could tell more of.
    """

    wanted: list[Wanted]
    candidates: list[Candidate]
    untold: set[int]


def for_creates(turn: Turn, operation: Operation, *, proves: bool) -> Round:
    """A round that looks for a create in doubt, and for all others of the same owner.

    Args:
        turn: The step.
        operation: The create.
        proves: Whether it may prove that something is not there: it is read further back for that.
    """
    owner = operation.owner.lower()
    in_doubt = turn.reads.in_state(OperationState.UNKNOWN, OperationKind.CREATE)
    alike = tuple(one for one in in_doubt if one.owner.lower() == owner)
    today = turn.present().date()
    days = [day_of(one.attempted_at, today) for one in alike]
    is_me = owner == turn.account.email.lower()
    owner_id = turn.reads.owner_id(owner)
    return list_round(
        alike,
        email=operation.owner,
        # Only what is known to be the owner's is known to be in the owner's list.
        owner_id=None if is_me else (owner_id if owner_id is not None else -1),
        first=min(*days, today) - _further_back(turn, proves=proves),
        last=_furthest(turn, *days, today),
        reads=turn.reads,
        largest_seen=turn.traits.number(Learnt.LARGEST_LIST),
        began=turn.now,
    )


def for_project(turn: Turn, operation: Operation) -> Round:
    """A round that looks for the project of an update or a deletion in doubt."""
    today = turn.present().date()
    created = day_of(turn.reads.created(operation.project_key), today)
    # By whatever the range goes, creation or modification: between the two lies every project that is there.
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
    others = {one: at for one, at in round_.expected.items() if one != operation.project_key}
    return replace(round_, expected=others)


def scan_for(turn: Turn, project_id: int) -> ListScan:
    """A list that tells what a project holds, if any does: the days around its creation are read first."""
    today = turn.present().date()
    created = turn.reads.created(project_id)
    day = day_of(created, today)
    if created and turn.reads.was_listed(project_id):
        first = day - timedelta(days=1)
    else:
        # The stamp is not the server's.
        first = FIRST_DAY if turn.reads.count_projects() <= FEW else min(day, today) - timedelta(days=7)
    # By whatever the range goes, creation or modification, and whatever this computer's clock says.
    days = DateRange(max(first, FIRST_DAY), _furthest(turn, day, today, FIRST_DAY))
    largest = turn.traits.number(Learnt.LARGEST_LIST)
    return ListScan.of(turn.account.email, days, largest, turn.now.seconds, DateRange(day, day).widened(1))


# -- what may be what ----------------------------------------------------------------------------------------------


def weigh(turn: Turn, round_: Round) -> Weighed:
    """Lay what is in doubt beside what the list of a round, and single looks, told."""
    scan = round_.the_scan
    # What a refresh brought in meanwhile is looked at too: by the server's clock it may lie on other days.
    since = min((one.attempt for one in _creates(turn, round_) if not _is_left_open(one)), default=0)
    rows = {**{row[0]: row for row in turn.reads.new_since(since)}, **scan.rows}
    candidates = [
        candidate(
            row,
            turn.traits.telling(round_.told.get(number)),
            is_changed=number in round_.changed,
            is_unseen=number not in scan.rows and number not in round_.told,
        )
        for number, row in rows.items()
        if _may_be_owners(turn, row[1], scan) and round_.told.get(number, {}) is not None
    ]
    claimed = turn.reads.claimed([one.project_id for one in candidates])
    candidates = [one for one in candidates if one.project_id not in claimed]
    everyone = _wanted(turn, round_, rows, [one.project_id for one in candidates])
    untold = {
        one.project_id
        for one in candidates
        if one.project_id not in round_.told
        and any(fit(each, one) is not Fit.NO for each in everyone if each.is_judged)
    }
    return Weighed(everyone, candidates, untold)


# -- inside ------------------------------------------------------------------------------------------------------


def _furthest(turn: Turn, *days: date) -> date:
    """The last day that is read: this computer's clock may be far behind, and the server's far ahead."""
    known = day_of(turn.reads.newest_before(_END_OF_TIME), days[0])
    return max(*days, known) + _AHEAD


def _further_back(turn: Turn, *, proves: bool) -> timedelta:
    """How many days more are read, as nobody knows how far a server's clock is off.

    The looks that prove go further than the first ones; where there are few projects at all, all are read.
    """
    if turn.reads.count_projects() <= FEW:
        return timedelta(days=365 * 20)
    return _PROOF if proves else _FIRST_LOOKS


def _creates(turn: Turn, round_: Round) -> list[Operation]:
    """Creates of the owner that are in doubt, on their way, or were left open, as they stand now."""
    owner = round_.operations[0].owner.lower()
    in_doubt = (OperationState.UNKNOWN, OperationState.SENDING)
    return [
        one
        for state in (*in_doubt, OperationState.NEEDS_YOU, OperationState.DISCARDED)
        for one in turn.reads.in_state(state, OperationKind.CREATE)
        if one.owner.lower() == owner and (state in in_doubt or _is_left_open(one))
    ]


def _wanted(turn: Turn, round_: Round, rows: Mapping[int, ListedRow], unclaimed: Sequence[int]) -> list[Wanted]:
    first_seen = turn.reads.first_seen(unclaimed)
    looked_for = {one.operation_id for one in round_.operations}
    # What was changed here, and no list has told since, is stamped by this computer's clock.
    stamped = round_.the_scan.rows or rows
    newest = max((max(row[2], row[3]) for row in stamped.values()), default="")
    return [
        Wanted(
            one.operation_id,
            one.changes,
            one.attempted_at,
            frozenset(number for number in unclaimed if first_seen.get(number, one.attempt) >= one.attempt),
            days_of(one.noted),
            _not_before(turn, one, newest),
            # What came in doubt while the round was under way may claim something, and is judged next time.
            is_flying=not _is_left_open(one)
            and (one.state is OperationState.SENDING or one.operation_id not in looked_for),
            is_unclear=_is_left_open(one),
        )
        for one in _creates(turn, round_)
    ]


def _not_before(turn: Turn, operation: Operation, newest: str) -> str:
    """What the server's clock said at the attempt, at the earliest: by now it is past its newest stamp."""
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
    """A round by the list of some days, a day more at either end, and further back where nothing is known of them.

    Args:
        operations: What is to be found out.
        email: Whose list is read.
        owner_id: Whose projects are known to be in it, or None for all that are known.
        first: The first day that matters.
        last: The last day that matters.
        reads: Knows projects.
        largest_seen: See `list_sync.may_be_cut_off`.
        began: The present.
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
    # Whatever the zone of the server's days: what was created on an inner day is in the list.
    return reads.known_between(start_of_day(days.first + timedelta(days=1)), start_of_day(days.last), owner_id)


def _is_left_open(operation: Operation) -> bool:
    """Whether nobody knows what became of an operation, and looking is not to tell: the user is asked, or gave it up.

    One that was given up after an attempt may have made a project all the same, unless the server said no.
    """
    if operation.state is OperationState.DISCARDED:
        was_told = operation.reason in {Reason.REFUSED, Reason.DAMAGED} or operation.project_id is not None
        return bool(operation.attempts) and not was_told
    return operation.state is OperationState.NEEDS_YOU and operation.reason is Reason.UNCLEAR
