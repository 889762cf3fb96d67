from __future__ import annotations

import time

import pytest

from heatpunk_desktop.api.exchange import CancelToken, CutError, FailureKind, Watchdog, Wire


class FakeCarrier:
    def __init__(self) -> None:
        self.told: list[str] = []

    def shut_down(self) -> None:
        self.told.append("shut down")

    def exchange_ended(self) -> None:
        self.told.append("ended")


def begun(token: CancelToken, seconds: float = 60.0) -> Wire:
    wire = Wire()
    wire.begin(seconds, token)
    return wire


def test_cancelled_before_the_first_byte_nothing_may_be_sent() -> None:
    token = CancelToken()
    wire, carrier = begun(token), FakeCarrier()
    wire.carry(carrier)
    token.cancel()
    with pytest.raises(CutError):
        wire.first_byte()
    assert wire.end(token) == (False, FailureKind.CANCELLED)
    assert carrier.told == ["shut down", "ended"]


def test_cancelled_after_the_first_byte_it_is_in_doubt() -> None:
    token = CancelToken()
    wire = begun(token)
    wire.first_byte()
    token.cancel()
    with pytest.raises(CutError):
        wire.carry(FakeCarrier())
    assert wire.end(token) == (True, FailureKind.CANCELLED)


def test_the_deadline_cuts_as_cancelling_does_and_the_first_reason_stands() -> None:
    token = CancelToken()
    wire, carrier = begun(token), FakeCarrier()
    wire.carry(carrier)
    assert wire.expire(time.monotonic()) == wire.deadline
    assert wire.expire(wire.deadline) is None
    assert wire.expire(wire.deadline) is None
    token.cancel()
    assert wire.end(token) == (False, FailureKind.TIMEOUT)
    assert carrier.told == ["shut down", "ended"]


def test_one_exchange_is_never_cut_for_another() -> None:
    first, second = CancelToken(), CancelToken()
    wire, carrier = begun(first), FakeCarrier()
    wire.carry(carrier)
    wire.end(first)
    wire.cut(FailureKind.TIMEOUT)
    wire.begin(60.0, second)
    wire.carry(carrier)
    first.cancel()
    wire.first_byte()
    assert wire.end(second) == (True, None)
    assert carrier.told == ["ended", "ended"]


def test_a_nearer_deadline_wakes_the_watchdog_early() -> None:
    token = CancelToken()
    wire = begun(token)
    watchdog = Watchdog(wire)
    watchdog.watch(wire.deadline)
    wire.end(token)
    wire.begin(0.2, token)
    watchdog.watch(wire.deadline)
    began = time.monotonic()
    while time.monotonic() - began < 20:
        try:
            wire.check()
        except CutError:
            break
    watchdog.close()
    assert wire.end(token) == (False, FailureKind.TIMEOUT)
