"""A client's connection: requests read and answers written by h11."""

from __future__ import annotations

import socket
import time
from contextlib import suppress
from email.utils import formatdate
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

import h11

from heatpunk_desktop.sandbox.endpoints import Answer, refusal
from heatpunk_desktop.sandbox.validation import RefusedError
from heatpunk_desktop.sandbox.wire import WireRequest

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Iterator

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
