"""The factory of API clients with the right key and proxy, and of the demo's own server."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from heatpunk_desktop import api, config
from heatpunk_desktop.domain.clock import utc_now
from heatpunk_desktop.services import desktop, tasks

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PySide6.QtCore import QObject

    from heatpunk_desktop.app.demo import Demo
    from heatpunk_desktop.config.settings import Settings
    from heatpunk_desktop.domain.account import Account


class ClientFactory:
    """A factory of API clients, for any thread. Nothing is read before the first client, because a window comes first.

    Args:
        settings: Say which proxy was chosen.
        environment: Variables, of which the key may be one.

    Attributes:
        demo: The demo's server, where there is one.
    """

    def __init__(self, settings: Settings, environment: Mapping[str, str]) -> None:
        self._settings = settings
        self._environment = environment
        self.demo: Demo | None = None

    @cached_property
    def credentials(self) -> config.Credentials:
        """The keys."""
        return config.Credentials(environment=self._environment)

    @cached_property
    def proxies(self) -> desktop.Proxies:
        """The proxies."""
        return desktop.Proxies(lambda: self._settings.proxy)

    def client(self, account: Account) -> api.ApiClient:
        """Return a client for a network thread; called there."""
        key = self.demo.server.api_key if self.demo is not None and account.is_demo else None
        return api.ApiClient(
            account.origin,
            (lambda: key) if key else (lambda: self.credentials.get(account)),
            proxy=lambda: self.proxies.url_for(account.origin),
        )

    def make_tester(self, parent: QObject) -> tasks.ConnectionTester:
        """Return a tester of an account that is being entered."""
        return tasks.ConnectionTester(self._test_client, utc_now, parent)

    def secrets(self) -> tuple[str, ...]:
        """Return what must not be written down."""
        demo = (self.demo.server.api_key,) if self.demo is not None else ()
        return (*self.credentials.secrets(), *self.proxies.secrets(), *demo)

    def _test_client(self, account: Account, api_key: str) -> api.ApiClient:
        """Return a client with a typed key, or with the stored one where none was typed."""
        return api.ApiClient(
            account.origin,
            lambda: api_key or self.credentials.get(account),
            proxy=lambda: self.proxies.url_for(account.origin),
        )
