from __future__ import annotations

import math
from datetime import UTC, datetime

import pytest

from heatpunk_desktop.api.exchange import CancelToken, Exchange

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def test_cancelling_calls_what_is_attached_once() -> None:
    token = CancelToken()
    calls: list[str] = []
    first, second = (lambda: calls.append("first")), (lambda: calls.append("second"))
    token.attach(first)
    token.attach(second)
    token.detach(first)
    token.detach(first)
    assert not token.is_cancelled
    token.cancel()
    token.cancel()
    assert calls == ["second"]
    assert token.is_cancelled


def test_what_is_attached_too_late_is_called_at_once() -> None:
    token = CancelToken()
    token.cancel()
    calls: list[str] = []
    token.attach(lambda: calls.append("late"))
    assert calls == ["late"]


def test_an_exchange_does_not_show_the_answer_in_its_repr() -> None:
    assert "Joe" not in repr(Exchange(200, bytes_sent=True, body=b"Joe", location="https://Joe"))


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("0", 0.0),
        (" 120 ", 120.0),
        ("3600", 3600.0),
        ("7200", 7200.0),
        ("9" * 400, math.inf),
        ("Sun, 01 Mar 2026 12:00:30 GMT", 30.0),
        ("Sun, 01 Mar 2026 12:00:30 -0000", 30.0),
        ("Sun, 01 Mar 2026 11:00:00 GMT", 0.0),
        ("Mon, 01 Mar 2027 12:00:00 GMT", 365 * 86_400.0),
        ("", None),
        ("-5", None),
        ("1.5", None),
        ("soon", None),
        ("\u0665", None),
        ("Sun, 99 Mar 2026 12:00:30 GMT", None),
    ],
)
def test_when_a_server_wants_to_be_asked_again(header: str, seconds: float | None) -> None:
    assert Exchange(503, bytes_sent=True, retry_after=header).retry_after_seconds(NOW) == seconds
