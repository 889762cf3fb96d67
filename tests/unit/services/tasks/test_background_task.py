"""A job in a thread of its own, from its start to its end."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from heatpunk_desktop.errors import KnownError
from heatpunk_desktop.services.tasks.background_task import BackgroundTask, Cancelled, Tell

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot


def bug() -> KnownError:
    return KnownError("A mistake of ours", "Nothing was done.")


class Desk:
    """A thread, and what it told so far."""

    def __init__(self, qtbot: QtBot) -> None:
        self.thread = BackgroundTask("heatpunk-test", bug)
        self.told: list[object] = []
        self.ended: list[object] = []
        self.failed: list[KnownError] = []
        self.thread.told.connect(self.told.append)
        self.thread.ended.connect(self.ended.append)
        self.thread.failed.connect(self.failed.append)
        self._qtbot = qtbot

    def end(self) -> None:
        self._qtbot.waitUntil(lambda: bool(self.ended or self.failed), timeout=10_000)
        assert not self.thread.is_running


@pytest.fixture
def desk(qtbot: QtBot) -> Iterator[Desk]:
    desk = Desk(qtbot)
    yield desk
    desk.thread.stop()


def test_what_a_job_tells_and_gives_comes_in_order_in_the_owners_thread(desk: Desk) -> None:
    seen: list[bool] = []
    desk.thread.told.connect(lambda _: seen.append(threading.current_thread() is threading.main_thread()))

    def job(_: Cancelled, tell: Tell) -> object:
        tell(1)
        tell(2)
        return threading.current_thread().name

    desk.thread.start(job)
    assert desk.thread.is_running
    desk.end()
    assert (desk.told, desk.ended, seen) == ([1, 2], ["heatpunk-test"], [True, True])


def test_known_trouble_is_told_as_it_is_and_a_mistake_in_words(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    known = KnownError("The disk is full", "Nothing was written.")

    def fail(error: Exception) -> object:
        raise error

    desk.thread.start(lambda _, __: fail(known))
    desk.end()
    assert desk.failed == [known]
    desk.failed.clear()
    desk.thread.start(lambda _, __: fail(ZeroDivisionError()))
    desk.end()
    assert [one.title for one in desk.failed] == ["A mistake of ours"]
    assert "ZeroDivisionError" in caplog.text


def wait_for(cancelled: Cancelled) -> object:
    while not cancelled():
        threading.Event().wait(0.005)
    return "cancelled"


def test_a_job_is_told_to_stop_and_says_how_it_ended(desk: Desk) -> None:
    desk.thread.start(lambda cancelled, _: wait_for(cancelled))
    desk.thread.cancel()
    desk.end()
    assert desk.ended == ["cancelled"]


@pytest.mark.parametrize("waits", [True, False])
def test_what_was_stopped_says_nothing_more(desk: Desk, qtbot: QtBot, waits: bool) -> None:
    desk.thread.start(lambda cancelled, _: wait_for(cancelled))
    desk.thread.stop(waits=waits)
    assert not desk.thread.is_running
    desk.thread.start(lambda _, __: "the next")
    desk.end()
    qtbot.wait(20)
    assert desk.ended == ["the next"]


def test_a_new_job_takes_the_place_of_one_that_runs(desk: Desk, qtbot: QtBot) -> None:
    desk.thread.start(lambda cancelled, _: wait_for(cancelled))
    desk.thread.start(lambda _, __: "the second")
    desk.end()
    qtbot.wait(20)
    assert desk.ended == ["the second"]
