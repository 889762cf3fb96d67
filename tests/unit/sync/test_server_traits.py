from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from heatpunk_desktop.domain.dates import DateRange
from heatpunk_desktop.errors import StorageError
from heatpunk_desktop.sync.server_traits import LagMeter, Learning, Learnt
from tests.fakes import ME, listed
from tests.unit.sync.little_server import TOM

if TYPE_CHECKING:
    from collections.abc import Container

    from heatpunk_desktop.store.account_store import AccountStore

MAY = DateRange(date(2026, 5, 1), date(2026, 5, 31))


class Learner:
    """Learns for an account: one value after the other."""

    def __init__(self, store: AccountStore) -> None:
        self.kept = Learning(store.reader, store.facts)

    def get(self, fact: Learnt) -> str:
        return self.kept.traits.get(fact)

    def number(self, fact: Learnt) -> int:
        return self.kept.traits.number(fact)

    def keep(self, fact: Learnt, value: str | int) -> None:
        self.kept.adopt(self.kept.traits.kept(fact, value))

    def raise_to(self, fact: Learnt, value: int) -> None:
        self.kept.adopt(self.kept.traits.raised_to(fact, value))

    def take_list(self, days: DateRange, rows: list[tuple[Any, ...]]) -> None:
        self.kept.adopt(self.kept.traits.of_range(days, rows))


@pytest.fixture
def learning(store: AccountStore) -> Learner:
    return Learner(store)


def row(created: str, modified: str) -> tuple[Any, ...]:
    one = list(listed(1, created=created))
    one[3] = modified
    return tuple(one)


# -- facts -----------------------------------------------------------------------------------------------------------


def test_facts_are_kept_for_the_account_and_read_at_the_next_start(store: AccountStore, learning: Learner) -> None:
    assert (learning.get(Learnt.REFERENCES), learning.number(Learnt.LARGEST_LIST)) == ("", 0)
    learning.keep(Learnt.REFERENCES, "yes")
    learning.keep(Learnt.LARGEST_LIST, 17)
    again = Learner(store)
    assert (again.get(Learnt.REFERENCES), again.number(Learnt.LARGEST_LIST)) == ("yes", 17)


def test_what_is_known_already_costs_no_write(store: AccountStore, learning: Learner) -> None:
    learning.keep(Learnt.REFERENCES, "yes")
    before = store.connection.total_changes()
    learning.keep(Learnt.REFERENCES, "yes")
    learning.raise_to(Learnt.LARGEST_LIST, 0)
    assert store.connection.total_changes() == before


def test_what_the_disk_does_not_take_is_not_known_either(store: AccountStore, learning: Learner) -> None:
    before = learning.kept.traits
    store.connection.execute("PRAGMA query_only = 1")
    with pytest.raises(StorageError):
        learning.keep(Learnt.REFERENCES, "yes")
    assert learning.kept.traits is before
    store.connection.execute("PRAGMA query_only = 0")
    learning.keep(Learnt.REFERENCES, "yes")
    assert store.reader.fact(Learnt.REFERENCES) == "yes"


def test_a_number_only_grows_and_nonsense_is_none(store: AccountStore, learning: Learner) -> None:
    for value in (5, 3, 9, 9, 1):
        learning.raise_to(Learnt.LARGEST_LIST, value)
    assert learning.number(Learnt.LARGEST_LIST) == 9
    store.facts.keep(Learnt.LARGEST_LIST, "many")
    assert Learner(store).number(Learnt.LARGEST_LIST) == 0


# -- what a list's range means ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("created", "modified", "by"),
    [
        ("2026-05-10T09:00:00.000Z", "2026-06-10T09:00:00.000Z", "creation"),
        ("2026-04-10T09:00:00.000Z", "2026-05-10T09:00:00.000Z", "modification"),
        ("2026-05-10T09:00:00.000Z", "2026-05-11T09:00:00.000Z", ""),
        ("2026-04-30T09:00:00.000Z", "2026-05-10T09:00:00.000Z", ""),
        ("2026-05-10T09:00:00.000Z", "2026-06-01T09:00:00.000Z", ""),
        ("2026-03-10T09:00:00.000Z", "2026-07-10T09:00:00.000Z", ""),
        ("", "2026-05-10T09:00:00.000Z", ""),
        ("2026-05-10T09:00:00.000Z", "", ""),
        ("0001-01-01T00:00:00.000Z", "2026-05-10T09:00:00.000Z", "modification"),
    ],
)
def test_by_what_a_range_goes(learning: Learner, created: str, modified: str, by: str) -> None:
    learning.take_list(MAY, [row(created, modified)])
    assert learning.get(Learnt.RANGE_GOES_BY) == by


@pytest.mark.parametrize(
    ("created", "zone"),
    [
        ("2026-04-30T23:30:00.000Z", "UK"),  # half past midnight on 1 May in the UK
        ("2026-05-31T23:30:00.000Z", "UTC"),  # half past midnight on 1 June in the UK
        ("2026-05-10T23:30:00.000Z", ""),
        ("2026-05-10T12:00:00.000Z", ""),
    ],
)
def test_in_whose_days_a_range_is_meant(learning: Learner, created: str, zone: str) -> None:
    learning.take_list(MAY, [row("2026-05-10T09:00:00.000Z", "2026-07-10T09:00:00.000Z"), row(created, created)])
    assert learning.get(Learnt.ZONE) == zone


def test_nothing_is_said_of_days_before_it_is_known_by_what_the_range_goes(learning: Learner) -> None:
    learning.take_list(MAY, [row("2026-04-30T23:30:00.000Z", "2026-04-30T23:30:00.000Z")])
    assert learning.get(Learnt.ZONE) == ""


# -- lag -------------------------------------------------------------------------------------------------------------


class Meter:
    """One after the other of what a measurement makes of what happens."""

    def __init__(self) -> None:
        self.so_far = LagMeter()

    def made(self, project_id: int, owner: str, now: float) -> None:
        self.so_far = self.so_far.made({project_id: owner}, now)

    def take_list(self, email: str, project_ids: Container[int], began_at: float) -> int:
        self.so_far, lag = self.so_far.listed(email, project_ids, began_at)
        return lag


def test_a_project_that_lists_lacked_for_a_while_shows_their_lag() -> None:
    meter = Meter()
    meter.made(7, ME, 100.0)
    assert meter.take_list(ME, {1}, 110.0) == 0
    assert meter.take_list(ME.upper(), {1}, 130.0) == 0
    assert meter.take_list(ME, {1, 7}, 145.5) == 46
    assert meter.take_list(ME, {1}, 200.0) == 0, "deleted since, and measured"
    assert meter.take_list(ME, {1, 7}, 210.0) == 0


def test_a_project_that_the_first_list_holds_shows_none() -> None:
    meter = Meter()
    meter.made(7, ME, 100.0)
    assert meter.take_list(ME, {7}, 150.0) == 0
    assert meter.take_list(ME, (), 160.0) == meter.take_list(ME, {7}, 170.0) == 0


def test_a_list_begun_before_the_confirmation_or_of_others_says_nothing() -> None:
    meter = Meter()
    meter.made(7, ME, 100.0)
    assert meter.take_list(ME, (), 99.9) == meter.take_list(TOM, (), 110.0) == 0
    assert meter.take_list(ME, {7}, 120.0) == 0


def test_of_several_the_largest_counts_and_of_two_confirmations_the_first() -> None:
    meter = Meter()
    meter.made(7, ME, 100.0)
    meter.made(7, ME, 104.0)
    meter.made(8, ME, 105.0)
    meter.take_list(ME, (), 106.0)
    assert meter.take_list(ME, {7, 8}, 110.0) == 10


def test_what_is_known_of_new_projects_is_a_new_value_or_the_same() -> None:
    meter = LagMeter()
    both = meter.made({7: ME.upper(), 8: TOM}, 100.0)
    assert both.confirmed == {7: (ME, 100.0), 8: (TOM, 100.0)}
    assert not meter.confirmed
    assert both.made({8: TOM, 7: ME}, 200.0) is both
    assert both.made({}, 200.0) is both


def test_a_lag_whose_end_nobody_saw_is_guessed_with_measure() -> None:
    meter = Meter()
    meter.made(7, ME, 0.0)
    meter.take_list(ME, (), 5.0)
    assert meter.take_list(ME, {7}, 86_400.0) == 600
    meter.made(8, ME, 0.0)
    meter.take_list(ME, (), 3000.0)
    assert meter.take_list(ME, {8}, 86_400.0) == 3000, "so long it surely was"
