"""The session of the open account: its database, service, background tasks and window, from start to end."""

from __future__ import annotations

import contextlib
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Slot

from heatpunk_desktop.app.crash_handler import show_error
from heatpunk_desktop.domain.clock import at_least, is_wrong, utc_now
from heatpunk_desktop.errors import StorageError
from heatpunk_desktop.gui import dialogs
from heatpunk_desktop.gui.main_window.main_window import MainWindow
from heatpunk_desktop.models.project_table_model import ProjectTableModel
from heatpunk_desktop.services import desktop, sync, tasks
from heatpunk_desktop.services.sync.row_loader import RowLoader
from heatpunk_desktop.services.sync.service import SyncService
from heatpunk_desktop.services.tasks.task_makers import TaskMakers
from heatpunk_desktop.store import recovery
from heatpunk_desktop.store.database import mark_damaged, prepare
from heatpunk_desktop.store.sqlite_errors import DamagedError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from heatpunk_desktop.app.client_factory import ClientFactory
    from heatpunk_desktop.config.settings import Settings
    from heatpunk_desktop.domain.account import Account
    from heatpunk_desktop.services.desktop.diagnostics import Diagnostics
    from heatpunk_desktop.services.sync.contact_reader import ContactReader
    from heatpunk_desktop.services.sync.facts import Changed
    from heatpunk_desktop.services.tasks.key_tasks import ConnectionTester
    from heatpunk_desktop.store.recovery.salvage import Salvaged


class AccountSession(QObject):
    """One account, from its window on the table as it was left to the end of its worker.

    Args:
        account: The account.
        database: Its database; a damaged one is salvaged first.
        settings: What is kept between starts.
        data_dir: Where everything is kept.
        clients: The factory of its API clients.
        open_project: Opens a project in the browser.
        parent: Owner.

    Attributes:
        account: The account.
        service: What the window talks to.
        window: The window, which is not shown yet.

    Raises:
        StorageError: The database cannot be read.
    """

    def __init__(
        self,
        account: Account,
        database: Path,
        settings: Settings,
        data_dir: Path,
        clients: ClientFactory,
        open_project: Callable[[Account, int], None],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self.account = account
        self._database = database
        self._settings = settings
        self._data_dir = data_dir
        self._clients = clients
        self._has_ended = False
        self._contacts: ContactReader | None = None
        self._diagnostics: Diagnostics | None = None
        self._salvaged = self._open_table()
        self.window = MainWindow(
            self.service,
            _task_makers(database, self.service, lambda: clients.make_tester(self)),
            self._model,
            settings,
            account,
            open_project=open_project,
            proxy_words=lambda: clients.proxies.words_for(account.origin),
        )
        self.window.diagnostics_requested.connect(self._on_diagnostics_requested)

    def tell_salvaged(self) -> None:
        """Show what was salvaged, where the database was damaged."""
        if self._salvaged is not None:
            show_error(self.window, self._salvaged.words())

    @Slot()
    def begin(self) -> None:
        """Load the other rows, and start the worker and automatic refresh; called once the window is painted."""
        if self._has_ended:
            return
        self._loader.load_rest()
        self._contacts = self._make_contact_reader()
        self._contacts.read.connect(self._model.take_contacts)
        self._contacts.start()
        self._diagnostics = self._make_diagnostics()
        self.service.start()
        self.window.begin()
        self.service.check_integrity()

    def end(self) -> bool:
        """Close the window and stop the worker.

        Returns:
            Whether that ended in time.
        """
        self._has_ended = True
        self.window.leave_forms()
        self.window.close()
        self.window.deleteLater()
        self._loader.stop()
        if self._contacts is not None:
            self._contacts.stop()
        # The window lives on for a while, but its database is closed: neither its timers nor queued signals of the
        # worker may reach it.
        for timer in self.window.findChildren(QTimer):
            timer.stop()
        ended = self.service.stop()
        self.service.blockSignals(True)
        return ended

    def _open_table(self) -> Salvaged | None:
        """Load the rows that the window shows at first.

        Returns:
            What was salvaged, or None.

        Raises:
            StorageError: The database cannot be read.
        """
        salvaged = _prepared(self._database)
        while True:
            self.service = SyncService(
                self._database, self.account, lambda: self._clients.client(self.account), parent=self
            )
            self._tell_clock()
            self._model = ProjectTableModel(self)
            self._loader = RowLoader(self.service.reader, self._model, self)
            self.service.changed.connect(self._on_changed)
            try:
                self._loader.load_first_page()
            except DamagedError:
                self.service.stop()
                if salvaged is not None or not mark_damaged(self._database):
                    raise
                salvaged = _prepared(self._database)
            else:
                return salvaged

    @Slot(object)
    def _on_changed(self, changed: Changed) -> None:
        if changed.replaced:
            self._model.replace_keys(changed.replaced)
        self._loader.on_changed(changed)

    def _tell_clock(self) -> None:
        """Correct the present of the table by the newest project, where the computer's clock is behind it."""
        if not is_wrong():
            return
        with contextlib.suppress(StorageError, ValueError):  # the next reader of the rows says what is wrong
            at_least(datetime.fromisoformat(self.service.reader.newest_created()))

    def _make_contact_reader(self) -> sync.ContactReader:
        return sync.ContactReader(self._database, self.service)

    def _make_diagnostics(self) -> desktop.Diagnostics:
        return desktop.Diagnostics(
            self.service,
            self.account,
            self._settings,
            self._database,
            self._data_dir,
            self._clients.proxies,
            self._clients.secrets,
            parent=self.service,
        )

    @Slot()
    def _on_diagnostics_requested(self) -> None:
        if self._diagnostics is not None:
            dialogs.DiagnosticsDialog(self._diagnostics.report(), self.window).open()


def _prepared(database: Path) -> Salvaged | None:
    """Prepare a database, and salvage it where it is damaged.

    Returns:
        What was salvaged, or None.

    Raises:
        StorageError: The database cannot be read.
    """
    try:
        prepare(database)
    except DamagedError:
        salvaged = recovery.salvage_database(database, utc_now())
        prepare(database)
        return salvaged
    return None


def _task_makers(database: Path, service: SyncService, make_tester: Callable[[], ConnectionTester]) -> TaskMakers:
    """Return the factories of background tasks.

    Args:
        database: The account's database.
        service: The account's service, which owns what nobody else does.
        make_tester: Makes the test of an account that is being entered.
    """
    return TaskMakers(
        exporter=lambda: tasks.Exporter(database, service),
        importer=lambda: tasks.Importer(database, service),
        details_loader=lambda: tasks.DetailsLoader(service, service),
        projects_reader=lambda: tasks.ProjectsReader(database, service),
        customer_finder=lambda: tasks.CustomerFinder(database, service),
        duplicate_finder=lambda: tasks.DuplicateFinder(database, service),
        connection_tester=make_tester,
    )
