"""A note as clean lines, without earlier letters, email headers and quote marks; and its running text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_INVISIBLE: Final = re.compile("[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
_FIXED_SPACES: Final = "\u00a0\u2007\u202f"
_BREAKS: Final = "\r\v\f\x85\u2028\u2029"
_LINE: Final = re.compile(r"[^\n]+")
_QUOTED: Final = re.compile(r"[ \t]*>")
_QUOTE_MARKS: Final = re.compile(r"[\s>]*")
_WROTE: Final = re.compile(r"(?:On\b.{6,140}\bwrote:|-{2,} ?Original Message ?-{2,}|_{10,})$", re.IGNORECASE)
_WRAPPED: Final = re.compile(r"On\b.{6,140}[>\w]$")
_FORWARDED: Final = re.compile(r"(?:-{2,} ?Forwarded message ?-{2,}|Begin forwarded message:)$", re.IGNORECASE)
_HEAD: Final = re.compile(r"\*?(from|to|cc|bcc|sent|date|subject|reply-to)\s*:\*?\s*(.*)", re.IGNORECASE)


class Line(NamedTuple):
    """A line of a note.

    Attributes:
        start: Where its text begins in the clean note.
        text: Without surrounding spaces and quote marks; never empty.
        gap: Whether empty lines precede it.
    """

    start: int
    text: str
    gap: bool

    @property
    def end(self) -> int:
        """The end of its text, exclusive."""
        return self.start + len(self.text)


class CleanNote(NamedTuple):
    """A note without invisible letters.

    Attributes:
        text: The text, with plain spaces and line feeds for all other kinds.
        where: For each letter its place in the note as it was pasted.
    """

    text: str
    where: tuple[int, ...]


class Layout(NamedTuple):
    """The parts of a note.

    Attributes:
        head: The lines of the email's header by their name in lower case, such as `from`, without the name.
        body: The text, without earlier letters below it.
    """

    head: tuple[tuple[str, Line], ...]
    body: tuple[Line, ...]


def clean_note(text: str) -> CleanNote:
    """Return the note without invisible letters."""
    letters: list[str] = []
    where: list[int] = []
    for place, letter in enumerate(text):
        if _INVISIBLE.match(letter) or (letter == "\r" and text[place + 1 : place + 2] == "\n"):
            continue
        letters.append(" " if letter in _FIXED_SPACES else "\n" if letter in _BREAKS else letter)
        where.append(place)
    return CleanNote("".join(letters), tuple(where))


def layout_of(text: str) -> Layout:
    """Split a clean note into header and body. Of a forwarded email, only the forwarded part counts."""
    lines, quoted = _lines_of(text)
    forwarded = [place for place, line in enumerate(lines) if _FORWARDED.match(line.text)]
    if forwarded:
        lines, quoted = lines[forwarded[-1] + 1 :], quoted[forwarded[-1] + 1 :]
    if not all(quoted):
        lines = [line for line, is_quoted in zip(lines, quoted, strict=True) if not is_quoted]
    head, rest = _part_head(lines)
    return Layout(tuple(head), tuple(_without_history(rest)))


def _lines_of(text: str) -> tuple[list[Line], list[bool]]:
    lines: list[Line] = []
    quoted: list[bool] = []
    last_end = 0
    for found in _LINE.finditer(text):
        marks = _QUOTE_MARKS.match(found[0])
        skipped = marks.end() if marks else 0
        words = found[0][skipped:].rstrip()
        if not words:
            continue
        between = text[last_end : found.start()].count("\n")
        gap = bool(lines) and (between > 1 or text[last_end : found.start()].strip("> \t\n") != "")
        lines.append(Line(found.start() + skipped, words, gap))
        quoted.append(_QUOTED.match(found[0]) is not None)
        last_end = found.end()
    return lines, quoted


def _part_head(lines: list[Line]) -> tuple[list[tuple[str, Line]], list[Line]]:
    head: list[tuple[str, Line]] = []
    for place, line in enumerate(lines):
        found = _HEAD.fullmatch(line.text)
        if found is None or (line.gap and len(head) > 1):
            return head, lines[place:]
        head.append((found[1].lower(), Line(line.start + found.start(2), found[2], gap=False)))
    return head, []


def _without_history(lines: list[Line]) -> list[Line]:
    for place, line in enumerate(lines):
        following = lines[place + 1].text if place + 1 < len(lines) else ""
        heads = [_HEAD.fullmatch(line.text) for line in lines[place : place + 3]]
        is_head = (
            len([found for found in heads if found]) > 1 and heads[0] is not None and heads[0][1].lower() == "from"
        )
        is_wrapped = following == "wrote:" and _WRAPPED.match(line.text) is not None
        if _WROTE.fullmatch(line.text) or is_wrapped or is_head:
            return lines[:place]
    return lines


#: Replaces letters that must not be read; it joins nothing.
BLANK: Final = "|"
#: Characters before a value that may say whose it is.
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
    """Return the clean note with all but the free text of its body blanked, so that places stay the same."""
    letters = [letter if letter == "\n" else BLANK for letter in text]
    for line in body:
        letters[line.start : line.end] = line.text
    for start, end in taken:
        letters[start:end] = BLANK * (end - start)
    return "".join(letters)


def is_others(words: str, start: int, *, is_call_note: bool = False) -> bool:
    """Return whether the sentence up to a place is about somebody else, or says that what follows is out of date.

    Args:
        words: The running text.
        start: The place.
        is_call_note: Whether the note is about the customer, whom `her number` then means.
    """
    far = max(0, start - _LONGEST_SENTENCE)
    begin = max((found.end() for found in _SENTENCE_END.finditer(words, far, start)), default=far)
    if _OTHERS.search(words, begin, start):
        return True
    return not is_call_note and _SOMEBODYS.search(words, begin, start) is not None


def different(spans: Iterable[Span]) -> list[Span]:
    """Return the first of each value, compared without case, spaces and punctuation."""
    first: dict[str, Span] = {}
    for span in spans:
        first.setdefault("".join(letter for letter in span.value.lower() if letter.isalnum()), span)
    return list(first.values())
