"""Text files are read as they were written, by any program."""

from __future__ import annotations

import codecs
import csv
import io

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from heatpunk_desktop.spreadsheets.dialects import (
    Encoding,
    Quote,
    Separator,
    TextDialect,
    decode,
    detect_dialect,
    detect_encoding,
)
from heatpunk_desktop.spreadsheets.text_files import dialect_of, read_text, read_text_file

#: Cells as they stand in the spreadsheets of installers, with all that parts cells inside.
CELLS = st.one_of(
    st.sampled_from(
        [
            "Siân O’Neill",
            "Smith, John",
            "14 Station Road, Cambridge, CB1 3QD",
            "The Old Barn\nMill Lane\nEly",
            "07700 900123",
            "+44 (0)1223 555 123",
            "sian@example.co.uk",
            "CB1 3QD",
            "Lead",
            "Quote",
            "",
            "12/03/2026",
            "1,250.50",
            "£4,500",
            'Says "call after 6"; not before',
            "Pipe 22mm | 15mm",
            "O'Connor",
            "42",
            "https://example.co.uk/?project=3",
        ]
    ),
    st.text(alphabet="abcdefghij ÄÉÎøñ", min_size=1, max_size=12).map(str.strip).filter(bool),
)
HEADINGS = ["Client", "Address", "Post code", "Tel", "E-mail", "Status", "Notes", "Value"]


@st.composite
def tables(draw: st.DrawFn) -> list[list[str]]:
    width = draw(st.integers(2, len(HEADINGS)))
    rows = draw(st.lists(st.lists(CELLS, min_size=width, max_size=width), min_size=3, max_size=12))
    # A row of blank cells alone is written as a blank line by some, and a table of one value tells nothing.
    return [HEADINGS[:width], *(["Somebody", *row[1:]] if not any(row) else row for row in rows)]


def written(rows: list[list[str]], separator: str, line_end: str, quoting: int, quote: str = '"') -> str:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=separator, lineterminator=line_end, quoting=quoting, quotechar=quote).writerows(rows)  # type: ignore[arg-type]
    return out.getvalue()


@given(
    tables(),
    st.sampled_from([Separator.COMMA, Separator.SEMICOLON, Separator.TAB]),
    st.sampled_from(["\r\n", "\n"]),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    st.sampled_from([Encoding.UTF_8, Encoding.UTF_16_LE, Encoding.UTF_16_BE]),
    st.booleans(),
)
def test_a_table_is_read_as_it_was_written_with_nobody_saying_how(
    rows: list[list[str]], separator: Separator, line_end: str, quoting: int, encoding: Encoding, has_mark: bool
) -> None:
    text = written(rows, separator, line_end, quoting)
    data = ("\ufeff" if has_mark else "").encode(encoding) + text.encode(encoding)
    dialect = dialect_of(data)
    assert (dialect.encoding, dialect.separator) == (encoding, separator)
    assert read_text_file(data, dialect, "leads").rows == [tuple(row) for row in rows]


@given(
    st.lists(
        st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")), min_size=1, max_size=5)
    ),
    st.sampled_from(Separator),
    st.sampled_from([Quote.DOUBLE, Quote.SINGLE]),
)
def test_once_the_dialect_is_said_every_cell_comes_back_whatever_it_holds(
    rows: list[list[str]], separator: Separator, quote: Quote
) -> None:
    text = written(rows, separator, "\r\n", csv.QUOTE_ALL, quote)
    sheet = read_text(text, TextDialect(separator=separator, quote=quote), "any")
    if not text.lower().lstrip('"').startswith("sep="):
        assert sheet.rows == [tuple(row) for row in rows]
        assert not sheet.notes


@given(st.text(st.characters(exclude_categories=["Cs"])), st.sampled_from(Encoding))
@example("", Encoding.UTF_8)
@example("Siân", Encoding.WINDOWS_1252)
def test_no_bytes_are_beyond_reading(text: str, encoding: Encoding) -> None:
    data = text.encode(encoding, "replace")
    for way in Encoding:
        decode(data, way)
    assert decode(data, encoding) == data.decode(encoding).removeprefix("\ufeff")


@given(st.binary())
def test_any_bytes_become_some_rows(data: bytes) -> None:
    sheet = read_text_file(data, dialect_of(data), "junk")
    assert all(isinstance(cell, str) for row in sheet.rows for cell in row)


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (codecs.BOM_UTF8 + b"Name\n", Encoding.UTF_8),
        ("Siân,Müller\n".encode(), Encoding.UTF_8),
        ("Siân,Müller\n".encode("cp1252"), Encoding.WINDOWS_1252),
        ("£4,500 – “ring”\n".encode("cp1252"), Encoding.WINDOWS_1252),
        (codecs.BOM_UTF16_LE + "Name\n".encode("utf-16-le"), Encoding.UTF_16_LE),
        ("Name,Tel\n".encode("utf-16-be"), Encoding.UTF_16_BE),
        (b"plain\n", Encoding.UTF_8),
        (b"", Encoding.UTF_8),
    ],
)
def test_the_encoding_is_found(data: bytes, encoding: Encoding) -> None:
    assert detect_encoding(data) is encoding


def test_a_line_of_another_encoding_in_a_file_in_utf_8_is_read_as_well() -> None:
    data = "Siân\nZoë\nMüller\nJosé\nÁine\nChloë\n".encode() + "Renée\n".encode("cp1252")
    assert read_text_file(data, dialect_of(data), "x").rows[-1] == ("Renée",)


def test_the_mark_of_byte_order_does_not_stick_to_the_first_heading() -> None:
    data = codecs.BOM_UTF8 + b"Name,Tel\nA,1\n"
    assert read_text_file(data, dialect_of(data), "x").rows[0] == ("Name", "Tel")


def test_commas_in_addresses_do_not_beat_the_semicolons_between_cells() -> None:
    text = "Name;Address\nAnn;1 High St, Ely, Cambs\nBob;2 Low St, Ely, Cambs\n"
    assert detect_dialect(text).separator is Separator.SEMICOLON


def test_what_the_first_line_says_for_excel_is_heeded_and_no_row() -> None:
    text = "sep=|\nName|Note\nAnn|a,b,c\nBob|d,e,f\n"
    assert detect_dialect(text).separator is Separator.BAR
    assert read_text(text, detect_dialect(text), "x").rows[0] == ("Name", "Note")


def test_single_quotes_and_backslashes_are_found() -> None:
    single = "'Name','Address'\n'Ann','1 High St, Ely'\n'Bob','2 Low St, Ely'\n"
    assert detect_dialect(single).quote is Quote.SINGLE
    escaped = 'Name,Note\n"Ann","says \\"no\\", then yes"\n"Bob","says \\"yes\\", then no"\n'
    assert read_text(escaped, detect_dialect(escaped), "x").rows[1] == ("Ann", 'says "no", then yes')
    spaced = 'Name, Address\nAnn, "1 High St, Ely"\nBob, "2 Low St, Ely"\n'
    assert read_text(spaced, detect_dialect(spaced), "x").rows[2] == ("Bob", "2 Low St, Ely")


def test_a_quotation_mark_that_is_never_closed_costs_one_row_and_is_told() -> None:
    text = 'Name,Tel\nAnn,1\n"Bob,2\n' + "".join(f'"C {n}",{n}\n' for n in range(400))
    sheet = read_text(text, detect_dialect(text), "x")
    assert len(sheet.rows) == 403
    assert sheet.rows[2:4] == [("Bob", "2"), ("C 0", "0")]
    assert list(sheet.notes) == [3]
    assert "quotation mark" in sheet.notes[3]


def test_an_open_mark_at_the_very_end_takes_no_rows_with_it() -> None:
    text = 'Name,Tel\n"Ann,1\nBob,2\nCid,3\n'
    assert read_text(text, TextDialect(), "x").rows == [("Name", "Tel"), ("Ann", "1"), ("Bob", "2"), ("Cid", "3")]


def test_an_inch_mark_beside_a_cell_of_two_lines_is_no_open_mark() -> None:
    text = 'Name,Pipe\n"Ann\nof Ely",5" pipe\nBob,x\n'
    sheet = read_text(text, TextDialect(), "x")
    assert sheet.rows == [("Name", "Pipe"), ("Ann\nof Ely", '5" pipe'), ("Bob", "x")]
    assert not sheet.notes


def test_blank_lines_keep_the_numbers_of_the_rows_behind_them() -> None:
    assert read_text("Name,Tel\n\nAnn,1\n", TextDialect(), "x").rows == [("Name", "Tel"), (), ("Ann", "1")]


def test_old_macs_ends_of_lines_are_read() -> None:
    assert read_text("Name,Tel\rAnn,1\r", TextDialect(), "x").rows == [("Name", "Tel"), ("Ann", "1")]
