"""Plays sittings of random users, and tells one that fails so that somebody can follow it."""

from __future__ import annotations

import traceback
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.random_user.checks import check_all
from tests.random_user.deciding import Deciding
from tests.random_user.ending import check_end
from tests.random_user.story import Story, shrink, story_of
from tests.random_user.user import BrokenError
from tests.random_user.window import LiveWindow

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a sitting.

    Attributes:
        acts: How many acts were done.
        kind: What was broken, in a word or two; empty where nothing was.
        words: The same in full.
        log: What the user did.
    """

    acts: int
    kind: str = ""
    words: str = ""
    log: tuple[str, ...] = ()


@dataclass(slots=True)
class Tally:
    """What came of several sittings: acts done, and for each seed that failed what was broken."""

    sittings: int = 0
    acts: int = 0
    broken: dict[int, Outcome] = field(default_factory=dict)


def play(story: Story) -> Outcome:
    """Play a sitting from the opening of the window to its end."""
    live = LiveWindow(story.projects, story.seed)
    user = Deciding(live, story.in_a_hurry)
    acts = 0
    try:
        for step in story.steps:
            getattr(user, step.act)(step.a, step.b, step.c)
            acts += 1
            if story.in_a_hurry and step.a % 3:
                continue
            live.quiet()
            check_all(user)
            user.leave_dialogs()
        user.settle_everything()
        check_all(user)
        check_end(user)
    except BrokenError as broken:
        return Outcome(acts, broken.kind, str(broken), tuple(user.log))
    except Exception as error:  # noqa: BLE001 - a bug of the program is what is looked for
        told = "".join(traceback.format_exception(error)[-6:])
        return Outcome(acts, type(error).__name__, f"{type(error).__name__}: {error}\n{told}", tuple(user.log))
    finally:
        live.close()
    return Outcome(acts)


def run(seeds: Iterable[int], *, most_broken: int = 20) -> Tally:
    """Play the sittings of some seeds, and stop once too many failed."""
    tally = Tally()
    for seed in seeds:
        outcome = play(story_of(seed))
        tally.sittings += 1
        tally.acts += outcome.acts
        if outcome.kind:
            tally.broken[seed] = outcome
            if len(tally.broken) >= most_broken:
                break
    return tally


def explain(story: Story, kind: str, tries: int = 150) -> str:
    """A sitting that fails, shortened, with what the user did line by line."""
    shortest = shrink(story, lambda story: play(story).kind == kind, tries)
    outcome = play(shortest)
    return "\n".join([str(shortest), *outcome.log, f"BROKEN {outcome.words}"])
