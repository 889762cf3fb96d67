"""A row of the table `operation` is read whatever has become of it, and what cannot be read is never sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.domain.operation import Operation, OperationKind, OperationState, Reason
from heatpunk_desktop.domain.operation_states import Event
from heatpunk_desktop.store.reader import OperationGroup
from tests.fakes import LATER, ME, NOW, begin_next, listed, said

if TYPE_CHECKING:
    from heatpunk_desktop.store.account_store import AccountStore

NAME, STATUS, LAT = Field.CUSTOMER_NAME, Field.STATUS, Field.LATITUDE


def only(store: AccountStore) -> Operation:
    (operation,) = [operation for group in OperationGroup for operation in store.reader.operations(group)]
    return operation


def spoil(store: AccountStore, column: str, value: object) -> Operation:
    store.connection.execute("PRAGMA ignore_check_constraints = 1")
    store.connection.execute(f"UPDATE operation SET {column} = ?", (value,))
    return only(store)


def test_everything_that_was_stored_comes_back(store: AccountStore) -> None:
    store.server.take_listed([listed(1, name="Barn")])
    store.outbox.add_update(1, {NAME: "Gwen", LAT: 52.25}, {NAME: "Priya", LAT: None}, NOW)
    sent = begin_next(store, LATER)
    assert sent is not None
    store.delivery.move(1, Event.IN_DOUBT, LATER, remarks=said("words"), server_words="said")
    store.delivery.move(1, Event.UNCLEAR, LATER, remarks=said("which?"), reason=Reason.UNCLEAR, candidates=[7, 8])
    one = only(store)
    assert one == Operation(
        1, OperationKind.UPDATE, OperationState.NEEDS_YOU, 1, 1, "Barn", "", {NAME: "Gwen", LAT: 52.25},
        {NAME: "Priya", LAT: None}, NOW, 1, LATER, LATER, said("which?"), "", attempt=1,
        sent={NAME: "Gwen", LAT: 52.25}, reason=Reason.UNCLEAR, candidates=(7, 8), customer_name="Gwen",
    )  # fmt: skip


@pytest.mark.parametrize("column", ["changes", "base", "sent"])
@pytest.mark.parametrize(
    "value",
    ["", "{", "[]", "null", "17", '"text"', '{"unheard_of":"x"}', '{"customer_name":1}', '{"customer_name":true}',
     '{"latitude":"north"}', '{"latitude":true}', '{"status":[]}', "[" * 100_000, "\x00"],
)  # fmt: skip
def test_fields_that_cannot_be_read_are_left_out_and_the_row_is_damaged(
    store: AccountStore, column: str, value: str
) -> None:
    store.outbox.add_update(1, {NAME: "Gwen"}, {NAME: "Priya"}, NOW)
    one = spoil(store, column, value)
    assert one.is_damaged
    assert getattr(one, column) == {}
    assert one.state is OperationState.QUEUED, "it is shown, to be discarded or done anew"


@pytest.mark.parametrize("kind", ["", "hard_delete", "UPDATE"])
def test_a_kind_that_nobody_knows_is_never_sent(store: AccountStore, kind: str) -> None:
    store.outbox.add_soft_delete(1, NOW)
    assert spoil(store, "kind", kind).is_damaged


@pytest.mark.parametrize("value", ["", "{", "{}", "7", '"7"', "[" * 100_000, "null"])
def test_candidates_that_cannot_be_read_are_none(store: AccountStore, value: str) -> None:
    store.outbox.add_create({NAME: "Ewan"}, ME, NOW)
    one = spoil(store, "candidates", value)
    assert (one.candidates, one.is_damaged) == ((), False)


def test_of_candidates_only_numbers_are_taken(store: AccountStore) -> None:
    store.outbox.add_create({NAME: "Ewan"}, ME, NOW)
    assert spoil(store, "candidates", '[7, "8", null, 9]').candidates == (7, 9)


def test_a_reason_that_nobody_knows_is_none(store: AccountStore) -> None:
    store.outbox.add_create({NAME: "Ewan"}, ME, NOW)
    assert spoil(store, "reason", "the weather").reason is Reason.NONE


def test_what_others_hold_that_cannot_be_read_is_left_out(store: AccountStore) -> None:
    store.outbox.add_create({NAME: "Ewan"}, ME, NOW)
    one = spoil(store, "theirs", "{")
    assert (one.theirs, one.is_damaged) == ({}, False)


@pytest.mark.parametrize("value", ["{", "[]", "[" * 100_000, "\x00", '{"customer_name":["x"]}'])
def test_a_spoilt_row_takes_nothing_else_off_the_screen(store: AccountStore, value: str) -> None:
    store.server.take_listed([listed(1, name="Barn"), listed(2, name="Mill")])
    store.outbox.add_update(1, {NAME: "Gwen"}, {}, NOW)
    store.connection.execute("UPDATE operation SET changes = ?", (value,))
    key = store.outbox.add_create({NAME: "Ewan"}, ME, NOW)
    store.outbox.add_update(2, {Field.PROJECT_NAME: "Mine"}, {}, NOW)
    table = {row[0]: row[1] for part in store.reader.all_rows() for row in part}
    assert table == {1: "Barn", 2: "Mine", key: ""}
    assert {row[0] for row in store.reader.first_rows(10)} == {1, 2, key}
    assert [operation.is_damaged for operation in store.reader.operations(OperationGroup.WAITING)] == [
        True,
        False,
        False,
    ]
    detail = store.reader.detail(1)
    assert detail is not None
    assert store.reader.operation_counts().waiting == 3


def test_a_create_that_is_spoilt_is_shown_without_what_cannot_be_read(store: AccountStore) -> None:
    key = store.outbox.add_create({NAME: "Ewan"}, ME, NOW)
    store.connection.execute("UPDATE operation SET changes = '{'")
    assert store.reader.rows_of([key])[key][2] == ""
    assert only(store).project_name == ""
    assert store.delivery.own_reference(7) == ""
    store.connection.execute("UPDATE operation SET state = 'confirmed', project_key = 7")
    assert store.delivery.own_reference(7) == "", "and finding out goes on"


def test_a_project_without_a_name_is_called_by_its_customer(store: AccountStore) -> None:
    store.server.take_listed([listed(1, name=""), listed(2, name="Barn")])
    store.outbox.add_soft_delete(1, NOW)
    store.outbox.add_update(2, {Field.PROJECT_NAME: "", Field.CUSTOMER_NAME: "Ewan"}, {}, NOW)
    called = [operation.project_name for operation in store.reader.operations(OperationGroup.WAITING)]
    assert called == ["Priya Patel", "Ewan"]
