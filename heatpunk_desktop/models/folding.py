"""Text as it is searched and sorted, folded and in lines."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from heatpunk_desktop.domain.folding import fold
from heatpunk_desktop.domain.project import ADDRESS, CUSTOMER, POSTCODE, STATUS

if TYPE_CHECKING:
    from collections.abc import Iterable

_DIGITS: Final = re.compile("[0-9]+")

#: Digits of a number that one reserved character counts.
_COUNTED: Final = 7


def fold_line(text: str) -> str:
    """A folded text on one line."""
    folded = fold(text)
    return folded.replace("\n", " ") if "\n" in folded else folded


def words_of(text: str) -> tuple[str, ...]:
    """The folded words of what is typed in a search field, each once, the longest first: it finds least."""
    return tuple(sorted(set(fold(text).split()), key=lambda word: (-len(word), word)))


def compact(folded: str) -> str:
    """A folded text without its blanks."""
    return "".join(folded.split())


def natural_key(folded: str) -> str:
    """A key that sorts folded texts as people sort: `flat 2` before `flat 14`.

    Before each number stands how many digits it has, so that comparing characters compares numbers. A key consists of
    characters of one byte each, for Python compares such texts fastest; the bytes of UTF-8 sort as what they stand for.
    """
    key = _DIGITS.sub(_with_length, folded).strip(" ")
    return key if key.isascii() else key.encode("utf-8", "surrogatepass").decode("latin-1")


def _with_length(number: re.Match[str]) -> str:
    return _counted(number[0])


@lru_cache(maxsize=8192)
def _counted(number: str) -> str:
    digits = number.lstrip("0")
    return "\x08" * (len(digits) // _COUNTED) + chr(1 + len(digits) % _COUNTED) + digits


def sort_key(text: str) -> str:
    """The natural key of any text."""
    return natural_key(fold_line(text))


def haystack(name: str, customer: str, address: str, postcode: str, status: str, number: str) -> str:
    """One text that holds all that a project is found by, a line a field; no word of a search goes over lines.

    The first line is the natural key of the name where that is plain, else empty: see `name_keys`.
    """
    folded = fold_line(name)
    rest = f"{fold_line(customer)}\n{fold_line(address)}\n{compact(fold(postcode))}\n{fold_line(status)}\n{number}"
    key = natural_key(folded)
    if not key or not folded.isascii():
        return f"\n{folded}\n{rest}"
    return f"{key}\n{rest}" if key == folded else f"{key}\n{folded}\n{rest}"


#: Which line of a haystack a field is in, counted from the end.
LINES_FROM_END: Final = {CUSTOMER: 5, ADDRESS: 4, POSTCODE: 3, STATUS: 2}


def name_keys(hays: Iterable[str]) -> list[str]:
    """The natural keys of the names in haystacks."""
    return [hay.partition("\n")[0] or natural_key(hay.split("\n", 2)[1]) for hay in hays]


def match_spans(text: str, words: tuple[str, ...], *, ignore_blanks: bool = False) -> list[tuple[int, int]]:
    """Where folded words stand in a text as it is shown: start and end of each stretch, in order, none overlapping.

    Args:
        text: The text as shown.
        words: As `words_of` gives them.
        ignore_blanks: Whether a word may go over blanks, as in postcodes.
    """
    folded = fold(text)
    places: list[int] | None = None
    if not any(word in (compact(folded) if ignore_blanks else folded) for word in words):
        return []
    if ignore_blanks or not text.isascii():
        parts = [(fold(character), place) for place, character in enumerate(text)]
        if ignore_blanks:
            parts = [(part, place) for part, place in parts if not part.isspace()]
        folded = "".join(part for part, _ in parts)
        places = [place for part, place in parts for _ in part]
    spans = []
    for word in words:
        start = folded.find(word)
        while start >= 0:
            end = start + len(word)
            spans.append((start, end) if places is None else (places[start], places[end - 1] + 1))
            start = folded.find(word, end)
    spans.sort()
    merged: list[tuple[int, int]] = []
    for start, end in spans:
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
