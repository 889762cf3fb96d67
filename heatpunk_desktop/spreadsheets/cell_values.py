"""From what stands in a cell to what would have been typed into the form, with every repair noted."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.domain.phones import is_phone
from heatpunk_desktop.domain.postcodes import format_postcode
from heatpunk_desktop.domain.problem import Problem, error
from heatpunk_desktop.spreadsheets.cell_text import CellText, Repair, mended_text, plain_text
from heatpunk_desktop.spreadsheets.cell_words import read_build_date, read_status
from heatpunk_desktop.spreadsheets.day_order import DayOrder

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from heatpunk_desktop.spreadsheets.sheet import Cell


_TROUBLES: Final = frozenset(
    {"#n/a", "#ref!", "#value!", "#div/0!", "#name?", "#num!", "#null!", "#####", "err:502", "err:504"}
)
_FORMULA: Final = re.compile(
    r"=\s*+[-+(\"]*+(?:[A-Z_.]+\(|\$?[A-Z]{1,3}\$?\d|'?[\w ]+'?!|\d).*", re.IGNORECASE | re.DOTALL
)

#: Characters of a cell that is read; no field takes more, and what is longer takes long to look through.
_LONGEST: Final = 4000

_TOO_LONG: Final = "This text has {:,} characters. Shorten it to {:,} or fewer."
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
    return mended_text(text)


def _read_phone(cell: Cell, _order: DayOrder) -> CellText:
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        number = plain_text(cell)
        with_zero = _with_zero(number)
        return CellText(with_zero, _put_back(with_zero) if with_zero != number else Repair.NUMBER_AS_TEXT)
    mended = mended_text(plain_text(cell))
    text = mended.text.strip().removeprefix("'").strip()
    if _WITH_LETTERS.fullmatch(text) and is_phone(digits := text.translate(_DIGITS)):
        return CellText(digits, Repair.LOOK_ALIKE)
    if _SHORT_NUMBER.fullmatch(text):
        return CellText(text, problem=error(_SHORTENED))
    whole = _FLOAT_TEXT.fullmatch(text)
    number = whole[1] if whole else text
    with_zero = _with_zero(number) if _PHONE_DIGITS.fullmatch(number) else number
    if with_zero != number:
        return CellText(with_zero, _put_back(with_zero))
    return CellText(number, Repair.NUMBER_AS_TEXT if number != mended.text.strip() else mended.repair)


def _put_back(number: str) -> Repair:
    return Repair.PLUS_PUT_BACK if number.startswith("+") else Repair.ZERO_PUT_BACK


def _with_zero(number: str) -> str:
    """A British number that lost its leading zero or its plus as a number of the spreadsheet."""
    if len(number) == _UK_LENGTH and number[0] in _UK_START:
        return f"0{number}"
    if len(number) == _UK_WITH_CODE and number.startswith("44"):
        return f"+{number}"
    return number


def _read_email(cell: Cell, _order: DayOrder) -> CellText:
    mended = mended_text(plain_text(cell))
    text = _LINK_WORDS.sub("", mended.text).strip()
    bracketed = _BRACKETED.fullmatch(text)
    if bracketed:
        text = bracketed[1]
    if text.count("@") == 1:
        text = "".join(text.split())
    text = text.rstrip(".,;")
    return CellText(text, Repair.SPACES_OUT if text != mended.text.strip() else mended.repair)


def _read_postcode(cell: Cell, _order: DayOrder) -> CellText:
    mended = mended_text(plain_text(cell))
    postcode = format_postcode(mended.text)
    if postcode is None:
        return mended
    if postcode == mended.text.strip():
        return CellText(postcode, mended.repair)
    is_exchanged = "".join(filter(str.isalnum, mended.text)).upper() != postcode.replace(" ", "")
    return CellText(postcode, Repair.LOOK_ALIKE if is_exchanged else Repair.POSTCODE_FORM)


def _read_degrees(cell: Cell, _order: DayOrder) -> CellText:
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        return CellText(f"{cell:.7f}".rstrip("0").rstrip("."))
    mended = mended_text(plain_text(cell))
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
    Field.STATUS: read_status,
    Field.BUILD_DATE: read_build_date,
    Field.CRM_REFERENCE: _read_reference,
}
