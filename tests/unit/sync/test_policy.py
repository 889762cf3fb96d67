from __future__ import annotations

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from heatpunk_desktop.sync.policy import LONGEST_PAUSE_LIMIT, LONGEST_RETRY_AFTER, Backoff


@given(st.integers(), st.lists(st.none() | st.floats(0, 1e9), max_size=40))
def test_pauses_stay_between_half_a_second_and_their_doubling_limit(seed: int, asked_for: list[float | None]) -> None:
    backoff = Backoff(Random(seed))
    for failure, retry_after_seconds in enumerate(asked_for):
        pause = backoff.failed(retry_after_seconds)
        own_limit = min(LONGEST_PAUSE_LIMIT, 2.0 * 2**failure)
        if retry_after_seconds is None:
            assert 0.5 <= pause <= own_limit
        else:
            assert (
                min(retry_after_seconds, LONGEST_RETRY_AFTER)
                <= pause
                <= max(own_limit, min(retry_after_seconds, LONGEST_RETRY_AFTER))
            )


def test_pauses_grow_until_the_server_answers() -> None:
    class Highest(Random):
        def uniform(self, a: float, b: float) -> float:  # noqa: ARG002 - as the base class has it
            return b

    backoff = Backoff(Highest())
    assert [backoff.failed() for _ in range(10)] == [2, 4, 8, 16, 32, 64, 128, 256, 300, 300]
    for _ in range(5000):
        assert backoff.failed() == 300
    backoff.succeeded()
    assert backoff.failed() == 2


def test_many_computers_do_not_come_back_at_once() -> None:
    pauses = set()
    for seed in range(50):
        backoff = Backoff(Random(seed), failures=6)
        pauses.add(round(backoff.failed()))
    assert len(pauses) > 25
