"""The proxy that requests go through: the user's choice, or the system's as Qt reads it."""

from __future__ import annotations

import logging
import threading
import time
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import quote

from heatpunk_desktop.domain.hosts import NO_PROXY, SYSTEM_PROXY, goes_without

if TYPE_CHECKING:
    from collections.abc import Callable

_log = logging.getLogger(__name__)

#: Seconds for which the system's answer counts. It may have to run a script to find it, and a computer that is carried
#: home has another one there.
_FRESH_S: Final = 30.0


class Proxy(NamedTuple):
    """An HTTP proxy of the system.

    Attributes:
        host: Its host.
        port: Its port.
        user: The name it is to be given, or empty.
        password: The password, or empty.
    """

    host: str
    port: int
    user: str = ""
    password: str = ""

    @property
    def address(self) -> str:
        """Host and port, for display and the log."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def url(self) -> str:
        """The whole address, with name and password."""
        named = f"{quote(self.user, safe='')}:{quote(self.password, safe='')}@" if self.user else ""
        return f"http://{named}{self.address}"

    def __repr__(self) -> str:
        return f"Proxy({self.address!r})"


def ask_system(origin: str) -> Proxy | None:
    """Return the system's HTTP proxy for an origin, or None. May take long where the system runs a script.

    On Linux that is what `http_proxy`, `https_proxy` and `no_proxy` say; on Windows and macOS the system's settings.
    """
    from PySide6.QtCore import QUrl  # noqa: PLC0415 - not before the window is painted
    from PySide6.QtNetwork import QNetworkProxy, QNetworkProxyFactory, QNetworkProxyQuery  # noqa: PLC0415 - as above

    kinds = {QNetworkProxy.ProxyType.HttpProxy, QNetworkProxy.ProxyType.HttpCachingProxy}
    for found in QNetworkProxyFactory.systemProxyForQuery(QNetworkProxyQuery(QUrl(origin))):
        if found.type() is QNetworkProxy.ProxyType.NoProxy:
            return None
        if found.type() in kinds and found.hostName():
            return Proxy(found.hostName(), found.port(), found.user(), found.password())
    return None


class Proxies:
    """The choice of a proxy for each request. May be called from several threads.

    Args:
        chosen: Returns the setting: `system`, `none` or `host:port`.
        system: Asks the system.
        monotonic: Seconds that never go back.
    """

    def __init__(
        self,
        chosen: Callable[[], str],
        system: Callable[[str], Proxy | None] = ask_system,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._chosen = chosen
        self._system = system
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._found: dict[str, tuple[float, Proxy | None]] = {}
        self._passwords: tuple[str, ...] = ()

    def url_for(self, origin: str) -> str | None:
        """Return the whole address of the proxy for an origin, or None for a direct connection."""
        chosen = self._chosen()
        if chosen == NO_PROXY or goes_without(origin):
            return None
        if chosen != SYSTEM_PROXY:
            return f"http://{chosen}"
        found = self._system_proxy(origin)
        return found.url if found else None

    def words_for(self, origin: str) -> str:
        """Return the proxy for an origin as it is shown, without name and password. Never waits."""
        chosen = self._chosen()
        if chosen == NO_PROXY or goes_without(origin):
            return "none"
        if chosen != SYSTEM_PROXY:
            return chosen
        # Without asking the system, which may take long: the window's thread must not wait.
        known = self._found.get(origin)
        if known is None:
            return "the system’s, not asked for yet"
        return f"the system’s, {known[1].address}" if known[1] else "the system’s, which is none"

    def secrets(self) -> tuple[str, ...]:
        """Return passwords of proxies, for `redaction`.

        Takes no lock: the log calls it while it is being written to.
        """
        return self._passwords

    def _system_proxy(self, origin: str) -> Proxy | None:
        with self._lock:
            now = self._monotonic()
            before = self._found.get(origin)
            if before is not None and now - before[0] < _FRESH_S:
                return before[1]
            found = self._system(origin)
            if found is not None and found.password and found.password not in self._passwords:
                self._passwords = (*self._passwords, found.password)
            self._found[origin] = (self._monotonic(), found)
        if before is None or before[1] != found:
            _log.info("the system's proxy for %s: %s", origin, found.address if found else "none")
        return found
