"""The client against servers that behave, and servers that do not."""

from __future__ import annotations

import dataclasses
import gzip
import logging
import socket
import subprocess
import sys
import threading
import time
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from urllib3.util.wait import wait_for_write

from heatpunk_desktop import __version__
from heatpunk_desktop.api import connection, protocol
from heatpunk_desktop.api.client import ApiClient
from heatpunk_desktop.api.exchange import CancelToken, Exchange, FailureKind
from heatpunk_desktop.domain.dates import DateRange
from tests.conftest import TIMEOUT_S
from tests.end2end.api.raw_server import RawServer, Visit, serving

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from heatpunk_desktop.api.exchange import Wire
    from heatpunk_desktop.api.protocol import ApiRequest

#: Seconds within which what waits for nobody ends, on a busy machine too: what hangs here hangs longer.
AT_ONCE = 15.0
KEY = "Sesame-0123456789"
ME = "me+pro@firm.co.uk"
CREATE = protocol.create(ME, {})
LIST = protocol.list_projects(ME, DateRange(date(2025, 1, 1), date(2025, 2, 1)))


@pytest.fixture
def client_of() -> Iterator[Callable[[str], ApiClient]]:
    made: list[ApiClient] = []

    def make(origin: str) -> ApiClient:
        made.append(ApiClient(origin, lambda: KEY))
        return made[-1]

    yield make
    for client in made:
        client.close()


def within(seconds: float, request: ApiRequest = CREATE) -> ApiRequest:
    return dataclasses.replace(request, deadline=seconds)


def ask(script: Callable[[Visit], None], request: ApiRequest = CREATE, **more: CancelToken) -> Exchange:
    with serving(script) as server:
        client = ApiClient(server.origin, lambda: KEY)
        try:
            return client.exchange(request, **more)
        finally:
            client.close()


def polite(visit: Visit) -> None:
    while visit.request():
        visit.answer(b'{"projectId": 5}', "200 OK", "Content-Type: application/json")


def test_the_bytes_on_the_wire(client_of: Callable[[str], ApiClient]) -> None:
    with serving(polite) as server:
        client = client_of(server.origin)
        assert client.exchange(CREATE) == Exchange(
            200, bytes_sent=True, content_type="application/json", body=b'{"projectId": 5}'
        )
        client.exchange(protocol.data(7, ME))
        client.exchange(protocol.soft_delete(7, ME))
    created, data, deleted = server.requests
    head, _, body = created.partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    assert lines[0] == "POST /api/v1/projects/create HTTP/1.1"
    headers = dict(line.split(": ", 1) for line in lines[1:])
    assert headers.pop("User-Agent").startswith(f"heatpunk-desktop/{__version__} ")
    assert headers == {
        "Host": f"127.0.0.1:{server.port}",
        "accept": "application/json",
        "Content-Type": "application/json",
        "X-API-KEY": KEY,
        "Accept-Encoding": "gzip, deflate",
        "Content-Length": str(len(body)),
    }
    assert body == CREATE.body
    assert data.startswith(b"GET /api/v1/projects/data?projectId=7&userEmail=me%2Bpro%40firm.co.uk HTTP/1.1\r\n")
    assert deleted.startswith(b"DELETE /api/v1/projects/softDelete HTTP/1.1\r\n")
    assert deleted.endswith(b'{"projectId":7,"userEmail":"me+pro@firm.co.uk"}')
    assert server.connections == 1


def test_ipv6_loopback(client_of: Callable[[str], ApiClient]) -> None:
    with serving(polite, host="::1") as server:
        assert client_of(f"http://[::1]:{server.port}").exchange(CREATE).status == 200


def test_an_answer_that_says_why(client_of: Callable[[str], ApiClient]) -> None:
    def busy(visit: Visit) -> None:
        visit.request()
        visit.answer(b"{}", "429 Too Many", "Retry-After: 7", "Content-Type: text/plain")

    with serving(busy) as server:
        exchange = client_of(server.origin).exchange(CREATE)
    assert (exchange.status, exchange.retry_after, exchange.content_type) == (429, "7", "text/plain")
    assert len(server.requests) == 1


def test_204_leaves_the_connection_usable(client_of: Callable[[str], ApiClient]) -> None:
    def script(visit: Visit) -> None:
        while visit.request():
            visit.send(b"HTTP/1.1 204 No Content\r\n\r\n")

    with serving(script) as server:
        client = client_of(server.origin)
        for _ in range(3):
            assert client.exchange(CREATE) == Exchange(204, bytes_sent=True)
    assert server.connections == 1


def test_a_connection_that_was_idle_too_long_is_not_used_again(
    client_of: Callable[[str], ApiClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "MAX_IDLE", 0.0)
    with serving(polite) as server:
        client = client_of(server.origin)
        assert [client.exchange(CREATE).status for _ in range(2)] == [200, 200]
    assert server.connections == 2


def test_a_connection_that_the_server_closed_meanwhile_is_not_used_again(
    client_of: Callable[[str], ApiClient],
) -> None:
    closed = threading.Event()

    def script(visit: Visit) -> None:
        visit.request()
        visit.answer(b"{}")
        visit.sock.shutdown(socket.SHUT_RDWR)
        closed.set()

    with serving(script) as server:
        client = client_of(server.origin)
        for _ in range(3):
            closed.clear()
            assert client.exchange(CREATE).status == 200
            assert closed.wait(TIMEOUT_S)
    assert server.connections == 3


@pytest.mark.parametrize("status", ["103 Early Hints", "199 Odd"])
def test_the_answer_behind_a_provisional_one_is_not_the_next_requests(
    client_of: Callable[[str], ApiClient], status: str
) -> None:
    def script(visit: Visit) -> None:
        while visit.request():
            number = len(visit.server.requests)
            if number == 1:
                visit.send(f"HTTP/1.1 {status}\r\n\r\n".encode())
                visit.wait(0.2)
            visit.answer(b'{"projectId": %d}' % number)

    with serving(script) as server:
        client = client_of(server.origin)
        first = client.exchange(CREATE)
        assert first == Exchange(int(status[:3]), bytes_sent=True)
        assert client.exchange(CREATE).body == b'{"projectId": 2}'
    assert server.connections == 2


def test_100_continue_is_passed_over() -> None:
    def script(visit: Visit) -> None:
        visit.request()
        visit.send(b"HTTP/1.1 100 Continue\r\n\r\n")
        visit.answer(b"yes")

    assert ask(script).body == b"yes"


# --- what was not sent -------------------------------------------------------------------------------------------


def test_a_refused_connection_sends_nothing(client_of: Callable[[str], ApiClient]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    exchange = client_of(f"http://127.0.0.1:{port}").exchange(CREATE)
    assert (exchange.status, exchange.bytes_sent, exchange.failure) == (None, False, FailureKind.REFUSED)


def test_a_name_that_nobody_knows_sends_nothing(client_of: Callable[[str], ApiClient]) -> None:
    exchange = client_of("https://heatpunk.invalid").exchange(CREATE)
    assert (exchange.bytes_sent, exchange.failure) == (False, FailureKind.DNS)


def unreachable(*_: object) -> list[tuple[object, ...]]:
    return [(socket.AF_INET, socket.SOCK_STREAM, 0, "", ("255.255.255.255", 9))]


def no_such_family(*_: object) -> list[tuple[object, ...]]:
    return [(9999, socket.SOCK_STREAM, 0, "", ("127.0.0.1", 9))]


def no_address(*_: object) -> list[tuple[object, ...]]:
    return []


@pytest.mark.parametrize("look_up", [unreachable, no_such_family, no_address])
def test_no_way_to_the_server_sends_nothing(
    client_of: Callable[[str], ApiClient], monkeypatch: pytest.MonkeyPatch, look_up: Callable[..., object]
) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    exchange = client_of("https://heatpunk.co.uk").exchange(CREATE)
    assert (exchange.bytes_sent, exchange.failure) == (False, FailureKind.NO_NETWORK)


def test_the_second_address_is_tried(client_of: Callable[[str], ApiClient], monkeypatch: pytest.MonkeyPatch) -> None:
    real = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args: [*unreachable(), *no_such_family(), *real(*args)])
    with serving(polite) as server:
        assert client_of(server.origin).exchange(CREATE).status == 200


@pytest.mark.parametrize("key", [None, "", "two\nlines", "kéy"])
def test_without_a_usable_key_nothing_is_sent(key: str | None) -> None:
    with serving(polite) as server:
        client = ApiClient(server.origin, lambda: key)
        assert client.exchange(CREATE) == Exchange(None, bytes_sent=False, failure=FailureKind.KEY_MISSING)
        client.close()
    assert server.connections == 0


def test_a_token_that_is_cancelled_before_sends_nothing(client_of: Callable[[str], ApiClient]) -> None:
    token = CancelToken()
    token.cancel()
    with serving(polite) as server:
        client = client_of(server.origin)
        exchange = client.exchange(CREATE, token)
        assert (exchange.bytes_sent, exchange.failure) == (False, FailureKind.CANCELLED)
        assert client.exchange(CREATE, CancelToken()).status == 200
        exchange = client.exchange(CREATE, token)
        assert (exchange.bytes_sent, exchange.failure) == (False, FailureKind.CANCELLED)
    assert len(server.requests) == 1


# --- what may have been done -------------------------------------------------------------------------------------


def hang_up(visit: Visit) -> None:
    visit.request()


def reset(visit: Visit) -> None:
    visit.request()
    visit.reset()


def speak_gibberish(visit: Visit) -> None:
    visit.request()
    visit.send(b"SSH-2.0-OpenSSH\r\n\r\n")


def send_endless_header(visit: Visit) -> None:
    visit.request()
    visit.send(b"HTTP/1.1 200 OK\r\nX: " + b"a" * 100_000)


def contradict_itself(visit: Visit) -> None:
    visit.request()
    visit.send(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef")


@pytest.mark.parametrize(
    ("script", "failure"),
    [
        (hang_up, FailureKind.RESET),
        (reset, FailureKind.RESET),
        (speak_gibberish, FailureKind.BAD_HTTP),
        (send_endless_header, FailureKind.BAD_HTTP),
        (contradict_itself, FailureKind.BAD_HTTP),
    ],
)
def test_after_the_first_byte_it_is_said_that_bytes_were_sent(
    script: Callable[[Visit], None], failure: FailureKind
) -> None:
    exchange = ask(script)
    assert (exchange.status, exchange.bytes_sent, exchange.failure) == (None, True, failure)
    assert exchange.detail


def test_a_request_is_never_sent_twice(client_of: Callable[[str], ApiClient]) -> None:
    def script(visit: Visit) -> None:
        visit.request()
        if len(visit.server.requests) == 1:
            visit.answer(b"{}")
            visit.request()
        visit.reset()

    with serving(script) as server:
        client = client_of(server.origin)
        assert client.exchange(CREATE).status == 200
        assert client.exchange(CREATE).bytes_sent
    assert len(server.requests) == 2
    assert server.connections == 1


def cut_by_length(visit: Visit) -> None:
    visit.request()
    visit.send(b'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"projectId": 5}')


def cut_chunks(visit: Visit) -> None:
    visit.request()
    visit.send(b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10\r\n{"projectId": 5}\r\n')


def bad_chunks(visit: Visit) -> None:
    visit.request()
    visit.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n")


def cut_gzip(visit: Visit) -> None:
    visit.request()
    visit.answer(gzip.compress(b'{"projectId": 5}')[:-6], "200 OK", "Content-Encoding: gzip")


def reset_in_the_body(visit: Visit) -> None:
    visit.request()
    visit.send(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{")
    visit.wait(0.1)
    visit.reset()


@pytest.mark.parametrize("script", [cut_by_length, cut_chunks, bad_chunks, cut_gzip, reset_in_the_body])
def test_a_body_that_breaks_off_is_called_truncated(script: Callable[[Visit], None]) -> None:
    exchange = ask(script)
    assert (exchange.status, exchange.bytes_sent, exchange.failure) == (200, True, FailureKind.TRUNCATED)


# --- packed and large answers ------------------------------------------------------------------------------------


@pytest.mark.parametrize("chunked", [False, True])
def test_packed_answers_are_unpacked(chunked: bool) -> None:
    packed = gzip.compress(b'{"projectId": 5}')

    def script(visit: Visit) -> None:
        visit.request()
        if chunked:
            visit.send(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n")
            for byte in packed:
                visit.send(b"1\r\n%c\r\n" % byte)
            visit.send(b"0\r\n\r\n")
        else:
            visit.answer(packed, "200 OK", "Content-Encoding: gzip")

    exchange = ask(script)
    assert (exchange.body, exchange.failure) == (b'{"projectId": 5}', None)


@pytest.mark.parametrize(("encoding", "body"), [("br", b"x"), ("gzip", b"not gzip at all")])
def test_unreadable_packing_is_a_failure(encoding: str, body: bytes) -> None:
    def script(visit: Visit) -> None:
        visit.request()
        visit.answer(body, "200 OK", f"Content-Encoding: {encoding}")

    exchange = ask(script)
    assert (exchange.status, exchange.bytes_sent, exchange.failure) == (200, True, FailureKind.BAD_ENCODING)


def test_a_gzip_bomb_is_left_at_the_limit() -> None:
    bomb = gzip.compress(bytes(200 * 1024 * 1024))

    def script(visit: Visit) -> None:
        visit.request()
        visit.answer(bomb, "200 OK", "Content-Encoding: gzip")

    exchange = ask(script)
    assert exchange.failure is FailureKind.TOO_LARGE
    assert len(exchange.body) <= CREATE.max_decoded


def test_an_endless_answer_is_left_at_the_limit() -> None:
    def script(visit: Visit) -> None:
        visit.request()
        visit.send(b"HTTP/1.1 302 Found\r\nLocation: /\r\n\r\n")
        while True:
            visit.send(bytes(65536))

    exchange = ask(script)
    assert (exchange.status, exchange.failure) == (302, FailureKind.TOO_LARGE)


# --- streaming ---------------------------------------------------------------------------------------------------


def test_a_list_is_handed_over_piece_by_piece(client_of: Callable[[str], ApiClient]) -> None:
    body = bytes(range(256)) * 4096
    arrived = threading.Event()

    def script(visit: Visit) -> None:
        visit.request()
        visit.send(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body[: len(body) // 2])
        assert arrived.wait(TIMEOUT_S)
        visit.send(body[len(body) // 2 :])

    pieces: list[bytes] = []

    def take(piece: bytes) -> None:
        pieces.append(piece)
        arrived.set()

    with serving(script) as server:
        exchange = client_of(server.origin).stream(LIST, take)
    assert exchange == Exchange(200, bytes_sent=True)
    assert b"".join(pieces) == body
    assert max(map(len, pieces)) <= 65536


def test_an_error_instead_of_a_list_is_not_handed_over(client_of: Callable[[str], ApiClient]) -> None:
    def script(visit: Visit) -> None:
        visit.request()
        visit.answer(b'{"message": "no"}', "403 Forbidden")

    pieces: list[bytes] = []
    with serving(script) as server:
        exchange = client_of(server.origin).stream(LIST, pieces.append)
    assert (exchange.status, exchange.body, pieces) == (403, b'{"message": "no"}', [])


def test_what_the_taker_raises_ends_the_exchange(client_of: Callable[[str], ApiClient]) -> None:
    def script(visit: Visit) -> None:
        while visit.request():
            visit.answer(b"x" * 300_000)

    class DiskFullError(Exception):
        pass

    def take(_: bytes) -> None:
        raise DiskFullError

    with serving(script) as server:
        client = client_of(server.origin)
        with pytest.raises(DiskFullError):
            client.stream(LIST, take)
        assert len(client.stream(LIST, lambda _: None).body) == 0
    assert server.connections == 2


# --- the deadline ------------------------------------------------------------------------------------------------


def drip(visit: Visit, start: bytes, drop: bytes) -> None:
    visit.request()
    visit.send(start)
    while not visit.wait(0.05):
        visit.send(drop)


@pytest.mark.parametrize(
    ("start", "drop"),
    [
        (b"", b""),
        (b"HTTP/1.1 200 OK\r\n", b"X: y\r\n"),
        (b"HTTP/1.1 200 OK\r\nX: ", b"y"),
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", b"a"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\na\r\n"),
        (b"HTTP/1.1 200 OK\r\n\r\n", b"a"),
    ],
)
def test_no_drip_outlives_the_deadline(start: bytes, drop: bytes) -> None:
    began = time.monotonic()
    exchange = ask(lambda visit: drip(visit, start, drop), within(0.5))
    took = time.monotonic() - began
    assert (exchange.bytes_sent, exchange.failure) == (True, FailureKind.TIMEOUT)
    assert 0.4 < took < AT_ONCE


def test_a_deadline_that_has_passed_before_the_connection_sends_nothing() -> None:
    with serving(polite) as server:
        client = ApiClient(server.origin, lambda: KEY)
        exchange = client.exchange(within(0.0))
        client.close()
    assert (exchange.bytes_sent, exchange.failure) == (False, FailureKind.TIMEOUT)
    assert server.requests == []


def test_the_deadlines_of_many_requests_are_each_kept(client_of: Callable[[str], ApiClient]) -> None:
    def script(visit: Visit) -> None:
        for _ in range(3):
            visit.request()
            visit.answer(b"{}")
        visit.request()
        visit.wait()

    with serving(script) as server:
        client = client_of(server.origin)
        for seconds in (20.0, 60.0, 30.0):
            assert client.exchange(within(seconds)).status == 200
        began = time.monotonic()
        assert client.exchange(within(0.5)).failure is FailureKind.TIMEOUT
        assert time.monotonic() - began < AT_ONCE


def only_accept(visit: Visit) -> None:
    visit.wait()


def test_a_server_that_takes_no_more_bytes_is_left_at_the_deadline() -> None:
    request = dataclasses.replace(within(0.5), body=bytes(64 * 1024 * 1024))
    exchange = ask(only_accept, request)
    assert (exchange.bytes_sent, exchange.failure) == (True, FailureKind.TIMEOUT)


# --- cancelling --------------------------------------------------------------------------------------------------


def cancelled_soon(client: ApiClient, request: ApiRequest, ready: threading.Event) -> tuple[Exchange, float]:
    token = CancelToken()
    moments: list[float] = []

    def cancel() -> None:
        assert ready.wait(TIMEOUT_S)
        moments.append(time.monotonic())
        token.cancel()

    thread = threading.Thread(target=cancel)
    thread.start()
    exchange = client.exchange(request, token)
    took = time.monotonic() - moments[0]
    thread.join()
    return exchange, took


def test_cancelling_ends_a_wait_for_the_answer_at_once(client_of: Callable[[str], ApiClient]) -> None:
    asked = threading.Event()

    def script(visit: Visit) -> None:
        visit.request()
        asked.set()
        visit.wait()

    with serving(script) as server:
        exchange, took = cancelled_soon(client_of(server.origin), CREATE, asked)
    assert (exchange.bytes_sent, exchange.failure) == (True, FailureKind.CANCELLED)
    assert took < AT_ONCE


def test_an_answer_cut_short_by_cancelling_is_not_taken_for_whole(
    client_of: Callable[[str], ApiClient],
) -> None:
    begun = threading.Event()

    def script(visit: Visit) -> None:
        visit.request()
        visit.send(b'HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{"projectId": 5}')
        visit.wait(0.2)
        begun.set()
        visit.wait()

    with serving(script) as server:
        exchange, took = cancelled_soon(client_of(server.origin), CREATE, begun)
    assert (exchange.status, exchange.failure) == (200, FailureKind.CANCELLED)
    assert took < AT_ONCE


def test_cancelling_on_a_connection_out_of_the_pool(client_of: Callable[[str], ApiClient]) -> None:
    asked = threading.Event()

    def script(visit: Visit) -> None:
        visit.request()
        visit.answer(b"{}")
        visit.request()
        asked.set()
        visit.wait()

    with serving(script) as server:
        client = client_of(server.origin)
        assert client.exchange(CREATE).status == 200
        exchange, took = cancelled_soon(client, CREATE, asked)
        assert server.connections == 1
    assert exchange.failure is FailureKind.CANCELLED
    assert took < AT_ONCE


def test_cancelling_while_connecting(client_of: Callable[[str], ApiClient]) -> None:
    started = threading.Event()
    # Nobody accepts here, and the queue of connections is full: the next one hangs.
    with socket.socket() as full, socket.socket() as one, socket.socket() as two:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        for item in (one, two):
            item.setblocking(False)
            item.connect_ex(full.getsockname())
        started.set()
        client = client_of(f"http://127.0.0.1:{full.getsockname()[1]}")
        timer = threading.Timer(0.2, started.set)
        started.clear()
        timer.start()
        exchange, took = cancelled_soon(client, CREATE, started)
        timer.join()
        assert (exchange.bytes_sent, exchange.failure) == (False, FailureKind.CANCELLED)
        assert took < AT_ONCE
        exchange = client.exchange(within(0.3))
        assert (exchange.bytes_sent, exchange.failure) == (False, FailureKind.TIMEOUT)


def test_cancelling_at_the_moment_of_connecting_leaves_no_socket_open(
    client_of: Callable[[str], ApiClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    token = CancelToken()
    real = wait_for_write
    sockets: list[socket.socket] = []

    def cancel_and_wait(sock: socket.socket, seconds: float) -> bool:
        token.cancel()
        sockets.append(sock)
        return real(sock, seconds)

    monkeypatch.setattr(connection, "wait_for_write", cancel_and_wait)
    with serving(polite) as server:
        exchange = client_of(server.origin).exchange(CREATE, token)
    assert (exchange.bytes_sent, exchange.failure) == (False, FailureKind.CANCELLED)
    assert [sock.fileno() for sock in sockets] == [-1]


def test_cancelling_between_connecting_and_sending(
    client_of: Callable[[str], ApiClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    token = CancelToken()
    real = connection.connect

    def connect_and_cancel(host: str, port: int, wire: Wire, options: object) -> socket.socket:
        sock = real(host, port, wire, options)
        token.cancel()
        return sock

    monkeypatch.setattr(connection, "connect", connect_and_cancel)
    with serving(polite) as server:
        exchange = client_of(server.origin).exchange(CREATE, token)
    assert (exchange.bytes_sent, exchange.failure) == (False, FailureKind.CANCELLED)
    assert server.requests == []


def test_cancelling_while_a_name_is_looked_up(
    client_of: Callable[[str], ApiClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, end = threading.Event(), threading.Event()

    def hang(*_: object) -> list[tuple[object, ...]]:
        asked.set()
        end.wait(60)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", hang)
    exchange, took = cancelled_soon(client_of("https://heatpunk.co.uk"), CREATE, asked)
    end.set()
    assert (exchange.bytes_sent, exchange.failure) == (False, FailureKind.CANCELLED)
    assert took < AT_ONCE


def test_a_slow_look_up_is_waited_for(client_of: Callable[[str], ApiClient], monkeypatch: pytest.MonkeyPatch) -> None:
    real = socket.getaddrinfo

    def slow(*args: object) -> object:
        threading.Event().wait(0.2)
        return real(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "getaddrinfo", slow)
    with serving(polite) as server:
        assert client_of(server.origin).exchange(CREATE).status == 200


def test_cancelling_over_and_over_never_sends_what_is_called_unsent(client_of: Callable[[str], ApiClient]) -> None:
    with serving(polite) as server:
        client = client_of(server.origin)
        sent = 0
        for number in range(150):
            token = CancelToken()
            timer = threading.Timer(number * 0.00002, token.cancel)
            timer.start()
            exchange = client.exchange(CREATE, token)
            timer.join()
            sent += exchange.bytes_sent
            assert exchange.failure in {None, FailureKind.CANCELLED}
    assert len(server.requests) <= sent


# --- whom the key is told ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_is_followed(client_of: Callable[[str], ApiClient], status: int) -> None:
    with serving(polite) as other:

        def script(visit: Visit) -> None:
            visit.request()
            visit.answer(b"", f"{status} Elsewhere", f"Location: {other.origin}/stolen")

        with serving(script) as server:
            exchange = client_of(server.origin).exchange(CREATE)
        assert (exchange.status, exchange.location) == (status, f"{other.origin}/stolen")
        assert other.connections == 0


def test_nothing_is_read_from_the_environment(
    client_of: Callable[[str], ApiClient], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with serving(polite) as proxy, serving(polite) as server:
        netrc = tmp_path / "netrc"
        netrc.write_text("machine 127.0.0.1 login somebody password secret\n", "utf-8")
        netrc.chmod(0o600)
        monkeypatch.setenv("NETRC", str(netrc))
        for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.origin)
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "nowhere"))
        monkeypatch.delenv("no_proxy", raising=False)
        assert client_of(server.origin).exchange(CREATE).status == 200
        assert proxy.connections == 0
    assert b"authorization" not in server.requests[0].lower()


def test_cookies_are_not_kept(client_of: Callable[[str], ApiClient]) -> None:
    def script(visit: Visit) -> None:
        while visit.request():
            visit.answer(b"{}", "200 OK", "Set-Cookie: a=b; Path=/")

    with serving(script) as server:
        client = client_of(server.origin)
        client.exchange(CREATE)
        client.exchange(CREATE)
    assert b"cookie" not in server.requests[1].lower()


def test_the_key_is_in_no_repr_no_log_and_no_error(
    client_of: Callable[[str], ApiClient], caplog: pytest.LogCaptureFixture
) -> None:
    def script(visit: Visit) -> None:
        request = visit.request()
        visit.answer(b"You sent " + request, "400 Bad Request", f"Location: /?key={KEY}")

    caplog.set_level(logging.DEBUG)
    with serving(script) as server:
        client = client_of(server.origin)
        exchange = client.exchange(CREATE)
        assert KEY.encode() in server.requests[0]
    assert b"X-API-KEY: [API key]" in exchange.body
    exchanges = [exchange, ask(hang_up), ask(speak_gibberish), ask(cut_by_length)]
    assert KEY not in repr((client, CREATE, exchanges, [exchange.body for exchange in exchanges], exchange.location))
    assert KEY not in caplog.text
    assert "no whole answer" in caplog.text


def test_a_key_that_is_part_of_an_id_leaves_a_good_answer_alone() -> None:
    with serving(polite) as server:
        client = ApiClient(server.origin, lambda: "5")
        assert client.exchange(CREATE).body == b'{"projectId": 5}'
        client.close()


# --- and besides -------------------------------------------------------------------------------------------------


def test_importing_the_client_brings_no_http_library_in() -> None:
    code = (
        "import sys, heatpunk_desktop.api.client;"
        "sys.exit(', '.join({'requests', 'urllib3', 'ssl', 'truststore', 'http.client'} & sys.modules.keys()) or 0)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_client_that_was_never_used_closes(client_of: Callable[[str], ApiClient]) -> None:
    client = client_of("http://127.0.0.1:9")
    client.close()
    client.close()


def test_no_descriptor_is_left_open() -> None:
    descriptors = Path("/proc/self/fd")
    if not descriptors.is_dir():
        pytest.skip("only Linux tells which descriptors are open")

    def mixed(visit: Visit) -> None:
        for act in (polite_once, cut_by_length):
            act(visit)

    def polite_once(visit: Visit) -> None:
        visit.request()
        visit.answer(b"{}")

    def one_client_after_the_other() -> int:
        with serving(mixed) as server:
            for _ in range(3):
                client = ApiClient(server.origin, lambda: KEY)
                for _ in range(3):
                    client.exchange(CREATE)
                client.exchange(within(0.0))
                client.close()
        return len(list(descriptors.iterdir()))

    before = one_client_after_the_other()
    assert one_client_after_the_other() <= before


def test_raw_servers_end(client_of: Callable[[str], ApiClient]) -> None:
    server = RawServer(polite)
    assert client_of(server.origin).exchange(CREATE).status == 200
    server.close()
