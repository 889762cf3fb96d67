"""What the user is shown of a bug: what it means for the work, and a report to send to whoever can mend it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from heatpunk_desktop.gui.dialogs.report_dialog import ReportDialog
from heatpunk_desktop.gui.widgets.icons import app_icon

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from heatpunk_desktop.errors import KnownError


class BugDialog(ReportDialog):
    """Shows the words and the report.

    Args:
        words: What happened, what it means and what to do.
        report: What `heatpunk_desktop.system.crash_report` tells of it.
        parent: The window; None where there is none any more.
    """

    def __init__(self, words: KnownError, report: str, parent: QWidget | None = None) -> None:
        super().__init__(words.title, words.text(), report, "heatpunk-bug-report", parent)
        if parent is None:
            self.setWindowIcon(app_icon())
