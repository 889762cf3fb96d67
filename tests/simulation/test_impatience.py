"""Histories of people who do not wait until a doubtful change is found out, on a server that is late."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Any, Final

import pytest

from heatpunk_desktop.sync.engine import SyncEngine
from tests.simulation.campaign import Campaign
from tests.simulation.model_server import ServerOptions
from tests.simulation.story import Fate, Step, Story
from tests.simulation.world import Cast

if TYPE_CHECKING:
    from heatpunk_desktop.sync.tasks import Taken

pytestmark = pytest.mark.usefixtures("untraced")

_HISTORIES: Final = 150
_STEPS: Final = {
    "edit": 12,
    "decide": 9,
    "discard": 3,
    "soft_delete": 1,
    "restart": 1,
    "crash_soon": 1,
    "sleep": 1,
    "clock_jump": 1,
    "refresh": 1,
}
_FATES: Final = {"answered": 8, "lost_late": 4, "error_late": 2, "lost_after": 1, "refused": 1}


def story_of(seed: int) -> Story:
    """One computer, two projects, and everything within two minutes."""
    chance = Random(f"impatience {seed}")
    kinds = chance.choices(tuple(_STEPS), tuple(_STEPS.values()), k=chance.randint(6, 16))
    fates = chance.choices(tuple(_FATES), tuple(_FATES.values()), k=40)
    return Story(
        seed=seed,
        server=ServerOptions(
            data_call=chance.choice(("refs", "plain", "page")), late=chance.choice((30.0, 60.0, 90.0))
        ),
        already=2,
        steps=tuple(_step(kind, chance) for kind in kinds),
        fates=tuple(
            Fate(kind, chance.random(), round(chance.random(), 2), 0.0, chance.randrange(1000)) for kind in fates
        ),
        tidies=chance.random() < 0.7,
    )


def _step(kind: str, chance: Random) -> Step:
    gap, first, second, third = round(chance.random() * 12, 1), *(chance.randrange(1000) for _ in range(3))
    if kind == "edit":
        return Step(gap, kind, 0, first % 2, second % 3, third)  # people come into their own way
    if kind == "decide":
        return Step(gap, kind, 0, first, second, 0)  # about what is being found out, too
    return Step(gap, kind, 0, first % 3 if kind == "sleep" else first, second, third)


def _letting_go(*arguments: Any) -> SyncEngine:
    """The mutant that holds nothing."""
    engine = SyncEngine(*arguments)
    dispatch, end = arguments[1].dispatch, engine._late.end

    def end_at_once(now: float, taken: Taken) -> None:
        for project_id in dispatch.late_attempts():
            dispatch.end_late_attempt(project_id)
        end(now, taken)

    engine._late.end = end_at_once  # type: ignore[method-assign]
    return engine


def _kinds(campaign: Campaign, histories: int) -> list[tuple[str, str]]:
    played = (campaign.failure(story_of(seed)) for seed in range(histories))
    return [broken for broken in played if broken[0]]


def test_no_first_attempt_lands_over_what_came_next() -> None:
    assert _kinds(Campaign(), _HISTORIES) == []


def test_it_would_be_noticed() -> None:
    assert {kind for kind, _ in _kinds(Campaign(Cast(make_engine=_letting_go)), _HISTORIES)} == {"order"}
