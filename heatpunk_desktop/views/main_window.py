"""The main window: lays out its parts and hands what one of them tells to the others."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPoint, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QMainWindow, QMenu, QSplitter, QStatusBar, QVBoxLayout, QWidget

from heatpunk_desktop.domain.dates import UK
from heatpunk_desktop.domain.project import ProjectRow
from heatpunk_desktop.errors import KnownError
from heatpunk_desktop.overriding import override
from heatpunk_desktop.services.facts import Connection, RefreshState
from heatpunk_desktop.views.actions import ON_A_PROJECT, Act, explain, make_actions
from heatpunk_desktop.views.banner import Banner
from heatpunk_desktop.views.centre import Centre, Situation
from heatpunk_desktop.views.filter_bar import FilterBar
from heatpunk_desktop.views.icons import app_icon
from heatpunk_desktop.views.inspector import Inspector
from heatpunk_desktop.views.menus import Menus
from heatpunk_desktop.views.narrowing import Narrowing
from heatpunk_desktop.views.notices import Remedy, demo_words, trouble_notice
from heatpunk_desktop.views.project_desk import ProjectDesk
from heatpunk_desktop.views.project_table import ProjectTable
from heatpunk_desktop.views.sidebar import Sidebar, choice_of
from heatpunk_desktop.views.sort_menu import SortMenu
from heatpunk_desktop.views.status_bar import StatusBar
from heatpunk_desktop.views.toolbar import Toolbar
from heatpunk_desktop.views.window_state import KeptState

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from PySide6.QtGui import QCloseEvent

    from heatpunk_desktop.domain.account import Account
    from heatpunk_desktop.domain.operation import OperationCounts
    from heatpunk_desktop.models.project_filter import ProjectFilter
    from heatpunk_desktop.models.project_table_model import ProjectTableModel
    from heatpunk_desktop.services.sync_service import SyncService
    from heatpunk_desktop.settings import Appearance, Settings
    from heatpunk_desktop.views.account_fields import Tester
    from heatpunk_desktop.views.changes_panel import ChangesPanel

_log = logging.getLogger(__name__)

_LEAST_SIZE: Final = (1000, 640)
_FIRST_SIZE: Final = QSize(1440, 900)
#: What a window manager may put around the window; nobody knows before it is shown.
_FRAME: Final = QSize(16, 56)
_SIDEBAR_WIDTH: Final = 190
_INSPECTOR_WIDTH: Final = 312
_PANEL_HEIGHT: Final = 260

_APPEARANCES: Final[dict[Appearance, Act]] = {
    "system": Act.APPEARANCE_SYSTEM,
    "light": Act.APPEARANCE_LIGHT,
    "dark": Act.APPEARANCE_DARK,
}

#: Milliseconds that a date range rests before the server is asked for it.
RANGE_REST_MS: Final = 400


def _today() -> date:
    return datetime.now(UK).date()


class MainWindow(QMainWindow):
    """One account's projects.

    Args:
        service: What is known of the account, and what can be asked for.
        model: The table's rows; somebody else feeds it.
        settings: What is kept between starts.
        account: The account.
        open_project: Opens a project in the browser; raises KnownError where it cannot.
        make_tester: Makes what the settings try an account with.
        today: Tells which day it is in the UK.
    """

    #: Account, str: the settings name another account, or a new key for this one.
    account_wanted = Signal(object, str)
    #: str: `system`, `light` or `dark`.
    appearance_chosen = Signal(str)

    def __init__(
        self,
        service: SyncService,
        model: ProjectTableModel,
        settings: Settings,
        account: Account,
        *,
        open_project: Callable[[Account, int], None],
        make_tester: Callable[[], Tester],
        today: Callable[[], date] = _today,
    ) -> None:
        super().__init__()
        self._service = service
        self._model = model
        self._settings = settings
        self._account = account
        self._make_tester = make_tester
        self._today = today
        self._connection = Connection()
        self._refresh = RefreshState()
        self._storage_trouble: KnownError | None = None
        self._shown = self._known = 0
        self._key: int | None = None
        self._wanted_key: int | None = None
        self._panel: ChangesPanel | None = None
        self._kept = KeptState(settings.window)
        self.setWindowTitle(self.tr("Heatpunk Desktop"))
        self.setMinimumSize(*_LEAST_SIZE)
        self._actions = make_actions(self)
        self._build()
        self._desk = ProjectDesk(service, account, open_project, self)
        self._narrowing = Narrowing(model, self._sidebar, self._bar, self._toolbar.search, self)
        self._range_timer = QTimer(self, singleShot=True, interval=RANGE_REST_MS)
        self._range_timer.timeout.connect(self.refresh)
        self._connect_service()
        self._connect_parts()
        self._connect_actions()
        self._restore()

    @property
    def account(self) -> Account:
        """The account that is open."""
        return self._account

    @property
    def changes_button_text(self) -> str:
        """The words on the button `Changes`."""
        return self._status.changes_text

    def begin(self) -> None:
        """Takes what the store knows besides the rows and asks the server. Called once the window is painted."""
        self.setWindowIcon(app_icon())
        try:
            members = self._service.reader.members()
            counts = self._service.reader.operation_counts()
        except KnownError as error:
            self._on_storage_troubled(error)
        else:
            self._desk.take_members(members)
            self._narrowing.take_members(members)
            self._status.show_counts(counts)
        self.refresh()

    def show_project(self, project_id: int) -> None:
        """Chooses a project, whatever the filters hide; says so where it is not known here."""
        self._wanted_key = project_id
        if self._model.row_of(project_id) is None:
            self._narrowing.show_everything()
        self._choose_wanted()

    @Slot()
    def refresh(self) -> None:
        """Asks the server for the projects of the chosen days."""
        self._range_timer.stop()
        self._bar.dates.follow_today()
        self._service.refresh(self._bar.dates.range)

    # -- making ----------------------------------------------------------------------------------------------------

    def _build(self) -> None:
        self._menus = Menus(self.menuBar(), self._actions, self)
        self._toolbar = Toolbar(self._actions, self)
        self._demo_banner = Banner(is_trouble=False, parent=self)
        self._banner = Banner(is_trouble=True, parent=self)
        self._sidebar = Sidebar(self)
        self._views = self._menus.add_views(self._sidebar)
        self._bar = FilterBar(self._today, self)
        self._table = ProjectTable(self._model, self)
        self._menus.add_columns(self._table.column_actions)
        sorting = SortMenu(self._table.horizontalHeader(), self)
        self._menus.add_sorting(sorting.columns, sorting.ways)
        self._centre = Centre(self._table, self)
        self._inspector = Inspector(self._service, self._today, self)
        self._status = StatusBar(self._account, self._today, self)
        middle = QWidget(self)
        column = _column(middle)
        column.addWidget(self._bar)
        column.addWidget(self._centre, 1)
        self._across = _splitter(Qt.Orientation.Horizontal, middle, self._inspector)
        self._down = _splitter(Qt.Orientation.Vertical, self._across)
        self._main = _splitter(Qt.Orientation.Horizontal, self._sidebar, self._down)
        self._main.setStretchFactor(1, 1)
        self._across.setStretchFactor(0, 1)
        body = QWidget(self)
        column = _column(body)
        for part in (self._toolbar, self._demo_banner, self._banner):
            column.addWidget(part)
        column.addWidget(self._main, 1)
        self.setCentralWidget(body)
        bar = QStatusBar(self)
        bar.setSizeGripEnabled(False)
        bar.addWidget(self._status, 1)
        self.setStatusBar(bar)
        self._table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _connect_service(self) -> None:
        service = self._service
        service.connection_changed.connect(self._on_connection_changed)
        service.refresh_changed.connect(self._on_refresh_changed)
        service.operations_changed.connect(self._on_operations_changed)
        service.members_changed.connect(self._narrowing.take_members)
        service.storage_troubled.connect(self._on_storage_troubled)
        service.key_replaced.connect(self._on_key_replaced)

    def _connect_parts(self) -> None:
        self._model.filter_applied.connect(self._on_filter_applied)
        self._model.counts_changed.connect(self._sidebar.show_counts)
        self._narrowing.changed.connect(self._on_filter_changed)
        self._narrowing.range_changed.connect(self._range_timer.start)
        self._toolbar.search.left_downwards.connect(self._on_search_left)
        self._table.open_requested.connect(self._desk.edit)
        self._table.context_menu_requested.connect(self._on_context_menu_requested)
        self._table.current_project_changed.connect(self._on_current_project_changed)
        self._centre.new_project_wanted.connect(self._desk.create)
        self._centre.clear_wanted.connect(self._narrowing.clear)
        self._centre.cancel_wanted.connect(self._service.cancel_refresh)
        self._centre.retry_wanted.connect(self._on_try_now)
        self._centre.settings_wanted.connect(self._show_settings)
        self._banner.pressed.connect(self._on_banner_pressed)
        self._status.cancel_wanted.connect(self._service.cancel_refresh)
        self._status.changes_wanted.connect(self._show_changes)
        self._desk.saved.connect(self._on_saved)

    def _connect_actions(self) -> None:
        slots: dict[Act, Callable[..., object]] = {
            Act.NEW: self._desk.create,
            Act.REFRESH: self.refresh,
            Act.SETTINGS: self._show_settings,
            Act.QUIT: self.close,
            Act.COPY: self._table.copy_selected,
            Act.SEARCH: self._on_search,
            Act.CLEAR: self._narrowing.clear,
            Act.INSPECTOR: self._inspector.setVisible,
            Act.COMPACT: self._on_compact_toggled,
            Act.EDIT: self._on_edit,
            Act.OPEN: self._on_open,
            Act.DELETE: self._on_delete,
            Act.DELETE_PERMANENTLY: self._on_delete_permanently,
            Act.CHANGES: self._show_changes,
            Act.SEND_NOW: self._on_try_now,
            Act.ABOUT: self._show_about,
        }
        for act, slot in slots.items():
            action = self._actions[act]
            (action.toggled if action.isCheckable() else action.triggered).connect(slot)
        for act in (Act.APPEARANCE_SYSTEM, Act.APPEARANCE_LIGHT, Act.APPEARANCE_DARK):
            self._actions[act].triggered.connect(self._on_appearance_triggered)
        for action in self._views.values():
            action.triggered.connect(self._on_view_triggered)
        # These keys mean something else in a text field or a date.
        for act in (Act.DELETE, Act.COPY):
            self._actions[act].setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            self._table.addAction(self._actions[act])

    # -- what is kept ----------------------------------------------------------------------------------------------

    def _restore(self) -> None:
        kept = self._kept
        if not kept.restore_geometry(self):
            room = self.screen().availableSize() - _FRAME
            self.resize(_FIRST_SIZE.boundedTo(room).expandedTo(self.minimumSize()))
        if not kept.restore_splitter("main", self._main):
            self._main.setSizes([max(_SIDEBAR_WIDTH, self._sidebar.sizeHint().width()), _FIRST_SIZE.width()])
        if not kept.restore_splitter("across", self._across):
            self._across.setSizes([_FIRST_SIZE.width(), min(_INSPECTOR_WIDTH, self.width() // 4)])
        kept.restore_dates(self._bar.dates)
        self._table.restore_state(kept.values)
        shows_inspector = kept.flag("inspector", True)
        self._inspector.setVisible(shows_inspector)
        self._actions[Act.INSPECTOR].setChecked(shows_inspector)
        self._actions[Act.COMPACT].setChecked(self._settings.compact_rows)
        self._table.set_compact(self._settings.compact_rows)
        self._show_appearance(self._settings.appearance)
        self._demo_banner.say(demo_words() if self._account.is_demo else "", "flask-conical")
        self._narrowing.apply()
        self._status.show_refresh(self._refresh)
        self._on_current_project_changed(None)
        self._update_situation()

    def _keep(self) -> None:
        kept = self._kept
        kept.keep_geometry(self)
        kept.keep_splitter("main", self._main)
        kept.keep_splitter("across", self._across)
        kept.keep_dates(self._bar.dates)
        kept.values["inspector"] = self._actions[Act.INSPECTOR].isChecked()
        self._table.keep_state(kept.values)
        self._save_settings()

    def _save_settings(self) -> None:
        try:
            self._settings.save()
        except KnownError:
            _log.warning("the window's state could not be kept", exc_info=True)

    @override
    def closeEvent(self, event: QCloseEvent) -> None:
        if not self._desk.close_forms():
            event.ignore()
            return
        self._keep()
        super().closeEvent(event)

    # -- what the service tells ------------------------------------------------------------------------------------

    @Slot(object)
    def _on_connection_changed(self, connection: Connection) -> None:
        self._connection = connection
        self._update_situation()

    @Slot(object)
    def _on_refresh_changed(self, state: RefreshState) -> None:
        ended = self._refresh.running and not state.running
        self._refresh = state
        self._status.show_refresh(state)
        self._update_situation()
        if ended:
            self._give_wanted_up()

    @Slot(object)
    def _on_operations_changed(self, counts: OperationCounts) -> None:
        self._status.show_counts(counts)

    @Slot(object)
    def _on_storage_troubled(self, error: KnownError) -> None:
        self._storage_trouble = error
        self._update_situation()

    @Slot(object, object)
    def _on_key_replaced(self, old: int, new: int) -> None:
        if self._wanted_key == old:
            self._wanted_key = new

    # -- what the model tells --------------------------------------------------------------------------------------

    @Slot(int, int, bool)
    def _on_filter_applied(self, shown: int, total: int, is_all: bool) -> None:
        self._known = total
        if is_all or shown:
            self._shown = shown
        if is_all:
            self._bar.show_numbers(shown, total)
        self._update_situation()
        self._choose_wanted()

    def _update_situation(self) -> None:
        now = Situation(self._known, self._shown, self._narrowing.is_narrowed, self._refresh, self._connection)
        self._centre.show_situation(now)
        notice = trouble_notice(self._connection, self._refresh, self._storage_trouble, self._today())
        buttons = {Remedy.TRY_NOW: self.tr("Try now"), Remedy.SETTINGS: self.tr("Open settings")}
        self._remedy = notice.remedy
        self._banner.say(notice.words, notice.icon, buttons.get(notice.remedy, ""))

    # -- choosing a project ----------------------------------------------------------------------------------------

    @Slot(object)
    def _on_current_project_changed(self, key: int | None) -> None:
        self._key = key
        self._inspector.show_project(key)
        nothing_chosen = self.tr("Choose a project in the table first") if key is None else ""
        not_there = "" if key is None or key > 0 else self.tr("This project is not on the server yet")
        for act in ON_A_PROJECT:
            on_server_only = act in (Act.OPEN, Act.DELETE_PERMANENTLY)
            explain(self._actions[act], nothing_chosen or (not_there if on_server_only else ""))

    @Slot(object)
    def _on_saved(self, key: int) -> None:
        self._wanted_key = key
        self._choose_wanted()

    def _choose_wanted(self) -> None:
        """Chooses the project that was asked for, as soon as it is in the table."""
        if self._wanted_key is not None and self._model.row_of(self._wanted_key) is not None:
            self._table.select_key(self._wanted_key)
            self._wanted_key = None

    def _give_wanted_up(self) -> None:
        wanted, self._wanted_key = self._wanted_key, None
        if wanted is None or wanted < 0:
            return
        from heatpunk_desktop.views.message import show_error  # noqa: PLC0415 - not needed to start

        error = KnownError(
            self.tr("Project {0} is not among those known here").format(wanted),
            self.tr("It may belong to another team, be deleted, or have been created outside the chosen dates."),
            self.tr("Choose All time as the date range and refresh, or look for it in Heatpunk."),
        )
        show_error(self, error)

    def _row(self) -> ProjectRow | None:
        row = None if self._key is None else self._model.row_of(self._key)
        return None if row is None else ProjectRow._make(self._model.row_tuple(row))

    # -- what the person does --------------------------------------------------------------------------------------

    @Slot(object)
    def _on_filter_changed(self, shown: ProjectFilter) -> None:
        self._views[choice_of(shown)].setChecked(True)
        self._update_situation()

    @Slot()
    def _on_view_triggered(self) -> None:
        action = self.sender()
        for choice, one in self._views.items():
            if one is action:
                self._narrowing.choose(choice)

    @Slot()
    def _on_search(self) -> None:
        self._toolbar.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._toolbar.search.selectAll()

    @Slot()
    def _on_search_left(self) -> None:
        self._table.setFocus(Qt.FocusReason.OtherFocusReason)
        if self._key is None and self._shown:
            self._table.selectRow(0)

    @Slot()
    def _on_edit(self) -> None:
        if self._key is not None:
            self._desk.edit(self._key)

    @Slot()
    def _on_open(self) -> None:
        if self._key is not None:
            self._desk.open_in_browser(self._key)

    @Slot()
    def _on_delete(self) -> None:
        if (row := self._row()) is not None:
            self._desk.delete(row)

    @Slot()
    def _on_delete_permanently(self) -> None:
        if (row := self._row()) is not None:
            self._desk.delete_permanently(row)

    @Slot()
    def _on_try_now(self) -> None:
        self._service.send_now()
        self.refresh()

    @Slot()
    def _on_banner_pressed(self) -> None:
        if self._remedy is Remedy.SETTINGS:
            self._show_settings()
        else:
            self._on_try_now()

    @Slot(object, QPoint)
    def _on_context_menu_requested(self, _key: int, place: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addActions([self._actions[act] for act in (Act.EDIT, Act.OPEN, Act.COPY)])
        menu.addSeparator()
        menu.addActions([self._actions[act] for act in (Act.DELETE, Act.DELETE_PERMANENTLY)])
        menu.popup(place)

    @Slot(bool)
    def _on_compact_toggled(self, is_compact: bool) -> None:
        self._settings.compact_rows = is_compact
        self._table.set_compact(is_compact)
        self._save_settings()

    @Slot()
    def _on_appearance_triggered(self) -> None:
        action = self.sender()
        chosen = next(name for name, act in _APPEARANCES.items() if self._actions[act] is action)
        self._settings.appearance = chosen
        self._save_settings()
        self.appearance_chosen.emit(chosen)

    @Slot(str)
    def _show_appearance(self, appearance: Appearance) -> None:
        self._actions[_APPEARANCES[appearance]].setChecked(True)

    # -- parts that are made when they are wanted ------------------------------------------------------------------

    @Slot(bool)
    def _show_changes(self, is_open: bool) -> None:
        self._status.show_changes_open(is_open)
        self._actions[Act.CHANGES].setChecked(is_open)
        if self._panel is None:
            if not is_open:
                return
            from heatpunk_desktop.views.changes_panel import ChangesPanel  # noqa: PLC0415 - not needed to start

            self._panel = ChangesPanel(self._service, self._today, self)
            self._panel.close_wanted.connect(self._on_changes_closed)
            self._down.addWidget(self._panel)
            self._down.setStretchFactor(0, 1)
            self._down.setSizes([self.height(), _PANEL_HEIGHT])
        self._panel.setVisible(is_open)
        if is_open:
            self._panel.open()

    @Slot()
    def _on_changes_closed(self) -> None:
        self._show_changes(False)

    @Slot()
    def _show_settings(self) -> None:
        from heatpunk_desktop.views.settings_dialog import SettingsDialog  # noqa: PLC0415 - not needed to start

        dialog = SettingsDialog(self._make_tester(), self._settings, self._account, self)
        dialog.account_given.connect(self.account_wanted)
        dialog.appearance_changed.connect(self._show_appearance)
        dialog.appearance_changed.connect(self.appearance_chosen)
        dialog.compact_rows_changed.connect(self._actions[Act.COMPACT].setChecked)
        dialog.open()

    @Slot()
    def _show_about(self) -> None:
        from heatpunk_desktop.views.about import AboutDialog  # noqa: PLC0415 - not needed to start

        AboutDialog(self).open()


def _column(widget: QWidget) -> QVBoxLayout:
    column = QVBoxLayout(widget)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    return column


def _splitter(orientation: Qt.Orientation, *parts: QWidget) -> QSplitter:
    splitter = QSplitter(orientation)
    splitter.setChildrenCollapsible(False)
    splitter.setHandleWidth(1)
    for part in parts:
        splitter.addWidget(part)
    return splitter
