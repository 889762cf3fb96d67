"""One look around the server to find something out: its list, and single projects where that does not tell enough."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Final, cast

from heatpunk_desktop.domain.dates import FIRST_DAY, DateRange, start_of_day, utc_text
from heatpunk_desktop.domain.fields import Field, FieldValues
from heatpunk_desktop.sync.comparing import same
from heatpunk_desktop.sync.list_scan import ListScan
from heatpunk_desktop.sync.matching import Candidate

if TYPE_CHECKING:
    from collections.abc import Mapping

    from heatpunk_desktop.domain.operation import Operation
    from heatpunk_desktop.store.server import ServerTables
    from heatpunk_desktop.store.server_reader import ListedRow

#: How far back a list is asked for to have known projects in it, by which a working list is told.
_FURTHEST_CANARY: Final = timedelta(days=90)

#: A project that the server confirmed for us less than this ago has to be in a list that is up to date.
_FRESH: Final = timedelta(hours=1)

#: Single projects that are asked for in one round.
MOST_INSPECTED: Final = 20


@dataclass(slots=True, eq=False)
class Round:
    """One look around.

    Attributes:
        operations: What is to be found out; all of one kind and, for creates, of one owner.
        scan: The list, or None where a single project tells.
        waiting: Projects that were asked for and have not been told yet.
        told: What single projects hold; None for one that is gone.
        silent: Projects that the server was asked for and told nothing of.
        changed: Those of `told` that somebody has changed, or opened, since they were made.
        expected: Known projects that the list should hold, with when the server last confirmed a write of ours.
    """

    operations: tuple[Operation, ...]
    scan: ListScan | None
    expected: Mapping[int, str] = field(default_factory=dict)
    waiting: set[int] = field(default_factory=set)
    told: dict[int, FieldValues | None] = field(default_factory=dict)
    silent: set[int] = field(default_factory=set)
    changed: set[int] = field(default_factory=set)

    @property
    def the_scan(self) -> ListScan:
        """The list of a round that reads one."""
        return cast("ListScan", self.scan)

    def missing_fresh(self, now: datetime) -> set[int]:
        """Projects that a list which is up to date has to hold, and this one lacks."""
        fresh = utc_text(now - _FRESH)
        rows = self.scan.rows if self.scan is not None else {}
        return {
            number
            for number, written_at in self.expected.items()
            if written_at > fresh and number not in rows and not self._is_gone(number)
        }

    def is_of_somebody_else(self, email: str) -> bool:
        """Whether the list is another person's than the one with this address."""
        return self.scan is not None and self.scan.email.lower() != email.lower()

    def is_proof(self, now: datetime) -> bool:
        """Whether what this list lacks is not on the server.

        It has to be whole, to hold all that was written a short while ago and has not gone, and half at least of what
        else is known: somebody may have deleted some of it.
        """
        if self.scan is None or not self.scan.is_whole or not self.expected:
            return False
        seen = sum(number in self.scan.rows for number in self.expected)
        return seen > 0 and 2 * seen >= len(self.expected) and not self.missing_fresh(now)

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
    began_at: float,
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
        began_at: Monotonic seconds.
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
    return Round(operations, ListScan(email, days, largest_seen, began_at), expected)


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
