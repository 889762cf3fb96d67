"""The spreadsheet cells that a project's field comes from, and corrections of cells."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.spreadsheets.targets import Part

if TYPE_CHECKING:
    from collections.abc import Mapping

    from heatpunk_desktop.spreadsheets.columns import ColumnPlan
    from heatpunk_desktop.spreadsheets.row_plan import RowPlan

_ADDRESS: Final = (Field.ADDRESS, Part.FULL_ADDRESS, Part.ADDRESS_LINE)
_NAMES: Final = (Part.FIRST_NAME, Part.SURNAME)
_POSITION: Final = (Field.LATITUDE, Field.LONGITUDE)


def places_of(columns: ColumnPlan, field: Field) -> tuple[int, ...]:
    """Return the columns that a field comes from, the decisive one first.

    Args:
        columns: What each column is read as.
        field: The field.

    Returns:
        Their places; none where no column gives the field.
    """
    if field is Field.CUSTOMER_NAME:
        names = _first(columns, *_NAMES)
        return (*(names or columns.places(field)), *columns.places(Part.NAME_TITLE))
    if field is Field.ADDRESS:
        return tuple(sorted(_all(columns, *_ADDRESS)))
    if field is Field.POSTCODE:
        return columns.places(field) or columns.places(Part.FULL_ADDRESS)
    if field in _POSITION:
        return columns.places(Part.POSITION) or columns.places(field)
    return columns.places(field)


def fields_of(columns: ColumnPlan) -> list[Field]:
    """Return the fields that any column gives, in the form's order."""
    return [field for field in Field if places_of(columns, field)]


def cells_for(columns: ColumnPlan, field: Field, text: str) -> Mapping[int, str]:
    """Return what to put into which cells of a row, so that a field is read from a text alone."""
    return {place: text if which == 0 else "" for which, place in enumerate(places_of(columns, field))}


def _all(columns: ColumnPlan, *targets: Field | Part) -> tuple[int, ...]:
    return tuple(place for target in targets for place in columns.places(target))


def _first(columns: ColumnPlan, *targets: Field | Part) -> tuple[int, ...]:
    return _all(columns, *targets)


#: Cells that are corrected with one press: each row is compared again, which takes a long file some seconds.
MOST_ALIKE: Final = 1000


class Correction(NamedTuple):
    """A text that the user typed into a wrong cell.

    Attributes:
        number: Number of the row in the file.
        place: The column of the file.
        before: What stood there.
        after: What stands there now; may be empty.
    """

    number: int
    place: int
    before: str
    after: str


def is_wrong(plan: RowPlan, place: int) -> bool:
    """Return whether a cell of a row has an error or a warning that is not ignored."""
    return any(problem.column == place and not problem.is_ignored for problem in plan.problems)
