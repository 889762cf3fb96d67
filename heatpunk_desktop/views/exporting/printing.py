"""Printing: the system's own dialog, and the pages painted between what the person does."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QPainter
from PySide6.QtPrintSupport import QAbstractPrintDialog, QPrintDialog, QPrinter
from PySide6.QtWidgets import QDialog, QProgressDialog, QWidget

from heatpunk_desktop.errors import KnownError
from heatpunk_desktop.views.paper import Paper, lay_out_page

if TYPE_CHECKING:
    from collections.abc import Callable

    from heatpunk_desktop.views.paper import PaperHead, Texts

_SAMPLE: Final = 400
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


class MakePrintable(Protocol):
    """Gives the list as it is by now."""

    def __call__(self, *, selected_only: bool) -> Printable:
        """Gives all rows, or those that are selected."""


class PrintJob(QObject):
    """Asks for a printer and prints a list on it, a page at each turn of the event loop.

    Args:
        make: Gives the list, once it is known what of it is wanted.
        selected: How many of its rows are selected.
        parent: The window.
    """

    #: It is printed, stopped or failed.
    ended = Signal()
    #: KnownError: the printer did not take it.
    troubled = Signal(object)

    def __init__(self, make: MakePrintable, selected: int, parent: QWidget) -> None:
        super().__init__(parent)
        self._window = parent
        self._make = make
        self._selected = selected
        self._painter = QPainter()
        self._timer = QTimer(self, interval=0)
        self._timer.timeout.connect(self._on_turn)
        self.printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        lay_out_page(self.printer)

    def ask(self) -> None:
        """Opens the system's dialog; printing begins when it is accepted."""
        dialog = QPrintDialog(self.printer, self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setOption(QAbstractPrintDialog.PrintDialogOption.PrintSelection, self._selected > 0)
        dialog.setOption(QAbstractPrintDialog.PrintDialogOption.PrintPageRange, True)
        if self._selected > 1:
            dialog.setPrintRange(QAbstractPrintDialog.PrintRange.Selection)
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
        self._list = self._make(selected_only=printer.printRange() is QPrinter.PrintRange.Selection)
        printer.setDocName(self._list.head.title)
        sample = range(min(_SAMPLE, self._list.total))
        self._paper = Paper(printer, self._list.head, [*map(self._list.texts_of, sample)])
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
        start = (self._page - 1) * self._paper.rows_a_page
        rows = range(start, min(start + self._paper.rows_a_page, self._list.total))
        self._paper.paint(self._painter, self._page, [*map(self._list.texts_of, rows)])
        self._progress.setValue(self._page - self._first + 1)
        self._page += 1
        if self._page > self._last:
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
                self.tr("The printer did not take the list"),
                self.tr("Nothing, or not all of it, was printed."),
                self.tr("See whether it is switched on and connected, or export a PDF and print that."),
            )
        )
