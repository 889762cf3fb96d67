"""The main window, which creates its parts and controllers and connects them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QMainWindow, QStatusBar

from heatpunk_desktop.domain.clock import uk_today
from heatpunk_desktop.errors import KnownError
from heatpunk_desktop.gui import dialogs, drafts, main_window, saved_views, table
from heatpunk_desktop.gui.actions.actions import Act, make_actions
from heatpunk_desktop.gui.actions.contact_actions import ContactActions
from heatpunk_desktop.gui.actions.menus import Menus, SortMenu
from heatpunk_desktop.gui.actions.status_controller import StatusController
from heatpunk_desktop.gui.board.layout_controller import LayoutController
from heatpunk_desktop.gui.filters.filter_controller import FilterController
from heatpunk_desktop.gui.main_window.current_project import CurrentProject
from heatpunk_desktop.gui.main_window.page_navigation import PageNavigation
from heatpunk_desktop.gui.main_window.pages import PAGE_MAKERS, PageMaterial
from heatpunk_desktop.gui.main_window.project_controller import ProjectController
from heatpunk_desktop.gui.main_window.service_status import ServiceStatusController
from heatpunk_desktop.gui.main_window.status_bar import StatusBar
from heatpunk_desktop.gui.main_window.window_body import WindowBody
from heatpunk_desktop.gui.main_window.window_geometry import WindowGeometry
from heatpunk_desktop.gui.main_window.window_state import WindowState
from heatpunk_desktop.gui.main_window.window_tools import WindowTools
from heatpunk_desktop.gui.notifications.banner import demo_words
from heatpunk_desktop.gui.outbox.changes_controller import ChangesController
from heatpunk_desktop.gui.settings.settings_controller import SettingsController
from heatpunk_desktop.gui.widgets.icons import app_icon
from heatpunk_desktop.services.sync.background_refresh import BackgroundRefresh
from heatpunk_desktop.services.sync.facts import Changed, RefreshState
from heatpunk_desktop.system.compat import override

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from PySide6.QtGui import QCloseEvent, QMoveEvent, QResizeEvent

    from heatpunk_desktop.config.settings import Settings
    from heatpunk_desktop.domain.account import Account
    from heatpunk_desktop.domain.project import Member
    from heatpunk_desktop.gui.main_window.files_controller import FilesController
    from heatpunk_desktop.gui.main_window.page_navigation import PageController
    from heatpunk_desktop.gui.saved_views.saved_views_controller import SavedViewsController
    from heatpunk_desktop.gui.table.cells_controller import CellsController
    from heatpunk_desktop.models.project_filter import ProjectFilter
    from heatpunk_desktop.models.project_table_model import ProjectTableModel
    from heatpunk_desktop.services.sync.service import SyncService
    from heatpunk_desktop.services.tasks.task_makers import TaskMakers

_LEAST_SIZE: Final = (760, 480)
#: Milliseconds that a date range must rest before it is requested.
RANGE_REST_MS: Final = 400


class MainWindow(QMainWindow):
    """The window with the projects of one account.

    Args:
        service: Reads the account's database and takes commands.
        tasks: Creates the background tasks.
        model: The table's rows, which the owner of the window fills.
        settings: The stored settings.
        account: The account.
        open_project: Opens a project in the browser; raises KnownError if that fails.
        proxy_words: Describes the proxy now in use.
        today: Returns the current day in the UK.
    """

    #: Account, str: the user chose another account, or a new key for this one.
    account_requested = Signal(object, str)
    #: The user wants to leave the sample data and connect an account.
    connect_requested = Signal()
    #: str: `system`, `light` or `dark`.
    appearance_chosen = Signal(str)
    #: The user wants to see the diagnostics.
    diagnostics_requested = Signal()

    def __init__(
        self,
        service: SyncService,
        tasks: TaskMakers,
        model: ProjectTableModel,
        settings: Settings,
        account: Account,
        *,
        open_project: Callable[[Account, int], None],
        proxy_words: Callable[[], str] = str,
        today: Callable[[], date] = uk_today,
    ) -> None:
        super().__init__()
        self._service = service
        self._tasks = tasks
        self._account = account
        self._today = today
        self._kept = WindowState(settings.window)
        self._model = model
        self._saved_views: SavedViewsController | None = None
        self.setWindowTitle(self.tr("Heatpunk Desktop"))
        self.setMinimumSize(*_LEAST_SIZE)
        self._actions = make_actions(self)
        self._body = body = WindowBody(service, model, self._actions, today, self)
        self._status = StatusBar(account, today, self)
        self._geometry = WindowGeometry(body, self._actions, self._kept, self._save_settings, self)
        self._lay_out()
        self._controller = ProjectController(service, tasks, account, open_project, self, today)
        self._contact = ContactActions(self._actions, self._controller.links, self)
        self._filters = FilterController(model, body.sidebar, body.bar, body.toolbar.search, self)
        self._current = CurrentProject(model, body.table, self._actions, self._controller, service, self)
        self._cells: CellsController | None = None
        self._files: FilesController | None = None
        self._statuses = StatusController(service, body.table, self._actions, self)
        self._layouts = LayoutController(self._statuses, body, self._actions, self, today)
        self._changes = ChangesController(service, today, self._actions, body, self._status, self._controller, self)
        self._tools = WindowTools(model, body, self._actions, self)
        self._tools.project_requested.connect(self.show_project)
        self._tools.offer(self._statuses.entries)
        self._pages = PageNavigation(
            body, self._actions, self._views.values(), self._filters, self._current, self._make_page, self
        )
        self._service_status = ServiceStatusController(service, model, self._filters, body, today, self)
        self._stored_settings = settings
        self._settings = SettingsController(
            settings, account, tasks.connection_tester, proxy_words, self._actions, self
        )
        self._background = BackgroundRefresh(service, lambda: settings.refresh_minutes, parent=self)
        self._range_timer = QTimer(self, singleShot=True, interval=RANGE_REST_MS)
        self._range_timer.timeout.connect(self.refresh)
        self._connect_service()
        self._connect_parts(model)
        self._connect_actions()
        self._restore(settings)

    @property
    def account(self) -> Account:
        """The open account."""
        return self._account

    @property
    def changes_button_text(self) -> str:
        """The text of the button `Changes`."""
        return self._status.changes_text

    def begin(self) -> None:
        """Read everything but the rows from the store, and start refreshing. Called after the first paint."""
        self.setWindowIcon(app_icon())
        try:
            members = self._service.reader.members()
            named = self._service.reader.named_owners()
            counts = self._service.reader.operation_counts()
        except KnownError as error:
            self._service_status.tell_storage_trouble(error)
        else:
            self._controller.take_members(members)
            self._filters.take_members(members)
            self._filters.name_owners(named)
            self._status.show_counts(counts)
            self._offer_drafts()
            self._open_saved_views(members)
        self._open_cells()
        self._open_files()
        self._open_owner_naming()
        self.refresh()
        self._background.start()
        self._load_details()

    def keep_drafts(self) -> None:
        """Store the text of open forms at once, as the computer may be switched off any moment."""
        self._controller.keep_drafts()
        if self._cells is not None:
            self._cells.flush()

    def leave_forms(self) -> None:
        """Close the forms without asking; their text is kept as drafts for the next session."""
        self._controller.leave()
        if self._cells is not None:
            self._cells.flush()
        drafts.try_all_now(self._service)

    def _open_saved_views(self, members: Sequence[Member]) -> None:
        own = self._saved_views = saved_views.SavedViewsController(
            self._service, self._model, self._body, self._filters, self._actions, self, self._today
        )
        self._menus.add_saved_views(own.menu, self._actions[Act.SAVE_VIEW])
        own.show_layout(self._layouts.layout)
        own.layout_requested.connect(self._layouts.show_layout)
        self._layouts.changed.connect(own.show_layout)
        own.troubled.connect(self._controller.tell)
        own.take_members(members)
        try:
            own.load()
        except KnownError as error:
            self._service_status.tell_storage_trouble(error)

    def _open_cells(self) -> None:
        self._cells = table.CellsController(self._body.table, self._service, self._tasks, self._actions, self)
        self._cells.said.connect(self._status.say)
        self._cells.import_requested.connect(self._import_copied)

    def _open_owner_naming(self) -> None:
        naming = dialogs.OwnerNaming(self._service, self)
        self._body.inspector.owner_name_requested.connect(naming.ask)
        naming.named.connect(self._filters.name_owners)
        naming.named.connect(self._body.inspector.read_again)
        naming.troubled.connect(self._controller.tell)

    def _open_files(self) -> None:
        history, kept = self._changes.history, self._kept.values
        files = main_window.FilesController(
            self._service, self._tasks, self._body.table, self._account, history, kept, self._actions, self
        )
        files.said.connect(self._status.say)
        files.refused_requested.connect(self._changes.show_refused)
        files.troubled.connect(self._controller.tell)
        self._files = files

    def _offer_drafts(self) -> None:
        try:
            self._controller.offer_drafts(self._body.add_strip)
        except KnownError as error:
            self._service_status.tell_storage_trouble(error)

    def show_project(self, project_id: int) -> None:
        """Select a project, even if the filters hide it, or report that it is not known here."""
        self._pages.leave()
        if not self._body.table.select_key(project_id):
            self._filters.show_everything()
            self._current.want(project_id)
        self._body.table.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _load_details(self) -> None:
        self._service.set_details_loading(self._stored_settings.loads_details, self._stored_settings.detail_days)

    @Slot()
    def refresh(self) -> None:
        """Request the projects of the chosen date range from the server."""
        self._range_timer.stop()
        self._body.bar.dates.follow_today()
        self._service.refresh(self._body.bar.dates.range)

    # -- making ----------------------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        self._menus = menus = Menus(self.menuBar(), self._actions, self)
        self._views = menus.add_views()
        sorting = SortMenu(self._body.table.horizontalHeader(), self)
        menus.add_sorting(sorting.columns, sorting.ways)
        self.setCentralWidget(self._body)
        bar = QStatusBar(self)
        bar.setSizeGripEnabled(False)
        bar.addWidget(self._status, 1)
        self.setStatusBar(bar)
        self._body.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _connect_service(self) -> None:
        service = self._service
        service.refresh_changed.connect(self._status.show_refresh)
        service.details_changed.connect(self._status.show_details)
        service.changed.connect(self._on_changed)
        service.members_changed.connect(self._filters.take_members)
        service.stale_database_found.connect(self._controller.tell)
        self._background.due.connect(self.refresh)

    @Slot(object)
    def _on_changed(self, changed: Changed) -> None:
        if changed.counts is not None:
            self._status.show_counts(changed.counts)
            self._body.sidebar.show_changes(changed.counts)

    def _connect_parts(self, model: ProjectTableModel) -> None:
        body = self._body
        model.counts_changed.connect(body.sidebar.show_counts)
        self._filters.changed.connect(self._on_filter_changed)
        self._filters.range_changed.connect(self._range_timer.start)
        body.toolbar.search.left_downwards.connect(self._on_search_left)
        body.table.escaped.connect(body.toolbar.search.clear)
        body.table.selection.changed.connect(body.inspector.show_selection)
        body.inspector.give_actions(self._actions)
        body.inspector.shown.connect(self._contact.show_project)
        self._current.aside_changed.connect(self._contact.set_aside)
        self._contact.said.connect(self._status.say)
        body.centre.new_project_requested.connect(self._controller.create)
        body.centre.import_requested.connect(self._actions[Act.IMPORT].trigger)
        body.centre.clear_requested.connect(self._filters.clear)
        body.centre.cancel_requested.connect(self._service.cancel_refresh)
        self._service_status.retry_requested.connect(self._on_try_now)
        self._service_status.settings_requested.connect(self._settings.open)
        self._service_status.refreshed.connect(self._current.give_up)
        self._status.cancel_requested.connect(self._service.cancel_refresh)
        self._changes.settings_requested.connect(self._settings.open)
        self._settings.account_requested.connect(self.account_requested)
        self._settings.connect_requested.connect(self.connect_requested)
        body.demo_banner.pressed.connect(self.connect_requested)
        self._settings.appearance_chosen.connect(self.appearance_chosen)
        self._settings.compact_chosen.connect(self._on_compact_chosen)
        self._settings.details_loading_changed.connect(self._load_details)
        self._current.not_found.connect(self._controller.tell)
        self._current.said.connect(self._status.say)
        self._controller.leave_chosen.connect(self.close)
        self._current.left_out.connect(self._filters.show_everything)
        self._statuses.said.connect(self._status.say)
        self._statuses.troubled.connect(self._controller.tell)
        body.inspector.status_requested.connect(self._statuses.set_status)

    def _connect_actions(self) -> None:
        slots: dict[Act, Callable[..., object]] = {
            Act.NEW: self._controller.create,
            Act.REFRESH: self.refresh,
            Act.QUIT: self.close,
            Act.PASTE: self._on_paste,
            Act.SEARCH: self._on_search,
            Act.CLEAR: self._filters.clear,
            Act.CHANGES: self._changes.show_panel,
            Act.SEND_NOW: self._on_try_now,
            Act.DIAGNOSTICS: self.diagnostics_requested.emit,
        }
        for act, slot in slots.items():
            action = self._actions[act]
            (action.toggled if action.isCheckable() else action.triggered).connect(slot)
        for action in self._views.values():
            action.triggered.connect(self._on_view_triggered)

    # -- what is kept ----------------------------------------------------------------------------------------------

    def _restore(self, settings: Settings) -> None:
        self._geometry.restore()
        self._on_compact_chosen(settings.compact_rows)
        self._layouts.restore(self._kept.values)
        if self._account.is_demo:
            self._body.demo_banner.say(demo_words(), "flask-conical", self.tr("Connect my account"))
        self._filters.apply()
        self._status.show_refresh(RefreshState())

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._geometry.on_resized(event.size().width())

    @override
    def moveEvent(self, event: QMoveEvent) -> None:
        super().moveEvent(event)
        self._geometry.on_moved()

    def _save_settings(self) -> None:
        self._settings.save()

    def _keep(self) -> None:
        if self._saved_views is not None:
            self._saved_views.leave()
        self._geometry.keep()
        self._layouts.keep(self._kept.values)
        self._settings.save()

    @override
    def closeEvent(self, event: QCloseEvent) -> None:
        if (self._cells is not None and not self._cells.may_leave()) or not self._controller.may_leave():
            event.ignore()
            return
        if self._files is not None:
            self._files.stop()
        self._pages.stop()
        self._changes.tell_unsent(self._kept.values)
        self._keep()
        super().closeEvent(event)

    # -- what the user does --------------------------------------------------------------------------------------

    @Slot(object)
    def _on_filter_changed(self, _shown: ProjectFilter) -> None:
        choice = self._filters.choice
        for view, action in self._views.items():
            action.setChecked(view == choice)

    @Slot()
    def _on_view_triggered(self) -> None:
        action = self.sender()
        self._filters.choose(next(choice for choice, view in self._views.items() if view is action))

    @Slot()
    def _on_search(self) -> None:
        self._body.toolbar.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._body.toolbar.search.selectAll()

    @Slot()
    def _on_search_left(self) -> None:
        self._body.table.setFocus(Qt.FocusReason.OtherFocusReason)
        if self._current.key is not None:
            self._body.table.show_current()
        elif self._service_status.has_rows:
            self._body.table.selectRow(0)

    @Slot()
    def _on_try_now(self) -> None:
        self._service.send_now()
        self.refresh()

    @Slot(bool)
    def _on_compact_chosen(self, is_compact: bool) -> None:
        self._body.table.set_compact(is_compact)
        self._layouts.set_compact(is_compact)

    # -- parts created on first use --------------------------------------------------------------------------------

    def _make_page(self, page: Act) -> PageController:
        history, connection = self._changes.history, self._service_status.connection
        material = PageMaterial(self._service, self._tasks, self._controller, history, connection, self._today, self)
        return PAGE_MAKERS[page](material)

    @Slot()
    def _on_paste(self) -> None:
        """Paste into the selection; if there is none, import the copied rows as new projects."""
        if self._cells is None or not self._cells.paste_into_selection():
            self._import_copied()

    @Slot()
    def _import_copied(self) -> None:
        if self._files is not None:
            self._files.paste()
