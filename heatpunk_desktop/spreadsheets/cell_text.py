"""Cells as text, with every repair recorded."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, time
from enum import StrEnum, auto
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

from heatpunk_desktop.domain.csv_injection import unguarded_cell
from heatpunk_desktop.domain.folding import fold
from heatpunk_desktop.domain.headings import NOT_LOADED

if TYPE_CHECKING:
    from heatpunk_desktop.domain.problem import Problem
    from heatpunk_desktop.spreadsheets.sheet import Cell


class Repair(StrEnum):
    """A repair made to a cell."""

    TIDIED = auto()
    UNSCRAMBLED = auto()
    ZERO_PUT_BACK = auto()
    NUMBER_AS_TEXT = auto()
    SPACES_OUT = auto()
    POSTCODE_FORM = auto()
    LOOK_ALIKE = auto()
    STATUS_WORD = auto()
    YEAR_READ = auto()
    PLUS_PUT_BACK = auto()
    AS_CHOSEN = auto()
    DECIMAL_COMMA = auto()


class CellText(NamedTuple):
    """A cell as text for one field.

    Attributes:
        text: The text, as the user would have typed it.
        repair: The repair made, or None.
        problem: Why the cell cannot be read.
    """

    text: str
    repair: Repair | None = None
    problem: Problem | None = None


#: Texts that mean an empty cell, or an error of the spreadsheet.
_NOTHING: Final = frozenset(
    {"n/a", "na", "none", "null", "-", "--", "–", "—", "?", "nil", "not known", "unknown", "tbc"}
)

_LONGEST_NOTHING: Final = 16

#: Invisible direction marks and joiners that are copied along with phone numbers.
_INVISIBLE: Final = re.compile("[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
_FIXED_SPACES: Final = re.compile("[\u00a0\u2007\u202f]")
_SCRAMBLED: Final = re.compile(
    "[ÂÃâÅÄ][\u0080-\u00bf\u0152-\u0178\u2013-\u203a\u20ac\u2122\u0160\u0161\u017d\u017e\u02c6\u02dc]"
)


def is_nothing(cell: Cell) -> bool:
    """Return whether a cell is blank, or says in words that there is nothing, such as `n/a` or a dash."""
    if not isinstance(cell, str):
        return cell is None
    if len(cell) > _LONGEST_NOTHING:
        return cell.isspace()
    word = cell.strip().lower()
    return not word or word in _NOTHING


def plain_text(cell: Cell) -> str:
    """Return a cell's value as text: whole numbers without a decimal point, dates as 14/03/2026.

    The mark that an export writes for a value that is not loaded reads as nothing.
    """
    if cell == NOT_LOADED:
        return ""
    if isinstance(cell, str):
        return unguarded_cell(cell) if cell.startswith("'") else cell
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "Yes" if cell else "No"
    if isinstance(cell, float):
        return f"{cell:.0f}" if cell.is_integer() else repr(cell)
    if isinstance(cell, datetime):
        return f"{cell:%d/%m/%Y %H:%M}"
    if isinstance(cell, date):
        return f"{cell:%d/%m/%Y}"
    return f"{cell:%H:%M}" if isinstance(cell, time) else str(cell)


def repaired_text(text: str) -> CellText:
    """Return a text without invisible characters and with mis-decoded letters repaired."""
    if text.isascii() and text.isprintable():
        return CellText(text)
    if text.isascii():
        return CellText(text, Repair.TIDIED if "\n" in text.strip() or "\r" in text.strip() else None)
    right = _unscrambled(text)
    clean = _FIXED_SPACES.sub(" ", _INVISIBLE.sub("", right))
    if right != text:
        return CellText(clean, Repair.UNSCRAMBLED)
    return CellText(clean, Repair.TIDIED if clean.strip() != text.strip() or "\n" in clean.strip() else None)


def _unscrambled(text: str) -> str:
    """Return the original of a text whose UTF-8 was once read as Windows-1252, such as `SiÃ¢n`."""
    if not _SCRAMBLED.search(text):
        return text
    try:
        return text.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return text


#: Replacements of values, by the place of their column and their key.
Meanings = Mapping[tuple[int, str], str]
NO_MEANINGS: Final[Meanings] = MappingProxyType({})

#: Characters of a value that count.
_LONGEST_KEY: Final = 120


def value_key(cell: Cell) -> str:
    """Return the key that values share that differ in capitals, accents and spaces only."""
    return _key(plain_text(cell)[:_LONGEST_KEY])


@lru_cache(maxsize=4096)
def _key(text: str) -> str:
    return " ".join(fold(text).split())
