from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heatpunk_desktop.filters.completion import Vocabulary, complete
from heatpunk_desktop.filters.query import read_query

KNOWN = Vocabulary(("office@acme.test", "sam@acme.test"), ("Lead", "Quote", "Sale", "On hold"))


def offered(text: str) -> list[str]:
    return [option.text for option in complete(text, len(text), KNOWN).options]


@pytest.mark.parametrize(
    ("text", "options"),
    [
        ("sta", ["status:"]),
        ("high cre", ["created:"]),
        ("-own", ["-owner:"]),
        ("cha", ["changes:", "modified:"]),
        ("st", []),  # most likely the beginning of a street
        ("station", []),
        ("status:", ["Lead", "Quote", "Sale", '"On hold"', "empty"]),
        ("status:q", ["Quote"]),
        ("status:quote", []),
        ("status:quote,", ["Lead", "Sale", '"On hold"']),
        ("status:quote,lead,s", ["Sale"]),
        ('status:"on', ['"On hold"']),
        ("owner:", ["me", "office@acme.test", "sam@acme.test", "empty"]),
        ("owner:acme", ["office@acme.test", "sam@acme.test"]),
        ("created:th", ["this-week", "this-month", "this-quarter", "this-year"]),
        ("created:>", ["7d", "30d", "90d", "today", "yesterday", "this-week", "last-week", "this-month", "last-month",
                       "this-quarter", "last-quarter", "this-year"]),
        ("changes:n", ['"not sent"', '"needs you"']),
        ("customer:x", []),
        ("created:2026,", []),
        ("x:y", []),
        ("", []),
    ],
)  # fmt: skip
def test_what_is_offered(text: str, options: list[str]) -> None:
    assert offered(text) == options


def test_the_comparisons_of_dates_are_offered_with_their_meaning() -> None:
    words = {option.text: option.words for option in complete("created:", 8, KNOWN).options}
    assert words[">="] == "on or after"
    assert words["7d"] == "the last 7 days"


def test_in_the_middle_of_a_text_only_what_is_typed_there_is_replaced() -> None:
    text = "status:q high street"
    completion = complete(text, 8, KNOWN)
    assert completion.applied(text, completion.options[0]) == ("status:Quote high street", 13)


def test_after_a_whole_value_one_types_on() -> None:
    text = "status:q"
    completion = complete(text, len(text), KNOWN)
    assert completion.applied(text, completion.options[0]) == ("status:Quote ", 13)
    completion = complete("sta", 3, KNOWN)
    assert completion.applied("sta", completion.options[0]) == ("status:", 7)


@given(st.sampled_from(["status:", "owner:", "created:", "-changes:", "status:lead,", "modified:<"]), st.data())
def test_each_option_is_understood_once_it_is_taken(text: str, data: st.DataObject) -> None:
    completion = complete(text, len(text), KNOWN)
    option = data.draw(
        st.sampled_from([option for option in completion.options if option.text not in {">", ">=", "<", "<="}])
    )
    done, cursor = completion.applied(text, option)
    reading = read_query(done)
    assert len(reading.query.conditions.every) == 1
    assert not reading.notes
    assert cursor == len(done)


@given(st.text('stauownercd:,"->< \\q', max_size=16), st.integers(0, 16))
def test_no_text_is_too_odd(text: str, cursor: int) -> None:
    completion = complete(text, min(cursor, len(text)), KNOWN)
    assert 0 <= completion.start <= completion.end <= len(text)
