"""Push buttons with an icon in the colours of the theme, and buttons that look like a link."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Slot
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QPushButton, QWidget

from heatpunk_desktop.gui.widgets.icons import ICON_SIZE, blank_icon, control_height, tinted_icon
from heatpunk_desktop.gui.widgets.theme import is_dark, readable_on
from heatpunk_desktop.system.compat import override

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

#: Percentages. Fusion lightens a button's background by about a third towards its top.
_LIGHTER: Final = 120
_DARKER: Final = 160
#: Qt platforms with a native style.
OWN_STYLES: Final = frozenset({"windows", "cocoa"})
#: The style that paints buttons in the colours of their palettes.
_COLOURED_STYLE: Final = "fusion"
_AROUND: Final = 8


class IconButton(QPushButton):
    """A button with text and an icon. The icon is drawn after the first paint, so that it does not delay the window.

    Args:
        icon: File name of the icon.
        is_main: Whether it is the primary button of its row.
        parent: Owner.
    """

    def __init__(self, icon: str, *, is_main: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = icon
        self._drawn_in = QColor()
        self._is_main = is_main
        self.setAutoDefault(True)
        self.setIconSize(QSize(ICON_SIZE, ICON_SIZE))
        self.setIcon(blank_icon())
        self.setMinimumHeight(control_height(self))
        self._colour()

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._colour()
            if self._drawn_in.isValid():
                self._draw()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._drawn_in.isValid():
            QTimer.singleShot(0, self, self._draw)

    def _colour(self) -> None:
        palette = QPalette()
        if self._is_main and self._takes_colours():
            ground = palette.color(QPalette.ColorRole.Highlight)
            # Styles lighten a button towards its top, so its background is darker than the text requires.
            if is_dark(palette):
                text = palette.color(QPalette.ColorRole.Shadow)
                ground = readable_on(ground, text).lighter(_LIGHTER)
            else:
                text = palette.color(QPalette.ColorRole.HighlightedText)
                ground = readable_on(ground, text).darker(_DARKER)
            palette.setColor(QPalette.ColorRole.Button, ground)
            palette.setColor(QPalette.ColorRole.ButtonText, text)
            self.setPalette(palette)

    def _takes_colours(self) -> bool:
        """Return whether the style paints a button in the colours of its palette.

        The native styles of Windows and macOS do not: only the text would take our colour. Elsewhere the style is not
        asked, as PySide would create its Python type, which slows down the start.
        """
        return QGuiApplication.platformName() not in OWN_STYLES or self.style().name() == _COLOURED_STYLE

    @Slot()
    def _draw(self) -> None:
        text = self.palette().color(QPalette.ColorRole.ButtonText)
        if text != self._drawn_in:
            self._drawn_in = text
            self.setIcon(tinted_icon(self._icon, self.palette()))


class LinkButton(QPushButton):
    """Underlined text in the colour of links, operated like any button."""

    def __init__(self, words: str = "", parent: QWidget | None = None) -> None:
        super().__init__(words, parent)
        self.setFlat(True)
        self.setAutoDefault(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        font = self.font()
        font.setUnderline(True)
        self.setFont(font)
        self._colour()

    @override
    def sizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        return QSize(metrics.horizontalAdvance(self.text()) + _AROUND, metrics.height())

    @override
    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._colour()

    def _colour(self) -> None:
        """Set the colour if it differs; unconditionally, it would recurse, as setting a palette changes the palette."""
        palette = QPalette()
        link = palette.color(QPalette.ColorRole.Link)
        if self.palette().color(QPalette.ColorRole.ButtonText) != link:
            palette.setColor(QPalette.ColorRole.ButtonText, link)
            self.setPalette(palette)
