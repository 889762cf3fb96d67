"""A status as a pill: a glyph, the status and a tint, so that colour is not the only sign."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QGuiApplication, QIcon, QPainter, QPalette, QPen, QPixmap, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from heatpunk_desktop.domain.fields import Status
from heatpunk_desktop.gui.text.translation import translate
from heatpunk_desktop.gui.widgets.theme import pill_background, readable_on, selection_background, status_colour
from heatpunk_desktop.system.compat import override

if TYPE_CHECKING:
    from PySide6.QtCore import QRect
    from PySide6.QtGui import QColor, QPaintEvent

#: Sizes in logical pixels.
GLYPH: Final = 12
_GAP: Final = 5
_PADDING: Final = 7
_ABOVE: Final = 2
_ICON: Final = 16
_TEXT_SIZE: Final = 0.93

#: Filled quarters of the ring.
_QUARTERS: Final[dict[str, int]] = {Status.LEAD: 0, Status.QUOTE: 1, Status.SALE: 2, Status.INSTALL: 3}

#: A full circle for `QPainter.drawPie`, which counts in sixteenths of a degree.
_CIRCLE: Final = 360 * 16


def paint_glyph(painter: QPainter, rect: QRect | QRectF, status: str, colour: QColor) -> None:
    """Paint a status's glyph, as large as fits, in the middle of a rectangle.

    Lead is a ring; Quote, Sale and Install are rings with one, two and three quarters filled; Completed is a tick and
    Rejected a cross. An unknown status is a ring with a dot.
    """
    side = min(rect.width(), rect.height())
    middle = QRectF(rect).center()
    box = QRectF(middle.x() - side / 2, middle.y() - side / 2, side, side)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    pen = QPen(colour, side / 7, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if status == Status.COMPLETED:
        points = ((0.14, 0.54), (0.39, 0.79), (0.87, 0.23))
        painter.drawPolyline(QPolygonF([QPointF(box.x() + x * side, box.y() + y * side) for x, y in points]))
    elif status == Status.REJECTED:
        inner = box.adjusted(side * 0.2, side * 0.2, -side * 0.2, -side * 0.2)
        painter.drawLine(QLineF(inner.topLeft(), inner.bottomRight()))
        painter.drawLine(QLineF(inner.topRight(), inner.bottomLeft()))
    else:
        edge = side / 14 + side / 24
        painter.drawEllipse(box.adjusted(edge, edge, -edge, -edge))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        quarters = _QUARTERS.get(status)
        if quarters is None:
            painter.drawEllipse(middle, side / 8, side / 8)
        elif quarters:
            # Clockwise from the top.
            inner = box.adjusted(edge, edge, -edge, -edge)
            painter.drawPie(inner, _CIRCLE // 4, -quarters * _CIRCLE // 4)
    painter.restore()


def pill_font(font: QFont) -> QFont:
    """Return the font of a pill within text of a font."""
    smaller = QFont(font)
    if font.pointSizeF() > 0:
        smaller.setPointSizeF(font.pointSizeF() * _TEXT_SIZE)
    else:
        smaller.setPixelSize(round(font.pixelSize() * _TEXT_SIZE))
    return smaller


def pill_words(status: str) -> str:
    """Return the text on the pill of a status."""
    return status or translate("status", "No status")


def pill_size(status: str, font: QFont) -> QSize:
    """Return the size of a status's pill within text of a font."""
    metrics = QFontMetrics(pill_font(font))
    width = metrics.horizontalAdvance(pill_words(status)) + GLYPH + _GAP + 2 * _PADDING + 1
    return QSize(width, max(metrics.height(), GLYPH) + 2 * _ABOVE)


def paint_pill(painter: QPainter, rect: QRect | QRectF, status: str, palette: QPalette, selected: bool = False) -> None:
    """Paint a status's pill at the left of a rectangle, vertically centred.

    Args:
        painter: Has the font of the text around.
        rect: The rectangle. The text of a wider pill is elided.
        status: Any text; an empty one means no status.
        palette: The palette of the widget.
        selected: Whether the pill is on a selected row.
    """
    ground = selection_background(palette) if selected else palette.base().color()
    tint = pill_background(status, palette, ground)
    colour = readable_on(status_colour(status, palette), tint)
    font = pill_font(painter.font())
    size = pill_size(status, painter.font())
    area = QRectF(rect)
    pill = QRectF(
        area.x(), area.y() + (area.height() - size.height()) / 2, min(size.width(), area.width()), size.height()
    )
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(tint)
    painter.drawRoundedRect(pill, pill.height() / 2, pill.height() / 2)
    paint_glyph(painter, QRectF(pill.x() + _PADDING, pill.center().y() - GLYPH / 2, GLYPH, GLYPH), status, colour)
    painter.setFont(font)
    painter.setPen(colour)
    words = pill.adjusted(_PADDING + GLYPH + _GAP, 0, -_PADDING, 0)
    text = QFontMetrics(font).elidedText(pill_words(status), Qt.TextElideMode.ElideRight, ceil(words.width()))
    painter.drawText(words, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
    painter.restore()


def status_icon(status: str, palette: QPalette) -> QIcon:
    """Return a status's glyph in its colour as an icon, sharp on the screen with the highest resolution."""
    ratio = max([screen.devicePixelRatio() for screen in QGuiApplication.screens()], default=1.0)
    pixmap = QPixmap(ceil(_ICON * ratio), ceil(_ICON * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    edge = (_ICON - GLYPH) / 2
    paint_glyph(painter, QRectF(edge, edge, GLYPH, GLYPH), status, status_colour(status, palette))
    painter.end()
    return QIcon(pixmap)


class Pill(QWidget):
    """The pill of a status."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._status = ""
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def show_status(self, status: str) -> None:
        """Show a status, known or unknown, or that there is none."""
        self._status = " ".join(status.split())
        self.setAccessibleName(self.tr("Status {0}").format(self._status) if self._status else pill_words(""))
        self.updateGeometry()
        self.update()

    @override
    def sizeHint(self) -> QSize:
        return pill_size(self._status, self.font())

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(self.font())
        paint_pill(painter, self.rect(), self._status, QPalette())
        painter.end()
