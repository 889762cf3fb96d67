"""The fourth page of an import: a preview of what will be created, changed or left out, row by row."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QModelIndex, Qt, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from heatpunk_desktop.domain.display import breakable, display_text, one_line
from heatpunk_desktop.gui.actions.shortcut_sheet import plain_words
from heatpunk_desktop.gui.importing.preview_model import WHAT, PreviewModel
from heatpunk_desktop.gui.importing.tables import MOST_ALIKE, ChoiceDelegate, Correction, make_table, set_widths
from heatpunk_desktop.gui.text.import_words import kind_words
from heatpunk_desktop.gui.widgets.labels import announce
from heatpunk_desktop.gui.widgets.layouts import FlowLayout
from heatpunk_desktop.services.tasks.import_work import Mark
from heatpunk_desktop.spreadsheets.row_plan import Action

if TYPE_CHECKING:
    from collections.abc import Callable

    from heatpunk_desktop.gui.text.import_words import Choice
    from heatpunk_desktop.services.tasks.import_work import Kinds, PlanChanged, Planned
    from heatpunk_desktop.spreadsheets.import_row import ProblemKind
    from heatpunk_desktop.spreadsheets.row_plan import Counts

_Edit = QAbstractItemView.EditTrigger
_DETAILS_LINES: Final = 5
#: Characters of what stood in a cell, on a button; and of what is put there, in its tip.
_LONGEST_OFFERED: Final = 24
_LONGEST_TIP: Final = 80
#: Filters before the kinds of warnings, and so many of those.
_FILTERS: Final = 7
_MOST_KINDS: Final = 30
#: Characters that the filter shows at least.
_FILTER_LENGTH: Final = 18


class PreviewPage(QWidget):
    """A table of the plan in which cells are corrected, and the action on each row is chosen."""

    #: list[int], Mapping[int, str]: texts for cells of the rows of these numbers, by their places.
    correction_requested = Signal(object, object)
    #: list[int], Action, int or None: what becomes of the rows of these numbers, and the project for an update.
    chosen = Signal(object, object, object)
    #: ProblemKind, bool: all warnings of a kind are to be let be, or looked at again.
    ignored = Signal(object, bool)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._counts: Counts | None = None
        self._planned: Planned | None = None
        self._model = PreviewModel(self)
        self._model.correction_requested.connect(self.correction_requested)
        self._model.chosen.connect(self._on_chosen)
        self._correction: Correction | None = None
        #: The kinds of warnings that are offered behind the filters.
        self._kinds: list[ProblemKind] = []
        self._model.corrected.connect(self._on_corrected)
        self._table = make_table(self.tr("Preview"), self._model, self)
        self._table.verticalHeader().show()
        self._chooser = ChoiceDelegate(self._table)
        self._table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self._table.setEditTriggers(_Edit.DoubleClicked | _Edit.EditKeyPressed | _Edit.AnyKeyPressed)
        self._table.clicked.connect(self._on_clicked)
        self._table.selectionModel().currentChanged.connect(self._on_current_changed)
        self._details = QPlainTextEdit(self)
        self._details.setReadOnly(True)
        self._details.setTabChangesFocus(True)
        self._details.setAccessibleName(self.tr("About this row"))
        self._details.setMinimumHeight(3 * self._details.fontMetrics().lineSpacing())
        splitter = QSplitter(Qt.Orientation.Vertical, self)
        splitter.setChildrenCollapsible(False)
        splitter.addWidget(self._table)
        splitter.addWidget(self._details)
        splitter.setStretchFactor(0, 1)
        line = self._details.fontMetrics().lineSpacing()
        splitter.setSizes([20 * line, (_DETAILS_LINES + 1) * line])
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        tools = self._make_tools()
        column.addLayout(self._make_counts())
        column.addLayout(tools)
        column.addWidget(splitter, 1)
        order = (
            self._filter,
            self._ignore,
            self._next,
            self._next_warning,
            self._alike,
            self._every,
            self._table,
            self._details,
        )
        for before, after in pairwise(order):
            self.setTabOrder(before, after)

    def _make_counts(self) -> FlowLayout:
        row = FlowLayout()
        row.setSpacing(14)
        labels = self._new, self._updates, self._duplicates, self._problems, self._warnings, self._left_out = [
            QLabel(self) for _ in range(6)
        ]
        for label in labels:
            font = label.font()
            font.setBold(True)
            label.setFont(font)
            label.setTextFormat(Qt.TextFormat.PlainText)
            row.addWidget(label)
        row.addWidget(QWidget(self))  # puts the last one at the right end
        return row

    def _make_tools(self) -> FlowLayout:
        self._filter = QComboBox(self)
        for words, marks in (
            (self.tr("All rows"), 0),
            (self.tr("Problems"), Mark.PROBLEM),
            (self.tr("Duplicates"), Mark.DUPLICATE),
            (self.tr("To be created"), Mark.CREATED),
            (self.tr("To be changed"), Mark.UPDATED),
            (self.tr("Left out"), Mark.NO_PROJECT),
            (self.tr("To check"), Mark.WARNING),
        ):
            self._filter.addItem(words, int(marks))
        self._filter.insertSeparator(self._filter.count())
        self._filter.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self._filter.setMinimumContentsLength(_FILTER_LENGTH)
        self._filter.activated.connect(self._on_filter_activated)
        label = QLabel(self.tr("&Show"), self)
        label.setBuddy(self._filter)
        self._filter.setAccessibleName(self.tr("Show"))
        self._next = self._walk(
            self.tr("Next pro&blem"),
            self.tr("Goes to the next cell that has to be corrected ({0}); type over what is there"),
            "F8",
            self.go_to_next_problem,
        )
        self._next_warning = self._walk(
            self.tr("Next to &check"),
            self.tr("Goes to the next cell that is imported as it stands but looks odd ({0})"),
            "Shift+F8",
            self.go_to_next_warning,
        )
        self._ignore = QPushButton(self.tr("&Ignore all of this kind"), self)
        self._ignore.setAccessibleName(self.tr("Ignore all of this kind"))
        self._ignore.hide()
        self._ignore.clicked.connect(self._on_ignore_clicked)
        self._alike = QPushButton(self)
        self._alike.hide()
        self._alike.clicked.connect(self._on_alike_clicked)
        self._every = QComboBox(self)
        self._every.setAccessibleName(self.tr("All duplicates"))
        for words, action in (
            (self.tr("Leave out"), Action.SKIP),
            (self.tr("Create anyway"), Action.CREATE),
            (self.tr("Update existing"), Action.UPDATE),
        ):
            self._every.addItem(words, action)
        self._every.setPlaceholderText(self.tr("Choose"))
        self._every.setCurrentIndex(-1)
        self._every.activated.connect(self._on_every_activated)
        every_label = QLabel(self.tr("All d&uplicates"), self)
        every_label.setBuddy(self._every)
        row = FlowLayout()
        shown, duplicates = _beside(label, self._filter, self), _beside(every_label, self._every, self)
        for widget in (shown, self._ignore, self._next, self._next_warning, self._alike, duplicates):
            row.addWidget(widget)
        return row

    def _walk(self, words: str, tip: str, key: str, slot: Callable[[], None]) -> QPushButton:
        button = QPushButton(words, self)
        button.setAccessibleName(words.replace("&", ""))
        shortcut = QShortcut(QKeySequence(key), self, slot)
        button.setToolTip(tip.format(shortcut.key().toString(QKeySequence.SequenceFormat.NativeText)))
        button.clicked.connect(slot)
        return button

    # -- what is shown ---------------------------------------------------------------------------------------------

    @property
    def counts(self) -> Counts | None:
        """How many rows are created, changed or left out."""
        return self._counts

    @property
    def left_out(self) -> tuple[int, int]:
        """How many rows are left out: because of errors, and for any other reason."""
        if self._planned is None:
            return 0, 0
        problems = self._planned.plan.counts().problems
        return problems, sum(1 for mark in self._planned.marks if mark & Mark.LEFT_OUT) - problems

    def show_planned(self, planned: Planned) -> None:
        """Show a plan from its first row."""
        self._filter.setCurrentIndex(0)
        self._every.setCurrentIndex(-1)
        self._on_corrected(None)
        self._planned = planned
        self._model.show_planned(planned)
        for column in range(self._model.columnCount()):
            is_chosen = self._model.is_chosen(column)
            self._table.setItemDelegateForColumn(column, self._chooser if is_chosen else self._table.itemDelegate())
        set_widths(self._table, 14, 22, 13)
        self._show_counts(planned.counts)
        self._show_kinds(planned.kinds)
        self._go_to(0, WHAT)

    def forget(self) -> None:
        """Release the plan."""
        self._planned = None
        self._model.show_planned(None)

    def take_changed(self, changed: PlanChanged) -> None:
        """Show the new plan of some rows."""
        self._model.take_changed()
        self._show_counts(changed.counts)
        self._show_kinds(changed.kinds)
        self._show_details(self._table.currentIndex().row())
        self._offer_alike()

    def _offer_alike(self) -> None:
        """Offer to apply a correction to all cells with the same text, once it is known to be right."""
        numbers = self._model.alike(self._correction)[:MOST_ALIKE] if self._correction is not None else []
        if self._correction is None or not numbers:
            self._alike.hide()
            return
        words = self.tr("Corr&ect 1 more “{1}”") if len(numbers) == 1 else self.tr("Corr&ect {0} more “{1}”")
        before = one_line(self._correction.before, _LONGEST_OFFERED).replace("&", "&&")
        is_new = self._alike.isHidden()
        self._alike.setText(words.format(f"{len(numbers):,}", before))
        self._alike.setAccessibleName(plain_words(self._alike.text()))
        self._alike.setToolTip(
            self.tr("Puts “{0}” there as well").format(one_line(self._correction.after, _LONGEST_TIP))
        )
        self._alike.show()
        if is_new:
            announce(self, self._alike.accessibleName())

    @Slot(object)
    def _on_corrected(self, correction: Correction | None) -> None:
        self._correction = correction
        self._alike.hide()

    @Slot()
    def _on_alike_clicked(self) -> None:
        self._alike.hide()
        self._table.setFocus()
        if self._correction is not None:
            self._model.correct_alike(self._correction)

    def take_focus(self) -> None:
        """Focus the table."""
        self._table.setFocus()

    @Slot()
    def go_to_next_problem(self) -> None:
        """Go to the next cell with an error."""
        self._go_on_to(Mark.PROBLEM)

    @Slot()
    def go_to_next_warning(self) -> None:
        """Go to the next cell with a warning."""
        self._go_on_to(Mark.WARNING)

    def _go_on_to(self, wanted: Mark) -> None:
        current = self._table.currentIndex()
        found = self._model.next_problem(current.row(), current.column(), wanted)
        if found is None and self._filter.currentIndex():
            self._filter.setCurrentIndex(0)
            self._model.show_only(0)
            self._offer_ignoring()
            found = self._model.next_problem(-1, -1, wanted)
        if found is not None:
            self._go_to(*found)
            self._table.setFocus()

    def _go_to(self, row: int, column: int) -> None:
        index = self._model.index(row, column)
        self._table.setCurrentIndex(index)
        self._table.scrollTo(index)
        self._show_details(row)

    def _show_counts(self, counts: Counts) -> None:
        self._counts = counts
        self._new.setText(self.tr("New: {0}").format(f"{counts.new:,}"))
        self._updates.setText(self.tr("Changes: {0}").format(f"{counts.updates:,}"))
        self._duplicates.setText(self.tr("Duplicates: {0}").format(f"{counts.duplicates:,}"))
        self._problems.setText(self.tr("Problems: {0}").format(f"{counts.problems:,}"))
        self._warnings.setText(self.tr("Check: {0}").format(f"{counts.warnings:,}"))
        self._left_out.setText(self.tr("Left out: {0}").format(f"{counts.left_out:,}"))
        for control, count, reason in (
            (self._next, counts.problems, self.tr("There is nothing to be corrected")),
            (self._next_warning, counts.warnings, self.tr("There is nothing to check")),
            (self._every, counts.duplicates, self.tr("There are no duplicates")),
        ):
            control.setEnabled(count > 0)
            control.setAccessibleDescription("" if count else reason)

    def _show_kinds(self, kinds: Kinds) -> None:
        """Offer each kind of warnings among the filters, and restore the chosen one."""
        chosen = self._chosen_kind()
        self._kinds = [kind for kind, _ in kinds[:_MOST_KINDS]]
        while self._filter.count() > _FILTERS + 1:
            self._filter.removeItem(self._filter.count() - 1)
        ignored = self._planned.plan.ignored if self._planned is not None else set()
        for kind, count in kinds[:_MOST_KINDS]:
            self._filter.addItem(kind_words(kind, count, is_ignored=kind in ignored))
            if kind == chosen:
                self._filter.setCurrentIndex(self._filter.count() - 1)
        self._offer_ignoring()

    def _chosen_kind(self) -> ProblemKind | None:
        place = self._filter.currentIndex() - _FILTERS - 1
        return self._kinds[place] if 0 <= place < len(self._kinds) else None

    def _offer_ignoring(self) -> None:
        kind = self._chosen_kind()
        self._ignore.setVisible(kind is not None)
        is_ignored = self._planned is not None and kind in self._planned.plan.ignored
        self._ignore.setText(self.tr("&Check these again") if is_ignored else self.tr("&Ignore all of this kind"))
        self._ignore.setAccessibleName(plain_words(self._ignore.text()))

    @Slot()
    def _on_ignore_clicked(self) -> None:
        kind = self._chosen_kind()
        if self._planned is not None and kind is not None:
            self._table.setFocus()
            self.ignored.emit(kind, kind not in self._planned.plan.ignored)

    def _show_details(self, row: int) -> None:
        self._details.setPlainText("\n".join(breakable(display_text(line)) for line in self._model.words_at(row)))

    # -- what the user does --------------------------------------------------------------------------------------

    @Slot(QModelIndex)
    def _on_clicked(self, index: QModelIndex) -> None:
        if self._model.is_chosen(index.column()) and index.flags() & Qt.ItemFlag.ItemIsEditable:
            self._table.edit(index)

    @Slot(QModelIndex, QModelIndex)
    def _on_current_changed(self, current: QModelIndex, _previous: QModelIndex) -> None:
        self._show_details(current.row())

    @Slot(int)
    def _on_filter_activated(self, place: int) -> None:
        self._model.show_only(int(self._filter.itemData(place) or 0), self._chosen_kind())
        self._offer_ignoring()
        self._go_to(0, WHAT)

    @Slot(int)
    def _on_every_activated(self, place: int) -> None:
        if self._planned is None:
            return
        action = Action(self._every.itemData(place))
        marks, rows = self._planned.marks, self._planned.plan.rows
        duplicate = int(Mark.DUPLICATE)  # far quicker than the flag
        numbers = [rows[at].row.number for at, mark in enumerate(marks) if mark & duplicate]
        self.chosen.emit(numbers, action, None)

    @Slot(int, object)
    def _on_chosen(self, number: int, choice: Choice) -> None:
        self.chosen.emit([number], choice.action, choice.key)


def _beside(label: QLabel, control: QWidget, parent: QWidget) -> QWidget:
    """Return a control with its label, which stay together."""
    both = QWidget(parent)
    row = QHBoxLayout(both)
    row.setContentsMargins(0, 0, 0, 0)
    row.addWidget(label)
    row.addWidget(control)
    return both
