"""The columns of an export: heading, kind of cell, and which value of a project each shows."""

from __future__ import annotations

from enum import Enum, auto
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from heatpunk_desktop.domain.dates import uk_clock
from heatpunk_desktop.domain.fields import DETAIL_FIELDS, NUMERIC_FIELDS, BuildDate, Field
from heatpunk_desktop.domain.headings import HEADINGS, NOT_LOADED, Extra
from heatpunk_desktop.domain.project import FIELD_COLUMNS, WholeRow

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

#: What a cell holds: a text, a whole number, degrees, a moment on the clock of the UK, or nothing.
Cell = str | int | float | None

Choice = Field | Extra


class Kind(Enum):
    """The kind of a column's cells."""

    TEXT = auto()
    NUMBER = auto()
    DEGREES = auto()
    MOMENT = auto()


class ExportColumn(NamedTuple):
    """One column of an export.

    Attributes:
        choice: The field or extra that it shows.
        heading: Its heading.
        kind: The kind of its cells.
        place: The position of its value in a `WholeRow`.
    """

    choice: Choice
    heading: str
    kind: Kind
    place: int

    def cell(self, row: WholeRow) -> Cell | datetime:
        """Return the value of this column for a project; None where there is none, or the server does not share it."""
        return self.read(row[self.place])

    @property
    def read(self) -> Callable[[Any], Cell | datetime]:
        """The converter from the value at the column's position to a cell; for code that goes through many rows."""
        return _SPECIAL.get(self.choice) or _READERS[self.kind]


def _text(value: str | None) -> str | None:
    return value or None


def _number(value: float | None) -> float | None:
    return value


def _project_id(key: int) -> int | None:
    return key if key > 0 else None


def _detail(value: str | None) -> str | None:
    """Return a field that the list of projects lacks: one that is not loaded is marked, not shown as empty."""
    return NOT_LOADED if value is None else value or None


def _build_date(value: str | None) -> str | None:
    return _BUILD_DATES.get(value, value) if value else _detail(value)


_READERS: Final[dict[Kind, Callable[[Any], Cell | datetime]]] = {
    Kind.TEXT: _text,
    Kind.NUMBER: _number,
    Kind.DEGREES: _number,
    Kind.MOMENT: uk_clock,
}
_SPECIAL: Final[dict[Choice, Callable[[Any], Cell | datetime]]] = {
    **dict.fromkeys(DETAIL_FIELDS, _detail),
    Extra.PROJECT_ID: _project_id,
    Field.BUILD_DATE: _build_date,
}
_BUILD_DATES: Final[dict[str, str]] = {band.value: band.label for band in BuildDate}

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
    """Return the columns for the user's choice, in that order, each once."""
    return tuple(
        ExportColumn(
            choice,
            HEADINGS[choice],
            _KINDS.get(choice, Kind.TEXT),
            FIELD_COLUMNS[choice] if isinstance(choice, Field) else _EXTRA_PLACES[choice],
        )
        for choice in dict.fromkeys(choices)
    )
