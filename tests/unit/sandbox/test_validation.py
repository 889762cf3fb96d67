"""Every rule of the guide on what may be sent, asked over the wire's body and query."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heatpunk_desktop.sandbox.validation import (
    CreateRequest,
    ListRequest,
    ProjectRequest,
    RefusedError,
    UpdateRequest,
    read_create,
    read_data_query,
    read_delete,
    read_list,
    read_update,
)

WHO = "office@acme-heat.test"
READERS: dict[str, tuple[Any, dict[str, Any]]] = {
    "create": (read_create, {"owner": WHO, "meta": {}}),
    "list": (read_list, {"userEmail": WHO, "start": "2025-05-22", "end": "2025-11-22"}),
    "update": (read_update, {"projectId": 7, "userEmail": WHO, "data": {"meta": {"status": "Sale"}}}),
    "delete": (read_delete, {"projectId": 7, "userEmail": WHO}),
}


def refused(endpoint: str, change: dict[str, Any]) -> RefusedError:
    reader, body = READERS[endpoint]
    with pytest.raises(RefusedError) as caught:
        reader(json.dumps({name: value for name, value in (body | change).items() if value is not ...}).encode())
    assert caught.value.status == 400
    return caught.value


def test_what_the_guide_says_is_taken() -> None:
    meta: dict[str, str | float] = {
        "buildDate": "post2006",
        "projectName": "Barn",
        "customerName": "Siân",
        "customerEmail": "sian@example.com",
        "customerPhone": "01632 960001",
        "address": "1 High Street",
        "postcode": "CB1 3QD",
        "lat": 52.5,
        "lng": -1,
        "status": "Quote",
        "crmReference": "CRM/1",
    }
    assert read_create(json.dumps({"owner": WHO, "meta": meta}).encode()) == CreateRequest(WHO, meta)
    for endpoint, expected in {
        "list": ListRequest(WHO, date(2025, 5, 22), date(2025, 11, 22)),
        "update": UpdateRequest(WHO, 7, {"status": "Sale"}),
        "delete": ProjectRequest(WHO, 7),
    }.items():
        reader, body = READERS[endpoint]
        assert reader(json.dumps(body).encode()) == expected


@pytest.mark.parametrize("status", ["Lead", "Quote", "Sale", "Install", "Completed", "Rejected"])
def test_each_status_is_taken_in_its_own_spelling_only(status: str) -> None:
    assert read_create(json.dumps({"owner": WHO, "meta": {"status": status}}).encode()).meta == {"status": status}
    assert refused("create", {"meta": {"status": status.lower()}}).field == "meta.status"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("buildDate", "pre1900"),
        ("buildDate", None),
        ("status", ""),
        ("status", 3),
        ("status", ["Lead"]),
        ("projectName", None),
        ("projectName", 7),
        ("customerName", {}),
        ("customerEmail", False),
        ("customerPhone", 1632960001),
        ("address", ["1 High Street"]),
        ("postcode", 1.5),
        ("crmReference", 12),
        ("lat", "52.1"),
        ("lat", 90.01),
        ("lat", None),
        ("lat", True),
        ("lng", -180.5),
        ("lng", ""),
        ("projectType", "heat"),
        ("zoom", 19),
    ],
)
def test_a_wrong_field_of_meta_is_named(field: str, value: object) -> None:
    for endpoint, error in {
        "meta": refused("create", {"meta": {"projectName": "Barn"} | {field: value}}),
        "data.meta": refused("update", {"data": {"meta": {field: value}}}),
    }.items():
        assert error.field == f"{endpoint}.{field}"
        assert json.loads(error.body()) == {"status": "error", "message": error.message, "field": error.field}
        assert error.message.startswith(f"{endpoint}.{field} ")


@pytest.mark.parametrize(
    ("endpoint", "change", "field"),
    [
        ("create", {"owner": ...}, "owner"),
        ("create", {"owner": 7}, "owner"),
        ("create", {"meta": ...}, "meta"),
        ("create", {"meta": []}, "meta"),
        ("create", {"userEmail": WHO}, "userEmail"),
        ("list", {"userEmail": ...}, "userEmail"),
        ("list", {"userEmail": None}, "userEmail"),
        ("list", {"ownerEmail": WHO}, "userEmail"),
        ("list", {"userEmail": ..., "ownerEmail": 7}, "ownerEmail"),
        ("list", {"start": ...}, "start"),
        ("list", {"start": "22/05/2025"}, "start"),
        ("list", {"start": "20250522"}, "start"),
        ("list", {"start": "2025-W21-4"}, "start"),
        ("list", {"end": "2025-02-30"}, "end"),
        ("list", {"end": "2025-11-22T00:00:00Z"}, "end"),
        ("list", {"end": 20251122}, "end"),
        ("list", {"end": ...}, "end"),
        ("list", {"limit": 10}, "limit"),
        ("update", {"projectId": "7"}, "projectId"),
        ("update", {"projectId": True}, "projectId"),
        ("update", {"projectId": 7.5}, "projectId"),
        ("update", {"projectId": ...}, "projectId"),
        ("update", {"data": ...}, "data"),
        ("update", {"data": {}}, "data.meta"),
        ("update", {"data": {"meta": {}, "owner": WHO}}, "data.owner"),
        ("update", {"meta": {}}, "meta"),
        ("delete", {"userEmail": ...}, "userEmail"),
        ("delete", {"projectId": None}, "projectId"),
        ("delete", {"hard": True}, "hard"),
    ],
)
def test_a_wrong_field_is_named(endpoint: str, change: dict[str, Any], field: str) -> None:
    assert refused(endpoint, change).field == field


def test_the_older_alias_is_taken() -> None:
    body = b'{"ownerEmail":"a@b.test","projectId":7}'
    assert read_delete(body) == ProjectRequest("a@b.test", 7)
    assert read_data_query("projectId=7&ownerEmail=a%40b.test") == ProjectRequest("a@b.test", 7)


@pytest.mark.parametrize("body", [b"", b"  ", b"{", b"[]", b"null", b'"text"', b"{'a':1}", b'{"a":NaN}', b"\xff\xfe{}"])
def test_what_is_no_json_object_is_refused(body: bytes) -> None:
    for reader, _ in READERS.values():
        with pytest.raises(RefusedError) as caught:
            reader(body)
        assert caught.value.status == 400


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("", "userEmail"),
        ("userEmail=a@b.test", "projectId"),
        ("userEmail=a@b.test&projectId=", "projectId"),
        ("userEmail=a@b.test&projectId=-1", "projectId"),
        ("userEmail=a@b.test&projectId=7.0", "projectId"),
        ("userEmail=a@b.test&projectId=%D9%A7", "projectId"),
        ("userEmail=a@b.test&projectId=1&projectId=2", "projectId"),
        ("userEmail=a@b.test&projectId=1&verbose=1", "verbose"),
    ],
)
def test_a_wrong_query_is_named(query: str, field: str) -> None:
    with pytest.raises(RefusedError) as caught:
        read_data_query(query)
    assert (caught.value.status, caught.value.field) == (400, field)


def test_a_plus_sign_in_a_query_is_a_space() -> None:
    assert read_data_query("projectId=7&userEmail=a%2Bb@c.test").user_email == "a+b@c.test"
    assert read_data_query("projectId=7&userEmail=a+b@c.test").user_email == "a b@c.test"


@given(st.recursive(st.none() | st.booleans() | st.floats(allow_nan=False, allow_infinity=False) | st.text(), st.lists))
def test_whatever_is_sent_it_is_read_or_refused(value: object) -> None:
    for reader, body in READERS.values():
        for name in body:
            # Anything but a refusal goes through and fails the test.
            with suppress(RefusedError):
                reader(json.dumps(body | {name: value}).encode())
