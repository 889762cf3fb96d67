"""The Qt application: the links that macOS hands over as events, and words where no window can be opened; ."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from heatpunk_desktop.app import qt_application
from heatpunk_desktop.app.qt_application import APP_ID, no_window, set_app_identity
from installers.names import IDENTIFIER

ROOT = Path(__file__).resolve().parents[3]
#: Sends the event that macOS sends, before anybody listens and while somebody does.
SCRIPT = """
import sys
from PySide6.QtCore import QCoreApplication, QTimer, QUrl
from PySide6.QtGui import QFileOpenEvent
from heatpunk_desktop.app.qt_application import make_application

application = make_application()
assert make_application() is application, "there is but one"
came = []
application.link_came.connect(lambda: came.append(application.take_links()))
QCoreApplication.sendEvent(application, QFileOpenEvent(QUrl("heatpunk://project/5")))
QCoreApplication.postEvent(application, QFileOpenEvent(QUrl("heatpunk://project/6")))
assert application.wait_for_links(0) == [], "a listener took them"
print(came)
application.link_came.disconnect()
QCoreApplication.sendEvent(application, QFileOpenEvent("/tmp/letter.txt"))
print(application.take_links(), application.take_links())
print(application.wait_for_links(0.01))
QTimer.singleShot(50, lambda: QCoreApplication.postEvent(application, QFileOpenEvent(QUrl("heatpunk://project/7"))))
print(application.wait_for_links(20))
print(application.applicationName(), application.applicationDisplayName(), application.desktopFileName())
"""


def test_links_are_kept_until_they_are_taken() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], capture_output=True, text=True, timeout=60, check=False, cwd=ROOT
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        "[['heatpunk://project/5'], ['heatpunk://project/6']]",
        "['file:///tmp/letter.txt'] []",
        "[]",
        "['heatpunk://project/7']",
        "heatpunk-desktop Heatpunk Desktop heatpunk-desktop",
    ]


FOUND = 'Could not load the Qt platform plugin "xcb" in "" even though it was found.'


XCB = "From 6.5.0, xcb-cursor0 or libxcb-cursor0 is needed to load the Qt xcb platform plugin."


@pytest.mark.parametrize(
    ("said", "title", "names"),
    [
        (["could not connect to display :7", XCB, FOUND], "there is no screen here", ""),
        (["Failed to create wl_display (No such file or directory)", FOUND], "there is no screen here", ""),
        ([XCB, FOUND], "a library of the system is missing", "libxcb-cursor0"),
        (['Could not find the Qt platform plugin "xcb" in ""'], "a part of the program is missing", '"xcb"'),
        ([], "there is no screen here", ""),
    ],
)
def test_why_no_window_can_be_opened_is_said(said: list[str], title: str, names: str) -> None:
    told = no_window(said, "This application failed to start")
    assert told.title == f"No window can be opened: {title}"
    assert names in told.message
    assert told.what_to_do


class FakeShell:
    """Stands in for Windows' shell32, which is there on Windows only."""

    def __init__(self, error: Exception | None = None) -> None:
        self.named: list[str] = []
        self.error = error

    def SetCurrentProcessExplicitAppUserModelID(self, name: str) -> int:  # noqa: N802 - Windows' own name
        self.named.append(name)
        if self.error is not None:
            raise self.error
        return 0


@pytest.mark.parametrize("error", [None, OSError("no such function"), AttributeError("no such function")])
def test_windows_is_told_the_programs_own_name_and_may_refuse_it(error: Exception | None) -> None:
    shell = FakeShell(error)
    set_app_identity(shell)
    assert shell.named == ["io.github.heatpunk-desktop"]


def test_the_installer_gives_its_shortcut_the_same_name() -> None:
    assert APP_ID == IDENTIFIER


@pytest.mark.skipif(sys.platform == "win32", reason="there is such a shell")
def test_elsewhere_nobody_is_told() -> None:
    assert qt_application.system_shell() is None
    set_app_identity()
