"""How long to wait before the server is tried again."""

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
