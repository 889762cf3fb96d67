"""Makes the messy files of this folder: spreadsheets as offices have them, with everything that goes wrong in them.

`python -m tests.messy.make` writes `files/`, the same each time. What is expected of each lies beside it and is looked
through by the user; see `reading.py`.
"""

from __future__ import annotations

import codecs
import csv
import io
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import xlsxwriter

from tests.messy.old_workbooks import encrypted_package, workbook

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

FILES = Path(__file__).parent / "files"

Cell = str | float | date | None


def text(
    rows: Sequence[Sequence[str]], separator: str = ",", line_end: str = "\r\n", quoting: int = csv.QUOTE_MINIMAL
) -> str:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=separator, lineterminator=line_end, quoting=quoting).writerows(rows)  # type: ignore[arg-type]
    return out.getvalue()


def new_workbook(fill: Callable[[xlsxwriter.Workbook], None]) -> bytes:
    """An Excel workbook that is the same each time."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_numbers": False})
    book.set_properties({"created": datetime(2026, 1, 5, tzinfo=UTC).replace(tzinfo=None)})
    fill(book)
    book.close()
    written: bytes = out.getvalue()
    return written


def open_document(rows: Sequence[Sequence[str | float]]) -> bytes:
    """A small OpenDocument spreadsheet, with the many blank cells that LibreOffice writes behind the last one."""
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
    )
    body = ""
    for row in rows:
        body += "<table:table-row>"
        for cell in row:
            if isinstance(cell, str):
                body += f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>'
            else:
                value = f'office:value-type="float" office:value="{cell}"'
                body += f"<table:table-cell {value}><text:p>{cell}</text:p></table:table-cell>"
        body += '<table:table-cell table:number-columns-repeated="1000"/></table:table-row>'
    blank = '<table:table-cell table:number-columns-repeated="1024"/>'
    body += f'<table:table-row table:number-rows-repeated="1048000">{blank}</table:table-row>'
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {spaces}><office:body><office:spreadsheet>'
        f'<table:table table:name="Enquiries">{body}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = (
        '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/></manifest:manifest>'
    )
    return package({"mimetype": kind, "content.xml": content, "META-INF/manifest.xml": manifest})


def package(parts: dict[str, str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 5, 9, 0, 0)), content.encode(), zipfile.ZIP_DEFLATED)
    return out.getvalue()


# -- texts -----------------------------------------------------------------------------------------------------------


def excel_in_windows_letters() -> bytes:
    rows = [
        ["Heat pump enquiries – spring", "", "", "", "", ""],
        [],
        ["Client", "Tel no.", "E-mail", "Post code", "Site address", "Quote £"],
        ["Siân O’Neill", "01223 555 123", "sian@oneill.test", "cb13qd", "14 Station Road, Cambridge", "£12,500.00"],
        ["Zoë Müller", "(01353) 661234", "zoe@mueller.test", "CB7 4EE", "2 Café Row, Ely, Cambs", "£9,800.50"],
        ["", "", "", "", "", "£22,300.50"],
    ]
    return text(rows, ";").encode("cp1252")


def website_form() -> bytes:
    rows = [
        ["First Name", "Last Name", "Email Address", "Mobile Number", "Address", "Postcode", "Consent", "Submitted"],
        [
            "ann",
            "Smith",
            " ann.smith @example.test",
            "+44 7911 123456",
            "The Old Barn\nMill Lane\nEly",
            "CB7 4AA",
            "Yes",
            "2026-03-01T10:22:00Z",
        ],
        [
            "Bob",
            "Jones\r\n",
            "mailto:bob@jones.test",
            "07911 123457",
            "3 High St,\r\nSoham",
            "CB7 5HD",
            "Yes",
            "2026-03-02T18:01:44Z",
        ],
        [
            "Cara",
            "",
            "Cara Wood <cara@wood.test>",
            "07911123458",
            "Flat 2, 9 Park Close, Royston",
            "SG8 5AA",
            "No",
            "2026-03-03T07:45:10Z",
        ],
    ]
    return codecs.BOM_UTF8 + text(rows, quoting=csv.QUOTE_ALL, line_end="\n").encode()


def unicode_text() -> bytes:
    rows = [
        ["Customer", "Telephone", "Postcode", "Status"],
        ["Łukasz Żak", "01223 555124", "CB1 2AB", "Lead"],
        ["Dafydd ap Gwilym", "01970 612345", "SY23 3BY", "Quoted"],
    ]
    return codecs.BOM_UTF16_LE + text(rows, "\t").encode("utf-16-le")


def without_headings() -> bytes:
    rows = [
        ["Ann Smith", "01223 555123", "ann@example.test", "14 Station Road, Cambridge, CB1 3QD"],
        ["Bob Jones", "01223 555124", "bob@example.test", "3 High Street, Soham, CB7 5HD"],
        ["Cara Wood", "01223 555125", "cara@example.test", "9 Park Close, Royston, SG8 5AA"],
    ]
    return text(rows).encode()


def american_dates() -> bytes:
    rows = [
        ["Name", "Address", "Zip", "Date built", "Stage"],
        ["Ann Smith", "14 Station Road", "CB1 3QD", "03/14/1998", "Lead"],
        ["Bob Jones", "3 High Street", "CB7 5HD", "12/31/2003", "Won"],
        ["Cara Wood", "9 Park Close", "SG8 5AA", "1/2/2015", "Lost"],
        ["Dai Evans", "1 Low Road", "SY23 3BY", "February 2, 1987", "Complete"],
        ["Eve Khan", "2 Low Road", "SY23 3BZ", "36000", "Installed"],
        ["Finn Clark", "4 Low Road", "SY23 3BZ", "1930s", "lead"],
        ["Gwen Hall", "5 Low Road", "SY23 3BZ", "2000", "Lead"],
    ]
    return text(rows).encode()


def twins_among_headings() -> bytes:
    rows = [
        ["Name", "Name", "Phone", "Phone", "Address", "Postcode"],
        ["Ann Smith", "Smith annexe", "01223 555123", "07911 123456", "14 Station Road", "CB1 3QD"],
        ["Bob Jones", "Jones barn", "", "07911 123457", "3 High Street", "CB7 5HD"],
    ]
    return text(rows).encode()


def three_hundred_columns() -> bytes:
    extra = [f"cf_{number}" for number in range(294)]
    heads = [
        "record_id",
        *extra[:100],
        "contact_name",
        "contact_email",
        *extra[100:200],
        "site_postcode",
        *extra[200:],
        "pipeline_stage",
        "site_address",
    ]
    rows = [heads]
    for number, (name, postcode) in enumerate([("Ann Smith", "CB1 3QD"), ("Bob Jones", "CB7 5HD")], 1):
        values = dict.fromkeys(heads, "") | {f"cf_{place}": str(place * number) for place in range(0, 294, 7)}
        values |= {
            "record_id": f"R-{number:05}", "contact_name": name, "contact_email": f"c{number}@example.test",
            "site_postcode": postcode, "pipeline_stage": "Lead", "site_address": f"{number} Station Road, Cambridge",
        }  # fmt: skip
        rows.append([values[head] for head in heads])
    return text(rows).encode()


def shortened_numbers() -> bytes:
    rows = [
        ["Customer", "Phone", "Postcode", "Our ref", "Address"],
        ["Ann Smith", "4.47911E+11", "CB1 3QD", "1.23E+05", "14 Station Road"],
        ["Bob Jones", "7911123457", "CB7 5HD", "2026-01", "3 High Street"],
        ["Cara Wood", "447911123458.0", "SG8 5AA", '=A2&"-x"', "9 Park Close"],
        ["#REF!", "07911 123459", "SY23 3BY", "2026-04", "#N/A"],
        ["'=Dai Evans", "'+447911123460", "SY23 3BY", "n/a", "-"],
    ]
    return text(rows).encode()


def unclosed_quote() -> bytes:
    lines = [
        "Customer,Address,Postcode",
        '"Ann Smith","14 Station Road, Cambridge",CB1 3QD',
        '"Bob Jones,3 High Street,CB7 5HD',
    ]
    lines += [
        f'"Customer {number}","{number} Mill Lane, Ely",CB7 4A{letter}' for number, letter in enumerate("ABDEFG", 1)
    ]
    return ("\n".join(lines) + "\n").encode()


def commas_without_quotes() -> bytes:
    lines = [
        "Customer,Address,Postcode,Status", "Ann Smith,14 Station Road,CB1 3QD,Lead",
        "Bob Jones,3 High Street, Soham,CB7 5HD,Lead", "Cara Wood,9 Park Close,SG8 5AA,Quote",
        "Dai Evans,1 Low Road,SY23 3BY",
    ]  # fmt: skip
    return "\r\n".join(lines).encode()


def scrambled_letters() -> bytes:
    rows = [
        ["Customer", "Phone", "E-mail", "Address"],
        ["SiÃ¢n Oâ€™Neill", "\u202a01223 555123\u202c", "sian@oneill.test", "14\u00a0Station\u00a0Road"],
        ["Zoë Müller", "01223\u00a0555124", "zoe@mueller.test\u200b", "2 Café Row"],
        ["José Peña", "01223 555125", "jose@pena.test", "Peñarth House"],
        ["Chloë Ångström", "01223 555126", "chloe@angstrom.test", "Ærø Cottage"],
    ]
    # One line was added by a program that knows no Unicode.
    return text(rows).encode() + "Renée Coté,01223 555127,renee@cote.test,4 Île Lane\r\n".encode("cp1252")


def address_in_parts() -> bytes:
    rows = [
        [
            "Title",
            "Forename",
            "Surname",
            "House No",
            "Address 1",
            "Address 2",
            "Town",
            "County",
            "Post Code",
            "Home Tel",
            "Mobile",
        ],
        ["Mr", "Ann", "Smith", "14", "Station Road", "", "Cambridge", "Cambs", "CB1 3QD", "", "07911 123456"],
        [
            "Mrs",
            "Bea",
            "O'Neill",
            "2a",
            "Mill Lane",
            "Little Downham",
            "Ely",
            "Cambs",
            "CB6 2TT",
            "01353 661234",
            "07911 123457",
        ],
        ["Dr", "", "Wood", "", "The Grange, Ely", "", "Ely", "", "CB7 4AA", "01353 661235", ""],
    ]
    return text(rows).encode()


def totals_and_repeats() -> bytes:
    head = ["Customer", "Postcode", "Status", "Value"]
    rows = [
        head, ["Ann Smith", "CB1 3QD", "Lead", "100"], ["Bob Jones", "CB7 5HD", "Lead", "200"], ["", "", "", ""], head,
        ["Cara Wood", "SG8 5AA", "Quote", "300"], ["Cara Wood", "SG8 5AA", "Quote", "300"], ["", "", "Sale", ""],
        ["Total", "", "", "900"], ["Page 2 of 2", "", "", ""],
    ]  # fmt: skip
    return text(rows).encode()


def postcodes() -> bytes:
    given = [
        "CB1 3QD",
        "cb13qd",
        "CBI 3QD",
        "0X1 1AA",
        "S01 1AA",
        "CB1 3Q",
        "12345",
        "  w1a0ax ",
        "EC1A1BB.",
        "N/A",
        "L0 1AA",
    ]
    rows = [["Customer", "P.code"], *([f"Customer {number}", code] for number, code in enumerate(given, 1))]
    return text(rows).encode()


def letters_for_digits() -> bytes:
    given = ["CB1O 1AA", "CB1 OAA", "B1O 3QD", "E1 6AN", "SO1 4OO", "OO1 1OO", "CB4 3QO", "SW1A lAA", "CB25 9OQ"]
    rows = [["Client", "Post code", "Tel"], *([f"Client {number}", code, ""] for number, code in enumerate(given, 1))]
    rows[1][2], rows[2][2] = "O7911 123456", "0791l 123457"
    return text(rows).encode()


# -- workbooks -------------------------------------------------------------------------------------------------------


def phones_as_numbers() -> bytes:
    def fill(book: xlsxwriter.Workbook) -> None:
        book.add_worksheet("Read me").write_string(0, 0, "Please fill in the other sheet")
        hidden = book.add_worksheet("Old")
        hidden.hide()
        hidden.write_row(0, 0, ["Customer", "Postcode", "Status"])
        sheet = book.add_worksheet("Leads 2026")
        day, bold = book.add_format({"num_format": "dd/mm/yyyy"}), book.add_format({"bold": True})
        sheet.write_string(1, 1, "Leads of the spring fair", bold)
        for column, heading in enumerate(["Lead name", "Mobile", "Built", "Lat", "Long", "Job No", "Heat loss kW"], 1):
            sheet.write_string(3, column, heading, bold)
        leads: list[tuple[str, float, date | float, float, float, float, float]] = [
            ("Ann Smith", 7911123456, date(1998, 3, 14), 52.1951, 0.1313, 1001, 6.4),
            ("Bob Jones", 447911123457, 38000.0, 52.3356, 0.3370, 1002, 8.1),
            ("Cara Wood", 1763245678, 2015, 51.0, 200.5, 1003, 5.0),
        ]
        for row, (name, phone, built, north, east, job, loss) in enumerate(leads, 4):
            sheet.write_string(row, 1, name)
            sheet.write_number(row, 2, phone)
            if isinstance(built, date):
                sheet.write_datetime(row, 3, datetime(built.year, built.month, built.day), day)  # noqa: DTZ001
            else:
                sheet.write_number(row, 3, built)
            for column, number in enumerate((north, east, job, loss), 4):
                sheet.write_number(row, column, number)
        sheet.write_blank(2000, 30, None, bold)

    return new_workbook(fill)


def names_over_lines() -> bytes:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("Leads")
        sheet.write_row(0, 0, ["Client\nname", "E-mail", "Site\naddress", "Post\ncode", "Project\nname", "Status"])
        for row, cells in enumerate(
            [
                [
                    "Siân\nPritchard",
                    "sian @example.test",
                    "12 Mill Road\nEly",
                    "CB7\n4AA",
                    "Mill Road\n(barn)",
                    "Lead\n",
                ],
                ["Bob Jones\r\n", " bob@\u00a0jones.test", "3 High St\n\nSoham\n", "CB7 5HD", "", " quote"],
                [
                    "\nCara\t Wood",
                    "cara.wood@example.test\ncara@home.test",
                    "9 Park Close",
                    "SG8 5AA",
                    "",
                    "Quote\nsent",
                ],
                ["Mr & Mrs\nD. O\u2019Neill", "no email", "1 Elm Row", "", "", "on hold"],
            ],
            1,
        ):
            sheet.write_row(row, 0, cells)

    return new_workbook(fill)


def whole_address() -> bytes:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("Sheet1")
        rows = [
            ["Client", "Address", "Google maps"],
            ["Ann Smith", "14 Station Road, Cambridge, CB1 3QD", "https://www.google.com/maps/@52.1951,0.1313,15z"],
            ["Bob Jones", "3 High Street\nSoham\ncb75hd", "52.3356, 0.3370"],
            ["Cara Wood", "9 Park Close, Royston SG8 5AA, UK", "https://maps.app.goo.gl/abc"],
            ["Dai Evans", "Ty Gwyn, Aberystwyth", ""],
        ]
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                sheet.write_string(number, column, cell)

    return new_workbook(fill)


def formulas() -> bytes:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("Calc")
        for column, heading in enumerate(["Customer", "Postcode", "Reference", "Notes"]):
            sheet.write_string(0, column, heading)
        sheet.write_string(1, 0, "Ann Smith")
        sheet.write_formula(1, 1, "=VLOOKUP(A2,Other!A:B,2,0)", value="CB1 3QD")
        sheet.write_formula(1, 2, '="R-"&ROW()', value="R-2")
        sheet.write_string(2, 0, "Bob Jones")
        sheet.write_formula(2, 1, "=VLOOKUP(A3,Other!A:B,2,0)", value="#N/A")
        sheet.write_formula(2, 2, '="R-"&ROW()', value="")
        sheet.write_string(3, 0, "=Cara Wood")
        sheet.write_string(3, 1, "SG8 5AA")

    return new_workbook(fill)


def old_excel() -> bytes:
    return workbook(
        [
            ["Customer Name", "Telephone", "Property Age", "Postcode"],
            ["Ann Smith", 1223555123.0, "Victorian", "CB1 3QD"],
            ["Zoë Müller", "01353 661234", 1972.0, "CB7 4EE"],
        ]
    )


def libre_office() -> bytes:
    return open_document(
        [
            ["Homeowner", "Phone", "Email", "Postcode", "Latitude", "Longitude"],
            ["Ann Smith", 1223555123, "ann@example.test", "CB1 3QD", 52.1951, 0.1313],
            ["Bob Jones", "01353 661234", "bob@example", "CB7 4EE", "52,3356", "0,3370"],
        ]
    )


MADE: dict[str, Callable[[], bytes]] = {
    "excel-in-windows-letters.csv": excel_in_windows_letters,
    "website-form.csv": website_form,
    "unicode-text.txt": unicode_text,
    "without-headings.csv": without_headings,
    "american-dates.csv": american_dates,
    "twins-among-headings.csv": twins_among_headings,
    "three-hundred-columns.csv": three_hundred_columns,
    "shortened-numbers.csv": shortened_numbers,
    "unclosed-quote.csv": unclosed_quote,
    "commas-without-quotes.csv": commas_without_quotes,
    "scrambled-letters.csv": scrambled_letters,
    "address-in-parts.csv": address_in_parts,
    "totals-and-repeats.csv": totals_and_repeats,
    "postcodes.csv": postcodes,
    "letters-for-digits.csv": letters_for_digits,
    "names-over-lines.xlsx": names_over_lines,
    "phones-as-numbers.xlsx": phones_as_numbers,
    "whole-address.xlsx": whole_address,
    "formulas.xlsx": formulas,
    "old-excel.xls": old_excel,
    "libre-office.ods": libre_office,
    # What cannot be read, each in its way.
    "empty.csv": lambda: b"",
    "blank-cells.csv": lambda: b",,\r\n , ,\r\n",
    "protected.xlsx": encrypted_package,
    "protected.xls": lambda: workbook([["Customer"], ["Ann"]], encrypted=True),
    "damaged.xlsx": lambda: whole_address()[:-900],
    "damaged-inside.xlsx": lambda: whole_address().replace(b"xl/worksheets/sheet1.xml", b"xl/worksheets/sheet9.xml"),
    "web-page.xls": lambda: b"<html><body><table><tr><td>Customer</td></tr><tr><td>Ann</td></tr></table></body></html>",
    "old-xml.xls": lambda: b'<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?>\n<Workbook></Workbook>',
    "picture.csv": lambda: b"\x89PNG\r\n\x1a\n" + bytes(64),
    "letter.csv": lambda: package({"[Content_Types].xml": "", "word/document.xml": "<w/>"}),
    "of-apple.xlsx": lambda: package({"Index/Document.iwa": "", "Metadata/Properties.plist": ""}),
    "bytes.csv": lambda: bytes(range(256)) * 8,
    "~$open-in-excel.xlsx": lambda: b"\x06office",
}  # fmt: skip


def main() -> None:
    """Write all files."""
    FILES.mkdir(exist_ok=True)
    for name, make in MADE.items():
        (FILES / name).write_bytes(make())


if __name__ == "__main__":
    main()
