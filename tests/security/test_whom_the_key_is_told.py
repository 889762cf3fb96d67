"""Redirects, the environment, look-alike hosts and proxies: the key goes to the origin that was entered alone."""

from __future__ import annotations

import base64
import json
import os
import ssl
import subprocess
import sys
import threading
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from heatpunk_desktop.api import protocol
from heatpunk_desktop.api.client import ApiClient, system_context
from heatpunk_desktop.api.exchange import FailureKind
from heatpunk_desktop.domain.dates import DateRange
from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.domain.hosts import check_domain
from heatpunk_desktop.errors import BadInputError
from heatpunk_desktop.services.desktop.proxies import Proxies, Proxy, ask_system
from tests.conftest import TIMEOUT_S
from tests.end2end.api.raw_server import Visit, serving
from tests.end2end.api.test_client_tls import server_side, trusting

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

KEY = "Sesame-0123456789"
ME = "me@firm.co.uk"
SECRET = "Mrs Private, 1 Quiet Lane"
REQUESTS = (
    protocol.create(ME, {Field.CUSTOMER_NAME: SECRET}),
    protocol.list_projects(ME, DateRange(date(2026, 1, 1), date(2026, 2, 1))),
    protocol.update(5, ME, {Field.CUSTOMER_NAME: SECRET}),
    protocol.soft_delete(5, ME),
    protocol.hard_delete(5, ME),
    protocol.data(5, ME),
)


def polite(visit: Visit) -> None:
    while visit.request():
        visit.answer(b'{"projectId": 5}')


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


# -- redirects ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("from_tls", [False, True])
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_takes_key_or_body_to_another_host_or_scheme(
    authority: trustme.CA, status: int, from_tls: bool
) -> None:
    """From https to http and the other way round; with a session of requests, 307 and 308 would take both along."""
    here, there = (server_side(authority), None) if from_tls else (None, server_side(authority))
    with serving(polite, there) as other:

        def script(visit: Visit) -> None:
            while visit.request():
                visit.answer(b"", f"{status} Elsewhere", f"Location: {other.origin}/api/v1/projects?a={KEY}")

        with serving(script, here) as server:
            client = ApiClient(server.origin, lambda: KEY, tls_context=trusting(authority))
            for request in REQUESTS:
                exchange = client.stream(request, lambda _: None)
                assert exchange.status == status
                assert KEY not in exchange.location
            client.close()
        assert len(server.requests) == len(REQUESTS), "each was asked once, and not again"
        assert other.connections == 0


# -- the environment ---------------------------------------------------------------------------------------------------

PROXY_VARIABLES = ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")

#: Asks a server as the program's process does, after what that does first of all.
ASKING = """
import json, os, sys
from heatpunk_desktop.system.process import clean_environment, keep_memory_private
keep_memory_private()
clean_environment()
from heatpunk_desktop.api import protocol
from heatpunk_desktop.api.client import ApiClient
client = ApiClient(sys.argv[1], lambda: "Sesame-0123456789")
exchange = client.exchange(protocol.create("me@firm.co.uk", {}))
client.close()
print(json.dumps([exchange.status, exchange.failure, exchange.bytes_sent]))
"""


def asked_in_a_process(origin: str, **environment: str) -> list[object]:
    done = subprocess.run(
        [sys.executable, "-c", ASKING, origin],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    found: list[object] = json.loads(done.stdout)
    return found


def test_no_variable_widens_tls_trust_or_has_tls_secrets_written_down(authority: trustme.CA, tmp_path: Path) -> None:
    bundle, folder, secrets = tmp_path / "ca.pem", tmp_path / "certs", tmp_path / "secrets"
    authority.cert_pem.write_to_path(str(bundle))
    folder.mkdir()
    variables = {
        "SSL_CERT_FILE": str(bundle),
        "SSL_CERT_DIR": str(folder),
        "REQUESTS_CA_BUNDLE": str(bundle),
        "CURL_CA_BUNDLE": str(bundle),
        "SSLKEYLOGFILE": str(secrets),
    }
    with serving(polite, server_side(authority)) as server:
        assert asked_in_a_process(server.origin, **variables) == [None, FailureKind.CERTIFICATE, False]
        assert server.requests == []
    assert not secrets.exists()


def test_no_variable_leads_through_a_proxy_that_nobody_wanted(tmp_path: Path) -> None:
    netrc = tmp_path / ".netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password secret\n", "utf-8")
    netrc.chmod(0o600)
    with serving(polite) as proxy, serving(polite) as server:
        variables = dict.fromkeys(PROXY_VARIABLES, proxy.origin)
        found = asked_in_a_process(server.origin, HOME=str(tmp_path), NETRC=str(netrc), NO_PROXY="", **variables)
        assert found == [200, None, True]
        assert proxy.connections == 0
        assert b"authorization" not in server.requests[0].lower()


def test_no_variable_leads_an_encrypted_request_through_a_proxy_either(
    authority: trustme.CA, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(polite) as proxy, serving(polite, server_side(authority)) as server:
        for name in PROXY_VARIABLES:
            monkeypatch.setenv(name, proxy.origin)
        monkeypatch.setenv("no_proxy", "")
        client = ApiClient(server.origin, lambda: KEY, tls_context=trusting(authority))
        assert client.exchange(REQUESTS[0]).status == 200
        client.close()
        assert proxy.connections == 0


# -- the system's proxy, on purpose ------------------------------------------------------------------------------------


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere the system's settings say it")
def test_the_systems_proxy_is_read_with_its_password_and_its_exceptions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "http://sam:p%40ss%2Fword@proxy.firm.example:3128")
    monkeypatch.setenv("no_proxy", ".inside.example")
    found = ask_system("https://heatpunk.co.uk")
    assert found == Proxy("proxy.firm.example", 3128, "sam", "p@ss/word")
    assert found.url == "http://sam:p%40ss%2Fword@proxy.firm.example:3128"
    assert "ss" not in repr(found)
    assert ask_system("https://crm.inside.example") is None
    monkeypatch.setenv("https_proxy", "socks5://proxy.firm.example:1080")
    assert ask_system("https://heatpunk.co.uk") is None


@pytest.mark.parametrize("setting", ["system", "named"])
def test_what_is_chosen_is_gone_through_and_sees_nothing_but_the_host(authority: trustme.CA, setting: str) -> None:
    context = server_side(authority, "heatpunk.example")
    said: list[bytes] = []

    def script(visit: Visit) -> None:
        said.append(visit.request())
        visit.send(b"HTTP/1.1 200 Connection established\r\n\r\n")
        with context.wrap_socket(visit.sock, server_side=True) as inside:
            polite(Visit(inside, visit.server))

    with serving(script) as server:
        proxies = Proxies(
            lambda: "system" if setting == "system" else f"127.0.0.1:{server.port}",
            lambda _: Proxy("127.0.0.1", server.port, "sam", "p@ss"),
        )
        client = ApiClient(
            "https://heatpunk.example",
            lambda: KEY,
            tls_context=trusting(authority),
            proxy=lambda: proxies.url_for("https://heatpunk.example"),
        )
        assert client.exchange(REQUESTS[0]).status == 200
        client.close()
    head = said[0]
    assert head.startswith(b"CONNECT heatpunk.example:443 HTTP/1.")
    for secret in (KEY, SECRET, ME):
        assert secret.encode() not in head
    named = b"Proxy-Authorization: Basic " + base64.b64encode(b"sam:p@ss")
    assert (named in head) == (setting == "system")
    # What goes on inside of the tunnel is the server's alone.
    assert b"Proxy-Authorization" not in server.requests[-1]
    assert "p@ss" not in proxies.words_for("https://heatpunk.example")


def test_a_computer_that_is_carried_to_another_network_is_asked_again() -> None:
    now, answers = [0.0], [Proxy("office", 3128, "sam", "one"), None]
    proxies = Proxies(lambda: "system", lambda _: answers[0], lambda: now[0])
    assert proxies.words_for("https://a.example") == "the system’s, not asked for yet"
    assert proxies.url_for("https://a.example") == "http://sam:one@office:3128"
    assert proxies.words_for("https://a.example") == "the system’s, office:3128"
    assert proxies.secrets() == ("one",)
    answers.pop(0)
    now[0] = 29.0
    assert proxies.url_for("https://a.example") == "http://sam:one@office:3128"
    now[0] = 31.0
    assert proxies.url_for("https://a.example") is None
    assert proxies.words_for("https://a.example") == "the system’s, which is none"
    assert proxies.secrets() == ("one",), "it may still stand in what is written down later"


def test_the_own_computer_is_reached_without_any() -> None:
    proxies = Proxies(lambda: "proxy.example:3128", lambda _: Proxy("other", 1))
    for origin in ("http://127.0.0.1:80", "http://[::1]:80", "http://localhost:80"):
        assert proxies.url_for(origin) is None
    assert proxies.url_for("https://localhost.example") == "http://proxy.example:3128"


def test_a_slow_script_of_the_systems_is_waited_for_by_no_window() -> None:
    asked, go_on = threading.Event(), threading.Event()

    def slow(_: str) -> None:
        asked.set()
        assert go_on.wait(TIMEOUT_S)

    proxies = Proxies(lambda: "system", slow)
    thread = threading.Thread(target=proxies.url_for, args=("https://a.example",))
    thread.start()
    assert asked.wait(TIMEOUT_S)
    assert proxies.words_for("https://a.example") == "the system’s, not asked for yet"
    go_on.set()
    thread.join()


def proxy_that_is_gone(authority: trustme.CA) -> Callable[[Visit], None]:
    del authority

    def script(visit: Visit) -> None:
        visit.request()
        visit.answer(b"", "407 Proxy Authentication Required")

    return script


def test_a_proxys_password_stands_in_no_error(authority: trustme.CA) -> None:
    with serving(proxy_that_is_gone(authority)) as server:
        client = ApiClient(
            "https://heatpunk.example", lambda: KEY, proxy=lambda: f"http://sam:hushhush@127.0.0.1:{server.port}"
        )
        exchange = client.exchange(REQUESTS[0])
        client.close()
    assert exchange.failure is FailureKind.PROXY
    assert "hushhush" not in repr(exchange)


def self_signed(name: str, folder: Path) -> ssl.SSLContext:
    """A server whose certificate is right in all but this: nobody else vouches for it."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = Encoding.PEM
    both = folder / "both.pem"
    both.write_bytes(key.private_bytes(pem, PrivateFormat.PKCS8, NoEncryption()) + certificate.public_bytes(pem))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(both)
    return context


@pytest.mark.parametrize("case", ["unknown authority", "other host", "expired", "self-signed"])
@pytest.mark.parametrize("through_proxy", [False, True])
def test_a_certificate_that_is_not_right_means_that_nothing_is_sent(
    authority: trustme.CA, case: str, through_proxy: bool, tmp_path: Path
) -> None:
    name = "heatpunk.example" if through_proxy else "localhost"
    if case == "self-signed":
        context = self_signed(name, tmp_path)
    else:
        context = server_side(
            authority, "another.example" if case == "other host" else name, days=-1 if case == "expired" else 1
        )
    trust = system_context if case == "unknown authority" else trusting(authority)

    def tunnel(visit: Visit) -> None:
        visit.request()
        visit.send(b"HTTP/1.1 200 Connection established\r\n\r\n")
        with context.wrap_socket(visit.sock, server_side=True) as inside:
            polite(Visit(inside, visit.server))

    with serving(tunnel if through_proxy else polite, None if through_proxy else context) as server:
        proxy = server.origin if through_proxy else None
        origin = "https://heatpunk.example" if through_proxy else server.origin
        client = ApiClient(origin, lambda: KEY, tls_context=trust, proxy=lambda: proxy)
        exchange = client.exchange(REQUESTS[0])
        client.close()
    assert (exchange.status, exchange.bytes_sent, exchange.failure) == (None, False, FailureKind.CERTIFICATE)
    assert all(request.startswith(b"CONNECT ") for request in server.requests)


# -- look-alikes -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed",
    [
        "heatpunk.co.uk@evil.example",
        "https://heatpunk.co.uk:443@evil.example",
        "https://heatpunk.co.uk%40evil.example",
        "https://heatpunk.co.uk\\@evil.example",
        "https://heatpunk.co.uk/../../evil",
        "heatpunk.co.uk;evil.example",
        "heatpunk.co.uk\u2044evil.example",
        "heatpunk.co.uk\uff0fevil.example",
        "heatpunk\u2024co.uk",
        "h\u0435atpunk.co.uk",
        "heatpun\u212a.co.uk",
        "xn--hetpunk-5nf.co.uk",
        "heatpunk.xn--co-lka.uk",
        "heatpunk.co.uk.",
        "127.0.0.1",
        "http://127.0.0.1.evil.example:80",
        "http://127.0.0.1@evil.example:80",
        "http://127.0.0.1:80@evil.example",
        "http://127.0.0.1:80#evil",
        "http://localhost.evil.example:80",
        "http://localhost.:80",
        "http://[::ffff:127.0.0.1]:80",
        "http://[::ffff:8.8.8.8]:80",
        "[::ffff:8.8.8.8]",
        "http://[::1%25eth0]:80",
        "http://2130706433:80",
        "2130706433",
        "0x7f.0.0.1",
        "0177.0.0.1",
        "http://0:80",
        "http://0.0.0.0:80",
        "http://127.1:80",
        "http://127.0.0.1:80\r\nX-Evil: 1",
        "heatpunk.co.uk\r\nX-Evil: 1",
        "heatpunk.co.uk\x00.evil.example",
        "ftp://heatpunk.co.uk",
        "file:///etc/passwd",
        "javascript:alert(1)",
    ],
)
def test_what_only_looks_like_a_host_is_refused(typed: str) -> None:
    with pytest.raises(BadInputError):
        check_domain(typed)
