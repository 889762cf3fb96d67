"""Undoing and redoing: what was not sent is withdrawn, what was sent is changed back, and no more than that."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from heatpunk_desktop.domain.changes import Change, FieldEdit, MoveToDeleted, NewProject
from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.domain.operation import DiscardCause, Operation, OperationKind, OperationState, Reason
from heatpunk_desktop.domain.operation_states import Event
from heatpunk_desktop.domain.own_references import is_own_reference
from heatpunk_desktop.domain.undo import NotUndone, RedoResult, Undoable, UndoObstacle, UndoResult
from tests.fakes import LATER, ME, NOW, begin_next, listed, said

if TYPE_CHECKING:
    from heatpunk_desktop.store.account_store import AccountStore

NAME, STATUS, POSTCODE, REFERENCE = Field.CUSTOMER_NAME, Field.STATUS, Field.POSTCODE, Field.CRM_REFERENCE
LATITUDE, PHONE = Field.LATITUDE, Field.CUSTOMER_PHONE
S = OperationState
QUOTE: dict[Field, Any] = {STATUS: "Quote"}
LEAD: dict[Field, Any] = {STATUS: "Lead"}


def every(store: AccountStore) -> dict[int, Operation]:
    found = [operation for state in OperationState for operation in store.delivery.in_state(state)]
    return {
        operation.operation_id: operation for operation in sorted(found, key=lambda operation: operation.operation_id)
    }


def pending(store: AccountStore) -> list[Operation]:
    return [operation for operation in every(store).values() if operation.state not in (S.CONFIRMED, S.DISCARDED)]


def undo(store: AccountStore, undoable: Undoable) -> UndoResult:
    return store.undoing.undo(undoable, "Undo", ME, LATER)


def redo(store: AccountStore, undone: UndoResult, moved: dict[int, int] | None = None) -> RedoResult:
    return store.undoing.redo(undone, "Redo", ME, LATER, moved or {})


def send_all(store: AccountStore) -> None:
    """Everything that waits is sent and confirmed; new projects get the IDs from 100 on."""
    while (operation := begin_next(store)) is not None:
        store.delivery.confirm(operation, 99 + operation.operation_id, 27091, NOW)


def edited(store: AccountStore, changes: dict[Field, Any], base: dict[Field, Any], key: int = 1) -> Undoable:
    """An edit as a form stores it."""
    return Undoable(edits=(store.outbox.edit(key, changes, base, NOW),))


@pytest.fixture(autouse=True)
def _projects(store: AccountStore) -> None:
    store.server.take_listed([listed(number) for number in range(1, 10)])


# -- edits of a form -------------------------------------------------------------------------------------------------


def test_an_edit_that_waits_is_given_up_and_done_again(store: AccountStore) -> None:
    undone = undo(store, edited(store, QUOTE, LEAD))
    assert (undone.withdrawn_edit, undone.reversed, undone.left, undone.keys) == (
        FieldEdit(1, LEAD, QUOTE),
        (),
        (),
        (1,),
    )
    (discarded,) = every(store).values()
    assert (discarded.state, discarded.changes, discarded.cause) == (S.DISCARDED, QUOTE, DiscardCause.TAKEN_BACK)
    redone = redo(store, undone)
    (waiting,) = pending(store)
    assert (waiting.changes, waiting.base, waiting.operation_id) == (QUOTE, LEAD, 2)
    assert undo(store, redone.undoable).withdrawn_edit
    assert pending(store) == []


def test_edits_that_were_joined_are_undone_one_by_one(store: AccountStore) -> None:
    first = edited(store, {STATUS: "Quote", NAME: "Ann"}, {STATUS: "Lead", NAME: "Bob"})
    second = edited(store, {STATUS: "Sale", POSTCODE: "AB1 2CD"}, {STATUS: "Quote", POSTCODE: ""})
    (joined,) = pending(store)
    undone = undo(store, second)
    (one,) = pending(store)
    assert one.operation_id == joined.operation_id
    assert (one.changes, one.base) == ({STATUS: "Quote", NAME: "Ann"}, {STATUS: "Lead", NAME: "Bob"})
    redo(store, undone)
    assert pending(store) == [joined]
    undo(store, second)
    undo(store, first)
    assert pending(store) == []


def test_an_edit_back_and_forth_is_undone_to_what_it_was_in_between(store: AccountStore) -> None:
    edited(store, QUOTE, LEAD)
    undo(store, edited(store, LEAD, QUOTE))
    (one,) = pending(store)
    assert (one.changes, one.base) == (QUOTE, LEAD)


def test_an_edit_of_a_project_that_was_not_sent_is_taken_out_of_it(store: AccountStore) -> None:
    key = store.outbox.add_create({NAME: "Ann", POSTCODE: "AB1 2CD"}, ME, NOW)
    (before,) = pending(store)
    undone = undo(store, edited(store, {POSTCODE: "", STATUS: "Sale"}, {POSTCODE: "AB1 2CD", STATUS: None}, key))
    assert pending(store) == [before]
    redone = redo(store, undone)
    assert pending(store)[0].changes[STATUS] == "Sale"
    assert undo(store, redone.undoable).withdrawn_edit
    assert pending(store) == [before]


def test_a_reference_that_was_emptied_comes_back(store: AccountStore) -> None:
    key = store.outbox.add_create({NAME: "Ann", REFERENCE: "K-7"}, ME, NOW)
    undoable = edited(store, {REFERENCE: ""}, {REFERENCE: "K-7"}, key)
    assert is_own_reference(pending(store)[0].changes[REFERENCE])
    undo(store, undoable)
    assert pending(store)[0].changes[REFERENCE] == "K-7"


def test_a_sent_edit_is_changed_back_by_a_change_that_is_compared_first(store: AccountStore) -> None:
    undoable = edited(store, {STATUS: "Quote", NAME: "Ann"}, {STATUS: "Lead", NAME: "Priya Patel"})
    send_all(store)
    undone = undo(store, undoable)
    assert (undone.withdrawn_edit, undone.reversed, undone.withdrawn) == (None, ((0, 2),), ())
    (back,) = pending(store)
    assert (back.kind, back.changes) == (OperationKind.UPDATE, {STATUS: "Lead", NAME: "Priya Patel"})
    assert back.base == {STATUS: "Quote", NAME: "Ann"}, "so a colleague's change since is a conflict"
    redone = redo(store, undone)
    assert pending(store) == [], "the change back was not sent, so that the edit stands"
    undone = undo(store, redone.undoable)
    send_all(store)
    redo(store, undone)
    (forward,) = pending(store)
    assert (forward.changes, forward.base) == (back.base, back.changes)


def test_of_an_edit_half_of_which_was_sent_each_half_is_undone_in_its_way(store: AccountStore) -> None:
    both = edited(store, {STATUS: "Quote", NAME: "Ann"}, {STATUS: "Lead", NAME: "Bob"})
    store.delivery.mark_conflict(every(store)[1], {NAME: "Cem"}, said("Somebody changed it too."), NOW)
    sent = begin_next(store)
    assert sent is not None
    store.delivery.confirm(sent, 1, None, NOW)
    undone = undo(store, both)
    assert undone.withdrawn_edit == FieldEdit(1, {NAME: "Bob"}, {NAME: "Ann"})
    (back,) = pending(store)
    assert (back.changes, back.base) == (LEAD, QUOTE)


def test_of_joined_edits_set_apart_in_half_the_earlier_comes_back(store: AccountStore) -> None:
    first = edited(store, {NAME: "Ann"}, {NAME: "Bob"})
    second = edited(store, {STATUS: "Quote", NAME: "Cem"}, {STATUS: "Lead", NAME: "Ann"})
    store.delivery.mark_conflict(every(store)[1], {NAME: "Dee"}, said("Somebody changed it too."), NOW)
    undo(store, second)
    (one,) = pending(store)
    assert (one.operation_id, one.changes, one.base) == (2, {NAME: "Ann"}, {NAME: "Bob"})
    assert one.state is S.QUEUED, "so that it is compared with the server once more"
    undo(store, first)
    assert pending(store) == []


def test_an_edit_of_what_waited_unknown_is_compared_with_nothing_of_ours(store: AccountStore) -> None:
    first = edited(store, {PHONE: "1"}, {})
    second = edited(store, {PHONE: "2"}, {PHONE: "1"})
    assert pending(store)[0].base == {}, "the server never had 1"
    undo(store, second)
    assert (pending(store)[0].changes, pending(store)[0].base) == ({PHONE: "1"}, {})
    undo(store, first)
    assert pending(store) == []


@pytest.mark.parametrize("batch", [False, True])
def test_what_an_edit_mended_needs_you_again_once_that_is_undone(store: AccountStore, batch: bool) -> None:
    if batch:
        store.batches.stage([FieldEdit(1, {POSTCODE: ""}, {POSTCODE: "?"})], "Many", ME, NOW)
    else:
        edited(store, {POSTCODE: "?"}, {POSTCODE: ""})
    sent = begin_next(store)
    assert sent is not None
    store.delivery.move(
        sent.operation_id,
        Event.REFUSED,
        NOW,
        remarks=said("Refused."),
        server_words="No postcode",
        reason=Reason.REFUSED,
    )
    (before,) = pending(store)
    mended = edited(store, {POSTCODE: "AB1 2CD", NAME: "Ann"}, {POSTCODE: "?", NAME: "Bob"})
    assert (pending(store)[0].state, pending(store)[0].batch) == (S.QUEUED, batch)
    undo(store, mended)
    assert pending(store) == [before]
    assert len(store.batches.withdraw(before.batch, LATER).keys) == batch


def test_what_was_refused_with_an_edit_goes_without_it_once_that_is_undone(store: AccountStore) -> None:
    edited(store, {NAME: "Ann"}, {NAME: "Bob"})
    (before,) = pending(store)
    second = edited(store, {POSTCODE: "?"}, {POSTCODE: ""})
    sent = begin_next(store)
    assert sent is not None
    store.delivery.move(
        sent.operation_id,
        Event.REFUSED,
        NOW,
        remarks=said("Refused."),
        server_words="No postcode",
        reason=Reason.REFUSED,
    )
    undo(store, second)
    (one,) = pending(store)
    assert (one.state, one.changes, one.attempts, one.remarks) == (S.QUEUED, before.changes, 0, ())


def test_an_edit_stays_in_a_change_that_another_one_has_changed_since(store: AccountStore) -> None:
    first = edited(store, {NAME: "Ann", STATUS: "Quote"}, {NAME: "Bob", STATUS: "Lead"})
    edited(store, {NAME: "Cem"}, {NAME: "Ann"})
    undone = undo(store, first)
    assert undone.withdrawn_edit == FieldEdit(1, LEAD, QUOTE)
    assert undone.left == (NotUndone(1, UndoObstacle.NOTHING_SENT),)
    assert (pending(store)[0].changes, pending(store)[0].base) == ({NAME: "Cem"}, {NAME: "Bob"})


def test_what_was_given_up_in_changes_is_not_undone_once_more(store: AccountStore) -> None:
    undoable = edited(store, QUOTE, LEAD)
    store.outbox.discard(1, NOW)
    undone = undo(store, undoable)
    assert undone.did_nothing
    assert undone.left == (NotUndone(1, UndoObstacle.NOTHING_SENT),)


def test_parts_of_an_edit_that_went_different_ways_are_redone_and_undone(store: AccountStore) -> None:
    both = edited(store, {STATUS: "Quote", NAME: "Ann"}, {STATUS: "Lead", NAME: "Bob"})
    store.delivery.mark_conflict(every(store)[1], {NAME: "Cem"}, said("Somebody changed it too."), NOW)
    sent = begin_next(store)
    assert sent is not None
    store.delivery.confirm(sent, 1, None, NOW)
    redone = redo(store, undo(store, both))
    (again,) = pending(store)
    assert (again.changes, again.base) == ({NAME: "Ann"}, {NAME: "Bob"}), "the other part is on the server"
    assert len(redone.undoable.edits) == 2
    undone = undo(store, redone.undoable)
    (back,) = pending(store)
    assert (back.changes, back.base) == (LEAD, QUOTE)
    send_all(store)
    redone = redo(store, undone)
    (forward,) = pending(store)
    assert (forward.changes, forward.base) == ({NAME: "Ann", **QUOTE}, {NAME: "Bob", **LEAD})
    assert undo(store, redone.undoable).withdrawn_edit
    assert pending(store) == []


def test_what_the_server_held_already_is_not_changed_back(store: AccountStore) -> None:
    undoable = edited(store, QUOTE, LEAD)
    store.delivery.confirm_unsent(every(store)[1], said("It was there."), NOW)
    undone = undo(store, undoable)
    assert undone.left == (NotUndone(1, UndoObstacle.NOTHING_SENT),)
    assert undone.did_nothing


def test_what_nobody_knew_or_what_was_empty_stays_and_is_told(store: AccountStore) -> None:
    changes = {PHONE: "0123", NAME: "Ann", LATITUDE: 52.0, STATUS: "Sale"}
    undoable = edited(store, changes, {NAME: None, LATITUDE: None, STATUS: ""})
    send_all(store)
    undone = undo(store, undoable)
    assert pending(store)[0].changes == {NAME: ""}
    assert set(undone.left) == {NotUndone(1, UndoObstacle.NOT_KNOWN), NotUndone(1, UndoObstacle.CANNOT_EMPTY)}


def test_an_edit_that_is_on_its_way_is_changed_back_after_it(store: AccountStore) -> None:
    undoable = edited(store, QUOTE, LEAD)
    assert begin_next(store)
    undone = undo(store, undoable)
    assert undone.reversed == ((0, 2),)
    assert begin_next(store) is None, "it waits for the end of the first"


# -- new projects and deletions ----------------------------------------------------------------------------------------


def test_a_new_project_is_taken_back_with_all_that_waits_for_it(store: AccountStore) -> None:
    key = store.outbox.add_create({NAME: "Ann"}, "sam@acme-heat.test", NOW)
    store.batches.stage([FieldEdit(key, {}, QUOTE)], "", ME, NOW)
    undone = undo(store, Undoable(operations=(-key,)))
    assert (undone.withdrawn, undone.keys) == ((1, 2), (-1,))
    assert pending(store) == []
    redone = redo(store, undone)
    create, update = pending(store)
    assert redone.replaced == ((1, 3), (2, 4))
    assert (create.project_key, update.project_key, update.changes) == (-3, -3, QUOTE)
    assert (create.changes, create.owner) == (every(store)[1].changes, "sam@acme-heat.test")
    assert undo(store, redone.undoable).withdrawn == (3, 4)
    assert pending(store) == []


def test_a_new_project_that_was_sent_is_moved_to_deleted(store: AccountStore) -> None:
    key = store.outbox.add_create({NAME: "Ann"}, ME, NOW)
    send_all(store)
    undone = undo(store, Undoable(operations=(-key,)))
    (back,) = pending(store)
    assert (back.kind, back.project_key) == (OperationKind.SOFT_DELETE, 100)
    redone = redo(store, undone)
    assert pending(store) == []
    undone = undo(store, redone.undoable)
    assert len(undone.reversed) == 1
    send_all(store)
    assert redo(store, undone).left == (NotUndone(100, UndoObstacle.DELETED),)


def test_a_new_project_in_doubt_is_deleted_once_it_is_found(store: AccountStore) -> None:
    key = store.outbox.add_create({NAME: "Ann"}, ME, NOW)
    create = begin_next(store)
    assert create is not None
    store.delivery.move(create.operation_id, Event.IN_DOUBT, NOW, remarks=said("No answer."))
    undo(store, Undoable(operations=(-key,)))
    assert begin_next(store) is None
    store.delivery.confirm_found(every(store)[1], 77, said("Found."), NOW)
    deletion = begin_next(store)
    assert deletion is not None
    assert (deletion.kind, deletion.project_key) == (OperationKind.SOFT_DELETE, 77)


def test_one_that_needs_a_decision_stays(store: AccountStore) -> None:
    key = store.outbox.add_create({NAME: "Ann"}, ME, NOW)
    create = begin_next(store)
    assert create is not None
    store.delivery.move(create.operation_id, Event.IN_DOUBT, NOW, remarks=said("No answer."))
    store.delivery.move(
        create.operation_id, Event.UNCLEAR, NOW, remarks=said("Which is it?"), reason=Reason.UNCLEAR, candidates=[5]
    )
    undone = undo(store, Undoable(operations=(-key,)))
    assert undone.left == (NotUndone(key, UndoObstacle.UNDECIDED),)
    assert undone.did_nothing


def test_moving_to_deleted_is_taken_back_while_it_waits_and_never_after(store: AccountStore) -> None:
    store.outbox.add_soft_delete(1, NOW)
    undone = undo(store, Undoable(deleted=1))
    assert undone.withdrawn == (1,)
    redone = redo(store, undone)
    assert [operation.kind for operation in pending(store)] == [OperationKind.SOFT_DELETE]
    send_all(store)
    undone = undo(store, redone.undoable)
    assert undone.did_nothing
    assert undone.left == (NotUndone(1, UndoObstacle.DELETED),)


def test_a_project_that_was_given_up_to_be_deleted_is_stored_again(store: AccountStore) -> None:
    key = store.outbox.add_create({NAME: "Ann"}, ME, NOW)
    store.batches.stage([FieldEdit(key, {}, QUOTE)], "", ME, NOW)
    store.outbox.add_soft_delete(key, NOW)
    undone = undo(store, Undoable(deleted=key))
    assert (undone.revived, undone.replaced) == ((3, 4), ((1, 3), (2, 4)))
    create, update = pending(store)
    assert (create.changes[NAME], update.changes, update.project_key) == ("Ann", QUOTE, -3)
    redone = redo(store, undone)
    assert pending(store) == []
    undone = undo(store, redone.undoable)
    assert undone.replaced == ((3, 5), (4, 6))
    send_all(store)
    redone = redo(store, undone)
    assert [operation.kind for operation in pending(store)] == [OperationKind.SOFT_DELETE]
    assert undo(store, redone.undoable).withdrawn


# -- batches -----------------------------------------------------------------------------------------------------------


def test_what_was_given_up_for_a_deletion_is_known_by_its_cause(store: AccountStore) -> None:
    key = store.outbox.add_create({NAME: "Barn"}, ME, NOW)
    store.outbox.add_soft_delete(key, LATER)
    (discarded,) = every(store).values()
    assert discarded.cause is DiscardCause.DELETED_UNSENT
    store.connection.execute("UPDATE operation SET words = 'Said in other words.'")
    assert len(undo(store, Undoable(deleted=key)).revived) == 1
    assert [operation.changes[NAME] for operation in pending(store)] == ["Barn"]


def test_a_batch_half_of_which_was_sent_is_undone_and_redone(store: AccountStore) -> None:
    changes: list[Change] = [FieldEdit(key, LEAD, QUOTE) for key in (1, 2, 3)]
    staged = store.batches.stage([*changes, NewProject({NAME: "Ann"}), MoveToDeleted(4)], "Many", ME, NOW)
    for _ in range(2):
        operation = begin_next(store)
        assert operation is not None
        store.delivery.confirm(operation, operation.project_key, None, NOW)
    undone = undo(store, Undoable(batches=(staged.batch,)))
    assert (undone.withdrawn, undone.reversed) == ((3, 4, 5), ((1, 6), (2, 7)))
    assert [(operation.project_key, operation.changes, operation.batch) for operation in pending(store)] == [
        (1, LEAD, 6),
        (2, LEAD, 6),
    ]
    redone = redo(store, undone)
    assert (redone.undoable.operations, redone.undoable.batches) == ((1, 2, 8, 9, 10), ())
    assert [every(store)[number].batch for number in (8, 9, 10)] == [1, 1, 1], "so that it can be taken back by it"
    assert [(operation.kind.value, operation.project_key) for operation in pending(store)] == [
        ("update", 3), ("create", -9), ("soft_delete", 4),
    ]  # fmt: skip
    again = undo(store, redone.undoable)
    assert (len(again.withdrawn), len(again.reversed)) == (3, 2)
    send_all(store)
    forth = redo(store, again)
    assert [(operation.project_key, operation.changes) for operation in pending(store)][:2] == [(1, QUOTE), (2, QUOTE)]
    undo(store, forth.undoable)
    assert pending(store) == []


def test_the_part_in_conflict_on_its_way_back_is_given_up_when_redone(store: AccountStore) -> None:
    both = {STATUS: "Quote", NAME: "Ann"}
    staged = store.batches.stage([FieldEdit(1, {STATUS: "Lead", NAME: "Bob"}, both)], "", ME, NOW)
    send_all(store)
    undone = undo(store, Undoable(batches=(staged.batch,)))
    store.delivery.mark_conflict(every(store)[2], {NAME: "Cem"}, said("Somebody changed it too."), NOW)
    assert len(pending(store)) == 2
    redo(store, undone)
    assert pending(store) == []


def test_an_edit_follows_a_project_back_in_a_batch_without_being_of_it(store: AccountStore) -> None:
    key = store.outbox.add_create({NAME: "Ann"}, ME, NOW)
    staged = store.batches.stage([FieldEdit(key, {}, QUOTE)], "Many", ME, NOW)
    edit = edited(store, {STATUS: "Sale"}, QUOTE, key)
    store.outbox.add_soft_delete(key, NOW)
    moved = dict(undo(store, Undoable(deleted=key)).replaced)
    assert [(operation.kind.value, operation.batch) for operation in pending(store)] == [
        ("create", 0),
        ("update", 2),
        ("update", 0),
    ]
    undone = store.undoing.undo(edit, "Undo", ME, LATER, moved)
    assert undone.withdrawn_edit
    assert [operation.changes for operation in pending(store)][1:] == [QUOTE]
    assert len(store.batches.withdraw(staged.batch, LATER).keys) == 1
    assert [operation.kind.value for operation in pending(store)] == ["create"]


def test_what_a_change_back_set_apart_is_in_force_once_it_is_taken_back(store: AccountStore) -> None:
    both = {STATUS: "Quote", NAME: "Ann"}
    staged = store.batches.stage([FieldEdit(1, {STATUS: "Lead", NAME: "Bob"}, both)], "", ME, NOW)
    send_all(store)
    undone = undo(store, Undoable(batches=(staged.batch,)))
    store.delivery.mark_conflict(every(store)[2], {NAME: "Cem"}, said("Somebody changed it too."), NOW)
    sent = begin_next(store)
    assert sent is not None
    store.delivery.confirm(sent, 1, None, NOW)
    redone = redo(store, undone)
    (forward,) = pending(store)
    assert forward.changes == QUOTE
    undo(store, redone.undoable)
    assert [operation.changes for operation in pending(store)] == [{STATUS: "Lead", NAME: "Bob"}]


def test_deleting_projects_that_were_not_sent_is_undone_in_a_batch(store: AccountStore) -> None:
    key = store.outbox.add_create({NAME: "Ann"}, ME, NOW)
    staged = store.batches.stage([MoveToDeleted(key), MoveToDeleted(1)], "", ME, NOW)
    undone = undo(store, Undoable(batches=(staged.batch,), discarded=staged.discarded))
    assert (undone.withdrawn, undone.revived) == ((2,), (3,))
    redone = redo(store, undone)
    assert [(operation.kind.value, operation.project_key) for operation in pending(store)] == [("soft_delete", 1)]
    assert redone.undoable.discarded == (3,)


def test_what_was_done_to_a_project_that_is_stored_again_follows_it(store: AccountStore) -> None:
    key = store.outbox.add_create({NAME: "Ann"}, ME, NOW)
    staged = store.batches.stage([FieldEdit(key, {}, QUOTE)], "", ME, NOW)
    edit = undo(store, Undoable(batches=(staged.batch,)))
    create = undo(store, Undoable(operations=(-key,)))
    assert redo(store, edit).left == (NotUndone(key, UndoObstacle.GONE),)
    moved = dict(redo(store, create).replaced)
    redo(store, edit, moved)
    assert [(operation.kind.value, operation.project_key) for operation in pending(store)] == [
        ("create", -3),
        ("update", -3),
    ]


def test_where_the_disk_refuses_nothing_is_undone(store: AccountStore) -> None:
    staged = store.batches.stage([FieldEdit(1, LEAD, QUOTE), NewProject({NAME: "Ann"})], "", ME, NOW)
    send_all(store)
    before = every(store)
    store.connection.execute("CREATE TEMP TRIGGER full BEFORE INSERT ON batch BEGIN SELECT RAISE(ABORT, 'full'); END")
    with pytest.raises(Exception, match="full"):
        undo(store, Undoable(batches=(staged.batch,)))
    assert every(store) == before


def test_an_edit_that_was_refused_more_than_once_is_left_to_the_decision(store: AccountStore) -> None:
    store.server.take_listed([listed(1)])
    stored = store.outbox.edit(1, {NAME: "Ann"}, {NAME: "Priya Patel"}, NOW)
    for tried in range(2):
        if tried:
            store.outbox.try_again(stored.operation)
        operation = begin_next(store)
        assert operation is not None
        store.delivery.move(operation.operation_id, Event.REFUSED, NOW, remarks=said("Refused."), reason=Reason.REFUSED)
    undone = undo(store, Undoable(edits=(stored,)))
    assert undone.left == (NotUndone(1, UndoObstacle.UNDECIDED),)
    assert undone.did_nothing


def test_another_owner_is_taken_back_and_given_again(store: AccountStore) -> None:
    store.outbox.add_create({NAME: "Ann"}, "dave@acme-heat.test", NOW)
    one = begin_next(store)
    assert one is not None
    store.delivery.move(1, Event.REFUSED, NOW, remarks=said("no"), server_words="owner", reason=Reason.REFUSED)
    before = every(store)[1]
    for changes in ({}, {NAME: "Anne"}):
        stored = store.outbox.edit(-1, changes, {}, NOW, owner=ME)
        undone = undo(store, Undoable(edits=(stored,)))
        assert every(store)[1] == before, "it needs the user again, as it did"
        redone = redo(store, undone)
        assert (every(store)[1].owner, every(store)[1].state) == (ME, S.QUEUED)
        undo(store, redone.undoable)
        assert every(store)[1] == before
    stored = store.outbox.edit(-1, {}, {}, NOW, owner=ME)
    send_all(store)
    undone = undo(store, Undoable(edits=(stored,)))
    assert undone.did_nothing
    assert [operation.why for operation in undone.left] == [UndoObstacle.OWNER]
