"""The preview of a paste: each cell that would change with what stands there and what would, those refused first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from heatpunk_desktop.domain.display import one_line
from heatpunk_desktop.overriding import override

if TYPE_CHECKING:
    from collections.abc import Mapping

    from heatpunk_desktop.views.table.paste_plan import PastedCell, PastePlan

_Index = QModelIndex | QPersistentModelIndex
_ROOT: Final = QModelIndex()
#: Characters of a cell.
_LONGEST: Final = 200
LINE, PROJECT, COLUMN, BEFORE, AFTER = range(5)


class PasteModel(QAbstractTableModel):
    """One row a cell that changes or is refused; empty until there is a plan.

    Args:
        headings: The heading of each column of the table.
        parent: Owner.
    """

    def __init__(self, headings: Mapping[int, str], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._of_columns = headings
        self._cells: list[PastedCell] = []
        self._headings = (
            self.tr("Row"),
            self.tr("Project"),
            self.tr("Column"),
            self.tr("Before"),
            self.tr("After"),
        )

    def show_plan(self, plan: PastePlan) -> None:
        """Shows a plan."""
        self.beginResetModel()
        self._cells = [*plan.refused, *plan.changed]
        self.endResetModel()

    @override
    def rowCount(self, parent: _Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._cells)

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
        if not index.isValid() or role not in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole}:
            return None
        cell = self._cells[index.row()]
        if role == Qt.ItemDataRole.ToolTipRole:
            return cell.words or None
        match index.column():
            case 0:
                return str(cell.line)
            case 1:
                number = self.tr("Project {0}").format(cell.key) if cell.key else ""
                return one_line(cell.name, _LONGEST) or number
            case 2:
                return self._of_columns[cell.column]
            case 3:
                return self.tr("Not loaded") if cell.before is None else self._shown(cell.before)
            case _:
                return self._after(cell)

    def _after(self, cell: PastedCell) -> str:
        if cell.after is None:
            return self.tr("Left out: {0}").format(self._shown(cell.pasted))
        return self._shown(cell.after)

    def _shown(self, value: str) -> str:
        return one_line(value, _LONGEST) if value else self.tr("Empty")
