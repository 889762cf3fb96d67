"""The application's icons: drawings in lines, in the colour of the text beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QBuffer, QByteArray, QSize, Qt
from PySide6.QtGui import QGuiApplication, QIcon, QImageReader, QPalette, QPixmap

from heatpunk_desktop.system.resources import resources_folder

if TYPE_CHECKING:
    from PySide6.QtGui import QColor
    from PySide6.QtWidgets import QWidget

#: Size of an icon on a button, in logical pixels.
ICON_SIZE: Final = 16

_ROOM: Final = 13


def control_height(widget: QWidget) -> int:
    """Return the minimum height of buttons and fields, in pixels, so that they are easy to hit in any font."""
    return widget.fontMetrics().height() + _ROOM


def app_icon() -> QIcon:
    """Return the application's icon, which has fewer lines in the size of a title bar."""
    folder = resources_folder() / "icons"
    icon = QIcon(str(folder / "app.svg"))
    icon.addPixmap(QIcon(str(folder / "app-small.svg")).pixmap(QSize(ICON_SIZE, ICON_SIZE), 1.0))
    return icon


def tinted_pixmap(name: str, colour: QColor, size: int = ICON_SIZE) -> QPixmap:
    """Return an icon in a colour, sharp on the screen with the highest resolution.

    Args:
        name: File name in `resources/icons`, without `.svg`.
        colour: The colour of its lines.
        size: Width and height, in logical pixels.
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
    """Return a placeholder for an icon that is drawn later, so that nothing moves then."""
    pixmap = QPixmap(ICON_SIZE, ICON_SIZE)
    pixmap.fill(Qt.GlobalColor.transparent)
    return QIcon(pixmap)


def tinted_icon(name: str, palette: QPalette, role: QPalette.ColorRole = QPalette.ColorRole.ButtonText) -> QIcon:
    """Return an icon in a text colour of a palette; the style makes it fainter while its control is disabled."""
    return QIcon(tinted_pixmap(name, palette.color(QPalette.ColorGroup.Active, role)))
