from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heatpunk_desktop.api.error_messages import MAX_WORDS, known_error_for, server_words
from heatpunk_desktop.api.exchange import Exchange, FailureKind
from heatpunk_desktop.errors import BadAnswerError, ConnectionTroubleError, KeyRefusedError, ServerRefusedError

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("body", "content_type", "words"),
    [
        (b'{"message": "No access"}', "application/json", "No access"),
        (b'{"error": "No access", "message": "No access"}', "", "No access"),
        (b'{"status": "error", "error": {"code": 5, "detail": "bad lat"}}', "", "bad lat"),
        (b'{"errors": [{"field": "lat", "message": "too big"}, "other"]}', "", "too big; lat; other"),
        (b'{"message": "Trailing comma",}', "", "Trailing comma"),
        (b'{"message": "<b>Bold</b> &amp; <script>alert(1)</script>true"}', "", "Bold & true"),
        (b'{"message": ""}', "", ""),
        (b'{"projectId": 5}', "", ""),
        (b'{"message": 5}', "", ""),
        (b'{"message": "cut', "", ""),
        (b"null", "", ""),
        (b'"just words"', "", "just words"),
        (b"Plain\r\n\x1b[31m words\x00", "text/plain", "Plain [31m words"),
        (b"caf\xe9", "text/plain", "caf\ufffd"),
        (b"right \xe2\x80\xaeleft", "", "right left"),
        (b"", "", ""),
        (
            b"<!DOCTYPE html><html><head><style>p</style></head><h1>Bad&nbsp;Gateway<!-- x --><p>nginx</p></html>",
            "text/html",
            "Bad Gateway nginx",
        ),
        (b"<html><head><title>502 Bad Gateway</title></head><body></body></html>", "", "502 Bad Gateway."),
        (b"no markup in it", "text/html; charset=utf-8", "no markup in it"),
        (b"1 < 2 and 3 > 2", "text/plain", "1 < 2 and 3 > 2"),
    ],
)
def test_the_servers_words_become_one_plain_line(body: bytes, content_type: str, words: str) -> None:
    assert server_words(body, content_type) == words


def test_long_words_are_cut() -> None:
    words = server_words(b'{"message": "' + b"word " * 1000 + b'"}')
    assert len(words) <= MAX_WORDS
    assert words.endswith("word…")


def test_a_deeply_nested_error_is_not_followed_for_ever() -> None:
    assert server_words(b'{"error":' * 50 + b'"x"' + b"}" * 50) == ""


@given(st.binary(max_size=400) | st.text(st.sampled_from("<>/!-scripthead &;{}[]\"':,"), max_size=200).map(str.encode))
def test_whatever_the_server_says_the_words_are_plain(body: bytes) -> None:
    words = server_words(body)
    assert words.isprintable()
    assert len(words) <= MAX_WORDS


@pytest.mark.parametrize(
    "piece", [b"<", b"<script", b"<!--", b"<title>", b'{"message":"', b"<a b=", b"&lt;", b"<html>"]
)
def test_no_server_words_take_long_to_read(piece: bytes) -> None:
    started = time.process_time()
    server_words(b"<html>" + piece * (1024 * 1024 // len(piece)))
    server_words(piece * (1024 * 1024 // len(piece)))
    assert time.process_time() - started < 2.0


def known(status: int | None, **more: object) -> tuple[type[Exception] | None, str]:
    error = known_error_for(Exchange(status, bytes_sent=True, **more))  # type: ignore[arg-type]
    return (None, "") if error is None else (type(error), error.title)


@pytest.mark.parametrize("failure", list(FailureKind))
def test_every_failure_has_words_of_its_own(failure: FailureKind) -> None:
    error = known_error_for(Exchange(None, bytes_sent=False, failure=failure))
    assert error is not None
    assert error.title
    assert error.title[-1].isalnum()
    assert error.message.endswith(".")
    assert error.what_to_do or failure is FailureKind.CANCELLED
    others = {known(None, failure=other)[1] for other in FailureKind if other is not failure}
    assert error.title not in others


def test_statuses_in_words() -> None:
    assert known(401) == (KeyRefusedError, "The server does not take the API key")
    assert known(403) == (KeyRefusedError, "The server does not allow this")
    assert known(404) == (ServerRefusedError, "The server does not know this project")
    assert known(409) == (ServerRefusedError, "The server will not do this")
    assert known(429) == (ServerRefusedError, "The server wants a pause")
    assert known(503) == (ConnectionTroubleError, "The server is in trouble")
    assert known(418) == (ServerRefusedError, "The server will not do this")
    assert known(206) == (BadAnswerError, "The server answered strangely")
    assert known(103) == (BadAnswerError, "The server answered strangely")
    assert known(None) == (ConnectionTroubleError, "The connection broke off")


@pytest.mark.parametrize("status", [200, 201, 204])
def test_success_is_no_error(status: int) -> None:
    assert known(status, body=b'{"a": 1}') == (None, "")


@pytest.mark.parametrize("status", [200, 404, 405])
def test_a_web_page_is_called_one(status: int) -> None:
    page = (BadAnswerError, "That is a web page, not the API")
    assert known(status, content_type="text/html") == page
    assert known(status, body=b"\n<!DOCTYPE HTML>") == page


def test_a_page_that_refuses_the_key_still_refuses_the_key() -> None:
    assert known(401, content_type="text/html")[0] is KeyRefusedError
    assert known(502, content_type="text/html")[0] is ConnectionTroubleError


@pytest.mark.parametrize(
    ("location", "words"),
    [
        ("https://evil.example/x?y", "at evil.example."),
        ("/login", "another address."),
        ("https://[", "another address."),
    ],
)
def test_a_redirect_names_where_it_points(location: str, words: str) -> None:
    error = known_error_for(Exchange(307, bytes_sent=True, location=location))
    assert isinstance(error, BadAnswerError)
    assert words in error.message
    assert "key is not sent" in error.message
