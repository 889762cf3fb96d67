"""Customers who are there already, looked for in a real database."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.errors import StorageError
from heatpunk_desktop.services.tasks.background_task import BackgroundTask
from heatpunk_desktop.services.tasks.customer_finder import AlreadyHere, CustomerFinder, Sought, find_customer
from heatpunk_desktop.store.account_store import AccountStore
from heatpunk_desktop.store.database import database_path, open_reader
from heatpunk_desktop.store.server_cache import LoadedDetail
from tests.fakes import ACCOUNT, LATER, ME, NOW, listed
from tests.parts import part_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

PHONE, EMAIL, POSTCODE = Field.CUSTOMER_PHONE, Field.CUSTOMER_EMAIL, Field.POSTCODE
PRIYA = Sought("priya@example.com", "01392 258258", "Priya Patel", "AB12 3CD")


@pytest.fixture
def store(data_dir: Path) -> Iterator[AccountStore]:
    store = AccountStore.open(database_path(data_dir, ACCOUNT))
    for key in range(1, 6):
        row = listed(key, name=f"P{key}", created=f"2026-05-0{key}T09:00:00.000Z")
        store.server.take_listed([(*row[:5], f"Customer {key}", row[6], f"AB1{key} 3CD", *row[8:])])
    yield store
    store.close()


def tell(store: AccountStore, key: int, phone: str | None = None, email: str | None = None) -> None:
    """The server tells a project's details."""
    store.server.take_detail(LoadedDetail(key, {PHONE: phone, EMAIL: email}, "{}", 27091, "", ""), LATER)


def find(store: AccountStore, **sought: str | frozenset[int]) -> dict[Field, int]:
    found = find_customer(store.connection, Sought(**sought))  # type: ignore[arg-type]
    return {field: match.key for field, match in found.items()}


@pytest.mark.parametrize("there", ["01392258258", "+44 (0)1392 258 258", "Tel 01392-258258 / 07700 900123"])
@pytest.mark.parametrize("typed", ["01392 258258", "0044 1392 258258", "1392258258"])
def test_by_phone_however_it_is_written(store: AccountStore, there: str, typed: str) -> None:
    tell(store, 2, phone=there)
    tell(store, 3, phone="01392 258259")
    assert find(store, phone=typed) == {PHONE: 2}


def test_by_email_as_the_mail_arrives(store: AccountStore) -> None:
    tell(store, 2, email="Priya.Patel+heat@Example.com")
    tell(store, 3, email="other@example.com")
    tell(store, 4, email="p%r_iya@example.com")
    assert find(store, email="priya.patel@example.com") == {EMAIL: 2}
    assert find(store, email="p%r_iya@example.com") == {EMAIL: 4}
    assert find(store, email="pxr_iya@example.com") == {}


def test_by_name_with_postcode_and_by_neither_alone(store: AccountStore) -> None:
    assert find(store, name="Mr. Customer 2", postcode="ab123cd") == {POSTCODE: 2}
    assert find(store, name="Customer 2") == {}
    assert find(store, postcode="AB12 3CD") == {}
    assert find(store, name="Customer 3", postcode="AB12 3CD") == {}


def test_it_is_found_among_very_many_that_are_nearly_alike(store: AccountStore) -> None:
    store.server.take_listed([(*listed(key)[:5], f"Smith {key}", *listed(key)[6:]) for key in range(100, 900)])
    for key in range(100, 900):
        tell(store, key, email=f"smith{key}@gmail.com", phone=f"07700 900{key}")
    assert find(store, email="smith.777@gmail.com") == {EMAIL: 777}
    assert find(store, phone="07700900777") == {PHONE: 777}
    assert find(store, name="Smith 777", postcode="AB12 3CD") == {POSTCODE: 777}


def test_a_name_or_postcode_that_waits_to_be_sent_counts(store: AccountStore) -> None:
    store.outbox.add_update(2, {Field.CUSTOMER_NAME: "Nia Jones"}, {}, NOW)
    store.outbox.add_update(3, {POSTCODE: "SA1 1AA"}, {}, NOW)
    assert find(store, name="Nia Jones", postcode="AB12 3CD") == {POSTCODE: 2}
    assert find(store, name="Customer 3", postcode="SA1 1AA") == {POSTCODE: 3}
    assert find(store, name="Customer 2", postcode="AB12 3CD") == {}


def test_each_project_is_told_once_and_the_newest_stands_for_the_others(store: AccountStore) -> None:
    for key in (2, 3):
        tell(store, key, phone="01392 258258", email="priya@example.com")
    found = find_customer(store.connection, Sought("priya@example.com", "01392 258258"))
    assert found[EMAIL] == AlreadyHere(3, "Customer 3", "AB13 3CD", "Lead", "2026-05-03T09:00:00.000Z", others=1)
    assert found[PHONE].key == 2


def test_a_project_is_not_like_itself(store: AccountStore) -> None:
    tell(store, 2, phone="01392 258258")
    assert find(store, phone="01392 258258", own_keys=frozenset({2})) == {}


def test_what_waits_to_be_sent_counts_as_done(store: AccountStore) -> None:
    tell(store, 2, phone="01392 258258")
    store.outbox.add_update(2, {PHONE: "07700 900123"}, {PHONE: "01392 258258"}, NOW)
    here = store.outbox.add_create({Field.CUSTOMER_NAME: "Jo", PHONE: "01392 258258"}, ME, NOW)
    assert find(store, phone="01392 258258") == {PHONE: here}
    assert find(store, phone="07700 900123") == {PHONE: 2}


def test_what_was_moved_to_deleted_is_not_here(store: AccountStore) -> None:
    tell(store, 2, phone="01392 258258")
    store.outbox.add_soft_delete(2, NOW)
    assert find(store, phone="01392 258258") == {}


def test_what_is_no_number_finds_nothing(store: AccountStore) -> None:
    for key in (1, 2):
        tell(store, key, phone="0", email="x")
    assert find(store, phone="0", email="x", name="", postcode="") == {}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(st.text(max_size=30), st.text(max_size=30))
def test_no_text_is_a_mistake(store: AccountStore, one: str, other: str) -> None:
    find(store, email=f"{one}@{other}.uk", phone=one, name=other, postcode=one)


def test_in_a_thread_of_its_own(qtbot: QtBot, store: AccountStore, data_dir: Path) -> None:
    tell(store, 2, phone="01392 258258")
    finder = CustomerFinder(database_path(data_dir, ACCOUNT))
    with qtbot.waitSignal(finder.found) as told:
        finder.look(Sought(phone="07700 900123"))
        finder.look(PRIYA)  # what was looked for before is not told
    assert {field: match.key for field, match in told.args[0].items()} == {PHONE: 2}
    finder.stop()


def test_a_database_that_cannot_be_read_finds_nobody(qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "none.sqlite3"
    with pytest.raises(StorageError):
        open_reader(path)
    finder = CustomerFinder(path)
    with qtbot.assertNotEmitted(finder.found):
        finder.look(PRIYA)
        qtbot.waitUntil(lambda: not part_of(finder, BackgroundTask).is_running)
