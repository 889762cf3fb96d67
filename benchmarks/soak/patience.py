"""How patient the engine is in these proofs: as in life, with a clock that goes so much faster."""

from __future__ import annotations

from inspect import signature
from typing import Any, Final

from heatpunk_desktop.services.sync_service import SyncService
from heatpunk_desktop.sync import policy

#: Seconds that the settle window takes here. The sandbox never works on a request for longer (see `LATEST`).
SETTLE: Final = 0.8

#: Seconds: no request is carried out later than that after it came in.
LATEST: Final = 0.3

PATIENCE: Final[dict[str, Any]] = {
    "settle_seconds": SETTLE,
    "early_looks": [0.1, 0.4],
    "second_look_seconds": 0.1,
    "again_seconds": 0.2,
}


def policy_arguments(given: dict[str, Any]) -> dict[str, Any]:
    """The argument of the service for it, where this version of the service takes one."""
    if "policy" not in signature(SyncService).parameters:
        return {}
    return {"policy": policy.SyncPolicy(**{**given, "early_looks": tuple(given["early_looks"])})}
