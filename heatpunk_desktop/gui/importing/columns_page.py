"""The second page of an import: the mapping of the spreadsheet's columns to fields, and its model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal, Slot
from PySide6.QtGui import QFontMetrics, QPalette
from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QHeaderView, QPushButton, QVBoxLayout, QWidget

from heatpunk_desktop.domain.display import one_line
from heatpunk_desktop.gui.importing.tables import CHOICES_ROLE, ChoiceDelegate, make_table, set_widths
from heatpunk_desktop.gui.text.translation import translated
from heatpunk_desktop.gui.widgets.labels import PlainLabel, Tone
from heatpunk_desktop.gui.widgets.theme import muted_text
from heatpunk_desktop.spreadsheets.column_content import Why
from heatpunk_desktop.spreadsheets.targets import TARGET_LABELS, Part
from heatpunk_desktop.system.compat import override

if TYPE_CHECKING:
    from PySide6.QtCore import QObject

    from heatpunk_desktop.services.tasks.import_reading import Opened
    from heatpunk_desktop.spreadsheets.columns import ColumnChoice, ColumnPlan

_Index = QModelIndex | QPersistentModelIndex
_Role = Qt.ItemDataRole
_NO_PARENT: Final = QModelIndex()
COLUMN, HEADING, SAMPLE, TARGET, WHY = range(5)
_TARGETS: Final = tuple(TARGET_LABELS)
_LONGEST: Final = 120
_Edit = QAbstractItemView.EditTrigger
#: Widths of an `m` that the reasons take at most; the samples have what is left.
_LONGEST_REASON: Final = 26
_LONGEST_NAME: Final = 60


class ColumnsModel(QAbstractTableModel):
    """One row a column of the spreadsheet."""

    #: The user chose what a column is read as.
    plan_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._plan: ColumnPlan | None = None

    @property
    def plan(self) -> ColumnPlan | None:
        """The current column mapping."""
        return self._plan

    def show_plan(self, plan: ColumnPlan | None) -> None:
        """Show other columns."""
        self.beginResetModel()
        self._plan = plan
        self.endResetModel()

    @override
    def rowCount(self, parent: _Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() or self._plan is None else len(self._plan.columns)

    @override
    def columnCount(self, parent: _Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else 5

    @override
    def flags(self, index: _Index) -> Qt.ItemFlag:
        flags = super().flags(index)
        return flags | Qt.ItemFlag.ItemIsEditable if index.column() == TARGET else flags

    @override
    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _Role.DisplayRole) -> Any:
        if role != _Role.DisplayRole or orientation != Qt.Orientation.Horizontal:
            return None
        return (self.tr("Column"), self.tr("Heading"), self.tr("Sample"), self.tr("Read as"), self.tr("Why"))[section]

    @override
    def data(self, index: _Index, role: int = _Role.DisplayRole) -> Any:
        if self._plan is None or not index.isValid():
            return None
        choice = self._plan.columns[index.row()]
        match role:
            case _Role.DisplayRole | _Role.ToolTipRole:
                return self._text(choice, index.column())
            case _Role.EditRole if index.column() == TARGET:
                return _TARGETS.index(choice.target)
            case _ if role == CHOICES_ROLE and index.column() == TARGET:
                return [translated(TARGET_LABELS[target]) for target in _TARGETS]
            case _Role.ForegroundRole if choice.target is Part.IGNORE and index.column() != TARGET:
                return muted_text(QPalette())
        return None

    def _text(self, choice: ColumnChoice, column: int) -> str:
        match column:
            case 0:
                return choice.letter
            case 1:
                return one_line(choice.heading, _LONGEST)
            case 2:
                return one_line(" · ".join(choice.samples), _LONGEST)
            case 3:
                return translated(TARGET_LABELS[choice.target])
        return self._why(choice)

    def _why(self, choice: ColumnChoice) -> str:
        return {
            Why.HEADING: self.tr("Heading matches"),
            Why.ALIAS: self.tr("Heading matches"),
            Why.CONTENT: self.tr("What is in it"),
            Why.REMEMBERED: self.tr("As you chose last time"),
            Why.USER: self.tr("As you chose"),
            Why.NOBODY: self.tr("No one in your team has these names"),
            Why.TAKEN: self.tr("Another column is read as that"),
            Why.NO_FIELD: self.tr("Heatpunk has no field for this"),
            Why.NOTHING: self.tr("Not recognised"),
        }[choice.why]

    @override
    def setData(self, index: _Index, value: Any, role: int = _Role.EditRole) -> bool:
        if self._plan is None or role != _Role.EditRole or index.column() != TARGET or not isinstance(value, int):
            return False
        choice, target = self._plan.columns[index.row()], _TARGETS[value]
        if target is not choice.target:
            self._plan = self._plan.with_target(choice.index, target)
            # Another column may have lost what it was.
            self.dataChanged.emit(self.index(0, 0), self.index(self.rowCount() - 1, WHY))
            self.plan_changed.emit()
        return True


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
