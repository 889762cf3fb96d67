"""The state of the service as shown in the central area and the banner: rows, refresh, connection and storage."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from heatpunk_desktop.domain.clock import is_wrong, system_now
from heatpunk_desktop.filters.conditions import CONTACTS
from heatpunk_desktop.gui.main_window.central_area import EmptyReason, Situation, reason_for_no_rows
from heatpunk_desktop.gui.notifications.banner import Notice, Remedy, trouble_notice
from heatpunk_desktop.services.sync.facts import Connection, DetailsState, RefreshState, Sending

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from heatpunk_desktop.errors import KnownError
    from heatpunk_desktop.gui.filters.filter_controller import FilterController
    from heatpunk_desktop.gui.main_window.window_body import WindowBody
    from heatpunk_desktop.models.project_table_model import ProjectTableModel
    from heatpunk_desktop.services.sync.service import SyncService

#: Milliseconds between checks of whether a wrong clock was corrected.
_CLOCK_MS: Final = 10_000


class ServiceStatusController(QObject):
    """A controller that collects the state of the service and shows it in words.

    Args:
        service: Reports refresh, connection and storage errors.
        model: The table's rows.
        filters: The filter.
        body: The central area and the banner.
        today: Returns the current day in the UK.
        parent: Owner.
    """

    #: The user wants to try again after a problem.
    retry_requested = Signal()
    #: The user wants to enter an API key.
    settings_requested = Signal()
    #: A refresh has ended, successfully or not.
    refreshed = Signal()

    def __init__(
        self,
        service: SyncService,
        model: ProjectTableModel,
        filters: FilterController,
        body: WindowBody,
        today: Callable[[], date],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._model = model
        self._filters = filters
        self._body = body
        self._today = today
        self._connection = Connection()
        self._refresh = RefreshState()
        self._sending = Sending()
        self._details = DetailsState()
        self._storage_trouble: KnownError | None = None
        self._shown, self._known = model.rowCount(), model.total
        self._remedy = Remedy.NONE
        self._clock_timer = QTimer(self, singleShot=True, interval=_CLOCK_MS)
        self._clock_timer.timeout.connect(self._update)
        service.connection_changed.connect(self._on_connection_changed)
        service.refresh_changed.connect(self._on_refresh_changed)
        service.sending_changed.connect(self._on_sending_changed)
        service.details_changed.connect(self._on_details_changed)
        service.storage_troubled.connect(self.tell_storage_trouble)
        model.filter_applied.connect(self._on_filter_applied)
        filters.changed.connect(self._update)
        body.centre.retry_requested.connect(self.retry_requested)
        body.centre.settings_requested.connect(self.settings_requested)
        body.banner.pressed.connect(self._on_banner_pressed)
        self._on_filter_applied(self._shown, self._known, is_all=True)

    @property
    def connection(self) -> Connection:
        """The state of the connection."""
        return self._connection

    @property
    def has_rows(self) -> bool:
        """Whether there are rows to show."""
        return self._shown > 0

    @Slot(object)
    def tell_storage_trouble(self, error: KnownError) -> None:
        """Show an error of the account's database."""
        self._storage_trouble = error
        self._update()

    @Slot(object)
    def _on_connection_changed(self, connection: Connection) -> None:
        self._connection = connection
        self._update()

    @Slot(object)
    def _on_refresh_changed(self, state: RefreshState) -> None:
        ended = self._refresh.running and not state.running
        self._refresh = state
        self._update()
        if ended:
            self.refreshed.emit()

    @Slot(object)
    def _on_sending_changed(self, sending: Sending) -> None:
        self._sending = sending
        self._update()

    @Slot(int, int, bool)
    def _on_filter_applied(self, _shown: int, _total: int, is_all: bool) -> None:
        # Another receiver may have changed what is shown meanwhile.
        shown, self._known = self._model.rowCount(), self._model.total
        if is_all or shown:
            self._shown = shown
        if is_all:
            self._body.bar.show_numbers(shown, self._model.total_beside(self._model.filter.view))
        self._update()

    @Slot(object)
    def _on_details_changed(self, state: DetailsState) -> None:
        self._details = state
        if not self._shown:
            self._update()

    def _may_be_about_details(self) -> bool:
        """Return whether the search or a condition may concern contact details."""
        wanted = self._model.filter
        conditions = (*wanted.conditions.every, *wanted.typed.every)
        return bool(wanted.text) or any(condition.subject in CONTACTS for condition in conditions)

    @Slot()
    def _update(self) -> None:
        by_others, by_dates = self._filters.is_filtered, self._filters.has_dates
        details = self._details if self._may_be_about_details() else DetailsState()
        now = Situation(
            self._known,
            self._shown,
            by_others,
            by_dates,
            self._refresh,
            self._connection,
            details,
            self._filters.only_view,
        )
        self._body.centre.show_situation(now)
        wrong_date = system_now().date() if is_wrong() else None
        if wrong_date is not None:
            self._clock_timer.start()
        notice = trouble_notice(
            self._connection, self._refresh, self._storage_trouble, self._today(), self._sending, wrong_date
        )
        is_told_by_banner = self._storage_trouble is not None or wrong_date is not None
        if not is_told_by_banner and reason_for_no_rows(now) in (EmptyReason.KEY, EmptyReason.FAILED):
            notice = Notice()  # the central area shows it already
        buttons = {Remedy.TRY_NOW: self.tr("Try now"), Remedy.SETTINGS: self.tr("Open settings")}
        self._remedy = notice.remedy
        self._body.banner.say(notice.words, notice.icon, buttons.get(notice.remedy, ""))

    @Slot()
    def _on_banner_pressed(self) -> None:
        (self.settings_requested if self._remedy is Remedy.SETTINGS else self.retry_requested).emit()
