"""What the previews of a change share: lines, each of a project with what stands there and what would."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from heatpunk_desktop.domain.display import one_line
from heatpunk_desktop.gui.text.project_names import by_number
from heatpunk_desktop.system.compat import override

if TYPE_CHECKING:
    from collections.abc import Sequence

_Index = QModelIndex | QPersistentModelIndex
_ROOT: Final = QModelIndex()
#: Characters of a cell.
_LONGEST: Final = 200


class BeforeAfterModel(QAbstractTableModel):
    """One row a line; empty until there is a plan."""

    #: The heading of each column.
    _headings: Sequence[str] = ()
    _lines: Sequence[object] = ()

    def _words(self, row: int, column: int) -> str:
        """What stands in a cell."""
        raise NotImplementedError

    def _project(self, name: str, key: int) -> str:
        """What a project is called; nothing for one without a key, which is not there any more."""
        return one_line(name, _LONGEST) or (by_number(key) if key else "")

    def _before(self, value: str | None) -> str:
        """What stands in a field; None where it is not loaded."""
        return self.tr("Not loaded") if value is None else self._shown(value)

    def _shown(self, value: str) -> str:
        """A field's value in one line."""
        return one_line(value, _LONGEST) if value else self.tr("Empty")

    @override
    def rowCount(self, parent: _Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._lines)

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
        if not index.isValid() or role != Qt.ItemDataRole.DisplayRole:
            return None
        return self._words(index.row(), index.column())
