"""One project changed under two keys: that of the form that made it, in doubt, and that which the list gave it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from heatpunk_desktop.api.protocol import Endpoint
from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.domain.operation import Reason
from heatpunk_desktop.sync.server_traits import Learnt
from heatpunk_desktop.sync.tasks import Compare, Send
from tests.fakes import NOW
from tests.unit.sync.little_server import POLICY, Bench

if TYPE_CHECKING:
    from heatpunk_desktop.store.account_store import AccountStore

PHONE = Field.CUSTOMER_PHONE
SETTLE = POLICY.grace_seconds


@pytest.fixture
def bench(store: AccountStore) -> Bench:
    """A project of mine that the store knows, and a create that was carried out, whose answer got lost."""
    made = Bench(store)
    made.server.put(1, customerName="Known", created="2026-11-20T09:00:00.000Z")
    made.known()
    made.create(customer_name="Ewan")
    (task,) = (task for task in made.tasks() if isinstance(task, Send))
    made.take(task, made.server.lose(task.request, applied=True))
    made.engine.release()
    return made


def lose_change(bench: Bench, key: int, phone: str, *, base: str = "", applied: bool) -> None:
    """A change whose answer gets lost."""
    bench.update(key, {PHONE: phone}, {PHONE: base})
    looked = bench.one()
    assert isinstance(looked, Compare)
    bench.take(looked, bench.server.answer(looked.request))
    sent = bench.one()
    assert isinstance(sent, Send)
    bench.take(sent, bench.server.lose(sent.request, applied=applied))
    bench.engine.release()


@pytest.mark.parametrize("is_told", [True, False], ids=["compared", "never told"])
@pytest.mark.parametrize("is_discarded", [True, False], ids=["given up", "in doubt"])
def test_what_a_later_change_may_have_set_is_sent(bench: Bench, *, is_discarded: bool, is_told: bool) -> None:
    (made,) = bench.server.named("Ewan")
    bench.update(-1, {PHONE: "1"}, {PHONE: ""})
    bench.known()
    lose_change(bench, made, "1", applied=False)
    if is_discarded:
        bench.store.outbox.discard(3, NOW)
    if not is_told:
        bench.server.has_data = False
        bench.learnt(Learnt.DATA_CALL, "no")
    bench.run(SETTLE + 60)
    assert bench.operations()[1].state.value == "confirmed"
    assert bench.server.projects[made]["customerPhone"] == "1", "or what is said to be done never was"


def test_what_a_later_change_surely_set_is_not_sent_again(bench: Bench) -> None:
    (made,) = bench.server.named("Ewan")
    bench.update(-1, {PHONE: "1"}, {PHONE: ""})
    before = bench.server.answer(bench.engine.detail_request(made))
    bench.known()
    bench.update(made, {PHONE: "1"}, {PHONE: ""})
    bench.now()
    assert len(bench.server.to(Endpoint.UPDATE)) == 1
    bench.server.faults[Endpoint.DATA] = [before] * 2
    bench.run(SETTLE + 60)
    assert [operation.state.value for operation in bench.operations()] == ["confirmed"] * 3
    assert len(bench.server.to(Endpoint.UPDATE)) == 1, "a colleague may have changed it since"


def test_what_may_have_been_set_last_hides_nothing_surely_set_before(bench: Bench) -> None:
    (made,) = bench.server.named("Ewan")
    bench.update(-1, {PHONE: "1"}, {PHONE: ""})
    before = bench.server.answer(bench.engine.detail_request(made))
    bench.known()
    bench.update(made, {PHONE: "2"}, {PHONE: ""})
    bench.now()
    lose_change(bench, made, "1", base="2", applied=False)
    bench.store.outbox.discard(4, NOW)
    bench.server.faults[Endpoint.DATA] = [before] * 3
    bench.run(SETTLE + 60)
    assert bench.operations()[1].reason is Reason.CONFLICT
    assert bench.server.projects[made]["customerPhone"] == "2", "the later of the two"


@pytest.mark.parametrize(
    ("field", "told_as", "beginning", "base"),
    [
        (Field.STATUS, "status", "Lead", {}),
        (Field.STATUS, "status", "Lead", {Field.STATUS: ""}),
        (PHONE, "customerPhone", "", {}),
    ],
)
def test_what_was_put_back_to_its_beginning_later_is_not_written_over(
    bench: Bench, field: Field, told_as: str, beginning: str, base: dict[Field, str]
) -> None:
    (made,) = bench.server.named("Ewan")
    bench.update(-1, {field: "Install"}, base)
    bench.known()
    bench.update(made, {field: "Quote"}, {})
    bench.now()
    bench.update(made, {field: beginning}, {field: "Quote"})
    bench.now()
    asked = len(bench.server.to(Endpoint.UPDATE))
    bench.run(SETTLE + 60)
    assert bench.operations()[1].reason is Reason.CONFLICT
    assert len(bench.server.to(Endpoint.UPDATE)) == asked
    bench.store.outbox.resolve(2, {field}, set(), NOW)
    bench.run(5)
    assert bench.server.projects[made][told_as] == "Install", "as the user decided"
