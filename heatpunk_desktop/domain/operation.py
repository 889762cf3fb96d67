"""Operations: changes by the user as they are stored in the outbox, on their way to the server."""

from __future__ import annotations

from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from heatpunk_desktop.domain.fields import Field, FieldValues
    from heatpunk_desktop.domain.remarks import Remarks


class OperationKind(StrEnum):
    """The kind of change. A hard delete is never one of these: it is not queued."""

    CREATE = "create"
    UPDATE = "update"
    SOFT_DELETE = "soft_delete"


class OperationState(StrEnum):
    """The state of an operation.

    `queued`: waits to be sent. `sending`: committed before the first byte leaves. `confirmed`: the server did it.
    `unknown`: in doubt, that is, possibly carried out; it is not sent again before reconciliation proves that it was
    not. `needs_you`: waits for the user (see `Reason`). `discarded`: will not be sent, and is kept in Done.
    """

    QUEUED = "queued"
    SENDING = "sending"
    UNKNOWN = "unknown"
    NEEDS_YOU = "needs_you"
    CONFIRMED = "confirmed"
    DISCARDED = "discarded"


class Reason(StrEnum):
    """Why an operation needs the user, as stored; `needs.py` says what follows, and where each is decided.

    `refused`: the server said no, so nothing was done. `conflict`: somebody else changed the same fields (`theirs`).
    `gone`: the project is not on the server any more. `unclear`: it may have been carried out, and reconciliation did
    not tell; `candidates` holds the projects that it may have made. `damaged`: the stored operation cannot be read.
    """

    NONE = ""
    REFUSED = "refused"
    CONFLICT = "conflict"
    GONE = "gone"
    UNCLEAR = "unclear"
    DAMAGED = "damaged"


class DiscardCause(StrEnum):
    """Why an operation was discarded.

    `discarded`: the user discarded it. `deleted_unsent`: its project was deleted before anything of it was sent.
    `taken_back`: it was withdrawn before it was sent. `theirs_kept`: the user kept the server's values.
    `created_again`: its project was gone, and a new one was made with it. `project_deleted`: its project was deleted
    for good.
    """

    NONE = ""
    DISCARDED = "discarded"
    DELETED_UNSENT = "deleted_unsent"
    TAKEN_BACK = "taken_back"
    THEIRS_KEPT = "theirs_kept"
    CREATED_AGAIN = "created_again"
    PROJECT_DELETED = "project_deleted"


class Side(StrEnum):
    """The side of a conflict whose value is meant."""

    MINE = "mine"
    THEIRS = "theirs"


class Decided(NamedTuple):
    """How a conflict about one field was decided: whose value was kept, and the other value."""

    kept: Side
    other: str | float | None


#: States that are laid over the server's values.
PENDING_STATES = (
    OperationState.QUEUED,
    OperationState.SENDING,
    OperationState.UNKNOWN,
    OperationState.NEEDS_YOU,
)


class Operation(NamedTuple):
    """One row of the table `operation`.

    Attributes:
        operation_id: Number in the store; the order in which the user made the changes.
        kind: The kind of change.
        state: Its state.
        project_key: The project ID, or minus the number of the create that it belongs to.
        project_id: The project ID once there is one.
        project_name: Its name or that of its customer, or empty.
        owner: Email of the intended owner (creates).
        changes: The fields to send.
        base: What the user saw in those fields before (updates).
        created_at: UTC text of when the user made the change.
        attempts: How often a request was begun.
        attempted_at: UTC text of the last attempt, or empty.
        settled_at: UTC text of when it was confirmed, refused or discarded, or empty.
        remarks: What happened last.
        server_words: What the server said, as plain text, or empty.
        blocked: Whether it waits for an earlier one of the same project that is in doubt or was refused.
        attempt: Number of its last attempt among all attempts of the account; 0 before the first.
        sent: The fields that the last request carried (an update leaves out what was there already).
        reason: Why it needs the user.
        theirs: For a conflict, what the server holds in the conflicting fields.
        candidates: For an unclear create, IDs of the projects that it may have made.
        noted: Days, `YYYY-MM-DD/YYYY-MM-DD`, all of whose projects were known here before its last attempt, or empty.
        is_damaged: Whether the stored row cannot be read in full, so that it must not be sent.
        customer_name: The customer of its project, or empty.
        batch: Number of the batch that it was stored with, or 0.
        cause: Why it was discarded, where it was.
        decided: For fields that were in conflict, how that was decided.
    """

    operation_id: int
    kind: OperationKind
    state: OperationState
    project_key: int
    project_id: int | None
    project_name: str
    owner: str
    changes: FieldValues
    base: FieldValues
    created_at: str
    attempts: int
    attempted_at: str
    settled_at: str
    remarks: Remarks
    server_words: str
    blocked: bool = False
    attempt: int = 0
    sent: FieldValues = MappingProxyType({})
    reason: Reason = Reason.NONE
    theirs: FieldValues = MappingProxyType({})
    candidates: tuple[int, ...] = ()
    noted: str = ""
    is_damaged: bool = False
    customer_name: str = ""
    batch: int = 0
    cause: DiscardCause = DiscardCause.NONE
    decided: Mapping[Field, Decided] = MappingProxyType({})


#: Reasons for which nothing can have reached the server's data.
_MENDABLE: Final = (Reason.REFUSED, Reason.CONFLICT, Reason.GONE)


def is_open(operation: Operation) -> bool:
    """Return whether an operation can still be changed in place: nothing of it can have reached the server's data."""
    if operation.kind is OperationKind.SOFT_DELETE or operation.is_damaged:
        return False
    if operation.state is OperationState.QUEUED:
        return operation.attempts == 0
    return operation.state is OperationState.NEEDS_YOU and operation.reason in _MENDABLE


class OperationCounts(NamedTuple):
    """How many changes are in which group. Every such number on the screen comes from here.

    Attributes:
        waiting: Changes that need nothing from the user: queued, being sent, or in doubt.
        needs_you: Changes that need a decision, whatever the reason.
        done: Changes that are finished: confirmed or discarded.
        discarded: Those of them that were discarded, for whatever cause.
    """

    waiting: int = 0
    needs_you: int = 0
    done: int = 0
    discarded: int = 0

    @property
    def unsettled(self) -> int:
        """How many changes are not finished; the number on the button `Changes`."""
        return self.waiting + self.needs_you

    @property
    def confirmed(self) -> int:
        """How many changes are on the server."""
        return self.done - self.discarded
