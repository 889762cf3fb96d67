"""A client's connection: requests read and answers written by h11, and the log of them for tests."""

from __future__ import annotations

import socket
import threading
import time
from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from email.utils import formatdate
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

import h11
import orjson

from heatpunk_desktop.sandbox.endpoints import BY_PATH, Answer, Endpoint, refusal
from heatpunk_desktop.sandbox.validation import RefusedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_MAX_REQUESTS: Final = 20_000
_MAX_BYTES: Final = 64 * 1024 * 1024
MAX_BODY: Final = 1024 * 1024
_MAX_HEAD: Final = 64 * 1024
_READ: Final = 64 * 1024
#: Small pieces of a body are sent together.
_PIECE: Final = 64 * 1024
_IDLE_SECONDS: Final = 75.0
#: How long, and how much, an answer that came before the end of its request goes on reading, so that it is not lost.
_LINGER_SECONDS: Final = 2.0
_LINGER_BYTES: Final = 64 * 1024 * 1024
_WITHOUT_BODY: Final = frozenset({HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED})
_KNOWN_STATUSES: Final = frozenset(HTTPStatus)


@dataclass(frozen=True, slots=True)
class WireRequest:
    """A request that was read whole.

    Attributes:
        method: As sent.
        target: As sent, with its query.
        headers: Names and values as sent, in their order.
        body: The bytes of the body, without any chunked framing.
        at: Seconds on the monotonic clock at which its last byte was read.
        connection: Number of the connection that it came by.
    """

    method: str
    target: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    at: float
    connection: int

    @property
    def path(self) -> str:
        """The target without its query, and without the origin that proxies' clients put before it."""
        path = self.target.partition("?")[0]
        return "/" + path.removeprefix("http://").partition("/")[2] if path.startswith("http://") else path

    @property
    def query(self) -> str:
        """The query as sent, without the question mark."""
        return self.target.partition("?")[2]

    @property
    def endpoint(self) -> Endpoint | None:
        """Which of the API's endpoints it was sent to, or None."""
        return BY_PATH.get(self.path)

    def header(self, name: str) -> str | None:
        """Return the first value of a header, or None; upper and lower case are the same."""
        return next((value for header, value in self.headers if header.casefold() == name.casefold()), None)

    def json(self) -> Any:  # noqa: ANN401  (whatever JSON holds)
        """Return the body as JSON."""
        return orjson.loads(self.body)


class WireLog:
    """The last requests under `/api`: at most 20,000, or 64 MiB of bodies."""

    def __init__(self) -> None:
        """Start empty."""
        self._changed = threading.Condition()
        self._requests: deque[WireRequest] = deque()
        self._bytes = 0

    def append(self, request: WireRequest) -> None:
        """Add a request, and drop the oldest where there are too many."""
        with self._changed:
            self._requests.append(request)
            self._bytes += len(request.body)
            while len(self._requests) > _MAX_REQUESTS or self._bytes > _MAX_BYTES:
                self._bytes -= len(self._requests.popleft().body)
            self._changed.notify_all()

    def clear(self) -> None:
        """Forget all requests."""
        with self._changed:
            self._requests.clear()
            self._bytes = 0

    def to(self, endpoint: Endpoint | str | None = None) -> tuple[WireRequest, ...]:
        """Return the requests to an endpoint, or all of them, in the order in which they were read."""
        with self._changed:
            return tuple(request for request in self._requests if endpoint is None or request.endpoint == endpoint)

    def wait_for(
        self, count: int, endpoint: Endpoint | str | None = None, *, within: float = 90
    ) -> tuple[WireRequest, ...]:
        """Wait until so many requests have come to an endpoint.

        Raises:
            TimeoutError: They have not, within so many seconds.
        """
        until = time.monotonic() + within
        with self._changed:
            while len(found := self.to(endpoint)) < count:
                if not self._changed.wait(until - time.monotonic()):
                    raise TimeoutError(f"{len(found)} of {count} requests to {endpoint or 'the sandbox'} came")
            return found


class Connection:
    """A reader of requests that hands each to `handle`, which answers by the methods of this class.

    The connection ends where `handle` returns without having sent a whole answer.

    Attributes:
        socket: What it reads from and writes to.
    """

    def __init__(
        self,
        sock: socket.socket,
        number: int,
        handle: Callable[[WireRequest, Connection], None],
        stopping: threading.Event,
    ) -> None:
        """Take an accepted socket.

        Args:
            sock: Closed when `run` ends.
            number: Of the connection, for the log.
            handle: Called in the connection's thread for each request.
            stopping: Set when the server stops.
        """
        self.socket = sock
        self._number = number
        self._handle = handle
        self._stopping = stopping
        self._http = h11.Connection(h11.SERVER, max_incomplete_event_size=_MAX_HEAD)
        self._head_only = False

    def run(self) -> None:
        """Serve until either side ends the connection."""
        # The client goes, or is idle too long, or the server stops: all the same from here.
        with self.socket, suppress(OSError):
            self.socket.settimeout(_IDLE_SECONDS)
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._serve()

    def shut_down(self) -> None:
        """End the connection from another thread."""
        with suppress(OSError):  # it may have ended on its own
            self.socket.shutdown(socket.SHUT_RDWR)

    def send(self, answer: Answer) -> None:
        """Send a correct answer."""
        pieces = self.encode(answer)
        if isinstance(answer.body, bytes):
            self.write(b"".join(pieces))
        else:
            for piece in pieces:
                self.write(piece)

    def encode(self, answer: Answer) -> Iterator[bytes]:
        """Yield the bytes of an answer: first status line and headers, then the body in pieces."""
        headers = [("Date", formatdate(usegmt=True)), ("Server", "heatpunk-sandbox"), *answer.headers]
        has_body = answer.status not in _WITHOUT_BODY
        if has_body and answer.content_type:
            headers.append(("Content-Type", answer.content_type))
        if has_body and isinstance(answer.body, bytes):
            headers.append(("Content-Length", str(len(answer.body))))
        yield self._emit(h11.Response(status_code=answer.status, headers=headers, reason=_reason(answer.status)))
        if has_body and not self._head_only:
            for piece in (answer.body,) if isinstance(answer.body, bytes) else _grouped(answer.body):
                yield self._emit(h11.Data(data=piece))
        yield self._emit(h11.EndOfMessage())

    def informational(self, status: int) -> bytes:
        """Return the bytes of a 1xx answer."""
        return self._emit(h11.InformationalResponse(status_code=status, headers=[("Server", "heatpunk-sandbox")]))

    def write(self, data: bytes) -> None:
        """Send raw bytes.

        Raises:
            OSError: The client has gone.
        """
        if data:
            self.socket.sendall(data)

    def _serve(self) -> None:
        while not self._stopping.is_set():
            try:
                request = self._read()
            except h11.RemoteProtocolError as error:
                self._refuse_and_end(RefusedError(error.error_status_hint, f"This is not HTTP: {error}"))
                return
            except RefusedError as error:
                self._refuse_and_end(error)
                return
            if request is None:
                return
            self._handle(request, self)
            if self._http.our_state is not h11.DONE or self._http.their_state is not h11.DONE:
                return
            self._http.start_next_cycle()

    def _read(self) -> WireRequest | None:
        head: h11.Request | None = None
        body: list[bytes] = []
        size = 0
        while True:
            event = self._http.next_event()
            if event is h11.NEED_DATA:
                if head and self._http.they_are_waiting_for_100_continue:
                    self.write(self.informational(100))
                self._http.receive_data(self.socket.recv(_READ))
            elif isinstance(event, h11.Request):
                head = event
                self._head_only = event.method == b"HEAD"
                _check_length(_declared_length(event))
            elif isinstance(event, h11.Data):
                size += len(event.data)
                _check_length(size)
                body.append(bytes(event.data))
            elif isinstance(event, h11.EndOfMessage) and head:
                return WireRequest(
                    head.method.decode("ascii"),
                    head.target.decode("ascii"),
                    tuple((name.decode("ascii"), value.decode("latin-1")) for name, value in head.headers.raw_items()),
                    b"".join(body),
                    time.monotonic(),
                    self._number,
                )
            else:
                return None

    def _refuse_and_end(self, error: RefusedError) -> None:
        if self._http.our_state not in {h11.IDLE, h11.SEND_RESPONSE}:
            return
        self.send(refusal(error))
        # Closing with unread bytes would send RST, and the client might never see the answer.
        self.socket.shutdown(socket.SHUT_WR)
        until, left = time.monotonic() + _LINGER_SECONDS, _LINGER_BYTES
        while left > 0 and (wait := until - time.monotonic()) > 0:
            self.socket.settimeout(wait)
            read = len(self.socket.recv(_READ))
            if not read:
                return
            left -= read

    def _emit(self, event: h11.Event) -> bytes:
        return self._http.send(event) or b""


def _reason(status: int) -> str:
    return HTTPStatus(status).phrase if status in _KNOWN_STATUSES else ""


def _declared_length(request: h11.Request) -> int:
    return next((int(value) for name, value in request.headers if name == b"content-length"), 0)


def _check_length(size: int) -> None:
    if size > MAX_BODY:
        raise RefusedError(413, f"The body must not be larger than {MAX_BODY:,} bytes")


def _grouped(pieces: Iterator[bytes]) -> Iterator[bytes]:
    waiting: list[bytes] = []
    size = 0
    for piece in pieces:
        waiting.append(piece)
        size += len(piece)
        if size >= _PIECE:
            yield b"".join(waiting)
            waiting, size = [], 0
    if waiting:
        yield b"".join(waiting)
