from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from heatpunk_desktop.domain.fields import DETAIL_FIELDS, Field
from heatpunk_desktop.domain.operation import DiscardCause, OperationKind, Reason
from heatpunk_desktop.domain.operation_states import Event
from heatpunk_desktop.domain.project import MARK_OF, Mark, Member, ProjectRow
from heatpunk_desktop.store.reader import OperationGroup
from heatpunk_desktop.store.server_cache import LoadedDetail
from tests.fakes import LATER, ME, NOW, begin_next, listed

if TYPE_CHECKING:
    from heatpunk_desktop.store.account_store import AccountStore

NAME, STATUS, POSTCODE = Field.PROJECT_NAME, Field.STATUS, Field.POSTCODE


def row(store: AccountStore, key: int) -> ProjectRow | None:
    found = store.reader.rows_of([key]).get(key)
    return ProjectRow._make(found) if found else None


def there(store: AccountStore, key: int) -> ProjectRow:
    found = row(store, key)
    assert found is not None
    return found


def every(store: AccountStore, slice_size: int = 2000) -> dict[int, ProjectRow]:
    rows = [ProjectRow._make(row) for part in store.reader.all_rows(slice_size) for row in part]
    assert len({row.key for row in rows}) == len(rows), "no project comes twice"
    return {row.key: row for row in rows}


def dump(store: AccountStore, *tables: str) -> list[object]:
    return [store.connection.execute(f"SELECT * FROM {table} ORDER BY 1").fetchall() for table in tables]


SERVER = ("server_project", "server_detail", "server_member", "server_window")


def test_nothing_pending_shows_what_the_server_said(store: AccountStore) -> None:
    store.server.take_listed([listed(1, name="<b>Barn</b>\n", status="Odd", latitude=0.0)])
    assert there(store, 1) == ProjectRow(
        1, "<b>Barn</b>\n", "Priya Patel", "AB12 3CD", "Odd", "2026-05-01T09:00:00.000Z", "2026-05-01T09:00:00.000Z",
        "1 High Street", 27091, 0.0, None, Mark.NONE,
    )  # fmt: skip


def test_pending_values_lie_over_those_of_the_server_and_the_latest_wins(store: AccountStore) -> None:
    store.server.take_listed([listed(1, latitude=51.5)])
    store.outbox.add_update(1, {NAME: "first", STATUS: "Quote"}, {}, NOW)
    sent = begin_next(store)
    assert sent is not None
    store.outbox.add_update(1, {NAME: "second", Field.LATITUDE: 52.25, Field.LONGITUDE: 0.0}, {}, NOW)
    shown = there(store, 1)
    assert (shown.name, shown.status, shown.latitude, shown.longitude) == ("second", "Quote", 52.25, 0.0)
    assert shown.marks == Mark.WAITING
    store.delivery.move(sent.operation_id, Event.REFUSED, NOW, reason=Reason.REFUSED)
    assert there(store, 1).marks == Mark.WAITING | Mark.NEEDS_YOU
    store.outbox.discard(sent.operation_id, NOW)
    assert (there(store, 1).name, there(store, 1).status) == ("second", "Lead")


def test_a_project_counts_as_changed_when_it_was_changed_here(store: AccountStore) -> None:
    store.server.take_listed([listed(1), listed(2)])
    store.outbox.add_update(1, {NAME: "first"}, {}, LATER)
    store.outbox.add_soft_delete(2, NOW)
    assert [there(store, key).modified for key in (1, 2)] == [LATER, NOW]
    for operation_id in (1, 2):
        store.outbox.discard(operation_id, LATER)
    assert [there(store, key).modified for key in (1, 2)] == ["2026-05-01T09:00:00.000Z"] * 2


def test_a_confirmed_change_has_its_time_until_the_server_tells_another(store: AccountStore) -> None:
    store.server.take_listed([listed(1)])
    store.outbox.add_update(1, {NAME: "Barn"}, {}, NOW)
    sent = begin_next(store)
    assert sent is not None
    assert store.delivery.confirm(sent, 1, None, LATER)
    assert there(store, 1).modified == LATER
    told = "2026-11-24T10:00:00.000Z"
    detail = LoadedDetail(1, {NAME: "Barn"}, "{}", None, "", "")
    store.server.take_detail(detail, LATER)
    assert there(store, 1).modified == LATER, "the server did not tell"
    store.server.take_detail(replace(detail, modified=told), LATER)
    assert there(store, 1).modified == told
    assert there(store, 1).created == "2026-05-01T09:00:00.000Z"


def test_opening_a_project_does_not_set_its_modification_back(store: AccountStore) -> None:
    created, modified = "2026-09-17T22:50:00.000Z", "2026-09-18T00:20:00.000Z"
    store.server.take_listed([(*listed(1, created=created)[:3], modified, *listed(1)[4:])])
    # Details give times without a zone, so that in summer they are read an hour too early.
    detail = LoadedDetail(1, {NAME: "Barn"}, "{}", None, "2026-09-17T21:50:00.000Z", "2026-09-17T23:20:00.000Z")
    store.server.take_detail(detail, LATER)
    assert (there(store, 1).created, there(store, 1).modified) == (created, modified)


def test_a_project_in_no_list_yet_is_not_modified_before_it_is_created(store: AccountStore) -> None:
    created, earlier = "2026-09-18T10:00:00.000Z", "2026-09-17T23:20:00.000Z"
    store.server.take_detail(LoadedDetail(1, {NAME: "Barn"}, "{}", 27091, created, earlier), LATER)
    assert (there(store, 1).created, there(store, 1).modified) == (created, created)


def test_what_the_server_held_already_was_not_changed_now(store: AccountStore) -> None:
    store.server.take_listed([listed(1)])
    store.outbox.add_update(1, {NAME: "Barn"}, {}, NOW)
    (waiting,) = store.reader.operations(OperationGroup.WAITING)
    store.delivery.confirm_unsent(waiting, (), LATER)
    assert (there(store, 1).name, there(store, 1).modified) == ("Barn", "2026-05-01T09:00:00.000Z")


def test_a_cleared_text_is_shown_empty(store: AccountStore) -> None:
    store.server.take_listed([listed(1, name="Barn")])
    store.outbox.add_update(1, {NAME: "", POSTCODE: ""}, {}, NOW)
    assert (there(store, 1).name, there(store, 1).postcode) == ("", "")


def test_a_project_created_here_is_shown_at_once(store: AccountStore) -> None:
    store.server.take_member(Member(ME, 27091, is_me=True))
    key = store.outbox.add_create(
        {NAME: "New", STATUS: "Sale", Field.LATITUDE: 51.0, Field.LONGITUDE: None}, ME.upper(), NOW
    )
    shown = there(store, key)
    assert (shown.key, shown.name, shown.customer, shown.status) == (key, "New", "", "Sale")
    assert (shown.created, shown.modified, shown.latitude, shown.longitude) == (NOW, NOW, 51.0, None)
    assert shown.owner_id == 27091, "whose address it is, however it is written"
    assert shown.marks == Mark.WAITING | Mark.NOT_ON_SERVER


def test_several_new_projects_are_the_first_of_the_first_page(store: AccountStore) -> None:
    store.server.take_listed([listed(number) for number in range(1, 10)])
    keys = [store.outbox.add_create({NAME: f"New {number}"}, ME, NOW) for number in range(3)]
    page = store.reader.first_rows(5)
    assert {row[0] for row in page[:3]} == set(keys)
    assert [row[0] for row in page[3:]] == [9, 8]
    assert len(store.reader.first_rows(2)) == 2


@pytest.mark.parametrize(
    ("state", "hidden_as_deleted"), [("queued", True), ("sending", True), ("unknown", False), ("needs_you", False)]
)
def test_a_soft_delete_hides_while_under_way_not_in_doubt_or_refused(
    store: AccountStore, state: str, hidden_as_deleted: bool
) -> None:
    store.server.take_listed([listed(1)])
    store.outbox.add_soft_delete(1, NOW)
    if state != "queued":
        sent = begin_next(store)
        assert sent is not None
        if state == "unknown":
            store.delivery.move(sent.operation_id, Event.IN_DOUBT, NOW)
        if state == "needs_you":
            store.delivery.move(sent.operation_id, Event.REFUSED, NOW, reason=Reason.REFUSED)
    assert bool(there(store, 1).marks & Mark.DELETED_HERE) is hidden_as_deleted


def test_a_confirmed_soft_delete_stays_deleted_until_it_is_brought_back(store: AccountStore) -> None:
    store.server.take_listed([listed(1)])
    store.outbox.add_soft_delete(1, NOW)
    sent = begin_next(store)
    assert sent is not None
    store.delivery.confirm(sent, 1, None, NOW)
    assert there(store, 1).marks == Mark.DELETED_HERE
    store.server.take_listed([listed(1)])
    assert there(store, 1).marks == Mark.DELETED_HERE, "a list may lag behind"
    assert store.server.mark_absent("2026-01-01", "2026-12-01", set(), LATER, "2026-12-01") == [1]
    assert there(store, 1).marks == Mark.DELETED_HERE
    assert store.server.take_listed([listed(1)]), "listed again after it was missing"
    assert there(store, 1).marks == Mark.NONE


def test_what_the_server_does_not_list_any_more_is_hidden_and_comes_back(store: AccountStore) -> None:
    store.server.take_listed([listed(1), listed(2)])
    assert store.server.mark_absent("2026-01-01", "2026-12-01", {2}, NOW, NOW) == [1]
    assert row(store, 1) is None
    assert set(every(store)) == {2} == {row[0] for row in store.reader.first_rows(9)}
    assert store.server.mark_absent("2026-01-01", "2026-12-01", {2}, NOW, NOW) == [], "said once"
    store.server.take_listed([listed(1)])
    assert set(every(store)) == {1, 2}


def test_what_is_pending_on_a_project_that_went_is_shown_everywhere(store: AccountStore) -> None:
    store.server.take_listed([listed(1), listed(2)])
    store.outbox.add_update(1, {NAME: "mine"}, {}, NOW)
    store.server.mark_absent("2026-01-01", "2026-12-01", {2}, NOW, NOW)
    assert there(store, 1).name == "mine"
    assert every(store)[1] == there(store, 1)
    assert {row[0] for row in store.reader.first_rows(9)} == {1, 2}
    store.outbox.discard(1, NOW)
    assert row(store, 1) is None
    assert set(every(store)) == {2}


def test_only_the_days_asked_for_lose_projects_and_nothing_just_written(store: AccountStore) -> None:
    store.server.take_listed(
        [
            listed(1, created="2026-04-30T23:59:59.999Z"),
            listed(2, created="2026-05-01T00:00:00.000Z"),
            listed(3, created="2026-06-01T00:00:00.000Z"),
            listed(4, created=""),
        ]
    )
    store.server.take_created(5, {}, 27091, "2026-05-20T10:00:00.000Z")
    absent = store.server.mark_absent(
        "2026-05-01T00:00:00.000Z", "2026-06-01T00:00:00.000Z", set(), NOW, "2026-05-20T10:00:00.000Z"
    )
    assert absent == [2]
    assert store.server.mark_absent("2026-05-01", "2026-06-01", set(), NOW, "2026-05-20T10:00:00.001Z") == [5]


def test_the_users_action_never_changes_what_the_server_said(store: AccountStore) -> None:
    store.server.take_listed([listed(1), listed(2)])
    before = dump(store, *SERVER)
    key = store.outbox.add_create({NAME: "New"}, ME, NOW)
    store.outbox.add_update(1, {NAME: "mine"}, {}, NOW)
    store.outbox.add_soft_delete(2, NOW)
    sent = begin_next(store)
    assert sent is not None
    store.delivery.move(sent.operation_id, Event.REFUSED, NOW, reason=Reason.REFUSED)
    store.outbox.try_again(sent.operation_id)
    store.outbox.discard(-key, NOW)
    store.delivery.interrupt((), NOW)
    assert dump(store, *SERVER) == before


def test_an_answer_never_changes_what_users_did(store: AccountStore) -> None:
    store.outbox.add_update(1, {NAME: "mine"}, {NAME: "Barn"}, NOW)
    store.outbox.add_update(2, {NAME: "mine"}, {}, NOW)
    before = dump(store, "operation")
    store.server.take_listed([listed(1), listed(2)])
    store.server.take_detail(LoadedDetail(1, {NAME: "theirs"}, "{}", 1, NOW, NOW), NOW)
    store.server.mark_absent("2026-01-01", "2026-12-01", set(), NOW, NOW)
    store.server.take_created(9, {}, None, NOW)
    assert dump(store, "operation") == before
    sent = begin_next(store)
    assert sent is not None
    store.delivery.confirm(sent, 1, None, LATER)
    others = "operation WHERE operation_id <> 1"
    assert store.connection.execute(f"SELECT * FROM {others}").fetchall() == before[0][1:]  # type: ignore[index]


def test_all_rows_are_the_brute_force_projection_whatever_the_slice(store: AccountStore) -> None:
    days = [f"2026-0{1 + number % 9}-01T00:00:00.000Z" if number % 7 else "" for number in range(57)]
    store.server.take_listed([listed(number + 1, created=day) for number, day in enumerate(days)])
    for number in range(5):
        store.outbox.add_create({NAME: f"New {number}"}, ME, NOW)
    for number in (1, 8, 33, 57):
        store.outbox.add_update(number, {NAME: f"mine {number}"}, {}, NOW)
    store.outbox.add_soft_delete(12, NOW)
    store.server.mark_absent("2026-01-01", "2026-12-01", set(range(9, 58)), NOW, NOW)
    changed = {row[0] for row in store.connection.execute("SELECT project_key FROM operation")}
    brute = {
        row[0]: ProjectRow._make(row)._replace(modified=NOW if row[0] in changed else row[6])
        for row in store.connection.execute(
            "SELECT key, project_name, customer_name, postcode, status, created, modified, address, owner_id, latitude,"
            " longitude, marks FROM project_projected"
        )
    }
    assert len(brute) > 50
    for slice_size in (1, 2, 7, 2000):
        assert every(store, slice_size) == brute
    newest = [row.key for row in sorted(brute.values(), key=lambda row: (row.created, row.key), reverse=True)]
    listed_order = [row[0] for part in store.reader.all_rows(7) for row in part if row[0] > 0]
    assert listed_order == [key for key in newest if key > 0]


def test_a_project_that_changes_between_two_slices_comes_once(store: AccountStore) -> None:
    store.server.take_listed([listed(number) for number in range(1, 7)])
    slices = store.reader.all_rows(2)
    first = next(slices)
    store.server.take_listed([listed(6, name="changed"), listed(2, name="changed"), listed(7)])
    rest = [row for part in slices for row in part]
    keys = [row[0] for row in [*first, *rest]]
    assert keys == [6, 5, 4, 3, 2, 1]
    assert rest[2][1] == "changed"


# -- one project -----------------------------------------------------------------------------------------------------


def loaded(project_id: int = 1) -> LoadedDetail:
    known: dict[Field, str | float | None] = {
        NAME: "Barn",
        STATUS: "Lead",
        Field.LATITUDE: 0.0,
        Field.LONGITUDE: None,
        Field.CUSTOMER_EMAIL: "a@b.test",
        Field.CUSTOMER_PHONE: "",
    }
    return LoadedDetail(project_id, known, '{"cart": []}', 27102, NOW, NOW)


def test_a_loaded_project_tells_all_that_it_told_and_no_more(store: AccountStore) -> None:
    store.server.take_listed([listed(1, latitude=51.0)])
    detail = store.reader.detail(1)
    assert detail is not None
    assert detail.not_loaded() == DETAIL_FIELDS
    assert detail.loaded_at == ""
    store.server.take_detail(loaded(), LATER)
    detail = store.reader.detail(1)
    assert detail is not None
    assert detail.not_loaded() == DETAIL_FIELDS - {Field.CUSTOMER_EMAIL, Field.CUSTOMER_PHONE}
    assert detail.values[Field.CUSTOMER_EMAIL] == "a@b.test"
    assert detail.values[Field.CUSTOMER_PHONE] == ""
    assert detail.loaded_at == LATER
    assert detail.row.latitude == 0.0, "the meridian and the equator are places too"
    assert detail.row.owner_id == 27102


def test_a_project_that_no_list_has_shown_comes_in_by_being_loaded(store: AccountStore) -> None:
    store.server.take_detail(loaded(77), NOW)
    assert there(store, 77).name == "Barn"
    assert set(every(store)) == {77}


def test_a_project_that_is_not_there_has_no_detail(store: AccountStore) -> None:
    assert store.reader.detail(5) is None
    assert store.reader.detail(-5) is None


def test_everything_of_a_project_created_here_is_known(store: AccountStore) -> None:
    key = store.outbox.add_create({NAME: "New", Field.CUSTOMER_PHONE: "1"}, "tom@acme-heat.test", NOW)
    detail = store.reader.detail(key)
    assert detail is not None
    assert detail.not_loaded() == frozenset()
    assert (detail.values[NAME], detail.values[Field.ADDRESS]) == ("New", None)
    assert detail.server_values == {}
    assert detail.owner_email == "tom@acme-heat.test"
    assert [(operation.kind, MARK_OF[operation.state], operation.blocked) for operation in detail.pending] == [
        (OperationKind.CREATE, Mark.WAITING, False)
    ]


def test_the_inspector_tells_what_is_pending_and_what_was_done(store: AccountStore) -> None:
    store.server.take_listed([listed(1)])
    store.server.take_member(Member("Tom@acme-heat.test", 27091))
    store.outbox.add_update(1, {STATUS: "Quote"}, {STATUS: "Lead"}, NOW)
    sent = begin_next(store)
    assert sent is not None
    store.delivery.confirm(sent, 1, None, LATER)
    store.outbox.add_update(1, {Field.BUILD_DATE: "pre2000", POSTCODE: ""}, {POSTCODE: "AB12 3CD"}, NOW)
    sent = begin_next(store)
    assert sent is not None
    store.delivery.move(sent.operation_id, Event.IN_DOUBT, LATER)
    store.outbox.add_soft_delete(1, NOW)
    detail = store.reader.detail(1)
    assert detail is not None
    assert [(entry.settled_at, entry.base, entry.changes) for entry in detail.history] == [
        (LATER, {STATUS: "Lead"}, {STATUS: "Quote"})
    ]
    update, deletion = detail.pending
    assert (update.kind, MARK_OF[update.state]) == (OperationKind.UPDATE, Mark.POSSIBLY_DONE)
    assert (update.base, update.changes) == ({POSTCODE: "AB12 3CD"}, {Field.BUILD_DATE: "pre2000", POSTCODE: ""})
    assert (deletion.kind, MARK_OF[deletion.state]) == (OperationKind.SOFT_DELETE, Mark.WAITING)
    assert (update.blocked, deletion.blocked) == (False, True)
    assert detail.owner_email == "tom@acme-heat.test"
    store.outbox.discard(3, "2026-11-24T13:00:00.000Z")
    detail = store.reader.detail(1)
    assert detail is not None
    assert (detail.history[0].kind, detail.history[0].cause) == (OperationKind.SOFT_DELETE, DiscardCause.DISCARDED)


def test_a_permanent_deletion_leaves_only_what_users_did(store: AccountStore) -> None:
    store.server.take_listed([listed(1), listed(2)])
    store.server.take_detail(loaded(1), NOW)
    store.outbox.add_update(1, {NAME: "mine"}, {}, NOW)
    store.delivery.discard_hard_deleted(1, LATER)
    assert set(every(store)) == {2}
    assert store.reader.detail(1) is None
    assert store.connection.execute("SELECT count(*) FROM server_detail").get == 0
    (discarded,) = store.connection.execute("SELECT * FROM operation").fetchall()
    assert "discarded" in discarded
    assert LATER in discarded
    assert begin_next(store) is None


# -- users and facts ------------------------------------------------------------------------------------------------


def test_members_come_with_me_first(store: AccountStore) -> None:
    store.server.take_member(Member("Zoe@acme.test", None))
    store.server.take_member(Member(ME, 1, is_me=True))
    store.server.take_member(Member(ME, None))  # a number that is known is not forgotten
    store.server.take_member(Member("zoe@acme.test", 5))
    assert store.reader.members() == (Member(ME, 1, is_me=True), Member("zoe@acme.test", 5))


def test_projects_waiting_for_a_new_member_are_returned(store: AccountStore) -> None:
    mine = store.outbox.add_create({Field.PROJECT_NAME: "Mill"}, "Office@acme-heat.test", NOW)
    other = store.outbox.add_create({Field.PROJECT_NAME: "Barn"}, "zoe@acme.test", NOW)
    assert store.server.take_member(Member("zoe@acme.test", 5)) == {other}
    assert every(store)[other].owner_id == 5
    assert every(store)[mine].owner_id is None
    assert store.server.take_member(Member("zoe@acme.test", 5)) == frozenset()
    assert store.server.take_member(Member("office@acme-heat.test", 1, is_me=True)) == {mine}


def test_facts_are_kept(store: AccountStore) -> None:
    assert store.reader.fact("refreshed_at") == ""
    store.facts.keep("refreshed_at", NOW)
    store.facts.keep("refreshed_at", LATER)
    assert store.reader.fact("refreshed_at") == LATER


# -- what costs no write ---------------------------------------------------------------------------------------------


def test_what_did_not_change_costs_no_write_and_one_change_writes_one_row(store: AccountStore) -> None:
    entries = [listed(number, latitude=51.5) for number in range(1, 101)]
    assert store.server.take_listed(entries) == entries
    written: list[int] = []
    store.connection.set_update_hook(lambda _kind, _database, _table, row: written.append(row))
    before = store.connection.total_changes()
    assert store.server.take_listed(entries) == []
    assert (written, store.connection.total_changes()) == ([], before)
    entries[41] = listed(42, name="changed", latitude=51.5)
    assert store.server.take_listed(entries) == [entries[41]]
    assert written == [42]
    store.connection.set_update_hook(None)


def test_an_id_that_comes_twice_in_an_answer_counts_once(store: AccountStore) -> None:
    store.server.take_listed([listed(1, name="a"), listed(1, name="b"), listed(2)])
    assert there(store, 1).name == "b"
    store.server.take_listed([listed(1, name="c"), listed(1, name="d")])
    assert there(store, 1).name == "d"
    assert store.reader.count() == 2
