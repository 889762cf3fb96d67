"""What the engine remarks on an operation, by what became of it."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from heatpunk_desktop.domain.dates import utc_text
from heatpunk_desktop.domain.needs import OWNER, refused_for
from heatpunk_desktop.domain.operation import OperationKind
from heatpunk_desktop.domain.remarks import RemarkCode, Remarks, remark
from heatpunk_desktop.sync.rules import Why

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from heatpunk_desktop.api.outcome import Outcome
    from heatpunk_desktop.domain.fields import Field
    from heatpunk_desktop.domain.operation import Operation
    from heatpunk_desktop.errors import KnownError
    from heatpunk_desktop.sync.rules import Verdict

KEY_REFUSED: Final = remark(RemarkCode.KEY_REFUSED)
NOT_SHOWN: Final = remark(RemarkCode.NOT_SHOWN)
DAMAGED: Final = remark(RemarkCode.DAMAGED)
CONFLICT: Final = remark(RemarkCode.CONFLICT)
GONE: Final = remark(RemarkCode.GONE)
THERE_ALREADY: Final = remark(RemarkCode.THERE_ALREADY)
UNTOLD: Final = remark(RemarkCode.UNTOLD)

_RESOLVED: Final = {
    Why.NOT_THERE: RemarkCode.ABSENT,
    Why.IN_VAIN: RemarkCode.NO_PROOF,
    Why.NOT_RETURNED: RemarkCode.UNCLEAR_UPDATE,
    Why.RESEMBLES: RemarkCode.UNCLEAR_CREATE,
    Why.TOO_OFTEN: RemarkCode.TOO_OFTEN,
}


def resolved(operation: Operation, verdict: Verdict) -> Remarks:
    """Return the remark on an operation that was in doubt, by what it is resolved to."""
    match verdict.why:
        case Why.REFERENCE:
            return remark(RemarkCode.FOUND_BY_REFERENCE)
        case Why.SEEN if verdict.not_returned and operation.kind is OperationKind.CREATE:
            return remark(RemarkCode.FOUND_UNTOLD, *verdict.not_returned)
        case Why.SEEN:
            return remark(RemarkCode.FOUND)
        case None:
            return ()
        case why:
            return remark(_RESOLVED[why])


def unusable(error: ValueError) -> Remarks:
    """Return the remark on a change that cannot be put in a request."""
    return remark(RemarkCode.UNUSABLE, *(why if isinstance(why, str) else str(why) for why in error.args[:1]))


def not_sent(error: KnownError | None) -> Remarks:
    """Return the remark where no byte left, or the server put us off."""
    return remark(RemarkCode.NOT_SENT, *((error.title,) if error else ()))


def refused(outcome: Outcome, operation: Operation) -> Remarks:
    """Return the remark on a refusal, by what the server refused, as far as it said so."""
    named = refused_for(outcome.server_words, operation)
    if named == OWNER:
        return remark(RemarkCode.OWNER_REFUSED, operation.owner)
    if named:
        return remark(RemarkCode.FIELD_REFUSED, named)
    if operation.kind is OperationKind.CREATE and outcome.status == HTTPStatus.FORBIDDEN:
        return remark(RemarkCode.CREATE_FORBIDDEN, operation.owner)
    error = outcome.error
    return remark(RemarkCode.REFUSED, *((error.message, error.what_to_do) if error else ()))


def in_doubt(outcome: Outcome, until: datetime) -> Remarks:
    """Return the remark on a write that is in doubt."""
    return remark(RemarkCode.IN_DOUBT, utc_text(until), *((outcome.error.title,) if outcome.error else ()))


def interrupted(until: datetime) -> Remarks:
    """Return the remark where the app ended while it was being sent."""
    return remark(RemarkCode.INTERRUPTED, utc_text(until))


def not_compared(error: KnownError) -> Remarks:
    """Return the remark where the look before an update did not succeed."""
    return remark(RemarkCode.NOT_COMPARED, error.title)


def changed_after(fields: Iterable[Field]) -> Remarks:
    """Return the remark where the server holds something else right after an update."""
    return remark(RemarkCode.CHANGED_AFTER, *fields)
