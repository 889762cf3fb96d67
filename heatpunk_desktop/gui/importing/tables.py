"""The shared look and keys of the import's tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from heatpunk_desktop.system.compat import override

if TYPE_CHECKING:
    from PySide6.QtCore import QAbstractItemModel
    from PySide6.QtGui import QKeyEvent
    from PySide6.QtWidgets import QWidget

_ROOM: Final = 8


class GridTable(QTableView):
    """A table in which Enter edits the current cell, and nothing else."""

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            is_free = self.state() != QAbstractItemView.State.EditingState
            if is_free and self.currentIndex().flags() & Qt.ItemFlag.ItemIsEditable:
                self.edit(self.currentIndex())
            event.accept()
            return
        super().keyPressEvent(event)


def make_table(name: str, model: QAbstractItemModel, parent: QWidget) -> QTableView:
    """Return a table without cell frames, whose rows are all of one height, however many they are.

    Args:
        name: Its accessible name.
        model: What it shows.
        parent: Owner.
    """
    table = GridTable(parent)
    table.setAccessibleName(name)
    table.setModel(model)
    table.setWordWrap(False)
    table.setCornerButtonEnabled(False)
    table.setTabKeyNavigation(False)
    table.setAlternatingRowColors(False)
    table.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    table.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    rows = table.verticalHeader()
    rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
    rows.setDefaultSectionSize(QFontMetrics(table.font()).height() + 2 * _ROOM)
    rows.hide()
    columns = table.horizontalHeader()
    columns.setHighlightSections(False)
    columns.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    return table


def set_widths(table: QTableView, *ems: float) -> None:
    """Set the widths of the first columns, in widths of an `m`; the last width goes for all others."""
    em = QFontMetrics(table.font()).horizontalAdvance("m")
    for column in range(table.model().columnCount()):
        table.setColumnWidth(column, round(ems[min(column, len(ems) - 1)] * em))
