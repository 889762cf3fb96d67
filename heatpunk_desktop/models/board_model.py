"""The columns of the board: for each status the rows of the table that have it, in the table's order."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, QTimer, Signal, Slot

from heatpunk_desktop.domain import project as fields
from heatpunk_desktop.domain.fields import Status
from heatpunk_desktop.models.project_table_model import Column
from heatpunk_desktop.models.shown_rows import Change, change_between
from heatpunk_desktop.system.compat import override

if TYPE_CHECKING:
    from collections.abc import Sequence

    from heatpunk_desktop.models.board_parts import Part
    from heatpunk_desktop.models.project_table_model import ProjectTableModel
    from heatpunk_desktop.models.row_store import Row

#: Cards that are taken out and put in one by one; with more it is quicker to show all anew.
_ONE_BY_ONE: Final = 8
#: So many rows of the table are looked for one by one; with more it is quicker to look at every card.
_FEW: Final = 64
#: Milliseconds in which what comes is gathered while the table fills: parting all rows anew each time would hold it up.
_FILLING_MS: Final = 60

_Index = QModelIndex | QPersistentModelIndex


class ColumnModel(QAbstractListModel):
    """The cards of one status.

    Args:
        source: The table's rows.
        status: The status word; empty for the column of all other words.
        parent: Owner.

    Attributes:
        status: As given.
        waiting: How many of the projects have something that has not reached the server.
    """

    def __init__(self, source: ProjectTableModel, status: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._source = source
        self._rows: array[int] = array("i")
        self._slots: array[int] = array("i")
        self.status = status
        self.waiting = 0

    @property
    def keeps_place(self) -> bool:
        """While cards change: whether the view is to stay where it is, as no person asked for the change."""
        return self._source.keeps_place

    def table_row(self, place: int) -> int:
        """Where a card's project is in the table."""
        return self._rows[place]

    def place_of(self, table_row: int) -> int | None:
        """Where a row of the table is in this column, or None."""
        place = bisect_left(self._rows, table_row)
        return place if place < len(self._rows) and self._rows[place] == table_row else None

    def place_for(self, table_row: int) -> int:
        """Return where a row of the table would be in this column."""
        return bisect_left(self._rows, table_row)

    @property
    def is_filtered(self) -> bool:
        """Whether a filter may hide projects of this column."""
        return self._source.filter.narrows

    def places_in(self, table_rows: frozenset[int]) -> list[int]:
        """Where some rows of the table are in this column, from the top."""
        return [place for place, row in enumerate(self._rows) if row in table_rows]

    def place_with(self, key: int | None) -> int | None:
        """Where a project is in this column, or None."""
        table_row = self._source.row_of(key) if key is not None else None
        return self.place_of(table_row) if table_row is not None else None

    def number_of(self, place: int) -> int:
        """By what a card is known again in `place_of_number`, also while cards change."""
        return self._slots[place]

    def place_of_number(self, number: int) -> int | None:
        """Where a card is that `number_of` told, or None."""
        try:
            return self._slots.index(number)
        except ValueError:
            return None

    def key_at(self, place: int) -> int | None:
        """The key of a card's project, or None where there is no such card."""
        return self._source.key_at(self._rows[place]) if 0 <= place < len(self._rows) else None

    def values(self, place: int) -> Row:
        """A card's project, in the order of `ProjectRow`."""
        return self._source.row_tuple(self._rows[place])

    def heading_of(self, row: Row) -> tuple[str, Column | None]:
        """What a card is headed with, and which column of the table that is; None is that of words for no name."""
        if words := self._source.text_of(row, Column.PROJECT):
            return words, Column.PROJECT
        return self._source.empty_words[Column.PROJECT], None

    def words_of(self, row: Row) -> str:
        """All that a card says, in one line."""
        text = self._source.text_of
        known = (self.heading_of(row)[0], text(row, Column.CUSTOMER), text(row, Column.POSTCODE))
        parts = [part for part in known if part]
        if not self.status and row[fields.STATUS]:
            parts.append(text(row, Column.STATUS))
        if row[fields.CREATED] and not row[fields.MARKS] & fields.Mark.NOT_ON_SERVER:
            parts.append(self.tr("created {0}").format(text(row, Column.CREATED)))
        if waits := self._source.pending_words(row[fields.MARKS]):
            parts.append(waits)
        return ", ".join(parts)

    def show(self, part: Part, *, is_touched: bool) -> None:
        """Shows other cards, and tells its view as little as what changed needs.

        Args:
            part: The cards.
            is_touched: Whether what cards say may have changed as well.
        """
        few = _ONE_BY_ONE if self.keeps_place else 0
        change, removed, inserted = change_between(self._slots, part.slots, few=few)
        self.waiting = part.waiting
        if change is Change.FEW:
            for place in reversed(removed):
                self.beginRemoveRows(QModelIndex(), place, place)
                del self._slots[place], self._rows[place]
                self.endRemoveRows()
            for place in inserted:
                self.beginInsertRows(QModelIndex(), place, place)
                self._slots.insert(place, part.slots[place])
                self._rows.insert(place, part.rows[place])
                self.endInsertRows()
            self._rows = part.rows
        elif change is Change.LONGER:
            before = len(self._slots)
            self.beginInsertRows(QModelIndex(), before, len(part.slots) - 1)
            self._slots, self._rows = part.slots, part.rows
            self.endInsertRows()
        elif change is Change.SAME:
            self._rows = part.rows
        else:
            self.beginResetModel()
            self._slots, self._rows = part.slots, part.rows
            self.endResetModel()
            return
        if self._rows and (is_touched or change is Change.FEW):
            self.dataChanged.emit(self.index(0), self.index(len(self._rows) - 1))

    # -- as Qt asks ------------------------------------------------------------------------------------------------

    @override
    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self._rows)

    @override
    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or self.key_at(index.row()) is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.heading_of(self.values(index.row()))[0]
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self.words_of(self.values(index.row()))
        if role == Qt.ItemDataRole.UserRole:
            return self.key_at(index.row())
        return None

    @override
    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self.status
        return super().headerData(section, orientation, role)

    @override
    def flags(self, index: _Index) -> Qt.ItemFlag:
        return super().flags(index) | Qt.ItemFlag.ItemIsDragEnabled


class BoardModel(QObject):
    """Parts what the table shows into columns, while somebody looks.

    Args:
        source: The table's rows.
        parent: Owner.

    Attributes:
        columns: One a status, in their order, and the last for every other word.
    """

    #: The columns show what the table shows.
    changed = Signal()

    def __init__(self, source: ProjectTableModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._source = source
        self._is_watching = False
        self._is_showing = False
        #: Whether what rows say has changed since the columns were shown.
        self._is_touched = True
        self.columns = tuple(ColumnModel(source, status, self) for status in (*map(str, Status), ""))
        source.filter_applied.connect(self._on_filter_applied)
        source.dataChanged.connect(self._on_data_changed)
        for signal in (source.rowsRemoved, source.modelReset):
            signal.connect(self._on_rows_changed)
        source.rowsInserted.connect(self._on_rows_inserted)
        self._filling = QTimer(self, interval=_FILLING_MS, singleShot=True)
        self._filling.timeout.connect(self._on_filter_applied)

    @property
    def is_showing(self) -> bool:
        """Whether cards come and go at this moment, which is no person's doing."""
        return self._is_showing

    def watch(self, is_watching: bool) -> None:
        """Follows the table from now on, or leaves it: columns that nobody sees cost nothing."""
        self._is_watching = is_watching
        if is_watching:
            self._part()

    def find(self, table_row: int) -> tuple[int, int] | None:
        """The column and the place in it of a row of the table, or None."""
        for column, one in enumerate(self.columns):
            place = one.place_of(table_row)
            if place is not None:
                return column, place
        return None

    def find_all(self, table_rows: Sequence[int]) -> list[list[int]]:
        """For each column the places in it of some rows of the table, from the top."""
        if len(table_rows) <= _FEW:
            found = ([column.place_of(row) for row in table_rows] for column in self.columns)
            return [[place for place in places if place is not None] for places in found]
        wanted = frozenset(table_rows)
        return [column.places_in(wanted) for column in self.columns]

    @Slot()
    def _on_filter_applied(self) -> None:
        if self._is_watching:
            self._part()

    @Slot()
    def _on_rows_changed(self) -> None:
        # While the table shows a change in several steps, `filter_applied` tells of its end.
        if self._is_watching and not self._source.is_showing:
            self._part()

    @Slot()
    def _on_rows_inserted(self) -> None:
        # While the table fills, rows come behind the last one, some hundred at a time: where the others are stays true.
        if self._is_watching and not self._source.is_showing and not self._filling.isActive():
            self._filling.start()

    @Slot()
    def _on_data_changed(self) -> None:
        self._is_touched = True
        self._on_rows_changed()

    def _part(self) -> None:
        self._filling.stop()
        is_touched, self._is_touched = self._is_touched, False
        self._is_showing = True
        for column, part in zip(self.columns, self._source.parts(), strict=True):
            column.show(part, is_touched=is_touched)
        self._is_showing = False
        self.changed.emit()
