"""What a workbook's own XML tells beyond the values: cells that hold none, and how far a sheet reaches."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from html import unescape
from typing import TYPE_CHECKING, Final, NamedTuple

from heatpunk_desktop.spreadsheets.sheet import Cancelled, column_index, watch

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

#: Bytes that are unpacked at a time: few enough for the window to go on while they are searched.
_PIECE: Final = 128 * 1024

_SHEET: Final = re.compile(rb"<(?:\w+:)?sheet\s[^>]*>")
_RELATION: Final = re.compile(rb"<(?:\w+:)?Relationship\s[^>]*>")
_ATTRIBUTE: Final = re.compile(rb"""([\w:]+)\s*=\s*["']([^"']*)["']""")

_ROW_END: Final = re.compile(rb"</(?:\w+:)?row>")
_ROW: Final = re.compile(rb'<(?:\w+:)?row\s[^>]*?\br="(\d+)"')
_VALUE: Final = re.compile(rb"<(?:\w+:)?(?:v|is)>")
#: Cells with something in them beyond the 26th column.
_FAR_CELL: Final = re.compile(rb'<(?:\w+:)?c\s[^>]*?\br="([A-Z]{2,3})\d+"[^>]*(?<!/)>')
_FORMULA: Final = b"<f"
_NO_RESULT: Final = re.compile(
    rb'<(?:\w+:)?c\s[^>]*?\br="([A-Z]+)(\d+)"[^>]*><(?:\w+:)?f(?:\s[^>]*)?(?:/>|>[^<]*</(?:\w+:)?f>)'
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>|</(?:\w+:)?c>)"
)
_ERROR: Final = re.compile(
    rb'<(?:\w+:)?c\s(?=[^>]*\bt="e")[^>]*?\br="([A-Z]+)(\d+)"[^>]*>(?:<(?:\w+:)?f.*?</(?:\w+:)?f>)?<(?:\w+:)?v>([^<]*)<'
)


class Scan(NamedTuple):
    """What was found in one sheet.

    Attributes:
        faults: As `Sheet.faults`.
        last_row: Number of the last row in which a value stands; 0 where rows carry no numbers.
        columns: Columns up to the last one in which something stands, 26 at least.
    """

    faults: Mapping[tuple[int, int], str]
    last_row: int
    columns: int


def scan_sheet(data: bytes, index: int, cancelled: Cancelled | None = None) -> Scan | None:
    """Looks through the XML of one sheet of an Excel workbook (.xlsx).

    Args:
        data: The whole file.
        index: The sheet's place among all sheets.
        cancelled: Tells whether to stop.

    Returns:
        None where the file is of another kind, or built in a way that is not known here.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            part = _sheet_part(package, index)
            return _scan(package, part, cancelled) if part else None
    except (zipfile.BadZipFile, zlib.error, KeyError, OSError, ValueError, NotImplementedError, EOFError):
        return None


def _sheet_part(package: zipfile.ZipFile, index: int) -> str | None:
    names = set(package.namelist())
    if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= names:
        return None
    sheets = [_attributes(tag) for tag in _SHEET.findall(package.read("xl/workbook.xml"))]
    relations = {
        relation.get("Id", ""): relation.get("Target", "")
        for relation in map(_attributes, _RELATION.findall(package.read("xl/_rels/workbook.xml.rels")))
    }
    if index >= len(sheets):
        return None
    wanted = next((value for name, value in sheets[index].items() if name.endswith(":id")), "")
    target = relations.get(wanted, "")
    part = target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
    return part if part in names else None


def _attributes(tag: bytes) -> dict[str, str]:
    return {name.decode(): unescape(value.decode("utf-8", "replace")) for name, value in _ATTRIBUTE.findall(tag)}


def _scan(package: zipfile.ZipFile, part: str, cancelled: Cancelled | None) -> Scan:
    faults: dict[tuple[int, int], str] = {}
    last_row, columns = 0, 26
    for rows in _whole_rows(package, part):
        watch(cancelled)
        last_row = _last_row(rows) or last_row
        columns = max([columns, *(column_index(name.decode()) + 1 for name in set(_FAR_CELL.findall(rows)))])
        if _FORMULA in rows or b":f" in rows:
            faults |= {_place(found): "" for found in _NO_RESULT.finditer(rows)}
        if b't="e"' in rows:
            faults |= {_place(found): unescape(found[3].decode()) for found in _ERROR.finditer(rows)}
    return Scan(faults, last_row, columns)


def _whole_rows(package: zipfile.ZipFile, part: str) -> Iterator[bytes]:
    """The XML in pieces that end with a row."""
    rest = b""
    with package.open(part) as stream:
        while piece := stream.read(_PIECE):
            rest += piece
            end = max(rest.rfind(b"</row>"), rest.rfind(b":row>"))
            if end > 0:
                yield rest[: end + 6]
                rest = rest[end + 6 :]
    yield rest


def _last_row(rows: bytes) -> int:
    """Number of the last row that holds a value; 0 where none does."""
    end = max(rows.rfind(b"<v>"), rows.rfind(b"<is>"), rows.rfind(b":v>"), rows.rfind(b":is>"))
    begin = max(rows.rfind(b"<row ", 0, max(end, 0)), rows.rfind(b":row ", 0, max(end, 0)) - 2)
    found = _ROW.search(rows, max(begin, 0)) if end > 0 else None
    return int(found[1]) if found else 0


def _place(found: re.Match[bytes]) -> tuple[int, int]:
    return int(found[2]), column_index(found[1].decode())
