"""Every pause before something is tried again, with its limits, and how long a request in doubt is waited for.

After a failure, or where the server asks for a pause, `send_gate.py` holds everything up for `pause_after`. A single
update that could not be compared waits alone for as long. Requests of a round of reconciliation are made again by
`pause_in_round`. Between two looks at an operation in doubt, `rules.py` waits as `ReconciliationPolicy` says, or after
failures for `pause_between_looks`. The list of projects and the contact details, which are read outside the engine, go
by `Backoff` and the numbers below.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import Final, Protocol

#: Seconds. A pause after a failure is random, from the shortest up to a limit; the limit doubles with each failure.
SHORTEST_PAUSE: Final = 0.5
FIRST_PAUSE_LIMIT: Final = 2.0
LONGEST_PAUSE_LIMIT: Final = 300.0

#: Seconds; no pause that a server asks for (Retry-After) is taken to be longer.
LONGEST_RETRY_AFTER: Final = 3600.0

#: A request of a round that fails is made again in the same round, so that its other answers are kept: after so many
#: seconds, which double, until it has failed so often without another answer in between.
FIRST_PAUSE_IN_ROUND: Final = 1.0
LONGEST_PAUSE_IN_ROUND: Final = 30.0
MOST_FAILURES_IN_ROUND: Final = 6

#: Seconds until the next look at an operation in doubt while one just like it is on its way, or looked for.
PAUSE_FOR_TWIN: Final = 3.0

#: How often in a row the server may ask for a pause before a refresh of the list fails.
MOST_PAUSES_IN_REFRESH: Final = 3

#: Seconds; the shortest pause before a refresh that the connection broke off is started again automatically.
SHORTEST_PAUSE_BEFORE_REFRESH: Final = 10.0

#: Hours until contact details are requested again that the server refused, or could not return; doubled each time.
FIRST_HOURS_AFTER_REFUSED_DETAILS: Final = 24.0
FIRST_HOURS_AFTER_FAILED_DETAILS: Final = 0.25
LONGEST_HOURS_BEFORE_DETAILS: Final = 30 * 24.0


@dataclass(frozen=True, slots=True)
class ReconciliationPolicy:
    """When an operation in doubt is looked for, and when that has gone on for so long that the user is asked.

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


def doubled(first: float, times: int, longest: float) -> float:
    """Return a time doubled so many times, up to the longest."""
    return min(longest, first * 2.0 ** min(times, 16))


def pause_after(failures: int, chance: Chance, retry_after_seconds: float | None = None) -> float:
    """Return the pause in seconds after one more failure: random, and never shorter than the server asks for.

    Args:
        failures: Failures in a row before this one.
        chance: The source of randomness, so that many computers do not come back at once.
        retry_after_seconds: The pause that the server asked for (`Exchange.retry_after_seconds`); it is obeyed up to
            `LONGEST_RETRY_AFTER`.
    """
    # Never 0: a server that refuses connections must not be asked in a tight loop.
    pause = max(SHORTEST_PAUSE, chance.uniform(0, doubled(FIRST_PAUSE_LIMIT, failures, LONGEST_PAUSE_LIMIT)))
    return pause if retry_after_seconds is None else max(pause, min(retry_after_seconds, LONGEST_RETRY_AFTER))


def pause_in_round(failures: int) -> float:
    """Return the pause in seconds before requests of a round are made again, after so many failures in a row."""
    return doubled(FIRST_PAUSE_IN_ROUND, failures - 1, LONGEST_PAUSE_IN_ROUND)


def pause_between_looks(failures: int, policy: ReconciliationPolicy) -> float:
    """Return the pause in seconds before the next look at an operation, after so many that failed."""
    return doubled(policy.second_look_seconds, failures - 1, LONGEST_PAUSE_LIMIT)


@dataclass(slots=True)
class Backoff:
    """The pauses of one thing that is tried again and again, by `pause_after`.

    Attributes:
        random: The source of randomness.
        failures: Failures in a row so far.
    """

    random: Random = field(default_factory=Random)
    failures: int = 0

    def failed(self, retry_after_seconds: float | None = None) -> float:
        """Count a failure and return the pause in seconds after it; see `pause_after`."""
        self.failures += 1
        return pause_after(self.failures - 1, self.random, retry_after_seconds)

    def succeeded(self) -> None:
        """Start again from the shortest pause: the server has answered."""
        self.failures = 0
