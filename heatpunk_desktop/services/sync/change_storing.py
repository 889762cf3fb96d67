"""Stores, in the worker's thread, what a person did or chose."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

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
from heatpunk_desktop.services.sync import commands
from heatpunk_desktop.services.sync.worker_messages import GONE
from heatpunk_desktop.store.database import transaction

if TYPE_CHECKING:
    from heatpunk_desktop.domain.account import Account
    from heatpunk_desktop.domain.changes import BatchWithdrawal, Staged
    from heatpunk_desktop.domain.undo import RedoResult, StoredEdit, UndoResult
    from heatpunk_desktop.services.sync.commands import DeedsCommand, StoringCommand
    from heatpunk_desktop.store.account_store import AccountStore


class StoredChange(NamedTuple):
    """One thing that was stored.

    Attributes:
        key: The key of its project by now.
        keys: Keys of all projects that stand otherwise now.
        replaced: Pairs of a key that is not used any more and the one in its place.
        edit: Where an edit went; None where it was none.
    """

    key: int
    keys: frozenset[int]
    replaced: tuple[tuple[int, int], ...] = ()
    edit: StoredEdit | None = None


def store_change(command: StoringCommand, store: AccountStore, account: Account, now: str) -> StoredChange:
    """Stores it; it is on the disk when this returns. Raises KnownError where it is not."""
    match command:
        case commands.EditProject():
            before = store.outbox.current_key(command.key)
            edit = store.outbox.edit(
                command.key, command.changes, command.base, now, command.draft_id, command.owner, command.mends
            )
            return StoredChange(edit.edit.key, frozenset({edit.edit.key, before}), edit=edit)
        case commands.Adopt():
            key = store.outbox.adopt(command.operation_id, command.project_id, now)
            return StoredChange(key, frozenset({key}), ((-command.operation_id, key),))
        case commands.CreateProject() | commands.MoveToDeleted() | commands.Resolve():
            key = _store_one(command, store, now)
            return StoredChange(key, frozenset({key}))
        case _:
            with transaction(store.connection):
                keys = _decide(command, store, account, now)
            return StoredChange(keys[-1] if keys else 0, frozenset(keys))


def _store_one(
    command: commands.CreateProject | commands.MoveToDeleted | commands.Resolve, store: AccountStore, now: str
) -> int:
    """Stores what a person did to one project; gives its key."""
    match command:
        case commands.CreateProject():
            return store.outbox.add_create(command.values, command.owner, now, command.draft_id)
        case commands.MoveToDeleted():
            return store.outbox.add_soft_delete(command.key, now)
        case commands.Resolve():
            return store.outbox.resolve(command.operation_id, command.mine, command.theirs, now)


def _decide(
    command: commands.TryAgain | commands.Discard | commands.ChangeOwner | commands.KeepSide | commands.CreateAgain,
    store: AccountStore,
    account: Account,
    now: str,
) -> list[int]:
    """Stores what a person decided about operations, inside a transaction; gives the keys of all projects concerned."""
    outbox = store.outbox
    match command:
        case commands.TryAgain():
            return [outbox.try_again(number) for number in command.operation_ids]
        case commands.Discard():
            return [outbox.discard(number, now) for number in command.operation_ids]
        case commands.ChangeOwner():
            return outbox.change_owner(command.operation_ids, command.owner)
        case commands.KeepSide():
            return [outbox.keep_side(number, command.side, now) for number in command.operation_ids]
        case commands.CreateAgain():
            return [key for number in command.operation_ids for key in _create_again(number, store, account, now)]


def _create_again(number: int, store: AccountStore, account: Account, now: str) -> list[int]:
    operation = store.dispatch.operation(number)
    detail = store.reader.detail(operation.project_key) if operation is not None else None
    if operation is None or detail is None:
        raise GONE
    values = {field: value for field, value in detail.values.items() if value not in (None, "")}
    key = store.outbox.create_anew(number, values, detail.owner_email or account.email, now)
    return [operation.project_key, key]


class StoredChanges(NamedTuple):
    """Several things that were stored, or taken back, as one.

    Attributes:
        signal: Name of the signal that tells it.
        result: What it carries.
        keys: Keys of all projects that stand otherwise now.
        replaced: Pairs of a key that is not used any more and the one in its place.
    """

    signal: str
    result: Staged | BatchWithdrawal | UndoResult | RedoResult
    keys: tuple[int, ...]
    replaced: tuple[tuple[int, int], ...] = ()


def store_changes(command: DeedsCommand, store: AccountStore, account: Account, now: str) -> StoredChanges:
    """Stores it; it is on the disk when this returns. Raises KnownError where nothing of it is."""
    match command:
        case commands.StageChanges():
            staged = store.batches.stage(command.deeds, command.label, account.email, now)
            return StoredChanges("staged", staged, staged.keys)
        case commands.TakeBackBatch():
            taken = store.batches.withdraw(command.batch, now)
            return StoredChanges("taken_back", taken, taken.keys)
        case commands.UndoChanges():
            undone = store.undoing.undo(command.undoable, command.label, account.email, now, command.moved)
            return StoredChanges("undone", undone, undone.keys, _new_keys(undone))
        case commands.RedoChanges():
            redone = store.undoing.redo(command.undone, command.label, account.email, now, command.moved)
            return StoredChanges("redone", redone, redone.keys, _new_keys(redone))


def _new_keys(done: UndoResult | RedoResult) -> tuple[tuple[int, int], ...]:
    """Keys of new projects that are not used any more, with those in their place."""
    return tuple((-old, -new) for old, new in done.replaced if -old in done.keys and -new in done.keys)


def keep_choice(choice: Choice, store: AccountStore, now: str) -> int:
    """Keeps it; it is on the disk when this returns. Gives the number of a view that was kept, else 0."""
    match choice:
        case StoredView():
            return store.views.keep(choice)
        case RemovedView(view_id):
            store.views.remove(view_id)
        case ViewOrder(view_ids):
            store.views.order(view_ids)
        case NotTheSame(pairs):
            store.not_duplicates.mark(pairs, now)
        case MaybeTheSame(pairs):
            store.not_duplicates.unmark(pairs)
        case ColumnMapping(headings, columns):
            store.columns.remember(headings, columns, now)
        case OwnerName(owner_id, name):
            store.owners.name(owner_id, name, now)
        case ValueReplacements(values):
            store.values.remember(values, now)
    return 0
