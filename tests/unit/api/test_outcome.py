from __future__ import annotations

import pytest

from heatpunk_desktop.api.exchange import Exchange, FailureKind
from heatpunk_desktop.api.outcome import Outcome, OutcomeKind, classify
from heatpunk_desktop.api.protocol import Endpoint
from heatpunk_desktop.errors import BadAnswerError, ConnectionTroubleError, KeyRefusedError, ServerRefusedError

WRITES = [Endpoint.CREATE, Endpoint.UPDATE, Endpoint.SOFT_DELETE, Endpoint.HARD_DELETE]
REFUSALS = {400, 403, 404, 409, 410, 413, 415, 422}


def answered(status: int, body: bytes = b"", content_type: str = "application/json", **more: object) -> Exchange:
    return Exchange(status, bytes_sent=True, body=body, content_type=content_type, **more)  # type: ignore[arg-type]


def expected(endpoint: Endpoint, status: int) -> OutcomeKind:
    if status in {200, 201} and endpoint is Endpoint.CREATE:
        return OutcomeKind.CONFIRMED
    if status == 204 and endpoint is not Endpoint.CREATE:
        return OutcomeKind.CONFIRMED
    if endpoint is Endpoint.SOFT_DELETE and status in {404, 410}:
        return OutcomeKind.IN_DOUBT  # deleted already, or not known there yet
    if status in REFUSALS:
        return OutcomeKind.REFUSED
    return {401: OutcomeKind.KEY_REFUSED, 429: OutcomeKind.NOT_SENT}.get(status, OutcomeKind.IN_DOUBT)


@pytest.mark.parametrize("endpoint", WRITES)
def test_every_status_there_is(endpoint: Endpoint) -> None:
    for status in range(100, 600):
        outcome = classify(endpoint, answered(status, b'{"projectId": 12}'))
        assert outcome.kind is expected(endpoint, status), status
        assert outcome.status == status
        is_new = endpoint is Endpoint.CREATE and outcome.kind is OutcomeKind.CONFIRMED
        assert outcome.project_id == (12 if is_new else None)
        assert (outcome.error is None) == (outcome.kind is OutcomeKind.CONFIRMED), status


@pytest.mark.parametrize("endpoint", WRITES)
@pytest.mark.parametrize("failure", list(FailureKind))
def test_every_failure_before_the_first_byte_and_after_it(endpoint: Endpoint, failure: FailureKind) -> None:
    unsent = classify(endpoint, Exchange(None, bytes_sent=False, failure=failure))
    assert unsent.kind is OutcomeKind.NOT_SENT
    assert unsent.error is not None
    silent = classify(endpoint, Exchange(None, bytes_sent=True, failure=failure))
    assert silent.kind is OutcomeKind.IN_DOUBT
    assert silent.error is not None
    for status in (200, 201, 204, 302, 500):
        broken = answered(status, b'{"projectId": 12}', failure=failure)
        assert classify(endpoint, broken).kind is OutcomeKind.IN_DOUBT
    # The status line is whole, and says that nothing was done.
    assert classify(endpoint, answered(400, failure=failure)).kind is OutcomeKind.REFUSED
    assert classify(endpoint, answered(401, failure=failure)).kind is OutcomeKind.KEY_REFUSED
    assert classify(endpoint, answered(429, failure=failure)).kind is OutcomeKind.NOT_SENT


@pytest.mark.parametrize("endpoint", WRITES)
def test_no_status_and_no_reason_is_in_doubt_once_a_byte_was_sent(endpoint: Endpoint) -> None:
    assert classify(endpoint, Exchange(None, bytes_sent=True)).kind is OutcomeKind.IN_DOUBT
    assert classify(endpoint, Exchange(None, bytes_sent=False)).kind is OutcomeKind.NOT_SENT


@pytest.mark.parametrize(
    ("body", "project_id"),
    [
        (b'{"projectId": 986206}', 986206),
        (b'{"projectId": "986206", "status": "success"}', 986206),
        (b'{"projectId": 5.0}', 5),
        (b'{"projectId": 0}', None),
        (b'{"projectId": -5}', None),
        (b'{"projectId": "0"}', None),
        (b'{"projectId": true}', None),
        (b'{"projectId": null}', None),
        (b'{"projectId": "x5"}', None),
        (b'{"projectId": 5.5}', None),
        (b'{"projectId": [5]}', None),
        (b'{"projectId": 99999999999999999999}', None),
        (b'{"projectid": 5}', None),
        (b'{"status": "success"}', None),
        (b'{"projectId": 5', None),
        (b'{"projectId": 5,}', None),
        (b"[5]", None),
        (b"5", None),
        (b"", None),
        (b"<html>projectId: 5</html>", None),
    ],
)
@pytest.mark.parametrize("status", [200, 201])
def test_a_create_is_confirmed_by_a_valid_project_id_alone(status: int, body: bytes, project_id: int | None) -> None:
    outcome = classify(Endpoint.CREATE, answered(status, body))
    if project_id is None:
        assert outcome.kind is OutcomeKind.IN_DOUBT
        assert isinstance(outcome.error, BadAnswerError)
    else:
        assert outcome == Outcome(OutcomeKind.CONFIRMED, project_id, status)


def test_a_page_instead_of_a_confirmation_is_in_doubt_and_called_a_page() -> None:
    outcome = classify(Endpoint.CREATE, answered(200, b"<html><body>Sign in</body></html>", "text/html"))
    assert outcome.kind is OutcomeKind.IN_DOUBT
    assert outcome.error is not None
    assert "web page" in outcome.error.title
    assert outcome.server_words == "Sign in"


def test_retry_after_changes_nothing_about_what_is_in_doubt() -> None:
    outcome = classify(Endpoint.UPDATE, answered(429, b'{"message": "Slow down"}', retry_after="7"))
    assert (outcome.kind, outcome.server_words) == (OutcomeKind.NOT_SENT, "Slow down")
    outcome = classify(Endpoint.UPDATE, answered(503, retry_after="7"))
    assert outcome.kind is OutcomeKind.IN_DOUBT


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (401, KeyRefusedError),
        (403, KeyRefusedError),
        (404, ServerRefusedError),
        (422, ServerRefusedError),
        (429, ServerRefusedError),
        (500, ConnectionTroubleError),
        (302, BadAnswerError),
        (101, BadAnswerError),
        (200, BadAnswerError),
    ],
)
def test_each_kind_of_trouble_has_its_words(status: int, kind: type[Exception]) -> None:
    assert isinstance(classify(Endpoint.UPDATE, answered(status)).error, kind)


@pytest.mark.parametrize("endpoint", [Endpoint.LIST, Endpoint.DATA])
def test_reading_has_no_outcome(endpoint: Endpoint) -> None:
    with pytest.raises(ValueError, match="only writes"):
        classify(endpoint, answered(200))
