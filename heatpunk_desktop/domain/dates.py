"""Dates: reading what servers and users write, formatting for the screen, and the date range that is fetched."""

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

#: Moments in this time before today are shown with their time of day.
_LATELY: Final = timedelta(days=7)

_NORMAL: Final = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MONTH_NAMES: Final = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
_WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_NAMED_DAYS: Final = {"yesterday": -1, "today": 0, "tomorrow": 1}
#: The fewest letters that the name of a month or a weekday can be shortened to.
_SHORTEST_NAME: Final = 3

# Patterns of what is typed, in ASCII's digits. They are compiled when they are first used.
_YEAR_FIRST: Final = r"(?a)(\d{4})-(\d{1,2})-(\d{1,2})"
_DAY_FIRST: Final = (
    r"(?a)(\d{1,2})(?:st|nd|rd|th)?[ ./-]*"
    r"([a-z]{3,9}|(?<=[ ./-])\d{1,2})"
    r"(?:(?:[ .,/-]+|(?<=[a-z]))['’]?(\d{4}|\d{2}))?"
)
_DAYS_AWAY: Final = r"(?a)([+-])(\d{1,4})(?: ?d| ?days?)?"
_DAYS_AGO: Final = r"(?a)(\d{1,4}) days? ago"
_IN_DAYS: Final = r"(?a)in (\d{1,4}) days?"
_WHOLE: Final = r"(?a)\d{4}-\d\d-\d\d"
_CENTURY: Final = 2000
_SHORT_YEAR: Final = 2
#: A day without a year further ahead than this is last year's, as projects are in the past.
_FURTHEST_AHEAD: Final = timedelta(days=31)
#: From one 29 February to the next there are eight years at most.
_LEAP_YEARS: Final = 8


def utc_text(moment: datetime) -> str:
    """Return a time-zone aware moment as `YYYY-MM-DDTHH:MM:SS.mmmZ` in UTC, which sorts as text."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def normalise_server_date(raw: object) -> str:
    """Convert a date as servers write it to UTC text.

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
    """Return the UK wall-clock time of a UTC text, without a zone, or None where it is empty or unreadable."""
    moment = _uk_moment(utc) if utc else None
    return moment.replace(tzinfo=None) if moment else None


def uk_day(utc: str) -> date | None:
    """Return the day in the UK of a UTC text, or None where it is empty or unreadable."""
    moment = _uk_moment(utc) if utc else None
    return moment.date() if moment else None


def display_date(day: date) -> str:
    """Return a day in British form: `24 Nov 2026`."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def display_day(utc: str) -> str:
    """Return the UK day of a UTC text as `24 Nov 2026`, or an em dash where unknown."""
    day = uk_day(utc)
    return display_date(day) if day else "—"


def display_moment(utc: str, today: date) -> str:
    """Return a UTC text as a short UK time: `today 09:40`, `yesterday 16:02`, `20 Nov 11:15`, or `24 Nov 2026`."""
    moment = _uk_moment(utc) if utc else None
    if moment is None:
        return "—"
    if moment.date() == today:
        return f"today {moment:%H:%M}"
    if moment.date() == today - timedelta(days=1):
        return f"yesterday {moment:%H:%M}"
    if timedelta(0) < today - moment.date() < _LATELY:
        return f"{moment.day} {_MONTHS[moment.month - 1]} {moment:%H:%M}"
    return display_date(moment.date())


def modified_shown(modified: str, created: str) -> str:
    """Return the modification time to show, which is never before the creation. UTC texts, empty where unknown."""
    return max(modified, created) if modified else ""


def moment_label(utc: str, today: date) -> str:
    """Return the same with a capital, for use outside a sentence: `Today 09:40`."""
    words = display_moment(utc, today)
    return words[:1].upper() + words[1:]


def normal_day(text: str) -> str | None:
    """Return the normal form of a text that names a day, or None where it names none.

    Args:
        text: A day in British form, the day first: `1/11/26`, `1.11.2026`, `1-11`, `1 Nov`, `1st November 2026`;
            `2026-11-01`; `today`, `yesterday`, `-7` (seven days ago), `7 days ago`, or a weekday.

    Returns:
        `2026-11-01`; `1-nov` where no year is given; `today`, `-7` or `monday` where the day is relative to today.
    """
    small = " ".join(text.split()).lower()
    if small in _NAMED_DAYS:
        return small
    if weekday := _named(_WEEKDAYS, small):
        return weekday
    if (away := _days_away(small)) is not None:
        return f"{away:+d}" if away else "today"
    if found := re.fullmatch(_YEAR_FIRST, small):
        return _iso(int(found[1]), int(found[2]), int(found[3]))
    if found := re.fullmatch(_DAY_FIRST, small):
        month = month_number(found[2])
        return None if month is None else _dated(found[3], month, int(found[1]))
    return None


def _dated(year: str | None, month: int, day: int) -> str | None:
    if year is not None:
        return _iso(int(year) + (_CENTURY if len(year) == _SHORT_YEAR else 0), month, day)
    leap_year = 2000
    return f"{day}-{_MONTHS[month - 1].lower()}" if _iso(leap_year, month, day) else None


def day_of(normal: str, today: date) -> date:
    """Return the day that a normal form means.

    A weekday is the last one up to today; a day without a year is this year's.

    Raises:
        ValueError: It is not a normal form of a day.
    """
    if normal in _NAMED_DAYS:
        return _shifted(today, _NAMED_DAYS[normal])
    if normal in _WEEKDAYS:
        return _shifted(today, -((today.weekday() - _WEEKDAYS.index(normal)) % 7))
    if re.fullmatch(_DAYS_AWAY, normal):
        return _shifted(today, int(normal))
    day, _, month = normal.partition("-")
    if month.isalpha():
        return _this_years(today, month_number(month) or 0, int(day))
    return date.fromisoformat(normal)


def parse_day(text: str, today: date) -> date | None:
    """Return the day that a typed text means, or None; see `normal_day` for the accepted forms."""
    normal = normal_day(text)
    return None if normal is None else day_of(normal, today)


def has_whole_date(text: str) -> bool:
    """Return whether a text is a day with a four-digit year, so that nothing can follow."""
    small = " ".join(text.split()).lower()
    found = re.fullmatch(_DAY_FIRST, small)
    return re.fullmatch(_WHOLE, small) is not None or (found is not None and len(found[3] or "") > _SHORT_YEAR)


def day_words(normal: str) -> str:
    """Return a normal form of a day in words: `1 Nov 2026`, `1 Nov`, `7 days ago`, `Monday`."""
    if normal in _NAMED_DAYS:
        return normal
    if normal in _WEEKDAYS:
        return normal.capitalize()
    if re.fullmatch(_DAYS_AWAY, normal):
        count = abs(int(normal))
        days = "1 day" if count == 1 else f"{count} days"
        return f"{days} ago" if normal.startswith("-") else f"in {days}"
    day, _, month = normal.partition("-")
    return f"{day} {month.capitalize()}" if month.isalpha() else display_date(date.fromisoformat(normal))


def month_number(text: str) -> int | None:
    """Return the number of a month given in lower case, in full, abbreviated or in digits; None where it is none."""
    if text.isdigit():
        return int(text)
    name = _named(_MONTH_NAMES, text)
    return _MONTH_NAMES.index(name) + 1 if name else None


def _named(names: tuple[str, ...], text: str) -> str | None:
    if len(text) < _SHORTEST_NAME:
        return None
    return next((name for name in names if name.startswith(text)), None)


def _days_away(text: str) -> int | None:
    if found := re.fullmatch(_DAYS_AWAY, text):
        return int(found[1] + found[2])
    if found := re.fullmatch(_DAYS_AGO, text):
        return -int(found[1])
    if found := re.fullmatch(_IN_DAYS, text):
        return int(found[1])
    return None


def _iso(year: int, month: int, day: int) -> str | None:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def _shifted(today: date, days: int) -> date:
    return date.fromordinal(min(max(today.toordinal() + days, date.min.toordinal()), date.max.toordinal()))


def _this_years(today: date, month: int, day: int) -> date:
    """Return the day in this year; in an earlier one where this year lacks it or it is far ahead."""
    latest = _shifted(today, _FURTHEST_AHEAD.days)
    for year in range(today.year, max(today.year - _LEAP_YEARS, 1) - 1, -1):
        found = _iso(year, month, day)
        if found and (first := date.fromisoformat(found)) <= latest:
            return first
    return date.min


def start_of_day(day: date) -> str:
    """Return the UTC text of a UK day's first moment."""
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
    """A range of days, both ends included, in which projects were created.

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
        """Return the range of a preset on a given day.

        Raises:
            ValueError: The preset is `CUSTOM`, which has no days of its own.
        """
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
        """Return the UTC texts between which the creation lies: at or after the first, before the second."""
        # The first and the last day of the calendar are out of reach of a shift between zones.
        first = min(max(self.first, _EARLIEST), _LATEST)
        last = min(max(self.last, _EARLIEST), _LATEST)
        return start_of_day(first), start_of_day(last + timedelta(days=1))

    def windows(self, today: date) -> tuple[DateRange, ...]:
        """Split the range into windows that are read one by one, the newest first.

        The splits follow the calendar (quarters for this year and the last one, whole years before), so that an old
        window has the same days tomorrow and its answer can be recognised.
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
        """Return the range with some more days at either end."""
        return DateRange(self.first - timedelta(days=days), self.last + timedelta(days=days))

    def halves(self) -> tuple[DateRange, DateRange]:
        """Return the later and the earlier half of a range of two days or more."""
        middle = self.first + (self.last - self.first) // 2
        return DateRange(middle + timedelta(days=1), self.last), DateRange(self.first, middle)
