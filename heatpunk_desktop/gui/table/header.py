"""The table's header, whose words are aligned with the cells' words in any style."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QPainter, QPalette, QPolygonF
from PySide6.QtWidgets import QHeaderView, QWidget

from heatpunk_desktop.gui.table.painter import PADDING
from heatpunk_desktop.gui.widgets.theme import hairline, panel_background, selection_background
from heatpunk_desktop.system.compat import override

if TYPE_CHECKING:
    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QMouseEvent

#: Width of the arrow that shows the order; it is half as high.
_ARROW: Final = 8


class TableHeader(QHeaderView):
    """A header that paints its sections itself.

    Styles put the words closer to the edge than the cells' are; and for a proxy style of its own, Qt would have to make
    all of its style's types for Python before the window is seen.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._hovered = -1
        self.setSectionsClickable(True)
        self.setMouseTracking(True)

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        self._hover(self.logicalIndexAt(event.position().toPoint()))

    @override
    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._hover(-1)

    def _hover(self, section: int) -> None:
        if section != self._hovered:
            self._hovered = section
            self.viewport().update()

    @override
    def paintSection(self, painter: QPainter, rect: QRect, logicalIndex: int) -> None:
        palette = self.palette()
        is_hovered = logicalIndex == self._hovered
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(selection_background(palette) if is_hovered else panel_background(palette))
        painter.drawRect(rect)
        painter.setPen(hairline(palette))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        painter.drawLine(rect.topRight(), rect.bottomRight())
        painter.setPen(palette.color(QPalette.ColorRole.Text))
        room = rect.adjusted(PADDING, 0, -PADDING, 0)
        if self.isSortIndicatorShown() and self.sortIndicatorSection() == logicalIndex:
            left = rect.right() - PADDING // 2 - _ARROW
            self._paint_arrow(painter, QRect(left, rect.center().y() - _ARROW // 4, _ARROW, _ARROW // 2))
            room.setRight(room.right() - _ARROW - PADDING)
        words = str(self.model().headerData(logicalIndex, self.orientation()) or "")
        painter.setFont(self.font())
        cut = painter.fontMetrics().elidedText(words, self.textElideMode(), room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, cut)

    def _paint_arrow(self, painter: QPainter, box: QRect) -> None:
        left, right, middle = box.left(), box.left() + box.width(), box.left() + box.width() / 2
        base, tip = box.top(), box.top() + box.height()
        if self.sortIndicatorOrder() == Qt.SortOrder.AscendingOrder:
            base, tip = tip, base
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(painter.pen().color())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawPolygon(QPolygonF([QPointF(left, base), QPointF(right, base), QPointF(middle, tip)]))
        painter.restore()
