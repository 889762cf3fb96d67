from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from heatpunk_desktop.domain.changes import FieldEdit
from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.domain.operation import (
    Decided,
    DiscardCause,
    Operation,
    OperationKind,
    OperationState,
    Reason,
    Side,
)
from heatpunk_desktop.domain.operation_states import Event
from heatpunk_desktop.domain.own_references import is_own_reference
from heatpunk_desktop.domain.remarks import RemarkCode, remark
from heatpunk_desktop.errors import BadInputError
from heatpunk_desktop.store.reader import OperationGroup
from tests.fakes import LATER, ME, NOW, begin_next, listed, said

if TYPE_CHECKING:
    from collections.abc import Callable

    from heatpunk_desktop.store.account_store import AccountStore

NAME, STATUS, POSTCODE, REFERENCE = Field.CUSTOMER_NAME, Field.STATUS, Field.POSTCODE, Field.CRM_REFERENCE


def everything(store: AccountStore) -> list[Operation]:
    every = [operation for group in OperationGroup for operation in store.reader.operations(group)]
    return sorted(every, key=lambda operation: operation.operation_id)


def typed(create: Operation) -> dict[Field, object]:
    """What the user typed in the form of a create: its changes without the reference that the program adds."""
    assert is_own_reference(create.changes[REFERENCE])
    return {field: value for field, value in create.changes.items() if field is not REFERENCE}


def send(store: AccountStore) -> Operation:
    operation = begin_next(store)
    assert operation is not None
    return operation


def state_of(store: AccountStore, number: int) -> OperationState:
    return next(operation.state for operation in everything(store) if operation.operation_id == number)


def confirm_create(store: AccountStore, project_id: int = 7) -> None:
    store.delivery.confirm(send(store), project_id, 27091, LATER)


# -- the order -------------------------------------------------------------------------------------------------------


def test_what_is_taken_says_sending_on_the_disk(store: AccountStore) -> None:
    key = store.outbox.add_create({NAME: "Ewan"}, ME, NOW)
    operation = send(store)
    assert (operation.kind, operation.project_key, operation.owner) == (OperationKind.CREATE, key, ME)
    assert typed(operation) == {NAME: "Ewan"}
    (kept,) = everything(store)
    assert (kept.state, kept.attempts, kept.attempted_at) == (OperationState.SENDING, 1, NOW)
    assert begin_next(store) is None, "what is being sent is not taken twice"


def test_first_in_first_out_for_each_project_and_no_waiting_for_others(store: AccountStore) -> None:
    for project in (1, 2):
        store.outbox.add_update(project, {NAME: "a"}, {}, NOW)
        store.outbox.add_soft_delete(project, NOW)
    first, second = send(store), send(store)
    assert [first.project_key, second.project_key] == [1, 2]
    assert begin_next(store) is None, "both projects have something under way"
    store.delivery.confirm(second, 2, None, NOW)
    third = send(store)
    assert (third.project_key, third.kind) == (2, OperationKind.SOFT_DELETE)


@pytest.mark.parametrize("state", ["unknown", "needs_you"])
def test_what_follows_one_in_doubt_or_refused_waits_for_it(store: AccountStore, state: str) -> None:
    store.outbox.add_update(1, {NAME: "a"}, {}, NOW)
    first = send(store)
    event, reason = (Event.IN_DOUBT, Reason.NONE) if state == "unknown" else (Event.REFUSED, Reason.REFUSED)
    store.delivery.move(first.operation_id, event, NOW, remarks=said("words"), server_words="said", reason=reason)
    store.outbox.add_soft_delete(1, NOW)
    assert begin_next(store) is None
    before, waiting = everything(store)
    assert (before.state, before.remarks, before.server_words) == (state, said("words"), "said")
    assert before.settled_at == NOW
    assert (before.blocked, waiting.blocked) == (False, True)
    needs_you = store.reader.operations(OperationGroup.NEEDS_YOU)
    assert bool(needs_you) is (state == "needs_you"), "what is being found out needs nobody"
    store.outbox.discard(first.operation_id, LATER)
    if state == "unknown":
        assert store.delivery.late_attempts() == {1: "1/1"}
        assert begin_next(store) is None, "the server may still come to it"
        (waiting,) = store.reader.operations(OperationGroup.WAITING)
        assert waiting.remarks == remark(RemarkCode.HELD)
        assert not waiting.blocked
        store.delivery.end_late_attempt(1)
    assert store.delivery.late_attempts() == {}
    assert send(store).kind is OperationKind.SOFT_DELETE


# -- joining ---------------------------------------------------------------------------------------------------------


def test_edits_never_attempted_are_joined_and_keep_the_first_base(store: AccountStore) -> None:
    store.outbox.add_update(1, {NAME: "a", STATUS: "Sale"}, {NAME: "was", STATUS: "Lead"}, NOW)
    store.outbox.add_update(1, {NAME: "b", POSTCODE: ""}, {NAME: "a", POSTCODE: "AB1"}, LATER)
    (only,) = everything(store)
    assert only.changes == {NAME: "b", STATUS: "Sale", POSTCODE: ""}
    assert only.base == {NAME: "was", STATUS: "Lead", POSTCODE: "AB1"}
    assert only.created_at == NOW


def test_edits_of_a_project_that_was_never_sent_go_into_its_create(store: AccountStore) -> None:
    key = store.outbox.add_create({NAME: "Ewan"}, ME, NOW)
    assert store.outbox.add_update(key, {NAME: "Gwen", POSTCODE: "AB1"}, {NAME: "Ewan"}, LATER) == key
    (only,) = everything(store)
    assert (only.kind, typed(only), only.base) == (OperationKind.CREATE, {NAME: "Gwen", POSTCODE: "AB1"}, {})


@pytest.mark.parametrize("came_of_it", ["sending", "unknown", "try_again"])
def test_what_was_attempted_never_changes(store: AccountStore, came_of_it: str) -> None:
    key = store.outbox.add_create({NAME: "Ewan"}, ME, NOW)
    sent = send(store)
    if came_of_it in {"unknown", "try_again"}:
        store.delivery.move(sent.operation_id, Event.IN_DOUBT, NOW)
    if came_of_it == "try_again":
        store.outbox.try_again(sent.operation_id)
    store.outbox.add_update(key, {NAME: "Gwen"}, {NAME: "Ewan"}, LATER)
    create, update = everything(store)
    assert typed(create) == {NAME: "Ewan"}
    assert (update.kind, update.changes, update.base) == (OperationKind.UPDATE, {NAME: "Gwen"}, {NAME: "Ewan"})


def test_a_new_project_that_was_refused_is_given_up_where_it_is_deleted(store: AccountStore) -> None:
    key = store.outbox.add_create({NAME: "Ewan"}, ME, NOW)
    store.delivery.move(
        send(store).operation_id,
        Event.REFUSED,
        NOW,
        remarks=said("no"),
        server_words="The postcode is none.",
        reason=Reason.REFUSED,
    )
    store.outbox.add_soft_delete(key, LATER)
    (create,) = everything(store)
    assert (create.kind, create.state) == (OperationKind.CREATE, OperationState.DISCARDED)


def test_what_was_refused_is_mended_by_an_edit_and_goes_again_as_one(store: AccountStore) -> None:
    key = store.outbox.add_create({NAME: "Ewan", POSTCODE: "AB1"}, ME, NOW)
    store.delivery.move(
        send(store).operation_id,
        Event.REFUSED,
        NOW,
        remarks=said("no"),
        server_words="The postcode is none.",
        reason=Reason.REFUSED,
    )
    store.outbox.add_update(key, {POSTCODE: "AB1 2CD"}, {POSTCODE: "AB1"}, LATER)
    (create,) = everything(store)
    assert (create.state, typed(create)) == (OperationState.QUEUED, {NAME: "Ewan", POSTCODE: "AB1 2CD"})
    assert (create.remarks, create.server_words, create.attempts, create.settled_at) == ((), "", 0, "")
    assert send(store).operation_id == create.operation_id


def test_what_surely_was_not_sent_counts_as_not_attempted(store: AccountStore) -> None:
    key = store.outbox.add_create({NAME: "Ewan"}, ME, NOW)
    store.delivery.move(send(store).operation_id, Event.NOT_SENT, remarks=said("Not sent yet."))
    (waiting,) = everything(store)
    assert (waiting.state, waiting.attempts, waiting.remarks) == (OperationState.QUEUED, 0, said("Not sent yet."))
    store.outbox.add_update(key, {NAME: "Gwen"}, {}, LATER)
    (only,) = everything(store)
    assert typed(only) == {NAME: "Gwen"}


def test_an_edit_after_a_soft_delete_does_not_join_what_is_before_it(store: AccountStore) -> None:
    store.outbox.add_update(1, {NAME: "a"}, {}, NOW)
    store.outbox.add_soft_delete(1, NOW)
    store.outbox.add_update(1, {NAME: "b"}, {}, NOW)
    assert [operation.kind.value for operation in everything(store)] == ["update", "soft_delete", "update"]
    assert everything(store)[0].changes == {NAME: "a"}


def test_half_an_emoji_is_stored_as_a_mark_in_its_place(store: AccountStore) -> None:
    key = store.outbox.add_create({NAME: "Ewan \ud83d", POSTCODE: "\ud83d\ude00"}, ME, NOW)
    (only,) = everything(store)
    assert typed(only) == {NAME: "Ewan \ufffd", POSTCODE: "😀"}
    assert store.reader.rows_of([key])[key][2] == "Ewan \ufffd"


# -- keys ------------------------------------------------------------------------------------------------------------


def test_the_key_of_a_create_is_replaced_for_all_that_follows(store: AccountStore) -> None:
    key = store.outbox.add_create({NAME: "Ewan"}, ME, NOW)
    sent = send(store)
    store.outbox.add_update(key, {NAME: "Gwen"}, {NAME: "Ewan"}, NOW)
    store.outbox.add_soft_delete(key, NOW)
    store.delivery.confirm(sent, 7, 27091, LATER)
    assert [(operation.project_key, operation.project_id) for operation in everything(store)] == [(7, 7)] * 3
    assert store.outbox.add_update(key, {POSTCODE: "AB1"}, {}, LATER) == 7, "a form that still knows the old key"
    assert store.outbox.add_soft_delete(key, LATER) == 7
    assert send(store).project_id == 7


def test_a_second_soft_delete_is_the_first_one(store: AccountStore) -> None:
    store.outbox.add_soft_delete(1, NOW)
    store.outbox.add_soft_delete(1, NOW)
    assert len(everything(store)) == 1


def test_a_project_that_was_never_sent_is_given_up_and_not_deleted(store: AccountStore) -> None:
    key = store.outbox.add_create({NAME: "Ewan"}, ME, NOW)
    assert store.outbox.add_soft_delete(key, LATER) == key
    (only,) = everything(store)
    assert (only.state, only.settled_at) == (OperationState.DISCARDED, LATER)
    assert begin_next(store, LATER) is None
    assert store.reader.rows_of([key]) == {}


def test_a_project_that_may_be_there_is_deleted_after_its_create(store: AccountStore) -> None:
    key = store.outbox.add_create({NAME: "Ewan"}, ME, NOW)
    store.delivery.move(send(store).operation_id, Event.IN_DOUBT, NOW)
    store.outbox.add_soft_delete(key, NOW)
    assert [operation.kind.value for operation in everything(store)] == ["create", "soft_delete"]


def test_nothing_can_be_done_to_a_project_that_was_given_up(store: AccountStore) -> None:
    key = store.outbox.add_create({NAME: "Ewan"}, ME, NOW)
    store.outbox.discard(-key, NOW)
    again: Callable[[], object]
    for again in (
        lambda: store.outbox.add_update(key, {NAME: "Gwen"}, {}, NOW),
        lambda: store.outbox.add_soft_delete(key, NOW),
        lambda: store.outbox.add_update(-99, {NAME: "Gwen"}, {}, NOW),
    ):
        with pytest.raises(BadInputError) as caught:
            again()
        assert caught.value.title == "This project is not there any more"
    assert len(everything(store)) == 1


# -- what the user decides -----------------------------------------------------------------------------------------


def test_with_a_create_goes_all_that_waits_for_it(store: AccountStore) -> None:
    key = store.outbox.add_create({NAME: "Ewan"}, ME, NOW)
    other = store.outbox.add_update(5, {NAME: "b"}, {}, NOW)
    store.delivery.move(send(store).operation_id, Event.IN_DOUBT, NOW, remarks=said("no"))
    store.outbox.add_update(key, {NAME: "Gwen"}, {}, NOW)
    assert store.outbox.discard(-key, LATER) == key
    states = {operation.project_key: operation.state for operation in everything(store)}
    assert states == {key: OperationState.DISCARDED, other: OperationState.QUEUED}
    assert [operation.settled_at for operation in store.reader.operations(OperationGroup.DONE)] == [LATER, LATER]


def test_what_is_on_its_way_cannot_be_given_up_nor_what_belongs_to_it(store: AccountStore) -> None:
    key = store.outbox.add_create({NAME: "Ewan"}, ME, NOW)
    sent = send(store)
    store.outbox.add_update(key, {NAME: "Gwen"}, {}, NOW)
    store.outbox.discard(sent.operation_id, LATER)
    assert [operation.state.value for operation in everything(store)] == ["sending", "queued"]


def test_trying_again_puts_one_in_doubt_or_refused_back_in_its_place(store: AccountStore) -> None:
    store.outbox.add_update(1, {NAME: "a"}, {}, NOW)
    sent = send(store)
    store.outbox.add_soft_delete(1, NOW)
    store.delivery.move(sent.operation_id, Event.IN_DOUBT, NOW, remarks=said("words"), server_words="said")
    assert store.outbox.try_again(sent.operation_id) == 1
    first = everything(store)[0]
    assert (first.state, first.remarks, first.server_words, first.settled_at) == (OperationState.QUEUED, (), "", "")
    assert send(store).operation_id == sent.operation_id


def test_trying_again_changes_nothing_that_is_settled_or_waits(store: AccountStore) -> None:
    store.outbox.add_update(1, {NAME: "a"}, {}, NOW)
    done = send(store)
    store.outbox.try_again(done.operation_id)
    assert state_of(store, done.operation_id) is OperationState.SENDING
    store.delivery.confirm(done, 1, None, LATER)
    store.outbox.try_again(done.operation_id)
    store.outbox.discard(done.operation_id, LATER)
    assert state_of(store, done.operation_id) is OperationState.CONFIRMED


@pytest.mark.parametrize("action", ["discard", "try_again"])
def test_a_number_that_is_not_there_is_said_in_words(store: AccountStore, action: str) -> None:
    with pytest.raises(BadInputError) as caught:
        store.outbox.discard(9, NOW) if action == "discard" else store.outbox.try_again(9)
    assert caught.value.title == "This change is not there any more"


#: What the user may decide of an operation, with the states and the reason in which that means something.
DECISIONS: dict[str, tuple[set[str], str, Callable[[AccountStore], object]]] = {
    "resolve mine": (
        {"needs_you"}, "conflict", lambda store: store.outbox.resolve(1, {NAME}, set(), LATER)
    ),
    "resolve theirs": (
        {"needs_you"}, "conflict", lambda store: store.outbox.resolve(1, set(), {NAME}, LATER)
    ),
    "adopt": ({"unknown", "needs_you"}, "unclear", lambda store: store.outbox.adopt(1, 7, LATER)),
    "create anew": ({"needs_you", "queued"}, "gone", lambda store: store.outbox.recreate(1, {NAME: "x"}, ME, LATER)),
}  # fmt: skip


@pytest.mark.parametrize("decision", DECISIONS)
@pytest.mark.parametrize("state", OperationState)
@pytest.mark.parametrize("reason", Reason)
def test_what_is_decided_too_late_or_of_another_thing_changes_nothing(
    store: AccountStore, decision: str, state: OperationState, reason: Reason
) -> None:
    states, fitting, decide = DECISIONS[decision]
    if decision == "adopt":
        store.outbox.add_create({NAME: "Ewan"}, ME, NOW)
    else:
        store.outbox.add_update(1, {NAME: "Mine"}, {NAME: "Was"}, NOW)
    row = (state.value, reason.value, '{"customer_name":"Theirs"}')
    store.connection.execute("UPDATE operation SET state = ?, reason = ?, theirs = ?", row)
    before = store.connection.total_changes()
    decide(store)
    # Which project a create made is said of one in doubt whatever the reason is.
    counts = state in states and (reason == fitting or decision == "adopt")
    assert (store.connection.total_changes() > before) is counts


def conflict(store: AccountStore) -> None:
    store.outbox.add_update(1, {NAME: "Mine", POSTCODE: "AB1"}, {NAME: "Was", POSTCODE: ""}, NOW)
    operation = store.delivery.operation(1)
    assert operation is not None
    store.delivery.mark_conflict(operation, {NAME: "Theirs", POSTCODE: "CD2"}, said("words"), NOW)


def test_mine_goes_over_what_was_seen_of_theirs(store: AccountStore) -> None:
    conflict(store)
    store.outbox.resolve(1, {NAME, POSTCODE}, set(), LATER)
    (one,) = everything(store)
    assert (one.state, one.changes) == (OperationState.QUEUED, {NAME: "Mine", POSTCODE: "AB1"})
    assert one.base == {NAME: "Theirs", POSTCODE: "CD2"}, "should that change again, it is asked about again"
    assert (one.theirs, one.reason, one.remarks) == ({}, Reason.NONE, ())


def test_of_theirs_nothing_is_sent_and_mine_is_kept_to_be_read(store: AccountStore) -> None:
    conflict(store)
    store.outbox.resolve(1, set(), {NAME, POSTCODE}, LATER)
    (one,) = everything(store)
    assert (one.state, one.settled_at, one.cause) == (OperationState.DISCARDED, LATER, DiscardCause.THEIRS_KEPT)
    assert one.changes == {NAME: "Mine", POSTCODE: "AB1"}


def test_a_conflict_stays_until_each_field_is_decided(store: AccountStore) -> None:
    conflict(store)
    store.outbox.resolve(1, set(), {POSTCODE}, LATER)
    (one,) = everything(store)
    assert (one.state, one.changes, one.theirs) == (OperationState.NEEDS_YOU, {NAME: "Mine"}, {NAME: "Theirs"})
    store.outbox.resolve(1, {NAME}, set(), LATER)
    (one,) = everything(store)
    assert (one.state, one.changes, one.base) == (OperationState.QUEUED, {NAME: "Mine"}, {NAME: "Theirs"})


def test_history_tells_both_sides_of_a_conflict(store: AccountStore) -> None:
    store.server.take_listed([listed(1, name="Was")])
    conflict(store)
    store.outbox.resolve(1, set(), {POSTCODE}, LATER)
    store.outbox.resolve(1, {NAME}, set(), LATER)
    (one,) = everything(store)
    assert one.decided == {POSTCODE: Decided(Side.THEIRS, "AB1"), NAME: Decided(Side.MINE, "Theirs")}
    store.delivery.confirm(send(store), 1, None, LATER)
    (entry,) = history(store)
    assert entry.changes == {NAME: "Mine"}
    assert entry.decided == {POSTCODE: Decided(Side.THEIRS, "AB1"), NAME: Decided(Side.MINE, "Theirs")}


def test_history_tells_what_i_had_where_theirs_was_kept_of_all(store: AccountStore) -> None:
    store.server.take_listed([listed(1, name="Was")])
    conflict(store)
    store.outbox.resolve(1, set(), {NAME, POSTCODE}, LATER)
    (entry,) = history(store)
    assert entry.cause is DiscardCause.THEIRS_KEPT
    assert entry.decided == {NAME: Decided(Side.THEIRS, "Mine"), POSTCODE: Decided(Side.THEIRS, "AB1")}


@pytest.mark.parametrize("spoilt", ["", "[]", "{", '{"project_name": "mine"}', '{"nothing": ["mine", ""]}'])
def test_decisions_that_cannot_be_read_spoil_nothing(store: AccountStore, spoilt: str) -> None:
    conflict(store)
    store.connection.execute("UPDATE operation SET decided = ?", (spoilt,))
    (one,) = everything(store)
    assert (dict(one.decided), one.is_damaged) == ({}, False)


def history(store: AccountStore) -> list[Operation]:
    detail = store.reader.detail(1)
    assert detail is not None
    return list(detail.history)


def test_the_user_says_which_project_it_made_and_no_project_is_taken_twice(store: AccountStore) -> None:
    store.server.take_listed([listed(7)])
    for name in ("Ewan", "Ewan"):
        store.outbox.add_create({NAME: name}, ME, NOW)
    for number in (1, 2):
        store.delivery.move(send(store).operation_id, Event.IN_DOUBT, NOW)
        store.delivery.move(number, Event.UNCLEAR, NOW, remarks=said("which?"), reason=Reason.UNCLEAR, candidates=[7])
    assert store.outbox.adopt(1, 7, LATER) == 7
    with pytest.raises(BadInputError) as caught:
        store.outbox.adopt(2, 7, LATER)
    assert caught.value.title == "This project belongs to another change"
    first, second = everything(store)
    assert (first.state, first.project_key, first.remarks) == (OperationState.CONFIRMED, 7, remark(RemarkCode.ADOPTED))
    assert (second.state, second.candidates) == (OperationState.NEEDS_YOU, (7,))


def test_what_is_gone_is_created_again_in_place_of_all_that_waited_for_it(store: AccountStore) -> None:
    store.server.take_listed([listed(1)])
    store.outbox.add_update(1, {NAME: "Mine"}, {NAME: "Was"}, NOW)
    store.outbox.add_soft_delete(1, NOW)
    store.delivery.move(1, Event.GONE, NOW, remarks=said("gone"), reason=Reason.GONE)
    key = store.outbox.recreate(1, {NAME: "Mine", STATUS: "Lead"}, ME, LATER)
    assert [operation.state.value for operation in everything(store)] == ["discarded", "discarded", "queued"]
    anew = everything(store)[-1]
    assert (anew.kind, anew.project_key, typed(anew)) == (OperationKind.CREATE, key, {NAME: "Mine", STATUS: "Lead"})
    assert set(store.reader.rows_of([1, key])) == {key}, "the one that is gone is not shown beside the new one"


# -- what came of it -------------------------------------------------------------------------------------------------


def test_what_was_being_sent_when_the_program_ended_is_in_doubt(store: AccountStore) -> None:
    for project in (1, 2, 3):
        store.outbox.add_update(project, {NAME: "a"}, {}, NOW)
    send(store)
    send(store)
    assert store.delivery.interrupt(said("The program ended meanwhile."), LATER) == 2
    assert [operation.state.value for operation in everything(store)] == ["unknown", "unknown", "queued"]
    assert (everything(store)[0].remarks, everything(store)[0].settled_at) == (
        said("The program ended meanwhile."),
        LATER,
    )
    assert store.delivery.interrupt((), LATER) == 0
    assert send(store).project_key == 3, "one in doubt is never taken again automatically"


def test_only_what_is_being_sent_can_be_settled(store: AccountStore) -> None:
    store.outbox.add_update(1, {NAME: "a"}, {}, NOW)
    settle: Callable[[], object]
    for settle in (
        lambda: store.delivery.move(1, Event.IN_DOUBT, NOW),
        lambda: store.delivery.move(1, Event.REFUSED, NOW, reason=Reason.REFUSED),
        lambda: store.delivery.move(1, Event.NOT_SENT),
    ):
        settle()
        assert everything(store)[0].state is OperationState.QUEUED
        assert everything(store)[0].attempts == 0


def test_a_confirmed_update_is_what_the_server_has(store: AccountStore) -> None:
    store.server.take_listed([listed(1)])
    store.outbox.add_update(1, {NAME: "Gwen", Field.CRM_REFERENCE: "C-1"}, {}, NOW)
    store.delivery.confirm(send(store), 1, None, LATER)
    detail = store.reader.detail(1)
    assert detail is not None
    assert detail.server_values[NAME] == detail.values[NAME] == "Gwen"
    assert detail.server_values[Field.CRM_REFERENCE] == "C-1"
    assert Field.CUSTOMER_EMAIL in detail.not_loaded()
    assert detail.row.marks == 0


def test_done_shows_the_newest_first_and_the_counts_tell(store: AccountStore) -> None:
    for project in (1, 2, 3, 4, 5):
        store.outbox.add_update(project, {NAME: "a"}, {}, NOW)
    one, two, three = send(store), send(store), send(store)
    store.delivery.confirm(one, 1, None, "2026-11-24T12:00:01.000Z")
    store.delivery.confirm(two, 2, None, "2026-11-24T12:00:02.000Z")
    store.delivery.move(three.operation_id, Event.REFUSED, LATER, remarks=said("no"), reason=Reason.REFUSED)
    assert [operation.project_key for operation in store.reader.operations(OperationGroup.DONE)] == [2, 1]
    counts = store.reader.operation_counts()
    assert (counts.waiting, counts.needs_you, counts.done, counts.unsettled) == (2, 1, 2, 3)


def test_each_operation_names_its_project(store: AccountStore) -> None:
    store.server.take_listed([listed(1, name="The Barn")])
    store.outbox.add_update(1, {NAME: "a"}, {}, NOW)
    store.outbox.add_update(99, {NAME: "Gwen"}, {}, NOW)
    store.outbox.add_soft_delete(98, NOW)
    store.outbox.add_create({}, ME, NOW)
    store.outbox.add_create({NAME: "Ewan"}, ME, NOW)
    names = [project.project_name for project in everything(store)]
    assert names == ["The Barn", "Gwen", "", "", "Ewan"]


# -- owners, and what is mended ----------------------------------------------------------------------------------------

SAM = "sam@acme-heat.test"


def refused_creates(store: AccountStore, count: int) -> None:
    for number in range(count):
        store.outbox.add_create({NAME: f"Customer {number}"}, "dave@acme-heat.test", NOW)
        store.delivery.move(
            send(store).operation_id,
            Event.REFUSED,
            NOW,
            remarks=said("no"),
            server_words="owner must be in the team",
            reason=Reason.REFUSED,
        )


def test_refused_new_projects_get_another_owner_all_at_once(store: AccountStore) -> None:
    refused_creates(store, 3)
    store.outbox.add_update(-2, {STATUS: "Lead"}, {}, NOW)
    assert store.outbox.change_owner([1, 2, 3], SAM) == [-1, -2, -3]
    ones = everything(store)
    assert {
        (operation.owner, operation.state, operation.attempts, operation.reason, operation.remarks)
        for operation in ones
    } == {(SAM, OperationState.QUEUED, 0, Reason.NONE, ())}
    assert send(store).owner == SAM


def test_the_owner_of_what_may_have_been_created_stays(store: AccountStore) -> None:
    store.outbox.add_create({NAME: "Ann"}, ME, NOW)
    store.delivery.move(send(store).operation_id, Event.IN_DOUBT, NOW)
    store.server.take_listed([listed(1)])
    store.outbox.add_update(1, {NAME: "a"}, {}, NOW)
    store.delivery.move(send(store).operation_id, Event.REFUSED, NOW, remarks=said("no"), reason=Reason.REFUSED)
    before = store.connection.total_changes()
    store.outbox.change_owner([1, 2], SAM)
    assert store.connection.total_changes() == before
    for key in (-1, 1):
        with pytest.raises(BadInputError, match="owner"):
            store.outbox.edit(key, {NAME: "Anne"}, {}, LATER, owner=SAM)
    assert [operation.owner for operation in everything(store)] == [ME, ""], "nothing of it was stored"


def test_an_edit_gives_another_owner_and_a_detail_tells_whether_it_can(store: AccountStore) -> None:
    refused_creates(store, 1)
    detail = store.reader.detail(-1)
    assert detail is not None
    assert (detail.is_owner_open, detail.owner_email) == (True, "dave@acme-heat.test")
    store.outbox.edit(-1, {NAME: "Ann"}, {}, LATER, owner=SAM)
    (one,) = everything(store)
    assert (one.owner, one.state, one.changes[NAME]) == (SAM, OperationState.QUEUED, "Ann")
    send(store)
    detail = store.reader.detail(-1)
    assert detail is not None
    assert not detail.is_owner_open


def refused_then_changed_in_a_batch(store: AccountStore, later: dict[Field, str]) -> None:
    """A refused change, with one of a batch behind it that an edit is not joined to."""
    store.server.take_listed([listed(1)])
    store.outbox.add_update(1, {NAME: "Mine"}, {NAME: "Was"}, NOW)
    store.delivery.move(
        send(store).operation_id,
        Event.REFUSED,
        NOW,
        remarks=said("no"),
        server_words="customerName is too short",
        reason=Reason.REFUSED,
    )
    store.batches.stage([FieldEdit(1, {}, later)], "", ME, NOW)


def test_what_is_mended_goes_again_though_others_wait_behind_it(store: AccountStore) -> None:
    refused_then_changed_in_a_batch(store, {STATUS: "Sale"})
    stored = store.outbox.edit(1, {NAME: "Longer"}, {NAME: "Mine"}, LATER, mends=1)
    first, second = everything(store)
    assert (stored.operation, first.changes, first.state) == (1, {NAME: "Longer"}, OperationState.QUEUED)
    assert second.changes == {STATUS: "Sale"}


def test_what_a_later_change_sets_is_not_set_before_it(store: AccountStore) -> None:
    refused_then_changed_in_a_batch(store, {NAME: "Later"})
    store.outbox.edit(1, {NAME: "Last"}, {NAME: "Later"}, LATER, mends=1)
    assert [(operation.state.value, operation.changes[NAME]) for operation in everything(store)] == [
        ("queued", "Mine"),
        ("queued", "Later"),
        ("queued", "Last"),
    ]


def test_what_is_settled_is_not_mended(store: AccountStore) -> None:
    refused_then_changed_in_a_batch(store, {STATUS: "Sale"})
    store.outbox.discard(1, NOW)
    store.outbox.edit(1, {NAME: "Longer"}, {NAME: "Was"}, LATER, mends=1)
    assert [operation.state.value for operation in everything(store)] == ["discarded", "queued", "queued"]


def test_a_whole_conflict_is_settled_with_one_side(store: AccountStore) -> None:
    conflict(store)
    assert store.outbox.keep_side(1, Side.MINE, LATER) == 1
    (one,) = everything(store)
    assert (one.state, one.base) == (OperationState.QUEUED, {NAME: "Theirs", POSTCODE: "CD2"})
    before = store.connection.total_changes()
    store.outbox.keep_side(1, Side.THEIRS, LATER)
    assert store.connection.total_changes() == before, "it is settled already"
