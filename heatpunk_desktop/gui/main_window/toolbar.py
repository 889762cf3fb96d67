"""The toolbar: buttons for the commonest actions, and the search field."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QMargins, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QAction, QIcon, QPalette
from PySide6.QtWidgets import QLineEdit, QSizePolicy, QToolButton, QWidget

from heatpunk_desktop.gui.actions.actions import Act
from heatpunk_desktop.gui.widgets.buttons import IconButton
from heatpunk_desktop.gui.widgets.icons import control_height, tinted_pixmap
from heatpunk_desktop.gui.widgets.layouts import OneLineBar
from heatpunk_desktop.gui.widgets.theme import muted_text
from heatpunk_desktop.system.compat import override

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PySide6.QtGui import QKeyEvent, QPaintEvent

_BUTTONS: Final = (
    (Act.NEW, "plus"),
    (Act.REFRESH, "refresh-cw"),
    (Act.EDIT, "pencil"),
    (Act.DELETE, "trash-2"),
    (Act.OPEN, "external-link"),
    (Act.IMPORT, "file-input"),
    (Act.EXPORT, "file-output"),
)
_SEARCH_WIDTH: Final = 400
_LEAST_SEARCH_WIDTH: Final = 150
_GOOD_SEARCH_WIDTH: Final = 220


class ToolbarButton(IconButton):
    """A button of the toolbar that follows an action.

    Args:
        action: The action.
        icon: File name of its icon, or empty.
        is_main: Whether it is the primary button.
        parent: Owner.
    """

    def __init__(
        self, action: QAction, icon: str = "", *, is_main: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(icon, is_main=is_main, parent=parent)
        self._action = action
        self._has_words = True
        # A click leaves the focus in the table; Tab still reaches the button.
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.clicked.connect(action.trigger)
        action.changed.connect(self._on_action_changed)
        self._on_action_changed()

    def show_words(self, has_words: bool) -> None:
        """Show the text beside the icon, or the icon alone; accessible name and tool tip stay."""
        if has_words != self._has_words:
            self._has_words = has_words
            self._on_action_changed()

    @Slot()
    def _on_action_changed(self) -> None:
        action = self._action
        self.setText(action.iconText().replace("&", "&&") if self._has_words else "")
        self.setAccessibleName(action.iconText())
        self.setEnabled(action.isEnabled())
        self.setToolTip(action.toolTip())


class SearchField(QLineEdit):
    """A search field that filters while the user types. Esc clears it; the down arrow goes to the table."""

    #: The user goes to the results.
    left_downwards = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Search projects"))
        self.setPlaceholderText(self.tr("Search projects"))
        self.setClearButtonEnabled(True)
        self.setMinimumHeight(control_height(self))
        self.setMinimumWidth(_LEAST_SEARCH_WIDTH)
        self.setMaximumWidth(_SEARCH_WIDTH)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._glass = QAction(self)
        self.addAction(self._glass, QLineEdit.ActionPosition.LeadingPosition)
        glass, clear = self._buttons_within()
        glass.setAccessibleName(self.tr("Search"))
        clear.setAccessibleName(self.tr("Clear the search"))

    @override
    def sizeHint(self) -> QSize:
        return QSize(_SEARCH_WIDTH, super().sizeHint().height())

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        elif event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.left_downwards.emit()
        else:
            super().keyPressEvent(event)

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and not self._glass.icon().isNull():
            self._draw_glass()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._glass.icon().isNull():
            QTimer.singleShot(0, self, self._draw_glass)  # so that it does not delay the window

    def _buttons_within(self) -> tuple[QToolButton, QToolButton]:
        """Return the icon and the clear button, which Qt creates without accessible names."""
        clear = self.findChild(QAction, "_q_qlineeditclearaction")
        buttons = self.findChildren(QToolButton)
        crosses = [button for button in buttons if button.defaultAction() is clear]
        glasses = [button for button in buttons if button not in crosses]
        return glasses[0], crosses[0]

    @Slot()
    def _draw_glass(self) -> None:
        self._glass.setIcon(QIcon(tinted_pixmap("search", muted_text(QPalette()))))


class Toolbar(OneLineBar):
    """The buttons and the search field. Where room is short, most buttons are icons only."""

    def __init__(self, actions: Mapping[Act, QAction], parent: QWidget | None = None) -> None:
        super().__init__(QMargins(12, 6, 12, 6), 6, parent)
        self._buttons = {
            act: ToolbarButton(actions[act], icon, is_main=act is Act.NEW, parent=self) for act, icon in _BUTTONS
        }
        for button in self._buttons.values():
            self.row.addWidget(button)
        self.row.addStretch(1)
        self.search = SearchField(self)
        self.row.addWidget(self.search, 10)

    @override
    def fit(self, room: int) -> None:
        """Remove the text of buttons if the search field would be too narrow."""
        others = [button for act, button in self._buttons.items() if act is not Act.NEW]
        for button in others:
            button.show_words(has_words=True)
        has_words = self.room_for(*self._buttons.values()) <= room - _GOOD_SEARCH_WIDTH
        for button in others:
            button.show_words(has_words=has_words)
