"""HTTP connections that record whether a byte was sent, and that any thread can cut at any moment.

Imported with the first request, never before the window is painted: importing `requests` takes longer than painting.
"""

from __future__ import annotations

import contextlib
import queue
import socket
import ssl
import threading
import time
from functools import lru_cache
from http.client import HTTPException
from typing import TYPE_CHECKING, Any, Final, NamedTuple, cast
from urllib.parse import urlsplit

from requests import PreparedRequest, RequestException
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import DecodeError, HTTPError, IncompleteRead, InvalidChunkLength, ProxyError
from urllib3.util import Timeout
from urllib3.util.connection import allowed_gai_family
from urllib3.util.wait import wait_for_write

from heatpunk_desktop.api.exchange import CutError, FailureKind

if TYPE_CHECKING:
    from urllib3 import BaseHTTPResponse

    from heatpunk_desktop.api.exchange import Wire

#: Seconds between two looks at the cancel token while a name is looked up or a connection is made.
_SLICE: Final = 0.05

#: A pooled connection that was idle for longer is not used again. Common servers hang up after 5 s, and a request that
#: crosses the server's farewell on the way would be in doubt for nothing.
MAX_IDLE: Final = 3.0


class NotConnectedError(Exception):
    """No connection was made, for a known reason."""

    def __init__(self, failure: FailureKind, detail: str) -> None:
        super().__init__(detail)
        self.failure = failure


#: What an exchange raises that the network, the server or a cut ended.
EXPECTED: Final = (RequestException, HTTPError, HTTPException, OSError, CutError, NotConnectedError)


def _resolve(host: str, port: int, wire: Wire) -> list[tuple[Any, ...]]:
    """Look up a host name.

    The system's look-up can hang for half a minute and cannot be interrupted, so it runs in a thread of its own; where
    the exchange is cut meanwhile, that thread is left to finish alone.
    """
    found: queue.SimpleQueue[list[tuple[Any, ...]] | OSError | UnicodeError] = queue.SimpleQueue()

    def look_up() -> None:
        try:
            found.put(list(socket.getaddrinfo(host, port, allowed_gai_family(), socket.SOCK_STREAM)))
        except (OSError, UnicodeError) as error:
            found.put(error)

    threading.Thread(target=look_up, name="api-name-look-up", daemon=True).start()
    while True:
        left = wire.check()
        try:
            answer = found.get(timeout=min(_SLICE, left))
        except queue.Empty:
            continue
        if isinstance(answer, list):
            return answer
        raise NotConnectedError(FailureKind.DNS, str(answer)) from answer


def _connected(sock: socket.socket, address: Any, wire: Wire) -> OSError | None:  # noqa: ANN401 - as socket's own
    """Connect a socket in slices, since a blocking connect cannot be interrupted on every system.

    Returns:
        The error, or None where it is connected.
    """
    sock.setblocking(False)
    try:
        sock.connect(address)
    except BlockingIOError:
        pass
    except OSError as error:
        return error
    while not wait_for_write(sock, min(_SLICE, wire.check())):
        pass
    number = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
    return OSError(number, "connecting failed") if number else None


def connect(host: str, port: int, wire: Wire, options: Any) -> socket.socket:  # noqa: ANN401 - as urllib3's own
    """Make a connection within the exchange's deadline.

    Raises:
        CutError: Cancelled, or out of time.
        NotConnectedError: The name or the server was not reached.
    """
    problem: OSError | None = None
    for family, kind, protocol, _, address in _resolve(host.strip("[]"), port, wire):
        try:
            sock = socket.socket(family, kind, protocol)
        except OSError as error:
            problem = error
            continue
        try:
            for option in options or ():
                sock.setsockopt(*option)
            problem = _connected(sock, address, wire)
            if problem is None:
                sock.settimeout(wire.check())
                return sock
        except BaseException:
            sock.close()
            raise
        sock.close()
    refused = isinstance(problem, ConnectionRefusedError)
    raise NotConnectedError(FailureKind.REFUSED if refused else FailureKind.NO_NETWORK, str(problem)) from problem


class WatchedConnection(HTTPConnection):
    """A connection that reports the first byte of a request to its wire and can be shut down from any thread."""

    #: Set by `_pool_classes`, for all connections of one client.
    wire: Wire

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - as the library's own
        super().__init__(*args, **kwargs)
        self._handle: socket.socket | None = None
        self._connecting = False
        self._used_at = 0.0

    def _new_conn(self) -> socket.socket:
        try:
            sock = connect(self._dns_host, self.port, self.wire, self.socket_options)
        except NotConnectedError as error:
            if self.proxy is None:
                raise
            raise NotConnectedError(FailureKind.PROXY, str(error)) from error
        self._forget_handle()
        # A second descriptor of the same connection. It stays good when TLS takes the first one over, and shutting it
        # down leaves the TLS object alone: SSLSocket.shutdown drops its encryption first, and a write in another
        # thread would then go out in the clear.
        self._handle = sock.dup()
        try:
            self.wire.carry(self)
        except CutError:
            sock.close()
            raise
        return sock

    def connect(self) -> None:
        """Connect, to the proxy and through it where there is one. None of these bytes belong to the request."""
        self._connecting = True
        try:
            super().connect()
        except OSError as error:
            if str(error).startswith("Tunnel connection failed"):  # http.client has no class of its own for it
                raise NotConnectedError(FailureKind.PROXY, str(error)) from error
            raise
        finally:
            self._connecting = False

    def request(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - as the library's own
        """Send a request on a pooled or a new connection."""
        self.wire.carry(self)
        super().request(*args, **kwargs)

    def send(self, data: Any) -> None:  # noqa: ANN401 - as http.client's own
        """Pass bytes to the socket; the first of a request are recorded before."""
        if not self._connecting:
            if self.sock is None:
                self.connect()
            self.wire.first_byte()
        super().send(data)

    @property
    def is_connected(self) -> bool:
        """Whether a pooled connection may be used again.

        urllib3 asks before it takes one from the pool. Its own check is whether there is nothing to read: on an idle
        connection that can only be the server closing it, or bytes that belong to no request.
        """
        return time.monotonic() - self._used_at <= MAX_IDLE and super().is_connected

    def close(self) -> None:
        """Close the connection.

        It can still be shut down during an exchange, as an answer may be read to its end afterwards.
        """
        super().close()
        if not self.wire.is_running:
            self._forget_handle()

    def exchange_ended(self) -> None:
        """Record when the connection was last used, and release it where it is closed."""
        self._used_at = time.monotonic()
        if self.sock is None:
            self._forget_handle()

    def shut_down(self) -> None:
        """End every read and write on the connection at once, in whatever thread."""
        if self._handle is not None:
            with contextlib.suppress(OSError):  # not connected any more, so nothing can wait for it
                self._handle.shutdown(socket.SHUT_RDWR)

    def _forget_handle(self) -> None:
        handle, self._handle = self._handle, None
        if handle is not None:
            handle.close()


class _WatchedTls(WatchedConnection, HTTPSConnection):
    """A watched connection over TLS."""


def _pool_classes(wire: Wire) -> dict[str, type[HTTPConnectionPool]]:
    plain = type("PlainConnection", (WatchedConnection,), {"wire": wire})
    tls = type("TlsConnection", (_WatchedTls,), {"wire": wire})
    return {
        "http": type("PlainPool", (HTTPConnectionPool,), {"ConnectionCls": plain}),
        "https": type("TlsPool", (HTTPSConnectionPool,), {"ConnectionCls": tls}),
    }


class _Place(NamedTuple):
    """An address as requests represents it: scheme and host, and the target on it."""

    origin: str
    path: str


@lru_cache(maxsize=32)
def _place_of(url: str) -> _Place:
    request = PreparedRequest()
    request.prepare_url(url, None)
    scheme, host = urlsplit(str(request.url))[:2]
    return _Place(f"{scheme}://{host}", request.path_url)


class WatchedAdapter(HTTPAdapter):
    """A `requests` adapter that sends on watched connections, with the given TLS context only, and never twice.

    It is used without a `requests.Session`. A session reads the body of a redirect to its end, whatever its size, even
    where it is told not to follow; and nothing that it adds is wanted here: cookies, netrc, proxies and certificate
    files from the environment.
    """

    def __init__(self, wire: Wire, context: ssl.SSLContext) -> None:
        self._classes = _pool_classes(wire)
        self._context = context
        self._found_pool: HTTPConnectionPool | None = None
        self._found_for: tuple[str, str | None] = ("", None)
        super().__init__(pool_connections=1, pool_maxsize=1, max_retries=0)

    def begin(
        self, method: str, url: str, headers: dict[str, str], body: bytes | None, *, seconds: float, proxy: str | None
    ) -> BaseHTTPResponse:
        """Send a request and read status and headers. Raises one of `EXPECTED`."""
        place = _place_of(url)
        # requests' own `send` looks the pool up and builds a second response around this one for each request, which
        # is a third of what a request costs; where projects go out by the thousand that is what one waits for.
        return self._pool(place, proxy).urlopen(
            method,
            place.path,
            body=body,
            headers=headers,
            redirect=False,
            assert_same_host=False,
            preload_content=False,
            decode_content=False,
            retries=self.max_retries,
            timeout=Timeout(connect=seconds, read=seconds),
        )

    def _pool(self, place: _Place, proxy: str | None) -> HTTPConnectionPool:
        """Return the pool that requests would use, looked up again where the server or the proxy changed."""
        if self._found_pool is None or self._found_for != (place.origin, proxy):
            proxies = {"https": proxy, "http": proxy} if proxy else None
            request = PreparedRequest()
            request.prepare_url(place.origin, None)
            pool = cast("HTTPConnectionPool", self.get_connection_with_tls_context(request, True, proxies=proxies))
            self.cert_verify(pool)
            self._found_pool, self._found_for = pool, (place.origin, proxy)
        return self._found_pool

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - as the library's own
        """Make the pool manager use watched connections and the given TLS context."""
        super().init_poolmanager(*args, **kwargs, ssl_context=self._context)
        self.poolmanager.pool_classes_by_scheme = self._classes

    def proxy_manager_for(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - as requests' own
        """Return a pool manager for a proxy, set up in the same way."""
        manager = super().proxy_manager_for(*args, **kwargs, ssl_context=self._context)
        manager.pool_classes_by_scheme = self._classes
        return manager

    def close(self) -> None:
        """Close the connections now. requests leaves that to the garbage collection of its pools."""
        for manager in (self.poolmanager, *self.proxy_manager.values()):
            for key in manager.pools.keys():  # noqa: SIM118 - a container of urllib3's own, which cannot be iterated
                manager.pools[key].close()
        self._found_pool = None
        super().close()

    def cert_verify(self, conn: Any, *_: Any) -> None:  # noqa: ANN401 - as requests' own
        """Require a certificate. requests would add its own authorities to the system's here."""
        conn.cert_reqs = "CERT_REQUIRED"


#: The first that fits anything in the chain of causes says what went wrong.
_MEANINGS: Final = (
    (ProxyError, FailureKind.PROXY),
    (ssl.SSLCertVerificationError, FailureKind.CERTIFICATE),
    (TimeoutError, FailureKind.TIMEOUT),
    ((IncompleteRead, InvalidChunkLength, DecodeError), FailureKind.TRUNCATED),
    (ConnectionError, FailureKind.RESET),
    (ssl.SSLError, FailureKind.TLS),
    ((HTTPException, HTTPError), FailureKind.BAD_HTTP),
)


def _chain(error: BaseException) -> list[BaseException]:
    """Yield an error with everything that it was raised from, or wraps."""
    found: list[BaseException] = []
    left: list[object] = [error]
    while left:
        cause = left.pop(0)
        if isinstance(cause, BaseException) and cause not in found:
            found.append(cause)
            left += [cause.__cause__, cause.__context__, getattr(cause, "reason", None), *cause.args]
    return found


def classify_failure(error: BaseException, *, bytes_sent: bool, answering: bool) -> FailureKind:
    """Classify an error of requests, urllib3, ssl or the system.

    Args:
        error: The error.
        bytes_sent: Whether the request was begun.
        answering: Whether the answer's status and headers had arrived.
    """
    chain = _chain(error)
    for cause in chain:
        if isinstance(cause, NotConnectedError):
            return cause.failure
    kind = next((kind for types, kind in _MEANINGS if any(isinstance(cause, types) for cause in chain)), None)
    if kind in {FailureKind.PROXY, FailureKind.CERTIFICATE, FailureKind.TIMEOUT}:
        return kind
    if answering:
        return FailureKind.TRUNCATED
    if bytes_sent:
        return FailureKind.BAD_HTTP if kind is FailureKind.BAD_HTTP else FailureKind.RESET
    return FailureKind.NO_NETWORK if kind is None else kind
