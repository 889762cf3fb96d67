"""Addresses, parsed far enough to be compared."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, NamedTuple

from heatpunk_desktop.domain.folding import fold
from heatpunk_desktop.domain.postcodes import format_postcode

_SEGMENTS: Final = re.compile(r"[,;\n\r\t]+")
_APOSTROPHES: Final = re.compile("['.]")
_WORD: Final = re.compile(r"[^\W_]+")
_NUMBER: Final = re.compile(r"[0-9]+[a-z]?", re.ASCII)
_LETTER_APART: Final = re.compile(r"\b([0-9]+) ([a-z])\b")
_LOOKS_LIKE_POSTCODE: Final = re.compile(r"\b[A-Z]{1,2}[0-9O][0-9A-Z]?\s*[0-9O][A-Z]{2}\s*$", re.IGNORECASE | re.ASCII)

#: Usual abbreviations in the names of streets and houses.
_LONG: Final = {
    "rd": "road",
    "ave": "avenue",
    "av": "avenue",
    "ln": "lane",
    "la": "lane",
    "cl": "close",
    "dr": "drive",
    "drv": "drive",
    "cres": "crescent",
    "cresc": "crescent",
    "gdn": "garden",
    "gdns": "gardens",
    "ct": "court",
    "crt": "court",
    "pl": "place",
    "sq": "square",
    "ter": "terrace",
    "terr": "terrace",
    "tce": "terrace",
    "gr": "grove",
    "gro": "grove",
    "grv": "grove",
    "pk": "park",
    "hse": "house",
    "ho": "house",
    "cott": "cottage",
    "ctg": "cottage",
    "fm": "farm",
    "mt": "mount",
    "gt": "great",
    "lt": "little",
    "lwr": "lower",
    "upr": "upper",
    "saint": "st",
}
#: Optional words before a number.
_BEFORE_NUMBERS: Final = frozenset({"flat", "unit", "apt", "apartment", "no", "number", "plot", "the"})


class Address(NamedTuple):
    """A parsed address; every text is folded and may be empty.

    Attributes:
        premises: Numbers of flat and house, such as `3/12` or `12a`.
        street: The words of the line that has the number, or of all lines where there is none.
        place: The line after the street, mostly the town.
        words: All words but the numbers, in their order.
        postcode: The postcode at its end, without its space.
    """

    premises: str
    street: str
    place: str
    words: str
    postcode: str


_EMPTY: Final = Address("", "", "", "", "")


def read_address(text: str) -> Address:
    """Parse an address."""
    text = text.strip()
    if not text:
        return _EMPTY
    postcode = ""
    found = _LOOKS_LIKE_POSTCODE.search(text)
    if found and (formatted := format_postcode(found[0])):
        postcode = formatted.replace(" ", "")
        text = text[: found.start()]
    numbers: list[str] = []
    lines: list[tuple[str, ...]] = []
    street_at = 0
    for segment in _SEGMENTS.split(text):
        own, words = _words(segment)
        # A number alone, or a word that only announces one, belongs to the next line.
        if own:
            numbers += own
            street_at = len(lines)
        if words:
            lines.append(words)
    street = lines[min(street_at, len(lines) - 1)] if lines else ()
    after = lines[street_at + 1] if street_at + 1 < len(lines) else ()
    all_words = " ".join([word for line in lines for word in line])
    return Address(
        premises="/".join(numbers),
        street=" ".join(street) if numbers else all_words,
        place=" ".join(after),
        words=all_words,
        postcode=postcode,
    )


def _joined(found: re.Match[str]) -> str:
    """Return a number and its letter.

    A template would be quicker to read, but makes Python import its parser at each call.
    """
    return found[1] + found[2]


@lru_cache(maxsize=4096)
def _words(segment: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the numbers of a segment, and its other words expanded. Cached: towns and counties recur."""
    plain = _APOSTROPHES.sub("", fold(segment))
    all_words = _WORD.findall(_LETTER_APART.sub(_joined, plain))
    numbers = [word.lstrip("0") or "0" for word in all_words if _NUMBER.fullmatch(word)]
    words = [_LONG.get(word, word) for word in all_words if word not in _BEFORE_NUMBERS and not _NUMBER.fullmatch(word)]
    if words and words[-1] == "st":
        words[-1] = "street"  # anywhere else it is a saint
    return tuple(numbers), tuple(words)
