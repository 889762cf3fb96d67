"""The judgement on one column: what it should be read as, from its heading and its cells."""

from __future__ import annotations

import re
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from heatpunk_desktop.domain.coordinates import read_position
from heatpunk_desktop.domain.fields import BuildDate, Field, Status
from heatpunk_desktop.domain.headings import BY_HEADING, Extra
from heatpunk_desktop.domain.postcodes import format_postcode
from heatpunk_desktop.spreadsheets.sheet import Cell, is_blank
from heatpunk_desktop.spreadsheets.targets import (
    FOREIGN_WORDS,
    KNOWN_KEYS,
    TELLING_WORDS,
    Part,
    Target,
    heading_key,
    heading_words,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class Look(StrEnum):
    """A kind of content that a cell can look like."""

    EMAIL = "email"
    PHONE = "phone"
    POSTCODE = "postcode"
    STATUS = "status"
    BUILD_DATE = "build_date"
    YEAR = "year"
    LATITUDE = "latitude"
    LONGITUDE = "longitude"
    POSITION = "position"
    FULL_ADDRESS = "full_address"
    ADDRESS = "address"
    TITLE = "title"
    NAME = "name"
    DATE = "date"
    NUMBER = "number"


#: Cells of a column that are sampled, spread over the file.
SAMPLE: Final = 120


#: Characters of a cell that are enough to see what it looks like.
LONGEST: Final = 300


_EMAIL: Final = re.compile(r"\s*(?:mailto:)?[^\s@,;]+\s?@\s?[^\s@,;][^\s@,;.]*\.[^\s@,;]+[.,;]?\s*")


_PHONE: Final = re.compile(
    "[\\s'\u202a]*+(?:tel[.:]?|t:|m:|mob[.:]?)?\\s*+\\+?\\(?\\d[\\d\\s().\\-/]{8,18}\u202c?\\s*", re.IGNORECASE
)


_DIGITS: Final = re.compile(r"\d")


_PHONE_DIGITS: Final = range(10, 14)


_POSTCODE_AT_END: Final = re.compile(
    r"[,\s.]([A-Z]{1,2}[0-9IO][0-9A-Z]?\s*[0-9IO][A-Z]{2})[\s.,]*+(?:UK|United Kingdom)?\s*+$", re.I
)


_STREET: Final = re.compile(
    r"(?<!\d)\d++\w?,?\s+\w+|\b(?:road|rd|street|st|lane|ln|avenue|ave|close|drive|way|court|house|farm|barn|cottage|"
    r"terrace|crescent|gardens|hill|green|park|place|row|square)\b",
    re.IGNORECASE,
)


_TITLES: Final = frozenset(
    {"mr", "mrs", "ms", "miss", "mx", "dr", "prof", "professor", "sir", "lady", "lord", "rev", "mr & mrs", "mr and mrs"}
)


_NAME: Final = re.compile(r"(?:(?:Mr|Mrs|Ms|Miss|Dr)\.? )?[^\W\d_a-z][\w'’.-]*(?: (?:&|and|[^\W\d_]['’\w.-]*)){1,4}")


_STATUSES: Final = frozenset(status.lower() for status in Status)


_BUILD_DATES: Final = frozenset(
    form for band in BuildDate for form in (band.value, band.label.lower().replace(" ", ""))
)


_YEAR: Final = re.compile(r"(?:c\.?\s*)?(?:1[5-9]\d\d|20[0-3]\d)(?:s|\.0)?(?:\s*[-–]\s*\d{2,4})?")


_DATE: Final = re.compile(r"\d{1,4}[-/.\s](?:\d{1,2}|[A-Za-z]{3,9})[-/.,\s]+\d{2,4}(?:[T\s].*)?")


_NUMBER: Final = re.compile(r"[-+]?[£$€]?\s?\d[\d,]*(?:\.\d+)?(?:[eE]\+?\d+)?")


_DEGREES: Final = re.compile(r"-?\d{1,3}\.\d{3,}")


_BRITISH_LATITUDES: Final = (49.0, 61.0)


_BRITISH_LONGITUDES: Final = (-11.0, 2.5)


def sample_of(column: Sequence[Cell]) -> list[Cell]:
    """Return a sample of a column's filled cells, spread over its whole length; long texts are cut."""
    filled = [cell for cell in column if not is_blank(cell)]
    step = max(1, len(filled) // SAMPLE)
    return [cell[:LONGEST] if isinstance(cell, str) else cell for cell in filled[::step][:SAMPLE]]


def looks_of(cells: Sequence[Cell]) -> Mapping[Look, float]:
    """Return the share of cells that look like each kind.

    Args:
        cells: Filled cells; see `sample_of`.

    Returns:
        Shares from above 0 to 1. A cell may look like several kinds. Kinds that no cell has are missing.
    """
    counts: dict[Look, int] = {}
    for cell in cells:
        for look in _looks(cell):
            counts[look] = counts.get(look, 0) + 1
    return {look: count / len(cells) for look, count in counts.items()}


def _looks(cell: Cell) -> set[Look]:
    if isinstance(cell, (datetime, date)):
        return {Look.DATE}
    if isinstance(cell, bool) or cell is None:
        return set()
    if isinstance(cell, (int, float)):
        return _number_looks(float(cell), repr(cell))
    text = str(cell)[:LONGEST].strip()
    looks: set[Look] = set()
    if _EMAIL.fullmatch(text):
        looks.add(Look.EMAIL)
    if _PHONE.fullmatch(text) and len(_DIGITS.findall(text)) in _PHONE_DIGITS:
        looks.add(Look.PHONE)
    if format_postcode(text):
        looks.add(Look.POSTCODE)
    if _POSTCODE_AT_END.search(text):
        looks.add(Look.FULL_ADDRESS)
    if _STREET.search(text):
        looks.add(Look.ADDRESS)
    return looks | _word_looks(text)


def _word_looks(text: str) -> set[Look]:
    looks: set[Look] = {Look.NAME} if _NAME.fullmatch(text) else set()
    word = text.lower().rstrip(".")
    if word in _TITLES:
        looks.add(Look.TITLE)
    if word in _STATUSES:
        looks.add(Look.STATUS)
    if word.replace(" ", "").replace("-", "") in _BUILD_DATES:
        looks.add(Look.BUILD_DATE)
    if _YEAR.fullmatch(text):
        looks.add(Look.YEAR)
    if _DATE.fullmatch(text):
        looks.add(Look.DATE)
    if _DEGREES.fullmatch(text):
        looks |= _number_looks(float(text), text)
    elif _NUMBER.fullmatch(text):
        looks.add(Look.NUMBER)
    elif read_position(text):
        looks.add(Look.POSITION)
    return looks


def _number_looks(value: float, text: str) -> set[Look]:
    looks = {Look.NUMBER}
    if value.is_integer() and len(f"{value:.0f}") in _PHONE_DIGITS and value > 0:
        looks.add(Look.PHONE)
    if _YEAR.fullmatch(text):
        looks.add(Look.YEAR)
    if not value.is_integer():
        if _BRITISH_LATITUDES[0] <= value <= _BRITISH_LATITUDES[1]:
            looks.add(Look.LATITUDE)
        if _BRITISH_LONGITUDES[0] <= value <= _BRITISH_LONGITUDES[1]:
            looks.add(Look.LONGITUDE)
    return looks


def part_address(text: str) -> tuple[str, str]:
    """Split an address from the postcode at its end.

    Returns:
        Address and postcode; the postcode is empty, and the address unchanged, where there is none at the end.
    """
    found = _POSTCODE_AT_END.search(text)
    postcode = format_postcode(found[1]) if found else None
    if found is None or postcode is None:
        return text, ""
    return text[: found.start()].rstrip(" ,.\n\r"), postcode


class Why(StrEnum):
    """The evidence for how a column is read."""

    #: It is called exactly as in our own export and template.
    HEADING = "heading"
    #: The heading is a usual name for it.
    ALIAS = "alias"
    #: Its cells look like it.
    CONTENT = "content"
    #: The user chose so for an earlier file.
    REMEMBERED = "remembered"
    #: The user chose so now.
    USER = "user"
    #: It would be what another column is already.
    TAKEN = "taken"
    #: The heading is a usual name for owners, but no cell names a team member.
    NOBODY = "nobody"
    #: It is called like something that a project has no field for.
    NO_FIELD = "no_field"
    #: There is no evidence.
    NOTHING = "nothing"


class Judgement(NamedTuple):
    """The judgement on a column.

    Attributes:
        target: What it should be read as.
        why: The evidence for that.
        score: The confidence, 0 to 100.
        filled: How many of the sampled cells are filled.
        holds_postcodes: Whether many of its cells end with a postcode.
    """

    target: Target
    why: Why
    score: float
    filled: int = 0
    holds_postcodes: bool = False


#: Other columns of our own export that are read.
_EXTRAS: Final = {Extra.PROJECT_ID: Part.PROJECT_ID, Extra.OWNER: Part.OWNER}


_EXACT, _ALIAS, _WORD, _FUZZY, _CONTENT = 100.0, 95.0, 60.0, 55.0, 50.0


_RANK_STEP: Final = 0.1


#: How alike a misspelt heading has to be, of 100, and how long.
_ALIKE: Final = 85.0


_FUZZY_LENGTH: Final = 5


_MOST, _SOME, _HARDLY = 0.6, 0.4, 0.2


#: What cells look like where they are what the heading says.
_OWN_LOOKS: Final[Mapping[Target, frozenset[Look]]] = {
    Field.CUSTOMER_EMAIL: frozenset({Look.EMAIL}),
    Field.CUSTOMER_PHONE: frozenset({Look.PHONE}),
    Field.POSTCODE: frozenset({Look.POSTCODE}),
    Field.LATITUDE: frozenset({Look.LATITUDE, Look.NUMBER, Look.POSITION}),
    Field.LONGITUDE: frozenset({Look.LONGITUDE, Look.NUMBER, Look.POSITION}),
    Part.POSITION: frozenset({Look.POSITION}),
    Part.OWNER: frozenset({Look.EMAIL}),
}


#: Looks that alone decide what a column is, the most certain first.
_TELLING_LOOKS: Final[tuple[tuple[Look, Target], ...]] = (
    (Look.EMAIL, Field.CUSTOMER_EMAIL),
    (Look.POSTCODE, Field.POSTCODE),
    (Look.POSITION, Part.POSITION),
    (Look.PHONE, Field.CUSTOMER_PHONE),
)


_CONTENT_LOOKS: Final = (
    *_TELLING_LOOKS,
    (Look.STATUS, Field.STATUS),
    (Look.BUILD_DATE, Field.BUILD_DATE),
    (Look.TITLE, Part.NAME_TITLE),
    (Look.FULL_ADDRESS, Field.ADDRESS),
)


#: Only where no headings help.
_LAST_LOOKS: Final = ((Look.ADDRESS, Field.ADDRESS), (Look.NAME, Field.CUSTOMER_NAME))


def judge(heading: str, cells: Sequence[Cell], *, has_headings: bool) -> Judgement:
    """Judge a column.

    Args:
        heading: Its heading, on one line.
        cells: A sample of its filled cells; see `sample_of`.
        has_headings: Whether the sheet has a row of headings at all.
    """
    looks = looks_of(cells)
    found = _by_heading(heading, looks) or _by_content(heading, looks, has_headings=has_headings)
    if cells:
        found = _against_heading(found, looks)
    return found._replace(filled=len(cells), holds_postcodes=looks.get(Look.FULL_ADDRESS, 0) >= _SOME)


def _by_heading(heading: str, looks: Mapping[Look, float]) -> Judgement | None:
    own = BY_HEADING.get(heading)
    if own is not None:
        target = own if isinstance(own, Field) else _EXTRAS.get(own, Part.IGNORE)
        return Judgement(target, Why.NO_FIELD if target is Part.IGNORE else Why.HEADING, _EXACT)
    known = KNOWN_KEYS.get(heading_key(heading))
    if known is not None:
        why = Why.NO_FIELD if known[0] is Part.IGNORE else Why.ALIAS
        return Judgement(known[0], why, _ALIAS - _RANK_STEP * known[1])
    if not FOREIGN_WORDS.isdisjoint(heading_words(heading)):
        return Judgement(Part.IGNORE, Why.NO_FIELD, 0)
    words = heading_words(heading)
    for word, target in TELLING_WORDS:
        if word in words and _agrees(target, looks):
            return Judgement(target, Why.ALIAS, _WORD)
    return _by_misspelt_heading(heading, looks)


def _by_misspelt_heading(heading: str, looks: Mapping[Look, float]) -> Judgement | None:
    key = heading_key(heading)
    if len(key) < _FUZZY_LENGTH:
        return None
    # The import takes longer than a window may take to open.
    from rapidfuzz import fuzz, process  # noqa: PLC0415

    alike = process.extractOne(key, KNOWN_KEYS.keys(), scorer=fuzz.ratio, score_cutoff=_ALIKE)
    if alike is None:
        return None
    target, _ = KNOWN_KEYS[alike[0]]
    return Judgement(target, Why.ALIAS, _FUZZY) if _agrees(target, looks) else None


def _agrees(target: Target, looks: Mapping[Look, float]) -> bool:
    own = _OWN_LOOKS.get(target)
    return own is None or any(looks.get(look, 0) >= _SOME for look in own)


def _by_content(heading: str, looks: Mapping[Look, float], *, has_headings: bool) -> Judgement:
    candidates = _CONTENT_LOOKS if has_headings or heading else (*_CONTENT_LOOKS, *_LAST_LOOKS)
    for look, target in candidates:
        share = looks.get(look, 0)
        if share >= _MOST:
            return Judgement(target, Why.CONTENT, _CONTENT * share)
    return Judgement(Part.IGNORE, Why.NOTHING, 0)


def _against_heading(found: Judgement, looks: Mapping[Look, float]) -> Judgement:
    """Return the judgement by the cells where they clearly contradict their heading."""
    if found.why not in {Why.HEADING, Why.ALIAS} or found.target is Part.IGNORE:
        return found
    own = _OWN_LOOKS.get(found.target, frozenset())
    if any(looks.get(look, 0) >= _HARDLY for look in own):
        return found
    if found.target is Field.PROJECT_NAME and looks.get(Look.TITLE, 0) >= _MOST:
        return Judgement(Part.NAME_TITLE, Why.CONTENT, _CONTENT)
    if found.target is Field.STATUS and looks.get(Look.DATE, 0) >= _MOST:
        return Judgement(Part.IGNORE, Why.CONTENT, 0)
    if found.target in {Field.CRM_REFERENCE, Field.BUILD_DATE, Part.PROJECT_ID}:  # long numbers look like telephones
        return found
    for look, target in _TELLING_LOOKS:
        if looks.get(look, 0) >= _MOST:
            return Judgement(target, Why.CONTENT, _CONTENT)
    return found
