"""Carries out, in the worker's thread, what concerns many projects at once, takes something back or keeps a choice."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from heatpunk_desktop.domain.choices import (
    Choice,
    ColumnsRead,
    MaybeTheSame,
    NotTheSame,
    RemovedView,
    ViewOrder,
)
from heatpunk_desktop.domain.saved_views import KeptView
from heatpunk_desktop.services import commands

if TYPE_CHECKING:
    from heatpunk_desktop.domain.account import Account
    from heatpunk_desktop.domain.deeds import Staged, TakenBack
    from heatpunk_desktop.domain.undoing import Redone, Undone
    from heatpunk_desktop.services.commands import DeedsCommand
    from heatpunk_desktop.store.account_store import AccountStore


class StoredDeeds(NamedTuple):
    """What was stored.

    Attributes:
        signal: Name of the signal that tells it.
        result: What it carries.
        keys: Keys of all projects that stand otherwise now.
        replaced: Pairs of a key that is not used any more and the one in its place.
    """

    signal: str
    result: Staged | TakenBack | Undone | Redone
    keys: tuple[int, ...]
    replaced: tuple[tuple[int, int], ...] = ()


def store_deeds(command: DeedsCommand, store: AccountStore, account: Account, now: str) -> StoredDeeds:
    """Stores it; it is on the disk when this returns. Raises KnownError where nothing of it is."""
    match command:
        case commands.StageDeeds():
            staged = store.batches.stage(command.deeds, command.label, account.email, now)
            return StoredDeeds("staged", staged, staged.keys)
        case commands.TakeBackBatch():
            taken = store.batches.take_back(command.batch, now)
            return StoredDeeds("taken_back", taken, taken.keys)
        case commands.UndoDeeds():
            undone = store.undoing.undo(command.undoable, command.label, account.email, now, command.moved)
            return StoredDeeds("undone", undone, undone.keys, _new_keys(undone))
        case commands.RedoDeeds():
            redone = store.undoing.redo(command.undone, command.label, account.email, now, command.moved)
            return StoredDeeds("redone", redone, redone.keys, _new_keys(redone))


def _new_keys(done: Undone | Redone) -> tuple[tuple[int, int], ...]:
    """Keys of new projects that are not used any more, with those in their place."""
    return tuple((-old, -new) for old, new in done.replaced if -old in done.keys and -new in done.keys)


def keep_choice(choice: Choice, store: AccountStore, now: str) -> int:
    """Keeps it; it is on the disk when this returns. Gives the number of a view that was kept, else 0."""
    match choice:
        case KeptView():
            return store.views.keep(choice)
        case RemovedView(view_id):
            store.views.remove(view_id)
        case ViewOrder(view_ids):
            store.views.order(view_ids)
        case NotTheSame(pairs):
            store.not_duplicates.mark(pairs, now)
        case MaybeTheSame(pairs):
            store.not_duplicates.unmark(pairs)
        case ColumnsRead(headings, columns):
            store.columns.remember(headings, columns, now)
    return 0
