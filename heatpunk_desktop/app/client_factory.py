"""The factory of API clients with the right key and proxy, and of the demo's own server."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from heatpunk_desktop.domain.clock import utc_now

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PySide6.QtCore import QObject

    from heatpunk_desktop.api.client import ApiClient
    from heatpunk_desktop.app.demo import Demo
    from heatpunk_desktop.config.credentials import Credentials
    from heatpunk_desktop.config.settings import Settings
    from heatpunk_desktop.domain.account import Account
    from heatpunk_desktop.services.desktop.proxies import Proxies
    from heatpunk_desktop.services.tasks.connection_tester import ConnectionTester


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
    def credentials(self) -> Credentials:
        """The keys."""
        from heatpunk_desktop.config.credentials import Credentials  # noqa: PLC0415 - not before the window is painted

        return Credentials(environment=self._environment)

    @cached_property
    def proxies(self) -> Proxies:
        """The proxies."""
        from heatpunk_desktop.services.desktop.proxies import Proxies  # noqa: PLC0415 - not before the window is painted

        return Proxies(lambda: self._settings.proxy)

    def client(self, account: Account) -> ApiClient:
        """Return a client for a network thread; called there."""
        from heatpunk_desktop.api.client import ApiClient  # noqa: PLC0415 - it takes long, and nobody waits there

        key = self.demo.server.api_key if self.demo is not None and account.is_demo else None
        return ApiClient(
            account.origin,
            (lambda: key) if key else (lambda: self.credentials.get(account)),
            proxy=lambda: self.proxies.url_for(account.origin),
        )

    def make_tester(self, parent: QObject) -> ConnectionTester:
        """Return a tester of an account that is being entered."""
        from heatpunk_desktop.services.tasks.connection_tester import ConnectionTester  # noqa: PLC0415 - seldom needed

        return ConnectionTester(self._test_client, utc_now, parent)

    def secrets(self) -> tuple[str, ...]:
        """Return what must not be written down."""
        demo = (self.demo.server.api_key,) if self.demo is not None else ()
        return (*self.credentials.secrets(), *self.proxies.secrets(), *demo)

    def _test_client(self, account: Account, api_key: str) -> ApiClient:
        """Return a client with a typed key, or with the stored one where none was typed."""
        from heatpunk_desktop.api.client import ApiClient  # noqa: PLC0415 - it takes long, and nobody waits there

        return ApiClient(
            account.origin,
            lambda: api_key or self.credentials.get(account),
            proxy=lambda: self.proxies.url_for(account.origin),
        )
