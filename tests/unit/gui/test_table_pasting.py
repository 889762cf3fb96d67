"""What pasting cells over the table would do, and that what is copied comes back as it was."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heatpunk_desktop.domain.changes import FieldEdit
from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.domain.project import Mark, WholeRow
from heatpunk_desktop.gui.table.paste_plan import (
    Block,
    Pasted,
    PastePlan,
    block_of,
    plan_paste,
    rows_as_text,
    text_as_rows,
)
from heatpunk_desktop.models.project_table_model import ProjectTableModel
from heatpunk_desktop.models.table_columns import FIELD_OF, Column
from tests.fakes import whole_row
from tests.unit.models.plain_ways import row

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

SHOWN = [Column.PROJECT, Column.CUSTOMER, Column.POSTCODE, Column.STATUS, Column.CREATED]
HEADINGS = {
    int(column): str(column.name.replace("_", " ").capitalize()) for column in Column if column is not Column.PROJECT_ID
}


def whole(key: int, customer: str = "Ann", postcode: str = "CB1 3QD", status: str = "Lead", marks: int = 0) -> WholeRow:
    return whole_row(
        key,
        project_name=f"Barn {key}",
        customer_name=customer,
        address="",
        postcode=postcode,
        status=status,
        marks=marks,
    )


def made_plan(block: Block, rows: Sequence[WholeRow | None], cannot: str, deleted: str) -> PastePlan:
    found: list[PastePlan] = []

    def work() -> Iterator[None]:
        found.append((yield from plan_paste(block, rows, cannot, deleted, "gone")))

    assert len(list(work())) == len(rows)  # slices
    return found[0]


def plan(lines: Sequence[Sequence[str]], rows: Sequence[WholeRow | None], start: Column = Column.CUSTOMER) -> PastePlan:
    block = block_of(lines, SHOWN, HEADINGS, start)
    return made_plan(block, rows, "cannot", "deleted")


def test_the_line_of_a_project_that_is_gone_goes_to_no_other() -> None:
    made = plan([["Bo"], ["Cy"], ["Di"]], [whole(5), None, whole(3)])
    assert [(edit.key, edit.changes) for edit in made.changes()] == [
        (5, {Field.CUSTOMER_NAME: "Bo"}), (3, {Field.CUSTOMER_NAME: "Di"}),
    ]  # fmt: skip
    assert [(cell.line, cell.pasted, cell.words) for cell in made.refused] == [(2, "Cy", "gone")]


@pytest.mark.parametrize(
    ("values", "column"),
    [
        (["Sale", "install", "Completed"], Column.STATUS),
        (["Sale", "Install", "Sold"], Column.STATUS),
        (["ann@example.com", "bo@example.com"], Column.EMAIL),
        (["cb24 9pl", "EX1 1HS", ""], Column.POSTCODE),
        (["07700 900123", "+44 (0)1223 496000"], Column.PHONE),
        (["Ann", "Bo"], None),
        (["Sale", "Barn", "Mill"], None),
        (["12345", "2026-01-02"], None),
        ([""], None),
    ],
)
def test_values_tell_the_column_that_they_are_for(values: list[str], column: Column | None) -> None:
    assert Pasted([[value] for value in values], SHOWN, HEADINGS).guessed() == column


def test_one_cell_can_go_to_a_hidden_column_several_only_to_seen_ones() -> None:
    assert Pasted([["Bo"]], SHOWN, HEADINGS).offered() == [*SHOWN[:4], *(c for c in FIELD_OF if c not in SHOWN)]
    assert Pasted([["Bo", "Cy"]], SHOWN, HEADINGS).offered() == SHOWN[:4]
    assert Pasted([["07700 900123", "Bo"]], SHOWN, HEADINGS).guessed() is None
    assert Pasted([["Bo"]], SHOWN, HEADINGS).block(Column.PHONE).columns == (Column.PHONE,)


@pytest.mark.parametrize("before", ["", "x" * 200_000 + "\t"])
def test_a_quotation_mark_that_nothing_closes_is_a_letter(before: str) -> None:
    rows = text_as_rows(f'{before}"Barn\tAnn\n6" pipe\tBo\n')
    assert [row[-2:] for row in rows] == [['"Barn', "Ann"], ['6" pipe', "Bo"]]


def test_lines_go_over_rows_and_cells_to_the_right() -> None:
    made = plan([["Bo", "cb24 9pl"], ["Cy", "SW1A 1AA"]], [whole(5), whole(4)])
    assert made.changes() == [
        FieldEdit(
            5,
            {Field.CUSTOMER_NAME: "Ann", Field.POSTCODE: "CB1 3QD"},
            {Field.CUSTOMER_NAME: "Bo", Field.POSTCODE: "CB24 9PL"},
        ),
        FieldEdit(
            4,
            {Field.CUSTOMER_NAME: "Ann", Field.POSTCODE: "CB1 3QD"},
            {Field.CUSTOMER_NAME: "Cy", Field.POSTCODE: "SW1A 1AA"},
        ),
    ]


def test_one_line_goes_over_all() -> None:
    assert [edit.changes for edit in plan([["Bo"]], [whole(5), whole(4), whole(3, customer="Bo")]).changes()] == [
        {Field.CUSTOMER_NAME: "Bo"}
    ] * 2


def test_headings_say_themselves_where_the_cells_go() -> None:
    made = plan([["Status", "customer"], ["Quote", "Bo"]], [whole(5)], Column.PROJECT)
    assert made.changes()[0].changes == {Field.STATUS: "Quote", Field.CUSTOMER_NAME: "Bo"}
    assert [cell.line for cell in made.cells] == [2, 2]


def test_a_line_that_only_begins_like_headings_is_pasted() -> None:
    assert block_of([["Customer", "Bo"], ["Cy", "Di"]], SHOWN, HEADINGS, Column.CUSTOMER).first == 1


@pytest.mark.parametrize(
    ("start", "pasted", "words"),
    [
        (Column.STATUS, "Sold", "This has to be one of Lead, Quote, Sale, Install, Completed or Rejected."),
        (Column.STATUS, "", "Heatpunk gives no way to take this away. Choose another one."),
        (Column.CREATED, "1 Jan 2026", "cannot"),
    ],
)
def test_what_cannot_go_there_is_told_by_row_and_column(start: Column, pasted: str, words: str) -> None:
    made = plan([[pasted, ""], ["", ""], ["Bo", ""]], [whole(5)], start)
    (refused,) = made.refused
    assert (refused.line, refused.column, refused.words) == (1, start, words)
    assert made.changes() == []


def test_what_is_as_it_was_is_no_change_and_a_warning_lets_through() -> None:
    made = plan([["Ann", "nowhere"]], [whole(5)])
    assert made.changes()[0].changes == {Field.POSTCODE: "nowhere"}
    assert "UK postcode" in made.changed[0].words
    assert made.refused == []


def test_a_text_that_no_field_takes_goes_nowhere() -> None:
    made = plan([["x" * 32_767, "CB1 3QE"], ["x" * 32_768, "CB1 3QE"]], [whole(5), whole(3)])
    assert [(edit.key, [*edit.changes]) for edit in made.changes()] == [
        (5, [Field.CUSTOMER_NAME, Field.POSTCODE]), (3, [Field.POSTCODE]),
    ]  # fmt: skip
    assert [(cell.key, "longer than 32,767" in cell.words) for cell in made.refused] == [(3, True)]


def test_an_empty_cell_empties_a_text() -> None:
    assert plan([[""]], [whole(5)]).changes()[0].changes == {Field.CUSTOMER_NAME: ""}


def test_deleted_projects_stay_as_they_are() -> None:
    made = plan([["Bo"]], [whole(5, marks=int(Mark.DELETED_HERE))])
    assert (made.changes(), [cell.words for cell in made.refused]) == ([], ["deleted"])


def test_what_has_nowhere_to_go_is_counted() -> None:
    block = block_of([["a"] * 7] * 3, SHOWN, HEADINGS, Column.POSTCODE)
    assert block == Block((("a",) * 7,) * 3, 1, (Column.POSTCODE, Column.STATUS, Column.CREATED), 4)
    assert made_plan(block, [whole(5)], "", "").lines_over == 2


def test_nothing_pasted_over_what_is_not_known_is_no_change() -> None:
    block = Block((("",),), 1, (Column.PHONE,))
    assert made_plan(block, [whole(5)], "", "").changes() == []
    block = Block((("01223 496000",),), 1, (Column.PHONE,))
    assert made_plan(block, [whole(5)], "", "").changes() == [FieldEdit(5, {}, {Field.CUSTOMER_PHONE: "01223 496000"})]


def test_only_what_is_known_is_the_base() -> None:
    unknown = whole(5)._replace(customer_name=None)
    assert plan([["Bo"]], [unknown]).changes() == [FieldEdit(5, {}, {Field.CUSTOMER_NAME: "Bo"})]


@pytest.mark.usefixtures("qapp")
@given(st.lists(st.tuples(st.text(max_size=12), st.text(max_size=12)), min_size=1, max_size=4))
def test_what_is_copied_is_read_back_as_it_is_shown(cells: list[tuple[str, str]]) -> None:
    model = ProjectTableModel()
    rows = [row(key, name=name, customer=customer) for key, (name, customer) in enumerate(cells, 1)]
    shown = [
        [model.text_of(table_row, column).replace("\t", " ") for column in (Column.PROJECT, Column.CUSTOMER)]
        for table_row in rows
    ]
    model.row_tuple = rows.__getitem__  # type: ignore[assignment, method-assign]
    text = rows_as_text(model, range(len(rows)), [Column.PROJECT, Column.CUSTOMER])
    while shown and not any(cell.strip() for cell in shown[-1]):
        shown.pop()
    assert text_as_rows(text) == [["Project", "Customer"], *shown]


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize(
    ("name", "cell"),
    [
        ("=1+1", "'=1+1"),
        ('The "Old" Mill', '"The ""Old"" Mill"'),
        ("-5", "-5"),
        ("Ann\tBo", "Ann Bo"),
        ("\t=1", " =1"),
    ],
)
def test_a_spreadsheet_takes_what_is_copied_as_text(name: str, cell: str) -> None:
    model = ProjectTableModel()
    model.add_rows([row(1, name=name)])
    assert rows_as_text(model, [0], [Column.PROJECT], has_headings=False) == cell


def test_spreadsheets_end_a_block_with_a_line_break() -> None:
    assert text_as_rows('a\t"b\nc"\r\nd\te\r\n') == [["a", "b\nc"], ["d", "e"]]
    assert text_as_rows("\r\n") == []
