"""The encoding of text files: detected, and decoded without losing a byte."""

from __future__ import annotations

import codecs
import io
import re
from enum import StrEnum
from typing import TYPE_CHECKING, Final, TextIO

from heatpunk_desktop.spreadsheets.sheet import watch
from heatpunk_desktop.texts import marked

if TYPE_CHECKING:
    from heatpunk_desktop.spreadsheets.sheet import Cancelled


class Encoding(StrEnum):
    """A text encoding. Values are Python's names."""

    UTF_8 = "utf-8"
    UTF_16_LE = "utf-16-le"
    UTF_16_BE = "utf-16-be"
    WINDOWS_1252 = "cp1252"

    @property
    def label(self) -> str:
        """The name shown to the user: `Unicode (UTF-8)`."""
        return _LABELS[self]


_LABELS: Final = {
    Encoding.UTF_8: marked("encodings", "Unicode (UTF-8)"),
    Encoding.UTF_16_LE: marked("encodings", "Unicode (UTF-16, little-endian)"),
    Encoding.UTF_16_BE: marked("encodings", "Unicode (UTF-16, big-endian)"),
    Encoding.WINDOWS_1252: marked("encodings", "Western European (Windows-1252)"),
}

#: Marks of the order of bytes, which some programs write first.
_MARKS: Final = (
    (codecs.BOM_UTF8, Encoding.UTF_8),
    (codecs.BOM_UTF16_LE, Encoding.UTF_16_LE),
    (codecs.BOM_UTF16_BE, Encoding.UTF_16_BE),
)
#: The same as a letter.
MARK: Final = "\ufeff"

#: Sample size of the null-byte test that detects UTF-16.
_SAMPLE: Final = 4096
_MANY_NOUGHTS: Final = 0.3

#: Bytes that are searched at a time.
_PIECE: Final = 128 * 1024
_SEVERAL_BYTES: Final = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_HIGH_BYTES: Final = bytes(range(0x80, 0x100))
#: A file in UTF-8 may hold a few lines that another program added in Windows-1252: this share of its odd letters.
_FEW_STRAYS: Final = 0.2

#: Five bytes mean nothing in Windows-1252; browsers and Windows itself read them as the controls of that number.
_UNDEFINED: Final = {0x81, 0x8D, 0x8F, 0x90, 0x9D}
#: Such bytes in a row that are read at a time.
_RUN: Final = 1024
_FALLBACK: Final = "heatpunk-cp1252"


def _as_windows(trouble: UnicodeError) -> tuple[str, int]:
    """Decode the bytes that another encoding cannot, as Windows-1252, which accepts all."""
    if not isinstance(trouble, UnicodeDecodeError):
        raise trouble
    end = trouble.end
    while end < len(trouble.object) and trouble.object[end] in _UNDEFINED and end < trouble.start + _RUN:
        end += 1
    stray = trouble.object[trouble.start : end]
    return "".join(chr(byte) if byte in _UNDEFINED else bytes([byte]).decode("cp1252") for byte in stray), end


codecs.register_error(_FALLBACK, _as_windows)


def detect_encoding(data: bytes, cancelled: Cancelled | None = None) -> Encoding:
    """Return the encoding of a text file, by its byte order mark, its null bytes, or by whether it is valid UTF-8.

    Args:
        data: The whole file: one odd letter may be at its very end.
        cancelled: Returns whether to stop.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return encoding
    sample = data[:_SAMPLE]
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    half = max(1, len(sample) // 2)
    if max(even, odd) > _MANY_NOUGHTS * half and min(even, odd) < max(even, odd) / 2:
        return Encoding.UTF_16_LE if odd > even else Encoding.UTF_16_BE
    return Encoding.UTF_8 if _is_mostly_utf8(data, cancelled) else Encoding.WINDOWS_1252


def _is_mostly_utf8(data: bytes, cancelled: Cancelled | None) -> bool:
    """Return whether most non-ASCII characters are valid UTF-8; in pieces, so that the GUI thread gets its turn."""
    whole = strays = begin = 0
    while begin < len(data):
        watch(cancelled)
        end = begin + _PIECE
        while end < len(data) and data[end] & 0xC0 == 0x80 and end < begin + _PIECE + 3:  # noqa: PLR2004 - one letter
            end += 1
        piece, begin = data[begin:end], end
        if not piece.isascii():
            rest, letters = _SEVERAL_BYTES.subn(b"", piece)
            whole += letters
            strays += len(rest) - len(rest.translate(None, _HIGH_BYTES))
    return strays <= _FEW_STRAYS * whole


def decode(data: bytes, encoding: Encoding) -> str:
    """Return a file's text, without the byte order mark.

    Bytes that the encoding does not know are read as Windows-1252 (or, in UTF-16, as the replacement character): the
    user sees a strange letter in the preview, and no row is missing.
    """
    errors = "replace" if encoding in {Encoding.UTF_16_LE, Encoding.UTF_16_BE} else _FALLBACK
    return data.decode(encoding, errors).removeprefix(MARK)


def decoded_stream(data: bytes, encoding: Encoding) -> TextIO:
    """Return a file's text as a stream that decodes like `decode`. The byte order mark, if any, is still there."""
    errors = "replace" if encoding in {Encoding.UTF_16_LE, Encoding.UTF_16_BE} else _FALLBACK
    return io.TextIOWrapper(io.BytesIO(data), encoding, errors, newline="")
