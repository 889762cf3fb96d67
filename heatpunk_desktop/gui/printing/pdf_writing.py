"""Export of projects as PDF, on any thread."""

from __future__ import annotations

from datetime import datetime
from itertools import chain, islice
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QPainter, QPdfWriter

from heatpunk_desktop.domain.dates import display_date
from heatpunk_desktop.domain.fields import NUMERIC_FIELDS, Field
from heatpunk_desktop.export.files import ExportStoppedError, Written, replaced
from heatpunk_desktop.gui.printing.paper import Paper, lay_out_page, page_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from heatpunk_desktop.domain.project import WholeRow
    from heatpunk_desktop.export.columns import ExportColumn
    from heatpunk_desktop.export.files import Cancelled, Progress
    from heatpunk_desktop.gui.printing.paper import PaperHead
    from heatpunk_desktop.services.tasks.exporter import Write

#: How many rows are read before the first page to measure the columns.
_SAMPLE: Final = 400


def cell_text(row: WholeRow, column: ExportColumn) -> str:
    """Return the printed text of a project in a column."""
    cell = column.cell(row)
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return display_date(cell.date())
    return f"{cell:.5f}" if column.choice in NUMERIC_FIELDS else str(cell)


def pdf_writer(make_head: Callable[[], PaperHead]) -> Write:
    """Return a function that writes projects to a PDF, atomically.

    Args:
        make_head: Returns the text around the rows.
    """

    def write(
        target: Path,
        rows: Iterable[WholeRow],
        columns: Sequence[ExportColumn],
        progress: Progress,
        cancelled: Cancelled,
    ) -> Written:
        status_place = next((place for place, column in enumerate(columns) if column.choice is Field.STATUS), None)
        head = make_head()._replace(status_place=status_place)
        buffer = QBuffer()
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        device = QPdfWriter(buffer)
        lay_out_page(device)
        device.setTitle(head.title)
        device.setCreator("Heatpunk Desktop")
        texts = ([cell_text(row, column) for column in columns] for row in rows)
        sample = list(islice(texts, _SAMPLE))
        paper = Paper(page_of(device), head, sample)
        left = chain(sample, texts)
        done = number = 0
        painter = QPainter(device)
        try:
            while True:
                page = list(islice(left, paper.rows_a_page))
                if not page and number:
                    break
                if number:
                    device.newPage()
                number += 1
                paper.paint(painter, number, page)
                done += len(page)
                progress(done)
                if cancelled():
                    raise ExportStoppedError
        finally:
            painter.end()
        with replaced(target) as file:
            file.write(buffer.data().data())
        return Written(done)

    return write
