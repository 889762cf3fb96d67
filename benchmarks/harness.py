"""How a claim about speed is measured: floor and candidate interleaved, the median of the pairs' ratios."""

from __future__ import annotations

import gc
import statistics
import sys
import time
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

#: Pairs of floor and candidate, at least.
PAIRS = 11

#: A floor whose slowest run takes over twice its fastest says that the machine was busy with something else.
NOISY = 2.0


@dataclass(frozen=True)
class Result:
    """One row of the table.

    Attributes:
        claim: What the user waits for.
        figure: What was measured, for users.
        bar: What was asked for, for users.
        holds: Whether the figure meets the bar.
        floor: What it was measured against.
        noisy: Whether the floor varied too much, twice.
        details: All the numbers, for machines.
    """

    claim: str
    figure: str
    bar: str
    holds: bool
    floor: str = ""
    noisy: bool = False
    details: dict[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """As a plain object."""
        return asdict(self)


@dataclass(frozen=True)
class Pairs:
    """Seconds of interleaved runs."""

    floor: list[float]
    candidate: list[float]

    @property
    def ratio(self) -> float:
        """The median of the pairs' ratios."""
        return statistics.median(b / a for a, b in zip(self.floor, self.candidate, strict=True))

    @property
    def noisy(self) -> bool:
        """Whether the floor's own runs differ too much."""
        return max(self.floor) > NOISY * min(self.floor)

    def details(self) -> dict[str, Any]:
        """The numbers, in milliseconds."""
        return {
            "floor_ms": [round(1000 * measurement, 3) for measurement in self.floor],
            "candidate_ms": [round(1000 * measurement, 3) for measurement in self.candidate],
            "ratio": round(self.ratio, 3),
        }


def interleaved(floor: Callable[[], float], candidate: Callable[[], float], pairs: int = PAIRS) -> Pairs:
    """Run floor and candidate in turn, each giving its seconds. A noisy run is done once more."""
    for _ in range(2):
        floor()
        candidate()
        runs = [(floor(), candidate()) for _ in range(pairs)]
        found = Pairs([a for a, _ in runs], [b for _, b in runs])
        if not found.noisy:
            break
    return found


def timed(work: Callable[[], object]) -> float:
    """Seconds that something takes, without the collector of garbage in between."""
    gc.collect()
    gc.disable()
    began = time.perf_counter()
    try:
        work()
        return time.perf_counter() - began
    finally:
        gc.enable()


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which a share (0 to 1) of the values lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def milliseconds(seconds: float) -> str:
    """Seconds as users read them here."""
    return f"{1000 * seconds:.1f} ms"


def table(results: Sequence[Result], about: str = "what a person waits for") -> str:
    """The results as a table for the README and for the terminal."""
    lines = [f"| {about} | measured | bar | floor |", "| --- | --- | --- | --- |"]
    for result in results:
        mark = "" if result.holds else " **missed**"
        noise = " (noisy)" if result.noisy else ""
        lines.append(f"| {result.claim} | {result.figure}{noise}{mark} | {result.bar} | {result.floor} |")
    return "\n".join(lines)


def say(words: str) -> None:
    """Report how far the run is."""
    print(words, file=sys.stderr, flush=True)
