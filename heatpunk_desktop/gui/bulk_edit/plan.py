"""The plan of a bulk edit: what setting a field would do to each project. No Qt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from heatpunk_desktop.domain.changes import FieldEdit
from heatpunk_desktop.domain.fields import NUMERIC_FIELDS, Field
from heatpunk_desktop.domain.project import FIELD_COLUMNS, Mark, WholeRow
from heatpunk_desktop.domain.validation import check_cleared, check_field

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from heatpunk_desktop.domain.problem import Problem

#: Fields that several projects can have in common, those first that are set most. No two stand at one position.
OFFERED: Final = (
    Field.STATUS,
    Field.BUILD_DATE,
    *(field for field in Field if field not in {Field.STATUS, Field.BUILD_DATE, *NUMERIC_FIELDS}),
)

#: As a plain number: an enum's own way is several times as slow, and there may be very many rows.
_DELETED_HERE: Final = int(Mark.DELETED_HERE)


class Standing(NamedTuple):
    """The current state of one project.

    Attributes:
        key: The project.
        name: Project name, or else what is known of the customer or the address; may be empty.
        before: What stands in the field; None where that was never loaded.
        is_deleted: Whether it was moved to deleted here, and stays as it is.
    """

    key: int
    name: str
    before: str | None
    is_deleted: bool


@dataclass(frozen=True, slots=True)
class BulkPlan:
    """The effect of a bulk edit on each project.

    Attributes:
        field: The field.
        value: What it is set to; None while it is not known, or wrong, and every project stays as it is.
        problem: The error or warning about the value; None where nothing is.
        lines: Every project, in the order given.
        changed: The projects that would be changed.
        changes_unknown: Whether projects are changed too of which it is not loaded what the field holds.
    """

    field: Field
    value: str | None
    problem: Problem | None
    lines: Sequence[Standing]
    changed: Sequence[Standing]
    changes_unknown: bool

    def after(self, line: Standing) -> str | None:
        """Return the new value of a project's field; None where it stays as it is."""
        return self.value if _is_changed(line, self.value, self.changes_unknown) else None

    def changes(self) -> list[FieldEdit]:
        """Return the edits, each with its base value; without one where that was not loaded."""
        return [
            FieldEdit(line.key, {} if line.before is None else {self.field: line.before}, {self.field: self.value})
            for line in self.changed
        ]


def standings(rows: Iterable[WholeRow], field: Field) -> list[Standing]:
    """Return the state of projects as regards one field of `OFFERED`, in their order."""
    place = FIELD_COLUMNS[field]
    return [
        Standing(
            row.key,
            row.project_name or row.customer_name or row.address or "",
            None if row[place] is None else str(row[place]),
            bool(row.marks & _DELETED_HERE),
        )
        for row in rows
    ]


def plan_changes(lines: Sequence[Standing], field: Field, text: str | None, *, changes_unknown: bool) -> BulkPlan:
    """Plan to set a field of projects.

    Args:
        lines: The projects, as `standings` gives them for the field.
        field: One of `OFFERED`.
        text: What it is to be set to, as typed or chosen; None while nothing is, and every project stays as it is.
        changes_unknown: Whether projects are changed too of which it is not loaded what the field holds.
    """
    if text is None:
        return BulkPlan(field, None, None, lines, (), changes_unknown)
    checked = check_field(field, text)
    value = checked.value if checked.value is None else str(checked.value)
    problem = checked.problem
    if not value and problem is None:
        problem = check_cleared(field)
    is_wrong = checked.is_error or (problem is not None and not value)
    wanted = None if is_wrong else value or ""
    changed = [line for line in lines if _is_changed(line, wanted, changes_unknown)]
    return BulkPlan(field, wanted, problem, lines, changed, changes_unknown)


def _is_changed(line: Standing, wanted: str | None, changes_unknown: bool) -> bool:
    if wanted is None or line.is_deleted or line.before == wanted:
        return False
    return changes_unknown or line.before is not None
