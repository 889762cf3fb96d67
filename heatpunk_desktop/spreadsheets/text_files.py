"""Rows out of a text file, or out of text that was pasted. One broken row does not swallow those behind it."""

from __future__ import annotations

import csv
import io
from collections import deque
from typing import TYPE_CHECKING, Final

from heatpunk_desktop.spreadsheets.dialects import Quote, TextDialect, announced_separator, detect_dialect
from heatpunk_desktop.spreadsheets.encodings import decode, detect_encoding
from heatpunk_desktop.spreadsheets.sheet import STRIDE, Cancelled, Sheet, watch

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Lines that a single row may go over. A quotation mark that nobody closed would take all.
_LONGEST_ROW: Final = 200
#: Letters that a single cell may hold; the standard library's own limit is lower than that of spreadsheets.
_LONGEST_CELL: Final = 16 * 1024 * 1024

_UNCLOSED: Final = (
    "A quotation mark opens in this row and nothing closes it, so the row was read line by line and without it. "
    "Check the row's cells, or take the mark out of the file and choose the file again."
)


def dialect_of(data: bytes) -> TextDialect:
    """How a text file is written."""
    encoding = detect_encoding(data)
    return detect_dialect(decode(data, encoding), encoding)


def read_text_file(data: bytes, dialect: TextDialect, name: str, cancelled: Cancelled | None = None) -> Sheet:
    """The rows of a text file.

    Args:
        data: The whole file.
        dialect: How it is written; see `dialect_of`.
        name: What the sheet is called.
        cancelled: Tells whether to stop.

    Raises:
        CancelledError: A person asked to stop.
    """
    return read_text(decode(data, dialect.encoding), dialect, name, cancelled)


def read_text(text: str, dialect: TextDialect, name: str, cancelled: Cancelled | None = None) -> Sheet:
    """The rows of a text; as `read_text_file`."""
    csv.field_size_limit(_LONGEST_CELL)
    _, rest = announced_separator(text)
    lines = list(io.StringIO(rest.replace("\0", ""), newline=""))
    notes: dict[int, str] = {}
    rows: list[tuple[str, ...]] = []
    for row, is_mended in _records(lines, dialect):
        rows.append(tuple(row))
        if is_mended:
            notes[len(rows)] = _UNCLOSED
        if len(rows) % STRIDE == 0:
            watch(cancelled)
    return Sheet(name, rows, is_text=True, notes=notes)


def _records(lines: list[str], dialect: TextDialect) -> Iterator[tuple[list[str], bool]]:
    """Each row, and whether its quotation mark was never closed."""
    start = 0
    while start < len(lines):
        feed = _Feed(lines, start)
        for row in csv.reader(feed, **dialect.for_reader()):
            if feed.position > start + 1 and _is_open(lines[start : feed.position], dialect):
                yield _without_quotes(lines[start], dialect), True
                start += 1
                break
            yield row, False
            start = feed.begin_row()
        else:
            start = feed.position


class _Feed:
    """Gives lines to the reader, and no more of them to one row than a row can have."""

    def __init__(self, lines: list[str], start: int) -> None:
        self._lines = lines
        self.position = start
        self._limit = start + _LONGEST_ROW

    def begin_row(self) -> int:
        """The row before is complete; gives the position where the next one begins."""
        self._limit = self.position + _LONGEST_ROW
        return self.position

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if self.position >= min(len(self._lines), self._limit):
            raise StopIteration
        self.position += 1
        return self._lines[self.position - 1]


def _is_open(lines: list[str], dialect: TextDialect) -> bool:
    """Whether one quotation mark of a row of several lines has no other: those of a sound row come in pairs."""
    quote = dialect.quote.value
    if not quote:
        return False
    marks = sum(line.count(quote) - (line.count(f"\\{quote}") if dialect.has_escapes else 0) for line in lines)
    if marks % 2 == 0:
        return False
    try:  # an inch mark within a cell is no quotation mark
        deque(csv.reader(lines, strict=True, **dialect.for_reader()), 0)
    except csv.Error:
        return True
    return False


def _without_quotes(line: str, dialect: TextDialect) -> list[str]:
    plain = dialect._replace(quote=Quote.NONE, has_escapes=False)
    cells = next(csv.reader([line], **plain.for_reader()), [])
    quote = dialect.quote.value
    return [cell.removeprefix(quote).removesuffix(quote).replace(quote * 2, quote) for cell in cells]
