"""An operation: one thing that a person did, on its way to the server."""

from __future__ import annotations

from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from heatpunk_desktop.domain.fields import Field, FieldValues


class OperationKind(StrEnum):
    """What a person did. A hard delete is never one of these: it is not queued."""

    CREATE = "create"
    UPDATE = "update"
    SOFT_DELETE = "soft_delete"


class OperationState(StrEnum):
    """Where an operation stands.

    `queued` waits to be sent; `sending` is committed before the first byte leaves; `confirmed` is what the server
    said it did; `unknown` may have been carried out and is being found out, and is not sent again before it is proved
    that it was not; `needs_you` waits for a person (see `Reason`); `discarded` was given up, and is kept in Done.
    """

    QUEUED = "queued"
    SENDING = "sending"
    UNKNOWN = "unknown"
    NEEDS_YOU = "needs_you"
    CONFIRMED = "confirmed"
    DISCARDED = "discarded"


class Reason(StrEnum):
    """Why an operation needs a person.

    `refused`: the server said no, so nothing was done. `conflict`: somebody else changed the same fields (`theirs`).
    `gone`: the project is not on the server any more. `unclear`: it may have been carried out, and looking did not
    tell; `candidates` holds the projects that it may have made. `damaged`: what is stored of it cannot be read.
    """

    NONE = ""
    REFUSED = "refused"
    CONFLICT = "conflict"
    GONE = "gone"
    UNCLEAR = "unclear"
    DAMAGED = "damaged"


class GivenUp(StrEnum):
    """Why an operation was given up; of those that are `discarded`.

    `discarded`: the user discarded it. `deleted_unsent`: its project was deleted before anything of it was sent.
    `taken_back`: it was undone before it was sent. `theirs_kept`: the user kept the server's values.
    `created_again`: its project was gone, and a new one was made with it. `project_deleted`: its project was deleted
    for good.
    """

    NOT = ""
    DISCARDED = "discarded"
    DELETED_UNSENT = "deleted_unsent"
    TAKEN_BACK = "taken_back"
    THEIRS_KEPT = "theirs_kept"
    CREATED_AGAIN = "created_again"
    PROJECT_DELETED = "project_deleted"


class Side(StrEnum):
    """Whose value of a field."""

    MINE = "mine"
    THEIRS = "theirs"


class Decided(NamedTuple):
    """How a conflict about one field was decided: whose value was kept, and the other one."""

    kept: Side
    other: str | float | None


#: States that are laid over what the server said.
PENDING_STATES = (
    OperationState.QUEUED,
    OperationState.SENDING,
    OperationState.UNKNOWN,
    OperationState.NEEDS_YOU,
)


class Operation(NamedTuple):
    """One row of the table `operation`.

    Attributes:
        operation_id: Number in the store; the order in which people did things.
        kind: What was done.
        state: Where it stands.
        project_key: The project ID, or minus the number of the create that it belongs to.
        project_id: The project ID once there is one.
        project_name: The name to show for it.
        owner: Email of the owner to be (creates).
        changes: The fields to send.
        base: What the person saw in those fields before (updates).
        created_at: UTC text of when the person did it.
        attempts: How often a request was begun.
        attempted_at: UTC text of the last attempt, or empty.
        settled_at: UTC text of when it was confirmed, refused or discarded, or empty.
        words: What happened last, in plain words, or empty.
        server_words: What the server said, as plain text, or empty.
        blocked: Whether it waits for an earlier one of the same project that is doubtful or was refused.
        attempt: Number of its last attempt among all attempts of the account; 0 before the first.
        sent: The fields that the last request carried (an update leaves out what was there already).
        reason: Why it needs a person.
        theirs: For a conflict, what the server holds in the fields that clash.
        candidates: For an unclear create, IDs of the projects that it may have made.
        noted: Days, `YYYY-MM-DD/YYYY-MM-DD`, all of whose projects were known here before its last attempt, or empty.
        is_damaged: Whether what is stored of it cannot be read whole, so that it must not be sent.
        customer_name: The customer of its project, or empty.
        batch: Number of the batch that it was stored with, or 0.
        cause: Why it was given up, where it was.
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
    words: str
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
    cause: GivenUp = GivenUp.NOT
    decided: Mapping[Field, Decided] = MappingProxyType({})


#: Why something needs the user of which nothing can have reached the server's data.
_MENDABLE: Final = (Reason.REFUSED, Reason.CONFLICT, Reason.GONE)


def is_open(operation: Operation) -> bool:
    """Whether an operation can still be changed as it is: nothing of it can have reached the server's data."""
    if operation.kind is OperationKind.SOFT_DELETE or operation.is_damaged:
        return False
    if operation.state is OperationState.QUEUED:
        return operation.attempts == 0
    return operation.state is OperationState.NEEDS_YOU and operation.reason in _MENDABLE


class OperationCounts(NamedTuple):
    """How many changes stand where: the one count of them, which every number on the screen is.

    Attributes:
        waiting: Those that are sent without the user's doing: waiting, under way, or being found out.
        needs_you: Those that wait for a decision of the user's, whatever the reason.
        done: Those that are over: confirmed or discarded.
        discarded: Those among them that were discarded, for whatever cause.
    """

    waiting: int = 0
    needs_you: int = 0
    done: int = 0
    discarded: int = 0

    @property
    def unsettled(self) -> int:
        """Changes that are not over; the number on the button `Changes`."""
        return self.waiting + self.needs_you

    @property
    def confirmed(self) -> int:
        """Changes that are on the server."""
        return self.done - self.discarded
