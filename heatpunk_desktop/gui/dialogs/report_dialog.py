"""Reports for support, shown in full before anybody gets them, to copy or to save."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, QStandardPaths, Qt, Slot
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import QDialogButtonBox, QFileDialog, QPlainTextEdit, QVBoxLayout, QWidget

from heatpunk_desktop.domain.clock import utc_now
from heatpunk_desktop.errors import KnownError
from heatpunk_desktop.gui.dialogs.message import show_error
from heatpunk_desktop.gui.text.translation import translate
from heatpunk_desktop.gui.widgets.dialog import Dialog
from heatpunk_desktop.gui.widgets.icons import app_icon
from heatpunk_desktop.gui.widgets.labels import PlainLabel, TitleLabel, Tone, announce
from heatpunk_desktop.system.files import write_private

if TYPE_CHECKING:
    from collections.abc import Callable

_SIZE = QSize(760, 560)


class ReportDialog(Dialog):
    """A dialog that shows a report.

    Args:
        title: What it is, or what happened, in a few words.
        about: What is in it and what is not, and what to do with it.
        report: The text.
        file_name: The beginning of a file name for it; the time is added.
        parent: The window.
        ask_path: Asks where to save it, given a suggested path; returns an empty text if the user cancels.
    """

    def __init__(
        self,
        title: str,
        about: str,
        report: str,
        file_name: str,
        parent: QWidget | None = None,
        ask_path: Callable[[QWidget, str], str] | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        self._report = report
        self._file_name = file_name
        self._ask_path = ask_path or _ask_path
        text = QPlainTextEdit(self)
        text.setPlainText(report)
        text.setReadOnly(True)
        text.setTabChangesFocus(True)
        text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        text.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        text.setAccessibleName(self.tr("Report"))
        self._said = PlainLabel(parent=self)
        self._said.hide()
        buttons = QDialogButtonBox(self)
        copy = buttons.addButton(self.tr("Copy report"), QDialogButtonBox.ButtonRole.ActionRole)
        save = buttons.addButton(self.tr("Save report…"), QDialogButtonBox.ButtonRole.ActionRole)
        copy.clicked.connect(self._on_copy_clicked)
        save.clicked.connect(self._on_save_clicked)
        buttons.addButton(self.tr("Close"), QDialogButtonBox.ButtonRole.RejectRole).setDefault(True)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 18, 20, 16)
        layout.setSpacing(8)
        layout.addWidget(TitleLabel(title, self))
        layout.addWidget(PlainLabel(about, parent=self))
        layout.addWidget(text, 1)
        layout.addWidget(self._said)
        layout.addWidget(buttons)
        self.resize(_SIZE)
        text.setFocus()

    @Slot()
    def _on_copy_clicked(self) -> None:
        QGuiApplication.clipboard().setText(self._report)
        self._say(self.tr("The report is on the clipboard."))

    @Slot()
    def _on_save_clicked(self) -> None:
        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        # No part of this name comes from a server or was typed.
        name = f"{self._file_name}-{utc_now():%Y%m%d-%H%M%S}.txt"
        chosen = self._ask_path(self, str(Path(folder) / name))
        if not chosen:
            return
        try:
            write_private(Path(chosen), self._report)
        except KnownError as trouble:
            show_error(self, trouble)
            return
        self._say(self.tr("Saved as {0}").format(chosen))

    def _say(self, words: str) -> None:
        self._said.say(words, Tone.MUTED)
        announce(self, words)


def _ask_path(parent: QWidget, begin: str) -> str:
    title = translate("ReportDialog", "Save the report")
    return QFileDialog.getSaveFileName(parent, title, begin, "*.txt")[0]


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
