"""Conversion between cells of the table and the text that spreadsheets copy and paste."""

from __future__ import annotations

import csv
from io import StringIO
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from heatpunk_desktop.domain.csv_injection import guarded_cell, unguarded_cell
from heatpunk_desktop.domain.project import KEY
from heatpunk_desktop.models.table_columns import CONTACT_FIELD_OF

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from heatpunk_desktop.models.project_table_model import ProjectTableModel
    from heatpunk_desktop.models.row_store import Row


def rows_as_text(
    model: ProjectTableModel, rows: Iterable[int], columns: Sequence[int], *, has_headings: bool = True
) -> str:
    """Return rows as lines of tab-separated cells, quoted where needed; empty where there are no rows.

    Most users paste them in a spreadsheet, which must find no formulas there.

    Args:
        model: The table's rows.
        rows: Where they are.
        columns: The columns, from the left.
        has_headings: Whether a line of headings stands above.
    """
    cells = [
        [guarded_cell(_text(model, values, column)) for column in columns] for values in map(model.row_tuple, rows)
    ]
    if not cells:
        return ""
    if has_headings:
        cells.insert(0, [str(model.headerData(column, Qt.Orientation.Horizontal)) for column in columns])
    text = StringIO()
    csv.writer(text, dialect="excel-tab", lineterminator="\n").writerows(cells)
    return text.getvalue().removesuffix("\n")


def _text(model: ProjectTableModel, values: Row, column: int) -> str:
    """Return a cell as it is shown.

    A sign that stands for a value is left out, as it would be a phone number of its own when pasted.
    """
    if column in CONTACT_FIELD_OF and not model.contact_text(values[KEY], column):
        return ""
    # Where quotes are not understood, text after a tab would be a cell of its own, and not guarded against formulas.
    return model.text_of(values, column).replace("\t", " ")


def text_as_rows(text: str) -> list[list[str]]:
    """Return the cells of a text that a spreadsheet, or this table, put on the clipboard.

    Blank lines at the end are left out.
    """
    try:
        read = list(csv.reader(StringIO(text, newline=""), "excel-tab", strict=True))
    except csv.Error:
        # A quotation mark that nothing closes is a letter like any other.
        read = [line.split("\t") for line in text.splitlines()]
    lines = [[unguarded_cell(cell) for cell in line] for line in read]
    while lines and not any(cell.strip() for cell in lines[-1]):
        lines.pop()
    return lines
