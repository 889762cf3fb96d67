"""The send gate: whether anything may be sent now, learnt from every exchange. One immutable value. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from heatpunk_desktop.api.exchange import FailureKind
from heatpunk_desktop.api.protocol import Endpoint
from heatpunk_desktop.sync.policy import pause_after

if TYPE_CHECKING:
    from datetime import datetime

    from heatpunk_desktop.api.exchange import Exchange
    from heatpunk_desktop.sync.policy import Chance


#: Answers to a request for the list that show whether the user may have it at all.
_TELL_MEMBERSHIP: Final = frozenset({HTTPStatus.OK, HTTPStatus.FORBIDDEN})

#: Answers that a server may give before it has looked at the key.
_SAY_NOTHING_OF_THE_KEY: Final = frozenset({403, 407, 408, 421, 425, 429, 431})


def _is_trouble(status: int) -> bool:
    """Return whether an answer comes from a proxy, or is a server error, rather than an answer to the request."""
    return status >= HTTPStatus.INTERNAL_SERVER_ERROR or status < HTTPStatus.OK or 300 <= status < 400  # noqa: PLR2004


@dataclass(frozen=True, slots=True)
class SendGate:
    """Closed for a time if the server is not reached or asks for it, and altogether while there is no accepted key.

    Every method that changes something returns a new gate. Times are monotonic seconds.

    Attributes:
        failures: Failures in a row, which lengthen the pauses.
        is_paused_for_key: Whether nothing is sent until an exchange shows that the key is accepted, or the user asks.
        is_offline: Whether the last exchange did not reach the server.
        resumes_at: When sending resumes.
        is_member: Whether the server has returned the list: a refusal (403) is then about one project only.
        is_forbidden: Whether the list was refused, or everything while that is not known.
    """

    failures: int = 0
    is_paused_for_key: bool = False
    is_offline: bool = False
    resumes_at: float = float("-inf")
    is_member: bool = False
    is_forbidden: bool = False

    def may_send(self, now: float) -> bool:
        """Return whether a request may be sent."""
        return not self.is_paused_for_key and now >= self.resumes_at

    def learned(self, endpoint: Endpoint, exchange: Exchange) -> SendGate:
        """Learn from any exchange whether the key is accepted and the server reached."""
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
        """Return whether a successful answer changes nothing, as is nearly always so."""
        is_open = not (self.is_offline or self.is_paused_for_key or self.is_forbidden or self.failures)
        return is_open and (endpoint is not Endpoint.LIST or self.is_member)

    def put_off(self, now: float, chance: Chance, retry_after_seconds: float | None = None) -> SendGate:
        """Count a failure and back off, at least for as long as the server asks; a longer pause stays in force."""
        resumes_at = max(self.resumes_at, now + pause_after(self.failures, chance, retry_after_seconds))
        return replace(self, resumes_at=resumes_at, failures=self.failures + 1)

    def put_off_by(self, exchange: Exchange, now: float, present: datetime, chance: Chance) -> SendGate:
        """Back off if an exchange did not reach the server, or the server asks for a pause.

        It asks by the status 429, or by the header Retry-After of any other error, such as 503. A server error without
        that holds nothing up: it may be about one project.

        Args:
            exchange: The outcome of a request.
            now: Monotonic seconds.
            present: The current time by the wall clock, for a pause until a date.
            chance: The source of randomness.
        """
        status, retry_after_seconds = exchange.status, exchange.retry_after_seconds(present)
        if status is None or not exchange.bytes_sent or status == HTTPStatus.TOO_MANY_REQUESTS:
            return self.put_off(now, chance, retry_after_seconds)
        is_error = status >= HTTPStatus.BAD_REQUEST
        return self.put_off(now, chance, retry_after_seconds) if is_error and retry_after_seconds is not None else self

    def released(self) -> SendGate:
        """End the back-off: the server is back, or the user wants it tried now."""
        return replace(self, resumes_at=float("-inf"))

    def key_given(self) -> SendGate:
        """End the pause for a key: the user has entered one, or wants the old one tried again."""
        return replace(self, is_paused_for_key=False, is_forbidden=False).released()


def _learned_of_key(gate: SendGate, endpoint: Endpoint, status: int) -> SendGate:
    if endpoint is Endpoint.LIST and status in _TELL_MEMBERSHIP:
        is_member = status == HTTPStatus.OK
        gate = replace(gate, is_member=is_member, is_forbidden=not is_member)
    if status == HTTPStatus.FORBIDDEN and not gate.is_member:
        # Is it this project, or everything? Only the list decides that, not access to another project.
        return replace(gate, is_paused_for_key=True, is_forbidden=True)
    if gate.is_forbidden or status in _SAY_NOTHING_OF_THE_KEY or _is_trouble(status):
        return gate
    return replace(gate, is_paused_for_key=False)
