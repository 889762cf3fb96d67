"""The client over TLS and through a proxy, with certificates of the tests' own."""

from __future__ import annotations

import dataclasses
import socket
import ssl
import threading
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
import trustme

from heatpunk_desktop.api import protocol
from heatpunk_desktop.api.client import ApiClient, system_context
from heatpunk_desktop.api.exchange import CancelToken, Exchange, FailureKind
from tests.conftest import TIMEOUT_S
from tests.end2end.api.raw_server import Visit, serving

if TYPE_CHECKING:
    from collections.abc import Callable

#: Seconds within which what waits for nobody ends, on a busy machine too: what hangs here hangs longer.
AT_ONCE = 15.0
KEY = "Sesame-0123456789"
CREATE = protocol.create("me@firm.co.uk", {})
DELETE = protocol.hard_delete(5, "me@firm.co.uk")


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


def server_side(authority: trustme.CA, name: str = "localhost", days: int = 1) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name, not_after=datetime.now(UTC) + timedelta(days=days)).configure_cert(context)
    return context


def trusting(authority: trustme.CA) -> Callable[[], ssl.SSLContext]:
    def make() -> ssl.SSLContext:
        context = system_context()
        authority.configure_trust(context)
        return context

    return make


def ask(origin: str, tls_context: Callable[[], ssl.SSLContext], proxy: str | None = None) -> Exchange:
    client = ApiClient(origin, lambda: KEY, tls_context=tls_context, proxy=lambda: proxy)
    try:
        return client.exchange(CREATE)
    finally:
        client.close()


def polite(visit: Visit) -> None:
    while visit.request():
        visit.answer(b'{"projectId": 5}')


def test_a_trusted_server_is_asked_and_its_connection_kept(authority: trustme.CA) -> None:
    with serving(polite, server_side(authority)) as server:
        client = ApiClient(server.origin, lambda: KEY, tls_context=trusting(authority))
        assert [client.exchange(CREATE).body for _ in range(2)] == [b'{"projectId": 5}'] * 2
        client.close()
    assert server.connections == 1


@pytest.mark.parametrize("case", ["unknown authority", "other host", "expired"])
def test_a_certificate_that_is_not_right_means_that_nothing_is_sent(authority: trustme.CA, case: str) -> None:
    context = server_side(
        authority, "heatpunk.example" if case == "other host" else "localhost", days=-1 if case == "expired" else 1
    )
    trust = system_context if case == "unknown authority" else trusting(authority)
    with serving(polite, context) as server:
        exchange = ask(server.origin, trust)
    assert (exchange.status, exchange.bytes_sent, exchange.failure) == (None, False, FailureKind.CERTIFICATE)
    assert server.requests == []


def test_the_bundle_that_requests_brings_is_not_trusted_on_top(
    authority: trustme.CA, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    bundle = tmp_path_factory.mktemp("ca") / "ca.pem"
    authority.cert_pem.write_to_path(str(bundle))
    monkeypatch.setattr("requests.adapters.DEFAULT_CA_BUNDLE_PATH", str(bundle))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(bundle))
    with serving(polite, server_side(authority)) as server:
        exchange = ask(server.origin, system_context)
    assert (exchange.bytes_sent, exchange.failure) == (False, FailureKind.CERTIFICATE)


def test_a_server_that_speaks_no_tls_is_sent_nothing() -> None:
    def script(visit: Visit) -> None:
        visit.sock.recv(5)
        visit.send(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    with serving(script) as server:
        exchange = ask(f"https://localhost:{server.port}", system_context)
    assert (exchange.bytes_sent, exchange.failure) == (False, FailureKind.TLS)


def hang(visit: Visit) -> None:
    visit.sock.recv(5)
    visit.server.over.wait(60)


def test_a_handshake_that_hangs_ends_at_the_deadline_and_sends_nothing() -> None:
    with serving(hang) as server:
        client = ApiClient(f"https://localhost:{server.port}", lambda: KEY)
        began = time.monotonic()
        exchange = client.exchange(dataclasses.replace(CREATE, deadline=0.5))
        client.close()
    assert (exchange.bytes_sent, exchange.failure) == (False, FailureKind.TIMEOUT)
    assert time.monotonic() - began < AT_ONCE


@pytest.mark.parametrize("in_handshake", [True, False])
def test_cancelling_works_over_tls_as_well(authority: trustme.CA, in_handshake: bool) -> None:
    asked = threading.Event()
    token = CancelToken()
    moments: list[float] = []

    def script(visit: Visit) -> None:
        if in_handshake:
            visit.sock.recv(5)
        else:
            visit.request()
        asked.set()
        visit.server.over.wait(60)

    def cancel() -> None:
        assert asked.wait(TIMEOUT_S)
        moments.append(time.monotonic())
        token.cancel()

    thread = threading.Thread(target=cancel)
    thread.start()
    with serving(script, None if in_handshake else server_side(authority)) as server:
        client = ApiClient(f"https://localhost:{server.port}", lambda: KEY, tls_context=trusting(authority))
        exchange = client.exchange(CREATE, token)
        took = time.monotonic() - moments[0]
        client.close()
    thread.join()
    assert (exchange.bytes_sent, exchange.failure) == (not in_handshake, FailureKind.CANCELLED)
    assert took < AT_ONCE


def test_a_server_that_hangs_up_after_the_request_over_tls(authority: trustme.CA) -> None:
    def script(visit: Visit) -> None:
        visit.request()
        visit.reset()

    with serving(script, server_side(authority)) as server:
        exchange = ask(server.origin, trusting(authority))
    assert (exchange.bytes_sent, exchange.failure) == (True, FailureKind.RESET)


# --- through a proxy ---------------------------------------------------------------------------------------------


def test_a_proxy_carries_the_encrypted_request_and_never_sees_the_key(authority: trustme.CA) -> None:
    context = server_side(authority, "heatpunk.example")
    connects: list[bytes] = []

    def script(visit: Visit) -> None:
        connects.append(visit.request())
        visit.send(b"HTTP/1.1 200 Connection established\r\n\r\n")
        with context.wrap_socket(visit.sock, server_side=True) as inside:
            polite(Visit(inside, visit.server))

    with serving(script) as proxy:
        exchange = ask("https://heatpunk.example", trusting(authority), proxy.origin)
    assert exchange.status == 200
    assert connects[0].startswith(b"CONNECT heatpunk.example:443 HTTP/1.")
    assert KEY.encode() not in connects[0]


def test_a_proxy_that_refuses_means_that_nothing_was_sent() -> None:
    def script(visit: Visit) -> None:
        visit.request()
        visit.answer(b"", "407 Proxy Authentication Required")

    with serving(script) as proxy:
        exchange = ask("https://heatpunk.example", system_context, proxy.origin)
    assert (exchange.bytes_sent, exchange.failure) == (False, FailureKind.PROXY)


def test_a_proxy_that_hangs_up_means_that_nothing_was_sent() -> None:
    def script(visit: Visit) -> None:
        visit.request()
        visit.reset()

    with serving(script) as proxy:
        exchange = ask("https://heatpunk.example", system_context, proxy.origin)
    assert exchange.bytes_sent is False
    assert exchange.failure in {FailureKind.PROXY, FailureKind.RESET}


def test_a_proxy_that_is_not_there_means_that_nothing_was_sent() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    exchange = ask("https://heatpunk.example", system_context, f"http://127.0.0.1:{port}")
    assert (exchange.bytes_sent, exchange.failure) == (False, FailureKind.PROXY)


def test_loopback_goes_without_the_proxy() -> None:
    with serving(polite) as proxy, serving(polite) as server:
        assert ask(server.origin, system_context, proxy.origin).status == 200
        assert proxy.connections == 0
