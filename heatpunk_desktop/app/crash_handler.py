"""The crash handler: shows errors and unexpected exceptions over whatever window is open."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Slot

from heatpunk_desktop import system
from heatpunk_desktop.errors import KnownError
from heatpunk_desktop.gui import dialogs
from heatpunk_desktop.texts import marked

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from PySide6.QtWidgets import QMessageBox, QWidget

_log = logging.getLogger(__name__)


def show_error(parent: QWidget | None, error: KnownError) -> QMessageBox:
    """Show an error over a window, or alone where there is none."""
    return dialogs.show_error(parent, error)


class CrashHandler(QObject):
    """The reporter of bugs, once a run: another box at each repetition would keep the user from working.

    Args:
        data_dir: Where the log is.
        window: Returns the parent window of the report, or None.
        parent: Owner.
    """

    def __init__(self, data_dir: Path, window: Callable[[], QWidget | None], parent: QObject) -> None:
        super().__init__(parent)
        self._log_file = data_dir / "logs" / "heatpunk-desktop.log"
        self._window = window
        self._has_told = False
        self._report = ""

    def tell(self, error: BaseException) -> None:
        """Report an unexpected exception. May be called in any thread; the dialog is shown in the GUI thread."""
        _log.error("told the user of a bug: %s", type(error).__name__)
        if self._has_told:
            return
        self._has_told = True

        self._report = system.bug_report(error)
        QTimer.singleShot(0, self, self._show)

    @Slot()
    def _show(self) -> None:
        words = KnownError(
            marked("crash_handler", "Something in the program is broken"),
            marked("crash_handler", "What you saved is safe, and what waits is sent as before."),
            marked(
                "crash_handler",
                "If something does not work now, start the program anew. Please send the report below to whoever looks"
                " after the program: neither your key nor your customers’ data are in it. More is written in {0},"
                " without your key.",
            ).format(self._log_file),
        )
        dialogs.BugDialog(words, self._report, self._window()).open()
