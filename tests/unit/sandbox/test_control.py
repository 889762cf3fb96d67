"""The way to drive a sandbox from another process."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from heatpunk_desktop.sandbox import FaultKind, SandboxServer
from tests.unit.sandbox.raw_client import Wire, ask

WHO = "office@acme-heat.test"
ALL_TIME = {"userEmail": WHO, "start": "2010-01-01", "end": "2026-12-31"}


def control(server: SandboxServer, method: str, path: str, value: Any = None, *, key: str = "") -> tuple[int, Any]:
    body = b"" if value is None else json.dumps(value).encode()
    head = (
        f"{method} /sandbox{path} HTTP/1.1\r\nHost: a\r\nX-API-KEY: {key or server.api_key}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    with Wire(server) as wire:
        wire.socket.sendall(head.encode() + body)
        status, _, answer = wire.answer()
    return status, json.loads(answer) if answer else None


def test_it_tells_the_users_and_leaves_no_trace_in_the_log(server: SandboxServer) -> None:
    status, told = control(server, "GET", "")
    assert (status, told["projects"]) == (200, 50)
    assert told["users"][0] == {"email": WHO, "ownerId": 27091}
    assert server.requests == ()


def test_all_of_it_wants_the_key(server: SandboxServer) -> None:
    for method, path in (("GET", ""), ("POST", "/faults"), ("GET", "/projects"), ("DELETE", "/requests")):
        assert control(server, method, path, key="wrong")[0] == 401


def test_faults_are_added_told_and_taken_back(server: SandboxServer) -> None:
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
    assert [each["played"] for each in control(server, "GET", "/faults")[1]["faults"]] == [1]
    assert control(server, "DELETE", f"/faults/{rule['id']}") == (204, None)
    assert control(server, "DELETE", f"/faults/{rule['id']}")[0] == 404
    assert ask(server, "list", ALL_TIME)[0] == 200
    control(server, "POST", "/faults", {"kind": "drop"})
    assert control(server, "DELETE", "/faults") == (204, None)
    assert control(server, "GET", "/faults") == (200, {"faults": []})


def test_a_colleague_over_http(server: SandboxServer) -> None:
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
def test_a_fault_that_cannot_be_is_refused(server: SandboxServer, value: object, named: str) -> None:
    status, told = control(server, "POST", "/faults", value)
    assert status == 400
    assert named in told["message"]
    assert server.faults.rules() == ()


@pytest.mark.parametrize("kind", list(FaultKind))
def test_each_kind_can_be_asked_for_over_http_with_nothing_else(server: SandboxServer, kind: FaultKind) -> None:
    assert control(server, "POST", "/faults", {"kind": kind, "endpoint": "list"})[0] == 201
    with Wire(server) as wire:
        wire.send("list", ALL_TIME)
        # Whatever it is, something comes: an answer, or the end.
        wire.socket.recv(100)
    assert server.faults.rules() == ()


def test_the_truth_can_be_read_and_changed(server: SandboxServer) -> None:
    projects = control(server, "GET", "/projects")[1]["projects"]
    assert projects == [project.truth() for project in server.state]
    project_id = projects[0]["project_id"]
    assert control(server, "PATCH", f"/projects/{project_id}", {"status": "Install", "lat": 1}) == (204, None)
    told = control(server, "GET", f"/projects/{project_id}")[1]
    assert (told["status"], told["lat"], told["deleted"]) == ("Install", 1, False)
    status, refused = control(server, "PATCH", f"/projects/{project_id}", {"status": 7})
    assert (status, refused["field"]) == (400, "meta.status")
    assert control(server, "PATCH", f"/projects/{project_id}", [])[0] == 400
    assert control(server, "DELETE", f"/projects/{project_id}") == (204, None)
    for method in ("GET", "DELETE", "PATCH"):
        assert control(server, method, f"/projects/{project_id}", {} if method == "PATCH" else None)[0] == 404


def test_what_came_in_can_be_read_and_forgotten(server: SandboxServer) -> None:
    ask(server, "create", b'{"owner":"\xff"}')
    (told,) = control(server, "GET", "/requests")[1]["requests"]
    assert (told["method"], told["target"]) == ("POST", "/api/v1/projects/create")
    assert base64.b64decode(told["bodyBase64"]) == b'{"owner":"\xff"}'
    assert ["X-API-KEY", server.api_key] in told["headers"]
    assert control(server, "DELETE", "/requests") == (204, None)
    assert control(server, "GET", "/requests") == (200, {"requests": []})


@pytest.mark.parametrize("path", ["/nothing", "/faults/x", "/projects/1/2", "/requests/1", "/"])
def test_what_is_not_there(server: SandboxServer, path: str) -> None:
    assert control(server, "GET", path)[0] == 404


def test_a_wrong_method(server: SandboxServer) -> None:
    assert control(server, "PUT", "/faults")[0] == 405
    assert control(server, "POST", "/projects/1")[0] == 405
