"""The whole of the chosen project at the right of the window, with what is pending and what was done here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QStackedWidget, QWidget

from heatpunk_desktop.domain.fields import DETAIL_FIELDS
from heatpunk_desktop.errors import KnownError
from heatpunk_desktop.gui.widgets.labels import PlainLabel, Tone
from heatpunk_desktop.gui.widgets.tab_order import put_after
from heatpunk_desktop.gui.widgets.theme import panel_background
from heatpunk_desktop.models.project_selection import NOTHING
from heatpunk_desktop.services.sync.facts import Changed, Connection, Link
from heatpunk_desktop.services.sync.instructions import LoadProject
from heatpunk_desktop.system.compat import override

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from PySide6.QtGui import QAction

    from heatpunk_desktop.domain.project import ProjectDetail
    from heatpunk_desktop.gui.actions.actions import Act
    from heatpunk_desktop.gui.inspector.project_sheet import ProjectSheet
    from heatpunk_desktop.gui.inspector.several_projects import SeveralProjects
    from heatpunk_desktop.models.project_selection import Selection
    from heatpunk_desktop.services.sync.service import SyncService

#: Milliseconds that a selection rests before the server is asked for the fields that the list lacks.
REST_MS: Final = 300

_LEAST_WIDTH: Final = 220


class Inspector(QStackedWidget):
    """Shows one project. Reads it from the store, and has the server asked for what was never loaded.

    Args:
        service: Gives the project and tells what changes.
        today: Tells which day it is.
        parent: Owner.
    """

    #: int: the number of an operation that the user wants to see among the changes.
    change_requested = Signal(int)
    #: str: all selected projects are to have this status.
    status_requested = Signal(str)
    #: int, str: the number of an owner, and what the owner is called: the user wants to give another name.
    owner_name_requested = Signal(int, str)
    #: ProjectDetail | None: the project that is shown; None where there is none, or there are several.
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
        # Both wait for the selection to rest: the store for as long as keys are held down, the server for longer.
        self._read_timer = QTimer(self, singleShot=True, interval=0)
        self._read_timer.timeout.connect(self._on_read_due)
        self._rest_timer = QTimer(self, singleShot=True, interval=REST_MS)
        self._rest_timer.timeout.connect(self._on_rested)
        service.changed.connect(self._on_changed)
        service.connection_changed.connect(self._on_connection_changed)

    @property
    def is_waiting(self) -> bool:
        """Whether it is about to read the chosen project, or to ask the server for it."""
        return self._read_timer.isActive() or self._rest_timer.isActive()

    @Slot(object)
    def show_selection(self, selection: Selection) -> None:
        """Show the selected project, what can be done with several, or where there is none how to choose one."""
        before, self._selection = self._selection, selection
        self._read_timer.start()
        if selection.current != before.current:
            self._rest_timer.start()

    def give_actions(self, actions: Mapping[Act, QAction]) -> None:
        """Take every declared action, for the buttons where several projects are selected."""
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
        """Read what is shown again: something beside the project is other now."""
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
            from heatpunk_desktop.gui.inspector.project_sheet import ProjectSheet  # noqa: PLC0415 - not needed to start

            self._sheet = ProjectSheet(self._today, self._actions, self)
            self._sheet.change_requested.connect(self.change_requested)
            self._sheet.owner_name_requested.connect(self.owner_name_requested)
            self.addWidget(self._sheet)
            put_after(self._hint, self._sheet)
        self._sheet.show_detail(detail)
        self.setCurrentWidget(self._sheet)

    def _show_several(self, count: int) -> None:
        if self._several is None:
            from heatpunk_desktop.gui.inspector.several_projects import SeveralProjects  # noqa: PLC0415 - not needed to start

            self._several = SeveralProjects(self._actions, self)
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
            return None  # the service tells of a database in trouble by itself

    @Slot()
    def _on_rested(self) -> None:
        if self._key is None or self._key < 0 or self._link is not Link.ONLINE or not self.isVisible():
            return
        if self._key in self._asked_for or len(self._selection.keys) > 1:
            return
        detail = self._read()
        if detail is not None and not detail.loaded_at and detail.not_loaded() & DETAIL_FIELDS:
            self._asked_for.add(self._key)
            self._service.ask(LoadProject(self._key))

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
