"""Old Excel workbooks (.xls) and encrypted ones, made by hand: no library that is locked here writes them."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_SECTOR = 512
#: Shorter streams would lie in a part of their own, which is not built here.
_SHORTEST = 4096
_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def container(streams: Mapping[str, bytes]) -> bytes:
    """A compound file (the container of old Office documents, and of encrypted new ones) with up to three streams."""
    bodies = {name: _padded(content) for name, content in streams.items()}
    chain = [_FAT, _END]
    entries = [_entry("Root Entry", 5, _END, 0, child=1)]
    for place, (name, body) in enumerate(bodies.items(), start=1):
        first = len(chain)
        count = len(body) // _SECTOR
        chain += [*range(first + 1, first + count), _END]
        following = place + 1 if place < len(bodies) else _FREE
        entries.append(_entry(name, 2, first, len(body), right=following))
    if len(chain) > _SECTOR // 4:
        raise ValueError("one sector of the table is all there is")
    fat = struct.pack(f"<{len(chain)}I", *chain).ljust(_SECTOR, b"\xff")
    directory = b"".join(entries).ljust(_SECTOR, b"\0")
    return _header() + fat + directory + b"".join(bodies.values())


def _padded(content: bytes) -> bytes:
    length = max(_SHORTEST, -(-len(content) // _SECTOR) * _SECTOR)
    return content.ljust(length, b"\0")


def _header() -> bytes:
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    head += struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    head += struct.pack("<IIIIIIIIII", 0, 1, 1, 0, _SHORTEST, _END, 0, _END, 0, 0)
    return head.ljust(_SECTOR, b"\xff")


def _entry(name: str, kind: int, first: int, length: int, *, child: int = _FREE, right: int = _FREE) -> bytes:
    raw = name.encode("utf-16-le") + b"\0\0"
    head = raw.ljust(64, b"\0") + struct.pack("<HBB", len(raw), kind, 1)
    return head + struct.pack("<III", _FREE, right, child) + bytes(36) + struct.pack("<IQ", first, length)


def workbook(rows: Sequence[Sequence[str | float]], *, encrypted: bool = False) -> bytes:
    """An Excel 97 workbook with one sheet of texts and numbers."""
    start = _record(0x0809, struct.pack("<HHHHII", 0x0600, 5, 0x0DBB, 0x07CC, 0, 6))
    if encrypted:
        start += _record(0x002F, struct.pack("<HHH", 1, 1, 1) + bytes(range(48)))
    name = "Leads"
    sheet_record = 4 + 8 + len(name)
    place = len(start) + sheet_record + 4
    start += _record(0x0085, struct.pack("<IBBBB", place, 0, 0, len(name), 0) + name.encode()) + _record(0x000A, b"")
    body = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x10, 0x0DBB, 0x07CC, 0, 6))
    width = max(map(len, rows))
    body += _record(0x0200, struct.pack("<IIHHH", 0, len(rows), 0, width, 0))
    for row, cells in enumerate(rows):
        for column, cell in enumerate(cells):
            body += _cell(row, column, cell)
    return container({"Workbook": start + body + _record(0x000A, b"")})


def _cell(row: int, column: int, cell: str | float) -> bytes:
    place = struct.pack("<HHH", row, column, 15)
    if isinstance(cell, str):
        return _record(0x0204, place + struct.pack("<HB", len(cell), 1) + cell.encode("utf-16-le")) if cell else b""
    return _record(0x0203, place + struct.pack("<d", cell))


def _record(kind: int, content: bytes) -> bytes:
    return struct.pack("<HH", kind, len(content)) + content


def encrypted_package() -> bytes:
    """What Excel makes of a new workbook that is saved with a password: a container around an encrypted package."""
    return container({"EncryptionInfo": bytes(range(200)), "EncryptedPackage": bytes(range(256)) * 4})
