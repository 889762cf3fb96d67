"""How long to wait: before the server is tried again, and before a request in doubt may count as not carried out."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import Final, Protocol

#: Seconds; the first pause is at most this long.
FIRST_PAUSE: Final = 2.0

#: Seconds; no pause by our own choice is longer.
LONGEST_PAUSE: Final = 300.0

#: Seconds; no pause that a server asks for is taken to be longer.
LONGEST_RETRY_AFTER: Final = 3600.0


@dataclass(frozen=True, slots=True)
class SyncPolicy:
    """The delays of reconciliation.

    Attributes:
        grace_seconds: The grace period. A server may go on working on a request whose client has gone; only this long
            after the operation came in doubt, on a clock that never jumps, does its absence prove anything.
        early_looks: Seconds after it came in doubt of looks that may find it carried out, and prove nothing else.
        second_look_seconds: Pause between the two looks that prove that it was not carried out.
        again_seconds: Pause after a look without a result: the list was cut off, or lacked what must be in it.
        looks_in_vain: How many such looks, after the grace period, before the user is asked.
        most_attempts: How many attempts of one operation may end in doubt before the user is asked.
    """

    grace_seconds: float = 120.0
    early_looks: tuple[float, ...] = (2.0, 15.0, 60.0)
    second_look_seconds: float = 10.0
    again_seconds: float = 30.0
    looks_in_vain: int = 5
    most_attempts: int = 5


class Chance(Protocol):
    """A source of randomness; a `random.Random` is one."""

    def uniform(self, a: float, b: float) -> float:
        """Return a random number between two others."""
        ...


def pause_after(failures: int, chance: Chance, retry_after: float | None = None) -> float:
    """Return the pause in seconds after one more failure: random, up to a limit that doubles with each failure.

    Args:
        failures: Failures in a row before this one.
        chance: The source of randomness, so that many computers do not come back at once.
        retry_after: The pause in seconds that the server asked for (Retry-After), as a minimum.
    """
    limit = min(LONGEST_PAUSE, FIRST_PAUSE * 2.0 ** min(failures, 16))
    # Never 0: a server that refuses connections must not be asked in a tight loop.
    pause = max(0.5, chance.uniform(0, limit))
    return pause if retry_after is None else max(pause, min(retry_after, LONGEST_RETRY_AFTER))


@dataclass(slots=True)
class Backoff:
    """Pauses that double with each failure.

    Attributes:
        random: The source of randomness.
        failures: Failures in a row so far.
    """

    random: Random = field(default_factory=Random)
    failures: int = 0

    def failed(self, retry_after: float | None = None) -> float:
        """Count a failure and return the pause in seconds after it; see `pause_after`."""
        self.failures += 1
        return pause_after(self.failures - 1, self.random, retry_after)

    def succeeded(self) -> None:
        """Start again from the shortest pause: the server has answered."""
        self.failures = 0
