"""The dialog of an export: which projects, which columns, in what format, and into which file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from PySide6.QtCore import QCoreApplication, QSize, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QProgressBar,
    QPushButton,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from heatpunk_desktop.domain.headings import HEADINGS
from heatpunk_desktop.errors import KnownError
from heatpunk_desktop.export.columns import ALL_CHOICES, export_columns, has_details
from heatpunk_desktop.overriding import override
from heatpunk_desktop.services.exporter import ExportJob
from heatpunk_desktop.views.exporting.formats import FORMATS, WORKBOOK, Format, format_of, writer_of
from heatpunk_desktop.views.form_labels import HeadingLabel, PlainLabel, TitleLabel, Tone, announce
from heatpunk_desktop.views.message import ask, show_error
from heatpunk_desktop.views.tall_scroll_area import TallScrollArea

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from heatpunk_desktop.export.columns import Choice
    from heatpunk_desktop.services.exporter import Exported, Exporter
    from heatpunk_desktop.views.paper import PaperHead

_SIZE: Final = QSize(640, 600)
_LIST_HEIGHT: Final = 190


class Offer(NamedTuple):
    """What there is to export.

    Attributes:
        shown: Keys of the projects that the table shows, in its order.
        selected: Those of them that are selected.
        columns: The columns that the table shows, in its order.
    """

    shown: Sequence[int]
    selected: Sequence[int]
    columns: tuple[Choice, ...]


class ExportDialog(QDialog):
    """Asks what to export and writes it, with the progress shown; it can be stopped at any time.

    Args:
        exporter: Writes the file.
        offer: What there is to export.
        folder: The folder to begin with.
        chosen: The format to begin with.
        file_name: What the file is called at first, without its ending.
        make_head: Gives what stands on paper above a number of projects with these headings.
        parent: The window.
        ask_path: Asks for a path, given one to begin with; gives an empty text where the person cancels.
    """

    def __init__(
        self,
        exporter: Exporter,
        offer: Offer,
        folder: Path,
        chosen: Format,
        file_name: str,
        make_head: Callable[[tuple[str, ...], int], PaperHead],
        parent: QWidget | None = None,
        ask_path: Callable[[QWidget, str], str] | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Export projects"))
        self._exporter = exporter
        self._offer = offer
        self._folder = folder
        self._make_head = make_head
        self._ask_path = ask_path or _ask_path
        #: The system's own dialog has asked already whether this file is to be replaced.
        self._agreed_path: Path | None = None
        self._are_columns_own = False
        self._job: ExportJob | None = None
        self._written_to: Path | None = None
        self._form = QWidget()
        self._make_form(chosen, folder / f"{file_name}{chosen.ending}")
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
        layout.addWidget(self._said_title)
        layout.addWidget(self._said)
        layout.addWidget(self._progress)
        layout.addWidget(self._make_buttons())
        exporter.progressed.connect(self._progress.setValue)
        exporter.ended.connect(self._on_ended)
        self.resize(_SIZE.boundedTo(self.screen().availableSize()))
        self._show_columns()
        self._file.setFocus()

    @property
    def folder(self) -> Path:
        """The folder that was exported to last."""
        return self._folder

    @property
    def format(self) -> Format:
        """The format that is chosen."""
        return FORMATS[self._format.currentIndex()]

    # -- making ----------------------------------------------------------------------------------------------------

    def _make_form(self, chosen: Format, path: Path) -> None:
        self._shown = QRadioButton(
            self.tr("All &that are shown ({0})").format(f"{len(self._offer.shown):,}"), self._form
        )
        count = len(self._offer.selected)
        self._selected = QRadioButton(self.tr("Only those &selected ({0})").format(f"{count:,}"), self._form)
        self._selected.setEnabled(count > 0)
        (self._selected if count > 1 else self._shown).setChecked(True)
        group = QButtonGroup(self)
        group.addButton(self._shown)
        group.addButton(self._selected)
        self._format = QComboBox(self._form)
        for one in FORMATS:
            self._format.addItem(one.words)
        self._format.setCurrentIndex(FORMATS.index(chosen))
        self._format.currentIndexChanged.connect(self._on_format_changed)
        self._file = QLineEdit(str(path), self._form)
        self._file.editingFinished.connect(self._on_file_edited)
        browse = QPushButton(self.tr("&Browse…"), self._form)
        browse.setAccessibleName(self.tr("Browse"))
        browse.setAutoDefault(False)
        browse.clicked.connect(self._on_browse_clicked)
        grid = QGridLayout()
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        for row, (words, control) in enumerate(((self.tr("F&ormat"), self._format), (self.tr("&File"), self._file))):
            label = QLabel(words, self._form)
            label.setBuddy(control)
            control.setAccessibleName(words.replace("&", ""))
            grid.addWidget(label, row, 0)
            grid.addWidget(control, row, 1)
        grid.addWidget(browse, 1, 2)
        column = QVBoxLayout(self._form)
        column.setContentsMargins(0, 0, 6, 0)
        column.setSpacing(8)
        column.addWidget(HeadingLabel(self.tr("Projects"), self._form))
        column.addWidget(self._shown)
        column.addWidget(self._selected)
        column.addSpacing(6)
        column.addWidget(HeadingLabel(self.tr("File"), self._form))
        column.addLayout(grid)
        column.addSpacing(6)
        column.addWidget(HeadingLabel(self.tr("Columns"), self._form))
        column.addLayout(self._make_columns(), 1)
        words = self.tr("The file holds your customers’ data: keep it where only those who need it can read it.")
        column.addWidget(PlainLabel(words, Tone.MUTED, self._form))

    def _make_columns(self) -> QHBoxLayout:
        self._columns = QListWidget(self._form)
        self._columns.setAccessibleName(self.tr("Columns"))
        self._columns.setMinimumHeight(_LIST_HEIGHT)
        self._columns.setSpacing(2)
        rest = (one for one in ALL_CHOICES if one not in self._offer.columns)
        #: What each row of the list stands for.
        self._choices: tuple[Choice, ...] = (*self._offer.columns, *rest)
        for choice in self._choices:
            item = QListWidgetItem(HEADINGS[choice], self._columns)
            item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Unchecked)
        self._columns.setCurrentRow(0)
        self._columns.itemChanged.connect(self._on_column_changed)
        every = QPushButton(self.tr("&All columns"), self._form)
        every.clicked.connect(self._on_all_clicked)
        table = QPushButton(self.tr("As in the ta&ble"), self._form)
        table.clicked.connect(self._on_table_clicked)
        self._columns_said = PlainLabel(tone=Tone.MUTED, parent=self._form)
        side = QVBoxLayout()
        for button in (every, table):
            button.setAutoDefault(False)
            side.addWidget(button)
        side.addWidget(self._columns_said)
        side.addStretch(1)
        row = QHBoxLayout()
        row.addWidget(self._columns, 1)
        row.addLayout(side)
        return row

    def _make_buttons(self) -> QDialogButtonBox:
        buttons = QDialogButtonBox(self)
        self._export = QPushButton(self.tr("&Export projects"), self)
        self._export.setAccessibleName(self.tr("Export projects"))
        self._export.setDefault(True)
        self._export.clicked.connect(self._on_export_clicked)
        buttons.addButton(self._export, QDialogButtonBox.ButtonRole.AcceptRole)
        self._open = QPushButton(self.tr("&Open the file"), self)
        self._open.setAccessibleName(self.tr("Open the file"))
        self._open.clicked.connect(self._on_open_clicked)
        buttons.addButton(self._open, QDialogButtonBox.ButtonRole.ActionRole)
        self._open.hide()
        self._cancel = QPushButton(self.tr("Cancel"), self)
        self._cancel.clicked.connect(self.reject)
        buttons.addButton(self._cancel, QDialogButtonBox.ButtonRole.RejectRole)
        return buttons

    # -- what is chosen --------------------------------------------------------------------------------------------

    def _chosen_columns(self) -> list[Choice]:
        checked = Qt.CheckState.Checked
        return [one for row, one in enumerate(self._choices) if self._columns.item(row).checkState() is checked]

    def _check(self, choices: Sequence[Choice]) -> None:
        blocked = self._columns.blockSignals(True)
        for row, choice in enumerate(self._choices):
            state = Qt.CheckState.Checked if choice in choices else Qt.CheckState.Unchecked
            self._columns.item(row).setCheckState(state)
        self._columns.blockSignals(blocked)
        self._count_columns()

    def _show_columns(self) -> None:
        """Checks what suits the format, until the person chooses columns."""
        if not self._are_columns_own:
            self._check(self._offer.columns if self.format.is_paper else ALL_CHOICES)

    def _count_columns(self) -> None:
        count = len(self._chosen_columns())
        self._export.setEnabled(count > 0)
        self._columns_said.setText(
            self.tr("{0} chosen").format(count) if count else self.tr("Choose one column at least.")
        )

    @Slot()
    def _on_column_changed(self) -> None:
        self._are_columns_own = True
        self._count_columns()

    @Slot()
    def _on_all_clicked(self) -> None:
        self._are_columns_own = True
        self._check(ALL_CHOICES)

    @Slot()
    def _on_table_clicked(self) -> None:
        self._are_columns_own = True
        self._check(self._offer.columns)

    @Slot()
    def _on_format_changed(self) -> None:
        text = self._file.text().strip()
        before = format_of(text)
        if text:
            self._file.setText(f"{text[: -len(before.ending)] if before else text}{self.format.ending}")
        self._show_columns()

    @Slot()
    def _on_file_edited(self) -> None:
        """Follows the ending that was typed."""
        typed = format_of(self._file.text().strip())
        if typed is not None and typed is not self.format:
            self._format.setCurrentIndex(FORMATS.index(typed))

    @Slot()
    def _on_browse_clicked(self) -> None:
        chosen = self._ask_path(self, str(self._path() or self._folder))
        if chosen:
            self._file.setText(chosen)
            self._on_file_edited()
            self._agreed_path = Path(chosen)

    def _path(self) -> Path | None:
        """Where to write, or None where nothing is typed. A name alone is one in the folder."""
        text = self._file.text().strip()
        if not text:
            return None
        path = self._folder / Path(text).expanduser()
        return path if format_of(path.name) else path.with_name(f"{path.name}{self.format.ending}")

    # -- writing ---------------------------------------------------------------------------------------------------

    @Slot()
    def _on_export_clicked(self) -> None:
        path = self._path()
        if path is None:
            self._say("", self.tr("Type a name for the file, or choose one with Browse."), Tone.ERROR)
            self._file.setFocus()
            return
        self._on_file_edited()
        if path.exists() and not path.is_dir() and path != self._agreed_path:
            title = self.tr("“{0}” is there already").format(path.name)
            words = self.tr("It is replaced by the new file if you go on.")
            box = ask(self, title, words, yes=self.tr("Replace it"), no=self.tr("Keep it"))
            box.accepted.connect(lambda: self._begin(path))
            return
        self._begin(path)

    def _begin(self, path: Path) -> None:
        keys = self._offer.selected if self._selected.isChecked() else self._offer.shown
        columns = export_columns(self._chosen_columns())
        headings = tuple(column.heading for column in columns)
        head = self._make_head(headings, len(keys))
        self._job = ExportJob(path, keys, columns, writer_of(self.format, lambda: head))
        self._form.setEnabled(False)
        self._export.setEnabled(False)
        self._said_title.hide()
        self._say("", self.tr("Writing “{0}”…").format(path.name), Tone.MUTED)
        self._progress.setRange(0, max(1, len(keys)))
        self._progress.setValue(0)
        self._progress.show()
        self._exporter.start(self._job)

    @Slot(object)
    def _on_ended(self, ended: Exported) -> None:
        job, self._job = self._job, None
        if job is None:
            return
        self._progress.hide()
        self._form.setEnabled(True)
        self._export.setEnabled(True)
        if ended.error is not None:
            self._say("", self.tr("Nothing was exported."), Tone.ERROR)
            show_error(self, ended.error)
        elif ended.written is None:
            self._say("", self.tr("You stopped it. Nothing was exported, and a file that was there is as it was."))
        else:
            self._folder = job.target.parent
            self._written_to = job.target
            self._show_done(ended, job)

    def _show_done(self, ended: Exported, job: ExportJob) -> None:
        written = ended.written
        assert written is not None  # noqa: S101 - the caller's reason to be here
        count = (
            self.tr("1 project is") if written.rows == 1 else self.tr("{0} projects are").format(f"{written.rows:,}")
        )
        lines = [str(job.target)]
        if ended.not_loaded and has_details(job.columns):
            lines.append(
                self.tr(
                    "Email, phone, build date or CRM reference of {0} of them are not on this computer yet, so those "
                    "cells are empty. They come when a project is opened."
                ).format(f"{ended.not_loaded:,}")
            )
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
        self._open.setDefault(True)
        self._open.setFocus()
        self._cancel.setText(self.tr("Close"))
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
        if self._written_to is None:
            return
        if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._written_to))):
            title = self.tr("No program opened the file")
            words = self.tr("It is there: {0}").format(self._written_to)
            show_error(
                self, KnownError(title, words, self.tr("Open it from the folder, or with a program of your choice."))
            )

    @override
    def reject(self) -> None:
        """Stops what is being written; the next time, closes."""
        if self._exporter.is_running:
            self._exporter.cancel()
        else:
            super().reject()


def _ask_path(parent: QWidget, begin: str) -> str:
    title = QCoreApplication.translate("ExportDialog", "Export projects")
    known = format_of(begin) or WORKBOOK
    kinds = {f"{one.words.partition(' (')[0]} (*{one.ending})": one for one in FORMATS}
    selected = next(words for words, one in kinds.items() if one is known)
    path, kind = QFileDialog.getSaveFileName(parent, title, begin, ";;".join(kinds), selected)
    return path if not path or format_of(path) else f"{path}{kinds.get(kind, known).ending}"
