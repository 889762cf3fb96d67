"""The judgement on a write: confirmed, certainly not done, refused, or in doubt. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

import orjson

from heatpunk_desktop.api.error_messages import known_error_for, server_words, unreadable
from heatpunk_desktop.api.protocol import Endpoint
from heatpunk_desktop.api.values import read_id
from heatpunk_desktop.texts import marked

if TYPE_CHECKING:
    from heatpunk_desktop.api.exchange import Exchange
    from heatpunk_desktop.errors import KnownError

#: The statuses that say for certain that the request was not and will not be carried out.
DEFINITE_REFUSALS: Final = frozenset({400, 403, 404, 409, 410, 413, 415, 422})

#: To a move to deleted these say that there is no such project: deleted already, or too new to be known everywhere.
_NO_SUCH_PROJECT: Final = frozenset({404, 410})

_KEY_REFUSED: Final = 401
_TOO_MANY: Final = 429
_NO_CONTENT: Final = 204
_CREATED: Final = frozenset({200, 201})


class OutcomeKind(StrEnum):
    """What is known about a write.

    `confirmed`: the server did it. `not_sent`: certainly nothing was done, so it may be sent again. `refused`:
    certainly not done, and sending it again unchanged would be pointless. `key_refused`: no write will be accepted with
    this key. `in_doubt`: in doubt: it may have been done, may still be done, or not; it must not be sent again before
    that is known. So is a move to deleted of a project that the server does not know: others may have done what was
    wanted.
    """

    CONFIRMED = "confirmed"
    NOT_SENT = "not_sent"
    REFUSED = "refused"
    KEY_REFUSED = "key_refused"
    IN_DOUBT = "in_doubt"


@dataclass(frozen=True, slots=True)
class Outcome:
    """The judgement on a write.

    Attributes:
        kind: What is known.
        project_id: The new project's ID, for a confirmed create.
        status: The HTTP status, where there was one.
        server_words: What the server said, plain text, or empty.
        error: What went wrong, in words; None where confirmed.
    """

    kind: OutcomeKind
    project_id: int | None = None
    status: int | None = None
    server_words: str = ""
    error: KnownError | None = None


def _new_project(body: bytes) -> int | None:
    try:
        parsed = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    return read_id(parsed.get("projectId")) if isinstance(parsed, dict) else None


def _kind(endpoint: Endpoint, exchange: Exchange) -> tuple[OutcomeKind, int | None]:
    status = exchange.status
    if not exchange.bytes_sent or status == _TOO_MANY:
        return OutcomeKind.NOT_SENT, None
    # A refusal is in the status line: that the explanation after it broke off does not put it in doubt.
    if status == _KEY_REFUSED:
        return OutcomeKind.KEY_REFUSED, None
    if endpoint is Endpoint.SOFT_DELETE and status in _NO_SUCH_PROJECT:
        return OutcomeKind.IN_DOUBT, None
    if status in DEFINITE_REFUSALS:
        return OutcomeKind.REFUSED, None
    if exchange.failure is None:
        if endpoint is Endpoint.CREATE:
            project_id = _new_project(exchange.body) if status in _CREATED else None
            if project_id is not None:
                return OutcomeKind.CONFIRMED, project_id
        elif status == _NO_CONTENT:
            return OutcomeKind.CONFIRMED, None
    return OutcomeKind.IN_DOUBT, None


def classify(endpoint: Endpoint, exchange: Exchange) -> Outcome:
    """Judge a write by its exchange.

    Source of what counts as success: guide (create answers an object with `projectId`; update and both deletes 204).

    Args:
        endpoint: A write's endpoint.
        exchange: The result of sending it.

    Raises:
        ValueError: The endpoint only reads.
    """
    if not endpoint.is_write:
        raise ValueError("only writes have an outcome")
    kind, project_id = _kind(endpoint, exchange)
    if kind is OutcomeKind.CONFIRMED:
        return Outcome(kind, project_id, exchange.status)
    said = server_words(exchange.body, exchange.content_type)
    return Outcome(
        kind,
        status=exchange.status,
        server_words=said,
        error=known_error_for(exchange)
        or unreadable(marked("outcome", "something else than the confirmation that belongs to it"), said),
    )
