"""Printing in slices on the GUI thread, after the system's print dialog; and export as PDF, on any thread."""

from __future__ import annotations

import sys
from datetime import datetime
from itertools import chain, islice
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from PySide6.QtCore import QBuffer, QIODevice, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QPainter, QPdfWriter
from PySide6.QtPrintSupport import QAbstractPrintDialog, QPrintDialog, QPrinter
from PySide6.QtWidgets import QDialog, QProgressDialog, QWidget

from heatpunk_desktop.domain.dates import display_date
from heatpunk_desktop.domain.fields import NUMERIC_FIELDS, Field
from heatpunk_desktop.errors import KnownError
from heatpunk_desktop.export.files import ExportStoppedError, Written, replaced
from heatpunk_desktop.gui.printing.paper import Paper, lay_out_page, page_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from heatpunk_desktop.domain.project import WholeRow
    from heatpunk_desktop.export.columns import ExportColumn
    from heatpunk_desktop.export.files import Cancelled, Progress
    from heatpunk_desktop.gui.printing.paper import PaperHead, Texts
    from heatpunk_desktop.services.tasks.exporter import Write

#: How many rows are read to measure the columns.
SAMPLE: Final = 400
#: Milliseconds before progress is shown, as most lists are printed by then.
_TIMEOUT: Final = 400
#: How many rows are read before the first page to measure the columns.
_SAMPLE: Final = 400


class Printable(NamedTuple):
    """A list to be printed.

    Attributes:
        total: The number of rows.
        texts_of: Returns the texts of a row by its position.
        head: The text around the rows.
    """

    total: int
    texts_of: Callable[[int], Texts]
    head: PaperHead

    def rows_of(self, paper: Paper, number: int) -> list[Texts]:
        """Return the rows of a page, by its number from 1."""
        start = (number - 1) * paper.rows_a_page
        return [*map(self.texts_of, range(start, min(start + paper.rows_a_page, self.total)))]


class MakePrintable(Protocol):
    """A function that returns the list as it is now."""

    def __call__(self, *, selected_only: bool, columns: Sequence[int]) -> Printable:
        """Return all rows or the selected ones, with some columns of the table."""


def make_printer() -> QPrinter:
    """Return a printer set to A4 landscape."""
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    lay_out_page(printer)
    return printer


class PrintJob(QObject):
    """The printing of a list, from the print dialog to the last page; one page at each turn of the event loop.

    Args:
        make: Returns the list, once the printer is chosen.
        printer: The printer, with its page layout set.
        parent: The window.
    """

    #: Printing was finished, stopped or cancelled.
    ended = Signal()
    #: Everything is printed; `ended` follows.
    printed = Signal()
    #: KnownError: why the printer refused it.
    troubled = Signal(object)

    def __init__(self, make: Callable[[], Printable], printer: QPrinter, parent: QWidget) -> None:
        super().__init__(parent)
        self._window = parent
        self._make = make
        self._painter = QPainter()
        self._timer = QTimer(self, interval=0)
        self._timer.timeout.connect(self._on_turn)
        self.printer = printer

    def ask(self) -> None:
        """Open the system's dialog; printing begins when it is accepted."""
        dialog = QPrintDialog(self.printer, self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setOption(QAbstractPrintDialog.PrintDialogOption.PrintPageRange, True)
        if sys.platform == "win32":  # the system's dialog blocks until it is answered
            self._on_answered(dialog.exec())
            return
        dialog.finished.connect(self._on_answered)
        QDialog.open(dialog)  # its own `open` takes a slot by name

    @Slot(int)
    def _on_answered(self, answer: int) -> None:
        if answer == QDialog.DialogCode.Accepted:
            self.begin()
        else:
            self.ended.emit()

    @Slot()
    def begin(self) -> None:
        """Print with the present settings of the printer."""
        printer = self.printer
        # Not earlier: the table may change while the dialog is open.
        self._list = self._make()
        printer.setDocName(self._list.head.title)
        sample = range(min(SAMPLE, self._list.total))
        self._paper = Paper(page_of(printer), self._list.head, [*map(self._list.texts_of, sample)])
        first, last = 1, self._paper.pages
        if printer.printRange() is QPrinter.PrintRange.PageRange and printer.fromPage():
            first, last = printer.fromPage(), min(printer.toPage() or last, last)
        if first > last or not self._painter.begin(printer):
            self._fail()
            return
        self._page, self._first, self._last = first, first, last
        self._progress = QProgressDialog(self.tr("Printing…"), self.tr("Cancel"), 0, last - first + 1, self._window)
        self._progress.setWindowTitle(self.tr("Print"))
        self._progress.setWindowModality(Qt.WindowModality.WindowModal)
        self._progress.setMinimumDuration(_TIMEOUT)
        self._timer.start()

    @Slot()
    def _on_turn(self) -> None:
        printer = self.printer
        if self._progress.wasCanceled():
            printer.abort()
            self._end()
            return
        if self._page > self._first and not printer.newPage():
            self._end()
            self._fail()
            return
        self._paper.paint(self._painter, self._page, self._list.rows_of(self._paper, self._page))
        self._progress.setValue(self._page - self._first + 1)
        self._page += 1
        if self._page > self._last:
            self.printed.emit()
            self._end()

    def _end(self) -> None:
        self._timer.stop()
        self._painter.end()
        self._progress.close()
        self._progress.deleteLater()
        self.ended.emit()

    def _fail(self) -> None:
        self.troubled.emit(
            KnownError(
                self.tr("Printing failed"),
                self.tr("Nothing, or not all of it, was printed."),
                self.tr("Check that the printer is on and connected, or export a PDF and print that."),
            )
        )


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
