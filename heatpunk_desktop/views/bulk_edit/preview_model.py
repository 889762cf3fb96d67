"""The preview of a change to several projects: each with what stands there and what would."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from heatpunk_desktop.domain.display import one_line
from heatpunk_desktop.domain.fields import BuildDate, Field
from heatpunk_desktop.overriding import override

if TYPE_CHECKING:
    from PySide6.QtCore import QObject

    from heatpunk_desktop.views.bulk_edit.plan import BulkPlan, Standing

_Index = QModelIndex | QPersistentModelIndex
_ROOT: Final = QModelIndex()

#: Characters of a cell.
_LONGEST: Final = 200
PROJECT, BEFORE, AFTER = range(3)


class PreviewModel(QAbstractTableModel):
    """One row a project; empty until there is a plan."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._plan: BulkPlan | None = None
        self._headings = (self.tr("Project"), self.tr("Before"), self.tr("After"))

    def show_plan(self, plan: BulkPlan) -> None:
        """Shows another plan; for the same projects the place in the list stays."""
        if self._plan is not None and len(plan.lines) == len(self._plan.lines) > 0:
            self._plan = plan
            self.dataChanged.emit(self.index(0, PROJECT), self.index(len(plan.lines) - 1, AFTER))
            return
        self.beginResetModel()
        self._plan = plan
        self.endResetModel()

    @override
    def rowCount(self, parent: _Index = _ROOT) -> int:
        return 0 if self._plan is None or parent.isValid() else len(self._plan.lines)

    @override
    def columnCount(self, parent: _Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._headings)

    @override
    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self._headings[section]
        return None

    @override
    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        plan = self._plan
        if plan is None or not index.isValid() or role != Qt.ItemDataRole.DisplayRole:
            return None
        line = plan.lines[index.row()]
        match index.column():
            case 0:
                return one_line(line.name, _LONGEST) or self.tr("Project {0}").format(line.key)
            case 1:
                return self.tr("Not loaded") if line.before is None else self._shown(plan.field, line.before)
            case _:
                return self._after(plan, line)

    def _after(self, plan: BulkPlan, line: Standing) -> str:
        if line.is_deleted:
            return self.tr("Stays: moved to deleted")
        after = plan.after(line)
        return self.tr("Stays as it is") if after is None else self._shown(plan.field, after)

    def _shown(self, field: Field, value: str) -> str:
        if not value:
            return self.tr("Empty")
        if field is Field.BUILD_DATE and value in set(BuildDate):
            return BuildDate(value).label
        return one_line(value, _LONGEST)
