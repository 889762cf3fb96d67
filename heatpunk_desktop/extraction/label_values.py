"""From what stands behind the labels of a note to values of fields."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from heatpunk_desktop.domain.coordinates import format_degrees, read_position
from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.extraction.contacts import emails_in, phones_in, postcodes_in
from heatpunk_desktop.extraction.house import build_date_of, status_of
from heatpunk_desktop.extraction.names import is_name
from heatpunk_desktop.extraction.places import LabelledAddress, address_lines
from heatpunk_desktop.extraction.spans import Span
from heatpunk_desktop.spreadsheets.cell_text import is_nothing
from heatpunk_desktop.spreadsheets.column_content import part_address
from heatpunk_desktop.spreadsheets.targets import Part

if TYPE_CHECKING:
    from collections.abc import Sequence

    from heatpunk_desktop.extraction.labels import Labelled
    from heatpunk_desktop.extraction.lines import Line

_LONGEST_NAME: Final = 80
_LONGEST_REFERENCE: Final = 40
_MOST_WORDS: Final = 5
_PROPERTY: Final = re.compile(r"site|install|property")
_OTHER_PLACE: Final = re.compile(r"billing|correspondence|postal")
_NO_ADDRESS: Final = re.compile(r"[@?]|\bsame as\b|\bas above\b", re.IGNORECASE)
_NUMBER: Final = re.compile(r"\d{1,4}[a-z]?", re.IGNORECASE)


class LabelValues:
    """The values behind labels.

    Args:
        body: The lines of the note.
        labels: What stands behind labels in them.

    Attributes:
        found: The values of each field, in order.
        taken: The places that are read, and are not to be read again as running words.
    """

    def __init__(self, body: Sequence[Line], labels: Sequence[Labelled]) -> None:
        self.found: dict[Field, list[Span]] = {}
        self.taken: list[tuple[int, int]] = []
        self._body = body
        self._labelled_lines = {one.line for one in labels}
        self._addresses: list[tuple[str, LabelledAddress]] = []
        self._contact_lines: dict[Field, int] = {}
        self._parts: dict[Part, list[Span]] = {}
        self._degrees: dict[Field, Span] = {}
        for one in labels:
            self._read(self._filled(one))
        self._join_names()
        self._join_address_lines()
        self._choose_addresses()
        self._pair_degrees()

    def _filled(self, one: Labelled) -> Labelled:
        """A label with nothing behind it has its text on the next line."""
        following = one.line + 1
        if one.text or following >= len(self._body) or following in self._labelled_lines:
            return one
        line = self._body[following]
        return one if line.gap else one._replace(text=line.text, start=line.start, line=following)

    def _read(self, one: Labelled) -> None:  # noqa: C901, PLR0912 - one way for each kind of field
        target = one.target
        if target is Part.IGNORE:
            self.taken.append((one.start, one.end))
            return
        if is_nothing(one.text):
            return
        if target in {Field.CUSTOMER_EMAIL, Field.CUSTOMER_PHONE}:
            self._read_contact(one, Field(target))
        elif target in {Field.ADDRESS, Part.FULL_ADDRESS}:
            self._read_address(one)
        elif target is Field.POSTCODE:
            self._add(
                Field.POSTCODE,
                [
                    code._replace(start=one.start + code.start, end=one.start + code.end)
                    for code in postcodes_in(one.text, is_labelled=True)
                ],
                one,
            )
        elif target is Field.CUSTOMER_NAME:
            if _is_labelled_name(one):
                self._add(Field.CUSTOMER_NAME, [_whole(one)], one)
        elif target is Field.STATUS:
            self._add_word(Field.STATUS, status_of(one.text), one)
        elif target is Field.BUILD_DATE:
            self._add_word(Field.BUILD_DATE, build_date_of(one.text), one)
        elif target is Field.PROJECT_NAME:
            if len(one.text) <= _LONGEST_NAME:
                self._add(Field.PROJECT_NAME, [_whole(one)], one)
        elif target is Field.CRM_REFERENCE:
            if len(one.text) <= _LONGEST_REFERENCE and re.search(r"\d", one.text) and len(one.text.split()) == 1:
                self._add(Field.CRM_REFERENCE, [_whole(one)], one)
        elif target in {Field.LATITUDE, Field.LONGITUDE}:
            self._degrees[Field(target)] = _whole(one)
        elif target in {Part.NAME_TITLE, Part.FIRST_NAME, Part.SURNAME, Part.ADDRESS_LINE}:
            self._parts.setdefault(Part(target), []).append(_whole(one))
            self.taken.append((one.start, one.end))

    def _add(self, field: Field, spans: list[Span], one: Labelled) -> None:
        if spans:
            self.found.setdefault(field, []).extend(spans)
            self.taken.append((one.start, one.end))

    def _add_word(self, field: Field, word: str | None, one: Labelled) -> None:
        self._add(field, [Span(word, one.start, one.end)] if word else [], one)

    def _read_contact(self, one: Labelled, field: Field) -> None:
        is_phone = field is Field.CUSTOMER_PHONE
        spans = phones_in(one.text, is_labelled=True) if is_phone else emails_in(one.text)
        # Of a mobile and a landline one below the other, both are the customer's: the first counts.
        is_second = one.line - self._contact_lines.get(field, -2) <= 1
        if spans:
            self._contact_lines[field] = one.line
        first = spans[0]._replace(start=one.start + spans[0].start, end=one.start + spans[0].end) if spans else None
        if first and is_second:
            self.taken.append((one.start, one.end))
        elif first:
            self._add(field, [first], one)

    def _read_address(self, one: Labelled) -> None:
        following: list[Line] = []
        for number in range(one.line + 1, len(self._body)):
            if number in self._labelled_lines:
                break
            following.append(self._body[number])
        whole = address_lines(one.text, one.start, following)
        if whole.text and not _NO_ADDRESS.search(whole.text):
            self._addresses.append((one.key, whole))

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
        if len(parts) < 2 or self._addresses:  # noqa: PLR2004 - a town by itself is no address
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


def _whole(one: Labelled) -> Span:
    return Span(one.text, one.start, one.end)


def _joined(parts: Sequence[Span], text: str) -> Span:
    return Span(text, min(part.start for part in parts), max(part.end for part in parts))


def _is_labelled_name(one: Labelled) -> bool:
    """Whether what stands behind a label such as `Name` can be one; `Contact: by phone only` is none."""
    if is_name(one.text):
        return True
    words = one.text.split()
    if len(words) > _MOST_WORDS or re.search(r"[\d@?:]", one.text):
        return False
    return "name" in one.key or all(word[0].isupper() or not word[0].isalpha() for word in words)
