"""The guide's own curl calls, byte for byte as curl sends them, get the guide's answers.

Only the key is the sandbox's, and the trailing commas of the two deletes, which are not JSON, are taken out.
"""

from __future__ import annotations

import json
import socket
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from heatpunk_desktop.sandbox import SandboxProject, SandboxServer, SandboxUser
from heatpunk_desktop.sandbox.project import to_millis
from tests.conftest import TIMEOUT_S

if TYPE_CHECKING:
    from collections.abc import Iterator

USERS = (
    SandboxUser("sales@example.com", 1),
    SandboxUser("matt.agnes+proBasic@midsummerenergy.co.uk", 123),
    SandboxUser("matt.agnes+pro@midsummerenergy.co.uk", 27091),
)
NOW = datetime(2025, 12, 4, 11, 52, 18, tzinfo=UTC)

CREATE_BODY = b"""{
           "owner": "sales@example.com",
           "meta": {
               "customerName": "Joe Bloggs",
               "address": "123 Sample Street",
               "postcode": "AB12 3CD"
           }
         }"""
LIST_BODY = b"""{
          "ownerEmail": "matt.agnes+proBasic@midsummerenergy.co.uk",
          "start": "2025-05-22",
          "end": "2025-11-22"
      }"""
UPDATE_BODY = b"""{
        "projectId": 986206,
        "userEmail": "matt.agnes+pro@midsummerenergy.co.uk",
        "data": {
            "meta": { "status": "Completed"}
                }
        }"""
DELETE_BODY = b"""{
        "projectId": 986206,
        "userEmail": "matt.agnes+pro@midsummerenergy.co.uk"
        }"""


@dataclass(frozen=True)
class Reply:
    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


def project(project_id: int, *, owner: int, created: datetime, **values: Any) -> SandboxProject:
    return SandboxProject(project_id, owner, to_millis(created), to_millis(NOW), **values)


@pytest.fixture
def server() -> Iterator[SandboxServer]:
    with SandboxServer(api_key="YOUR_API_KEY", users=USERS, clock=lambda: NOW) as running:
        running.state.put(
            project(
                1353680,
                owner=27091,
                created=datetime(2025, 9, 1, 9, 14, 30, tzinfo=UTC),
                project_name="Mon Sep 01 2025",
                address="105 Sample Road Cambridge Cambridgeshire",
                postcode="CB1 3QD",
                lat=52.1939125,
                lng=0.150143,
            )
        )
        running.state.put(
            project(986206, owner=27091, created=datetime(2024, 7, 31, 9, 48, 44, tzinfo=UTC), customer_name="Ann")
        )
        yield running


def curl(server: SandboxServer, head: str, body: bytes) -> Reply:
    """Send what curl would, and read the one answer."""
    request = head.replace("\n", "\r\n").encode() + b"Content-Length: %d\r\n\r\n" % len(body) + body
    with socket.create_connection(("127.0.0.1", server.port), timeout=TIMEOUT_S) as client:
        client.sendall(request)
        client.shutdown(socket.SHUT_WR)
        raw = b""
        while piece := client.recv(65536):
            raw += piece
    top, _, rest = raw.partition(b"\r\n\r\n")
    first, *lines = top.decode().split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    if headers.get("transfer-encoding") == "chunked":
        body_read = b""
        while (size := int(rest.partition(b"\r\n")[0], 16)) > 0:
            rest = rest.partition(b"\r\n")[2]
            body_read, rest = body_read + rest[:size], rest[size + 2 :]
        rest = body_read
    # What came must be all of it, and nothing after it.
    assert len(rest) == int(headers.get("content-length", len(rest)))
    assert server.requests[-1].body == body
    return Reply(int(first.split()[1]), headers, rest)


def test_post_create(server: SandboxServer) -> None:
    reply = curl(
        server,
        "POST /api/v1/projects/create HTTP/1.1\n"
        "Host: heatpunk.co.uk\n"
        "User-Agent: curl/8.5.0\n"
        "accept: application/json\n"
        "X-API-KEY: YOUR_API_KEY\n"
        "Content-Type: application/json\n",
        CREATE_BODY,
    )
    assert reply.status == 200
    assert reply.headers["content-type"].startswith("application/json")
    project_id = reply.json()["projectId"]
    assert isinstance(project_id, int)
    made = server.state.get(project_id)
    assert made
    assert (made.owner, made.customer_name, made.address, made.postcode, made.status, made.project_name) == (
        1,
        "Joe Bloggs",
        "123 Sample Street",
        "AB12 3CD",
        "Lead",
        "Thu Dec 04 2025",
    )


def test_post_list(server: SandboxServer) -> None:
    # The guide names no content type here, so curl calls the body a form.
    reply = curl(
        server,
        "POST /api/v1/projects/list HTTP/1.1\n"
        "Host: heatpunk.co.uk\n"
        "User-Agent: curl/8.5.0\n"
        "Accept: */*\n"
        "X-API-KEY: YOUR_API_KEY\n"
        "Content-Type: application/x-www-form-urlencoded\n",
        LIST_BODY,
    )
    assert reply.status == 200
    assert reply.json() == {
        "status": "success",
        "projects": [
            {
                "ID": 1353680,
                "owner": 27091,
                "dateCreated": "2025-09-01T09:14:30.000Z",
                "dateModified": "2025-12-04T11:52:18.000Z",
                "projectName": "Mon Sep 01 2025",
                "customerName": "",
                "address": "105 Sample Road Cambridge Cambridgeshire",
                "postcode": "CB1 3QD",
                "lat": 52.193912506103516,
                "lng": 0.15014299750328064,
                "status": "Lead",
            }
        ],
        "ownerEmail": "matt.agnes+proBasic@midsummerenergy.co.uk",
        "ownerID": 123,
    }


def test_patch_update(server: SandboxServer) -> None:
    reply = curl(
        server,
        "PATCH /api/v1/projects/update HTTP/1.1\n"
        "Host: heatpunk.co.uk\n"
        "User-Agent: curl/8.5.0\n"
        "accept: application/json\n"
        "X-API-KEY: YOUR_API_KEY\n"
        "Content-Type: application/json\n",
        UPDATE_BODY,
    )
    assert (reply.status, reply.body) == (204, b"")
    assert "content-length" not in reply.headers
    updated = server.state.get(986206)
    assert updated
    assert (updated.status, updated.customer_name) == ("Completed", "Ann")


@pytest.mark.parametrize("endpoint", ["softDelete", "hardDelete"])
def test_deletes(server: SandboxServer, endpoint: str) -> None:
    reply = curl(
        server,
        f"DELETE /api/v1/projects/{endpoint} HTTP/1.1\n"
        "Host: heatpunk.co.uk\n"
        "User-Agent: curl/8.5.0\n"
        "accept: application/json\n"
        "X-API-KEY: YOUR_API_KEY\n"
        "Content-Type: application/json\n",
        DELETE_BODY,
    )
    assert (reply.status, reply.body) == (204, b"")
    left = server.state.get(986206)
    assert left.deleted if endpoint == "softDelete" and left else left is None


def test_the_trailing_comma_of_the_guide_is_no_json(server: SandboxServer) -> None:
    reply = curl(
        server,
        "DELETE /api/v1/projects/hardDelete HTTP/1.1\n"
        "Host: heatpunk.co.uk\n"
        "X-API-KEY: YOUR_API_KEY\n"
        "Content-Type: application/json\n",
        DELETE_BODY.replace(b'co.uk"', b'co.uk",'),
    )
    assert reply.status == 400
    assert "not valid JSON" in reply.json()["message"]
    assert server.state.get(986206)
