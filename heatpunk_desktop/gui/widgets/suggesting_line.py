"""A line edit with a suggestion that typing replaces."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, Qt, QTimer, Slot
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QLineEdit

from heatpunk_desktop.gui.widgets.theme import muted_text
from heatpunk_desktop.system.compat import override

if TYPE_CHECKING:
    from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent
    from PySide6.QtWidgets import QWidget

#: Keys that edit the suggestion rather than replace it.
_MOVES: Final = frozenset({Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Home, Qt.Key.Key_End})


class SuggestingLine(QLineEdit):
    """A line edit that shows a suggestion in grey. Arrow keys or a second click edit it instead of replacing it.

    If the user empties the line and leaves it, the suggestion returns.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._suggestion = ""
        self._is_suggested = False
        #: Whether the user put the cursor in the suggestion.
        self._is_opened = False
        self.textEdited.connect(self._on_text_edited)

    @property
    def is_suggested(self) -> bool:
        """Whether the text is a suggestion."""
        return self._is_suggested

    def suggest(self, text: str) -> None:
        """Show a suggestion, unless the user has typed something."""
        self._suggestion = text
        if self._is_suggested or (not self.text() and not self.hasFocus()):
            self._show(text)

    @override
    def setText(self, text: str | None) -> None:
        super().setText(text)
        self._set_suggested(is_suggested=False)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _MOVES:
            self._is_opened = True
        elif self._is_suggested and not self._is_opened and event.text().isprintable() and event.text():
            self.selectAll()
        super().keyPressEvent(event)

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self.hasFocus() and not self.hasSelectedText():
            self._is_opened = True
        super().mousePressEvent(event)

    @override
    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._is_opened = False
        if self._is_suggested and event.reason() == Qt.FocusReason.MouseFocusReason:
            QTimer.singleShot(0, self, self._select)  # the mouse press that set the focus moves the cursor first

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if not self.text().strip() and self._suggestion:
            self._show(self._suggestion)

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._colour()

    @Slot()
    def _select(self) -> None:
        if self._is_suggested:
            self.selectAll()

    @Slot()
    def _on_text_edited(self) -> None:
        self._set_suggested(is_suggested=False)

    def _show(self, text: str) -> None:
        super().setText(text)
        self.setCursorPosition(0)
        self._set_suggested(is_suggested=bool(text))

    def _set_suggested(self, *, is_suggested: bool) -> None:
        self._is_suggested = is_suggested
        self._colour()

    def _colour(self) -> None:
        """Set the colour if it differs; unconditionally, it would recurse, as setting a palette changes the palette."""
        palette = QPalette()
        if not self._is_suggested:
            if self.testAttribute(Qt.WidgetAttribute.WA_SetPalette):
                self.setPalette(palette)
            return
        colour = muted_text(palette)
        if self.palette().color(QPalette.ColorRole.Text) != colour:
            palette.setColor(QPalette.ColorRole.Text, colour)
            self.setPalette(palette)
