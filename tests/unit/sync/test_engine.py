from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
import pytest

from heatpunk_desktop.api.exchange import Exchange, FailureKind
from heatpunk_desktop.api.protocol import Endpoint
from heatpunk_desktop.domain.changes import Change, FieldEdit
from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.domain.operation import OperationState, Reason
from heatpunk_desktop.domain.project import Mark
from heatpunk_desktop.domain.remarks import Remark, RemarkCode, remark
from heatpunk_desktop.errors import BadAnswerError, KeyRefusedError, KnownError, ServerRefusedError, StorageError
from heatpunk_desktop.gui.text.remark_words import remark_words
from heatpunk_desktop.store.reader import OperationGroup
from heatpunk_desktop.sync.engine import SyncEngine
from heatpunk_desktop.sync.policy import ReconciliationPolicy
from heatpunk_desktop.sync.tasks import Check, Compare, Send, Task
from tests.fakes import ACCOUNT, ME, NOW, answered, listed, unsent
from tests.unit.sync.little_server import POLICY, RESET, Bench

if TYPE_CHECKING:
    from heatpunk_desktop.store.account_store import AccountStore

NAME, STATUS, PHONE, REFERENCE = Field.CUSTOMER_NAME, Field.STATUS, Field.CUSTOMER_PHONE, Field.CRM_REFERENCE
KINDS = ("create", "update", "soft_delete")


@pytest.fixture
def bench(store: AccountStore) -> Bench:
    made = Bench(store)
    made.server.put(1, customerName="Priya", customerPhone="01223 000000")
    made.server.put(2, customerName="Tom")
    return made.known()


def do(bench: Bench, kind: str) -> int:
    """Store something of a kind; return its key."""
    if kind == "create":
        return bench.create(customer_name="Ewan", crm_reference="C-1")
    if kind == "update":
        return bench.update(1, {NAME: "Gwen"}, {NAME: "Priya"})
    return bench.store.outbox.add_soft_delete(1, NOW)


def sent(bench: Bench) -> list[dict[str, Any]]:
    """What updates have carried so far."""
    return [orjson.loads(request.body or b"")["data"]["meta"] for request in bench.server.to(Endpoint.UPDATE)]


# -- what is sent ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "method", "target", "body"),
    [
        (
            "create",
            "POST",
            "/api/v1/projects/create",
            b'{"owner":"office@acme-heat.test","meta":{"customerName":"Ewan","crmReference":"C-1"}}',
        ),
        (
            "update",
            "PATCH",
            "/api/v1/projects/update",
            b'{"projectId":1,"userEmail":"office@acme-heat.test","data":{"meta":{"customerName":"Gwen"}}}',
        ),
        (
            "soft_delete",
            "DELETE",
            "/api/v1/projects/softDelete",
            b'{"projectId":1,"userEmail":"office@acme-heat.test"}',
        ),
    ],
)
def test_each_kind_is_sent_as_the_guide_has_it(bench: Bench, kind: str, method: str, target: str, body: bytes) -> None:
    do(bench, kind)
    if kind == "update":
        (look,) = bench.step()
        assert isinstance(look, Compare)
        assert look.request.target == "/api/v1/projects/data?projectId=1&userEmail=office%40acme-heat.test"
    task = bench.one()
    assert isinstance(task, Send)
    assert (task.request.method, task.request.target, task.request.body) == (method, target, body)
    assert bench.only().state is OperationState.SENDING, "on the disk before anything is sent"
    assert bench.only().attempted_at == NOW


def test_nothing_waiting_asks_nothing_and_wakes_nobody(bench: Bench) -> None:
    assert bench.tasks() == []
    assert bench.engine.seconds_to_wait() is None
    assert bench.engine.seconds_put_off() == 0


def test_no_more_is_asked_than_there_is_room_for_and_the_oldest_goes_first(bench: Bench) -> None:
    names = [f"Customer {number}" for number in range(5)]
    for name in names:
        bench.create(customer_name=name)
    first, second = bench.tasks(2), bench.tasks(2)
    created = [task.operation.changes[NAME] for task in (*first, *second) if isinstance(task, Send)]
    assert created == names[:4]
    assert bench.tasks(0) == []


def test_what_cannot_be_sent_waits_for_the_user_and_holds_nothing_up(bench: Bench) -> None:
    for number in range(2000):
        bench.update(100 + number, {STATUS: "Sold"}, {})
    bench.update(1, {Field.LATITUDE: None}, {})
    bench.store.outbox.add_create({NAME: "x"}, "no address", NOW)
    do(bench, "create")
    (task,) = bench.tasks(3)
    assert isinstance(task, Send)
    assert task.operation.changes[NAME] == "Ewan"
    needs = bench.store.reader.operations(OperationGroup.NEEDS_YOU, 5000)
    assert len(needs) == 2002
    assert {need.reason for need in needs} == {Reason.REFUSED}
    assert needs[0].remarks[0].code is RemarkCode.UNUSABLE
    assert "cannot be cleared" in remark_words(needs[-2].remarks)
    assert "an email address is needed" in remark_words(needs[-1].remarks)
    assert bench.taken.needs_user == [need.operation_id for need in needs], "the user is notified"
    assert bench.taken.keys >= {need.project_key for need in needs}, "the rows are painted anew"


@pytest.mark.parametrize("column", ["changes", "base", "sent"])
@pytest.mark.parametrize("spoilt", ["{", "[]", "\x00", '{"no_field":1}', "17", "[" * 5000])
def test_a_row_spoilt_by_the_disk_is_not_sent_and_holds_nothing_up(bench: Bench, column: str, spoilt: str) -> None:
    bench.update(1, {NAME: "Gwen"}, {NAME: "Priya"})
    bench.store.connection.execute(f"UPDATE operation SET {column} = ?", (spoilt,))
    do(bench, "create")
    bench.now()
    damaged, fine = bench.operations()
    assert fine.state is OperationState.CONFIRMED
    assert bench.server.to(Endpoint.UPDATE) == []
    assert (damaged.state, damaged.reason) == (OperationState.NEEDS_YOU, Reason.DAMAGED)
    assert damaged.remarks == remark(RemarkCode.DAMAGED)
    bench.store.outbox.discard(damaged.operation_id, NOW)
    bench.update(1, {NAME: "Gwen"}, {NAME: "Priya"})
    bench.now()
    assert sent(bench) == [{"customerName": "Gwen"}], "done anew"


def test_a_project_without_a_number_is_not_sent(bench: Bench) -> None:
    bench.store.connection.execute(
        "INSERT INTO operation (kind, state, project_key, owner, changes, base, created_at)"
        " VALUES ('update', 'queued', -5, '', '{}', '{}', '')"
    )
    assert bench.tasks() == []
    assert bench.only().state is OperationState.NEEDS_YOU


def test_first_in_first_out_for_each_project_and_no_waiting_for_others(bench: Bench) -> None:
    bench.update(1, {NAME: "a"}, {NAME: "Priya"})
    first = bench.tasks()
    bench.store.outbox.add_soft_delete(1, NOW)
    bench.update(2, {NAME: "b"}, {NAME: "Tom"})
    (second,) = bench.tasks()
    assert isinstance(second, Compare)
    assert second.operation.project_key == 2
    bench.take(second, bench.server.answer(second.request))
    (patch,) = bench.tasks()
    bench.take(patch, bench.server.answer(patch.request))
    assert [type(task) for task in bench.tasks()] == [Check], "the first project still has something under way"
    bench.take(first[0], bench.server.answer(first[0].request))
    bench.now()
    assert bench.states() == ["confirmed"] * 3
    assert 1 not in bench.server.projects


def test_an_answer_after_everything_was_given_up_changes_nothing(bench: Bench) -> None:
    bench.update(1, {NAME: "a"}, {NAME: "Priya"})
    look = bench.one()
    bench.store.outbox.discard(1, NOW)
    bench.take(look, bench.server.answer(look.request))
    assert (bench.tasks(), sent(bench)) == ([], [])
    do(bench, "create")
    create = bench.one()
    bench.store.connection.execute("UPDATE operation SET state = 'discarded'")
    before = bench.store.connection.total_changes()
    assert bench.take(create, answered(200, {"projectId": 7})).replaced == []
    assert bench.store.connection.total_changes() == before


# -- what came of it (see also test_outcomes) ------------------------------------------------------------------------


def test_a_confirmed_create_is_the_servers_project_from_now_on(bench: Bench) -> None:
    key = do(bench, "create")
    bench.step()
    (number,) = bench.server.named("Ewan")
    assert bench.taken.replaced == [(key, number)]
    assert {key, number} <= bench.taken.keys
    row = bench.store.reader.rows_of([number])[number]
    assert (row[2], row[8], row[11]) == ("Ewan", 27091, Mark.NONE), "its owner is known by the address"
    assert bench.only().remarks == ()


def test_the_owner_of_a_new_project_may_be_unknown(bench: Bench) -> None:
    bench.create("stranger@acme-heat.test", customer_name="x")
    bench.take(bench.one(), answered(201, {"projectId": 7}))
    assert bench.store.reader.rows_of([7])[7][8] is None


def test_a_confirmed_soft_delete_lies_among_the_deleted(bench: Bench) -> None:
    do(bench, "soft_delete")
    bench.now()
    assert bench.store.reader.rows_of([1])[1][11] == Mark.DELETED_HERE
    assert bench.taken.replaced == []


def test_a_kill_leaves_what_was_being_sent_in_doubt_and_it_is_reconciled(bench: Bench) -> None:
    do(bench, "create")
    bench.server.answer(bench.one().request)
    bench.start_again()
    in_doubt = bench.only()
    assert in_doubt.state is OperationState.UNKNOWN
    assert in_doubt.remarks == remark(RemarkCode.INTERRUPTED, "2026-11-24T12:02:00.000Z")
    bench.run(10)
    assert bench.only().state is OperationState.CONFIRMED
    assert len(bench.server.to(Endpoint.CREATE)) == 1


def full_disk(bench: Bench, look: Task) -> None:
    with bench.engine.batch():
        bench.engine.take([(look, bench.server.answer(look.request))])
        assert [type(task) for task in bench.engine.next_tasks(3)] == [Send]
        raise StorageError("The disk is full", "Nothing was saved.")


def test_a_batch_the_disk_refused_is_asked_again_and_not_sent_before(bench: Bench) -> None:
    do(bench, "update")
    look = bench.one()
    with pytest.raises(StorageError):
        full_disk(bench, look)
    assert bench.only().state is OperationState.QUEUED
    assert bench.tasks() == [], "it is as it was: the look is under way"
    bench.take(look, bench.server.answer(look.request))
    bench.now()
    assert bench.only().state is OperationState.CONFIRMED
    assert len(sent(bench)) == 1


# -- the pace --------------------------------------------------------------------------------------------------------


def test_what_waits_for_a_pause_goes_when_it_is_over_and_not_before(bench: Bench) -> None:
    do(bench, "create")
    bench.take(bench.one(), answered(429, retry_after="7"))
    assert bench.engine.seconds_to_wait() == bench.engine.seconds_put_off() == 7
    bench.wait(6.9)
    assert bench.tasks() == []
    bench.wait(0.11)
    assert [type(task) for task in bench.tasks()] == [Send]


@pytest.mark.parametrize("kind", KINDS)
def test_a_server_that_is_down_for_a_minute_is_left_alone_for_it(bench: Bench, kind: str) -> None:
    do(bench, kind)
    task = bench.one()
    bench.update(2, {NAME: "Tomos"}, {NAME: "Tom"})
    bench.take(task, answered(503, retry_after="60"))
    state = OperationState.QUEUED if kind == "update" else OperationState.UNKNOWN
    assert bench.operations()[0].state is state, "a pause says nothing about what was sent"
    assert bench.engine.seconds_put_off() == 60
    bench.wait(59.9)
    assert bench.tasks() == [], "neither looks nor other changes"
    bench.wait(0.11)
    assert bench.step()
    bench.run(600)
    assert set(bench.states()) == {"confirmed"}


@pytest.mark.parametrize("exchange", [RESET, answered(429, retry_after="60"), answered(503, retry_after="60")])
def test_the_look_after_an_update_can_be_put_off_as_any(bench: Bench, exchange: Exchange) -> None:
    do(bench, "update")
    for _ in range(2):
        bench.step()
    (check,) = bench.tasks()
    assert isinstance(check, Check)
    bench.take(check, exchange)
    assert bench.engine.seconds_put_off() > 0


def test_a_pause_that_ends_before_asking_how_long_is_not_slept_through(bench: Bench) -> None:
    """A timer may be early by a hair: `next_tasks` finds it too soon, and a moment later it is time."""
    do(bench, "create")
    bench.take(bench.one(), answered(429, retry_after="7"))
    bench.wait(6.9999)
    assert bench.tasks() == []
    bench.wait(0.001)
    assert bench.engine.seconds_to_wait() == 0, "or nothing would ever wake the queue again"
    assert [type(task) for task in bench.tasks()] == [Send]
    assert bench.engine.seconds_to_wait() is None


def test_nothing_is_sent_without_a_good_key_and_everything_with_one(bench: Bench) -> None:
    do(bench, "create")
    bench.take(bench.one(), answered(401))
    do(bench, "update")
    assert bench.tasks() == []
    assert bench.engine.seconds_to_wait() is None, "only the user helps"
    bench.wait(86_400)
    assert bench.tasks() == []
    bench.engine.key_given()
    bench.now()
    assert bench.states() == ["confirmed", "confirmed"]


def test_a_refusal_of_everything_pauses_the_queue_and_marks_nothing(bench: Bench) -> None:
    do(bench, "create")
    do(bench, "update")
    bench.server.faults = {endpoint: [answered(403)] * 20 for endpoint in Endpoint}
    bench.run(3600)
    assert bench.states() == ["queued", "queued"]
    assert bench.engine.gate.is_paused_for_key
    assert len(bench.server.asked) <= 3, "one refusal of each, and the list that tells"
    bench.server.faults.clear()
    bench.engine.key_given()
    bench.now()
    assert bench.states() == ["confirmed", "confirmed"]


def test_the_list_tells_a_refusal_of_one_project_from_one_of_all(bench: Bench) -> None:
    do(bench, "create")
    do(bench, "soft_delete")
    bench.server.faults = {Endpoint.SOFT_DELETE: [answered(403, {"message": "Not your project"})] * 2}
    bench.run(60)
    create, delete = bench.operations()
    assert create.state is OperationState.CONFIRMED
    assert (delete.state, delete.server_words) == (OperationState.NEEDS_YOU, "Not your project")
    assert len(bench.server.to(Endpoint.LIST)) == 1


def test_a_list_in_trouble_tells_no_rights_and_is_asked_again_later(bench: Bench) -> None:
    do(bench, "create")
    bench.server.faults = {Endpoint.CREATE: [answered(403)] * 99, Endpoint.LIST: [answered(503)] * 3 + [RESET] * 3}
    bench.run(300)
    assert len(bench.server.to(Endpoint.CREATE)) == 2, "not sent again before the list has told"
    assert len(bench.server.to(Endpoint.LIST)) == 7
    assert bench.only().state is OperationState.NEEDS_YOU, "the list came: it was about this one"


# -- the look before an update ---------------------------------------------------------------------------------------


def test_only_what_nobody_else_touched_is_sent(bench: Bench) -> None:
    bench.update(
        1,
        {NAME: "Mine", PHONE: "1", Field.ADDRESS: "Same", Field.POSTCODE: "AB1"},
        {NAME: "Priya", PHONE: "01223 000000", Field.ADDRESS: "", Field.POSTCODE: ""},
    )
    bench.server.projects[1].update(customerName="Theirs", address="Same")
    bench.now()
    assert sent(bench) == [{"customerPhone": "1", "postcode": "AB1"}]
    done, aside = bench.operations()
    assert (done.state, done.changes) == (
        OperationState.CONFIRMED,
        {PHONE: "1", Field.ADDRESS: "Same", Field.POSTCODE: "AB1"},
    )
    assert done.sent == {PHONE: "1", Field.POSTCODE: "AB1"}
    assert (aside.state, aside.reason) == (OperationState.NEEDS_YOU, Reason.CONFLICT)
    assert (aside.changes, aside.base, aside.theirs) == ({NAME: "Mine"}, {NAME: "Priya"}, {NAME: "Theirs"})
    assert bench.taken.needs_user == [aside.operation_id]
    assert bench.server.projects[1]["customerName"] == "Theirs", "nobody's work is overwritten unasked"
    assert aside.created_at == done.created_at


def test_what_a_colleague_restores_between_two_changes_is_not_overwritten(
    bench: Bench,
) -> None:
    changes: list[Change] = [
        FieldEdit(1, {NAME: "Priya"}, {NAME: "Gwen"}),
        FieldEdit(1, {NAME: "Priya"}, {NAME: "Olwen"}),
    ]
    bench.store.batches.stage(changes, "Import of leads.csv", ME, NOW)
    while not sent(bench):
        bench.step()
    bench.server.projects[1].update(customerName="Priya")
    bench.now()
    assert sent(bench) == [{"customerName": "Gwen"}]
    second = bench.operations()[1]
    assert (second.reason, second.base, second.theirs) == (Reason.CONFLICT, {NAME: "Gwen"}, {NAME: "Priya"})


def test_where_everything_clashes_nothing_is_sent(bench: Bench) -> None:
    do(bench, "update")
    bench.server.projects[1].update(customerName="Theirs")
    bench.now()
    conflict = bench.only()
    assert (conflict.state, conflict.theirs, conflict.attempts) == (OperationState.NEEDS_YOU, {NAME: "Theirs"}, 0)
    assert sent(bench) == []
    assert bench.taken.needs_user == [conflict.operation_id]


def test_mine_over_theirs_is_sent_or_asked_again_where_it_changed_since(bench: Bench) -> None:
    do(bench, "update")
    bench.server.projects[1].update(customerName="Theirs")
    bench.now()
    bench.store.outbox.resolve(1, {NAME}, set(), NOW)
    bench.server.projects[1].update(customerName="Theirs anew")
    bench.now()
    assert (bench.only().reason, bench.only().theirs) == (Reason.CONFLICT, {NAME: "Theirs anew"})
    bench.store.outbox.resolve(1, {NAME}, set(), NOW)
    bench.now()
    assert bench.only().state is OperationState.CONFIRMED
    assert sent(bench) == [{"customerName": "Gwen"}]


def test_what_is_there_already_is_done_without_sending(bench: Bench) -> None:
    do(bench, "update")
    bench.server.projects[1].update(customerName=" Gwen\n")
    bench.now()
    done = bench.only()
    assert done.state is OperationState.CONFIRMED
    assert done.remarks == remark(RemarkCode.THERE_ALREADY)
    assert sent(bench) == []
    assert bench.store.reader.rows_of([1])[1][2].strip() == "Gwen"


def test_what_a_lagging_part_of_the_server_had_is_looked_at_again_and_told(bench: Bench) -> None:
    bench.update(1, {NAME: "Gwen", STATUS: "Lead"}, {NAME: "Priya", STATUS: ""})
    look = bench.one()
    bench.server.projects[1].update(customerName="Gwen", status="Lead")
    bench.take(look, bench.server.answer(look.request))
    bench.server.projects[1].update(status="Install")
    bench.now()
    assert bench.only().state is OperationState.CONFIRMED
    assert bench.only().remarks == (Remark(RemarkCode.THERE_ALREADY), Remark(RemarkCode.CHANGED_AFTER, (STATUS,)))


def test_what_was_there_already_is_looked_at_again_with_what_was_sent(bench: Bench) -> None:
    bench.update(1, {NAME: "Gwen", STATUS: "Lead"}, {NAME: "Priya", STATUS: ""})
    bench.server.projects[1].update(status="Lead")
    for _ in range(2):
        bench.step()
    assert sent(bench) == [{"customerName": "Gwen"}]
    bench.server.projects[1].update(status="Install")
    bench.now()
    assert bench.only().remarks == remark(RemarkCode.CHANGED_AFTER, STATUS)


def test_that_nothing_was_compared_is_told_beside_what_changed_right_after(bench: Bench) -> None:
    bench.server.gives_references = False
    bench.update(1, {NAME: "Gwen", REFERENCE: "C-1"}, {NAME: "Priya"})
    for _ in range(2):
        bench.step()
    bench.server.projects[1].update(customerName="Trampled")
    bench.now()
    assert bench.only().remarks == (Remark(RemarkCode.UNTOLD), Remark(RemarkCode.CHANGED_AFTER, (NAME,)))


@pytest.mark.parametrize(("by_monotonic", "by_wall"), [(61.0, 61.0), (0.0, 7200.0), (0.0, -7200.0), (61.0, 0.0)])
def test_a_look_from_before_the_lid_was_closed_is_not_acted_on(
    bench: Bench, by_monotonic: float, by_wall: float
) -> None:
    do(bench, "update")
    look = bench.one()
    told = bench.server.answer(look.request)
    bench.seconds.at += by_monotonic
    bench.clock.forward(seconds=by_wall)
    bench.server.projects[1].update(customerName="A colleague's")
    bench.take(look, told)
    bench.now()
    assert sent(bench) == []
    assert bench.only().reason is Reason.CONFLICT
    assert bench.only().theirs == {NAME: "A colleague's"}


def test_a_look_that_took_as_long_as_it_may_is_acted_on(bench: Bench) -> None:
    do(bench, "update")
    look = bench.one()
    bench.wait(look.request.deadline)
    bench.take(look, bench.server.answer(look.request))
    assert isinstance(bench.one(), Send)


def test_what_follows_a_look_goes_at_once_even_where_nothing_else_may(bench: Bench) -> None:
    do(bench, "update")
    do(bench, "create")
    look = bench.tasks(1)[0]
    assert isinstance(look, Compare)
    with bench.engine.batch():
        bench.engine.take([(look, bench.server.answer(look.request))])
        (task,) = bench.engine.next_tasks(0)
    assert isinstance(task, Send)
    assert task.operation.project_key == 1


def test_what_nobody_ever_loaded_is_not_laid_over_something(bench: Bench) -> None:
    bench.update(1, {PHONE: "1", Field.CUSTOMER_EMAIL: "a@b.test"}, {})
    bench.now()
    assert sent(bench) == [{"customerEmail": "a@b.test"}], "the field that was empty"
    _, aside = bench.operations()
    assert (aside.reason, aside.theirs) == (Reason.CONFLICT, {PHONE: "01223 000000"})


def test_what_the_look_told_is_shown_at_once(bench: Bench) -> None:
    do(bench, "update")
    bench.server.projects[1].update(address="9 New Street")
    bench.step()
    assert bench.store.reader.rows_of([1])[1][7] == "9 New Street"
    assert 1 in bench.taken.keys


def test_an_answer_about_another_project_is_not_believed(bench: Bench) -> None:
    do(bench, "update")
    look = bench.one()
    bench.take(look, answered(200, {"projectData": {"projectID": "2", "customerName": "Tom"}}))
    assert bench.tasks() == []
    assert bench.only().remarks[0].code is RemarkCode.NOT_COMPARED
    detail = bench.store.reader.detail(1)
    assert detail is not None
    assert detail.server_values[NAME] == "Priya"


@pytest.mark.parametrize("is_under_way", [True, False], ids=["asked during the update", "asked before it"])
def test_details_that_may_be_older_than_an_update_are_not_stored(bench: Bench, is_under_way: bool) -> None:
    do(bench, "update")
    old = answered(200, {"projectData": {"projectID": "1", "customerName": "Before"}})
    asked = bench.engine.as_of()
    while (task := bench.one()).request.endpoint is not Endpoint.UPDATE:
        bench.take(task, bench.server.answer(task.request))
    if is_under_way:
        asked = bench.engine.as_of()
    bench.take(task, bench.server.answer(task.request))
    assert bench.states() == ["confirmed"]
    assert not bench.engine.settle_detail(1, old, asked)
    detail = bench.store.reader.detail(1)
    assert detail is not None
    assert detail.server_values[NAME] != "Before"
    assert bench.engine.settle_detail(1, old, bench.engine.as_of())


def test_details_that_come_during_an_update_are_stored_below_it(bench: Bench) -> None:
    do(bench, "update")
    while (task := bench.one()).request.endpoint is not Endpoint.UPDATE:
        bench.take(task, bench.server.answer(task.request))
    old = answered(200, {"projectData": {"projectID": "1", "customerName": "Before", "customerPhone": "1"}})
    assert bench.engine.settle_detail(1, old, bench.engine.as_of())
    bench.take(task, bench.server.answer(task.request))
    detail = bench.store.reader.detail(1)
    assert detail is not None
    assert (detail.server_values[NAME], detail.server_values[Field.CUSTOMER_PHONE]) == ("Gwen", "1")


def test_a_project_that_is_gone_waits_for_the_user(bench: Bench) -> None:
    do(bench, "update")
    bench.engine.settle_detail(2, bench.server.answer(bench.engine.detail_request(2)), bench.engine.as_of())
    del bench.server.projects[1]
    bench.now()
    gone = bench.only()
    assert (gone.state, gone.reason, gone.attempts) == (OperationState.NEEDS_YOU, Reason.GONE, 0)
    assert bench.taken.needs_user == [gone.operation_id]
    assert sent(bench) == []


def test_a_new_project_not_known_everywhere_yet_is_not_taken_for_gone(
    bench: Bench,
) -> None:
    bench.engine.settle_detail(2, bench.server.answer(bench.engine.detail_request(2)), bench.engine.as_of())
    key = do(bench, "create")
    bench.step()
    (number,) = bench.server.named("Ewan")
    bench.update(key, {NAME: "Gwen"}, {NAME: "Ewan"})
    bench.server.faults[Endpoint.DATA] = [answered(404, {"message": "No such project"})] * 4
    bench.run(60)
    assert bench.states() == ["confirmed", "confirmed"]
    assert bench.server.projects[number]["customerName"] == "Gwen"
    assert len(bench.server.to(Endpoint.DATA)) >= 6


def test_one_project_that_the_server_stumbles_over_waits_by_itself(bench: Bench) -> None:
    do(bench, "update")
    look = bench.one()
    bench.take(look, answered(500, {"message": "bug in project 1"}))
    bench.update(2, {NAME: "b"}, {NAME: "Tom"})
    bench.now()
    stumbling, other = bench.operations()
    assert other.state is OperationState.CONFIRMED
    assert stumbling.state is OperationState.QUEUED
    assert stumbling.remarks == remark(RemarkCode.NOT_COMPARED, "The server is in trouble")
    bench.server.faults[Endpoint.DATA] = [answered(500)] * 12
    bench.run(3600)
    assert 6 <= len(bench.server.to(Endpoint.DATA)) <= 60, "less and less often"
    bench.server.faults.clear()
    bench.run(600)
    assert bench.states() == ["confirmed", "confirmed"]


def test_without_the_call_the_list_is_asked_and_no_comparison_is_told(bench: Bench) -> None:
    bench.server.has_data = False
    bench.update(1, {NAME: "Gwen", PHONE: "1"}, {NAME: "Priya"})
    bench.now()
    done = bench.only()
    assert done.state is OperationState.CONFIRMED
    assert done.remarks == remark(RemarkCode.UNTOLD)
    assert sent(bench) == [{"customerName": "Gwen", "customerPhone": "1"}]
    bench.update(1, {NAME: "Olwen"}, {NAME: "Gwen"})
    bench.server.projects[1].update(customerName="Theirs")
    bench.now()
    assert bench.operations()[1].reason is Reason.CONFLICT, "the list tells too"
    assert len(bench.server.to(Endpoint.DATA)) == 1, "such a server is not asked twice"


def test_without_the_call_what_the_list_shows_is_not_looked_at_again(
    bench: Bench,
) -> None:
    bench.server.has_data = False
    bench.update(1, {NAME: "Gwen"}, {NAME: "Priya"})
    bench.now()
    bench.update(1, {NAME: "Olwen"}, {NAME: "Gwen"})
    bench.server.projects[1].update(customerName="Olwen")
    asked = len(bench.server.to(Endpoint.DATA))
    bench.now()
    assert bench.states() == ["confirmed", "confirmed"]
    assert bench.operations()[1].remarks == remark(RemarkCode.THERE_ALREADY)
    assert len(bench.server.to(Endpoint.DATA)) == asked


def test_without_call_or_list_the_server_is_believed_to_hold_what_was_seen(bench: Bench) -> None:
    bench.server.has_data = False
    do(bench, "update")
    bench.server.hidden = {1}
    bench.now()
    assert bench.only().state is OperationState.CONFIRMED
    assert bench.only().remarks == remark(RemarkCode.UNTOLD)


def test_a_list_that_lacks_a_new_project_may_lag_and_is_asked_again(bench: Bench) -> None:
    bench.server.has_data = False
    do(bench, "create")
    bench.now()
    (made,) = bench.server.named("Ewan")
    bench.server.hidden = {made}
    bench.update(made, {NAME: "Gwen"}, {NAME: "Ewan"})
    bench.run(POLICY.grace_seconds - 1)
    assert bench.states() == ["confirmed", "queued"]
    assert bench.operations()[1].remarks == remark(RemarkCode.NOT_SHOWN)
    bench.server.projects[made].update(customerName="Theirs")
    bench.server.hidden.clear()
    bench.run(POLICY.grace_seconds)
    assert bench.operations()[1].reason is Reason.CONFLICT, "nobody’s work was overwritten unseen"


def days_asked(bench: Bench) -> list[tuple[str, str]]:
    bodies = [orjson.loads(request.body or b"") for request in bench.server.to(Endpoint.LIST)]
    return [(body["start"], body["end"]) for body in bodies]


def test_a_project_not_in_its_days_list_is_looked_for_in_all_days_since(bench: Bench) -> None:
    """As the range goes by the last change, for all that is known."""
    bench.server.has_data = False
    bench.server.projects[1].update(customerName="Theirs")
    do(bench, "update")
    bench.server.faults[Endpoint.LIST] = [answered(200, {"status": "success", "projects": []})]
    bench.now()
    assert bench.only().reason is Reason.CONFLICT, "nobody’s work was overwritten unseen"
    assert days_asked(bench) == [("2026-11-23", "2026-11-25"), ("2026-11-23", "2027-11-25")]


@pytest.mark.parametrize(("few", "first"), [(5000, "2010-01-01"), (1, "2026-11-07")], ids=["few", "many"])
def test_a_project_made_by_a_clock_that_is_off_is_looked_for_on_other_days(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, few: int, first: str
) -> None:
    monkeypatch.setattr("heatpunk_desktop.sync.round_plans.FEW", few)
    bench.server.has_data = False
    do(bench, "create")
    bench.clock.forward(days=-10)
    bench.now()
    (made,) = bench.server.named("Ewan")
    bench.server.projects[made].update(customerName="Theirs")
    bench.update(made, {NAME: "Gwen"}, {NAME: "Ewan"})
    bench.now()
    assert bench.operations()[1].reason is Reason.CONFLICT
    assert days_asked(bench) == [("2026-11-13", "2026-11-15"), (first, "2027-11-25")]


def test_a_list_cut_off_before_the_project_is_read_in_parts(bench: Bench) -> None:
    bench.server.has_data = False
    for number in range(10):
        bench.server.put(500 + number, created=f"2026-11-{10 + number}T09:00:00.000Z")
    do(bench, "create")
    bench.now()
    (made,) = bench.server.named("Ewan")
    bench.server.projects[made].update(customerName="Theirs", dateCreated="2026-11-21T09:00:00.000Z")
    bench.server.cap = 10
    bench.update(made, {NAME: "Gwen"}, {NAME: "Ewan"})
    bench.now()
    assert bench.operations()[1].reason is Reason.CONFLICT


@pytest.mark.parametrize("status", [400, 404])
def test_without_the_call_and_with_the_list_refused_it_is_sent_anyway(bench: Bench, status: int) -> None:
    bench.server.has_data = False
    do(bench, "update")
    bench.server.faults[Endpoint.LIST] = [answered(status)] * 99
    bench.run(POLICY.grace_seconds - 1)
    assert bench.only().state is OperationState.QUEUED
    bench.run(POLICY.grace_seconds)
    assert bench.only().state is OperationState.CONFIRMED
    assert bench.only().remarks == remark(RemarkCode.UNTOLD)


def test_one_refusal_after_long_trouble_with_the_list_sends_nothing_unseen(bench: Bench) -> None:
    bench.server.has_data = False
    do(bench, "update")
    bench.server.faults[Endpoint.LIST] = [answered(404), *[answered(503)] * 99]
    bench.run(POLICY.grace_seconds + 60)
    bench.server.projects[1].update(customerName="Theirs")
    bench.server.faults[Endpoint.LIST] = [answered(404)]
    bench.run(3600)
    assert bench.only().reason is Reason.CONFLICT
    assert sent(bench) == []


@pytest.mark.parametrize(
    "trouble", [answered(503), answered(200, b"<html></html>"), RESET, answered(429, retry_after="3"), answered(401)]
)
def test_a_list_in_trouble_puts_the_look_off(bench: Bench, trouble: Exchange) -> None:
    bench.server.has_data = False
    do(bench, "update")
    bench.server.faults[Endpoint.LIST] = [trouble]
    bench.now()
    assert bench.only().state is OperationState.QUEUED
    assert sent(bench) == []
    bench.engine.key_given()
    bench.run(10)
    assert bench.only().state is OperationState.CONFIRMED


def test_a_look_that_is_refused_altogether_pauses_the_queue(bench: Bench) -> None:
    do(bench, "update")
    bench.take(bench.one(), answered(403))
    assert bench.engine.gate.is_paused_for_key
    bench.now()
    assert bench.only().state is OperationState.CONFIRMED, "the list told that it was about this one"
    assert sent(bench) == [{"customerName": "Gwen"}]


# -- the look after it -----------------------------------------------------------------------------------------------


def test_after_an_update_it_is_looked_at_and_what_changed_after_is_said(bench: Bench) -> None:
    do(bench, "update")
    for _ in range(2):
        bench.step()
    bench.server.projects[1].update(customerName="Trampled")
    (check,) = bench.step()
    assert isinstance(check, Check)
    done = bench.only()
    assert done.state is OperationState.CONFIRMED
    assert done.remarks == remark(RemarkCode.CHANGED_AFTER, NAME)
    assert bench.store.reader.rows_of([1])[1][2] == "Trampled"


def test_a_look_after_an_update_that_fails_changes_nothing(bench: Bench) -> None:
    do(bench, "update")
    for _ in range(2):
        bench.step()
    bench.server.faults[Endpoint.DATA] = [answered(500)]
    assert [type(part) for part in bench.step()] == [Check]
    assert (bench.only().state, bench.only().remarks) == (OperationState.CONFIRMED, ())
    assert bench.tasks() == []


def test_what_is_as_it_was_sent_is_not_worth_a_word(bench: Bench) -> None:
    bench.update(1, {NAME: "Gwen ", REFERENCE: "C-1"}, {NAME: "Priya", REFERENCE: ""})
    bench.server.gives_references = False
    for _ in range(2):
        bench.step()
    bench.server.projects[1].update(customerName="Gwen")
    bench.now()
    assert bench.only().remarks == remark(RemarkCode.UNTOLD), "the reference is not told here"


def test_looks_after_updates_wait_for_all_else_and_do_not_pile_up(bench: Bench) -> None:
    for number in range(1000, 1300):
        bench.server.put(number)
        bench.update(number, {NAME: "Gwen"}, {NAME: ""})
    bench.known()
    while bench.step(3):
        pass
    assert set(bench.states()) == {"confirmed"}
    looks = len(bench.server.to(Endpoint.DATA))
    assert 300 < looks <= 600


def test_a_look_lets_an_earlier_change_of_its_project_go_first(bench: Bench) -> None:
    bench.create(customer_name="Ewan")
    create = bench.one()
    bench.take(create, bench.server.lose(create.request, applied=True))
    bench.engine.release()
    bench.update(-1, {NAME: "Earlier"}, {NAME: "Ewan"})
    (made,) = bench.server.named("Ewan")
    bench.update(made, {NAME: "Later"}, {NAME: "Earlier"})
    look = bench.one()
    assert isinstance(look, Compare)
    bench.store.outbox.adopt(1, made, NOW)
    bench.take(look, bench.server.answer(look.request))
    bench.now()
    assert bench.states() == ["confirmed"] * 3
    assert sent(bench) == [{"customerName": "Earlier"}, {"customerName": "Later"}]


def test_answers_that_come_together_are_taken_together(bench: Bench) -> None:
    for name in ("a", "b"):
        bench.create(customer_name=name)
    answers = [(task, bench.server.answer(task.request)) for task in bench.tasks()]
    with bench.engine.batch():
        taken = bench.engine.take(answers)
    assert len(taken.replaced) == 2
    assert bench.states() == ["confirmed"] * 2
    assert {row[8] for row in bench.store.reader.rows_of([new for _, new in taken.replaced]).values()} == {27091}


# -- one project -----------------------------------------------------------------------------------------------------


def data(**project: object) -> Exchange:
    return answered(200, {"status": "success", "projectData": project})


@pytest.fixture
def engine(bench: Bench) -> SyncEngine:
    return bench.engine


def test_a_project_is_asked_for_in_my_name_and_what_is_told_is_kept(store: AccountStore, engine: SyncEngine) -> None:
    assert engine.detail_request(1).target == "/api/v1/projects/data?projectId=1&userEmail=office%40acme-heat.test"
    engine.settle_detail(
        1, data(projectID="1", customerEmail=None, lat="0", lng=0.0, cart=[1], userID="27102"), engine.as_of()
    )
    detail = store.reader.detail(1)
    assert detail is not None
    assert detail.values[Field.CUSTOMER_EMAIL] == ""
    assert (detail.row.latitude, detail.row.longitude, detail.row.owner_id) == (0.0, 0.0, 27102)
    assert detail.loaded_at == NOW
    assert REFERENCE in detail.not_loaded()


def test_an_answer_without_an_id_is_taken_and_one_with_another_is_not(store: AccountStore, engine: SyncEngine) -> None:
    engine.settle_detail(1, data(customerPhone="1"), engine.as_of())
    with pytest.raises(BadAnswerError):
        engine.settle_detail(1, data(projectID=2, customerPhone="2"), engine.as_of())
    detail = store.reader.detail(1)
    assert detail is not None
    assert detail.values[PHONE] == "1"


@pytest.mark.parametrize(
    ("exchange", "kind"),
    [(answered(404), ServerRefusedError), (answered(401), KeyRefusedError), (answered(200, b"[]"), BadAnswerError)],
)
def test_a_project_that_could_not_be_loaded_changes_nothing(
    store: AccountStore, engine: SyncEngine, exchange: Exchange, kind: type[KnownError]
) -> None:
    before = store.connection.total_changes()
    with pytest.raises(kind):
        engine.settle_detail(1, exchange, engine.as_of())
    assert store.connection.total_changes() == before


# -- deleting for good -----------------------------------------------------------------------------------------------


def test_a_permanent_deletion_takes_the_project_out(store: AccountStore, engine: SyncEngine) -> None:
    request = engine.hard_delete_request(1)
    assert (request.method, request.target) == ("DELETE", "/api/v1/projects/hardDelete")
    assert request.body == b'{"projectId":1,"userEmail":"office@acme-heat.test"}'
    engine.settle_hard_delete(1, answered(204))
    assert store.reader.rows_of([1]) == {}


@pytest.mark.parametrize("exchange", [answered(404), answered(401), unsent(), answered(429)])
def test_a_refused_permanent_deletion_says_why(store: AccountStore, engine: SyncEngine, exchange: Exchange) -> None:
    with pytest.raises(KnownError) as caught:
        engine.settle_hard_delete(1, exchange)
    assert "not known" not in caught.value.title
    assert 1 in store.reader.rows_of([1])


@pytest.mark.parametrize("exchange", [answered(500, {"error": "oh"}), Exchange(None, True, FailureKind.RESET)])
def test_a_permanent_deletion_in_doubt_says_that_nobody_knows(
    store: AccountStore, engine: SyncEngine, exchange: Exchange
) -> None:
    with pytest.raises(KnownError) as caught:
        engine.settle_hard_delete(1, exchange)
    assert caught.value.title == "It is not known whether the project was deleted"
    assert caught.value.server_words == ("oh" if exchange.status else "")
    assert 1 in store.reader.rows_of([1])
    assert store.reader.operation_counts().unsettled == 0, "it is never queued"


def test_an_engine_brings_its_own_clock_chance_and_delays(store: AccountStore) -> None:
    store.server.take_listed([listed(1)])
    engine = SyncEngine(ACCOUNT, store, lambda: Bench(store).clock())
    store.outbox.add_create({NAME: "x"}, ME, NOW)
    with engine.batch():
        (task,) = engine.next_tasks(1)
        engine.take([(task, RESET)])
    assert 0 < (engine.seconds_to_wait() or 0) <= ReconciliationPolicy().early_looks[0]


def test_what_was_ready_when_the_key_was_refused_goes_once_a_key_is_given(bench: Bench) -> None:
    bench.server.put(2, customerName="Another", created="2026-11-20T09:00:00.000Z")
    bench.known()
    for key in (1, 2):
        bench.update(key, {NAME: "Gwen"}, {NAME: "Priya" if key == 1 else "Another"})
    first, second = bench.tasks()
    with bench.engine.batch():
        bench.engine.take([(first, bench.server.answer(first.request)), (second, answered(401))])
        assert bench.engine.next_tasks(9) == []
    assert bench.states() == ["queued", "queued"]
    assert bench.operations()[0].attempts == 0, "nothing was sent"
    assert bench.operations()[0].remarks == remark(RemarkCode.KEY_REFUSED)
    bench.engine.key_given()
    bench.now()
    assert bench.states() == ["confirmed", "confirmed"]
    assert sent(bench) == [{"customerName": "Gwen"}] * 2
