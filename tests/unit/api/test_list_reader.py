from __future__ import annotations

import time
from typing import TYPE_CHECKING

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heatpunk_desktop.api import list_reader
from heatpunk_desktop.api.list_reader import MAX_ELEMENT, STEP, ListEnd, ListReader, rows_of
from heatpunk_desktop.errors import BadAnswerError
from tests.unit.api.test_listed import ENTRY

if TYPE_CHECKING:
    from collections.abc import Iterable

    from heatpunk_desktop.api.list_reader import Row


def read(chunks: Iterable[bytes]) -> tuple[list[Row], ListEnd]:
    reader = ListReader()
    rows: list[Row] = []
    for chunk in chunks:
        rows += reader.feed(chunk)
    last, end = reader.close()
    return rows + last, end


def envelope(projects: object) -> bytes:
    return orjson.dumps({"status": "success", "projects": projects, "ownerEmail": "me@firm.co.uk", "ownerID": 123})


def many(count: int) -> list[dict[str, object]]:
    return [{**ENTRY, "ID": number, "projectName": f'}}, {{ " é {number}'} for number in range(1, count + 1)]


GUIDE = b"""{
    "status": "success",
    "projects": [
        {
            "ID": 1353680,
            "owner": 27091,
            "status": "Lead",
        },
    ],
    "ownerEmail": "matt.agnes+proBasic@midsummerenergy.co.uk",
    "ownerID": 00123
}
"""


def test_the_guides_own_example_is_read_though_it_is_not_json() -> None:
    rows, end = read([GUIDE])
    assert [row[0] for row in rows] == [1353680]
    assert end == ListEnd(True, 1, 0, "success", "matt.agnes+proBasic@midsummerenergy.co.uk", 123)


def test_rows_come_out_while_the_answer_is_still_arriving() -> None:
    body = envelope(many(3000))
    reader = ListReader()
    early = reader.feed(body[: len(body) // 2])
    assert len(early) > 1000
    assert early == rows_of(many(3000))[0][: len(early)]


@pytest.mark.parametrize("size", [1, 7, 1000, STEP, 10 * STEP, 10**9])
def test_any_size_of_chunk(size: int) -> None:
    projects = many(20 if size < 1000 else 1500)
    body = envelope(projects)
    rows, end = read(body[start : start + size] for start in range(0, len(body), size))
    assert rows == rows_of(projects)[0]
    assert end == ListEnd(True, len(projects), 0, "success", "me@firm.co.uk", 123)


def test_no_look_takes_in_more_than_a_step_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[int] = []

    def counted(entries: list[object]) -> tuple[list[Row], int]:
        seen.append(len(entries))
        return rows_of(entries)

    monkeypatch.setattr(list_reader, "rows_of", counted)
    read([envelope(many(3000))])
    assert len(seen) > 10
    assert max(seen) < 500


@pytest.mark.parametrize(
    "projects",
    [
        b"[]",
        b" [ ] ",
        b'[ {"ID":1} , {"ID":2}\n]',
        b'[{"ID":1},null,5,"x",[{"ID":7},{"ID":8}],{"ID":2,"x":{"y":[{"z":"}],"},{}]}}]',
        b'[{"ID":1,"projectName":"a\\\\"},{"ID":2,"projectName":"},{\\"ID\\":9},"}]',
    ],
)
def test_arrays_of_every_shape(projects: bytes) -> None:
    body = b'{"projects":' + projects + b',"status":"ok","more":[{"a":1},{"b":2}]}'
    usable, skipped = rows_of(orjson.loads(projects))
    for size in (1, 10**6):
        rows, end = read(body[start : start + size] for start in range(0, len(body), size))
        assert rows == usable
        assert end == ListEnd(True, len(usable), skipped, "ok", "", None)


def test_the_envelope_may_come_before_and_may_talk_of_projects() -> None:
    body = (
        b'\xef\xbb\xbf {"ownerID": "0042", "about": {"projects": [{"ID": 9}]}, "said": "projects", "all": ["projects"],'
        b' "ownerEmail": "\\"projects\\":[", "projects" : [{"ID": 1}]}'
    )
    rows, end = read([body])
    assert [row[0] for row in rows] == [1]
    assert end == ListEnd(True, 1, 0, "", '"projects":[', 42)


def test_user_email_is_taken_for_owner_email() -> None:
    assert read([b'{"projects": [], "userEmail": "a@b"}'])[1].owner_email == "a@b"


def test_an_envelope_that_speaks_of_an_error_is_not_complete() -> None:
    rows, end = read([b'{"projects": [{"ID": 1}], "status": "partial"}'])
    assert len(rows) == 1
    assert not end.complete


@pytest.mark.parametrize("cut", range(1, len(GUIDE) - 1, 7))
def test_an_answer_that_breaks_off_is_never_complete(cut: int) -> None:
    text = GUIDE[: -1 - cut]
    try:
        rows, end = read([text])
    except BadAnswerError:
        assert b'"projects": [' not in text
        return
    assert not end.complete
    assert len(rows) <= 1


def test_rows_before_the_break_are_given_out() -> None:
    body = envelope(many(3000))
    rows, end = read([body[: body.rfind(b'{"ID"')]])
    assert rows == rows_of(many(2999))[0]
    assert not end.complete
    assert end.owner_id is None


@pytest.mark.parametrize("garbage", [b"x", b"}", b"]", b',"a":}', b"{}"])
def test_an_answer_with_something_behind_it_is_not_complete(garbage: bytes) -> None:
    assert not read([b'{"projects": [{"ID": 1}]}' + garbage])[1].complete


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "no list"),
        (b"  ", "no list"),
        (b"<html><body>Please sign in</body></html>", "no list"),
        (b'[{"ID": 1}]', "no list"),
        (b'{"status": "success"}', "no list"),
        (b'{"status": "error", "message": "No such user"}', "no list"),
        (b'{"projects": null}', "is no list"),
        (b'{"projects": {"1": {"ID": 1}}}', "is no list"),
        (b'{"projects"', "no list"),
        (b'{"projects": ', "no list"),
        (b'{"projects": [{"ID": 1},,{"ID": 2}]}', "not JSON"),
        (b'{"projects": [{"ID": 1} {"ID": 2}]}', "not JSON"),
        (b'{"projects": [{"ID": 1}}]}', "not JSON"),
        (b'{"projects": [{ID: 1}]}', "not JSON"),
        (b'{"projects": [' + b'{"a":' * 600 + b"1" + b"}" * 600 + b"]}", "nests too deeply"),
        (b'{"projects": [' + b'{"a":' * 6000 + b"1" + b"}" * 6000 + b"]}", "not JSON"),
    ],
)
def test_what_is_no_list_is_said_in_words(body: bytes, words: str) -> None:
    for size in (1, 10**6):
        with pytest.raises(BadAnswerError) as bad:
            read(body[start : start + size] for start in range(0, max(1, len(body)), size))
        assert words in bad.value.message


def test_the_servers_words_are_kept() -> None:
    with pytest.raises(BadAnswerError) as bad:
        read([b'{"status": "error", "message": "No such user"}'])
    assert bad.value.server_words == "No such user"


@pytest.mark.parametrize(
    "begin",
    [b'{"projects": [{"ID": 1, "x": "', b'{"x": "', b'{"projects": [], "x": "', b'{"projects": [{"ID": 1, "x": [[[['],
)
def test_nothing_of_boundless_length_is_collected(begin: bytes) -> None:
    with pytest.raises(BadAnswerError) as bad:
        read([begin, *[b"a" * STEP] * (4 * MAX_ELEMENT // STEP)])
    assert "too long" in bad.value.message


def test_an_answer_of_brackets_and_quotes_costs_no_more_than_some_seconds() -> None:
    for filling in (b"[", b'},"', b'\\"', b'{"},":', b'"'):
        started = time.process_time()
        with pytest.raises(BadAnswerError):
            read([b'{"projects": [{"ID": 1, "x": "', *[filling * (STEP // len(filling))] * 40])
        assert time.process_time() - started < 10.0  # and minutes where each piece looks at all that came before


def test_names_that_look_like_the_end_of_an_entry_are_read_by_the_scanner() -> None:
    projects = [{**ENTRY, "ID": number, "projectName": "},{" * 2000} for number in range(1, 100)]
    body = envelope(projects)
    rows, end = read(body[start : start + STEP] for start in range(0, len(body), STEP))
    assert rows == rows_of(projects)[0]
    assert end.complete


ANY_VALUE = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    # The signs that a careless cutter would fall for.
    | st.text(st.sampled_from('{}[],:"\\ a€\n'), max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)
ENTRIES = st.lists(
    st.fixed_dictionaries({**dict.fromkeys(ENTRY, ANY_VALUE), "ID": st.integers(1, 10**9)})
    | st.dictionaries(st.sampled_from(sorted(ENTRY)) | st.text(max_size=4), ANY_VALUE, max_size=5)
    | ANY_VALUE,
    max_size=12,
)


@settings(max_examples=150)
@given(ENTRIES, st.integers(1, 400), st.booleans(), st.booleans(), st.integers(1, 200))
@pytest.mark.usefixtures("untraced")
def test_any_list_in_any_chunks_gives_what_parsing_the_whole_gives(
    projects: list[object], size: int, first: bool, pretty: bool, step: int
) -> None:
    rest = {"status": "success", "ownerEmail": "}],[{", "ownerID": 5}
    whole = {"projects": projects, **rest} if first else {**rest, "projects": projects}
    body = orjson.dumps(whole, option=orjson.OPT_INDENT_2 if pretty else None)
    usable, skipped = rows_of(orjson.loads(body)["projects"])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(list_reader, "STEP", step)  # so that a short text is looked at many times, too
        rows, end = read(body[start : start + size] for start in range(0, len(body), size))
    assert rows == usable
    assert end == ListEnd(True, len(usable), skipped, "success", "}],[{", 5)
