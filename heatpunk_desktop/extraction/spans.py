"""Running words of a note with places, and whether they speak of somebody else than the customer."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from heatpunk_desktop.extraction.lines import Line

#: Stands for letters that are not to be read; it joins nothing.
BLANK: Final = "|"
#: Letters before a value that may tell whose it is.
_LONGEST_SENTENCE: Final = 400
_SENTENCE_END: Final = re.compile(r"[.!?;](?=\s)|\n")
_OTHERS: Final = re.compile(
    r"\b(?:agents?|landlord|architect|builder|plumber|electrician|engineer|surveyor|installer|assessor|neighbour|"
    r"husband|wife|partner|son|daughter|mother|father|mum|dad|brother|sister|friend|tenants?|colleague|manager|fax|"
    r"office|our (?:number|phone|email)|your (?:number|phone|email|address)|ring us|call us|email us|contact us|"
    r"registered|company|order|invoice|account|vat|mpan|not|wrong|"
    r"old (?:number|phone|email|address)|previous|former|until|instead)\b",
    re.IGNORECASE,
)
_SOMEBODYS: Final = re.compile(r"\b(?:their|his|her)\b", re.IGNORECASE)


class Span(NamedTuple):
    """A value with its place in the clean note."""

    value: str
    start: int
    end: int


def running_words(text: str, body: Sequence[Line], taken: Iterable[tuple[int, int]]) -> str:
    """The clean note with all but the free words of its body blanked, so that places stay what they are."""
    letters = [letter if letter == "\n" else BLANK for letter in text]
    for line in body:
        letters[line.start : line.end] = line.text
    for start, end in taken:
        letters[start:end] = BLANK * (end - start)
    return "".join(letters)


def is_others(words: str, start: int, *, is_call_note: bool = False) -> bool:
    """Whether the sentence up to a place speaks of somebody else, or says that what follows no longer holds.

    Args:
        words: The running words.
        start: The place.
        is_call_note: Whether the note is about the customer, who then is who `her number` speaks of.
    """
    far = max(0, start - _LONGEST_SENTENCE)
    begin = max((found.end() for found in _SENTENCE_END.finditer(words, far, start)), default=far)
    if _OTHERS.search(words, begin, start):
        return True
    return not is_call_note and _SOMEBODYS.search(words, begin, start) is not None


def different(spans: Iterable[Span]) -> list[Span]:
    """The first of each value, compared without case, spaces and signs."""
    first: dict[str, Span] = {}
    for span in spans:
        first.setdefault("".join(letter for letter in span.value.lower() if letter.isalnum()), span)
    return list(first.values())
