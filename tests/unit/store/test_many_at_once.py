"""What the sender writes of many operations at once is what it would write of them one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.domain.operation import Operation, OperationState
from heatpunk_desktop.domain.operation_states import Event
from heatpunk_desktop.store.account_store import AccountStore
from heatpunk_desktop.store.database import transaction
from heatpunk_desktop.store.outbox_delivery import ConfirmedCreate
from heatpunk_desktop.store.recovery.journal import journal_path, read_journal
from tests.fakes import LATER, ME, NOW, begin_next, listed, said

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NAME, PHONE, STATUS, LATITUDE = Field.CUSTOMER_NAME, Field.CUSTOMER_PHONE, Field.STATUS, Field.LATITUDE
S = OperationState

#: More than one statement takes.
MANY = 250


@pytest.fixture
def other(tmp_path: Path) -> Iterator[AccountStore]:
    """A store in which the same is done one by one."""
    opened = AccountStore.open(tmp_path / "other" / "account.sqlite3")
    yield opened
    opened.close()


def dump(store: AccountStore) -> list[list[object]]:
    tables = ("operation", "server_project", "server_detail", "server_window")
    return [list(store.connection.execute(f"SELECT * FROM {table} ORDER BY 1")) for table in tables]


def fill(store: AccountStore, count: int) -> tuple[Operation, ...]:
    """Creates that wait, every fourth with a position, every third with a phone number."""
    with transaction(store.connection):
        for number in range(count):
            values: dict[Field, str | float | None] = {NAME: f"Customer {number}", Field.CRM_REFERENCE: f"R-{number}"}
            if number % 4 == 0:
                values |= {LATITUDE: 53.25 + number, STATUS: "Lead"}
            if number % 3 == 0:
                values |= {PHONE: f"0163296{number:04}"}
            store.outbox.add_create(values, ME, NOW)
    return store.delivery.some_queued((), count)


def begin_all(store: AccountStore, operations: tuple[Operation, ...]) -> list[Operation]:
    begun = store.delivery.begin_all([(operation, f"days/{operation.operation_id}") for operation in operations], LATER)
    assert [*begun] == [operation.operation_id for operation in operations], "in their order"
    return [*begun.values()]


def test_many_that_begin_stand_as_if_each_had_begun_alone(store: AccountStore, other: AccountStore) -> None:
    begun = begin_all(store, fill(store, MANY))
    alone = [
        other.delivery.begin(operation.operation_id, operation.changes, LATER, f"days/{operation.operation_id}")
        for operation in fill(other, MANY)
    ]
    assert begun == alone == [store.delivery.operation(operation.operation_id) for operation in begun]
    assert [operation.attempt for operation in begun] == [*range(1, MANY + 1)]


def test_what_is_being_sent_or_given_up_does_not_begin_and_is_left_alone(store: AccountStore) -> None:
    first, second, third = fill(store, 3)
    assert store.delivery.begin(first.operation_id, first.changes, NOW, "earlier") is not None
    store.outbox.discard(second.operation_id, NOW)
    before = [store.delivery.operation(operation.operation_id) for operation in (first, second)]
    begun = store.delivery.begin_all([(operation, "days") for operation in (first, second, third)], LATER)
    assert [*begun] == [third.operation_id]
    assert begun[third.operation_id].attempt > 1, "no attempt has the number of another"
    assert [store.delivery.operation(operation.operation_id) for operation in (first, second)] == before


def test_many_that_are_made_stand_as_if_each_had_been_made_alone(store: AccountStore, other: AccountStore) -> None:
    for opened_store in (store, other):
        opened_store.server.take_listed([listed(1)])
    made = [
        ConfirmedCreate(operation, 1000 + number, 7, said("words"))
        for number, operation in enumerate(begin_all(store, fill(store, MANY)))
    ]
    assert store.delivery.confirm_creates(made, LATER) == {create.operation.operation_id for create in made}
    for number, begun in enumerate(begin_all(other, fill(other, MANY))):
        assert other.delivery.confirm(begun, 1000 + number, 7, LATER, said("words"))
    assert dump(store) == dump(other)
    row = store.reader.rows_of([1004])[1004]
    assert (row[2], row[4], row[8], row[9], row[10]) == ("Customer 4", "Lead", 7, 57.25, None)
    detail = store.reader.detail(1003)
    assert detail is not None
    assert detail.values[PHONE] == "01632960003"


def test_what_was_listed_meanwhile_keeps_the_lists_other_fields(store: AccountStore) -> None:
    begun = begin_all(store, fill(store, 3))
    store.server.take_listed([listed(11)])
    made = [ConfirmedCreate(operation, 10 + number, 7) for number, operation in enumerate(begun)]
    assert len(store.delivery.confirm_creates(made, LATER)) == 3
    rows = store.reader.rows_of([10, 11, 12])
    assert [rows[key][2] for key in (10, 11, 12)] == ["Customer 0", "Customer 1", "Customer 2"]
    assert rows[11][7] == listed(11)[6] != "", "the address that the list told"


def test_a_server_that_gives_two_the_same_number_leaves_one_project(store: AccountStore) -> None:
    begun = begin_all(store, fill(store, 2))
    assert (
        len(store.delivery.confirm_creates([ConfirmedCreate(operation, 10, None) for operation in begun], LATER)) == 2
    )
    assert store.reader.rows_of([10])[10][2] == "Customer 1", "what came last"
    assert store.reader.count() == 1


def test_what_follows_one_of_many_goes_to_its_project_and_to_no_other(store: AccountStore) -> None:
    begun = begin_all(store, fill(store, 12))
    discarded = store.outbox.add_update(-begun[3].operation_id, {NAME: "Given up"}, {}, NOW)
    assert discarded == -4
    store.outbox.discard(13, NOW)
    store.outbox.add_update(-begun[3].operation_id, {NAME: "Gwen"}, {}, NOW)
    store.outbox.add_soft_delete(-begun[7].operation_id, NOW)
    store.delivery.confirm_creates(
        [ConfirmedCreate(operation, 100 + operation.operation_id, None) for operation in begun], LATER
    )
    keys = dict(store.connection.execute("SELECT operation_id, project_key FROM operation WHERE operation_id > 12"))
    assert keys == {13: 104, 14: 104, 15: 108}
    assert [operation.operation_id for operation in store.delivery.some_queued((), 9)] == [14, 15]


def test_of_many_those_that_came_too_late_change_nothing(store: AccountStore) -> None:
    first, second = begin_all(store, fill(store, 2))
    store.delivery.move(first.operation_id, Event.IN_DOUBT, NOW, remarks=said("words"))
    assert store.outbox.adopt(first.operation_id, 50, NOW) == 50
    done = store.delivery.confirm_creates([ConfirmedCreate(first, 60, None), ConfirmedCreate(second, 61, None)], LATER)
    assert done == {second.operation_id}
    assert store.reader.rows_of([50, 60, 61]).keys() == {50, 61}


def test_nothing_changes_where_there_is_nothing_to_do(store: AccountStore) -> None:
    fill(store, 1)
    before = dump(store)
    assert store.delivery.begin_all([], LATER) == {}
    assert store.delivery.confirm_creates([], LATER) == set()
    assert dump(store) == before


def test_the_journal_tells_each_of_many(store: AccountStore, path: Path) -> None:
    begun = begin_all(store, fill(store, MANY))
    store.delivery.confirm_creates(
        [ConfirmedCreate(operation, 1000 + operation.operation_id, None) for operation in begun[: MANY // 2]], LATER
    )
    store.close()
    told = read_journal(journal_path(path)).operations
    assert len(told) == MANY
    assert [told[operation.operation_id]["state"] for operation in begun].count(S.CONFIRMED) == MANY // 2
    assert {told[operation.operation_id]["attempt"] for operation in begun} == {
        operation.attempt for operation in begun
    }
    assert told[5]["project_key"] == 1005


def test_one_that_begins_alone_comes_after_many(store: AccountStore) -> None:
    begin_all(store, fill(store, 5)[:4])
    last = begin_next(store)
    assert last is not None
    assert last.attempt == 5
