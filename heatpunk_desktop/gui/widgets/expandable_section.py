"""A part of a page that few people need: a button with its name, and what is behind it once that was pressed."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QToolButton, QVBoxLayout, QWidget


class ExpandableSection(QWidget):
    """Shows its content when its button is pressed, and hides it again.

    Args:
        name: The words on the button.
        about: What is behind it, for a screen reader and as a tool tip.
        content: What is behind it.
        parent: Owner.
    """

    #: bool: whether the content is to be seen now.
    toggled = Signal(bool)

    def __init__(self, name: str, about: str, content: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._content = content
        self._button = QToolButton(self)
        self._button.setText(name)
        self._button.setToolTip(about)
        self._button.setAccessibleName(name)
        self._button.setAccessibleDescription(about)
        self._button.setCheckable(True)
        self._button.setAutoRaise(True)
        self._button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self._button)
        column.addWidget(content)
        self._button.toggled.connect(self._on_toggled)
        self._on_toggled(is_open=False)

    def open(self) -> None:
        """Show the content."""
        self._button.setChecked(True)

    @Slot(bool)
    def _on_toggled(self, is_open: bool) -> None:
        self._button.setArrowType(Qt.ArrowType.DownArrow if is_open else Qt.ArrowType.RightArrow)
        self._content.setVisible(is_open)
        self.toggled.emit(is_open)
