"""The columns of a table on the screen: their headings, widths and order, and the menu that chooses among them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QByteArray, QObject, QPoint, Qt, Slot
from PySide6.QtGui import QAction, QFontMetrics
from PySide6.QtWidgets import QMenu

from heatpunk_desktop.models.project_table_model import HIDDEN_BY_DEFAULT, Column
from heatpunk_desktop.views.table.painter import PADDING, ColumnPlace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from heatpunk_desktop.views.table.kept_selection import KeptSelectionTable

_STATE: Final = "columns"

#: Widths at first, in hundredths of an em.
_WIDTHS: Final = {
    Column.PROJECT: 1800,
    Column.CUSTOMER: 1400,
    Column.POSTCODE: 750,
    Column.STATUS: 950,
    Column.CREATED: 880,
    Column.MODIFIED: 1080,
    Column.ADDRESS: 2200,
    Column.OWNER: 1500,
    Column.PROJECT_ID: 750,
}


class ColumnSet(QObject):
    """Sets up a table's columns, and keeps the actions that show and hide columns in step with them.

    Args:
        table: The table; it has its model.

    Attributes:
        actions: One checkable action a column, for menus.
        menu_actions: What else the headings' menu offers.
    """

    def __init__(self, table: KeptSelectionTable) -> None:
        super().__init__(table)
        self._table = table
        self._header = header = table.horizontalHeader()
        header.setSectionsMovable(True)
        header.setHighlightSections(False)
        header.setStretchLastSection(True)
        header.setMinimumSectionSize(2 * PADDING + 20)
        header.setTextElideMode(Qt.TextElideMode.ElideRight)
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.actions: list[QAction] = []
        self.menu_actions: list[QAction] = []
        model = table.project_model
        em = QFontMetrics(table.font()).horizontalAdvance("m")
        for column in Column:
            table.setColumnWidth(column, _WIDTHS[column] * em // 100)
            action = QAction(model.headerData(column, Qt.Orientation.Horizontal), table)
            action.setCheckable(True)
            action.setChecked(column not in HIDDEN_BY_DEFAULT)
            # The name of a project is how it is known: that column stays.
            action.setEnabled(column is not Column.PROJECT)
            action.setData(int(column))
            action.toggled.connect(self._on_toggled)
            self.actions.append(action)
            table.setColumnHidden(column, column in HIDDEN_BY_DEFAULT)
        header.setSortIndicator(*model.sorting)
        table.setSortingEnabled(True)
        header.customContextMenuRequested.connect(self._on_menu_requested)

    def places(self) -> Iterator[ColumnPlace]:
        """The columns that are shown, from the left."""
        header = self._header
        for visual in range(header.count()):
            column = header.logicalIndex(visual)
            if not header.isSectionHidden(column):
                yield ColumnPlace(column, header.sectionViewportPosition(column), header.sectionSize(column))

    def keep_state(self, values: dict[str, object]) -> None:
        """Writes order, widths and sorting of the columns into the window's state, as text."""
        values[_STATE] = bytes(self._header.saveState().toBase64().data()).decode("ascii")

    def restore_state(self, values: dict[str, object]) -> None:
        """Reads what `keep_state` wrote; what cannot be read changes nothing."""
        text = values.get(_STATE)
        header, table = self._header, self._table
        if not isinstance(text, str) or not header.restoreState(QByteArray.fromBase64(text.encode("ascii", "ignore"))):
            return
        table.setColumnHidden(Column.PROJECT, False)
        for column, action in zip(Column, self.actions, strict=True):
            action.setChecked(not table.isColumnHidden(column))
        table.sortByColumn(header.sortIndicatorSection(), header.sortIndicatorOrder())

    @Slot(bool)
    def _on_toggled(self, is_shown: bool) -> None:
        action = self.sender()
        if isinstance(action, QAction):
            self._table.setColumnHidden(action.data(), not is_shown)

    @Slot(QPoint)
    def _on_menu_requested(self, point: QPoint) -> None:
        menu = QMenu(self._table)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addActions(self.actions)
        menu.addSeparator()
        menu.addActions(self.menu_actions)
        menu.popup(self._header.mapToGlobal(point))
