"""A section that is collapsed until its button is pressed."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QToolButton, QVBoxLayout, QWidget


class ExpandableSection(QWidget):
    """A button that shows and hides the content below it.

    Args:
        name: The text of the button.
        about: What the section holds, for tool tip and screen readers.
        content: The content.
        parent: Owner.
    """

    #: bool: whether the content is now shown.
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
