"""Whether anything may be sent now, learnt from every exchange: one immutable value. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from heatpunk_desktop.api.error_messages import retry_after
from heatpunk_desktop.api.exchange import FailureKind
from heatpunk_desktop.api.protocol import Endpoint
from heatpunk_desktop.sync.policy import pause_after

if TYPE_CHECKING:
    from datetime import datetime

    from heatpunk_desktop.api.exchange import Exchange
    from heatpunk_desktop.sync.policy import Chance


#: Answers to the list that tell whether the user may have it at all.
_TELL_MEMBERSHIP: Final = frozenset({HTTPStatus.OK, HTTPStatus.FORBIDDEN})

#: Answers that a server may give before it has looked at the key.
_SAY_NOTHING_OF_THE_KEY: Final = frozenset({403, 407, 408, 421, 425, 429, 431})


def _is_trouble(status: int) -> bool:
    """Whether an answer is of the way to the server, or of its own trouble, and not to what was asked."""
    return status >= HTTPStatus.INTERNAL_SERVER_ERROR or status < HTTPStatus.OK or 300 <= status < 400  # noqa: PLR2004


@dataclass(frozen=True, slots=True)
class SendGate:
    """Closed for a while where the server is not reached or asks for it, and altogether while there is no good key.

    Every method that changes something makes another gate. Times are monotonic seconds.

    Attributes:
        failures: Failures in a row, by which the pauses grow.
        is_paused_for_key: Nothing is sent until an exchange shows that the key is taken, or the user says so.
        is_offline: The last exchange did not reach the server.
        resumes_at: Nothing is sent before.
        is_member: The server has given this user the list: a refusal (403) is then about one project only.
        is_forbidden: The list, or everything while that is not known, was refused.
    """

    failures: int = 0
    is_paused_for_key: bool = False
    is_offline: bool = False
    resumes_at: float = float("-inf")
    is_member: bool = False
    is_forbidden: bool = False

    def may_send(self, now: float) -> bool:
        """Whether a request may go out."""
        return not self.is_paused_for_key and now >= self.resumes_at

    def learned(self, endpoint: Endpoint, exchange: Exchange) -> SendGate:
        """Learn from an exchange of any kind whether the key is taken and the server reached."""
        if exchange.failure is FailureKind.CANCELLED:
            return self
        status = exchange.status
        if exchange.failure is FailureKind.KEY_MISSING or status == HTTPStatus.UNAUTHORIZED:
            return replace(self, is_paused_for_key=True)
        if status is None:
            return replace(self, is_offline=True)
        if status < HTTPStatus.MULTIPLE_CHOICES and self._has_nothing_to_learn(endpoint):
            return self
        gate = _learned_of_key(replace(self, is_offline=False), endpoint, status)
        if gate.is_forbidden and not (status == HTTPStatus.FORBIDDEN and not gate.is_member):
            return gate
        if status != HTTPStatus.TOO_MANY_REQUESTS and status < HTTPStatus.INTERNAL_SERVER_ERROR:
            gate = replace(gate, failures=0)
            return gate.released() if self.is_offline else gate
        return gate

    def _has_nothing_to_learn(self, endpoint: Endpoint) -> bool:
        """Whether an answer of success changes nothing, as nearly all do."""
        is_open = not (self.is_offline or self.is_paused_for_key or self.is_forbidden or self.failures)
        return is_open and (endpoint is not Endpoint.LIST or self.is_member)

    def put_off(self, now: float, chance: Chance, wish: float | None = None) -> SendGate:
        """One more failure: rest, for as long as the server wishes at least. Of two pauses the longer is kept to."""
        resumes_at = max(self.resumes_at, now + pause_after(self.failures, chance, wish))
        return replace(self, resumes_at=resumes_at, failures=self.failures + 1)

    def put_off_by(self, exchange: Exchange, now: float, present: datetime, chance: Chance) -> SendGate:
        """Rest where an exchange did not reach the server, or the server asks for it.

        Args:
            exchange: What came of a request.
            now: Monotonic seconds.
            present: By the clock, for a pause that ends at a moment.
            chance: Where chance comes from.
        """
        if exchange.status is None or exchange.status == HTTPStatus.TOO_MANY_REQUESTS:
            return self.put_off(now, chance, retry_after(exchange.retry_after, present))
        return self

    def released(self) -> SendGate:
        """The server is back, or the user wants it tried now."""
        return replace(self, resumes_at=float("-inf"))

    def key_given(self) -> SendGate:
        """The user gave a key, or wants it tried again."""
        return replace(self, is_paused_for_key=False, is_forbidden=False).released()


def _learned_of_key(gate: SendGate, endpoint: Endpoint, status: int) -> SendGate:
    if endpoint is Endpoint.LIST and status in _TELL_MEMBERSHIP:
        is_member = status == HTTPStatus.OK
        gate = replace(gate, is_member=is_member, is_forbidden=not is_member)
    if status == HTTPStatus.FORBIDDEN and not gate.is_member:
        # Is it this project, or everything? Only the list tells; that another project may be touched does not.
        return replace(gate, is_paused_for_key=True, is_forbidden=True)
    if gate.is_forbidden or status in _SAY_NOTHING_OF_THE_KEY or _is_trouble(status):
        return gate
    return replace(gate, is_paused_for_key=False)
