"""The dialog with the diagnostics for support."""

from __future__ import annotations

from typing import TYPE_CHECKING

from heatpunk_desktop.gui.dialogs.report_dialog import ReportDialog
from heatpunk_desktop.gui.text.translation import translate

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget


class DiagnosticsDialog(ReportDialog):
    """A report dialog with the diagnostics.

    Args:
        report: The text.
        parent: The window.
        ask_path: As for `ReportDialog`.
    """

    def __init__(
        self, report: str, parent: QWidget | None = None, ask_path: Callable[[QWidget, str], str] | None = None
    ) -> None:
        super().__init__(
            translate("DiagnosticsDialog", "Diagnostics"),
            translate(
                "DiagnosticsDialog",
                "This is what somebody who helps you needs to know. The API key and your customers’ data are not in "
                "it; your email address and the names of folders are. Nothing is sent anywhere by itself.",
            ),
            report,
            "heatpunk-diagnostics",
            parent,
            ask_path,
        )
