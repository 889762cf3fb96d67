"""Histories of users who do not wait until a change in doubt is reconciled, on a server that is late."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Final

import pytest

from heatpunk_desktop.sync import step
from heatpunk_desktop.sync.state import EndLateAttempt
from tests.simulation.campaign import Campaign
from tests.simulation.model_server import ServerOptions
from tests.simulation.story import Fate, Step, Story

if TYPE_CHECKING:
    from heatpunk_desktop.sync.state import Turn

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
        return Step(gap, kind, 0, first % 2, second % 3, third)  # users come into their own way
    if kind == "decide":
        return Step(gap, kind, 0, first, second, 0)  # about what is being reconciled, too
    return Step(gap, kind, 0, first % 3 if kind == "sleep" else first, second, third)


def _let_go(turn: Turn) -> None:
    """The mutant that holds nothing."""
    turn.writes += [EndLateAttempt(project_id) for project_id in turn.reads.late_attempts()]


def _kinds(campaign: Campaign, histories: int) -> list[tuple[str, str]]:
    played = (campaign.failure(story_of(seed)) for seed in range(histories))
    return [broken for broken in played if broken[0]]


def test_no_first_attempt_lands_over_what_came_next() -> None:
    assert _kinds(Campaign(), _HISTORIES) == []


def test_it_would_be_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(step, "end_late_attempts", _let_go)
    assert {kind for kind, _ in _kinds(Campaign(), _HISTORIES)} == {"order"}
