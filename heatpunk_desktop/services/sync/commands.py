"""What a window may have stored: immutable values on their way into the worker's thread, each with its own handler.

`SyncService.run` has a command's `apply` called in the worker's thread, inside one transaction; what it gives is told
by a `Reply` once that is synced to the disk. Mappings that are handed over here must not be changed any more.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol, TypeVar

from heatpunk_desktop.domain.changes import ChangeBatch, FieldEdit, MoveToDeleted, NewProject
from heatpunk_desktop.domain.choices import (
    Choice,
    ColumnMapping,
    MaybeTheSame,
    NotTheSame,
    OwnerName,
    RemovedView,
    StoredView,
    ValueReplacements,
    ViewOrder,
)
from heatpunk_desktop.services.sync.worker_messages import GONE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from heatpunk_desktop.domain.account import Account
    from heatpunk_desktop.domain.changes import BatchWithdrawal, Change, Draft, Staged
    from heatpunk_desktop.domain.fields import Field, FieldValues
    from heatpunk_desktop.domain.operation import Side
    from heatpunk_desktop.domain.undo import RedoResult, StoredEdit, Undoable, UndoResult
    from heatpunk_desktop.store.account_store import AccountStore

T_co = TypeVar("T_co", covariant=True)

_NOTHING: Final[Mapping[int, int]] = MappingProxyType({})


class Work:
    """What a command works with, and what it did to projects, which the windows are told.

    Attributes:
        store: The account's store, inside a transaction.
        account: The account.
        now: UTC text.
        keys: Keys of all projects that stand otherwise now.
        replaced: Pairs of a key that is not used any more and the one in its place.
    """

    def __init__(self, store: AccountStore, account: Account, now: str) -> None:
        self.store = store
        self.account = account
        self.now = now
        self.keys: set[int] = set()
        self.replaced: tuple[tuple[int, int], ...] = ()

    def changed(self, keys: Iterable[int], replaced: Iterable[tuple[int, int]] = ()) -> None:
        """Note that projects stand otherwise now."""
        self.keys.update(keys)
        self.replaced += tuple(replaced)


class Command(Protocol[T_co]):
    """Something to be stored."""

    def apply(self, work: Work, /) -> T_co:
        """Store it, in the worker's thread and inside a transaction.

        Raises:
            KnownError: It cannot be stored; nothing of it is.
        """


class CreateProject(NamedTuple):
    """Store a new project to be created; gives its key.

    The draft of the form is forgotten in the same transaction, so that neither a crash nor a power cut can leave both,
    or neither.

    Attributes:
        values: The fields that are set.
        owner: The owner's email.
        draft_id: The draft of the form; empty for none.
    """

    values: FieldValues
    owner: str
    draft_id: str = ""

    @property
    def change(self) -> NewProject:
        """What the user did."""
        return NewProject(self.values, self.owner)

    def apply(self, work: Work, /) -> int:
        """See `Command`."""
        key = work.store.outbox.add_create(self.values, self.owner, work.now, self.draft_id)
        work.changed([key])
        return key


class EditProject(NamedTuple):
    """Store changed fields of a project; gives where the edit went.

    Attributes:
        key: The project.
        changes: The fields with their new values.
        base: What the user saw in them before; one that is missing was not loaded.
        owner: Another owner's email, which only a project that was not created yet can be given; else empty.
        mends: A refused operation that is mended by it and goes again; 0 for none.
        draft_id: As of `CreateProject`.
    """

    key: int
    changes: FieldValues
    base: FieldValues
    owner: str = ""
    mends: int = 0
    draft_id: str = ""

    @property
    def change(self) -> FieldEdit:
        """What the user did."""
        return FieldEdit(self.key, self.base, self.changes, self.owner)

    def apply(self, work: Work, /) -> StoredEdit:
        """See `Command`."""
        outbox = work.store.outbox
        before = outbox.current_key(self.key)
        stored = outbox.edit(self.key, self.changes, self.base, work.now, self.draft_id, self.owner, self.mends)
        work.changed([before, stored.edit.key])
        return stored


class DeleteProject(NamedTuple):
    """Store a soft delete; gives the key of the project."""

    key: int

    @property
    def change(self) -> MoveToDeleted:
        """What the user did."""
        return MoveToDeleted(self.key)

    def apply(self, work: Work, /) -> int:
        """See `Command`."""
        key = work.store.outbox.add_soft_delete(self.key, work.now)
        work.changed([key])
        return key


class StageChanges(NamedTuple):
    """Store many changes, all or none; new projects that name no owner are the user's own.

    Attributes:
        changes: In the order in which they are to be done.
        label: What is done, for the user, such as `Import of leads.csv`.
    """

    changes: tuple[Change, ...]
    label: str

    @property
    def change(self) -> ChangeBatch:
        """What the user did."""
        return ChangeBatch(self.label, len(self.changes))

    def apply(self, work: Work, /) -> Staged:
        """See `Command`."""
        staged = work.store.batches.stage(self.changes, self.label, work.account.email, work.now)
        work.changed(staged.keys)
        return staged


class WithdrawBatch(NamedTuple):
    """Give up what of a batch was not sent."""

    batch: int

    def apply(self, work: Work, /) -> BatchWithdrawal:
        """See `Command`."""
        taken = work.store.batches.withdraw(self.batch, work.now)
        work.changed(taken.keys)
        return taken


class UndoChanges(NamedTuple):
    """Take back what was not sent, and store changes that change back what was. Windows go through `UndoHistory`.

    Attributes:
        undoable: What is to be undone.
        label: What the changes back are to be called.
        moved: Numbers of operations that were given up, with the numbers of those in their place.
    """

    undoable: Undoable
    label: str
    moved: Mapping[int, int] = _NOTHING

    def apply(self, work: Work, /) -> UndoResult:
        """See `Command`."""
        undone = work.store.undoing.undo(self.undoable, self.label, work.account.email, work.now, self.moved)
        work.changed(undone.keys, _new_keys(undone))
        return undone


class RedoChanges(NamedTuple):
    """Do again what was undone. Attributes as of `UndoChanges`."""

    undone: UndoResult
    label: str
    moved: Mapping[int, int] = _NOTHING

    def apply(self, work: Work, /) -> RedoResult:
        """See `Command`."""
        redone = work.store.undoing.redo(self.undone, self.label, work.account.email, work.now, self.moved)
        work.changed(redone.keys, _new_keys(redone))
        return redone


def _new_keys(done: UndoResult | RedoResult) -> Iterable[tuple[int, int]]:
    """Keys of new projects that are not used any more, with those in their place."""
    return ((-old, -new) for old, new in done.replaced if -old in done.keys and -new in done.keys)


# -- what the user decides about operations; each gives the key of the last project concerned -------------------------


class TryAgain(NamedTuple):
    """Put refused or doubtful operations back in the queue: all of them, or none."""

    operation_ids: tuple[int, ...]

    def apply(self, work: Work, /) -> int:
        """See `Command`."""
        return _decided(work, [work.store.outbox.try_again(number) for number in self.operation_ids])


class Discard(NamedTuple):
    """Give operations up: all of them, or none. They stay in Done."""

    operation_ids: tuple[int, ...]

    def apply(self, work: Work, /) -> int:
        """See `Command`."""
        return _decided(work, [work.store.outbox.discard(number, work.now) for number in self.operation_ids])


class ChangeOwner(NamedTuple):
    """Give new projects that were refused another owner, and queue them again: all of them, or none."""

    operation_ids: tuple[int, ...]
    owner: str

    def apply(self, work: Work, /) -> int:
        """See `Command`."""
        return _decided(work, work.store.outbox.change_owner(self.operation_ids, self.owner))


class KeepSide(NamedTuple):
    """Settle conflicts as a whole, as the user had it or as the server has it."""

    operation_ids: tuple[int, ...]
    side: Side

    def apply(self, work: Work, /) -> int:
        """See `Command`."""
        outbox = work.store.outbox
        return _decided(work, [outbox.keep_side(number, self.side, work.now) for number in self.operation_ids])


class Resolve(NamedTuple):
    """Settle a conflict: some fields as the user had them, some as the server has them; others stay in conflict."""

    operation_id: int
    mine: frozenset[Field]
    theirs: frozenset[Field]

    def apply(self, work: Work, /) -> int:
        """See `Command`."""
        return _decided(work, [work.store.outbox.resolve(self.operation_id, self.mine, self.theirs, work.now)])


class Adopt(NamedTuple):
    """Say which project on the server an unclear create made: nothing is sent, the two become one."""

    operation_id: int
    project_id: int

    def apply(self, work: Work, /) -> int:
        """See `Command`."""
        key = work.store.outbox.adopt(self.operation_id, self.project_id, work.now)
        work.changed([key], [(-self.operation_id, key)])
        return key


class CreateAgain(NamedTuple):
    """Create projects again that are gone from the server, with the changes that waited for them.

    Gives the key of the last new project.
    """

    operation_ids: tuple[int, ...]

    def apply(self, work: Work, /) -> int:
        """See `Command`."""
        return _decided(work, [key for number in self.operation_ids for key in _create_again(number, work)])


def _decided(work: Work, keys: list[int]) -> int:
    work.changed(keys)
    return keys[-1] if keys else 0


def _create_again(number: int, work: Work) -> list[int]:
    operation = work.store.dispatch.operation(number)
    detail = work.store.reader.detail(operation.project_key) if operation is not None else None
    if operation is None or detail is None:
        raise GONE
    values = {field: value for field, value in detail.values.items() if value not in (None, "")}
    key = work.store.outbox.recreate(number, values, detail.owner_email or work.account.email, work.now)
    return [operation.project_key, key]


# -- what is kept on this computer ------------------------------------------------------------------------------------


class KeepChoice(NamedTuple):
    """Keep something that the user chose and that is sent nowhere; gives the number of a view that was kept, else 0."""

    choice: Choice

    def apply(self, work: Work, /) -> int:
        """See `Command`."""
        store = work.store
        match self.choice:
            case StoredView():
                return store.views.keep(self.choice)
            case RemovedView(view_id):
                store.views.remove(view_id)
            case ViewOrder(view_ids):
                store.views.order(view_ids)
            case NotTheSame(pairs):
                store.not_duplicates.mark(pairs, work.now)
            case MaybeTheSame(pairs):
                store.not_duplicates.unmark(pairs)
            case ColumnMapping(headings, columns):
                store.columns.remember(headings, columns, work.now)
            case OwnerName(owner_id, name):
                store.owners.name(owner_id, name, work.now)
            case ValueReplacements(values):
                store.values.remember(values, work.now)
        return 0


class KeepDraft(NamedTuple):
    """Keep what stands in an open form."""

    draft: Draft

    def apply(self, work: Work, /) -> None:
        """See `Command`."""
        work.store.drafts.keep(self.draft)


class DropDraft(NamedTuple):
    """Forget what stood in a form."""

    draft_id: str

    def apply(self, work: Work, /) -> None:
        """See `Command`."""
        work.store.drafts.drop(self.draft_id)


#: Commands that change projects and can be undone; each has the change that the user made.
UndoableCommand = CreateProject | EditProject | DeleteProject | StageChanges
