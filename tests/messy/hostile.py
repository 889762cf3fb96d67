"""Files that were made to take all memory or all time, or are broken so that they do.

`python -m tests.messy.hostile FOLDER` writes them all; `python -m tests.messy.hostile --read FILE` reads one as an
import does and prints what that took. They are not kept: some are large.
"""

from __future__ import annotations

import io
import json
import re
import struct
import sys
import tempfile
import threading
import time
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

from heatpunk_desktop.errors import KnownError
from heatpunk_desktop.services.tasks.import_work import ImportWork
from heatpunk_desktop.spreadsheets.values import meanings_of
from heatpunk_desktop.spreadsheets.workbooks import CONTAINER
from heatpunk_desktop.store.account_store import AccountStore
from tests.messy.old_workbooks import container

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

MEGABYTE = 1024 * 1024
#: Rows that are compared with projects as well, which takes more memory than reading does.
_FEW = 1000
EM_SPACE = "\u2003"
_HEADINGS = "Client,Tel,Email,Address,Postcode,Stage\n"
_ROW = "Rhys Hughes {0},07400 {0:06},rhys{0}@example.com,{0} Mill Lane,CB24 9PL,Lead\n"
_SPREADSHEETML = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def packed(parts: Mapping[str, str | bytes]) -> bytes:
    """A zip archive."""
    out = io.BytesIO()
    # What is made to be large is all of a kind, and packed tight enough the quickest way.
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def xlsx(sheets: str | list[str], strings: str = "", **more: str) -> bytes:
    """An Excel workbook of sheets whose rows are given as XML."""
    bodies = [sheets] if isinstance(sheets, str) else sheets
    names = "".join(f'<sheet name="S{at}" sheetId="{at}" r:id="r{at}"/>' for at in range(1, len(bodies) + 1))
    relations = "".join(
        f'<Relationship Id="r{at}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{at}.xml"/>'
        for at in range(1, len(bodies) + 1)
    )
    relations += f'<Relationship Id="s" Type="{_OFFICE}/sharedStrings" Target="sharedStrings.xml"/>'
    head = '<?xml version="1.0" encoding="UTF-8"?>'
    package = "http://schemas.openxmlformats.org/package/2006"
    book = f'<Relationship Id="b" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/>'
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": f'{head}<Types xmlns="{package}/content-types"/>',
        "_rels/.rels": f'{head}<Relationships xmlns="{package}/relationships">{book}</Relationships>',
        "xl/workbook.xml": (
            f'{head}<workbook xmlns="{_SPREADSHEETML}" xmlns:r="{_OFFICE}"><sheets>{names}</sheets></workbook>'
        ),
        "xl/_rels/workbook.xml.rels": (
            f'{head}<Relationships xmlns="{package}/relationships">{relations}</Relationships>'
        ),
        "xl/sharedStrings.xml": (
            f'{more.get("begin", head)}{more.get("before", "")}<sst xmlns="{_SPREADSHEETML}">{strings}</sst>'
        ),
    }
    for at, body in enumerate(bodies, 1):
        reach = more.get("reach", "A1:B2")
        sheet = (
            f'<worksheet xmlns="{_SPREADSHEETML}"><dimension ref="{reach}"/><sheetData>{body}</sheetData></worksheet>'
        )
        parts[f"xl/worksheets/sheet{at}.xml"] = head + sheet
    return packed(parts)


def _bomb() -> bytes:
    """Return an Excel workbook whose sheet holds a gigabyte of spaces."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(xlsx("<row>|</row>"))) as small,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as large,
    ):
        for name in small.namelist():
            before, mark, after = small.read(name).partition(b"|")
            with large.open(name, "w") as part:
                part.write(before)
                for _ in range(1000 if mark else 0):
                    part.write(b" " * MEGABYTE)
                part.write(after)
    return out.getvalue()


def ods(rows: str, before: str = "") -> bytes:
    """An OpenDocument spreadsheet whose rows are given as XML."""
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
    )
    content = (
        f'<?xml version="1.0"?>{before}<office:document-content {spaces}><office:body><office:spreadsheet>'
        f'<table:table table:name="A">{rows}</table:table></office:spreadsheet></office:body></office:document-content>'
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    return packed({"mimetype": kind, "content.xml": content, "META-INF/manifest.xml": f"<m>{kind}</m>"})


def _cell(words: str, more: str = "") -> str:
    return f'<table:table-cell office:value-type="string" {more}><text:p>{words}</text:p></table:table-cell>'


def _table_row(cells: str, more: str = "") -> str:
    return f"<table:table-row {more}>{cells}</table:table-row>"


def _text(place: str, words: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{words}</t></is></c>'


def _headings() -> str:
    return f'<row r="1">{_text("A1", "Client")}{_text("B1", "Address")}</row>'


def _lying(data: bytes) -> bytes:
    """An archive whose parts say that they are small."""
    lying = bytearray(data)
    for found in re.finditer(rb"PK\x01\x02", data):
        size = struct.unpack_from("<I", lying, found.start() + 24)[0]
        if size > MEGABYTE:
            struct.pack_into("<I", lying, found.start() + 24, 100)
    return bytes(lying)


def _record(kind: int, content: bytes) -> bytes:
    return struct.pack("<HH", kind, len(content)) + content


def xls(body: bytes, strings: bytes = b"", reach: tuple[int, int, int, int] = (0, 1, 0, 1)) -> bytes:
    """An old Excel workbook of one sheet whose cells are given as records."""
    begin = _record(0x0809, struct.pack("<HHHHII", 0x0600, 5, 0x0DBB, 0x07CC, 0, 6))
    name = b"Leads"
    place = len(begin) + 12 + len(name) + len(strings) + 4
    head = begin + _record(0x0085, struct.pack("<IBBBB", place, 0, 0, len(name), 0) + name) + strings
    sheet = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x10, 0x0DBB, 0x07CC, 0, 6))
    sheet += _record(0x0200, struct.pack("<IIHHH", *reach, 0))
    return container({"Workbook": head + _record(0x000A, b"") + sheet + body + _record(0x000A, b"")})


def _endless_table() -> bytes:
    """A container whose list of the sectors of its table goes on in itself, and whose directory goes in a circle."""
    sector = 512
    more, table = 0, 1
    head = CONTAINER + bytes(16) + struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    head += struct.pack("<IIIIIIIII", 0, 1, 2, 0, 4096, 0xFFFFFFFE, 0, more, 1) + struct.pack("<I", table) * 109
    listed = struct.pack("<I", table) * (sector // 4 - 1) + struct.pack("<I", more)
    circle = struct.pack("<I", 2) * (sector // 4)
    directory = "Workbook".encode("utf-16-le").ljust(sector, b"\0")
    return (head + listed + circle + directory).ljust(30 * MEGABYTE, b"\0")


def _label(row: int, column: int, words: str) -> bytes:
    return _record(0x0204, struct.pack("<HHHHB", row, column, 15, len(words), 1) + words.encode("utf-16-le"))


def _shared_in_xls() -> bytes:
    length = 8000
    strings = _record(0x00FC, struct.pack("<IIHB", 1, 1, length, 0) + b"x" * length)
    cells = b"".join(_record(0x00FD, struct.pack("<HHHI", row, 0, 15, 0)) for row in range(3200))
    return xls(_label(0, 0, "Client") + cells, strings)


def xlsb(cells: bytes) -> bytes:
    """A binary Excel workbook of one sheet whose rows and cells are given as records."""

    def one(kind: int, content: bytes = b"") -> bytes:
        head = bytes([kind]) if kind < 128 else bytes([kind & 127 | 128, kind >> 7])
        size = len(content)
        tail = bytes([size]) if size < 128 else bytes([size & 127 | 128, size >> 7])
        return head + tail + content

    def words(text: str) -> bytes:
        return struct.pack("<I", len(text)) + text.encode("utf-16-le")

    package = "http://schemas.openxmlformats.org/package/2006"
    book = one(131) + one(143) + one(156, struct.pack("<II", 0, 1) + words("r1") + words("S")) + one(144) + one(132)
    reach = one(148, struct.pack("<IIII", 0, 1, 0, 1))
    sheet = one(129) + reach + one(145) + cells + one(146) + one(130)
    relation = f'<Relationship Id="r1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.bin"/>'
    return packed(
        {
            "[Content_Types].xml": f'<Types xmlns="{package}/content-types"/>',
            "xl/workbook.bin": book,
            "xl/_rels/workbook.bin.rels": f'<Relationships xmlns="{package}/relationships">{relation}</Relationships>',
            "xl/worksheets/sheet1.bin": sheet,
        }
    )


def xlsb_cell(row: int, column: int, words: str) -> bytes:
    """A row with one cell of a binary workbook."""
    text = struct.pack("<III", column, 0, len(words)) + words.encode("utf-16-le")
    return bytes([0, 17]) + struct.pack("<I", row) + bytes(13) + bytes([6, len(text)]) + text


def _rows(count: int, begin: int = 0) -> str:
    return "".join(_ROW.format(number) for number in range(begin, begin + count))


def _long_row(sign: str) -> str:
    return f"{(sign * 80_000)[:80_000]},{(sign * 4000)[:4000]},,Mill Lane,,\n"


def _same_cells(cell: str) -> bytes:
    """As many columns and rows of a long cell as may be."""
    headings = ",".join(f"Column {at}" for at in range(380))
    return bytes(headings + "\n" + ",".join([cell] * 380 + ["\n"]) * 300, "utf-8")


def _spaced_row(sign: str) -> str:
    """Cells that look like something until one comes to their end, with many ways to divide the spaces in them."""
    cell = f"{sign}{' ' * 1500}1{' ' * 1500}@x"
    return ",".join([cell] * 8) + "\n"


def _letters(column: int) -> str:
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def _wide_sheet() -> str:
    names = [_letters(column) for column in range(16_384)]
    return "".join(
        f'<row r="{row}">' + "".join(f'<c r="{name}{row}"><v>{row}</v></c>' for name in names) + "</row>"
        for row in range(1, 61)
    )


def _big_sheet(rows: int) -> str:
    return "".join(
        f'<row r="{row}">' + "".join(f'<c r="{name}{row}"><v>{row}</v></c>' for name in "ABCDEFGHIJ") + "</row>"
        for row in range(1, rows + 1)
    )


def _texts_sheet(rows: int) -> str:
    return "".join(
        f'<row r="{row}">'
        + "".join(f'<c r="{name}{row}" t="s"><v>{10 * row + at}</v></c>' for at, name in enumerate("ABCDEFGHIJ"))
        + "</row>"
        for row in range(1, rows + 1)
    )


def _full_sheet() -> str:
    cells = ["Rhys", "07400123456", "a@example.com", "Mill Lane", "CB24 9PL", "Lead"]
    rows = [
        f'<row r="{row}">'
        + "".join(_text(f"{name}{row}", f"{cell} {row}") for name, cell in zip("ABCDEF", cells, strict=True))
        + "</row>"
        for row in range(2, 100_001)
    ]
    head = _HEADINGS.strip().split(",")
    return (
        '<row r="1">'
        + "".join(_text(f"{n}1", h) for n, h in zip("ABCDEF", head, strict=True))
        + "</row>"
        + "".join(rows)
    )


_LAUGHS = (
    "<!DOCTYPE x [<!ENTITY a0 'ha ha ha ha '>"
    + "".join(f"<!ENTITY a{at} '{f'&a{at - 1};' * 10}'>" for at in range(1, 10))
    + "]>"
)

#: Every file that must end in words, and how it is made.
HOSTILE: dict[str, Callable[[], bytes]] = {
    "spaces.ods": lambda: ods(_table_row(_cell('<text:s text:c="2000000000"/>'))),
    "spaces-in-many.ods": lambda: ods(_table_row(_cell('<text:s text:c="90000"/>'), "") * 3000),
    "columns-repeated.ods": lambda: ods(_table_row(_cell("x", 'table:number-columns-repeated="2000000000"'))),
    "rows-repeated.ods": lambda: ods(_table_row(_cell("x") * 10, 'table:number-rows-repeated="1048576"')),
    "far-right.ods": lambda: ods(
        _table_row('<table:table-cell table:number-columns-repeated="2000000000"/>' + _cell("x"))
    ),
    "far-down.ods": lambda: ods(
        _table_row(_cell("x"))
        + _table_row("<table:table-cell/>", 'table:number-rows-repeated="2000000000"')
        + _table_row(_cell("x"))
    ),
    "number-of-digits.ods": lambda: ods(_table_row(_cell(f'<text:s text:c="{"9" * 5000}"/>'))),
    "long-value.ods": lambda: ods(
        f'<table:table-row><table:table-cell office:value-type="string" office:string-value="{"x" * 30 * MEGABYTE}"/>'
        "</table:table-row>"
    ),
    "laughs.ods": lambda: ods(_table_row(_cell("&a9;")), _LAUGHS),
    "deep.ods": lambda: ods("<a>" * 10_000_000),
    "sixty-megabytes.csv": lambda: bytes('"' + _HEADINGS + _rows(600_000), "utf-8"),
    "quote.csv": lambda: bytes('"' + _HEADINGS + _rows(380_000), "utf-8"),
    "quote-in-one-line.csv": lambda: b'Client,Tel\n"' + b"Rhys Hughes, " * 2_300_000,
    "commas.csv": lambda: b"Client,Tel\nRhys,1" + b"," * 5_000_000,
    "commas-in-all-rows.csv": lambda: b"Client,Tel\nRhys,1\n" + (b"," * 900 + b"1\n") * 30_000,
    "wide.csv": lambda: bytes((",".join(f"Column {at}" for at in range(16_384)) + "\n") * 60, "utf-8"),
    "cells-in-a-row.csv": lambda: b"Client,Tel\nRhys,1\n" + b"x," * 490_000,
    "long-cell.csv": lambda: b"Client,Tel\nRhys,1\n" + b"x" * 900_000 + b",1\n",
    "letters.csv": lambda: b"Client,Notes\n" + (b"Rhys," + b"x" * 90_000 + b"\n") * 340,
    "blank-lines.csv": lambda: b"Client,Tel\n" + b"\n" * 30 * MEGABYTE,
    "strange-bytes.csv": lambda: b"Client,Tel\n" + (b"\x81" * 60 + b",1\n") * 480_000,
    "many-rows.csv": lambda: bytes(_HEADINGS + "a,,,,,\n" * 4_000_000, "utf-8"),
    "wide.xlsx": lambda: xlsx(_wide_sheet()),
    "bomb.xlsx": _bomb,
    "lying-bomb.xlsx": lambda: _lying(_bomb()),
    "shared.xlsx": lambda: xlsx(
        "".join(f'<row r="{row}"><c r="A{row}" t="s"><v>0</v></c></row>' for row in range(1, 100_001)),
        f"<si><t>{'x' * 32_000}</t></si>",
    ),
    "shared-many.xlsx": lambda: xlsx(_headings(), "<si><t/></si>" * 12_000_000),
    "far.xlsx": lambda: xlsx(_headings() + f'<row r="2">{_text("XFD1048576", "x")}</row>'),
    "far-in-other-quotes.xlsx": lambda: xlsx(
        _headings() + "<row r='2'><c t='inlineStr' r = 'XFD1048576'><is><t>x</t></is></c></row>"
    ),
    "far-behind-a-comment.xlsx": lambda: xlsx(
        f'<!-- <sheetData> -->{_headings()}<row r="2">{_text("XFD1048576", "x")}</row>'
    ),
    "far-in-a-second-list.xlsx": lambda: xlsx(
        f'{_headings()}</sheetData><sheetData><row r="2">{_text("XFD1048576", "x")}</row>'
    ),
    "far-without-places.xlsx": lambda: xlsx(_headings() + "<row>" + "<c><v>1</v></c>" * 2_000_000 + "</row>"),
    "wrong-place.xlsx": lambda: xlsx(_headings() + f'<row r="2">{_text("ZZZZZZ99999999999", "x")}</row>'),
    "deep.xlsx": lambda: xlsx("<row>" * 10_000_000),
    "laughs.xlsx": lambda: xlsx(_headings(), "<si><t>&a9;</t></si>", before=_LAUGHS),
    "long-attribute.xlsx": lambda: xlsx(f'<row r="1"><c r="{"A" * 120 * MEGABYTE}"/></row>'),
    "long-comment.xlsx": lambda: xlsx(f"<!--{'x' * 120 * MEGABYTE}-->" + _headings()),
    "parts.xlsx": lambda: packed({f"xl/{at}": "" for at in range(200_000)}),
    "errors.xlsx": lambda: xlsx(
        _headings() + "".join(f'<row r="{row}"><c r="A{row}"><f>1/0</f></c></row>' for row in range(2, 100_000))
    ),
    "sheets.xlsx": lambda: xlsx([_big_sheet(10_000)] * 60),
    "reach.xls": lambda: xls(_label(0, 0, "Client"), reach=(0, 65_535, 0, 65_535)),
    "far.xls": lambda: xls(_label(0, 0, "Client") + _label(65_535, 65_535, "x")),
    "shared.xls": _shared_in_xls,
    "records.xls": lambda: CONTAINER + b"\x09\x08\x08\x00" * 7 * MEGABYTE + "Workbook".encode("utf-16-le"),
    "endless-table.xls": _endless_table,
    "strings-announced.xls": lambda: xls(
        _label(0, 0, "Client"), _record(0x00FC, struct.pack("<II", 1, 0x7FFFFFFF) + b"\1\0\0x")
    ),
    "far.xlsb": lambda: xlsb(xlsb_cell(0, 0, "Client") + xlsb_cell(1_048_575, 16_383, "x")),
}

#: Strange files that are read all the same.
READABLE: dict[str, Callable[[], bytes]] = {
    "reach.xlsx": lambda: xlsx(_headings() + f'<row r="2">{_text("A2", "Rhys")}</row>', reach="A1:XFD1048576"),
    "quotes-in-all-rows.csv": lambda: bytes(_HEADINGS + _rows(100_000).replace("Rhys", '"Rhys'), "utf-8"),
    "long-texts.csv": lambda: bytes(_HEADINGS + "".join(map(_long_row, ("1", " 1", "1 ", "a.", "@", "a "))), "utf-8"),
    "commas-in-a-row.csv": lambda: b"Client,Tel\nRhys,1" + b"," * 990_000,
    "apostrophes.csv": lambda: b"Client,Notes\nRhys," + b"a'" * 90 + b'a"b\n',
    "spaces-in-cells.csv": lambda: bytes(
        _HEADINGS.strip() + ",Build date,Latitude\n" + "".join(map(_spaced_row, "1a<=@-")), "utf-8"
    ),
    "spaced-addresses.csv": lambda: bytes(
        _HEADINGS + "".join(f"Rhys {at},,,1{EM_SPACE * 3900}x,,\n" for at in range(300)), "utf-8"
    ),
    "digits-in-all-cells.csv": lambda: _same_cells("1" * 205),
    "dots-in-all-cells.csv": lambda: _same_cells(f"a@{'a.' * 98}@"),
    "blank-beginning.csv": lambda: (b" " * 1000 + b"\n") * 1000 + b"Client,Tel\nRhys,1\n",
    "blank-strings.xlsx": lambda: xlsx(
        _headings() + f'<row r="2">{_text("A2", "Rhys")}</row>', "<si><t>x</t></si>", begin=" " * MEGABYTE
    ),
    "most-cells.csv": lambda: bytes(
        _HEADINGS.strip() + ",A,B,C,D\n" + _rows(119_000).replace("\n", ",a,b,c,d\n"), "utf-8"
    ),
    "most-texts.xlsx": lambda: xlsx(
        _texts_sheet(100_000), "".join(f"<si><t>text {at}</t></si>" for at in range(1_000_010))
    ),
    "small.xlsb": lambda: xlsb(xlsb_cell(0, 0, "Client") + xlsb_cell(1, 0, "Rhys Hughes")),
    "small.xls": lambda: xls(_label(0, 0, "Client") + _label(1, 0, "Rhys Hughes")),
    "hundred-thousand.csv": lambda: bytes(_HEADINGS + _rows(100_000), "utf-8"),
    "hundred-thousand.xlsx": lambda: xlsx(_full_sheet()),
}


def main() -> None:
    """Write the files, or read one."""
    if sys.argv[1] == "--read":
        sys.stdout.write(json.dumps(read(Path(sys.argv[2]))) + "\n")
        return
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for name, make in (HOSTILE | READABLE).items():
        (folder / name).write_bytes(make())


def read(path: Path) -> dict[str, object]:
    """Read a file as an import does, in a process that has done nothing else; return what that took."""
    import python_calamine  # noqa: F401, PLC0415 - so that it counts as idle
    import rapidfuzz  # noqa: F401, PLC0415 - as above

    import heatpunk_desktop.spreadsheets.reading  # noqa: F401, PLC0415 - as above

    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / "account.sqlite3"
        AccountStore.open(database).close()
        work = ImportWork(database)
        gaps = _Gaps()
        sys.setswitchinterval(0.0003)  # as the thread of an import does
        before, began, processed = peak(), time.perf_counter(), time.process_time()
        said: dict[str, object] = {}
        try:
            opened = work.reading.open_file(path, lambda: False)
            said["rows"] = len(opened.sheet.rows)
            if len(opened.sheet.rows) < _FEW:
                work.plan(opened, opened.columns, meanings_of(opened.values), lambda: False, lambda _done, _total: None)
        except KnownError as trouble:
            said |= {"title": trouble.title, "message": trouble.message, "what_to_do": trouble.what_to_do}
        said["seconds"] = round(time.perf_counter() - began, 2)
        said["processor"] = round(time.process_time() - processed, 2)
        said["megabytes"] = round((peak() - before) / MEGABYTE)
        said["stall_ms"] = gaps.end()
        work.close()
    return said


def peak() -> int:
    """The most bytes that this process has held so far."""
    status = Path("/proc/self/status")
    if status.exists():
        # Not that of `resource`, in which the process that started this one counts too.
        return int(re.search(r"VmHWM:\s+(\d+) kB", status.read_text("ascii"))[1]) * 1024  # type: ignore[index]
    return 0


class _Gaps:
    """The longest time that another thread, as the window's, waited for its turn."""

    def __init__(self) -> None:
        self._ends = threading.Event()
        self._longest = 0.0
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        last = time.perf_counter()
        while not self._ends.is_set():
            time.sleep(0.001)
            now = time.perf_counter()
            self._longest, last = max(self._longest, now - last), now

    def end(self) -> int:
        self._ends.set()
        self._thread.join()
        return round(self._longest * 1000)


if __name__ == "__main__":
    main()
