"""The log of requests as they came in, for assertions of tests."""

from __future__ import annotations

import threading
import time
from collections import deque
from dataclasses import dataclass
from typing import Any, Final

import orjson

from heatpunk_desktop.sandbox.endpoints import BY_PATH, Endpoint

_MAX_REQUESTS: Final = 20_000
_MAX_BYTES: Final = 64 * 1024 * 1024


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
        self, count: int, endpoint: Endpoint | str | None = None, *, within: float = 5
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
