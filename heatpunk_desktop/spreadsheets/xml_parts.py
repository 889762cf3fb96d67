"""The XML in a workbook, read piece by piece as a stream: nothing in it can take more memory than a piece."""

from __future__ import annotations

import io
import zipfile
import zlib
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final
from xml.parsers import expat

from heatpunk_desktop.spreadsheets.limits import MEGABYTE, MOST_PARTS, MOST_UNPACKED
from heatpunk_desktop.spreadsheets.refusals import damaged, too_much_unpacked
from heatpunk_desktop.spreadsheets.sheet import Cancelled, watch
from heatpunk_desktop.spreadsheets.slices import count_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

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
