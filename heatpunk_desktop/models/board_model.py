"""The models of the board: one column for each status, with the table's rows of that status in the table's order."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, QTimer, Signal, Slot

from heatpunk_desktop.domain import project as fields
from heatpunk_desktop.domain.fields import Status
from heatpunk_desktop.models.shown_rows import ViewChange, change_between
from heatpunk_desktop.models.table_columns import Column
from heatpunk_desktop.system.compat import override

if TYPE_CHECKING:
    from collections.abc import Sequence

    from heatpunk_desktop.models.board_parts import Part
    from heatpunk_desktop.models.project_table_model import ProjectTableModel
    from heatpunk_desktop.models.row_store import Row

#: Cards that are removed and inserted one by one; with more it is faster to reset the model.
_ONE_BY_ONE: Final = 8
#: Table rows that are looked up one by one; with more it is faster to go through all cards.
_FEW: Final = 64
#: Milliseconds for which rows are collected while the table fills, as splitting all rows each time is slow.
_FILLING_MS: Final = 60

_Index = QModelIndex | QPersistentModelIndex


class ColumnModel(QAbstractListModel):
    """The cards of one status.

    Args:
        source: The table's rows.
        status: The status; empty for the column of all unknown ones.
        parent: Owner.

    Attributes:
        status: As given.
        waiting: How many of the projects have changes that have not reached the server.
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
        """Whether the view should stay where it is while cards change, as the user did not ask for the change."""
        return self._source.keeps_place

    def table_row(self, place: int) -> int:
        """Return the table row of a card's project."""
        return self._rows[place]

    def place_of(self, table_row: int) -> int | None:
        """Return the place of a table row in this column, or None."""
        place = bisect_left(self._rows, table_row)
        return place if place < len(self._rows) and self._rows[place] == table_row else None

    def place_for(self, table_row: int) -> int:
        """Return the place that a table row would have in this column."""
        return bisect_left(self._rows, table_row)

    @property
    def is_filtered(self) -> bool:
        """Whether a filter may hide projects of this column."""
        return self._source.filter.narrows

    def places_in(self, table_rows: frozenset[int]) -> list[int]:
        """Return the places of some table rows in this column, from the top."""
        return [place for place, row in enumerate(self._rows) if row in table_rows]

    def place_with(self, key: int | None) -> int | None:
        """Return the place of a project in this column, or None."""
        table_row = self._source.row_of(key) if key is not None else None
        return self.place_of(table_row) if table_row is not None else None

    def number_of(self, place: int) -> int:
        """Return a number that identifies a card for `place_of_number`, also while cards change."""
        return self._slots[place]

    def place_of_number(self, number: int) -> int | None:
        """Return the place of a card by its `number_of`, or None."""
        try:
            return self._slots.index(number)
        except ValueError:
            return None

    def key_at(self, place: int) -> int | None:
        """Return the key of a card's project, or None where there is no such card."""
        return self._source.key_at(self._rows[place]) if 0 <= place < len(self._rows) else None

    def values(self, place: int) -> Row:
        """Return a card's project, in the order of `ProjectRow`."""
        return self._source.row_tuple(self._rows[place])

    def heading_of(self, row: Row) -> tuple[str, Column | None]:
        """Return the heading of a card and the table column that it comes from; None for the words for no name."""
        if words := self._source.text_of(row, Column.PROJECT):
            return words, Column.PROJECT
        return self._source.empty_words[Column.PROJECT], None

    def words_of(self, row: Row) -> str:
        """Return all of a card's text, in one line."""
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
        """Show other cards, with as few signals to the view as the change needs.

        Args:
            part: The cards.
            is_touched: Whether the content of cards may have changed as well.
        """
        few = _ONE_BY_ONE if self.keeps_place else 0
        change, removed, inserted = change_between(self._slots, part.slots, few=few)
        self.waiting = part.waiting
        if change is ViewChange.FEW:
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
        elif change is ViewChange.LONGER:
            before = len(self._slots)
            self.beginInsertRows(QModelIndex(), before, len(part.slots) - 1)
            self._slots, self._rows = part.slots, part.rows
            self.endInsertRows()
        elif change is ViewChange.SAME:
            self._rows = part.rows
        else:
            self.beginResetModel()
            self._slots, self._rows = part.slots, part.rows
            self.endResetModel()
            return
        if self._rows and (is_touched or change is ViewChange.FEW):
            self.dataChanged.emit(self.index(0), self.index(len(self._rows) - 1))

    # -- Qt's interface --------------------------------------------------------------------------------------------

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
    """Splits the rows that the table shows into columns, while the board is visible.

    Args:
        source: The table's rows.
        parent: Owner.

    Attributes:
        columns: One for each status, in their order, and the last for every unknown one.
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
        """Whether cards are being inserted or removed now, which the user did not do."""
        return self._is_showing

    def watch(self, is_watching: bool) -> None:
        """Start or stop following the table: columns that nobody sees cost nothing."""
        self._is_watching = is_watching
        if is_watching:
            self._part()

    def find(self, table_row: int) -> tuple[int, int] | None:
        """Return the column of a table row and its place in it, or None."""
        for column, cards in enumerate(self.columns):
            place = cards.place_of(table_row)
            if place is not None:
                return column, place
        return None

    def find_all(self, table_rows: Sequence[int]) -> list[list[int]]:
        """Yield for each column the places of some table rows, from the top."""
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
        # Where the table shows a change in several steps, `filter_applied` follows at the end.
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
