"""What the user typed in a change that needs a decision, field by field: a conflict, or a refused value."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, NamedTuple

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QBoxLayout, QGridLayout, QHBoxLayout, QLabel, QPushButton, QStackedWidget, QWidget

from heatpunk_desktop.domain.dates import display_moment
from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.domain.needs import OWNER
from heatpunk_desktop.domain.operation import Decided, Side
from heatpunk_desktop.gui.text.operation_words import has_value, value_words
from heatpunk_desktop.gui.text.project_words import field_label
from heatpunk_desktop.gui.widgets.icons import tinted_pixmap
from heatpunk_desktop.gui.widgets.labels import PlainLabel, Tone, announce
from heatpunk_desktop.gui.widgets.status_pill import Pill
from heatpunk_desktop.gui.widgets.theme import danger
from heatpunk_desktop.gui.widgets.value_text import ValueText
from heatpunk_desktop.system.compat import override

if TYPE_CHECKING:
    from datetime import date

    from PySide6.QtGui import QResizeEvent

    from heatpunk_desktop.domain.fields import FieldValues
    from heatpunk_desktop.domain.operation import Operation

_FIELD, _BASE, _MINE, _THEIRS, _CHOICE = range(5)
#: A value that no field can have.
_NOTHING: Final = object()
#: Characters of a usual text; in less room the two buttons of a field stand one below the other.
_WIDE: Final = 105
#: For each field that was chosen for, whose value is kept, and what the server held then.
Choices = Mapping[Field, Decided]


class _Row(NamedTuple):
    """The choice in the row of a field: two buttons, or what was chosen and the way back.

    Both share one place, so that nothing moves when one replaces the other.
    """

    field: Field
    stack: QStackedWidget
    mine: QPushButton
    theirs: QPushButton
    line: QBoxLayout
    kept: PlainLabel
    change: QPushButton


class ConflictView(QWidget):
    """One row a field: before, yours, theirs, and which to keep. It is made for one operation, and not changed.

    Args:
        operation: In conflict; `theirs` holds the fields.
        today: Which day it is.
        choices: What was chosen before, as far as it is still about the same values.
        parent: Owner.
    """

    #: Something was chosen, or a choice was withdrawn.
    chosen = Signal()

    def __init__(self, operation: Operation, today: date, choices: Choices, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theirs = operation.theirs
        self._fields = tuple(field for field in Field if field in operation.theirs)
        self._choices = {
            field: choice for field, choice in choices.items() if operation.theirs.get(field, _NOTHING) == choice.other
        }
        self._rows: list[_Row] = []
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

    @property
    def choices(self) -> Choices:
        """The choices made so far."""
        return dict(self._choices)

    @property
    def is_all_chosen(self) -> bool:
        """Whether every field has a choice."""
        return len(self._choices) == len(self._fields)

    def kept(self, *, mine: bool) -> frozenset[Field]:
        """Return the fields that are kept as one side has them."""
        side = Side.MINE if mine else Side.THEIRS
        return frozenset(field for field, choice in self._choices.items() if choice.kept is side)

    def choose_rest(self, *, mine: bool) -> None:
        """Choose the same side for every field without a choice."""
        side = Side.MINE if mine else Side.THEIRS
        for field in self._fields:
            self._choices.setdefault(field, Decided(side, self._theirs[field]))

    def focused_choice(self) -> bool | None:
        """Return which button of a field has the keyboard focus.

        Returns:
            True for `Keep mine`, False for `Keep theirs`, None for neither.
        """
        for row in self._rows:
            if row.mine.hasFocus():
                return True
            if row.theirs.hasFocus():
                return False
        return None

    def focus_first_choice(self, *, mine: bool) -> bool:
        """Focus a button of the first field without a choice.

        Returns:
            Whether there is one.
        """
        for row in self._rows:
            if row.field not in self._choices:
                (row.mine if mine else row.theirs).setFocus(Qt.FocusReason.OtherFocusReason)
                return True
        return False

    def _add_row(self, row: int, field: Field, operation: Operation) -> None:
        label = PlainLabel(field_label(field), parent=self)
        self._grid.addWidget(label, row, _FIELD, Qt.AlignmentFlag.AlignTop)
        sides = {_BASE: operation.base, _MINE: operation.changes, _THEIRS: operation.theirs}
        for column, values in sides.items():
            name = f"{self._headings[column]}: {field_label(field)}"
            value = value_widget(field, values, name, self, is_bold=column == _MINE)
            self._grid.addWidget(value, row, column, Qt.AlignmentFlag.AlignTop)
        if len(self._fields) > 1:
            # For a single field the buttons for all of them say the same.
            self._grid.addWidget(self._add_choice(field), row, _CHOICE, Qt.AlignmentFlag.AlignTop)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        is_wide = self.width() >= _WIDE * self.fontMetrics().averageCharWidth()
        direction = QBoxLayout.Direction.LeftToRight if is_wide else QBoxLayout.Direction.TopToBottom
        for row in self._rows:
            row.line.setDirection(direction)

    def _add_choice(self, field: Field) -> QStackedWidget:
        stack = QStackedWidget(self)
        buttons, after = QWidget(stack), QWidget(stack)
        mine, theirs = (QPushButton(words, buttons) for words in (self.tr("Keep mine"), self.tr("Keep theirs")))
        line = QBoxLayout(QBoxLayout.Direction.LeftToRight, buttons)
        kept = PlainLabel(parent=after)
        kept.setWordWrap(False)
        change = QPushButton(self.tr("Change"), after)
        said = QHBoxLayout(after)
        for layout in (line, said):
            layout.setContentsMargins(0, 0, 0, 0)
            layout.setSpacing(6)
        said.addWidget(kept)
        said.addStretch(1)
        said.addWidget(change)
        said.setAlignment(Qt.AlignmentFlag.AlignTop)
        for button, slot in (
            (mine, self._on_mine_clicked),
            (theirs, self._on_theirs_clicked),
            (change, self._on_change_clicked),
        ):
            button.setAutoDefault(True)
            button.setAccessibleName(f"{button.text()}: {field_label(field)}")
            button.clicked.connect(slot)
        line.addWidget(mine)
        line.addWidget(theirs)
        stack.addWidget(buttons)
        stack.addWidget(after)
        row = _Row(field, stack, mine, theirs, line, kept, change)
        self._rows.append(row)
        self._show_choice(row)
        return stack

    def _show_choice(self, row: _Row) -> None:
        chosen = self._choices.get(row.field)
        if chosen is not None:
            row.kept.setText(self.tr("Yours kept") if chosen.kept is Side.MINE else self.tr("Theirs kept"))
        row.stack.setCurrentIndex(0 if chosen is None else 1)

    def _choose(self, row: _Row, side: Side) -> None:
        self._choices[row.field] = Decided(side, self._theirs[row.field])
        self._show_choice(row)
        announce(self, f"{field_label(row.field)}: {row.kept.text()}")
        if not self.focus_first_choice(mine=side is Side.MINE):
            row.change.setFocus(Qt.FocusReason.OtherFocusReason)
        self.chosen.emit()

    @Slot()
    def _on_mine_clicked(self) -> None:
        pressed = self.sender()
        self._choose(next(row for row in self._rows if row.mine is pressed), Side.MINE)

    @Slot()
    def _on_theirs_clicked(self) -> None:
        pressed = self.sender()
        self._choose(next(row for row in self._rows if row.theirs is pressed), Side.THEIRS)

    @Slot()
    def _on_change_clicked(self) -> None:
        pressed = self.sender()
        row = next(row for row in self._rows if row.change is pressed)
        side = self._choices.pop(row.field).kept
        self._show_choice(row)
        (row.mine if side is Side.MINE else row.theirs).setFocus(Qt.FocusReason.OtherFocusReason)
        self.chosen.emit()


def value_widget(field: Field, values: FieldValues, name: str, parent: QWidget, *, is_bold: bool = False) -> QWidget:
    """Make a read-only widget that shows a value, to read and to copy.

    Args:
        field: The field.
        values: Where its value is, if it is known.
        name: The accessible name.
        parent: Owner.
        is_bold: Whether it stands out.
    """
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


class TypedValues(QWidget):
    """A form of read-only values, to read and to copy.

    Args:
        operation: The change.
        refused: The `Field` or `OWNER` that the server named, or empty; a new project is shown with its owner.
        parent: Owner.
    """

    def __init__(self, operation: Operation, refused: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 4, 0, 0)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnStretch(2, 1)
        self._mark: QLabel | None = None
        if operation.owner:
            name = self._add_label(self.tr("Owner"), is_refused=refused == OWNER)
            text = ValueText(name, self)
            text.show_value(operation.owner)
            self._put(text)
        for field in (field for field in Field if field in operation.changes):
            name = self._add_label(field_label(field), is_refused=refused == field)
            self._put(value_widget(field, operation.changes, name, self))

    def _add_label(self, words: str, *, is_refused: bool) -> str:
        """Add the label of a value.

        Returns:
            The accessible name of the value.
        """
        row = self._grid.rowCount()
        label = PlainLabel(words, Tone.ERROR if is_refused else Tone.MUTED, self)
        label.setWordWrap(False)
        self._grid.addWidget(label, row, 1, Qt.AlignmentFlag.AlignTop)
        name = self.tr("What you typed: {0}").format(words)
        if not is_refused:
            return name
        self._mark = QLabel(self)
        self._mark.setToolTip(self.tr("Refused"))
        self._mark.setAccessibleName(self.tr("Refused: {0}").format(words))
        self._draw_mark()
        self._grid.addWidget(self._mark, row, 0, Qt.AlignmentFlag.AlignTop)
        return name

    def _put(self, widget: QWidget) -> None:
        self._grid.addWidget(widget, self._grid.rowCount() - 1, 2, Qt.AlignmentFlag.AlignTop)

    def _draw_mark(self) -> None:
        if self._mark is not None:
            self._mark.setPixmap(tinted_pixmap("circle-alert", danger(QPalette())))

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._draw_mark()
