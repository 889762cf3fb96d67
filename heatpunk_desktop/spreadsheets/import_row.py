"""One row of a spreadsheet, read: what it says of a project, what was mended, and what is wrong."""

from __future__ import annotations

from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

from heatpunk_desktop.domain.fields import Field, FieldValues
from heatpunk_desktop.domain.naming import suggest_name
from heatpunk_desktop.domain.problem import Severity
from heatpunk_desktop.spreadsheets.sheet import column_letter

if TYPE_CHECKING:
    from collections.abc import Mapping

    from heatpunk_desktop.spreadsheets.cell_text import Repair

#: The fields in the order in which a row keeps their values.
FIELDS: Final = tuple(Field)


class LeftOut(StrEnum):
    """Why a row is no project, as far as one can see. Values are the words for it."""

    TOTAL = "Looks like a total or a heading"
    HEADINGS = "The headings again"
    NOTHING = "Nothing in the columns that are read"


class Mended(NamedTuple):
    """A cell that was not taken over as it stands.

    Attributes:
        column: The column's place, 0 for the first.
        field: The field that it went into.
        before: What stands in the file.
        after: What is taken over.
        repair: What was done.
    """

    column: int
    field: Field
    before: str
    after: str
    repair: Repair


class ProblemKind(NamedTuple):
    """What problems of the same kind share: the column, and what is said of it.

    Attributes:
        column: The column's place, or None for rows as a whole.
        heading: What stands above the column; may be empty.
        words: What was expected, and what to do.
    """

    column: int | None
    heading: str
    words: str


class RowProblem(NamedTuple):
    """What is wrong, or may be wrong, in a row.

    Attributes:
        row: Number of the row in the file, 1 for the first.
        column: The column's place, or None for the row as a whole.
        heading: What stands above the column; may be empty.
        severity: Whether the row cannot be imported like this.
        words: What was expected, and what to do.
        text: What stands in the cell.
        field: The field that it keeps from having a value, or None.
        is_of_new: Whether it matters only where the row creates a project.
        is_ignored: Whether the user has looked at it, or at others of its kind, and lets it be.
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
        """Whether the row cannot be imported like this."""
        return self.severity is Severity.ERROR

    @property
    def is_warning(self) -> bool:
        """Whether the row can be imported like this, and somebody should look at it."""
        return not self.is_error and not self.is_ignored

    @property
    def kind(self) -> ProblemKind:
        """What problems of the same kind share."""
        return ProblemKind(self.column, self.heading, self.words)

    @property
    def place(self) -> str:
        """Where it is, as people find it in their spreadsheet: `Row 7, column D (Tel)`."""
        if self.column is None:
            return f"Row {self.row}"
        heading = f" ({self.heading})" if self.heading else ""
        return f"Row {self.row}, column {column_letter(self.column)}{heading}"


class ImportRow(NamedTuple):
    """One row, read. By the ten thousand, so it holds tuples and not objects.

    Attributes:
        number: Its number in the file, 1 for the first.
        cells: A value for each of `FIELDS`, or None where the row says nothing.
        problems: What is wrong with it.
        mended: What was not taken over as it stands.
        project_id: The server's number of the project that it is about, where the row says so.
        owner: Email of whom the project is to be if it is a new one; empty for the person's own.
        said: What stands in the file for fields whose value is another, or that have none because of a problem.
        left_out: Why it is no project, as far as one can see; None where it may be one.
    """

    number: int
    cells: tuple[str | float | None, ...]
    problems: tuple[RowProblem, ...] = ()
    mended: tuple[Mended, ...] = ()
    project_id: int | None = None
    owner: str = ""
    said: Mapping[Field, str] = MappingProxyType({})
    left_out: LeftOut | None = None

    @property
    def values(self) -> FieldValues:
        """The fields that the row says something of, with their values in the form's normal form."""
        return {field: value for field, value in zip(FIELDS, self.cells, strict=True) if value is not None}

    @property
    def suggested_name(self) -> str:
        """The name that a new project gets where the row has none, as in the form; empty where it has one.

        Without a name Heatpunk would call all projects of an import by the same day.
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
        """Whether it cannot be imported like this."""
        return any(problem.is_error for problem in self.problems)
