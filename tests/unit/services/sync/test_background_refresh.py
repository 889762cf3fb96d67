from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import pytest

from heatpunk_desktop.errors import BadAnswerError
from heatpunk_desktop.services.sync.background_refresh import BackgroundRefresh
from heatpunk_desktop.services.sync.facts import Connection, Link, RefreshState, Sending
from tests.fakes import Clock
from tests.unit.gui.fake_service import FakeService

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

ONLINE = Connection(Link.ONLINE)
OFFLINE = Connection(Link.OFFLINE)
RUNNING = RefreshState(running=True)


class Middle(Random):
    """Draws the middle of any range."""

    def uniform(self, a: float, b: float) -> float:
        return (a + b) / 2


class Wanted:
    """A service that has just refreshed, with an interval of 15 minutes, and what was said to be due."""

    def __init__(self) -> None:
        self.service = FakeService()
        self.clock = Clock()
        self.minutes = 15
        self.said: list[str] = []
        self.background = BackgroundRefresh(self.service, lambda: self.minutes, self.clock, Middle())
        self.background.due.connect(lambda: self.said.append("due"))
        self.service.connection_changed.emit(ONLINE)
        self.refresh()

    def refresh(self, ended: RefreshState = RefreshState()) -> None:
        self.service.refresh_changed.emit(RUNNING)
        self.service.refresh_changed.emit(ended)

    def after(self, **by: float) -> int:
        """Let time go by, and looks; return how often a refresh was said to be due so far."""
        self.clock.forward(**by)
        self.background.look()
        return len(self.said)


@pytest.fixture
def wanted(qtbot: QtBot) -> Wanted:
    del qtbot  # wants an application
    return Wanted()


def test_it_is_due_once_the_interval_has_passed(wanted: Wanted) -> None:
    assert wanted.after(minutes=14) == 0
    assert wanted.after(minutes=1) == 1
    wanted.refresh()
    assert wanted.after(minutes=14) == 1
    assert wanted.after(minutes=2) == 2


def test_a_refresh_of_the_users_own_puts_it_off(wanted: Wanted) -> None:
    wanted.clock.forward(minutes=14)
    wanted.refresh()
    assert wanted.after(minutes=14) == 0


def test_it_can_be_switched_off(wanted: Wanted) -> None:
    wanted.minutes = 0
    assert wanted.after(hours=10) == 0
    wanted.minutes = 60
    assert wanted.after(minutes=0) == 1


def test_after_a_sleep_it_is_due_at_once(wanted: Wanted) -> None:
    assert wanted.after(hours=8) == 1


def test_before_the_first_refresh_nothing_is_due(qtbot: QtBot) -> None:
    del qtbot
    service, clock, said = FakeService(), Clock(), []
    background = BackgroundRefresh(service, lambda: 15, clock, Middle())
    background.due.connect(lambda: said.append("due"))
    service.connection_changed.emit(ONLINE)
    clock.forward(hours=1)
    background.look()
    assert not said


@pytest.mark.parametrize(
    "state", [RefreshState(running=True), RefreshState(running=True, is_held_up=True), RefreshState(cancelled=True)]
)
def test_none_is_due_while_one_runs_or_the_user_cancelled_the_last(wanted: Wanted, state: RefreshState) -> None:
    wanted.service.refresh_changed.emit(state)
    assert wanted.after(hours=2) == 0
    wanted.refresh()
    assert wanted.after(hours=2) == 1


@pytest.mark.parametrize("link", [Link.OFFLINE, Link.KEY_REFUSED, Link.KEY_MISSING, Link.UNTRIED])
def test_none_is_due_without_a_way_to_the_server(wanted: Wanted, link: Link) -> None:
    wanted.service.connection_changed.emit(Connection(link))
    assert wanted.after(hours=2) == 0


def test_a_pause_that_is_on_is_kept_to(wanted: Wanted) -> None:
    wanted.service.sending_changed.emit(Sending(next_try_at="2026-11-24T13:00:00.000Z"))
    assert wanted.after(minutes=59) == 0
    assert wanted.after(minutes=1, seconds=1) == 1
    wanted.refresh()
    wanted.service.sending_changed.emit(Sending(is_paused_for_key=True))
    assert wanted.after(hours=2) == 1


def test_refreshes_that_fail_come_less_and_less_often(wanted: Wanted) -> None:
    failed = RefreshState(error=BadAnswerError("The answer cannot be read", "It is no list."))
    wanted.refresh(failed)
    assert wanted.after(minutes=29) == 0
    assert wanted.after(minutes=1) == 1
    wanted.refresh(failed)
    assert wanted.after(minutes=59) == 1
    assert wanted.after(minutes=1) == 2
    wanted.refresh()
    assert wanted.after(minutes=15) == 3


def test_back_online_it_is_due_shortly_after(qtbot: QtBot, wanted: Wanted) -> None:
    wanted.service.connection_changed.emit(OFFLINE)
    wanted.clock.forward(minutes=5)
    wanted.service.connection_changed.emit(ONLINE)
    # Not at once: the service goes on first with what the trouble broke off.
    assert not wanted.said
    qtbot.waitUntil(lambda: wanted.said == ["due"])


def test_a_clock_that_is_put_back_does_not_hold_it_up_for_ever(wanted: Wanted) -> None:
    assert wanted.after(hours=-24) == 0
    assert wanted.after(minutes=15) == 1


def test_the_interval_is_drawn_again_each_time(qtbot: QtBot) -> None:
    del qtbot
    moments = set()
    for seed in range(20):
        service, clock, said = FakeService(), Clock(), []
        background = BackgroundRefresh(service, lambda: 15, clock, Random(seed))
        background.due.connect(lambda: said.append("due"))  # noqa: B023 - called in this turn only
        service.connection_changed.emit(ONLINE)
        service.refresh_changed.emit(RUNNING)
        service.refresh_changed.emit(RefreshState())
        seconds = 0
        while not said:
            clock.forward(seconds=10)
            seconds += 10
            background.look()
        assert 13 * 60 <= seconds <= 17 * 60
        moments.add(seconds)
    assert len(moments) > 5
