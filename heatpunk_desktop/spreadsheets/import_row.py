"""One imported row: its field values, the repairs made and the problems found."""

from __future__ import annotations

from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

from heatpunk_desktop.domain.fields import Field, FieldValues
from heatpunk_desktop.domain.problem import Severity
from heatpunk_desktop.domain.project_names import suggest_name
from heatpunk_desktop.spreadsheets.sheet import column_letter

if TYPE_CHECKING:
    from collections.abc import Mapping

    from heatpunk_desktop.spreadsheets.cell_text import Repair

#: The fields in the order in which a row keeps their values.
FIELDS: Final = tuple(Field)


class LeftOut(StrEnum):
    """Why a row seems to be no project."""

    TOTAL = "total"
    HEADINGS = "headings"
    NOTHING = "nothing"


class RepairedCell(NamedTuple):
    """A cell whose value was repaired.

    Attributes:
        column: The column's place, 0 for the first.
        field: The field that it is read as.
        before: The cell, as in the file.
        after: The value used.
        repair: The repair made.
    """

    column: int
    field: Field
    before: str
    after: str
    repair: Repair


class ProblemKind(NamedTuple):
    """What problems of the same kind share: the column and the message.

    Attributes:
        column: The column's place, or None for rows as a whole.
        heading: The column's heading; may be empty.
        words: What was expected, and what to do.
    """

    column: int | None
    heading: str
    words: str


class RowProblem(NamedTuple):
    """An error or a warning about a row.

    Attributes:
        row: Number of the row in the file, 1 for the first.
        column: The column's place, or None for the row as a whole.
        heading: The column's heading; may be empty.
        severity: Whether it prevents importing the row.
        words: What was expected, and what to do.
        text: The text of the cell.
        field: The field that has no value because of it, or None.
        is_of_new: Whether it matters only where the row creates a project.
        is_ignored: Whether the user chose to ignore problems of its kind.
    """

    row: int
    column: int | None
    heading: str
    severity: Severity
    words: str
    text: str = ""
    field: Field | None = None
    is_of_new: bool = False
    is_ignored: bool = False

    @property
    def is_error(self) -> bool:
        """Whether it prevents importing the row."""
        return self.severity is Severity.ERROR

    @property
    def is_warning(self) -> bool:
        """Whether the row can be imported, and somebody should check it."""
        return not self.is_error and not self.is_ignored

    @property
    def kind(self) -> ProblemKind:
        """The kind of problem, which others may share."""
        return ProblemKind(self.column, self.heading, self.words)

    @property
    def place(self) -> str:
        """The place in words, as in a spreadsheet: `Row 7, column D (Tel)`."""
        if self.column is None:
            return f"Row {self.row}"
        heading = f" ({self.heading})" if self.heading else ""
        return f"Row {self.row}, column {column_letter(self.column)}{heading}"


class ImportRow(NamedTuple):
    """One imported row. There are tens of thousands, so it holds tuples and not objects.

    Attributes:
        number: Its number in the file, 1 for the first.
        cells: A value for each of `FIELDS`, or None where the row has none.
        problems: Its errors and warnings.
        repairs: The repairs made to it.
        project_id: The server's number of the project that it is about, where the row has one.
        owner: Email of the owner if a project is created; empty for the user.
        said: The texts of the file for fields whose value differs, or that have none because of a problem.
        left_out: Why it seems to be no project; None where it may be one.
    """

    number: int
    cells: tuple[str | float | None, ...]
    problems: tuple[RowProblem, ...] = ()
    repairs: tuple[RepairedCell, ...] = ()
    project_id: int | None = None
    owner: str = ""
    said: Mapping[Field, str] = MappingProxyType({})
    left_out: LeftOut | None = None

    @property
    def values(self) -> FieldValues:
        """The fields that the row has, with their values in the form's normal form."""
        return {field: value for field, value in zip(FIELDS, self.cells, strict=True) if value is not None}

    @property
    def suggested_name(self) -> str:
        """The name for a new project where the row has none, as in the form; empty where it has one.

        Without a name Heatpunk would name all projects of an import after the same day.
        """
        values = self.values
        if values.get(Field.PROJECT_NAME):
            return ""
        return suggest_name(
            *(str(values.get(field) or "") for field in (Field.ADDRESS, Field.CUSTOMER_NAME, Field.POSTCODE))
        )

    @property
    def named_values(self) -> FieldValues:
        """The values with which a new project is created."""
        name = self.suggested_name
        return {**self.values, Field.PROJECT_NAME: name} if name else self.values

    @property
    def has_errors(self) -> bool:
        """Whether it cannot be imported until it is corrected."""
        return any(problem.is_error for problem in self.problems)
