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


class Bench:
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
        self._qtbot.waitUntil(lambda: bool(self.ended or self.failed))
        assert not self.thread.is_running


@pytest.fixture
def bench(qtbot: QtBot) -> Iterator[Bench]:
    bench = Bench(qtbot)
    yield bench
    bench.thread.stop()


def test_what_a_job_tells_and_gives_comes_in_order_in_the_owners_thread(bench: Bench) -> None:
    seen: list[bool] = []
    bench.thread.told.connect(lambda _: seen.append(threading.current_thread() is threading.main_thread()))

    def job(_: Cancelled, tell: Tell) -> object:
        tell(1)
        tell(2)
        return threading.current_thread().name

    bench.thread.start(job)
    assert bench.thread.is_running
    bench.end()
    assert (bench.told, bench.ended, seen) == ([1, 2], ["heatpunk-test"], [True, True])


def test_known_trouble_is_told_as_it_is_and_a_mistake_in_words(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    known = KnownError("The disk is full", "Nothing was written.")

    def fail(error: Exception) -> object:
        raise error

    bench.thread.start(lambda _, __: fail(known))
    bench.end()
    assert bench.failed == [known]
    bench.failed.clear()
    bench.thread.start(lambda _, __: fail(ZeroDivisionError()))
    bench.end()
    assert [step.title for step in bench.failed] == ["A mistake of ours"]
    assert "ZeroDivisionError" in caplog.text


def wait_for(cancelled: Cancelled) -> object:
    while not cancelled():
        threading.Event().wait(0.005)
    return "cancelled"


def test_a_job_is_told_to_stop_and_says_how_it_ended(bench: Bench) -> None:
    bench.thread.start(lambda cancelled, _: wait_for(cancelled))
    bench.thread.cancel()
    bench.end()
    assert bench.ended == ["cancelled"]


@pytest.mark.parametrize("waits", [True, False])
def test_what_was_stopped_says_nothing_more(bench: Bench, qtbot: QtBot, waits: bool) -> None:
    bench.thread.start(lambda cancelled, _: wait_for(cancelled))
    bench.thread.stop(waits=waits)
    assert not bench.thread.is_running
    bench.thread.start(lambda _, __: "the next")
    bench.end()
    qtbot.wait(20)
    assert bench.ended == ["the next"]


def test_a_new_job_takes_the_place_of_one_that_runs(bench: Bench, qtbot: QtBot) -> None:
    bench.thread.start(lambda cancelled, _: wait_for(cancelled))
    bench.thread.start(lambda _, __: "the second")
    bench.end()
    qtbot.wait(20)
    assert bench.ended == ["the second"]
