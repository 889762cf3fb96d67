from __future__ import annotations

from heatpunk_desktop.api.exchange import CancelToken, Exchange


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
