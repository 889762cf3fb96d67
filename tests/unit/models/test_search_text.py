"""Text without case and accents, and keys that sort as users do."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heatpunk_desktop.domain.folding import fold
from heatpunk_desktop.models.search_text import (
    Word,
    compact,
    finds,
    forms_of,
    haystack,
    mask_of_word,
    match_spans,
    name_keys,
    natural_key,
    sort_key,
    with_word,
    words_of,
)

TEXT = st.text(max_size=12)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("High Street", "high street"),
        ("Siân O’Neill", "sian o'neill"),
        ("Łukasz Øster", "lukasz oster"),
        ("Straße", "strasse"),
        ("Œuvre Æon", "oeuvre aeon"),
        ("ΟΔΟΣ", "οδοσ"),
        ("İzmir", "izmir"),
        ("a\0b\x08c", "a b c"),
        ("Ysgol – Tŷ", "ysgol - ty"),
    ],
)
def test_folds_case_accents_and_typography(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(TEXT, TEXT)
def test_folding_goes_character_by_character(one: str, other: str) -> None:
    assert fold(one + other) == fold(one) + fold(other)


@given(TEXT)
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


def test_words_come_once_each_the_longest_first() -> None:
    assert words_of("  st HIGH st. st ") == (("high",), ("st.",), ("st",))
    assert words_of(" ") == ()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("07700 900755", [("07700900755",)]),
        ("+44 (0)7700 900755", [("00447700900755",)]),
        ("(01223) 496-000 smith", [("01223496000",), ("smith",)]),
        # Not surely a number: as it was typed, or the digits of it.
        ("900-755", [("900-755", "900755")]),
        ("2026-11-29", [("2026-11-29", "20261129")]),
        ("900 755", [("755",), ("900",)]),
        ("90 - 0755", [("0755",), ("90",)]),
        # A house and its street, and a flat in it.
        ("1/2 high", [("high",), ("1/2",)]),
        ("-", [("-",)]),
    ],
)
def test_a_phone_number_is_one_word_however_it_is_typed(text: str, words: list[Word]) -> None:
    assert list(words_of(text)) == words


@pytest.mark.parametrize(
    "in_order",
    [
        ["2 High Street", "14 High Street", "102 High Street"],
        ["Flat 2", "flat 9", "Flat 10", "Flat 10a"],
        ["ash", "Éclair", "Zoo"],
        ["barn", "Barn 1", "barn 01 b"],
        ["7", "12345678", "123456789012345"],
    ],
)
def test_keys_sort_as_users_do(in_order: list[str]) -> None:
    shuffled = in_order[:]
    random.Random(3).shuffle(shuffled)
    assert sorted(shuffled, key=sort_key) == in_order


@given(st.integers(0, 10**40), st.integers(0, 10**40))
def test_numbers_in_keys_compare_as_numbers(one: int, other: int) -> None:
    assert (natural_key(f"flat {one}") < natural_key(f"flat {other}")) == (one < other)


@given(TEXT)
def test_keys_are_of_one_byte_characters(text: str) -> None:
    assert all(ord(character) < 256 for character in sort_key(text))


@given(TEXT)
def test_a_haystack_knows_the_key_of_its_name(name: str) -> None:
    assert name_keys([haystack(name, "c", "a", "p", "s", "1")]) == [sort_key(name)]


@given(TEXT, TEXT, TEXT, TEXT, st.text(max_size=3))
def test_a_word_is_in_a_haystack_if_it_is_in_a_field(
    name: str, customer: str, address: str, code: str, query: str
) -> None:
    hay = haystack(name, customer, address, code, "Lead", "27", "07700900123 jo@home.example")
    fields = [*map(fold, (name, customer, address, code)), compact(fold(code)), "lead", "27"]
    fields += ["07700900123", "jo@home.example"]
    for word in words_of(query):
        assert finds([word], hay) == any(form in field for form in word for field in fields)
        assert with_word(word, [0, 1], [hay, ""]) == ([0] if finds([word], hay) else [])
        assert mask_of_word(word, [hay, ""]) == bytes([finds([word], hay), 0])


@pytest.mark.parametrize(
    ("text", "query", "marked"),
    [
        ("14 High Street", "high st", ["High", "St"]),
        ("Siân O’Neill", "an o'n", ["ân", "O’N"]),
        ("Straße", "ss", ["ß"]),
        ("aaa", "aa a", ["aaa"]),
        ("nothing", "xyz", []),
    ],
)
def test_matches_are_marked_where_they_are_seen(text: str, query: str, marked: list[str]) -> None:
    assert [text[start:end] for start, end in match_spans(text, forms_of(words_of(query)))] == marked


def test_a_phone_number_is_marked_without_its_signs() -> None:
    assert match_spans("+44 (0)7700 900-755", ("900755",), only_digits=True) == [(12, 19)]
    assert match_spans("none", ("900755",), only_digits=True) == []


def test_a_match_goes_over_the_blank_of_a_postcode() -> None:
    assert match_spans("CB24 9PL", ("49p",), ignore_blanks=True) == [(3, 7)]
    assert match_spans("ÇB24\x019PL", ("49p",), ignore_blanks=True) == [(3, 7)]
    assert match_spans("CB24 9PL", ("49p",)) == []


@given(TEXT, st.text(min_size=1, max_size=2))
def test_what_is_marked_holds_what_was_searched(text: str, query: str) -> None:
    words = forms_of(words_of(query))
    folded = fold(text)
    spans = match_spans(text, words)
    assert bool(spans) == any(word in folded for word in words)
    assert all(span[1] < other[0] for span, other in pairwise(spans))
