"""The template to fill in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from heatpunk_desktop.domain.emails import check_member_email
from heatpunk_desktop.domain.fields import Field, Status
from heatpunk_desktop.domain.headings import BY_HEADING, Extra
from heatpunk_desktop.domain.validation import check_field
from heatpunk_desktop.errors import StorageError
from heatpunk_desktop.export.template import EXPLAINED, write_template
from tests.unit.export.test_table_files_workbook import part, sheets

if TYPE_CHECKING:
    from pathlib import Path


def test_it_has_a_column_for_each_field_and_explains_them(tmp_path: Path) -> None:
    target = tmp_path / "a.xlsx"
    write_template(target)
    read = sheets(target)
    assert list(read) == ["Projects", "About the columns"]
    (heading,) = read["Projects"]
    assert [BY_HEADING[str(text)] for text in heading] == [*Field, Extra.OWNER]
    about = read["About the columns"]
    assert [line[0] for line in about[3:]] == heading
    assert all(line[1] and line[2] for line in about[3:])


def test_it_offers_the_words_that_are_known(tmp_path: Path) -> None:
    target = tmp_path / "a.xlsx"
    write_template(target)
    sheet = part(target, "xl/worksheets/sheet1.xml")
    assert f'<formula1>"{",".join(Status)}"</formula1>' in sheet
    assert '<formula1>"Pre 2000,Post 2000,Post 2006"</formula1>' in sheet
    assert 'sqref="I2:I10001"' in sheet
    assert sheet.count('errorStyle="warning"') == 4


def test_the_examples_are_what_the_form_takes() -> None:
    for field, explained in EXPLAINED.items():
        if isinstance(field, Extra):
            assert check_member_email(explained.example).problem is None
            continue
        problem = check_field(field, explained.example).problem
        # The number is one of those that are kept free for stories: nobody has it.
        assert problem is None or field is Field.CUSTOMER_PHONE


def test_a_place_that_cannot_be_written_has_words(tmp_path: Path) -> None:
    with pytest.raises(StorageError):
        write_template(tmp_path / "gone" / "a.xlsx")
