"""Pre-checks of workbooks before a library reads them: the room they take, and cells without a value."""

from __future__ import annotations

import re
import struct
from array import array
from typing import TYPE_CHECKING, Final

from heatpunk_desktop.errors import BadInputError
from heatpunk_desktop.spreadsheets.limits import MOST_CELLS, MOST_CHARACTERS, Room, damaged, too_much_unpacked
from heatpunk_desktop.spreadsheets.sheet import column_index
from heatpunk_desktop.spreadsheets.slices import total
from heatpunk_desktop.spreadsheets.xml_parts import MOST_ABOUT, UnusualError, usual_faults, usual_lengths
from heatpunk_desktop.texts import marked

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from heatpunk_desktop.spreadsheets.xml_parts import Attributes, Package

_WORKBOOK: Final = "xl/workbook.xml"
_ROOT: Final = "_rels/.rels"
_RELATIONS: Final = "xl/_rels/workbook.xml.rels"
_STYLES: Final = "xl/styles.xml"
_STRINGS: Final = "xl/sharedStrings.xml"
_PLACE: Final = re.compile(r"([A-Z]{1,3})(\d{1,7})", re.ASCII)
#: Characters of a cell's value that are kept: enough for the number of a text, or for what an error is called.
_KEPT: Final = 32
#: Bytes of the texts that cells share; a letter may have several.
_MOST_BYTES: Final = 2 * MOST_CHARACTERS
#: Cells without a value, each of which is kept with its place.
_MOST_FAULTS: Final = 20_000
_BINARY_STRINGS: Final = "xl/sharedstrings.bin"
_BINARY_RELATIONS: Final = "xl/_rels/workbook.bin.rels"
#: Parts that hold no cells.
_OTHERS: Final = frozenset({_BINARY_STRINGS, "xl/styles.bin", "xl/vbaproject.bin", "xl/calcchain.bin"})
#: Kinds of records: a row begins, cells that hold something, one of the texts that cells share.
_ROW: Final = 0
_CELLS: Final = range(2, 12)
_TEXT, _SHARED, _FORMULA_TEXT = 6, 7, 8
_STRINGS_BEGIN: Final = 159
_STRING: Final = 19
_LONGEST_RECORD: Final = 1024 * 1024
_MORE: Final = 0x80
_CELL_HEAD: Final = 8
_NUMBER: Final = struct.Struct("<I")
_CONTENT: Final = "content.xml"
#: A number of repeats or spaces has no more digits than this.
_DIGITS: Final = 12


def check_workbook(package: Package) -> None:
    """Check the parts that a library reads of any workbook; raise BadInputError where they are too much or damaged."""
    for name in (_WORKBOOK, _RELATIONS, _STYLES):
        if package.has(name):
            package.scan(name, lambda _name, _attributes: None, most=MOST_ABOUT)
    # The library reads the sheets and their texts relative to the workbook's part.
    if package.has(_ROOT) and not {_WORKBOOK, "xl/workbook.bin"} & set(related_parts(package, _ROOT, "").values()):
        raise damaged()


def string_lengths(package: Package) -> array[int]:
    """Return the length of each shared string.

    Raises:
        BadInputError: The part that holds them is damaged, or holds too much.
    """
    if not package.has(_STRINGS):
        return array("L")
    try:
        lengths = usual_lengths(package.pieces(_STRINGS))
    except UnusualError:
        return _parsed_lengths(package)
    if len(lengths) > MOST_CELLS or total(lengths) > _MOST_BYTES:
        raise too_much_unpacked()
    return lengths


def _parsed_lengths(package: Package) -> array[int]:
    lengths = array("L")
    total = 0

    def start(name: str, _attributes: Attributes) -> None:
        if name.rpartition(":")[2] == "si":
            lengths.append(0)
            if len(lengths) > MOST_CELLS:
                raise too_much_unpacked()

    def text(data: str) -> None:
        nonlocal total
        if lengths:
            lengths[-1] += len(data)
        total += len(data)
        if total > MOST_CHARACTERS:
            raise too_much_unpacked()

    package.scan(_STRINGS, start, text=text)
    return lengths


def sheet_part(package: Package, index: int) -> str:
    """Return the name of the part that holds a sheet.

    Args:
        package: The workbook.
        index: The sheet's place among all sheets.

    Raises:
        BadInputError: There is none.
    """
    sheets: list[str] = []

    def take(name: str, attributes: Attributes) -> None:
        if name.rpartition(":")[2] == "sheet":
            sheets.append(next((value for key, value in attributes.items() if key.endswith(":id")), ""))

    package.scan(_WORKBOOK, take, most=MOST_ABOUT)
    part = related_parts(package, _RELATIONS).get(sheets[index], "") if index < len(sheets) else ""
    if not package.has(part):
        raise damaged()
    return part


def related_parts(package: Package, name: str, folder: str = "xl/") -> dict[str, str]:
    """Return the parts that a part refers to, by the name it uses.

    Args:
        package: The workbook.
        name: The part that refers to them.
        folder: The folder that their names start from, where they don't name it.
    """
    targets: dict[str, str] = {}

    def take(tag: str, attributes: Attributes) -> None:
        if tag.rpartition(":")[2] == "Relationship":
            target = attributes.get("Target", "")
            part = target.removeprefix("/") if target.startswith(("/", "xl/")) else f"{folder}{target}"
            if targets.setdefault(attributes.get("Id", ""), part) != part:
                raise damaged()

    package.scan(name, take, most=MOST_ABOUT)
    return targets


class SheetScan:
    """The pre-check of one sheet.

    Attributes:
        faults: As in `Sheet.faults`.
    """

    def __init__(self, package: Package, part: str, lengths: array[int], room: Room) -> None:
        """Check the sheet.

        Args:
            package: The workbook.
            part: The part that holds the sheet; see `sheet_part`.
            lengths: See `string_lengths`.
            room: The room for the sheet.

        Raises:
            BadInputError: The sheet is damaged, or takes more than it may.
            CancelledError: The user asked to stop.
        """
        self.faults: dict[tuple[int, int], str] = {}
        self._lengths = lengths
        self._room = room
        self._row, self._column = -1, -1
        self._kind = ""
        self._has_formula = self._has_value = self._is_value = False
        self._text = ""
        self._length = 0
        package.scan(part, self._start, self._end, self._take_text)

    def _start(self, name: str, attributes: Attributes) -> None:
        name = name.rpartition(":")[2]
        if name == "c":
            self._begin_cell(attributes)
        elif name in {"v", "t"}:
            self._is_value = self._has_value = True
        elif name == "f":
            self._has_formula = True
        elif name == "row":
            self._row, self._column = int(attributes.get("r", self._row + 2)) - 1, -1

    def _begin_cell(self, attributes: Attributes) -> None:
        place = attributes.get("r")
        if place is None:
            self._column += 1
        elif found := _PLACE.fullmatch(place):
            self._row, self._column = int(found[2]) - 1, column_index(found[1])
        else:
            raise damaged()
        self._kind = attributes.get("t", "")
        self._has_formula = self._has_value = self._is_value = False
        self._text, self._length = "", 0

    def _take_text(self, data: str) -> None:
        if self._is_value:
            self._length += len(data)
            if len(self._text) < _KEPT:
                self._text += data[:_KEPT]

    def _end(self, name: str) -> None:
        name = name.rpartition(":")[2]
        if name in {"v", "t"}:
            self._is_value = False
        elif name == "c":
            self._end_cell()

    def _end_cell(self) -> None:
        kind, length = self._kind, self._length
        if not length:
            if self._has_formula and not (kind == "str" and self._has_value):
                self._fault("")
            return
        if kind == "s":
            place = int(self._text)
            length = self._lengths[place] if 0 <= place < len(self._lengths) else 0
        elif kind == "e":
            self._fault(self._text)
        self._room.take(self._row, self._column, length)

    def _fault(self, said: str) -> None:
        self.faults[self._row + 1, self._column] = said
        if len(self.faults) > _MOST_FAULTS:
            raise _too_many_faults()


def scan_sheet(package: Package, index: int, lengths: array[int], name: str) -> Mapping[tuple[int, int], str]:
    """Check a sheet and return its cells without a value.

    Args:
        package: The workbook.
        index: The sheet's place among all sheets.
        lengths: See `string_lengths`.
        name: The sheet's name.

    Raises:
        BadInputError: The sheet is damaged, or takes more than it may.
        CancelledError: The user asked to stop.
    """
    part = sheet_part(package, index)
    try:
        faults = usual_faults(package.pieces(part), package.size(part), lengths, Room(name))
    except UnusualError:
        faults = SheetScan(package, part, lengths, Room(name)).faults
    if len(faults) > _MOST_FAULTS:
        raise _too_many_faults()
    return faults


def _too_many_faults() -> BadInputError:
    return BadInputError(
        marked("workbook_scan", "This sheet has too many cells without a value"),
        marked(
            "workbook_scan", "More than {0} cells show an error, or hold a formula whose result isn't in the file."
        ).format(f"{_MOST_FAULTS:,}"),
        marked("workbook_scan", "Open it in your spreadsheet program, save it, and choose it again."),
    )


def check_xlsb(package: Package) -> None:
    """Check all sheets.

    Raises:
        BadInputError: The file is damaged, or one of its sheets takes more than it may.
        CancelledError: The user asked to stop.
    """
    try:
        lengths = _string_lengths(package)
        for name in set(related_parts(package, _BINARY_RELATIONS).values()):
            if package.has(name) and name.lower().endswith(".bin") and name.lower() not in _OTHERS:
                _check_sheet(package, name, lengths)
    except (struct.error, IndexError) as trouble:
        raise damaged() from trouble


def _string_lengths(package: Package) -> array[int]:
    lengths, total = array("L"), 0
    if package.has(_BINARY_STRINGS):
        for kind, content in _records(package, _BINARY_STRINGS):
            if kind == _STRINGS_BEGIN and _NUMBER.unpack_from(content, 4)[0] > MOST_CELLS:
                raise too_much_unpacked()  # the library allocates at once all that the file demands
            if kind == _STRING:
                lengths.append(_NUMBER.unpack_from(content, 1)[0])
                total += lengths[-1]
                if total > MOST_CHARACTERS:
                    raise too_much_unpacked()
    return lengths


def _check_sheet(package: Package, name: str, lengths: array[int]) -> None:
    room = Room()
    row = 0
    for kind, content in _records(package, name):
        if kind == _ROW:
            row = _NUMBER.unpack_from(content)[0]
        elif kind in _CELLS:
            length = 0
            if kind in {_TEXT, _SHARED, _FORMULA_TEXT}:
                length = _NUMBER.unpack_from(content, _CELL_HEAD)[0]
            if kind == _SHARED:
                length = lengths[length] if length < len(lengths) else 0
            room.take(row, _NUMBER.unpack_from(content)[0], length)


def _records(package: Package, name: str) -> Iterator[tuple[int, bytes]]:
    """Yield each record of a part: its kind and its content."""
    rest = b""
    for piece in package.pieces(name):
        rest += piece
        place = 0
        while (found := _head(rest, place)) is not None:
            kind, begin, length = found
            if length > _LONGEST_RECORD:
                raise damaged()
            if begin + length > len(rest):
                break
            yield kind, rest[begin : begin + length]
            place = begin + length
        rest = rest[place:]


def _head(data: bytes, place: int) -> tuple[int, int, int] | None:
    """Return a record's kind, where its content begins and its length; None where that has not arrived yet."""
    end = len(data)
    if place + 2 > end:
        return None
    kind = data[place]
    place += 1
    if kind & _MORE:
        kind = (kind & (_MORE - 1)) | data[place] << 7
        place += 1
    length = 0
    for shift in range(0, 28, 7):
        if place >= end:
            return None
        byte = data[place]
        place += 1
        length |= (byte & (_MORE - 1)) << shift
        if not byte & _MORE:
            break
    return kind, place, length


def check_ods(package: Package) -> None:
    """Check all sheets, as the library reads them all at once.

    Raises:
        BadInputError: The file is damaged, or takes more than it may.
        CancelledError: The user asked to stop.
    """
    scan = _OdsScan()
    package.scan(_CONTENT, scan.start, scan.end, scan.text)


class _OdsScan:
    """Counts the rows and cells of each sheet. Blank ones count once something follows them."""

    def __init__(self) -> None:
        self._room = Room()
        self._rows = self._blank_rows = self._row_repeats = 0
        self._columns = self._blank_columns = self._cell_repeats = 0
        self._in_cell = self._is_filled = False
        self._length = 0
        #: The room of each filled cell of the row: its last column, its characters, and how often it is repeated.
        self._cells: list[tuple[int, int, int]] = []

    def start(self, name: str, attributes: Attributes) -> None:
        match name:
            case "table:table":
                self._rows = self._blank_rows = 0
            case "table:table-row":
                self._row_repeats = _count(attributes, "table:number-rows-repeated")
                self._columns = self._blank_columns = 0
                self._cells = []
            case "table:table-cell" | "table:covered-table-cell":
                self._in_cell = True
                self._cell_repeats = _count(attributes, "table:number-columns-repeated")
                self._length = max(map(len, attributes.values()), default=0)
                self._is_filled = any(not key.endswith(("-repeated", ":style-name")) for key in attributes)
            case "text:s" if self._in_cell:
                self._length += _count(attributes, "text:c")
                self._is_filled = True

    def text(self, data: str) -> None:
        if self._in_cell:
            self._length += len(data)
            self._is_filled = True

    def end(self, name: str) -> None:
        if name in {"table:table-cell", "table:covered-table-cell"}:
            self._end_cell()
        elif name == "table:table-row":
            self._end_row()

    def _end_cell(self) -> None:
        self._in_cell = False
        if not self._is_filled:
            self._blank_columns += self._cell_repeats
            return
        self._columns += self._blank_columns + self._cell_repeats
        self._blank_columns = 0
        self._cells.append((self._columns - 1, self._length, self._cell_repeats))

    def _end_row(self) -> None:
        if not self._cells:
            self._blank_rows += self._row_repeats
            return
        self._rows += self._blank_rows + self._row_repeats
        self._blank_rows = 0
        for column, length, repeats in self._cells:
            self._room.take(self._rows - 1, column, length, repeats * self._row_repeats)


def _count(attributes: Attributes, name: str) -> int:
    text = attributes.get(name, "1")
    if not (text.isascii() and text.isdigit() and len(text) <= _DIGITS):
        raise damaged()
    return int(text)
