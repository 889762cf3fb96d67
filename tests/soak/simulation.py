"""100,000 seeded histories of the engine against a model server, with several devices, colleagues and every fault.

What is simulated, and what is looked for after each step, stands in `tests/simulation`. A history that fails is shrunk
and told line by line; its seed alone plays it again: `Campaign().explain(SEED)`.
"""

from __future__ import annotations

import multiprocessing
import os
import time
from collections import Counter
from functools import cache
from typing import TYPE_CHECKING, Any

from benchmarks.harness import say
from tests.simulation.campaign import Campaign
from tests.simulation.mutants import MUTANTS
from tests.simulation.story import story_of

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Histories at scale 1.
HISTORIES = 100_000
#: Histories that a process plays before it tells what came of them.
BATCH = 250
#: Failing histories after which there is enough to mend.
ENOUGH = 20
#: Within so many histories each mutant has to be caught.
BUDGET = 2000
#: Seconds between two lines about how far it is.
_EVERY = 30.0

#: Seeds of two runs with neighbouring seeds have to be different ones.
_STRIDE = 1_000_003


def run(*, seed: int, seconds: float | None, scale: float) -> dict[str, Any]:
    """Play the histories on all cores; see `__main__`."""
    began = time.monotonic()
    wanted = max(1, round(HISTORIES * scale))
    first = seed * _STRIDE
    broken: dict[int, str] = {}
    events: Counter[str] = Counter()
    played, told_at = 0, began
    batches = [range(begin, min(begin + BATCH, first + wanted)) for begin in range(first, first + wanted, BATCH)]
    with multiprocessing.get_context("spawn").Pool(os.cpu_count() or 1) as pool:
        for batch_played, batch_events, batch_broken in pool.imap_unordered(_play, batches):
            played += batch_played
            events.update(batch_events)
            broken |= batch_broken
            for number, words in batch_broken.items():
                say(f"  broken: history {number}: {words}")
            now = time.monotonic()
            if now - told_at >= _EVERY:
                told_at = now
                say(
                    f"  {played:,} of {wanted:,} histories, {played / (now - began):.0f} a second, {len(broken)} broken"
                )
            if len(broken) >= ENOUGH or (seconds is not None and now - began >= seconds):
                pool.terminate()
                break
    mutants = dict(_mutants(first))
    told = [f"history {number}: {words}" for number, words in sorted(broken.items())]
    told += [
        f"the mutant {name!r} was not caught in {BUDGET:,} histories" for name, at in mutants.items() if at is None
    ]
    return {
        "counts": {"histories": played, "mutants caught": sum(at is not None for at in mutants.values())},
        "broken": told,
        "first_seed": first,
        "happened": dict(events.most_common()),
        "mutant_caught_at_history": mutants,
        "explained": [Campaign().explain(number) for number in sorted(broken)[:3]],
        "seconds": round(time.monotonic() - began, 1),
    }


@cache
def _campaign() -> Campaign:
    """The one of this process: with another for each batch, all that SQLite has compiled would be gone."""
    return Campaign()


def _play(seeds: range) -> tuple[int, dict[str, int], dict[int, str]]:
    tally = _campaign().run(seeds)
    return tally.played, dict(tally.counts), tally.broken


def _mutants(first: int) -> Iterator[tuple[str, int | None]]:
    """For each mutant, after how many histories it was caught."""
    for name, mutant in MUTANTS.items():
        with mutant.at_large() as cast:
            campaign = Campaign(cast)
            kinds = (campaign.failure(story_of(first + index))[0] for index in range(BUDGET))
            yield name, next((index + 1 for index, kind in enumerate(kinds) if kind in mutant.caught_as), None)
