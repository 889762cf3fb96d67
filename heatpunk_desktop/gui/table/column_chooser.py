"""The dialog that chooses the columns of the table and their order, and that choice as plain values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QDialogButtonBox, QHBoxLayout, QListWidgetItem, QPushButton, QVBoxLayout, QWidget

from heatpunk_desktop.filters.saved_view import ShownColumn
from heatpunk_desktop.gui.widgets.dialog import Dialog
from heatpunk_desktop.gui.widgets.labels import PlainLabel, Tone
from heatpunk_desktop.gui.widgets.movable_list import MovableList
from heatpunk_desktop.models.table_columns import HIDDEN_BY_DEFAULT, Column

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from heatpunk_desktop.gui.table.project_table import ProjectTable

#: The word for each column in a saved view.
WORDS: Final = {column: column.name.lower() for column in Column}
_BY_WORD: Final = {word: column for column, word in WORDS.items()}
#: The columns shown until the user chooses.
DEFAULT_COLUMNS: Final = tuple(ShownColumn(WORDS[column]) for column in Column if column not in HIDDEN_BY_DEFAULT)
_COLUMN: Final = Qt.ItemDataRole.UserRole
_LIST_WIDTH: Final = 240


def column_of(word: str) -> Column | None:
    """Return the column of a word, or None."""
    return _BY_WORD.get(word)


def shown_columns(table: ProjectTable) -> tuple[ShownColumn, ...]:
    """Return the shown columns of a table, from the left; with widths where those are the user's own.

    A column that has joined because there is room is left out.
    """
    header = table.horizontalHeader()
    has_own = table.columns.has_own_widths
    joined = {Column.ADDRESS} if table.columns.has_joined else set()
    columns = (Column(header.logicalIndex(visual)) for visual in range(header.count()))
    return tuple(
        ShownColumn(WORDS[column], header.sectionSize(column) if has_own else 0)
        for column in columns
        if not header.isSectionHidden(column) and column not in joined
    )


def show_columns(table: ProjectTable, wanted: Iterable[ShownColumn]) -> None:
    """Show some columns in an order; the project's name always among them. Unknown words are left out."""
    wanted = tuple(wanted)
    table.columns.may_join = False
    widths = {column: width for word, width in wanted if (column := column_of(word)) is not None}
    order = [*widths] if Column.PROJECT in widths else [Column.PROJECT, *widths]
    header = table.horizontalHeader()
    for column, action in zip(Column, table.column_actions, strict=True):
        table.setColumnHidden(column, column not in order)
        action.setChecked(column in order)
    for visual, column in enumerate([*order, *(column for column in Column if column not in order)]):
        header.moveSection(header.visualIndex(column), visual)
    if not any(widths.values()):
        table.columns.fit_again()
    for column in order:
        if widths.get(column):
            header.resizeSection(column, widths[column])
    if wanted == DEFAULT_COLUMNS:
        table.columns.may_join = True
        table.columns.fit()


def sort_by(table: ProjectTable, word: str, order: Qt.SortOrder) -> None:
    """Sort a table by the column of a word, where there is one."""
    column = column_of(word)
    if column is not None:
        table.horizontalHeader().setSortIndicator(column, order)


class ColumnChooser(Dialog):
    """A list to tick and move columns, by the mouse or by buttons; nothing changes before `Apply`.

    Args:
        headings: What each column is called.
        shown: The columns that are shown, from the left.
        parent: The window.
    """

    #: tuple[ShownColumn, ...]: the columns to show, from the left.
    columns_chosen = Signal(object)

    def __init__(
        self, headings: Mapping[Column, str], shown: Sequence[ShownColumn], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Choose columns"))
        self._headings = headings
        self._widths = {column_of(word): width for word, width in shown}
        self._list = MovableList(self)
        self._list.setAccessibleName(self.tr("Columns"))
        self._list.setMinimumWidth(_LIST_WIDTH)
        self._default = QPushButton(self.tr("&Back to default"), self)
        self._lay_out()
        self._fill(shown)
        self._default.clicked.connect(self._on_default_clicked)
        self._list.setCurrentRow(0)
        self._list.setFocus()

    def _lay_out(self) -> None:
        buttons = QDialogButtonBox(self)
        buttons.addButton(self.tr("Apply"), QDialogButtonBox.ButtonRole.AcceptRole).setDefault(True)
        buttons.addButton(self.tr("Cancel"), QDialogButtonBox.ButtonRole.RejectRole)
        buttons.accepted.connect(self._on_accepted)
        buttons.rejected.connect(self.reject)
        side = QVBoxLayout()
        for button in (self._list.up, self._list.down, self._default):
            side.addWidget(button)
        side.addStretch(1)
        row = QHBoxLayout()
        row.addWidget(self._list, 1)
        row.addLayout(side)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 14)
        column.setSpacing(10)
        column.addWidget(
            PlainLabel(self.tr("Ticked columns are shown, the topmost at the left."), Tone.MUTED, parent=self)
        )
        column.addLayout(row, 1)
        column.addWidget(buttons)

    def _fill(self, shown: Sequence[ShownColumn]) -> None:
        self._list.clear()
        first = [column for visible in shown if (column := column_of(visible.name)) is not None]
        for column in [*first, *(other for other in Column if other not in first)]:
            item = QListWidgetItem(self._headings[column], self._list)
            item.setData(_COLUMN, int(column))
            item.setCheckState(Qt.CheckState.Checked if column in first else Qt.CheckState.Unchecked)
            flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsDragEnabled
            # The project's name identifies a row: that column stays.
            item.setFlags(flags if column is Column.PROJECT else flags | Qt.ItemFlag.ItemIsUserCheckable)

    @Slot()
    def _on_default_clicked(self) -> None:
        self._widths = {}
        self._fill(DEFAULT_COLUMNS)
        self._list.setCurrentRow(0)

    @Slot()
    def _on_accepted(self) -> None:
        items = map(self._list.item, range(self._list.count()))
        columns = [Column(item.data(_COLUMN)) for item in items if item.checkState() == Qt.CheckState.Checked]
        self.columns_chosen.emit(tuple(ShownColumn(WORDS[column], self._widths.get(column, 0)) for column in columns))
        self.accept()
