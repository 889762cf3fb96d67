"""The controller of the running app: the parts that outlive a window, and the open account."""

from __future__ import annotations

import logging
import os
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Slot

from heatpunk_desktop import app, config, system
from heatpunk_desktop.app.account_session import AccountSession
from heatpunk_desktop.app.cli import link_refused, read_link_or_not
from heatpunk_desktop.app.client_factory import ClientFactory
from heatpunk_desktop.app.crash_handler import CrashHandler, show_error
from heatpunk_desktop.app.qt_application import Application
from heatpunk_desktop.app.sign_in import SignIn
from heatpunk_desktop.config.settings import Settings
from heatpunk_desktop.domain.account import Account
from heatpunk_desktop.domain.hosts import check_domain
from heatpunk_desktop.errors import BadInputError, KnownError
from heatpunk_desktop.gui.main_window.first_paint import FirstPaint
from heatpunk_desktop.gui.widgets.appearance import apply_appearance
from heatpunk_desktop.services import desktop
from heatpunk_desktop.services.desktop.gui_thread_gc import GarbageCollector
from heatpunk_desktop.services.desktop.single_instance import running_already
from heatpunk_desktop.store.database import database_path
from heatpunk_desktop.system import logs
from heatpunk_desktop.system.files import make_private_folder, remove_others_access
from heatpunk_desktop.texts import marked

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from PySide6.QtWidgets import QApplication, QWidget

    from heatpunk_desktop.app.cli import Options
    from heatpunk_desktop.gui.main_window.main_window import MainWindow
    from heatpunk_desktop.sandbox import SandboxServer
    from heatpunk_desktop.services.desktop.shutdown_signals import SessionEnd
    from heatpunk_desktop.services.desktop.single_instance import SingleInstance
    from heatpunk_desktop.services.sync.service import SyncService

_log = logging.getLogger(__name__)


def _open_in_browser(account: Account, project_id: int) -> None:
    desktop.open_project(account, project_id)


class Program(QObject):
    """The running app, from its start to its end."""

    def __init__(
        self,
        application: QApplication,
        options: Options,
        instance: SingleInstance,
        open_project: Callable[[Account, int], None] | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        """Prepare the data folder.

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
        make_private_folder(options.data_dir)
        remove_others_access(options.data_dir)
        self._bugs = CrashHandler(options.data_dir, lambda: self._main_window, self)
        logs.hook_uncaught_exceptions(self._bugs.tell)
        self._settings = Settings.load(options.data_dir)
        self._clients = ClientFactory(self._settings, os.environ if environment is None else environment)
        self._sign_in = SignIn(self._clients, self._settings, self)
        self._sign_in.key_kept.connect(self._on_key_kept)
        self._sign_in.sample_data_requested.connect(self._on_sample_data_requested)
        self._opened: AccountSession | None = None
        #: A project to show once there is a window with a table.
        self._project_wanted = options.project_id
        self._has_started = False
        self._starts_over = False
        self._session_end: SessionEnd | None = None
        self._garbage = GarbageCollector(self)
        self._garbage.start()

    # -- start and end ---------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Show the first window.

        Raises:
            KnownError: It cannot be shown.
        """
        if not self._instance.claim():
            raise running_already(marked("single_instance", "it holds the data folder"))
        self._instance.raise_requested.connect(self._on_raise_requested)
        self._instance.link_refused.connect(self._on_link_refused)
        self.apply_appearance(self._settings.appearance)
        account = None if self._options.demo else self._account_asked_for()
        if self._options.demo:
            self._open_demo()
        elif account is None:
            self._sign_in.show_page()
            QTimer.singleShot(0, self._on_started)
        else:
            self._open(account, database_path(self._options.data_dir, account))
        self._follow_links()

    def stop(self) -> bool:
        """Stop the worker.

        Returns:
            Whether everything ended.
        """
        # What waits for the first paint may still be on its way here, and must not begin any more.
        self._has_started = True
        self._sign_in.close_page()
        ended = self._close_account()
        if self._session_end is not None:
            self._session_end.close()
            self._session_end = None
        self._instance.close()
        if self._clients.demo is not None:
            self._clients.demo.stop()
        if ended:
            self._garbage.stop()
        logs.stop_logging()
        return ended

    @Slot()
    def _on_started(self) -> None:
        """Start what follows the first window, whichever it is."""
        if self._has_started:
            return
        self._has_started = True

        self._session_end = desktop.SessionEnd(self._application, self)
        self._session_end.ending.connect(self._on_session_ending)
        self._session_end.end_requested.connect(self._on_end_requested)

        try:
            logs.start_logging(self._options.data_dir, system.RedactingFormatter(self._clients.secrets))
            self._instance.listen()
        except KnownError as error:
            show_error(self._any_window, error)
        if self._options.bad_link:
            self._on_link_refused(self._options.bad_link)

    @Slot()
    def _on_session_ending(self) -> None:
        if self._opened is not None:
            self._opened.window.keep_drafts()

    @Slot()
    def _on_end_requested(self) -> None:
        self._application.exit(0)

    # -- the parts -------------------------------------------------------------------------------------------------

    @property
    def window(self) -> MainWindow:
        """The main window. Raises RuntimeError before it is shown."""
        if self._opened is None:
            raise RuntimeError("there is no main window yet")
        return self._opened.window

    @property
    def service(self) -> SyncService:
        """The service of the account that is open. Raises RuntimeError before one is."""
        if self._opened is None:
            raise RuntimeError("no account is open yet")
        return self._opened.service

    @property
    def demo_server(self) -> SandboxServer:
        """The demo's server. Raises RuntimeError without `--demo`."""
        if self._clients.demo is None:
            raise RuntimeError("there is no demo")
        return self._clients.demo.server

    @property
    def _main_window(self) -> MainWindow | None:
        return None if self._opened is None else self._opened.window

    @property
    def _any_window(self) -> QWidget | None:
        return self._main_window or self._sign_in.page

    @Slot(str)
    def apply_appearance(self, appearance: str) -> None:
        """Apply a light or dark appearance, or the system's."""
        apply_appearance(self._application, appearance)

    # -- which account ---------------------------------------------------------------------------------------------

    def _account_asked_for(self) -> Account | None:
        """Return the account of the command line, else the last one used.

        Raises:
            BadInputError: The domain is not valid.
        """
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

    def _open(self, account: Account, database: Path) -> None:
        """Open an account's window on its table, in place of the open one.

        Raises:
            StorageError: The database cannot be read.
        """
        opened = AccountSession(
            account, database, self._settings, self._options.data_dir, self._clients, self._open_project, self
        )
        window = opened.window
        window.account_requested.connect(self._on_account_requested)
        window.connect_requested.connect(self._on_connect_requested)
        window.appearance_chosen.connect(self.apply_appearance)
        window.show()
        if self._project_wanted is not None:
            window.show_project(self._project_wanted)
            self._project_wanted = None
        # Only now, as the program ends with its last window.
        self._sign_in.close_page()
        self._close_account()
        self._opened = opened
        # The window is painted first; then come the log, later starts, all rows, the worker and the server.
        first_paint = FirstPaint(window, window)
        first_paint.painted.connect(self._on_started)
        first_paint.painted.connect(opened.begin)
        opened.tell_salvaged()

    def _close_account(self) -> bool:
        opened, self._opened = self._opened, None
        return opened is None or opened.end()

    def _open_demo(self) -> None:
        if self._clients.demo is None:
            self._clients.demo = app.Demo(self._options.data_dir)
        self._open(self._clients.demo.account, self._clients.demo.database)

    @property
    def starts_over(self) -> bool:
        """Whether the app is to be started again, without `--demo`, once this run has ended."""
        return self._starts_over

    @Slot()
    def _on_connect_requested(self) -> None:
        """Leave the sample data for an account.

        The data folder of `--demo` is for sample data only, and no account belongs there: from it, the app starts over.
        """
        if not self._options.demo:
            self._sign_in.show_page()
        elif self.window.close():
            self._starts_over = True

    @Slot()
    def _on_sample_data_requested(self) -> None:
        if self._opened is not None and self._opened.account.is_demo:
            self._sign_in.close_page()
            return
        try:
            self._open_demo()
        except KnownError as error:
            show_error(self._sign_in.page, error)

    @Slot(object, object)
    def _on_key_kept(self, account: Account, result: object) -> None:
        self._settings.domain, self._settings.email = account.domain, account.email
        if result is config.KeyLocation.KEYRING:
            self._settings.note_key(account)
        try:
            self._settings.save()
            if self._opened is not None and self._opened.account == account:
                self._opened.service.key_given()
                self._opened.window.refresh()
            else:
                self._open(account, database_path(self._options.data_dir, account))
        except KnownError as error:
            show_error(self._any_window, error)
            return
        if isinstance(result, KnownError):
            show_error(self._main_window, result)
        elif result is config.KeyLocation.SESSION_ONLY:
            show_error(
                self._main_window,
                KnownError(marked("controller", "The key is kept for this session only"), config.kept_words(result)),
            )

    @Slot(object, str)
    def _on_account_requested(self, account: Account, api_key: str) -> None:
        """Switch to the account of the settings, or to a new key for the open one."""
        if api_key:
            self._sign_in.keep(account, api_key)
        elif self._opened is not None and self._opened.account != account:
            self._on_key_kept(account, None)

    # -- later starts and links ------------------------------------------------------------------------------------

    @Slot(object)
    def _on_raise_requested(self, project_id: int | None) -> None:
        window = self._any_window
        if window is None:
            return
        window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)
        window.show()
        window.raise_()
        window.activateWindow()
        if project_id is None:
            return
        if self._main_window is None:
            self._project_wanted = project_id
        else:
            self._main_window.show_project(project_id)

    def _follow_links(self) -> None:
        """Follow the links that macOS hands over, both those before the window and later ones."""
        if isinstance(self._application, Application):
            self._application.link_came.connect(self._on_link_came)
            self._on_link_came()

    @Slot()
    def _on_link_came(self) -> None:
        if not isinstance(self._application, Application):
            return
        for link in self._application.take_links():
            project_id, bad_link = read_link_or_not(link)
            self._on_raise_requested(project_id)
            if bad_link:
                self._on_link_refused(bad_link)

    @Slot(str)
    def _on_link_refused(self, link: str) -> None:
        """Show in the window that a link names no project, as there may be no terminal."""
        show_error(self._any_window, link_refused(link))
