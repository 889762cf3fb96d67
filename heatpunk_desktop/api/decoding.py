"""Decompression of answers in bounded pieces: a few packed kilobytes can stand for gigabytes. Pure."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

#: What the client says that it can unpack.
ACCEPTED: Final = "gzip, deflate"

#: Bytes of a piece, at most.
PIECE: Final = 64 * 1024

_GZIP: Final = 16 + zlib.MAX_WBITS
_GZIP_MAGIC: Final = b"\x1f\x8b"

#: Bytes that distinguish the formats.
_TELLING: Final = 2


class PackingError(ValueError):
    """An answer has an unknown content encoding, or is damaged."""


class Unpacker:
    """Decompresses one answer.

    Args:
        encoding: The header `Content-Encoding`, or empty.

    Raises:
        PackingError: The encoding is none of `ACCEPTED`.
    """

    def __init__(self, encoding: str) -> None:
        name = encoding.strip().lower()
        self._plain = name in {"", "identity"}
        self._name = name
        if not self._plain and name not in {"gzip", "x-gzip", "deflate"}:
            raise PackingError("packed in a way that was not asked for")
        self._unzip: zlib._Decompress | None = None
        self._held = b""
        self._has_member = False
        self._ended = False

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Decompress some bytes and yield pieces of at most `PIECE`. Raises PackingError where they are damaged."""
        if self._plain:
            for start in range(0, len(data), PIECE):
                yield data[start : start + PIECE]
            return
        data, self._held = self._held + data, b""
        is_full = False
        while (data or is_full) and not self._ended:
            if self._unzip is None:
                if self._starts_no_member(data):
                    self._ended = True
                    return
                if len(data) < _TELLING:
                    self._held = data
                    return
                self._unzip = zlib.decompressobj(self._window(data))
            try:
                piece = self._unzip.decompress(data, PIECE)
            except zlib.error as error:
                raise PackingError("damaged on the way") from error
            if piece:
                yield piece
            # A full piece may have more behind it though every packed byte is taken in.
            is_full = len(piece) == PIECE and not self._unzip.eof
            data = self._unzip.unconsumed_tail
            if self._unzip.eof:
                data = self._unzip.unused_data
                self._unzip = None
                self._has_member = True

    @property
    def is_whole(self) -> bool:
        """Whether the answer is complete if it ends here."""
        return self._unzip is None and not self._held

    def _starts_no_member(self, data: bytes) -> bool:
        # gzip allows for several members in a row; anything else behind the first one is padding.
        if not self._has_member:
            return False
        return self._name == "deflate" or not data.startswith(_GZIP_MAGIC[: len(data)])

    def _window(self, data: bytes) -> int:
        if self._name != "deflate":
            return _GZIP
        # Servers say deflate for both the zlib format and the bare one. zlib's header is divisible by 31.
        is_zlib = data[0] & 0x0F == zlib.DEFLATED and int.from_bytes(data[:2], "big") % 31 == 0
        return zlib.MAX_WBITS if is_zlib else -zlib.MAX_WBITS
