"""The table's headings: their words stand above the cells' words, whatever the style."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QPainter, QPalette
from PySide6.QtWidgets import QHeaderView, QStyle, QStyleOptionHeader, QWidget

from heatpunk_desktop.overriding import override
from heatpunk_desktop.views.table_painter import PADDING


class TableHeader(QHeaderView):
    """Has the style draw all but the words, which styles put closer to the edge than the cells' are."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setSectionsClickable(True)

    @override
    def initStyleOptionForIndex(self, option: QStyleOptionHeader, logicalIndex: int) -> None:
        super().initStyleOptionForIndex(option, logicalIndex)
        option.text = ""

    @override
    def paintSection(self, painter: QPainter, rect: QRect, logicalIndex: int) -> None:
        painter.save()
        super().paintSection(painter, rect, logicalIndex)
        painter.restore()
        arrow = 0
        if self.isSortIndicatorShown() and self.sortIndicatorSection() == logicalIndex:
            arrow = self.style().pixelMetric(QStyle.PixelMetric.PM_HeaderMarkSize, None, self) + PADDING // 2
        room = rect.adjusted(PADDING, 0, -PADDING - arrow, 0)
        words = str(self.model().headerData(logicalIndex, self.orientation()) or "")
        painter.setPen(self.palette().color(QPalette.ColorRole.ButtonText))
        painter.setFont(self.font())
        cut = painter.fontMetrics().elidedText(words, self.textElideMode(), room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, cut)
