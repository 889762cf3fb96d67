"""The About dialog."""

from __future__ import annotations

import platform

from PySide6.QtCore import QSize, Qt, Slot, qVersion
from PySide6.QtWidgets import QDialogButtonBox, QHBoxLayout, QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from heatpunk_desktop import __version__
from heatpunk_desktop.gui.dialogs.licences import licence_text
from heatpunk_desktop.gui.text.translation import translated
from heatpunk_desktop.gui.widgets.dialog import Dialog
from heatpunk_desktop.gui.widgets.folding import ExpandableSection
from heatpunk_desktop.gui.widgets.icons import app_icon
from heatpunk_desktop.gui.widgets.labels import PlainLabel, TitleLabel, Tone
from heatpunk_desktop.system.crash_report import build_words, read_build

_WIDTH = 520
#: Height of the licences, in pixels.
_LICENCES_HEIGHT = 280
_QT_SOURCES = "https://code.qt.io/"

#: Size of the icon, in pixels.
_ICON = 56


class AboutDialog(Dialog):
    """A dialog with the version, the copyright, and the licences of all components."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("About Heatpunk Desktop"))
        version = PlainLabel(
            self.tr("Version {0}, {1}. With Qt {2} and Python {3}.").format(
                __version__, translated(build_words(read_build())), qVersion(), platform.python_version()
            ),
            Tone.MUTED,
            self,
        )
        version.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        icon = QLabel(self)
        icon.setPixmap(app_icon().pixmap(QSize(_ICON, _ICON), self.devicePixelRatio()))
        icon.setFixedSize(_ICON, _ICON)
        whose = PlainLabel(
            self.tr("An independent program for Heatpunk. Free software under the MIT licence, without any warranty."),
            parent=self,
        )
        licences = QPlainTextEdit(licence_text(), self)
        licences.setReadOnly(True)
        licences.setTabChangesFocus(True)
        licences.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        licences.setAccessibleName(self.tr("Licences"))
        licences.setFixedHeight(_LICENCES_HEIGHT)
        behind = QWidget(self)
        column = QVBoxLayout(behind)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._make_qt_note(behind))
        column.addWidget(licences)
        part = ExpandableSection(self.tr("Licences"), self.tr("What the program is built on"), behind, self)
        part.toggled.connect(self._on_toggled)
        buttons = QDialogButtonBox(self)
        buttons.addButton(self.tr("Close"), QDialogButtonBox.ButtonRole.RejectRole)
        buttons.rejected.connect(self.reject)
        self._column = layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 18, 20, 16)
        layout.setSpacing(8)
        names = QVBoxLayout()
        names.setSpacing(2)
        names.addWidget(TitleLabel("Heatpunk Desktop", self))
        names.addWidget(version)
        names.addStretch(1)
        head = QHBoxLayout()
        head.setSpacing(14)
        head.addWidget(icon, 0, Qt.AlignmentFlag.AlignTop)
        head.addLayout(names, 1)
        layout.addLayout(head)
        layout.addWidget(whose)
        layout.addWidget(part)
        layout.addStretch(1)
        layout.addWidget(buttons)
        self._on_toggled()

    def _make_qt_note(self, parent: QWidget) -> QLabel:
        note = QLabel(
            self.tr(
                "Qt and PySide6 are used under the GNU Lesser General Public License, version 3. They are separate "
                "libraries in the program’s folder, and you may replace them with your own versions. Their source code "
                "is at {0}."
            ).format(f'<a href="{_QT_SOURCES}">code.qt.io</a>'),
            parent,
        )
        note.setTextFormat(Qt.TextFormat.RichText)
        note.setWordWrap(True)
        note.setOpenExternalLinks(True)
        return note

    @Slot()
    def _on_toggled(self) -> None:
        """Resize the dialog to its content."""
        self.resize(_WIDTH, self._column.totalHeightForWidth(_WIDTH))
