from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import orjson
import pytest

from heatpunk_desktop.domain.dates import FIRST_DAY, DateRange
from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.domain.project import Mark, Member, ProjectRow
from heatpunk_desktop.errors import BadAnswerError
from heatpunk_desktop.store.server_cache import LoadedDetail
from heatpunk_desktop.sync import list_sync
from heatpunk_desktop.sync.list_sync import ListPull, RowsChanged
from heatpunk_desktop.sync.server_traits import Learning, Learnt
from tests.fakes import ME, NOON, NOW, begin_next, listed

if TYPE_CHECKING:
    from heatpunk_desktop.store.account_store import AccountStore

TODAY = date(2026, 11, 24)
ALL = DateRange(FIRST_DAY, TODAY)
LATELY = DateRange(date(2026, 11, 1), TODAY)


@dataclass
class ListServer:
    """Answers a list as the guide has it, out of a dictionary; by the day of creation, or of modification."""

    projects: dict[int, dict[str, Any]] = field(default_factory=dict)
    by: str = "dateCreated"
    limit: int | None = None
    asked: list[DateRange] = field(default_factory=list)

    def put(self, project_id: int, created: str, **more: Any) -> None:
        self.projects[project_id] = {
            "ID": project_id, "owner": 27091, "dateCreated": f"{created}T09:00:00.000Z",
            "dateModified": f"{created}T09:00:00.000Z", "projectName": f"Project {project_id}", "customerName": "",
            "address": "", "postcode": "", "lat": 51.5, "lng": 0.0, "status": "Lead", **more,
        }  # fmt: skip

    def answer(self, body: bytes) -> bytes:
        request = orjson.loads(body)
        assert set(request) == {"userEmail", "start", "end"}
        self.asked.append(DateRange(date.fromisoformat(request["start"]), date.fromisoformat(request["end"])))
        found = [
            project for project in self.projects.values() if request["start"] <= project[self.by][:10] <= request["end"]
        ]
        return orjson.dumps({"status": "success", "projects": found[: self.limit], "ownerEmail": ME, "ownerID": 27091})


def learning(store: AccountStore) -> Learning:
    return Learning(store.reader, store.facts)


@dataclass
class Pulled:
    rows: dict[int, tuple[Any, ...]]
    gone: tuple[int, ...]
    pull: ListPull


def pull(
    store: AccountStore,
    server: ListServer,
    wanted: DateRange = ALL,
    *,
    now: datetime = NOON,
    piece: int = 50,
    today: date = TODAY,
) -> Pulled:
    """Run a whole refresh."""
    server.asked.clear()
    changes: list[RowsChanged] = []
    running = ListPull(store.server, store.reader, learning(store), ME, wanted, now, today, changes.append)
    while (request := running.next_request()) is not None:
        assert request.body is not None
        answer = server.answer(request.body)
        for start in range(0, len(answer), piece):
            running.take(answer[start : start + piece])
        running.end_window()
    running.end()
    assert running.windows == running.windows_done == len(server.asked)
    return Pulled(
        {row[0]: row for change in changes for row in change.rows},
        tuple(key for change in changes for key in change.gone),
        running,
    )


def nobody(_changed: RowsChanged) -> None:
    """Where nobody listens."""


def shown(store: AccountStore) -> set[int]:
    return {row[0] for part in store.reader.all_rows() for row in part}


# -- windows ---------------------------------------------------------------------------------------------------------


def test_windows_come_newest_first_on_the_calendar_and_leave_no_day_out(store: AccountStore) -> None:
    server = ListServer()
    pull(store, server)
    asked = server.asked
    assert (asked[0].last, asked[-1].first) == (TODAY + timedelta(days=1), FIRST_DAY - timedelta(days=1))
    assert [request.first for request in asked[:4]] == [
        date(2026, 10, 1),
        date(2026, 7, 1),
        date(2026, 4, 1),
        date(2026, 1, 1),
    ]
    assert asked[8] == DateRange(date(2024, 1, 1), date(2024, 12, 31))
    assert all(later.first == earlier.last + timedelta(days=1) for later, earlier in pairwise(asked))


@pytest.mark.parametrize(
    ("wanted", "first", "last", "windows"),
    [
        (DateRange(date(1752, 9, 14), date(9999, 12, 31)), date(2009, 12, 31), date(2026, 11, 25), 24),
        (DateRange(date.min, date.max), date(2009, 12, 31), date(2026, 11, 25), 24),
        (DateRange(date(2099, 1, 1), date(2099, 1, 2)), date(2026, 11, 23), date(2026, 11, 25), 1),
        (DateRange(date(1900, 1, 1), date(1901, 1, 1)), date(2009, 12, 31), date(2010, 1, 2), 2),
    ],
)
def test_days_on_which_nothing_can_have_been_created_are_not_asked_for(
    store: AccountStore, wanted: DateRange, first: date, last: date, windows: int
) -> None:
    server = ListServer()
    pull(store, server, wanted)
    assert (server.asked[-1].first, server.asked[0].last, len(server.asked)) == (first, last, windows)


# -- what is written -------------------------------------------------------------------------------------------------


def test_a_first_refresh_shows_whose_the_waiting_projects_are(store: AccountStore) -> None:
    key = store.outbox.add_create({Field.PROJECT_NAME: "Mill"}, ME, NOW)
    pulled = pull(store, ListServer())
    assert pulled.rows[key] == store.reader.rows_of([key])[key]
    assert ProjectRow._make(pulled.rows[key]).owner_id == 27091


@pytest.mark.parametrize("piece", [1, 100_000])
def test_a_first_refresh_brings_everything(store: AccountStore, piece: int) -> None:
    server = ListServer()
    for number, day in enumerate(["2026-11-24", "2026-11-01", "2025-02-28", "2010-01-01"], start=1):
        server.put(number, day)
    pulled = pull(store, server, piece=piece)
    assert set(pulled.rows) == shown(store) == {1, 2, 3, 4}
    assert pulled.rows[1] == store.reader.rows_of([1])[1]
    assert store.reader.members() == (Member(ME, 27091, is_me=True),)
    assert store.reader.fact("refreshed_at") == NOW
    assert pulled.pull.projects == 4
    assert RowsChanged((pulled.rows[1],), (9,)).keys == (1, 9)


def test_the_same_answers_again_write_no_project_and_tell_of_no_row(store: AccountStore) -> None:
    server = ListServer()
    for number in range(1, 40):
        server.put(number, "2026-05-05")
    pull(store, server)
    tables: list[str] = []
    store.connection.set_update_hook(lambda _kind, _database, table, _row: tables.append(table))
    pulled = pull(store, server)
    assert (pulled.rows, pulled.gone) == ({}, ())
    assert set(tables) <= {"fact"}, "no more than the time of this refresh"
    assert pulled.pull.projects == 0, "nothing was even parsed"


def test_one_change_in_a_window_writes_one_row(store: AccountStore) -> None:
    server = ListServer()
    for number in range(1, 40):
        server.put(number, "2026-05-05")
    pull(store, server)
    server.projects[17]["projectName"] = "Edited"
    written: list[tuple[str, int]] = []
    store.connection.set_update_hook(lambda _kind, _database, table, row: written.append((table, row)))
    pulled = pull(store, server)
    assert {key: row[1] for key, row in pulled.rows.items()} == {17: "Edited"}
    assert [row for table, row in written if table == "server_project"] == [17]


def test_a_change_of_ours_has_the_next_answer_read_in_full(store: AccountStore) -> None:
    server = ListServer()
    server.put(1, "2026-05-05")
    pull(store, server)
    store.outbox.add_update(1, {Field.PROJECT_NAME: "Mine"}, {}, NOW)
    sent = begin_next(store, NOW)
    assert sent is not None
    store.delivery.confirm(sent, 1, None, NOW)
    pulled = pull(store, server)
    assert pulled.rows[1][1] == "Project 1", "somebody put it back: the answer, though the same bytes, is news"


@pytest.mark.parametrize("change", ["loaded", "deleted", "created"])
def test_the_same_answer_is_read_again_once_the_table_changed_otherwise(store: AccountStore, change: str) -> None:
    server = ListServer()
    server.put(1, "2026-05-05")
    pull(store, server)
    if change == "loaded":
        told = {Field.PROJECT_NAME: "As it was told alone"}
        store.server.take_detail(LoadedDetail(1, told, "{}", None, "", ""), NOW)
    elif change == "deleted":
        store.delivery.discard_hard_deleted(1, NOW)
    else:
        store.server.take_created(1, {Field.PROJECT_NAME: "As it was sent"}, None, NOW)
    assert pull(store, server).rows[1][1] == "Project 1"


def test_what_is_pending_lies_over_a_row_that_came(store: AccountStore) -> None:
    server = ListServer()
    server.put(1, "2026-05-05")
    server.put(2, "2026-05-05")
    store.outbox.add_update(1, {Field.PROJECT_NAME: "Mine"}, {}, NOW)
    pulled = pull(store, server)
    assert (pulled.rows[1][1], pulled.rows[1][11]) == ("Mine", Mark.WAITING)
    assert pulled.rows[2][1] == "Project 2"


def test_a_long_list_is_written_in_batches_and_not_held_back_for_ever(
    store: AccountStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(list_sync, "BATCH", 10)
    monkeypatch.setattr(list_sync, "HELD_BACK", 2000)
    server = ListServer()
    for number in range(1, 42):
        server.put(number, "2026-05-05")
    pulled = pull(store, server)
    assert len(pulled.rows) == 41
    server.projects[1]["status"] = "Sale"
    pulled = pull(store, server)
    assert set(pulled.rows) == {1}


# -- lists that were cut off -----------------------------------------------------------------------------------------


def test_a_suspiciously_round_list_is_halved_until_the_halves_tell(store: AccountStore) -> None:
    server = ListServer(limit=100)
    for number in range(1, 251):
        server.put(number, (date(2026, 4, 1) + timedelta(days=number // 3)).isoformat())
    pulled = pull_halving(store, server)
    assert shown(store) == set(range(1, 251)), "not one of those beyond the server's limit is missing"
    assert len(server.asked) > 24
    assert pulled.pull.windows_done > 24
    assert pulled.pull.projects == 250, "those of a window that was read in halves count once"
    server.projects.pop(50)
    assert pull_halving(store, server).gone == (50,)


def pull_halving(store: AccountStore, server: ListServer) -> Pulled:
    """As `pull`; windows that are halved are asked for and not done."""
    server.asked.clear()
    changes: list[RowsChanged] = []
    running = ListPull(store.server, store.reader, learning(store), ME, ALL, NOON, TODAY, changes.append)
    while (request := running.next_request()) is not None:
        assert request.body is not None
        before = running.windows
        running.take(server.answer(request.body))
        running.end_window()
        assert running.windows in {before, before + 1}
    running.end()
    return Pulled(
        {row[0]: row for change in changes for row in change.rows},
        sum((change.gone for change in changes), ()),
        running,
    )


def test_a_single_day_that_is_cut_off_hides_nothing(store: AccountStore) -> None:
    server = ListServer(limit=100)
    for number in range(1, 121):
        server.put(number, "2026-04-01")
    server.put(500, "2026-06-01")
    pull_halving(store, server)
    assert shown(store) == {*range(1, 101), 500}
    del server.projects[500]
    server.projects = dict(reversed(server.projects.items()))
    assert pull_halving(store, server).gone == ()
    assert shown(store) == {*range(1, 121), 500}


@pytest.mark.parametrize("count", [5, 8, 9, 11, 99, 101, 149])
def test_a_list_of_no_round_number_is_taken_as_whole(store: AccountStore, count: int) -> None:
    server = ListServer()
    for number in range(count):
        server.put(number + 1, "2026-04-01")
    pull(store, server)
    assert len(server.asked) == 24
    assert learning(store).traits.number(Learnt.LARGEST_LIST) == count


def test_a_day_that_was_cut_off_hides_nothing_when_it_is_the_same_again(store: AccountStore) -> None:
    server = ListServer(limit=20)
    for number in range(1, 20):
        server.put(number, "2026-04-01")
    pull_halving(store, server)
    # So many came on that day that those from before are beyond the limit.
    newer = {number: {**server.projects[1], "ID": number} for number in range(101, 141)}
    server.projects = {**newer, **server.projects}
    for elsewhere in (501, 502, 503):
        assert pull_halving(store, server).gone == ()
        server.put(elsewhere, "2026-08-01")
        server.projects = {elsewhere: server.projects.pop(elsewhere), **server.projects}
    assert shown(store) >= set(range(1, 20)), "nobody deleted them"


def test_a_day_that_may_be_cut_off_lets_other_days_hide_what_is_gone(store: AccountStore) -> None:
    server = ListServer()
    for number in range(1, 11):
        server.put(number, "2026-04-01")
    for number in range(21, 24):
        server.put(number, "2026-07-01", dateModified="2026-09-01T09:00:00.000Z")
    server.put(30, "2026-01-05", dateModified="2026-09-01T09:00:00.000Z")
    pull_halving(store, server)
    for number in (5, 22, 30):
        del server.projects[number]
    server.put(11, "2026-04-01")
    assert pull_halving(store, server).gone == (22, 30), "the day with ten may have been cut off, and the others not"
    assert 5 in shown(store)
    server.put(12, "2026-04-01")
    assert pull_halving(store, server).gone == (5,), "eleven were not"


def test_a_day_that_may_be_cut_off_hides_nothing_in_lists_by_modification(store: AccountStore) -> None:
    server = ListServer(by="dateModified")
    for number in range(1, 11):
        server.put(number, "2026-04-01")
    for number in range(21, 24):
        server.put(number, "2026-07-01", dateModified="2026-09-01T09:00:00.000Z")
    pull_halving(store, server)
    del server.projects[22]
    assert pull_halving(store, server).gone == (), "it may have been changed on the day with ten"


@pytest.mark.parametrize("limit", [10, 20, 50, 55, 64])
def test_a_small_limit_too_is_found_and_nothing_is_missing_or_hidden(store: AccountStore, limit: int) -> None:
    server = ListServer(limit=limit)
    for number in range(1, 92):
        server.put(number, (date(2026, 4, 1) + timedelta(days=number - 1)).isoformat())
    pull_halving(store, server)
    assert shown(store) == set(range(1, 92))
    assert learning(store).traits.number(Learnt.LARGEST_LIST) < limit, (
        "what was cut off says nothing of what can be whole"
    )


def test_a_list_shorter_than_a_whole_one_is_whole_whatever_its_number(store: AccountStore) -> None:
    server = ListServer()
    for number in range(1, 102):
        server.put(number, "2026-11-01")
    for number in range(201, 301):
        server.put(number, "2026-04-01")
    pull(store, server)
    assert len(server.asked) == 24
    del server.projects[300]
    for number in range(1, 99):
        del server.projects[number]
    server.put(300, "2026-04-01", status="Sale")
    assert set(pull(store, server).gone) == set(range(1, 99)), "it is known at the next refresh, too, and hides"


def test_a_round_list_is_whole_where_a_longer_one_comes_after_it(store: AccountStore) -> None:
    server = ListServer()
    for number in range(1, 11):
        server.put(number, "2026-11-01")
    for number in range(101, 124):
        server.put(number, "2026-04-01")
    pulled = pull(store, server)
    assert len(server.asked) == pulled.pull.windows_done == 24, "nothing was read in halves"
    del server.projects[1]
    assert pull(store, server).gone == (1,), "and it is known what was in it"


def test_the_longest_of_lists_that_may_be_cut_off_tells_of_the_others(store: AccountStore) -> None:
    server = ListServer()
    for number in range(1, 41):
        server.put(number, (date(2026, 4, 1) + timedelta(days=2 * (number - 1))).isoformat())
    for number in range(101, 111):
        server.put(number, "2026-07-01")
    pulled = pull_halving(store, server)
    assert shown(store) == {*range(1, 41), *range(101, 111)}
    halves = [
        request for request in server.asked if request not in DateRange(FIRST_DAY, TODAY).widened(1).windows(TODAY)
    ]
    assert [(half.first.month, half.last.month) for half in halves] == [(5, 6), (4, 5)], "those of the longer one alone"
    assert pulled.pull.windows_done == 25


def test_our_change_during_a_list_has_the_next_answer_read_in_full(store: AccountStore) -> None:
    server = ListServer()
    for number in range(1, 11):
        server.put(number, "2026-11-01")
    for number in range(101, 124):
        server.put(number, "2026-04-01")
    running = ListPull(store.server, store.reader, learning(store), ME, ALL, NOON, TODAY, nobody)
    while (request := running.next_request()) is not None:
        assert request.body is not None
        running.take(server.answer(request.body))
        running.end_window()
        if running.windows_done == 3:
            store.server.take_detail(
                LoadedDetail(1, {Field.PROJECT_NAME: "As it was told alone"}, "{}", None, "", ""), NOW
            )
    running.end()
    assert pull(store, server).rows[1][1] == "Project 1", "the answer, though the same bytes, is news"


@pytest.mark.parametrize("is_on_its_way", [True, False], ids=["on its way before the list", "sent after it"])
def test_a_list_from_before_our_update_does_not_put_its_values_back(store: AccountStore, is_on_its_way: bool) -> None:
    server = ListServer()
    server.put(1, "2026-05-05")
    server.put(2, "2026-05-05")
    pull(store, server)
    server.put(2, "2026-05-05", projectName="Theirs")
    running = ListPull(store.server, store.reader, learning(store), ME, ALL, NOON, TODAY, nobody)
    store.outbox.add_update(1, {Field.PROJECT_NAME: "Mine"}, {}, NOW)
    sent = begin_next(store, NOW) if is_on_its_way else None
    while (request := running.next_request()) is not None:
        assert request.body is not None
        answer = server.answer(request.body)
        sent = sent or begin_next(store, NOW)
        if sent is not None and b"Theirs" in answer:
            store.delivery.confirm(sent, 1, None, NOW)
        running.take(answer)
        running.end_window()
    running.end()
    rows = store.reader.rows_of([1, 2])
    assert (rows[1][1], rows[2][1]) == ("Mine", "Theirs")
    assert pull(store, server).rows[1][1] == "Project 1", "the next list is from after it: it was put back there"


@pytest.mark.parametrize("is_broken_off", [False, True], ids=["read in halves", "broken off before that"])
def test_a_list_as_it_was_before_it_may_have_been_cut_off_is_news(store: AccountStore, is_broken_off: bool) -> None:
    server = ListServer()
    for number in range(1, 10):
        server.put(number, "2026-05-05")
    pull(store, server)
    server.put(10, "2026-05-05")
    if is_broken_off:
        running = ListPull(store.server, store.reader, learning(store), ME, ALL, NOON, TODAY, nobody)
        while (request := running.next_request()) is not None and not running.projects:
            assert request.body is not None
            running.take(server.answer(request.body))
            running.end_window()
    else:
        pull_halving(store, server)
    assert shown(store) == set(range(1, 11))
    del server.projects[10]
    assert pull(store, server).gone == (10,)
    assert shown(store) == set(range(1, 10))


def test_what_another_list_brought_is_hidden_though_the_answer_is_the_same(store: AccountStore) -> None:
    server = ListServer()
    server.put(1, "2026-05-05")
    pull(store, server)
    store.server.take_listed([listed(2)])
    assert shown(store) == {1, 2}
    assert pull(store, server).gone == (2,)


def test_values_as_before_are_news_after_other_ones_of_those_days(store: AccountStore) -> None:
    server = ListServer()
    server.put(1, "2026-11-20")
    pull(store, server)
    server.projects[1]["status"] = "Quote"
    pull(store, server, LATELY)
    server.projects[1]["status"] = "Lead"
    assert pull(store, server).rows[1][4] == "Lead", "the answer is that of the first refresh, byte by byte"
    assert store.reader.rows_of([1])[1][4] == "Lead"
    server.projects[1]["status"] = "Quote"
    assert pull(store, server, LATELY).rows[1][4] == "Quote", "and so the other way round"


def test_what_other_days_brought_is_hidden_where_the_list_is_as_before(store: AccountStore) -> None:
    server = ListServer()
    server.put(1, "2026-11-20")
    pull(store, server)
    server.put(2, "2026-11-21")
    assert set(pull(store, server, LATELY).rows) == {2}
    del server.projects[2]
    assert pull(store, server).gone == (2,)
    assert shown(store) == {1}


def test_what_other_days_hid_is_shown_where_the_list_is_as_before(store: AccountStore) -> None:
    server = ListServer()
    server.put(1, "2026-11-20")
    server.put(2, "2026-11-21")
    pull(store, server)
    gone = server.projects.pop(2)
    assert pull(store, server, LATELY).gone == (2,)
    server.projects[2] = gone
    assert set(pull(store, server).rows) == shown(store) - {1} == {2}


def test_values_as_before_are_news_in_a_list_by_modification_too(store: AccountStore) -> None:
    server = ListServer(by="dateModified")
    server.put(1, "2026-05-05")
    server.put(2, "2026-11-20")
    pull(store, server)
    server.projects[1] |= {"dateModified": "2026-11-22T09:00:00.000Z", "status": "Quote"}
    assert set(pull(store, server, LATELY).rows) == {1}
    server.projects[1] |= {"dateModified": "2026-05-05T09:00:00.000Z", "status": "Lead"}
    assert pull(store, server).rows[1][4] == "Lead", "no day was read by both refreshes that held it"


def test_two_ranges_in_turn_are_passed_over_while_nothing_changes(store: AccountStore) -> None:
    server = ListServer()
    server.put(1, "2026-05-05")
    server.put(2, "2026-11-20")
    pull(store, server)
    pull(store, server, LATELY)
    server.projects[1]["status"] = "Quote"
    assert set(pull(store, server).rows) == {1}
    for wanted in (ALL, LATELY, ALL):
        assert pull(store, server, wanted).pull.projects == 0, "nothing was even parsed"


def test_an_answer_read_in_halves_is_asked_for_in_halves_again(
    store: AccountStore,
) -> None:
    server = ListServer()
    for number in range(1, 41):
        server.put(number, (date(2026, 4, 1) + timedelta(days=2 * (number - 1))).isoformat())
    pull_halving(store, server)
    asked = list(server.asked)
    assert len(asked) > 24
    again = pull_halving(store, server)
    assert (again.rows, again.gone, again.pull.projects) == ({}, (), 0), "nothing was even parsed"
    assert server.asked[:1] == asked[:1]
    assert len(server.asked) > 24, "a limit at just this number would show in the halves"
    server.limit = 40
    server.put(41, "2026-06-30")
    assert set(pull_halving(store, server).rows) == {41}, "although the whole window's answer is the same"
    assert shown(store) == set(range(1, 42))
    del server.projects[41]
    server.projects.pop(7)
    assert set(pull_halving(store, server).gone) == {7, 41}


def test_what_cannot_be_read_counts_where_a_list_may_be_cut_off(store: AccountStore) -> None:
    server = ListServer(limit=20)
    for number in range(1, 31):
        server.put(number, (date(2026, 4, 1) + timedelta(days=number - 1)).isoformat())
    server.projects[3]["ID"] = None
    pull_halving(store, server)
    assert shown(store) == set(range(1, 31)) - {3}


# -- what is gone ----------------------------------------------------------------------------------------------------


def test_what_no_window_lists_is_hidden_and_comes_back_when_listed(store: AccountStore) -> None:
    server = ListServer()
    server.put(1, "2026-05-05")
    server.put(2, "2025-05-05")
    pull(store, server)
    kept = server.projects.pop(2)
    assert pull(store, server).gone == (2,)
    assert shown(store) == {1}
    assert pull(store, server).gone == ()
    server.projects[2] = kept
    assert set(pull(store, server).rows) == {2}
    assert shown(store) == {1, 2}


def test_one_at_the_edge_of_a_window_that_did_not_change_is_hidden_too(store: AccountStore) -> None:
    server = ListServer()
    server.put(1, "2026-03-31")
    server.put(2, "2026-04-01")
    server.put(3, "2026-05-01")
    pull(store, server)
    del server.projects[2]
    assert pull(store, server).gone == (2,)


def test_a_server_that_goes_by_modification_hides_nothing(store: AccountStore) -> None:
    server = ListServer(by="dateModified")
    server.put(1, "2020-05-05", dateModified="2026-08-01T09:00:00.000Z")
    server.put(2, "2021-05-05", dateModified="2024-08-01T09:00:00.000Z")
    server.put(3, "2026-11-20")
    pull(store, server)
    server.projects[3]["status"] = "Sale"  # one window changed, and the others are passed over
    pulled = pull(store, server)
    assert (set(pulled.rows), pulled.gone) == ({3}, ())
    server.projects[1]["dateModified"] = "2026-11-22T09:00:00.000Z"  # opened: it moves to another window
    assert pull(store, server).gone == ()
    assert shown(store) == {1, 2, 3}
    del server.projects[2]
    assert pull(store, server).gone == (2,)


def test_only_a_range_that_reaches_today_hides(store: AccountStore) -> None:
    server = ListServer()
    server.put(1, "2026-05-05")
    server.put(2, "2026-05-06")
    pull(store, server)
    del server.projects[1]
    until = DateRange(FIRST_DAY, TODAY - timedelta(days=2))
    assert pull(store, server, until).gone == ()
    assert shown(store) == {1, 2}
    assert pull(store, server, DateRange(date(2026, 5, 1), TODAY)).gone == (1,)


def test_what_lies_outside_of_the_range_is_left_alone(store: AccountStore) -> None:
    server = ListServer()
    server.put(1, "2026-05-05")
    server.put(2, "2026-11-20")
    pull(store, server)
    server.projects.clear()
    assert pull(store, server, DateRange(date(2026, 11, 1), TODAY)).gone == (2,)
    assert shown(store) == {1}


def test_a_project_that_was_just_created_is_not_hidden_by_a_list_that_lags(store: AccountStore) -> None:
    server = ListServer()
    server.put(1, "2026-05-05")
    pull(store, server)
    an_hour_ago = NOON - timedelta(hours=26)
    store.outbox.add_create({Field.CUSTOMER_NAME: "Ewan"}, ME, NOW)
    sent = begin_next(store, NOW)
    assert sent is not None
    store.delivery.confirm(sent, 2, 27091, f"{an_hour_ago:%Y-%m-%dT%H:%M:%S}.000Z")
    assert pull(store, server, now=an_hour_ago + timedelta(minutes=59)).gone == ()
    server.projects[1]["status"] = "Sale"
    assert pull(store, server, now=an_hour_ago + timedelta(minutes=61)).gone == (2,), "it lacks it for good"


def test_what_is_pending_on_a_project_that_is_gone_keeps_it_on_the_screen(store: AccountStore) -> None:
    server = ListServer()
    server.put(1, "2026-05-05")
    server.put(2, "2026-05-05")
    pull(store, server)
    store.outbox.add_update(1, {Field.STATUS: "Sale"}, {}, NOW)
    server.projects.pop(1)
    pulled = pull(store, server)
    assert pulled.gone == ()
    assert pulled.rows[1][4] == "Sale"
    assert shown(store) == {1, 2}


def test_where_nobody_knows_which_day_it_is_nothing_is_hidden(store: AccountStore) -> None:
    server = ListServer()
    server.put(1, "2026-11-20")
    server.put(2, "2026-11-21")
    pull(store, server)
    del server.projects[1]
    changes: list[RowsChanged] = []
    running = ListPull(store.server, store.reader, learning(store), ME, ALL, NOON, TODAY, changes.append)
    running.hides = False
    while (request := running.next_request()) is not None:
        running.take(server.answer(request.body or b""))
        running.end_window()
    running.end()
    assert (shown(store), changes) == ({1, 2}, [])
    server.put(3, "2026-11-22")
    assert pull(store, server).gone == (1,), "it is once the clock is right"


# -- answers that cannot be read -------------------------------------------------------------------------------------


def test_a_list_that_breaks_off_is_an_error_and_what_came_before_stays(store: AccountStore) -> None:
    server = ListServer()
    server.put(1, "2026-11-20")
    server.put(2, "2026-11-21")
    told: list[RowsChanged] = []
    running = ListPull(store.server, store.reader, learning(store), ME, ALL, NOON, TODAY, told.append)
    request = running.next_request()
    assert request is not None
    assert request.body is not None
    running.take(server.answer(request.body)[:-60])
    with pytest.raises(BadAnswerError) as caught:
        running.end_window()
    assert "breaks off" in caught.value.message
    assert shown(store) == {1}, "the second one was not whole"
    assert [change.keys for change in told] == [(1,)], "what was stored was told"
    assert store.reader.fact("refreshed_at") == ""
    assert set(pull(store, server).rows) == {2}, "the next one reads it in full"


def test_something_else_than_a_list_is_an_error(store: AccountStore) -> None:
    running = ListPull(store.server, store.reader, learning(store), ME, ALL, NOON, TODAY, nobody)
    running.next_request()
    running.take(b'{"status":"success"}')
    with pytest.raises(BadAnswerError):
        running.end_window()


def test_pieces_of_nothing_are_a_bug(store: AccountStore) -> None:
    running = ListPull(store.server, store.reader, learning(store), ME, ALL, NOON, TODAY, nobody)
    with pytest.raises(RuntimeError):
        running.take(b"{")


def test_somebody_elses_number_is_not_taken_for_mine(store: AccountStore) -> None:
    running = ListPull(store.server, store.reader, learning(store), ME, DateRange(TODAY, TODAY), NOON, TODAY, nobody)
    running.next_request()
    running.take(b'{"status":"success","projects":[],"ownerEmail":"tom@acme.test","ownerID":5}')
    running.end_window()
    assert store.reader.members() == ()
