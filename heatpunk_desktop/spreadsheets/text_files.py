"""Parsing of CSV and pasted text. One malformed row does not swallow those after it."""

from __future__ import annotations

import csv
import io
import re
from collections import deque
from itertools import islice
from typing import TYPE_CHECKING, Final, Protocol

from heatpunk_desktop.spreadsheets.dialects import (
    MARK,
    Quote,
    TextDialect,
    announced_separator,
    decode,
    decoded_stream,
    detect_dialect,
    detect_encoding,
)
from heatpunk_desktop.spreadsheets.limits import LONGEST_ROW, MOST_COLUMNS, Room, too_long_row
from heatpunk_desktop.spreadsheets.sheet import Cancelled, Row, Sheet, empty_in_steps, watch
from heatpunk_desktop.texts import marked

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Lines that a single row may span. An unclosed quotation mark would swallow all.
_MOST_LINES: Final = 200
#: The same once that many rows had such a mark: each of them is read twice.
_FEWER_LINES: Final = 5
_MANY_UNCLOSED: Final = 50
#: Characters that are read at a time.
_PIECE: Final = 64 * 1024
#: Bytes that suffice to detect the dialect.
_BEGINNING: Final = 160 * 1024

_LINE_END: Final = re.compile(r"\r\n|\r|\n")

_UNCLOSED: Final = marked(
    "text_files",
    "A quotation mark opens in this row and nothing closes it, so the row was read line by line and without it. "
    "Check the row's cells, or take the mark out of the file and choose the file again.",
)


def dialect_of(data: bytes, cancelled: Cancelled | None = None) -> TextDialect:
    """Return the dialect of a text file; raises CancelledError where the user asked to stop."""
    encoding = detect_encoding(data, cancelled)
    return detect_dialect(decode(data[:_BEGINNING], encoding), encoding)


def read_text_file(data: bytes, dialect: TextDialect, name: str, cancelled: Cancelled | None = None) -> Sheet:
    """Return the rows of a text file.

    Args:
        data: The whole file.
        dialect: Its dialect; see `dialect_of`.
        name: The name for the sheet.
        cancelled: Returns whether to stop.

    Raises:
        BadInputError: It takes more than it may.
        CancelledError: The user asked to stop.
    """
    return _read(decoded_stream(data, dialect.encoding), dialect, name, cancelled)


def read_text(text: str, dialect: TextDialect, name: str, cancelled: Cancelled | None = None) -> Sheet:
    """Return the rows of a text, as `read_text_file` does."""
    return _read(_TextSlices(text), dialect, name, cancelled)


class _Stream(Protocol):
    """What text is read from, piece by piece."""

    def read(self, size: int, /) -> str:
        """Return some characters; none at the end."""

    def readline(self, size: int, /) -> str:
        """Return the rest of a line with its end, or as much of it as is asked for."""


class _TextSlices:
    """A text as a stream. `io.StringIO` would copy all of it at once, for which the window would wait."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    def read(self, size: int, /) -> str:
        piece = self._text[self._at : self._at + size]
        self._at += len(piece)
        return piece

    def readline(self, size: int, /) -> str:
        found = _LINE_END.search(self._text, self._at, self._at + size)
        return self.read(found.end() - self._at if found else size)


def _read(stream: _Stream, dialect: TextDialect, name: str, cancelled: Cancelled | None) -> Sheet:
    csv.field_size_limit(2 * LONGEST_ROW + 2)  # more than `_Feed` gives
    notes: dict[int, str] = {}
    rows: list[Row] = []
    room = Room()
    try:
        for row, is_repaired in _records(_Lines(stream, cancelled), dialect):
            if len(row) > MOST_COLUMNS:  # an export may write separators behind its last value without end
                while row and not row[-1]:
                    row.pop()
            room.take_row(len(rows), row)
            rows.append(tuple(row))
            if is_repaired:
                notes[len(rows)] = _UNCLOSED
    except BaseException:
        empty_in_steps(rows)
        raise
    return Sheet(name, rows, is_text=True, notes=notes)


def _records(lines: _Lines, dialect: TextDialect) -> Iterator[tuple[list[str], bool]]:
    """Yield each row, and whether its quotation mark was never closed."""
    repaired = 0
    while lines.begin_row(0):
        feed = _Feed(lines, _MOST_LINES if repaired < _MANY_UNCLOSED else _FEWER_LINES)
        for row in csv.reader(feed, **dialect.for_reader()):
            if feed.count > 1 and _is_open(lines.first(feed.count), dialect):
                yield _without_quotes(lines.first(1)[0], dialect), True
                repaired += 1
                lines.begin_row(1)
                break
            yield row, False
            feed.begin_row()
        else:
            feed.begin_row()


class _Lines:
    """The lines of a text, as many of them at a time as a row may span."""

    def __init__(self, stream: _Stream, cancelled: Cancelled | None) -> None:
        self._stream = stream
        self._cancelled = cancelled
        #: The lines that are read and not let go of.
        self.ahead: deque[str] = deque()
        self._read = 0
        self._read_on()
        if self.ahead:
            _, self.ahead[0] = announced_separator(self.ahead[0].removeprefix(MARK))
            if not self.ahead[0]:
                self.ahead.popleft()

    def begin_row(self, count: int) -> bool:
        """Drop the first lines and return whether there are more."""
        for _ in range(count):
            self.ahead.popleft()
        return bool(self.ahead) or self._read_on()

    def first(self, count: int) -> list[str]:
        """Return the first of the remaining lines."""
        return list(islice(self.ahead, count))

    def at(self, place: int) -> str | None:
        """Return one of the remaining lines; None after the last."""
        if place < len(self.ahead) or (self._read_on() and place < len(self.ahead)):
            return self.ahead[place]
        return None

    def _read_on(self) -> bool:
        """Read some more lines and return whether there were any."""
        watch(self._cancelled)
        text = self._stream.read(_PIECE)
        if not text:
            return False
        if not text.endswith("\n"):
            text += self._stream.readline(LONGEST_ROW + 1)
        lines = list(io.StringIO(text.replace("\0", ""), newline=""))
        for number, line in enumerate(lines, start=self._read + 1):
            if len(line) > LONGEST_ROW:
                raise too_long_row(number)
        self._read += len(lines)
        self.ahead.extend(lines)
        return bool(lines) or self._read_on()


class _Feed:
    """An iterator of lines for the CSV reader that limits how many one row can take."""

    def __init__(self, lines: _Lines, limit: int) -> None:
        self._lines = lines
        self._limit = limit
        #: Lines of the row so far.
        self.count = 0
        self._length = 0

    def begin_row(self) -> None:
        """Begin the next row."""
        for _ in range(self.count):
            self._lines.ahead.popleft()
        self.count = self._length = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if self.count >= self._limit or self._length > LONGEST_ROW:
            raise StopIteration
        ahead = self._lines.ahead
        line = ahead[self.count] if self.count < len(ahead) else self._lines.at(self.count)
        if line is None:
            raise StopIteration
        self.count += 1
        self._length += len(line)
        return line


def _is_open(lines: list[str], dialect: TextDialect) -> bool:
    """Return whether a quotation mark of a row of several lines is unpaired, as no well-formed row has one."""
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
