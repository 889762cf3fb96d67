"""The XML in a workbook, read piece by piece as a stream: nothing in it can take more memory than a piece."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from array import array
from contextlib import contextmanager
from html import unescape
from typing import TYPE_CHECKING, Final
from xml.parsers import expat

from heatpunk_desktop.spreadsheets.limits import (
    LONGEST_CELL,
    MEGABYTE,
    MOST_CHARACTERS,
    MOST_PARTS,
    MOST_UNPACKED,
    Room,
    damaged,
    too_much_unpacked,
)
from heatpunk_desktop.spreadsheets.sheet import Cancelled, column_index, watch
from heatpunk_desktop.spreadsheets.slices import count_of, largest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

#: Bytes that are unpacked at a time: few enough for the window to go on while they are searched.
_PIECE: Final = 64 * 1024
#: A single tag, or text between two, of which the parser keeps all until it ends.
_LONGEST_TAG: Final = 4 * MEGABYTE
#: Tags within tags, each of which the parser remembers.
_DEEPEST: Final = 256
#: What the parts that only describe a workbook may take.
MOST_ABOUT: Final = 16 * MEGABYTE
_ENTRY: Final = b"PK\x01\x02"
_PICTURES: Final = ("xl/media/", "pictures/", "media/")

Attributes = dict[str, str]


class Package:
    """The parts of a workbook that is a zip archive.

    Attributes:
        names: The parts by their names in small letters.
    """

    def __init__(self, archive: zipfile.ZipFile, cancelled: Cancelled | None) -> None:
        """See `open_package`."""
        self._archive = archive
        self._cancelled = cancelled
        self.names = {entry.filename.replace("\\", "/").lower(): entry for entry in archive.infolist()}

    def has(self, name: str) -> bool:
        """Whether there is a part of a name, in capitals or not."""
        return name.lower() in self.names

    def size(self, name: str) -> int:
        """Bytes of a part that is there."""
        return self.names[name.lower()].file_size

    def pieces(self, name: str, most: int = MOST_UNPACKED) -> Iterator[bytes]:
        """A part, piece by piece. That it has the length and the sum that the archive says is checked by the way.

        Raises:
            BadInputError: It is not there, is damaged, or takes more than it may.
            CancelledError: Somebody asked to stop.
        """
        entry = self.names.get(name.lower())
        if entry is None:
            raise damaged()
        if entry.file_size > most:
            raise too_much_unpacked()
        with self._archive.open(entry) as stream:
            while piece := stream.read(_PIECE):
                watch(self._cancelled)
                yield piece

    def scan(
        self,
        name: str,
        start: Callable[[str, Attributes], None],
        end: Callable[[str], None] | None = None,
        text: Callable[[str], None] | None = None,
        most: int = MOST_UNPACKED,
    ) -> None:
        """Reads a part as XML.

        Args:
            name: The part.
            start: Is told each tag that opens, with its attributes.
            end: Is told each that closes.
            text: Is told the text between them, in pieces.
            most: Bytes that the part may have.

        Raises:
            BadInputError: It is not there, no XML, or takes more than it may.
            CancelledError: Somebody asked to stop.
        """
        depth = 0

        def started(tag: str, attributes: Attributes) -> None:
            nonlocal depth
            depth += 1
            if depth > _DEEPEST:
                raise damaged()
            start(tag, attributes)

        def ended(tag: str) -> None:
            nonlocal depth
            depth -= 1
            if end is not None:
                end(tag)

        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = started
        parser.EndElementHandler = ended
        parser.CharacterDataHandler = text
        parser.StartDoctypeDeclHandler = _refuse_doctype  # which could make a word stand for a thousand others
        fed = 0
        for piece in self.pieces(name, most):
            parser.Parse(piece, False)
            fed += len(piece)
            if fed - max(parser.CurrentByteIndex, 0) > _LONGEST_TAG:
                raise damaged()
        parser.Parse(b"", True)


def _refuse_doctype(*_: object) -> None:
    raise damaged()


@contextmanager
def open_package(data: bytes, cancelled: Cancelled | None = None) -> Iterator[Package]:
    """Opens a zip archive without trusting it.

    Args:
        data: The whole file.
        cancelled: Tells whether to stop.

    Raises:
        BadInputError: It is damaged, here or while parts of it are read, or stands for more than a computer holds.
    """
    if count_of(data, _ENTRY) > MOST_PARTS:
        raise too_much_unpacked()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            package = Package(archive, cancelled)
            if len(package.names) < len(archive.infolist()):  # two of a name, of which readers may take either
                raise damaged()
            sizes = (entry.file_size for name, entry in package.names.items() if not name.startswith(_PICTURES))
            if sum(sizes) > MOST_UNPACKED:
                raise too_much_unpacked()
            yield package
    except (
        *(zipfile.BadZipFile, zlib.error, expat.ExpatError, KeyError, OSError, ValueError),
        *(NotImplementedError, EOFError, RuntimeError, OverflowError),
    ) as trouble:
        raise damaged() from trouble


#: Column and row of a number, or of a text that cells share: what nearly all cells are.
_PLAIN_CELL: Final = re.compile(
    rb'<c r="([A-Z]{1,3})([0-9]{1,7})"(?: s="[0-9]+")?(?: t="[snb]")?(?:/>|><v>[^<>]*</v></c>)'
)
_PLAIN_GROUPS: Final = 3
#: Any cell: column, row, kind, whether there is a formula, value, text.
_CELL: Final = re.compile(
    rb'<c r="([A-Z]{1,3})([0-9]{1,7})"(?: s="[0-9]+")?(?: t="([a-zA-Z]+)")?'
    rb"(?:/>|>(?:(<f)(?:[^<>]*/>|(?:[^<>]*[^<>/])?>[^<>]*</f>))?"
    rb"(?:<v>([^<>]*)</v>|<v ?/>|<is><t(?: xml:space=\"preserve\")?>([^<>]*)</t></is>)?</c>)"
)
_GROUPS: Final = 7
_ROWS: Final = re.compile(rb"(?:\s*</?row(?: [^<>]*)?>)*\s*")
_TEXT: Final = re.compile(rb'<si><t(?: xml:space="preserve")?>([^<>]*)</t></si>')
_BEGIN, _END, _ROW_END = b"<sheetData>", b"</sheetData>", b"</row>"
_TEXTS_BEGIN: Final = re.compile(rb"\s*+(?:<\?xml[^<>]*\?>)?\s*+<sst[^<>]*>")
_TEXTS_END: Final = re.compile(rb"\s*</sst>\s*")
_TEXT_END: Final = b"</si>"
_SHEET: Final = b"sheetData"
#: Bytes of a cell with a shared text at least.
_SHORTEST_CELL: Final = 20
#: What stands before and behind the rows is a few lines; a row or a text has to end within so many bytes.
_LONGEST: Final = 1024 * 1024


class UnusualError(Exception):
    """A part is written in another way."""


def usual_lengths(pieces: Iterator[bytes]) -> array[int]:
    """How long each text is that cells share, in bytes.

    Raises:
        UnusualError: The part is written in another way, or holds a very long text.
    """
    lengths = array("L")
    rest = b""
    has_begun = False
    for piece in pieces:
        rest += piece
        if not has_begun:
            found = _TEXTS_BEGIN.match(rest)
            if found is None:
                raise UnusualError
            rest, has_begun = rest[found.end() :], True
        whole, rest = _parted(rest, _TEXT_END)
        parts = _TEXT.split(whole)
        if any(map(bytes.strip, parts[0::2])):
            raise UnusualError
        lengths.extend(map(len, parts[1::2]))
    if not _TEXTS_END.fullmatch(rest) or largest(lengths) > LONGEST_CELL:
        raise UnusualError
    return lengths


def usual_faults(pieces: Iterator[bytes], size: int, lengths: array[int], room: Room) -> Mapping[tuple[int, int], str]:
    """Takes the room of all cells of a sheet; gives those that show no value, as `Sheet.faults`.

    Args:
        pieces: The part that holds the sheet.
        size: Bytes of all of it.
        lengths: How long each text is that cells share.
        room: What the sheet may take.

    Raises:
        BadInputError: It takes more than it may.
        UnusualError: The part is written in another way, or holds a very long text.
    """
    longest = largest(lengths)
    if longest > LONGEST_CELL:
        raise UnusualError
    # Where even the longest text in each cell would not be too much, nobody needs to know which text is in which.
    is_counted = longest * (size // _SHORTEST_CELL) > MOST_CHARACTERS
    faults: dict[tuple[int, int], str] = {}
    for rows in _rows(pieces):
        if not is_counted and len(rows) <= LONGEST_CELL and _take_plain(rows, room):
            continue
        parts = _CELL.split(rows)
        if _ROWS.fullmatch(b"".join(parts[0::_GROUPS])) is None:
            raise UnusualError
        if len(parts) > 1:
            length = _shared_length(parts, lengths) if is_counted else 0
            _take(parts, length, room, is_long=len(rows) > LONGEST_CELL)
            if b"<f" in rows or b't="e"' in rows:
                faults |= _faults(parts)
    return faults


def _rows(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The rows, in pieces that end with one."""
    head = b""
    for piece in pieces:
        head += piece
        if _BEGIN in head or len(head) > _LONGEST:
            break
    head, found, rest = head.partition(_BEGIN)
    if not found or b"<!" in head:
        raise UnusualError
    while _END not in rest:
        whole, rest = _parted(rest, _ROW_END)
        yield whole
        piece = next(pieces, b"")
        if not piece:
            raise UnusualError
        rest += piece
    whole, _, behind = rest.partition(_END)
    yield whole
    # There may be anything behind the rows but rows; all of it is read for its sum to be checked.
    for piece in pieces:
        if _SHEET in behind:
            raise UnusualError
        behind = behind[-len(_SHEET) :] + piece
    if _SHEET in behind:
        raise UnusualError


def _parted(data: bytes, end: bytes) -> tuple[bytes, bytes]:
    """What ends with a tag, and what follows."""
    place = data.rfind(end) + len(end) if end in data else 0
    if len(data) - place > _LONGEST:
        raise UnusualError
    return data[:place], data[place:]


def _take_plain(rows: bytes, room: Room) -> bool:
    """Takes the room of some rows where all of their cells are plain; tells whether they are."""
    parts = _PLAIN_CELL.split(rows)
    if len(parts) == 1 or _ROWS.fullmatch(b"".join(parts[0::_PLAIN_GROUPS])) is None:
        return False
    row, column = _reach(parts[1::_PLAIN_GROUPS], parts[2::_PLAIN_GROUPS])
    if not room.has(row, column):
        raise UnusualError
    room.take_many(row, column, rows.count(b"<v>"), 0)
    return True


def _reach(columns: list[bytes], rows: list[bytes]) -> tuple[int, int]:
    """The last row and column of some cells, 0 for the first."""
    return max(map(int, set(rows))) - 1, max(map(column_index, {name.decode() for name in set(columns)}))


def _shared_length(parts: list[bytes], lengths: array[int]) -> int:
    """Characters of all shared texts in some cells."""
    cells = zip(parts[3::_GROUPS], parts[5::_GROUPS], strict=True)
    try:
        return sum(lengths[int(value)] for kind, value in cells if kind == b"s" and value)
    except (ValueError, IndexError):
        raise UnusualError from None


def _take(parts: list[bytes], length: int, room: Room, *, is_long: bool) -> None:
    """Takes the room of some cells; those that are empty count with the others, unless there is no room for them."""
    filled = [*filter(None, parts[5::_GROUPS]), *filter(None, parts[6::_GROUPS])]
    if is_long and max(map(len, filled), default=0) > LONGEST_CELL:
        raise UnusualError
    row, column = _reach(parts[1::_GROUPS], parts[2::_GROUPS])
    if not filled or not room.has(row, column):
        raise UnusualError
    room.take_many(row, column, len(filled), length + sum(map(len, filled)))


def _faults(parts: list[bytes]) -> dict[tuple[int, int], str]:
    found = {}
    cells = zip(*(parts[at::_GROUPS] for at in range(1, _GROUPS)), strict=True)
    for column, row, kind, formula, value, text in cells:
        if kind == b"e" and value:
            found[int(row), column_index(column.decode())] = unescape(value.decode())
        elif formula and not value and not text and kind != b"str":
            found[int(row), column_index(column.decode())] = ""
    return found
