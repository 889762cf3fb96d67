"""The delays of the engine in these proofs: the real ones, scaled down."""

from __future__ import annotations

from typing import Any, Final

from heatpunk_desktop.sync.policy import ReconciliationPolicy

#: Seconds of the grace period. The sandbox never works on a request for longer.
GRACE_S: Final = 1.6

#: Seconds: the longest that a request is late, by a delay, and by a delay of a client that has gone.
LONGEST_DELAY: Final = 0.15
LATEST: Final = 1.0

FAST_POLICY: Final[dict[str, Any]] = {
    "grace_seconds": GRACE_S,
    "early_looks": [0.1, 0.4],
    "second_look_seconds": 0.05,
    "again_seconds": 0.2,
}


def policy_from(given: dict[str, Any]) -> ReconciliationPolicy:
    """Return a policy from its JSON form."""
    return ReconciliationPolicy(**{**given, "early_looks": tuple(given["early_looks"])})
