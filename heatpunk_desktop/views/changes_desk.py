"""What has not reached the server, as far as the window shows it: the panel, undo, and the note outside of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from heatpunk_desktop.domain.operation import Operation, OperationKind
from heatpunk_desktop.services.facts import Sending
from heatpunk_desktop.services.undo import Undo
from heatpunk_desktop.views.actions import Act, explain
from heatpunk_desktop.views.operation_words import project_words
from heatpunk_desktop.views.system_notice import SystemNotice

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from PySide6.QtGui import QAction
    from PySide6.QtWidgets import QWidget

    from heatpunk_desktop.errors import KnownError
    from heatpunk_desktop.services.sync_service import SyncService
    from heatpunk_desktop.views.changes_panel import ChangesPanel
    from heatpunk_desktop.views.project_desk import ProjectDesk
    from heatpunk_desktop.views.status_bar import StatusBar
    from heatpunk_desktop.views.window_body import WindowBody

#: Characters of a project's name in the status bar.
_LONGEST = 40


class ChangesDesk(QObject):
    """Opens the panel `Changes`, keeps it in step with its button and menu, and offers to undo.

    Args:
        service: Tells how the changes stand.
        today: Tells which day it is.
        actions: Every declared action.
        body: Where the panel goes.
        status: The status bar with the button `Changes`.
        desk: Opens forms and the browser.
        window: The window.
    """

    #: The person wants to give a key.
    settings_wanted = Signal()

    def __init__(
        self,
        service: SyncService,
        today: Callable[[], date],
        actions: Mapping[Act, QAction],
        body: WindowBody,
        status: StatusBar,
        desk: ProjectDesk,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._service = service
        self._today = today
        self._actions = actions
        self._body = body
        self._status = status
        self._desk = desk
        self._window = window
        self._panel: ChangesPanel | None = None
        self._sending = Sending()
        self._undo = Undo(service, parent=self)
        self._undo.offered.connect(self._on_undo_offered)
        self._undo.undone.connect(self._on_undone)
        self._undo.came_too_late.connect(self._on_undo_came_too_late)
        self._undo.not_stored.connect(self._on_undo_not_stored)
        self._notice = SystemNotice(service, window)
        self._notice.clicked.connect(self._on_notice_clicked)
        service.sending_changed.connect(self._on_sending_changed)
        status.changes_wanted.connect(self.show_panel)
        status.undo_wanted.connect(self._undo.undo)
        body.inspector.change_wanted.connect(self.show_change)
        actions[Act.UNDO].triggered.connect(self._undo.undo)
        self._on_undo_offered(None)

    @Slot(bool)
    def show_panel(self, is_open: bool, operation_id: int = 0) -> None:
        """Shows or hides the panel.

        Args:
            is_open: Whether it is to be seen.
            operation_id: An operation to be shown in it; 0 for none.
        """
        self._status.show_changes_open(is_open)
        self._actions[Act.CHANGES].setChecked(is_open)
        if self._panel is None:
            if not is_open:
                return
            self._panel = self._make_panel()
        self._panel.setVisible(is_open)
        if is_open:
            self._panel.open(operation_id)

    @Slot(int)
    def show_change(self, operation_id: int) -> None:
        """Shows the panel with an operation."""
        self.show_panel(True, operation_id)

    def _make_panel(self) -> ChangesPanel:
        from heatpunk_desktop.views.changes_panel import ChangesPanel  # noqa: PLC0415 - not needed to start

        panel = ChangesPanel(self._service, self._today, self._window)
        panel.show_sending(self._sending)
        panel.close_wanted.connect(self._on_close_wanted)
        panel.settings_wanted.connect(self.settings_wanted)
        panel.edit_wanted.connect(self._desk.edit)
        panel.open_wanted.connect(self._desk.open_in_browser)
        self._body.add_panel(panel)
        return panel

    @Slot()
    def _on_close_wanted(self) -> None:
        self.show_panel(False)

    @Slot()
    def _on_notice_clicked(self) -> None:
        self.show_panel(True)

    @Slot(object)
    def _on_sending_changed(self, sending: Sending) -> None:
        self._sending = sending
        if self._panel is not None:
            self._panel.show_sending(sending)

    @Slot(object)
    def _on_undo_offered(self, operation: Operation | None) -> None:
        explain(self._actions[Act.UNDO], "" if operation else self.tr("Nothing that waits to be sent can be undone"))
        self._status.show_undo("" if operation is None else self._saved_words(operation))

    def _saved_words(self, operation: Operation) -> str:
        name = project_words(operation, _LONGEST)
        words = {
            OperationKind.CREATE: self.tr("Saved here: {0}"),
            OperationKind.UPDATE: self.tr("Changed here: {0}"),
            OperationKind.SOFT_DELETE: self.tr("Moved to deleted: {0}"),
        }[operation.kind]
        return words.format(name)

    @Slot()
    def _on_undone(self) -> None:
        self._status.say(self.tr("Undone. It was not sent, and stays in Changes under Done."))

    @Slot()
    def _on_undo_came_too_late(self) -> None:
        self._status.say(self.tr("It had been sent already, so it was not undone."))

    @Slot(object)
    def _on_undo_not_stored(self, error: KnownError) -> None:
        self._desk.tell(error)
