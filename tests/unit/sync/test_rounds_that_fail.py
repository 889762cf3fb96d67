"""Rounds of reconciliation in which some looks fail: they are gone on with, and what was learnt is kept."""

from __future__ import annotations

from collections import Counter
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest

from heatpunk_desktop.api.protocol import Endpoint
from heatpunk_desktop.sync.tasks import Send
from tests.fakes import NOW, answered
from tests.unit.sync.little_server import POLICY, RESET, Bench, LittleServer

if TYPE_CHECKING:
    from heatpunk_desktop.api.exchange import Exchange
    from heatpunk_desktop.api.protocol import ApiRequest
    from heatpunk_desktop.store.account_store import AccountStore

SETTLE = POLICY.grace_seconds


@pytest.fixture
def bench(store: AccountStore) -> Bench:
    """A server with three projects of mine, of this month; the store knows them."""
    made = Bench(store)
    for number, day in ((1, "20"), (2, "22"), (3, "23")):
        made.server.put(number, customerName=f"Known {number}", created=f"2026-11-{day}T09:00:00.000Z")
    return made.known()


def lose(bench: Bench, *, applied: bool = True, **form: Any) -> int:
    """A create whose answer gets lost; return its number."""
    number = -bench.create(**form or {"customer_name": "Ewan"})
    (task,) = (task for task in bench.tasks() if isinstance(task, Send))
    bench.take(task, bench.server.lose(task.request, applied=applied))
    bench.engine.release()
    assert state(bench, number) == "unknown"
    return number


def state(bench: Bench, number: int) -> str:
    return next(operation.state.value for operation in bench.operations() if operation.operation_id == number)


def creates(bench: Bench) -> int:
    return len(bench.server.to(Endpoint.CREATE))


def test_another_create_of_an_owner_waits_while_theirs_are_looked_for(bench: Bench) -> None:
    first = lose(bench)
    bench.wait(2)
    earlier = bench.one()
    second = lose(bench, customer_name="Gwen")
    bench.wait(2)
    assert bench.tasks() == [], "a second round would ask all that over"
    bench.take(earlier, answered(500))
    bench.run(120)
    assert (state(bench, first), state(bench, second)) == ("confirmed", "confirmed")
    assert creates(bench) == 2


def test_what_was_given_up_during_a_look_is_left_alone_though_it_fails(bench: Bench) -> None:
    number = lose(bench, applied=False)
    bench.wait(2)
    look = bench.one()
    bench.store.outbox.discard(number, NOW)
    for _ in range(10):
        bench.take(look, answered(500))
        bench.run(60)
    assert state(bench, number) == "discarded"
    assert creates(bench) == 1


def test_what_fails_in_a_round_is_asked_again_and_the_rest_is_kept(bench: Bench) -> None:
    bench.server.gives_references = False
    numbers = [lose(bench, customer_name=f"Customer {number}") for number in range(30)]
    asked: Counter[str] = Counter()
    lost = count()

    def answer(request: ApiRequest) -> Exchange:
        # Every third look at a single project is lost.
        if request.endpoint is not Endpoint.DATA:
            return LittleServer.answer(bench.server, request)
        if next(lost) % 3 == 0:
            return answered(500)
        asked[request.query] += 1
        return LittleServer.answer(bench.server, request)

    bench.server.answer = answer  # type: ignore[method-assign]
    bench.run(SETTLE + 90)
    assert {state(bench, number) for number in numbers} == {"confirmed"}
    assert creates(bench) == 30


def test_a_failed_list_is_asked_for_again_shortly_and_not_after_minutes(bench: Bench) -> None:
    number = lose(bench)
    bench.server.faults[Endpoint.LIST] = [answered(500), answered(200, b"<html>"), RESET, answered(503)]
    took = bench.when(lambda: state(bench, number) == "confirmed")
    assert took < 30


def test_a_round_that_the_computer_slept_through_begins_again(bench: Bench) -> None:
    number = lose(bench, applied=False)
    bench.wait(SETTLE)
    look = bench.one()
    bench.clock.forward(hours=9)
    (again,) = bench.tasks()
    assert again is not look
    bench.take(look, bench.server.answer(look.request))
    assert state(bench, number) == "unknown", "what the old one tells is not news any more"
    bench.take(again, bench.server.answer(again.request))
    bench.run(60)
    assert (state(bench, number), creates(bench)) == ("confirmed", 2)


def test_what_a_reference_proved_stays_so_though_the_round_fails(bench: Bench) -> None:
    found, other = lose(bench), lose(bench, customer_name="Gwen")
    (gwen,) = bench.server.named("Gwen")
    bench.wait(2)
    answer = bench.server.answer

    def never_of_gwen(request: ApiRequest) -> Exchange:
        return answered(500) if f"projectId={gwen}" in request.query else answer(request)

    bench.server.answer = never_of_gwen  # type: ignore[method-assign]
    bench.run(POLICY.grace_seconds)
    assert (state(bench, found), state(bench, other)) == ("confirmed", "unknown")
