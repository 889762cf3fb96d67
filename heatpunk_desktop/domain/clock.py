"""The current time, corrected where this computer's clock cannot be right. All of the app asks here.

A computer whose battery is dead starts in 2000 or 2015, and one that was set by mistake may be at any date. The app
then continues from the latest moment that is known to have passed, so that no date range ends before it begins and
nothing that is kept for a month is deleted at once, and it tells the user that the date is wrong.
"""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta
from typing import Final

from heatpunk_desktop.domain.dates import UK

#: A correct clock is between these: the app did not exist before, and will not be in use after.
EARLIEST: Final = datetime(2025, 1, 1, tzinfo=UTC)
LATEST: Final = datetime(2100, 1, 1, tzinfo=UTC)


class _Floor:
    """The latest moment known to have passed, and when (monotonic seconds) that was learnt."""

    moment = EARLIEST
    told_at = time.monotonic()


def system_now() -> datetime:
    """Return the current time by this computer's clock, time-zone aware."""
    return datetime.now(UTC)


def is_wrong() -> bool:
    """Return whether this computer's clock cannot be right."""
    return not EARLIEST <= system_now() < LATEST


def utc_now() -> datetime:
    """Return the current time, time-zone aware; where the clock cannot be right, an estimate that never goes back."""
    now = system_now()
    if EARLIEST <= now < LATEST:
        return now
    return _Floor.moment + timedelta(seconds=time.monotonic() - _Floor.told_at)


def uk_today() -> date:
    """Return today's date in the UK."""
    return utc_now().astimezone(UK).date()


def at_least(moment: datetime) -> None:
    """Note a moment that has certainly passed, such as a server's time stamp, for when the clock is wrong."""
    if utc_now() < moment < LATEST:
        _Floor.moment, _Floor.told_at = moment, time.monotonic()
