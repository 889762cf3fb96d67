"""Classification of a column by its cells alone, whatever its heading."""

from __future__ import annotations

import re
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from heatpunk_desktop.domain.coordinates import read_position
from heatpunk_desktop.domain.fields import BuildDate, Status
from heatpunk_desktop.domain.postcodes import format_postcode
from heatpunk_desktop.spreadsheets.sheet import Cell, is_blank

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
