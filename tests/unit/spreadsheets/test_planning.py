"""What an import would do with each row, before anything is done."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heatpunk_desktop.domain.changes import FieldEdit, NewProject
from heatpunk_desktop.domain.fields import Field, FieldValues
from heatpunk_desktop.linkage.blocking import ProjectFinder
from heatpunk_desktop.spreadsheets.columns import find_heading_row, match_columns
from heatpunk_desktop.spreadsheets.known_projects import KnownProjects, mark_of
from heatpunk_desktop.spreadsheets.planning import ImportPlan, plan_import
from heatpunk_desktop.spreadsheets.row_plan import Action, Ground
from heatpunk_desktop.spreadsheets.rows import RowReader
from heatpunk_desktop.spreadsheets.sheet import CancelledError, Cell, Sheet

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

HEADS = ("Customer", "Phone", "Email", "Address", "Postcode", "Status", "Our ref")
ANN = ("Ann Smith", "07911 123456", "ann@example.test", "14 Station Road, Cambridge", "CB1 3QD", "Lead", "")
BOB = ("Bob Jones", "07911 223344", "bob@example.test", "3 High Street, Soham", "CB7 5HD", "Quote", "")


def known(projects: Mapping[int, FieldValues]) -> KnownProjects:
    return KnownProjects(
        projects.items(), ProjectFinder, lambda keys: {key: projects[key] for key in keys if key in projects}
    )


def reader(rows: Sequence[Sequence[Cell]], heads: Sequence[str] = HEADS) -> RowReader:
    sheet = Sheet("leads", [tuple(heads), *map(tuple, rows)], is_text=True)
    return RowReader(sheet, match_columns(sheet, find_heading_row(sheet.rows)))


def planned(
    rows: Sequence[Sequence[Cell]], projects: Mapping[int, FieldValues] | None = None, heads: Sequence[str] = HEADS
) -> ImportPlan:
    return plan_import(reader(rows, heads), known(projects or {}), ProjectFinder)


def there(row: Sequence[str], **changed: str) -> FieldValues:
    """A project as the store has it once such a row was imported."""
    fields = (
        Field.CUSTOMER_NAME, Field.CUSTOMER_PHONE, Field.CUSTOMER_EMAIL, Field.ADDRESS, Field.POSTCODE, Field.STATUS,
        Field.CRM_REFERENCE,
    )  # fmt: skip
    return dict(zip(fields, row, strict=True)) | {Field(name): value for name, value in changed.items()}


def test_new_rows_are_created_with_what_they_say_and_a_name() -> None:
    plan = planned([ANN, BOB])
    assert plan.counts()[:4] == (2, 0, 0, 0)
    changes = plan.changes("office@firm.test")
    assert [type(change) for change in changes] == [NewProject, NewProject]
    first = changes[0]
    assert isinstance(first, NewProject)
    assert first.owner == "office@firm.test"
    said = {field: value for field, value in there(ANN).items() if value}
    assert first.values == {**said, Field.PROJECT_NAME: "14 Station Road, Cambridge"}


def test_a_name_of_the_file_is_kept() -> None:
    (change,) = planned([("Barn survey", *ANN)], heads=("Project name", *HEADS)).changes()
    assert isinstance(change, NewProject)
    assert change.values[Field.PROJECT_NAME] == "Barn survey"


def test_a_row_that_is_there_offers_nothing() -> None:
    plan = planned([ANN], {7: there(ANN)})
    assert (plan.rows[0].ground, plan.rows[0].key, plan.changes()) == (Ground.THE_SAME, 7, [])


def test_a_likely_duplicate_is_left_out_until_the_user_says_what_to_do() -> None:
    plan = planned([("Anne Smith", *ANN[1:5], "Quote", "")], {7: there(ANN)})
    one = plan.rows[0]
    assert (one.action, one.ground, one.key) == (Action.SKIP, Ground.LIKELY, 7)
    assert one.candidates[0].reasons
    assert plan.changes() == []
    assert plan.counts().duplicates == 1
    plan.choose(2, Action.UPDATE)
    assert plan.changes() == [
        FieldEdit(
            7,
            {Field.CUSTOMER_NAME: "Ann Smith", Field.STATUS: "Lead"},
            {Field.CUSTOMER_NAME: "Anne Smith", Field.STATUS: "Quote"},
        )
    ]
    plan.choose(2, Action.CREATE)
    assert isinstance(plan.changes()[0], NewProject)
    plan.choose(2, Action.SKIP)
    assert plan.changes() == []


def test_with_the_same_crm_reference_only_what_differs_is_changed() -> None:
    row = (*ANN[:5], "Sale", "R-1")
    plan = planned([row], {7: there(ANN, crm_reference="R-1")})
    assert plan.rows[0].ground is Ground.CHANGED
    assert plan.changes() == [FieldEdit(7, {Field.STATUS: "Lead"}, {Field.STATUS: "Sale"})]


def test_a_project_id_tells_which_project_it_is() -> None:
    heads = ("Project ID", *HEADS)
    plan = planned([(7, *ANN[:5], "Sale", ""), (8, *BOB)], {7: there(ANN)}, heads)
    assert plan.rows[0].action is Action.UPDATE
    assert plan.rows[1].action is Action.CREATE
    assert "no project 8 here" in plan.rows[1].problems[0].words


def test_the_id_of_quite_another_project_changes_nothing_unasked() -> None:
    plan = planned([(7, *BOB)], {7: there(ANN)}, ("Project ID", *HEADS))
    assert (plan.rows[0].ground, plan.rows[0].action) == (Ground.ANOTHER, Action.SKIP)
    assert plan.choose(2, Action.UPDATE).changes


def test_fields_that_were_never_loaded_are_set_without_a_base() -> None:
    listed: FieldValues = {field: value for field, value in there(ANN).items() if field is not Field.CUSTOMER_PHONE}
    plan = planned([(7, *ANN)], {7: listed}, ("Project ID", *HEADS))
    assert plan.changes() == [FieldEdit(7, {}, {Field.CUSTOMER_PHONE: "07911 123456"})]


def test_blank_cells_change_nothing() -> None:
    plan = planned([(7, "Ann Smith", "", "", "", "", "", "")], {7: there(ANN)}, ("Project ID", *HEADS))
    assert plan.rows[0].ground is Ground.THE_SAME


def test_rows_that_are_twice_in_the_file_are_created_once() -> None:
    plan = planned([ANN, BOB, ANN, ("Ann Smyth", *ANN[1:])])
    assert [row.ground for row in plan.rows] == [Ground.NEW, Ground.NEW, Ground.ROW_BEFORE, Ground.ROW_BEFORE]
    assert plan.rows[2].candidates[0].row == 2
    assert len(plan.changes()) == 2


def test_two_rows_of_one_project_change_it_once() -> None:
    heads = ("Project ID", *HEADS)
    plan = planned([(7, *ANN[:5], "Sale", ""), (7, *ANN[:5], "Install", "")], {7: there(ANN)}, heads)
    assert [row.ground for row in plan.rows] == [Ground.CHANGED, Ground.ROW_BEFORE]
    assert len(plan.changes()) == 1


def test_a_row_with_an_error_is_nothing_until_it_is_mended() -> None:
    rows = reader([(*ANN, "one too many")])
    plan = plan_import(rows, known({}), ProjectFinder)
    assert plan.rows[0].ground is Ground.PROBLEM
    assert plan.choose(2, Action.CREATE).to_change() is None
    assert [problem.place for problem in plan.problems()] == ["Row 2, column H"]
    assert plan.counts().problems == 1
    rows.corrections[2, 7] = ""
    mended = rows.read(2)
    assert mended
    assert plan.put_row(mended).action is Action.CREATE
    assert len(plan.changes()) == 1


def test_a_corrected_row_of_a_project_changed_before_is_left_to_the_user() -> None:
    heads = ("Project ID", *HEADS)
    rows = reader([(7, *ANN[:5], "Sale", ""), (7, *ANN[:5], "Install", "")], heads)
    plan = plan_import(rows, known({7: there(ANN)}), ProjectFinder)
    for number, ground in ((3, Ground.ROW_BEFORE), (2, Ground.CHANGED)):
        rows.corrections[number, 2] = "07911 123457"
        row = rows.read(number)
        assert row
        assert plan.put_row(row).ground is ground
    assert len(plan.changes()) == 1


@pytest.mark.parametrize("order", [(2, 3), (3, 2)], ids=["from the top", "from the bottom"])
def test_rows_that_become_alike_by_being_corrected_are_created_once(order: tuple[int, int]) -> None:
    rows = reader([(*ANN[:5], "Gone", ""), (*ANN[:5], "Nowhere", "")])
    plan = plan_import(rows, known({}), ProjectFinder)
    for number in order:
        rows.corrections[number, 5] = "Lead"
        row = rows.read(number)
        assert row
        plan.put_row(row)
    assert [row.ground for row in plan.rows] == [Ground.NEW, Ground.ROW_BEFORE]
    assert len(plan.changes()) == 1


def test_correcting_the_first_of_two_that_are_alike_leaves_neither_out() -> None:
    rows = reader([ANN, ANN])
    plan = plan_import(rows, known({}), ProjectFinder)
    rows.corrections[2, 5] = "Sale"
    row = rows.read(2)
    assert row
    assert plan.put_row(row).ground is Ground.NEW
    assert len(plan.changes()) == 1


def test_what_the_form_refuses_is_no_problem_where_it_is_there_already() -> None:
    plan = planned([(7, *ANN[:5], "Archived", "")], {7: there(ANN, status="Archived")}, ("Project ID", *HEADS))
    assert plan.rows[0].ground is Ground.THE_SAME
    assert plan.counts().problems == 0


@pytest.mark.parametrize(
    ("row", "project"),
    [
        ((*ANN[:1], "+44 7911 123456", *ANN[2:]), there(ANN)),
        ((*ANN[:2], "Ann@Example.test", *ANN[3:]), there(ANN)),
        ((*ANN[:4], "cb13qd", *ANN[5:]), there(ANN)),
        (ANN, there(ANN, postcode="cb13qd")),
        (ANN, there(ANN, address="14 Station Road, Cambridge, CB1 3QD")),
        (ANN, there(ANN, customer_name="Ann\nSmith")),
    ],
)
def test_what_only_looks_different_is_no_difference(row: Sequence[str], project: FieldValues) -> None:
    assert planned([(7, *row)], {7: project}, ("Project ID", *HEADS)).rows[0].ground is Ground.THE_SAME


NAMES = st.sampled_from(["Ann Smith", "Bob", "Cara O’Neill", "Dai ap Gwilym", "Ann"])
ROWS = st.tuples(
    NAMES | st.just(""),
    st.sampled_from(["", "07911 123456", "01223 555123", "7911123457", "ring later"]),
    st.sampled_from(["", "ann@example.test", "bob @x.test", "x@"]),
    st.sampled_from(["", "14 Station Road, Cambridge", "Flat 2, 14 Station Road", "The Barn\nEly"]),
    st.sampled_from(["", "CB1 3QD", "cb13qd", "CB7 5HD", "nowhere"]),
    st.sampled_from(["", "Lead", "won", "SALE"]),
    st.sampled_from(["", "R-1", "R-2"]),
)


@settings(max_examples=60)
@given(st.lists(ROWS, max_size=8))
def test_importing_the_same_file_twice_offers_nothing_new(rows: list[tuple[str, ...]]) -> None:
    first = planned(rows)
    store: dict[int, FieldValues] = {}
    for number, change in enumerate(first.changes(), 1):
        assert isinstance(change, NewProject)
        # As the program does: a reference of its own where there is none, and all other fields known to be empty.
        store[-number] = dict.fromkeys(Field, "") | {Field.CRM_REFERENCE: f"HPD-{number}"} | dict(change.values)
    second = planned(rows, store)
    assert second.changes() == []
    assert second.counts().new == 0


@pytest.mark.parametrize(
    "row",
    [
        ("Ann", "", "", "", "", "Lead", ""),
        ("", "ring later", "", "", "", "Lead", ""),
        ("", "", "x@example.com", "", "", "", ""),
        ("", "", "", "", "", "Lead", "R-1"),
    ],
)
def test_however_little_a_row_says_it_is_known_again(row: tuple[str, ...]) -> None:
    change = planned([row]).changes()[0]
    assert isinstance(change, NewProject)
    assert planned([row], {-1: dict(change.values)}).changes() == []


def test_progress_is_told_and_stopping_leaves_nothing() -> None:
    rows = [(f"Customer {number}", f"01223 {number:06}", "", f"{number} Road", "", "", "") for number in range(1500)]
    told: list[tuple[int, int]] = []
    plan_import(reader(rows), known({}), ProjectFinder, lambda done, total: told.append((done, total)))
    assert told[0][0] == 0
    assert told[-1][0] == told[-1][1]
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    asked: list[int] = []

    def stop() -> bool:
        asked.append(1)
        return len(asked) > 2

    with pytest.raises(CancelledError):
        plan_import(reader(rows), known({}), ProjectFinder, None, stop)


def test_projects_of_one_mark_are_found_in_order_however_many() -> None:
    count = 9_000  # more than are sorted at a time
    projects = {
        key: {Field.CUSTOMER_NAME: f"Ann {key % 7}", Field.ADDRESS: "1 High Street"} for key in range(count, 0, -1)
    }
    alike = known(projects).exactly(mark_of(projects[3]))
    assert alike == [key for key in range(1, count + 1) if key % 7 == 3]
