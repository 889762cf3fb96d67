"""The dialect and the encoding of a text file: each dialect is tried, and the one with the most regular table wins.

The measure follows van den Burg, Nazábal and Sutton, "Wrangling messy CSV files by detecting row and type patterns"
(2019): rows of one length, and cells that look like something.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from enum import StrEnum
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TextIO

from heatpunk_desktop.spreadsheets.sheet import watch
from heatpunk_desktop.texts import marked

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

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
_ENCODING_SAMPLE: Final = 4096


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
    sample = data[:_ENCODING_SAMPLE]
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


class Separator(StrEnum):
    """The separator between two cells. Values are the characters themselves."""

    COMMA = ","
    SEMICOLON = ";"
    TAB = "\t"
    BAR = "|"

    @property
    def label(self) -> str:
        """The name shown to the user: `Comma`."""
        return _SEPARATOR_LABELS[self]


_SEPARATOR_LABELS: Final = {
    Separator.COMMA: marked("dialects", "Comma"),
    Separator.SEMICOLON: marked("dialects", "Semicolon"),
    Separator.TAB: marked("dialects", "Tab"),
    Separator.BAR: marked("dialects", "Bar"),
}


class Quote(StrEnum):
    """The quotation mark around a cell that holds separators or line breaks. Values are the characters themselves."""

    DOUBLE = '"'
    SINGLE = "'"
    NONE = ""


class TextDialect(NamedTuple):
    """The dialect of a text file; the user may change each part.

    Attributes:
        encoding: The encoding of the bytes. Not used for pasted text.
        separator: The separator between two cells.
        quote: The quotation mark around cells that need it.
        has_escapes: Whether a quote inside a cell is escaped by a backslash instead of doubled.
        skips_spaces: Whether spaces after a separator do not belong to the cell.
    """

    encoding: Encoding = Encoding.UTF_8
    separator: Separator = Separator.COMMA
    quote: Quote = Quote.DOUBLE
    has_escapes: bool = False
    skips_spaces: bool = False

    def for_reader(self) -> dict[str, Any]:
        """Return the arguments of `csv.reader`."""
        return {
            "delimiter": self.separator.value,
            "quotechar": self.quote.value or None,
            "quoting": csv.QUOTE_MINIMAL if self.quote else csv.QUOTE_NONE,
            "doublequote": not self.has_escapes,
            "escapechar": "\\" if self.has_escapes else None,
            "skipinitialspace": self.skips_spaces,
        }


#: Letters and rows that are tried out.
_SAMPLE: Final = 64 * 1024


_SAMPLE_ROWS: Final = 150


#: Letters of a cell that are enough to know it by.
_LONGEST_KNOWN: Final = 200


#: What a file of one column is worth, so that it does not beat one that has several.
_SINGLE: Final = 1e-3


#: What a table is worth in which no cell looks like anything.
_STRANGE: Final = 1e-6


_KNOWN_CELL: Final = re.compile(
    r"""\s*(?:
        [-+]?[£$€]?\d[\d,.\s]*%?                                # a number, an amount, a phone number
      | \+?\(?\d[\d\s().-]+
      | \d{1,4}[-/.\s]\w{2,9}[-/.\s]\d{2,4}(?:[T\s]+[\d:.]+Z?)? # a date, perhaps with a time
      | [^\s@,;|]+@[^\s@,;|]+                                   # an email
      | https?://\S+
      | [^\W_](?:[^",;|\t\n]|,[ ]|\n)*                          # words; a comma as people write it
    )?\s*+""",
    re.VERBOSE,
)


_SINGLE_QUOTED: Final = re.compile(r"(?:^|[,;\t|])'[^'\n]*'(?=[,;\t|]|$)", re.MULTILINE)


_SEPARATOR_LINE: Final = re.compile(r'^"?sep=([,;\t|])"?\r?(?:\n|$)', re.IGNORECASE)


def announced_separator(text: str) -> tuple[Separator | None, str]:
    """Return the separator of a first line such as `sep=;`, and the rest of the text.

    Some programs write such a line for Excel.
    """
    found = _SEPARATOR_LINE.match(text)
    return (Separator(found[1]), text[found.end() :]) if found else (None, text)


def detect_dialect(text: str, encoding: Encoding = Encoding.UTF_8) -> TextDialect:
    """Return the dialect of a text.

    Args:
        text: The file's text, or its beginning.
        encoding: Its encoding, copied to the result.
    """
    announced, rest = announced_separator(text[: 2 * _SAMPLE])
    sample = _whole_lines(rest)
    best, best_score = TextDialect(encoding), -1.0
    for dialect in _candidates(sample, announced):
        score = _score(sample, dialect)
        if score > best_score * (1 + 1e-9):
            best, best_score = dialect._replace(encoding=encoding), score
    return best


def _whole_lines(text: str) -> str:
    if len(text) <= _SAMPLE:
        return text
    return text[: max(text.rfind("\n", 0, _SAMPLE), text.rfind("\r", 0, _SAMPLE)) + 1] or text[:_SAMPLE]


def _candidates(sample: str, announced: Separator | None) -> Iterator[TextDialect]:
    """Yield dialects to try, the commonest first: it stays where another is no better."""
    quotes = [Quote.DOUBLE]
    if len(_SINGLE_QUOTED.findall(sample)) > 1:
        quotes.append(Quote.SINGLE)
    if sample.count('"') % 2:
        quotes.append(Quote.NONE)
    separators = [announced] if announced else [separator for separator in Separator if separator.value in sample]
    for separator in separators or [Separator.COMMA]:
        for quote in quotes:
            skips = bool(quote) and f"{separator} {quote}" in sample and f"{separator}{quote}" not in sample
            yield TextDialect(separator=separator, quote=quote, skips_spaces=skips)
            if quote and f"\\{quote}" in sample:
                yield TextDialect(separator=separator, quote=quote, has_escapes=True, skips_spaces=skips)


def _score(sample: str, dialect: TextDialect) -> float:
    rows = [row for row in islice(csv.reader(_lines(sample), **dialect.for_reader()), _SAMPLE_ROWS) if row]
    if not rows:
        return 0.0
    return _pattern_score(rows) * _type_score(rows)


def _lines(text: str) -> list[str]:
    return re.findall(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+", text)


def _pattern_score(rows: Sequence[list[str]]) -> float:
    """Return a score that is high where many rows have the same length, above one."""
    lengths = Counter(map(len, rows))
    return sum(count * max(_SINGLE, length - 1) / length for length, count in lengths.items()) / len(lengths)


def _type_score(rows: Sequence[list[str]]) -> float:
    """Return the share of cells that look like typical content."""
    cells = [cell for row in rows for cell in row]
    known = sum(_KNOWN_CELL.fullmatch(cell[:_LONGEST_KNOWN]) is not None for cell in cells)
    return max(_STRANGE, known / len(cells))
