from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from heatpunk_desktop.domain.changes import Change, FieldEdit, MoveToDeleted, NewProject, Staged
from heatpunk_desktop.domain.dates import utc_text
from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.domain.operation import DiscardCause, Operation, OperationKind, OperationState, Reason
from heatpunk_desktop.domain.operation_states import Event
from heatpunk_desktop.domain.own_references import is_own_reference
from heatpunk_desktop.domain.project import Mark
from heatpunk_desktop.errors import BadInputError
from heatpunk_desktop.store import batches
from heatpunk_desktop.store.account_store import AccountStore
from heatpunk_desktop.store.batches import BatchProgress, BatchWaiting, unsettled_batches
from heatpunk_desktop.store.pruning import prune
from heatpunk_desktop.store.recovery.journal import journal_path, read_journal
from heatpunk_desktop.store.recovery.salvage import salvage_database
from heatpunk_desktop.store.recovery.stale_database import merge_journal
from tests.fakes import LATER, ME, NOON, NOW, begin_next, listed, said

if TYPE_CHECKING:
    from pathlib import Path

NAME, STATUS, POSTCODE, REFERENCE = Field.CUSTOMER_NAME, Field.STATUS, Field.POSTCODE, Field.CRM_REFERENCE
S = OperationState
QUOTE: dict[Field, str | float | None] = {STATUS: "Quote"}
LEAD: dict[Field, str | float | None] = {STATUS: "Lead"}


def every(store: AccountStore) -> dict[int, Operation]:
    found = [operation for state in OperationState for operation in store.delivery.in_state(state)]
    return {operation.operation_id: operation for operation in found}


def to_quote(*keys: int) -> list[Change]:
    return [FieldEdit(key, LEAD, QUOTE) for key in keys]


def status_of(store: AccountStore, key: int) -> str:
    return str(store.reader.rows_of([key])[key][4])


# -- staging ---------------------------------------------------------------------------------------------------------


def test_changes_of_all_kinds_are_stored_together_in_their_order(store: AccountStore) -> None:
    store.server.take_listed([listed(1), listed(2)])
    before = store.outbox.add_create({NAME: "Ann"}, ME, NOW)
    changes: list[Change] = [
        NewProject({NAME: "Bob"}),
        FieldEdit(1, LEAD, QUOTE),
        NewProject({NAME: "Cem", REFERENCE: "K-7"}, "sam@acme-heat.test"),
        MoveToDeleted(2),
    ]
    staged = store.batches.stage(changes, "Import of leads.csv", ME, LATER)
    assert staged.keys == (-2, 1, -4, 2)
    assert (before, staged.batch, staged.discarded) == (-1, 2, ())
    stored = every(store)
    assert [operation.kind.value for _, operation in sorted(stored.items())] == [
        "create", "create", "update", "create", "soft_delete",
    ]  # fmt: skip
    assert [operation.batch for _, operation in sorted(stored.items())] == [0, 2, 2, 2, 2]
    assert is_own_reference(stored[2].changes[REFERENCE])
    assert (stored[2].owner, stored[4].owner, stored[4].changes[REFERENCE]) == (ME, "sam@acme-heat.test", "K-7")
    assert (stored[3].changes, stored[3].base, stored[3].created_at) == (QUOTE, LEAD, LATER)
    assert status_of(store, 1) == "Quote"
    (standing,) = unsettled_batches(store.connection)
    assert standing == (2, "Import of leads.csv", LATER, 4, 4)


def test_a_second_edit_of_a_project_was_made_from_what_the_first_one_set(store: AccountStore) -> None:
    store.server.take_listed([listed(1), listed(2)])
    first = FieldEdit(1, LEAD, QUOTE)
    again = FieldEdit(1, {STATUS: "Lead", NAME: "Ann"}, {STATUS: "Sale", NAME: "Bob", POSTCODE: "CB1 3QD"})
    store.batches.stage([first, FieldEdit(2, LEAD, QUOTE), again, FieldEdit(1, {}, {POSTCODE: ""})], "Import", ME, NOW)
    bases = [operation.base for _, operation in sorted(every(store).items())]
    assert bases == [LEAD, LEAD, {STATUS: "Quote", NAME: "Ann"}, {POSTCODE: "CB1 3QD"}]


def test_the_number_of_a_project_that_is_added_next_follows(store: AccountStore) -> None:
    store.batches.stage([NewProject({}), NewProject({})], "", ME, NOW)
    assert store.outbox.add_create({}, ME, NOW) == -3
    assert store.batches.stage([NewProject({})], "", ME, NOW).keys == (-4,)


def test_where_one_cannot_be_stored_none_is(store: AccountStore, path: Path) -> None:
    discarded = store.outbox.add_create({NAME: "Ann"}, ME, NOW)
    store.outbox.discard(-discarded, NOW)
    store.server.take_listed([listed(1)])
    with pytest.raises(BadInputError):
        store.batches.stage([NewProject({}), *to_quote(1, discarded)], "", ME, NOW)
    assert every(store).keys() == {1}
    assert unsettled_batches(store.connection) == []
    assert read_journal(journal_path(path)).operations.keys() == {1}


def test_an_edit_of_a_batch_is_not_joined_to_what_waits_and_nothing_to_it(store: AccountStore) -> None:
    store.server.take_listed([listed(1)])
    store.outbox.add_update(1, {POSTCODE: "AB1 2CD"}, {POSTCODE: ""}, NOW)
    staged = store.batches.stage(to_quote(1), "", ME, NOW)
    store.outbox.add_update(1, {NAME: "Ann"}, {NAME: "Bob"}, NOW)
    assert [operation.changes for _, operation in sorted(every(store).items())] == [
        {POSTCODE: "AB1 2CD"},
        QUOTE,
        {NAME: "Ann"},
    ]
    taken = store.batches.withdraw(staged.batch, LATER)
    assert (taken.undone, taken.left, taken.keys) == (1, (), (1,))
    row = store.reader.rows_of([1])[1]
    assert (row[2], row[3], row[4]) == ("Ann", "AB1 2CD", "Lead")


def test_an_edit_of_a_new_project_of_a_batch_goes_into_it(store: AccountStore) -> None:
    staged = store.batches.stage([NewProject({NAME: "Ann"})], "", ME, NOW)
    store.outbox.add_update(-1, QUOTE, {}, NOW)
    (create,) = every(store).values()
    assert (create.changes[STATUS], create.batch) == ("Quote", staged.batch)


def test_a_mended_change_of_a_batch_is_taken_back_with_it(store: AccountStore) -> None:
    store.server.take_listed([listed(1)])
    staged = store.batches.stage(to_quote(1), "", ME, NOW)
    operation = begin_next(store)
    assert operation is not None
    store.delivery.move(operation.operation_id, Event.REFUSED, NOW, remarks=said("Refused."), reason=Reason.REFUSED)
    store.outbox.add_update(1, {STATUS: "Sale"}, LEAD, NOW)
    assert every(store)[1].batch == staged.batch
    assert store.batches.withdraw(staged.batch, LATER).keys == (1,)
    assert every(store)[1].state is S.DISCARDED


def test_a_project_that_was_not_sent_is_given_up_instead_of_deleted(store: AccountStore) -> None:
    key = store.outbox.add_create({NAME: "Ann"}, ME, NOW)
    staged = store.batches.stage([FieldEdit(key, {}, QUOTE), MoveToDeleted(key)], "Delete", ME, NOW)
    assert staged.discarded == (1,)
    assert {operation.state for operation in every(store).values()} == {S.DISCARDED}
    alone = store.batches.stage([], "Nothing", ME, NOW)
    assert alone == Staged(0, ())


def test_one_that_waits_to_be_deleted_is_not_deleted_twice(store: AccountStore) -> None:
    store.server.take_listed([listed(1)])
    store.outbox.add_soft_delete(1, NOW)
    assert store.batches.stage([MoveToDeleted(1), MoveToDeleted(1)], "", ME, NOW).batch == 0
    assert len(every(store)) == 1


# -- taking back -----------------------------------------------------------------------------------------------------


def test_a_batch_is_taken_back_as_a_whole(store: AccountStore) -> None:
    store.server.take_listed([listed(1), listed(2)])
    store.outbox.add_update(2, {NAME: "Ann"}, {}, NOW)
    staged = store.batches.stage([*to_quote(1, 2), NewProject({NAME: "Bob"}), MoveToDeleted(1)], "", ME, NOW)
    taken = store.batches.withdraw(staged.batch, LATER)
    assert taken == (staged.batch, 4, (), (1, 2, -4))
    assert every(store)[1].state is S.QUEUED, "which is of no batch"
    assert {every(store)[number].cause for number in (2, 3, 4, 5)} == {DiscardCause.TAKEN_BACK}
    assert status_of(store, 1) == "Lead"
    assert not store.reader.rows_of([1])[1][11] & Mark.WAITING
    assert store.reader.rows_of([-4]) == {}
    assert unsettled_batches(store.connection) == []
    assert store.batches.withdraw(staged.batch, LATER).undone == 0


def test_what_was_attempted_stays_and_is_told(store: AccountStore) -> None:
    store.server.take_listed([listed(number) for number in range(1, 8)])
    staged = store.batches.stage(to_quote(1, 2, 3, 4, 5, 6, 7), "", ME, NOW)
    numbers = dict(zip(range(1, 8), sorted(every(store)), strict=True))
    begun = {}
    for key in (1, 2, 3, 4, 5):
        begun[key] = begin_next(store)
    confirmed, sending, in_doubt, refused, not_sent = begun.values()
    assert confirmed is not None
    assert sending is not None
    assert in_doubt is not None
    assert refused is not None
    assert not_sent is not None
    store.delivery.confirm(confirmed, 1, None, NOW)
    store.delivery.move(in_doubt.operation_id, Event.IN_DOUBT, NOW, remarks=said("No answer."))
    store.delivery.move(refused.operation_id, Event.REFUSED, NOW, remarks=said("Refused."), reason=Reason.REFUSED)
    store.delivery.move(not_sent.operation_id, Event.NOT_SENT, remarks=said("No connection."))
    conflict = every(store)[numbers[6]]
    store.delivery.mark_conflict(conflict, {STATUS: "Sale"}, said("Somebody changed it too."), NOW)
    (standing,) = unsettled_batches(store.connection)
    taken = store.batches.withdraw(staged.batch, LATER)
    assert taken.left == (numbers[1], numbers[2], numbers[3])
    assert taken.undone == standing.unsent == 4, "refused, not sent, in conflict, and waiting"
    assert taken.keys == (4, 5, 6, 7)
    assert every(store)[numbers[2]].state is S.SENDING


def test_both_parts_of_a_change_that_met_a_conflict_are_of_the_batch(store: AccountStore) -> None:
    store.server.take_listed([listed(1)])
    both = {STATUS: "Quote", NAME: "Ann"}
    staged = store.batches.stage([FieldEdit(1, {STATUS: "Lead", NAME: "Bob"}, both)], "", ME, NOW)
    store.delivery.mark_conflict(every(store)[1], {NAME: "Cem"}, said("Somebody changed it too."), NOW)
    assert {operation.reason for operation in every(store).values()} == {Reason.NONE, Reason.CONFLICT}
    assert store.batches.withdraw(staged.batch, LATER).undone == 2


def test_what_waits_for_a_new_project_is_taken_back_with_it(store: AccountStore) -> None:
    staged = store.batches.stage([NewProject({NAME: "Ann"})], "", ME, NOW)
    other = store.batches.stage(to_quote(-1), "", ME, NOW)
    assert store.batches.withdraw(staged.batch, LATER).undone == 2
    assert store.batches.withdraw(other.batch, LATER) == (other.batch, 0, (), ())


def test_taking_back_a_number_that_is_none_takes_nothing_back(store: AccountStore) -> None:
    store.outbox.add_create({}, ME, NOW)
    for number in (0, 1, 99):
        assert store.batches.withdraw(number, NOW).undone == 0


# -- the promises that hold for what is stored alone ------------------------------------------------------------------


@pytest.mark.usefixtures("untraced")
def test_the_journal_has_all_of_it(store: AccountStore, path: Path) -> None:
    store.server.take_listed([listed(1)])
    store.batches.stage([NewProject({NAME: str(number)}) for number in range(25_000)], "Many", ME, NOW)
    noted = read_journal(journal_path(path))
    assert len(noted.operations) == 25_000
    assert noted.damaged_lines == 0
    assert {operation["batch"] for operation in noted.operations.values()} == {1}
    store.batches.withdraw(1, LATER)
    noted = read_journal(journal_path(path))
    assert {operation["state"] for operation in noted.operations.values()} == {"discarded"}


def test_a_damaged_database_and_its_batches_are_salvaged_from_the_journal(path: Path) -> None:
    store = AccountStore.open(path)
    store.server.take_listed([listed(1)])
    staged = store.batches.stage([NewProject({NAME: "Ann"}), *to_quote(1)], "Import", ME, NOW)
    store.close()
    path.write_bytes(b"no database any more" * 1000)
    assert salvage_database(path, NOON) is not None
    store = AccountStore.open(path)
    stored = every(store)
    assert {operation.batch for operation in stored.values()} == {staged.batch}
    assert (stored[1].state, stored[2].state) == (S.UNKNOWN, S.QUEUED)
    taken = store.batches.withdraw(staged.batch, LATER)
    assert taken.left == (1, 2), "they may have been sent"
    assert store.batches.stage([NewProject({})], "Next", ME, NOW).batch == 3, "a number is never given twice"
    store.close()


def test_a_damaged_database_keeps_what_batches_are_called(path: Path) -> None:
    store = AccountStore.open(path)
    store.batches.stage([NewProject({NAME: "Ann"})], "Import of leads.csv", ME, NOW)
    store.close()
    path.with_suffix(".damaged").touch()
    raw = bytearray(path.read_bytes())
    raw[-4096:] = b"\xaa" * 4096
    path.write_bytes(raw)
    assert salvage_database(path, NOON) is not None
    store = AccountStore.open(path)
    assert [batch.label for batch in unsettled_batches(store.connection)] == ["Import of leads.csv"]
    store.close()


def test_an_old_copy_does_not_bring_back_a_batch_that_was_taken_back(path: Path) -> None:
    store = AccountStore.open(path)
    staged = store.batches.stage([NewProject({NAME: str(number)}) for number in range(5)], "Import", ME, NOW)
    store.close()
    old = path.read_bytes()
    store = AccountStore.open(path)
    store.batches.withdraw(staged.batch, LATER)
    store.close()
    path.write_bytes(old)
    store = AccountStore.open(path)
    assert {operation.state for operation in every(store).values()} == {S.QUEUED}
    assert merge_journal(store.connection, NOON) is not None
    assert {operation.state for operation in every(store).values()} == {S.DISCARDED}
    store.close()


def test_a_batch_that_was_taken_back_long_ago_is_forgotten(store: AccountStore) -> None:
    long_ago = utc_text(NOON - timedelta(days=31))
    staged = store.batches.stage([NewProject({})], "Import", ME, long_ago)
    kept = store.batches.stage([NewProject({})], "Another", ME, long_ago)
    store.batches.withdraw(staged.batch, long_ago)
    assert prune(store.connection, NOON) == 1
    assert list(store.connection.execute("SELECT batch_id FROM batch")) == [(kept.batch,)]


def test_a_batch_goes_out_like_anything_else(store: AccountStore) -> None:
    store.batches.stage([NewProject({NAME: "Ann"}), FieldEdit(-1, {}, QUOTE)], "", ME, NOW)
    with pytest.raises(BadInputError):
        store.batches.stage(to_quote(-99), "", ME, NOW)
    create = begin_next(store)
    assert create is not None
    assert create.kind is OperationKind.CREATE
    assert begin_next(store) is None, "the change waits for the project"
    store.delivery.confirm(create, 77, 27091, NOW)
    update = begin_next(store)
    assert update is not None
    assert (update.project_key, json.loads(json.dumps(update.changes))) == (77, {"status": "Quote"})


def test_what_waits_of_a_batch_is_counted_as_long_as_that_takes_no_time(
    store: AccountStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    changes: list[Change] = [NewProject({NAME: "Ann"}) for _ in range(3)]
    one = store.batches.stage(changes, "Import leads.csv", ME, NOW)
    other = store.batches.stage(changes[:2], "", ME, NOW)
    assert store.reader.batch_waiting(one.batch) == BatchWaiting(one.batch, "Import leads.csv", 3)
    assert store.reader.batch_waiting(other.batch) == BatchWaiting(other.batch, "", 2)
    assert begin_next(store)
    assert store.reader.batch_waiting(one.batch).unsent == 2
    store.batches.withdraw(one.batch, LATER)
    assert store.reader.batch_waiting(one.batch).unsent == 0
    monkeypatch.setattr(batches, "_MOST_COUNTED", 2)
    assert store.reader.batch_waiting(other.batch).unsent is None


def progress(store: AccountStore, batch: int) -> BatchProgress:
    counting = store.reader.batch_progress(batch)
    while True:
        try:
            next(counting)
        except StopIteration as end:
            counted = end.value
            assert isinstance(counted, BatchProgress)
            return counted


def test_a_large_batch_is_counted_in_slices(store: AccountStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "_SLICE", 3)
    staged = store.batches.stage([NewProject({NAME: f"Customer {number}"}) for number in range(10)], "", ME, NOW)
    assert len(list(store.reader.batch_progress(staged.batch))) == 4
    assert progress(store, staged.batch) == BatchProgress(waiting=10)


def test_what_has_become_of_a_batch_is_counted_by_the_state_of_each_change(store: AccountStore) -> None:
    store.server.take_listed([listed(number) for number in range(1, 4)])
    creates = [NewProject({NAME: f"Customer {number}"}) for number in range(4)]
    edits = [FieldEdit(1, {}, QUOTE), FieldEdit(2, {}, {}), FieldEdit(3, {}, QUOTE)]
    staged = store.batches.stage([*creates, *edits], "Import", ME, NOW)
    assert staged.stored == 6, "a change that changes nothing is none"
    assert progress(store, staged.batch) == BatchProgress(waiting=6)
    store.outbox.add_create({NAME: "Another"}, ME, NOW)
    for outcome in ("made", "refused", "in_doubt"):
        sent = begin_next(store)
        assert sent is not None
        if outcome == "made":
            store.delivery.confirm(sent, 77, None, LATER)
        elif outcome == "refused":
            store.delivery.move(sent.operation_id, Event.REFUSED, LATER, remarks=said("no"), reason=Reason.REFUSED)
        else:
            store.delivery.move(sent.operation_id, Event.IN_DOUBT, LATER)
    store.outbox.discard(staged.batch + 3, LATER)
    (update,) = [operation for operation in every(store).values() if operation.project_key == 1]
    begun = store.delivery.begin(update.operation_id, QUOTE, NOW)
    assert begun is not None
    store.delivery.confirm(begun, 1, None, LATER)
    assert progress(store, staged.batch) == BatchProgress(1, 1, 2, 1, 1)
    counts = store.reader.operation_counts()
    assert (counts.waiting, counts.needs_you, counts.done, counts.confirmed, counts.unsettled) == (3, 1, 3, 2, 4)
    assert progress(store, 0) == BatchProgress()
