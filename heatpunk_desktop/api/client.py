"""The HTTP client, the only code that talks to the vendor's server.

Cheap to import: `requests` and everything below it load with the first request (see `heatpunk_desktop.api.connection`).
"""

from __future__ import annotations

import logging
import platform
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from heatpunk_desktop import __version__, api
from heatpunk_desktop.api.decoding import ACCEPTED, PIECE, PackingError, Unpacker
from heatpunk_desktop.api.exchange import CancelToken, Exchange, FailureKind, Watchdog, Wire
from heatpunk_desktop.api.protocol import KEY_HEADER
from heatpunk_desktop.system.redaction import redact, redact_secrets

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable

    from urllib3 import BaseHTTPResponse

    from heatpunk_desktop.api.connection import WatchedAdapter
    from heatpunk_desktop.api.protocol import ApiRequest

_log = logging.getLogger(__name__)

_USER_AGENT: Final = f"heatpunk-desktop/{__version__} ({platform.system()})"

#: Decoded bytes that are read of an answer that was to be streamed and has another status than 200.
_ERROR_BYTES: Final = 256 * 1024

_OK: Final = 200
_FIRST_FINAL: Final = 200
_FIRST_ERROR: Final = 300

#: A key of this length does not occur in an answer by chance, so it is removed from good ones too.
_SURE: Final = 16


def _no_proxy() -> None:
    """Return None: the default of a client that is given no proxy."""


def system_context() -> ssl.SSLContext:
    """Return a TLS context that trusts what the operating system trusts."""
    import ssl  # noqa: PLC0415 - not before the window is painted

    import truststore  # noqa: PLC0415 - as above

    return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


@dataclass(slots=True)
class _Answer:
    """An answer while it is being read."""

    status: int | None = None
    content_type: str = ""
    retry_after: str = ""
    location: str = ""
    failure: FailureKind | None = None
    detail: str = ""


class ApiClient:
    """Sends requests and returns exchanges, one at a time; judging them is left to others.

    One client belongs to one thread; only `CancelToken.cancel` may be called from elsewhere. A connection is reused
    while it is fresh, and each request is sent at most once.

    The deadline of a request is absolute: however slowly an answer arrives, its exchange ends then. A name look-up that
    hangs inside the operating system is left behind in a thread of its own.

    Args:
        origin: Scheme and host, as `Account.origin` returns it.
        api_key: Returns the key, or None where there is none now. Asked for each request; the client keeps no copy.
        proxy: Returns the address of the HTTP proxy to use, or None; asked for each request, as a computer may change
            networks. Nothing is read from the environment, and loopback uses none.
        tls_context: Makes the TLS context for this client; by default the system's.
    """

    def __init__(
        self,
        origin: str,
        api_key: Callable[[], str | None],
        *,
        proxy: Callable[[], str | None] = _no_proxy,
        tls_context: Callable[[], ssl.SSLContext] = system_context,
    ) -> None:
        self._origin = origin
        self._api_key = api_key
        self._proxy = proxy if origin.startswith("https:") else _no_proxy
        self._tls_context = tls_context
        self._wire = Wire()
        self._watchdog = Watchdog(self._wire)
        self._adapter: WatchedAdapter | None = None

    def has_key(self) -> bool:
        """Return whether there is a key that a header can hold; may block as long as `api_key` does."""
        return _fits_a_header(self._api_key())

    def exchange(self, request: ApiRequest, cancel: CancelToken | None = None) -> Exchange:
        """Send a request and read its whole answer.

        Never raises because of the network: the result says what happened.
        """
        return self._run(request, cancel, None)

    def stream(
        self, request: ApiRequest, on_chunk: Callable[[bytes], object], cancel: CancelToken | None = None
    ) -> Exchange:
        """Send a request and pass the answer's body to `on_chunk` as it arrives, in pieces of at most 64 KiB.

        Only a body with status 200 is passed on; that of another status is in the result. A failure may come after some
        pieces. What `on_chunk` raises ends the exchange and propagates.
        """
        return self._run(request, cancel, on_chunk)

    def close(self) -> None:
        """Close the connection and stop the deadline thread."""
        self._watchdog.close()
        if self._adapter is not None:
            self._adapter.close()
            self._adapter = None

    def _run(
        self, request: ApiRequest, cancel: CancelToken | None, on_chunk: Callable[[bytes], object] | None
    ) -> Exchange:
        key = self._api_key()
        # A key that no header can hold must not get as far as one: the error there would show it.
        if key is None or not _fits_a_header(key):
            return Exchange(None, bytes_sent=False, failure=FailureKind.KEY_MISSING)

        if self._adapter is None:
            self._adapter = api.WatchedAdapter(self._wire, self._tls_context())
        headers = {**request.headers, KEY_HEADER: key, "User-Agent": _USER_AGENT, "Accept-Encoding": ACCEPTED}
        url = self._origin + request.target
        proxy = self._proxy()
        answer = _Answer()
        body = bytearray()
        trouble: Exception | None = None
        token = cancel or CancelToken()
        self._wire.begin(request.deadline, token)
        self._watchdog.watch(self._wire.deadline)
        try:
            response = self._adapter.begin(
                request.method, url, headers, request.body, seconds=self._wire.check(), proxy=proxy
            )
            try:
                _read_head(response, answer)
                streamed = on_chunk is not None and answer.status == _OK
                limit = _ERROR_BYTES if on_chunk is not None and not streamed else request.max_decoded
                _read_body(response, answer, on_chunk if on_chunk is not None and streamed else body.extend, limit)
            finally:
                _let_go(response, answer)
        except api.EXPECTED as error:
            trouble = error
        finally:
            bytes_sent, cut_by = self._wire.end(token)
        if cut_by is not None:
            # Even where the answer seems whole: one that ends with the connection ends with the cut, too.
            answer.failure = cut_by
        elif trouble is not None:
            answering = answer.status is not None
            answer.failure = api.classify_failure(trouble, bytes_sent=bytes_sent, answering=answering)
            answer.detail = redact(f"{type(trouble).__name__}: {trouble}", [key])[:500]
        # Its traceback and this frame refer to each other: the connection would stay open until the next collection.
        trouble = None
        return _result(answer, bytes(body), key, bytes_sent=bytes_sent)


def _fits_a_header(key: str | None) -> bool:
    return bool(key) and key is not None and key.isascii() and key.isprintable()


def _read_head(response: BaseHTTPResponse, answer: _Answer) -> None:
    answer.content_type = response.headers.get("Content-Type", "")
    answer.retry_after = response.headers.get("Retry-After", "")
    answer.location = response.headers.get("Location", "")
    answer.status = response.status


def _read_body(response: BaseHTTPResponse, answer: _Answer, sink: Callable[[bytes], object], limit: int) -> None:
    if response.status < _FIRST_FINAL:
        return  # the answer proper is still to come, and nobody will read it: the connection is not used again
    try:
        unpacker = Unpacker(response.headers.get("Content-Encoding", ""))
        for packed in response.stream(PIECE, decode_content=False):
            for piece in unpacker.feed(packed):
                limit -= len(piece)
                if limit < 0:
                    answer.failure = FailureKind.TOO_LARGE
                    return
                sink(piece)
        if not unpacker.is_whole:
            answer.failure = FailureKind.TRUNCATED
    except PackingError as error:
        answer.failure = FailureKind.BAD_ENCODING
        answer.detail = str(error)


def _let_go(response: BaseHTTPResponse, answer: _Answer) -> None:
    if answer.failure is None and response.closed:
        response.release_conn()
    else:
        # Bytes of this answer may still arrive: they must not be read as the next one's.
        response.close()


def _without(key: str, body: bytes) -> bytes:
    """Return a body without the key. One that does not contain it is returned unchanged."""
    text = body.decode("latin-1")  # a letter a byte, whatever the bytes mean
    found = redact_secrets(text, [key])
    return body if found == text else found.encode("latin-1")


def _result(answer: _Answer, body: bytes, key: str, *, bytes_sent: bool) -> Exchange:
    location = answer.location
    is_error = answer.status is None or answer.status >= _FIRST_ERROR
    if is_error or (len(key) >= _SURE and key.encode() in body):
        # Servers that explain an error sometimes quote the request, and the explanation is stored and shown.
        body = _without(key, body)
        location = redact(location, [key])
    if answer.failure is not None:
        _log.info("no whole answer: %s (%s)", answer.failure, answer.detail)
    return Exchange(
        answer.status,
        bytes_sent=bytes_sent,
        failure=answer.failure,
        detail=answer.detail,
        content_type=answer.content_type,
        retry_after=answer.retry_after,
        location=location,
        body=body,
    )
