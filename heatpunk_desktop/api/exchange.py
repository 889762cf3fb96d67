"""What came of sending one request, before anybody judges it. Pure values, and the token that stops an exchange."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class FailureKind(StrEnum):
    """Why an exchange has no whole answer."""

    KEY_MISSING = "key_missing"
    CANCELLED = "cancelled"
    TIMEOUT = "timeout"
    DNS = "dns"
    NO_NETWORK = "no_network"
    REFUSED = "refused"
    CERTIFICATE = "certificate"
    TLS = "tls"
    PROXY = "proxy"
    RESET = "reset"
    TRUNCATED = "truncated"
    BAD_HTTP = "bad_http"
    BAD_ENCODING = "bad_encoding"
    TOO_LARGE = "too_large"


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request's answer, or what happened instead.

    Attributes:
        status: The HTTP status, once its line and the headers arrived.
        bytes_sent: Whether a first byte of the request was handed to the socket. False is a proof: nothing was done.
        failure: Why the answer is not whole; None where it is.
        detail: The failure for a log, without the key; may be empty.
        content_type: The header of that name, or empty.
        retry_after: The header of that name, or empty.
        location: The header of that name, or empty.
        body: The answer decompressed; empty where it was streamed.
    """

    status: int | None
    bytes_sent: bool
    failure: FailureKind | None = None
    detail: str = ""
    content_type: str = ""
    retry_after: str = ""
    location: str = field(default="", repr=False)
    body: bytes = field(default=b"", repr=False)


class CancelToken:
    """Stops exchanges from any thread, at once and for good.

    An exchange that begins with a cancelled token, or has not handed its first byte to the socket when `cancel`
    returns, sends nothing.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._cancelled = False
        self._cuts: list[Callable[[], None]] = []

    @property
    def is_cancelled(self) -> bool:
        """Whether `cancel` was called."""
        return self._cancelled

    def cancel(self) -> None:
        """Stops what runs with this token, and whatever would begin with it later."""
        with self._lock:
            self._cancelled = True
            cuts, self._cuts = self._cuts, []
        for cut in cuts:
            cut()

    def attach(self, cut: Callable[[], None]) -> None:
        """Has `cut` called by `cancel`, in its thread; at once where that was called before."""
        with self._lock:
            if not self._cancelled:
                self._cuts.append(cut)
                return
        cut()

    def detach(self, cut: Callable[[], None]) -> None:
        """Forgets `cut`."""
        with self._lock:
            if cut in self._cuts:
                self._cuts.remove(cut)
