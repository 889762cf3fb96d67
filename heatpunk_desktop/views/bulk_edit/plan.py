"""What setting a field of several projects would do to each of them. No Qt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from heatpunk_desktop.domain.deeds import FieldEdit
from heatpunk_desktop.domain.fields import NUMERIC_FIELDS, Field
from heatpunk_desktop.domain.project import Mark
from heatpunk_desktop.domain.validation import check_cleared, check_field
from heatpunk_desktop.domain.whole_row import PLACES, WholeRow

if TYPE_CHECKING:
    from collections.abc import Iterable

    from heatpunk_desktop.domain.problem import Problem

#: Fields that several projects can have in common, those first that are set most. No two stand at one position.
OFFERED: Final = (
    Field.STATUS,
    Field.BUILD_DATE,
    *(one for one in Field if one not in {Field.STATUS, Field.BUILD_DATE, *NUMERIC_FIELDS}),
)


class PlannedChange(NamedTuple):
    """One project as it is and as it would be.

    Attributes:
        key: The project.
        name: Project name, or else what is known of the customer or the address; may be empty.
        before: What stands in the field; None where that was never loaded.
        is_deleted: Whether it was moved to deleted here, and stays as it is.
        after: What would stand there; None where it stays as it is.
    """

    key: int
    name: str
    before: str | None
    is_deleted: bool
    after: str | None


@dataclass(frozen=True, slots=True)
class BulkPlan:
    """What would be done.

    Attributes:
        field: The field.
        value: What it is set to.
        problem: What is wrong with the value, or doubtful; None where nothing is.
        lines: Every project, in the order given.
    """

    field: Field
    value: str | None
    problem: Problem | None
    lines: tuple[PlannedChange, ...]

    @property
    def changed(self) -> list[PlannedChange]:
        """The projects that would be changed."""
        return [line for line in self.lines if line.after is not None]

    @property
    def not_loaded(self) -> list[PlannedChange]:
        """The projects of which nobody has told what the field holds."""
        return [line for line in self.lines if line.before is None and not line.is_deleted]

    def deeds(self) -> list[FieldEdit]:
        """The edits, each with what was seen before; nothing where that was not loaded."""
        return [
            FieldEdit(line.key, {} if line.before is None else {self.field: line.before}, {self.field: line.after})
            for line in self.changed
        ]


def plan_changes(rows: Iterable[WholeRow], field: Field, text: str | None, *, changes_unknown: bool) -> BulkPlan:
    """Plans to set a field.

    Args:
        rows: The projects.
        field: One of `OFFERED`.
        text: What it is to be set to, as typed or chosen; None while nothing is, and every project stays as it is.
        changes_unknown: Whether projects are changed too of which it is not loaded what the field holds.
    """
    if text is None:
        return BulkPlan(field, None, None, tuple([_line(row, PLACES[field], None, changes_unknown) for row in rows]))
    checked = check_field(field, text)
    value = checked.value if checked.value is None else str(checked.value)
    problem = checked.problem
    if not value and problem is None:
        problem = check_cleared(field)
    is_wrong = checked.is_error or (problem is not None and not value)
    wanted = None if is_wrong else value or ""
    return BulkPlan(field, wanted, problem, tuple([_line(row, PLACES[field], wanted, changes_unknown) for row in rows]))


def _line(row: WholeRow, place: int, wanted: str | None, changes_unknown: bool) -> PlannedChange:
    before = row[place]
    is_deleted = bool(row.marks & Mark.DELETED_HERE)
    stays = is_deleted or before == wanted or (before is None and not changes_unknown)
    name = row.project_name or row.customer_name or row.address or ""
    return PlannedChange(row.key, name, None if before is None else str(before), is_deleted, None if stays else wanted)
