"""The present, whatever the computer's clock says."""

from __future__ import annotations

import re
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from heatpunk_desktop.domain import clock
from heatpunk_desktop.domain.dates import DateRange, RangePreset

RIGHT = datetime(2026, 11, 24, 12, tzinfo=UTC)


class Seconds:
    """The clock on the wall and the one that never jumps."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.wall, self.steady = RIGHT, 100.0
        monkeypatch.setattr(clock, "system_now", lambda: self.wall)
        monkeypatch.setattr(time, "monotonic", lambda: self.steady)
        monkeypatch.setattr(f"{clock.__name__}._Floor.moment", clock.EARLIEST)
        monkeypatch.setattr(f"{clock.__name__}._Floor.told_at", self.steady)


@pytest.fixture
def seconds(monkeypatch: pytest.MonkeyPatch) -> Seconds:
    return Seconds(monkeypatch)


@pytest.mark.parametrize("moment", [clock.EARLIEST, RIGHT, clock.LATEST - timedelta(seconds=1)])
def test_a_clock_that_may_be_right_is_believed(seconds: Seconds, moment: datetime) -> None:
    seconds.wall = moment
    clock.at_least(datetime(2060, 1, 1, tzinfo=UTC))
    assert clock.utc_now() == moment
    assert not clock.is_wrong()


@pytest.mark.parametrize("year", [1, 1970, 1980, 2000, 2009, 2015, 2024, 2100, 9999])
def test_with_an_impossible_clock_now_is_after_what_is_known_to_have_been(seconds: Seconds, year: int) -> None:
    seconds.wall = datetime(year, 1, 1, tzinfo=UTC)
    assert clock.is_wrong()
    assert clock.utc_now() == clock.EARLIEST
    clock.at_least(RIGHT)
    assert clock.utc_now() == RIGHT
    seconds.steady += 60
    assert clock.utc_now() == RIGHT + timedelta(minutes=1), "time goes on"
    clock.at_least(RIGHT)
    assert clock.utc_now() == RIGHT + timedelta(minutes=1), "and not back"
    clock.at_least(datetime(9999, 12, 31, tzinfo=UTC))
    assert clock.utc_now() == RIGHT + timedelta(minutes=1), "a moment that cannot have been tells nothing"
    assert clock.uk_today() == date(2026, 11, 24)
    seconds.wall = RIGHT + timedelta(days=1)
    assert clock.utc_now() == RIGHT + timedelta(days=1), "somebody has set it"


@pytest.mark.parametrize("year", [1, 2009, 9999])
@pytest.mark.parametrize(
    "preset", [range_preset for range_preset in RangePreset if range_preset is not RangePreset.CUSTOM]
)
def test_no_range_ends_before_it_begins(seconds: Seconds, year: int, preset: RangePreset) -> None:
    seconds.wall = datetime(year, 1, 1, tzinfo=UTC)
    assert DateRange.of_preset(preset, clock.uk_today()).windows(clock.uk_today())


def test_nothing_else_asks_the_computer_what_time_it_is() -> None:
    package = Path(clock.__file__).parents[1]
    asks = re.compile(r"datetime\.now\(|date\.today\(|time\.time\(|QDate\.currentDate|QDateTime\.currentDateTime")
    found = {
        path.relative_to(package).as_posix()
        for path in package.rglob("*.py")
        if path.relative_to(package).parts[0] != "sandbox" and asks.search(path.read_text("utf-8"))
    }
    # What is sent about a bug tells what the clock says, right or wrong.
    assert found == {"domain/clock.py", "system/crash_report.py"}
