"""The model of the paste preview: each changed cell with its old and new value, refused ones first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from heatpunk_desktop.gui.bulk_edit.preview_model import BeforeAfterModel
from heatpunk_desktop.gui.table.paste_plan import PastedCell
from heatpunk_desktop.gui.text.translation import translated
from heatpunk_desktop.system.compat import override

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PySide6.QtCore import QObject

    from heatpunk_desktop.gui.table.paste_plan import PastePlan

LINE, PROJECT, COLUMN, BEFORE, AFTER = range(5)


class PasteModel(BeforeAfterModel[PastedCell]):
    """One row a cell that changes or is refused; empty until there is a plan.

    Args:
        headings: The heading of each column of the table.
        parent: Owner.
    """

    def __init__(self, headings: Mapping[int, str], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._of_columns = headings
        self._headings = (
            self.tr("Row"),
            self.tr("Project"),
            self.tr("Column"),
            self.tr("Before"),
            self.tr("After"),
        )

    def show_plan(self, plan: PastePlan) -> None:
        """Show a plan."""
        self.show_lines([*plan.refused, *plan.changed], keeps_place=False)

    @override
    def _look(self, cell: PastedCell, _column: int, role: int) -> object:
        return translated(cell.words) or None if role == Qt.ItemDataRole.ToolTipRole else None

    @override
    def _words(self, cell: PastedCell, column: int) -> str:
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
