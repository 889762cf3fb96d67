"""The controller of pending changes: the panel, undo, and the notification at the end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal, Slot

from heatpunk_desktop.domain.operation import OperationState
from heatpunk_desktop.errors import KnownError
from heatpunk_desktop.gui import outbox
from heatpunk_desktop.gui.actions.actions import Act
from heatpunk_desktop.gui.notifications.desktop_notifications import SystemNotice
from heatpunk_desktop.gui.text.undo_words import (
    left_words,
    plain_undone_words,
    redone_words,
    saved_words,
    sent_words,
    show_undo_actions,
    undone_words,
    withdrawn_words,
)
from heatpunk_desktop.services import sync
from heatpunk_desktop.services.sync.facts import Changed, Done, RedoReport, Sending, UndoReport
from heatpunk_desktop.services.sync.undo_history import UndoHistory
from heatpunk_desktop.store.reader import OperationGroup

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date

    from PySide6.QtGui import QAction
    from PySide6.QtWidgets import QWidget

    from heatpunk_desktop.domain.changes import BatchWithdrawal
    from heatpunk_desktop.domain.undo import NotUndone
    from heatpunk_desktop.gui.main_window.project_controller import ProjectController
    from heatpunk_desktop.gui.main_window.status_bar import StatusBar
    from heatpunk_desktop.gui.main_window.window_body import WindowBody
    from heatpunk_desktop.gui.outbox.changes_panel import ChangesPanel
    from heatpunk_desktop.services.sync.service import SyncService


#: Key in the settings: the number of unsent changes that was last announced as the window closed.
_UNSENT_TOLD: Final = "unsent_told"


class ChangesController(QObject):
    """The link between the service and the panel `Changes`, its button, its menu and undo.

    Args:
        service: Knows the state of the changes.
        today: Returns the current day.
        actions: Every declared action.
        body: Where the panel goes.
        status: The status bar with the button `Changes`.
        controller: Opens forms and the browser.
        window: The window.
    """

    #: The user wants to enter an API key.
    settings_requested = Signal()

    def __init__(
        self,
        service: SyncService,
        today: Callable[[], date],
        actions: Mapping[Act, QAction],
        body: WindowBody,
        status: StatusBar,
        controller: ProjectController,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._service = service
        self._today = today
        self._actions = actions
        self._body = body
        self._status = status
        self._controller = controller
        self._window = window
        self._panel: ChangesPanel | None = None
        self._sending = Sending()
        #: How many changes were on the server when nothing waited last; None before anything is known.
        self._confirmed_before: int | None = None
        #: The last saved change, as long as it can be undone.
        self._offered: Done | None = None
        #: The last message about sent changes, until something else is done.
        self._sent_words = ""
        #: The message once a compensating change was sent, by the number of its batch.
        self._undone_words: dict[int, str] = {}
        self._history = UndoHistory(service, self)
        self._history.changed.connect(self._on_history_changed)
        self._history.offered.connect(self._on_undo_offered)
        self._history.undone.connect(self._on_undone)
        self._history.redone.connect(self._on_redone)
        self._history.not_stored.connect(self._on_undo_not_stored)
        self._notice = SystemNotice(service, window)
        self._notice.clicked.connect(self._on_notice_clicked)
        service.sending_changed.connect(self._on_sending_changed)
        service.changed.connect(self._on_changed)
        service.command_given.connect(self._on_command_given)
        status.changes_requested.connect(self.show_panel)
        status.undo_requested.connect(self._history.undo)
        body.inspector.change_requested.connect(self.show_change)
        actions[Act.UNDO].triggered.connect(self._history.undo)
        actions[Act.REDO].triggered.connect(self._history.redo)
        self._on_history_changed()

    @property
    def history(self) -> UndoHistory:
        """The undo history."""
        return self._history

    def tell_unsent(self, kept: dict[str, object]) -> None:
        """Say, as the window closes, how many changes are sent next time; once for each number.

        Args:
            kept: What is kept between starts.
        """
        try:
            waiting = self._service.reader.operation_counts().waiting
        except KnownError:
            return  # the service reports trouble with the database
        if waiting != kept.get(_UNSENT_TOLD, 0):
            self._notice.tell_unsent(waiting)
        kept[_UNSENT_TOLD] = waiting

    @Slot(bool)
    def show_panel(self, is_open: bool, operation_id: int = 0) -> None:
        """Show or hide the panel.

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
        """Show an operation in the panel."""
        self.show_panel(True, operation_id)

    @Slot(int)
    def show_refused(self, batch: int) -> None:
        """Show the panel, with the operations of a batch selected that need the user."""
        self.show_panel(True)
        if self._panel is not None:
            self._panel.choose_batch(batch)

    def _make_panel(self) -> outbox.ChangesPanel:
        panel = outbox.ChangesPanel(self._service, self._today, self._window)
        panel.show_sending(self._sending)
        panel.close_requested.connect(self._on_close_requested)
        panel.settings_requested.connect(self.settings_requested)
        panel.edit_requested.connect(self._controller.edit_refused)
        panel.open_requested.connect(self._controller.open_in_browser)
        panel.batch_withdrawn.connect(self._on_batch_withdrawn)
        self._body.add_panel(panel)
        return panel

    @Slot()
    def _on_close_requested(self) -> None:
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
    def _on_changed(self, changed: Changed) -> None:
        """Say in passing that all waiting changes were sent, with the way to undo them."""
        counts = changed.counts
        if counts is None or (counts.waiting and self._confirmed_before is not None):
            return
        before, self._confirmed_before = self._confirmed_before, counts.confirmed
        # What was saved last may be refused, and is offered to be undone then: that stands in the same place.
        is_refused = self._offered is not None and self._history.undo_withdraws
        if before is None or counts.confirmed <= before or is_refused:
            return
        try:
            done = self._service.reader.operations(OperationGroup.DONE, 1)
        except KnownError:
            return  # the service reports trouble with the database
        if not done or done[0].state is not OperationState.CONFIRMED:
            return
        undone = self._undone_words.pop(done[0].batch, "")
        words = undone or sent_words(done[0], counts.confirmed - before)
        self._sent_words = "" if undone else words
        if self._offered is not None and not undone:
            self._status.show_undo(words, is_sent=True)
        else:
            self._status.say(words)

    @Slot(object)
    def _on_command_given(self, command: object) -> None:
        if isinstance(command, sync.UndoableCommand):
            self._sent_words = ""

    @Slot()
    def _on_history_changed(self) -> None:
        show_undo_actions(self._actions[Act.UNDO], self._actions[Act.REDO], self._history)

    @Slot(object)
    def _on_undo_offered(self, done: Done | None) -> None:
        self._offered = done
        if done is None:
            self._status.show_undo("")
        elif self._history.undo_withdraws:
            self._status.show_undo(saved_words(done))
        else:
            self._status.show_undo(self._sent_words or saved_words(done), is_sent=True)

    @Slot(object)
    def _on_undone(self, report: UndoReport) -> None:
        self._status.say(undone_words(report))
        if report.undone.batch:
            self._undone_words[report.undone.batch] = plain_undone_words(report)
        self._tell_left(report.undone.left, did_nothing=report.undone.did_nothing)

    @Slot(object)
    def _on_redone(self, report: RedoReport) -> None:
        self._status.say(redone_words(report))
        self._tell_left(report.redone.left, did_nothing=report.redone.did_nothing)

    def _tell_left(self, left: Sequence[NotUndone], *, did_nothing: bool) -> None:
        if (words := left_words(left, did_nothing=did_nothing)) is not None:
            self._controller.tell(words)

    @Slot(object)
    def _on_batch_withdrawn(self, taken: BatchWithdrawal) -> None:
        self._status.say(withdrawn_words(taken))

    @Slot(object)
    def _on_undo_not_stored(self, error: KnownError) -> None:
        self._controller.tell(error)
