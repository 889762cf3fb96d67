"""The entry point: reads a pasted email or note into the fields that are certain."""

from __future__ import annotations

import re
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.domain.folding import fold
from heatpunk_desktop.extraction import people
from heatpunk_desktop.extraction.labels import LabelValues, labelled_in
from heatpunk_desktop.extraction.lines import (
    Span,
    build_dates_in,
    clean_note,
    different,
    emails_in,
    is_others,
    layout_of,
    phones_in,
    positions_in,
    postcodes_in,
    references_in,
    running_words,
    statuses_in,
)
from heatpunk_desktop.extraction.places import address_before

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from heatpunk_desktop.extraction.lines import CleanNote, Layout, Line


class Confidence(StrEnum):
    """The confidence in a value, the highest first. Nothing less certain is ever a value."""

    #: A label such as `Tel:` or the email's header says what it is.
    LABELLED = "labelled"
    #: Its form says what it is, and the note has no other of its kind.
    FORMED = "formed"
    #: Its position says what it is, such as a name under `Kind regards`.
    PLACED = "placed"


class Finding(NamedTuple):
    """One extracted value.

    Attributes:
        value: What would have been typed into the form.
        start: Where it begins in the note, in characters from 0.
        end: Where it ends, exclusive. An address of several lines reaches from its first to its last.
        confidence: The confidence in it.
    """

    value: str
    start: int
    end: int
    confidence: Confidence


class NoteReading(NamedTuple):
    """The result of reading a note.

    Attributes:
        certain: The fields with the one value that each has. The others are not known.
        ambiguous: Fields that are left alone because the note holds several values, in the note's order.
    """

    certain: Mapping[Field, Finding]
    ambiguous: Mapping[Field, tuple[Finding, ...]]


#: The longest note that is read; nobody writes more, and a whole file may be pasted by mistake.
LONGEST_NOTE: Final = 20_000

#: How many occurrences of a postcode are tried for the address before it.
_MOST_MENTIONS: Final = 5
_TITLES: Final = frozenset(
    {"mr", "mrs", "ms", "miss", "mx", "dr", "prof", "professor", "rev", "sir", "lady", "lord", "and"}
)


def read_note(text: str, own_emails: Collection[str] = ()) -> NoteReading:
    """Read a pasted email or note. Never guesses: a field with two possible values is left alone.

    Args:
        text: The pasted text; all after `LONGEST_NOTE` letters is ignored.
        own_emails: The addresses of the team, which are no customer's, and whose letters no customer signed.

    Returns:
        The values with their places in `text` and the confidence in them. They are as typed: the form checks them.
    """
    note = clean_note(text[:LONGEST_NOTE])
    return _NoteReader(note, layout_of(note.text), frozenset(email.lower() for email in own_emails)).read()


class _NoteReader:
    """Collects the candidates for each field of one note, and keeps those that are unique."""

    def __init__(self, note: CleanNote, layout: Layout, own_emails: frozenset[str]) -> None:
        self._note = note
        self._own = own_emails
        self._certain: dict[Field, Finding] = {}
        self._ambiguous: dict[Field, tuple[Finding, ...]] = {}
        self._head = dict(reversed(layout.head))
        self._letter = people.letter_of(layout.body)
        words = running_words(note.text, layout.body, ())
        self._callers = people.callers(words)
        sender = self._head.get("from")
        self._is_ours = sender is not None and any(email in sender.text.lower() for email in own_emails)
        self._is_firms = self._letter.is_firms or self._is_ours or bool(self._callers)
        self._body: Sequence[Line] = layout.body
        if self._is_firms and self._letter.signature is not None:
            self._body = layout.body[: self._letter.signature]  # below it are the firm's own contacts
        self._labels = LabelValues(self._body, labelled_in(self._body))
        self._words = running_words(note.text, self._body, self._labels.taken)

    def read(self) -> NoteReading:
        self._read_names()
        self._decide(Field.CUSTOMER_EMAIL, self._emails())
        self._decide(Field.CUSTOMER_PHONE, self._customers(phones_in(self._words)))
        self._read_place()
        opening = self._head.get("subject") or (self._body[0] if self._body else None)
        first = (opening.text, opening.start) if opening else ("", 0)
        self._decide(Field.STATUS, statuses_in(self._words, first), Confidence.PLACED)
        self._decide(Field.BUILD_DATE, build_dates_in(self._words), Confidence.PLACED)
        self._decide(Field.PROJECT_NAME, ())
        self._decide(Field.CRM_REFERENCE, references_in(self._words))
        return NoteReading(MappingProxyType(self._certain), MappingProxyType(self._ambiguous))

    def _customers(self, spans: Iterable[Span]) -> list[Span]:
        is_call = bool(self._callers)
        return [span for span in spans if not is_others(self._words, span.start, is_call_note=is_call)]

    def _emails(self) -> list[Span]:
        spans = [span for span in emails_in(self._words) if span.value.lower() not in self._own]
        heads = ["to"] if self._is_ours else ["reply-to"] if "reply-to" in self._head else ["from"]
        spans = self._customers(spans)
        for name in heads:
            line = self._head.get(name)
            if line is not None and (self._is_ours or not self._is_firms):
                spans += [
                    Span(span.value, line.start + span.start, line.start + span.end)
                    for span in emails_in(line.text)
                    if span.value.lower() not in self._own
                ]
        return spans

    def _read_names(self) -> None:
        labelled = self._labels.found.get(Field.CUSTOMER_NAME)
        if labelled or self._callers:
            self._decide(Field.CUSTOMER_NAME, _distinct_people(self._callers), Confidence.PLACED)
            return
        spans: list[Span] = []
        if self._is_firms:
            greeted = people.greeted(self._body)
            spans = [greeted] if greeted else []
        else:
            spans = people.introduced(self._words)
            line = self._head.get("from")
            sender = people.sender_name(line.text, line.start) if line else None
            spans += [name for name in (sender, self._letter.signer) if name]
        self._decide(Field.CUSTOMER_NAME, _distinct_people(spans), Confidence.PLACED)

    def _read_place(self) -> None:
        codes = self._customers(postcodes_in(self._words))
        self._decide(Field.POSTCODE, codes)
        kept = self._certain.get(Field.POSTCODE)
        addresses: list[Span] = []
        if kept is not None and len(different(codes)) == 1:
            addresses = [found for code in codes[:_MOST_MENTIONS] if (found := address_before(self._words, code))]
        self._decide(Field.ADDRESS, addresses, Confidence.PLACED)
        pairs = positions_in(self._words)
        self._decide(Field.LATITUDE, [north for north, _ in pairs])
        self._decide(Field.LONGITUDE, [east for _, east in pairs])
        if not {Field.LATITUDE, Field.LONGITUDE} <= self._certain.keys():
            self._certain.pop(Field.LATITUDE, None)
            self._certain.pop(Field.LONGITUDE, None)

    def _decide(self, field: Field, spans: Iterable[Span], confidence: Confidence = Confidence.FORMED) -> None:
        """Keep the one value of a field. What a label says takes precedence."""
        labelled = self._labels.found.get(field)
        if field is Field.CUSTOMER_EMAIL and labelled:
            labelled = [span for span in labelled if span.value.lower() not in self._own]
        found = different(labelled or spans)
        findings = [self._finding(span, Confidence.LABELLED if labelled else confidence) for span in found]
        if len(findings) == 1:
            self._certain[field] = findings[0]
        elif findings:
            self._ambiguous[field] = tuple(sorted(findings, key=lambda finding: finding.start))

    def _finding(self, span: Span, confidence: Confidence) -> Finding:
        where = self._note.where
        return Finding(span.value, where[span.start], where[span.end - 1] + 1, confidence)


def _distinct_people(spans: Iterable[Span]) -> list[Span]:
    """Return the distinct people: `Mrs Jane Smith` and `Jane Smith` are the same, and the fuller name is kept."""
    kept: list[Span] = []
    for span in sorted(spans, key=lambda span: -len(span.value)):
        words = _name_words(span)
        if not any(words <= _name_words(other) for other in kept):
            kept.append(span)
    return kept


def _name_words(span: Span) -> set[str]:
    return set(re.findall(r"[^\W\d_]+", fold(span.value))) - _TITLES
