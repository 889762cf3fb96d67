"""A read-only table that compares lines, such as before and after, or two projects side by side."""

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
    """A model of lines under headings. Lines are formatted when they are visible, as there may be very many."""

    #: The headings of the columns.
    _headings: Sequence[str] = ()
    _lines: Sequence[Line] = ()

    def show_lines(self, lines: Sequence[Line], *, keeps_place: bool = True) -> None:
        """Show other lines.

        Args:
            lines: All of them.
            keeps_place: Whether the scroll position stays if the number of lines does.
        """
        if keeps_place and len(lines) == len(self._lines) > 0:
            self._lines = lines
            self.dataChanged.emit(self.index(0, 0), self.index(len(lines) - 1, len(self._headings) - 1))
            return
        self.beginResetModel()
        self._lines = lines
        self.endResetModel()

    def _words(self, line: Line, column: int) -> str:
        """Return the text of a cell."""
        raise NotImplementedError

    def _look(self, _line: Line, _column: int, _role: int) -> object:
        """Return the data of a cell for any role but its text."""
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
    """A table that the arrow keys walk through, while Tab leaves it.

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
