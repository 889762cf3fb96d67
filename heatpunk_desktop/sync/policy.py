"""How long to wait: before the server is tried again, and before a doubtful request may be taken for not done."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import Final

#: Seconds; the first pause is at most this long.
FIRST_PAUSE: Final = 2.0

#: Seconds; no pause by our own choice is longer.
LONGEST_PAUSE: Final = 300.0

#: Seconds; no pause that a server asks for is taken to be longer.
LONGEST_RETRY_AFTER: Final = 3600.0


@dataclass(frozen=True, slots=True)
class SyncPolicy:
    """How patiently doubtful operations are found out.

    Attributes:
        grace_seconds: A server may go on working on a request whose client has gone. Only this long after the doubt
            arose, on a clock that never jumps, is a look at the server taken as proof that nothing was done.
        early_looks: Seconds after the doubt of looks that may find it done, and prove nothing else.
        second_look_seconds: Pause between the two looks that prove that it was not done.
        again_seconds: Pause after a look that told nothing: the list was cut off, or lacked what has to be in it.
        looks_in_vain: Such looks, after the grace period, before a person is asked.
        most_attempts: Doubtful attempts of one operation before a person is asked.
    """

    grace_seconds: float = 120.0
    early_looks: tuple[float, ...] = (2.0, 15.0, 60.0)
    second_look_seconds: float = 10.0
    again_seconds: float = 30.0
    looks_in_vain: int = 5
    most_attempts: int = 5


@dataclass(slots=True)
class Backoff:
    """Pauses that double, each drawn anew between nothing and its limit, so that many computers do not come at once.

    Attributes:
        random: Where chance comes from.
        failures: Failures in a row so far.
    """

    random: Random = field(default_factory=Random)
    failures: int = 0

    def failed(self, retry_after: float | None = None) -> float:
        """The pause in seconds after one more failure; a server's wish (Retry-After, seconds) is kept to."""
        limit = min(LONGEST_PAUSE, FIRST_PAUSE * 2.0 ** min(self.failures, 16))
        self.failures += 1
        # Never quite nothing: a server that refuses connections at once is not to be asked in a loop.
        pause = max(0.5, self.random.uniform(0, limit))
        return pause if retry_after is None else max(pause, min(retry_after, LONGEST_RETRY_AFTER))

    def succeeded(self) -> None:
        """The server answered: the next failure begins anew."""
        self.failures = 0
