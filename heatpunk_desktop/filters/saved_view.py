"""Saved views: a filter with columns, order and layout under a name; and their JSON form."""

from __future__ import annotations

import json
from datetime import date
from enum import StrEnum
from typing import Any, Final, NamedTuple

from heatpunk_desktop.domain.dates import DateRange, RangePreset

#: Characters of a name.
LONGEST_NAME: Final = 60
_WIDEST: Final = 10_000


class Layout(StrEnum):
    """The layout of the projects: table or board."""

    TABLE = "table"
    BOARD = "board"


class ShownColumn(NamedTuple):
    """A visible column: its word, such as `customer`, and its width in device-independent pixels (0: the default)."""

    name: str
    width: int = 0


class SavedView(NamedTuple):
    """A view that the user saved.

    Attributes:
        name: The user's name for it; one line, not empty.
        query: The conditions of its chips, in the text form of `filters.query`.
        search: The text of the search field.
        statuses: Statuses; empty: any.
        owner: Email, or else the server's number, of the owner; empty: any.
        within: The word of the sidebar's view that it narrows, such as `All projects` or `Waiting to be sent`.
        preset: The date range.
        own_days: The days of a date range that is `CUSTOM`; None for any other.
        columns: The visible columns, from the left; empty: the default ones.
        sort_column: The word of the column to sort by; empty: the default.
        descending: Whether the order is descending.
        layout: Table or board.
    """

    name: str
    query: str = ""
    search: str = ""
    statuses: tuple[str, ...] = ()
    owner: str = ""
    within: str = ""
    preset: RangePreset = RangePreset.ALL_TIME
    own_days: DateRange | None = None
    columns: tuple[ShownColumn, ...] = ()
    sort_column: str = ""
    descending: bool = False
    layout: Layout = Layout.TABLE

    def days(self, today: date) -> DateRange | None:
        """Return the creation days to show, relative to today; None for any."""
        if self.preset is RangePreset.ALL_TIME:
            return None
        return self.own_days if self.preset is RangePreset.CUSTOM else DateRange.of_preset(self.preset, today)

    def to_json(self) -> str:
        """Return its JSON form: one object."""
        return json.dumps(
            {
                "name": self.name,
                "query": self.query,
                "search": self.search,
                "statuses": list(self.statuses),
                "owner": self.owner,
                "within": self.within,
                "dates": self.preset.value,
                "own_days": [day.isoformat() for day in (self.own_days.first, self.own_days.last)]
                if self.own_days
                else None,
                "columns": [[column.name, column.width] for column in self.columns],
                "sort_column": self.sort_column,
                "descending": self.descending,
                "layout": self.layout.value,
            },
            ensure_ascii=False,
        )

    @classmethod
    def from_json(cls, text: str) -> SavedView | None:
        """Return the view of a JSON form, ignoring invalid parts; None where it has no name."""
        try:
            kept = json.loads(text)
        except (ValueError, RecursionError):
            return None
        name = tidy_name(_text(kept, "name")) if isinstance(kept, dict) else ""
        if not name:
            return None
        preset, own_days = _dates(kept)
        columns, statuses = kept.get("columns"), kept.get("statuses")
        return cls(
            name,
            _text(kept, "query"),
            _text(kept, "search"),
            tuple(status for status in statuses if isinstance(status, str)) if isinstance(statuses, list) else (),
            _text(kept, "owner"),
            _text(kept, "within"),
            preset,
            own_days,
            tuple(filter(None, map(_column, columns))) if isinstance(columns, list) else (),
            _text(kept, "sort_column"),
            kept.get("descending") is True,
            Layout.BOARD if kept.get("layout") == Layout.BOARD else Layout.TABLE,
        )


def tidy_name(text: str) -> str:
    """Return a name on one line, shortened where it is too long; empty where nothing is left."""
    return " ".join(text.split())[:LONGEST_NAME].rstrip()


def _text(kept: dict[str, Any], name: str) -> str:
    value = kept.get(name)
    return value if isinstance(value, str) else ""


def _dates(kept: dict[str, Any]) -> tuple[RangePreset, DateRange | None]:
    try:
        preset = RangePreset(_text(kept, "dates"))
        if preset is not RangePreset.CUSTOM:
            return preset, None
        first, last = kept["own_days"]
        return preset, DateRange(date.fromisoformat(first), date.fromisoformat(last))
    except (ValueError, TypeError, KeyError):
        return RangePreset.ALL_TIME, None


def _column(kept: object) -> ShownColumn | None:
    match kept:
        case [str(name), int(width)] if 0 <= width <= _WIDEST and not isinstance(width, bool):
            return ShownColumn(name, width)
    return None
