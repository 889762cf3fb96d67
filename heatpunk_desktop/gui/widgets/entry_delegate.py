"""The base class of delegates for list entries of several lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionFocusRect, QStyleOptionViewItem, QWidget

from heatpunk_desktop.gui.widgets.theme import hairline, selection_background
from heatpunk_desktop.system.compat import override

if TYPE_CHECKING:
    from PySide6.QtGui import QPainter

Index = QModelIndex | QPersistentModelIndex

#: Padding around the text of an entry, in pixels.
PADDING: Final = 8
#: Space between lines of an entry on different subjects, in pixels.
GAP: Final = 2


class EntryDelegate(QStyledItemDelegate):
    """A delegate that paints the background, the focus frame and a line below each entry; subclasses paint the text."""

    def paint_words(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint the text of an entry."""
        raise NotImplementedError

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(option.rect, selection_background(option.palette))
        self.paint_words(painter, option, index)
        painter.setPen(hairline(option.palette))
        painter.drawLine(option.rect.bottomLeft(), option.rect.bottomRight())
        painter.restore()
        if option.state & QStyle.StateFlag.State_HasFocus and isinstance(option.widget, QWidget):
            focus = QStyleOptionFocusRect()
            focus.initFrom(option.widget)
            focus.rect = option.rect
            option.widget.style().drawPrimitive(
                QStyle.PrimitiveElement.PE_FrameFocusRect, focus, painter, option.widget
            )
