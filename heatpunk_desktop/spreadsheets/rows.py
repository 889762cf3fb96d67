"""Reads the rows of a sheet by a column plan, validating each cell as the form does."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import Final

from heatpunk_desktop.domain.coordinates import check_latitude, check_position, is_link, read_position
from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.domain.folding import fold
from heatpunk_desktop.domain.problem import Checked, Problem, Severity, error, warning
from heatpunk_desktop.domain.validation import check_address, check_field, format_value, tidy_text
from heatpunk_desktop.spreadsheets.cell_text import Repair, is_nothing, plain_text
from heatpunk_desktop.spreadsheets.column_content import Look, looks_of, part_address
from heatpunk_desktop.spreadsheets.import_row import FIELDS, ImportRow, LeftOut, RepairedCell, RowProblem
from heatpunk_desktop.spreadsheets.owners import read_owner
from heatpunk_desktop.spreadsheets.sheet import Cell, Row, is_blank, is_blank_row
from heatpunk_desktop.spreadsheets.sheet_cells import NAME_PARTS, SheetCells
from heatpunk_desktop.spreadsheets.targets import Part
from heatpunk_desktop.texts import joined, marked

_NO_ID: Final = marked(
    "row_builder",
    "This has to be the number of a project, as an export writes it, or be empty. Correct it or empty the cell.",
)
_NO_POSITION: Final = marked(
    "row_builder", "This is no position, such as 52.1951, 0.1313, or the link of a map. Correct it or empty the cell."
)
_NAMES_NOTHING: Final = marked(
    "row_builder",
    "Nothing in this row says which project it is: there is no name, address, email, telephone or reference. "
    "Fill one in, or leave the row out.",
)
_EXTRA_CELL: Final = marked(
    "row_builder",
    "This row has more cells than there are headings, so its values may stand in the wrong columns: often a comma in a "
    "text parted it. Put the values in their places, and empty this cell.",
)
#: Appended to the problem of a cell that no project needs.
_LEFT_EMPTY: Final = marked("row_builder", "Imported without it.")
_UNREADABLE: Final = marked(
    "row_builder", "A letter here could not be read. Choose another encoding, or type the text."
)
_HOUSE_NUMBER: Final = re.compile(r"(?:flat|unit)?\s*\d+\s?[a-z]?(?:\s*[-/]\s*\d+\s?[a-z]?)?", re.IGNORECASE)
_WHOLE: Final = re.compile(r"\d{1,12}(?:\.0+)?")
#: Fields that tell projects apart.
_NAMING: Final = frozenset(Field) - {Field.STATUS, Field.BUILD_DATE, Field.LONGITUDE}
_MONTHS: Final = (
    r"jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    r"nov(?:ember)?|dec(?:ember)?"
)
#: How such a row begins. Words that may be a customer's name must be alone.
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
#: Contact details, which are never alone in such a row.
_CUSTOMERS: Final = frozenset({Look.EMAIL, Look.PHONE, Look.POSTCODE, Look.FULL_ADDRESS})
#: Content that occurs beside a total.
_AMOUNTS: Final = frozenset({Look.NUMBER, Look.DATE, Look.YEAR})
_LONGEST: Final = 200
#: In a list of so many columns, a row with one filled cell is no project.
_ENOUGH_COLUMNS: Final = 3


class ImportRowBuilder:
    """Builds an `ImportRow` from the cells of one row."""

    def __init__(self, sheet_cells: SheetCells, number: int, cells: Row) -> None:
        self._sheet_cells = sheet_cells
        self._number = number
        self._cells = cells
        self._values: dict[Field, str | float] = {}
        self._said: dict[Field, str] = {}
        self._problems: list[RowProblem] = []
        self._repairs: list[RepairedCell] = []
        #: Places among the problems of those that no project can be made without.
        self._holding_back: set[int] = set()
        self._project_id: int | None = None
        self._owner = ""

    def read(self) -> None:
        """Read all fields."""
        for field, places in self._sheet_cells.simple:
            for place in places:
                if self._take(field, place):
                    break
        self._read_name()
        self._read_address()
        self._read_position()
        self._read_project_id()
        self._look_at_the_whole()

    def result(self) -> ImportRow | None:
        """Return the row; None where no column that is read holds anything."""
        if not (self._values or self._said or self._problems) and self._project_id is None:
            return None
        return ImportRow(
            self._number,
            tuple(map(self._values.get, FIELDS)),
            tuple(self._problems),
            tuple(self._repairs),
            self._project_id,
            self._owner,
            self._said or MappingProxyType({}),
        )

    def _cell(self, place: int) -> Cell:
        return self._cells[place] if place < len(self._cells) else ""

    def _is_empty(self, place: int) -> bool:
        return is_nothing(self._cell(place)) and not self._sheet_cells.has_fault(self._number, place)

    def _text(self, field: Field, place: int) -> str | None:
        """Return a cell's text for a field, or None where it is empty or cannot be read."""
        cell = self._cells[place] if place < len(self._cells) else ""
        if is_nothing(cell) and not self._sheet_cells.has_fault(self._number, place):
            return None
        found = self._sheet_cells.text_of(self._number, place, cell, field)
        if found.problem is not None:
            self._say(field, cell)
            self._add_problem(place, found.problem, field=field)
            return None
        if found.repair is Repair.AS_CHOSEN and not found.text:
            return None
        if found.repair is not None:
            after = str(check_address(found.text).value) if field is Field.ADDRESS else tidy_text(found.text)
            self._repairs.append(RepairedCell(place, field, plain_text(cell), after, found.repair))
        return found.text

    def _take(self, field: Field, place: int) -> bool:
        """Read a field from one cell and return whether the cell was filled."""
        text = self._text(field, place)
        if text is None:
            return field in self._said
        self._keep(field, place, check_field(field, text))
        return True

    def _keep(self, field: Field, place: int, checked: Checked) -> None:
        value, problem = checked
        if problem is not None:
            self._add_problem(place, problem, field=field)
        if value is not None and value != "" and not checked.is_error:
            self._values[field] = value
        self._say(field, self._cell(place))

    def _say(self, field: Field, cell: Cell) -> None:
        """Keep the text of the file, where it differs from the value."""
        value = self._values.get(field)
        if cell != value:
            text = cell if isinstance(cell, str) else plain_text(cell)
            if text != format_value(value):
                self._said[field] = text

    def _add_problem(
        self,
        place: int | None,
        problem: Problem,
        text: str = "",
        field: Field | None = None,
        *,
        holds_back: bool = False,
    ) -> None:
        if holds_back:
            self._holding_back.add(len(self._problems))
        if place is not None:
            text = plain_text(self._cell(place))
        heading = "" if place is None else self._sheet_cells.heading(place)
        self._problems.append(RowProblem(self._number, place, heading, problem.severity, problem.words, text, field))

    # -- fields that are put together -------------------------------------------------------------------------------

    def _read_name(self) -> None:
        if not self._sheet_cells.has_name_parts:
            self._read_whole_name()
            return
        parts = {part: self._first_text(part) for part in NAME_PARTS}
        if parts[Part.FIRST_NAME] or parts[Part.SURNAME]:
            words = [parts[part] for part in NAME_PARTS]
            self._values[Field.CUSTOMER_NAME] = " ".join(word for word in words if word)
            return
        self._read_whole_name()
        name, title = self._values.get(Field.CUSTOMER_NAME), parts[Part.NAME_TITLE]
        if isinstance(name, str) and title and not fold(name).startswith(fold(title).rstrip(".")):
            self._values[Field.CUSTOMER_NAME] = f"{title} {name}"

    def _read_whole_name(self) -> None:
        for place in self._sheet_cells.places(Field.CUSTOMER_NAME):
            self._take(Field.CUSTOMER_NAME, place)

    def _first_text(self, part: Part) -> str:
        for place in self._sheet_cells.places(part):
            text = self._text(Field.CUSTOMER_NAME, place)
            if text:
                return str(check_field(Field.CUSTOMER_NAME, text).value or "")
        return ""

    def _read_address(self) -> None:
        places = self._sheet_cells.address_places
        if len(places) == 1 and self._sheet_cells.places(Field.ADDRESS) == (places[0],):
            self._take(Field.ADDRESS, places[0])
            return
        lines: list[str] = []
        for place in places:
            text = self._text(Field.ADDRESS, place)
            if text is not None:
                lines.append(str(check_address(text).value or "").strip(" ,"))
        address = _joined_lines([line for line in lines if line])
        if self._sheet_cells.places(Part.FULL_ADDRESS):
            address, postcode = part_address(address)
            if postcode and Field.POSTCODE not in self._values and Field.POSTCODE not in self._said:
                self._values[Field.POSTCODE] = postcode
        if address:
            self._keep_joined(Field.ADDRESS, places[0], check_address(address))

    def _keep_joined(self, field: Field, place: int, checked: Checked) -> None:
        if checked.problem is not None:
            self._add_problem(place, checked.problem)
        if checked.value:
            self._values[field] = checked.value

    def _read_position(self) -> None:
        for place in self._sheet_cells.places(Part.POSITION):
            text = self._text(Field.CRM_REFERENCE, place)
            if not text:
                continue
            position = read_position(text)
            if position is None:
                unread = check_latitude(text).problem if is_link(text) else None
                self._add_problem(place, unread or error(_NO_POSITION))
                continue
            checked = check_position(text, "")
            for coordinate in (checked.latitude, checked.longitude):
                if coordinate.problem is not None:
                    self._add_problem(place, coordinate.problem)
                    break
            if not checked.latitude.is_error and not checked.longitude.is_error:
                self._values[Field.LATITUDE], self._values[Field.LONGITUDE] = position
            return
        norths, easts = self._sheet_cells.places(Field.LATITUDE), self._sheet_cells.places(Field.LONGITUDE)
        if norths and easts:
            self._read_both_degrees(norths[0], easts[0])

    def _read_both_degrees(self, north: int, east: int) -> None:
        latitude, longitude = self._text(Field.LATITUDE, north), self._text(Field.LONGITUDE, east)
        if (latitude is None and longitude is None) or Field.LATITUDE in self._said or Field.LONGITUDE in self._said:
            return
        checked = check_position(latitude or "", longitude or "")
        self._keep(Field.LATITUDE, north, checked.latitude)
        self._keep(Field.LONGITUDE, east, checked.longitude)
        if checked.latitude.is_error or checked.longitude.is_error:
            self._values.pop(Field.LATITUDE, None)
            self._values.pop(Field.LONGITUDE, None)

    def _read_project_id(self) -> None:
        for place in self._sheet_cells.places(Part.PROJECT_ID):
            if self._is_empty(place):
                continue
            text = plain_text(self._cell(place)).strip()
            if _WHOLE.fullmatch(text) and float(text) > 0:
                self._project_id = int(float(text))
            else:
                self._add_problem(place, error(_NO_ID), holds_back=True)

    def _read_owner(self) -> None:
        for place in self._sheet_cells.places(Part.OWNER):
            meaning = self._sheet_cells.meaning(place, self._cell(place))
            owner = read_owner(self._cell(place) if meaning is None else meaning, self._sheet_cells.team)
            self._owner = owner.email
            if owner.problem is not None:
                self._add_problem(place, owner.problem)
                self._problems[-1] = self._problems[-1]._replace(is_of_new=True)

    def _look_at_the_whole(self) -> None:
        note = self._sheet_cells.note(self._number)
        if note is not None:
            self._add_problem(None, warning(note))
        for place in self._sheet_cells.extra_places(self._cells):
            if not is_blank(self._cells[place]):
                self._add_problem(place, error(_EXTRA_CELL), holds_back=True)
        for value in self._values.values():
            if isinstance(value, str) and not value.isascii() and "\ufffd" in value:
                self._add_problem(None, warning(_UNREADABLE), value)
        if not (self._values or self._said or self._problems):
            return
        self._read_owner()
        has_name = not _NAMING.isdisjoint(self._values) or self._project_id is not None
        if has_name:
            self._problems = [
                problem if place in self._holding_back else _without_it(problem)
                for place, problem in enumerate(self._problems)
            ]
        elif not any(problem.is_error for problem in self._problems):
            self._add_problem(None, error(_NAMES_NOTHING))


def _without_it(problem: RowProblem) -> RowProblem:
    """Return a problem as a warning: no project needs the cell, so the row is imported without it."""
    if not problem.is_error:
        return problem
    return problem._replace(severity=Severity.WARNING, words=joined((problem.words, _LEFT_EMPTY), " "))


def _joined_lines(lines: list[str]) -> str:
    """Return the parts of an address on one line: a house number before its street, and no part twice."""
    joined = ""
    said: set[str] = set()
    for line in lines:
        if fold(line) in said:
            continue
        said |= {fold(part).strip() for part in line.split(",")} | {fold(line)}
        if not joined:
            joined = line
        else:
            last = joined.rsplit(", ", 1)[-1]
            joined = f"{joined} {line}" if _HOUSE_NUMBER.fullmatch(last) else f"{joined}, {line}"
    return joined


def looks_left_out(cells: Row, headings: Row) -> LeftOut | None:
    """Return why a row seems to be no project; None where it may be one.

    Args:
        cells: The row; not blank.
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
    """Return the texts of cells, without the blank ones at their end."""
    texts = [" ".join(plain_text(cell)[:_LONGEST].split()).casefold() for cell in cells]
    while texts and not texts[-1]:
        texts.pop()
    return texts


class RowReader(SheetCells):
    """Reads rows of one sheet."""

    def numbers(self) -> range:
        """Return the numbers of the rows below the headings."""
        return range(self._first + 1, len(self._sheet.rows) + 1)

    def read(self, number: int) -> ImportRow | None:
        """Read one row.

        Args:
            number: Its number in the file, 1 for the first.

        Returns:
            The row, or None where it is blank.
        """
        cells = self.cells(number)
        if is_blank_row(cells):
            return None
        builder = ImportRowBuilder(self, number, cells)
        builder.read()
        row = builder.result()
        if row is None:
            return ImportRow(number, (None,) * len(FIELDS), left_out=LeftOut.NOTHING)
        left_out = self._looks_left_out(number, cells)
        return row if left_out is None else row._replace(left_out=left_out)

    def project_cells(self, number: int) -> Row:
        """Return the cells of a row; none where it is blank or no project."""
        cells = self.cells(number)
        return () if is_blank_row(cells) or self._looks_left_out(number, cells) else cells

    def _looks_left_out(self, number: int, cells: Row) -> LeftOut | None:
        # A cell that shows no value is blank here, and is no sign of a total.
        return None if number in self._faulty else looks_left_out(cells, self._heading_cells)
