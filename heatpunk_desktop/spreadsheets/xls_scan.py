"""Pre-check of old Excel workbooks (.xls) before a library reads them: the room their cells take."""

from __future__ import annotations

import struct
import sys
from array import array
from typing import TYPE_CHECKING, Final

from heatpunk_desktop.spreadsheets.limits import MOST_CELLS, MOST_CHARACTERS, Room, damaged, too_much_unpacked
from heatpunk_desktop.spreadsheets.sheet import STRIDE, Cancelled, watch

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_HEADER: Final = struct.Struct("<24xHHHHH6xIIIIIIIII109I")
_ENTRY: Final = struct.Struct("<64sHB49xIQ")
_LAST_SECTOR: Final = 0xFFFFFFFA
_STREAM: Final = 2


def stream_of(data: bytes, names: Sequence[str]) -> bytes:
    """Return the first stream that has one of some names.

    Raises:
        BadInputError: There is none, or the file is damaged.
        struct.error: The same.
    """
    file = CompoundFile(data)
    found = {name: (start, size) for name, kind, start, size in file.entries() if kind == _STREAM}
    for name in names:
        if name in found:
            return file.stream(*found[name])
    raise damaged()


class CompoundFile:
    """The container of an .xls file: streams in sectors, chained by a table.

    Args:
        data: The whole file.

    Raises:
        BadInputError: It is damaged.
    """

    def __init__(self, data: bytes) -> None:
        self._data = data
        head = _HEADER.unpack_from(data)
        shift, mini_shift = head[3], head[4]
        if shift not in {9, 12} or mini_shift != 6:  # noqa: PLR2004 - all that the format allows
            raise damaged()
        self._size, self._mini_size = 1 << shift, 1 << mini_shift
        self._most = len(data) // self._size
        _directories, _tables, first_entry, _, self._cutoff, first_mini, _, first_more, _, *places = head[5:]
        self._table = self._numbers(self._table_sectors(places, first_more))
        self._directory = b"".join(map(self.sector_at, self._chain(first_entry, self._table)))
        self._mini_table = self._numbers(self._chain(first_mini, self._table))

    def entries(self) -> list[tuple[str, int, int, int]]:
        """Yield each entry of the directory: name, kind, first sector and length."""
        found = []
        for raw, length, kind, start, size in _ENTRY.iter_unpack(self._directory):
            found.append((raw[: max(0, min(length, 64) - 2)].decode("utf-16-le", "replace"), kind, start, size))
        return found

    def stream(self, start: int, size: int) -> bytes:
        """Return the content of a stream."""
        if size >= self._cutoff:
            return b"".join(map(self.sector_at, self._chain(start, self._table)))[:size]
        _, _, root_start, _ = self.entries()[0]
        small = b"".join(map(self.sector_at, self._chain(root_start, self._table)))
        step = self._mini_size
        return b"".join(small[at * step : (at + 1) * step] for at in self._chain(start, self._mini_table))[:size]

    def sector_at(self, place: int) -> bytes:
        """Return the content of a sector."""
        begin = (place + 1) * self._size
        return self._data[begin : begin + self._size]

    def _numbers(self, sectors: Iterable[int]) -> array[int]:
        numbers = array("I")
        for sector in sectors:
            raw = self.sector_at(sector)
            numbers.frombytes(raw[: len(raw) // 4 * 4])
        if sys.byteorder == "big":
            numbers.byteswap()
        return numbers

    def _table_sectors(self, places: Sequence[int], more: int) -> list[int]:
        """Return the sectors of the sector table: the first are in the header, the others in a chain of lists."""
        sectors = list(places)
        # The table has a number for each sector of the file. The header and the last list may have room to spare.
        most = self._most * 4 // self._size + len(places) + self._size // 4
        while more < _LAST_SECTOR:
            numbers = self._numbers([more])
            if not numbers:
                raise damaged()  # the file ends before it
            *listed, more = numbers
            sectors += listed
            if len(sectors) > most:
                raise damaged()
        return [place for place in sectors if place < _LAST_SECTOR]

    def _chain(self, start: int, table: Sequence[int]) -> list[int]:
        places: list[int] = []
        while start < _LAST_SECTOR:
            if start >= len(table) or len(places) > self._most:
                raise damaged()
            places.append(start)
            start = table[start]
        return places


#: What the stream of the sheets is called, in workbooks of Excel 97 and of Excel 5.
_STREAMS: Final = ("Workbook", "Book")

_BEGIN, _CONTINUED, _REACH, _STRINGS = 0x0809, 0x003C, 0x0200, 0x00FC
_SHARED, _MANY_NUMBERS = 0x00FD, 0x00BD
#: Texts whose length stands behind their place; numbers, formulas and errors; the text that a formula gives.
_TEXTS: Final = frozenset({0x0204, 0x00D6})
_NUMBERS: Final = frozenset({0x0203, 0x027E, 0x0006, 0x0205})
_FORMULA_TEXT: Final = 0x0207
#: Cells that the library makes room for where a sheet says that it reaches so far: all that such a sheet can have.
_MOST_ANNOUNCED: Final = 65_536 * 256

_IS_WIDE, _HAS_SOUNDS, _HAS_FORMATS = 1, 4, 8
_TWO: Final = struct.Struct("<HH")
_ONE: Final = struct.Struct("<H")
_LONG: Final = struct.Struct("<I")


def check_xls(data: bytes, cancelled: Cancelled | None = None) -> None:
    """Check all sheets, as the library reads them all at once.

    Args:
        data: The whole file.
        cancelled: Returns whether to stop.

    Raises:
        BadInputError: The file is damaged, or one of its sheets takes more than it may.
        CancelledError: The user asked to stop.
    """
    try:
        scan = _XlsScan()
        for count, (kind, parts) in enumerate(_records(stream_of(data, _STREAMS))):
            if count % STRIDE == 0:
                watch(cancelled)
            scan.take(kind, parts)
    except (struct.error, IndexError, OverflowError) as trouble:
        raise damaged() from trouble


class _XlsScan:
    """Checks the records of a workbook."""

    def __init__(self) -> None:
        self._lengths = array("L")
        self._room = Room()
        self._row = self._column = 0

    def take(self, kind: int, parts: Sequence[memoryview]) -> None:
        """Take one record, with its continuations."""
        content = parts[0]
        if kind == _BEGIN:
            self._room = Room()
        elif kind == _REACH:
            _check_reach(content)
        elif kind == _STRINGS:
            self._lengths = _string_lengths(parts)
        elif kind == _FORMULA_TEXT:
            self._room.take(self._row, self._column, _ONE.unpack_from(content)[0], 0)
        elif kind == _MANY_NUMBERS:
            row, first = _TWO.unpack_from(content)
            last = _ONE.unpack_from(content, len(content) - 2)[0]
            self._room.take(row, max(first, last), 0, len(content) // 6)
        elif kind in _NUMBERS or kind in _TEXTS or kind == _SHARED:
            self._row, self._column = _TWO.unpack_from(content)
            self._room.take(self._row, self._column, self._length(kind, content))

    def _length(self, kind: int, content: memoryview) -> int:
        if kind in _TEXTS:
            return int(_ONE.unpack_from(content, 6)[0])
        if kind == _SHARED:
            place = _LONG.unpack_from(content, 6)[0]
            return self._lengths[place] if place < len(self._lengths) else 0
        return 0


def _check_reach(content: memoryview) -> None:
    """Check a sheet's stated size, as the library allocates all its cells at once."""
    if len(content) >= 14:  # noqa: PLR2004 - rows in four bytes each, as of Excel 97
        first_row, last_row, first_column, last_column = struct.unpack_from("<IIHH", content)
    else:
        first_row, last_row, first_column, last_column = struct.unpack_from("<HHHH", content)
    if (last_row - first_row + 1) * (last_column - first_column + 1) > _MOST_ANNOUNCED:
        raise damaged()


def _string_lengths(parts: Sequence[memoryview]) -> array[int]:
    """Return the length of each shared string."""
    lengths = array("L")
    count = _LONG.unpack_from(parts[0], 4)[0]
    if count > MOST_CELLS:
        raise too_much_unpacked()
    texts = _Texts(parts)
    total = 0
    for _ in range(count):
        lengths.append(texts.skip())
        total += lengths[-1]
        if total > MOST_CHARACTERS:
            raise too_much_unpacked()
    return lengths


class _Texts:
    """A cursor over consecutive texts in the parts of one record."""

    def __init__(self, parts: Sequence[memoryview]) -> None:
        self._parts = parts
        self._place, self._at = 0, 8

    def skip(self) -> int:
        """Skip one text, which may continue in the next part, and return its length."""
        if self._at >= len(self._parts[self._place]):
            self._next_part(0)
        part = self._parts[self._place]
        length, flags = _ONE.unpack_from(part, self._at)[0], part[self._at + 2]
        self._at += 3
        behind = 0
        if flags & _HAS_FORMATS:
            behind = 4 * _ONE.unpack_from(part, self._at)[0]
            self._at += 2
        if flags & _HAS_SOUNDS:
            behind += _LONG.unpack_from(part, self._at)[0]
            self._at += 4
        self._skip_letters(length, flags)
        self._skip_bytes(behind)
        return int(length)

    def _skip_letters(self, count: int, flags: int) -> None:
        while count:
            width = 2 if flags & _IS_WIDE else 1
            here = min(count, (len(self._parts[self._place]) - self._at) // width)
            count, self._at = count - here, self._at + here * width
            if count:
                self._next_part(1)
                flags = self._parts[self._place][0]

    def _skip_bytes(self, count: int) -> None:
        while count:
            here = min(count, len(self._parts[self._place]) - self._at)
            count, self._at = count - here, self._at + here
            if count:
                self._next_part(0)

    def _next_part(self, at: int) -> None:
        self._place, self._at = self._place + 1, at


def _records(stream: bytes) -> Iterator[tuple[int, list[memoryview]]]:
    """Yield each record of the stream: its kind, and its content with that of its continuations."""
    view = memoryview(stream)
    place = 0
    kind = 0
    parts: list[memoryview] = []
    while place + 4 <= len(view):
        next_kind, length = _TWO.unpack_from(view, place)
        content = view[place + 4 : place + 4 + length]
        place += 4 + length
        if next_kind == _CONTINUED and parts:
            parts.append(content)
            continue
        if parts:
            yield kind, parts
        kind, parts = next_kind, [content]
    if parts:
        yield kind, parts
