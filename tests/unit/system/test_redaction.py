from __future__ import annotations

import io
import json
import logging
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heatpunk_desktop.system.redaction import REDACTED, RedactingFormatter, redact

KEY = "k+/=y'\"\\&Z9 tail"


def logged(*args: object, exc: BaseException | None = None) -> str:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(RedactingFormatter(lambda: [KEY]))
    record = logging.LogRecord(
        "x", logging.ERROR, "", 0, "%s " * len(args), args, None if exc is None else (type(exc), exc, exc.__traceback__)
    )
    handler.handle(record)
    return stream.getvalue()


@pytest.mark.parametrize(
    "form", [KEY, quote(KEY, safe=""), quote_plus(KEY), json.dumps(KEY), repr(KEY), repr({"a": repr(KEY)})]
)
def test_the_key_is_not_in_the_log_in_any_form(form: str) -> None:
    line = logged("before", form, "after")
    assert "before" in line
    assert "after" in line
    assert REDACTED in line
    assert "Z9" not in line


def test_the_key_is_not_in_a_traceback() -> None:
    def fail() -> None:
        raise ValueError("Invalid header value " + repr(KEY.encode()))

    with pytest.raises(ValueError, match="Invalid") as caught:
        fail()
    line = logged("bug", exc=caught.value)
    assert "Traceback" in line
    assert "ValueError" in line
    assert "Z9" not in line


@pytest.mark.parametrize(
    "text",
    [
        "X-API-KEY: secret123",
        "{'X-API-KEY': 'secret123', 'accept': 'x'}",
        "x-api-key=secret123",
        "('X-API-KEY', b'secret123')",
        "HEATPUNK_API_KEY=secret123",
        '{"api_key": "secret123"}',
    ],
)
def test_a_key_that_nobody_told_us_of_is_known_by_its_name(text: str) -> None:
    assert "secret123" not in redact(text, ())
    assert REDACTED in redact(text, ())


def test_text_without_a_key_stays_as_it_is_and_no_key_redacts_nothing() -> None:
    text = "The API key was refused (401)"
    assert redact(text, ["", KEY]) == text


def test_redacting_twice_changes_nothing() -> None:
    once = redact(f"X-API-KEY: {KEY}", [KEY])
    assert redact(once, [KEY]) == once


@given(st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=12, max_size=60), st.text(max_size=20))
def test_no_key_survives_in_any_surrounding(key: str, around: str) -> None:
    if key in around:
        return
    for form in (key, quote(key, safe=""), json.dumps(key), repr(key)):
        assert key not in redact(around + form + around, [key])
