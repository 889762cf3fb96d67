"""The whole engine on its store in small worlds: whatever happens in them, in any order, no promise is broken."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Any, Final

import pytest

from tests.explorer.engine_device import Engines, frozen
from tests.explorer.engine_families import ENGINE_SHORT, ENGINE_TINY
from tests.explorer.engine_world import EngineWorld, explored
from tests.explorer.mutants import RULE_MUTANTS, at_large, catch_by_engine
from tests.explorer.search import explore

if TYPE_CHECKING:
    from tests.explorer.engine_device import DeviceState
    from tests.explorer.engine_world import EngineFamily

pytestmark = pytest.mark.usefixtures("untraced")

#: States among which ways are chosen that are gone twice, and how many.
STATES: Final = 300
WAYS: Final = 5


def _named(family: EngineFamily) -> str:
    return family.name.replace(" ", "-")


@pytest.mark.parametrize("family", [*ENGINE_TINY, *ENGINE_SHORT], ids=_named)
def test_the_engine_breaks_no_promise_in_a_small_world(family: EngineFamily) -> None:
    ran, tried = explored(family)
    if ran.broken:
        pytest.fail(str(ran))
    assert ran.is_complete
    assert ran.ends, "it comes to an end"
    assert tried, "it was the engine that decided"


class _RunningOn(Engines):
    """A device whose rows and engine are never put back: both are what they have become."""

    def __init__(self) -> None:
        super().__init__()
        self._running: list[Any] = []

    def _put_back(self, tables: object) -> None:
        pass

    def _engine(self) -> Any:
        self._running = [super()._engine()]
        return self._running[0]

    def _resumed(self, number: int, now: int) -> tuple[Any, DeviceState]:
        self._now = now
        return self._running[0], self[number]


@pytest.mark.parametrize("family", ENGINE_TINY, ids=_named)
def test_a_device_that_is_put_back_goes_on_as_one_that_runs_on(family: EngineFamily) -> None:
    world = EngineWorld(family)
    explore(world, STATES)
    for number in Random(family.name).choices(range(len(world.engines)), k=WAYS):
        other = EngineWorld(family)
        other.engines = _RunningOn()
        (running,) = other.first().devices
        for _, *happens in world.engines.way(number):
            running = _happens(other.engines, running, happens)
        there, here = world.engines[number], other.engines[running]
        assert there.tables == here.tables
        assert frozen(there.memory) == frozen(here.memory)
        assert frozen(there.tasks) == frozen(here.tasks)


def _happens(engines: Engines, number: int, happens: list[Any]) -> int:
    if len(happens) > 2:
        slot, exchange, now, is_full = happens
        return engines.heard(number, slot, exchange, now, is_full=is_full)
    return engines.woken(number, *happens) if len(happens) == 1 else engines.restarted(number, happens[0])


#: Some mutants of rules that are caught soon; the soak tells how each is caught, `test_mutants` those before a write.
CAUGHT: Final = ("rule 2 left out", "rule 9 left out", "rule 10 negated")


@pytest.mark.parametrize("name", CAUGHT)
def test_a_mutant_of_a_rule_is_caught_in_the_engine(name: str) -> None:
    with at_large(RULE_MUTANTS[name]):
        assert catch_by_engine() is not None
