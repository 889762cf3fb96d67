"""The present: the one place from which the program takes it, whatever this computer's clock says.

A computer whose battery is dead begins in 2000 or 2015, and one that was set by mistake may be anywhere. The program
then goes on from the latest moment that it knows to have been, so that no range ends before it begins and nothing kept
for a month is forgotten at once, and says that the date is wrong.
"""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta
from typing import Final

from heatpunk_desktop.domain.dates import UK

#: No clock that is right says less, as there was no program yet; nor, for a long time, more.
EARLIEST: Final = datetime(2025, 1, 1, tzinfo=UTC)
LATEST: Final = datetime(2100, 1, 1, tzinfo=UTC)


class _Floor:
    """The latest moment that is known to have been, and when that was last told."""

    moment = EARLIEST
    told_at = time.monotonic()


def system_now() -> datetime:
    """The present by this computer's clock, aware."""
    return datetime.now(UTC)


def is_wrong() -> bool:
    """Whether this computer's clock cannot be right."""
    return not EARLIEST <= system_now() < LATEST


def utc_now() -> datetime:
    """The present, aware. Where the clock cannot be right: a moment after the latest that is known to have been."""
    now = system_now()
    if EARLIEST <= now < LATEST:
        return now
    return _Floor.moment + timedelta(seconds=time.monotonic() - _Floor.told_at)


def uk_today() -> date:
    """The present day in the UK."""
    return utc_now().astimezone(UK).date()


def at_least(moment: datetime) -> None:
    """Tell a moment that has been, such as a server's stamp: where the clock is wrong, the present is after it."""
    if utc_now() < moment < LATEST:
        _Floor.moment, _Floor.told_at = moment, time.monotonic()
