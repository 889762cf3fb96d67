"""How patient the engine is in these proofs: as in life, with a clock that goes so much faster."""

from __future__ import annotations

from typing import Any, Final

from heatpunk_desktop.sync.policy import SyncPolicy

#: Seconds that the grace period takes here. The sandbox never works on a request for longer.
SETTLE: Final = 1.6

#: Seconds: a request is carried out so late at most, by either of a delay and a client that has gone, or by both.
LONGEST_DELAY: Final = 0.15
LATEST: Final = 1.0

PATIENCE: Final[dict[str, Any]] = {
    "grace_seconds": SETTLE,
    "early_looks": [0.1, 0.4],
    "second_look_seconds": 0.05,
    "again_seconds": 0.2,
}


def patience(given: dict[str, Any]) -> SyncPolicy:
    """The engine's patience out of what came as JSON."""
    return SyncPolicy(**{**given, "early_looks": tuple(given["early_looks"])})
