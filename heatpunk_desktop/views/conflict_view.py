"""A conflict: what a person changed and a colleague changed otherwise, field by field, to choose from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QBoxLayout, QGridLayout, QPushButton, QWidget

from heatpunk_desktop.domain.dates import display_moment
from heatpunk_desktop.domain.fields import FIELD_LABELS, Field
from heatpunk_desktop.overriding import override
from heatpunk_desktop.views.form_labels import PlainLabel, Tone
from heatpunk_desktop.views.operation_words import has_value, value_words
from heatpunk_desktop.views.pill import Pill
from heatpunk_desktop.views.value_text import ValueText

if TYPE_CHECKING:
    from datetime import date

    from PySide6.QtGui import QResizeEvent

    from heatpunk_desktop.domain.fields import FieldValues
    from heatpunk_desktop.domain.operation import Operation

_FIELD, _BASE, _MINE, _THEIRS, _CHOICE = range(5)


#: Characters of a usual text; in less room the two buttons of a field stand one below the other.
_WIDE: Final = 105


class _Choice(NamedTuple):
    """The two buttons of a field."""

    field: Field
    mine: QPushButton
    theirs: QPushButton
    line: QBoxLayout


class ConflictView(QWidget):
    """One row a field: before, yours, theirs, and which to keep. Made for one operation, and not changed.

    Args:
        operation: In conflict; `theirs` holds the fields.
        today: Which day it is.
        parent: Owner.
    """

    #: frozenset[Field]: keep what the person typed in these fields.
    mine_wanted = Signal(object)
    #: frozenset[Field]: keep what the server holds in these fields.
    theirs_wanted = Signal(object)

    def __init__(self, operation: Operation, today: date, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._fields = tuple(field for field in Field if field in operation.theirs)
        self._choices: list[_Choice] = []
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 4, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(6)
        for column in (_BASE, _MINE, _THEIRS):
            grid.setColumnStretch(column, 1)
        self._grid = grid
        typed = display_moment(operation.created_at, today)
        self._headings = {
            _BASE: self.tr("When you opened it"),
            _MINE: self.tr("Yours, {0}").format(typed),
            _THEIRS: self.tr("On the server now"),
        }
        for column, words in {_FIELD: self.tr("Field"), **self._headings}.items():
            grid.addWidget(PlainLabel(words, Tone.MUTED, self), 0, column, Qt.AlignmentFlag.AlignTop)
        for row, field in enumerate(self._fields, 1):
            self._add_row(row, field, operation)

    @property
    def fields(self) -> tuple[Field, ...]:
        """The fields in conflict, in the order of the form."""
        return self._fields

    def keep_all(self, *, mine: bool) -> None:
        """Wants the same for every field."""
        (self.mine_wanted if mine else self.theirs_wanted).emit(frozenset(self._fields))

    def focused_choice(self) -> bool | None:
        """Which button of a field has the keyboard: True for `Keep mine`, False for `Keep theirs`, None for neither."""
        for choice in self._choices:
            if choice.mine.hasFocus():
                return True
            if choice.theirs.hasFocus():
                return False
        return None

    def focus_first_choice(self, *, mine: bool) -> bool:
        """Gives the keyboard to a button of the first field; tells whether there is one."""
        if not self._choices:
            return False
        first = self._choices[0]
        (first.mine if mine else first.theirs).setFocus(Qt.FocusReason.OtherFocusReason)
        return True

    def _add_row(self, row: int, field: Field, operation: Operation) -> None:
        label = PlainLabel(FIELD_LABELS[field], parent=self)
        self._grid.addWidget(label, row, _FIELD, Qt.AlignmentFlag.AlignTop)
        sides = {_BASE: operation.base, _MINE: operation.changes, _THEIRS: operation.theirs}
        for column, values in sides.items():
            name = f"{self._headings[column]}: {FIELD_LABELS[field]}"
            value = _value(field, values, name, self, is_bold=column == _MINE)
            self._grid.addWidget(value, row, column, Qt.AlignmentFlag.AlignTop)
        if len(self._fields) > 1:
            # For a single field the buttons for all of them say the same.
            self._grid.addLayout(self._add_choice(field), row, _CHOICE, Qt.AlignmentFlag.AlignTop)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        is_wide = self.width() >= _WIDE * self.fontMetrics().averageCharWidth()
        direction = QBoxLayout.Direction.LeftToRight if is_wide else QBoxLayout.Direction.TopToBottom
        for choice in self._choices:
            choice.line.setDirection(direction)

    def _add_choice(self, field: Field) -> QBoxLayout:
        mine, theirs = (QPushButton(words, self) for words in (self.tr("Keep mine"), self.tr("Keep theirs")))
        line = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        line.setSpacing(6)
        for button, slot in ((mine, self._on_mine_clicked), (theirs, self._on_theirs_clicked)):
            button.setAutoDefault(True)
            button.setAccessibleName(f"{button.text()}: {FIELD_LABELS[field]}")
            button.clicked.connect(slot)
            line.addWidget(button)
        self._choices.append(_Choice(field, mine, theirs, line))
        return line

    @Slot()
    def _on_mine_clicked(self) -> None:
        chosen = self.sender()
        self.mine_wanted.emit(frozenset(choice.field for choice in self._choices if choice.mine is chosen))

    @Slot()
    def _on_theirs_clicked(self) -> None:
        chosen = self.sender()
        self.theirs_wanted.emit(frozenset(choice.field for choice in self._choices if choice.theirs is chosen))


class ValueTable(QWidget):
    """What a person typed, field by field, to read and to copy."""

    def __init__(self, values: FieldValues, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 4, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        for row, field in enumerate(field for field in Field if field in values):
            label = PlainLabel(FIELD_LABELS[field], Tone.MUTED, self)
            label.setWordWrap(False)
            name = self.tr("What you typed: {0}").format(FIELD_LABELS[field])
            grid.addWidget(label, row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(_value(field, values, name, self), row, 1, Qt.AlignmentFlag.AlignTop)


def _value(field: Field, values: FieldValues, name: str, parent: QWidget, *, is_bold: bool = False) -> QWidget:
    words = value_words(field, values)
    if field is Field.STATUS and has_value(field, values):
        pill = Pill(parent)
        pill.show_status(words)
        pill.setAccessibleName(f"{name}: {' '.join(words.split())}")
        return pill
    text = ValueText(name, parent)
    if is_bold:
        font = text.font()
        font.setBold(True)
        text.setFont(font)
    text.show_value(words, is_muted=not has_value(field, values))
    return text
