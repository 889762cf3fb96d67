"""Each fault, seen from the client's end of the wire and in the data behind it."""

from __future__ import annotations

import gzip
import json
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest

from tests.conftest import TIMEOUT_S
from tests.faulty_sandbox.faults import Fault
from tests.faulty_sandbox.server import FaultySandbox
from tests.unit.sandbox.raw_client import Wire, ask

if TYPE_CHECKING:
    from collections.abc import Callable


WHO = "office@acme-heat.test"
CREATE = {"owner": WHO, "meta": {"projectName": "Barn"}}
ALL_TIME = {"userEmail": WHO, "start": "2010-01-01", "end": "2026-12-31"}


def newest(server: FaultySandbox) -> int:
    return max(project.project_id for project in server.state)


def update(server: FaultySandbox, **meta: Any) -> dict[str, Any]:
    return {"projectId": newest(server), "userEmail": WHO, "data": {"meta": meta}}


def listed(server: FaultySandbox) -> list[dict[str, Any]]:
    status, told = ask(server, "list", ALL_TIME)
    assert status == 200
    projects: list[dict[str, Any]] = told["projects"]
    return projects


def eventually(check: Callable[[], bool]) -> None:
    """For what the server does when nobody is there any more to be told."""
    until, pause = time.monotonic() + TIMEOUT_S, threading.Event()
    while not check():
        assert time.monotonic() < until
        pause.wait(0.01)


def test_a_fault_is_played_where_when_and_as_often_as_asked(server: FaultySandbox) -> None:
    rule = server.faults.add(Fault.answer(503), endpoint="create", times=2, skip=1)
    assert [ask(server, "create", CREATE)[0] for _ in range(4)] == [200, 503, 503, 200]
    assert rule.played == 2
    assert server.faults.rules() == ()
    server.faults.add(Fault.answer(500), times=None)
    assert [ask(server, name, ALL_TIME)[0] for name in ("list", "create", "list")] == [500, 500, 500]
    server.faults.clear()
    assert ask(server, "list", ALL_TIME)[0] == 200


def test_faults_are_played_before_the_key_is_looked_at(server: FaultySandbox) -> None:
    server.faults.add(Fault.answer(503), endpoint="create")
    with Wire(server) as wire:
        assert wire.send("create", CREATE, key="wrong").answer()[0] == 503
        assert wire.send("create", CREATE, key="wrong").answer()[0] == 401


def test_delay(server: FaultySandbox) -> None:
    server.faults.add(Fault.delay(0.2), endpoint="create")
    began = time.monotonic()
    assert ask(server, "create", CREATE)[0] == 200
    assert time.monotonic() - began >= 0.2


def test_a_delayed_request_is_carried_out_though_its_client_has_gone(server: FaultySandbox) -> None:
    server.faults.add(Fault.delay(0.05), endpoint="create")
    with Wire(server) as wire:
        wire.send("create", CREATE)
        server.log.wait_for(1, "create")
    eventually(lambda: len(server.state) == 51)


@pytest.mark.parametrize("reset", [False, True])
def test_drop_before(server: FaultySandbox, reset: bool) -> None:
    server.faults.add(Fault.drop_before(reset=reset), endpoint="create")
    with Wire(server) as wire:
        wire.send("create", CREATE)
        if reset:
            with pytest.raises(ConnectionResetError):
                wire.rest()
        else:
            assert wire.rest() == b""
    assert len(server.state) == 50


@pytest.mark.parametrize("reset", [False, True])
def test_drop_after(server: FaultySandbox, reset: bool) -> None:
    server.faults.add(Fault.drop_after(reset=reset), endpoint="create")
    with Wire(server) as wire:
        wire.send("create", CREATE)
        if reset:
            with pytest.raises(ConnectionResetError):
                wire.rest()
        else:
            assert wire.rest() == b""
    assert len(server.state) == 51


def test_late_application(server: FaultySandbox) -> None:
    server.faults.add(Fault.late(3600), endpoint="create")
    with Wire(server) as wire:
        assert wire.send("create", CREATE).rest() == b""
        assert len(server.state) == 50
    server.late.hurry()
    server.late.wait()
    assert len(server.state) == 51


def test_late_application_comes_by_itself(server: FaultySandbox) -> None:
    server.faults.add(Fault.late(0.1), endpoint="create", times=2)
    for _ in range(2):
        with Wire(server) as wire:
            assert wire.send("create", CREATE).rest() == b""
    server.late.wait()
    assert len(server.state) == 52


def test_late_application_waits_for_the_client_to_go(server: FaultySandbox) -> None:
    server.faults.add(Fault.late(0, hang=True), endpoint="create")
    with Wire(server, within=0.2) as wire:
        wire.send("create", CREATE)
        with pytest.raises(TimeoutError):
            wire.rest()
        assert len(server.state) == 50
    eventually(lambda: len(server.state) == 51)


def test_stopping_does_not_wait_for_faults() -> None:
    server = FaultySandbox(projects=10)
    server.start()
    server.faults.add(Fault.delay(60), endpoint="list")
    server.faults.add(Fault.late(60, hang=True), endpoint="create")
    with Wire(server) as delayed, Wire(server) as hanging:
        delayed.send("list", ALL_TIME)
        hanging.send("create", {"owner": WHO, "meta": {}})
        server.log.wait_for(2)
        began = time.monotonic()
        server.stop()
        assert time.monotonic() - began < 20
        assert delayed.rest() == b""
    assert not [thread.name for thread in threading.enumerate() if thread.name.startswith("sandbox")]
    assert len(server.state) == 10
    server.stop()


def test_stopping_gives_up_late_work(server: FaultySandbox) -> None:
    server.faults.add(Fault.late(60), endpoint="create")
    with Wire(server) as wire:
        assert wire.send("create", CREATE).rest() == b""
    with pytest.raises(TimeoutError):
        server.late.wait(within=0.01)
    server.stop()
    assert len(server.state) == 50


@pytest.mark.parametrize("applied", [False, True])
def test_status_codes_with_a_body_and_retry_after(server: FaultySandbox, applied: bool) -> None:
    fault = Fault.answer(429, '{"message":"slower"}', retry_after="Tue, 24 Nov 2026 15:00:30 GMT", applied=applied)
    server.faults.add(fault, endpoint="create")
    with Wire(server) as wire:
        status, headers, body = wire.send("create", CREATE).answer()
        assert (status, body) == (429, b'{"message":"slower"}')
        assert headers["retry-after"] == "Tue, 24 Nov 2026 15:00:30 GMT"
        # The connection is as good as before.
        assert wire.send("create", CREATE).answer()[0] == 200
    assert len(server.state) == 51 + applied


def test_html_instead_of_json(server: FaultySandbox) -> None:
    server.faults.add(Fault.html(), endpoint="list")
    with Wire(server) as wire:
        status, headers, body = wire.send("list", ALL_TIME).answer()
    assert (status, headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert body.startswith(b"<!DOCTYPE html>")


def test_truncated_body(server: FaultySandbox) -> None:
    server.faults.add(Fault.truncated(30), endpoint="create")
    with Wire(server) as wire:
        raw = wire.send("create", CREATE).rest()
    head, _, body = raw.partition(b"\r\n\r\n")
    assert body == b'{"status":"success","projectId'
    assert b"Content-Length: 39" in head or b"Content-Length: 38" in head
    assert len(server.state) == 51


def test_truncated_json_in_a_whole_body(server: FaultySandbox) -> None:
    server.faults.add(Fault.truncated(100, framed=True), endpoint="list")
    with Wire(server) as wire:
        status, _, body = wire.send("list", ALL_TIME).answer()
        assert (status, len(body)) == (200, 100)
        with pytest.raises(json.JSONDecodeError):
            json.loads(body)
        assert wire.send("list", ALL_TIME).answer()[0] == 200


def test_truncated_before_anything_is_done(server: FaultySandbox) -> None:
    server.faults.add(Fault.truncated(5, applied=False), endpoint="create")
    with Wire(server) as wire:
        assert wire.send("create", CREATE).rest().partition(b"\r\n\r\n")[2] == b"{    "
    assert len(server.state) == 50


def test_wrong_json_types(server: FaultySandbox) -> None:
    server.faults.add(Fault.wrong_json(), endpoint="create")
    status, told = ask(server, "create", CREATE)
    assert status == 200
    assert not isinstance(told["projectId"], int | str)
    assert len(server.state) == 51


def test_odd_types_that_can_be_read(server: FaultySandbox) -> None:
    server.faults.add(Fault.odd_types(), times=3)
    status, told = ask(server, "create", CREATE)
    assert told["projectId"] == str(newest(server))
    status, told = ask(server, "list", ALL_TIME)
    assert status == 200
    projects = told["projects"]
    assert len(projects) == 51
    assert all(isinstance(project[name], str) for project in projects for name in ("ID", "owner", "lat", "lng"))
    assert {"0000-00-00 00:00:00", None} < {project["dateModified"] for project in projects}
    assert "On hold" in {project["status"] for project in projects}
    assert all(project["team"] for project in projects)
    status, told = ask(server, "data", query=f"?projectId={newest(server)}&userEmail={WHO}")
    assert told["projectData"]["projectID"] == newest(server)
    assert told["projectData"]["dateModified"] == "0000-00-00 00:00:00"


def test_odd_types_leave_a_refusal_as_it_is(server: FaultySandbox) -> None:
    server.faults.add(Fault.odd_types(), endpoint="list")
    assert ask(server, "list", {**ALL_TIME, "userEmail": "nobody@acme-heat.test"})[0] == 403


def test_redirect(server: FaultySandbox) -> None:
    server.faults.add(Fault.redirect("http://127.0.0.1:1/elsewhere", 308), endpoint="create")
    with Wire(server) as wire:
        status, headers, _ = wire.send("create", CREATE).answer()
    assert (status, headers["location"]) == (308, "http://127.0.0.1:1/elsewhere")
    assert len(server.state) == 50


@pytest.mark.parametrize("on_headers", [False, True])
def test_slow_drip(server: FaultySandbox, on_headers: bool) -> None:
    server.faults.add(Fault.drip(0.01, 8, on_headers=on_headers), endpoint="create")
    with Wire(server) as wire:
        began = time.monotonic()
        status, headers, body = wire.send("create", CREATE).answer()
        took = time.monotonic() - began
    assert (status, json.loads(body)["projectId"]) == (200, newest(server))
    drops = -(-len(body) // 8) + (sum(len(f"{n}: {v}\r\n") for n, v in headers.items()) // 8 if on_headers else 0)
    assert took >= drops * 0.01


def test_a_huge_compressed_body(server: FaultySandbox) -> None:
    server.faults.add(Fault.gzip_bomb(64), endpoint="list")
    with Wire(server) as wire:
        status, headers, body = wire.send("list", ALL_TIME).answer()
    assert (status, headers["content-encoding"]) == (200, "gzip")
    assert len(body) < 128 * 1024
    unpacked = gzip.decompress(body)
    assert len(unpacked) > 64 * 1024 * 1024
    assert unpacked[:40].startswith(b'{"status":"success","projects":[  ')
    assert unpacked.endswith(b"]}")


def test_an_endless_body_ends_with_its_client(server: FaultySandbox) -> None:
    server.faults.add(Fault.endless(), endpoint="list")
    with Wire(server) as wire:
        wire.send("list", ALL_TIME)
        read = 0
        while read < 8 * 1024 * 1024:
            read += len(wire.socket.recv(1024 * 1024))
    assert ask(server, "list", ALL_TIME)[0] == 200


def test_an_endless_body_ends_with_the_server(server: FaultySandbox) -> None:
    server.faults.add(Fault.endless(), endpoint="list")
    with Wire(server) as wire:
        wire.send("list", ALL_TIME)
        wire.socket.recv(1024)
        began = time.monotonic()
        server.stop()
    assert time.monotonic() - began < 20


def test_a_capped_list(server: FaultySandbox) -> None:
    whole = listed(server)
    server.faults.add(Fault.capped(20), endpoint="list")
    assert listed(server) == whole[:20]
    assert listed(server) == whole


def test_a_stale_list_and_stale_data(server: FaultySandbox) -> None:
    before = listed(server)
    project_id = newest(server)
    gone = before[3]["ID"]
    assert ask(server, "update", update(server, status="Rejected"))[0] == 204
    assert ask(server, "hardDelete", {"projectId": gone, "userEmail": WHO})[0] == 204
    assert ask(server, "create", CREATE)[0] == 200
    assert len(listed(server)) == 50
    server.faults.add(Fault.stale(60), times=2)
    assert listed(server) == before
    told = ask(server, "data", query=f"?projectId={project_id}&userEmail={WHO}")[1]
    assert told["projectData"]["status"] == before[-1]["status"]
    server.faults.add(Fault.stale(0.000001), endpoint="list")
    assert [project["projectName"] for project in listed(server)][-1] == "Barn"


def test_a_colleagues_edit_between_two_requests(server: FaultySandbox) -> None:
    project_id = newest(server)
    server.faults.add(Fault.colleague_edit(status="Sale", customerName="Gwen"), endpoint="update")
    assert ask(server, "update", update(server, customerName="Tom"))[0] == 204
    project = server.state.get(project_id)
    assert project
    assert (project.status, project.customer_name) == ("Sale", "Tom")
    server.faults.add(Fault.colleague_edit(status="Install"), endpoint="data")
    told = ask(server, "data", query=f"?projectId={project_id}&userEmail={WHO}")[1]
    assert told["projectData"]["status"] == "Install"
    other = listed(server)[0]["ID"]
    server.faults.add(Fault.colleague_edit(other, postcode="CB1 3QD"), endpoint="create")
    ask(server, "create", CREATE)
    edited = server.state.get(other)
    assert edited
    assert edited.postcode == "CB1 3QD"


def test_a_colleague_deletes_first(server: FaultySandbox) -> None:
    server.faults.add(Fault.colleague_delete(), endpoint="update")
    assert ask(server, "update", update(server, customerName="Tom"))[0] == 404


def test_a_colleague_cannot_change_what_is_not_there(server: FaultySandbox) -> None:
    server.faults.add(Fault.colleague_edit(status="Sale"), endpoint="update", times=2)
    assert ask(server, "update", b"no json")[0] == 400
    assert ask(server, "update", {"projectId": 1, "userEmail": WHO, "data": {"meta": {}}})[0] == 404


@pytest.mark.parametrize("status", [102, 103])
def test_a_1xx_with_nothing_after_it(server: FaultySandbox, status: int) -> None:
    server.faults.add(Fault.informational(status), endpoint="create")
    with Wire(server) as wire:
        raw = wire.send("create", CREATE).rest()
    assert raw.startswith(b"HTTP/1.1 %d " % status)
    assert raw.endswith(b"\r\n\r\n")
    assert len(server.state) == 50


def test_a_1xx_before_the_answer(server: FaultySandbox) -> None:
    server.faults.add(Fault.informational(103, final=True), endpoint="create")
    with Wire(server) as wire:
        wire.send("create", CREATE)
        assert wire.answer()[0] == 103
        assert wire.answer()[0] == 200


def test_of_two_that_decide_each_has_its_turn(server: FaultySandbox) -> None:
    server.faults.add(Fault.answer(503))
    server.faults.add(Fault.answer(500))
    assert [ask(server, "create", CREATE)[0] for _ in range(3)] == [503, 500, 200]


def test_modifiers_add_up_with_a_fault_that_decides(server: FaultySandbox) -> None:
    server.faults.add(Fault.delay(0.1), endpoint="create")
    server.faults.add(Fault.drop_after(), endpoint="create")
    with Wire(server) as wire:
        began = time.monotonic()
        assert wire.send("create", CREATE).rest() == b""
    assert time.monotonic() - began >= 0.1
    assert len(server.state) == 51
