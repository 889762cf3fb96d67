"""The dialog in which one condition is made, while the projects show its effect already."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QComboBox, QDialogButtonBox, QFormLayout, QLabel, QVBoxLayout, QWidget

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
from heatpunk_desktop.gui.filters.value_editors import (
    SPACING,
    DayValues,
    NoValues,
    TextValues,
    TickedValues,
    ValueEditor,
)
from heatpunk_desktop.gui.text.condition_words import comparison_words, condition_words, state_words, subject_name
from heatpunk_desktop.gui.widgets.dialog import Dialog
from heatpunk_desktop.gui.widgets.labels import PlainLabel, Tone

if TYPE_CHECKING:
    from heatpunk_desktop.filters.completion import Vocabulary

_WIDTH: Final = 420

#: Tests for a part of a text, which is typed rather than ticked.
_OF_A_PART: Final = frozenset({Test.CONTAINS, Test.CONTAINS_NOT, Test.BEGINS, Test.BEGINS_NOT})


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
