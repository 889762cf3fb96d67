"""Entries of several lines in a list: the ground of those that are chosen, a line below each, the keyboard's frame."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionFocusRect, QStyleOptionViewItem, QWidget

from heatpunk_desktop.gui.widgets.theme import hairline, selection_background
from heatpunk_desktop.system.compat import override

if TYPE_CHECKING:
    from PySide6.QtGui import QPainter

Index = QModelIndex | QPersistentModelIndex

#: Blank around the words of an entry.
PADDING: Final = 8
#: Blank between two of its lines that are about different things.
GAP: Final = 2


class EntryDelegate(QStyledItemDelegate):
    """Paints all but the words."""

    def paint_words(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paints the words of an entry."""
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
