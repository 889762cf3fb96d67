"""A table that compares: lines, each with what stands somewhere and what would, or what stands elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QTableView

from heatpunk_desktop.system.compat import override

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QWidget

_Index = QModelIndex | QPersistentModelIndex
_Role = Qt.ItemDataRole
_ROOT: Final = QModelIndex()

Line = TypeVar("Line")


class ComparisonModel(QAbstractTableModel, Generic[Line]):
    """Lines under headings; there may be very many, so a line is put in words when it is seen."""

    #: One for each column.
    _headings: Sequence[str] = ()
    _lines: Sequence[Line] = ()

    def show_lines(self, lines: Sequence[Line], *, keeps_place: bool = True) -> None:
        """Show other lines.

        Args:
            lines: All of them.
            keeps_place: Whether the place in the list stays where they are as many as before.
        """
        if keeps_place and len(lines) == len(self._lines) > 0:
            self._lines = lines
            self.dataChanged.emit(self.index(0, 0), self.index(len(lines) - 1, len(self._headings) - 1))
            return
        self.beginResetModel()
        self._lines = lines
        self.endResetModel()

    def _words(self, line: Line, column: int) -> str:
        """What stands in a cell."""
        raise NotImplementedError

    def _look(self, _line: Line, _column: int, _role: int) -> object:
        """Everything else of a cell."""
        return None

    @override
    def rowCount(self, parent: _Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._lines)

    @override
    def columnCount(self, parent: _Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._headings)

    @override
    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _Role.DisplayRole) -> object:
        if orientation is Qt.Orientation.Horizontal and role == _Role.DisplayRole:
            return self._headings[section]
        return None

    @override
    def data(self, index: _Index, role: int = _Role.DisplayRole) -> object:
        if not index.isValid() or index.row() >= len(self._lines):
            return None
        line, column = self._lines[index.row()], index.column()
        return self._words(line, column) if role == _Role.DisplayRole else self._look(line, column, role)


class ComparisonTable(QTableView):
    """Looked through with the arrow keys, while Tab goes on to what is beside it.

    Args:
        model: The lines.
        parent: Owner.
    """

    def __init__(self, model: QAbstractTableModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setModel(model)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
