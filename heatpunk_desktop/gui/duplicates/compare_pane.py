"""The pane that shows the chosen pair: its score, both projects side by side, and the actions on them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from heatpunk_desktop.gui.duplicates.side_by_side import SideBySide
from heatpunk_desktop.gui.text.duplicate_words import project_words, reasons_words, score_words
from heatpunk_desktop.gui.widgets.icons import control_height
from heatpunk_desktop.gui.widgets.labels import PlainLabel, TitleLabel, Tone
from heatpunk_desktop.system.compat import override

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from PySide6.QtGui import QResizeEvent

    from heatpunk_desktop.domain.project import WholeRow
    from heatpunk_desktop.gui.duplicates.pairs_model import ShownPair

#: Characters of a project's name over its buttons.
_LONGEST: Final = 48
#: Characters of a usual text; in less room the buttons of a side stand one below the other.
_WIDE: Final = 124
#: The same for the least width.
_LEAST: Final = 74


class _Side(QWidget):
    """The buttons of one of the two projects."""

    #: int: the key of the project whose form is requested.
    edit_requested = Signal(object)
    #: tuple[int, ...]: the same, to be opened in the browser.
    open_requested = Signal(object)
    #: WholeRow: the project.
    deletion_requested = Signal(object)

    def __init__(self, heading: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._heading = heading
        self._caption = PlainLabel(parent=self)
        self._edit = _button(self.tr("Edit…"), self)
        self._open = _button(self.tr("Open in Heatpunk"), self)
        self._move = _button(self.tr("Move this one to deleted…"), self)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(6)
        self._grid.setColumnStretch(3, 1)
        self.lay_out(is_wide=True)
        self._row: WholeRow | None = None
        self._edit.clicked.connect(self._on_edit_clicked)
        self._open.clicked.connect(self._on_open_clicked)
        self._move.clicked.connect(self._on_move_clicked)

    def lay_out(self, *, is_wide: bool) -> None:
        """Lay the buttons out in one row, or in two."""
        self._grid.addWidget(self._caption, 0, 0, 1, 4)
        self._grid.addWidget(self._edit, 1, 0)
        self._grid.addWidget(self._open, 1, 1)
        if is_wide:
            self._grid.addWidget(self._move, 1, 2)
        else:
            self._grid.addWidget(self._move, 2, 0, 1, 2, Qt.AlignmentFlag.AlignLeft)

    def show_project(self, row: WholeRow) -> None:
        """Set the project that the buttons are for."""
        self._row = row
        name = project_words(row, _LONGEST)
        self._caption.setText(f"{self._heading}: {name}")
        self._move.setText(self.tr("Move this one to deleted…") if row.key > 0 else self.tr("Discard this one…"))
        for button in (self._edit, self._open, self._move):
            # Each is there twice.
            button.setAccessibleName(f"{button.text()} {self._heading}: {name}")
        explain_button(self._open, "" if row.key > 0 else self.tr("This project is not on the server yet"))

    @Slot()
    def _on_edit_clicked(self) -> None:
        if self._row is not None:
            self.edit_requested.emit(self._row.key)

    @Slot()
    def _on_open_clicked(self) -> None:
        if self._row is not None:
            self.open_requested.emit((self._row.key,))

    @Slot()
    def _on_move_clicked(self) -> None:
        if self._row is not None:
            self.deletion_requested.emit(self._row)


class ComparePane(QWidget):
    """One pair, with signals for what the user wants done with it.

    Args:
        today: Returns the current day.
        parent: Owner.
    """

    #: int: the key of the project whose form is requested.
    edit_requested = Signal(object)
    #: tuple[int, ...]: projects to be opened in the browser.
    open_requested = Signal(object)
    #: WholeRow: a project to be moved to deleted.
    deletion_requested = Signal(object)
    #: bool: whether the pair is to be marked as no duplicate, or no longer.
    mark_requested = Signal(bool)
    #: int: 1 for the next pair, -1 for the one before.
    step_requested = Signal(int)

    def __init__(self, today: Callable[[], date], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pair: ShownPair | None = None
        self._title = TitleLabel(parent=self)
        self._why = PlainLabel(tone=Tone.MUTED, parent=self)
        self._table = SideBySide(today, self)
        self._first = _Side(self.tr("First"), self)
        self._second = _Side(self.tr("Second"), self)
        self._not = _button(self.tr("Not a duplicate"), self)
        self._may_be = _button(self.tr("May be a duplicate after all"), self)
        self._both = _button(self.tr("Open both in Heatpunk"), self)
        self._previous = _button(self.tr("Previous"), self)
        self._next = _button(self.tr("Next"), self)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 12)
        column.setSpacing(8)
        column.addWidget(self._title)
        column.addWidget(self._why)
        column.addWidget(self._table, 100)
        sides = QHBoxLayout()
        sides.setSpacing(16)
        sides.addWidget(self._first, 1)
        sides.addWidget(self._second, 1)
        column.addSpacing(4)
        column.addLayout(sides)
        column.addSpacing(8)
        column.addLayout(self._make_row())
        column.addStretch(1)
        self._connect()
        # Narrower than what is in it would have: that goes into more lines then.
        self.setMinimumWidth(_LEAST * self.fontMetrics().averageCharWidth())

    def _make_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(6)
        for button in (self._not, self._may_be, self._both):
            row.addWidget(button)
        row.addStretch(1)
        for button in (self._previous, self._next):
            row.addWidget(button)
        return row

    def _connect(self) -> None:
        for side in (self._first, self._second):
            side.edit_requested.connect(self.edit_requested)
            side.open_requested.connect(self.open_requested)
            side.deletion_requested.connect(self.deletion_requested)
        self._not.clicked.connect(self._on_not_clicked)
        self._may_be.clicked.connect(self._on_may_be_clicked)
        self._both.clicked.connect(self._on_both_clicked)
        self._previous.clicked.connect(self._on_previous_clicked)
        self._next.clicked.connect(self._on_next_clicked)
        for button, keys in ((self._previous, "Alt+Up"), (self._next, "Alt+Down")):
            native = QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)
            button.setToolTip(f"{button.text()} ({native})")

    def show_pair(self, pair: ShownPair | None, *, has_previous: bool = False, has_next: bool = False) -> None:
        """Show a pair, or nothing.

        Args:
            pair: The pair.
            has_previous: Whether there is one before it.
            has_next: Whether there is one after it.
        """
        self._pair = pair
        if pair is None:
            self._table.show_pair(None, None)
            return
        self._title.setText(score_words(pair.pair.score))
        self._why.setText(f"{reasons_words(pair.pair.reasons)}.")
        self._table.show_pair(pair.first, pair.second)
        self._first.show_project(pair.first)
        self._second.show_project(pair.second)
        had_focus = self.window().focusWidget() in (self._not, self._may_be)
        self._not.setVisible(not pair.is_marked)
        self._may_be.setVisible(pair.is_marked)
        if had_focus:
            (self._may_be if pair.is_marked else self._not).setFocus(Qt.FocusReason.OtherFocusReason)
        are_there = pair.first.key > 0 and pair.second.key > 0
        explain_button(self._both, "" if are_there else self.tr("One of them is not on the server yet"))
        for button, is_there, words in (
            (self._previous, has_previous, self.tr("This is the first pair")),
            (self._next, has_next, self.tr("This is the last pair")),
        ):
            button.setEnabled(is_there)
            button.setAccessibleDescription("" if is_there else words)

    @Slot()
    def _on_not_clicked(self) -> None:
        self.mark_requested.emit(True)

    @Slot()
    def _on_may_be_clicked(self) -> None:
        self.mark_requested.emit(False)

    @Slot()
    def _on_previous_clicked(self) -> None:
        self.step_requested.emit(-1)

    @Slot()
    def _on_next_clicked(self) -> None:
        self.step_requested.emit(1)

    @Slot()
    def _on_both_clicked(self) -> None:
        if self._pair is not None:
            self.open_requested.emit(self._pair.keys)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        is_wide = self.width() >= _WIDE * self.fontMetrics().averageCharWidth()
        for side in (self._first, self._second):
            side.lay_out(is_wide=is_wide)


def explain_button(button: QPushButton, reason: str) -> None:
    """Enable a button, or say why it is disabled."""
    button.setEnabled(not reason)
    button.setToolTip(reason)


def _button(words: str, parent: QWidget) -> QPushButton:
    button = QPushButton(words, parent)
    button.setAutoDefault(False)
    button.setMinimumHeight(control_height(button))
    return button
