"""A change that is still in doubt, and whose end the user does not wait for: it never lands over what comes after."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
import pytest

from heatpunk_desktop.api import protocol
from heatpunk_desktop.api.protocol import ApiRequest, Endpoint
from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.domain.operation import OperationState, Reason
from heatpunk_desktop.domain.remarks import RemarkCode, remark
from heatpunk_desktop.sync.tasks import Compare, Send
from tests.fakes import ME, NOW, answered, unsent
from tests.unit.sync.little_server import POLICY, Bench

if TYPE_CHECKING:
    from heatpunk_desktop.api.exchange import Exchange
    from heatpunk_desktop.store.account_store import AccountStore

NAME, PHONE = Field.CUSTOMER_NAME, Field.CUSTOMER_PHONE
SETTLE = POLICY.grace_seconds
WAITS = remark(RemarkCode.HELD)


@pytest.fixture
def bench(store: AccountStore) -> Bench:
    """A server with one project, which the store knows."""
    made = Bench(store)
    made.server.put(1, customerName="First", created="2026-11-20T09:00:00.000Z")
    return made.known()


def send(bench: Bench) -> Send:
    """The write that goes out once what comes before it was asked."""
    for _ in range(5):
        for task in bench.tasks():
            if isinstance(task, Send):
                return task
            bench.take(task, bench.server.answer(task.request))
    raise AssertionError("nothing is sent")


def update_in_doubt(bench: Bench, value: str = "Second") -> ApiRequest:
    """A change of the name whose answer gets lost; return the request, which the server has not come to yet."""
    bench.update(1, {NAME: value}, {NAME: "First"})
    task = send(bench)
    bench.take(task, bench.server.lose(task.request, applied=False))
    bench.engine.release()
    return task.request


def name(bench: Bench) -> str:
    return str(bench.server.projects[1]["customerName"])


def test_the_next_change_waits_until_the_first_attempt_cannot_be_done(bench: Bench) -> None:
    late = update_in_doubt(bench)
    bench.run(5)
    bench.store.outbox.try_again(1)
    bench.run(1)
    assert name(bench) == "Second", "what is sent again goes at once"
    bench.update(1, {NAME: "Third"}, {NAME: "Second"})
    bench.run(SETTLE - 2)
    again, following = bench.operations()
    assert (again.state, following.state) == (OperationState.CONFIRMED, OperationState.QUEUED)
    assert following.remarks == WAITS
    assert not following.blocked
    bench.server.answer(late)
    bench.run(2)
    assert name(bench) == "Third"
    assert bench.states() == ["confirmed", "confirmed"]
    assert bench.operations()[1].remarks != WAITS
    assert 1 in bench.taken.keys
    assert bench.engine.seconds_to_wait() is None


@pytest.mark.parametrize("waits_already", [True, False])
def test_it_waits_also_after_a_change_that_was_given_up_in_doubt(bench: Bench, waits_already: bool) -> None:
    late = update_in_doubt(bench)
    if waits_already:
        bench.update(1, {NAME: "Third"}, {NAME: "Second"})
    bench.store.outbox.discard(1, NOW)
    if not waits_already:
        bench.update(1, {NAME: "Third"}, {NAME: "First"})
    bench.run(SETTLE - 1)
    assert name(bench) == "First"
    bench.server.answer(late)
    bench.run(2)
    operation = bench.operations()[1]
    if waits_already:
        assert name(bench) == "Third"
    else:
        # The user has not seen what landed late.
        assert (operation.reason, operation.theirs) == (Reason.CONFLICT, {NAME: "Second"})


def test_what_was_sent_again_and_refused_waits_once_it_is_edited(bench: Bench) -> None:
    late = update_in_doubt(bench)
    bench.store.outbox.try_again(1)
    bench.server.faults[Endpoint.UPDATE] = [answered(400, {"message": "No"})]
    bench.run(1)
    assert bench.only().reason is Reason.REFUSED
    bench.store.outbox.try_again(1)
    bench.server.faults[Endpoint.UPDATE] = [answered(400, {"message": "No"})]
    bench.run(1)
    assert len(bench.server.to(Endpoint.UPDATE)) == 3, "as it is, it need not wait"
    bench.update(1, {NAME: "Third"}, {NAME: "First"})
    bench.run(SETTLE - 3)
    assert bench.only().remarks == WAITS
    bench.server.answer(late)
    bench.run(5)
    assert bench.only().reason is Reason.CONFLICT


def test_a_deletion_in_doubt_holds_what_comes_after_it_too(bench: Bench) -> None:
    bench.store.outbox.add_soft_delete(1, NOW)
    task = send(bench)
    bench.take(task, bench.server.lose(task.request, applied=False))
    bench.engine.release()
    bench.store.outbox.discard(1, NOW)
    bench.update(1, {NAME: "Second"}, {NAME: "First"})
    bench.run(SETTLE - 1)
    assert bench.states() == ["discarded", "queued"]
    bench.server.answer(task.request)
    bench.when(lambda: bench.operations()[1].reason is Reason.GONE)
    assert bench.server.projects == {}


def test_what_waits_waits_again_after_a_start_whatever_the_clock_says(bench: Bench) -> None:
    update_in_doubt(bench)
    bench.store.outbox.try_again(1)
    bench.run(1)
    bench.update(1, {NAME: "Third"}, {NAME: "Second"})
    bench.run(SETTLE / 2)
    bench.clock.forward(days=3)
    bench.start_again()
    bench.run(SETTLE - 1)
    assert name(bench) == "Second"
    bench.run(1)
    assert name(bench) == "Third"


def test_an_attempt_not_waited_for_either_begins_a_window_of_its_own(bench: Bench) -> None:
    update_in_doubt(bench)
    bench.store.outbox.try_again(1)
    bench.run(0)
    bench.store.outbox.add_update(1, {PHONE: "1"}, {PHONE: ""}, NOW)
    bench.wait(SETTLE - 10)
    assert bench.states() == ["confirmed", "queued"]
    # The other way: the second attempt gets lost as well.
    bench.update(1, {NAME: "Third"}, {NAME: "Second"})
    bench.run(11)
    assert bench.states() == ["confirmed", "confirmed"]
    bench.update(1, {NAME: "Fourth"}, {NAME: "Third"})
    first = send(bench)
    bench.take(first, bench.server.lose(first.request, applied=False))
    bench.engine.release()
    bench.store.outbox.try_again(3)
    bench.wait(SETTLE - 1)
    second = send(bench)
    bench.take(second, bench.server.lose(second.request, applied=False))
    bench.engine.release()
    bench.store.outbox.try_again(3)
    bench.run(1)
    assert name(bench) == "Fourth"
    bench.update(1, {NAME: "Fifth"}, {NAME: "Fourth"})
    bench.run(SETTLE - 2)
    assert name(bench) == "Fourth"
    bench.run(3)
    assert name(bench) == "Fifth"


@pytest.mark.parametrize("moved_on", ["try_again", "discard"])
def test_what_was_looked_for_in_vain_to_the_end_holds_nothing(bench: Bench, moved_on: str) -> None:
    bench.server.has_data = False
    bench.update(1, {PHONE: "1"}, {})
    task = send(bench)
    bench.take(task, bench.server.lose(task.request, applied=False))
    bench.engine.release()
    bench.when(lambda: bench.states() == ["needs_you"])
    assert bench.only().reason is Reason.UNCLEAR
    if moved_on == "try_again":
        bench.store.outbox.try_again(1)
    else:
        bench.store.outbox.discard(1, NOW)
    bench.update(1, {PHONE: "2"}, {PHONE: "1"})
    bench.run(1)
    assert bench.server.projects[1]["customerPhone"] == "2"


def test_other_projects_do_not_wait_nor_does_what_follows_a_create(bench: Bench) -> None:
    update_in_doubt(bench)
    bench.store.outbox.try_again(1)
    bench.create()
    bench.take(task := send(bench), bench.server.lose(task.request, applied=False))
    bench.engine.release()
    bench.store.outbox.try_again(2)
    bench.update(-2, {PHONE: "3"}, {})
    bench.run(1)
    (made,) = bench.server.named("Ewan")
    assert bench.server.projects[made]["customerPhone"] == "3"


def test_a_try_without_a_connection_does_not_make_it_another_change(bench: Bench) -> None:
    update_in_doubt(bench)
    bench.store.outbox.try_again(1)
    task = send(bench)
    bench.take(task, unsent())
    bench.engine.release()
    bench.run(1)
    assert name(bench) == "Second", "it is what was sent before, so it need not wait"


def looked(bench: Bench, told: Exchange) -> Send:
    """The write that goes out after the look before it was answered by a part of the server that lags behind."""
    (task,) = (task for task in bench.tasks() if isinstance(task, Compare))
    bench.take(task, told)
    return send(bench)


def one_after_another(bench: Bench, then: dict[Field, Any], base: dict[Field, Any]) -> None:
    """Two changes, the second made while the first is being sent, which is carried out."""
    bench.update(1, {NAME: "Second"}, {NAME: "First"})
    sent = send(bench)
    bench.update(1, then, base)
    bench.take(sent, bench.server.answer(sent.request))


def lose(bench: Bench, sent: Send, *, applied: bool) -> None:
    bench.take(sent, bench.server.lose(sent.request, applied=applied))
    bench.engine.release()


def test_what_an_earlier_change_set_does_not_prove_a_later_one_done(bench: Bench) -> None:
    before = bench.server.answer(protocol.data(1, ME))
    one_after_another(bench, {NAME: "Second"}, {NAME: "First"})
    late = looked(bench, before)
    bench.update(1, {NAME: "Third"}, {NAME: "Second"})
    lose(bench, late, applied=False)
    bench.run(SETTLE - 2)
    assert bench.states() == ["confirmed", "unknown", "queued"], "it may still be carried out, over what comes next"
    bench.server.answer(late.request)
    bench.run(5)
    assert bench.states() == ["confirmed"] * 3
    assert name(bench) == "Third"


def test_what_an_earlier_change_replaced_is_no_proof_as_looks_may_lag(bench: Bench) -> None:
    before = bench.server.answer(protocol.data(1, ME))
    one_after_another(bench, {NAME: "First"}, {NAME: "Second"})
    lose(bench, send(bench), applied=False)
    bench.wait(POLICY.early_looks[0])
    bench.take(bench.one(), before)
    assert bench.states() == ["confirmed", "unknown"]
    bench.run(SETTLE + 5)
    assert bench.states() == ["confirmed"] * 2
    assert name(bench) == "First"


def test_what_nobody_set_before_is_proof_at_once(bench: Bench) -> None:
    before = bench.server.answer(protocol.data(1, ME))
    one_after_another(bench, {NAME: "Second", PHONE: "1"}, {NAME: "First", PHONE: ""})
    lose(bench, looked(bench, before), applied=True)
    bench.run(POLICY.early_looks[0] + 1)
    assert bench.states() == ["confirmed"] * 2


@pytest.mark.parametrize("is_told", [True, False], ids=["stays as it was made", "was made otherwise"])
def test_what_a_project_was_made_with_counts_as_set_before(bench: Bench, *, is_told: bool) -> None:
    bench.create(customer_name="Priya" if is_told else "Prya")
    made = send(bench)
    bench.take(made, bench.server.answer(made.request))
    (key,) = bench.server.named("Priya" if is_told else "Prya")
    bench.update(key, {NAME: "Priya"}, {NAME: ""})
    look = next(task for task in bench.tasks() if isinstance(task, Compare))
    told = orjson.loads(bench.server.answer(look.request).body)
    told["projectData"]["customerName"] = ""
    bench.take(look, answered(200, told))
    lose(bench, send(bench), applied=True)
    bench.run(POLICY.early_looks[0] + 1)
    assert bench.states() == ["confirmed", "unknown" if is_told else "confirmed"]
