"""One look around the server to find something out: its list, and single projects where that does not tell enough."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple, cast

from heatpunk_desktop.domain.dates import FIRST_DAY, DateRange, start_of_day, utc_text
from heatpunk_desktop.domain.fields import Field, FieldValues
from heatpunk_desktop.sync.comparing import same
from heatpunk_desktop.sync.list_scan import ListScan
from heatpunk_desktop.sync.matching import Candidate

if TYPE_CHECKING:
    from collections.abc import Mapping

    from heatpunk_desktop.domain.operation import Operation
    from heatpunk_desktop.store.server_cache import ServerTables
    from heatpunk_desktop.store.server_cache_reader import ListedRow
    from heatpunk_desktop.sync.tasks import Look

#: How far back a list is asked for to have known projects in it, by which a working list is told.
_FURTHEST_CANARY: Final = timedelta(days=90)

#: A project that the server confirmed for us less than this ago has to be in a list that is up to date.
_FRESH: Final = timedelta(hours=1)

#: Single projects of a round that are asked for at a time.
MOST_WAITING: Final = 20

#: Single projects that are asked for before it is looked what the answers prove by then.
MOST_INSPECTED: Final = 200

#: What fails in a round is asked again, in this round, so that what its other answers told is kept: after so many
#: seconds, which double, until it failed so often and nothing else was answered between.
_FIRST_PAUSE: Final = 1.0
_LONGEST_PAUSE: Final = 30.0
_MOST_FAILURES: Final = 6

#: Seconds after which a round is not gone on with, by the clock that never jumps and by the one on the wall.
_LONGEST_ROUND: Final = 900.0


class Moment(NamedTuple):
    """A moment by both clocks.

    Attributes:
        seconds: Monotonic seconds, which never jump.
        by_clock: By the clock on the wall, which goes on while the computer sleeps.
    """

    seconds: float
    by_clock: datetime


@dataclass(slots=True, eq=False)
class Round:
    """One look around.

    Attributes:
        operations: What is to be found out; all of one kind and, for creates, of one owner.
        scan: The list, or None where a single project tells.
        began: When it began.
        to_ask: Projects that are to be asked for next.
        waiting: Projects that were asked for and have not been told yet.
        told: What single projects hold; None for one that is gone.
        silent: Projects that the server was asked for and told nothing of.
        changed: Those of `told` that somebody has changed, or opened, since they were made.
        expected: Known projects that the list should hold, with when the server last confirmed a write of ours.
        again: Looks that failed, and are asked again.
        again_at: Monotonic seconds of when.
        failures: How often in a row nothing but failures came.
    """

    operations: tuple[Operation, ...]
    scan: ListScan | None
    began: Moment
    expected: Mapping[int, str] = field(default_factory=dict)
    to_ask: list[int] = field(default_factory=list)
    waiting: set[int] = field(default_factory=set)
    told: dict[int, FieldValues | None] = field(default_factory=dict)
    silent: set[int] = field(default_factory=set)
    changed: set[int] = field(default_factory=set)
    again: list[Look] = field(default_factory=list)
    again_at: float = float("-inf")
    failures: int = 0

    @property
    def the_scan(self) -> ListScan:
        """The list of a round that reads one."""
        return cast("ListScan", self.scan)

    def is_old(self, now: Moment) -> bool:
        """Whether it took too long, or the computer slept meanwhile."""
        slept = abs((now.by_clock - self.began.by_clock).total_seconds())
        return max(now.seconds - self.began.seconds, slept) > _LONGEST_ROUND

    def hold(self, look: Look, now: float) -> bool:
        """Have a look that failed asked again; gives False where that is not worth it any more."""
        if now >= self.again_at:
            # What failed together with others, or before those were asked again, counts once.
            self.failures += 1
            self.again_at = now + min(_LONGEST_PAUSE, _FIRST_PAUSE * 2.0 ** (self.failures - 1))
        if self.failures >= _MOST_FAILURES:
            return False
        self.again.append(look)
        return True

    def answered(self) -> None:
        """Something was answered, so what failed has not failed for good."""
        self.failures = 0

    def take_again(self, now: float) -> list[Look]:
        """The looks that failed, once it is time to ask again."""
        if now < self.again_at:
            return []
        again, self.again = self.again, []
        return again

    def missing_fresh(self) -> set[int]:
        """Projects that a list which is up to date has to hold, and this one lacks."""
        # By when it was read: what was fresh then may not be so any more, and has to be in it all the same.
        fresh = utc_text(self.began.by_clock - _FRESH)
        rows = self.scan.rows if self.scan is not None else {}
        return {
            number
            for number, written_at in self.expected.items()
            if written_at > fresh and number not in rows and not self._is_gone(number)
        }

    def is_of_somebody_else(self, email: str) -> bool:
        """Whether the list is another person's than the one with this address."""
        return self.scan is not None and self.scan.email.lower() != email.lower()

    def is_proof(self) -> bool:
        """Whether what this list lacks is not on the server.

        It has to be whole, to hold all that was written a short while ago and has not gone, and half at least of what
        else is known: somebody may have deleted some of it.
        """
        if self.scan is None or not self.scan.is_whole or not self.expected:
            return False
        seen = sum(number in self.scan.rows for number in self.expected)
        return seen > 0 and 2 * seen >= len(self.expected) and not self.missing_fresh()

    def _is_gone(self, number: int) -> bool:
        return number in self.told and self.told[number] is None


def day_of(utc: str, otherwise: date) -> date:
    """The day in UTC of a text in UTC."""
    try:
        return datetime.fromisoformat(utc).astimezone(UTC).date()
    except (ValueError, OverflowError):
        return otherwise


def days_of(noted: str) -> tuple[date, date] | None:
    """The first and the last day of what `ServerTables.noted_days` gives, or None where that is empty."""
    first, _, last = noted.partition("/")
    try:
        return date.fromisoformat(first), date.fromisoformat(last)
    except ValueError:
        return None


def list_round(
    operations: tuple[Operation, ...],
    *,
    email: str,
    owner_id: int | None,
    first: date,
    last: date,
    server: ServerTables,
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
        server: Knows projects.
        largest_seen: See `list_scan.may_be_cut_off`.
        began: The present.
    """
    day = timedelta(days=1)
    days = DateRange(max(min(first, last) - day, FIRST_DAY), max(first, last, FIRST_DAY) + day)
    expected = _expected(days, server, owner_id)
    if not expected:
        newest = server.newest_before(start_of_day(days.first + day), owner_id)
        begin = day_of(newest, days.first) - 2 * day
        if newest and days.first - begin <= _FURTHEST_CANARY:
            days = DateRange(begin, days.last)
            expected = _expected(days, server, owner_id)
    return Round(operations, ListScan(email, days, largest_seen, began.seconds), began, expected)


def _expected(days: DateRange, server: ServerTables, owner_id: int | None) -> dict[int, str]:
    # Whatever the zone of the server's days: what was created on an inner day is in the list.
    return server.known_between(start_of_day(days.first + timedelta(days=1)), start_of_day(days.last), owner_id)


def candidate(
    row: ListedRow, told: FieldValues | None, *, is_changed: bool = False, is_unseen: bool = False
) -> Candidate:
    """An entry of a list, with what a single look told of the same project laid over it.

    Args:
        row: The entry.
        told: What the look told, or None.
        is_changed: The look told that somebody has changed the project, which a list that lags behind may not know.
        is_unseen: See `Candidate`.
    """
    values: dict[Field, str | float | None] = {
        Field.PROJECT_NAME: row[4],
        Field.CUSTOMER_NAME: row[5],
        Field.ADDRESS: row[6],
        Field.POSTCODE: row[7],
        Field.LATITUDE: row[8],
        Field.LONGITUDE: row[9],
        Field.STATUS: row[10],
    }
    told = told or {}
    is_changed = is_changed or any(field in told and not same(field, told[field], values[field]) for field in values)
    modified = "" if is_changed else row[3]
    return Candidate(row[0], {**values, **told}, created=row[2], modified=modified, is_unseen=is_unseen)
