"""Opening of links by the system: projects in the browser; phone numbers, emails and maps in their apps."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Qt, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices

from heatpunk_desktop.errors import KnownError
from heatpunk_desktop.texts import marked

if TYPE_CHECKING:
    from heatpunk_desktop.domain.account import Account

#: What opens links on Linux. It is started by this module rather than by Qt, which does not report when it fails.
_OPENER: Final = "xdg-open"
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

    _ended = Signal(str, int)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._ended.connect(self._on_ended, Qt.ConnectionType.QueuedConnection)

    def open(self, link: str) -> None:
        """Open a link; `not_opened` follows where the system cannot."""
        if sys.platform.startswith("linux"):
            self._start(link)
        elif not QDesktopServices.openUrl(QUrl(link, QUrl.ParsingMode.StrictMode)):
            self._ended.emit(link, 1)

    def _start(self, link: str) -> None:
        program = shutil.which(_OPENER)
        if program is None:
            self._ended.emit(link, 1)
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
        threading.Thread(target=self._wait, args=(process, link), name="heatpunk-opener", daemon=True).start()

    def _wait(self, process: subprocess.Popen[bytes], link: str) -> None:
        status = process.wait()
        try:
            self._ended.emit(link, status)
        except RuntimeError:
            return  # the window is gone

    @Slot(str, int)
    def _on_ended(self, link: str, status: int) -> None:
        if status:
            self.not_opened.emit(link)
