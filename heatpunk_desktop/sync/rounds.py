"""A round of reconciliation: the server's list, and single projects if the list does not show enough."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple, cast

from heatpunk_desktop.domain.dates import utc_text
from heatpunk_desktop.domain.fields import Field, FieldValues
from heatpunk_desktop.domain.listed_row import (
    ADDRESS,
    CREATED,
    CUSTOMER_NAME,
    LATITUDE,
    LONGITUDE,
    MODIFIED,
    POSTCODE,
    PROJECT_ID,
    PROJECT_NAME,
    STATUS,
)
from heatpunk_desktop.domain.operation import OperationKind
from heatpunk_desktop.sync.matching import Candidate
from heatpunk_desktop.sync.merge import same
from heatpunk_desktop.sync.policy import MOST_FAILURES_IN_ROUND, pause_in_round

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from heatpunk_desktop.domain.listed_row import ListedRow
    from heatpunk_desktop.domain.operation import Operation
    from heatpunk_desktop.sync.list_sync import ListScan
    from heatpunk_desktop.sync.tasks import Look

#: A project that the server confirmed for us less than this ago must be in a list that is up to date.
_FRESH: Final = timedelta(hours=1)

#: Single projects of a round that are requested at a time.
MOST_WAITING: Final = 20

#: Single projects that are requested before the answers are evaluated.
MOST_INSPECTED: Final = 200

#: Seconds after which a round is abandoned, by the monotonic clock or the wall clock.
_LONGEST_ROUND: Final = 900.0


class Moment(NamedTuple):
    """A moment by both clocks.

    Attributes:
        seconds: Monotonic seconds, which never jump.
        by_clock: By the wall clock, which goes on while the computer sleeps.
    """

    seconds: float
    by_clock: datetime


@dataclass(frozen=True, slots=True, eq=False)
class Round:
    """One round, immutable: each answer makes a new value.

    Attributes:
        operations: The operations to reconcile; all of one kind and, for creates, of one owner.
        scan: The list, or None if a single project is read.
        began: When it began.
        expected: Known projects that the list should hold, with when the server last confirmed a write of ours.
        to_ask: Projects to request next.
        waiting: Projects that were requested and not answered yet.
        returned: The fields of single projects; None for one that is gone.
        silent: Projects that were requested and that the server did not return.
        changed: Those of `returned` that were changed, or opened, since they were created.
        again: Looks that failed, to be requested again.
        again_at: When, in monotonic seconds.
        failures: How many failures in a row.
        number: Identifies the round.
    """

    operations: tuple[Operation, ...]
    scan: ListScan | None
    began: Moment
    expected: Mapping[int, str] = field(default_factory=dict)
    to_ask: tuple[int, ...] = ()
    waiting: frozenset[int] = frozenset()
    returned: Mapping[int, FieldValues | None] = field(default_factory=dict)
    silent: frozenset[int] = frozenset()
    changed: frozenset[int] = frozenset()
    again: tuple[Look, ...] = ()
    again_at: float = float("-inf")
    failures: int = 0
    number: int = 0

    @property
    def the_scan(self) -> ListScan:
        """The list of a round that reads one."""
        return cast("ListScan", self.scan)

    @property
    def is_of_creates(self) -> bool:
        """Whether it looks for creates."""
        return self.operations[0].kind is OperationKind.CREATE

    def is_old(self, now: Moment) -> bool:
        """Return whether it took too long, or the computer slept meanwhile."""
        slept = abs((now.by_clock - self.began.by_clock).total_seconds())
        return max(now.seconds - self.began.seconds, slept) > _LONGEST_ROUND

    # -- progress ------------------------------------------------------------------------------------------------------

    def listed(self, scan: ListScan) -> Round:
        """Add a part of the list."""
        return replace(self, scan=scan, failures=0)

    def answered(self, project_id: int, values: FieldValues | None, *, is_changed: bool = False) -> Round:
        """Add the fields of a project, or that it is gone."""
        return replace(
            self,
            returned={**self.returned, project_id: values},
            changed=self.changed | {project_id} if is_changed else self.changed,
            waiting=self.waiting - {project_id},
            failures=0,
        )

    def not_returned(self, project_id: int) -> Round:
        """Note that the server does not return a project."""
        return replace(self, silent=self.silent | {project_id}, waiting=self.waiting - {project_id}, failures=0)

    def held(self, look: Look, now: float) -> Round | None:
        """Note that a look failed, to be requested again; return None after too many failures."""
        failures, again_at = self.failures, self.again_at
        if now >= again_at:
            # Failures at the same time, or before the next try, count once.
            failures += 1
            again_at = now + pause_in_round(failures)
        if failures >= MOST_FAILURES_IN_ROUND:
            return None
        return replace(self, again=(*self.again, look), again_at=again_at, failures=failures)

    def asking(self, project_ids: Collection[int]) -> Round:
        """Plan to request single projects: those that were not requested yet, and not too many."""
        wanted = sorted(set(project_ids) - self.returned.keys() - self.silent - self.waiting)[-MOST_INSPECTED:]
        return replace(self, to_ask=tuple(wanted)) if wanted else self

    def asked(self) -> tuple[Round, tuple[int, ...]]:
        """Note that the next few projects are requested, and return them too."""
        free = MOST_WAITING - len(self.waiting)
        wanted, later = self.to_ask[:free], self.to_ask[free:]
        return replace(self, to_ask=later, waiting=self.waiting.union(wanted)), wanted

    # -- proof ---------------------------------------------------------------------------------------------------------

    def missing_fresh(self) -> set[int]:
        """Return the projects that an up-to-date list must hold, and this one lacks."""
        # By the time when the round began: what was fresh then must be in it, even if it no longer is.
        fresh = utc_text(self.began.by_clock - _FRESH)
        rows = self.scan.rows if self.scan is not None else {}
        return {
            number
            for number, written_at in self.expected.items()
            if written_at > fresh and number not in rows and not self._is_gone(number)
        }

    def is_proof(self) -> bool:
        """Return whether a project that this list lacks is not on the server.

        It must be complete, and hold everything that was written recently and is not gone, and at least half of what
        else is known: colleagues may have deleted some of it.
        """
        if self.scan is None or not self.scan.is_whole or not self.expected:
            return False
        seen = sum(number in self.scan.rows for number in self.expected)
        return seen > 0 and 2 * seen >= len(self.expected) and not self.missing_fresh()

    def _is_gone(self, number: int) -> bool:
        return number in self.returned and self.returned[number] is None


def day_of(utc: str, otherwise: date) -> date:
    """Return the UTC day of a UTC text, or another day if it cannot be read."""
    try:
        return datetime.fromisoformat(utc).astimezone(UTC).date()
    except (ValueError, OverflowError):
        return otherwise


def days_of(noted: str) -> tuple[date, date] | None:
    """Return the first and the last day of a result of `ServerTables.noted_days`, or None if that is empty."""
    first, _, last = noted.partition("/")
    try:
        return date.fromisoformat(first), date.fromisoformat(last)
    except ValueError:
        return None


def candidate(
    row: ListedRow, returned: FieldValues | None, *, is_changed: bool = False, is_unseen: bool = False
) -> Candidate:
    """Return an entry of a list as a candidate, with the fields of the single project laid over it.

    Args:
        row: The entry.
        returned: The fields that the call for one project returned, or None.
        is_changed: Whether that answer shows that the project was changed, which a list that lags behind may not show.
        is_unseen: See `Candidate`.
    """
    values: dict[Field, str | float | None] = {
        Field.PROJECT_NAME: row[PROJECT_NAME],
        Field.CUSTOMER_NAME: row[CUSTOMER_NAME],
        Field.ADDRESS: row[ADDRESS],
        Field.POSTCODE: row[POSTCODE],
        Field.LATITUDE: row[LATITUDE],
        Field.LONGITUDE: row[LONGITUDE],
        Field.STATUS: row[STATUS],
    }
    returned = returned or {}
    is_changed = is_changed or any(
        field in returned and not same(field, returned[field], values[field]) for field in values
    )
    modified = "" if is_changed else row[MODIFIED]
    return Candidate(
        row[PROJECT_ID], {**values, **returned}, created=row[CREATED], modified=modified, is_unseen=is_unseen
    )
