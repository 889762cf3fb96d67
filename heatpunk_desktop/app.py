"""Builds every object, wires them together and runs the program. The one place that knows all of them."""

from __future__ import annotations

import logging
import os
import sys
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Slot
from PySide6.QtWidgets import QApplication

from heatpunk_desktop import logs
from heatpunk_desktop.disk import make_private_folder, take_from_others
from heatpunk_desktop.domain.account import Account
from heatpunk_desktop.domain.domains import check_domain
from heatpunk_desktop.errors import BadInputError, KnownError
from heatpunk_desktop.models.project_table_model import ProjectTableModel
from heatpunk_desktop.options import link_refused
from heatpunk_desktop.services.garbage import GarbageCollector
from heatpunk_desktop.services.row_loader import RowLoader
from heatpunk_desktop.services.single_instance import SingleInstance, running_already
from heatpunk_desktop.services.sync_service import SyncService
from heatpunk_desktop.settings import Settings
from heatpunk_desktop.store.database import database_path, mark_damaged, prepare
from heatpunk_desktop.store.trouble import DamagedError
from heatpunk_desktop.views.appearance import apply_appearance
from heatpunk_desktop.views.first_paint import FirstPaint
from heatpunk_desktop.views.main_window import MainWindow

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from PySide6.QtWidgets import QMessageBox, QWidget

    from heatpunk_desktop.api.client import ApiClient
    from heatpunk_desktop.credentials import Credentials
    from heatpunk_desktop.demo import Demo
    from heatpunk_desktop.options import Options
    from heatpunk_desktop.sandbox import SandboxServer
    from heatpunk_desktop.services.connection_tester import ConnectionTester
    from heatpunk_desktop.services.diagnostics import Diagnostics
    from heatpunk_desktop.services.key_keeper import KeyKeeper
    from heatpunk_desktop.services.proxies import Proxies
    from heatpunk_desktop.services.session_end import SessionEnd
    from heatpunk_desktop.store.salvage import Salvaged
    from heatpunk_desktop.views.setup_page import SetupPage

_log = logging.getLogger(__name__)


def run(options: Options, environment: Mapping[str, str] | None = None) -> int:
    """Runs the program until its window is closed; gives the exit code.

    Args:
        options: What was asked for.
        environment: Variables, of which the key may be one; those of the process where None.
    """
    application = make_application()
    instance = SingleInstance(options.data_dir)
    try:
        make_private_folder(options.data_dir)
        if not instance.claim():
            if instance.hand_over(options.project_id, options.bad_link):
                return 0
            raise running_already("it does not answer")
        program = Program(application, options, instance, environment=environment)
        program.start()
    except KnownError as error:
        return _refuse(application, error)
    code = application.exec()
    if not program.stop():
        # A thread hangs in the system. The database stands being cut short; waiting would not help.
        logging.shutdown()
        os._exit(code)
    return code


def make_application() -> QApplication:
    """The application, with its name and the system's style."""
    QApplication.setApplicationName("heatpunk-desktop")
    QApplication.setApplicationDisplayName("Heatpunk Desktop")
    QApplication.setDesktopFileName("heatpunk-desktop")
    existing = QApplication.instance()
    return existing if isinstance(existing, QApplication) else QApplication(sys.argv[:1])


def _open_in_browser(account: Account, project_id: int) -> None:
    from heatpunk_desktop.services.link_opener import open_project  # noqa: PLC0415 - when it is wanted only

    open_project(account, project_id)


def _prepared(database: Path) -> Salvaged | None:
    """Makes a database ready; tells what was salvaged where it was damaged. Raises StorageError."""
    try:
        prepare(database)
    except DamagedError:
        from heatpunk_desktop.store.salvage import salvage  # noqa: PLC0415 - when there is something to salvage only

        salvaged = salvage(database, datetime.now(UTC))
        prepare(database)
        return salvaged
    return None


def _show_error(parent: QWidget | None, error: KnownError) -> QMessageBox:
    from heatpunk_desktop.views.message import show_error  # noqa: PLC0415 - when something went wrong only

    return show_error(parent, error)


def _refuse(application: QApplication, error: KnownError) -> int:
    """Says why the program cannot start, on the terminal too."""
    print(f"{error.title}. {error.text()}", file=sys.stderr)  # noqa: T201 - whoever started it there reads it there
    box = _show_error(None, error)
    box.finished.connect(application.quit)
    application.exec()
    return 1


class Program(QObject):
    """The running program: what outlives a window, and the account that is open."""

    def __init__(
        self,
        application: QApplication,
        options: Options,
        instance: SingleInstance,
        open_project: Callable[[Account, int], None] | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        """Prepares the data folder.

        Args:
            application: The application.
            options: What was asked for.
            instance: Listens for later starts, once this one is under way.
            open_project: Opens a project in the browser; the system's way of it where None.
            environment: Variables, of which the key may be one; those of the process where None.

        Raises:
            StorageError: It cannot be written.
        """
        super().__init__()
        self._application = application
        self._options = options
        self._instance = instance
        self._open_project = open_project or _open_in_browser
        self._environment = os.environ if environment is None else environment
        make_private_folder(options.data_dir)
        take_from_others(options.data_dir)
        logs.catch_bugs(self._tell_bug)
        self._settings = Settings.load(options.data_dir)
        self._diagnostics: Diagnostics | None = None
        self._demo: Demo | None = None
        self._service: SyncService | None = None
        self._window: MainWindow | None = None
        self._setup: SetupPage | None = None
        self._keeper: KeyKeeper | None = None
        self._told_bug = False
        self._has_started = False
        self._session_end: SessionEnd | None = None
        self._garbage = GarbageCollector(self)
        self._garbage.start()

    def start(self) -> None:
        """Shows the first window. Raises KnownError where that cannot be."""
        if not self._instance.claim():
            raise running_already("it holds the data folder")
        self._instance.raise_wanted.connect(self._on_raise_wanted)
        self._instance.link_refused.connect(self._on_link_refused)
        self.apply_appearance(self._settings.appearance)
        if self._options.demo:
            self._open_demo()
            return
        account = self._account_asked_for()
        if account is None:
            self._show_setup()
        else:
            self._open(account, database_path(self._options.data_dir, account))

    def stop(self) -> bool:
        """Ends the worker; tells whether everything ended."""
        # What waits for the first paint may still be on its way here, and must not begin any more.
        self._has_started = True
        self._close_setup()
        ended = self._close_account()
        if self._session_end is not None:
            self._session_end.close()
            self._session_end = None
        self._instance.close()
        if self._demo is not None:
            self._demo.stop()
        if ended:
            self._garbage.stop()
        logs.stop_logging()
        return ended

    @cached_property
    def _credentials(self) -> Credentials:
        from heatpunk_desktop.credentials import Credentials  # noqa: PLC0415 - not before the window is painted

        return Credentials(environment=self._environment)

    @cached_property
    def _proxies(self) -> Proxies:
        from heatpunk_desktop.services.proxies import Proxies  # noqa: PLC0415 - not before the window is painted

        return Proxies(lambda: self._settings.proxy)

    @property
    def window(self) -> MainWindow:
        """The main window. Raises RuntimeError before it is shown."""
        if self._window is None:
            raise RuntimeError("there is no main window yet")
        return self._window

    @property
    def service(self) -> SyncService:
        """The service of the account that is open. Raises RuntimeError before one is."""
        if self._service is None:
            raise RuntimeError("no account is open yet")
        return self._service

    @property
    def demo_server(self) -> SandboxServer:
        """The demo's server. Raises RuntimeError without `--demo`."""
        if self._demo is None:
            raise RuntimeError("there is no demo")
        return self._demo.server

    @Slot(str)
    def apply_appearance(self, appearance: str) -> None:
        """Light, dark, or as the system has it."""
        apply_appearance(self._application, appearance)

    def _account_asked_for(self) -> Account | None:
        """The account of the command line, else the last one used. Raises BadInputError for a domain that is none."""
        last = self._settings.account
        domain = self._options.domain or (last.domain if last else "")
        email = self._options.email or (last.email if last else "")
        try:
            return Account(check_domain(domain), email) if domain and email else None
        except BadInputError:
            if self._options.domain:
                raise
            _log.warning("the settings hold a domain that is none; it is asked for anew", exc_info=True)
            return None

    # -- an account ------------------------------------------------------------------------------------------------

    def _open(self, account: Account, database: Path) -> None:
        """Opens an account's window on its table; a damaged database is salvaged first. Raises StorageError."""
        salvaged = _prepared(database)
        service = SyncService(database, account, lambda: self._client(account), parent=self)
        model = ProjectTableModel(self)
        loader = RowLoader(service.reader, model, self)
        service.rows_changed.connect(loader.on_rows_changed)
        service.key_replaced.connect(model.replace_key)
        try:
            loader.load_first_page()
        except DamagedError:
            service.stop()
            if salvaged is not None or not mark_damaged(database):
                raise
            self._open(account, database)
            return
        window = MainWindow(
            service,
            model,
            self._settings,
            account,
            open_project=self._open_project,
            make_tester=self._make_tester,
            proxy_words=lambda: self._proxies.words_for(account.origin),
        )
        window.diagnostics_wanted.connect(self._on_diagnostics_wanted)
        window.account_wanted.connect(self._on_account_wanted)
        window.appearance_chosen.connect(self.apply_appearance)
        window.show()
        if self._options.project_id is not None:
            window.show_project(self._options.project_id)
        # Only now, as the program ends with its last window.
        self._close_setup()
        self._close_account()
        self._service, self._window, self._model, self._loader = service, window, model, loader
        # The window is painted first; then come the log, later starts, all rows, the worker and the server.
        first_paint = FirstPaint(window, window)
        first_paint.painted.connect(self._on_started)
        first_paint.painted.connect(self._on_painted)
        if salvaged is not None:
            _show_error(window, salvaged.words())

    @Slot()
    def _on_started(self) -> None:
        if self._has_started:
            return
        self._has_started = True
        from heatpunk_desktop.redaction import RedactingFormatter  # noqa: PLC0415 - not before the window is painted
        from heatpunk_desktop.services.session_end import SessionEnd  # noqa: PLC0415 - the same

        self._session_end = SessionEnd(self._application, self)
        self._session_end.ending.connect(self._on_session_ending)
        self._session_end.end_wanted.connect(self._on_end_wanted)

        try:
            logs.start_logging(self._options.data_dir, RedactingFormatter(self._secrets))
            self._instance.listen()
        except KnownError as error:
            _show_error(self._window or self._setup, error)
        if self._options.bad_link:
            self._on_link_refused(self._options.bad_link)

    @Slot()
    def _on_painted(self) -> None:
        if self._service is None or self._window is None:
            return
        self._loader.load_rest()
        self._follow(self._service, self._window.account)
        self._service.start()
        self._window.begin()
        self._service.check_integrity()

    def _secrets(self) -> tuple[str, ...]:
        """What must not be written down."""
        demo = (self._demo.server.api_key,) if self._demo is not None else ()
        return (*self._credentials.secrets(), *self._proxies.secrets(), *demo)

    def _client(self, account: Account) -> ApiClient:
        """A client for a network thread; called there."""
        from heatpunk_desktop.api.client import ApiClient  # noqa: PLC0415 - it takes long, and nobody waits there

        key = self._demo.server.api_key if self._demo is not None and account.is_demo else None
        return ApiClient(
            account.origin,
            (lambda: key) if key else (lambda: self._credentials.get(account)),
            proxy=lambda: self._proxies.url_for(account.origin),
        )

    def _close_account(self) -> bool:
        ended = True
        if self._window is not None:
            self._window.leave_forms()
            self._window.close()
            self._window.deleteLater()
        if self._service is not None:
            self._loader.stop()
            ended = self._service.stop()
        self._service = self._window = None
        return ended

    def _open_demo(self) -> None:
        from heatpunk_desktop.demo import Demo  # noqa: PLC0415 - nobody but the demo needs a server

        if self._demo is None:
            self._demo = Demo(self._options.data_dir)
        self._open(self._demo.account, self._demo.database)

    @Slot()
    def _on_sample_data_wanted(self) -> None:
        try:
            self._open_demo()
        except KnownError as error:
            _show_error(self._setup, error)

    # -- set-up ----------------------------------------------------------------------------------------------------

    def _show_setup(self) -> None:
        from heatpunk_desktop.views.setup_page import SetupPage  # noqa: PLC0415 - first start only

        self._setup = SetupPage(self._make_tester(), self._settings)
        self._setup.account_given.connect(self._on_account_given)
        self._setup.sample_data_wanted.connect(self._on_sample_data_wanted)
        self._setup.show()
        QTimer.singleShot(0, self._on_started)

    def _make_tester(self) -> ConnectionTester:
        from heatpunk_desktop.services.connection_tester import ConnectionTester  # noqa: PLC0415 - seldom needed

        return ConnectionTester(self._test_client, lambda: datetime.now(UTC), self)

    def _test_client(self, account: Account, api_key: str) -> ApiClient:
        """A client with a key that was typed; with the one that is kept, where none was."""
        from heatpunk_desktop.api.client import ApiClient  # noqa: PLC0415 - it takes long, and nobody waits there

        return ApiClient(
            account.origin,
            lambda: api_key or self._credentials.get(account),
            proxy=lambda: self._proxies.url_for(account.origin),
        )

    @Slot(object, str)
    def _on_account_given(self, account: Account, api_key: str) -> None:
        from heatpunk_desktop.services.key_keeper import KeyKeeper  # noqa: PLC0415 - when a key is given only

        if self._keeper is None:
            self._keeper = KeyKeeper(self._credentials, self)
            self._keeper.kept.connect(self._on_key_kept)
        self._keeper.keep(account, api_key)

    @Slot(object, object)
    def _on_key_kept(self, account: Account, result: object) -> None:
        from heatpunk_desktop.credentials import KeptWhere, kept_words  # noqa: PLC0415 - when a key is given only

        self._settings.domain, self._settings.email = account.domain, account.email
        try:
            self._settings.save()
            if self._service is not None and self._window is not None and self._window.account == account:
                self._service.key_given()
                self._window.refresh()
            else:
                self._open(account, database_path(self._options.data_dir, account))
        except KnownError as error:
            _show_error(self._window or self._setup, error)
            return
        if isinstance(result, KnownError):
            _show_error(self._window, result)
        elif result is KeptWhere.SESSION_ONLY:
            _show_error(self._window, KnownError("The key is kept for this session only", kept_words(result)))

    def _close_setup(self) -> None:
        if self._setup is not None:
            self._setup.close()
            self._setup.deleteLater()
            self._setup = None

    @Slot(object, str)
    def _on_account_wanted(self, account: Account, api_key: str) -> None:
        """The settings name another account, or a new key for this one."""
        if api_key:
            self._on_account_given(account, api_key)
        elif self._window is not None and self._window.account != account:
            self._on_key_kept(account, None)

    # -- the rest --------------------------------------------------------------------------------------------------

    @Slot()
    def _on_session_ending(self) -> None:
        if self._window is not None:
            self._window.keep_drafts()

    @Slot()
    def _on_end_wanted(self) -> None:
        self._application.exit(0)

    @Slot(object)
    def _on_raise_wanted(self, project_id: int | None) -> None:
        window = self._window or self._setup
        if window is None:
            return
        window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)
        window.show()
        window.raise_()
        window.activateWindow()
        if project_id is not None and self._window is not None:
            self._window.show_project(project_id)

    def _follow(self, service: SyncService, account: Account) -> None:
        from heatpunk_desktop.services.diagnostics import Diagnostics  # noqa: PLC0415 - not before the window is painted

        self._diagnostics = Diagnostics(
            service,
            account,
            self._settings,
            self._demo.database if self._demo is not None and account.is_demo else self._database(account),
            self._options.data_dir,
            self._proxies,
            self._secrets,
            parent=service,
        )

    def _database(self, account: Account) -> Path:
        return database_path(self._options.data_dir, account)

    @Slot()
    def _on_diagnostics_wanted(self) -> None:
        from heatpunk_desktop.views.diagnostics import DiagnosticsDialog  # noqa: PLC0415 - when it is wanted only

        if self._diagnostics is not None:
            DiagnosticsDialog(self._diagnostics.report(), self._window).open()

    @Slot(str)
    def _on_link_refused(self, link: str) -> None:
        """A link was clicked that names no project: said in the window, as there may be no terminal."""
        _show_error(self._window or self._setup, link_refused(link))

    def _tell_bug(self, words: str) -> None:
        """Once a run: another box at each repetition would keep the person from working."""
        _log.error("told the person of a bug: %s", words)
        if self._told_bug:
            return
        self._told_bug = True
        # May be called in any thread; a box is shown in the window's.
        QTimer.singleShot(0, self, self._show_bug)

    @Slot()
    def _show_bug(self) -> None:
        log = self._options.data_dir / "logs" / "heatpunk-desktop.log"
        _show_error(
            self._window,
            KnownError(
                "Something in the program is broken",
                "What you saved is safe, and what waits is sent as before.",
                f"If something does not work now, start the program anew. What happened is written in {log}, without"
                " your key.",
            ),
        )
