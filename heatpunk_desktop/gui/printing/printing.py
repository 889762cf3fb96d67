"""Printing: the system's own dialog, and the pages painted between what the user does."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QPainter
from PySide6.QtPrintSupport import QAbstractPrintDialog, QPrintDialog, QPrinter
from PySide6.QtWidgets import QDialog, QProgressDialog, QWidget

from heatpunk_desktop.errors import KnownError
from heatpunk_desktop.gui.printing.paper import Paper, lay_out_page, page_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from heatpunk_desktop.gui.printing.paper import PaperHead, Texts

#: Rows by which the columns are measured.
SAMPLE: Final = 400
#: Milliseconds before the progress is shown: most lists are ready by then.
_PATIENCE: Final = 400


class Printable(NamedTuple):
    """A list to be printed.

    Attributes:
        total: How many rows it has.
        texts_of: Gives a row's texts by its place.
        head: What stands on every page.
    """

    total: int
    texts_of: Callable[[int], Texts]
    head: PaperHead

    def rows_of(self, paper: Paper, number: int) -> list[Texts]:
        """Return the rows of a page, by its number from 1."""
        start = (number - 1) * paper.rows_a_page
        return [*map(self.texts_of, range(start, min(start + paper.rows_a_page, self.total)))]


class MakePrintable(Protocol):
    """Gives the list as it is now."""

    def __call__(self, *, selected_only: bool, columns: Sequence[int]) -> Printable:
        """Give all rows or those that are selected, with some columns of the table."""


def make_printer() -> QPrinter:
    """Return a printer with a page of A4 across."""
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    lay_out_page(printer)
    return printer


class PrintJob(QObject):
    """Ask for a printer and print a list on it, a page at each turn of the event loop.

    Args:
        make: Gives the list, once the printer is chosen.
        printer: Its page is laid out already.
        parent: The window.
    """

    #: It is printed, stopped or was not wanted.
    ended = Signal()
    #: All of it is printed; `ended` follows.
    printed = Signal()
    #: KnownError: the printer did not take it.
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
        if sys.platform == "win32":  # the system's own dialog, which holds the program until it is answered
            self._on_answered(dialog.exec())
            return
        dialog.finished.connect(self._on_answered)
        QDialog.open(dialog)  # its own way to open takes a slot by its name

    @Slot(int)
    def _on_answered(self, answer: int) -> None:
        if answer == QDialog.DialogCode.Accepted:
            self.begin()
        else:
            self.ended.emit()

    @Slot()
    def begin(self) -> None:
        """Prints on the printer as it is set."""
        printer = self.printer
        # Not before: what the table shows may change while the dialog is open.
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
        self._progress.setMinimumDuration(_PATIENCE)
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
