"""The address of the house: the lines above a postcode, or the words before it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from heatpunk_desktop.extraction.lines import BLANK, Span
from heatpunk_desktop.extraction.people import is_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from heatpunk_desktop.extraction.lines import Line

_LONGEST_LINE: Final = 50
_MOST_LINES: Final = 6
_ROAD: Final = (
    r"(?:Road|Rd|Street|St|Lane|Ln|Avenue|Ave|Close|Drive|Dr|Way|Court|Crescent|Gardens|Hill|Green|Park|Place|Row|"
    r"Square|Terrace|Grove|Mews|Rise|View|Walk|End|Parade|Villas|Wharf)"
)
_ROAD_WORD: Final = re.compile(rf"\b{_ROAD}\b", re.IGNORECASE)
_NUMBERED: Final = re.compile(
    r"(?:(?:Flat|Unit|Apartment|Apt|Plot)\.? \w{1,4},? ?)?\d{1,4}[a-z]?(?:[-–/]\d{1,4}[a-z]?)?,? +[^\W\d_]",
    re.IGNORECASE,
)
_FLAT: Final = re.compile(r"(?:Flat|Unit|Apartment|Apt)\.? \w{1,4}", re.IGNORECASE)
_HOUSE: Final = re.compile(
    r"(?:[^\W\d_][\w'’]*\.? ){0,4}(?:House|Farm|Farmhouse|Barn|Cottage|Cottages|Rectory|Vicarage|Lodge|Hall|Manor|"
    r"Mill|Bungalow|"
    r"School|Villa)",
    re.IGNORECASE,
)
_LINE: Final = re.compile(r"[\w'’&.,/ -]+")
_FIRM: Final = re.compile(r"\b(?:ltd|limited|llp|plc|registered|office)\b", re.IGNORECASE)

_WORD: Final = r"[^\W\d_a-zß-öø-ÿ][\w'’.-]*"
_WORDS: Final = rf"{_WORD}(?: (?:{_WORD}|of|the|on|upon|in|le|under|by|next))*"
_INLINE: Final = re.compile(
    rf"(?P<address>(?:(?:Flat|Unit|Apartment) \w{{1,4}},? )?(?:\d{{1,4}}[a-zA-Z]?(?:[-–/]\d{{1,4}})?,? "
    rf"{_WORD}(?: {_WORD}){{0,3}}"
    rf"|(?:The )?(?:{_WORD} ){{0,3}}(?:House|Farm|Farmhouse|Barn|Cottage|Rectory|Vicarage|Lodge|"
    rf"Hall|Manor|Mill|Bungalow))"
    rf"(?:,? ?(?:in )?{_WORDS})*)[\s,.(]*$"
)


def address_before(words: str, postcode: Span) -> Span | None:
    """Return the address that ends in a postcode, if its beginning is certain: a number, or the name of a house."""
    begin = words.rfind("\n", 0, postcode.start) + 1
    before = words[begin : postcode.start]
    if BLANK in before:
        begin += before.rindex(BLANK) + 1
        before = words[begin : postcode.start]
    if before.strip(" ,.("):
        found = _inline(before, begin)
        if found is not None:
            return found
        if not _is_line(before.strip(" ,.")):
            return None
    return _block(words, begin, before)


def _inline(before: str, begin: int) -> Span | None:
    sentences = [
        found.end()
        for found in re.finditer(r"[.!?;:] (?=[^\W\d_a-zß-öø-ÿ])", before)
        if not _is_short(before, found.start())
    ]
    first = sentences[-1] if sentences else 0
    found = _INLINE.search(before, first)
    if found is None:
        return None
    address = found["address"].rstrip(" ,.(")
    parts = re.split(r",", address)
    if not (_ROAD_WORD.search(address) or (len(parts) > 1 and _HOUSE.fullmatch(parts[0].strip()))):
        return None
    place = begin + found.start("address")
    return Span(address, place, place + len(address))


def _is_short(text: str, dot: int) -> bool:
    return re.search(r"\b(?:St|Rd|Ave|Dr|Mr|Mrs|Ms)$", text[:dot]) is not None


def _block(words: str, begin: int, before: str) -> Span | None:
    """Return the address in the lines above a postcode's line."""
    lines: list[tuple[int, str]] = []
    town = before.strip(" ,.")
    if town:
        lines.append((begin + before.find(town), town))
    end_of_line = begin - 1
    while end_of_line > 0 and len(lines) < _MOST_LINES:
        start = words.rfind("\n", 0, end_of_line) + 1
        raw = words[start:end_of_line]
        text = raw.strip(f" ,.{BLANK}")
        if not _is_line(text):
            break
        lines.append((start + raw.find(text), text))
        end_of_line = start - 1
    return _from_the_house(lines[::-1])


def _is_line(text: str) -> bool:
    return (
        0 < len(text) <= _LONGEST_LINE
        and _LINE.fullmatch(text) is not None
        and _FIRM.search(text) is None
        and (text[0].isdigit() or text[0].isupper())
    )


def _from_the_house(lines: Sequence[tuple[int, str]]) -> Span | None:
    """Return the lines above a postcode from the house on; None where it is not certain where the house begins."""
    roads = [
        place for place, (_, text) in enumerate(lines) if _ROAD_WORD.search(text) and not (is_name(text) and place == 0)
    ]
    numbered = [place for place, (_, text) in enumerate(lines) if _NUMBERED.match(text)]
    if numbered:
        first = numbered[-1]
    elif roads and roads[0] > 0 and _HOUSE.fullmatch(lines[roads[0] - 1][1]):
        first = roads[0] - 1
    else:
        return None
    if first > 0 and (_FLAT.fullmatch(lines[first - 1][1]) or _HOUSE.fullmatch(lines[first - 1][1])):
        first -= 1
    kept = lines[first:]
    if not any(_ROAD_WORD.search(text) for _, text in kept) and len(kept) < 2:  # noqa: PLR2004 - a line and its town
        return None
    return Span(", ".join(text for _, text in kept), kept[0][0], kept[-1][0] + len(kept[-1][1]))


class LabelledAddress(NamedTuple):
    """The address behind a label.

    Attributes:
        text: Its lines, joined by commas; may end in a postcode.
        where: For each letter of `text` a place in the clean note.
    """

    text: str
    where: tuple[int, ...]

    def span(self, start: int, end: int) -> Span:
        """Return a part of the text with its place in the note."""
        return Span(self.text[start:end], self.where[start], self.where[end - 1] + 1)


def address_lines(first: str, start: int, following: Sequence[Line]) -> LabelledAddress:
    """Return the address behind a label: its text, and the lines directly below.

    Args:
        first: The text behind the label; may be empty.
        start: Where that text begins.
        following: The lines below that have no label.
    """
    lines = [(start, first)] if first else []
    for line in following:
        is_person = is_name(line.text) and not _ROAD_WORD.search(line.text)
        if line.gap or is_person or len(lines) >= _MOST_LINES or not _is_line(line.text.strip(" ,.")):
            break
        lines.append((line.start, line.text))
    text = ""
    where: list[int] = []
    for begin, line_text in lines:
        part = line_text.strip(" ,")
        if not part:
            continue
        place = begin + line_text.find(part)
        if text:
            text += ", "
            where += [place, place]
        text += part
        where += range(place, place + len(part))
    return LabelledAddress(text, tuple(where))
