"""Which projects lack values that the list does not bring; the same as is read of them whole."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from heatpunk_desktop.domain.fields import DETAIL_FIELDS, Field
from heatpunk_desktop.domain.project import FIELD_COLUMNS
from heatpunk_desktop.store.account_store import AccountStore
from heatpunk_desktop.store.contact_details import ASKED, DETAIL_BITS, missing_details
from heatpunk_desktop.store.database import database_path
from heatpunk_desktop.store.server_cache import LoadedDetail
from heatpunk_desktop.store.whole_rows import whole_rows
from tests.fakes import ACCOUNT, LATER, ME, begin_next, listed

if TYPE_CHECKING:
    from pathlib import Path

PHONE, EMAIL = Field.CUSTOMER_PHONE, Field.CUSTOMER_EMAIL


def test_it_agrees_with_what_is_read_of_each_project(data_dir: Path) -> None:
    store = AccountStore.open(database_path(data_dir, ACCOUNT))
    store.server.take_listed([listed(key, name=f"P{key}") for key in range(1, 1204)])
    store.server.take_detail(LoadedDetail(2, dict.fromkeys(DETAIL_FIELDS, ""), "{}", 27091, "", ""), LATER)
    store.server.take_detail(LoadedDetail(3, {EMAIL: "a@b.uk"}, "{}", 27091, "", ""), LATER)
    store.outbox.add_update(4, {PHONE: "01223 123456"}, {}, LATER)
    store.outbox.add_update(4, {Field.STATUS: "Sale"}, {Field.STATUS: "Lead"}, LATER)
    created = -store.outbox.add_create({Field.CUSTOMER_NAME: "Jo"}, ME, LATER)
    keys = [created, 4, 3, 2, *range(5, 1204)]
    found = list(chain.from_iterable(missing_details(store.connection, keys)))
    rows = list(chain.from_iterable(whole_rows(store.connection, keys)))
    assert [row.key for row in rows] == keys
    assert [byte & ~ASKED for byte in found] == [
        sum(bit for field, bit in DETAIL_BITS.items() if row[FIELD_COLUMNS[field]] is None) for row in rows
    ]
    every = sum(DETAIL_BITS.values())
    assert found[:5] == [ASKED, every - DETAIL_BITS[PHONE], ASKED | every - DETAIL_BITS[EMAIL], ASKED, every]
    store.close()


def test_what_was_changed_from_here_was_not_asked_for(data_dir: Path) -> None:
    store = AccountStore.open(database_path(data_dir, ACCOUNT))
    store.server.take_listed([listed(1)])
    store.outbox.add_update(1, {PHONE: "01223 123456"}, {}, LATER)
    operation = begin_next(store)
    assert operation is not None
    store.delivery.confirm(operation, 1, 27091, LATER)
    assert list(chain.from_iterable(missing_details(store.connection, [1]))) == [
        sum(DETAIL_BITS.values()) - DETAIL_BITS[PHONE]
    ], "the rest may be loaded"
    store.close()
