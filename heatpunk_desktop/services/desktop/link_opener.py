"""Opening of links by the system: projects in the browser; phone numbers, emails and maps in their apps."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from queue import SimpleQueue
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices

from heatpunk_desktop.errors import KnownError
from heatpunk_desktop.texts import marked

if TYPE_CHECKING:
    from heatpunk_desktop.domain.account import Account

#: What opens links on Linux. It is started by this module rather than by Qt, which does not report when it fails.
_OPENER: Final = "xdg-open"
#: Milliseconds between looks at whether it has ended.
_LOOK_MS: Final = 250
#: The beginning of this program's own variables, of which one may hold the key.
_OWN: Final = "HEATPUNK_"


def open_project(account: Account, project_id: int) -> None:
    """Open a project in the browser.

    Raises:
        KnownError: There is no browser; it holds the address to copy.
    """
    link = account.deep_link(project_id)
    if not QDesktopServices.openUrl(QUrl(link, QUrl.ParsingMode.StrictMode)):
        raise KnownError(
            marked("link_opener", "The browser did not open"),
            marked("link_opener", "The project's address is {0}").format(link),
            marked(
                "link_opener", "Copy the address into a browser, or choose a default browser in the system's settings."
            ),
        )


def _environment() -> dict[str, str]:
    """Return the environment of a started program: without this app's own variables and libraries."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_OWN)}
    if hasattr(sys, "frozen"):
        kept.pop("LD_LIBRARY_PATH", None)
        before = kept.pop("LD_LIBRARY_PATH_ORIG", "")
        if before:
            kept["LD_LIBRARY_PATH"] = before
    return kept


class LinkOpener(QObject):
    """An opener of `contact_links` that does not wait for the program that they open in.

    Args:
        parent: Owner.
    """

    #: str: the link; the system has nothing that opens it.
    not_opened = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        #: Links whose openers have ended, with their status. A thread waits for each and puts it here, and a timer
        #: takes it: the thread would emit a signal of an object that may just be being destroyed.
        self._ended: SimpleQueue[tuple[str, int]] = SimpleQueue()
        self._running = 0
        self._timer = QTimer(self, interval=_LOOK_MS)
        self._timer.timeout.connect(self._on_look)

    def open(self, link: str) -> None:
        """Open a link; `not_opened` follows where the system cannot."""
        if sys.platform.startswith("linux"):
            self._start(link)
        elif not QDesktopServices.openUrl(QUrl(link, QUrl.ParsingMode.StrictMode)):
            self._fail(link)

    def _start(self, link: str) -> None:
        program = shutil.which(_OPENER)
        if program is None:
            self._fail(link)
            return
        # No shell, and a session of its own: what it starts goes on when this program ends.
        process = subprocess.Popen(
            [program, link],
            env=_environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        ended = self._ended
        wait = threading.Thread(target=lambda: ended.put((link, process.wait())), name="heatpunk-opener", daemon=True)
        wait.start()
        self._running += 1
        self._timer.start()

    def _fail(self, link: str) -> None:
        QTimer.singleShot(0, self, lambda: self.not_opened.emit(link))  # it follows, as for what is started

    @Slot()
    def _on_look(self) -> None:
        while not self._ended.empty():
            link, status = self._ended.get()
            self._running -= 1
            if status:
                self.not_opened.emit(link)
        if not self._running:
            self._timer.stop()
