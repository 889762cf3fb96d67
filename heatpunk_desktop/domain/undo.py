"""What can be undone, what undoing did, and what nobody can undo."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from heatpunk_desktop.domain.changes import FieldEdit, ProjectKey
    from heatpunk_desktop.domain.operation import Operation


class NoWayBack(StrEnum):
    """Why something stays as it is.

    `deleted`: the project is in deleted on the server, and no call brings it back. `undecided`: it may have been
    carried out, or needs a person's decision first. `not_known`: nobody told this program what was there before.
    `cannot_empty`: it was empty before, and the server does not take that. `nothing_sent`: the server held it already,
    so nothing was changed by it. `gone`: the project is not there any more. `owner`: it was created for an owner, whom
    no call changes.
    """

    DELETED = "deleted"
    UNDECIDED = "undecided"
    NOT_KNOWN = "not_known"
    CANNOT_EMPTY = "cannot_empty"
    NOTHING_SENT = "nothing_sent"
    GONE = "gone"
    OWNER = "owner"


class Left(NamedTuple):
    """Something that was not undone, or not in all its fields: the key of its project, and why."""

    key: ProjectKey
    why: NoWayBack


class StoredEdit(NamedTuple):
    """One edit of a form, as it was stored.

    Attributes:
        edit: The edit, with the key that its project had then.
        operation: Number of the operation that it went into.
        before: That operation as it stood before; None where the edit made it.
    """

    edit: FieldEdit
    operation: int
    before: Operation | None = None


class Undoable(NamedTuple):
    """Something that a person did, as it is stored.

    Attributes:
        operations: Numbers of its operations, but for those of `batches`.
        batches: Numbers of its batches.
        given_up: Numbers of creates that it gave up before they were sent.
        deleted: The key of a project that it moved to deleted, where its operation is not among the others; else 0.
        edits: One edit of a form; its parts, each of other fields, where it was done again in several.
    """

    operations: tuple[int, ...] = ()
    batches: tuple[int, ...] = ()
    given_up: tuple[int, ...] = ()
    deleted: ProjectKey = 0
    edits: tuple[StoredEdit, ...] = ()


class Undone(NamedTuple):
    """What undoing did, which is what redoing starts from.

    Attributes:
        undoable: What was undone.
        taken_back: Numbers of operations that were given up, as nothing of them was sent.
        reversed: Pairs of an operation that was sent (0 for an edit of a form) and the one that changes it back.
        revived: Numbers of creates that were stored anew in place of those in `given_up`, with what waited for them.
        batch: Number of the batch in which the reverse changes are; 0 where there are none.
        put_back: The part of the edit that was taken out of a change that waits.
        left: What was not undone.
        keys: Keys of all projects that stand otherwise now.
        replaced: Pairs of the number of an operation that was given up and of the one that is in its place; of a new
            project, whose key is minus that number, the key changes with it.
    """

    undoable: Undoable
    taken_back: tuple[int, ...] = ()
    reversed: tuple[tuple[int, int], ...] = ()
    revived: tuple[int, ...] = ()
    batch: int = 0
    put_back: FieldEdit | None = None
    left: tuple[Left, ...] = ()
    keys: tuple[ProjectKey, ...] = ()
    replaced: tuple[tuple[int, int], ...] = ()

    @property
    def did_nothing(self) -> bool:
        """Whether all of it was left as it is."""
        return not (self.taken_back or self.reversed or self.revived or self.put_back)


class Redone(NamedTuple):
    """What redoing did.

    Attributes:
        undoable: The same, as it is stored now.
        left: What was not done again.
        keys: Keys of all projects that stand otherwise now.
        replaced: Pairs of the number of an operation that was given up and of the one that is in its place; of a new
            project, whose key is minus that number, the key changes with it.
    """

    undoable: Undoable
    left: tuple[Left, ...] = ()
    keys: tuple[ProjectKey, ...] = ()
    replaced: tuple[tuple[int, int], ...] = ()

    @property
    def did_nothing(self) -> bool:
        """Whether all of it was left as it is."""
        return bool(self.left) and not self.keys
