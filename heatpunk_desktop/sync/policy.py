"""How long to wait: before the server is tried again, and before a request in doubt may be taken for not done."""

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
    """How patiently operations in doubt are reconciled.

    Attributes:
        grace_seconds: A server may go on working on a request whose client has gone. Only this long after the doubt
            arose, on a clock that never jumps, is a look at the server taken as proof that nothing was done.
        early_looks: Seconds after the doubt of looks that may find it done, and prove nothing else.
        second_look_seconds: Pause between the two looks that prove that it was not done.
        again_seconds: Pause after a look that told nothing: the list was cut off, or lacked what has to be in it.
        looks_in_vain: Such looks, after the grace period, before the user is asked.
        most_attempts: Attempts of one operation that ended in doubt before the user is asked.
    """

    grace_seconds: float = 120.0
    early_looks: tuple[float, ...] = (2.0, 15.0, 60.0)
    second_look_seconds: float = 10.0
    again_seconds: float = 30.0
    looks_in_vain: int = 5
    most_attempts: int = 5


class Chance(Protocol):
    """Where chance comes from; a `random.Random` is one."""

    def uniform(self, a: float, b: float) -> float:
        """A number between two others."""
        ...


def pause_after(failures: int, chance: Chance, retry_after: float | None = None) -> float:
    """The pause in seconds after one more failure: drawn between nothing and a limit that doubles with each.

    Args:
        failures: Failures in a row before this one.
        chance: Where chance comes from, so that many computers do not come back at once.
        retry_after: The server's wish in seconds (Retry-After), which is kept to.
    """
    limit = min(LONGEST_PAUSE, FIRST_PAUSE * 2.0 ** min(failures, 16))
    # Never quite nothing: a server that refuses connections at once is not to be asked in a loop.
    pause = max(0.5, chance.uniform(0, limit))
    return pause if retry_after is None else max(pause, min(retry_after, LONGEST_RETRY_AFTER))


@dataclass(slots=True)
class Backoff:
    """Pauses that double with each failure.

    Attributes:
        random: Where chance comes from.
        failures: Failures in a row so far.
    """

    random: Random = field(default_factory=Random)
    failures: int = 0

    def failed(self, retry_after: float | None = None) -> float:
        """The pause in seconds after one more failure; see `pause_after`."""
        self.failures += 1
        return pause_after(self.failures - 1, self.random, retry_after)

    def succeeded(self) -> None:
        """The server answered: the next failure counts as the first."""
        self.failures = 0
