"""The preview of a paste: each cell that would change with what stands there and what would, those refused first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt

from heatpunk_desktop.gui.bulk_edit.before_after_model import BeforeAfterModel
from heatpunk_desktop.system.compat import override

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from PySide6.QtCore import QObject

    from heatpunk_desktop.gui.table.paste_plan import PastedCell, PastePlan

LINE, PROJECT, COLUMN, BEFORE, AFTER = range(5)


class PasteModel(BeforeAfterModel):
    """One row a cell that changes or is refused; empty until there is a plan.

    Args:
        headings: The heading of each column of the table.
        parent: Owner.
    """

    def __init__(self, headings: Mapping[int, str], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._of_columns = headings
        self._lines: Sequence[PastedCell] = ()
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
        self._lines = [*plan.refused, *plan.changed]
        self.endResetModel()

    @override
    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if index.isValid() and role == Qt.ItemDataRole.ToolTipRole:
            return self._lines[index.row()].words or None
        return super().data(index, role)

    @override
    def _words(self, row: int, column: int) -> str:
        cell = self._lines[row]
        match column:
            case 0:
                return str(cell.line)
            case 1:
                return self._project(cell.name, cell.key)
            case 2:
                return self._of_columns[cell.column]
            case 3:
                return self._before(cell.before)
            case _:
                return self._after(cell)

    def _after(self, cell: PastedCell) -> str:
        if cell.after is None:
            return self.tr("Left out: {0}").format(self._shown(cell.pasted))
        return self._shown(cell.after)
