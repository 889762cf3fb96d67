"""The panel with the current project, its pending changes and its history."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QStackedWidget, QWidget

from heatpunk_desktop.domain.fields import DETAIL_FIELDS
from heatpunk_desktop.errors import KnownError
from heatpunk_desktop.gui import inspector
from heatpunk_desktop.gui.widgets.labels import PlainLabel, Tone
from heatpunk_desktop.gui.widgets.tab_order import put_after
from heatpunk_desktop.gui.widgets.theme import panel_background
from heatpunk_desktop.models.project_selection import NOTHING
from heatpunk_desktop.services import sync
from heatpunk_desktop.services.sync.facts import Changed, Connection, Link
from heatpunk_desktop.system.compat import override

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from PySide6.QtGui import QAction

    from heatpunk_desktop.domain.project import ProjectDetail
    from heatpunk_desktop.gui.actions.actions import Act
    from heatpunk_desktop.gui.inspector.project_sheet import ProjectSheet, SeveralProjects
    from heatpunk_desktop.models.project_selection import Selection
    from heatpunk_desktop.services.sync.service import SyncService

#: Milliseconds that a selection must rest before contact details are requested from the server.
REST_MS: Final = 300

_LEAST_WIDTH: Final = 220


class Inspector(QStackedWidget):
    """A panel that shows the current project from the store, and has missing contact details loaded.

    Args:
        service: Reads the project and emits changes.
        today: Returns the current day.
        parent: Owner.
    """

    #: int: the ID of an operation that the user wants to see in Changes.
    change_requested = Signal(int)
    #: str: the status that the user chose for all selected projects.
    status_requested = Signal(str)
    #: int, str: ID and present name of an owner to whom the user wants to give another name.
    owner_name_requested = Signal(int, str)
    #: ProjectDetail | None: the shown project; None for none or several.
    shown = Signal(object)

    def __init__(self, service: SyncService, today: Callable[[], date], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._service = service
        self._today = today
        self._selection = NOTHING
        self._link = Link.UNTRIED
        self._asked_for: set[int] = set()
        self._sheet: ProjectSheet | None = None
        self._actions: Mapping[Act, QAction] = {}
        self._several: SeveralProjects | None = None
        self.setAccessibleName(self.tr("Inspector"))
        self.setMinimumWidth(_LEAST_WIDTH)
        self.setAutoFillBackground(True)
        self._colour()
        self._hint = PlainLabel(self.tr("Choose a project to see all of it here."), Tone.MUTED, self)
        self._hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._hint.setMargin(24)
        self.addWidget(self._hint)
        # Both wait for the selection to rest: the store while a key is held down, the server for longer.
        self._read_timer = QTimer(self, singleShot=True, interval=0)
        self._read_timer.timeout.connect(self._on_read_due)
        self._rest_timer = QTimer(self, singleShot=True, interval=REST_MS)
        self._rest_timer.timeout.connect(self._on_rested)
        service.changed.connect(self._on_changed)
        service.connection_changed.connect(self._on_connection_changed)

    @property
    def is_waiting(self) -> bool:
        """Whether a timer runs before the project is read, or its details are requested."""
        return self._read_timer.isActive() or self._rest_timer.isActive()

    @Slot(object)
    def show_selection(self, selection: Selection) -> None:
        """Show the selected project, the actions for several, or a hint where nothing is selected."""
        before, self._selection = self._selection, selection
        self._read_timer.start()
        if selection.current != before.current:
            self._rest_timer.start()

    def give_actions(self, actions: Mapping[Act, QAction]) -> None:
        """Set the declared actions, whose buttons are shown when several projects are selected."""
        self._actions = actions

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._colour()

    def _colour(self) -> None:
        palette = QPalette()
        palette.setColor(QPalette.ColorRole.Window, panel_background(palette))
        self.setPalette(palette)

    @Slot()
    def read_again(self) -> None:
        """Read the shown project again, after something else about it changed."""
        self._read_timer.start()

    @property
    def _key(self) -> int | None:
        return self._selection.current

    @Slot()
    def _on_read_due(self) -> None:
        if (count := len(self._selection.keys)) > 1:
            self._show_several(count)
            self.shown.emit(None)
            return
        detail = self._read()
        self.shown.emit(detail)
        if detail is None:
            self.setCurrentIndex(0)
            return
        if self._sheet is None:
            self._sheet = inspector.ProjectSheet(self._today, self._actions, self)
            self._sheet.change_requested.connect(self.change_requested)
            self._sheet.owner_name_requested.connect(self.owner_name_requested)
            self.addWidget(self._sheet)
            put_after(self._hint, self._sheet)
        self._sheet.show_detail(detail)
        self.setCurrentWidget(self._sheet)

    def _show_several(self, count: int) -> None:
        if self._several is None:
            self._several = inspector.SeveralProjects(self._actions, self)
            self._several.status_chosen.connect(self.status_requested)
            self.addWidget(self._several)
            put_after(self._hint, self._several)
        self._several.show_count(count)
        self.setCurrentWidget(self._several)

    def _read(self) -> ProjectDetail | None:
        if self._key is None:
            return None
        try:
            return self._service.reader.detail(self._key)
        except KnownError:
            return None  # the service reports database errors

    @Slot()
    def _on_rested(self) -> None:
        if self._key is None or self._key < 0 or self._link is not Link.ONLINE or not self.isVisible():
            return
        if self._key in self._asked_for or len(self._selection.keys) > 1:
            return
        detail = self._read()
        if detail is not None and not detail.loaded_at and detail.not_loaded() & DETAIL_FIELDS:
            self._asked_for.add(self._key)
            self._service.ask(sync.LoadProject(self._key))

    @Slot(object)
    def _on_changed(self, changed: Changed) -> None:
        if self._key is not None and self._key in changed.replaced:
            self._selection = self._selection.renamed(changed.replaced)
            self._read_timer.start()
            self._rest_timer.start()
        if changed.counts is not None or self._key in changed.keys:
            self._read_timer.start()

    @Slot(object)
    def _on_connection_changed(self, connection: Connection) -> None:
        came_back = connection.link is Link.ONLINE and self._link is not Link.ONLINE
        self._link = connection.link
        if came_back:
            self._asked_for.clear()
            self._rest_timer.start()
