"""Pre-check of Excel workbooks (.xlsx) before a library reads them: the room they take, and cells without a value."""

from __future__ import annotations

import re
from array import array
from typing import TYPE_CHECKING, Final

from heatpunk_desktop.errors import BadInputError
from heatpunk_desktop.spreadsheets.limits import MOST_CELLS, MOST_CHARACTERS, Room, damaged, too_much_unpacked
from heatpunk_desktop.spreadsheets.sheet import column_index
from heatpunk_desktop.spreadsheets.slices import total
from heatpunk_desktop.spreadsheets.xml_parts import MOST_ABOUT, UnusualError, usual_faults, usual_lengths
from heatpunk_desktop.texts import marked

if TYPE_CHECKING:
    from collections.abc import Mapping

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
