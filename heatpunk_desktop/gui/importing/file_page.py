"""The first page of an import: the file, its sheet and its first rows."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal, Slot
from PySide6.QtGui import QFont
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from heatpunk_desktop.domain.display import one_line
from heatpunk_desktop.gui.importing.dropping import DropZone
from heatpunk_desktop.gui.importing.tables import make_table, set_widths
from heatpunk_desktop.gui.text.translation import translate, translated
from heatpunk_desktop.gui.widgets.labels import HeadingLabel
from heatpunk_desktop.services.tasks.import_work import file_text
from heatpunk_desktop.spreadsheets.dialects import Encoding, Separator
from heatpunk_desktop.spreadsheets.sheet import column_letter
from heatpunk_desktop.system.compat import override

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtCore import QObject

    from heatpunk_desktop.services.tasks.import_reading import Opened
    from heatpunk_desktop.spreadsheets.dialects import TextDialect
    from heatpunk_desktop.spreadsheets.workbooks import SheetName

_Index = QModelIndex | QPersistentModelIndex
_Role = Qt.ItemDataRole
_NO_PARENT: Final = QModelIndex()
_ROWS: Final = 50
_LONGEST_CELL: Final = 120
_KINDS: Final = "*.csv *.tsv *.txt *.xlsx *.xlsm *.xlsb *.xls *.ods"
_LONGEST: Final = 60
_EMS: Final = 10.0


class SampleModel(QAbstractTableModel):
    """Some rows of a sheet; the row of headings in bold."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._opened: Opened | None = None
        self._bold = QFont()
        self._bold.setBold(True)
        self._width = 0

    def show_opened(self, opened: Opened | None) -> None:
        """Show another sheet, or none."""
        self.beginResetModel()
        self._opened = opened
        rows = opened.sheet.rows[:_ROWS] if opened is not None else ()
        self._width = max(map(len, rows), default=0)
        self.endResetModel()

    @override
    def rowCount(self, parent: _Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() or self._opened is None else min(_ROWS, len(self._opened.sheet.rows))

    @override
    def columnCount(self, parent: _Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else self._width

    @override
    def data(self, index: _Index, role: int = _Role.DisplayRole) -> Any:
        if self._opened is None or not index.isValid():
            return None
        if role in {_Role.DisplayRole, _Role.ToolTipRole}:
            return one_line(file_text(self._opened.sheet, index.row() + 1, index.column()), _LONGEST_CELL)
        if role == _Role.FontRole and index.row() == self._opened.columns.heading_row:
            return self._bold
        return None

    @override
    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _Role.DisplayRole) -> Any:
        if role != _Role.DisplayRole:
            return None
        return column_letter(section) if orientation == Qt.Orientation.Horizontal else str(section + 1)


class FilePage(QWidget):
    """The choice of a file, how it was read, and the choices that read it another way.

    Args:
        folder: The folder to begin with.
        parent: The dialog.
        ask_path: Asks for a path, given a folder to begin with; returns an empty text where the user cancels.
    """

    #: Path: read this file.
    file_chosen = Signal(object)
    #: The user pressed Enter in the field, or chose a file.
    next_requested = Signal()
    #: The user wants a workbook to fill in.
    template_requested = Signal()
    #: TextDialect
    dialect_chosen = Signal(object)
    #: SheetName
    sheet_chosen = Signal(object)
    #: int or None: index of the row of headings.
    headings_chosen = Signal(object)

    def __init__(self, folder: Path, parent: QWidget, ask_path: Callable[[QWidget, str], str] | None = None) -> None:
        super().__init__(parent)
        self._folder = folder
        self._ask_path = ask_path or _ask_path
        self._asked: Path | None = None
        self._opened: Opened | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addLayout(self._make_file())
        self._zone = DropZone(self)
        self._zone.template_requested.connect(self.template_requested)
        column.addWidget(self._zone, 1)
        self._how = self._make_how()
        column.addWidget(self._how)
        self._heading = HeadingLabel(self.tr("The first rows"), self)
        column.addWidget(self._heading)
        self._sample_model = SampleModel(self)
        self._sample = make_table(self.tr("The first rows"), self._sample_model, self)
        self._sample.verticalHeader().show()
        column.addWidget(self._sample, 1)
        self.show_opened(None)

    def _make_file(self) -> QHBoxLayout:
        self._file = QLineEdit(self)
        self._file.setAccessibleName(self.tr("File"))
        self._file.setPlaceholderText(self.tr("Type a path, choose a file with Browse, or drop one on the window"))
        self._file.setAcceptDrops(False)  # the dialog takes files, and a path better than a link in the field
        self._file.returnPressed.connect(self.next_requested)
        self._file.editingFinished.connect(self.read_typed)
        label = QLabel(self.tr("&File"), self)
        label.setBuddy(self._file)
        browse = QPushButton(self.tr("Bro&wse…"), self)
        browse.setAccessibleName(self.tr("Browse"))
        browse.clicked.connect(self._on_browse_clicked)
        row = QHBoxLayout()
        row.addWidget(label)
        row.addWidget(self._file, 1)
        row.addWidget(browse)
        return row

    def _make_how(self) -> QWidget:
        how = QWidget(self)
        self._form = form = QFormLayout(how)
        form.setContentsMargins(0, 0, 0, 0)
        self._sheet, self._encoding, self._separator = QComboBox(how), QComboBox(how), QComboBox(how)
        for encoding in Encoding:
            self._encoding.addItem(translated(encoding.label), encoding)
        for separator in Separator:
            self._separator.addItem(translated(separator.label), separator)
        self._headings = QSpinBox(how)
        self._headings.setSpecialValueText(self.tr("There are none"))
        for words, control in (
            (self.tr("&Sheet"), self._sheet),
            (self.tr("&Encoding"), self._encoding),
            (self.tr("Se&parator"), self._separator),
            (self.tr("&Headings in row"), self._headings),
        ):
            form.addRow(words, control)
            control.setAccessibleName(words.replace("&", ""))
        self._sheet.activated.connect(self._on_sheet_activated)
        self._encoding.activated.connect(self._on_dialect_activated)
        self._separator.activated.connect(self._on_dialect_activated)
        self._headings.editingFinished.connect(self._on_headings_edited)
        return how

    # -- what is shown ---------------------------------------------------------------------------------------------

    @property
    def folder(self) -> Path:
        """The folder that a file was last chosen from."""
        return self._folder

    @property
    def opened(self) -> Opened | None:
        """What was read last."""
        return self._opened

    def show_path(self, path: Path) -> None:
        """Show the path of a file that is being read."""
        self._asked = path
        self._folder = path.parent
        self._file.setText(str(path))

    def show_opened(self, opened: Opened | None) -> None:
        """Show what was read and how."""
        self._opened = opened
        self._sample_model.show_opened(opened)
        for part in (self._how, self._heading, self._sample):
            part.setVisible(opened is not None)
        self._zone.setVisible(opened is None)
        if opened is None:
            return
        if opened.path is not None and opened.path != self._asked:
            self.show_path(opened.path)
        set_widths(self._sample, _EMS)
        dialect, sheets = opened.reading.dialect, list(opened.reading.sheets)
        self._sheet.clear()
        self._sheet.addItems([one_line(sheet.name, _LONGEST) for sheet in sheets])
        self._sheet.setCurrentIndex(sheets.index(opened.name))
        self._form.setRowVisible(self._sheet, dialect is None)
        self._form.setRowVisible(self._encoding, dialect is not None and opened.path is not None)
        self._form.setRowVisible(self._separator, dialect is not None)
        if dialect is not None:
            self._encoding.setCurrentIndex(self._encoding.findData(dialect.encoding))
            self._separator.setCurrentIndex(self._separator.findData(dialect.separator))
        row = opened.columns.heading_row
        self._headings.setRange(0, len(opened.sheet.rows))
        self._headings.setValue(0 if row is None else row + 1)

    def show_failed(self) -> None:
        """Reset the choices to those in force, because the file could not be read as asked.

        The path stays as it is typed, and can be tried again.
        """
        if self._opened is not None and self._opened.path == self._asked:
            self.show_opened(self._opened)
        else:
            self._asked = None
            self.show_opened(None)

    # -- what the user does --------------------------------------------------------------------------------------

    @Slot()
    def read_typed(self) -> None:
        """Read the file whose path is typed, unless it was read already."""
        text = self._file.text().strip().strip('"')
        if not text:
            return
        path = self._folder / Path(text).expanduser()
        if path != self._asked:
            self._asked = path
            self._folder = path.parent
            self.file_chosen.emit(path)

    @Slot()
    def _on_browse_clicked(self) -> None:
        chosen = self._ask_path(self, str(self._folder))
        if chosen:
            self._asked = None
            self._file.setText(chosen)
            self.next_requested.emit()

    @Slot(int)
    def _on_sheet_activated(self, place: int) -> None:
        if self._opened is not None:
            sheet: SheetName = self._opened.reading.sheets[place]
            if sheet != self._opened.name:
                self.sheet_chosen.emit(sheet)

    @Slot()
    def _on_dialect_activated(self) -> None:
        dialect: TextDialect | None = self._opened.reading.dialect if self._opened is not None else None
        if dialect is None:
            return
        wanted = dialect._replace(
            encoding=Encoding(self._encoding.currentData()), separator=Separator(self._separator.currentData())
        )
        if wanted != dialect:
            self.dialect_chosen.emit(wanted)

    @Slot()
    def _on_headings_edited(self) -> None:
        row = self._headings.value() - 1 if self._headings.value() else None
        if self._opened is not None and row != self._opened.columns.heading_row:
            self.headings_chosen.emit(row)


def _ask_path(parent: QWidget, folder: str) -> str:
    spreadsheets, every = translate("FilePage", "Spreadsheets"), translate("FilePage", "All files")
    title = translate("FilePage", "Import projects")
    return QFileDialog.getOpenFileName(parent, title, folder, f"{spreadsheets} ({_KINDS});;{every} (*)")[0]
