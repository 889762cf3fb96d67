"""What the program wrote, it reads back without finding a difference."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from heatpunk_desktop.domain.dates import utc_text
from heatpunk_desktop.domain.fields import FIELD_SPECS, Field
from heatpunk_desktop.domain.headings import Extra
from heatpunk_desktop.export.columns import ALL_CHOICES, export_columns
from heatpunk_desktop.export.table_files import write_csv, write_workbook
from heatpunk_desktop.export.template import write_template
from heatpunk_desktop.linkage.blocking import ProjectFinder
from heatpunk_desktop.sandbox.project import META, from_millis
from heatpunk_desktop.sandbox.sample_data import SampleData
from heatpunk_desktop.sandbox.users import DEFAULT_USERS, Users
from heatpunk_desktop.spreadsheets.columns import find_heading_row, match_columns
from heatpunk_desktop.spreadsheets.known_projects import KnownProjects
from heatpunk_desktop.spreadsheets.planning import ImportPlan, plan_import
from heatpunk_desktop.spreadsheets.reading import open_spreadsheet
from heatpunk_desktop.spreadsheets.row_plan import Action, Ground
from heatpunk_desktop.spreadsheets.rows import RowReader
from heatpunk_desktop.spreadsheets.targets import Part
from tests.fakes import whole_row
from tests.unit.export.rows import WRITTEN, whole_rows

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from heatpunk_desktop.domain.project import WholeRow
    from heatpunk_desktop.export.columns import Choice

#: Each way of writing with the ending of its files.
WRITERS = {".csv": write_csv, ".xlsx": write_workbook}

ON_SERVER = whole_rows(WRITTEN).filter(lambda row: row.key > 0)


def imported(path: Path, rows: Sequence[WholeRow]) -> ImportPlan:
    """What an import of a file would do where these projects are there."""
    _, sheet = open_spreadsheet(path).read_best()
    columns = match_columns(sheet, find_heading_row(sheet.rows))
    values = {row.key: row.values for row in rows}
    known = KnownProjects(
        values.items(), ProjectFinder, lambda keys: {key: values[key] for key in keys if key in values}
    )
    return plan_import(RowReader(sheet, columns), known, ProjectFinder)


def sample(count: int) -> list[WholeRow]:
    data = SampleData(count, seed=3, users=Users(DEFAULT_USERS), until=datetime(2026, 11, 24, 18, tzinfo=UTC))
    return [
        whole_row(
            project.project_id,
            owner="office@acme-heat.test",
            created=utc_text(from_millis(project.created)),
            modified=utc_text(from_millis(project.modified)),
            **{field: getattr(project, META[spec.wire].attribute) for field, spec in FIELD_SPECS.items()},
        )
        for project in data
    ]


@pytest.mark.parametrize("ending", WRITERS)
@pytest.mark.parametrize("choices", [ALL_CHOICES, (Extra.PROJECT_ID, Field.STATUS), tuple(Field)])
def test_an_export_of_the_sample_projects_brings_nothing_new(
    tmp_path: Path, ending: str, choices: tuple[Choice, ...]
) -> None:
    rows = sample(600)
    target = tmp_path / f"a{ending}"
    WRITERS[ending](target, rows, export_columns(choices))
    plan = imported(target, rows)
    assert len(plan.rows) == len(rows)
    counts = plan.counts()
    assert (counts.new, counts.updates, counts.problems) == (0, 0, 0)
    if Extra.PROJECT_ID in choices:
        assert [row.key for row in plan.rows] == [row.key for row in rows]
        assert {row.ground for row in plan.rows} == {Ground.THE_SAME}


@pytest.mark.parametrize("ending", WRITERS)
def test_what_was_changed_in_the_file_is_all_that_changes(tmp_path: Path, ending: str) -> None:
    rows = sample(60)
    changed = [row._replace(status="Sale", customer_phone="01632 960777") for row in rows[:20]]
    target = tmp_path / f"a{ending}"
    WRITERS[ending](target, [*changed, *rows[20:]], export_columns())
    plan = imported(target, rows)
    for row, planned in zip(rows, plan.rows, strict=True):
        expected = (
            {} if row.key not in {other.key for other in changed}
            else {Field.CUSTOMER_PHONE: "01632 960777"} | ({Field.STATUS: "Sale"} if row.status != "Sale" else {})
        )  # fmt: skip
        assert (planned.action, planned.changes) == (Action.UPDATE if expected else Action.SKIP, expected)


@pytest.mark.parametrize("ending", WRITERS)
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(
        whole_rows(WRITTEN).filter(lambda row: row.key > 0), min_size=1, max_size=4, unique_by=lambda row: row.key
    )
)
def test_whatever_projects_hold_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, ending: str, rows: list[WholeRow]
) -> None:
    target = tmp_path_factory.mktemp("round") / f"a{ending}"
    WRITERS[ending](target, rows, export_columns())
    plan = imported(target, rows)
    assert [row.key for row in plan.rows] == [row.key for row in rows]
    assert [dict(row.changes) for row in plan.rows] == [{}] * len(rows)
    assert {row.action for row in plan.rows} == {Action.SKIP}


def test_the_template_is_understood_and_holds_no_projects(tmp_path: Path) -> None:
    write_template(tmp_path / "a.xlsx")
    name, sheet = open_spreadsheet(tmp_path / "a.xlsx").read_best()
    columns = match_columns(sheet, find_heading_row(sheet.rows))
    assert name.name == "Projects"
    assert [choice.target for choice in columns.columns] == [*Field, Part.OWNER]
    assert imported(tmp_path / "a.xlsx", []).rows == []
