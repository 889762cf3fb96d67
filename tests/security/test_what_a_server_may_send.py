"""Answers that explode, never end or nest without end: each endpoint has its limit, and none of them a way round."""

from __future__ import annotations

import contextlib
import dataclasses
import gzip
import time
from typing import TYPE_CHECKING, Final

import pytest

from heatpunk_desktop.api.client import ApiClient
from heatpunk_desktop.api.error_messages import known_error_for, server_words
from heatpunk_desktop.api.exchange import Exchange, FailureKind
from heatpunk_desktop.api.list_reader import ListReader
from heatpunk_desktop.api.outcome import OutcomeKind, classify
from heatpunk_desktop.api.project_reader import read_project_data
from heatpunk_desktop.api.protocol import ApiRequest, Endpoint
from heatpunk_desktop.errors import KnownError
from tests.end2end.api.raw_server import Visit, serving
from tests.security.test_whom_the_key_is_told import KEY, REQUESTS

if TYPE_CHECKING:
    from collections.abc import Callable

MIB: Final = 1024 * 1024
by_endpoint = pytest.mark.parametrize("request_", REQUESTS, ids=lambda request: request.endpoint.value)


def exchanged(request: ApiRequest, script: Callable[[Visit], None]) -> tuple[Exchange, int]:
    """What came of it, and the bytes that were handed over for it."""
    taken = [0]

    def take(piece: bytes) -> None:
        taken[0] += len(piece)

    with serving(script) as server:
        client = ApiClient(server.origin, lambda: KEY)
        exchange = client.stream(request, take) if request.endpoint is Endpoint.LIST else client.exchange(request)
        client.close()
    return exchange, taken[0] + len(exchange.body)


def limited(request: ApiRequest) -> ApiRequest:
    """The list's own limit is half a gigabyte, which is too much for a test; the way to it is the same."""
    return dataclasses.replace(request, max_decoded=min(request.max_decoded, 8 * MIB))


@by_endpoint
def test_every_endpoint_has_a_limit(request_: ApiRequest) -> None:
    most = {Endpoint.LIST: 512 * MIB, Endpoint.DATA: 8 * MIB}.get(request_.endpoint, MIB // 4)
    assert request_.max_decoded == most
    assert 0 < request_.deadline <= (300 if request_.endpoint is Endpoint.LIST else 30)


@by_endpoint
@pytest.mark.parametrize("status", ["200 OK", "400 Bad Request"])
def test_a_bomb_is_left_at_the_limit(request_: ApiRequest, status: str) -> None:
    bomb = gzip.compress(bytes(64 * MIB), 9)
    assert len(bomb) < MIB // 8

    def script(visit: Visit) -> None:
        visit.request()
        visit.answer(bomb, status, "Content-Encoding: gzip")

    exchange, taken = exchanged(limited(request_), script)
    assert exchange.failure is FailureKind.TOO_LARGE
    assert taken <= limited(request_).max_decoded


@by_endpoint
def test_a_bomb_in_a_bomb_is_not_unpacked_twice(request_: ApiRequest) -> None:
    def script(visit: Visit) -> None:
        visit.request()
        visit.answer(gzip.compress(gzip.compress(bytes(64 * MIB))), "200 OK", "Content-Encoding: gzip, gzip")

    exchange, taken = exchanged(request_, script)
    assert exchange.failure is FailureKind.BAD_ENCODING
    assert taken == 0


@by_endpoint
def test_endless_json_is_left_at_the_limit(request_: ApiRequest) -> None:
    def script(visit: Visit) -> None:
        visit.request()
        visit.send(b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{"projects": [')
        with contextlib.suppress(OSError):
            while True:
                visit.send(b'{"ID": 1},' * 4096)

    exchange, taken = exchanged(limited(request_), script)
    assert exchange.failure is FailureKind.TOO_LARGE
    assert taken <= limited(request_).max_decoded


@by_endpoint
def test_a_drip_ends_at_the_deadline(request_: ApiRequest) -> None:
    def script(visit: Visit) -> None:
        visit.request()
        visit.send(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n")
        while not visit.wait(0.05):
            visit.send(b" ")

    began = time.monotonic()
    exchange, _ = exchanged(dataclasses.replace(request_, deadline=0.5), script)
    assert exchange.failure is FailureKind.TIMEOUT
    assert time.monotonic() - began < 10


@pytest.mark.parametrize("nested", [b"[" * 100_000 + b"]" * 100_000, b'{"a":' * 100_000 + b"1" + b"}" * 100_000])
def test_endless_nesting_is_an_unreadable_answer_and_nothing_worse(nested: bytes) -> None:
    for body in (nested, b'{"projectId": 5, "x": ' + nested + b"}", b'{"meta": ' + nested + b"}"):
        good = Exchange(200, bytes_sent=True, content_type="application/json", body=body)
        assert classify(Endpoint.CREATE, good).kind is OutcomeKind.IN_DOUBT
        assert classify(Endpoint.UPDATE, good).kind is OutcomeKind.IN_DOUBT
        with pytest.raises(KnownError):
            read_project_data(good)
        bad = dataclasses.replace(good, status=400)
        assert isinstance(known_error_for(bad), KnownError)
        assert len(server_words(body, "application/json")) < 1000
    for body in (nested, b'{"projects": [{"ID": 1, "x": ' + nested + b"}]}"):
        with pytest.raises(KnownError):
            read_list(body)


def read_list(body: bytes) -> None:
    reader = ListReader()
    for start in range(0, len(body), 65536):
        reader.feed(body[start : start + 65536])
    reader.close()
