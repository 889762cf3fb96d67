"""The export dialog: which projects, which columns, in what format, and into which file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialogButtonBox,
    QProgressBar,
    QPushButton,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from heatpunk_desktop.export.columns import export_columns
from heatpunk_desktop.gui.dialogs.message import ask, show_error
from heatpunk_desktop.gui.export.columns_choice import ColumnsChoice, MissingNote, State, missing_words
from heatpunk_desktop.gui.export.file_choice import FileChoice, ask_to_replace, open_file, show_in_folder
from heatpunk_desktop.gui.export.formats import writer_of
from heatpunk_desktop.gui.text.translation import translated
from heatpunk_desktop.gui.widgets.dialog import Dialog, TallScrollArea
from heatpunk_desktop.gui.widgets.labels import HeadingLabel, PlainLabel, TitleLabel, Tone, announce
from heatpunk_desktop.services.tasks.exporter import ExportJob, Obstacle
from heatpunk_desktop.system.compat import override

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from PySide6.QtWidgets import QMessageBox

    from heatpunk_desktop.gui.export.formats import Begin, Format, Offer
    from heatpunk_desktop.gui.printing.paper import PaperHead
    from heatpunk_desktop.services.tasks.details_loader import DetailsLoaded, DetailsLoader
    from heatpunk_desktop.services.tasks.exporter import Exported, Exporter

_SIZE: Final = QSize(640, 640)


class ExportDialog(Dialog):
    """A dialog that writes an export, with its progress; it can be stopped at any time.

    Args:
        exporter: Writes the file.
        loader: Loads what is not on this computer yet.
        offer: What there is to export.
        begin: What is proposed.
        make_head: Returns the page head for a number of projects with these headings.
        parent: The window.
        ask_path: Asks for a path, given one to begin with; returns an empty text where the user cancels.
    """

    def __init__(
        self,
        exporter: Exporter,
        loader: DetailsLoader,
        offer: Offer,
        begin: Begin,
        make_head: Callable[[tuple[str, ...], int], PaperHead],
        parent: QWidget | None = None,
        ask_path: Callable[[QWidget, str], str] | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Export projects"))
        self._exporter = exporter
        self._loader = loader
        self._offer = offer
        self._folder = begin.folder
        self._make_head = make_head
        self._job: ExportJob | None = None
        self._written_to: Path | None = None
        #: For each of the two lots of projects, a byte a project; None before it is known.
        self._missing: list[bytes] | None = None
        self._form = QWidget()
        self._make_lots()
        self._file = FileChoice(begin.folder, begin.name, begin.format, self._form, ask_path)
        self._columns = ColumnsChoice(offer.columns, self._form)
        self._note = MissingNote(self._form)
        self._lay_out_form()
        self._progress = QProgressBar(self)
        self._progress.setAccessibleName(self.tr("Progress of the export"))
        self._progress.hide()
        self._said_title = TitleLabel(parent=self)
        self._said_title.hide()
        self._said = PlainLabel(parent=self)
        self._said.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 18, 20, 16)
        layout.setSpacing(10)
        self._form_area = TallScrollArea(self._form, self)
        layout.addWidget(self._form_area, 1)
        for widget in (self._said_title, self._said, self._progress, self._make_buttons()):
            layout.addWidget(widget)
        self._connect()
        self.resize(_SIZE)
        self._columns.propose(is_paper=self.format.is_paper)
        self._file.take_focus()
        exporter.look(offer.shown, offer.selected)

    @property
    def folder(self) -> Path:
        """The folder of the last export."""
        return self._folder

    @property
    def format(self) -> Format:
        """The chosen format."""
        return self._file.format

    # -- making ----------------------------------------------------------------------------------------------------

    def _make_lots(self) -> None:
        self._shown = QRadioButton(
            self.tr("All &that are shown ({0})").format(f"{len(self._offer.shown):,}"), self._form
        )
        count = len(self._offer.selected)
        self._selected = QRadioButton(self.tr("Only those &selected ({0})").format(f"{count:,}"), self._form)
        self._selected.setEnabled(count > 0)
        if not count:
            self._selected.setToolTip(self.tr("Select projects in the table first"))
            self._selected.setAccessibleDescription(self._selected.toolTip())
        (self._selected if count > 1 else self._shown).setChecked(True)
        group = QButtonGroup(self)
        group.addButton(self._shown)
        group.addButton(self._selected)

    def _lay_out_form(self) -> None:
        column = QVBoxLayout(self._form)
        column.setContentsMargins(0, 0, 6, 0)
        column.setSpacing(8)
        column.addWidget(HeadingLabel(self.tr("Projects"), self._form))
        column.addWidget(self._shown)
        column.addWidget(self._selected)
        column.addSpacing(6)
        column.addWidget(HeadingLabel(self.tr("File"), self._form))
        column.addWidget(self._file)
        column.addSpacing(6)
        column.addWidget(HeadingLabel(self.tr("Columns"), self._form))
        column.addWidget(self._columns, 1)
        column.addWidget(self._note)
        words = self.tr("The file holds your customers’ data: keep it where only those who need it can read it.")
        column.addWidget(PlainLabel(words, Tone.MUTED, self._form))

    def _make_buttons(self) -> QDialogButtonBox:
        buttons = QDialogButtonBox(self)
        role = QDialogButtonBox.ButtonRole
        self._export = self._button(buttons, role.AcceptRole, self.tr("&Export projects"), self._on_export_clicked)
        self._export.setDefault(True)
        self._open = self._button(buttons, role.ActionRole, self.tr("&Open the file"), self._on_open_clicked)
        self._show = self._button(buttons, role.ActionRole, self.tr("&Show in folder"), self._on_show_clicked)
        self._open.hide()
        self._show.hide()
        self._cancel = self._button(buttons, role.RejectRole, self.tr("Cancel"), self.reject)
        return buttons

    def _button(
        self, box: QDialogButtonBox, role: QDialogButtonBox.ButtonRole, words: str, slot: Callable[[], None]
    ) -> QPushButton:
        button = QPushButton(words, self)
        button.setAccessibleName(words.replace("&", ""))
        button.clicked.connect(slot)
        box.addButton(button, role)
        return button

    def _connect(self) -> None:
        self._file.format_changed.connect(self._on_format_changed)
        self._columns.changed.connect(self._show_missing)
        self._shown.toggled.connect(self._show_missing)
        self._exporter.progressed.connect(self._progress.setValue)
        self._exporter.ended.connect(self._on_ended)
        self._exporter.checked.connect(self._on_checked)
        self._exporter.looked.connect(self._on_looked)
        self._loader.progressed.connect(self._progress.setValue)
        self._loader.ended.connect(self._on_loaded)

    # -- what is chosen --------------------------------------------------------------------------------------------

    @Slot()
    def _on_format_changed(self) -> None:
        self._columns.propose(is_paper=self.format.is_paper)

    def _keys(self) -> Sequence[int]:
        return self._offer.selected if self._selected.isChecked() else self._offer.shown

    @Slot(object)
    def _on_looked(self, missing: list[bytes] | None) -> None:
        self._missing = missing
        self._show_missing()

    @Slot()
    def _show_missing(self) -> None:
        """Show for how many projects the ticked columns would be empty."""
        chosen = self._columns.chosen()
        self._export.setEnabled(bool(chosen) and self._job is None)
        self._note.show_missing(self._missing[self._selected.isChecked()] if self._missing else b"", chosen)

    # -- writing ---------------------------------------------------------------------------------------------------

    @Slot()
    def _on_export_clicked(self) -> None:
        self._file.follow_ending()
        path = self._file.path()
        if path is None:
            self._say("", self.tr("Type a name for the file, or choose one with Browse."), Tone.ERROR)
            self._file.take_focus()
            return
        keys, columns = self._keys(), export_columns(self._columns.chosen())
        head = self._make_head(tuple(column.heading for column in columns), len(keys))
        self._begin(ExportJob(path, keys, columns, writer_of(self.format, lambda: head), self._file.is_agreed))

    def _begin(self, job: ExportJob) -> None:
        """Check the target first where much is to be loaded, so that any question comes before the wait."""
        self._job = job
        self._show_busy(self.tr("Writing “{0}”…").format(job.target.name), len(job.keys))
        if self._note.keys_to_load(job.keys):
            self._exporter.check(job)
        else:
            self._exporter.start(job)

    def _show_busy(self, words: str, steps: int) -> None:
        self._cancel.setFocus()  # what has the keyboard is about to be disabled
        self._form.setEnabled(False)
        self._export.setEnabled(False)
        self._say("", words, Tone.MUTED)
        self._progress.setRange(0, max(1, steps))
        self._progress.setValue(0)
        self._progress.show()

    def _show_form(self) -> None:
        self._job = None
        self._progress.hide()
        self._said.hide()
        self._form.setEnabled(True)
        self._show_missing()
        self._export.setFocus()

    @Slot(object)
    def _on_checked(self, obstacle: Obstacle | None) -> None:
        job = self._job
        if job is None:
            return
        if obstacle is not None:
            self._ask_about(obstacle, job)
            return
        keys = self._note.keys_to_load(job.keys)
        words = (
            self.tr("Loading 1 project from Heatpunk…")
            if len(keys) == 1
            else self.tr("Loading {0} projects from Heatpunk…")
        )
        self._show_busy(words.format(f"{len(keys):,}"), len(keys))
        self._loader.start(keys)

    @Slot(object)
    def _on_loaded(self, loaded: DetailsLoaded) -> None:
        job = self._job
        if job is None:
            return
        self._show_busy(self.tr("Writing “{0}”…").format(job.target.name), len(job.keys))
        if loaded.error is None:
            self._exporter.start(job)
            return
        title = self.tr("{0} of {1} projects could be loaded").format(f"{loaded.loaded:,}", f"{loaded.wanted:,}")
        words = self.tr("{0}: {1}\n\nCells of what is not loaded would say so in the file.")
        box = ask(
            self,
            title,
            words.format(translated(loaded.error.title), translated(loaded.error.message)),
            yes=self.tr("Export without them"),
            no=self.tr("Don’t export"),
        )
        box.accepted.connect(lambda: self._exporter.start(job))
        box.rejected.connect(self._on_declined)

    @Slot(object)
    def _on_ended(self, ended: Exported) -> None:
        job = self._job
        if job is None:
            return
        if ended.obstacle is not None:
            self._ask_about(ended.obstacle, job)
            return
        self._show_form()
        if ended.error is not None:
            self._say("", self.tr("Nothing was exported."), Tone.ERROR)
            show_error(self, ended.error).finished.connect(self._file.take_focus)
        elif ended.written is None:
            self._say_stopped()
        else:
            self._show_done(ended, job)

    def _ask_about(self, obstacle: Obstacle, job: ExportJob) -> None:
        """Ask whether to replace the file, or to make its folder, and go on."""
        box: QMessageBox
        if obstacle is Obstacle.FILE_THERE:
            box = ask_to_replace(self, job.target)
            agreed = job._replace(replaces=True)
        else:
            folder = job.target.parent
            title = self.tr("There is no folder “{0}”").format(folder.name or folder)
            words = self.tr("{0}\n\nMake it, or choose another place with Browse.").format(folder)
            box = ask(self, title, words, yes=self.tr("Make the folder"), no=self.tr("Choose another place"))
            agreed = job._replace(makes_folder=True)
        box.accepted.connect(lambda: self._begin(agreed))
        box.rejected.connect(self._on_declined)

    @Slot()
    def _on_declined(self) -> None:
        self._show_form()
        self._exporter.look(self._offer.shown, self._offer.selected)
        self._file.take_focus()

    # -- how it ended ----------------------------------------------------------------------------------------------

    def _say_stopped(self) -> None:
        self._say("", self.tr("You stopped it. Nothing was exported, and a file that was there is as it was."))

    def _show_done(self, ended: Exported, job: ExportJob) -> None:
        written = ended.written
        assert written is not None  # noqa: S101 - the caller's reason to be here
        self._folder = job.target.parent
        self._written_to = job.target
        count = (
            self.tr("1 project is") if written.rows == 1 else self.tr("{0} projects are").format(f"{written.rows:,}")
        )
        lines = [str(job.target)]
        missing = missing_words(ended.not_loaded, written.rows, State.NOT_KNOWN)
        if missing:
            lines.append(self.tr("{0} Those cells say “not loaded”.").format(" ".join(missing)))
        if written.shortened:
            lines.append(
                self.tr("{0} texts were longer than a cell can hold, and were cut off.").format(
                    f"{written.shortened:,}"
                )
            )
        self._form_area.hide()
        self._say(self.tr("{0} in “{1}”").format(count, job.target.name), "\n\n".join(lines))
        self._export.hide()
        self._open.show()
        self._show.show()
        for before, after in ((self._cancel, self._open), (self._open, self._show)):
            self.setTabOrder(before, after)  # the box of buttons leaves out what was hidden
        self._show.setDefault(True)
        self._show.setFocus()
        self._cancel.setText(self.tr("Close"))
        self._cancel.setAccessibleName(self._cancel.text())
        # The words are wrapped, so that how high they are depends on how wide.
        layout = self.layout()
        self.setMinimumHeight(0)
        self.resize(self.width(), layout.totalHeightForWidth(self.width()) if layout is not None else self.height())

    def _say(self, title: str, words: str, tone: Tone = Tone.PLAIN) -> None:
        self._said_title.setText(title)
        self._said_title.setVisible(bool(title))
        self._said.say(words, tone)
        announce(self, f"{title}. {words}" if title else words)

    @Slot()
    def _on_open_clicked(self) -> None:
        if self._written_to is not None:
            open_file(self, self._written_to)

    @Slot()
    def _on_show_clicked(self) -> None:
        if self._written_to is not None:
            show_in_folder(self, self._written_to)

    @override
    def done(self, result: int) -> None:
        self._job = None
        self._loader.stop()
        super().done(result)

    @override
    def reject(self) -> None:
        """Stop what is being loaded or written; the next time, close."""
        if self._loader.is_running:
            self._loader.stop()
            self._on_declined()
            self._say_stopped()
        elif self._exporter.is_running:
            self._exporter.cancel()
        else:
            super().reject()
