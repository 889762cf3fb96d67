"""The process dies between every two durable steps of a create, an update and a soft delete, and all comes right.

The long form, with each write a step of its own and every other thing that the user and the engine do:
`python3 dev.py bench --soak crash_points`.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from tests.soak.crash_points import CrashPoint, Point, try_points
from tests.soak.crash_scenarios import SHORT, Scenario
from tests.soak.fork_server import ForkServer
from tests.soak.mutants import VARIABLE
from tests.soak.recording_server import DONE

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = [
    pytest.mark.skipif(sys.platform == "win32", reason="Windows cannot fork, and has no SIGKILL"),
    pytest.mark.usefixtures("programs_are_not_traced", "untraced"),
]

#: Less than this would mean that steps are passed over: a create alone commits thrice, each time in two files.
FEWEST = {"create": 15, "update": 20, "soft delete": 15}


@pytest.fixture(scope="module")
def fork_server() -> Iterator[ForkServer]:
    with ForkServer("tests.soak.crash_child") as running:
        yield running


@pytest.mark.parametrize("scenario", SHORT, ids=lambda scenario: scenario.name)
def test_whatever_step_it_dies_at_each_thing_is_done_once(fork_server: ForkServer, scenario: Scenario) -> None:
    tally = try_points(scenario, fork_server, every_write=False)
    assert tally.broken == []
    assert tally.counts["crash points"] >= FEWEST[scenario.name]
    assert tally.counts["of them at a request"] >= 3


@pytest.mark.parametrize("mutant", ["sends again at the start", "marks it after the request"])
def test_an_engine_that_breaks_the_promise_is_caught(mutant: str) -> None:
    with ForkServer("tests.soak.crash_child", {VARIABLE: mutant}) as mutated:
        broken = CrashPoint(SHORT[0], Point(1, DONE), mutated, every_write=False).run()
    assert any("form 1: 2 on the server, 1 confirmed" in problem for problem in broken)
