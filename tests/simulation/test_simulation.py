from __future__ import annotations

import gc

import apsw
import pytest

from tests.simulation.campaign import Campaign
from tests.simulation.mutants import MUTANTS
from tests.simulation.shrinking import shrink
from tests.simulation.story import Fate, story_of

pytestmark = pytest.mark.usefixtures("untraced")

#: Histories of the short form; the long one is `python3 dev.py bench --soak simulation`.
HISTORIES = 300
#: Within so many histories each mutant has to be caught.
BUDGET = 400
#: Where to begin with those that are caught late, a little before the history that showed them last.
BEGINNINGS = {
    "forget the base": 200,
    "start without the grace period": 250,
    "take a list that is cut off for whole": 80,
}


def test_no_history_loses_doubles_or_silently_overwrites_anything() -> None:
    campaign = Campaign()
    tally = campaign.run(range(HISTORIES), most_broken=1)
    if tally.broken:
        pytest.fail(campaign.explain(next(iter(tally.broken))))
    assert tally.played == HISTORIES


@pytest.mark.parametrize("name", MUTANTS)
def test_a_mutant_is_caught(name: str) -> None:
    mutant = MUTANTS[name]
    with mutant.at_large() as cast:
        campaign = Campaign(cast)
        first = BEGINNINGS.get(name, 0)
        for seed in range(first, first + BUDGET):
            kind, _ = campaign.failure(story_of(seed, has_second_thoughts=False))
            if kind in mutant.caught_as:
                return
    pytest.fail(f"{BUDGET} histories did not show that the engine {name!r} is wrong")


def test_no_cursor_outlives_what_it_was_opened_for() -> None:
    # APSW 3.54 keeps one for ever that is still held while another one is closed, and looks through all it keeps.
    before = {id(cursor) for cursor in gc.get_objects() if isinstance(cursor, apsw.Cursor)}
    Campaign().run(range(10))
    gc.collect()
    assert not [item for item in gc.get_objects() if isinstance(item, apsw.Cursor) and id(item) not in before]


def test_a_seed_tells_the_same_history_each_time() -> None:
    logs: list[list[str]] = []
    for _ in range(2):
        log: list[str] = []
        Campaign().failure(story_of(1), log)
        logs.append(log)
    assert logs[0] == logs[1]
    assert any("server: create" in line for line in logs[0])


def test_a_failing_history_is_shrunk_to_what_matters() -> None:
    story = story_of(3)

    def fails(one: object) -> bool:
        return isinstance(one, type(story)) and any(step.kind == "create" for step in one.steps)

    smallest = shrink(story, fails)
    assert [step.kind for step in smallest.steps] == ["create"]
    assert smallest.devices == 1
    assert all(fate == Fate() for fate in smallest.fates)


def test_a_shrunk_history_is_told_line_by_line() -> None:
    mutant = MUTANTS["retry at once"]
    with mutant.at_large() as cast:
        campaign = Campaign(cast)
        seed = next(seed for seed in range(BUDGET) if campaign.failure(story_of(seed))[0] == "doubled")
        told = campaign.explain(seed)
    assert f"seed {seed}" in told
    assert "BROKEN doubled" in told
    assert told.count("step Step") <= 3, "it takes one create to see it"
