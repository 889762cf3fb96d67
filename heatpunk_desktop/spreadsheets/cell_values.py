"""From what stands in a cell to what would have been typed into the form, with every repair noted."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from heatpunk_desktop.domain.fields import BuildDate, Field, Status
from heatpunk_desktop.domain.postcodes import format_postcode
from heatpunk_desktop.domain.problem import Problem, error
from heatpunk_desktop.domain.spreadsheets import unguarded_cell
from heatpunk_desktop.spreadsheets.day_order import DayOrder, read_day

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from heatpunk_desktop.spreadsheets.sheet import Cell


class Repair(StrEnum):
    """What was mended in a cell. Values are the words for it."""

    TIDIED = "Line breaks and invisible letters taken out"
    UNSCRAMBLED = "Scrambled letters put right"
    ZERO_PUT_BACK = "The zero put back that the spreadsheet dropped"
    NUMBER_AS_TEXT = "A number read as text"
    SPACES_OUT = "Spaces and link words taken out"
    POSTCODE_FORM = "Put in the form of a postcode"
    STATUS_WORD = "Read as the status that it means"
    YEAR_READ = "The age band that this year lies in"
    DECIMAL_COMMA = "The comma read as a decimal point"
    PARTED = "Parted from the address"
    JOINED = "Put together from several columns"


class CellText(NamedTuple):
    """A cell as text for one field.

    Attributes:
        text: What would have been typed.
        repair: What was mended, or None.
        problem: Why no text can be made of it.
    """

    text: str
    repair: Repair | None = None
    problem: Problem | None = None


#: What stands in a text cell for nothing, or for the spreadsheet's own trouble.
_NOTHING: Final = frozenset(
    {"n/a", "na", "none", "null", "-", "--", "–", "—", "?", "nil", "not known", "unknown", "tbc"}
)
_TROUBLES: Final = frozenset(
    {"#n/a", "#ref!", "#value!", "#div/0!", "#name?", "#num!", "#null!", "#####", "err:502", "err:504"}
)
_FORMULA: Final = re.compile(
    r"=\s*[-+(\"]*(?:[A-Z_.]+\(|\$?[A-Z]{1,3}\$?\d|'?[\w ]+'?!|\d).*", re.IGNORECASE | re.DOTALL
)

_CELL_TROUBLE: Final = (
    "The spreadsheet says “{}” here: a formula that has no result. Type the value, or mend the formula and save "
    "the file."
)
_IS_FORMULA: Final = (
    "This is a formula and not its result. Type the value, or copy the cells in the spreadsheet and paste them as "
    "values."
)
_NO_RESULT: Final = (
    "The result of a formula is not stored in the file. Open the file in your spreadsheet program and save it, or type "
    "the value."
)
_SHORTENED: Final = (
    "The spreadsheet shortened this number, and its last digits are lost. Type the whole number again, in a cell that "
    "is formatted as text."
)
_NO_BUILD_DATE: Final = "This has to be Pre 2000, Post 2000 or Post 2006, or the year in which the house was built."
_YEAR_ON_EDGE: Final = "A house of {} may belong in either of two bands. Choose {}."

#: Marks of direction and joints that come along when telephones are copied; they are not seen.
_INVISIBLE: Final = re.compile("[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
_FIXED_SPACES: Final = re.compile("[\u00a0\u2007\u202f]")
_SCRAMBLED: Final = re.compile(
    "[ÂÃâÅÄ][\u0080-\u00bf\u0152-\u0178\u2013-\u203a\u20ac\u2122\u0160\u0161\u017d\u017e\u02c6\u02dc]"
)

_SHORT_NUMBER: Final = re.compile(r"\d(?:[.,]\d+)?[eE]\+?\d{1,2}")
_FLOAT_TEXT: Final = re.compile(r"(\+?\d{6,15})[.,]0+")
_PHONE_DIGITS: Final = re.compile(r"\d{10,14}")
_UK_START: Final = frozenset("12378")
_UK_LENGTH: Final = 10
_UK_WITH_CODE: Final = 12

_LINK_WORDS: Final = re.compile(r"^\s*(?:mailto:|e-?mail:)\s*", re.IGNORECASE)
_BRACKETED: Final = re.compile(r"[^<>]*<\s*([^<>\s]+@[^<>\s]+)\s*>\s*")
_DECIMAL_COMMA: Final = re.compile(r"\s*(-?\d{1,3}),(\d{2,})\s*°?\s*")

#: What people call the six statuses. Words that may mean two of them, such as `Installed`, are not here.
_STATUS_WORDS: Final[Mapping[str, Status]] = {
    **dict.fromkeys(["enquiry", "inquiry", "new", "new lead", "prospect", "leads", "new enquiry"], Status.LEAD),
    **dict.fromkeys(["quoted", "quotation", "quote sent", "quoting", "proposal", "proposal sent"], Status.QUOTE),
    **dict.fromkeys(
        ["sold", "won", "accepted", "order", "ordered", "closed won", "deposit paid", "sales"], Status.SALE
    ),
    **dict.fromkeys(["installing", "installation", "in progress", "on site", "booked in"], Status.INSTALL),
    **dict.fromkeys(["complete", "done", "finished", "commissioned", "handed over"], Status.COMPLETED),
    **dict.fromkeys(
        ["lost", "rejected by customer", "cancelled", "canceled", "declined", "closed lost", "dead"], Status.REJECTED
    ),
}
_YEAR: Final = re.compile(r"\b(1[0-9]\d\d|20\d\d)(s)?\b")
_OLD_WORDS: Final = re.compile(
    r"victorian|edwardian|georgian|tudor|pre[-\s]?war|post[-\s]?war|listed|medieval", re.IGNORECASE
)
_BANDS: Final = ((1999, BuildDate.PRE_2000), (2005, BuildDate.POST_2000), (2100, BuildDate.POST_2006))
_DECADE: Final = 9


def read_cell(
    cell: Cell,
    field: Field,
    *,
    order: DayOrder = DayOrder.DAY_FIRST,
    fault: str | None = None,
    is_text: bool = False,
) -> CellText:
    """What would have been typed for a cell.

    Args:
        cell: The cell; `is_blank` must not hold of it unless there is a fault.
        field: What it is read as.
        order: For dates: which number is the day.
        is_text: Whether the cell comes from a text file, in which a formula can only stand as text.
        fault: What the spreadsheet shows instead of a value, `""` for a formula without a stored result, or None.
    """
    if fault is not None:
        return CellText("", problem=error(_CELL_TROUBLE.format(fault) if fault else _NO_RESULT))
    if isinstance(cell, str):
        trouble = _trouble(cell, is_text=is_text)
        if trouble is not None:
            return CellText(cell.strip(), problem=trouble)
    return _READERS.get(field, _read_text)(cell, order)


def _trouble(text: str, *, is_text: bool) -> Problem | None:
    word = text.strip()
    if word.startswith(("#", "Err:")) and (word.lower() in _TROUBLES or not word.strip("#")):
        return error(_CELL_TROUBLE.format(word))
    if is_text and word.startswith("=") and _FORMULA.fullmatch(word):
        return error(_IS_FORMULA)
    return None


def is_nothing(cell: Cell) -> bool:
    """Whether a cell says in words that there is nothing, such as `n/a` or a dash."""
    return isinstance(cell, str) and cell.strip().lower() in _NOTHING


def plain_text(cell: Cell) -> str:
    """A cell's value as people read it: whole numbers without a decimal point, dates as 14/03/2026."""
    if isinstance(cell, str):
        return unguarded_cell(cell)
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


def _read_text(cell: Cell, _order: DayOrder) -> CellText:
    text = plain_text(cell)
    if not isinstance(cell, str):
        return CellText(text, None if isinstance(cell, (int, float)) else Repair.NUMBER_AS_TEXT)
    return _mended(text)


def _mended(text: str) -> CellText:
    """A text without what nobody sees, and with its letters put right."""
    if text.isascii():
        return CellText(text, Repair.TIDIED if "\n" in text.strip() or "\r" in text.strip() else None)
    right = _unscrambled(text)
    clean = _FIXED_SPACES.sub(" ", _INVISIBLE.sub("", right))
    if right != text:
        return CellText(clean, Repair.UNSCRAMBLED)
    return CellText(clean, Repair.TIDIED if clean.strip() != text.strip() or "\n" in clean.strip() else None)


def _unscrambled(text: str) -> str:
    """A text whose UTF-8 was once read as Windows-1252, such as `SiÃ¢n`, as it was meant."""
    if not _SCRAMBLED.search(text):
        return text
    try:
        return text.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return text


def _read_phone(cell: Cell, _order: DayOrder) -> CellText:
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        number = plain_text(cell)
        with_zero = _with_zero(number)
        return CellText(with_zero, Repair.ZERO_PUT_BACK if with_zero != number else Repair.NUMBER_AS_TEXT)
    mended = _mended(plain_text(cell))
    text = mended.text.strip().removeprefix("'").strip()
    if _SHORT_NUMBER.fullmatch(text):
        return CellText(text, problem=error(_SHORTENED))
    whole = _FLOAT_TEXT.fullmatch(text)
    number = whole[1] if whole else text
    with_zero = _with_zero(number) if _PHONE_DIGITS.fullmatch(number) else number
    if with_zero != number:
        return CellText(with_zero, Repair.ZERO_PUT_BACK)
    return CellText(number, Repair.NUMBER_AS_TEXT if number != mended.text.strip() else mended.repair)


def _with_zero(number: str) -> str:
    """A British number that lost its leading zero or its plus as a number of the spreadsheet."""
    if len(number) == _UK_LENGTH and number[0] in _UK_START:
        return f"0{number}"
    if len(number) == _UK_WITH_CODE and number.startswith("44"):
        return f"+{number}"
    return number


def _read_email(cell: Cell, _order: DayOrder) -> CellText:
    mended = _mended(plain_text(cell))
    text = _LINK_WORDS.sub("", mended.text).strip()
    bracketed = _BRACKETED.fullmatch(text)
    if bracketed:
        text = bracketed[1]
    if text.count("@") == 1 and any(letter.isspace() for letter in text):
        text = "".join(text.split())
    text = text.rstrip(".,;")
    return CellText(text, Repair.SPACES_OUT if text != mended.text.strip() else mended.repair)


def _read_postcode(cell: Cell, _order: DayOrder) -> CellText:
    mended = _mended(plain_text(cell))
    postcode = format_postcode(mended.text)
    if postcode is None:
        return mended
    return CellText(postcode, Repair.POSTCODE_FORM if postcode != mended.text.strip() else mended.repair)


def _read_status(cell: Cell, _order: DayOrder) -> CellText:
    mended = _mended(plain_text(cell))
    word = " ".join(re.findall(r"[a-z]+", mended.text.lower()))
    meant = _STATUS_WORDS.get(word)
    return CellText(meant.value, Repair.STATUS_WORD) if meant else mended


def _read_build_date(cell: Cell, order: DayOrder) -> CellText:
    text = plain_text(cell).strip()
    compact = re.sub(r"[\s_-]", "", text.lower())
    for band in BuildDate:
        if compact in {band.value, compact_label(band)}:
            return CellText(band.label)
    day = read_day(cell, order)
    years = [int(found[1]) + (_DECADE if found[2] else 0) for found in _YEAR.finditer(text)]
    if day is not None:
        years = [day.year]
    if not years:
        if _OLD_WORDS.search(text):
            return CellText(BuildDate.PRE_2000.label, Repair.YEAR_READ)
        return CellText(text, problem=error(_NO_BUILD_DATE))
    return _band_of_years(text, years)


def compact_label(band: BuildDate) -> str:
    """The label of an age band without spaces, in small letters."""
    return band.label.lower().replace(" ", "")


def _band_of_years(text: str, years: list[int]) -> CellText:
    for edge, choice in ((2000, "Pre 2000 or Post 2000"), (2006, "Post 2000 or Post 2006")):
        if edge in years:
            return CellText(text, problem=error(_YEAR_ON_EDGE.format(edge, choice)))
    bands = {next(band for last, band in _BANDS if year <= last) for year in years}
    if len(bands) != 1:
        return CellText(text, problem=error(_NO_BUILD_DATE))
    return CellText(bands.pop().label, Repair.YEAR_READ)


def _read_degrees(cell: Cell, _order: DayOrder) -> CellText:
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        return CellText(f"{cell:.7f}".rstrip("0").rstrip("."))
    mended = _mended(plain_text(cell))
    found = _DECIMAL_COMMA.fullmatch(mended.text)
    return CellText(f"{found[1]}.{found[2]}", Repair.DECIMAL_COMMA) if found else mended


def _read_reference(cell: Cell, order: DayOrder) -> CellText:
    if isinstance(cell, str) and _SHORT_NUMBER.fullmatch(cell.strip()):
        return CellText(cell.strip(), problem=error(_SHORTENED))
    return _read_text(cell, order)


_READERS: Final[Mapping[Field, Callable[[Cell, DayOrder], CellText]]] = {
    Field.CUSTOMER_EMAIL: _read_email,
    Field.CUSTOMER_PHONE: _read_phone,
    Field.POSTCODE: _read_postcode,
    Field.LATITUDE: _read_degrees,
    Field.LONGITUDE: _read_degrees,
    Field.STATUS: _read_status,
    Field.BUILD_DATE: _read_build_date,
    Field.CRM_REFERENCE: _read_reference,
}
