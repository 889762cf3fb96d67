"""Lists on paper: what fits a line, how many pages there are, and what the user stops."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QFont, QFontMetricsF, QPdfWriter

from heatpunk_desktop.domain.dates import DateRange
from heatpunk_desktop.domain.display import display_text
from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.domain.headings import Extra
from heatpunk_desktop.export.columns import ALL_CHOICES, export_columns
from heatpunk_desktop.export.files import ExportStoppedError
from heatpunk_desktop.gui.export.formats import PDF, TEXT, WORKBOOK, choices_of, format_of
from heatpunk_desktop.gui.printing.paper import Paper, PaperHead, fitted_lines, lay_out_page, page_of
from heatpunk_desktop.gui.printing.printing import pdf_writer
from heatpunk_desktop.gui.text.condition_words import filter_words
from heatpunk_desktop.models.project_filter import ProjectFilter, SidebarView
from tests.unit.export.rows import BARN

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.usefixtures("qapp")


def head(headings: tuple[str, ...], total: int) -> PaperHead:
    return PaperHead("Projects", ("All projects", "acme-heat.test"), "24 Nov 2026 16:05", headings, total)


def paper(headings: tuple[str, ...], total: int, rows: list[list[str]]) -> Paper:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    device = QPdfWriter(buffer)
    lay_out_page(device)
    return Paper(page_of(device), head(headings, total), rows)


def pages(path: Path) -> int:
    found = re.findall(rb"/Count (\d+)", path.read_bytes())
    return int(found[0])


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=60), st.integers(40, 300), st.integers(1, 3))
def test_lines_fit_and_hold_the_text_in_its_order(text: str, width: int, lines: int) -> None:
    metrics = QFontMetricsF(QFont())
    found = fitted_lines(text, metrics, width, lines)
    assert len(found) <= lines
    shown = "".join("".join(found).split())
    whole = "".join(display_text(text).split())
    assert shown == whole or (found[-1].endswith("…") and whole.startswith("".join("".join(found[:-1]).split())))
    assert all(metrics.horizontalAdvance(line) <= width + 1 or len(line) == 1 for line in found)


def test_long_words_are_broken_before_anything_is_left_out() -> None:
    metrics = QFontMetricsF(QFont())
    width = metrics.horizontalAdvance("someone.with.a.long")
    assert "".join(fitted_lines("someone.with.a.long.name@x.example", metrics, width, 3)) == (
        "someone.with.a.long.name@x.example"
    )


def test_every_row_has_its_page() -> None:
    few = paper(("Project", "Status"), 0, [])
    assert few.pages == 1
    assert few.rows_a_page > 20
    rows = [["Mill Road 12", "Lead"]] * 3
    for total, wanted in ((few.rows_a_page, 1), (few.rows_a_page + 1, 2), (10 * few.rows_a_page, 10)):
        assert paper(("Project", "Status"), total, rows).pages == wanted


def test_many_columns_take_several_lines_and_so_fewer_rows_a_page() -> None:
    columns = export_columns()
    texts = [[str(column.cell(BARN) or "") for column in columns]]
    wide = paper(tuple(column.heading for column in columns), 100, texts)
    assert wide.rows_a_page < paper(("Project",), 100, [["Mill Road 12"]]).rows_a_page


def test_a_pdf_has_a_page_for_every_so_many_rows(tmp_path: Path) -> None:
    columns = export_columns([Field.PROJECT_NAME, Field.STATUS, Extra.CREATED, Field.LATITUDE])
    headings = tuple(column.heading for column in columns)
    rows_a_page = paper(headings, 1, [["Mill Road 12", "Quote", "1 Jul 2026", "52.39950"]]).rows_a_page
    told: list[int] = []
    count = 2 * rows_a_page + 1
    write = pdf_writer(lambda: head(headings, count))
    assert write(tmp_path / "a.pdf", [BARN] * count, columns, told.append, lambda: False).rows == count
    assert pages(tmp_path / "a.pdf") == 3
    assert told == [rows_a_page, 2 * rows_a_page, count]
    assert write(tmp_path / "none.pdf", [], columns, told.append, lambda: False).rows == 0
    assert pages(tmp_path / "none.pdf") == 1


def test_a_pdf_that_is_stopped_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(b"old")
    columns = export_columns(ALL_CHOICES)
    write = pdf_writer(lambda: head(tuple(column.heading for column in columns), 500))
    with pytest.raises(ExportStoppedError):
        write(tmp_path / "a.pdf", [BARN] * 500, columns, lambda _done: None, lambda: True)
    assert (tmp_path / "a.pdf").read_bytes() == b"old"


def test_what_narrows_the_list_is_said() -> None:
    shown = ProjectFilter(
        view=SidebarView.MINE,
        statuses=frozenset({"Quote", "Lead", "Odd"}),
        owner_id=7,
        created=DateRange(date(2026, 9, 1), date(2026, 11, 24)),
        text=" mill\n",
    )
    assert filter_words(shown, lambda number: f"owner {number}") == (
        "Mine · Status: Lead, Quote, Odd · Owner: owner 7 · Created: 1 Sep 2026 to 24 Nov 2026 · Search: mill"
    )
    assert filter_words(ProjectFilter(), str) == "All projects"


def test_a_file_is_of_the_kind_that_its_ending_says() -> None:
    assert [format_of(name) for name in ("a.XLSX", "b.csv", "c.pdf", "d.txt", "")] == [WORKBOOK, TEXT, PDF, None, None]
    assert choices_of([0, 3, 8, 99]) == (Field.PROJECT_NAME, Field.STATUS, Extra.PROJECT_ID)
