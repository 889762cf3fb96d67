"""The kind of a file, by its content as file names lie; and reading of workbooks with python-calamine."""

from __future__ import annotations

import io
import re
from array import array
from contextlib import contextmanager
from datetime import timedelta
from enum import Enum, auto
from typing import TYPE_CHECKING, Final, NamedTuple

from heatpunk_desktop.errors import BadInputError
from heatpunk_desktop.spreadsheets.limits import damaged
from heatpunk_desktop.spreadsheets.sheet import STRIDE, Cancelled, Cell, Row, Sheet, empty_in_steps, watch
from heatpunk_desktop.spreadsheets.slices import SLICE, holds, matches, slices
from heatpunk_desktop.spreadsheets.workbook_scan import (
    check_ods,
    check_workbook,
    check_xlsb,
    scan_sheet,
    string_lengths,
)
from heatpunk_desktop.spreadsheets.xls_scan import check_xls
from heatpunk_desktop.spreadsheets.xml_parts import MOST_ABOUT, open_package
from heatpunk_desktop.texts import marked

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from python_calamine import CalamineSheet, CalamineWorkbook

#: Beginnings of files that are no table, with what they are.
_OTHERS: Final = (
    (b"%PDF", "a PDF"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"RIFF", marked("kinds", "a picture or a recording")),
    (b"II*\x00", "a picture"),
    (b"MM\x00*", "a picture"),
    (b"{\\rtf", marked("kinds", "a text document")),
    (b"SQLite format 3", "a database"),
    (b"\x1f\x8b", marked("kinds", "a packed file")),
    (b"Rar!", marked("kinds", "a packed folder")),
    (b"7z\xbc\xaf", marked("kinds", "a packed folder")),
    (b"MZ", "a program"),
    (b"\x7fELF", "a program"),
    (b"BEGIN:VCARD", marked("kinds", "a contact card")),
)
_ZIP: Final = b"PK\x03\x04"
_EMPTY_ZIP: Final = b"PK\x05\x06"
#: How a compound file begins, the container of old Office documents.
CONTAINER: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
#: Workbooks of Excel 2 to 4, which were no containers yet.
_ANCIENT: Final = re.compile(rb"\x09[\x00\x02\x04]")
_PAGE: Final = re.compile(rb"<(?:!doctype html|html|table|meta|head|div|style)\b", re.IGNORECASE)
_OLD_XML: Final = re.compile(rb"<\?xml[^>]*>\s*(?:<\?mso[^>]*>\s*)?<(?:\w+:)?Workbook\b")
_XML: Final = re.compile(rb"<\?xml\b")
#: The first record of an old workbook, perhaps one that advises not to write, and one that says it is encrypted.
_ENCRYPTED: Final = re.compile(rb"\x09\x08[\x08\x10]\x00.{8,16}(?:\x86\x00\x00\x00)?\x2f\x00", re.DOTALL)
_LONGEST_ENCRYPTED: Final = 26
#: The mark of the order of bytes, in UTF-8.
_MARK: Final = b"\xef\xbb\xbf"
#: Control characters that no text has, in a file without the null bytes of UTF-16.
_CONTROLS: Final = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_FEW: Final = 0.002
#: Null bytes among every second byte of a text in UTF-16.
_MANY: Final = 0.3
_SAVE_AGAIN: Final = marked(
    "kinds", "Open it in your spreadsheet program, save it as an Excel workbook (.xlsx), and choose that file."
)
_CHOOSE: Final = marked("kinds", "Choose a spreadsheet: Excel (.xlsx or .xls), OpenDocument (.ods) or text (.csv).")
_MINUTE: Final = 60


class Kind(Enum):
    """A kind of file that can be read."""

    TEXT = auto()
    WORKBOOK = auto()


def kind_of(data: bytes) -> Kind:
    """Return the kind of a file.

    Raises:
        BadInputError: It cannot be read: empty, protected with a password, damaged, or of another kind.
    """
    if not any(data[begin:end].strip(b"\0 \t\r\n") for begin, end in slices(len(data))):
        raise BadInputError(
            marked("kinds", "The file is empty"),
            marked("kinds", "There is nothing in it: not even a heading."),
            _CHOOSE,
        )
    if data.startswith((_ZIP, _EMPTY_ZIP)):
        return _check_zip(data)
    if data.startswith(CONTAINER):
        return _check_container(data)
    return _check_text(data)


def _protected() -> BadInputError:
    return BadInputError(
        marked("kinds", "This workbook is protected with a password"),
        marked("kinds", "It is encrypted, so nothing in it can be read here."),
        marked("kinds", "Open it in your spreadsheet program, save a copy without a password, and choose that copy."),
    )


def _wrong(what: str, advice: str = _CHOOSE) -> BadInputError:
    return BadInputError(
        marked("kinds", "This is not a spreadsheet"),
        marked("kinds", "By what is in it, the file is {0}.").format(what),
        advice,
    )


def _check_zip(data: bytes) -> Kind:
    with open_package(data) as package:
        names = set(package.names)
        manifest, mimetype = (
            b"".join(package.pieces(name, MOST_ABOUT)) if package.has(name) else b""
            for name in ("META-INF/manifest.xml", "mimetype")
        )
    if {"xl/workbook.xml", "xl/workbook.bin"} & names:
        return Kind.WORKBOOK
    if b"opendocument.spreadsheet" in mimetype or b"opendocument.spreadsheet" in manifest:
        if b"encryption-data" in manifest:
            raise _protected()
        return Kind.WORKBOOK
    raise _wrong(_package_words(names), _SAVE_AGAIN if _is_numbers(names) else _CHOOSE)


def _is_numbers(names: set[str]) -> bool:
    return any(name.endswith(".iwa") for name in names)


def _package_words(names: set[str]) -> str:
    if any(name.startswith("word/") for name in names):
        return marked("kinds", "a Word document")
    if any(name.startswith("ppt/") for name in names):
        return "a presentation"
    return (
        marked("kinds", "a spreadsheet of Apple Numbers")
        if _is_numbers(names)
        else marked("kinds", "a packed folder (zip)")
    )


def _check_container(data: bytes) -> Kind:
    if holds(data, "EncryptedPackage".encode("utf-16-le")):
        raise _protected()
    if holds(data, "WordDocument".encode("utf-16-le")):
        raise _wrong(marked("kinds", "a Word document"))
    if not (holds(data, "Workbook".encode("utf-16-le")) or holds(data, "Book".encode("utf-16-le"))):
        raise _wrong(marked("kinds", "a document of another program"))
    if matches(data, _ENCRYPTED, _LONGEST_ENCRYPTED):
        raise _protected()
    return Kind.WORKBOOK


def _check_text(data: bytes) -> Kind:
    for beginning, what in _OTHERS:
        if data.startswith(beginning):
            raise _wrong(what)
    sample = data[:SLICE]
    beginning = sample.lstrip().removeprefix(_MARK).lstrip()
    if _ANCIENT.match(data) or _OLD_XML.match(beginning):
        raise _wrong(marked("kinds", "a workbook of an old kind"), _SAVE_AGAIN)
    if _PAGE.match(beginning):
        raise _wrong(marked("kinds", "a web page"), _SAVE_AGAIN)
    if _XML.match(beginning):
        raise _wrong("XML")
    nulls = sample.count(0)
    if nulls and not _is_utf16(sample):
        raise _wrong(marked("kinds", "no text that can be read"))
    if not nulls and len(_CONTROLS.findall(sample)) > _FEW * len(sample):
        raise _wrong(marked("kinds", "no text that can be read"))
    return Kind.TEXT


def _is_utf16(sample: bytes) -> bool:
    """Return whether the null bytes of a sample are where those of UTF-16 are; one or two strays do not matter."""
    if sample.startswith((b"\xff\xfe", b"\xfe\xff")) or sample.count(0) <= _FEW * len(sample):
        return True
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    return max(even, odd) > _MANY * len(sample) / 2 and min(even, odd) < max(even, odd) / 10


class SheetName(NamedTuple):
    """A sheet that is not read yet: its name, its place among all, and whether it is visible."""

    name: str
    place: int
    is_visible: bool = True


class Workbook:
    """A workbook opened from memory, so that the file itself is neither locked nor changed.

    Attributes:
        sheets: The sheets that hold cells, in the file's order.
    """

    def __init__(self, data: bytes, cancelled: Cancelled | None = None) -> None:
        """Open a workbook.

        Args:
            data: The whole file, of a kind that `kind_of` recognises as a workbook.
            cancelled: Returns whether to stop.

        Raises:
            BadInputError: It is damaged, or takes more than it may.
            CancelledError: The user asked to stop.
        """
        # The import takes longer than a window may take to open.
        from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum  # noqa: PLC0415

        self._data = data
        self._lengths = _check(data, cancelled)
        watch(cancelled)
        with _damage_told():
            self._workbook: CalamineWorkbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
            self.sheets: Sequence[SheetName] = [
                SheetName(sheet.name, place, sheet.visible == SheetVisibleEnum.Visible)
                for place, sheet in enumerate(self._workbook.sheets_metadata)
                if sheet.typ == SheetTypeEnum.WorkSheet
            ]

    def read(self, sheet: SheetName, cancelled: Cancelled | None = None) -> Sheet:
        """Return the rows of one sheet.

        Raises:
            BadInputError: The sheet is damaged, or takes more than it may.
            CancelledError: The user asked to stop.
        """
        faults = _check_sheet(self._data, sheet, self._lengths, cancelled)
        with _damage_told():
            found = self._workbook.get_sheet_by_index(sheet.place)
            watch(cancelled)
            rows: list[Row] = []
            try:
                rows.extend(_rows(found, cancelled))
            except BaseException:
                empty_in_steps(rows)
                raise
        return Sheet(sheet.name, rows, faults=faults)


def _check(data: bytes, cancelled: Cancelled | None) -> array[int]:
    """Check what the library reads as soon as it opens a workbook and return the lengths of the shared strings.

    The library cannot be stopped, and takes all memory if a file demands it, which would end the app.
    """
    if data.startswith(CONTAINER):
        check_xls(data, cancelled)
        return array("L")
    with open_package(data, cancelled) as package:
        # A file may be of several kinds at once, and the library takes the first that it can read.
        if package.has("content.xml"):
            check_ods(package)
        if package.has("xl/workbook.bin"):
            check_xlsb(package)
        if package.has("xl/workbook.xml"):
            check_workbook(package)
            return string_lengths(package)
    return array("L")


def _check_sheet(
    data: bytes, sheet: SheetName, lengths: array[int], cancelled: Cancelled | None
) -> Mapping[tuple[int, int], str]:
    """Check a sheet before the library reads it and return its cells without a value."""
    if data.startswith(CONTAINER):
        return {}
    with open_package(data, cancelled) as package:
        if not package.has("xl/workbook.xml"):
            return {}
        return scan_sheet(package, sheet.place, lengths, sheet.name)


@contextmanager
def _damage_told() -> Iterator[None]:
    """Translate the library's error about a file into words."""
    from python_calamine import CalamineError  # noqa: PLC0415

    try:
        yield
    except (CalamineError, OSError, ValueError) as trouble:
        raise damaged() from trouble
    except BaseException as trouble:
        # The library's Rust gave up on a strange file, which comes as no ordinary exception.
        if type(trouble).__name__ != "PanicException":
            raise
        raise damaged() from None


def _rows(sheet: CalamineSheet, cancelled: Cancelled | None) -> Iterator[Row]:
    if sheet.start is None:
        return
    # The library gives the blank rows above the first value, and leaves out the blank columns before it.
    before = ("",) * sheet.start[1]
    for number, row in enumerate(sheet.iter_rows(), start=1):
        if number % STRIDE == 0:
            watch(cancelled)
        yield *before, *(map(_cell, row) if any(type(cell) is timedelta for cell in row) else row)


def _cell(cell: object) -> Cell:
    if isinstance(cell, timedelta):
        minutes = int(cell.total_seconds()) // _MINUTE
        return f"{minutes // _MINUTE}:{minutes % _MINUTE:02}"
    return cell  # type: ignore[return-value]
