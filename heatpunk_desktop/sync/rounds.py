"""One look around the server to find something out: its list, and single projects where that does not tell enough."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple, cast

from heatpunk_desktop.domain.dates import utc_text
from heatpunk_desktop.domain.fields import Field, FieldValues
from heatpunk_desktop.domain.operation import OperationKind
from heatpunk_desktop.sync.matching import Candidate
from heatpunk_desktop.sync.merge import same

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from heatpunk_desktop.domain.operation import Operation
    from heatpunk_desktop.store.server_cache_reader import ListedRow
    from heatpunk_desktop.sync.list_sync import ListScan
    from heatpunk_desktop.sync.tasks import Look

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


@dataclass(frozen=True, slots=True, eq=False)
class Round:
    """One look around, immutable: what comes of a look makes another one of it.

    Attributes:
        operations: What is to be found out; all of one kind and, for creates, of one owner.
        scan: The list, or None where a single project tells.
        began: When it began.
        expected: Known projects that the list should hold, with when the server last confirmed a write of ours.
        to_ask: Projects that are to be asked for next.
        waiting: Projects that were asked for and have not been told yet.
        told: What single projects hold; None for one that is gone.
        silent: Projects that the server was asked for and told nothing of.
        changed: Those of `told` that somebody has changed, or opened, since they were made.
        again: Looks that failed, and are asked again.
        again_at: Monotonic seconds of when.
        failures: How often in a row nothing but failures came.
        number: Tells it from other rounds.
    """

    operations: tuple[Operation, ...]
    scan: ListScan | None
    began: Moment
    expected: Mapping[int, str] = field(default_factory=dict)
    to_ask: tuple[int, ...] = ()
    waiting: frozenset[int] = frozenset()
    told: Mapping[int, FieldValues | None] = field(default_factory=dict)
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
        """Whether it took too long, or the computer slept meanwhile."""
        slept = abs((now.by_clock - self.began.by_clock).total_seconds())
        return max(now.seconds - self.began.seconds, slept) > _LONGEST_ROUND

    # -- what becomes of it --------------------------------------------------------------------------------------------

    def listed(self, scan: ListScan) -> Round:
        """A part of its list was told."""
        return replace(self, scan=scan, failures=0)

    def answered(self, project_id: int, values: FieldValues | None, *, is_changed: bool = False) -> Round:
        """A project was told, or told to be gone."""
        return replace(
            self,
            told={**self.told, project_id: values},
            changed=self.changed | {project_id} if is_changed else self.changed,
            waiting=self.waiting - {project_id},
            failures=0,
        )

    def untold(self, project_id: int) -> Round:
        """The server tells nothing of a project."""
        return replace(self, silent=self.silent | {project_id}, waiting=self.waiting - {project_id}, failures=0)

    def held(self, look: Look, now: float) -> Round | None:
        """A look failed, and is asked again; None where that is not worth it any more."""
        failures, again_at = self.failures, self.again_at
        if now >= again_at:
            # What failed together with others, or before those were asked again, counts once.
            failures += 1
            again_at = now + min(_LONGEST_PAUSE, _FIRST_PAUSE * 2.0 ** (failures - 1))
        if failures >= _MOST_FAILURES:
            return None
        return replace(self, again=(*self.again, look), again_at=again_at, failures=failures)

    def asking(self, project_ids: Collection[int]) -> Round:
        """Single projects are to be asked for: those that were not yet, and not too many."""
        wanted = sorted(set(project_ids) - self.told.keys() - self.silent - self.waiting)[-MOST_INSPECTED:]
        return replace(self, to_ask=tuple(wanted)) if wanted else self

    def asked(self) -> tuple[Round, tuple[int, ...]]:
        """The next projects are asked for, a few at a time; gives which."""
        free = MOST_WAITING - len(self.waiting)
        wanted, later = self.to_ask[:free], self.to_ask[free:]
        return replace(self, to_ask=later, waiting=self.waiting.union(wanted)), wanted

    # -- what it proves ------------------------------------------------------------------------------------------------

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
