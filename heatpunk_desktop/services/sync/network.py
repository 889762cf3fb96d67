"""A few threads that do nothing but exchange bytes with the server. No Qt, no database, no decisions."""

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

#: Connections at most; the vendor's server is shared with people who have it open in a browser.
CONNECTIONS: Final = 4


class Client(Protocol):
    """What `heatpunk_desktop.api.client.ApiClient` offers; one of them is used by one thread only."""

    def has_key(self) -> bool:
        """Tell whether there is an API key; may wait for the keyring, and raise what `Credentials.get` raises."""

    def exchange(self, request: ApiRequest, cancel: CancelToken | None = None) -> Exchange:
        """Sends one request and reads its answer."""

    def stream(
        self, request: ApiRequest, on_chunk: Callable[[bytes], object], cancel: CancelToken | None = None
    ) -> Exchange:
        """Sends one request and hands its answer over piece by piece."""

    def close(self) -> None:
        """Closes the connections."""


@dataclass(frozen=True, slots=True, eq=False)
class Job:
    """One request on its way.

    Attributes:
        request: What is sent.
        ended: Called in the thread that did it, once, with this job and what came of it.
        chunk: Called in that thread with each piece of the answer; None: the answer comes whole.
        token: Cancels it.
        purpose: What it is for; the caller's own value.
        can_wait: Whether those that cannot go before it.
        is_quiet: Whether all others go before it, and no connection is held up by it that another one wants.
    """

    request: ApiRequest
    ended: Callable[[Job, Exchange], None]
    chunk: Callable[[Job, bytes], None] | None = None
    purpose: object = None
    can_wait: bool = False
    is_quiet: bool = False
    token: CancelToken = field(default_factory=CancelToken)


class NetworkThreads:
    """Does jobs in the order given, a few at a time. Threads start when there is something to do.

    Attributes:
        last_seconds: How long the last exchange took.
    """

    def __init__(self, make_client: Callable[[], Client]) -> None:
        self._make_client = make_client
        self.last_seconds = math.inf
        self._first: deque[Job] = deque()
        self._later: deque[Job] = deque()
        self._last: deque[Job] = deque()
        #: One entry for each job, and for each thread that is to end.
        self._calls: SimpleQueue[None] = SimpleQueue()
        self._threads: list[threading.Thread] = []
        self._running: set[Job] = set()
        self._lock = threading.Lock()
        self._stopped = False

    def submit(self, job: Job) -> None:
        """Has a job done as soon as a thread is free."""
        with self._lock:
            if self._stopped:
                return
            if not job.is_quiet and len(self._running) >= CONNECTIONS:
                for one in self._running:
                    if one.is_quiet:
                        one.token.cancel()
            self._running.add(job)
            if len(self._threads) < min(CONNECTIONS, len(self._running)):
                # Daemons: a name look-up that hangs in the system cannot be cut short, and must not keep the
                # program from ending.
                thread = threading.Thread(target=self._work, name="heatpunk-network", daemon=True)
                self._threads.append(thread)
                thread.start()
            (self._last if job.is_quiet else self._later if job.can_wait else self._first).append(job)
        self._calls.put(None)

    @property
    def is_idle(self) -> bool:
        """Whether nothing is being done, or waits to be."""
        return not self._running

    def stop(self, seconds: float) -> bool:
        """Cuts every exchange short and ends the threads; tells whether they all ended in time."""
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
                    # Raised by whoever was asked for the key, which comes before anything is sent.
                    _log.warning("the API key could not be had", exc_info=True)
                    exchange = Exchange(status=None, bytes_sent=False, failure=FailureKind.KEY_MISSING)
                except Exception:  # noqa: BLE001 - written down below, and judged as doubtful
                    # A bug. The request may have been sent, so nobody may think that it was not.
                    _log.exception("an exchange failed in a way nobody thought of")
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
