"""The central area of the window: the table, or a message about why there are no rows."""

from __future__ import annotations

from enum import Enum, auto
from typing import Final, NamedTuple

from PySide6.QtCore import QEvent, QSize, Qt, Signal, Slot
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from heatpunk_desktop.errors import BadAnswerError, KeyRefusedError
from heatpunk_desktop.gui.main_window.status_bar import reading_words
from heatpunk_desktop.gui.text.translation import translate, translated
from heatpunk_desktop.gui.text.view_words import VIEW_WORDS
from heatpunk_desktop.gui.widgets.icons import tinted_pixmap
from heatpunk_desktop.gui.widgets.labels import PlainLabel, TitleLabel, Tone
from heatpunk_desktop.gui.widgets.tab_order import put_after
from heatpunk_desktop.gui.widgets.theme import muted_text
from heatpunk_desktop.models.project_filter import SidebarView
from heatpunk_desktop.services.sync.facts import Connection, DetailsState, Link, RefreshState
from heatpunk_desktop.system.compat import override

_TEXT_WIDTH: Final = 440
_PICTURE_SIZE: Final = 40


class EmptyReason(Enum):
    """Why there are no rows to show."""

    LOADING = auto()
    UNREACHED = auto()
    KEY = auto()
    FAILED = auto()
    CANCELLED = auto()
    NO_PROJECTS = auto()
    NONE_IN_RANGE = auto()
    NO_MATCH = auto()
    EMPTY_VIEW = auto()


class Situation(NamedTuple):
    """The facts that decide between the table and a message.

    Attributes:
        known: The number of projects known here.
        shown: How many of them pass the filter.
        is_filtered: Whether anything but the date range narrows what is shown.
        has_dates: Whether a date range narrows what is shown.
        refresh: The state of the refresh.
        connection: The state of the connection.
        details: The progress of loading contact details, if the search may be for some.
        only_view: The view of the sidebar, if nothing else narrows what is shown.
    """

    known: int = 0
    shown: int = 0
    is_filtered: bool = False
    has_dates: bool = False
    refresh: RefreshState = RefreshState()
    connection: Connection = Connection()
    details: DetailsState = DetailsState()
    only_view: SidebarView | None = None


_KEY_TROUBLE: Final = (Link.KEY_REFUSED, Link.KEY_MISSING)


def reason_for_no_rows(now: Situation) -> EmptyReason | None:
    """Return why there are no rows to show, or None where there are some: known rows are always shown."""
    if now.shown:
        return None
    refresh, link = now.refresh, now.connection.link
    reasons = (
        (now.known and now.is_filtered, EmptyReason.NO_MATCH if now.only_view is None else EmptyReason.EMPTY_VIEW),
        (link in _KEY_TROUBLE, EmptyReason.KEY),
        (refresh.running, EmptyReason.LOADING),
        (link is Link.OFFLINE, EmptyReason.UNREACHED),
        (refresh.error is not None, EmptyReason.FAILED),
        (now.known, EmptyReason.NO_MATCH),
        (refresh.cancelled, EmptyReason.CANCELLED),
        (refresh.last_at, EmptyReason.NONE_IN_RANGE if now.has_dates else EmptyReason.NO_PROJECTS),
    )
    return next((reason for holds, reason in reasons if holds), EmptyReason.LOADING)


_PICTURES: Final = {
    EmptyReason.LOADING: "refresh-cw",
    EmptyReason.UNREACHED: "cloud-off",
    EmptyReason.KEY: "key-round",
    EmptyReason.FAILED: "triangle-alert",
    EmptyReason.CANCELLED: "refresh-cw",
    EmptyReason.NO_PROJECTS: "house",
    EmptyReason.NONE_IN_RANGE: "house",
    EmptyReason.NO_MATCH: "search-x",
    EmptyReason.EMPTY_VIEW: "house",
}


def _missing_words(details: DetailsState) -> str:
    """Return the hint that a search may miss projects whose contact details are not loaded."""
    count = details.left
    if not count:
        return ""
    if not details.is_on or details.is_unavailable:
        singular = translate("details", "Contact details of 1 project aren’t loaded.")
        plural = translate("details", "Contact details of {0} projects aren’t loaded.")
    else:
        singular = translate("details", "Contact details of 1 project are still loading.")
        plural = translate("details", "Contact details of {0} projects are still loading.")
    return (singular if count == 1 else plural).format(f"{count:,}")


class _Page(QWidget):
    """A centred message: picture, title, text, progress and up to two buttons."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._name = ""
        self._picture = QLabel(self)
        self._picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.title = TitleLabel(parent=self)
        self.words = PlainLabel(tone=Tone.MUTED, parent=self)
        self.progress = QProgressBar(self)
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName(self.tr("Progress of the refresh"))
        self.button, self.second_button = QPushButton(self), QPushButton(self)
        for button in (self.button, self.second_button):
            button.setAutoDefault(True)
        layout = QVBoxLayout(self)
        layout.setSpacing(10)
        layout.addStretch(2)
        for widget in (self._picture, self.title, self.words, self.progress):
            # No alignment in the layout, which would then ignore the height of wrapped text.
            row = QHBoxLayout()
            row.addStretch(1)
            row.addWidget(widget)
            row.addStretch(1)
            widget.setFixedWidth(_TEXT_WIDTH)
            layout.addLayout(row)
        for label in (self.title, self.words):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        layout.addSpacing(4)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.button)
        buttons.addWidget(self.second_button)
        buttons.addStretch(1)
        layout.addLayout(buttons)
        layout.addStretch(3)
        self.setBackgroundRole(QPalette.ColorRole.Base)
        self.setAutoFillBackground(True)

    def show_picture(self, name: str) -> None:
        self._name = name
        self._picture.setPixmap(tinted_pixmap(name, muted_text(QPalette()), _PICTURE_SIZE))

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self._name:
            self.show_picture(self._name)


class Centre(QStackedWidget):
    """A stack of the table and the messages shown in its place."""

    new_project_requested = Signal()
    import_requested = Signal()
    clear_requested = Signal()
    cancel_requested = Signal()
    retry_requested = Signal()
    settings_requested = Signal()

    def __init__(self, table: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._page: _Page | None = None
        self._empty: EmptyReason | None = None
        self._leads_to_settings = False
        self._table = self._rows = table
        self.addWidget(table)

    @override
    def minimumSizeHint(self) -> QSize:
        # Rows need less height than a message, which would limit the panel below.
        shown = self.currentWidget() or self._table
        return shown.minimumSizeHint()

    def show_rows_in(self, rows: QWidget) -> None:
        """Set the widget that shows the rows, the table or the board."""
        self._rows = rows
        if self.indexOf(rows) < 0:
            self.addWidget(rows)
        if self._empty is None:
            self.setCurrentWidget(rows)

    def show_situation(self, now: Situation) -> None:
        """Show the rows, or the message for a situation."""
        self._empty = reason_for_no_rows(now)
        # If nothing was ever read, an invalid answer most likely comes from a wrong domain.
        self._leads_to_settings = isinstance(now.refresh.error, KeyRefusedError | BadAnswerError)
        if self._empty is None:
            self.setCurrentWidget(self._rows)
            return
        page = self._page
        if page is None:
            page = self._page = _Page(self)
            page.button.clicked.connect(self._on_button_clicked)
            page.second_button.clicked.connect(self._on_second_button_clicked)
            self.addWidget(page)
            put_after(self._table, page)
        title, words, button, *second = self._texts(self._empty, now)
        page.title.setText(title)
        page.words.setText(words)
        page.button.setText(button)
        page.button.setVisible(bool(button))
        page.second_button.setText("".join(second))
        page.second_button.setVisible(bool(second))
        page.progress.setVisible(self._empty is EmptyReason.LOADING)
        page.progress.setRange(0, now.refresh.windows)
        page.progress.setValue(now.refresh.windows_done)
        page.show_picture(_PICTURES[self._empty])
        self.setCurrentWidget(page)

    def _texts(self, empty: EmptyReason, now: Situation) -> tuple[str, ...]:
        """Return title, text and the labels of the buttons."""
        error = now.connection.error or now.refresh.error
        told = f"{translated(error.title)}. {translated(error.text())}" if error is not None else ""
        match empty:
            case EmptyReason.LOADING:
                running = now.refresh.running
                words = reading_words(now.refresh) if running else self.tr("One moment.")
                return self.tr("Reading your team’s projects"), words, self.tr("Cancel") if running else ""
            case EmptyReason.UNREACHED:
                words = self.tr(
                    "No project has been read on this computer yet, so there is nothing to show without a connection."
                    " A new project can be written down all the same and is sent later."
                )
                told = told or self.tr("Check the network.")
                return self.tr("The server cannot be reached"), f"{told}\n\n{words}", self.tr("Try again")
            case EmptyReason.KEY:
                words = told or self.tr("Enter the API key that your team’s administrator gave you.")
                return self.tr("The API key is needed"), words, self.tr("Open settings")
            case EmptyReason.FAILED:
                button = self.tr("Open settings") if self._leads_to_settings else self.tr("Try again")
                return self.tr("The projects could not be read"), told, button
            case EmptyReason.CANCELLED:
                words = self.tr("You stopped it before a project was read.")
                return self.tr("Reading was cancelled"), words, self.tr("Read again")
            case _:
                return self._texts_of_no_projects(empty, now)

    def _texts_of_no_projects(self, empty: EmptyReason, now: Situation) -> tuple[str, ...]:
        """Return the same for when everything was read, and nothing is to be shown."""
        match empty:
            case EmptyReason.NO_PROJECTS:
                words = self.tr("Add your first project, or import a spreadsheet.")
                return self.tr("No projects yet"), words, self.tr("New project"), self.tr("Import a spreadsheet")
            case EmptyReason.NONE_IN_RANGE:
                words = self.tr("Create one, or show the projects of all dates.")
                return self.tr("No projects in this date range"), words, self.tr("New project"), self.tr("All dates")
            case EmptyReason.EMPTY_VIEW if now.only_view is not None:
                return translated(VIEW_WORDS[now.only_view].nothing), "", self.tr("Show all projects")
            case _:
                words = self.tr("Try fewer words, or clear the filters and dates.")
                if missing := _missing_words(now.details):
                    words = f"{missing}\n\n{words}"
                return translated(VIEW_WORDS[SidebarView.ALL].nothing), words, self.tr("Clear search and filters")

    @Slot()
    def _on_button_clicked(self) -> None:
        match self._empty:
            case EmptyReason.LOADING:
                self.cancel_requested.emit()
            case EmptyReason.FAILED if self._leads_to_settings:
                self.settings_requested.emit()
            case EmptyReason.UNREACHED | EmptyReason.FAILED | EmptyReason.CANCELLED:
                self.retry_requested.emit()
            case EmptyReason.KEY:
                self.settings_requested.emit()
            case EmptyReason.NO_PROJECTS | EmptyReason.NONE_IN_RANGE:
                self.new_project_requested.emit()
            case EmptyReason.NO_MATCH | EmptyReason.EMPTY_VIEW:
                self.clear_requested.emit()

    @Slot()
    def _on_second_button_clicked(self) -> None:
        (self.import_requested if self._empty is EmptyReason.NO_PROJECTS else self.clear_requested).emit()
