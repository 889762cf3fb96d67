"""The quick look through a workbook says what the parser says, or leaves it to the parser."""

from __future__ import annotations

import io
from array import array

import pytest
import xlsxwriter

from heatpunk_desktop.errors import BadInputError
from heatpunk_desktop.spreadsheets import limits
from heatpunk_desktop.spreadsheets.limits import MOST_CELLS, MOST_COLUMNS, MOST_ROWS, Room
from heatpunk_desktop.spreadsheets.workbook_scan import SheetScan, sheet_part, string_lengths
from heatpunk_desktop.spreadsheets.xml_parts import UnusualError, open_package, usual_faults, usual_lengths
from tests.messy.hostile import xlsx
from tests.messy.make import MADE

_BOOKS = [name for name in MADE if name.endswith(".xlsx") and name not in {"damaged.xlsx", "protected.xlsx"}]
_SIZE = 10_000


def written() -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet("Leads")
        bold = book.add_format({"bold": True})
        for row in range(2000):
            sheet.write_row(row, 0, [f"Client & Co {row}", row, "", f"<{row}>", row % 2 == 0])
            sheet.write_blank(row, 600 if row == 7 else 9, None, bold)
        sheet.write_formula("G3", "=1+1", value="")
        sheet.write_formula("G4", "=1/0", value="#DIV/0!")
        sheet.write_formula("G5", "=A1", value="text")
    return out.getvalue()


def both(data: bytes, index: int = 0) -> tuple[dict[tuple[int, int], str] | None, dict[tuple[int, int], str]]:
    """What the quick look says of a sheet, or None, and what the parser does."""
    with open_package(data) as package:
        lengths, part = string_lengths(package), sheet_part(package, index)
        try:
            quick = dict(usual_faults(package.pieces(part), package.size(part), lengths, Room()))
        except UnusualError:
            quick = None
        return quick, dict(SheetScan(package, part, lengths, Room("x")).faults)


def test_the_quick_look_says_what_the_parser_says() -> None:
    rows = "".join(
        f'<row r="{row}" spans="1:3"><c r="A{row}" s="2" t="s"><v>0</v></c><c r="B{row}"/>'
        f'<c r="C{row}"><f t="shared" si="0"/><v>{"" if row == 5 else row}</v></c></row>'
        for row in range(1, 3000)
    )
    quick, parsed = both(xlsx(rows, "<si><t>Client</t></si>"))
    assert quick == parsed == {(5, 2): ""}


def test_a_workbook_of_a_library_is_looked_through_alike() -> None:
    quick, parsed = both(written())
    assert quick is None, "something is formatted very far to the right"
    assert parsed == {(3, 6): "", (4, 6): "#DIV/0!"}


@pytest.mark.parametrize("name", _BOOKS)
def test_messy_workbooks_are_looked_through_alike(name: str) -> None:
    try:
        quick, parsed = both(MADE[name]())
    except BadInputError:
        return  # it is damaged inside
    assert quick is None or quick == parsed


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="1"><c r="A1"><v>1</v></c><!-- --></row>',
        "<row r='1'><c r='A1'><v>1</v></c></row>",
        '<row r="1"><c t="n" r="A1"><v>1</v></c></row>',
        '<row r="1"><c><v>1</v></c></row>',
        '<row r="1"><x:c r="A1"><v>1</v></x:c></row>',
        '<row r="1"><c r="A1"><v>1</v></c>text</row>',
        '<row r="1"><c r="A1" t="inlineStr"><is><r><t>rich</t></r></is></c></row>',
        '</sheetData><sheetData><row r="1"></row>',
    ],
)
def test_what_is_written_otherwise_is_left_to_the_parser(rows: str) -> None:
    body = f"<worksheet><sheetData>{rows}</sheetData></worksheet>".encode()
    with pytest.raises(UnusualError):
        usual_faults(iter([body]), len(body), array("L"), Room())


def test_pieces_may_end_anywhere() -> None:
    rows = "".join(f'<row r="{row}"><c r="A{row}"><v>{row}</v></c></row>' for row in range(1, 50))
    body = f"<worksheet><sheetData>{rows}</sheetData><pageMargins/></worksheet>".encode()
    for size in (1, 7, 64, 1000):
        room = Room()
        pieces = (body[at : at + size] for at in range(0, len(body), size))
        assert usual_faults(pieces, len(body), array("L"), room) == {}
        assert (room.rows, room.columns) == (49, 1)
    texts = ("<sst>" + "".join(f"<si><t>{'x' * at}</t></si>" for at in range(50)) + "</sst>").encode()
    for size in (20, 64, 1000):
        pieces = (texts[at : at + size] for at in range(0, len(texts), size))
        assert list(usual_lengths(pieces)) == list(range(50))


def test_texts_in_many_cells_count_in_each() -> None:
    rows = "".join(f'<row r="{row}"><c r="A{row}" t="s"><v>0</v></c></row>' for row in range(1, 1200))
    with pytest.raises(BadInputError, match="too big") as caught:
        both(xlsx(rows, f"<si><t>{'x' * 30_000}</t></si>"))
    assert "characters" in caught.value.message


@pytest.mark.parametrize(
    ("row", "column", "times", "words"),
    [
        (MOST_ROWS, 0, 1, f"{MOST_ROWS:,} can be read"),
        (0, MOST_COLUMNS, 1, f"{MOST_COLUMNS} can be read"),
        (0, 0, MOST_CELLS + 1, f"{MOST_CELLS:,} cells"),
        (MOST_ROWS - 1, 30, 1, "too many to read"),
    ],
)
def test_each_limit_holds_and_has_words(row: int, column: int, times: int, words: str) -> None:
    with pytest.raises(BadInputError) as caught:
        Room("Leads").take(row, column, 1, times)
    assert words in caught.value.message
    assert "“Leads”" in caught.value.message
    Room().take(min(row, 80_000), min(column, MOST_COLUMNS - 1), 1, min(times, MOST_CELLS))


def test_a_file_that_takes_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MOST_SECONDS", -1.0)
    with pytest.raises(BadInputError, match="too long"):
        limits.with_time_limit(None)()
