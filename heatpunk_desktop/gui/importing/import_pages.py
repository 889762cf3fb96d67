"""The import window's stack of pages, its buttons, and the questions that it asks."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from heatpunk_desktop.gui.dialogs.message import ask
from heatpunk_desktop.gui.importing.columns_page import ColumnsPage
from heatpunk_desktop.gui.importing.done_page import DonePage
from heatpunk_desktop.gui.importing.file_page import FilePage
from heatpunk_desktop.gui.importing.preview_page import PreviewPage
from heatpunk_desktop.gui.importing.values_page import ValuesPage
from heatpunk_desktop.gui.text.translation import translate
from heatpunk_desktop.gui.widgets.dialog import Dialog, grow
from heatpunk_desktop.gui.widgets.labels import PlainLabel, TitleLabel, Tone, announce
from heatpunk_desktop.system.compat import override

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from PySide6.QtWidgets import QMessageBox

    from heatpunk_desktop.spreadsheets.row_plan import Counts

#: The size while there is only a file to choose.
_FIRST_SIZE: Final = QSize(640, 360)
_SIZE: Final = QSize(1200, 760)


class CurrentPageStack(QStackedWidget):
    """A stack as large as its current page; Qt's own is as large as its largest page."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.currentChanged.connect(self.updateGeometry)

    @override
    def sizeHint(self) -> QSize:
        page = self.currentWidget()
        return page.sizeHint() if page is not None else super().sizeHint()

    @override
    def minimumSizeHint(self) -> QSize:
        page = self.currentWidget()
        return page.minimumSizeHint() if page is not None else super().minimumSizeHint()


class BusyPage(QWidget):
    """A progress bar with words above it, while a thread works.

    It holds no table: painting one calls Python for each cell, and each call waits for the working thread.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._words = PlainLabel(tone=Tone.MUTED, parent=self)
        self._progress = QProgressBar(self)
        self._progress.setAccessibleName(self.tr("Progress of the import"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addStretch(1)
        column.addWidget(self._words)
        column.addWidget(self._progress)
        column.addStretch(1)

    def begin(self, words: str) -> None:
        """Show what is being done, without knowing yet how long it takes."""
        self._words.setText(words)
        self._progress.setRange(0, 0)

    @Slot(int, int)
    def show_progress(self, done: int, total: int) -> None:
        """Show how many of how many steps are done."""
        self._progress.setRange(0, max(1, total))
        self._progress.setValue(done)


def nothing_words(counts: Counts | None) -> str:
    """Return why there is nothing to import."""
    if counts is not None and counts.problems:
        return translate("import", "Nothing to import yet: fix the rows marked in red.")
    return translate("import", "There is nothing new to import: all of it is there already.")


def ask_about_lost(parent: QWidget, count: int) -> QMessageBox:
    """Ask whether to go on without corrections that do not fit what is read now, or to go back.

    Args:
        parent: The window.
        count: How many there are.
    """
    title = (
        translate("import", "One correction does not fit here")
        if count == 1
        else translate("import", "{0} corrections do not fit here")
    )
    words = translate(
        "import",
        "What you corrected or chose in the preview belongs to rows that are not the same in what is read now. Go on "
        "without it, or go back to what was read before.",
    )
    return ask(
        parent,
        title.format(f"{count:,}"),
        words,
        yes=translate("import", "Go on without"),
        no=translate("import", "Go back"),
    )


def ask_to_leave(parent: QWidget) -> QMessageBox:
    """Ask whether to abandon corrections that are not imported yet."""
    words = translate("import", "What you corrected and chose here is not kept. The file itself stays as it is.")
    return ask(
        parent,
        translate("import", "Leave without importing?"),
        words,
        yes=translate("import", "Leave"),
        no=translate("import", "Stay"),
    )


class Page(IntEnum):
    """The pages, in their order."""

    FILE = 0
    COLUMNS = 1
    VALUES = 2
    PREVIEW = 3
    DONE = 4


class ImportPages(Dialog):
    """A dialog of pages: which one is shown, and which buttons can be pressed on it. Subclasses lead through them.

    Args:
        folder: The folder to begin with.
        parent: The window.
        ask_path: Asks for a path; see `FilePage`.
    """

    keeps_room_for_text = False

    def __init__(
        self, folder: Path, parent: QWidget | None = None, ask_path: Callable[[QWidget, str], str] | None = None
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Import projects"))
        self.setSizeGripEnabled(True)
        self._is_grown = False
        self._title = TitleLabel(parent=self)
        self._file = FilePage(folder, self, ask_path)
        self._columns = ColumnsPage(self)
        self._values = ValuesPage(self)
        self._preview = PreviewPage(self)
        self._done = DonePage(self)
        self._busy = BusyPage(self)
        self._page = Page.FILE
        self._pages = CurrentPageStack(self)
        for page in (self._file, self._columns, self._values, self._preview, self._done, self._busy):
            self._pages.addWidget(page)
        self._said = PlainLabel(parent=self)
        self._said.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 18, 20, 16)
        layout.setSpacing(10)
        layout.addWidget(self._title)
        layout.addWidget(self._pages, 1)
        layout.addWidget(self._said)
        layout.addLayout(self._make_buttons())
        self.setMinimumSize(_FIRST_SIZE)
        self.resize(_FIRST_SIZE)
        self._show_page(Page.FILE)

    @property
    def folder(self) -> Path:
        """The folder that a file was last chosen from."""
        return self._file.folder

    def _make_buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.addStretch(1)
        self._back = self._button(row, self.tr("&Back"))
        self._next = self._button(row, self.tr("&Next"))
        self._import = self._button(row, self.tr("&Import projects"))
        self._cancel = self._button(row, self.tr("Cancel"))
        return row

    def _button(self, row: QHBoxLayout, words: str) -> QPushButton:
        button = QPushButton(words, self)
        button.setAccessibleName(words.replace("&", ""))
        row.addWidget(button)
        return button

    def _show_page(self, page: Page) -> None:
        titles = {
            Page.FILE: self.tr("Which file?"),
            Page.COLUMNS: self.tr("What is in its columns?"),
            Page.VALUES: self.tr("What do these values mean?"),
            Page.PREVIEW: self.tr("This will be done"),
            Page.DONE: "",
        }
        self._page = page
        self._title.say(titles[page], Tone.PLAIN)
        self._show_ready()
        if page is Page.COLUMNS:
            self._columns.take_focus()
        elif page is Page.VALUES:
            self._values.take_focus()
        elif page is Page.PREVIEW:
            self._preview.take_focus()
        if titles[page]:
            announce(self, titles[page])

    def _show_ready(self) -> None:
        """Hide the progress, and enable the actions of this page."""
        page, counts = self._page, self._preview.counts
        self._pages.setCurrentIndex(page)
        if not self._is_grown and (page is not Page.FILE or self._file.opened is not None):
            self._is_grown = True
            grow(self, _SIZE)
        self._said.hide()
        self._back.setVisible(page in {Page.COLUMNS, Page.VALUES, Page.PREVIEW})
        self._back.setEnabled(True)
        self._next.setVisible(page in {Page.FILE, Page.COLUMNS, Page.VALUES})
        self._next.setEnabled(True)
        self._import.setVisible(page is Page.PREVIEW)
        amount = counts.new + counts.updates if counts is not None else 0
        self._import.setEnabled(amount > 0)
        self._cancel.setText(self.tr("Close") if page is Page.DONE else self.tr("Cancel"))
        self._cancel.setAccessibleName(self._cancel.text())
        # Enter means something else in the tables.
        for button, is_default in ((self._next, page is Page.FILE), (self._cancel, page is Page.DONE)):
            button.setDefault(is_default)
        if page is Page.PREVIEW and amount == 0:
            self._said.say(nothing_words(counts), Tone.PLAIN)

    def _show_busy(self, words: str) -> None:
        self._busy.begin(words)
        self._pages.setCurrentWidget(self._busy)
        self._said.hide()
        for button in (self._back, self._next, self._import):
            button.setEnabled(False)
        self._cancel.setFocus()
