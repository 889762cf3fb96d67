"""100,000 acts of random users at the real window, on a sandbox that refuses, conflicts, fails and goes away.

What a user does and what is looked at after each act stands in `tests/random_user`. A sitting that fails is shortened
and told line by line; its seed alone plays it again: `explain(story_of(SEED), KIND)` in its module `campaign`.
"""

from __future__ import annotations

import multiprocessing
import os
import time
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import qInstallMessageHandler

from benchmarks.harness import say
from tests.random_user.campaign import Outcome, explain, play
from tests.random_user.mutants import MUTANTS, sittings_until_caught
from tests.random_user.story import ACTS, story_of

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Acts at scale 1.
MOST_ACTS = 100_000
#: One sitting in so many is that of a user who does not wait for the window.
HURRIED = 5
#: Sittings after which a process makes room for a fresh one.
PER_PROCESS = 60
#: Failing sittings after which there is enough to mend.
ENOUGH = 20
#: Within so many sittings each mutant has to be caught.
BUDGET = 20
#: Seconds between two lines about how far it is.
_EVERY = 30.0
#: Seeds of two runs with neighbouring seeds have to be different ones.
_STRIDE = 1_000_003


def run(*, seed: int, seconds: float | None, scale: float) -> dict[str, Any]:
    """Play the sittings on all cores; see `__main__`."""
    began = told_at = time.monotonic()
    sittings = max(1, round(MOST_ACTS * scale / ACTS))
    first = seed * _STRIDE
    broken: dict[int, Outcome] = {}
    acts = played = 0
    context = multiprocessing.get_context("spawn")
    with context.Pool(os.cpu_count() or 1, _be_silent, maxtasksperchild=PER_PROCESS) as pool:
        for number, outcome in pool.imap_unordered(_play, range(first, first + sittings)):
            played += 1
            acts += outcome.acts
            now = time.monotonic()
            if outcome.kind:
                broken[number] = outcome
                say(f"  broken: sitting {number}: {outcome.words}")
            if now - told_at >= _EVERY:
                told_at = now
                say(f"  {acts:,} acts, {acts / (now - began):.0f} a second, {len(broken)} sittings broken")
            if len(broken) >= ENOUGH or (seconds is not None and now - began >= seconds):
                pool.terminate()
                break
    _be_silent()
    mutants = dict(_mutants(first))
    told = [f"sitting {number}: {outcome.words}" for number, outcome in sorted(broken.items())]
    told += [f"the mutant {name!r} was not caught in {BUDGET} sittings" for name, at in mutants.items() if at is None]
    return {
        "counts": {"acts": acts, "sittings": played, "mutants caught": sum(at is not None for at in mutants.values())},
        "broken": told,
        "first_seed": first,
        "acts_per_second": round(acts / max(0.001, time.monotonic() - began), 1),
        "mutant_caught_in_sitting": mutants,
        "explained": [explain(_story(number), broken[number].kind) for number in sorted(broken)[:3]],
    }


def _story(number: int) -> Any:
    return story_of(number, in_a_hurry=number % HURRIED == 0)


def _play(number: int) -> tuple[int, Outcome]:
    return number, play(_story(number))


def _be_silent() -> None:
    """Say nothing of what the offscreen platform cannot do."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    qInstallMessageHandler(lambda *_: None)


def _mutants(first: int) -> Iterator[tuple[str, int | None]]:
    """For each mutant, after how many sittings it was caught."""
    for name in MUTANTS:
        yield name, sittings_until_caught(name, range(first, first + BUDGET))
