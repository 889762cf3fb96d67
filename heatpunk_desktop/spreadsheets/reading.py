"""The entry point of an import: opens a spreadsheet of any kind, or pasted text.

A file is read once and never written.
"""

from __future__ import annotations

import errno
import io
import stat
from typing import TYPE_CHECKING, Final

from heatpunk_desktop.errors import BadInputError
from heatpunk_desktop.spreadsheets.columns import find_heading_row, known_headings
from heatpunk_desktop.spreadsheets.dialects import TextDialect, detect_dialect
from heatpunk_desktop.spreadsheets.limits import MOST_BYTES, too_big_file, with_time_limit
from heatpunk_desktop.spreadsheets.sheet import Cancelled, Sheet, is_blank_row, watch
from heatpunk_desktop.spreadsheets.slices import slices
from heatpunk_desktop.spreadsheets.text_files import dialect_of, read_text, read_text_file
from heatpunk_desktop.spreadsheets.workbooks import Kind, SheetName, Workbook, kind_of
from heatpunk_desktop.texts import marked

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_PIECE: Final = 1024 * 1024

#: Sheets that are looked through for one with headings of projects, and how many headings those are.
_MOST_SHEETS: Final = 20
_ENOUGH_HEADINGS: Final = 2

#: What Excel and LibreOffice leave beside a file that is open in them.
_BESIDE: Final = ("~$", ".~lock.")

_PASTED: Final = marked("reading", "Pasted text")
_LOCKED: Final = frozenset({32, 33})
#: Windows' numbers for a network folder that is not there any more.
_GONE_ON_WINDOWS: Final = frozenset({21, 53, 55, 59, 64, 67, 121, 1167, 1231, 1232})
_GONE: Final = frozenset(
    getattr(errno, name)
    for name in (
        "EIO",
        "ENOTCONN",
        "ESTALE",
        "ETIMEDOUT",
        "EHOSTDOWN",
        "EHOSTUNREACH",
        "ENETUNREACH",
        "ENODEV",
        "ENXIO",
    )
    if hasattr(errno, name)
)


class Reading:
    """An opened spreadsheet.

    Attributes:
        name: The file's name, without its folder.
        sheets: Its sheets; a text file has one.
        dialect: The dialect of a text file; None for a workbook.
    """

    def __init__(self, name: str, content: bytes | str | Workbook, dialect: TextDialect | None) -> None:
        """See `open_spreadsheet` and `read_pasted`."""
        self.name = name
        self.dialect = dialect
        self._content = content
        self.sheets: Sequence[SheetName] = content.sheets if isinstance(content, Workbook) else [SheetName(name, 0)]

    def with_dialect(self, dialect: TextDialect) -> Reading:
        """Return the same text in another dialect. A workbook stays as it is."""
        return self if self.dialect is None else Reading(self.name, self._content, dialect)

    def read(self, sheet: SheetName, cancelled: Cancelled | None = None) -> Sheet:
        """Return the rows of one sheet.

        Raises:
            BadInputError: The sheet is damaged or too big.
            CancelledError: The user asked to stop.
        """
        cancelled = with_time_limit(cancelled)
        if isinstance(self._content, Workbook):
            return self._content.read(sheet, cancelled)
        dialect = self.dialect or TextDialect()
        if isinstance(self._content, str):
            return read_text(self._content, dialect, sheet.name, cancelled)
        return read_text_file(self._content, dialect, sheet.name, cancelled)

    def read_best(self, cancelled: Cancelled | None = None) -> tuple[SheetName, Sheet]:
        """Return the first sheet with headings of projects; failing that, the first that is not empty.

        Hidden sheets come last.

        Raises:
            BadInputError: All of them are empty, or one is damaged or too big.
            CancelledError: The user asked to stop.
        """
        filled: tuple[SheetName, Sheet] | None = None
        cancelled = with_time_limit(cancelled)  # with all of them together
        for sheet_name in sorted(self.sheets, key=lambda sheet: not sheet.is_visible)[:_MOST_SHEETS]:
            sheet = self.read(sheet_name, cancelled)
            if known_headings(sheet.rows, find_heading_row(sheet.rows)) >= _ENOUGH_HEADINGS:
                return sheet_name, sheet
            if filled is None and not all(map(is_blank_row, sheet.rows)):
                filled = sheet_name, sheet
        if filled is not None:
            return filled
        raise BadInputError(
            marked("reading", "The file is empty"),
            marked("reading", "There is nothing in any of its cells."),
            marked("reading", "Choose the file that holds the projects."),
        )


def open_spreadsheet(path: Path, cancelled: Cancelled | None = None) -> Reading:
    """Read a file into memory and detect its kind.

    Args:
        path: Any file.
        cancelled: Returns whether to stop, as a network folder may be slow.

    Raises:
        BadInputError: The file does not exist, cannot be read, or is of no usable kind; the message says which.
        CancelledError: The user asked to stop.
    """
    name = path.name
    if name.startswith(_BESIDE):
        raise BadInputError(
            marked("reading", "This is not the spreadsheet itself"),
            marked("reading", "“{0}” is a note that says that the spreadsheet is open in another program.").format(
                name
            ),
            marked("reading", "Choose “{0}”, which lies beside it.").format(
                name.removeprefix(".~lock.").removeprefix("~$").removesuffix("#")
            ),
        )
    cancelled = with_time_limit(cancelled)
    try:
        data = _read_bytes(path, cancelled)
    except OSError as trouble:
        raise _trouble(path, trouble) from trouble
    if kind_of(data) is Kind.WORKBOOK:
        return Reading(name, Workbook(data, cancelled), None)
    return Reading(name, data, dialect_of(data, cancelled))


def read_pasted(text: str) -> Reading:
    """Read text that was copied from a spreadsheet, or from anywhere else.

    Raises:
        BadInputError: It is empty, or too long.
    """
    if not any(text[begin:end].strip() for begin, end in slices(len(text))):
        raise BadInputError(
            marked("reading", "There is nothing to paste"),
            marked("reading", "The clipboard holds no text."),
            marked("reading", "Copy the rows in your spreadsheet first."),
        )
    if len(text) > MOST_BYTES:
        raise too_big_file(len(text))
    return Reading(_PASTED, text, detect_dialect(text))


def _read_bytes(path: Path, cancelled: Cancelled | None) -> bytes:
    found = path.stat()
    if stat.S_ISDIR(found.st_mode):
        raise IsADirectoryError(errno.EISDIR, "", str(path))
    if not stat.S_ISREG(found.st_mode):
        raise BadInputError(
            marked("reading", "This is not a file"),
            marked("reading", "“{0}” is a device or a pipe.").format(path.name),
            marked("reading", "Choose a file."),
        )
    if found.st_size > MOST_BYTES:
        raise too_big_file(found.st_size)
    data = io.BytesIO()
    with path.open("rb", buffering=0) as file:
        while piece := file.read(_PIECE):
            watch(cancelled)
            data.write(piece)
            if data.tell() > MOST_BYTES:
                raise too_big_file(data.tell())
    return data.getvalue()  # which copies nothing, as all of it at once would keep the window waiting


def _trouble(path: Path, trouble: OSError) -> BadInputError:
    """Return the message for a file system error."""
    code = getattr(trouble, "winerror", None)
    if code in _LOCKED:
        return BadInputError(
            marked("reading", "The file is locked"),
            marked("reading", "Another program has “{0}” open and lets nobody else read it.").format(path.name),
            marked("reading", "Close it there, or save a copy under another name, and choose that."),
        )
    if code in _GONE_ON_WINDOWS or trouble.errno in _GONE:
        return BadInputError(
            marked("reading", "The file cannot be reached"),
            marked(
                "reading",
                "The place where “{0}” lies does not answer. A network folder or a memory stick may have gone.",
            ).format(path.name),
            marked("reading", "See whether the folder opens, or copy the file to this computer, and choose it again."),
        )
    if isinstance(trouble, IsADirectoryError):
        return BadInputError(
            marked("reading", "This is a folder"),
            marked("reading", "“{0}” is a folder, not a file.").format(path.name),
            marked("reading", "Choose the spreadsheet that lies in it."),
        )
    if isinstance(trouble, (FileNotFoundError, NotADirectoryError)):
        return BadInputError(
            marked("reading", "There is no such file"),
            marked(
                "reading", "“{0}” is not there. It may have been moved or renamed, or its folder may not be connected."
            ).format(path.name),
            marked("reading", "Choose the file again."),
        )
    if isinstance(trouble, PermissionError):
        return BadInputError(
            marked("reading", "The file may not be read"),
            marked("reading", "This computer does not let you read “{0}”, or another program has it open.").format(
                path.name
            ),
            marked("reading", "Close it in other programs, or copy it to a folder of your own, and choose it again."),
        )
    return BadInputError(
        marked("reading", "The file cannot be read"),
        marked("reading", "“{0}”: the system says “{1}”.").format(path.name, trouble.strerror or trouble),
        marked("reading", "Copy the file to this computer, and choose it again."),
    )
