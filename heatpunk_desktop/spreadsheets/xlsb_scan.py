"""Pre-check of binary Excel workbooks (.xlsb) before a library reads them: the room their cells take."""

from __future__ import annotations

import struct
from array import array
from typing import TYPE_CHECKING, Final

from heatpunk_desktop.spreadsheets.limits import MOST_CELLS, MOST_CHARACTERS, Room, damaged, too_much_unpacked
from heatpunk_desktop.spreadsheets.workbook_scan import related_parts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from heatpunk_desktop.spreadsheets.xml_parts import Package

_STRINGS: Final = "xl/sharedstrings.bin"
_RELATIONS: Final = "xl/_rels/workbook.bin.rels"
#: Parts that hold no cells.
_OTHERS: Final = frozenset({_STRINGS, "xl/styles.bin", "xl/vbaproject.bin", "xl/calcchain.bin"})
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


def check_xlsb(package: Package) -> None:
    """Check all sheets.

    Raises:
        BadInputError: The file is damaged, or one of its sheets takes more than it may.
        CancelledError: The user asked to stop.
    """
    try:
        lengths = _string_lengths(package)
        for name in set(related_parts(package, _RELATIONS).values()):
            if package.has(name) and name.lower().endswith(".bin") and name.lower() not in _OTHERS:
                _check_sheet(package, name, lengths)
    except (struct.error, IndexError) as trouble:
        raise damaged() from trouble


def _string_lengths(package: Package) -> array[int]:
    lengths, total = array("L"), 0
    if package.has(_STRINGS):
        for kind, content in _records(package, _STRINGS):
            if kind == _STRINGS_BEGIN and _NUMBER.unpack_from(content, 4)[0] > MOST_CELLS:
                raise too_much_unpacked()  # the library allocates at once all that it is told
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
