from __future__ import annotations

import gc
import threading
import time
from typing import TYPE_CHECKING, Any

import apsw
import pytest
from PySide6.QtCore import QCoreApplication, QThread

from heatpunk_desktop.api.client import ApiClient
from heatpunk_desktop.api.exchange import CancelToken, Exchange, FailureKind
from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.domain.operation import OperationState
from heatpunk_desktop.domain.own_references import is_own_reference
from heatpunk_desktop.domain.project import Mark, ProjectRow
from heatpunk_desktop.domain.remarks import RemarkCode
from heatpunk_desktop.errors import (
    BadAnswerError,
    BadInputError,
    ConnectionTroubleError,
    KeyRefusedError,
    KeyringError,
    ServerRefusedError,
    StorageError,
)
from heatpunk_desktop.services.sync import list_refresher
from heatpunk_desktop.services.sync.commands import (
    CreateAgain,
    CreateProject,
    DeleteProject,
    Discard,
    EditProject,
    Resolve,
    TryAgain,
)
from heatpunk_desktop.services.sync.facts import Link
from heatpunk_desktop.services.sync.instructions import DeletePermanently, LoadProject
from heatpunk_desktop.services.sync.service import SyncService
from heatpunk_desktop.store.account_store import AccountStore
from heatpunk_desktop.store.reader import OperationGroup
from heatpunk_desktop.sync import policy, read_before_write, send_gate, step
from heatpunk_desktop.sync.list_sync import ListPull
from tests.conftest import TIMEOUT_S
from tests.fakes import FakeClient, answered, begin_next, unsent
from tests.faulty_sandbox.faults import Fault
from tests.unit.services.conftest import ALL, IMPATIENT, NEVER, Running

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytestqt.qtbot import QtBot

    from heatpunk_desktop.api.protocol import ApiRequest
    from heatpunk_desktop.sandbox import SandboxProject
    from heatpunk_desktop.sync.policy import Chance
    from tests.faulty_sandbox.server import FaultySandbox

NAME, STATUS = Field.CUSTOMER_NAME, Field.STATUS
#: Seconds within which what waits for nobody ends, on a busy machine too: what hangs here hangs longer.
AT_ONCE = 15.0


def set_pauses(monkeypatch: pytest.MonkeyPatch, seconds: float, *, obeys_retry_after: bool = False) -> None:
    """Every pause after a failure is as long as this, or as the server asks."""

    def pause_after(_failures: int, _chance: Chance, retry_after_seconds: float | None = None) -> float:
        return retry_after_seconds if obeys_retry_after and retry_after_seconds else seconds

    for module in (policy, read_before_write, send_gate, step):
        monkeypatch.setattr(module, "pause_after", pause_after)


def any_project(server: FaultySandbox) -> SandboxProject:
    return next(iter(server.state))


def operations(run: Running) -> list[tuple[str, str]]:
    every = [operation for group in OperationGroup for operation in run.service.reader.operations(group)]
    return [
        (operation.kind.value, operation.state.value)
        for operation in sorted(every, key=lambda operation: operation.operation_id)
    ]


# -- the main job ----------------------------------------------------------------------------------------------------


def test_a_project_is_saved_shown_sent_and_gets_its_number(run: Running, server: FaultySandbox) -> None:
    key = run.saved(run.service.run(CreateProject({NAME: "Ewan Brown", STATUS: "Sale"}, server.user_email)))
    assert key < 0
    run.wait_counts(0, 0, 1)
    ((old, project_id),) = run.replaced().items()
    assert old == key
    (request,) = server.log.to("create")
    assert (request.method, request.path) == ("POST", "/api/v1/projects/create")
    reference = run.service.reader.operations(OperationGroup.DONE)[0].changes[Field.CRM_REFERENCE]
    assert is_own_reference(reference)
    assert request.body == (
        b'{"owner":"office@acme-heat.test","meta":{"customerName":"Ewan Brown","status":"Sale","crmReference":"%s"}}'
        % str(reference).encode()
    )
    assert request.header("X-API-KEY") == server.api_key
    assert request.header("Content-Type") == "application/json"
    assert request.header("accept") == "application/json"
    theirs = server.state.get(project_id)
    assert theirs is not None
    assert (theirs.customer_name, theirs.status) == ("Ewan Brown", "Sale")
    first, *_, last = [changed[0] for changed in run.told["rows_changed"]]
    assert [row[0] for row in first.rows] == [key]
    assert first.rows[0][11] == Mark.WAITING | Mark.NOT_ON_SERVER
    assert ([row[0] for row in last.rows], last.gone) == ([project_id], (key,))
    assert last.rows[0][11] == Mark.NONE
    assert run.link is Link.ONLINE


def test_only_the_changed_fields_are_sent_and_a_cleared_one_as_empty_text(run: Running, server: FaultySandbox) -> None:
    project = any_project(server)
    run.refreshed()
    changes = {Field.CUSTOMER_PHONE: "", STATUS: "Install"}
    base = {STATUS: project.status, Field.CUSTOMER_PHONE: project.customer_phone}
    run.saved(run.service.run(EditProject(project.project_id, changes, base)))
    run.wait_counts(0, 0, 1)
    (request,) = server.log.to("update")
    assert (request.method, request.path) == ("PATCH", "/api/v1/projects/update")
    assert request.body == (
        b'{"projectId":%d,"userEmail":"office@acme-heat.test","data":{"meta":{"customerPhone":"","status":"Install"}}}'
        % project.project_id
    )
    theirs = server.state.get(project.project_id)
    assert theirs is not None
    assert (theirs.status, theirs.customer_phone, theirs.customer_name) == ("Install", "", project.customer_name)


def test_a_soft_delete_is_sent_as_the_guide_has_it(run: Running, server: FaultySandbox) -> None:
    project = any_project(server)
    run.refreshed()
    run.saved(run.service.run(DeleteProject(project.project_id)))
    run.wait_counts(0, 0, 1)
    (request,) = server.log.to("softDelete")
    assert (request.method, request.path) == ("DELETE", "/api/v1/projects/softDelete")
    assert request.body == b'{"projectId":%d,"userEmail":"office@acme-heat.test"}' % project.project_id
    assert run.service.reader.rows_of([project.project_id])[project.project_id][11] == Mark.DELETED_HERE


def test_what_follows_a_create_that_is_under_way_goes_to_its_project(run: Running, server: FaultySandbox) -> None:
    server.faults.add(Fault.delay(0.3), endpoint="create")
    key = run.saved(run.service.run(CreateProject({NAME: "Ewan"}, server.user_email)))
    server.log.wait_for(1, "create")
    run.saved(run.service.run(EditProject(key, {NAME: "Gwen"}, {NAME: "Ewan"})))
    run.wait_counts(0, 0, 2)
    (project_id,) = run.replaced().values()
    assert server.log.to("update")[0].json()["projectId"] == project_id
    late = run.saved(run.service.run(EditProject(key, {NAME: "Olwen"}, {NAME: "Gwen"})))
    assert late == project_id, "a form that was opened before knows the old key only"
    run.wait_counts(0, 0, 3)


def test_many_projects_at_once_all_arrive_and_none_twice(run: Running, server: FaultySandbox) -> None:
    before = len(server.state)
    for number in range(40):
        run.service.run(CreateProject({NAME: f"Customer {number}"}, server.user_email))
    run.wait_counts(0, 0, 40)
    names = sorted(request.json()["meta"]["customerName"] for request in server.log.to("create"))
    assert names == sorted(f"Customer {number}" for number in range(40))
    assert len(server.state) == before + 40
    assert len(set(run.replaced().values())) == 40


# -- nothing waits for the network -----------------------------------------------------------------------------------


def test_saving_takes_no_time_while_every_request_hangs(run: Running, server: FaultySandbox) -> None:
    server.faults.add(Fault.delay(60), times=None)
    for number in range(4):
        run.service.run(CreateProject({NAME: f"Hangs {number}"}, server.user_email))
    run.service.refresh(ALL)
    run.service.ask(LoadProject(any_project(server).project_id))
    server.log.wait_for(4)
    begun = time.monotonic()
    run.saved(run.service.run(CreateProject({NAME: "Saved at once"}, server.user_email)))
    assert time.monotonic() - begun < AT_ONCE
    assert run.counts()[0] == 5


def test_closing_while_a_request_hangs_is_quick_and_leaves_it_in_doubt(
    start: Callable[..., Running], server: FaultySandbox
) -> None:
    run = start()
    server.faults.add(Fault.delay(60), times=None)
    run.saved(run.service.run(CreateProject({NAME: "Hangs"}, server.user_email)))
    server.log.wait_for(1, "create")
    run.service.refresh(ALL)
    server.log.wait_for(2)
    begun = time.monotonic()
    assert run.stop()
    assert time.monotonic() - begun < AT_ONCE
    server.faults.clear()

    again = start(policy=NEVER)
    again.wait_counts(1, 0, 0)
    (in_doubt,) = again.service.reader.operations(OperationGroup.WAITING)
    assert in_doubt.state is OperationState.UNKNOWN
    again.refreshed()
    again.service.send_now()
    again.saved(again.service.run(CreateProject({NAME: "Another"}, server.user_email)))
    again.wait_counts(1, 0, 1)
    sent = [request.json()["meta"]["customerName"] for request in server.log.to("create")]
    assert sent == ["Hangs", "Another"], "never again by itself"
    again.service.run(TryAgain((in_doubt.operation_id,)))
    again.wait_counts(0, 0, 2)
    assert len(server.log.to("create")) == 3


def test_closing_while_a_small_answer_unfolds_to_a_large_one_is_quick(start: Callable[..., Running]) -> None:
    begun, abandoned = threading.Event(), threading.Event()

    class Unfolding(FakeClient):
        """What came in one packed piece is handed over in hundreds, though the exchange was cut meanwhile."""

        def stream(
            self, request: ApiRequest, on_chunk: Callable[[bytes], object], cancel: CancelToken | None = None
        ) -> Exchange:
            assert cancel is not None
            cancel.attach(abandoned.set)
            begun.set()
            abandoned.wait(60)
            for _ in range(300):
                on_chunk(b" ")
            return self.do(request)

    run = start(lambda: Unfolding(lambda _request: unsent(FailureKind.CANCELLED)))
    run.service.refresh(ALL)
    assert begun.wait(TIMEOUT_S)
    began = time.monotonic()
    assert run.stop()
    assert time.monotonic() - began < AT_ONCE


def test_a_killed_program_leaves_what_it_was_sending_in_doubt(
    start: Callable[..., Running], server: FaultySandbox
) -> None:
    run = start()
    run.stop()
    store = AccountStore.open(run.path)
    store.outbox.add_create({NAME: "Killed"}, server.user_email, "")
    begin_next(store)
    store.close()
    again = start(policy=NEVER)
    again.wait_counts(1, 0, 0)
    again.refreshed()
    assert operations(again) == [("create", "unknown")]
    assert server.log.to("create") == ()


def test_what_was_cut_before_a_byte_of_it_left_waits_for_the_next_start(
    start: Callable[..., Running], server: FaultySandbox
) -> None:
    server.faults.add(Fault.delay(60), endpoint="data", times=None)
    run = start()
    for project in list(server.state)[:4]:
        run.service.ask(LoadProject(project.project_id))
    server.log.wait_for(4, "data")  # every connection is taken
    run.saved(run.service.run(CreateProject({NAME: "Waits for a connection"}, server.user_email)))
    run.wait(lambda: operations(run) == [("create", "sending")])
    run.stop()
    server.faults.clear()
    again = start()
    again.wait_counts(0, 0, 1)
    assert len(server.log.to("create")) == 1


# -- outages ---------------------------------------------------------------------------------------------------------


def test_what_surely_was_not_sent_waits_and_goes_when_the_user_says_so(run: Running, server: FaultySandbox) -> None:
    server.stop()
    run.saved(run.service.run(CreateProject({NAME: "Offline"}, server.user_email)))
    run.wait(lambda: run.link is Link.OFFLINE)
    run.wait(lambda: operations(run) == [("create", "queued")])
    (waiting,) = run.service.reader.operations(OperationGroup.WAITING)
    assert waiting.remarks[0].code is RemarkCode.NOT_SENT
    assert run.told["connection_changed"][-1][0].error.title
    server.start()
    run.service.send_now()
    run.wait_counts(0, 0, 1)
    assert run.link is Link.ONLINE
    assert len(server.log.to("create")) == 1


def test_it_goes_by_itself_too(run: Running, server: FaultySandbox) -> None:
    server.stop()
    run.saved(run.service.run(CreateProject({NAME: "Offline"}, server.user_email)))
    run.wait(lambda: run.link is Link.OFFLINE)
    server.start()
    run.wait_counts(0, 0, 1)
    assert len(server.log.to("create")) == 1


def test_a_refresh_that_reaches_the_server_again_sends_what_waits(
    run: Running, server: FaultySandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_pauses(monkeypatch, 3600.0)
    server.stop()
    run.saved(run.service.run(CreateProject({NAME: "Offline"}, server.user_email)))
    run.wait(lambda: operations(run) == [("create", "queued")] and run.link is Link.OFFLINE)
    server.start()
    run.service.refresh(ALL)
    run.wait_counts(0, 0, 1)


def test_a_pause_that_the_server_asks_for_is_kept_to(run: Running, server: FaultySandbox) -> None:
    server.faults.add(Fault.answer(429, retry_after=1), endpoint="create")
    run.saved(run.service.run(CreateProject({NAME: "Slow down"}, server.user_email)))
    run.wait_counts(0, 0, 1)
    first, second = server.log.to("create")
    assert second.at - first.at >= 1


def test_the_longer_of_two_pauses_is_kept_to(
    run: Running, server: FaultySandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_pauses(monkeypatch, 0.01, obeys_retry_after=True)
    server.faults.add(Fault.delay(0.2), endpoint="create")
    server.faults.add(Fault.answer(429), endpoint="create", skip=0)
    server.faults.add(Fault.answer(429, retry_after=1), endpoint="create")
    run.service.run(CreateProject({NAME: "one"}, server.user_email))
    run.service.run(CreateProject({NAME: "two"}, server.user_email))
    run.wait_counts(0, 0, 2)
    *_, before_last, last = server.log.to("create")
    assert last.at - server.log.to("create")[1].at >= 0.9
    assert before_last.at <= last.at


def test_a_server_that_goes_on_wanting_a_pause_is_asked_less_and_less(
    run: Running, server: FaultySandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    failures = []

    def pause_after(so_far: int, _chance: Chance, _retry_after_seconds: float | None = None) -> float:
        failures.append(so_far)
        return 0.01

    monkeypatch.setattr(send_gate, "pause_after", pause_after)
    server.faults.add(Fault.answer(429), endpoint="create", times=4)
    run.saved(run.service.run(CreateProject({NAME: "Slow down"}, server.user_email)))
    run.wait_counts(0, 0, 1)
    assert failures == [0, 1, 2, 3]


# -- keys ------------------------------------------------------------------------------------------------------------


def test_a_refused_key_pauses_the_queue_until_a_key_is_given(run: Running, server: FaultySandbox) -> None:
    run.key = "an-old-key"
    run.saved(run.service.run(CreateProject({NAME: "one"}, server.user_email)))
    run.wait(lambda: run.link is Link.KEY_REFUSED)
    assert isinstance(run.told["connection_changed"][-1][0].error, KeyRefusedError)
    run.saved(run.service.run(CreateProject({NAME: "two"}, server.user_email)))
    run.wait(lambda: operations(run) == [("create", "queued")] * 2)
    assert len(server.log.to("create")) == 1, "the second was not even tried"
    run.key = server.api_key
    run.service.key_given()
    run.wait_counts(0, 0, 2)
    assert run.link is Link.ONLINE


def test_no_key_is_said_and_nothing_is_sent(run: Running, server: FaultySandbox) -> None:
    run.key = None
    run.saved(run.service.run(CreateProject({NAME: "one"}, server.user_email)))
    run.wait(lambda: run.link is Link.KEY_MISSING and operations(run) == [("create", "queued")])
    assert server.requests == ()


def test_a_locked_keyring_doubts_nothing(start: Callable[..., Running], server: FaultySandbox) -> None:
    locked = [True]

    def key() -> str:
        if locked[0]:
            raise KeyringError("The keyring could not be used", "It is locked.")
        return server.api_key

    run = start(lambda: ApiClient(server.origin, key))
    run.saved(run.service.run(CreateProject({NAME: "one"}, server.user_email)))
    run.wait(lambda: run.link is Link.KEY_MISSING and operations(run) == [("create", "queued")])
    locked[0] = False
    run.service.key_given()
    run.wait_counts(0, 0, 1)


# -- refusals, and writes in doubt ----------------------------------------------------------------------------------


def test_one_that_cannot_be_sent_waits_for_the_user_who_is_told(run: Running, server: FaultySandbox) -> None:
    key = run.saved(run.service.run(CreateProject({NAME: "one"}, "no address")))
    run.wait(lambda: run.told["user_needed"])
    run.wait_counts(0, 1, 0)
    (unusable,) = run.service.reader.operations(OperationGroup.NEEDS_YOU)
    assert run.told["user_needed"] == [((unusable.operation_id,),)]
    assert run.told["rows_changed"][-1][0].keys == (key,)
    assert not server.log.to("create")


def test_a_refused_one_waits_for_the_user_with_the_servers_words(run: Running, server: FaultySandbox) -> None:
    run.refreshed()  # from now on it is known that a refusal is not about everything
    key = run.saved(run.service.run(CreateProject({NAME: "one"}, "stranger@elsewhere.test")))
    run.wait_counts(0, 1, 0)
    (refused,) = run.service.reader.operations(OperationGroup.NEEDS_YOU)
    assert refused.state is OperationState.NEEDS_YOU
    assert refused.server_words == "owner must be the email address of a member of the team; owner"
    assert run.service.reader.rows_of([key])[key][11] & Mark.NEEDS_YOU
    run.saved(run.service.run(Discard((refused.operation_id,))))
    run.wait_counts(0, 0, 1)
    assert run.service.reader.rows_of([key]) == {}
    assert run.told["rows_changed"][-1][0].gone == (key,)
    assert len(server.log.to("create")) == 1
    assert run.told["user_needed"] == [((refused.operation_id,),)]


def test_nothing_is_reported_once_the_service_is_stopped(run: Running, server: FaultySandbox) -> None:
    run.service.run(CreateProject({NAME: "last"}, server.user_email))
    told: list[object] = []
    run.service.changed.connect(told.append)
    assert run.service.stop()  # the change is stored first, and what reports it is queued by then
    QCoreApplication.processEvents()
    assert told == []


def test_a_waiting_project_gets_its_owner_once_they_are_known(run: Running, server: FaultySandbox) -> None:
    run.refreshed()
    colleague = "gwen.hughes@acme-heat.test"
    run.saved(run.service.run(CreateProject({NAME: "one"}, colleague)))
    run.wait_counts(0, 0, 1)
    server.faults.add(Fault.answer(400), endpoint="create")
    key = run.saved(run.service.run(CreateProject({NAME: "two"}, colleague)))
    run.wait_counts(0, 1, 1)
    assert ProjectRow._make(run.service.reader.rows_of([key])[key]).owner_id is None
    run.refreshed()  # which says whose number is the first project's

    def is_shown() -> bool:
        told = [ProjectRow._make(row) for (changed,) in run.told["rows_changed"] for row in changed.rows]
        return any(row.key == key and row.owner_id is not None for row in told)

    run.wait(is_shown)


def test_a_first_refusal_has_the_list_tell_whether_it_is_about_everything(run: Running, server: FaultySandbox) -> None:
    run.saved(run.service.run(CreateProject({NAME: "one"}, "stranger@elsewhere.test")))
    run.wait_counts(0, 1, 0)
    assert [request.endpoint for request in server.requests] == ["create", "list", "create"]


def test_a_user_who_may_do_nothing_pauses_the_queue_and_refuses_nothing(run: Running, server: FaultySandbox) -> None:
    server.faults.add(Fault.answer(403), times=None)
    run.saved(run.service.run(CreateProject({NAME: "one"}, server.user_email)))
    server.log.wait_for(1, "list")
    run.saved(run.service.run(CreateProject({NAME: "two"}, server.user_email)))
    run.refreshed()
    assert operations(run) == [("create", "queued")] * 2
    assert len(server.log.to("create")) == 1
    server.faults.clear()
    run.service.key_given()
    run.wait_counts(0, 0, 2)


@pytest.mark.parametrize(
    "fault",
    [Fault.drop_after(), Fault.drop_after(reset=True), Fault.html(applied=True), Fault.answer(502, applied=True),
     Fault.truncated(4), Fault.wrong_json()],
    ids=["drop", "reset", "page", "502", "truncated", "wrong types"],
)  # fmt: skip
def test_a_create_whose_answer_got_lost_is_in_doubt_and_not_made_twice(
    start: Callable[..., Running], server: FaultySandbox, fault: Fault
) -> None:
    run = start(policy=NEVER)
    before = len(server.state)
    server.faults.add(fault, endpoint="create")
    key = run.saved(run.service.run(CreateProject({NAME: "Once only"}, server.user_email)))
    run.wait(lambda: operations(run) == [("create", "unknown")])
    (in_doubt,) = run.service.reader.operations(OperationGroup.WAITING)
    assert in_doubt.remarks[0].code is RemarkCode.IN_DOUBT
    assert run.service.reader.rows_of([key])[key][11] & Mark.POSSIBLY_DONE
    run.refreshed()
    run.service.send_now()
    run.service.key_given()
    other = any_project(server)
    run.saved(run.service.run(EditProject(other.project_id, {NAME: "Gwen"}, {NAME: other.customer_name})))
    run.wait_counts(1, 0, 1)
    assert len(server.log.to("create")) == 1

    again = start(policy=IMPATIENT)
    again.wait_counts(0, 0, 2)
    assert [*again.replaced().values()] == [max(project.project_id for project in server.state)]
    assert again.told["user_needed"] == []
    assert len(server.log.to("create")) == 1
    assert len(server.state) == before + 1


@pytest.mark.parametrize(
    "fault", [Fault.drop_before(), Fault.html(), Fault.answer(502)], ids=["drop", "page", "502"]
)  # fmt: skip
def test_a_create_that_was_not_done_is_proved_absent_and_sent_again(
    start: Callable[..., Running], server: FaultySandbox, fault: Fault
) -> None:
    run = start(policy=IMPATIENT)
    before = len(server.state)
    run.refreshed()
    server.faults.add(fault, endpoint="create")
    run.saved(run.service.run(CreateProject({NAME: "Once only"}, server.user_email)))
    run.wait_counts(0, 0, 1)
    first, second = server.log.to("create")
    assert first.body == second.body, "what was attempted never changes"
    assert second.at - first.at >= IMPATIENT.grace_seconds + IMPATIENT.second_look_seconds
    settled = first.at + IMPATIENT.grace_seconds
    lists = [request.json() for request in server.log.to("list") if settled <= request.at < second.at]
    whole = (min(list_["start"] for list_ in lists), max(list_["end"] for list_ in lists))
    assert [(list_["start"], list_["end"]) for list_ in lists].count(whole) >= 2, "two looks after the window at least"
    assert len(server.state) == before + 1


def test_an_update_whose_answer_got_lost_waits_and_holds_back_the_next(
    start: Callable[..., Running], server: FaultySandbox
) -> None:
    run = start(policy=NEVER)
    project = any_project(server)
    server.faults.add(Fault.drop_after(), endpoint="update")
    run.saved(run.service.run(EditProject(project.project_id, {NAME: "Gwen"}, {NAME: project.customer_name})))
    run.wait(lambda: operations(run) == [("update", "unknown")])
    run.saved(run.service.run(EditProject(project.project_id, {NAME: "Olwen"}, {NAME: "Gwen"})))
    run.refreshed()
    assert len(server.log.to("update")) == 1
    assert run.counts() == (2, 0, 0)
    in_doubt, _ = run.service.reader.operations(OperationGroup.WAITING)
    run.service.run(Discard((in_doubt.operation_id,)))
    run.wait_counts(1, 0, 1)
    run.service.send_now()
    run.refreshed()
    assert len(server.log.to("update")) == 1, "the first may still land over the second"
    assert run.stop()

    again = start(policy=IMPATIENT)
    again.wait_counts(0, 0, 2)
    assert [request.json()["data"]["meta"]["customerName"] for request in server.log.to("update")] == ["Gwen", "Olwen"]


def test_an_update_whose_answer_got_lost_is_found_and_the_next_one_goes(
    start: Callable[..., Running], server: FaultySandbox
) -> None:
    run = start(policy=IMPATIENT)
    project = any_project(server)
    server.faults.add(Fault.drop_after(), endpoint="update")
    run.service.run(EditProject(project.project_id, {NAME: "Gwen"}, {NAME: project.customer_name}))
    server.log.wait_for(1, "update")
    run.saved(run.service.run(EditProject(project.project_id, {NAME: "Olwen"}, {NAME: "Gwen"})))
    run.wait_counts(0, 0, 2)
    assert [request.json()["data"]["meta"]["customerName"] for request in server.log.to("update")] == ["Gwen", "Olwen"]


def test_a_colleagues_change_is_asked_about_and_the_users_choice_stands(
    start: Callable[..., Running], server: FaultySandbox
) -> None:
    run = start()
    project = any_project(server)
    changes = {NAME: "Mine", Field.ADDRESS: "Mine too"}
    base = {NAME: project.customer_name, Field.ADDRESS: project.address}
    server.state.edit(project.project_id, customerName="Theirs")
    run.saved(run.service.run(EditProject(project.project_id, changes, base)))
    run.wait_counts(0, 1, 1)
    assert server.log.to("update")[0].json()["data"]["meta"] == {"address": "Mine too"}
    (conflict,) = run.service.reader.operations(OperationGroup.NEEDS_YOU)
    assert (conflict.reason, conflict.changes, conflict.theirs) == ("conflict", {NAME: "Mine"}, {NAME: "Theirs"})
    assert run.told["user_needed"] == [((conflict.operation_id,),)]
    run.saved(run.service.run(Resolve(conflict.operation_id, frozenset([NAME]), frozenset())))
    run.wait_counts(0, 0, 2)
    theirs = server.state.get(project.project_id)
    assert theirs is not None
    assert (theirs.customer_name, theirs.address) == ("Mine", "Mine too")


def test_a_project_a_colleague_deleted_is_recreated_with_what_waited(run: Running, server: FaultySandbox) -> None:
    project = any_project(server)
    run.refreshed()
    run.result(run.service.ask(LoadProject(project.project_id)))
    server.state.hard_delete(project.project_id)
    base = {NAME: project.customer_name}
    run.saved(run.service.run(EditProject(project.project_id, {NAME: "Kept"}, base)))
    run.wait_counts(0, 1, 0)
    (gone,) = run.service.reader.operations(OperationGroup.NEEDS_YOU)
    assert gone.reason == "gone"
    key = run.saved(run.service.run(CreateAgain((gone.operation_id,))))
    assert key < 0
    run.wait_counts(0, 0, 2)
    anew = max(server.state, key=lambda project: project.project_id)
    assert (anew.customer_name, anew.address, anew.customer_email) == (
        "Kept",
        project.address,
        project.customer_email,
    )


def test_what_cannot_be_done_is_said_to_whoever_asked(run: Running) -> None:
    for request in (
        run.service.run(EditProject(-99, {NAME: "x"}, {})),
        run.service.run(TryAgain((99,))),
        run.service.run(Discard((99,))),
    ):
        assert isinstance(run.error(request), BadInputError)


# -- one project -----------------------------------------------------------------------------------------------------


def test_a_project_is_loaded_with_what_the_list_lacks(run: Running, server: FaultySandbox) -> None:
    project = any_project(server)
    run.refreshed()
    detail = run.result(run.service.ask(LoadProject(project.project_id)))
    assert detail.values[Field.CUSTOMER_EMAIL] == project.customer_email
    assert detail.not_loaded() == {Field.CRM_REFERENCE}
    assert server.log.to("data")[0].target.endswith("userEmail=office%40acme-heat.test")


def test_a_project_created_here_is_loaded_without_the_server(run: Running, server: FaultySandbox) -> None:
    server.stop()
    key = run.saved(run.service.run(CreateProject({NAME: "Here"}, server.user_email)))
    assert run.result(run.service.ask(LoadProject(key))).values[NAME] == "Here"
    assert "not there any more" in run.error(run.service.ask(LoadProject(-77))).title


def test_a_project_that_cannot_be_loaded_says_why(run: Running, server: FaultySandbox) -> None:
    assert isinstance(run.error(run.service.ask(LoadProject(5))), ServerRefusedError)
    server.stop()
    assert isinstance(run.error(run.service.ask(LoadProject(5))), ConnectionTroubleError)
    assert run.link is Link.OFFLINE


# -- deleting for good -----------------------------------------------------------------------------------------------


def test_a_permanent_deletion_is_done_at_once_and_never_queued(run: Running, server: FaultySandbox) -> None:
    project = any_project(server)
    run.refreshed()
    assert run.result(run.service.ask(DeletePermanently(project.project_id))) == project.project_id
    assert server.state.get(project.project_id) is None
    (sent,) = server.log.to("hardDelete")
    assert (sent.method, sent.path) == ("DELETE", "/api/v1/projects/hardDelete")
    assert sent.body == b'{"projectId":%d,"userEmail":"office@acme-heat.test"}' % project.project_id
    assert run.told["rows_changed"][-1][0].gone == (project.project_id,)
    assert operations(run) == []


def test_a_permanent_deletion_that_did_not_work_is_not_tried_again(
    start: Callable[..., Running], server: FaultySandbox
) -> None:
    run = start()
    project = any_project(server)
    run.refreshed()
    server.stop()
    assert isinstance(run.error(run.service.ask(DeletePermanently(project.project_id))), ConnectionTroubleError)
    server.start()
    server.faults.add(Fault.drop_before(), endpoint="hardDelete")
    assert "not known" in run.error(run.service.ask(DeletePermanently(project.project_id))).title
    run.service.send_now()
    run.refreshed()
    again = start()
    again.refreshed()
    assert len(server.log.to("hardDelete")) == 1
    assert server.state.get(project.project_id) is not None
    assert operations(again) == []


# -- refreshing ------------------------------------------------------------------------------------------------------


def test_a_refresh_tells_how_far_it_is_and_brings_every_row(run: Running, server: FaultySandbox) -> None:
    state = run.refreshed()
    assert (state.error, state.cancelled, state.projects) == (None, False, 30)
    assert state.windows_done == state.windows > 20
    assert state.last_at
    progress = [state[0].windows_done for state in run.told["refresh_changed"] if state[0].running]
    assert progress == sorted(progress)
    keys = {key for changed in run.told["rows_changed"] for key in changed[0].keys}
    assert keys == {project.project_id for project in server.state}
    assert run.told["members_changed"][-1][0][0].email == server.user_email
    ends = [request.json()["end"] for request in server.log.to("list")]
    assert ends == sorted(ends, reverse=True), "the newest window first"
    changes = len(run.told["rows_changed"])
    assert run.refreshed().error is None
    assert len(run.told["rows_changed"]) == changes, "nothing new, nothing to paint"


def test_the_time_of_the_last_refresh_is_known_at_the_next_start(start: Callable[..., Running]) -> None:
    at = start().refreshed().last_at
    again = start()
    again.wait(lambda: again.told["refresh_changed"])
    assert again.told["refresh_changed"][0][0].last_at[:19] <= at[:19]
    assert again.told["refresh_changed"][0][0].last_at


def test_a_cancelled_refresh_keeps_what_it_read(run: Running, server: FaultySandbox) -> None:
    server.faults.add(Fault.delay(60), endpoint="list", times=None, skip=8)
    run.service.refresh(ALL)
    server.log.wait_for(9, "list")
    run.wait(lambda: run.told["refresh_changed"] and run.told["refresh_changed"][-1][0].windows_done == 8)
    run.service.cancel_refresh()
    run.wait(lambda: not run.told["refresh_changed"][-1][0].running)
    state = run.told["refresh_changed"][-1][0]
    assert (state.cancelled, state.error) == (True, None)
    server.faults.clear()
    assert run.refreshed().error is None
    run.service.cancel_refresh()
    run.error(run.service.ask(LoadProject(-1)))
    assert not run.told["refresh_changed"][-1][0].cancelled, "nothing runs, so nothing is cancelled"


def test_a_new_refresh_takes_the_place_of_the_one_that_hangs(run: Running, server: FaultySandbox) -> None:
    server.faults.add(Fault.delay(60), endpoint="list")
    run.service.refresh(ALL)
    server.log.wait_for(1, "list")
    state = run.refreshed()
    assert (state.error, state.projects) == (None, 30)


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (Fault.answer(500), ConnectionTroubleError),
        (Fault.html(), BadAnswerError),
        (Fault.truncated(30), ConnectionTroubleError),
        (Fault.truncated(30, framed=True), BadAnswerError),
        (Fault.wrong_json(), BadAnswerError),
        (Fault.drop_before(), ConnectionTroubleError),
        (Fault.answer(403), KeyRefusedError),
    ],
    ids=["500", "page", "truncated", "cut JSON", "wrong types", "drop", "403"],
)
def test_a_refresh_that_fails_says_why_and_the_rows_stay(
    run: Running, server: FaultySandbox, fault: Fault, kind: type[Exception]
) -> None:
    at = run.refreshed().last_at
    server.state.edit(any_project(server).project_id, projectName="Edited")
    server.faults.add(fault, endpoint="list", skip=3)
    state = run.refreshed()
    assert isinstance(state.error, kind)
    assert state.last_at == at, "the last one that ended whole"
    assert len(run.service.reader.first_rows(100)) == 30


def test_a_refresh_waits_as_the_server_wants_and_gives_up_in_the_end(
    run: Running, server: FaultySandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_pauses(monkeypatch, 0.01, obeys_retry_after=True)
    server.faults.add(Fault.answer(429, retry_after=1), endpoint="list", skip=2)
    state = run.refreshed()
    assert (state.error, state.projects) == (None, 30)
    _, _, third, fourth, *_ = server.log.to("list")
    assert third.body == fourth.body
    assert fourth.at - third.at >= 1
    server.log.clear()
    server.faults.add(Fault.answer(429), endpoint="list", times=None)
    state = run.refreshed()
    assert isinstance(state.error, ServerRefusedError)
    assert len(server.log.to("list")) == 4


def test_a_refresh_that_waits_for_the_server_can_be_cancelled(run: Running, server: FaultySandbox) -> None:
    server.faults.add(Fault.answer(429, retry_after=3600), endpoint="list")
    run.service.refresh(ALL)
    server.log.wait_for(1, "list")
    run.wait(lambda: run.link is Link.ONLINE)
    run.service.cancel_refresh()
    run.wait(lambda: run.told["refresh_changed"] and run.told["refresh_changed"][-1][0].cancelled)
    assert run.refreshed().error is None


def test_a_long_answer_that_is_no_list_ends_the_refresh_in_the_middle(run: Running, server: FaultySandbox) -> None:
    server.faults.add(Fault.answer(200, "no list " * 20_000), endpoint="list", skip=1)
    assert isinstance(run.refreshed().error, BadAnswerError)


def test_a_refresh_that_the_disk_stops_says_so(run: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    run.wait(lambda: run.told["refresh_changed"])
    trouble = StorageError("The disk did not take or give the data", "Nothing was saved.")

    def fail(*_: object) -> None:
        raise trouble

    with monkeypatch.context() as patch:
        patch.setattr("heatpunk_desktop.store.server_cache.ServerTables.window_digest", fail)
        assert run.refreshed().error is trouble
    with monkeypatch.context() as patch:
        patch.setattr("heatpunk_desktop.store.server_cache.ServerTables.take_listed", fail)
        assert run.refreshed().error is trouble
    assert run.refreshed().error is None


def test_a_refresh_that_the_connection_ended_is_begun_again_by_itself(
    run: Running, server: FaultySandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(list_refresher, "SHORTEST_PAUSE_BEFORE_REFRESH", 0.05)
    set_pauses(monkeypatch, 0.01)
    server.faults.add(Fault.answer(502), endpoint="list", times=2, skip=1)
    run.service.refresh(ALL)
    run.wait(lambda: run.told["refresh_changed"] and run.told["refresh_changed"][-1][0].last_at)
    assert len(run.service.reader.first_rows(100)) == 30
    assert [isinstance(state[0].error, ConnectionTroubleError) for state in run.told["refresh_changed"]].count(
        True
    ) == 2


def test_a_refresh_that_a_server_puts_off_is_begun_again_when_it_says(
    run: Running, server: FaultySandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(list_refresher, "SHORTEST_PAUSE_BEFORE_REFRESH", 0.05)
    set_pauses(monkeypatch, 0.01, obeys_retry_after=True)
    server.faults.add(Fault.answer(503, retry_after=2), endpoint="list", skip=1)
    run.service.refresh(ALL)
    run.wait(lambda: run.told["refresh_changed"] and run.told["refresh_changed"][-1][0].last_at)
    _, put_off, again, *_ = server.log.to("list")
    assert again.at - put_off.at >= 2


def test_a_refresh_goes_on_as_soon_as_the_server_is_there_again(
    run: Running, server: FaultySandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(list_refresher, "SHORTEST_PAUSE_BEFORE_REFRESH", 3600.0)
    server.stop()
    assert run.refreshed().error is not None
    run.wait(lambda: run.link is Link.OFFLINE)
    server.start()
    run.service.ask(LoadProject(any_project(server).project_id))
    run.wait(lambda: run.told["refresh_changed"][-1][0].projects == 30)


def test_a_refresh_that_the_user_must_see_to_is_not_begun_again(
    run: Running, server: FaultySandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(list_refresher, "SHORTEST_PAUSE_BEFORE_REFRESH", 0.01)
    set_pauses(monkeypatch, 0.01)
    server.faults.add(Fault.answer(403), endpoint="list")
    assert isinstance(run.refreshed().error, KeyRefusedError)
    run.result(run.service.ask(LoadProject(any_project(server).project_id)))
    assert len(server.log.to("list")) == 1


def test_a_list_faster_than_the_disk_waits_and_can_be_cancelled(
    run: Running, server: FaultySandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on = threading.Event()
    taken: list[int] = []

    def slow(_pull: ListPull, piece: bytes) -> None:
        taken.append(len(piece))
        go_on.wait(TIMEOUT_S)

    monkeypatch.setattr(ListPull, "take", slow)
    server.faults.add(Fault.endless(), endpoint="list")
    run.service.refresh(ALL)
    run.wait(lambda: taken)
    run.service.cancel_refresh()
    go_on.set()
    run.wait(lambda: run.told["refresh_changed"][-1][0].cancelled)
    assert len(taken) < 30


def test_what_a_colleague_deleted_is_hidden(run: Running, server: FaultySandbox) -> None:
    run.refreshed()
    oldest = min(server.state, key=lambda project: project.created)
    server.state.hard_delete(oldest.project_id)
    run.refreshed()
    assert run.told["rows_changed"][-1][0].gone == (oldest.project_id,)
    assert run.service.reader.rows_of([oldest.project_id]) == {}


def test_a_list_that_is_behind_does_not_hide_what_was_just_created(run: Running, server: FaultySandbox) -> None:
    run.refreshed()
    run.saved(run.service.run(CreateProject({NAME: "New"}, server.user_email)))
    run.wait_counts(0, 0, 1)
    (project_id,) = run.replaced().values()
    server.faults.add(Fault.stale(3600), endpoint="list", times=None)
    run.refreshed()
    assert run.service.reader.rows_of([project_id])[project_id][2] == "New"


# -- trouble with the disk -------------------------------------------------------------------------------------------


def test_a_database_that_cannot_be_opened_is_said_and_nothing_seems_saved(
    start: Callable[..., Running], server: FaultySandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    trouble = StorageError("The disk is full", "Nothing was saved.")

    def refuse(_path: object) -> AccountStore:
        raise trouble

    monkeypatch.setattr(AccountStore, "open", refuse)
    run = start()
    run.wait(lambda: run.told["storage_troubled"])
    request = run.service.run(CreateProject({NAME: "x"}, server.user_email))
    load, delete = run.service.ask(LoadProject(1)), run.service.ask(DeletePermanently(1))
    run.service.refresh(ALL)
    run.wait(lambda: len(run.told["storage_troubled"]) == 2)
    assert [run.error(reply) for reply in (request, load, delete)] == [trouble] * 3


def test_a_locked_database_refuses_to_save_and_goes_on_later(run: Running, server: FaultySandbox) -> None:
    run.saved(run.service.run(CreateProject({NAME: "before"}, server.user_email)))
    run.wait_counts(0, 0, 1)
    other = apsw.Connection(str(run.path))
    other.execute("BEGIN IMMEDIATE")
    request = run.service.run(CreateProject({NAME: "x"}, server.user_email))
    assert run.error(request).title == "The data are in use"
    other.close()
    run.saved(run.service.run(CreateProject({NAME: "after"}, server.user_email)))
    run.wait_counts(0, 0, 2)


def test_the_check_of_a_sound_database_says_nothing(run: Running) -> None:
    run.service.check_integrity()
    run.error(run.service.ask(LoadProject(-1)))
    assert run.told["storage_troubled"] == []


def test_the_check_of_a_damaged_database_says_so(run: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("heatpunk_desktop.services.sync.disk_watch.check_integrity", lambda _connection: "row missing")
    run.service.check_integrity()
    run.wait(lambda: run.told["storage_troubled"])
    assert run.told["storage_troubled"][0][0].title == "The data on this computer are damaged"


def test_a_bug_is_said_to_whoever_waits_and_the_outbox_goes_on(
    run: Running, server: FaultySandbox, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    with qtbot.captureExceptions() as caught, monkeypatch.context() as patch:
        patch.setattr("heatpunk_desktop.store.outbox.Outbox.add_create", lambda *_: 1 / 0)
        request = run.service.run(CreateProject({NAME: "x"}, server.user_email))
        assert "broken" in run.error(request).title
        run.wait(lambda: caught)  # it is told before it is raised
    assert caught[0][0] is ZeroDivisionError
    run.saved(run.service.run(CreateProject({NAME: "y"}, server.user_email)))
    run.wait_counts(0, 0, 1)


def test_a_bug_below_a_request_leaves_it_in_doubt(start: Callable[..., Running], server: FaultySandbox) -> None:
    def broken(_request: Any) -> Any:
        raise ZeroDivisionError

    run = start(lambda: FakeClient(broken), policy=NEVER)
    run.saved(run.service.run(CreateProject({NAME: "x"}, server.user_email)))
    run.wait(lambda: operations(run) == [("create", "unknown")])


def test_an_answer_that_cannot_be_noted_is_in_doubt_at_the_next_start(
    start: Callable[..., Running], server: FaultySandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = start()
    with monkeypatch.context() as patch:

        def full(*_: object) -> None:
            raise StorageError("The disk is full", "Nothing was saved.")

        patch.setattr("heatpunk_desktop.store.outbox_delivery.OutboxDelivery.confirm_creates", full)
        run.saved(run.service.run(CreateProject({NAME: "x"}, server.user_email)))
        run.wait(lambda: run.told["storage_troubled"])
        run.stop()
    again = start(policy=NEVER)
    again.wait_counts(1, 0, 0)
    assert operations(again) == [("create", "unknown")]
    start(policy=IMPATIENT).wait_counts(0, 0, 1)
    assert len(server.log.to("create")) == 1


def test_an_answer_that_the_disk_did_not_take_is_noted_once_there_is_room(
    run: Running, server: FaultySandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_pauses(monkeypatch, 0.05)
    with monkeypatch.context() as patch:

        def full(*_: object) -> None:
            raise StorageError("The disk is full", "Nothing was saved.")

        patch.setattr("heatpunk_desktop.store.outbox_delivery.OutboxDelivery.confirm_creates", full)
        run.saved(run.service.run(CreateProject({NAME: "x"}, server.user_email)))
        run.wait(lambda: len(run.told["storage_troubled"]) > 1)
    run.wait_counts(0, 0, 1)
    assert run.told["storage_troubled"][-1] == (None,)
    assert len(run.replaced()) == 1
    assert len(server.log.to("create")) == 1


def test_damage_is_not_taken_back_by_something_that_is_saved(
    run: Running, server: FaultySandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    def damaged(_connection: object) -> str:
        raise StorageError("The data on this computer are damaged", "It could not be checked.")

    monkeypatch.setattr("heatpunk_desktop.services.sync.disk_watch.check_integrity", damaged)
    run.service.check_integrity()
    run.saved(run.service.run(CreateProject({NAME: "x"}, server.user_email)))
    run.wait_counts(0, 0, 1)
    assert [error[0].title for error in run.told["storage_troubled"]] == ["The data on this computer are damaged"]


def test_a_full_disk_sends_nothing_that_is_not_marked_as_being_sent(
    run: Running, server: FaultySandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_pauses(monkeypatch, 0.05)
    with monkeypatch.context() as patch:

        def full(*_: object) -> None:
            raise StorageError("The disk is full", "Nothing was saved.")

        patch.setattr("heatpunk_desktop.store.outbox_delivery.OutboxDelivery.begin_all", full)
        run.saved(run.service.run(CreateProject({NAME: "x"}, server.user_email)))
        run.wait(lambda: run.told["storage_troubled"])
        assert server.requests == ()
    run.wait_counts(0, 0, 1)
    assert run.told["storage_troubled"][-1] == (None,), "what was said of the disk is taken back"


# -- threads ---------------------------------------------------------------------------------------------------------


def test_signals_come_in_the_windows_thread(run: Running, server: FaultySandbox) -> None:
    threads = []
    reply = run.service.run(CreateProject({NAME: "x"}, server.user_email))
    reply.succeeded.connect(lambda _: threads.append(QThread.currentThread()))
    run.saved(reply)
    assert threads == [run.service.thread()]


def test_a_service_that_was_never_started_can_be_stopped(start: Callable[..., Running]) -> None:
    run = start()
    other = SyncService(run.path, run.account, lambda: FakeClient(lambda _request: answered(200)))
    assert other.stop()
    del other
    gc.collect()


def test_stopping_again_does_nothing(run: Running) -> None:
    assert run.stop()
    assert run.stop()
