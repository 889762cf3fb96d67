"""Where the keyboard is, in lists that paint their own entries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QStyle, QStyleOptionFocusRect, QStyleOptionViewItem, QWidget

if TYPE_CHECKING:
    from PySide6.QtCore import QRect
    from PySide6.QtGui import QPainter


def draw_focus(painter: QPainter, option: QStyleOptionViewItem, rect: QRect) -> None:
    """Draws the style's own frame around an entry that has the keyboard, and nothing around the others."""
    widget = option.widget
    if option.state & QStyle.StateFlag.State_HasFocus and isinstance(widget, QWidget):
        focus = QStyleOptionFocusRect()
        focus.initFrom(widget)
        focus.rect = rect
        widget.style().drawPrimitive(QStyle.PrimitiveElement.PE_FrameFocusRect, focus, painter, widget)
