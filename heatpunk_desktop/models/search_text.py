"""Search and sort keys: the folded text of a row, a line for each field, and how words are found in it."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from heatpunk_desktop.domain.folding import fold, fold_character
from heatpunk_desktop.domain.phones import typed_digits
from heatpunk_desktop.domain.project import ADDRESS, CUSTOMER, POSTCODE, STATUS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

_DIGITS: Final = re.compile("[0-9]+")

#: Digits of a number that one reserved character counts.
_COUNTED: Final = 7


def fold_line(text: str) -> str:
    """Return a folded text on one line."""
    folded = fold(text)
    return folded.replace("\n", " ") if "\n" in folded else folded


#: A word of a search, folded, in each of the forms of which one has to be found: first as it was typed, then, where it
#: may be a phone number with signs in it, its digits.
Word = tuple[str, ...]

#: Characters of a phone number.
_PHONE_SIGNS: Final = frozenset("0123456789+()-./")
#: Digits of a whole number that is typed with blanks in it, and of any that is looked for without its signs.
_WHOLE_NUMBER: Final = range(7, 18)
_LEAST_DIGITS: Final = 4


def words_of(text: str) -> tuple[Word, ...]:
    """Return the words typed in a search field, each once, the longest first, as it finds the fewest.

    A phone number is one word however it is written, when it begins with `0` or `+`; else each group of its digits is.
    """
    words: set[Word] = set()
    run: list[str] = []
    for word in (*fold(text).split(), ""):
        if word and _PHONE_SIGNS.issuperset(word):
            run.append(word)
            continue
        if run:
            words.update(_digit_words(run))
            run = []
        if word:
            words.add((word,))
    return tuple(sorted(words, key=lambda word: (-len(word[-1]), word)))


def _digit_words(run: list[str]) -> Iterator[Word]:
    """Yield the words that some consecutive ones of only digits and signs stand for."""
    whole = " ".join(run)
    digits = typed_digits(whole)
    if len(run) > 1 and len(digits) in _WHOLE_NUMBER and whole[0] in "0+(":
        yield (digits,)
        return
    may_be_phone = len(digits) >= _LEAST_DIGITS
    for word in run:
        plain = typed_digits(word)
        if plain in ("", word):
            if plain or not may_be_phone:
                yield (word,)
        else:
            yield (word, plain) if may_be_phone else (word,)


def forms_of(words: Iterable[Word]) -> tuple[str, ...]:
    """Return all forms of words, for marking them in a text."""
    return tuple(dict.fromkeys(form for word in words for form in word))


def finds(words: Iterable[Word], hay: str) -> bool:
    """Return whether a haystack contains each word."""
    return all(any(form in hay for form in word) for word in words)


def with_word(word: Word, slots: Iterable[int], hays: Sequence[str]) -> list[int]:
    """Return those of some rows whose haystack contains a word."""
    if len(word) == 1:
        (only,) = word
        return [slot for slot in slots if only in hays[slot]]
    return [slot for slot in slots if any(form in hays[slot] for form in word)]


def mask_of_word(word: Word, hays: Sequence[str]) -> bytes:
    """Return one byte for each haystack: 1 where it contains a word."""
    if len(word) == 1:
        (only,) = word
        return bytes([only in hay for hay in hays])
    return bytes([any(form in hay for form in word) for hay in hays])


def is_wider(word: Word, than: Word) -> bool:
    """Return whether everything that one word finds is also found by another, shorter one."""
    return all(any(part in form for part in word) for form in than)


def compact(folded: str) -> str:
    """Return a folded text without its spaces."""
    return "".join(folded.split())


def natural_key(folded: str) -> str:
    """Return a key that sorts folded texts naturally: `flat 2` before `flat 14`.

    Before each number comes its count of digits, so that comparing characters compares numbers. A key consists of
    characters of one byte each, as Python compares such texts fastest; UTF-8 bytes sort as what they encode.
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
    """Return the natural key of any text."""
    return natural_key(fold_line(text))


def haystack(name: str, customer: str, address: str, postcode: str, status: str, number: str, contact: str = "") -> str:
    """Return the text that a project is searched in, a line for each field; no word of a search spans lines.

    The first line is the natural key of the name where that is plain, else empty: see `name_keys`. The last has phone,
    email and reference: `PackedContact.found_by`.
    """
    folded = fold_line(name)
    rest = f"{fold_line(customer)}\n{fold_line(address)}\n{compact(fold(postcode))}\n{fold_line(status)}"
    rest = f"{rest}\n{number}\n{contact}"
    key = natural_key(folded)
    if not key or not folded.isascii():
        return f"\n{folded}\n{rest}"
    return f"{key}\n{rest}" if key == folded else f"{key}\n{folded}\n{rest}"


#: Which line of a haystack a field is in, counted from the end.
LINES_FROM_END: Final = {CUSTOMER: 6, ADDRESS: 5, POSTCODE: 4, STATUS: 3}


def name_keys(hays: Iterable[str]) -> list[str]:
    """Return the natural keys of the names in haystacks."""
    return [hay.partition("\n")[0] or natural_key(hay.split("\n", 2)[1]) for hay in hays]


_NO_DIGITS: Final = re.compile("[^0-9]+")


def _is_digit(character: str) -> bool:
    return character in "0123456789"


def _is_no_blank(character: str) -> bool:
    return not character.isspace()


def _places(text: str, folded: str, keeps: Callable[[str], bool] | None) -> Sequence[int]:
    """Return for each character of a folded text, as far as it is kept, its place in the text as shown."""
    if text.isascii():
        parts: Iterable[str] = folded
    else:
        parts = [*map(fold_character, text)]
        if set(map(len, parts)) == {1}:
            parts = folded
    if keeps is None and parts is folded:
        return range(len(folded))
    return [place for place, part in enumerate(parts) for character in part if keeps is None or keeps(character)]


def match_spans(
    text: str, words: Iterable[str], *, ignore_blanks: bool = False, only_digits: bool = False
) -> list[tuple[int, int]]:
    """Return the places of folded words in a text as shown: start and end of each, in order, without overlaps.

    Args:
        text: The text as shown.
        words: As `forms_of` returns them.
        ignore_blanks: Whether a word may span spaces, as in postcodes.
        only_digits: Whether a word may span everything but digits, as in phone numbers.
    """
    keeps = _is_digit if only_digits else _is_no_blank if ignore_blanks else None
    folded = fold(text)
    whole = _NO_DIGITS.sub("", folded) if only_digits else compact(folded) if ignore_blanks else folded
    words = [word for word in words if word in whole]
    if not words:
        return []
    places = _places(text, folded, keeps)
    folded = whole
    spans: list[tuple[int, int]] = []
    for word in words:
        start = folded.find(word)
        while start >= 0:
            end = start + len(word)
            spans.append((places[start], places[end - 1] + 1))
            start = folded.find(word, end)
    if len(spans) == 1:
        return spans
    spans.sort()
    merged: list[tuple[int, int]] = []
    for start, end in spans:
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
