"""A display that nobody sees, with a window manager, beside the system that is tried: nothing of it is in there."""

from __future__ import annotations

import os
import re
import subprocess
import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from installers.commands import Trouble, attempt, must
from installers.trial.waiting import wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from installers.trial.report import Report

NEEDS: Final = {
    "Xvfb": "xvfb",
    "openbox": "openbox",
    "xdotool": "xdotool",
    "xprop": "x11-utils",
    "import": "imagemagick",
}
_SIZE: Final = "1440x900x24"


@dataclass(frozen=True, slots=True)
class Window:
    """A window on the display.

    Attributes:
        number: X's number of it.
        title: What stands in its title bar.
        kind: Its class, by which a desktop finds the program's entry in the menu.
        has_icon: Whether it brings an icon of its own.
    """

    number: int
    title: str
    kind: str
    has_icon: bool


class Display:
    """An X display with its windows.

    Args:
        name: Such as `:7`.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self._variables = {**os.environ, "DISPLAY": name}

    def windows(self) -> list[Window]:
        """The windows that the window manager looks after, the one in front last."""
        listed = self._ask("xprop", "-root", "_NET_CLIENT_LIST_STACKING")
        found = (self._window(int(number, 16)) for number in re.findall(r"0x[0-9a-f]+", listed))
        return [window for window in found if window is not None]

    def titles(self) -> list[str]:
        """The titles of the windows, the one in front last."""
        return [window.title for window in self.windows()]

    def active(self) -> int:
        """The number of the window that takes what is typed; 0 for none."""
        found = re.search(r"0x[0-9a-f]+", self._ask("xprop", "-root", "_NET_ACTIVE_WINDOW"))
        return int(found[0], 16) if found else 0

    def wait_for_window(self, title: str = "", seconds: float = 180) -> Window:
        """Waits for a window whose title holds these words. Raises FailedStepError."""
        return wait_for(
            lambda: next((window for window in self.windows() if title in window.title), None),
            f"a window {title!r}; there is {self.titles()}",
            seconds,
        )

    def type(self, words: str) -> None:
        """Types into the window in front."""
        self._ask("xdotool", "type", "--delay", "15", words)

    def press(self, *keys: str) -> None:
        """Presses keys one after the other, in X's names, such as `ctrl+n` or `Tab`."""
        for key in keys:
            self._ask("xdotool", "key", key)
            time.sleep(0.15)

    def minimise(self, window: Window) -> None:
        """Has a window shrink to its icon."""
        self._ask("xdotool", "windowminimize", "--sync", str(window.number))

    def close(self, window: Window) -> None:
        """Asks a window to close, as the cross in its corner does."""
        self._ask("xdotool", "windowclose" if not window.title else "windowquit", str(window.number))

    def picture(self, report: Report, caption: str, name: str) -> Path:
        """Takes a picture of the display for a report. Raises Trouble."""
        time.sleep(1)  # so that what is drawn in several steps is there
        file = report.picture(caption, name)
        must(["import", "-window", "root", file], "No picture could be taken.", seconds=90, environment=self._variables)
        return file

    def _ask(self, *command: str) -> str:
        return attempt(command, seconds=60, environment=self._variables).stdout

    def _window(self, number: int) -> Window | None:
        told = self._ask("xprop", "-id", str(number), "_NET_WM_NAME", "WM_NAME", "WM_CLASS", "_NET_WM_ICON")
        title = re.search(r'^_NET_WM_NAME\(UTF8_STRING\) = "(.*)"$', told, re.MULTILINE)
        kind = re.search(r'^WM_CLASS\(STRING\) = .*"([^"]*)"$', told, re.MULTILINE)
        if title is None and kind is None:
            return None
        return Window(number, title[1] if title else "", kind[1] if kind else "", "_NET_WM_ICON(CARDINAL)" in told)


@contextmanager
def display(*options: str) -> Iterator[Display]:
    """A display for as long as it is needed.

    Args:
        options: More for Xvfb, such as `-extension`, `GLX`.

    Raises:
        Trouble: It could not be started.
    """
    command = ["Xvfb", "-displayfd", "1", "-screen", "0", _SIZE, "-nolisten", "tcp", "-ac", *options]
    with ExitStack() as ended:
        server = ended.enter_context(
            subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        )
        ended.callback(server.terminate)
        number = server.stdout.readline().strip() if server.stdout else ""
        if not number:
            raise Trouble("Xvfb did not start.")
        shown = Display(f":{number}")
        manager = ended.enter_context(
            subprocess.Popen(
                ["openbox"],
                env={**os.environ, "DISPLAY": shown.name},
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        )
        ended.callback(manager.terminate)
        yield shown
