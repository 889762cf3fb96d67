"""Whether anything may be sent now, learnt from every exchange. No clock of its own."""

from __future__ import annotations

from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from heatpunk_desktop.api.error_messages import retry_after
from heatpunk_desktop.api.exchange import FailureKind
from heatpunk_desktop.api.protocol import Endpoint
from heatpunk_desktop.sync.policy import Backoff

if TYPE_CHECKING:
    from datetime import datetime

    from heatpunk_desktop.api.exchange import Exchange


#: Answers to the list that tell whether the person may have it at all.
_TELL_MEMBERSHIP: Final = frozenset({HTTPStatus.OK, HTTPStatus.FORBIDDEN})

#: Answers that a server may give before it has looked at the key.
_SAY_NOTHING_OF_THE_KEY: Final = frozenset({403, 407, 408, 421, 425, 429, 431})


def _is_trouble(status: int) -> bool:
    """Whether an answer is of the way to the server, or of its own trouble, and not to what was asked."""
    return status >= HTTPStatus.INTERNAL_SERVER_ERROR or status < HTTPStatus.OK or 300 <= status < 400  # noqa: PLR2004


@dataclass(slots=True)
class Pace:
    """Rests between tries while the server is not reached or asks for it, and altogether while there is no good key.

    Times are monotonic seconds.

    Attributes:
        backoff: Gives the pauses.
        is_paused_for_key: Nothing is sent until an exchange shows that the key is taken, or a person says so.
        is_offline: The last exchange did not reach the server.
        resumes_at: Nothing is sent before.
    """

    backoff: Backoff = field(default_factory=Backoff)
    is_paused_for_key: bool = False
    is_offline: bool = False
    resumes_at: float = float("-inf")
    _is_member: bool = False
    _is_forbidden: bool = False

    def may_send(self, now: float) -> bool:
        """Whether a request may go out."""
        return not self.is_paused_for_key and now >= self.resumes_at

    @property
    def is_member(self) -> bool:
        """Whether the server has given this person the list: a refusal (403) is then about one project only."""
        return self._is_member

    def learn(self, endpoint: Endpoint, exchange: Exchange) -> None:
        """Learns from an exchange of any kind whether the key is taken and the server reached."""
        if exchange.failure is FailureKind.CANCELLED:
            return
        status = exchange.status
        if exchange.failure is FailureKind.KEY_MISSING or status == HTTPStatus.UNAUTHORIZED:
            self.is_paused_for_key = True
            return
        self.is_offline, was_offline = status is None, self.is_offline
        if status is None:
            return
        if endpoint is Endpoint.LIST and status in _TELL_MEMBERSHIP:
            self._is_member = status == HTTPStatus.OK
            self._is_forbidden = not self._is_member
        if status == HTTPStatus.FORBIDDEN and not self._is_member:
            # Is it this project, or everything? Only the list tells; that another project may be touched does not.
            self.is_paused_for_key = self._is_forbidden = True
        elif self._is_forbidden:
            return
        elif status not in _SAY_NOTHING_OF_THE_KEY and not _is_trouble(status):
            self.is_paused_for_key = False
        if status != HTTPStatus.TOO_MANY_REQUESTS and status < HTTPStatus.INTERNAL_SERVER_ERROR:
            self.backoff.succeeded()
            if was_offline:
                self.release()

    def put_off(self, now: float, wish: float | None = None) -> None:
        """One more failure: rests, for as long as the server wishes at least. Of two pauses the longer is kept to."""
        self.resumes_at = max(self.resumes_at, now + self.backoff.failed(wish))

    def put_off_by(self, exchange: Exchange, now: float, present: datetime) -> None:
        """Rests where an exchange did not reach the server, or the server asks for it.

        Args:
            exchange: What came of a request.
            now: Monotonic seconds.
            present: By the clock, for a pause that ends at a moment.
        """
        if exchange.status is None or exchange.status == HTTPStatus.TOO_MANY_REQUESTS:
            self.put_off(now, retry_after(exchange.retry_after, present))

    def release(self) -> None:
        """The server is back, or a person wants it tried now."""
        self.resumes_at = float("-inf")

    def key_given(self) -> None:
        """A person gave a key, or wants it tried again."""
        self.is_paused_for_key = self._is_forbidden = False
        self.release()
