"""`--self-test`: the main job once, offscreen, on the embedded sandbox; a line a step. For the packaged app."""

from __future__ import annotations

import os
import platform
import sys
import tempfile
import threading
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import qVersion

from heatpunk_desktop import __version__
from heatpunk_desktop.app.cli import Options
from heatpunk_desktop.app.controller import Program
from heatpunk_desktop.app.demo import PROJECTS
from heatpunk_desktop.app.qt_application import make_application
from heatpunk_desktop.devtools import self_test_checks as self_test_parts
from heatpunk_desktop.devtools.ui_driver import UiDriver
from heatpunk_desktop.errors import KnownError
from heatpunk_desktop.services.desktop.single_instance import SingleInstance
from heatpunk_desktop.system.build_info import build_words, read_build

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import TracebackType

#: Seconds that the whole test may take; then it ends the program, whatever hangs.
LIMIT: Final = 120.0


class SelfTest:
    """A run of the self-test: its steps, their results, and which failed.

    Args:
        report: A file that takes every line as well; None: none.
    """

    def __init__(self, report: Path | None = None) -> None:
        self._report = report
        self._failed: list[str] = []
        self._bugs: list[str] = []

    def run(self) -> int:
        """Run every step.

        Returns:
            The exit code, 0 or 1.
        """
        system = f"Python {platform.python_version()}, Qt {qVersion()}, {platform.platform()}"
        self._say(f"Heatpunk Desktop {__version__}, {build_words(read_build())}; {system}")
        watchdog = threading.Timer(LIMIT, self._give_up)
        watchdog.daemon = True
        watchdog.start()
        with tempfile.TemporaryDirectory(prefix="heatpunk-self-test-", ignore_cleanup_errors=True) as folder:
            application = None
            with self._step("application"):
                application = make_application()
            if application is not None:
                self._parts(Path(folder))
                self._window(Path(folder) / "data")
        watchdog.cancel()
        self._say("self-test passed" if not self._failed else f"self-test FAILED: {', '.join(self._failed)}")
        return 1 if self._failed else 0

    def _parts(self, folder: Path) -> None:
        parts: tuple[tuple[str, Callable[[], str]], ...] = (
            ("icons", self_test_parts.check_resources),
            ("plug-ins", self_test_parts.check_plugins),
            ("licences", self_test_parts.check_licences),
            ("time zones", self_test_parts.check_time_zones),
            ("database engine, and an encrypted file", lambda: self_test_parts.check_database(folder)),
            ("keyring", self_test_parts.check_keyring),
            ("secure connection", self_test_parts.check_tls),
        )
        for name, part in parts:
            with self._step(name):
                self._say(f"     {part()}")

    def _window(self, data_dir: Path) -> None:
        pilot = UiDriver()
        started: list[Program] = []
        with self._step("window"):
            instance = SingleInstance(data_dir)
            program = Program(make_application(), Options(data_dir, demo=True), instance, open_project=_no_browser)
            started.append(program)
            self._listen_for_bugs()
            program.start()
            pilot.table()
        if not started:
            return
        for name, step in _STEPS:
            with self._step(name):
                step(pilot)
        with self._step("close"):
            if not started[0].stop():
                raise RuntimeError("the worker did not end in time")

    def _listen_for_bugs(self) -> None:
        """Make an unexpected exception fail the step that it happens in."""
        tell = sys.excepthook

        def listen(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
            self._bugs.append(f"{kind.__name__}: {error}")
            tell(kind, error, trace)

        sys.excepthook = listen

    @contextmanager
    def _step(self, name: str) -> Iterator[None]:
        began = time.perf_counter()
        why = ""
        try:
            yield
        except Exception as error:  # noqa: BLE001 - whatever it is, it is what this test is there to say
            why = f"{type(error).__name__}: {_words_of(error)}"
        if self._bugs and not why:
            why = f"a bug in the program: {self._bugs.pop(0)}"
        took = f"({time.perf_counter() - began:.2f} s)"
        if why:
            self._failed.append(name)
            self._say(f"FAIL {name} {took}: {why}")
        else:
            self._say(f"ok   {name} {took}")

    def _give_up(self) -> None:
        self._say(f"self-test FAILED: it did not end within {LIMIT:.0f} s")
        os._exit(1)

    def _say(self, line: str) -> None:
        print(line, flush=True)
        if self._report is not None:
            with self._report.open("a", encoding="utf-8") as file:
                file.write(line + "\n")


def run_self_test(report: Path | None = None) -> int:
    """Run the self-test and print how each step ended.

    Args:
        report: A file that is rewritten with every line; for where nobody sees what is printed.

    Returns:
        The exit code, 0 or 1.
    """
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    if report is not None:
        try:
            report.write_text("", "utf-8")
        except OSError as error:
            print(f"self-test FAILED: {report} cannot be written: {error.strerror}")
            return 1
    return SelfTest(report).run()


def _words_of(error: Exception) -> str:
    return f"{error.title}. {error.message}" if isinstance(error, KnownError) else str(error)


def _no_browser(account: object, project_id: int) -> None:
    """Stand in for the browser."""


def _list(pilot: UiDriver) -> None:
    pilot.wait(lambda: pilot.table().model().rowCount() == PROJECTS, "the sample projects")


def _create(pilot: UiDriver) -> None:
    pilot.press("New project")
    pilot.fill("Customer name", "Self Test")
    pilot.fill("Project name", "Self-test cottage")
    pilot.fill("Postcode", "cb13qd")
    pilot.press("Create project")
    pilot.select("Self-test cottage")
    pilot.wait(lambda: "not sent" not in pilot.cell(pilot.row("Self-test cottage"), 5), "the server's word")


def _edit(pilot: UiDriver) -> None:
    pilot.select("Self-test cottage")
    pilot.press("Edit")
    pilot.fill("Project name", "Self-test barn")
    pilot.choose("Status", "Quote")
    pilot.press("Save changes")
    pilot.wait(lambda: pilot.row("Self-test barn") >= 0, "the new name")
    pilot.wait(lambda: "waiting" not in pilot.cell(pilot.row("Self-test barn"), 5), "the server's word")


def _delete(pilot: UiDriver) -> None:
    pilot.select("Self-test barn")
    pilot.press("Delete")
    pilot.press("Move to deleted")
    pilot.wait(lambda: pilot.row("Self-test barn") < 0, "the row to go")


_STEPS: Final = (("list", _list), ("create", _create), ("edit", _edit), ("delete", _delete))
