"""The columns of an export: what stands above each, and what of a project stands in it."""

from __future__ import annotations

from enum import Enum, auto
from typing import TYPE_CHECKING, Final, NamedTuple

from heatpunk_desktop.domain.dates import uk_clock
from heatpunk_desktop.domain.fields import DETAIL_FIELDS, NUMERIC_FIELDS, BuildDate, Field
from heatpunk_desktop.domain.headings import HEADINGS, Extra
from heatpunk_desktop.domain.whole_row import PLACES, WholeRow

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

#: What a cell holds: a text, a whole number, degrees, a moment on the clock of the UK, or nothing.
Cell = str | int | float | None

Choice = Field | Extra


class Kind(Enum):
    """What the cells of a column hold."""

    TEXT = auto()
    NUMBER = auto()
    DEGREES = auto()
    MOMENT = auto()


class ExportColumn(NamedTuple):
    """One column of an export.

    Attributes:
        choice: What of a project it shows.
        heading: What stands above it.
        kind: What its cells hold.
        place: Where its value stands in a `WholeRow`.
    """

    choice: Choice
    heading: str
    kind: Kind
    place: int

    def cell(self, row: WholeRow) -> Cell | datetime:
        """What stands in this column for a project; None where there is nothing, or nobody knows."""
        value: str | float | None = row[self.place]
        if self.kind is Kind.TEXT:
            if self.choice is Field.BUILD_DATE and value:
                return _BUILD_DATES.get(str(value), str(value))
            return value or None
        if self.kind is Kind.MOMENT:
            return uk_clock(str(value))
        if self.choice is Extra.PROJECT_ID:
            return row.key if row.key > 0 else None
        return value


_BUILD_DATES: Final = {band.value: band.label for band in BuildDate}

_EXTRA_PLACES: Final = {
    extra: WholeRow._fields.index(name)
    for extra, name in (
        (Extra.PROJECT_ID, "key"),
        (Extra.OWNER, "owner"),
        (Extra.CREATED, "created"),
        (Extra.MODIFIED, "modified"),
    )
}
_KINDS: Final[dict[Choice, Kind]] = {
    Extra.PROJECT_ID: Kind.NUMBER,
    Extra.CREATED: Kind.MOMENT,
    Extra.MODIFIED: Kind.MOMENT,
    **dict.fromkeys(NUMERIC_FIELDS, Kind.DEGREES),
}

#: Every column that there is, in the order in which they are offered.
ALL_CHOICES: Final[tuple[Choice, ...]] = tuple(HEADINGS)


def export_columns(choices: Iterable[Choice] = ALL_CHOICES) -> tuple[ExportColumn, ...]:
    """The columns for what a person chose, in that order, each once."""
    return tuple(
        ExportColumn(
            choice,
            HEADINGS[choice],
            _KINDS.get(choice, Kind.TEXT),
            PLACES[choice] if isinstance(choice, Field) else _EXTRA_PLACES[choice],
        )
        for choice in dict.fromkeys(choices)
    )


def has_details(columns: Sequence[ExportColumn]) -> bool:
    """Whether any of the columns shows what the list of projects lacks, and may not be loaded."""
    return any(column.choice in DETAIL_FIELDS for column in columns)
