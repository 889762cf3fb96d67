"""The full table: each way in which a request may end, for each kind of operation, and what becomes of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import pytest

from heatpunk_desktop.api.exchange import Exchange, FailureKind
from heatpunk_desktop.api.protocol import Endpoint
from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.domain.operation import OperationState, Reason
from heatpunk_desktop.domain.project import Mark
from heatpunk_desktop.domain.remarks import RemarkCode
from heatpunk_desktop.gui.text.remark_words import remark_words
from heatpunk_desktop.sync.tasks import Compare, Membership, Send, Task
from tests.fakes import NOW, answered
from tests.unit.sync.little_server import Bench

if TYPE_CHECKING:
    from heatpunk_desktop.store.account_store import AccountStore

KINDS: Final = ("create", "update", "soft_delete")
STATUSES: Final = (
    None, 100, 102, 103, 200, 201, 202, 203, 204, 206, 301, 302, 303, 304, 307, 308, 400, 401, 402, 403, 404, 405, 406,
    408, 409, 410, 411, 413, 415, 418, 421, 422, 423, 425, 426, 428, 429, 431, 451, 500, 501, 502, 503, 504, 507, 520,
    599,
)  # fmt: skip
#: How a server may answer that has no call for one project.
NO_SUCH_CALL: Final = frozenset({400, 403, 404, 405, 406, 410, 415, 422, 501})
#: A server that answers with one of these says for certain that nothing was and nothing will be done.
REFUSALS: Final = frozenset({400, 403, 404, 409, 410, 413, 415, 422})
FAILURES: Final = (None, *FailureKind)
#: What can go wrong once the status line is there.
LATE_FAILURES: Final = (
    None, FailureKind.TIMEOUT, FailureKind.RESET, FailureKind.TRUNCATED, FailureKind.TLS, FailureKind.BAD_ENCODING,
    FailureKind.TOO_LARGE,
)  # fmt: skip
BODIES: Final = {
    "nothing": b"",
    "a number": b'{"projectId":7}',
    "no number": b'{"projectId":"none","message":"x"}',
    "a page": b"<!doctype html><html><body>Sign in, code 511</body></html>",
    "words": b'{"message":"meta.status is not one of the words"}',
}
#: What is remarked on what waits to be sent.
WAITS: Final = {RemarkCode.NOT_SENT, RemarkCode.NOT_COMPARED, RemarkCode.KEY_REFUSED}
#: What a code in words would look like; a time of day is none.
CODE: Final = re.compile(r"(?<![\d:])[1-5]\d\d(?![\d:])")
BLAME: Final = re.compile(r"(?i)\byou(?:r|’ve|'ve)? (?:\w+ )?(?:mistake|fault|error|wrong|forgot|failed|must|should)")
JARGON: Final = re.compile(r"(?i)\b(?:http|exception|error|status|null|json|errno|traceback|timeout|none)\b")


@pytest.fixture
def bench(store: AccountStore) -> Bench:
    made = Bench(store)
    made.server.put(1, customerName="Priya")
    return made.known()


def to_send(bench: Bench, kind: str) -> Send:
    """Something of a kind, as far as that its request is out."""
    if kind == "create":
        bench.create(customer_name="Ewan")
    elif kind == "update":
        bench.update(1, {Field.CUSTOMER_NAME: "Gwen"}, {Field.CUSTOMER_NAME: "Priya"})
        bench.step()
    else:
        bench.store.outbox.add_soft_delete(1, NOW)
    task = bench.one()
    assert isinstance(task, Send)
    return task


def is_member(bench: Bench) -> None:
    """The list has been given: a refusal is about one project."""
    bench.engine.learn(Endpoint.LIST, answered(200))


def is_success(kind: str, exchange: Exchange) -> bool:
    """Source: guide, Response of each endpoint."""
    if exchange.failure is not None:
        return False
    if kind == "create":
        return exchange.status in (200, 201) and exchange.body == BODIES["a number"]
    return exchange.status == 204


def expected(kind: str, exchange: Exchange, *, member: bool) -> tuple[str, str]:
    """State and reason, said again and not by the program's own rules."""
    status = exchange.status
    if not exchange.bytes_sent or status in (401, 429) or (status == 403 and not member):
        return "queued", ""
    if kind == "soft_delete" and status in (404, 410):
        return "unknown", ""
    if status in REFUSALS:
        is_gone = kind == "update" and status in (404, 410) and exchange.body != BODIES["a page"]
        return "needs_you", "gone" if is_gone else "refused"
    return ("confirmed", "") if is_success(kind, exchange) else ("unknown", "")


def check(bench: Bench, kind: str, exchange: Exchange, *, member: bool) -> None:
    task = to_send(bench, kind)
    if member:
        is_member(bench)
    number = task.operation.operation_id
    taken = bench.take(task, exchange)
    (operation,) = [operation for operation in bench.operations() if operation.operation_id == number]
    state, reason = expected(kind, exchange, member=member)
    case = f"{kind} {exchange}"
    assert (operation.state, operation.reason) == (state, reason), case
    assert operation.attempts == (0 if state == "queued" else 1), case
    words = remark_words(operation.remarks)
    assert bool(words) is (state != "confirmed"), case
    assert not CODE.search(words), f"a bare code: {words!r}"
    assert not BLAME.search(words), f"blame: {words!r}"
    # The field of that name is none.
    assert not JARGON.search(words.replace("what is in Status", "")), f"jargon: {words!r}"
    codes = {remark.code for remark in operation.remarks}
    assert bool(codes & WAITS) is (state == "queued"), f"{case}: {words!r}"
    assert (RemarkCode.IN_DOUBT in codes) is (state == "unknown"), f"{case}: {words!r}"
    assert taken.needs_user == ([number] if state == "needs_you" else []), case
    if kind != "create" or state != "confirmed":
        assert operation.project_key in taken.keys, "the row is painted anew"
    pause = bench.engine.seconds_put_off()
    # A server in trouble over one request, which is in doubt now, holds up no others.
    rests = exchange.status in (None, 429) or not exchange.bytes_sent
    assert (pause > 0) is rests, f"{case}: {pause}"
    no_key = exchange.failure is FailureKind.KEY_MISSING or exchange.status == 401
    is_about_everything = exchange.status == 403 and not member
    # What the user cancelled says nothing about the key.
    pauses = exchange.failure is not FailureKind.CANCELLED and (no_key or is_about_everything)
    assert bench.engine.gate.is_paused_for_key is pauses, case
    # What may have been done is not asked for again, whatever is asked next.
    if state in ("unknown", "needs_you", "confirmed"):
        bench.engine.key_given()
        assert not [task for task in bench.tasks() if isinstance(task, Send)], case
    row = bench.store.reader.rows_of([operation.project_key]).get(operation.project_key)
    assert row is not None
    assert bool(row[11] & Mark.POSSIBLY_DONE) is (state == "unknown"), case
    assert bool(row[11] & Mark.NEEDS_YOU) is (state == "needs_you"), case


@pytest.mark.parametrize("member", [True, False], ids=["of the team", "not known"])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("status", STATUSES)
def test_what_becomes_of_an_operation(store: AccountStore, kind: str, status: int | None, member: bool) -> None:
    """Each status with each failure, each body and both answers to whether a byte left."""
    for failure in FAILURES:
        for sent in (True, False):
            # A body counts only with a status, and only where nothing failed is a success at stake.
            bodies = list(BODIES) if status is not None and failure is None else ["nothing"]
            for body in bodies:
                exchange = Exchange(
                    status, bytes_sent=sent, failure=failure, content_type="application/json", body=BODIES[body]
                )
                store.connection.execute("SAVEPOINT each")
                bench = Bench(store)
                bench.server.put(1, customerName="Priya")
                check(bench.known(), kind, exchange, member=member)
                store.connection.execute("ROLLBACK TO each")
                store.connection.execute("RELEASE each")


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_of_an_answer_and_no_failure_either_is_in_doubt(bench: Bench, kind: str) -> None:
    bench.take(to_send(bench, kind), Exchange(None, bytes_sent=True, detail="internal"))
    assert bench.only().state is OperationState.UNKNOWN


def test_the_words_of_the_server_are_kept_apart_and_as_plain_text(bench: Bench) -> None:
    is_member(bench)
    bench.take(to_send(bench, "create"), answered(422, {"message": "<b>meta.status</b> is wrong", "code": 17}))
    refused = bench.only()
    assert refused.server_words == "meta.status is wrong"
    assert "meta.status" not in remark_words(refused.remarks)


# -- the look before an update ---------------------------------------------------------------------------------------


def compare(bench: Bench) -> Compare:
    bench.update(1, {Field.CUSTOMER_NAME: "Gwen"}, {Field.CUSTOMER_NAME: "Priya"})
    task = bench.one()
    assert isinstance(task, Compare)
    return task


def said_gone(exchange: Exchange, *, has_call: bool) -> bool:
    return has_call and exchange.status in (404, 410)


@pytest.mark.parametrize("has_call", [True, False], ids=["has the call", "nobody knows"])
@pytest.mark.parametrize("status", STATUSES)
def test_what_becomes_of_an_update_by_the_look_before_it(
    store: AccountStore, status: int | None, has_call: bool
) -> None:
    """Nothing is lost and nothing is sent on the strength of a look that failed for a passing reason."""
    for failure in FAILURES if status is None else LATE_FAILURES:
        for sent in (True, False) if status is None else (True,):
            store.connection.execute("SAVEPOINT each")
            bench = Bench(store)
            bench.server.put(1, customerName="Priya")
            bench.known()
            is_member(bench)
            if has_call:
                bench.engine.settle_detail(1, bench.server.answer(bench.engine.detail_request(1)), bench.engine.as_of())
            exchange = Exchange(status, bytes_sent=sent, failure=failure, content_type="application/json")
            task = compare(bench)
            bench.take(task, exchange)
            following = _following(bench)
            operation = bench.only()
            if said_gone(exchange, has_call=has_call):
                assert (operation.state, operation.reason) == (OperationState.NEEDS_YOU, Reason.GONE)
                assert following == []
            elif status is None or status in (401, 429):
                assert operation.state is OperationState.QUEUED
                assert operation.remarks[0].code in {RemarkCode.NOT_SENT, RemarkCode.KEY_REFUSED}
                assert following == []
                assert bench.engine.seconds_put_off() > 0 or bench.engine.gate.is_paused_for_key
            elif status not in NO_SUCH_CALL:
                assert operation.state is OperationState.QUEUED
                assert operation.remarks[0].code is RemarkCode.NOT_COMPARED
                assert following == [], "it waits by itself"
                assert 0 < (bench.engine.seconds_to_wait() or 0) <= 2
                bench.run(600)
                assert bench.only().state is OperationState.CONFIRMED, "and goes once the trouble is over"
            else:
                assert operation.state is OperationState.QUEUED
                assert [type(task) for task in following] == [Compare], f"the list has to do: {exchange}"
                assert following[0].request.endpoint is Endpoint.LIST
            assert not CODE.search(remark_words(operation.remarks))
            store.connection.execute("ROLLBACK TO each")
            store.connection.execute("RELEASE each")


def _following(bench: Bench) -> list[Task]:
    return [task for task in bench.tasks() if not isinstance(task, Membership)]


@pytest.mark.parametrize("status", [200, 404, 400, 500, 503, 307])
def test_a_refusal_of_everything_asks_for_the_list_and_not_endlessly(bench: Bench, status: int) -> None:
    """The server refuses, and its list does not tell whether it is about everything: it is left alone for a while."""
    bench.server.faults = {
        Endpoint.CREATE: [answered(403)] * 200,
        Endpoint.LIST: [answered(status, b"<html></html>")] * 200,
    }
    bench.create(customer_name="Ewan")
    bench.run(60)
    assert len(bench.server.to(Endpoint.LIST)) < 40
    assert bench.only().state in (OperationState.QUEUED, OperationState.NEEDS_YOU)
