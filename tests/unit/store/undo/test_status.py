"""What the window asks before it offers to undo: whether anything of it may have been sent."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any

import pytest

from heatpunk_desktop.domain.changes import Change, FieldEdit, MoveToDeleted, NewProject
from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.domain.operation import OperationState, Reason
from heatpunk_desktop.domain.undo import Undoable
from heatpunk_desktop.store.undo.withdraw import UNSENT, is_unsent
from tests.fakes import LATER, ME, NOW, begin_next, listed

if TYPE_CHECKING:
    from heatpunk_desktop.store.account_store import AccountStore

NAME, STATUS = Field.CUSTOMER_NAME, Field.STATUS
QUOTE: dict[Field, Any] = {STATUS: "Quote"}
LEAD: dict[Field, Any] = {STATUS: "Lead"}


@pytest.fixture(autouse=True)
def _projects(store: AccountStore) -> None:
    store.server.take_listed([listed(number) for number in range(1, 10)])


def waits(store: AccountStore, undoable: Undoable, moved: dict[int, int] | None = None) -> bool:
    return store.reader.is_unsent(undoable, moved or {})


def send_next(store: AccountStore) -> None:
    sent = begin_next(store)
    assert sent is not None
    store.delivery.confirm(sent, 99, 27091, NOW)


def test_database_and_program_agree_on_every_state_of_an_operation(
    store: AccountStore,
) -> None:
    store.outbox.add_update(1, QUOTE, LEAD, NOW)
    for state, reason, attempts in product(OperationState, Reason, (0, 1, 2)):
        store.connection.execute(
            "UPDATE operation SET state = ?, reason = ?, attempts = ?", (state.value, reason.value, attempts)
        )
        operation = store.delivery.operation(1)
        assert operation is not None
        told = store.connection.execute(f"SELECT {UNSENT} FROM operation AS o").get
        assert bool(told) == is_unsent(operation), (state, reason, attempts)


def test_an_edit_waits_until_the_change_goes_that_it_went_into(store: AccountStore) -> None:
    undoable = Undoable(edits=(store.outbox.edit(1, QUOTE, LEAD, NOW),))
    assert waits(store, undoable)
    send_next(store)
    assert not waits(store, undoable)
    store.outbox.edit(1, {NAME: "Ann"}, {NAME: "Bob"}, NOW)
    assert not waits(store, undoable), "another change of the same project waits"


def test_an_edit_that_looks_like_one_that_was_sent_waits_all_the_same(store: AccountStore) -> None:
    store.outbox.edit(1, QUOTE, LEAD, NOW)
    send_next(store)
    assert waits(store, Undoable(edits=(store.outbox.edit(1, QUOTE, QUOTE, NOW),)))


def test_a_batch_waits_until_the_first_of_it_goes(store: AccountStore) -> None:
    changes: list[Change] = [FieldEdit(1, LEAD, QUOTE), NewProject({NAME: "Ann"})]
    undoable = Undoable(batches=(store.batches.stage(changes, "Many", ME, NOW).batch,))
    assert waits(store, undoable)
    send_next(store)
    assert not waits(store, undoable)


def test_a_batch_that_was_given_up_and_stored_again_waits(store: AccountStore) -> None:
    staged = store.batches.stage([FieldEdit(key, LEAD, QUOTE) for key in (1, 2)], "Many", ME, NOW)
    undone = store.undoing.undo(Undoable(batches=(staged.batch,)), "", ME, LATER)
    redone = store.undoing.redo(undone, "", ME, LATER)
    assert waits(store, redone.undoable)
    send_next(store)
    assert not waits(store, redone.undoable)


def test_one_that_is_in_the_place_of_another_is_asked_of(store: AccountStore) -> None:
    key = store.outbox.add_create({NAME: "Ann"}, ME, NOW)
    store.outbox.add_soft_delete(key, NOW)
    undone = store.undoing.undo(Undoable(deleted=key), "", ME, LATER)
    moved = dict(undone.replaced)
    create = Undoable(operations=(-key,))
    assert waits(store, create, moved)
    send_next(store)
    assert not waits(store, create, moved)


def test_moving_to_deleted_waits_until_it_goes(store: AccountStore) -> None:
    store.outbox.add_soft_delete(1, NOW)
    assert waits(store, Undoable(deleted=1))
    send_next(store)
    assert not waits(store, Undoable(deleted=1))
    key = store.outbox.add_create({NAME: "Ann"}, ME, NOW)
    staged = store.batches.stage([MoveToDeleted(key)], "", ME, NOW)
    assert waits(store, Undoable(discarded=staged.discarded)), "it was given up, and nothing was sent"
