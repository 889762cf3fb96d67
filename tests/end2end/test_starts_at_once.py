"""Several starts in the same moment, as real processes: one window, which the others raise, and no error."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.conftest import TIMEOUT_S

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).resolve().parents[2]

#: The program, which tells of its window and of each time that it is raised, and ends when its input does.
SCRIPT = """
import sys, threading
from PySide6.QtCore import QCoreApplication, QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication, QMessageBox
from heatpunk_desktop.app import qt_application as module
from heatpunk_desktop.__main__ import main
from heatpunk_desktop.services.desktop.single_instance import SingleInstance

def say(word):
    print(word, flush=True)

class Told(SingleInstance):
    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.raise_requested.connect(lambda project: say(f"raised {project}"))

import heatpunk_desktop.app.main as running
running.SingleInstance = Told

class Ends(QObject):
    ended = Signal()

def look():
    for window in QApplication.topLevelWidgets():
        if window.isVisible():
            say("box" if isinstance(window, QMessageBox) else "window")
            timer.stop()

class Watched(module.Application):
    @staticmethod
    def exec():
        global timer
        ends = Ends()
        ends.ended.connect(QCoreApplication.quit, Qt.ConnectionType.QueuedConnection)
        threading.Thread(target=lambda: (sys.stdin.read(), ends.ended.emit()), daemon=True).start()
        timer = QTimer()
        timer.timeout.connect(look)
        timer.start(20)
        return QApplication.exec()

module.Application = Watched
sys.exit(main(sys.argv[1:]))
"""


class Start:
    """One start of the program."""

    def __init__(self, folder: Path, number: int, data_dir: Path, *arguments: str) -> None:
        self._out, self._errors = folder / f"out {number}", folder / f"errors {number}"
        variables = {**os.environ, "PYTHONPATH": str(ROOT), "QT_QPA_PLATFORM": "offscreen"}
        variables.pop("COVERAGE_PROCESS_CONFIG", None)
        with self._out.open("w") as out, self._errors.open("w") as errors:
            self.process = subprocess.Popen(
                [sys.executable, "-c", SCRIPT, "--demo", "--data-dir", str(data_dir), *arguments],
                env=variables,
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=out,
                stderr=errors,
            )

    @property
    def said(self) -> list[str]:
        return self._out.read_text("utf-8").split("\n")[:-1]

    @property
    def errors(self) -> str:
        return self._errors.read_text("utf-8")

    @property
    def has_ended(self) -> bool:
        return self.process.poll() is not None

    def end(self) -> int:
        """End it as closing its window does; return its exit code."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        return self.process.wait(TIMEOUT_S)


def wait_until(condition: Callable[[], object], what: Callable[[], object]) -> None:
    until = time.monotonic() + TIMEOUT_S
    while not condition():
        assert time.monotonic() < until, f"waited in vain: {what()}"
        time.sleep(0.02)


@pytest.fixture
def starts(tmp_path: Path, data_dir: Path) -> Iterator[Callable[..., Start]]:
    begun: list[Start] = []

    def begin(*arguments: str) -> Start:
        begun.append(Start(tmp_path, len(begun), data_dir, *arguments))
        return begun[-1]

    yield begin
    for start in begun:
        start.process.kill()
        start.process.wait()
        assert start.process.stdin is not None
        start.process.stdin.close()


def test_of_three_starts_at_once_one_shows_a_window_the_others_raise_it(
    starts: Callable[..., Start],
) -> None:
    for _ in range(3):
        check_round([starts() for _ in range(3)])


def check_round(three: list[Start]) -> None:
    def told() -> list[tuple[list[str], str]]:
        return [(start.said, start.errors) for start in three]

    wait_until(lambda: sum(start.has_ended for start in three) == 2, told)
    (first,) = (start for start in three if not start.has_ended)
    later = [start for start in three if start is not first]
    assert [start.process.returncode for start in later] == [0, 0], told()
    assert [start.said for start in later] == [[], []], "no window and no box"
    # A start that hears no answer for a while, as on a busy machine, asks once more: it is raised again.
    wait_until(lambda: first.said.count("raised None") >= len(later) and "window" in first.said, told)
    assert first.said.count("window") == 1, told()
    assert set(first.said) == {"raised None", "window"}, told()
    assert first.end() == 0
    assert not any("running" in start.errors for start in three)


def test_the_link_of_a_start_in_the_same_moment_is_not_lost(starts: Callable[..., Start]) -> None:
    two = [starts("heatpunk://project/986301"), starts("heatpunk://project/986301")]
    wait_until(lambda: sum(start.has_ended for start in two) == 1, lambda: [start.errors for start in two])
    (first,) = (start for start in two if not start.has_ended)
    wait_until(lambda: "raised 986301" in first.said, lambda: first.said)
    assert first.end() == 0
