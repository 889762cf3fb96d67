"""Spans of days in filters: a day, a month, a year, or days relative to today."""

from __future__ import annotations

import re
from datetime import MINYEAR, date, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from heatpunk_desktop.domain.dates import day_of, day_words, display_date, month_number, normal_day

if TYPE_CHECKING:
    from collections.abc import Callable

# Patterns, which are compiled when they are first used.
_MONTH: Final = r"(\d{4})-(\d{1,2})"
_YEAR: Final = r"\d{4}"
_BRITISH_MONTH: Final = r"(\d{1,2})[/.](\d{4})"
_WORDED_MONTH: Final = r"([a-z]{3,9})[ -]*(\d{4})"
_ROLLING: Final = r"(?:last[ -]?)?(\d{1,4})[ -]?(d|w|m|y|days?|weeks?|months?|years?)"
_IN_A_YEAR: Final = 12


class Days(NamedTuple):
    """Days from the first to the last, both included."""

    first: date
    last: date


def _week(today: date, ago: int) -> Days:
    monday = today - timedelta(days=today.weekday() + 7 * ago)
    return Days(monday, monday + timedelta(days=6))


def _months(today: date, length: int, ago: int) -> Days:
    """Return a span of whole calendar months, such as a quarter, so many of them ago."""
    number = (today.year * _IN_A_YEAR + today.month - 1) // length * length - ago * length
    return Days(_first_of(number), _first_of(number + length) - timedelta(days=1))


def _first_of(month: int) -> date:
    """Return the first day of a month counted from the year 0; the calendar begins with the year 1."""
    year, place = divmod(max(month, MINYEAR * _IN_A_YEAR), _IN_A_YEAR)
    return date(year, place + 1, 1)


def _last_of(first: date) -> date:
    """Return the last day of a month, given its first one."""
    is_december = first.month == _IN_A_YEAR
    return first.replace(day=31) if is_december else first.replace(month=first.month + 1) - timedelta(days=1)


#: Words for days that are counted from today, in the order in which they are offered.
NAMED: Final[dict[str, Callable[[date], Days]]] = {
    "today": lambda today: Days(today, today),
    "yesterday": lambda today: Days(today - timedelta(days=1), today - timedelta(days=1)),
    "this-week": lambda today: _week(today, 0),
    "last-week": lambda today: _week(today, 1),
    "this-month": lambda today: _months(today, 1, 0),
    "last-month": lambda today: _months(today, 1, 1),
    "this-quarter": lambda today: _months(today, 3, 0),
    "last-quarter": lambda today: _months(today, 3, 1),
    "this-year": lambda today: _months(today, 12, 0),
    "last-year": lambda today: _months(today, 12, 1),
}

_UNITS: Final = {"d": "day", "w": "week", "m": "month", "y": "year"}


def normal_span(text: str) -> str | None:
    """Return the normal form of a text that names days, or None where it names none.

    Args:
        text: A day as `normal_day` accepts it, `2026`, `2026-01`, `Jan 2026`, a word such as `this-month`, or the last
            so many days, weeks, months or years, such as `7d`.
    """
    small = " ".join(text.lower().replace("_", "-").split())
    hyphened = small.replace(" ", "-")
    if hyphened in NAMED:
        return hyphened
    if found := re.fullmatch(_ROLLING, small):
        count = int(found[1])
        return f"{count}{found[2][0]}" if count else None
    return normal_day(small) or _normal_month(small)


def _normal_month(text: str) -> str | None:
    if found := re.fullmatch(_MONTH, text):
        return _month(int(found[1]), int(found[2]))
    if found := re.fullmatch(_BRITISH_MONTH, text):
        return _month(int(found[2]), int(found[1]))
    if found := re.fullmatch(_WORDED_MONTH, text):
        month = month_number(found[1])
        return None if month is None else _month(int(found[2]), month)
    return text if re.fullmatch(_YEAR, text) and int(text) >= MINYEAR else None


def _month(year: int, month: int) -> str | None:
    try:
        return date(year, month, 1).isoformat()[:7]
    except ValueError:
        return None


def is_rolling(span: str) -> bool:
    """Return whether a normal form is the last so many days up to today, as `7d` is."""
    return span[-1:] in _UNITS and span[:-1].isdigit()


def is_one_day(span: str) -> bool:
    """Return whether a normal form is a single day, rather than a month, a year or a longer span."""
    return normal_day(span) is not None


def days_of(span: str, today: date) -> Days:
    """Return the days that a normal form means.

    Raises:
        ValueError: It is not a normal form.
    """
    if span in NAMED:
        return NAMED[span](today)
    if is_rolling(span):
        return Days(_back(today, int(span[:-1]), span[-1]), today)
    if is_one_day(span):
        day = day_of(span, today)
        return Days(day, day)
    match [int(part) for part in span.split("-")]:
        case [year, month]:
            return Days(date(year, month, 1), _last_of(date(year, month, 1)))
        case [year]:
            return Days(date(year, 1, 1), date(year, 12, 31))
    raise ValueError(f"no days are meant by {span!r}")


def _back(today: date, count: int, unit: str) -> date:
    """Return the first of the last so many days, weeks, months or years; today is the last of them."""
    if unit in "dw":
        return date.fromordinal(max(1, today.toordinal() + 1 - count * (7 if unit == "w" else 1)))
    months = today.year * _IN_A_YEAR + today.month - 1 - count * (_IN_A_YEAR if unit == "y" else 1)
    first = _first_of(months)
    # A month ago from the 31st is the last day of a shorter month.
    same = first.replace(day=min(today.day, _last_of(first).day))
    return same + timedelta(days=1)


def span_words(span: str) -> str:
    """Return a normal form in words: `24 Nov 2026`, `Nov 2026`, `last 7 days`, `this month`."""
    if span in NAMED:
        return span.replace("-", " ")
    if is_rolling(span):
        count, unit = span[:-1], _UNITS[span[-1]]
        return f"last {unit}" if count == "1" else f"last {count} {unit}s"
    if is_one_day(span):
        return day_words(span)
    words = display_date(days_of(span, date.min).first)
    return " ".join(words.split()[3 - len(span.split("-")) :])
