"""What the engine says to the user about an operation."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from heatpunk_desktop.domain.dates import UK
from heatpunk_desktop.domain.fields import FIELD_LABELS, Field
from heatpunk_desktop.domain.needs import OWNER, refused_for
from heatpunk_desktop.domain.operation import OperationKind
from heatpunk_desktop.sync.rules import Why

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from heatpunk_desktop.api.outcome import Outcome
    from heatpunk_desktop.domain.operation import Operation
    from heatpunk_desktop.errors import KnownError
    from heatpunk_desktop.sync.rules import Resolution

KEY_REFUSED: Final = "Not sent yet: the server does not take the API key. It goes once a key is given."
FOUND: Final = "Found on the server: it had been done after all."
FOUND_BY_REFERENCE: Final = "Found on the server by its reference: it had been done after all."
ABSENT: Final = "It was looked for on the server and is not there, so it is sent again."
THERE_ALREADY: Final = "The server had these values already, so nothing was sent."
UNTOLD: Final = "Sent without comparing first: this server does not tell what it held before."
NOT_SHOWN: Final = (
    "Not sent yet: the server does not show this project, or not all of it, as may be so for a while after it was made."
    " It is looked at again; after a few minutes the change goes by what the server shows by then."
)
DAMAGED: Final = (
    "What is stored of this change cannot be read any more, so it was not sent. Do it anew, then discard it."
)
NO_PROOF: Final = (
    "It may have been done: the server’s list of projects does not tell for certain. Look in Heatpunk whether it is"
    " there, then decide."
)
TOO_OFTEN: Final = (
    "It was sent several times without a clear answer, and is not on the server. Look in Heatpunk, then try again or"
    " give it up."
)
UNCLEAR_CREATE: Final = (
    "It may have been done: the server has projects like it, and nobody can tell from here whether one of them is it."
)
UNCLEAR_UPDATE: Final = (
    "It may have been done: this server does not tell what it holds in these fields. Look in Heatpunk, then decide."
)
CONFLICT: Final = "Somebody else changed the same on the server. Choose what is to stand."
GONE: Final = (
    "The project is not on the server any more; somebody may have deleted it. Your change is kept here: create the"
    " project anew with it, or give it up."
)

_RESOLVED: Final = {
    Why.NOT_THERE: ABSENT,
    Why.IN_VAIN: NO_PROOF,
    Why.NOT_TOLD: UNCLEAR_UPDATE,
    Why.RESEMBLES: UNCLEAR_CREATE,
    Why.TOO_OFTEN: TOO_OFTEN,
}


def resolved(operation: Operation, resolution: Resolution) -> str:
    """What is said of an operation that was in doubt, by what it is resolved to."""
    match resolution.why:
        case Why.REFERENCE:
            return FOUND_BY_REFERENCE
        case Why.SEEN:
            return found_without(resolution.untold) if operation.kind is OperationKind.CREATE else FOUND
        case None:
            return ""
        case why:
            return _RESOLVED[why]


def found_without(fields: Iterable[Field]) -> str:
    """What is said where a create was found by what the server tells, and some fields of it are never told."""
    names = ", ".join(FIELD_LABELS[field] for field in fields)
    if not names:
        return FOUND
    return f"{FOUND} This server does not tell what it holds in: {names}. So these were not compared."


def unusable(error: ValueError) -> str:
    """What is said where a change cannot be put in a request."""
    return f"It cannot be sent as it is: {error}. Edit it, or give it up."


def not_sent(error: KnownError | None) -> str:
    """What is said where no byte left, or the server put us off."""
    title = error.title if error else "no connection"
    return f"Not sent yet: {title[:1].lower()}{title[1:]}. It goes by itself as soon as that works again."


def refused(outcome: Outcome, operation: Operation) -> str:
    """What is said where the server said no, by what it said no to as far as that is told."""
    named = refused_for(outcome.server_words, operation)
    if named == OWNER:
        return f"{operation.owner} is not in your Heatpunk team. Choose another owner."
    if named:
        return f"Heatpunk did not accept what is in {FIELD_LABELS[Field(named)]}. Correct it, then try again."
    if operation.kind is OperationKind.CREATE and outcome.status == HTTPStatus.FORBIDDEN:
        return (
            f"Heatpunk did not allow this project to be created. {operation.owner} may not be in your team: choose"
            " another owner, or check your own email in the settings."
        )
    error = outcome.error
    return f"{error.message} {error.what_to_do}" if error else "The server did not take it. Edit it, or give it up."


def doubt(outcome: Outcome, until: datetime) -> str:
    """What is said where nobody knows whether it was done."""
    why = f" {outcome.error.title}." if outcome.error else ""
    return f"Possibly done.{why} {_finding_out(until)}"


def interrupted(until: datetime) -> str:
    """What is said where the program ended while it was being sent."""
    return f"Possibly done: the program ended while this was being sent. {_finding_out(until)}"


def not_compared(error: KnownError) -> str:
    """What is said where the look before an update did not succeed."""
    return f"Not sent yet: the project could not be looked at first ({error.title[:1].lower()}{error.title[1:]})."


def changed_after(fields: Iterable[Field]) -> str:
    """What is said where the server holds something else right after an update."""
    names = ", ".join(FIELD_LABELS[field] for field in fields)
    return f"Done, but the server now holds something else in: {names}. Somebody may have changed it right after."


def _finding_out(until: datetime) -> str:
    return (
        f"The program is finding out: it looks on the server until about {until.astimezone(UK):%H:%M}, and longer"
        " without a connection. Nothing needs doing."
    )
