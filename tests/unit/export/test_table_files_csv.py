"""Text files that spreadsheets open."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heatpunk_desktop.domain.csv_injection import unguarded_cell
from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.domain.headings import HEADINGS, Extra
from heatpunk_desktop.errors import StorageError
from heatpunk_desktop.export.columns import export_columns
from heatpunk_desktop.export.files import ExportStoppedError
from heatpunk_desktop.export.table_files import write_csv
from tests.unit.export.rows import BARN, WHOLE_ROWS

if TYPE_CHECKING:
    from pathlib import Path

    from heatpunk_desktop.domain.project import WholeRow


def test_the_bytes_of_a_file(tmp_path: Path) -> None:
    target = tmp_path / "a.csv"
    columns = export_columns(
        [Extra.PROJECT_ID, Field.CUSTOMER_NAME, Field.ADDRESS, Field.LATITUDE, Field.BUILD_DATE, Extra.CREATED]
    )
    rows = [BARN, BARN._replace(key=-1, customer_name="=1+1", address='Flat "3"\n12 Mill Road', latitude=None)]
    assert write_csv(target, rows, columns).rows == 2
    assert target.read_bytes().decode("utf-8-sig") == (
        "Project ID,Customer name,Address,Latitude,Build date,Created\r\n"
        '986301,Siân O’Neill,"12 Mill Road, Ely",52.3995,Pre 2000,2026-07-01 09:30\r\n'
        ',\'=1+1,"Flat ""3""\n12 Mill Road",,Pre 2000,2026-07-01 09:30\r\n'
    )
    assert target.read_bytes().startswith(b"\xef\xbb\xbf"), "Excel knows UTF-8 by this"


def test_no_projects_leave_the_headings(tmp_path: Path) -> None:
    assert write_csv(tmp_path / "a.csv", [], export_columns()).rows == 0
    assert (tmp_path / "a.csv").read_text("utf-8-sig") == f"{','.join(HEADINGS.values())}\n"


@given(rows=st.lists(WHOLE_ROWS, max_size=4))
def test_every_cell_is_read_back(tmp_path_factory: pytest.TempPathFactory, rows: list[WholeRow]) -> None:
    target = tmp_path_factory.mktemp("csv") / "a.csv"
    columns = export_columns()
    write_csv(target, rows, columns)
    heading, *lines = csv.reader(io.StringIO(target.read_bytes().decode("utf-8-sig"), newline=""))
    assert heading == list(HEADINGS.values())
    assert len(lines) == len(rows)
    for line, row in zip(lines, rows, strict=True):
        for text, column in zip(line, columns, strict=True):
            cell = column.cell(row)
            if isinstance(cell, str):
                assert unguarded_cell(text) == cell
                assert text[:1] not in tuple("=@\t\r\n")
            elif isinstance(cell, float):
                assert float(text) == cell
            elif cell is None:
                assert text == ""


def test_it_tells_how_far_it_is_and_can_be_stopped(tmp_path: Path) -> None:
    target = tmp_path / "a.csv"
    told: list[int] = []
    write_csv(target, [BARN] * 600, export_columns(), progress=told.append)
    assert told == [256, 512, 600]
    before = target.read_bytes()
    asked: list[int] = []
    with pytest.raises(ExportStoppedError):
        write_csv(target, [BARN] * 600, export_columns(), progress=asked.append, cancelled=lambda: len(asked) == 2)
    assert asked == [256, 512]
    assert target.read_bytes() == before
    assert list(tmp_path.iterdir()) == [target]


def test_a_place_that_cannot_be_written_has_words(tmp_path: Path) -> None:
    with pytest.raises(StorageError):
        write_csv(tmp_path / "gone" / "a.csv", [BARN], export_columns())
