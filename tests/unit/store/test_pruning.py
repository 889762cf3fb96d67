from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from heatpunk_desktop.domain.changes import Draft
from heatpunk_desktop.domain.dates import utc_text
from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.domain.operation import OperationState, Reason
from heatpunk_desktop.domain.operation_states import Event
from heatpunk_desktop.store.pruning import prune
from tests.fakes import ME, NOON, NOW, said

if TYPE_CHECKING:
    from heatpunk_desktop.store.account_store import AccountStore

LONG_AGO = utc_text(NOON - timedelta(days=31))
LATELY = utc_text(NOON - timedelta(days=29))


def numbers(store: AccountStore) -> set[int]:
    return {operation.operation_id for state in OperationState for operation in store.delivery.in_state(state)}


def create(store: AccountStore) -> int:
    return -store.outbox.add_create({Field.CUSTOMER_NAME: "Ewan"}, ME, LONG_AGO)


def test_what_was_given_up_over_30_days_ago_goes_and_nothing_else(store: AccountStore) -> None:
    old, recent, waiting, made, refused = (create(store) for _ in range(5))
    store.outbox.discard(old, LONG_AGO)
    store.outbox.discard(recent, LATELY)
    for number in (made, refused):
        assert store.delivery.begin(number, {}, LONG_AGO)
    operation = store.delivery.operation(made)
    assert operation is not None
    store.delivery.confirm(operation, 77, 1, LONG_AGO)
    store.delivery.move(refused, Event.REFUSED, LONG_AGO, remarks=said("Refused."), reason=Reason.REFUSED)
    assert prune(store.connection, NOON) == 1
    assert numbers(store) == {recent, waiting, made, refused}
    kept = store.delivery.operation(made)
    assert kept is not None
    assert kept.project_key == 77, "which no other create can be taken for"
    assert prune(store.connection, NOON + timedelta(days=2)) == 1
    assert -store.outbox.add_create({}, ME, NOW) == refused + 1, "a number is never given twice"


def test_a_create_that_was_given_up_stays_while_anything_names_its_project(store: AccountStore) -> None:
    number = create(store)
    store.outbox.add_update(-number, {Field.STATUS: "Won"}, {}, LONG_AGO)
    store.outbox.discard(number, LONG_AGO)
    store.drafts.keep(Draft("d", -number, {}, {}, "", "", NOW))
    assert prune(store.connection, NOON) == 0
    store.drafts.drop("d")
    assert prune(store.connection, NOON) == 1


def test_many_go_in_small_transactions(store: AccountStore) -> None:
    for _ in range(1201):
        store.connection.execute(
            "INSERT INTO operation (kind, state, project_key, owner, changes, base, created_at, settled_at)"
            " VALUES ('update', 'discarded', 1, '', '{}', '{}', ?, ?)",
            (LONG_AGO, LONG_AGO),
        )
    assert prune(store.connection, NOON) == 1201
    assert numbers(store) == set()
