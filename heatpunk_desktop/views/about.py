"""What this program is, and what it is built on."""

from __future__ import annotations

import platform
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, qVersion
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QPlainTextEdit, QVBoxLayout

from heatpunk_desktop import __version__
from heatpunk_desktop.views.form_labels import PlainLabel, TitleLabel, Tone
from heatpunk_desktop.views.licences import licence_text

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

_SIZE = QSize(620, 520)


class AboutDialog(QDialog):
    """Version, whose program this is, and the licences of everything in it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("About Heatpunk Desktop"))
        version = PlainLabel(
            self.tr("Version {0}, with Qt {1} and Python {2}").format(
                __version__, qVersion(), platform.python_version()
            ),
            Tone.MUTED,
            self,
        )
        version.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        whose = PlainLabel(
            self.tr(
                "Works with Heatpunk, and is not made by Heatpunk’s vendor. Free software under the MIT licence, "
                "without any warranty."
            ),
            parent=self,
        )
        of_qt = PlainLabel(
            self.tr(
                "Qt and PySide6 are used under the GNU Lesser General Public License, version 3. You may replace them "
                "by versions of your own: they lie beside the program as libraries. Their source code is at code.qt.io."
            ),
            parent=self,
        )
        licences = QPlainTextEdit(licence_text(), self)
        licences.setReadOnly(True)
        licences.setTabChangesFocus(True)
        licences.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        licences.setAccessibleName(self.tr("Licences"))
        label = QLabel(self.tr("Licences"), self)
        label.setBuddy(licences)
        buttons = QDialogButtonBox(self)
        buttons.addButton(self.tr("Close"), QDialogButtonBox.ButtonRole.RejectRole)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 18, 20, 16)
        layout.setSpacing(8)
        layout.addWidget(TitleLabel("Heatpunk Desktop", self))
        for widget in (version, whose, of_qt, label):
            layout.addWidget(widget)
        layout.addWidget(licences, 1)
        layout.addWidget(buttons)
        self.resize(_SIZE.boundedTo(self.screen().availableSize()))
        licences.setFocus()
