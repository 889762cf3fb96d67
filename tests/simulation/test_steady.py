"""Everything is settled within minutes though a steady share of all requests goes wrong, and nothing twice.

The long form, over sockets, is `python3 dev.py bench --soak steady`.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pytest

from heatpunk_desktop.sync import rounds
from tests.simulation.device import Disk, empty_database
from tests.simulation.model_server import ServerOptions
from tests.simulation.steady import Ended, Steady, SteadyWorld

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.usefixtures("untraced")

CREATES = 250
MINUTE = 60.0
#: Seconds within which all has to be settled, for each share of requests that go wrong.
BOUNDS = {0.05: 10 * MINUTE, 0.20: 30 * MINUTE}
SERVERS = {
    "gives references back": ServerOptions(late=30.0),
    "keeps references to itself, and lags behind": ServerOptions(late=30.0, data_call="plain", stale=20.0),
    "has no call for one project": ServerOptions(late=30.0, data_call="page"),
}


@pytest.fixture(scope="module")
def disk() -> Iterator[Disk]:
    made = Disk(empty_database())
    yield made
    made.connection.close()


def played(disk: Disk, faults: float, options: ServerOptions, seed: int, bound: float) -> Ended:
    return SteadyWorld(Steady(CREATES, faults, options=options), disk, seed).play(bound)


@pytest.mark.parametrize("faults", BOUNDS)
@pytest.mark.parametrize("server", SERVERS)
def test_all_is_settled_in_time_and_nothing_is_lost_or_doubled(disk: Disk, faults: float, server: str) -> None:
    for seed in range(2):
        ended = played(disk, faults, SERVERS[server], seed, BOUNDS[faults])
        assert ended.states == {"confirmed": CREATES}, f"seed {seed}: {ended}"
        assert ended.seconds <= BOUNDS[faults]
        assert (ended.wrong, ended.strays) == ({}, 0), f"seed {seed}: {ended}"


@pytest.mark.parametrize("seed", range(2))
def test_a_round_that_is_given_up_at_its_first_failure_never_gets_there(
    disk: Disk, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rounds, "MOST_FAILURES_IN_ROUND", 1)
    ended = played(disk, 0.20, SERVERS["keeps references to itself, and lags behind"], seed, BOUNDS[0.20])
    assert ended.seconds == math.inf
    assert ended.states["unknown"]
    assert ended.wrong.keys() <= {form for form, number in ended.wrong.items() if number <= 0}, "late, and not wrong"
