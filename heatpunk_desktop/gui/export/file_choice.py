"""The choice of an export's file and format, and the actions around the file once it is written."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QComboBox, QGridLayout, QLabel, QLineEdit, QPushButton, QWidget

from heatpunk_desktop.errors import KnownError
from heatpunk_desktop.gui.dialogs.file_dialogs import path_from, save_dialog
from heatpunk_desktop.gui.dialogs.message import ask, show_error
from heatpunk_desktop.gui.export.formats import FORMATS, WORKBOOK, Format, format_of
from heatpunk_desktop.gui.text.translation import translate

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QMessageBox


class FileChoice(QWidget):
    """A format and a path; the ending of the path follows the format, and the other way round.

    Args:
        folder: The folder to begin with; a name that is typed alone is one in it.
        name: What the file is called at first, without its ending.
        chosen: The kind to begin with.
        parent: Owner.
        ask_path: Asks for a path, given one to begin with; returns an empty text where the user cancels.
    """

    #: Another kind of file is chosen.
    format_changed = Signal()

    def __init__(
        self,
        folder: Path,
        name: str,
        chosen: Format,
        parent: QWidget,
        ask_path: Callable[[QWidget, str], str] | None = None,
    ) -> None:
        super().__init__(parent)
        self._folder = folder
        self._ask_path = ask_path or _ask_path
        #: The system's own dialog has asked already whether this file is to be replaced.
        self._agreed: Path | None = None
        self._format = QComboBox(self)
        for kind in FORMATS:
            self._format.addItem(kind.words)
        self._format.setCurrentIndex(FORMATS.index(chosen))
        self._format.currentIndexChanged.connect(self._on_format_changed)
        self._file = QLineEdit(str(folder / f"{name}{chosen.ending}"), self)
        self._file.editingFinished.connect(self.follow_ending)
        browse = QPushButton(self.tr("&Browse…"), self)
        browse.setObjectName("browse")
        browse.setAccessibleName(self.tr("Browse"))
        browse.clicked.connect(self._on_browse_clicked)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        for row, (words, control) in enumerate(((self.tr("F&ormat"), self._format), (self.tr("&File"), self._file))):
            label = QLabel(words, self)
            label.setBuddy(control)
            control.setAccessibleName(words.replace("&", ""))
            grid.addWidget(label, row, 0)
            grid.addWidget(control, row, 1)
        grid.addWidget(browse, 1, 2)

    @property
    def format(self) -> Format:
        """The chosen format."""
        return FORMATS[self._format.currentIndex()]

    @property
    def is_agreed(self) -> bool:
        """Whether the user has already agreed to replace the file."""
        return self._agreed is not None and self._agreed == self.path()

    def path(self) -> Path | None:
        """Return the target, or None where nothing is typed. A bare name is one in the folder."""
        text = self._file.text().strip().strip('"')
        if not text:
            return None
        path = self._folder / os.path.expanduser(text)  # noqa: PTH111 - which leaves the name of no user as it is
        if not path.name:  # the root of a disk
            return None
        return path if format_of(path.name) else path.with_name(f"{path.name}{self.format.ending}")

    def take_focus(self) -> None:
        """Focus the path, with the file's name selected."""
        self._file.setFocus()
        text = self._file.text()
        start = max(text.rfind("/"), text.rfind("\\")) + 1
        known = format_of(text)
        self._file.setSelection(start, len(text) - start - (len(known.ending) if known else 0))

    @Slot()
    def follow_ending(self) -> None:
        """Choose the format of the typed ending."""
        typed = format_of(self._file.text().strip())
        if typed is not None and typed is not self.format:
            self._format.setCurrentIndex(FORMATS.index(typed))

    @Slot()
    def _on_format_changed(self) -> None:
        text = self._file.text().strip()
        before = format_of(text)
        if text:
            self._file.setText(f"{text[: -len(before.ending)] if before else text}{self.format.ending}")
        self.format_changed.emit()

    @Slot()
    def _on_browse_clicked(self) -> None:
        chosen = self._ask_path(self, str(self.path() or self._folder))
        if chosen:
            self._file.setText(chosen)
            self.follow_ending()
            # Where another ending is added to what was asked about, it is another file.
            self._agreed = path if (path := self.path()) is not None and path == Path(chosen) else None


def _ask_path(parent: QWidget, begin: str) -> str:
    title = translate("ExportDialog", "Export projects")
    known = format_of(begin) or WORKBOOK
    kinds = {kind.ending: kind.words.partition(" (")[0] for kind in FORMATS}
    return path_from(save_dialog(parent, title, begin, kinds, known.ending))


def ask_to_replace(parent: QWidget, path: Path) -> QMessageBox:
    """Ask whether to replace an existing file."""
    words = translate("exporting", "It is replaced by the new file if you go on.")
    title = translate("exporting", "“{0}” is there already").format(path.name)
    return ask(parent, title, words, yes=translate("exporting", "Replace it"), no=translate("exporting", "Keep it"))


def open_file(parent: QWidget, path: Path) -> None:
    """Open a file in the system's program for it, or say where it is."""
    if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(path))):
        advice = translate("exporting", "Open it from the folder, or with a program of your choice.")
        show_error(
            parent,
            KnownError(
                translate("exporting", "No program opened the file"),
                translate("exporting", "It is there: {0}").format(path),
                advice,
            ),
        )


def show_in_folder(parent: QWidget, path: Path) -> None:
    """Open the folder of a file, or say where it is."""
    if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(path.parent))):
        words = translate("exporting", "The file is there: {0}").format(path)
        show_error(parent, KnownError(translate("exporting", "No program opened the folder"), words))
