from __future__ import annotations

import math
from datetime import date

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from heatpunk_desktop.api import protocol
from heatpunk_desktop.api.protocol import MAX_ID, Endpoint
from heatpunk_desktop.domain.dates import DateRange
from heatpunk_desktop.domain.fields import BuildDate, Field, FieldValues, Status

ME = "me+pro@firm.co.uk"
EVERYTHING: FieldValues = {
    Field.PROJECT_NAME: "Old Mill",
    Field.CUSTOMER_NAME: "Joe Bloggs",
    Field.CUSTOMER_EMAIL: "joe@example.com",
    Field.CUSTOMER_PHONE: "+44 1223 000000",
    Field.ADDRESS: "123 Sample Street\nTown",
    Field.POSTCODE: "AB12 3CD",
    Field.LATITUDE: 52.25,
    Field.LONGITUDE: -1,
    Field.STATUS: Status.LEAD,
    Field.BUILD_DATE: BuildDate.POST_2006,
    Field.CRM_REFERENCE: "HPD-1",
}


def test_the_guides_create() -> None:
    request = protocol.create(
        "sales@example.com",
        {
            Field.POSTCODE: "AB12 3CD",
            Field.ADDRESS: "123 Sample Street",
            Field.CUSTOMER_NAME: "Joe Bloggs",
            Field.LATITUDE: None,
        },
    )
    assert (request.method, request.target) == ("POST", "/api/v1/projects/create")
    assert request.body == (
        b'{"owner":"sales@example.com","meta":{"customerName":"Joe Bloggs",'
        b'"address":"123 Sample Street","postcode":"AB12 3CD"}}'
    )
    assert request.headers == {"accept": "application/json", "Content-Type": "application/json"}
    assert request.endpoint.is_write


def test_every_field_travels_under_the_guides_name_and_type() -> None:
    assert orjson.loads(protocol.create(ME, EVERYTHING).body or b"")["meta"] == {
        "buildDate": "post2006",
        "projectName": "Old Mill",
        "customerName": "Joe Bloggs",
        "customerEmail": "joe@example.com",
        "customerPhone": "+44 1223 000000",
        "address": "123 Sample Street\nTown",
        "postcode": "AB12 3CD",
        "lat": 52.25,
        "lng": -1,
        "status": "Lead",
        "crmReference": "HPD-1",
    }


def test_a_create_without_any_field_is_allowed() -> None:
    assert protocol.create(ME, {}).body == b'{"owner":"me+pro@firm.co.uk","meta":{}}'


def test_the_guides_list() -> None:
    request = protocol.list_projects(ME, DateRange(date(2025, 5, 22), date(2025, 11, 22)))
    assert (request.method, request.target) == ("POST", "/api/v1/projects/list")
    assert request.body == b'{"userEmail":"me+pro@firm.co.uk","start":"2025-05-22","end":"2025-11-22"}'
    assert not request.endpoint.is_write
    assert request.max_decoded > 100 * 1024 * 1024


def test_the_guides_update_sends_only_what_changes() -> None:
    request = protocol.update(986206, ME, {Field.STATUS: "Completed"})
    assert (request.method, request.target) == ("PATCH", "/api/v1/projects/update")
    assert request.body == (
        b'{"projectId":986206,"userEmail":"me+pro@firm.co.uk","data":{"meta":{"status":"Completed"}}}'
    )


def test_a_cleared_text_is_sent_as_empty_text() -> None:
    assert b'"meta":{"projectName":""}' in (protocol.update(1, ME, {Field.PROJECT_NAME: ""}).body or b"")


@pytest.mark.parametrize(
    ("build", "path"),
    [(protocol.soft_delete, "/api/v1/projects/softDelete"), (protocol.hard_delete, "/api/v1/projects/hardDelete")],
)
def test_the_guides_deletes_carry_a_body(build: object, path: str) -> None:
    assert callable(build)
    request = build(986206, ME)
    assert (request.method, request.target) == ("DELETE", path)
    assert request.body == b'{"projectId":986206,"userEmail":"me+pro@firm.co.uk"}'


def test_a_plus_in_the_address_travels_escaped_in_a_query() -> None:
    request = protocol.data(7, ME)
    assert (request.method, request.body) == ("GET", None)
    assert request.target == "/api/v1/projects/data?projectId=7&userEmail=me%2Bpro%40firm.co.uk"
    assert request.headers == {"accept": "application/json"}
    assert not Endpoint.DATA.is_write


@pytest.mark.parametrize(
    ("field", "value"),
    [
        (Field.LATITUDE, None),
        (Field.LATITUDE, ""),
        (Field.LATITUDE, "52.1"),
        (Field.LATITUDE, True),
        (Field.LATITUDE, math.nan),
        (Field.LATITUDE, math.inf),
        (Field.LATITUDE, 90.001),
        (Field.LATITUDE, -91),
        (Field.LONGITUDE, 180.5),
        (Field.PROJECT_NAME, None),
        (Field.PROJECT_NAME, 5.0),
        (Field.PROJECT_NAME, "half \ud83d"),
        (Field.STATUS, "lead"),
        (Field.STATUS, ""),
        (Field.BUILD_DATE, "Pre 2000"),
        (Field.BUILD_DATE, ""),
    ],
)
def test_values_that_the_guide_does_not_allow_are_a_bug(field: Field, value: str | float | None) -> None:
    with pytest.raises(ValueError, match=r".+"):
        protocol.update(1, ME, {field: value})


@pytest.mark.parametrize("project_id", [0, -1, True, "5", 5.0, MAX_ID + 1, None])
def test_only_a_project_id_is_a_project_id(project_id: object) -> None:
    for build in (protocol.soft_delete, protocol.hard_delete, protocol.data):
        with pytest.raises(ValueError, match="project ID"):
            build(project_id, ME)  # type: ignore[arg-type]


@pytest.mark.parametrize("email", ["", "me", "@firm", "me@", "a@b@c", "a b@c.de", "a@b.de\r\nX: y", "a@b.de\x00"])
def test_only_an_email_address_is_one(email: str) -> None:
    for build in (protocol.soft_delete, protocol.data):
        with pytest.raises(ValueError, match="email"):
            build(1, email)
    with pytest.raises(ValueError, match="email"):
        protocol.create(email, {})


def test_an_update_without_a_change_is_a_bug() -> None:
    with pytest.raises(ValueError, match="without a change"):
        protocol.update(1, ME, {})


def test_no_request_shows_its_contents_in_its_repr() -> None:
    assert "Joe" not in repr(protocol.create(ME, EVERYTHING))


@given(
    st.dictionaries(
        st.sampled_from(sorted(set(Field) - {Field.STATUS, Field.BUILD_DATE, Field.LATITUDE, Field.LONGITUDE})),
        st.text(st.characters(exclude_categories=["Cs"])),
        min_size=1,
    )
)
def test_any_text_arrives_as_it_was_typed(values: dict[Field, str]) -> None:
    body = orjson.loads(protocol.update(5, ME, values).body or b"")
    assert body["data"]["meta"] == {protocol.WIRE_NAMES[field]: text for field, text in values.items()}
