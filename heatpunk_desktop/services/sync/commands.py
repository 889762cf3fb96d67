"""Commands: what a window wants stored, as immutable values with their own handlers.

`SyncService.run` calls a command's `apply` in the worker's thread, inside one transaction; its result comes in a
`Reply` once that is synced to the disk. Mappings that are passed to a command must not be changed afterwards.
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
    """What a command works with, and the record of which projects it changes.

    Attributes:
        store: The account's store, inside a transaction.
        account: The account.
        now: The current time, UTC text.
        keys: Keys of all projects that it changed.
        replaced: Pairs of a key that is no longer used and the one in its place.
    """

    def __init__(self, store: AccountStore, account: Account, now: str) -> None:
        self.store = store
        self.account = account
        self.now = now
        self.keys: set[int] = set()
        self.replaced: tuple[tuple[int, int], ...] = ()

    def changed(self, keys: Iterable[int], replaced: Iterable[tuple[int, int]] = ()) -> None:
        """Record that projects were changed."""
        self.keys.update(keys)
        self.replaced += tuple(replaced)


class Command(Protocol[T_co]):
    """Something to be stored."""

    def apply(self, work: Work, /) -> T_co:
        """Store it and return the result for the reply; runs in the worker's thread, inside a transaction.

        Raises:
            KnownError: It cannot be stored; nothing of it is.
        """


class CreateProject(NamedTuple):
    """Store a new project to be created; the result is its key.

    The draft of the form is deleted in the same transaction, so that neither a crash nor a power cut can leave both,
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
    """Store changed fields of a project; the result says which operation holds the edit.

    Attributes:
        key: The project.
        changes: The fields with their new values.
        base: What the user saw in them before; a field that was not loaded is missing.
        owner: A new owner's email, only for a project that was not created yet; else empty.
        mends: A refused operation that this corrects and queues again; 0 for none.
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
    """Store a soft delete; the result is the key of the project."""

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
    """Store many changes, all or none; new projects without an owner become the user's.

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
    """Withdraw those operations of a batch that were not sent."""

    batch: int

    def apply(self, work: Work, /) -> BatchWithdrawal:
        """See `Command`."""
        withdrawal = work.store.batches.withdraw(self.batch, work.now)
        work.changed(withdrawal.keys)
        return withdrawal


class UndoChanges(NamedTuple):
    """Withdraw what was not sent, and store compensating changes for what was. Windows use `UndoHistory`.

    Attributes:
        undoable: What to undo.
        label: The label of the compensating changes.
        moved: Numbers of discarded operations, with the numbers of those in their place.
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
    """Return the keys of new projects that are no longer used, with those in their place."""
    return ((-old, -new) for old, new in done.replaced if -old in done.keys and -new in done.keys)


# -- decisions about operations; the result of each is the key of the last project concerned --------------------------


class TryAgain(NamedTuple):
    """Queue operations again that were refused or are in doubt: all of them, or none."""

    operation_ids: tuple[int, ...]

    def apply(self, work: Work, /) -> int:
        """See `Command`."""
        return _decided(work, [work.store.outbox.try_again(number) for number in self.operation_ids])


class Discard(NamedTuple):
    """Discard operations: all of them, or none. They stay in Done."""

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
    """Match a create that is in doubt with the server's project that it made: nothing is sent, the two become one."""

    operation_id: int
    project_id: int

    def apply(self, work: Work, /) -> int:
        """See `Command`."""
        key = work.store.outbox.adopt(self.operation_id, self.project_id, work.now)
        work.changed([key], [(-self.operation_id, key)])
        return key


class CreateAgain(NamedTuple):
    """Create projects again that are gone from the server, with the changes that were queued for them.

    The result is the key of the last new project.
    """

    operation_ids: tuple[int, ...]

    def apply(self, work: Work, /) -> int:
        """See `Command`."""
        return _decided(work, [key for number in self.operation_ids for key in _create_again(number, work)])


def _decided(work: Work, keys: list[int]) -> int:
    work.changed(keys)
    return keys[-1] if keys else 0


def _create_again(number: int, work: Work) -> list[int]:
    operation = work.store.delivery.operation(number)
    detail = work.store.reader.detail(operation.project_key) if operation is not None else None
    if operation is None or detail is None:
        raise GONE
    values = {field: value for field, value in detail.values.items() if value not in (None, "")}
    key = work.store.outbox.recreate(number, values, detail.owner_email or work.account.email, work.now)
    return [operation.project_key, key]


# -- data that stays on this computer -------------------------------------------------------------------------------


class KeepChoice(NamedTuple):
    """Store a choice of the user that is sent nowhere; the result is the number of a stored view, else 0."""

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
    """Store the draft of an open form."""

    draft: Draft

    def apply(self, work: Work, /) -> None:
        """See `Command`."""
        work.store.drafts.keep(self.draft)


class DropDraft(NamedTuple):
    """Delete the draft of a form."""

    draft_id: str

    def apply(self, work: Work, /) -> None:
        """See `Command`."""
        work.store.drafts.drop(self.draft_id)


#: Commands that change projects and can be undone; each has the change that the user made.
UndoableCommand = CreateProject | EditProject | DeleteProject | StageChanges
