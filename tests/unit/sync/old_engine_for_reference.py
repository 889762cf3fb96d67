from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from heatpunk_desktop.api.exchange import Exchange, FailureKind
from heatpunk_desktop.api.outcome import OutcomeKind
from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.domain.operation import OperationState
from heatpunk_desktop.domain.project import Mark, Member
from heatpunk_desktop.errors import BadAnswerError, KeyRefusedError, KnownError, ServerRefusedError
from heatpunk_desktop.store.reader import OperationGroup
from heatpunk_desktop.sync.engine import Sending, SyncEngine
from tests.fakes import ACCOUNT, ME, NOW, Clock, answered, listed, unsent

if TYPE_CHECKING:
    from heatpunk_desktop.domain.operation import Operation
    from heatpunk_desktop.store.account_store import AccountStore

KINDS = ("create", "update", "soft_delete")
#: What each kind of operation gets when all goes well. Source: guide, Response of each endpoint.
SUCCESS = {"create": answered(200, {"projectId": 7}), "update": answered(204), "soft_delete": answered(204)}


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def engine(store: AccountStore, clock: Clock) -> SyncEngine:
    store.server.take_listed([listed(1)])
    store.server.take_member(Member(ME, 27091, is_me=True))
    return SyncEngine(ACCOUNT, store.outbox, store.server, store.reader, clock)


def do(store: AccountStore, kind: str) -> int:
    """Stores something of a kind; gives its key."""
    if kind == "create":
        return store.outbox.add_create({Field.CUSTOMER_NAME: "Ewan", Field.CRM_REFERENCE: "C-1"}, ME, NOW)
    if kind == "update":
        return store.outbox.add_update(1, {Field.STATUS: "Sale"}, {Field.STATUS: "Lead"}, NOW)
    return store.outbox.add_soft_delete(1, NOW)


def take(engine: SyncEngine) -> Sending:
    sending = engine.next_send()
    assert sending is not None
    return sending


def only(store: AccountStore) -> Operation:
    (operation,) = [one for group in OperationGroup for one in store.reader.operations(group)]
    return operation


# -- what is sent ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "method", "target", "body"),
    [
        (
            "create",
            "POST",
            "/api/v1/projects/create",
            b'{"owner":"office@acme-heat.test","meta":{"customerName":"Ewan","crmReference":"C-1"}}',
        ),
        (
            "update",
            "PATCH",
            "/api/v1/projects/update",
            b'{"projectId":1,"userEmail":"office@acme-heat.test","data":{"meta":{"status":"Sale"}}}',
        ),
        (
            "soft_delete",
            "DELETE",
            "/api/v1/projects/softDelete",
            b'{"projectId":1,"userEmail":"office@acme-heat.test"}',
        ),
    ],
)
def test_each_kind_is_sent_as_the_guide_has_it(
    store: AccountStore, engine: SyncEngine, kind: str, method: str, target: str, body: bytes
) -> None:
    do(store, kind)
    request = take(engine).request
    assert (request.method, request.target, request.body) == (method, target, body)
    assert only(store).state is OperationState.SENDING, "on the disk before anything is sent"


def test_nothing_waiting_sends_nothing(engine: SyncEngine) -> None:
    assert engine.next_send() is None


def test_what_cannot_be_sent_waits_for_the_person_and_keeps_nothing_else_up(
    store: AccountStore, engine: SyncEngine
) -> None:
    for number in range(2000):
        store.outbox.add_update(100 + number, {Field.STATUS: "Sold"}, {}, NOW)
    store.outbox.add_update(1, {Field.LATITUDE: None}, {}, NOW)
    do(store, "create")
    assert take(engine).operation.kind == "create"
    needs = store.reader.operations(OperationGroup.NEEDS_YOU, 5000)
    assert len(needs) == 2001
    assert "It cannot be sent as it is" in needs[0].words
    assert "cannot be cleared" in needs[-1].words


def test_a_project_without_a_number_is_not_sent(store: AccountStore, engine: SyncEngine) -> None:
    store.connection.execute(
        "INSERT INTO operation (kind, state, project_key, owner, changes, base, created_at)"
        " VALUES ('update', 'queued', -5, '', '{}', '{}', '')"
    )
    assert engine.next_send() is None
    assert only(store).state is OperationState.NEEDS_YOU


# -- what came of it -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_confirmed(store: AccountStore, engine: SyncEngine, kind: str) -> None:
    key = do(store, kind)
    settled = engine.settle(take(engine), SUCCESS[kind])
    assert settled.outcome.kind is OutcomeKind.CONFIRMED
    assert only(store).state is OperationState.CONFIRMED
    if kind == "create":
        assert settled.created_id == 7
        assert set(settled.keys) == {key, 7}
        row = store.reader.rows_of([7])[7]
        assert (row[2], row[8], row[11]) == ("Ewan", 27091, Mark.NONE), "its owner is known by the address"
    else:
        assert (settled.created_id, settled.keys) == (None, (1,))
        row = store.reader.rows_of([1])[1]
        assert (row[4], row[11]) == (("Sale", 0) if kind == "update" else ("Lead", Mark.DELETED_HERE))


def test_the_owner_of_a_new_project_may_be_unknown(store: AccountStore, engine: SyncEngine) -> None:
    store.outbox.add_create({}, "stranger@acme-heat.test", NOW)
    engine.settle(take(engine), SUCCESS["create"])
    assert store.reader.rows_of([7])[7][8] is None


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "exchange",
    [unsent(), unsent(FailureKind.DNS), unsent(FailureKind.CANCELLED), answered(429, retry_after="7")],
    ids=["refused", "dns", "cancelled", "too many"],
)
def test_surely_not_sent_goes_back_to_the_queue(
    store: AccountStore, engine: SyncEngine, kind: str, exchange: Exchange
) -> None:
    do(store, kind)
    settled = engine.settle(take(engine), exchange)
    waiting = only(store)
    assert (waiting.state, waiting.attempts) == (OperationState.QUEUED, 0)
    assert waiting.words.startswith("Not sent yet: ")
    assert settled.outcome.retry_after == (7.0 if exchange.status == 429 else None)
    assert take(engine).operation.operation_id == waiting.operation_id


@pytest.mark.parametrize("kind", KINDS)
def test_a_refused_key_marks_nothing_as_failed(store: AccountStore, engine: SyncEngine, kind: str) -> None:
    do(store, kind)
    settled = engine.settle(take(engine), answered(401, {"message": "bad key"}))
    assert settled.outcome.kind is OutcomeKind.KEY_REFUSED
    assert only(store).state is OperationState.QUEUED
    assert "once a key is given" in only(store).words


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("status", [400, 403, 404, 409, 410, 413, 415, 422])
def test_a_definite_refusal_waits_for_the_person_with_the_servers_words(
    store: AccountStore, engine: SyncEngine, kind: str, status: int
) -> None:
    do(store, kind)
    engine.settle(take(engine), answered(status, {"message": "<b>meta.status</b> is wrong"}))
    needs = only(store)
    assert needs.state is OperationState.NEEDS_YOU
    assert needs.server_words == "meta.status is wrong"
    assert needs.words
    assert engine.next_send() is None


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "exchange",
    [
        answered(500),
        answered(307),
        answered(200, b"<html><body>Sign in</body></html>"),
        answered(200, {"projectId": "none"}),
        answered(103),
        Exchange(None, bytes_sent=True, failure=FailureKind.RESET),
        Exchange(None, bytes_sent=True, failure=FailureKind.TIMEOUT),
        Exchange(200, bytes_sent=True, failure=FailureKind.TRUNCATED, body=b'{"projectId":7'),
        Exchange(None, bytes_sent=True, detail="internal error"),
    ],
    ids=["500", "307", "page", "no id", "103", "reset", "timeout", "truncated", "bug"],
)
def test_a_doubtful_one_is_possibly_done_and_never_sent_again_by_itself(
    store: AccountStore, engine: SyncEngine, kind: str, exchange: Exchange
) -> None:
    key = do(store, kind)
    settled = engine.settle(take(engine), exchange)
    assert settled.outcome.kind is OutcomeKind.DOUBTFUL
    doubtful = only(store)
    assert doubtful.state is OperationState.UNKNOWN
    assert doubtful.words.startswith("Possibly done. ")
    assert store.reader.rows_of([key])[key][11] & Mark.POSSIBLY_DONE
    assert engine.next_send() is None
    store.outbox.doubt_interrupted(NOW)
    assert engine.next_send() is None
    store.outbox.try_again(doubtful.operation_id)
    assert take(engine).operation.attempts == 1, "only the person sends it again"


# -- one project -----------------------------------------------------------------------------------------------------


def data(**project: object) -> Exchange:
    return answered(200, {"status": "success", "projectData": project})


def test_a_project_is_asked_for_in_my_name_and_what_is_told_is_kept(store: AccountStore, engine: SyncEngine) -> None:
    assert engine.detail_request(1).target == "/api/v1/projects/data?projectId=1&userEmail=office%40acme-heat.test"
    engine.settle_detail(1, data(projectID="1", customerEmail=None, lat="0", lng=0.0, cart=[1], userID="27102"))
    detail = store.reader.detail(1)
    assert detail is not None
    assert detail.values[Field.CUSTOMER_EMAIL] == ""
    assert (detail.row.latitude, detail.row.longitude, detail.row.owner_id) == (0.0, 0.0, 27102)
    assert detail.loaded_at == NOW
    assert Field.CRM_REFERENCE in detail.not_loaded()


def test_a_project_that_does_not_say_its_number_is_taken_and_another_one_is_not(
    store: AccountStore, engine: SyncEngine
) -> None:
    engine.settle_detail(1, data(customerPhone="1"))
    with pytest.raises(BadAnswerError):
        engine.settle_detail(1, data(projectID=2, customerPhone="2"))
    detail = store.reader.detail(1)
    assert detail is not None
    assert detail.values[Field.CUSTOMER_PHONE] == "1"


@pytest.mark.parametrize(
    ("exchange", "kind"),
    [(answered(404), ServerRefusedError), (answered(401), KeyRefusedError), (answered(200, b"[]"), BadAnswerError)],
)
def test_a_project_that_could_not_be_loaded_changes_nothing(
    store: AccountStore, engine: SyncEngine, exchange: Exchange, kind: type[KnownError]
) -> None:
    before = store.connection.total_changes()
    with pytest.raises(kind):
        engine.settle_detail(1, exchange)
    assert store.connection.total_changes() == before


# -- deleting for good -----------------------------------------------------------------------------------------------


def test_a_permanent_deletion_takes_the_project_out(store: AccountStore, engine: SyncEngine) -> None:
    request = engine.hard_delete_request(1)
    assert (request.method, request.target) == ("DELETE", "/api/v1/projects/hardDelete")
    assert request.body == b'{"projectId":1,"userEmail":"office@acme-heat.test"}'
    engine.settle_hard_delete(1, answered(204))
    assert store.reader.rows_of([1]) == {}


@pytest.mark.parametrize("exchange", [answered(404), answered(401), unsent(), answered(429)])
def test_a_refused_permanent_deletion_says_why(store: AccountStore, engine: SyncEngine, exchange: Exchange) -> None:
    with pytest.raises(KnownError) as caught:
        engine.settle_hard_delete(1, exchange)
    assert "not known" not in caught.value.title
    assert 1 in store.reader.rows_of([1])


@pytest.mark.parametrize("exchange", [answered(500, {"error": "oh"}), Exchange(None, True, FailureKind.RESET)])
def test_a_doubtful_permanent_deletion_says_that_nobody_knows(
    store: AccountStore, engine: SyncEngine, exchange: Exchange
) -> None:
    with pytest.raises(KnownError) as caught:
        engine.settle_hard_delete(1, exchange)
    assert caught.value.title == "It is not known whether the project was deleted"
    assert caught.value.server_words == ("oh" if exchange.status else "")
    assert 1 in store.reader.rows_of([1])
    assert store.reader.operation_counts().unsettled == 0, "it is never queued"
