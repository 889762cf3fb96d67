"""The state machine of an operation: the table of events and the transitions that each causes. Pure.

`heatpunk_desktop.store.state_changes` is the only code that writes a state, and it asks here.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

from heatpunk_desktop.domain.operation import PENDING_STATES, OperationState

if TYPE_CHECKING:
    from collections.abc import Mapping


class Event(StrEnum):
    """An event in the life of an operation.

    From the sender: `begun` (the start of a request is committed), `not_sent` (certainly nothing was done), `done`,
    `refused`, `in_doubt` (a request went out, and no clear answer came), `interrupted` (the app ended meanwhile),
    `unusable` (it cannot be sent as it is).
    From the read before an update: `there_already`, `conflict`, `gone`.
    From reconciliation: `found`, `absent` (proved not to have been done), `unclear`.
    From the user: `edited`, `correction_undone` (it needs the user again, as before an edit that was undone),
    `try_again`, `resolved`, `adopted`, `discarded`, `recreated`.
    From the recovery of a damaged or stale database: `recovered` (it may have been sent), `damaged` (it cannot be
    read), `settled_since` (a newer copy had it settled).
    """

    BEGUN = "begun"
    NOT_SENT = "not_sent"
    DONE = "done"
    REFUSED = "refused"
    IN_DOUBT = "in_doubt"
    INTERRUPTED = "interrupted"
    UNUSABLE = "unusable"
    THERE_ALREADY = "there_already"
    CONFLICT = "conflict"
    GONE = "gone"
    FOUND = "found"
    ABSENT = "absent"
    UNCLEAR = "unclear"
    EDITED = "edited"
    CORRECTION_UNDONE = "correction_undone"
    TRY_AGAIN = "try_again"
    RESOLVED = "resolved"
    ADOPTED = "adopted"
    DISCARDED = "discarded"
    RECREATED = "recreated"
    RECOVERED = "recovered"
    DAMAGED = "damaged"
    SETTLED_SINCE = "settled_since"


_S = OperationState

#: The state of an operation that was just stored.
INITIAL_STATE: Final = OperationState.QUEUED

#: For each event, the states that it can occur in with the one state that it leads to. There are no others.
TRANSITIONS: Final[Mapping[Event, Mapping[OperationState, OperationState]]] = {
    Event.BEGUN: {_S.QUEUED: _S.SENDING},
    Event.NOT_SENT: {_S.SENDING: _S.QUEUED},
    Event.DONE: {_S.SENDING: _S.CONFIRMED},
    Event.REFUSED: {_S.SENDING: _S.NEEDS_YOU},
    Event.IN_DOUBT: {_S.SENDING: _S.UNKNOWN},
    Event.INTERRUPTED: {_S.SENDING: _S.UNKNOWN},
    Event.UNUSABLE: {_S.QUEUED: _S.NEEDS_YOU},
    Event.THERE_ALREADY: {_S.QUEUED: _S.CONFIRMED},
    Event.CONFLICT: {_S.QUEUED: _S.NEEDS_YOU},
    Event.GONE: {_S.QUEUED: _S.NEEDS_YOU},
    Event.FOUND: {_S.UNKNOWN: _S.CONFIRMED},
    Event.ABSENT: {_S.UNKNOWN: _S.QUEUED},
    Event.UNCLEAR: {_S.UNKNOWN: _S.NEEDS_YOU, _S.QUEUED: _S.NEEDS_YOU},
    Event.EDITED: {_S.QUEUED: _S.QUEUED, _S.NEEDS_YOU: _S.QUEUED},
    Event.CORRECTION_UNDONE: {_S.QUEUED: _S.NEEDS_YOU, _S.NEEDS_YOU: _S.NEEDS_YOU},
    Event.TRY_AGAIN: {_S.UNKNOWN: _S.QUEUED, _S.NEEDS_YOU: _S.QUEUED},
    Event.RESOLVED: {_S.NEEDS_YOU: _S.QUEUED},
    Event.ADOPTED: {_S.UNKNOWN: _S.CONFIRMED, _S.NEEDS_YOU: _S.CONFIRMED},
    Event.DISCARDED: {_S.QUEUED: _S.DISCARDED, _S.UNKNOWN: _S.DISCARDED, _S.NEEDS_YOU: _S.DISCARDED},
    Event.RECREATED: {_S.QUEUED: _S.DISCARDED, _S.NEEDS_YOU: _S.DISCARDED},
    Event.RECOVERED: {_S.QUEUED: _S.UNKNOWN, _S.SENDING: _S.UNKNOWN, _S.UNKNOWN: _S.UNKNOWN},
    Event.DAMAGED: dict.fromkeys(PENDING_STATES, _S.NEEDS_YOU),
    Event.SETTLED_SINCE: dict.fromkeys(PENDING_STATES, _S.DISCARDED),
}

#: Events by which a change that did not need the user comes to need them.
NEED_THE_USER: Final = frozenset(
    event
    for event, steps in TRANSITIONS.items()
    if any(before is not _S.NEEDS_YOU and after is _S.NEEDS_YOU for before, after in steps.items())
)


def next_state(state: OperationState, event: Event) -> OperationState | None:
    """Return the state that an event leads to, or None where it comes too late for the given state."""
    return TRANSITIONS[event].get(state)
