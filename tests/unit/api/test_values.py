from __future__ import annotations

import math

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from heatpunk_desktop.api.protocol import MAX_ID
from heatpunk_desktop.api.values import NotJsonError, parse_tolerantly, read_coordinate, read_id, read_text


@pytest.mark.parametrize(
    ("raw", "number"),
    [
        (5, 5),
        ("5", 5),
        (" 00123 ", 123),
        (5.0, 5),
        (MAX_ID, MAX_ID),
        (str(MAX_ID), MAX_ID),
        (0, None),
        (-5, None),
        ("-5", None),
        (5.5, None),
        (MAX_ID + 1, None),
        (math.inf, None),
        (True, None),
        (None, None),
        ("", None),
        ("5a", None),
        ("\u0665", None),
        ("9" * 400, None),
        ([5], None),
    ],
)
def test_ids(raw: object, number: int | None) -> None:
    assert read_id(raw) == number
    assert type(read_id(raw)) in {int, type(None)}


@pytest.mark.parametrize(
    ("raw", "degrees"),
    [
        (52.5, 52.5),
        (-90, -90.0),
        ("52.5", 52.5),
        (" 1 ", 1.0),
        (0, 0.0),
        (None, None),
        ("", None),
        ("north", None),
        ("nan", None),
        (math.nan, None),
        (math.inf, None),
        (90.5, None),
        ("-91", None),
        (True, None),
        (10**400, None),
        ({}, None),
    ],
)
def test_coordinates(raw: object, degrees: float | None) -> None:
    assert read_coordinate(raw, 90.0) == degrees


@pytest.mark.parametrize(
    ("raw", "text"), [("<b>x</b>\n", "<b>x</b>\n"), (5, "5"), (1.5, "1.5"), (None, ""), (True, ""), ([], "")]
)
def test_texts(raw: object, text: str) -> None:
    assert read_text(raw) == text


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (b'{"ownerID": 00123,}', {"ownerID": 123}),
        (b'{"a": -007.50, "b": [1, 2, ], }', {"a": -7.5, "b": [1, 2]}),
        (b'{"a": "007, }", "b": 00}', {"a": "007, }", "b": 0}),
        (b'{"a": 1.005, "b": 1e005, "c": 10.00}', {"a": 1.005, "b": 1e5, "c": 10.0}),
        (b'{"lat": NaN, "lng": -Infinity}', {"lat": None, "lng": None}),
        (b'{"a": "half \\ud83d", "\\ude00": [true, 1]}', {"a": "half \ufffd", "\ufffd": [True, 1]}),
        (b'{"a": "whole \\ud83d\\ude00", "b": 01}', {"a": "whole 😀", "b": 1}),
        (b'{"a": "tab\there"}', {"a": "tab\there"}),
        (b'{"a": "caf\xe9"}', {"a": "caf\ufffd"}),
        (b'\xef\xbb\xbf{"a": 1}', {"a": 1}),
        (b'{"a": 01, "n": ' + b"9" * 400 + b', "m": 99999999999999999999}', {"a": 1, "n": None, "m": 1e20}),
    ],
)
def test_what_servers_take_for_json_is_read(raw: bytes, value: object) -> None:
    parsed = parse_tolerantly(raw)
    assert parsed == value
    orjson.dumps(parsed)


@pytest.mark.parametrize(
    "raw",
    [b"", b"<html>", b'{"a": ', b"[" * 100_000, b'{"a":' * 5_000, b'{"a": "' + b'\\"' * 100_000, b"{'a': 1}"],
)
def test_what_is_none_of_it_is_refused_soon(raw: bytes) -> None:
    with pytest.raises(NotJsonError):
        parse_tolerantly(raw)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def without_surrogates(value: object) -> bool:
    try:
        orjson.dumps(value)
    except TypeError:
        return False
    return True


@given(JSON.filter(without_surrogates))
def test_mending_changes_nothing_in_json_that_needs_no_mending(value: object) -> None:
    text = orjson.dumps(value)
    assert parse_tolerantly(text) == orjson.loads(text)
    assert parse_tolerantly(b"[" + text + b",]") == [orjson.loads(text)]
