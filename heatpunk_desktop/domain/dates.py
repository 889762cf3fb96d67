"""Dates: what servers write, what people read, and the range that is fetched and shown."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

#: Dates without a zone are read as UK time, and a project's day is its day in the UK.
UK: Final = ZoneInfo("Europe/London")

#: Before this no project can have been created: the vendor's first product came later.
FIRST_DAY: Final = date(2010, 1, 1)

_EARLIEST: Final = date.min + timedelta(days=2)
_LATEST: Final = date.max - timedelta(days=2)

_NORMAL: Final = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def utc_text(moment: datetime) -> str:
    """An aware moment as `YYYY-MM-DDTHH:MM:SS.mmmZ` in UTC, which sorts as text."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def normalise_server_date(raw: object) -> str:
    """Reads a date as servers write it.

    Args:
        raw: `2025-09-01T09:14:30.000Z`, `2024-07-31 10:48:44` (no zone: UK time), `0000-00-00 00:00:00`, null, or
            anything else.

    Returns:
        UTC text as `utc_text` makes it, or empty for what is no date. Never fails: an unreadable date is unknown.
    """
    if not isinstance(raw, str):
        return ""
    text = raw.strip()
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UK)
        normal = utc_text(moment)
    except (ValueError, OverflowError):
        return ""
    return normal if re.fullmatch(_NORMAL, normal) else ""


@lru_cache(maxsize=4096)
def _uk_moment(utc: str) -> datetime | None:
    try:
        return datetime.fromisoformat(utc).astimezone(UK)
    except (ValueError, OverflowError):
        return None


def uk_clock(utc: str) -> datetime | None:
    """What a clock in the UK showed at a UTC text, without a zone; None where the text is empty or unreadable."""
    moment = _uk_moment(utc) if utc else None
    return moment.replace(tzinfo=None) if moment else None


def uk_day(utc: str) -> date | None:
    """The day in the UK of a UTC text, or None where it is empty or unreadable."""
    moment = _uk_moment(utc) if utc else None
    return moment.date() if moment else None


def display_date(day: date) -> str:
    """A day as a Briton writes it: `24 Nov 2026`."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def display_day(utc: str) -> str:
    """The UK day of a UTC text as `24 Nov 2026`, or an em dash where unknown."""
    day = uk_day(utc)
    return display_date(day) if day else "—"


def display_moment(utc: str, today: date) -> str:
    """A UTC text as people say it: `today 09:40`, `yesterday 16:02`, else `24 Nov 2026`; UK time."""
    moment = _uk_moment(utc) if utc else None
    if moment is None:
        return "—"
    if moment.date() == today:
        return f"today {moment:%H:%M}"
    if moment.date() == today - timedelta(days=1):
        return f"yesterday {moment:%H:%M}"
    return display_date(moment.date())


def start_of_day(day: date) -> str:
    """UTC text of a UK day's first moment."""
    return utc_text(datetime.combine(day, time(), UK))


class RangePreset(StrEnum):
    """The choices of the combo box `Date range`, in its order, by their labels."""

    LAST_7_DAYS = "Last 7 days"
    LAST_30_DAYS = "Last 30 days"
    LAST_90_DAYS = "Last 90 days"
    THIS_YEAR = "This year"
    ALL_TIME = "All time"
    CUSTOM = "Custom"


_PRESET_DAYS: Final = {
    RangePreset.LAST_7_DAYS: 7,
    RangePreset.LAST_30_DAYS: 30,
    RangePreset.LAST_90_DAYS: 90,
}


@dataclass(frozen=True)
class DateRange:
    """Days, both included, in which a project was created.

    Attributes:
        first: The first day.
        last: The last day; not before `first`.
    """

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError("a date range ends before it begins")

    @classmethod
    def of_preset(cls, preset: RangePreset, today: date) -> DateRange:
        """The range of a preset on a given day. `CUSTOM` has none and raises ValueError."""
        if preset is RangePreset.CUSTOM:
            raise ValueError("a custom range is given by its days")
        if preset is RangePreset.ALL_TIME:
            return cls(FIRST_DAY, today)
        if preset is RangePreset.THIS_YEAR:
            return cls(date(today.year, 1, 1), today)
        return cls(today - timedelta(days=_PRESET_DAYS[preset] - 1), today)

    @property
    def is_all_time(self) -> bool:
        """Whether it begins at or before the first day that a project can have."""
        return self.first <= FIRST_DAY

    def bounds(self) -> tuple[str, str]:
        """UTC texts: created is at or after the first and before the second."""
        # The first and the last day of the calendar are out of reach of a shift between zones.
        first = min(max(self.first, _EARLIEST), _LATEST)
        last = min(max(self.last, _EARLIEST), _LATEST)
        return start_of_day(first), start_of_day(last + timedelta(days=1))

    def windows(self, today: date) -> tuple[DateRange, ...]:
        """Cuts the range in windows to be read one by one, the newest first.

        The cuts lie on the calendar, quarters for this year and the last one and whole years before, so that an old
        window has the same days tomorrow and its answer can be known again.
        """
        cut: list[DateRange] = []
        last = self.last
        while last >= self.first:
            months = 3 if last.year >= today.year - 1 else 12
            begin = date(last.year, (last.month - 1) // months * months + 1, 1)
            first = max(self.first, begin)
            cut.append(DateRange(first, last))
            last = first - timedelta(days=1)
        return tuple(cut)

    def widened(self, days: int) -> DateRange:
        """The range with some days more at either end."""
        return DateRange(self.first - timedelta(days=days), self.last + timedelta(days=days))

    def halves(self) -> tuple[DateRange, DateRange]:
        """The later and the earlier half of a range of two days or more."""
        middle = self.first + (self.last - self.first) // 2
        return DateRange(middle + timedelta(days=1), self.last), DateRange(self.first, middle)
