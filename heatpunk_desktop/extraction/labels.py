"""What stands behind labels in a note, such as `Tel: 020 7946 0123`."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.spreadsheets.column_aliases import FOREIGN_WORDS, KNOWN_KEYS, heading_key, heading_words
from heatpunk_desktop.spreadsheets.targets import Part, Target

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from heatpunk_desktop.extraction.lines import Line

#: Labels of people's signatures and forms that no spreadsheet has.
_SHORT: Final[Mapping[str, Target]] = MappingProxyType(
    dict.fromkeys(("t", "m", "p", "h", "telmob", "contacttel", "callback", "callbacknumber"), Field.CUSTOMER_PHONE)
    | {"e": Field.CUSTOMER_EMAIL, "replyto": Field.CUSTOMER_EMAIL}
)
#: Headings that in a note's running words may mean anything, or that are another firm's.
_NOT_LABELS: Final = frozenset(
    heading_key(name)
    for name in [
        "title",
        " job",
        " deal",
        " property",
        " site",
        " scheme",
        " opportunity",
        " job description",
        " person",
        " account",
        " contact person",
        " mail",
        " first",
        " last",
        " id",
        " progress",
        " built",
        " age",
        " long",
        " lon",
        " where",
        " pin",
        " map",
        " position",
        " house",
        " building",
        " region",
        " road",
        " line 1",
        " line 2",
        " line 3",
        " our ref",
        " our reference",
        " order",
        " order number",
        " order no",
        " account number",
        " account no",
        " account ref",
        " company",
        " organisation",
        " zip",
    ]
)
#: Labels of running words, which are read like the rest of the note.
_WORDS_FOLLOW: Final = frozenset(
    {"notes", "note", "comments", "comment", "description", "message", "enquiry", "inquiry", "details", "yourmessage"}
)
_MORE_FOREIGN: Final = frozenset(
    {"fax", "office", "mpan", "mprn", "vat", "your", "company", "registered", "site", "neighbour", "next", "kin"}
)
_COLON: Final = re.compile(r"\s*(?::|\t|\s[-–=](?=\s))\*?\s*")
_LABEL_WORDS: Final = re.compile(r"[^\W\d_][\w/&'().-]*(?:[ ][\w/&'().-]+){0,4}\*?$")
_BULLET: Final = re.compile(r"[-*•·–\s]*")
_LONGEST_LABEL: Final = 45


class Labelled(NamedTuple):
    """What stands behind a label.

    Attributes:
        target: What the label says that it is; `Part.IGNORE` for something that no field takes.
        key: The label as headings are compared.
        rank: How far back among the names of the target the label comes.
        text: What stands behind it; may be empty, then it stands on the next lines.
        start: Where that begins in the clean note.
        line: The number of its line in the body.
    """

    target: Target
    key: str
    rank: int
    text: str
    start: int
    line: int

    @property
    def end(self) -> int:
        """Where its text ends, exclusive."""
        return self.start + len(self.text)


def labelled_in(lines: Sequence[Line]) -> list[Labelled]:
    """All that stands behind labels, in order."""
    return [one for number, line in enumerate(lines) for one in _of_line(line, number)]


def is_foreign(label: str) -> bool:
    """Whether a label is about somebody or something else than the customer."""
    return bool(heading_words(label) & (FOREIGN_WORDS | _MORE_FOREIGN))


def _of_line(line: Line, number: int) -> list[Labelled]:
    marks: list[tuple[int, int, Target, str, int]] = []
    for colon in _COLON.finditer(line.text):
        begin = marks[-1][1] if marks else 0
        before = line.text[begin : colon.start()]
        known = _label_at_end(before, is_first=not marks)
        if known is not None:
            marks.append((begin + known[0], colon.end(), *known[1:]))
    ends = [*(mark[0] for mark in marks[1:]), len(line.text)][: len(marks)]
    found = []
    for (_, begin, target, key, rank), end in zip(marks, ends, strict=True):
        text = line.text[begin:end].strip(" *|,;/•·\t-–")
        start = line.start + begin + max(0, line.text[begin:end].find(text))
        found.append(Labelled(target, key, rank, text, start, number))
    return found


def _label_at_end(before: str, *, is_first: bool) -> tuple[int, Target, str, int] | None:
    """Where a label begins that ends a text, and what it stands for; None where it is none that is known."""
    bullet = _BULLET.match(before) if is_first else None
    begin = bullet.end() if bullet else 0
    whole = before[begin:]
    if is_first and len(whole) <= _LONGEST_LABEL and _LABEL_WORDS.match(whole):
        known = _known(whole.rstrip("*"))
        if known is not None:
            return (begin, *known)
        if is_foreign(whole):
            return (begin, Part.IGNORE, heading_key(whole), 0)
    words = list(re.finditer(r"[^\s|,;]+", before))[-3:]
    for place, word in enumerate(words):
        text = before[word.start() :].rstrip("*")
        known = _known(text)
        if known is not None:
            foreign = is_foreign(before[: word.start()])
            return (word.start(), Part.IGNORE if foreign else known[0], *known[1:])
        if place == len(words) - 1 and is_foreign(text):
            return (word.start(), Part.IGNORE, heading_key(text), 0)
    return None


def _known(label: str) -> tuple[Target, str, int] | None:
    key = heading_key(label)
    if key in _WORDS_FOLLOW or key in _NOT_LABELS:
        return None
    if key in _SHORT:
        return _SHORT[key], key, 0
    if key in KNOWN_KEYS:
        target, rank = KNOWN_KEYS[key]
        return target, key, rank
    return None
