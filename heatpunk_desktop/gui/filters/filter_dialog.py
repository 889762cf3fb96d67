"""The dialog in which one condition is made, while the projects show its effect already, and its editors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QDialogButtonBox,
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
from heatpunk_desktop.filters.conditions import (
    DATES,
    ME,
    SINGLE,
    TESTS,
    VALUELESS,
    ChangesState,
    Condition,
    Subject,
    Test,
    condition,
)
from heatpunk_desktop.filters.query import read_values, write_values
from heatpunk_desktop.filters.spans import NAMED, normal_span, span_words
from heatpunk_desktop.gui.text.condition_words import comparison_words, condition_words, state_words, subject_name
from heatpunk_desktop.gui.widgets.dialog import Dialog
from heatpunk_desktop.gui.widgets.error_edge import ErrorEdge
from heatpunk_desktop.gui.widgets.labels import PlainLabel, Tone

if TYPE_CHECKING:
    from collections.abc import Iterable

    from heatpunk_desktop.filters.completion import Vocabulary

#: Gap between a field and its label, in pixels.
SPACING: Final = 10
_VALUE: Final = Qt.ItemDataRole.UserRole
_LONGEST: Final = 120
_LIST_HEIGHT: Final = 168
_SPANS: Final = ("7d", "30d", "90d", "12m", *NAMED)
_WIDTH: Final = 420
#: Tests for a part of a text, which is typed rather than ticked.
_OF_A_PART: Final = frozenset({Test.CONTAINS, Test.CONTAINS_NOT, Test.BEGINS, Test.BEGINS_NOT})


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


class FilterDialog(Dialog):
    """A dialog that creates or edits a condition.

    Args:
        shown: The condition to edit; None for a new one.
        vocabulary: The values to choose from.
        parent: The window.
    """

    #: Condition | None: the condition in the fields; None as long as they are incomplete.
    condition_changed = Signal(object)

    def __init__(self, shown: Condition | None, vocabulary: Vocabulary, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Add a filter") if shown is None else self.tr("Change the filter"))
        self.setMinimumWidth(_WIDTH)
        self._vocabulary = vocabulary
        self._made: Condition | None = shown
        self._field = QComboBox(self)
        for subject in Subject:
            self._field.addItem(subject_name(subject), subject.value)
        self._test = QComboBox(self)
        # All of them at once, so that the tab order is from top to bottom.
        self._text, self._ticks, self._days, self._none = (
            TextValues(self), TickedValues(self), DayValues(self), NoValues(self)
        )  # fmt: skip
        self._editor: ValueEditor = self._none
        self._trouble = PlainLabel(tone=Tone.ERROR, parent=self)
        self._trouble.hide()
        self._summary = PlainLabel(tone=Tone.MUTED, parent=self)
        self._numbers = ""
        self._lay_out()
        self._show(shown or Condition(Subject.CUSTOMER, Test.CONTAINS))
        self._field.currentIndexChanged.connect(self._on_field_changed)
        self._test.currentIndexChanged.connect(self._on_test_changed)
        (self._field if shown is None else self._editor).setFocus()

    def _lay_out(self) -> None:
        self._form = QFormLayout()
        self._form.setHorizontalSpacing(SPACING)
        self._form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for name, combo in ((self.tr("Field"), self._field), (self.tr("Condition"), self._test)):
            label = QLabel(name, self)
            label.setBuddy(combo)
            combo.setAccessibleName(name)
            self._form.addRow(label, combo)
        self._buttons = QDialogButtonBox(self)
        self._apply = self._buttons.addButton(self.tr("Apply filter"), QDialogButtonBox.ButtonRole.AcceptRole)
        self._apply.setDefault(True)
        self._buttons.addButton(self.tr("Cancel"), QDialogButtonBox.ButtonRole.RejectRole)
        self._buttons.accepted.connect(self.accept)
        self._buttons.rejected.connect(self.reject)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(20, 16, 20, 14)
        self._column.setSpacing(10)
        self._column.addLayout(self._form)
        for editor in (self._text, self._ticks, self._days, self._none):
            editor.hide()
            editor.changed.connect(self._on_values_changed)
            self._column.addWidget(editor)
        # Keep the fields aligned, though each kind of values has a form layout of its own.
        labels = [label for label in self.findChildren(QLabel) if label.buddy() is not None]
        widest = max(label.sizeHint().width() for label in labels)
        for label in labels:
            label.setMinimumWidth(widest)
        self._column.addWidget(self._trouble)
        self._column.addWidget(self._summary)
        self._column.addStretch(1)
        self._column.addWidget(self._buttons)

    def show_numbers(self, shown: int, total: int) -> None:
        """Show how many projects meet the condition, out of how many."""
        self._numbers = self.tr("{0} of {1} projects are shown.").format(f"{shown:,}", f"{total:,}")
        self._say()

    # -- what is shown ---------------------------------------------------------------------------------------------

    def _show(self, condition: Condition) -> None:
        self._field.setCurrentIndex(self._field.findData(condition.subject.value))
        self._offer_tests(condition.subject, condition.test)
        self._make_editor(condition.subject, condition.test, condition.values)
        self._say()

    def _offer_tests(self, subject: Subject, chosen: Test) -> None:
        blocked = self._test.blockSignals(True)
        self._test.clear()
        for test in TESTS[subject]:
            self._test.addItem(comparison_words(test), test.value)
        self._test.setCurrentIndex(max(0, self._test.findData(chosen.value)))
        self._test.blockSignals(blocked)

    def _make_editor(self, subject: Subject, test: Test, values: tuple[str, ...]) -> None:
        self._editor.hide()
        self._editor = self._editor_for(subject, test)
        self._editor.show_values(values)
        self._editor.show()
        self.adjustSize()

    def _editor_for(self, subject: Subject, test: Test) -> ValueEditor:
        if test in VALUELESS:
            return self._none
        if subject in DATES:
            self._days.take_two(test not in SINGLE)
            return self._days
        choices = self._choices(subject)
        if test in _OF_A_PART or not choices:
            return self._text
        self._ticks.offer(choices)
        return self._ticks

    def _choices(self, subject: Subject) -> list[tuple[str, str]]:
        """Return the values of a subject that has few, with their labels."""
        match subject:
            case Subject.STATUS:
                return [(word, word) for word in self._vocabulary.statuses]
            case Subject.OWNER:
                return [(ME, self.tr("Me")), *((owner, self._owner_words(owner)) for owner in self._vocabulary.owners)]
            case Subject.CHANGES:
                return [(state.value, state_words(state)) for state in ChangesState]
        return []

    def _owner_words(self, owner: str) -> str:
        return self.tr("Colleague {0}").format(owner) if owner.isdigit() else owner

    # -- what is done ----------------------------------------------------------------------------------------------

    def _subject(self) -> Subject:
        return Subject(self._field.currentData())

    @Slot()
    def _on_field_changed(self) -> None:
        subject = self._subject()
        self._offer_tests(subject, TESTS[subject][0])
        self._make_editor(subject, TESTS[subject][0], ())
        self._on_values_changed()

    @Slot()
    def _on_test_changed(self) -> None:
        kept = self._editor.values()
        before, test = self._editor, Test(self._test.currentData())
        self._make_editor(self._subject(), test, ())
        if self._editor is before:
            made = condition(self._subject(), test, kept)
            self._editor.show_values(made.values if made is not None else ())
        self._on_values_changed()

    @Slot()
    def _on_values_changed(self) -> None:
        made = condition(self._subject(), Test(self._test.currentData()), self._editor.values())
        is_other = made != self._made
        self._made = made
        self._say()
        if is_other:
            self.condition_changed.emit(made)

    def _say(self) -> None:
        trouble = self._editor.trouble()
        self._trouble.say(trouble, Tone.ERROR)
        self._editor.setAccessibleDescription(trouble)
        self._apply.setEnabled(self._made is not None)
        if self._made is None:
            self._summary.setText(self.tr("The table shows what a filter finds while you make it."))
        else:
            self._summary.setText(f"{condition_words(self._made)}. {self._numbers}".strip())
