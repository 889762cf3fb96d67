"""Sign-in: an account and its key, from the set-up page at the first start, later from the settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from heatpunk_desktop.gui import settings as settings_parts
from heatpunk_desktop.services import tasks

if TYPE_CHECKING:
    from heatpunk_desktop.app.client_factory import ClientFactory
    from heatpunk_desktop.config.settings import Settings
    from heatpunk_desktop.domain.account import Account
    from heatpunk_desktop.gui.settings.setup_page import SetupPage
    from heatpunk_desktop.services.tasks.key_tasks import KeySaver


class SignIn(QObject):
    """The set-up page, and the storing of the key entered there.

    Args:
        clients: The keys, and the factory of the client that tests one.
        settings: The account used last.
        parent: Owner.

    Attributes:
        page: The set-up page, while it is shown.
    """

    #: Account, and how its key was kept: a credentials.KeyLocation or the KnownError that kept it from being.
    key_kept = Signal(object, object)
    #: The user wants to look around without an account.
    sample_data_requested = Signal()

    def __init__(self, clients: ClientFactory, settings: Settings, parent: QObject) -> None:
        super().__init__(parent)
        self._clients = clients
        self._settings = settings
        self._keeper: KeySaver | None = None
        self.page: SetupPage | None = None

    def show_page(self) -> None:
        """Show the set-up page, or bring it to the front where it is open."""
        if self.page is not None and self.page.isVisible():
            self.page.raise_()
            self.page.activateWindow()
            return

        self.page = settings_parts.SetupPage(self._clients.make_tester(self), self._settings)
        self.page.account_given.connect(self.keep)
        self.page.sample_data_requested.connect(self.sample_data_requested)
        self.page.show()

    def close_page(self) -> None:
        """Close the page where it is shown."""
        if self.page is not None:
            self.page.close()
            self.page.deleteLater()
            self.page = None

    @Slot(object, str)
    def keep(self, account: Account, api_key: str) -> None:
        """Store a key; `key_kept` follows, once the keyring has answered."""
        if self._keeper is None:
            self._keeper = tasks.KeySaver(self._clients.credentials, self)
            self._keeper.kept.connect(self.key_kept)
        self._keeper.keep(account, api_key)
