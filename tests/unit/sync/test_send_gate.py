from __future__ import annotations

from datetime import UTC, datetime

import pytest

from heatpunk_desktop.api.exchange import Exchange, FailureKind
from heatpunk_desktop.api.protocol import Endpoint
from heatpunk_desktop.sync.policy import LONGEST_RETRY_AFTER
from heatpunk_desktop.sync.send_gate import SendGate
from tests.fakes import answered, unsent
from tests.unit.sync.little_server import HalfChance

CREATE, LIST, DATA = Endpoint.CREATE, Endpoint.LIST, Endpoint.DATA


class Gate:
    """One gate after the other, as things happen."""

    def __init__(self) -> None:
        self.now = SendGate()

    def learn(self, endpoint: Endpoint, exchange: Exchange) -> None:
        self.now = self.now.learned(endpoint, exchange)

    def put_off(self, now: float, retry_after_seconds: float | None = None) -> None:
        self.now = self.now.put_off(now, HalfChance(), retry_after_seconds)


@pytest.fixture
def gate() -> Gate:
    return Gate()


def test_at_first_everything_may_go(gate: Gate) -> None:
    assert gate.now.may_send(float("-1e9"))
    assert not gate.now.is_member, "nobody has said so"


@pytest.mark.parametrize("exchange", [answered(401), unsent(FailureKind.KEY_MISSING)])
@pytest.mark.parametrize("endpoint", Endpoint)
def test_a_key_that_is_not_taken_pauses_everything(gate: Gate, endpoint: Endpoint, exchange: Exchange) -> None:
    gate.learn(endpoint, exchange)
    assert gate.now.is_paused_for_key
    assert not gate.now.may_send(1e9), "time does not help"
    gate.now = gate.now.key_given()
    assert gate.now.may_send(0)


@pytest.mark.parametrize("status", [200, 201, 204, 400, 404, 409, 410, 415, 422])
def test_an_answer_that_needed_a_good_key_goes_on(gate: Gate, status: int) -> None:
    gate.learn(CREATE, answered(401))
    gate.learn(DATA, answered(status))
    assert gate.now.may_send(0)


@pytest.mark.parametrize(
    "exchange",
    [answered(number) for number in (103, 301, 307, 403, 407, 408, 425, 429, 500, 502, 503, 504)]
    + [unsent(), Exchange(None, bytes_sent=True, failure=FailureKind.RESET), unsent(FailureKind.CANCELLED)],
)
def test_what_says_nothing_of_the_key_leaves_the_pause(gate: Gate, exchange: Exchange) -> None:
    gate.learn(CREATE, answered(401))
    gate.learn(DATA, exchange)
    assert gate.now.is_paused_for_key


def test_a_refusal_is_about_everything_until_the_list_was_given(gate: Gate) -> None:
    gate.learn(CREATE, answered(403))
    assert gate.now.is_paused_for_key
    gate.learn(LIST, answered(200))
    assert gate.now.is_member
    assert gate.now.may_send(0)
    gate.learn(CREATE, answered(403))
    assert gate.now.may_send(0), "from now on it is about one project"


def test_a_list_that_is_refused_is_about_everything_whatever_was_before(gate: Gate) -> None:
    gate.learn(LIST, answered(200))
    gate.learn(LIST, answered(403))
    assert not gate.now.is_member
    assert gate.now.is_paused_for_key


@pytest.mark.parametrize("status", [500, 503, 429, 404, 400, 307])
def test_a_list_in_trouble_does_not_tell_who_is_of_the_team(gate: Gate, status: int) -> None:
    gate.learn(LIST, answered(status))
    assert not gate.now.is_member
    gate.learn(LIST, answered(200))
    gate.learn(LIST, answered(status))
    assert gate.now.is_member


def test_what_was_cancelled_says_nothing(gate: Gate) -> None:
    gate.learn(CREATE, unsent())
    gate.learn(CREATE, unsent(FailureKind.CANCELLED))
    assert gate.now.is_offline
    gate.learn(CREATE, answered(401))
    gate.learn(CREATE, unsent(FailureKind.CANCELLED))
    assert gate.now.is_paused_for_key


def test_pauses_double_and_end_by_themselves(gate: Gate) -> None:
    at = []
    for _ in range(4):
        gate.put_off(100)
        at.append(gate.now.resumes_at)
    assert at == [101, 102, 104, 108]
    assert not gate.now.may_send(107.99)
    assert gate.now.may_send(108)


def test_of_two_pauses_the_longer_is_kept_to(gate: Gate) -> None:
    gate.put_off(100, 60)
    gate.put_off(101)
    assert gate.now.resumes_at == 160


def test_a_server_cannot_make_the_program_wait_for_ever(gate: Gate) -> None:
    gate.put_off(0, 1e12)
    assert gate.now.resumes_at == LONGEST_RETRY_AFTER


def test_the_first_answer_after_an_outage_ends_the_pause_not_one_between(gate: Gate) -> None:
    for _ in range(5):
        gate.learn(CREATE, unsent())
        gate.put_off(0)
    gate.learn(LIST, answered(200))
    assert gate.now.may_send(0)
    assert gate.now.failures == 0
    gate.put_off(0, 60)
    gate.learn(LIST, answered(200))
    assert not gate.now.may_send(59), "a pause that the server asks for is kept to, whoever is answered meanwhile"


def test_a_server_in_trouble_is_not_back(gate: Gate) -> None:
    for exchange in (unsent(), answered(503), answered(429)):
        gate.learn(CREATE, exchange)
        gate.put_off(0)
    assert gate.now.failures == 3


@pytest.mark.parametrize(
    ("exchange", "seconds"),
    [
        (answered(503, retry_after="60"), 60),
        (answered(503, retry_after="Tue, 24 Nov 2026 12:00:30 GMT"), 30),
        (answered(503, retry_after="0"), 1),
        (answered(413, retry_after="60"), 60),
        (answered(429), 1),
        (answered(429, retry_after="7"), 7),
        (unsent(), 1),
        (answered(503), None),
        (answered(503, retry_after="soon"), None),
        (answered(200, retry_after="60"), None),
    ],
)
def test_a_server_that_says_when_to_come_again_is_obeyed(exchange: Exchange, seconds: float | None) -> None:
    gate = SendGate().put_off_by(exchange, 100, datetime(2026, 11, 24, 12, tzinfo=UTC), HalfChance())
    assert gate.may_send(100) is (seconds is None)
    if seconds is not None:
        assert gate.resumes_at == 100 + seconds


def test_send_now_skips_every_pause(gate: Gate) -> None:
    gate.put_off(0, 3600)
    gate.now = gate.now.released()
    assert gate.now.may_send(0)
    gate.put_off(0, 3600)
    gate.learn(CREATE, answered(401))
    gate.now = gate.now.key_given()
    assert gate.now.may_send(0)
