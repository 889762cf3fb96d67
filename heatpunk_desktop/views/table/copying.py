"""Rows of the table as text that a spreadsheet takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from heatpunk_desktop.domain.spreadsheets import guarded_cell

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from heatpunk_desktop.models.project_table_model import ProjectTableModel


def rows_as_text(model: ProjectTableModel, rows: Iterable[int], columns: Sequence[int]) -> str:
    """Rows as lines, the cells parted by tabs, below a line of headings; empty where there are no rows.

    Most people paste them in a spreadsheet, which must find no formulas there.
    """
    lines = [[str(model.headerData(column, Qt.Orientation.Horizontal)) for column in columns]]
    lines += (
        [guarded_cell(model.text_of(values, column)).replace("\t", " ") for column in columns]
        for values in map(model.row_tuple, rows)
    )
    return "\n".join("\t".join(line) for line in lines) if len(lines) > 1 else ""
