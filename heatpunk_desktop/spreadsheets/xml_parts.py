"""The zip parts of a workbook, parsed as a stream of bounded pieces: as XML, or by a fast path for the usual form."""

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

#: Bytes that are unpacked at a time: few enough to keep the GUI responsive while they are searched.
_PIECE: Final = 64 * 1024
#: The longest tag, or text between two tags, which the parser buffers until its end.
_LONGEST_TAG: Final = 4 * MEGABYTE
#: The deepest nesting of tags, each of which the parser remembers.
_DEEPEST: Final = 256
#: The limit for parts that only describe a workbook.
MOST_ABOUT: Final = 16 * MEGABYTE
_ENTRY: Final = b"PK\x01\x02"
_PICTURES: Final = ("xl/media/", "pictures/", "media/")

Attributes = dict[str, str]


class Package:
    """The parts of a workbook that is a zip archive.

    Attributes:
        names: The parts by their names in lower case.
    """

    def __init__(self, archive: zipfile.ZipFile, cancelled: Cancelled | None) -> None:
        """See `open_package`."""
        self._archive = archive
        self._cancelled = cancelled
        self.names = {entry.filename.replace("\\", "/").lower(): entry for entry in archive.infolist()}

    def has(self, name: str) -> bool:
        """Return whether there is a part of a name, regardless of case."""
        return name.lower() in self.names

    def size(self, name: str) -> int:
        """Return the number of bytes of an existing part."""
        return self.names[name.lower()].file_size

    def pieces(self, name: str, most: int = MOST_UNPACKED) -> Iterator[bytes]:
        """Yield a part in pieces. Its length and checksum are verified on the way.

        Raises:
            BadInputError: It does not exist, is damaged, or takes more than it may.
            CancelledError: The user asked to stop.
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
        """Parse a part as XML.

        Args:
            name: The part.
            start: Called for each opening tag, with its attributes.
            end: Called for each closing tag.
            text: Called with the text between them, in pieces.
            most: Bytes that the part may have.

        Raises:
            BadInputError: It does not exist, is no XML, or takes more than it may.
            CancelledError: The user asked to stop.
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
        parser.StartDoctypeDeclHandler = _refuse_doctype  # which could define entities that expand enormously
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
    """Open a zip archive without trusting it.

    Args:
        data: The whole file.
        cancelled: Returns whether to stop.

    Raises:
        BadInputError: It is damaged, here or while parts of it are read, or unpacks to more than is allowed.
    """
    if count_of(data, _ENTRY) > MOST_PARTS:
        raise too_much_unpacked()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            package = Package(archive, cancelled)
            if len(package.names) < len(archive.infolist()):  # two with the same name, of which readers may use either
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
#: Only a few lines precede and follow the rows; a row or a text must end within so many bytes.
_LONGEST: Final = 1024 * 1024


class UnusualError(Exception):
    """A part is not in the usual form, so the fast path cannot read it."""


def usual_lengths(pieces: Iterator[bytes]) -> array[int]:
    """Return the length in bytes of each shared string.

    Raises:
        UnusualError: The part is not in the usual form, or holds a very long text.
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
    """Take the room of all cells of a sheet and return those without a value, as in `Sheet.faults`.

    Args:
        pieces: The part that holds the sheet.
        size: Bytes of all of it.
        lengths: The length of each shared string.
        room: The room for the sheet.

    Raises:
        BadInputError: It takes more than it may.
        UnusualError: The part is not in the usual form, or holds a very long text.
    """
    longest = largest(lengths)
    if longest > LONGEST_CELL:
        raise UnusualError
    # Where even the longest text in each cell would not be too much, which text is in which does not matter.
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
    """Yield the rows, in pieces that end with one."""
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
    """Return the data up to the last end tag, and the rest."""
    place = data.rfind(end) + len(end) if end in data else 0
    if len(data) - place > _LONGEST:
        raise UnusualError
    return data[:place], data[place:]


def _take_plain(rows: bytes, room: Room) -> bool:
    """Take the room of some rows where all of their cells are plain and return whether they are."""
    parts = _PLAIN_CELL.split(rows)
    if len(parts) == 1 or _ROWS.fullmatch(b"".join(parts[0::_PLAIN_GROUPS])) is None:
        return False
    row, column = _reach(parts[1::_PLAIN_GROUPS], parts[2::_PLAIN_GROUPS])
    if not room.has(row, column):
        raise UnusualError
    room.take_many(row, column, rows.count(b"<v>"), 0)
    return True


def _reach(columns: list[bytes], rows: list[bytes]) -> tuple[int, int]:
    """Return the last row and column of some cells, 0 for the first."""
    return max(map(int, set(rows))) - 1, max(map(column_index, {name.decode() for name in set(columns)}))


def _shared_length(parts: list[bytes], lengths: array[int]) -> int:
    """Return the characters of all shared strings in some cells."""
    cells = zip(parts[3::_GROUPS], parts[5::_GROUPS], strict=True)
    try:
        return sum(lengths[int(value)] for kind, value in cells if kind == b"s" and value)
    except (ValueError, IndexError):
        raise UnusualError from None


def _take(parts: list[bytes], length: int, room: Room, *, is_long: bool) -> None:
    """Take the room of some cells; empty ones count too, unless there is no room for them."""
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
