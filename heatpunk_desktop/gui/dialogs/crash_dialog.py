"""The dialog that is shown after an unexpected exception."""

from __future__ import annotations

from typing import TYPE_CHECKING

from heatpunk_desktop.gui.dialogs.report_dialog import ReportDialog
from heatpunk_desktop.gui.widgets.icons import app_icon

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from heatpunk_desktop.errors import KnownError


class BugDialog(ReportDialog):
    """A report dialog that says what the error means for the user's work, with a report for support.

    Args:
        words: What happened, what it means and what to do.
        report: The report from `heatpunk_desktop.system.crash_report`.
        parent: The window; None where it is gone already.
    """

    def __init__(self, words: KnownError, report: str, parent: QWidget | None = None) -> None:
        super().__init__(words.title, words.text(), report, "heatpunk-bug-report", parent)
        if parent is None:
            self.setWindowIcon(app_icon())
