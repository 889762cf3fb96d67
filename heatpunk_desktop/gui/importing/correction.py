"""A correction of one cell that other cells of its column may want as well."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from heatpunk_desktop.spreadsheets.row_plan import RowPlan

#: Cells that are corrected with one press: each row is compared anew, which takes a long file some seconds.
MOST_ALIKE: Final = 1000


class Correction(NamedTuple):
    """What a person put into a cell that was wrong.

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
    """Whether what stands in a column of the file has to be corrected, or should be looked at."""
    return any(one.column == place and not one.is_ignored for one in plan.problems)
