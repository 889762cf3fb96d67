from __future__ import annotations

from datetime import date, timedelta

import orjson
import pytest

from heatpunk_desktop.api.exchange import Exchange, FailureKind
from heatpunk_desktop.domain.dates import DateRange
from heatpunk_desktop.errors import BadAnswerError, KnownError
from heatpunk_desktop.sync.list_sync import ListScan, may_be_cut_off
from tests.fakes import ME, answered, unsent

DAY = date(2026, 11, 24)
WEEK = DateRange(DAY - timedelta(days=6), DAY)


def page(numbers: range | list[int], **envelope: object) -> Exchange:
    projects = [{"ID": number, "owner": 1, "projectName": "Barn"} for number in numbers]
    return answered(200, {"status": "success", "projects": projects, "ownerEmail": ME, "ownerID": 1, **envelope})


def scan(days: DateRange = WEEK, largest: int = 0) -> ListScan:
    return ListScan.of(ME, days, largest, 100.0)


def asked(scan: ListScan) -> tuple[str, str]:
    body = orjson.loads(scan.next_request().body or b"")
    assert body["userEmail"] == ME
    return body["start"], body["end"]


@pytest.mark.parametrize(
    ("count", "largest", "suspect"),
    [(0, 0, False), (5, 0, False), (9, 0, False), (10, 0, True), (11, 0, False), (50, 0, True), (100, 60, True),
     (100, 101, False), (101, 0, False), (1000, 1000, True), (15, 15, True), (16, 0, True), (8, 0, False),
     (256, 255, True), (128, 129, False), (257, 0, False)],
)  # fmt: skip
def test_a_round_number_that_was_never_surpassed_may_be_a_limit(count: int, largest: int, suspect: bool) -> None:
    assert may_be_cut_off(count, largest) is suspect


def test_a_list_of_an_odd_number_is_whole() -> None:
    one = scan()
    assert asked(one) == ("2026-11-18", "2026-11-24")
    assert not one.is_done
    one = one.take(page(range(1, 12)))
    assert (one.is_done, one.is_whole, len(one.rows), one.largest, one.owner_id) == (True, True, 11, 11, 1)
    assert one.began_at == 100.0


def test_a_list_that_may_be_cut_off_is_read_in_halves_until_it_cannot_be() -> None:
    """The server gives at most 10, and holds 3 projects of each day."""
    one = scan()
    asked_days = []
    while not one.is_done:
        start, end = asked(one)
        asked_days.append((start[-2:], end[-2:]))
        first, last = date.fromisoformat(start), date.fromisoformat(end)
        days = [day for day in range(1, 31) if first.day <= day <= last.day]
        numbers = [10 * day + number for day in days for number in range(3)]
        one = one.take(page(numbers[:10]))
    assert asked_days == [("18", "24"), ("22", "24"), ("18", "21"), ("20", "21"), ("18", "19")]
    assert one.is_whole
    assert len(one.rows) == 21
    assert one.largest == 9


def test_a_single_day_that_is_cut_off_proves_nothing() -> None:
    one = scan(DateRange(DAY, DAY))
    one = one.take(page(range(1, 21)))
    assert (one.is_done, one.is_whole, one.largest) == (True, False, 0)
    assert 19 in one.rows, "what it holds is there all the same"


def test_a_server_that_has_given_more_was_not_at_its_limit() -> None:
    one = scan(largest=21)
    one = one.take(page(range(1, 21)))
    assert (one.is_done, one.is_whole, one.largest) == (True, True, 21)


@pytest.mark.parametrize(
    "exchange",
    [
        unsent(),
        answered(500),
        answered(403),
        answered(204),
        answered(200, b""),
        answered(200, b"<html></html>"),
        answered(200, b'{"projects":[{"ID":1}'),
        answered(200, {"status": "error", "projects": []}),
        answered(200, {"status": "success", "projects": [{"ID": 1}, {"name": "x"}]}),
        Exchange(200, bytes_sent=True, failure=FailureKind.TRUNCATED, body=b'{"projects":[]}'),
    ],
)
def test_what_is_no_whole_list_changes_nothing_and_can_be_asked_for_again(exchange: Exchange) -> None:
    one = scan()
    with pytest.raises(KnownError):
        one.take(exchange)
    assert (one.rows, one.is_done, asked(one)) == ({}, False, ("2026-11-18", "2026-11-24"))
    one = one.take(page([7]))
    assert list(one.rows) == [7]


def test_entries_that_cannot_be_told_apart_are_no_whole_list() -> None:
    with pytest.raises(BadAnswerError) as caught:
        scan().take(answered(200, {"projects": [{"ID": 1}, {"ID": None}]}))
    assert "cannot be told apart" in caught.value.message


@pytest.mark.parametrize(
    ("envelope", "owner"),
    [
        ({"ownerEmail": ME.upper()}, 1),
        ({"ownerEmail": ""}, 1),
        ({"ownerEmail": "tom@x.test"}, None),
        ({"ownerID": None}, None),
    ],
)
def test_whose_list_it_is_counts_only_where_it_is_theirs(envelope: dict[str, object], owner: int | None) -> None:
    one = scan()
    one = one.take(page([1], **envelope))
    assert one.owner_id == owner


def test_the_likeliest_days_are_read_first_and_all_after_them() -> None:
    looked = ListScan.of(ME, WEEK, 0, 100.0, DateRange(DAY, DAY))
    assert asked(looked) == ("2026-11-24", "2026-11-24")
    looked = looked.take(page([1]))
    assert asked(looked) == ("2026-11-18", "2026-11-24")
    looked = looked.take(page(range(1, 11)))
    later = asked(looked)
    looked = looked.take(page([2]))
    earlier = asked(looked)
    assert (earlier[0], later[1]) == ("2026-11-18", "2026-11-24")
    assert earlier[1] < later[0]
    looked = looked.take(page([3]))
    assert looked.is_done
