from __future__ import annotations

import orjson
import pytest

from heatpunk_desktop.api.exchange import Exchange
from heatpunk_desktop.api.project_reader import read_project_data
from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.errors import BadAnswerError, KnownError, ServerRefusedError

DATA = {
    "lat": "52.1",
    "lng": None,
    "zoom": "19",
    "address": "1 Road",
    "postcode": None,
    "dateCreated": "2024-07-31 10:48:44",
    "dateModified": None,
    "projectName": "Mill",
    "customerName": "Joe",
    "customerPhone": 1223,
    "customerEmail": None,
    "buildDate": "pre2000",
    "userID": "27091",
    "status": "Lead",
    "projectID": "986206",
    "cart": [{"name": "Pump", "price": 1.1000000000000001}],
}


def answered(body: object, status: int = 200) -> Exchange:
    raw = body if isinstance(body, bytes) else orjson.dumps(body)
    return Exchange(status, bytes_sent=True, content_type="application/json", body=raw)


def test_a_project_with_everything() -> None:
    project = read_project_data(answered({"status": "success", "projectData": DATA}))
    assert (project.project_id, project.owner_id) == (986206, 27091)
    assert (project.created, project.created_raw) == ("2024-07-31T09:48:44.000Z", "2024-07-31 10:48:44")
    assert (project.modified, project.modified_raw) == ("", "")
    assert project.values == {
        Field.BUILD_DATE: "pre2000",
        Field.PROJECT_NAME: "Mill",
        Field.CUSTOMER_NAME: "Joe",
        Field.CUSTOMER_EMAIL: "",
        Field.CUSTOMER_PHONE: "1223",
        Field.ADDRESS: "1 Road",
        Field.POSTCODE: "",
        Field.LATITUDE: 52.1,
        Field.LONGITUDE: None,
        Field.STATUS: "Lead",
    }
    assert orjson.loads(project.extra_json or "") == {"zoom": "19", "cart": DATA["cart"]}


def test_what_is_missing_was_not_told() -> None:
    project = read_project_data(answered(b'{"projectData": {"crmReference": "HPD-1",}}'))
    assert project.values == {Field.CRM_REFERENCE: "HPD-1"}
    assert (project.project_id, project.owner_id, project.extra_json) == (None, None, None)


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"{}", b'{"projectData": null}', b'{"projectData": [{}]}', b'{"message": "gone"}']
)
def test_what_is_no_project_is_said(body: bytes) -> None:
    with pytest.raises(BadAnswerError) as bad:
        read_project_data(answered(body))
    assert "no project" in bad.value.message
    assert bad.value.server_words == ("gone" if b"gone" in body else "")


def test_a_project_that_nests_too_deeply_is_refused() -> None:
    body = b'{"projectData": {"x": ' + b"[" * 600 + b"]" * 600 + b"}}"
    with pytest.raises(BadAnswerError) as bad:
        read_project_data(answered(body))
    assert "nests" in bad.value.message


def test_an_error_is_raised_in_words() -> None:
    with pytest.raises(ServerRefusedError):
        read_project_data(answered({"message": "unknown"}, 404))
    with pytest.raises(KnownError):
        read_project_data(Exchange(None, bytes_sent=False))


def test_a_server_without_this_call_is_not_called_a_wrong_domain() -> None:
    page = Exchange(404, bytes_sent=True, content_type="text/html", body=b"<!DOCTYPE html><h1>Not Found</h1>")
    with pytest.raises(ServerRefusedError) as told:
        read_project_data(page)
    assert told.value.message == "This server has no way to ask for what its list of projects lacks."
