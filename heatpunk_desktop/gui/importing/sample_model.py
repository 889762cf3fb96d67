"""The model of a sheet's first rows as they are in the file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QFont

from heatpunk_desktop.domain.display import one_line
from heatpunk_desktop.services.tasks.import_work import file_text
from heatpunk_desktop.spreadsheets.sheet import column_letter
from heatpunk_desktop.system.compat import override

if TYPE_CHECKING:
    from PySide6.QtCore import QObject

    from heatpunk_desktop.services.tasks.import_reading import Opened

_Index = QModelIndex | QPersistentModelIndex
_Role = Qt.ItemDataRole
_NO_PARENT: Final = QModelIndex()

_ROWS: Final = 50
_LONGEST: Final = 120


class SampleModel(QAbstractTableModel):
    """Some rows of a sheet; the row of headings in bold."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._opened: Opened | None = None
        self._bold = QFont()
        self._bold.setBold(True)
        self._width = 0

    def show_opened(self, opened: Opened | None) -> None:
        """Show another sheet, or none."""
        self.beginResetModel()
        self._opened = opened
        rows = opened.sheet.rows[:_ROWS] if opened is not None else ()
        self._width = max(map(len, rows), default=0)
        self.endResetModel()

    @override
    def rowCount(self, parent: _Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() or self._opened is None else min(_ROWS, len(self._opened.sheet.rows))

    @override
    def columnCount(self, parent: _Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else self._width

    @override
    def data(self, index: _Index, role: int = _Role.DisplayRole) -> Any:
        if self._opened is None or not index.isValid():
            return None
        if role in {_Role.DisplayRole, _Role.ToolTipRole}:
            return one_line(file_text(self._opened.sheet, index.row() + 1, index.column()), _LONGEST)
        if role == _Role.FontRole and index.row() == self._opened.columns.heading_row:
            return self._bold
        return None

    @override
    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _Role.DisplayRole) -> Any:
        if role != _Role.DisplayRole:
            return None
        return column_letter(section) if orientation == Qt.Orientation.Horizontal else str(section + 1)
