"""Cells become what the user would have typed, and rows are checked as the form checks."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.domain.validation import check_field
from heatpunk_desktop.spreadsheets.cell_text import Repair
from heatpunk_desktop.spreadsheets.cell_values import DayOrder, find_day_order, read_cell, read_day
from heatpunk_desktop.spreadsheets.columns import find_heading_row, match_columns
from heatpunk_desktop.spreadsheets.import_row import LeftOut
from heatpunk_desktop.spreadsheets.rows import RowReader
from heatpunk_desktop.spreadsheets.sheet import Cell, Sheet
from heatpunk_desktop.spreadsheets.targets import Part

if TYPE_CHECKING:
    from collections.abc import Sequence


def reader(rows: Sequence[Sequence[Cell]], *, is_text: bool = True) -> RowReader:
    sheet = Sheet("leads", [tuple(row) for row in rows], is_text=is_text)
    return RowReader(sheet, match_columns(sheet, find_heading_row(sheet.rows)))


@pytest.mark.parametrize(
    ("cell", "text", "repair"),
    [
        (7911123456.0, "07911123456", Repair.ZERO_PUT_BACK),
        (447911123456.0, "+447911123456", Repair.PLUS_PUT_BACK),
        ("7911123456", "07911123456", Repair.ZERO_PUT_BACK),
        ("1223555123.0", "01223555123", Repair.ZERO_PUT_BACK),
        ("'+447911123456", "+447911123456", None),
        ("07911 123456", "07911 123456", None),
        ("+353 1 234 5678", "+353 1 234 5678", None),
        (33123456789.0, "33123456789", Repair.NUMBER_AS_TEXT),
    ],
)
def test_telephones(cell: Cell, text: str, repair: Repair | None) -> None:
    found = read_cell(cell, Field.CUSTOMER_PHONE)
    assert (found.text, found.repair, found.problem) == (text, repair, None)


@pytest.mark.parametrize("cell", ["4.47911E+11", "7,91e10"])
def test_a_number_whose_digits_are_lost_is_no_telephone(cell: str) -> None:
    found = read_cell(cell, Field.CUSTOMER_PHONE)
    assert found.problem
    assert "last digits are lost" in found.problem.words


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("ann @ example.test", "ann@example.test"),
        ("mailto:ann@example.test", "ann@example.test"),
        ("Ann Smith <ann@example.test>", "ann@example.test"),
        ("ann@example.test;", "ann@example.test"),
        ("ann@a.test; bob@b.test", "ann@a.test; bob@b.test"),
        ("no email yet", "no email yet"),
    ],
)
def test_emails(cell: str, text: str) -> None:
    assert read_cell(cell, Field.CUSTOMER_EMAIL).text == text


@pytest.mark.parametrize(
    ("cell", "band"),
    [
        ("pre2000", "Pre 2000"),
        ("Pre-2000", "Pre 2000"),
        ("POST 2006", "Post 2006"),
        (1972.0, "Pre 2000"),
        (date(2003, 5, 1), "Post 2000"),
        (datetime(2010, 5, 1, 12), "Post 2006"),  # noqa: DTZ001 - spreadsheets have no zones
        (38000, "Post 2000"),
        ("1930s", "Pre 2000"),
        ("1960-1975", "Pre 2000"),
        ("Victorian terrace", "Pre 2000"),
        ("31/12/2004", "Post 2000"),
        ("12/31/2004", "Post 2000"),
    ],
)
def test_age_bands(cell: Cell, band: str) -> None:
    found = read_cell(cell, Field.BUILD_DATE)
    assert (found.text, found.problem) == (band, None)
    assert not check_field(Field.BUILD_DATE, found.text).is_error


@pytest.mark.parametrize("cell", ["2000", "2006", "1990 or 2010", "new", 5.0])
def test_an_age_that_may_be_either_is_left_to_the_user(cell: Cell) -> None:
    found = read_cell(cell, Field.BUILD_DATE)
    assert found.problem
    assert "Post 2000" in found.problem.words


@pytest.mark.parametrize("word", ["Installed", "On hold", "?!"])
def test_a_status_that_may_mean_two_things_is_not_guessed(word: str) -> None:
    text = read_cell(word, Field.STATUS).text
    assert check_field(Field.STATUS, text).is_error


@given(st.dates(date(1900, 1, 1), date(2049, 12, 31)), st.sampled_from(DayOrder), st.sampled_from("/.-"))
def test_a_date_is_read_in_the_order_that_its_column_has(day: date, order: DayOrder, sign: str) -> None:
    text = day.strftime(f"%d{sign}%m{sign}%Y" if order is DayOrder.DAY_FIRST else f"%m{sign}%d{sign}%Y")
    assert read_day(text, order) == day
    assert read_day(day.isoformat()) == day
    assert read_day(day.strftime("%d %B %Y")) == day


def test_one_number_above_twelve_tells_the_order_of_a_whole_column() -> None:
    assert find_day_order(["01/02/2020", "03/14/2020", "", None, 5]) is DayOrder.MONTH_FIRST
    assert find_day_order(["01/02/2020", "14/03/2020"]) is DayOrder.DAY_FIRST
    assert find_day_order(["01/02/2020"]) is DayOrder.DAY_FIRST
    assert read_day("no date") is None
    assert read_day("31/02/2020") is None


@given(st.sampled_from(sorted(Field)), st.text() | st.floats() | st.integers() | st.booleans() | st.dates())
@example(Field.BUILD_DATE, float("inf"))
@example(Field.BUILD_DATE, float("nan"))
def test_no_cell_is_beyond_reading(field: Field, cell: Cell) -> None:
    found = read_cell(cell, field, is_text=True)
    if found.problem is None:
        check_field(field, found.text)


def test_problems_say_row_column_and_what_to_do() -> None:
    rows = reader([["Customer", "Tel", "Stage"], ["Ann", "123", "Gone"]])
    row = rows.read(2)
    assert row
    assert [(problem.place, problem.is_error) for problem in row.problems] == [
        ("Row 2, column B (Tel)", False),
        ("Row 2, column C (Stage)", False),
    ]
    assert "Lead" in row.problems[1].words
    assert row.problems[1].words.endswith("Imported without it.")
    assert Field.STATUS not in row.values


def test_a_bad_cell_holds_nobody_back_unless_nothing_else_says_who_it_is() -> None:
    rows = reader([["Customer", "Stage", "Map link"], ["Ann", "Gone", "filled.count.soap"],
                   ["", "Gone", "filled.count.soap"]])  # fmt: skip
    ann, nobody = rows.read(2), rows.read(3)
    assert ann
    assert ann.values == {Field.CUSTOMER_NAME: "Ann"}
    assert [problem.column for problem in ann.problems] == [1, 2]
    assert not ann.has_errors
    assert nobody
    assert nobody.has_errors


def test_a_cell_is_mended_in_place_and_the_row_read_again() -> None:
    rows = reader([["Customer", "Stage"], ["Ann", "Gone"]])
    rows.corrections[2, 1] = "sale"
    row = rows.read(2)
    assert row
    assert not row.problems
    assert row.values == {Field.CUSTOMER_NAME: "Ann", Field.STATUS: "Sale"}


def test_a_cell_too_many_can_be_emptied() -> None:
    rows = reader([["Customer", "Postcode"], ["Ann", "CB1 3QD", "x"]])
    first = rows.read(2)
    assert first
    assert first.has_errors
    rows.corrections[2, 2] = ""
    second = rows.read(2)
    assert second
    assert not second.problems


def test_a_fault_of_the_spreadsheet_is_gone_once_a_value_is_typed() -> None:
    sheet = Sheet("x", [("Customer", "Postcode"), ("Ann", "")], faults={(2, 1): "#REF!"})
    rows = RowReader(sheet, match_columns(sheet, 0))
    first = rows.read(2)
    assert first
    assert "#REF!" in first.problems[0].words
    rows.corrections[2, 1] = "CB1 3QD"
    second = rows.read(2)
    assert second
    assert second.values[Field.POSTCODE] == "CB1 3QD"
    assert not second.problems


def test_a_formula_is_no_value_in_a_text_file_and_text_in_a_workbook() -> None:
    rows = [["Customer", "Our ref"], ["Ann", "=A2&1"]]
    of_text, of_book = reader(rows).read(2), reader(rows, is_text=False).read(2)
    assert of_text
    assert "formula" in of_text.problems[0].words
    assert of_book
    assert of_book.values[Field.CRM_REFERENCE] == "=A2&1"


def test_names_and_addresses_are_put_together() -> None:
    heads = ["Title", "First name", "Surname", "House no", "Street", "Town", "County", "Postcode"]
    row = reader([heads, ["Mrs", "Bea", "O'Neill", "14", "Mill Lane", "Ely", "Cambs", "cb6 2tt"]]).read(2)
    assert row
    assert row.values == {
        Field.CUSTOMER_NAME: "Mrs Bea O'Neill",
        Field.ADDRESS: "14 Mill Lane, Ely, Cambs",
        Field.POSTCODE: "CB6 2TT",
    }


def test_one_coordinate_alone_is_left_out_and_a_link_is_read() -> None:
    alone = reader([["Customer", "Lat", "Long"], ["Ann", "52.1", ""]]).read(2)
    assert alone
    assert [problem.place for problem in alone.problems] == ["Row 2, column C (Long)"]
    assert not alone.has_errors
    assert not {Field.LATITUDE, Field.LONGITUDE} & set(alone.values)
    heads = ["Customer", "Map link"]
    linked = reader([heads, ["Ann", "https://www.google.com/maps/@52.1951,0.1313,15z"]]).read(2)
    assert linked
    assert (linked.values[Field.LATITUDE], linked.values[Field.LONGITUDE]) == (52.1951, 0.1313)


def test_blank_rows_repeated_headings_and_totals_are_no_projects() -> None:
    rows = reader([["Customer", "Postcode", "Value"], ["Ann", "CB1 3QD", "1"], [], ["Customer", "Postcode", "Value"],
                   ["Total", "", "9"], ["", "", "9"]])  # fmt: skip
    read = {number: row.left_out for number in rows.numbers() if (row := rows.read(number)) is not None}
    assert read == {2: None, 4: LeftOut.HEADINGS, 5: LeftOut.TOTAL, 6: LeftOut.NOTHING}


_WIDE: list[str] = ["Customer", "Tel", "Email", "Address", "Postcode", "Stage"]


@pytest.mark.parametrize(
    "cells",
    [
        ["TOTAL", "3"],
        ["Grand total", "", "", "", "", "14"],
        ["Total", "2", "", "£600.00", "", "14/03/2026"],
        ["Sub-total:", "", "", "", "7"],
        ["— FEBRUARY —"],
        ["February 2026"],
        ["*** MARCH ***", "", "", "12"],
        ["Printed by Sandra 14/03/2026"],
        ["Page 3 of 7"],
        ["", "", "page 3 of 7"],
        ["12 records"],
        ["Week commencing 12/01"],
        ["----------", "-----", "-----"],
        ["Sandra's leads"],
        ["customer", " tel", "EMAIL", "Address", "Postcode", "Stage"],
    ],
)
def test_totals_headings_and_what_is_printed_below_are_no_projects(cells: list[str]) -> None:
    row = reader([_WIDE, ["Ann", "07400 123001", "", "1 Mill Lane", "CB1 3QD", "Lead"], cells]).read(3)
    assert row
    assert row.left_out


@pytest.mark.parametrize(
    "cells",
    [
        ["Total Plumbing Ltd", "", "", "4 High Street", "CB1 3QD", "Lead"],
        ["Total Heating", "07400 123001"],
        ["Total Plumbing Ltd", "", "", "4 High Street"],
        ["Total", "", "", "", "", "Lead"],
        ["May Smith", "07400 123001"],
        ["April", "", "april@example.com"],
        ["March", "", "", "3 Station Road", "PE15 8SJ"],
        ["", "", "ann@example.com"],
        ["", "07400 123001"],
        ["Ann Page", "", "", "1 Mill Lane"],
        ["June Count", "", "", "1 Mill Lane"],
        ["Augustus"] + [""] * 3 + ["CB1 3QD"],
    ],
)
def test_customers_are_projects_whatever_they_are_called(cells: list[str]) -> None:
    row = reader([_WIDE, ["Ann", "07400 123001", "", "1 Mill Lane", "CB1 3QD", "Lead"], cells]).read(3)
    assert row
    assert row.left_out is None


def test_a_list_of_few_columns_may_have_rows_of_one_cell() -> None:
    rows = reader([["Customer", "Tel"], ["Ann", "07400 123001"], ["Bob Jones", ""], ["Total", ""]])
    assert [row.left_out for number in rows.numbers() if (row := rows.read(number))] == [None, None, LeftOut.TOTAL]


def test_a_project_id_is_a_whole_number() -> None:
    rows = reader([["Project ID", "Status"], [1234.0, "Lead"], ["12x", "Lead"]])
    first, second = rows.read(2), rows.read(3)
    assert first
    assert first.project_id == 1234
    assert not first.problems
    assert second
    assert second.has_errors


def test_what_the_user_chooses_for_a_column_holds_and_is_remembered() -> None:
    sheet = Sheet("x", [("Name", "Name", "Stuff"), ("Ann", "Barn", "a@b.test")])
    plan = match_columns(sheet, 0)
    assert plan.places(Field.CUSTOMER_NAME) == (0,)
    changed = plan.with_target(1, Field.CUSTOMER_NAME).with_target(0, Field.PROJECT_NAME)
    assert changed.places(Field.CUSTOMER_NAME) == (1,)
    kept = changed.to_remember()
    again = match_columns(sheet, 0, kept)
    assert [column.target for column in again.columns] == [column.target for column in changed.columns]
    assert match_columns(sheet, 0, dict.fromkeys(kept, "nonsense")).columns == plan.columns


def test_latitude_without_longitude_is_told_and_twins_too() -> None:
    sheet = Sheet("x", [("Name", "Name", "Lat"), ("Ann", "Barn", "52.1")])
    notes = match_columns(sheet, 0).notes()
    assert any("“Name”" in note for note in notes)
    assert any("Longitude" in note for note in notes)


def test_our_own_headings_are_taken_at_their_word() -> None:
    sheet = Sheet("x", [("Project ID", "Owner", "Created", "CRM reference"), (5, "a@b.test", "01/02/2026", "R-1")])
    targets = [column.target for column in match_columns(sheet, 0).columns]
    assert targets == [Part.PROJECT_ID, Part.OWNER, Part.IGNORE, Field.CRM_REFERENCE]


@pytest.mark.parametrize("heading", ["Surveyor email", "Landlord phone", "Email sent", "Last contact date"])
def test_what_is_about_somebody_else_is_not_taken_for_the_customers(heading: str) -> None:
    sheet = Sheet("x", [("Customer", heading), ("Ann", "joe@firm.test"), ("Bob", "joe@firm.test")])
    assert match_columns(sheet, 0).columns[1].target is Part.IGNORE


@pytest.mark.parametrize(
    ("rows", "place"),
    [
        ([("Customer", "Postcode"), ("Ann", "CB1 3QD")], 0),
        ([("Leads",), (), ("Customer", "Postcode"), ("Ann", "CB1 3QD")], 2),
        ([("Ann", "CB1 3QD"), ("Bob", "CB7 5HD")], None),
        ([("Wer", "Wo"), ("Ann", "CB1 3QD"), ("Bob", "CB7 5HD")], 0),
        ([], None),
    ],
)
def test_the_row_of_headings_is_found(rows: list[tuple[Cell, ...]], place: int | None) -> None:
    assert find_heading_row(rows) == place


@pytest.mark.parametrize("cell", [date(2130, 5, 1), "1/5/2130"])
def test_a_house_of_the_next_century_is_no_house(cell: Cell) -> None:
    assert read_cell(cell, Field.BUILD_DATE).problem is not None
