"""Every interleaving of small worlds, as the engine's rules decide: nothing is lost, doubled or written over unseen."""

from __future__ import annotations

from typing import Final

import pytest

from tests.explorer.families import LIMITS, SHORT, TINY, form
from tests.explorer.states import Act, Budget, Family
from tests.explorer.world import explored

pytestmark = pytest.mark.usefixtures("untraced")

#: Distinct states of the short form, at least. The long one is `python3 dev.py bench --soak explore`.
STATES: Final = 100_000


@pytest.mark.parametrize("family", [*TINY, *SHORT], ids=lambda family: family.name.replace(" ", "-"))
def test_no_state_of_a_small_world_breaks_a_promise(family: Family) -> None:
    ran = explored(family)
    if ran.broken:
        pytest.fail(str(ran))
    assert ran.is_complete
    assert ran.ends, "it comes to an end"


def test_the_short_form_visits_enough_states() -> None:
    counted = 0
    for family in SHORT:
        counted += explored(family, most=STATES).states
        if counted >= STATES:
            return
    pytest.fail(f"{counted} states only")


@pytest.mark.parametrize("broken", LIMITS, ids=lambda broken: broken.replace(" ", "-"))
def test_what_cannot_be_promised_is_found(broken: str) -> None:
    assert explored(LIMITS[broken]).broken.startswith(broken)


def test_a_state_is_visited_once_whichever_device_is_which() -> None:
    twice = (form(1), form(2, device=1))
    one = Family("two devices", twice, budget=Budget(breaks=1))
    other = Family("two devices that differ", (twice[0], form(2, "Bob", device=1)), budget=Budget(breaks=1))
    assert explored(one).states < 0.6 * explored(other).states


def test_a_broken_promise_is_told_as_the_shortest_story() -> None:
    ran = explored(Family("late", (form(1),), late=6, budget=Budget(breaks=1)))
    assert str(ran).splitlines()[:3] == [
        "doubled: there are more such projects than were typed",
        "  1. The new project is sent.",
        "  2. The new project loses its connection.",
    ]
    assert ran.story[-1] == "The new project is carried out late."
    assert len(ran.story) == 14


def test_of_identical_forms_the_one_with_fewer_choices_chooses_first() -> None:
    renames = Act("edit", 0, "Colleague's")
    ran = explored(
        Family(
            "the later form first", (form(1), form(2)), gives_references=False, acts=(renames,),
            budget=Budget(breaks=1, crashes=1),
        )
    )  # fmt: skip
    assert not ran.broken, str(ran)
