"""A stream out of a compound file, the container of old Office documents. Chains that lie end in an error."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Final

from heatpunk_desktop.spreadsheets.refusals import damaged

if TYPE_CHECKING:
    from collections.abc import Sequence

_HEADER: Final = struct.Struct("<24xHHHHH6xIIIIIIIIII109I")
_ENTRY: Final = struct.Struct("<64sHB49xIQ")
_LAST_SECTOR: Final = 0xFFFFFFFA
_STREAM: Final = 2


def stream_of(data: bytes, names: Sequence[str]) -> bytes:
    """The first stream of one of some names.

    Raises:
        BadInputError: There is none, or the file is damaged.
        struct.error: The same.
    """
    file = _CompoundFile(data)
    found = {name: (start, size) for name, kind, start, size in file.entries() if kind == _STREAM}
    for name in names:
        if name in found:
            return file.stream(*found[name])
    raise damaged()


class _CompoundFile:
    def __init__(self, data: bytes) -> None:
        self._data = data
        head = _HEADER.unpack_from(data)
        shift, mini_shift = head[3], head[4]
        if shift not in {9, 12} or mini_shift != 6:  # noqa: PLR2004 - all that the format allows
            raise damaged()
        self._size, self._mini_size = 1 << shift, 1 << mini_shift
        _directories, _tables, first_entry, _, self._cutoff, first_mini, _, first_more, _, *places = head[5:]
        self._table = self._numbers(self._table_sectors(places, first_more))
        self._directory = b"".join(map(self._sector, self._chain(first_entry, self._table)))
        self._mini_table = self._numbers(self._chain(first_mini, self._table))

    def entries(self) -> list[tuple[str, int, int, int]]:
        """Each entry of the directory: name, kind, first sector and length."""
        found = []
        for raw, length, kind, start, size in _ENTRY.iter_unpack(self._directory):
            found.append((raw[: max(0, min(length, 64) - 2)].decode("utf-16-le", "replace"), kind, start, size))
        return found

    def stream(self, start: int, size: int) -> bytes:
        """The content of a stream."""
        if size >= self._cutoff:
            return b"".join(map(self._sector, self._chain(start, self._table)))[:size]
        _, _, root_start, _ = self.entries()[0]
        small = b"".join(map(self._sector, self._chain(root_start, self._table)))
        step = self._mini_size
        return b"".join(small[at * step : (at + 1) * step] for at in self._chain(start, self._mini_table))[:size]

    def _sector(self, place: int) -> bytes:
        begin = (place + 1) * self._size
        return self._data[begin : begin + self._size]

    def _numbers(self, sectors: Sequence[int]) -> list[int]:
        raw = b"".join(map(self._sector, sectors))
        return list(struct.unpack(f"<{len(raw) // 4}I", raw[: len(raw) // 4 * 4]))

    def _table_sectors(self, places: Sequence[int], more: int) -> list[int]:
        """The sectors of the table of sectors: the first are named in the header, the others in a chain of lists."""
        sectors = list(places)
        most = len(self._data) // self._size
        while more < _LAST_SECTOR and len(sectors) <= most:
            *listed, more = self._numbers([more])
            sectors += listed
        return [place for place in sectors if place < _LAST_SECTOR]

    def _chain(self, start: int, table: Sequence[int]) -> list[int]:
        places: list[int] = []
        while start < _LAST_SECTOR:
            if start >= len(table) or len(places) > len(table):
                raise damaged()
            places.append(start)
            start = table[start]
        return places
