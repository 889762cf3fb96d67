"""A correction of one cell that may suit other cells of its column."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from heatpunk_desktop.spreadsheets.row_plan import RowPlan

#: Cells that are corrected with one press: each row is compared again, which takes a long file some seconds.
MOST_ALIKE: Final = 1000


class Correction(NamedTuple):
    """What the user typed into a cell that was wrong.

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
