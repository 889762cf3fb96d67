from __future__ import annotations

import pytest

from heatpunk_desktop.api.exchange import Exchange, FailureKind
from heatpunk_desktop.api.protocol import Endpoint
from heatpunk_desktop.sync.pace import Pace
from heatpunk_desktop.sync.policy import LONGEST_RETRY_AFTER, Backoff
from tests.fakes import answered, unsent
from tests.unit.sync.little_server import HalfChance

CREATE, LIST, DATA = Endpoint.CREATE, Endpoint.LIST, Endpoint.DATA


@pytest.fixture
def pace() -> Pace:
    return Pace(Backoff(HalfChance()))  # type: ignore[arg-type]


def test_at_first_everything_may_go(pace: Pace) -> None:
    assert pace.may_send(float("-1e9"))
    assert not pace.is_member, "nobody has said so"


@pytest.mark.parametrize("exchange", [answered(401), unsent(FailureKind.KEY_MISSING)])
@pytest.mark.parametrize("endpoint", Endpoint)
def test_a_key_that_is_not_taken_pauses_everything(pace: Pace, endpoint: Endpoint, exchange: Exchange) -> None:
    pace.learn(endpoint, exchange)
    assert pace.is_paused_for_key
    assert not pace.may_send(1e9), "time does not help"
    pace.key_given()
    assert pace.may_send(0)


@pytest.mark.parametrize("status", [200, 201, 204, 400, 404, 409, 410, 415, 422])
def test_an_answer_that_needed_a_good_key_goes_on(pace: Pace, status: int) -> None:
    pace.learn(CREATE, answered(401))
    pace.learn(DATA, answered(status))
    assert pace.may_send(0)


@pytest.mark.parametrize(
    "exchange",
    [answered(one) for one in (103, 301, 307, 403, 407, 408, 425, 429, 500, 502, 503, 504)]
    + [unsent(), Exchange(None, bytes_sent=True, failure=FailureKind.RESET), unsent(FailureKind.CANCELLED)],
)
def test_what_says_nothing_of_the_key_leaves_the_pause(pace: Pace, exchange: Exchange) -> None:
    pace.learn(CREATE, answered(401))
    pace.learn(DATA, exchange)
    assert pace.is_paused_for_key


def test_a_refusal_is_about_everything_until_the_list_was_given(pace: Pace) -> None:
    pace.learn(CREATE, answered(403))
    assert pace.is_paused_for_key
    pace.learn(LIST, answered(200))
    assert pace.is_member
    assert pace.may_send(0)
    pace.learn(CREATE, answered(403))
    assert pace.may_send(0), "from now on it is about one project"


def test_a_list_that_is_refused_is_about_everything_whatever_was_before(pace: Pace) -> None:
    pace.learn(LIST, answered(200))
    pace.learn(LIST, answered(403))
    assert not pace.is_member
    assert pace.is_paused_for_key


@pytest.mark.parametrize("status", [500, 503, 429, 404, 400, 307])
def test_a_list_in_trouble_does_not_tell_who_is_of_the_team(pace: Pace, status: int) -> None:
    pace.learn(LIST, answered(status))
    assert not pace.is_member
    pace.learn(LIST, answered(200))
    pace.learn(LIST, answered(status))
    assert pace.is_member


def test_what_was_cancelled_says_nothing(pace: Pace) -> None:
    pace.learn(CREATE, unsent())
    pace.learn(CREATE, unsent(FailureKind.CANCELLED))
    assert pace.is_offline
    pace.learn(CREATE, answered(401))
    pace.learn(CREATE, unsent(FailureKind.CANCELLED))
    assert pace.is_paused_for_key


def test_pauses_double_and_end_by_themselves(pace: Pace) -> None:
    at = []
    for _ in range(4):
        pace.put_off(100)
        at.append(pace.resumes_at)
    assert at == [101, 102, 104, 108]
    assert not pace.may_send(107.99)
    assert pace.may_send(108)


def test_of_two_pauses_the_longer_is_kept_to(pace: Pace) -> None:
    pace.put_off(100, 60)
    pace.put_off(101)
    assert pace.resumes_at == 160


def test_a_server_cannot_make_the_program_wait_for_ever(pace: Pace) -> None:
    pace.put_off(0, 1e12)
    assert pace.resumes_at == LONGEST_RETRY_AFTER


def test_the_first_answer_after_an_outage_ends_the_pause_and_one_in_between_does_not(pace: Pace) -> None:
    for _ in range(5):
        pace.learn(CREATE, unsent())
        pace.put_off(0)
    pace.learn(LIST, answered(200))
    assert pace.may_send(0)
    assert pace.backoff.failures == 0
    pace.put_off(0, 60)
    pace.learn(LIST, answered(200))
    assert not pace.may_send(59), "a wish for a pause is kept to, whoever is answered meanwhile"


def test_a_server_in_trouble_is_not_back(pace: Pace) -> None:
    for exchange in (unsent(), answered(503), answered(429)):
        pace.learn(CREATE, exchange)
        pace.put_off(0)
    assert pace.backoff.failures == 3


def test_send_now_skips_every_pause(pace: Pace) -> None:
    pace.put_off(0, 3600)
    pace.release()
    assert pace.may_send(0)
    pace.put_off(0, 3600)
    pace.learn(CREATE, answered(401))
    pace.key_given()
    assert pace.may_send(0)
