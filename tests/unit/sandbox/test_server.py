"""The server as a client meets it: methods, keys, users, bodies, connections, and how it starts and stops."""

from __future__ import annotations

import json
import socket
import threading
from datetime import UTC, date, datetime, time, timedelta
from time import monotonic
from zoneinfo import ZoneInfo

import pytest

from heatpunk_desktop.sandbox import (
    DEFAULT_USERS,
    Endpoint,
    SandboxProject,
    SandboxServer,
    SandboxUser,
    WireLog,
    WireRequest,
)
from heatpunk_desktop.sandbox.project import to_millis
from heatpunk_desktop.sandbox.users import Users
from tests.conftest import TIMEOUT_S
from tests.unit.sandbox.raw_client import Wire, ask, request_bytes

WHO = "office@acme-heat.test"
STRANGER = "someone@elsewhere.test"
ALL_TIME = {"userEmail": WHO, "start": "2010-01-01", "end": "2026-12-31"}


def first_id(server: SandboxServer) -> int:
    return next(iter(server.state)).project_id


def raw(server: SandboxServer, data: bytes) -> bytes:
    with Wire(server) as wire:
        wire.socket.sendall(data)
        wire.socket.shutdown(socket.SHUT_WR)
        return wire.rest()


@pytest.mark.parametrize("host", ["0.0.0.0", "", "localhost", "192.0.2.1", "::"])  # noqa: S104  (refused)
def test_it_listens_on_this_computer_only(host: str) -> None:
    with pytest.raises(ValueError, match=r"127\.0\.0\.1 only"):
        SandboxServer(host=host)


def test_a_key_is_wanted_and_a_wrong_one_refused(server: SandboxServer) -> None:
    for endpoint in Endpoint:
        wanted = request_bytes(server, endpoint, ALL_TIME)
        without = wanted.replace(f"X-API-KEY: {server.api_key}\r\n".encode(), b"")
        assert raw(server, without).startswith(b"HTTP/1.1 401 Unauthorized\r\n")
        wrong = wanted.replace(server.api_key.encode(), b"w\xf6rong")
        assert raw(server, wrong).startswith(b"HTTP/1.1 401 Unauthorized\r\n")
    assert len(server.state) == 50


def test_strangers_are_refused(server: SandboxServer) -> None:
    project_id = first_id(server)
    bodies = {
        "create": {"owner": STRANGER, "meta": {}},
        "list": {**ALL_TIME, "userEmail": STRANGER},
        "update": {"projectId": project_id, "userEmail": STRANGER, "data": {"meta": {}}},
        "softDelete": {"projectId": project_id, "userEmail": STRANGER},
        "hardDelete": {"projectId": project_id, "userEmail": STRANGER},
    }
    for endpoint, body in bodies.items():
        status, told = ask(server, endpoint, body)
        assert (status, told["field"]) == (403, "owner" if endpoint == "create" else "userEmail")
    assert ask(server, "data", query=f"?projectId={project_id}&userEmail={STRANGER}")[0] == 403
    assert [project.deleted for project in server.state] == [False] * 50


def test_somebody_who_does_not_see_all() -> None:
    users = (*DEFAULT_USERS[:2], SandboxUser("new@acme-heat.test", 30000, sees_all=False))
    with SandboxServer(users=users) as server:
        theirs = server.state.create(30000, {"projectName": "Theirs"})
        other = server.state.create(27091, {"projectName": "Other"})
        status, told = ask(server, "list", ALL_TIME | {"userEmail": "new@acme-heat.test", "end": "2099-01-01"})
        assert (status, [project["ID"] for project in told["projects"]]) == (200, [theirs.project_id])
        assert told["ownerID"] == 30000
        for project, expected in ((theirs, 204), (other, 403)):
            body = {"projectId": project.project_id, "userEmail": "New@acme-heat.test", "data": {"meta": {}}}
            assert ask(server, "update", body)[0] == expected


@pytest.mark.parametrize("endpoint", ["update", "softDelete", "hardDelete", "data"])
def test_an_unknown_project(server: SandboxServer, endpoint: str) -> None:
    body = {"projectId": 5, "userEmail": WHO} | ({"data": {"meta": {}}} if endpoint == "update" else {})
    if endpoint == "data":
        status, told = ask(server, "data", query=f"?projectId=5&userEmail={WHO}")
    else:
        status, told = ask(server, endpoint, body)
    assert (status, told["field"]) == (404, "projectId")


def test_a_created_project_is_listed_at_once_with_its_defaults(server: SandboxServer) -> None:
    status, told = ask(server, "create", {"owner": WHO, "meta": {"lat": 52.1, "customerName": "Siân"}})
    assert status == 200
    assert set(told) == {"status", "projectId"}
    project = ask(server, "list", ALL_TIME)[1]["projects"][-1]
    assert project == {
        "ID": told["projectId"],
        "owner": 27091,
        "dateCreated": "2026-11-24T15:00:00.000Z",
        "dateModified": "2026-11-24T15:00:00.000Z",
        "projectName": "Tue Nov 24 2026",
        "customerName": "Siân",
        "address": "",
        "postcode": "",
        "lat": 52.099998474121094,
        "lng": None,
        "status": "Lead",
    }


def test_an_update_leaves_the_other_fields(server: SandboxServer) -> None:
    before = server.state.get(first_id(server))
    assert before
    body = {"projectId": before.project_id, "userEmail": WHO, "data": {"meta": {"customerPhone": "01632 960123"}}}
    assert ask(server, "update", body) == (204, None)
    after = server.state.get(before.project_id)
    assert after
    assert after.customer_phone == "01632 960123"
    changed = {name for name, value in after.as_dict().items() if value != before.as_dict()[name]}
    assert changed == {"customer_phone", "modified"}


def test_soft_deleted_ones_are_not_listed_and_hard_deleted_ones_are_gone(server: SandboxServer) -> None:
    soft, hard = [project.project_id for project in server.state][:2]
    assert ask(server, "softDelete", {"projectId": soft, "userEmail": WHO}) == (204, None)
    assert ask(server, "hardDelete", {"projectId": hard, "userEmail": WHO}) == (204, None)
    ids = [project["ID"] for project in ask(server, "list", ALL_TIME)[1]["projects"]]
    assert len(ids) == 48
    assert not {soft, hard} & set(ids)
    assert ask(server, "data", query=f"?projectId={soft}&userEmail={WHO}")[0] == 200
    assert ask(server, "data", query=f"?projectId={hard}&userEmail={WHO}")[0] == 404
    assert ask(server, "hardDelete", {"projectId": hard, "userEmail": WHO})[0] == 404
    assert len(server.state) == 49


def test_data_has_the_shape_of_the_vendors_pages(server: SandboxServer) -> None:
    meta = {"projectName": "Barn", "customerEmail": "a@example.com", "buildDate": "pre2000", "crmReference": "R/1"}
    project = server.state.create(27094, {**meta, "status": "Quote"})
    server.state.edit(project.project_id, created=to_millis(datetime(2024, 7, 31, 9, 48, 44, tzinfo=UTC)))
    told = ask(server, "data", query=f"?projectId={project.project_id}&userEmail=ewan.brown%2Bsurveys@acme-heat.test")
    assert told[0] == 200
    data = told[1]["projectData"]
    assert (data["projectID"], data["userID"]) == (str(project.project_id), "27094")
    assert data["dateCreated"] == "2024-07-31 10:48:44"
    assert (data["customerName"], data["customerPhone"], data["lat"]) == (None, None, None)
    assert (data["customerEmail"], data["buildDate"], data["projectType"]) == ("a@example.com", "pre2000", "heat")
    assert data["cart"][0]["availableFrom"]["midsummer"]["ID"].isdecimal()
    assert "crmReference" not in data


def test_data_can_be_made_to_tell_the_reference() -> None:
    with SandboxServer(returns_crm_reference=True) as server:
        project = server.state.create(27091, {"crmReference": "HPD-7"})
        told = ask(server, "data", query=f"?projectId={project.project_id}&userEmail={WHO}")[1]
        assert told["projectData"]["crmReference"] == "HPD-7"


def put_at(server: SandboxServer, project_id: int, moment: datetime) -> None:
    server.state.put(SandboxProject(project_id, 27091, to_millis(moment), to_millis(moment)))


@pytest.mark.parametrize(("zone", "expected"), [(UTC, [2, 3]), (ZoneInfo("Europe/London"), [1, 2])])
def test_both_days_of_a_list_are_included(zone: ZoneInfo, expected: list[int]) -> None:
    with SandboxServer(zone=zone) as server:
        # The first and the last moment of 1 to 2 July in UK time, and the last in UTC.
        put_at(server, 1, datetime(2025, 6, 30, 23, 0, tzinfo=UTC))
        put_at(server, 2, datetime(2025, 7, 2, 22, 59, 59, tzinfo=UTC))
        put_at(server, 3, datetime(2025, 7, 2, 23, 59, 59, tzinfo=UTC))
        put_at(server, 4, datetime(2025, 7, 3, 0, 0, tzinfo=UTC))
        told = ask(server, "list", {"userEmail": WHO, "start": "2025-07-01", "end": "2025-07-02"})[1]
        assert [project["ID"] for project in told["projects"]] == expected


def test_an_empty_range_and_one_that_ends_before_it_begins(server: SandboxServer) -> None:
    status, told = ask(server, "list", {"userEmail": WHO, "start": "1999-01-01", "end": "1999-12-31"})
    assert (status, told["projects"]) == (200, [])
    assert ask(server, "list", {"userEmail": WHO, "start": "0001-01-01", "end": "9999-12-31"})[0] == 200
    status, told = ask(server, "list", {"userEmail": WHO, "start": "2025-01-02", "end": "2025-01-01"})
    assert (status, told["field"]) == (400, "end")


def test_each_range_holds_what_brute_force_finds() -> None:
    with SandboxServer(projects=2_000, today=date(2026, 11, 24)) as server:
        ids = [project.project_id for project in server.state]
        for project_id in ids[100:1_900:37]:
            server.state.edit(project_id, status="Install")
        for project_id in ids[105:1_900:91]:
            server.state.hard_delete(project_id)
        for project_id in ids[110:1_900:87]:
            server.state.soft_delete(project_id)
        for project_id in ids[512:768]:
            server.state.soft_delete(project_id)
        assert ask(server, "list", ALL_TIME)[0] == 200
        server.state.edit(ids[1_000], status="Completed")
        put_at(server, ids[5], datetime(2026, 1, 1, 12, tzinfo=UTC))
        windows = [(date(2020, 1, 1) + timedelta(days=200 * n), 199) for n in range(13)] + [(date(2015, 1, 1), 5_000)]
        for day, days in windows:
            last = day + timedelta(days=days)
            told = ask(server, "list", {"userEmail": WHO, "start": str(day), "end": str(last)})[1]["projects"]
            begin, end = (
                to_millis(datetime.combine(day_asked, time(), UTC)) for day_asked in (day, last + timedelta(days=1))
            )
            expected = {
                project.project_id: project.status
                for project in server.state
                if not project.deleted and begin <= project.created < end
            }
            assert len(told) == len(expected)
            assert {project["ID"]: project["status"] for project in told} == expected


@pytest.mark.parametrize("endpoint", list(Endpoint))
def test_a_wrong_method_is_told_the_right_one(server: SandboxServer, endpoint: Endpoint) -> None:
    for method in {"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"} - {endpoint.method}:
        head = f"{method} {endpoint.path} HTTP/1.1\r\nHost: a\r\n\r\n".encode()
        answer = raw(server, head)
        assert answer.startswith(b"HTTP/1.1 405 Method Not Allowed\r\n")
        assert f"\r\nAllow: {endpoint.method}\r\n".encode() in answer
        assert (answer.partition(b"\r\n\r\n")[2] == b"") is (method == "HEAD")


@pytest.mark.parametrize(
    "path", ["/", "/api/v1/projects", "/api/v1/projects/list/", "/api/v2/projects/list", "/sandboxes"]
)
def test_an_unknown_path(server: SandboxServer, path: str) -> None:
    answer = raw(server, f"POST {path} HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n".encode())
    assert answer.startswith(b"HTTP/1.1 404 Not Found\r\n")


def test_the_description_takes_get_only(server: SandboxServer) -> None:
    assert b'"openapi": "3.1.0"' in raw(server, b"GET /api/openapi/ HTTP/1.1\r\nHost: a\r\n\r\n")
    assert raw(server, b"DELETE /api/openapi/ HTTP/1.1\r\nHost: a\r\n\r\n").startswith(b"HTTP/1.1 405 ")


@pytest.mark.parametrize(
    ("content_type", "status"),
    [
        ("", 200),
        ("Content-Type: application/json\r\n", 200),
        ("Content-Type: Application/JSON; charset=utf-8\r\n", 200),
        ("Content-Type: application/x-www-form-urlencoded\r\n", 200),
        ("Content-Type: text/plain\r\n", 415),
        ("Content-Type: multipart/form-data; boundary=x\r\n", 415),
    ],
)
def test_what_a_body_may_be_called(server: SandboxServer, content_type: str, status: int) -> None:
    wanted = request_bytes(server, "list", ALL_TIME).replace(
        b"Content-Type: application/json\r\n", content_type.encode()
    )
    assert raw(server, wanted).startswith(b"HTTP/1.1 %d " % status)


@pytest.mark.parametrize("declared", [True, False])
def test_a_body_over_one_mebibyte(server: SandboxServer, declared: bool) -> None:
    body = b'{"owner":"' + b"x" * (1024 * 1024 - 11) + b'"}'
    assert len(body) == 1024 * 1024 + 1
    head = f"POST /api/v1/projects/create HTTP/1.1\r\nHost: a\r\nX-API-KEY: {server.api_key}\r\n"
    framing = f"Content-Length: {len(body)}\r\n\r\n" if declared else "Transfer-Encoding: chunked\r\n\r\n"
    framed = body if declared else b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body)
    answer = raw(server, (head + framing).encode() + framed)
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert server.requests == ()


def test_a_body_of_one_mebibyte_is_read(server: SandboxServer) -> None:
    empty = json.dumps({"owner": WHO, "meta": {"address": ""}}).encode()
    body = empty.replace(b'""', b'"' + b"x" * (1024 * 1024 - len(empty)) + b'"')
    assert len(body) == 1024 * 1024
    assert ask(server, "create", body)[0] == 200


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"this is not HTTP\r\n\r\n", 400),
        (b"POST /api/v1/projects/list HTTP/1.1\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: many\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"x" * 200_000, 431),
    ],
)
def test_what_is_not_http(server: SandboxServer, data: bytes, status: int) -> None:
    assert raw(server, data).startswith(b"HTTP/1.1 %d " % status)


def test_half_a_request_is_nothing(server: SandboxServer) -> None:
    assert raw(server, request_bytes(server, "create", {"owner": WHO, "meta": {}})[:-3]).startswith(b"HTTP/1.1 400 ")
    assert len(server.state) == 50


def test_a_body_in_chunks_and_one_that_waits_for_leave(server: SandboxServer) -> None:
    body = json.dumps({"owner": WHO, "meta": {}}).encode()
    head = f"POST /api/v1/projects/create HTTP/1.1\r\nHost: a\r\nX-API-KEY: {server.api_key}\r\n".encode()
    with Wire(server) as wire:
        wire.socket.sendall(head + b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%b\r\n0\r\n\r\n" % (len(body), body))
        assert wire.answer()[0] == 200
        wire.socket.sendall(head + b"Expect: 100-continue\r\nContent-Length: %d\r\n\r\n" % len(body))
        assert wire.answer()[0] == 100
        wire.socket.sendall(body)
        assert wire.answer()[0] == 200
    assert [request.body for request in server.requests] == [body, body]


def test_a_connection_serves_many_requests_and_several_at_once(server: SandboxServer) -> None:
    with Wire(server) as wire:
        for _ in range(3):
            assert wire.send("list", ALL_TIME).answer()[0] == 200
        wire.socket.sendall(request_bytes(server, "list", ALL_TIME) * 2)
        assert [wire.answer()[0], wire.answer()[0]] == [200, 200]
    assert {request.connection for request in server.requests} == {1}


def test_a_client_of_http_1_0(server: SandboxServer) -> None:
    answer = raw(server, request_bytes(server, "list", ALL_TIME).replace(b"HTTP/1.1", b"HTTP/1.0"))
    head, _, body = answer.partition(b"\r\n\r\n")
    assert b"chunked" not in head
    assert len(json.loads(body)["projects"]) == 50


def test_the_log_holds_what_came_as_it_came(server: SandboxServer) -> None:
    body = b'{"userEmail": "office@acme-heat.test",\n "start":"2025-01-01","end":"2025-01-02"}'
    with Wire(server) as wire:
        wire.send("list", body).answer()
        wire.send("data", query="?projectId=7&userEmail=a%2Bb@c.test").answer()
    first, second = server.requests
    assert (first.method, first.target, first.body, first.endpoint) == ("POST", "/api/v1/projects/list", body, "list")
    assert ("X-API-KEY", server.api_key) in first.headers
    assert first.header("content-type") == "application/json"
    assert first.header("cookie") is None
    assert first.json()["end"] == "2025-01-02"
    assert (second.path, second.query) == ("/api/v1/projects/data", "projectId=7&userEmail=a%2Bb@c.test")
    assert server.log.to("data") == (second,)
    with pytest.raises(TimeoutError, match="1 of 2 requests to list"):
        server.log.wait_for(2, "list", within=0.01)
    server.log.clear()
    assert server.requests == ()


def test_the_log_lets_the_oldest_go() -> None:
    log = WireLog()
    body = b"x" * 1024 * 1024
    for number in range(70):
        log.append(WireRequest("POST", "/api/v1/projects/create", (), body, 0, number))
    assert [request.connection for request in log.to()] == list(range(6, 70))
    for number in range(20_001):
        log.append(WireRequest("POST", "/api/v1/projects/create", (), b"", 0, number))
    assert len(log.to()) == 20_000
    assert log.to()[0].connection == 1


def test_a_target_with_an_origin_before_it(server: SandboxServer) -> None:
    wanted = request_bytes(server, "list", ALL_TIME).replace(b"POST /", b"POST http://127.0.0.1/")
    assert raw(server, wanted).startswith(b"HTTP/1.1 200 OK\r\n")


def test_stopping_does_not_wait_for_clients() -> None:
    server = SandboxServer(projects=10)
    server.start()
    with Wire(server) as idle, Wire(server) as half:
        half.socket.sendall(b"POST /api/v1/projects/list HTTP/1.1\r\nHost")
        assert idle.send("list", ALL_TIME).answer()[0] == 200
        began = monotonic()
        server.stop()
        assert monotonic() - began < 20
        assert idle.rest() == b""
    assert not [thread.name for thread in threading.enumerate() if thread.name.startswith("sandbox")]
    server.stop()


def test_it_can_be_started_again_on_its_port(server: SandboxServer) -> None:
    port = server.port
    with Wire(server) as wire:
        assert wire.send("create", {"owner": WHO, "meta": {}}).answer()[0] == 200
        server.stop()
    with pytest.raises(ConnectionRefusedError):
        Wire(server)
    server.start()
    assert (server.port, server.origin) == (port, f"http://127.0.0.1:{port}")
    assert len(ask(server, "list", ALL_TIME)[1]["projects"]) == 51
    with pytest.raises(RuntimeError):
        server.start()


def test_a_port_that_is_taken(server: SandboxServer) -> None:
    with pytest.raises(OSError, match=r"in use|10048"):
        SandboxServer(port=server.port).start()


def test_no_more_threads_than_allowed() -> None:
    with (
        SandboxServer(max_connections=2) as server,
        Wire(server) as one,
        Wire(server) as two,
        Wire(server, within=0.2) as three,
    ):
        for wire in (one, two):
            assert wire.send("list", ALL_TIME).answer()[0] == 200
        three.send("list", ALL_TIME)
        with pytest.raises(TimeoutError):
            three.answer()
        one.socket.close()
        three.socket.settimeout(TIMEOUT_S)
        assert three.answer()[0] == 200


def test_stopping_while_clients_wait_for_a_thread() -> None:
    with SandboxServer(max_connections=1) as server, Wire(server) as one, Wire(server) as two:
        assert one.send("list", ALL_TIME).answer()[0] == 200
        two.send("list", ALL_TIME)
        server.stop()


def test_a_thousand_creates_are_counted_exactly_over_eight_connections(server: SandboxServer) -> None:
    def create(count: int) -> None:
        with Wire(server) as wire:
            for _ in range(count):
                assert wire.send("create", {"owner": WHO, "meta": {"projectName": "Many"}}).answer()[0] == 200

    threads = [threading.Thread(target=create, args=(125,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(project.project_name == "Many" for project in server.state) == 1_000
    assert len({project.project_id for project in server.state}) == 1_050


@pytest.mark.parametrize(
    "users",
    [
        (),
        (SandboxUser("a@b.test", 1), SandboxUser("A@b.test", 2)),
        (SandboxUser("a@b.test", 1), SandboxUser("c@b.test", 1)),
    ],
)
def test_users_who_are_none_or_the_same(users: tuple[SandboxUser, ...]) -> None:
    with pytest.raises(ValueError, match="at least one"):
        Users(users)


def test_what_is_not_there_cannot_be_changed(server: SandboxServer) -> None:
    assert server.state.update(1, {}) is None
    assert not server.state.soft_delete(1)
    assert not server.state.hard_delete(1)
    with pytest.raises(KeyError):
        server.state.edit(1, status="Sale")
