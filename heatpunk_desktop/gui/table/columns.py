"""The columns of the table as plain values: which are shown, in what order, how wide."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from heatpunk_desktop.filters.saved_view import ShownColumn
from heatpunk_desktop.models.table_columns import HIDDEN_BY_DEFAULT, Column

if TYPE_CHECKING:
    from collections.abc import Iterable

    from PySide6.QtCore import Qt

    from heatpunk_desktop.gui.table.project_table import ProjectTable

#: The word for each column in a saved view.
WORDS: Final = {column: column.name.lower() for column in Column}
_BY_WORD: Final = {word: column for column, word in WORDS.items()}

#: The columns shown until the user chooses.
DEFAULT_COLUMNS: Final = tuple(ShownColumn(WORDS[column]) for column in Column if column not in HIDDEN_BY_DEFAULT)


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
