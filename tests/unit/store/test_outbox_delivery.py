"""What the sender writes: each of its steps from each state, and what the tables say afterwards."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import pytest

from heatpunk_desktop.domain.changes import FieldEdit
from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.domain.operation import Operation, OperationKind, OperationState, Reason
from heatpunk_desktop.domain.operation_states import Event, next_state
from heatpunk_desktop.domain.project import Mark
from tests.fakes import LATER, ME, NOW, begin_next, listed, said

if TYPE_CHECKING:
    from collections.abc import Callable

    from heatpunk_desktop.store.account_store import AccountStore

NAME, STATUS, PHONE, ADDRESS = Field.CUSTOMER_NAME, Field.STATUS, Field.CUSTOMER_PHONE, Field.ADDRESS
S = OperationState

#: Each step of the sender with the event that it stands for.
STEPS: dict[Event, Callable[[AccountStore, Operation], object]] = {
    Event.BEGUN: lambda store, operation: store.delivery.begin(operation.operation_id, operation.changes, LATER),
    Event.NOT_SENT: lambda store, operation: store.delivery.move(
        operation.operation_id, Event.NOT_SENT, remarks=said("words")
    ),
    Event.DONE: lambda store, operation: store.delivery.confirm(operation, 1, None, LATER, said("words")),
    Event.REFUSED: lambda store, operation: store.delivery.move(
        operation.operation_id, Event.REFUSED, LATER, remarks=said("words"), server_words="said", reason=Reason.REFUSED
    ),
    Event.IN_DOUBT: lambda store, operation: store.delivery.move(
        operation.operation_id, Event.IN_DOUBT, LATER, remarks=said("words"), server_words="said"
    ),
    Event.INTERRUPTED: lambda store, _: store.delivery.interrupt(said("words"), LATER),
    Event.UNUSABLE: lambda store, operation: store.delivery.move(
        operation.operation_id, Event.UNUSABLE, LATER, remarks=said("words"), reason=Reason.DAMAGED
    ),
    Event.THERE_ALREADY: lambda store, operation: store.delivery.confirm_unsent(operation, said("words"), LATER),
    Event.CONFLICT: lambda store, operation: store.delivery.mark_conflict(
        operation, {NAME: "Theirs"}, said("words"), LATER
    ),
    Event.GONE: lambda store, operation: store.delivery.move(
        operation.operation_id, Event.GONE, LATER, remarks=said("words"), reason=Reason.GONE
    ),
    Event.FOUND: lambda store, operation: store.delivery.confirm_found(operation, 1, said("words"), LATER),
    Event.ABSENT: lambda store, operation: store.delivery.move(
        operation.operation_id, Event.ABSENT, remarks=said("words")
    ),
    Event.UNCLEAR: lambda store, operation: store.delivery.move(
        operation.operation_id, Event.UNCLEAR, LATER, remarks=said("words"), reason=Reason.UNCLEAR, candidates=[7]
    ),
}


def the(store: AccountStore, number: int = 1) -> Operation:
    operation = store.delivery.operation(number)
    assert operation is not None
    return operation


def dump(store: AccountStore) -> list[list[object]]:
    tables = ("operation", "server_project", "server_detail")
    return [list(store.connection.execute(f"SELECT * FROM {table} ORDER BY 1")) for table in tables]


@pytest.mark.parametrize(("event", "state"), list(product(STEPS, OperationState)))
def test_each_step_follows_the_life_of_an_operation_or_comes_too_late(
    store: AccountStore, event: Event, state: OperationState
) -> None:
    store.server.take_listed([listed(1)])
    store.outbox.add_update(1, {NAME: "Gwen"}, {NAME: "Priya"}, NOW)
    store.connection.execute("UPDATE operation SET state = ?, attempts = 1", (state.value,))
    before = dump(store)
    told = STEPS[event](store, the(store))
    to = next_state(state, event)
    if to is None:
        assert dump(store) == before
        assert not told, "it is told that it came too late"
    else:
        assert the(store).state is to
        assert dump(store)[0] != before[0]


def test_a_step_for_an_operation_that_is_not_there_changes_nothing(store: AccountStore) -> None:
    store.outbox.add_update(1, {NAME: "Gwen"}, {}, NOW)
    ghost = the(store)._replace(operation_id=99)
    before = dump(store)
    for event, step in STEPS.items():
        if event is not Event.INTERRUPTED:
            assert not step(store, ghost)
    assert dump(store) == before
    assert store.delivery.operation(99) is None


# -- sending ---------------------------------------------------------------------------------------------------------


def test_each_attempt_of_the_account_has_a_number_of_its_own(store: AccountStore) -> None:
    for name in ("a", "b"):
        store.outbox.add_create({NAME: name}, ME, NOW)
    first, second = begin_next(store), begin_next(store)
    assert first is not None
    assert second is not None
    assert (first.attempt, second.attempt) == (1, 2)
    store.delivery.move(1, Event.NOT_SENT, remarks=said("not sent"))
    again = begin_next(store)
    assert again is not None
    assert (again.operation_id, again.attempt, again.attempts) == (1, 3, 1)


def test_what_is_begun_carries_what_was_sent_and_which_days_were_known(store: AccountStore) -> None:
    store.outbox.add_update(1, {NAME: "Gwen", PHONE: "1"}, {}, NOW)
    begun = store.delivery.begin(1, {PHONE: "1"}, LATER, noted="2026-11-01/2026-11-24")
    assert begun == the(store)
    assert (begun.sent, begun.changes) == ({PHONE: "1"}, {NAME: "Gwen", PHONE: "1"})
    assert (begun.noted, begun.attempted_at) == ("2026-11-01/2026-11-24", LATER)


def test_the_oldest_goes_first_one_per_project_and_some_are_passed_over(store: AccountStore) -> None:
    for project in (1, 2, 2, 3, 1):
        store.outbox.add_update(project, {NAME: "a"}, {}, NOW)
        store.connection.execute("UPDATE operation SET attempts = 1")
    assert [operation.operation_id for operation in store.delivery.some_queued((), 9)] == [1, 2, 4]
    assert [operation.operation_id for operation in store.delivery.some_queued((), 2)] == [1, 2]
    assert [operation.operation_id for operation in store.delivery.some_queued({1, 4}, 9)] == [2]
    following = store.delivery.next_queued({1, 2})
    assert following is not None
    assert following.operation_id == 4
    assert store.delivery.next_queued({1, 2, 4}) is None


def test_operations_are_found_by_where_they_stand(store: AccountStore) -> None:
    store.outbox.add_create({NAME: "a"}, ME, NOW)
    store.outbox.add_update(1, {NAME: "a"}, {}, NOW)
    store.outbox.add_create({NAME: "b"}, ME, NOW)
    assert [operation.operation_id for operation in store.delivery.in_state(S.QUEUED)] == [1, 2, 3]
    assert [operation.operation_id for operation in store.delivery.in_state(S.QUEUED, OperationKind.CREATE)] == [1, 3]
    assert store.delivery.in_state(S.UNKNOWN) == ()


# -- set against -----------------------------------------------------------------------------------------------------


def test_what_clashes_is_set_aside_and_the_rest_goes(store: AccountStore) -> None:
    store.outbox.add_update(1, {NAME: "Mine", PHONE: "1", ADDRESS: "2"}, {NAME: "Priya", PHONE: "", ADDRESS: "1"}, NOW)
    theirs = {NAME: "Theirs", ADDRESS: "3"}
    assert store.delivery.mark_conflict(the(store), theirs, said("words"), LATER) == 2
    rest, aside = the(store, 1), the(store, 2)
    assert (rest.state, rest.changes, rest.base) == (S.QUEUED, {PHONE: "1"}, {PHONE: ""})
    assert (aside.state, aside.reason, aside.remarks) == (S.NEEDS_YOU, Reason.CONFLICT, said("words"))
    assert (aside.changes, aside.base) == ({NAME: "Mine", ADDRESS: "2"}, {NAME: "Priya", ADDRESS: "1"})
    assert (aside.theirs, aside.created_at, aside.attempts) == (theirs, NOW, 0)
    (going,) = store.delivery.some_queued((), 9)
    assert going.operation_id == 1, "it does not wait for the decision"


def test_nothing_is_set_aside_behind_what_says_otherwise_of_it(store: AccountStore) -> None:
    store.server.take_listed([listed(1)])
    store.outbox.add_update(1, {NAME: "Mine", PHONE: "1"}, {NAME: "Priya", PHONE: ""}, NOW)
    store.batches.stage([FieldEdit(1, {NAME: "Mine"}, {NAME: "Newer"})], "Many", ME, NOW)
    assert store.delivery.mark_conflict(the(store), {NAME: "Theirs"}, said("words"), LATER) == 1
    aside = the(store)
    assert (aside.state, aside.changes, aside.theirs) == (
        S.NEEDS_YOU, {NAME: "Mine", PHONE: "1"}, {NAME: "Theirs"},
    )  # fmt: skip
    assert not store.delivery.some_queued((), 9), "what comes after it waits for the decision"
    detail = store.reader.detail(1)
    assert detail is not None
    assert detail.values[NAME] == "Newer"
    store.outbox.resolve(1, frozenset({NAME}), frozenset(), NOW)
    (going,) = store.delivery.some_queued((), 9)
    assert (going.operation_id, going.changes) == (1, {NAME: "Mine", PHONE: "1"})


def test_what_was_never_loaded_keeps_no_base_when_it_is_set_aside(store: AccountStore) -> None:
    store.outbox.add_update(1, {NAME: "Mine", PHONE: "1"}, {NAME: "Priya"}, NOW)
    store.delivery.mark_conflict(the(store), {PHONE: "2"}, (), LATER)
    assert (the(store, 1).base, the(store, 2).base) == ({NAME: "Priya"}, {})


# -- what the tables say ---------------------------------------------------------------------------------------------


def test_only_what_was_sent_of_an_update_is_taken_to_be_on_the_server(store: AccountStore) -> None:
    store.server.take_listed([listed(1)])
    store.outbox.add_update(1, {NAME: "Gwen", STATUS: "Sale"}, {}, NOW)
    begun = store.delivery.begin(1, {STATUS: "Sale"}, NOW)
    assert begun is not None
    assert store.delivery.confirm(begun, 1, None, LATER)
    row = store.reader.rows_of([1])[1]
    assert (row[2], row[4]) == ("Priya Patel", "Sale")


def test_what_was_there_already_is_on_the_server(store: AccountStore) -> None:
    store.server.take_listed([listed(1)])
    store.outbox.add_update(1, {NAME: "Gwen"}, {}, NOW)
    store.delivery.confirm_unsent(the(store), said("words"), LATER)
    detail = store.reader.detail(1)
    assert detail is not None
    assert detail.server_values[NAME] == "Gwen"
    assert (the(store).state, the(store).remarks, the(store).settled_at) == (S.CONFIRMED, said("words"), LATER)


def test_a_create_that_was_found_is_the_servers_project_with_its_values(store: AccountStore) -> None:
    key = store.outbox.add_create({NAME: "Ewan"}, ME, NOW)
    begin_next(store)
    store.delivery.move(1, Event.IN_DOUBT, NOW)
    store.outbox.add_update(key, {PHONE: "1"}, {}, NOW)
    store.server.take_listed([listed(7, name="Named by the server")])
    assert store.delivery.confirm_found(the(store), 7, said("found"), LATER)
    assert [the(store, number).project_key for number in (1, 2)] == [7, 7]
    row = store.reader.rows_of([7])[7]
    assert (row[1], row[2], row[11]) == ("Named by the server", "Priya Patel", Mark.WAITING)
    assert store.reader.rows_of([key]) == {}


def test_a_create_that_no_list_has_shown_yet_is_found_too(store: AccountStore) -> None:
    store.outbox.add_create({NAME: "Ewan"}, ME, NOW)
    begin_next(store)
    store.delivery.move(1, Event.IN_DOUBT, NOW)
    store.delivery.confirm_found(the(store), 7, said("found"), LATER)
    assert store.reader.rows_of([7])[7][2] == "Ewan"


@pytest.mark.parametrize("found", [True, False])
def test_a_deletion_is_a_deletion_whether_confirmed_or_found(store: AccountStore, found: bool) -> None:
    store.server.take_listed([listed(1)])
    store.outbox.add_soft_delete(1, NOW)
    begin_next(store)
    if found:
        store.delivery.move(1, Event.IN_DOUBT, NOW)
        store.delivery.confirm_found(the(store), 1, (), LATER)
    else:
        store.delivery.confirm(the(store), 1, None, LATER)
    assert store.reader.rows_of([1])[1][11] == Mark.DELETED_HERE


def test_an_update_that_was_found_is_on_the_server(store: AccountStore) -> None:
    store.server.take_listed([listed(1)])
    store.outbox.add_update(1, {NAME: "Gwen"}, {}, NOW)
    begin_next(store)
    store.delivery.move(1, Event.IN_DOUBT, NOW)
    store.delivery.confirm_found(the(store), 1, (), LATER)
    assert store.reader.rows_of([1])[1][2] == "Gwen"


def test_what_is_unclear_names_its_candidates_until_somebody_decides(store: AccountStore) -> None:
    store.outbox.add_create({NAME: "Ewan"}, ME, NOW)
    begin_next(store)
    store.delivery.move(1, Event.IN_DOUBT, NOW)
    store.delivery.move(1, Event.UNCLEAR, LATER, remarks=said("which?"), reason=Reason.UNCLEAR, candidates=[7, 8])
    assert (the(store).candidates, the(store).reason) == ((7, 8), Reason.UNCLEAR)
    store.outbox.try_again(1)
    assert (the(store).candidates, the(store).reason) == ((), Reason.NONE)


def test_words_may_be_put_to_what_stands_where_it_stands(store: AccountStore) -> None:
    store.outbox.add_create({NAME: "Ewan"}, ME, NOW)
    store.delivery.say(1, said("Not sent yet."))
    assert (the(store).state, the(store).remarks) == (S.QUEUED, said("Not sent yet."))


def test_only_a_reference_sent_from_here_and_confirmed_is_its_own(store: AccountStore) -> None:
    store.outbox.add_create({NAME: "Ewan"}, ME, NOW)
    store.outbox.add_create({NAME: "Gwen", Field.CRM_REFERENCE: "C-1"}, ME, NOW)
    for project in (7, 8):
        begun = begin_next(store)
        assert begun is not None
        assert store.delivery.own_reference(project) == ""
        store.delivery.confirm(begun, project, None, LATER)
    assert store.delivery.own_reference(7) == the(store, 1).changes[Field.CRM_REFERENCE]
    assert store.delivery.own_reference(8) == "", "a user's own reference shows nothing of the server"


def test_what_changes_made_after_one_set_in_the_same_project_is_known(store: AccountStore) -> None:
    store.server.take_listed([listed(1), listed(2)])
    for key, changes in ((1, {NAME: "first"}), (1, {STATUS: "Sale"}), (1, {PHONE: "3"}), (1, {ADDRESS: "4"})):
        store.outbox.add_update(key, changes, {}, NOW)
        store.connection.execute("UPDATE operation SET attempts = 1, sent = changes")
    store.outbox.add_update(2, {NAME: "another project"}, {}, NOW)
    for number, state in ((2, S.CONFIRMED), (3, S.UNKNOWN), (4, S.NEEDS_YOU), (5, S.CONFIRMED)):
        store.connection.execute("UPDATE operation SET state = ? WHERE operation_id = ?", (state.value, number))
    store.connection.execute("UPDATE operation SET reason = 'refused' WHERE operation_id = 4")
    assert [operation.sent for operation in store.delivery.sent_later(the(store))] == [{STATUS: "Sale"}, {PHONE: "3"}]
    assert [operation.sent for operation in store.delivery.sent_later(the(store, 2))] == [{PHONE: "3"}]
    assert store.delivery.sent_later(the(store, 3)) == ()


@pytest.mark.parametrize("decide", ["unclear", "try_again", "discard"])
def test_what_was_attempted_may_have_been_done_whatever_was_decided_since(store: AccountStore, decide: str) -> None:
    store.server.take_listed([listed(1)])
    store.outbox.add_update(1, {PHONE: "1"}, {}, NOW)
    store.connection.execute("UPDATE operation SET attempts = 1")
    store.outbox.add_update(1, {PHONE: "2"}, {}, NOW)
    store.connection.execute(
        "UPDATE operation SET attempts = 1, sent = changes, state = 'unknown' WHERE operation_id = 2"
    )
    if decide == "unclear":
        store.delivery.move(2, Event.UNCLEAR, LATER, remarks=said("which?"), reason=Reason.UNCLEAR)
    elif decide == "try_again":
        store.outbox.try_again(2)
    else:
        store.outbox.discard(2, LATER)
    (later,) = store.delivery.sent_later(the(store))
    assert later.sent == {PHONE: "2"}
