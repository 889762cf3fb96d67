"""Dates as they stand in spreadsheets: as dates, as serial numbers, and as texts in British or American order."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from heatpunk_desktop.spreadsheets.sheet import Cell


class DayOrder(StrEnum):
    """Which of two numbers of a date is the day."""

    DAY_FIRST = "day_first"
    MONTH_FIRST = "month_first"


#: What parts the numbers of a date: a sign, with spaces about it or without, or spaces alone.
_BETWEEN: Final = r"(?:\s*+[/.\-]\s*+|\s++)"
_NUMBERS: Final = re.compile(
    rf"\s*+(\d{{1,2}}){_BETWEEN}(\d{{1,2}}){_BETWEEN}(\d{{4}}|\d{{2}})(?:[T,\s]++[\d:.]++\s*+(?:[AP]M)?Z?)?\s*+", re.I
)
_YEAR_FIRST: Final = re.compile(r"\s*(\d{4})\s*[/.\-]\s*(\d{1,2})\s*[/.\-]\s*(\d{1,2})(?:[T\s].*)?\s*")
_WORDED: Final = re.compile(
    r"\s*(?:[A-Za-z]{3,9},?\s+)?(\d{1,2})(?:st|nd|rd|th)?[\s\-/]+([A-Za-z]{3,9})[\s\-/,.]+(\d{4}|\d{2})\s*"
)
_WORDED_MONTH_FIRST: Final = re.compile(r"\s*([A-Za-z]{3,9})\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})\s*")
_SERIAL_TEXT: Final = re.compile(r"\s*\d{5}\s*")
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_LAST_MONTH: Final = 12
#: The day that serial numbers of spreadsheets count from, once the day that never was (29 February 1900) is past.
_SERIAL_START: Final = date(1899, 12, 30)
#: From 1954 to 2064: other numbers are no dates.
_SERIALS: Final = range(20_000, 60_001)
_CENTURY: Final = 100
#: Two digits up to this stand for years after 2000.
_LAST_SHORT_YEAR: Final = 49


def find_day_order(cells: Iterable[Cell]) -> DayOrder:
    """Whether a column writes the day or the month first.

    A number above 12 tells; where none does, or some say this and some that, it is the British order.
    """
    days_first = months_first = 0
    for cell in cells:
        found = _NUMBERS.fullmatch(cell) if isinstance(cell, str) else None
        if found is not None:
            days_first += int(found[1]) > _LAST_MONTH >= int(found[2])
            months_first += int(found[2]) > _LAST_MONTH >= int(found[1])
    return DayOrder.MONTH_FIRST if months_first > days_first else DayOrder.DAY_FIRST


def read_day(cell: Cell, order: DayOrder = DayOrder.DAY_FIRST) -> date | None:
    """The day that a cell stands for.

    Args:
        cell: A date, a serial number, or a text such as `14/03/1998`, `1998-03-14`, `14 Mar 1998`.
        order: Which number of a text is the day. A text that makes no sense so is read the other way.

    Returns:
        None where the cell is no date.
    """
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        return _SERIAL_START + timedelta(days=int(cell)) if _SERIALS.start <= cell < _SERIALS.stop else None
    return _read_text(cell, order) if isinstance(cell, str) else None


def _read_text(text: str, order: DayOrder) -> date | None:
    if _SERIAL_TEXT.fullmatch(text):
        return read_day(int(text))
    if found := _YEAR_FIRST.fullmatch(text):
        return _day(found[1], found[2], found[3])
    if found := _WORDED.fullmatch(text):
        return _worded(found[3], found[2], found[1])
    if found := _WORDED_MONTH_FIRST.fullmatch(text):
        return _worded(found[3], found[1], found[2])
    if found := _NUMBERS.fullmatch(text):
        ways = [_day(found[3], found[2], found[1]), _day(found[3], found[1], found[2])]
        if order is DayOrder.MONTH_FIRST:
            ways.reverse()
        return ways[0] or ways[1]
    return None


def _worded(year: str, month: str, day: str) -> date | None:
    name = month[:3].lower()
    return _day(year, str(_MONTHS.index(name) + 1), day) if name in _MONTHS else None


def _day(year: str, month: str, day: str) -> date | None:
    number = int(year)
    if len(year) <= 2:  # noqa: PLR2004 - a year of two digits
        number += 2000 if number <= _LAST_SHORT_YEAR else 1900
    try:
        return date(number, int(month), int(day))
    except ValueError:
        return None
