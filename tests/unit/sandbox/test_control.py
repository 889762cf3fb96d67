"""The way to drive a sandbox from another process."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

import pytest

from tests.unit.sandbox.raw_client import ask, control

if TYPE_CHECKING:
    from heatpunk_desktop.sandbox import SandboxServer

WHO = "office@acme-heat.test"
ALL_TIME = {"userEmail": WHO, "start": "2010-01-01", "end": "2026-12-31"}


def test_it_tells_the_users_and_leaves_no_trace_in_the_log(server: SandboxServer) -> None:
    status, told = control(server, "GET", "")
    assert (status, told["projects"]) == (200, 50)
    assert told["users"][0] == {"email": WHO, "ownerId": 27091}
    assert server.requests == ()


def test_all_of_it_wants_the_key(server: SandboxServer) -> None:
    for method, path in (("GET", ""), ("GET", "/projects"), ("PATCH", "/projects/1"), ("DELETE", "/requests")):
        assert control(server, method, path, key="wrong")[0] == 401


def test_projects_can_be_read_and_changed(server: SandboxServer) -> None:
    projects = control(server, "GET", "/projects")[1]["projects"]
    assert projects == [project.as_dict() for project in server.state]
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


@pytest.mark.parametrize("path", ["/nothing", "/faults", "/projects/x", "/projects/1/2", "/requests/1", "/"])
def test_what_is_not_there(server: SandboxServer, path: str) -> None:
    assert control(server, "GET", path)[0] == 404


def test_a_wrong_method(server: SandboxServer) -> None:
    assert control(server, "PUT", "/requests")[0] == 405
    assert control(server, "POST", "/projects/1")[0] == 405
