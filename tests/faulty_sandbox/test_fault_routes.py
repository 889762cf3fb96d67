"""The way to have a sandbox go wrong from another process."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.faulty_sandbox.faults import FaultKind
from tests.unit.sandbox.raw_client import Wire, ask, control

if TYPE_CHECKING:
    from tests.faulty_sandbox.server import FaultySandbox

WHO = "office@acme-heat.test"
ALL_TIME = {"userEmail": WHO, "start": "2010-01-01", "end": "2026-12-31"}


def test_the_faults_want_the_key(server: FaultySandbox) -> None:
    for method, path in (("GET", "/faults"), ("POST", "/faults"), ("DELETE", "/faults/1")):
        assert control(server, method, path, key="wrong")[0] == 401


def test_faults_are_added_told_and_taken_back(server: FaultySandbox) -> None:
    wanted = {
        "kind": "answer",
        "status": 503,
        "body": "busy",
        "content_type": "text/plain",
        "headers": [["Retry-After", "2"]],
        "endpoint": "list",
        "times": None,
        "skip": 1,
    }
    status, rule = control(server, "POST", "/faults", wanted)
    assert (status, rule["endpoint"], rule["times"], rule["skip"]) == (201, "list", None, 1)
    assert ask(server, "list", ALL_TIME)[0] == 200
    with Wire(server) as wire:
        status, headers, body = wire.send("list", ALL_TIME).answer()
    assert (status, headers["retry-after"], headers["content-type"], body) == (503, "2", "text/plain", b"busy")
    assert [fault["played"] for fault in control(server, "GET", "/faults")[1]["faults"]] == [1]
    assert control(server, "DELETE", f"/faults/{rule['id']}") == (204, None)
    assert control(server, "DELETE", f"/faults/{rule['id']}")[0] == 404
    assert ask(server, "list", ALL_TIME)[0] == 200
    control(server, "POST", "/faults", {"kind": "drop"})
    assert control(server, "DELETE", "/faults") == (204, None)
    assert control(server, "GET", "/faults") == (200, {"faults": []})


def test_a_colleague_over_http(server: FaultySandbox) -> None:
    project_id = next(iter(server.state)).project_id
    edit = {"kind": "colleague_edit", "changes": {"status": "Sale"}, "endpoint": "data"}
    assert control(server, "POST", "/faults", edit)[0] == 201
    told = ask(server, "data", query=f"?projectId={project_id}&userEmail={WHO}")[1]
    assert told["projectData"]["status"] == "Sale"


@pytest.mark.parametrize(
    ("value", "named"),
    [
        ([], "object"),
        ({}, "kind"),
        ({"kind": "explode"}, "kind"),
        ({"kind": ["drop"]}, "kind"),
        ({"kind": "drop", "endpoint": "delete"}, "endpoint"),
        ({"kind": "drop", "times": 0}, "times"),
        ({"kind": "drop", "times": True}, "times"),
        ({"kind": "drop", "skip": -1}, "skip"),
        ({"kind": "drop", "seconds": "2"}, "seconds"),
        ({"kind": "drop", "reset": 1}, "reset"),
        ({"kind": "drop", "count": True}, "count"),
        ({"kind": "drop", "loud": True}, "loud"),
        ({"kind": "answer", "headers": [["Retry-After", 2]]}, "headers"),
        ({"kind": "answer", "status": 99}, "status"),
        ({"kind": "answer", "status": 101}, "status"),
        ({"kind": "informational", "status": 200}, "status"),
        ({"kind": "delay", "seconds": -1}, "seconds"),
        ({"kind": "drip", "count": -1}, "count"),
        ({"kind": "answer", "headers": [["X-Split", "a\r\nb"]]}, "headers"),
        ({"kind": "colleague_edit", "changes": {"status": "Sold"}}, "changes.status"),
        ({"kind": "colleague_edit", "changes": {"colour": "teal"}}, "changes.colour"),
    ],
)
def test_a_fault_that_cannot_be_is_refused(server: FaultySandbox, value: object, named: str) -> None:
    status, told = control(server, "POST", "/faults", value)
    assert status == 400
    assert named in told["message"]
    assert server.faults.rules() == ()


@pytest.mark.parametrize("kind", list(FaultKind))
def test_each_kind_can_be_asked_for_over_http_with_nothing_else(server: FaultySandbox, kind: FaultKind) -> None:
    assert control(server, "POST", "/faults", {"kind": kind, "endpoint": "list"})[0] == 201
    with Wire(server) as wire:
        wire.send("list", ALL_TIME)
        # Whatever it is, something comes: an answer, or the end.
        wire.socket.recv(100)
    assert server.faults.rules() == ()


def test_what_is_not_there_or_not_done_so(server: FaultySandbox) -> None:
    assert control(server, "GET", "/faults/x")[0] == 404
    assert control(server, "PUT", "/faults")[0] == 405
