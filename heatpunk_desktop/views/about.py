"""What this program is, and what it is built on."""

from __future__ import annotations

import platform
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, qVersion
from PySide6.QtWidgets import QDialogButtonBox, QHBoxLayout, QLabel, QPlainTextEdit, QVBoxLayout

from heatpunk_desktop import __version__
from heatpunk_desktop.build_info import build_words, read_build
from heatpunk_desktop.views.dialog import Dialog
from heatpunk_desktop.views.form_labels import PlainLabel, TitleLabel, Tone
from heatpunk_desktop.views.icons import app_icon
from heatpunk_desktop.views.licences import licence_text

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

_SIZE = QSize(640, 560)

#: Pixels of the icon's side.
_ICON = 56


class AboutDialog(Dialog):
    """Version, whose program this is, and the licences of everything in it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("About Heatpunk Desktop"))
        version = PlainLabel(
            self.tr("Version {0}, {1}. With Qt {2} and Python {3}.").format(
                __version__, build_words(read_build()), qVersion(), platform.python_version()
            ),
            Tone.MUTED,
            self,
        )
        version.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        icon = QLabel(self)
        icon.setPixmap(app_icon().pixmap(QSize(_ICON, _ICON), self.devicePixelRatio()))
        icon.setFixedSize(_ICON, _ICON)
        whose = PlainLabel(
            self.tr(
                "Works with Heatpunk; not made by its vendor. Free software under the MIT licence, without any "
                "warranty."
            ),
            parent=self,
        )
        of_qt = PlainLabel(
            self.tr(
                "Qt and PySide6 are used under the GNU Lesser General Public License, version 3. They lie beside the "
                "program as libraries, and you may replace them by versions of your own. Their source code is at "
                "code.qt.io."
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
        for widget in (whose, of_qt, label):
            layout.addWidget(widget)
        layout.addWidget(licences, 1)
        layout.addWidget(buttons)
        self.resize(_SIZE)
        licences.setFocus()
