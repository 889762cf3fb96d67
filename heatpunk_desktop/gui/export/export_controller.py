"""The controller of exports, printing, and saving the template."""

from __future__ import annotations

from array import array
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Qt, Signal, Slot

from heatpunk_desktop.domain.clock import utc_now
from heatpunk_desktop.domain.dates import UK, display_date
from heatpunk_desktop.export.files import Written
from heatpunk_desktop.export.template import write_template
from heatpunk_desktop.gui import printing
from heatpunk_desktop.gui.dialogs.file_dialogs import path_from, save_dialog, usual_folder
from heatpunk_desktop.gui.dialogs.message import ask
from heatpunk_desktop.gui.export.export_dialog import ExportDialog
from heatpunk_desktop.gui.export.file_choice import ask_to_replace, open_file
from heatpunk_desktop.gui.export.formats import WORKBOOK, Begin, Offer, choices_of, format_of
from heatpunk_desktop.gui.printing.paper import PaperHead
from heatpunk_desktop.gui.text.condition_words import filter_words
from heatpunk_desktop.models.table_columns import Column
from heatpunk_desktop.services.tasks.exporter import ExportJob

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime

    from PySide6.QtWidgets import QWidget

    from heatpunk_desktop.domain.account import Account
    from heatpunk_desktop.domain.project import WholeRow
    from heatpunk_desktop.errors import KnownError
    from heatpunk_desktop.export.columns import ExportColumn
    from heatpunk_desktop.export.files import Cancelled, Progress
    from heatpunk_desktop.gui.printing.print_preview import PrintPreview
    from heatpunk_desktop.gui.printing.printing import PrintJob
    from heatpunk_desktop.gui.table.project_table import ProjectTable
    from heatpunk_desktop.services.tasks.details_loader import DetailsLoader
    from heatpunk_desktop.services.tasks.exporter import Exported, Exporter

_FOLDER: Final = "export_folder"
_ENDING: Final = "export_ending"


def _now() -> datetime:
    return utc_now().astimezone(UK)


class ExportController(QObject):
    """The opener of the dialogs that get projects out of the app.

    Args:
        exporter: Writes the files.
        loader: Loads what is not on this computer yet.
        table: Its rows and columns are what is offered.
        account: Whose projects they are.
        kept: Where the folder and the format are kept between starts.
        window: The window that the dialogs belong to.
        now: Returns the current time in the UK.
    """

    #: KnownError
    troubled = Signal(object)

    def __init__(
        self,
        exporter: Exporter,
        loader: DetailsLoader,
        table: ProjectTable,
        account: Account,
        kept: dict[str, object],
        window: QWidget,
        now: Callable[[], datetime] = _now,
    ) -> None:
        super().__init__(window)
        self._exporter = exporter
        exporter.setParent(self)
        exporter.ended.connect(self._on_ended)
        self._loader = loader
        loader.setParent(self)
        self._table = table
        self._account = account
        self._kept = kept
        self._window = window
        self._now = now
        self._dialog: ExportDialog | None = None
        self._print_job: PrintJob | None = None
        self._preview: PrintPreview | None = None
        self._template: Path | None = None

    def stop(self) -> None:
        """Stop writing, because the window closes."""
        self._exporter.stop()
        self._loader.stop()

    @Slot()
    def export(self) -> None:
        """Open the export dialog."""
        if self._dialog is not None or self._exporter.is_running:
            return
        name = f"{self.tr('Projects')} {self._now():%Y-%m-%d}"
        kind = format_of(str(self._kept.get(_ENDING, ""))) or WORKBOOK
        begin = Begin(usual_folder(self._kept.get(_FOLDER)), name, kind)
        dialog = ExportDialog(self._exporter, self._loader, self._offer(), begin, self._head, self._window)
        dialog.finished.connect(self._on_dialog_finished)
        self._dialog = dialog
        dialog.open()

    @Slot()
    def print_list(self) -> None:
        """Show a print preview of the table, and print it once the user agrees."""
        if self._print_job is not None or self._preview is not None:
            return
        printer = printing.make_printer()
        self._preview = preview = printing.PrintPreview(
            self._printable,
            printing.page_of(printer),
            printing.sheet_of(printer),
            self._printable_columns(),
            (self._table.project_model.rowCount(), len(self._table.selected_rows())),
            self._window,
        )
        preview.print_requested.connect(self._on_print_requested)
        preview.finished.connect(self._on_preview_finished)
        preview.open()

    def _printable_columns(self) -> list[tuple[int, str, bool]]:
        """Return all columns: those that the table shows, in its order and ticked, and then the others."""
        shown = self._table.shown_columns()
        model = self._table.project_model
        others = [column for column in range(model.columnCount()) if column not in shown]
        headings = {column: str(model.headerData(column, Qt.Orientation.Horizontal)) for column in (*shown, *others)}
        return [(column, heading, column in shown) for column, heading in headings.items()]

    @Slot()
    def _on_print_requested(self) -> None:
        if self._print_job is not None or self._preview is None:
            return
        job = printing.PrintJob(self._preview.printable, printing.make_printer(), self._preview)
        job.troubled.connect(self.troubled)
        job.troubled.connect(self._on_print_ended)
        job.ended.connect(self._on_print_ended)
        job.printed.connect(self._preview.accept)
        self._print_job = job
        job.ask()

    def _printable(self, *, selected_only: bool, columns: Sequence[int]) -> printing.Printable:
        """Return the content of the table, with the given columns."""
        model = self._table.project_model
        rows = model.shown_rows()
        if selected_only:
            rows = [rows[row] for row in self._table.selected_rows()]
        headings = tuple(str(model.headerData(column, Qt.Orientation.Horizontal)) for column in columns)

        def texts_of(place: int) -> list[str]:
            return [model.text_of(rows[place], column) for column in columns]

        head = self._head(headings, len(rows))
        status_place = next((place for place, column in enumerate(columns) if column == Column.STATUS), None)
        return printing.Printable(len(rows), texts_of, head._replace(status_place=status_place))

    @Slot()
    def save_template(self) -> None:
        """Ask where to save the template, and write it."""
        if self._exporter.is_running:
            return
        begin = usual_folder(self._kept.get(_FOLDER)) / f"{self.tr('Heatpunk projects')}.xlsx"
        title = self.tr("Save a template")
        kinds = {WORKBOOK.ending: self.tr("Excel workbook")}
        if path := path_from(save_dialog(self._window, title, str(begin), kinds, WORKBOOK.ending)):
            target = Path(path)
            asked = target.suffix.lower() == WORKBOOK.ending
            self.write_template(target if asked else target.with_name(f"{target.name}{WORKBOOK.ending}"), asked=asked)

    def write_template(self, target: Path, *, asked: bool = True) -> None:
        """Write the template to a file; `asked` is whether the user agreed to replace an existing one."""

        def write(
            target: Path,
            _rows: Iterable[WholeRow],
            _columns: Sequence[ExportColumn],
            _progress: Progress,
            _cancelled: Cancelled,
        ) -> Written:
            write_template(target)
            return Written(0)

        self._template = target
        self._exporter.start(ExportJob(target, (), (), write, replaces=asked, makes_folder=True))

    # -- what is offered -------------------------------------------------------------------------------------------

    def _offer(self) -> Offer:
        model = self._table.project_model
        shown = array("q", (key for row in range(model.rowCount()) if (key := model.key_at(row)) is not None))
        return Offer(shown, self._table.selected_keys(), choices_of(self._table.shown_columns()))

    def _head(self, headings: tuple[str, ...], count: int) -> PaperHead:
        model = self._table.project_model
        now = self._now()
        number = self.tr("1 project") if count == 1 else self.tr("{0} projects").format(f"{count:,}")
        account = self._account
        whose = self.tr("Sample data") if account.is_demo else f"{account.domain} · {account.email}"
        return PaperHead(
            title=self.tr("Projects"),
            about=(filter_words(model.filter, model.owner_name), whose),
            made=f"{number}, {display_date(now.date())} {now:%H:%M}",
            headings=headings,
            total=count,
        )

    # -- how it ended ----------------------------------------------------------------------------------------------

    @Slot()
    def _on_dialog_finished(self) -> None:
        if self._dialog is not None:
            self._kept[_FOLDER] = str(self._dialog.folder)
            self._kept[_ENDING] = self._dialog.format.ending
            self._dialog = None

    @Slot()
    def _on_preview_finished(self) -> None:
        self._preview = None

    @Slot()
    def _on_print_ended(self) -> None:
        if self._print_job is not None:
            self._print_job.deleteLater()
            self._print_job = None

    @Slot(object)
    def _on_ended(self, ended: Exported) -> None:
        """Say how saving the template ended; the export dialog reports its own end."""
        target, self._template = self._template, None
        if target is None or ended.target != target:
            return
        if ended.error is not None:
            self._tell(ended.error)
            return
        if ended.obstacle is not None:
            ask_to_replace(self._window, target).accepted.connect(lambda: self.write_template(target))
            return
        title = self.tr("The template is saved")
        words = self.tr("Fill in “{0}”, one project a row, then choose Import in the menu File.").format(target.name)
        box = ask(self._window, title, words, yes=self.tr("Open it"), no=self.tr("Close"))
        box.accepted.connect(lambda: open_file(self._window, target))

    def _tell(self, error: KnownError) -> None:
        self.troubled.emit(error)
