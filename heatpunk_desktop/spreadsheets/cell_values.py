"""Conversion of a cell to what the user would have typed into the form, with every repair recorded."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from heatpunk_desktop.domain.fields import BuildDate, Field, Status
from heatpunk_desktop.domain.phones import is_phone
from heatpunk_desktop.domain.postcodes import format_postcode
from heatpunk_desktop.domain.problem import Problem, error
from heatpunk_desktop.spreadsheets.cell_text import CellText, Repair, plain_text, repaired_text
from heatpunk_desktop.texts import marked

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from heatpunk_desktop.spreadsheets.sheet import Cell


class DayOrder(StrEnum):
    """Which of two numbers of a date is the day."""

    DAY_FIRST = "day_first"
    MONTH_FIRST = "month_first"


#: Separates the numbers of a date: a sign, with or without spaces, or spaces alone.
_BETWEEN: Final = r"(?:\s*+[/.\-]\s*+|\s++)"
_NUMBERS: Final = re.compile(
    rf"\s*+(\d{{1,2}}){_BETWEEN}(\d{{1,2}}){_BETWEEN}(\d{{4}}|\d{{2}})(?:[T,\s]++[\d:.]++\s*+(?:[AP]M)?Z?)?\s*+", re.I
)
_YEAR_FIRST: Final = re.compile(r"\s*(\d{4})\s*[/.\-]\s*(\d{1,2})\s*[/.\-]\s*(\d{1,2})(?:[T\s].*)?\s*")
_WORDED: Final = re.compile(
    r"\s*(?:[A-Za-z]{3,9},?\s+)?(\d{1,2})(?:st|nd|rd|th)?[\s\-/]+([A-Za-z]{3,9})[\s\-/,.]+(\d{4}|\d{2})\s*"
)
_WORDED_MONTH_FIRST: Final = re.compile(r"\s*([A-Za-z]{3,9})\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})\s*")
_SERIAL_TEXT: Final = re.compile(r"\s*\d{5}\s*")
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_LAST_MONTH: Final = 12
#: The day that serial numbers of spreadsheets count from, once the day that never was (29 February 1900) is past.
_SERIAL_START: Final = date(1899, 12, 30)
#: From 1954 to 2064: other numbers are no dates.
_SERIALS: Final = range(20_000, 60_001)
_CENTURY: Final = 100
#: Two-digit years up to this are after 2000.
_LAST_SHORT_YEAR: Final = 49


def find_day_order(cells: Iterable[Cell]) -> DayOrder:
    """Return whether a column writes the day or the month first.

    A number above 12 decides; without one, or with contradictory ones, the British order is assumed.
    """
    days_first = months_first = 0
    for cell in cells:
        found = _NUMBERS.fullmatch(cell) if isinstance(cell, str) else None
        if found is not None:
            days_first += int(found[1]) > _LAST_MONTH >= int(found[2])
            months_first += int(found[2]) > _LAST_MONTH >= int(found[1])
    return DayOrder.MONTH_FIRST if months_first > days_first else DayOrder.DAY_FIRST


def read_day(cell: Cell, order: DayOrder = DayOrder.DAY_FIRST) -> date | None:
    """Return the day that a cell stands for.

    Args:
        cell: A date, a serial number, or a text such as `14/03/1998`, `1998-03-14`, `14 Mar 1998`.
        order: Which number of a text is the day. A text that makes no sense that way is read the other way.

    Returns:
        None where the cell is no date.
    """
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        return _SERIAL_START + timedelta(days=int(cell)) if _SERIALS.start <= cell < _SERIALS.stop else None
    return _read_day_text(cell, order) if isinstance(cell, str) else None


def _read_day_text(text: str, order: DayOrder) -> date | None:
    if _SERIAL_TEXT.fullmatch(text):
        return read_day(int(text))
    if found := _YEAR_FIRST.fullmatch(text):
        return _day(found[1], found[2], found[3])
    if found := _WORDED.fullmatch(text):
        return _worded(found[3], found[2], found[1])
    if found := _WORDED_MONTH_FIRST.fullmatch(text):
        return _worded(found[3], found[1], found[2])
    if found := _NUMBERS.fullmatch(text):
        ways = [_day(found[3], found[2], found[1]), _day(found[3], found[1], found[2])]
        if order is DayOrder.MONTH_FIRST:
            ways.reverse()
        return ways[0] or ways[1]
    return None


def _worded(year: str, month: str, day: str) -> date | None:
    name = month[:3].lower()
    return _day(year, str(_MONTHS.index(name) + 1), day) if name in _MONTHS else None


def _day(year: str, month: str, day: str) -> date | None:
    number = int(year)
    if len(year) <= 2:  # noqa: PLR2004 - a year of two digits
        number += 2000 if number <= _LAST_SHORT_YEAR else 1900
    try:
        return date(number, int(month), int(day))
    except ValueError:
        return None


_NO_BUILD_DATE: Final = marked(
    "cell_values", "This has to be Pre 2000, Post 2000 or Post 2006, or the year in which the house was built."
)
_YEAR_ON_EDGE: Final = marked("cell_values", "A house of {} may belong in either of two bands. Choose {}.")


#: Synonyms of the six statuses. Ambiguous words, such as `Installed`, are not here.
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
_BANDS: Final = ((1999, BuildDate.PRE_2000), (2005, BuildDate.POST_2000), (2099, BuildDate.POST_2006))
_DECADE: Final = 9


@lru_cache(maxsize=1024)
def read_status(cell: Cell, _order: DayOrder) -> CellText:
    """Return a status, also from an unambiguous synonym."""
    repaired = repaired_text(plain_text(cell))
    word = " ".join(re.findall(r"[a-z]+", repaired.text.lower()))
    meant = _STATUS_WORDS.get(word)
    return CellText(meant.value, Repair.STATUS_WORD) if meant else repaired


@lru_cache(maxsize=1024)
def read_build_date(cell: Cell, order: DayOrder) -> CellText:
    """Return the label of an age band, from its name, a year or a date."""
    text = plain_text(cell).strip()
    compact = re.sub(r"[\s_-]", "", text.lower())
    for band in BuildDate:
        if compact in {band.value, _compact_label(band)}:
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


def _compact_label(band: BuildDate) -> str:
    """Return the label of an age band without spaces, in lower case."""
    return band.label.lower().replace(" ", "")


def _band_of_years(text: str, years: list[int]) -> CellText:
    for edge, choice in (
        (2000, marked("cell_values", "Pre 2000 or Post 2000")),
        (2006, marked("cell_values", "Post 2000 or Post 2006")),
    ):
        if edge in years:
            return CellText(text, problem=error(_YEAR_ON_EDGE.format(edge, choice)))
    bands = {next((band for last, band in _BANDS if year <= last), None) for year in years}
    band = bands.pop()
    if bands or band is None:
        return CellText(text, problem=error(_NO_BUILD_DATE))
    return CellText(band.label, Repair.YEAR_READ)


_TROUBLES: Final = frozenset(
    {"#n/a", "#ref!", "#value!", "#div/0!", "#name?", "#num!", "#null!", "#####", "err:502", "err:504"}
)
_FORMULA: Final = re.compile(
    r"=\s*+[-+(\"]*+(?:[A-Z_.]+\(|\$?[A-Z]{1,3}\$?\d|'?[\w ]+'?!|\d).*", re.IGNORECASE | re.DOTALL
)

#: The longest cell that is read; no field accepts more, and longer ones are slow to search.
_LONGEST: Final = 4000

_TOO_LONG: Final = marked("cell_values", "This text has {:,} characters. Shorten it to {:,} or fewer.")
_CELL_TROUBLE: Final = marked(
    "cell_values",
    "The spreadsheet says “{}” here: a formula that has no result. Type the value, or mend the formula and save "
    "the file.",
)
_IS_FORMULA: Final = marked(
    "cell_values",
    "This is a formula and not its result. Type the value, or copy the cells in the spreadsheet and paste them as "
    "values.",
)
_NO_RESULT: Final = marked(
    "cell_values",
    "The result of a formula is not stored in the file. Open the file in your spreadsheet program and save it, or type "
    "the value.",
)
_SHORTENED: Final = marked(
    "cell_values",
    "The spreadsheet shortened this number, and its last digits are lost. Type the whole number again, in a cell that "
    "is formatted as text.",
)
_SHORT_NUMBER: Final = re.compile(r"\d(?:[.,]\d+)?[eE]\+?\d{1,2}")
_FLOAT_TEXT: Final = re.compile(r"(\+?\d{6,15})[.,]0+")
_PHONE_DIGITS: Final = re.compile(r"\d{10,14}")
#: A telephone in which letters were typed for digits that look like them.
_WITH_LETTERS: Final = re.compile(r"(?=.*[OoIl])[+(]?[\dOoIl][\dOoIl ()-]{8,}", re.ASCII)
_DIGITS: Final = str.maketrans("OoIl", "0011")
_UK_START: Final = frozenset("12378")
_UK_LENGTH: Final = 10
_UK_WITH_CODE: Final = 12

_LINK_WORDS: Final = re.compile(r"^\s*(?:mailto:|e-?mail:)\s*", re.IGNORECASE)
_BRACKETED: Final = re.compile(r"[^<>]*<\s*([^<>\s@]+@[^<>\s]+)\s*>\s*")
_DECIMAL_COMMA: Final = re.compile(r"\s*(-?\d{1,3}),(\d{2,})\s*°?\s*")


def read_cell(
    cell: Cell,
    field: Field,
    *,
    order: DayOrder = DayOrder.DAY_FIRST,
    fault: str | None = None,
    is_text: bool = False,
) -> CellText:
    """Return a cell as it would have been typed.

    Args:
        cell: The cell; not blank unless there is a fault.
        field: The field that it is read as.
        order: For dates: which number is the day.
        is_text: Whether the cell comes from a text file, in which a formula can only be text.
        fault: What the spreadsheet shows instead of a value, `""` for a formula without a stored result, or None.
    """
    if fault is not None:
        return CellText("", problem=error(_CELL_TROUBLE.format(fault) if fault else _NO_RESULT))
    if isinstance(cell, str):
        if len(cell) > _LONGEST:
            return CellText("", problem=error(_TOO_LONG.format(len(cell), _LONGEST)))
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


def _read_text(cell: Cell, _order: DayOrder) -> CellText:
    text = plain_text(cell)
    if not isinstance(cell, str):
        return CellText(text, None if isinstance(cell, (int, float)) else Repair.NUMBER_AS_TEXT)
    return repaired_text(text)


def _read_phone(cell: Cell, _order: DayOrder) -> CellText:
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        number = plain_text(cell)
        with_zero = _with_zero(number)
        return CellText(with_zero, _put_back(with_zero) if with_zero != number else Repair.NUMBER_AS_TEXT)
    repaired = repaired_text(plain_text(cell))
    text = repaired.text.strip().removeprefix("'").strip()
    if _WITH_LETTERS.fullmatch(text) and is_phone(digits := text.translate(_DIGITS)):
        return CellText(digits, Repair.LOOK_ALIKE)
    if _SHORT_NUMBER.fullmatch(text):
        return CellText(text, problem=error(_SHORTENED))
    whole = _FLOAT_TEXT.fullmatch(text)
    number = whole[1] if whole else text
    with_zero = _with_zero(number) if _PHONE_DIGITS.fullmatch(number) else number
    if with_zero != number:
        return CellText(with_zero, _put_back(with_zero))
    return CellText(number, Repair.NUMBER_AS_TEXT if number != repaired.text.strip() else repaired.repair)


def _put_back(number: str) -> Repair:
    return Repair.PLUS_PUT_BACK if number.startswith("+") else Repair.ZERO_PUT_BACK


def _with_zero(number: str) -> str:
    """Return a UK phone number whose leading zero or plus the spreadsheet dropped."""
    if len(number) == _UK_LENGTH and number[0] in _UK_START:
        return f"0{number}"
    if len(number) == _UK_WITH_CODE and number.startswith("44"):
        return f"+{number}"
    return number


def _read_email(cell: Cell, _order: DayOrder) -> CellText:
    repaired = repaired_text(plain_text(cell))
    text = _LINK_WORDS.sub("", repaired.text).strip()
    bracketed = _BRACKETED.fullmatch(text)
    if bracketed:
        text = bracketed[1]
    if text.count("@") == 1:
        text = "".join(text.split())
    text = text.rstrip(".,;")
    return CellText(text, Repair.SPACES_OUT if text != repaired.text.strip() else repaired.repair)


def _read_postcode(cell: Cell, _order: DayOrder) -> CellText:
    repaired = repaired_text(plain_text(cell))
    postcode = format_postcode(repaired.text)
    if postcode is None:
        return repaired
    if postcode == repaired.text.strip():
        return CellText(postcode, repaired.repair)
    is_exchanged = "".join(filter(str.isalnum, repaired.text)).upper() != postcode.replace(" ", "")
    return CellText(postcode, Repair.LOOK_ALIKE if is_exchanged else Repair.POSTCODE_FORM)


def _read_degrees(cell: Cell, _order: DayOrder) -> CellText:
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        return CellText(f"{cell:.7f}".rstrip("0").rstrip("."))
    repaired = repaired_text(plain_text(cell))
    found = _DECIMAL_COMMA.fullmatch(repaired.text)
    return CellText(f"{found[1]}.{found[2]}", Repair.DECIMAL_COMMA) if found else repaired


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
    Field.STATUS: read_status,
    Field.BUILD_DATE: read_build_date,
    Field.CRM_REFERENCE: _read_reference,
}
