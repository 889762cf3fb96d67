"""The second page of an import: the column mapping."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QHeaderView, QPushButton, QVBoxLayout, QWidget

from heatpunk_desktop.domain.display import one_line
from heatpunk_desktop.gui.importing.choice_delegate import ChoiceDelegate
from heatpunk_desktop.gui.importing.columns_model import SAMPLE, TARGET, WHY, ColumnsModel
from heatpunk_desktop.gui.importing.tables import make_table, set_widths
from heatpunk_desktop.gui.text.translation import translated
from heatpunk_desktop.gui.widgets.labels import PlainLabel, Tone

if TYPE_CHECKING:
    from heatpunk_desktop.services.tasks.import_reading import Opened
    from heatpunk_desktop.spreadsheets.columns import ColumnPlan

_Edit = QAbstractItemView.EditTrigger

#: Widths of an `m` that the reasons take at most; the samples have what is left.
_LONGEST_REASON: Final = 26
_LONGEST_NAME: Final = 60


class ColumnsPage(QWidget):
    """The columns of a file with samples, and a choice of what each is read as."""

    #: The user wants another sheet, or another row of headings.
    change_requested = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._model = ColumnsModel(self)
        self._model.plan_changed.connect(self._on_plan_changed)
        words = self.tr(
            "What each column is read as. Choose another where it is not right: the next import remembers it."
        )
        self._table = make_table(self.tr("Columns"), self._model, self)
        self._table.setItemDelegateForColumn(TARGET, ChoiceDelegate(self._table))
        self._table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectItems)
        self._table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self._table.setEditTriggers(
            _Edit.SelectedClicked | _Edit.DoubleClicked | _Edit.EditKeyPressed | _Edit.AnyKeyPressed
        )
        self._table.clicked.connect(self._table.edit)
        self._table.horizontalHeader().setSectionResizeMode(SAMPLE, QHeaderView.ResizeMode.Stretch)
        self._notes = PlainLabel(tone=Tone.WARNING, parent=self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        self._source = PlainLabel(parent=self)
        self._source.setWordWrap(False)
        change = QPushButton(self.tr("C&hange"), self)
        change.setAccessibleName(self.tr("Change"))
        change.setToolTip(self.tr("Choose another sheet or heading row, or how the file is read"))
        change.setAutoDefault(False)
        change.clicked.connect(self.change_requested)
        source = QHBoxLayout()
        source.addWidget(self._source)
        source.addWidget(change)
        source.addStretch(1)
        column.addLayout(source)
        column.addWidget(PlainLabel(words, Tone.MUTED, self))
        column.addWidget(self._table, 1)
        column.addWidget(self._notes)
        self.setTabOrder(change, self._table)

    @property
    def plan(self) -> ColumnPlan | None:
        """The current column mapping."""
        return self._model.plan

    def show_opened(self, opened: Opened) -> None:
        """Show the columns of another file."""
        self._model.show_plan(opened.columns)
        self._source.setText(self._source_words(opened))
        set_widths(self._table, 4.5, 12, 19, 15, 12)
        self._table.setCurrentIndex(self._model.index(0, TARGET))
        self._on_plan_changed()

    def _source_words(self, opened: Opened) -> str:
        """Return which sheet and which heading row was read."""
        row = opened.columns.heading_row
        headings = self.tr("headings in row {0}").format(row + 1) if row is not None else self.tr("no headings")
        if opened.reading.dialect is None:
            return self.tr("Sheet “{0}”, {1}").format(one_line(opened.name.name, _LONGEST_NAME), headings)
        return self.tr("“{0}”, {1}").format(one_line(opened.reading.name, _LONGEST_NAME), headings)

    def take_focus(self) -> None:
        """Focus the first choice."""
        self._table.setFocus()

    @Slot()
    def _on_plan_changed(self) -> None:
        plan = self._model.plan
        self._notes.say("\n".join(map(translated, plan.notes())) if plan is not None else "", Tone.WARNING)
        room = _LONGEST_REASON * QFontMetrics(self._table.font()).horizontalAdvance("m")
        needed = min(self._table.sizeHintForColumn(WHY), room)
        self._table.setColumnWidth(WHY, max(self._table.columnWidth(WHY), needed))
