"""Rows that are no projects: totals, headings of a month, what a program printed below the list."""

from __future__ import annotations

import re
from typing import Final

from heatpunk_desktop.spreadsheets.cell_text import plain_text
from heatpunk_desktop.spreadsheets.column_content import Look, looks_of
from heatpunk_desktop.spreadsheets.import_row import LeftOut
from heatpunk_desktop.spreadsheets.sheet import Cell, Row, is_blank

_MONTHS: Final = (
    r"jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    r"nov(?:ember)?|dec(?:ember)?"
)
#: What such a row begins with. Words that a customer may be called stand alone.
_BEGINS: Final = re.compile(
    rf"""[\W_]*(?:
        (?:grand\s|sub[\s-]?)?totals?\b.*
      | (?:sum|count|average|mean|carried\sforward|brought\sforward|b/f|c/f)[\W_]*
      | (?:number|no\.?)\sof\s.*
      | page\s\d+.* | \d+\s(?:rows|records|entries|leads|results)\b.*
      | (?:end|start)\sof\s.* | continued\b.*
      | (?:printed|exported|generated|created|produced|report\srun|(?:last\s)?updated|prepared)\s(?:by|on|at|from)\b.*
      | (?:{_MONTHS})[\W_]*(?:\d\d|(?:19|20)\d\d)?[\W_]*
      | (?:week|wk|quarter|q|w/c|w/e|week\s(?:commencing|ending))[\W_]*\d+.*
    )""",
    re.IGNORECASE | re.VERBOSE | re.DOTALL,
)
_RULE: Final = re.compile(r"[-–—=_*#.~\s]+")
#: What nobody writes in such a row alone: how to reach a customer.
_CUSTOMERS: Final = frozenset({Look.EMAIL, Look.PHONE, Look.POSTCODE, Look.FULL_ADDRESS})
#: What stands beside a total.
_AMOUNTS: Final = frozenset({Look.NUMBER, Look.DATE, Look.YEAR})
_LONGEST: Final = 200
#: Columns of a list in which a row of one filled cell says too little to be a project.
_ENOUGH_COLUMNS: Final = 3


def looks_left_out(cells: Row, headings: Row) -> LeftOut | None:
    """Why a row is no project, as far as one can see; None where it may be one.

    Args:
        cells: The row; something stands in it.
        headings: The cells of the row of headings, without blank ones at the end; none where there are none.
    """
    if headings and _says(cells[:1]) == _says(headings[:1]) and _says(cells) == _says(headings):
        return LeftOut.HEADINGS
    filled = [cell for cell in cells if not is_blank(cell)]
    first = filled[0]
    if len(filled) == 1:
        has_columns = len(headings or cells) >= _ENOUGH_COLUMNS
        return LeftOut.TOTAL if (has_columns and not _reaches(filled)) or _begins(first) else None
    return LeftOut.TOTAL if _begins(first) and all(map(_is_beside_total, filled[1:])) else None


def _is_beside_total(cell: Cell) -> bool:
    looks = looks_of([cell]).keys()
    return _begins(cell) or (not _AMOUNTS.isdisjoint(looks) and _CUSTOMERS.isdisjoint(looks))


def _begins(cell: Cell) -> bool:
    if not isinstance(cell, str) or len(cell) > _LONGEST:
        return False
    return _BEGINS.fullmatch(cell.strip()) is not None or _RULE.fullmatch(cell) is not None


def _reaches(cells: list[Cell]) -> bool:
    return not _CUSTOMERS.isdisjoint(looks_of(cells))


def _says(cells: Row) -> list[str]:
    """What cells say, without the blank ones at their end."""
    texts = [" ".join(plain_text(cell)[:_LONGEST].split()).casefold() for cell in cells]
    while texts and not texts[-1]:
        texts.pop()
    return texts
