"""A server that answers a steady share of all requests badly: all is settled all the same, and nothing is there twice.

With 10,000 projects, with the real delays: `python3 dev.py bench --soak steady`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.soak.fast_policy import FAST_POLICY, LATEST, policy_from
from tests.soak.steady import Trial

if TYPE_CHECKING:
    from pathlib import Path

#: Seconds that it may take on a busy machine; with rounds that began again at each failure it took for ever.
TIMEOUT_S = 300.0


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize(("share", "creates"), [(0.05, 300), (0.20, 200)])
def test_all_is_settled_and_nothing_is_lost_or_doubled(data_dir: Path, share: float, creates: int) -> None:
    ended = Trial(data_dir, creates, share, seed=11).play(
        TIMEOUT_S, policy_from(FAST_POLICY), LATEST, tell=lambda _: None
    )
    assert ended.broken == []
