"""Whole rows: the same as each project's details, read many at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from heatpunk_desktop.domain.contacts import Contact, PackedContact
from heatpunk_desktop.domain.fields import DETAIL_FIELDS, NUMERIC_FIELDS, Field
from heatpunk_desktop.domain.operation import Reason
from heatpunk_desktop.domain.operation_states import Event
from heatpunk_desktop.domain.project import Mark, Member
from heatpunk_desktop.store.contact_details import all_contacts, contacts_of
from heatpunk_desktop.store.server_cache import LoadedDetail
from heatpunk_desktop.store.whole_rows import all_keys, whole_rows
from tests.fakes import LATER, ME, NOW, begin_next, listed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from heatpunk_desktop.domain.project import WholeRow
    from heatpunk_desktop.store.account_store import AccountStore

COLLEAGUE = "jo@firm.example"


def read(store: AccountStore, keys: Iterable[int]) -> list[WholeRow]:
    return [row for part in whole_rows(store.connection, keys) for row in part]


@pytest.fixture
def filled(store: AccountStore) -> AccountStore:
    """Projects in every state: not loaded, loaded, changed, created here, moved to deleted."""
    store.server.take_member(Member(ME, 27091, is_me=True))
    store.server.take_member(Member(COLLEAGUE, 5))
    store.server.take_listed([listed(key, name=f"P{key}", latitude=51.5) for key in range(1, 8)])
    store.server.take_listed([listed(3, name="P3", owner=5)])
    for key, owner in ((2, 27091), (3, 5), (4, 27091)):
        known: dict[Field, str | float | None] = {
            **dict.fromkeys(DETAIL_FIELDS),
            Field.CUSTOMER_EMAIL: "a@b.example",
            Field.CUSTOMER_PHONE: None,
            Field.CRM_REFERENCE: f"R{key}",
            Field.BUILD_DATE: "pre2000",
        }
        store.server.take_detail(LoadedDetail(key, known, "{}", owner, "", ""), LATER)
    store.outbox.add_update(4, {Field.CUSTOMER_PHONE: "07700 900123", Field.CUSTOMER_EMAIL: ""}, {}, NOW)
    store.outbox.add_update(4, {Field.LATITUDE: None, Field.LONGITUDE: None, Field.STATUS: "Sale"}, {}, NOW)
    store.outbox.add_update(5, {Field.BUILD_DATE: "post2006"}, {}, NOW)
    store.outbox.add_create({Field.PROJECT_NAME: "New", Field.CUSTOMER_PHONE: "1"}, COLLEAGUE, NOW)
    store.outbox.add_create({Field.PROJECT_NAME: "For Sam"}, "sam@firm.example", NOW)
    store.outbox.add_soft_delete(6, NOW)
    return store


def test_they_hold_what_each_projects_details_hold(filled: AccountStore) -> None:
    keys = all_keys(filled.connection)
    assert len(keys) == 9
    for row in read(filled, keys):
        detail = filled.reader.detail(row.key)
        assert detail is not None
        assert row.is_asked == bool(detail.loaded_at)
        for field in Field:
            shown = dict(detail.values).get(field)
            mine = dict(row.values).get(field)
            assert (mine or None) == (shown or None), (row.key, field)
            if field not in NUMERIC_FIELDS:
                assert (field in row.values) == (field in detail.values), (row.key, field)
        assert row.owner == detail.owner_email
        assert (row.created, row.modified, row.marks) == (detail.row.created, detail.row.modified, detail.row.marks)


def test_contacts_by_themselves_are_the_same(filled: AccountStore) -> None:
    def expected(row: WholeRow) -> list[str | None]:
        return [row.customer_email, row.customer_phone, row.build_date, row.crm_reference]

    def found(parts: Iterable[dict[int, PackedContact]]) -> dict[int, Contact]:
        return {key: Contact.unpacked(contact.text) for part in parts for key, contact in part.items()}

    rows = {row.key: row for row in read(filled, all_keys(filled.connection))}
    for contacts in (
        found(all_contacts(filled.connection, 2)),
        found(all_contacts(filled.connection)),
        found(contacts_of(filled.connection, [key for key in rows if key % 2])),
    ):
        assert {key: list(contact[:4]) for key, contact in contacts.items()} == {
            key: expected(rows[key]) for key in contacts
        }
    everything = found(all_contacts(filled.connection))
    assert "07700 900123" in {row.phone for row in everything.values()}
    assert {key for key, row in rows.items() if any(value is not None for value in expected(row))} <= everything.keys()
    assert {key for key, row in everything.items() if row.is_asked} == {2, 3, 4}
    assert found(contacts_of(filled.connection, [4] * 1000)).keys() == {4}
    assert found(contacts_of(filled.connection, [99]))[99] == Contact()


def test_what_nobody_told_yet_is_none_and_what_is_empty_is_empty(filled: AccountStore) -> None:
    one, two, four, five = read(filled, [1, 2, 4, 5])
    assert (one.customer_email, one.customer_phone, one.is_loaded) == (None, None, False)
    assert (two.customer_email, two.customer_phone, two.is_loaded) == ("a@b.example", "", True)
    assert (four.customer_email, four.customer_phone, four.status) == ("", "07700 900123", "Sale")
    assert (four.latitude, four.longitude) == (None, None)
    assert (five.build_date, five.crm_reference, five.is_loaded) == ("post2006", None, False)


def test_a_project_created_here_knows_all_its_fields(filled: AccountStore) -> None:
    sams, new = read(filled, [key for key in all_keys(filled.connection) if key < 0])
    # The server has told nothing of this owner.
    assert (sams.project_name, sams.owner) == ("For Sam", "sam@firm.example")
    assert new.is_loaded
    assert (new.project_name, new.customer_email, new.owner) == ("New", "", COLLEAGUE)
    assert new.marks == Mark.WAITING | Mark.NOT_ON_SERVER


def test_the_order_is_that_of_the_keys_and_unknown_ones_are_left_out(filled: AccountStore) -> None:
    assert [row.key for row in read(filled, [5, 99, 1, 3, -77])] == [5, 1, 3]
    assert [row.owner for row in read(filled, [3, 1])] == [COLLEAGUE, ME]
    assert read(filled, []) == []


def test_more_keys_than_fit_one_slice(store: AccountStore) -> None:
    store.server.take_listed([listed(key) for key in range(1, 1302)])
    keys = [*range(1301, 0, -1)]
    assert [row.key for row in read(store, keys)] == keys
    assert [len(part) for part in whole_rows(store.connection, keys)] == [500, 500, 301]
    assert all_keys(store.connection) == keys[::-1]


def test_a_refused_change_still_counts_and_a_discarded_one_does_not(filled: AccountStore) -> None:
    sent = begin_next(filled)
    assert sent is not None
    filled.delivery.move(sent.operation_id, Event.REFUSED, NOW, reason=Reason.REFUSED)
    assert read(filled, [4])[0].customer_phone == "07700 900123"
    filled.outbox.discard(sent.operation_id, NOW)
    assert read(filled, [4])[0].customer_phone == ""
