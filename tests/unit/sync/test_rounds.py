"""When a list proves that something is not on the server."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from heatpunk_desktop.domain.dates import FIRST_DAY, DateRange
from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.sync.list_sync import ListScan
from heatpunk_desktop.sync.reads import StoreReads
from heatpunk_desktop.sync.round_plans import list_round
from heatpunk_desktop.sync.rounds import Moment, Round, candidate, day_of
from tests.fakes import ME, NOON, answered, listed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from heatpunk_desktop.domain.fields import FieldValues
    from heatpunk_desktop.store.account_store import AccountStore

TODAY = date(2026, 11, 24)
JUST_NOW = "2026-11-24T11:59:00.000Z"
LONG_AGO = "2026-11-20T11:59:00.000Z"


BEGAN = Moment(7.0, NOON)


def a_round(expected: Mapping[int, str], holds: list[int]) -> Round:
    scan = ListScan.of(ME, DateRange(TODAY, TODAY), 1000, 0.0)
    scan = scan.take(answered(200, {"status": "success", "projects": [{"ID": number} for number in holds]}))
    return Round((), scan, BEGAN, expected)


@pytest.mark.parametrize(
    ("expected", "holds", "is_proof"),
    [
        ({1: "", 2: "", 3: ""}, [1, 2, 3], True),
        ({1: "", 2: "", 3: ""}, [1, 2, 99], True),
        ({1: "", 2: "", 3: "", 4: ""}, [1, 2], True),
        ({1: "", 2: "", 3: ""}, [1], False),
        ({1: "", 2: ""}, [], False),
        ({}, [1, 2, 3], False),
        ({1: LONG_AGO, 2: ""}, [2], True),
        ({1: JUST_NOW, 2: "", 3: ""}, [2, 3], False),
        ({1: JUST_NOW, 2: ""}, [1], True),
    ],
    ids=["all", "one deleted", "half", "a third", "nothing", "nothing known", "an old write", "stale", "fresh"],
)
def test_a_list_proves_by_what_it_holds(expected: dict[int, str], holds: list[int], is_proof: bool) -> None:
    assert a_round(expected, holds).is_proof() is is_proof


def test_one_just_written_that_its_own_page_says_is_gone_is_not_missed() -> None:
    round_ = a_round({1: JUST_NOW, 2: "", 3: ""}, [2, 3])
    assert round_.missing_fresh() == {1}
    round_ = round_.answered(1, None)
    assert round_.missing_fresh() == set()
    assert round_.is_proof()
    assert not round_.answered(1, {Field.CUSTOMER_NAME: "still there"}).is_proof()


def test_a_list_that_was_cut_off_proves_nothing_whatever_it_holds() -> None:
    round_ = a_round({1: ""}, [1])
    assert not round_.listed(replace(round_.the_scan, is_whole=False)).is_proof()


def test_without_a_list_there_is_no_proof() -> None:
    assert not Round((), None, BEGAN, {1: JUST_NOW}).is_proof()


# -- which days ------------------------------------------------------------------------------------------------------


def read(store: AccountStore, first: date, last: date = TODAY, owner: int | None = None) -> Round:
    return list_round(
        (), email=ME, owner_id=owner, first=first, last=last, reads=StoreReads(store), largest_seen=0, began=BEGAN
    )


def test_a_day_more_is_read_at_either_end(store: AccountStore) -> None:
    round_ = read(store, TODAY - timedelta(days=3))
    assert round_.the_scan.days == DateRange(TODAY - timedelta(days=4), TODAY + timedelta(days=1))
    assert round_.the_scan.began_at == 7.0


def test_only_what_lies_well_inside_is_sure_to_be_listed_whatever_the_zone(store: AccountStore) -> None:
    days = {1: "2026-11-20T23:30:00.000Z", 2: "2026-11-21T09:00:00.000Z", 3: "2026-11-24T23:59:00.000Z"}
    store.server.take_listed([listed(number, created=day) for number, day in days.items()])
    assert set(read(store, date(2026, 11, 21)).expected) == {2, 3}


def test_where_nothing_is_known_of_the_days_it_is_read_further_back(store: AccountStore) -> None:
    store.server.take_listed([listed(1, created="2026-10-01T09:00:00.000Z")])
    round_ = read(store, TODAY)
    assert round_.the_scan.days.first == date(2026, 9, 29)
    assert set(round_.expected) == {1}


def test_but_not_for_ever(store: AccountStore) -> None:
    store.server.take_listed([listed(1, created="2024-10-01T09:00:00.000Z")])
    round_ = read(store, TODAY)
    assert round_.the_scan.days.first == TODAY - timedelta(days=1)
    assert round_.expected == {}


def test_of_somebody_elses_list_only_their_projects_are_expected(store: AccountStore) -> None:
    store.server.take_listed([listed(1, created=LONG_AGO, owner=5), listed(2, created=LONG_AGO, owner=6)])
    assert set(read(store, date(2026, 11, 1), owner=5).expected) == {1}
    assert set(read(store, date(2026, 11, 1)).expected) == {1, 2}


def test_no_days_are_asked_for_before_there_were_any(store: AccountStore) -> None:
    round_ = read(store, date(1970, 1, 1), date(1980, 1, 1))
    assert round_.the_scan.days == DateRange(FIRST_DAY, FIRST_DAY + timedelta(days=1))


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-11-20T23:30:00.000Z", date(2026, 11, 20)),
        ("", TODAY),
        ("no date", TODAY),
        ("0001-01-01T00:00:00+14:00", TODAY),
    ],
)
def test_the_day_of_a_text(text: str, day: date) -> None:
    assert day_of(text, TODAY) == day


@pytest.mark.parametrize(
    ("told", "is_changed", "is_as_made"),
    [({}, False, True), ({Field.CUSTOMER_NAME: "Ewan "}, False, True), ({Field.CUSTOMER_NAME: "Euan"}, False, False),
     ({Field.CUSTOMER_PHONE: "1"}, False, True), ({Field.CUSTOMER_PHONE: "1"}, True, False)],
)  # fmt: skip
def test_a_lagging_list_does_not_deny_a_change_that_a_look_told(
    told: FieldValues, is_changed: bool, is_as_made: bool
) -> None:
    row = (1, None, JUST_NOW, JUST_NOW, "", "Ewan", "", "", None, None, "Lead", None, None, None)
    one = candidate(row, told, is_changed=is_changed)
    assert (one.modified == one.created) is is_as_made


def test_what_a_single_look_told_lies_over_the_list() -> None:
    one = candidate(listed(7, name="Barn"), {Field.PROJECT_NAME: "Mill", Field.CUSTOMER_PHONE: "1"})
    assert (one.project_id, one.values[Field.PROJECT_NAME], one.values[Field.CUSTOMER_PHONE]) == (7, "Mill", "1")
    assert one.values[Field.CUSTOMER_NAME] == "Priya Patel"
