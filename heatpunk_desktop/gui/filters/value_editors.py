"""Editors for the values of a condition: text, ticks, or dates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QFormLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from heatpunk_desktop.domain.display import one_line
from heatpunk_desktop.filters.query import read_values, write_values
from heatpunk_desktop.filters.spans import NAMED, normal_span, span_words
from heatpunk_desktop.gui.widgets.error_edge import ErrorEdge

if TYPE_CHECKING:
    from collections.abc import Iterable

#: Gap between a field and its label, in pixels.
SPACING: Final = 10
_VALUE: Final = Qt.ItemDataRole.UserRole
_LONGEST: Final = 120
_LIST_HEIGHT: Final = 168
_SPANS: Final = ("7d", "30d", "90d", "12m", *NAMED)


class ValueEditor(QWidget):
    """An editor for the values of a condition."""

    #: The values have changed.
    changed = Signal()

    def values(self) -> tuple[str, ...]:
        """Return the values as typed or ticked."""
        raise NotImplementedError

    def show_values(self, values: tuple[str, ...]) -> None:
        """Show values, without emitting `changed`."""
        raise NotImplementedError

    def trouble(self) -> str:
        """Return what is wrong with the values, in a sentence, or an empty text."""
        return ""


class TextValues(ValueEditor):
    """A field `Value`, whose values are separated by commas."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._line = QLineEdit(self)
        self._line.setPlaceholderText(self.tr("Several, parted by commas"))
        _lay_out(self, self.tr("Value"), self._line)
        self._line.textEdited.connect(self.changed)
        self.setFocusProxy(self._line)

    def values(self) -> tuple[str, ...]:
        """Return the typed values."""
        return read_values(self._line.text())

    def show_values(self, values: tuple[str, ...]) -> None:
        """Show values, separated by commas."""
        self._line.setText(write_values(values))


class TickedValues(ValueEditor):
    """A list `Values` to tick. Values in force that it lacks are added to it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._list = QListWidget(self)
        self._list.setMaximumHeight(_LIST_HEIGHT)
        _lay_out(self, self.tr("Values"), self._list)
        self._list.itemChanged.connect(self.changed)
        self.setFocusProxy(self._list)

    def offer(self, choices: Iterable[tuple[str, str]]) -> None:
        """Replace the values in the list, each with its label; none is ticked."""
        blocked = self._list.blockSignals(True)
        self._list.clear()
        for value, words in choices:
            self._add(value, words)
        self._list.blockSignals(blocked)

    def values(self) -> tuple[str, ...]:
        """Return the ticked values."""
        items = map(self._list.item, range(self._list.count()))
        return tuple(item.data(_VALUE) for item in items if item.checkState() == Qt.CheckState.Checked)

    def show_values(self, values: tuple[str, ...]) -> None:
        """Tick values."""
        blocked = self._list.blockSignals(True)
        known = {self._list.item(row).data(_VALUE) for row in range(self._list.count())}
        for value in values:
            if value not in known:
                self._add(value, value)
        for row in range(self._list.count()):
            item = self._list.item(row)
            is_ticked = item.data(_VALUE) in values
            item.setCheckState(Qt.CheckState.Checked if is_ticked else Qt.CheckState.Unchecked)
        self._list.blockSignals(blocked)
        if self._list.currentRow() < 0:
            self._list.setCurrentRow(0)

    def _add(self, value: str, words: str) -> None:
        item = QListWidgetItem(one_line(words, _LONGEST), self._list)
        item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsUserCheckable)
        item.setCheckState(Qt.CheckState.Unchecked)
        item.setData(_VALUE, value)


class DayValues(ValueEditor):
    """A field `When` for dates in words or figures, and for a range the optional field `Until`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._takes_two = True
        self._edges: dict[QComboBox, ErrorEdge] = {}
        self._when = self._field()
        self._until = self._field()
        self.changed.connect(self._mark)
        self._form = _lay_out(self, self.tr("When"), self._when)
        self._form.addRow(self.tr("Until"), self._until)
        self._until.setAccessibleName(self.tr("Until"))
        hints = self.tr("1/11/26, Jan 2026, last 7 days …"), self.tr("Only for a stretch of days")
        for field, hint in zip((self._when, self._until), hints, strict=True):
            line = field.lineEdit()
            if line is not None:
                line.setPlaceholderText(hint)
        self.setFocusProxy(self._when)

    def take_two(self, takes_two: bool) -> None:
        """Show or hide the second field."""
        self._takes_two = takes_two
        self._form.setRowVisible(self._until, takes_two)

    def values(self) -> tuple[str, ...]:
        """Return the typed dates."""
        typed = [self._when.currentText().strip()]
        if self._takes_two:
            typed.append(self._until.currentText().strip())
        return tuple(text for text in typed if text)

    def show_values(self, values: tuple[str, ...]) -> None:
        """Show dates in words, a form that can be typed too."""
        for field, value in zip((self._when, self._until), (*values, "", "")[:2], strict=True):
            blocked = field.blockSignals(True)
            field.setEditText(span_words(value) if value else "")
            field.blockSignals(blocked)
        self._mark()

    def trouble(self) -> str:
        """Return which text is not a date, in a sentence, or an empty text."""
        odd = [text for text in self.values() if normal_span(text) is None]
        if not odd:
            return ""
        words = self.tr("“{0}” is not a date: try 1/11/26, Jan 2026, last 7 days or this month.")
        return words.format(one_line(odd[0], _LONGEST))

    def _field(self) -> QComboBox:
        field = QComboBox(self)
        field.setEditable(True)
        field.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        field.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        field.addItems([span_words(span) for span in _SPANS])
        field.setEditText("")
        field.editTextChanged.connect(self.changed)
        self._edges[field] = ErrorEdge(field)
        return field

    @Slot()
    def _mark(self) -> None:
        """Give fields whose text is not a date a red edge."""
        for field, edge in self._edges.items():
            text = field.currentText().strip()
            edge.setVisible(bool(text) and normal_span(text) is None)


class NoValues(ValueEditor):
    """The editor of tests that take no value."""

    def values(self) -> tuple[str, ...]:
        """Return no values."""
        return ()

    def show_values(self, values: tuple[str, ...]) -> None:
        """Do nothing."""


def _lay_out(editor: QWidget, name: str, field: QWidget) -> QFormLayout:
    """Lay out a field beside its label."""
    column = QVBoxLayout(editor)
    column.setContentsMargins(0, 0, 0, 0)
    form = QFormLayout()
    form.setHorizontalSpacing(SPACING)
    form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
    label = QLabel(name, editor)
    label.setBuddy(field)
    field.setAccessibleName(name)
    form.addRow(label, field)
    column.addLayout(form)
    column.addStretch(1)
    return form
