"""The model of a spreadsheet's columns and what each is read as."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QPalette

from heatpunk_desktop.domain.display import one_line
from heatpunk_desktop.gui.importing.choice_delegate import CHOICES_ROLE
from heatpunk_desktop.gui.text.translation import translated
from heatpunk_desktop.gui.widgets.theme import muted_text
from heatpunk_desktop.spreadsheets.column_judging import Why
from heatpunk_desktop.spreadsheets.targets import TARGET_LABELS, Part
from heatpunk_desktop.system.compat import override

if TYPE_CHECKING:
    from PySide6.QtCore import QObject

    from heatpunk_desktop.spreadsheets.columns import ColumnChoice, ColumnPlan

_Index = QModelIndex | QPersistentModelIndex
_Role = Qt.ItemDataRole
_NO_PARENT: Final = QModelIndex()

COLUMN, HEADING, SAMPLE, TARGET, WHY = range(5)
_TARGETS: Final = tuple(TARGET_LABELS)
_LONGEST: Final = 120


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
