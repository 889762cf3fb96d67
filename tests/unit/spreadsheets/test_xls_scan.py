"""Streams of old workbooks are found in containers of any size, and containers that lie end in words."""

from __future__ import annotations

import struct

import pytest

from heatpunk_desktop.errors import BadInputError
from heatpunk_desktop.spreadsheets import xls_scan
from heatpunk_desktop.spreadsheets.workbooks import CONTAINER
from heatpunk_desktop.spreadsheets.xls_scan import stream_of
from tests.messy.hostile import HOSTILE

SECTOR, IN_HEADER = 512, 109
PER_SECTOR = SECTOR // 4
FREE, END, TABLE, LIST = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFC


def large_container(content: bytes) -> bytes:
    """A container of one stream so long that not all sectors of the table have room in the header."""
    body = -(-len(content) // SECTOR)
    tables = body // PER_SECTOR + 4
    lists = -(-(tables - IN_HEADER) // (PER_SECTOR - 1))
    directory, first_list, first_table = body, body + 1, body + 1 + lists
    chain = [*range(1, body), END, END, *[LIST] * lists, *[TABLE] * tables]
    chain += [FREE] * (tables * PER_SECTOR - len(chain))
    places = [*range(first_table, first_table + tables)]
    header = CONTAINER + bytes(16) + struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack("<IIIIIIIII", 0, tables, directory, 0, 4096, END, 0, first_list, lists)
    header += struct.pack(f"<{IN_HEADER}I", *places[:IN_HEADER])
    listed = b""
    rest = places[IN_HEADER:]
    for at in range(lists):
        part = rest[at * (PER_SECTOR - 1) :][: PER_SECTOR - 1]
        part += [FREE] * (PER_SECTOR - 1 - len(part))
        listed += struct.pack(f"<{PER_SECTOR}I", *part, first_list + at + 1 if at + 1 < lists else END)
    name = "Workbook".encode("utf-16-le")
    entry = name.ljust(64, b"\0") + struct.pack("<HBB", len(name) + 2, 2, 1) + bytes(48)
    entry += struct.pack("<IQ", 0, len(content))
    table = struct.pack(f"<{len(chain)}I", *chain)
    return header + content.ljust(body * SECTOR, b"\0") + entry.ljust(SECTOR, b"\0") + listed + table


def test_the_stream_of_a_large_workbook_is_read_whole() -> None:
    # It begins with a number that is no part of the header, though it stands right behind it.
    content = struct.pack("<I", 5) + bytes(range(251)) * 40_000
    data = large_container(content)
    assert stream_of(data, ["Workbook"]) == content
    with pytest.raises(BadInputError):
        stream_of(data, ["Book"])


@pytest.mark.parametrize("listed", [1, FREE])
def test_a_table_that_goes_on_in_itself_is_damage_and_not_read_endlessly(
    monkeypatch: pytest.MonkeyPatch, listed: int
) -> None:
    data = HOSTILE["endless-table.xls"]()
    data = data[:SECTOR] + struct.pack("<I", listed) * (PER_SECTOR - 1) + data[2 * SECTOR - 4 :]
    read: list[int] = []
    sector = xls_scan.CompoundFile.sector_at

    def count(file: xls_scan.CompoundFile, place: int) -> bytes:
        read.append(place)
        return sector(file, place)

    monkeypatch.setattr(xls_scan.CompoundFile, "sector_at", count)
    with pytest.raises(BadInputError, match="damaged"):
        stream_of(data, ["Workbook"])
    # The table of a file has a number of four bytes for each of its sectors.
    assert 0 < len(read) < 2 * len(data) // SECTOR // PER_SECTOR
