"""The program's icons: one line each, drawn in the colour of the text that they stand beside."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QBuffer, QByteArray, QSize, Qt
from PySide6.QtGui import QGuiApplication, QIcon, QImageReader, QPalette, QPixmap

from heatpunk_desktop.system.resources import resources_folder

if TYPE_CHECKING:
    from PySide6.QtGui import QColor
    from PySide6.QtWidgets import QWidget

#: Logical pixels of an icon on a button.
ICON_SIZE: Final = 16

_ROOM: Final = 13


def control_height(widget: QWidget) -> int:
    """Return how high a button or field of the window is at least: easy to hit, whatever the font."""
    return widget.fontMetrics().height() + _ROOM


def app_icon() -> QIcon:
    """Return the program's own icon; at the size of a title bar it is drawn with fewer lines."""
    folder = resources_folder() / "icons"
    icon = QIcon(str(folder / "app.svg"))
    icon.addPixmap(QIcon(str(folder / "app-small.svg")).pixmap(QSize(ICON_SIZE, ICON_SIZE), 1.0))
    return icon


def tinted_pixmap(name: str, colour: QColor, size: int = ICON_SIZE) -> QPixmap:
    """Return an icon in a colour, sharp on the screen with the finest pixels.

    Args:
        name: File name in `resources/icons`, without `.svg`.
        colour: The colour of its lines.
        size: Logical pixels of a side.
    """
    svg = (resources_folder() / "icons" / f"{name}.svg").read_bytes()
    buffer = QBuffer()
    buffer.setData(QByteArray(svg.replace(b"currentColor", colour.name().encode())))
    reader = QImageReader(buffer, QByteArray(b"svg"))
    ratio = QGuiApplication.primaryScreen().devicePixelRatio()
    for screen in QGuiApplication.screens():
        ratio = max(ratio, screen.devicePixelRatio())
    reader.setScaledSize(QSize(round(size * ratio), round(size * ratio)))
    pixmap = QPixmap.fromImageReader(reader)
    pixmap.setDevicePixelRatio(ratio)
    return pixmap


def blank_icon() -> QIcon:
    """Keep the place of an icon that is still to be drawn, so that nothing moves when it is."""
    pixmap = QPixmap(ICON_SIZE, ICON_SIZE)
    pixmap.fill(Qt.GlobalColor.transparent)
    return QIcon(pixmap)


def tinted_icon(name: str, palette: QPalette, role: QPalette.ColorRole = QPalette.ColorRole.ButtonText) -> QIcon:
    """Return an icon in the colour of a palette's text; the style makes it fainter where its control is disabled."""
    return QIcon(tinted_pixmap(name, palette.color(QPalette.ColorGroup.Active, role)))
