"""Parts of a window that fold away: where room is short, or until their button is pressed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QToolButton, QVBoxLayout, QWidget

if TYPE_CHECKING:
    from PySide6.QtGui import QAction


class FoldingPanel(QObject):
    """The decision whether a part is open, kept in step with the action that toggles it.

    What the user chooses in a wide window is kept; in a narrow one it holds until there is room again.

    Args:
        action: A checkable action, checked while the part is open.
        least_width: The width of the window, in pixels, below which the part folds.
        parent: Owner.
    """

    #: bool: whether the part is now open.
    toggled = Signal(bool)

    def __init__(self, action: QAction, least_width: int, parent: QObject) -> None:
        super().__init__(parent)
        self._action = action
        self._least_width = least_width
        self._is_wanted = True
        self._is_narrow = False
        self._is_setting = False
        action.toggled.connect(self._on_toggled)

    @property
    def is_wanted(self) -> bool:
        """Whether the user wants the part open where there is room; stored between sessions."""
        return self._is_wanted

    def restore(self, *, is_wanted: bool, width: int) -> None:
        """Set the user's last choice and the width of the window."""
        self._is_wanted = is_wanted
        self._is_narrow = width < self._least_width
        self._show()

    def take_width(self, width: int) -> None:
        """Set the width of the window."""
        is_narrow = width < self._least_width
        if is_narrow != self._is_narrow:
            self._is_narrow = is_narrow
            self._show()

    def _show(self) -> None:
        is_open = self._is_wanted and not self._is_narrow
        self._is_setting = True
        self._action.setChecked(is_open)
        self._is_setting = False
        self.toggled.emit(is_open)

    @Slot(bool)
    def _on_toggled(self, is_open: bool) -> None:
        if self._is_setting:
            return
        if not self._is_narrow:
            self._is_wanted = is_open
        self.toggled.emit(is_open)


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
