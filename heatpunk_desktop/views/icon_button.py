"""A push button whose icon follows the colours of the system."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QPushButton, QWidget
from typing_extensions import override

from heatpunk_desktop.views.icons import ICON_SIZE, tinted_icon


class IconButton(QPushButton):
    """Words beside an icon.

    Args:
        icon: File name of the icon, or empty.
        is_main: Whether it is the one button of its row that stands out.
        parent: Owner.
    """

    def __init__(self, icon: str, *, is_main: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = icon
        self._is_main = is_main
        self.setAutoDefault(False)
        self.setIconSize(QSize(ICON_SIZE, ICON_SIZE))
        self._colour()

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.ApplicationPaletteChange:
            self._colour()

    def _colour(self) -> None:
        palette = QPalette()
        if self._is_main:
            palette.setColor(QPalette.ColorRole.Button, palette.color(QPalette.ColorRole.Highlight))
            palette.setColor(QPalette.ColorRole.ButtonText, palette.color(QPalette.ColorRole.HighlightedText))
            self.setPalette(palette)
        if self._icon:
            self.setIcon(tinted_icon(self._icon, palette))
