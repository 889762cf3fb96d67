"""The line edit that lies over a cell of the table while it is edited, and the notes about a cell."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QObject, QRect, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPalette
from PySide6.QtWidgets import QFrame, QLineEdit, QVBoxLayout, QWidget

from heatpunk_desktop.gui.widgets.labels import PlainLabel, Tone, announce
from heatpunk_desktop.system.compat import override

if TYPE_CHECKING:
    from heatpunk_desktop.gui.table.cell_cursor import CellCursorTable

_F2: Final = Qt.Key.Key_F2
#: A field is wider than its text by this: its frame, and room for the letter that comes next.
_ROOM: Final = 24
_NOTE_WIDTH: Final = 300
#: Blank at either side of a note's words; half of it above and below.
_BLANK: Final = 8
#: Reasons of losing the focus for which the user has not left the field.
_NOT_LEFT: Final = frozenset(
    {Qt.FocusReason.ActiveWindowFocusReason, Qt.FocusReason.PopupFocusReason, Qt.FocusReason.MenuBarFocusReason}
)
#: Milliseconds that words stay; long enough to read two sentences.
_STAY_MS: Final = 8000


class Way(StrEnum):
    """The direction in which the keyboard leaves a cell."""

    DOWN = "down"
    UP = "up"
    RIGHT = "right"
    LEFT = "left"
    STAY = "stay"
    #: The user went elsewhere with the mouse or another key.
    AWAY = "away"


class CellNote(QFrame):
    """A small box of words below or above a cell, as there is room.

    Args:
        viewport: Of the table.
        goes_above: Whether it is above where there is room on both sides.
    """

    def __init__(self, viewport: QWidget, *, goes_above: bool = False) -> None:
        super().__init__(viewport)
        self._area = viewport
        self._goes_above = goes_above
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.Base)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._label = PlainLabel(parent=self)
        column = QVBoxLayout(self)
        column.setContentsMargins(_BLANK, _BLANK // 2, _BLANK, _BLANK // 2)
        column.addWidget(self._label)
        self.hide()

    @property
    def words(self) -> str:
        """The words; empty while the box is hidden."""
        return self._label.text() if self.isVisibleTo(self._area) else ""

    def say(self, words: str, tone: Tone, cell: QRect) -> None:
        """Show words about a cell; empty words hide the box."""
        self._label.say(words, tone)
        self.setVisible(bool(words))
        self.place(cell)

    def place(self, cell: QRect) -> None:
        """Move to a cell, as far as the viewport has room."""
        area = self._area.rect()
        width = min(_NOTE_WIDTH, area.width())
        around = 2 * self.frameWidth()
        height = self._label.heightForWidth(width - 2 * _BLANK - around) + _BLANK + around
        left = max(0, min(cell.left(), area.right() - width + 1))
        above, below = cell.top() - height, cell.bottom() + 1
        has_room_below = below + height <= area.bottom() + 1
        top = above if (self._goes_above and above >= 0) or not has_room_below else below
        self.setGeometry(left, max(0, top), width, height)
        self.raise_()


class CellEditor(QLineEdit):
    """A line edit. Enter, Shift+Enter, Tab, Shift+Tab and losing the focus ask to save; Esc discards what is typed.

    Args:
        viewport: Of the table.
        name: What a screen reader says of it.
    """

    #: Way: what is typed is to be saved, and the keyboard goes on.
    commit_requested = Signal(object)
    #: What is typed is to be discarded.
    discarded = Signal()

    def __init__(self, viewport: QWidget, name: str) -> None:
        super().__init__(viewport)
        self._area = viewport
        self._held: list[QKeyEvent] = []
        self.setAccessibleName(name)
        self.setAutoFillBackground(True)
        self.note = CellNote(viewport)
        self._cell = QRect()
        self.textChanged.connect(self._on_text_changed)

    @Slot()
    def _on_text_changed(self) -> None:
        if self._cell.isValid():
            self.place(self._cell)

    def place(self, cell: QRect) -> None:
        """Cover a cell, wide enough for all of its text, as far as the table has room."""
        self._cell = cell
        area = self._area.rect()
        width = min(max(cell.width(), self.fontMetrics().horizontalAdvance(self.text()) + _ROOM), area.width())
        height = max(cell.height() - 1, self.minimumSizeHint().height())
        left = max(0, min(cell.left(), area.right() - width + 1))
        self.setGeometry(left, cell.top() + (cell.height() - 1 - height) // 2, width, height)
        self.note.place(self.geometry())

    def say(self, words: str, tone: Tone) -> None:
        """Show words about what is typed, also to a screen reader; empty words remove them."""
        self.note.say(words, tone, self.geometry())
        self.setAccessibleDescription(words)
        if words:
            announce(self, words)

    def remark(self, words: str) -> None:
        """Show that the cell changed beneath, unless that is shown already; empty words remove any words."""
        if words != self.note.words:
            self.say(words, Tone.WARNING)

    def take_held(self) -> list[QKeyEvent]:
        """Return the keys pressed since the editor was made read-only, which are for the next cell."""
        held, self._held = self._held, []
        return held

    def close_for_good(self) -> None:
        """Close without signalling what is typed."""
        self.blockSignals(True)
        self.note.hide()
        self.note.deleteLater()
        self.hide()
        self.deleteLater()

    @override
    def event(self, event: QEvent) -> bool:
        # The window's F2 opens the form of the project that is being edited here.
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and event.key() == _F2:
            event.accept()
            return True
        return super().event(event)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        keys = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if self.isReadOnly():
            self._held.append(event.clone())
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not keys & ~Qt.KeyboardModifier.ShiftModifier:
            self.commit_requested.emit(Way.UP if keys else Way.DOWN)
        elif event.key() == Qt.Key.Key_Escape:
            self.discarded.emit()
        else:
            super().keyPressEvent(event)
            # The table must not handle a key that means nothing here.
        event.accept()

    @override
    def focusNextPrevChild(self, next: bool) -> bool:
        if self.isReadOnly():
            key = Qt.Key.Key_Tab if next else Qt.Key.Key_Backtab
            self._held.append(QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier))
        else:
            self.commit_requested.emit(Way.RIGHT if next else Way.LEFT)
        return True

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() not in _NOT_LEFT and self.isVisible():
            self.commit_requested.emit(Way.AWAY)


class CellWords(QObject):
    """A note at a cell with the warning about its new value, until the user does something else.

    Args:
        table: The table; it is this object's owner.
    """

    def __init__(self, table: CellCursorTable) -> None:
        super().__init__(table)
        self._table = table
        # Most users go on downwards from a cell.
        self._note = CellNote(table.viewport(), goes_above=True)
        self._cell: tuple[int, int] | None = None
        self._timer = QTimer(self, singleShot=True, interval=_STAY_MS)
        self._timer.timeout.connect(self.clear)
        table.project_model.keys_replaced.connect(self._on_keys_replaced)
        table.project_model.filter_applied.connect(self._place)
        table.verticalScrollBar().valueChanged.connect(self._place)
        table.horizontalScrollBar().valueChanged.connect(self._place)

    def say(self, words: str, key: int, column: int) -> None:
        """Show words at a project's cell, also to a screen reader."""
        self._cell = (key, column)
        place = self._table.cell_rect(key, column)
        if place is not None:
            self._note.say(words, Tone.WARNING, place)
        announce(self._table, words)
        self._timer.start()

    @Slot()
    def clear(self) -> None:
        """Remove the words."""
        self._timer.stop()
        self._cell = None
        self._note.hide()

    @Slot(object)
    def _on_keys_replaced(self, replaced: dict[int, int]) -> None:
        if self._cell is not None:
            self._cell = (replaced.get(self._cell[0], self._cell[0]), self._cell[1])

    @Slot()
    def _place(self) -> None:
        if self._cell is None:
            return
        place = self._table.cell_rect(*self._cell)
        if place is None:
            self.clear()
        else:
            self._note.place(place)
