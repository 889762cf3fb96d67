"""A random user at the real window: the short form of `python3 dev.py bench --soak user`."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

import pytest

from tests.random_user.campaign import explain, play
from tests.random_user.mutants import MUTANTS, sittings_until_caught
from tests.random_user.story import WEIGHTS, Step, Story, shrink, story_of

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = [
    pytest.mark.usefixtures("untraced", "qapp"),
    # The offscreen platform says that it can bring no window to the front.
    pytest.mark.qt_log_ignore("This plugin does not support"),
]

#: Sittings of the short form.
SEEDS = range(6)
#: Within so many sittings each mutant has to be caught.
BUDGET = 12
#: Sittings that once showed something wrong, shortened.
LESSONS = {
    "a project saved while a search leaves it out is counted above the table": Story(
        2, 30, (Step("go_offline"), Step("search", 6, 1, 0), Step("create", 1942, 6004, 4744))
    ),
}


@pytest.fixture(autouse=True)
def cycles_are_collected_in_the_main_thread() -> Iterator[None]:
    """As for every test, and all of them: a whole program leaves many."""
    gc.disable()
    yield
    gc.collect()
    gc.enable()


@pytest.mark.parametrize("seed", SEEDS)
def test_whatever_a_user_does_the_window_is_true_and_nothing_is_lost(seed: int) -> None:
    story = story_of(seed)
    outcome = play(story)
    if outcome.kind:
        pytest.fail(explain(story, outcome.kind, tries=40))
    assert outcome.acts == len(story.steps)


@pytest.mark.parametrize("name", MUTANTS)
def test_a_mutant_is_caught(name: str) -> None:
    assert sittings_until_caught(name, range(BUDGET)), f"{BUDGET} sittings did not show it"


@pytest.mark.parametrize("lesson", LESSONS)
def test_what_was_wrong_once_stays_mended(lesson: str) -> None:
    outcome = play(LESSONS[lesson])
    assert not outcome.kind, "\n".join([*outcome.log, outcome.words])


def test_a_seed_tells_the_same_sitting_each_time() -> None:
    assert story_of(3) == story_of(3)
    assert story_of(3) != story_of(4)
    assert {step.act for seed in range(30) for step in story_of(seed).steps} == set(WEIGHTS)


def test_a_sitting_is_shortened_to_what_matters() -> None:
    story = story_of(3)
    wanted = next(step for step in story.steps if step.act == "click")
    assert shrink(story, lambda story: wanted in story.steps).steps == (wanted,)
    assert str(shrink(story, lambda story: Step(*wanted) in story.steps)).count("click") == 1
