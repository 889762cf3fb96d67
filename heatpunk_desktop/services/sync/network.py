"""A few threads that only exchange bytes with the server. No Qt, no database, no decisions."""

from __future__ import annotations

import logging
import math
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from queue import SimpleQueue
from typing import TYPE_CHECKING, Final, Protocol

from heatpunk_desktop.api.exchange import CancelToken, Exchange, FailureKind
from heatpunk_desktop.errors import BadInputError, KeyringError

if TYPE_CHECKING:
    from collections.abc import Callable

    from heatpunk_desktop.api.protocol import ApiRequest

_log = logging.getLogger(__name__)

#: The most connections; the vendor's server is shared with users who have it open in a browser.
CONNECTIONS: Final = 4


class Client(Protocol):
    """The interface of `heatpunk_desktop.api.client.ApiClient`; each instance belongs to one thread."""

    def has_key(self) -> bool:
        """Return whether there is an API key; may wait for the keyring, and raise what `Credentials.get` raises."""

    def exchange(self, request: ApiRequest, cancel: CancelToken | None = None) -> Exchange:
        """Send one request and read its answer."""

    def stream(
        self, request: ApiRequest, on_chunk: Callable[[bytes], object], cancel: CancelToken | None = None
    ) -> Exchange:
        """Send one request and pass on its answer chunk by chunk."""

    def close(self) -> None:
        """Close the connections."""


@dataclass(frozen=True, slots=True, eq=False)
class Job:
    """One request on its way.

    Attributes:
        request: What is sent.
        ended: Called once in the network thread, with this job and its outcome.
        chunk: Called in the network thread with each chunk of the answer; None: the answer comes as a whole.
        token: Cancels it.
        purpose: What it is for; any value of the caller.
        can_wait: Whether jobs without this flag go first.
        is_background: Whether all other jobs go first, and cancel it if they need its connection.
    """

    request: ApiRequest
    ended: Callable[[Job, Exchange], None]
    chunk: Callable[[Job, bytes], None] | None = None
    purpose: object = None
    can_wait: bool = False
    is_background: bool = False
    token: CancelToken = field(default_factory=CancelToken)


class NetworkThreads:
    """Do jobs in the order given, a few at a time. Threads start when they are needed.

    Attributes:
        last_seconds: How long the last exchange took.
    """

    def __init__(self, make_client: Callable[[], Client]) -> None:
        self._make_client = make_client
        self.last_seconds = math.inf
        self._first: deque[Job] = deque()
        self._later: deque[Job] = deque()
        self._last: deque[Job] = deque()
        #: One entry for each job, and for each thread that should end.
        self._calls: SimpleQueue[None] = SimpleQueue()
        self._threads: list[threading.Thread] = []
        self._running: set[Job] = set()
        self._lock = threading.Lock()
        self._stopped = False

    def submit(self, job: Job) -> None:
        """Do a job as soon as a thread is free."""
        with self._lock:
            if self._stopped:
                return
            if not job.is_background and len(self._running) >= CONNECTIONS:
                for running in self._running:
                    if running.is_background:
                        running.token.cancel()
            self._running.add(job)
            if len(self._threads) < min(CONNECTIONS, len(self._running)):
                # Daemons: a DNS look-up that hangs cannot be interrupted, and must not keep the program from ending.
                thread = threading.Thread(target=self._work, name="heatpunk-network", daemon=True)
                self._threads.append(thread)
                thread.start()
            (self._last if job.is_background else self._later if job.can_wait else self._first).append(job)
        self._calls.put(None)

    @property
    def is_idle(self) -> bool:
        """Whether nothing is being done, or waits to be."""
        return not self._running

    def stop(self, seconds: float) -> bool:
        """Cancel every exchange and end the threads; return whether all ended in time."""
        with self._lock:
            self._stopped = True
            running = list(self._running)
        for job in running:
            job.token.cancel()
        for _ in self._threads:
            self._calls.put(None)
        until = time.monotonic() + seconds
        for thread in self._threads:
            thread.join(max(0.0, until - time.monotonic()))
        return not any(thread.is_alive() for thread in self._threads)

    def _work(self) -> None:
        client = self._make_client()
        try:
            while (job := self._next()) is not None:
                began = time.monotonic()
                try:
                    exchange = self._do(client, job)
                except (KeyringError, BadInputError):
                    # Raised while the key is read, before anything is sent.
                    _log.warning("the API key could not be read", exc_info=True)
                    exchange = Exchange(status=None, bytes_sent=False, failure=FailureKind.KEY_MISSING)
                except Exception:  # noqa: BLE001 - logged below, and treated as in doubt
                    # A bug. The request may have been sent, so it must not count as unsent.
                    _log.exception("an exchange failed unexpectedly")
                    exchange = Exchange(status=None, bytes_sent=True, detail="internal error")
                self.last_seconds = time.monotonic() - began
                with self._lock:
                    self._running.discard(job)
                job.ended(job, exchange)
        finally:
            client.close()

    def _next(self) -> Job | None:
        self._calls.get()
        with self._lock:
            jobs = self._first or self._later or self._last
            return jobs.popleft() if jobs else None

    @staticmethod
    def _do(client: Client, job: Job) -> Exchange:
        if job.chunk is None:
            return client.exchange(job.request, job.token)
        chunk = job.chunk
        return client.stream(job.request, lambda piece: chunk(job, piece), job.token)
