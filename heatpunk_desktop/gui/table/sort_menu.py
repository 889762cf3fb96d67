"""The sort order of the table as menu entries, for the keyboard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtGui import QAction, QActionGroup

if TYPE_CHECKING:
    from PySide6.QtWidgets import QHeaderView


class SortMenu(QObject):
    """One entry a column and one each direction, in step with the header.

    Args:
        header: The table's headings.
        parent: Owner.

    Attributes:
        columns: One checkable action a column.
        ways: Ascending, descending.
    """

    def __init__(self, header: QHeaderView, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._header = header
        by_column, by_way = QActionGroup(self), QActionGroup(self)
        orientation = header.orientation()
        headings = [str(header.model().headerData(column, orientation)) for column in range(header.count())]
        self.columns = [self._add(by_column, heading, column) for column, heading in enumerate(headings)]
        self.ways = [
            self._add(by_way, self.tr("&Ascending"), Qt.SortOrder.AscendingOrder),
            self._add(by_way, self.tr("&Descending"), Qt.SortOrder.DescendingOrder),
        ]
        by_column.triggered.connect(self._on_column_triggered)
        by_way.triggered.connect(self._on_way_triggered)
        header.sortIndicatorChanged.connect(self._on_sort_indicator_changed)
        self._on_sort_indicator_changed(header.sortIndicatorSection(), header.sortIndicatorOrder())

    @staticmethod
    def _add(group: QActionGroup, text: str, data: object) -> QAction:
        action = QAction(text, group)
        action.setCheckable(True)
        action.setData(data)
        return action

    @Slot(QAction)
    def _on_column_triggered(self, action: QAction) -> None:
        column = action.data()
        first_way = self._header.model().headerData(
            column, self._header.orientation(), Qt.ItemDataRole.InitialSortOrderRole
        )
        self._header.setSortIndicator(column, first_way or Qt.SortOrder.AscendingOrder)

    @Slot(QAction)
    def _on_way_triggered(self, action: QAction) -> None:
        self._header.setSortIndicator(self._header.sortIndicatorSection(), action.data())

    @Slot(int, Qt.SortOrder)
    def _on_sort_indicator_changed(self, column: int, order: Qt.SortOrder) -> None:
        for action in self.columns:
            action.setChecked(action.data() == column)
        for action in self.ways:
            action.setChecked(action.data() == order)
