"""What can be undone, and the results of undoing and redoing."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from heatpunk_desktop.domain.changes import FieldEdit, ProjectKey
    from heatpunk_desktop.domain.operation import Operation


class UndoObstacle(StrEnum):
    """Why something cannot be undone.

    `deleted`: the project is in deleted on the server, and no call brings it back. `undecided`: it may have been
    carried out, or needs the user's decision first. `not_known`: the value before was never loaded. `cannot_empty`: it
    was empty before, and the server cannot empty it. `nothing_sent`: the server held it already, so it changed nothing.
    `gone`: the project does not exist any more. `owner`: it was created for an owner, whom no call changes.
    """

    DELETED = "deleted"
    UNDECIDED = "undecided"
    NOT_KNOWN = "not_known"
    CANNOT_EMPTY = "cannot_empty"
    NOTHING_SENT = "nothing_sent"
    GONE = "gone"
    OWNER = "owner"


class NotUndone(NamedTuple):
    """A change that was not undone, or not in all its fields: the key of its project, and why."""

    key: ProjectKey
    why: UndoObstacle


class StoredEdit(NamedTuple):
    """One edit of a form, as stored.

    Attributes:
        edit: The edit, with the key that its project had then.
        operation: Number of the operation that it was merged into or made.
        before: That operation before the edit; None where the edit made it.
    """

    edit: FieldEdit
    operation: int
    before: Operation | None = None


class Undoable(NamedTuple):
    """One step that can be undone, as stored.

    Attributes:
        operations: Numbers of its operations, but for those of `batches`.
        batches: Numbers of its batches.
        discarded: Numbers of creates that it discarded before they were sent.
        deleted: The key of a project that it moved to deleted, where its operation is not among the others; else 0.
        edits: One edit of a form; its parts, each of other fields, where it was redone in several.
    """

    operations: tuple[int, ...] = ()
    batches: tuple[int, ...] = ()
    discarded: tuple[int, ...] = ()
    deleted: ProjectKey = 0
    edits: tuple[StoredEdit, ...] = ()


class UndoResult(NamedTuple):
    """The result of undoing, from which redoing starts.

    Attributes:
        undoable: What was undone.
        withdrawn: Numbers of operations that were withdrawn, as nothing of them was sent.
        reversed: Pairs of an operation that was sent (0 for an edit of a form) and its compensating operation.
        revived: Numbers of creates that were stored again in place of those in `discarded`, with what waited for them.
        batch: Number of the batch that holds the compensating changes; 0 where there are none.
        withdrawn_edit: The part of the edit that was taken out of a change that waits.
        left: What was not undone.
        keys: Keys of all projects that changed.
        replaced: Pairs of the number of a discarded operation and of the one in its place; the key of a new project,
            which is minus that number, changes with it.
    """

    undoable: Undoable
    withdrawn: tuple[int, ...] = ()
    reversed: tuple[tuple[int, int], ...] = ()
    revived: tuple[int, ...] = ()
    batch: int = 0
    withdrawn_edit: FieldEdit | None = None
    left: tuple[NotUndone, ...] = ()
    keys: tuple[ProjectKey, ...] = ()
    replaced: tuple[tuple[int, int], ...] = ()

    @property
    def did_nothing(self) -> bool:
        """Whether nothing was undone."""
        return not (self.withdrawn or self.reversed or self.revived or self.withdrawn_edit)


class RedoResult(NamedTuple):
    """The result of redoing.

    Attributes:
        undoable: The same step, as stored now.
        left: What was not redone.
        keys: Keys of all projects that changed.
        replaced: Pairs of the number of a discarded operation and of the one in its place; the key of a new project,
            which is minus that number, changes with it.
    """

    undoable: Undoable
    left: tuple[NotUndone, ...] = ()
    keys: tuple[ProjectKey, ...] = ()
    replaced: tuple[tuple[int, int], ...] = ()

    @property
    def did_nothing(self) -> bool:
        """Whether nothing was redone."""
        return bool(self.left) and not self.keys
