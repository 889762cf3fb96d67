"""One HTTP exchange: its result, the token that cancels it, and the wire that tracks it while it runs."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable


class FailureKind(StrEnum):
    """Why an exchange has no complete answer."""

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
    """The answer to a request, or what happened instead.

    Attributes:
        status: The HTTP status, once its line and the headers arrived.
        bytes_sent: Whether a first byte of the request was handed to the socket. False is a proof: nothing was done.
        failure: Why the answer is not complete; None where it is.
        detail: The failure for a log, without the key; may be empty.
        content_type: The header of that name, or empty.
        retry_after: The header of that name, or empty; `retry_after_seconds` reads it.
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

    def retry_after_seconds(self, now: datetime) -> float | None:
        """Return the seconds after which the server wants to be asked again (Retry-After).

        `sync.policy` caps them, as a server may ask for any number.

        Args:
            now: The current time, time-zone aware; the header may hold a date.

        Returns:
            0 or more; None where there is no such header, or it cannot be read.
        """
        text = self.retry_after.strip()
        if text.isascii() and text.isdigit():
            return float(text)
        try:
            moment = parsedate_to_datetime(text)
            if moment.tzinfo is None:
                moment = moment.replace(tzinfo=UTC)
            return max(0.0, (moment - now).total_seconds())
        except (ValueError, OverflowError):
            return None


class CancelToken:
    """A token that cancels exchanges from any thread, at once and permanently.

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
        """Cancel what runs with this token, and whatever would begin with it later."""
        with self._lock:
            self._cancelled = True
            cuts, self._cuts = self._cuts, []
        for cut in cuts:
            cut()

    def attach(self, cut: Callable[[], None]) -> None:
        """Register `cut` to be called by `cancel`, in its thread; call it at once where `cancel` was called before."""
        with self._lock:
            if not self._cancelled:
                self._cuts.append(cut)
                return
        cut()

    def detach(self, cut: Callable[[], None]) -> None:
        """Unregister `cut`."""
        with self._lock:
            if cut in self._cuts:
                self._cuts.remove(cut)


class CutError(Exception):
    """The exchange was cut: cancelled, or its deadline passed."""


class Carrier(Protocol):
    """The connection that an exchange runs on."""

    def shut_down(self) -> None:
        """End every read and write on the connection at once, in whatever thread."""

    def exchange_ended(self) -> None:
        """Note that no exchange uses the connection any more."""


class Wire:
    """The exchange that a client has under way: deadline, cancel token, socket, and whether bytes were sent.

    One exchange at a time. `cut` is called by other threads (the watchdog's, and whichever cancels); everything else by
    the client's own.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._connection: Carrier | None = None
        self._running = False
        self._cut_by: FailureKind | None = None
        self._sent = False
        self.deadline = 0.0

    def begin(self, seconds: float, token: CancelToken) -> None:
        """Start an exchange that may last so many seconds."""
        with self._lock:
            self.deadline = time.monotonic() + seconds
            self._cut_by = None
            self._sent = False
            self._running = True
        token.attach(self.cancel)

    def end(self, token: CancelToken) -> tuple[bool, FailureKind | None]:
        """End what was begun with this token. Returns whether bytes were sent, and whether and why it was cut."""
        with self._lock:
            self._running = False
            connection, self._connection = self._connection, None
            result = self._sent, self._cut_by
        if connection is not None:
            connection.exchange_ended()
        token.detach(self.cancel)
        return result

    @property
    def is_running(self) -> bool:
        """Whether an exchange is under way."""
        return self._running

    def carry(self, connection: Carrier) -> None:
        """Set the connection that the exchange runs on. Raises CutError where it was cut before."""
        with self._lock:
            self._connection = connection
            if self._cut_by is not None:
                raise CutError

    def check(self) -> float:
        """Return the seconds that are left. Raises CutError where the exchange was cut or its time is up."""
        left = self.deadline - time.monotonic()
        if left <= 0:
            self.cut(FailureKind.TIMEOUT)
        with self._lock:
            if self._cut_by is not None:
                raise CutError
        return left

    def first_byte(self) -> None:
        """Record that bytes of the request are handed to the socket now. Raises CutError instead where it was cut."""
        with self._lock:
            if self._cut_by is not None:
                raise CutError
            self._sent = True

    def cancel(self) -> None:
        """Cut the exchange because its token was cancelled."""
        self.cut(FailureKind.CANCELLED)

    def expire(self, now: float) -> float | None:
        """Cut the exchange if its deadline has passed.

        Args:
            now: `time.monotonic()`.

        Returns:
            When to look again: the deadline of what is running; None where nothing is.
        """
        with self._lock:
            if not self._running or self._cut_by is not None:
                return None
            if self.deadline > now:
                return self.deadline
            self._cut(FailureKind.TIMEOUT)
            return None

    def cut(self, why: FailureKind) -> None:
        """Cut the running exchange: a blocking read or write ends at once."""
        with self._lock:
            if self._running and self._cut_by is None:
                self._cut(why)

    def _cut(self, why: FailureKind) -> None:
        self._cut_by = why
        if self._connection is not None:
            self._connection.shut_down()


class Watchdog:
    """Enforces a wire's deadlines. Its thread sleeps until a deadline that it knows, so most requests never wake it."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._condition = threading.Condition()
        self._asleep_until: float | None = None
        self._closed = False
        self._thread: threading.Thread | None = None

    def watch(self, deadline: float) -> None:
        """Schedule the wire to be cut at the deadline (`time.monotonic()`)."""
        with self._condition:
            if self._thread is None:
                self._asleep_until = deadline
                self._thread = threading.Thread(target=self._run, name="api-deadline", daemon=True)
                self._thread.start()
            elif self._asleep_until is None or deadline < self._asleep_until:
                self._asleep_until = deadline
                self._condition.notify()

    def close(self) -> None:
        """Stop the thread."""
        with self._condition:
            self._closed = True
            self._condition.notify()
            thread, self._thread = self._thread, None
        if thread is not None:
            thread.join()

    def _run(self) -> None:
        with self._condition:
            while not self._closed:
                now = time.monotonic()
                if self._asleep_until is None:
                    self._condition.wait()
                elif self._asleep_until > now:
                    self._condition.wait(self._asleep_until - now)
                else:
                    self._asleep_until = self._wire.expire(now)
