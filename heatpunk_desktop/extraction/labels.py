"""Labelled values in a note, such as `Tel: 020 7946 0123`: finding the labels, and reading the fields behind them."""

from __future__ import annotations

import re
from itertools import pairwise
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

from heatpunk_desktop.domain.coordinates import format_degrees, read_position
from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.extraction.lines import Span, build_date_of, emails_in, phones_in, postcodes_in, status_of
from heatpunk_desktop.extraction.people import is_name
from heatpunk_desktop.extraction.places import LabelledAddress, address_lines
from heatpunk_desktop.spreadsheets.cell_text import is_nothing
from heatpunk_desktop.spreadsheets.column_content import part_address
from heatpunk_desktop.spreadsheets.targets import FOREIGN_WORDS, KNOWN_KEYS, Part, Target, heading_key, heading_words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from heatpunk_desktop.extraction.lines import Line

#: Labels in signatures and forms that no spreadsheet has.
_SHORT: Final[Mapping[str, Target]] = MappingProxyType(
    dict.fromkeys(("t", "m", "p", "h", "telmob", "contacttel", "callback", "callbacknumber"), Field.CUSTOMER_PHONE)
    | {"e": Field.CUSTOMER_EMAIL, "replyto": Field.CUSTOMER_EMAIL}
)
#: What stands around a value and is no part of it, control characters included.
_AROUND: Final = " *|,;/•·-–\t\n\v\f\r\x1c\x1d\x1e\x1f\x85\xa0\u2028\u2029"
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
    """A label and the text behind it.

    Attributes:
        target: What the label means; `Part.IGNORE` for something that no field takes.
        key: The label in the form that headings are compared in.
        rank: The position of the label among the names of the target, 0 for the best.
        text: The text behind it; where empty, it is on the next lines.
        start: Where that text begins in the clean note.
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
        """The end of its text, exclusive."""
        return self.start + len(self.text)


def labelled_in(lines: Sequence[Line]) -> list[Labelled]:
    """Return all labels with their texts, in order."""
    return [labelled for number, line in enumerate(lines) for labelled in _of_line(line, number)]


def is_foreign(label: str) -> bool:
    """Return whether a label is about somebody or something other than the customer."""
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
        text = line.text[begin:end].strip(_AROUND)
        start = line.start + begin + max(0, line.text[begin:end].find(text))
        found.append(Labelled(target, key, rank, text, start, number))
    return found


def _label_at_end(before: str, *, is_first: bool) -> tuple[int, Target, str, int] | None:
    """Return where a label at the end of a text begins, and what it means; None where it is no known label."""
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


_LONGEST_NAME: Final = 80
_LONGEST_REFERENCE: Final = 40
_MOST_WORDS: Final = 5
_PROPERTY: Final = re.compile(r"site|install|property")
_OTHER_PLACE: Final = re.compile(r"billing|correspondence|postal")
_NO_ADDRESS: Final = re.compile(r"[@?]|\bsame as\b|\bas above\b", re.IGNORECASE)
_NUMBER: Final = re.compile(r"\d{1,4}[a-z]?", re.IGNORECASE)


class LabelValues:
    """The field values behind labels.

    Args:
        body: The lines of the note.
        labels: The labels in them.

    Attributes:
        found: The values of each field, in order.
        taken: The stretches that are read, and must not be read again as running text.
    """

    def __init__(self, body: Sequence[Line], labels: Sequence[Labelled]) -> None:
        self.found: dict[Field, list[Span]] = {}
        self.taken: list[tuple[int, int]] = []
        self._body = body
        self._labelled_lines = {label.line for label in labels}
        self._addresses: list[tuple[str, LabelledAddress]] = []
        self._contact_lines: dict[Field, int] = {}
        self._parts: dict[Part, list[Span]] = {}
        self._degrees: dict[Field, Span] = {}
        for label in labels:
            self._read(self._filled(label))
        self._join_names()
        self._join_address_lines()
        self._choose_addresses()
        self._pair_degrees()

    def _filled(self, label: Labelled) -> Labelled:
        """Return the label; one with nothing behind it takes the next line as its text."""
        following = label.line + 1
        if label.text or following >= len(self._body) or following in self._labelled_lines:
            return label
        line = self._body[following]
        return label if line.gap else label._replace(text=line.text, start=line.start, line=following)

    def _read(self, label: Labelled) -> None:  # noqa: C901, PLR0912 - one way for each kind of field
        target = label.target
        if target is Part.IGNORE:
            self.taken.append((label.start, label.end))
            return
        if is_nothing(label.text):
            return
        if target in {Field.CUSTOMER_EMAIL, Field.CUSTOMER_PHONE}:
            self._read_contact(label, Field(target))
        elif target in {Field.ADDRESS, Part.FULL_ADDRESS}:
            self._read_address(label)
        elif target is Field.POSTCODE:
            self._add(
                Field.POSTCODE,
                [
                    code._replace(start=label.start + code.start, end=label.start + code.end)
                    for code in postcodes_in(label.text, is_labelled=True)
                ],
                label,
            )
        elif target is Field.CUSTOMER_NAME:
            if _is_labelled_name(label):
                self._add(Field.CUSTOMER_NAME, [_whole(label)], label)
        elif target is Field.STATUS:
            self._add_word(Field.STATUS, status_of(label.text), label)
        elif target is Field.BUILD_DATE:
            self._add_word(Field.BUILD_DATE, build_date_of(label.text), label)
        elif target is Field.PROJECT_NAME:
            if len(label.text) <= _LONGEST_NAME:
                self._add(Field.PROJECT_NAME, [_whole(label)], label)
        elif target is Field.CRM_REFERENCE:
            if len(label.text) <= _LONGEST_REFERENCE and re.search(r"\d", label.text) and len(label.text.split()) == 1:
                self._add(Field.CRM_REFERENCE, [_whole(label)], label)
        elif target in {Field.LATITUDE, Field.LONGITUDE}:
            self._degrees[Field(target)] = _whole(label)
        elif target in {Part.NAME_TITLE, Part.FIRST_NAME, Part.SURNAME, Part.ADDRESS_LINE}:
            self._parts.setdefault(Part(target), []).append(_whole(label))
            self.taken.append((label.start, label.end))

    def _add(self, field: Field, spans: list[Span], label: Labelled) -> None:
        if spans:
            self.found.setdefault(field, []).extend(spans)
            self.taken.append((label.start, label.end))

    def _add_word(self, field: Field, word: str | None, label: Labelled) -> None:
        self._add(field, [Span(word, label.start, label.end)] if word else [], label)

    def _read_contact(self, label: Labelled, field: Field) -> None:
        is_phone = field is Field.CUSTOMER_PHONE
        spans = phones_in(label.text, is_labelled=True) if is_phone else emails_in(label.text)
        # Of a mobile and a landline one below the other, both are the customer's: the first counts.
        is_second = label.line - self._contact_lines.get(field, -2) <= 1
        if spans:
            self._contact_lines[field] = label.line
        first = spans[0]._replace(start=label.start + spans[0].start, end=label.start + spans[0].end) if spans else None
        if first and is_second:
            self.taken.append((label.start, label.end))
        elif first:
            self._add(field, [first], label)

    def _read_address(self, label: Labelled) -> None:
        following: list[Line] = []
        for number in range(label.line + 1, len(self._body)):
            if number in self._labelled_lines:
                break
            following.append(self._body[number])
        whole = address_lines(label.text, label.start, following)
        if whole.text and not _NO_ADDRESS.search(whole.text):
            self._addresses.append((label.key, whole))

    def _choose_addresses(self) -> None:
        chosen = [address for key, address in self._addresses if _PROPERTY.search(key)]
        chosen = chosen or [address for key, address in self._addresses if not _OTHER_PLACE.search(key)]
        self.taken += [(address.where[0], address.where[-1] + 1) for _, address in self._addresses]
        for address in chosen:
            text, code = part_address(address.text)
            places = [found for found in postcodes_in(address.text) if found.value == code]
            if places:
                written = address.span(places[-1].start, places[-1].end)
                self.found.setdefault(Field.POSTCODE, []).append(written._replace(value=code))
            if text and not postcodes_in(text):
                self.found.setdefault(Field.ADDRESS, []).append(address.span(0, len(text)))

    def _join_names(self) -> None:
        if any(len(spans) > 1 for spans in self._parts.values()) and Part.ADDRESS_LINE not in self._parts:
            return
        first, last = self._parts.get(Part.FIRST_NAME, []), self._parts.get(Part.SURNAME, [])
        if len(first) == 1 and len(last) == 1 and Field.CUSTOMER_NAME not in self.found:
            parts = [*self._parts.get(Part.NAME_TITLE, [])[:1], *first, *last]
            self.found[Field.CUSTOMER_NAME] = [_joined(parts, " ".join(part.value for part in parts))]

    def _join_address_lines(self) -> None:
        parts = self._parts.get(Part.ADDRESS_LINE, [])
        if len(parts) < 2 or self._addresses:  # noqa: PLR2004 - a town alone is no address
            return
        text = parts[0].value
        for before, part in pairwise(parts):
            text += (" " if _NUMBER.fullmatch(before.value) else ", ") + part.value
        self.found[Field.ADDRESS] = [_joined(parts, text)]

    def _pair_degrees(self) -> None:
        if len(self._degrees) == 2:  # noqa: PLR2004 - latitude and longitude
            north, east = self._degrees[Field.LATITUDE], self._degrees[Field.LONGITUDE]
            place = read_position(f"{north.value}, {east.value}")
            if place is not None:
                self.found[Field.LATITUDE] = [north._replace(value=format_degrees(place.latitude))]
                self.found[Field.LONGITUDE] = [east._replace(value=format_degrees(place.longitude))]


def _whole(label: Labelled) -> Span:
    return Span(label.text, label.start, label.end)


def _joined(parts: Sequence[Span], text: str) -> Span:
    return Span(text, min(part.start for part in parts), max(part.end for part in parts))


def _is_labelled_name(label: Labelled) -> bool:
    """Return whether the text behind a label such as `Name` can be a name; `Contact: by phone only` is none."""
    if is_name(label.text):
        return True
    words = label.text.split()
    if len(words) > _MOST_WORDS or re.search(r"[\d@?:]", label.text):
        return False
    return "name" in label.key or all(word[0].isupper() or not word[0].isalpha() for word in words)
