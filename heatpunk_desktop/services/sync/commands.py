"""What a window may ask of the worker: immutable values on their way into its thread."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from heatpunk_desktop.domain.changes import Change, Draft
    from heatpunk_desktop.domain.choices import Choice
    from heatpunk_desktop.domain.dates import DateRange
    from heatpunk_desktop.domain.fields import Field, FieldValues
    from heatpunk_desktop.domain.operation import Side
    from heatpunk_desktop.domain.undo import Undoable, UndoResult


class CreateProject(NamedTuple):
    """Store a new project to be created."""

    request: int
    values: FieldValues
    owner: str
    draft_id: str = ""


class EditProject(NamedTuple):
    """Store changed fields of a project."""

    request: int
    key: int
    changes: FieldValues
    base: FieldValues
    draft_id: str = ""
    owner: str = ""
    mends: int = 0


class MoveToDeleted(NamedTuple):
    """Store a soft delete."""

    request: int
    key: int


class TryAgain(NamedTuple):
    """Put refused or doubtful operations back in the queue."""

    request: int
    operation_ids: tuple[int, ...]


class Discard(NamedTuple):
    """Give operations up."""

    request: int
    operation_ids: tuple[int, ...]


class ChangeOwner(NamedTuple):
    """Give new projects that were refused another owner, and queue them again."""

    request: int
    operation_ids: tuple[int, ...]
    owner: str


class KeepSide(NamedTuple):
    """Settle conflicts as a whole, as the person had it or as the server has it."""

    request: int
    operation_ids: tuple[int, ...]
    side: Side


class Resolve(NamedTuple):
    """Settle a conflict: some fields as the person had them, some as the server has them."""

    request: int
    operation_id: int
    mine: frozenset[Field]
    theirs: frozenset[Field]


class Adopt(NamedTuple):
    """Say which project on the server an unclear create made."""

    request: int
    operation_id: int
    project_id: int


class CreateAgain(NamedTuple):
    """Create projects again that are gone from the server, with the changes that waited for them."""

    request: int
    operation_ids: tuple[int, ...]


class KeepDraft(NamedTuple):
    """Keep what stands in an open form."""

    request: int
    draft: Draft


class DropDraft(NamedTuple):
    """Forget what stood in a form."""

    request: int
    draft_id: str


class SetDetailsLoading(NamedTuple):
    """Load the details of all projects in the background, or do not.

    Attributes:
        is_wanted: Whether to.
        days: Details that are older are loaded again; 0: none are.
    """

    request: int
    is_wanted: bool
    days: int


class DeletePermanently(NamedTuple):
    """Ask the server now to delete a project for good."""

    request: int
    project_id: int


class LoadProject(NamedTuple):
    """Ask the server for everything about one project."""

    request: int
    key: int


class Refresh(NamedTuple):
    """Read the projects of a range, the newest window first."""

    request: int
    wanted: DateRange


class CancelRefresh(NamedTuple):
    """Stop the running refresh."""

    request: int


class SendNow(NamedTuple):
    """Try the server without waiting out the pause."""

    request: int


class CheckIntegrity(NamedTuple):
    """Look the database over."""

    request: int


class StageChanges(NamedTuple):
    """Store many things that a person wants done, all or none."""

    request: int
    deeds: tuple[Change, ...]
    label: str


class TakeBackBatch(NamedTuple):
    """Give up what of a batch was not sent."""

    request: int
    batch: int


class UndoChanges(NamedTuple):
    """Take back what was not sent, and store the reverse of what was."""

    request: int
    undoable: Undoable
    label: str
    moved: Mapping[int, int]


class RedoChanges(NamedTuple):
    """Do again what was undone."""

    request: int
    undone: UndoResult
    label: str
    moved: Mapping[int, int]


class KeepChoice(NamedTuple):
    """Keep something that a person chose and that is sent nowhere."""

    request: int
    choice: Choice


class Stop(NamedTuple):
    """End."""

    request: int


#: Those that store something that a person did, and end in `operation_saved` or `operation_not_saved`.
StoringCommand = (
    CreateProject
    | EditProject
    | MoveToDeleted
    | TryAgain
    | Discard
    | ChangeOwner
    | KeepSide
    | Resolve
    | Adopt
    | CreateAgain
)

#: Those that store many things at once, or take back what was stored, and end in `deeds_not_stored` where they fail.
DeedsCommand = StageChanges | TakeBackBatch | UndoChanges | RedoChanges

#: Anything that may be asked; `request` is the number by which the answer is known again.
Command = (
    StoringCommand
    | DeedsCommand
    | KeepChoice
    | KeepDraft
    | DropDraft
    | DeletePermanently
    | LoadProject
    | SetDetailsLoading
    | Refresh
    | CancelRefresh
    | SendNow
    | CheckIntegrity
    | Stop
)
