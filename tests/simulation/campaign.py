"""Plays many histories, and tells a failing one so that the user can follow it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.simulation.device import Disk, empty_database
from tests.simulation.ledger import BrokenInvariantError
from tests.simulation.shrinking import shrink
from tests.simulation.story import Story, story_of
from tests.simulation.world import Cast, play

if TYPE_CHECKING:
    from collections.abc import Iterable

#: The most devices of a history.
_DEVICES = 3


@dataclass(slots=True)
class Tally:
    """What came of some histories.

    Attributes:
        played: How many.
        counts: What happened in them that is worth telling.
        broken: The seeds of those that failed, with the invariant that was broken, in words.
    """

    played: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    broken: dict[int, str] = field(default_factory=dict)


class Campaign:
    """Plays histories one after the other on the same databases in memory."""

    def __init__(self, cast: Cast | None = None) -> None:
        empty = empty_database()
        self._disks = [Disk(empty) for _ in range(_DEVICES)]
        self._cast = cast or Cast()

    def failure(self, story: Story, log: list[str] | None = None) -> tuple[str, str]:
        """Play one; return the kind of what went wrong and its words, both empty where nothing did."""
        return self._played(story, log)[:2]

    def run(self, seeds: Iterable[int], most_broken: int = 20) -> Tally:
        """Play the histories of some seeds, and stop once too many failed."""
        tally = Tally()
        for seed in seeds:
            kind, words, counts = self._played(story_of(seed))
            tally.played += 1
            tally.counts += counts
            if kind:
                tally.broken[seed] = words
                if len(tally.broken) >= most_broken:
                    break
        return tally

    def explain(self, seed: int, tries: int = 600) -> str:
        """A failing history, shrunk, with what happens in it line by line."""
        story = story_of(seed)
        kind, _ = self.failure(story)
        smallest = shrink(story, lambda story: self.failure(story)[0] == kind, tries)
        log: list[str] = []
        _, words = self.failure(smallest, log)
        return "\n".join([*smallest.lines(), *log, f"BROKEN {words}"])

    def _played(self, story: Story, log: list[str] | None = None) -> tuple[str, str, Counter[str]]:
        try:
            return "", "", play(story, self._disks, self._cast, log)
        except BrokenInvariantError as broken:
            return broken.kind, str(broken), Counter()
        except Exception as error:  # noqa: BLE001 - a crash of the engine is a failure of the history
            return type(error).__name__, f"{type(error).__name__}: {error}", Counter()
