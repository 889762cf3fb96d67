"""The plan of one imported row: create, update or leave out, with the reason, the candidates and the differences."""

from __future__ import annotations

import re
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

from heatpunk_desktop.domain.changes import Change, FieldEdit, NewProject
from heatpunk_desktop.domain.csv_injection import unguarded_cell
from heatpunk_desktop.domain.fields import IDENTIFYING_FIELDS, NUMERIC_FIELDS, Field
from heatpunk_desktop.domain.folding import fold
from heatpunk_desktop.domain.validation import check_field, format_value
from heatpunk_desktop.spreadsheets.column_content import part_address

if TYPE_CHECKING:
    from heatpunk_desktop.domain.fields import FieldValues
    from heatpunk_desktop.spreadsheets.import_row import ImportRow, RowProblem

_SPACES: Final = re.compile(r"\s+")
_NOT_DIGITS: Final = re.compile(r"\D+", re.ASCII)
#: Half of the last decimal place that is kept of a degree.
_CLOSE: Final = 5e-8
_ENOUGH: Final = 2
#: In these one word in common is something in common.
_WORDED: Final = frozenset({Field.PROJECT_NAME, Field.CUSTOMER_NAME, Field.ADDRESS})


class Action(StrEnum):
    """What to do with a row."""

    CREATE = "create"
    UPDATE = "update"
    SKIP = "skip"


class Ground(StrEnum):
    """The reason for a proposed action."""

    #: Nothing is like it.
    NEW = "new"
    #: It says by number or reference which project it is, and differs from it.
    CHANGED = "changed"
    #: Everything that it says is there already.
    THE_SAME = "the_same"
    #: A project that is there is probably the same.
    LIKELY = "likely"
    #: An earlier row of the file is the same, or probably so.
    ROW_BEFORE = "row_before"
    #: The project of that number or reference has nothing else in common with the row.
    ANOTHER = "another"
    #: Something in it has to be corrected first.
    PROBLEM = "problem"
    #: It looks like a total, a heading or the like.
    NO_PROJECT = "no_project"


class Candidate(NamedTuple):
    """A project or an earlier row that a row may be the same as.

    Attributes:
        key: The existing project, or None for a row of the file.
        row: Number of the earlier row, or None for a project.
        score: The confidence, 0 to 100.
        reasons: What the two share, the strongest first.
        is_exact: Whether both have the very same names and place, however little that is.
    """

    key: int | None
    row: int | None
    score: int
    reasons: tuple[str, ...] = ()
    is_exact: bool = False


class RowPlan(NamedTuple):
    """The plan of one row.

    Attributes:
        row: The row.
        action: What to do; a row with errors is left out in any case.
        ground: The reason for the proposal.
        key: The project that is, or would be, changed, or None.
        changes: The fields that an update would set.
        base: The current values of those fields; a field that is missing was not loaded.
        candidates: What it may be the same as, the best first.
        problems: Its errors and warnings.
    """

    row: ImportRow
    action: Action
    ground: Ground
    key: int | None = None
    changes: FieldValues = MappingProxyType({})
    base: FieldValues = MappingProxyType({})
    candidates: tuple[Candidate, ...] = ()
    problems: tuple[RowProblem, ...] = ()

    @property
    def has_errors(self) -> bool:
        """Whether something must be corrected first."""
        return any(problem.is_error for problem in self.problems)

    @property
    def is_duplicate(self) -> bool:
        """Whether it is, or may be, an existing project or an earlier row again."""
        return self.ground in {Ground.THE_SAME, Ground.LIKELY, Ground.ROW_BEFORE, Ground.ANOTHER}

    @property
    def has_warnings(self) -> bool:
        """Whether it can be imported, and something in it should be checked."""
        return any(problem.is_warning for problem in self.problems)

    @property
    def is_left_out(self) -> bool:
        """Whether it is left out only because it is no project, or because the user wants it so."""
        return self.action is Action.SKIP and not self.is_duplicate and not self.has_errors

    def to_change(self, owner: str = "") -> Change | None:
        """Return the change to store for it, or None.

        Args:
            owner: Email of the owner of new projects for which the file has none; empty for the account's own.
        """
        if self.has_errors:
            return None
        if self.action is Action.CREATE:
            return NewProject(self.row.named_values, self.row.owner or owner)
        if self.action is Action.UPDATE and self.key is not None and self.changes:
            return FieldEdit(self.key, self.base, self.changes)
        return None


class Counts(NamedTuple):
    """How many rows of a plan have each result.

    Attributes:
        new: Rows that will be created.
        updates: Rows that will change a project.
        duplicates: Rows that are, or may be, existing projects or earlier rows again.
        problems: Rows that must be corrected first.
        warnings: Rows that can be imported, but have a warning.
        left_out: Rows that seem to be no projects, or that the user leaves out.
    """

    new: int = 0
    updates: int = 0
    duplicates: int = 0
    problems: int = 0
    warnings: int = 0
    left_out: int = 0


def differences(row: ImportRow, there: FieldValues) -> FieldValues:
    """Return the fields in which a row differs from a project.

    Args:
        row: The row. Blank cells change nothing.
        there: The project's known values; a field that is missing was not loaded.

    Returns:
        The row's values of those fields, including those whose value in the project is not known. Both coordinates
        where one differs.
    """
    values = row.values
    changes = {
        field: value for field, value in values.items() if not _is_same(field, value, row.said.get(field), there)
    }
    if not NUMERIC_FIELDS.isdisjoint(changes):
        changes |= {field: values[field] for field in NUMERIC_FIELDS if field in values}
    return changes


def _is_same(field: Field, value: str | float | None, said: str | None, there: FieldValues) -> bool:
    if field not in there:
        return False
    present = there[field]
    if isinstance(value, float) or isinstance(present, float):
        return isinstance(value, float) and isinstance(present, float) and abs(value - present) < _CLOSE
    if value == present or (said is not None and present in {said, unguarded_cell(said)}):
        return True
    return _alike(field, str(value), format_value(present))


def _alike(field: Field, value: str, present: str) -> bool:
    """Return whether two texts of a field differ in nothing that matters."""
    normal = str(check_field(field, present).value or "") if present else ""
    if _SPACES.sub(" ", value) == _SPACES.sub(" ", normal):
        return True
    if field is Field.CUSTOMER_EMAIL:
        return value.lower() == normal.lower()
    if field is Field.CUSTOMER_PHONE:
        return bool(normal) and _digits(value) == _digits(normal)
    if field is Field.ADDRESS and normal:
        return value in {normal, part_address(normal)[0]} or normal == part_address(value)[0]
    return False


def _digits(phone: str) -> str:
    digits = _NOT_DIGITS.sub("", phone.replace("(0)", ""))
    return digits.removeprefix("0044").removeprefix("44") if digits.startswith(("0044", "44")) else digits[1:]


def contradicts(row: ImportRow, there: FieldValues) -> bool:
    """Return whether a row and a project differ in a field that tells projects apart and that both have."""
    values = row.values
    return any(
        not _is_same(field, values[field], row.said.get(field), there)
        for field in IDENTIFYING_FIELDS
        if values.get(field) and there.get(field)
    )


def is_another(row: ImportRow, there: FieldValues) -> bool:
    """Return whether a row and a project share the project ID and nothing else, though both say enough."""
    values = row.values
    both = [field for field in IDENTIFYING_FIELDS if values.get(field) and there.get(field)]
    return len(both) >= _ENOUGH and not any(_agrees(field, row, values, there) for field in both)


def _agrees(field: Field, row: ImportRow, values: FieldValues, there: FieldValues) -> bool:
    if _is_same(field, values[field], row.said.get(field), there):
        return True
    if field not in _WORDED:
        return False
    words, others = (set(fold(str(side[field])).split()) for side in (values, there))
    return not words.isdisjoint(others)


def left_problems(row: ImportRow, there: FieldValues) -> tuple[RowProblem, ...]:
    """Return a row's problems without those of cells that equal the project's value.

    The server may hold what the form would refuse, such as a status that this app does not know: such a cell of our own
    export is no mistake.
    """
    return tuple(
        problem
        for problem in row.problems
        if problem.field is None or not _says_the_same(problem.field, row.said.get(problem.field), there)
    )


def _says_the_same(field: Field, said: str | None, there: FieldValues) -> bool:
    return said is not None and field in there and format_value(there[field]) in {said, unguarded_cell(said)}
