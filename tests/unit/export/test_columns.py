"""What stands in the columns of an export."""

from __future__ import annotations

from heatpunk_desktop.domain.fields import DETAIL_FIELDS, Field
from heatpunk_desktop.domain.headings import HEADINGS, Extra
from heatpunk_desktop.export.columns import ALL_CHOICES, Kind, export_columns
from heatpunk_desktop.spreadsheets.cell_text import plain_text
from tests.unit.export.rows import BARN, BARN_CELLS


def test_all_columns_come_in_the_order_of_their_headings() -> None:
    columns = export_columns()
    assert [column.heading for column in columns] == list(HEADINGS.values())
    assert [column.cell(BARN) for column in columns] == [BARN_CELLS.get(column, "not loaded") for column in HEADINGS]


def test_columns_are_those_chosen_each_once() -> None:
    columns = export_columns([Field.STATUS, Extra.CREATED, Field.STATUS, Field.LATITUDE])
    assert [(column.choice, column.kind) for column in columns] == [
        (Field.STATUS, Kind.TEXT),
        (Extra.CREATED, Kind.MOMENT),
        (Field.LATITUDE, Kind.DEGREES),
    ]


def test_what_is_not_there_leaves_the_cell_empty() -> None:
    nothing = BARN._replace(key=-5, customer_email="", address="", latitude=None, created="", build_date="1930s")
    cells = dict(zip(ALL_CHOICES, [column.cell(nothing) for column in export_columns()], strict=True))
    empty = (Extra.PROJECT_ID, Field.CUSTOMER_EMAIL, Field.ADDRESS, Field.LATITUDE, Extra.CREATED)
    assert [cells[choice] for choice in empty] == [None] * 5
    assert cells[Field.BUILD_DATE] == "1930s"


def test_what_is_not_loaded_says_so() -> None:
    unknown = BARN._replace(customer_email=None, customer_phone=None, build_date=None, crm_reference=None)
    columns = export_columns([field for field in Field if field in DETAIL_FIELDS])
    assert [column.cell(unknown) for column in columns] == ["not loaded"] * len(DETAIL_FIELDS)
    # An export that comes back says nothing by it.
    assert plain_text("not loaded") == ""


def test_a_place_beside_what_is_not_there_stays() -> None:
    cells = dict(zip(ALL_CHOICES, [column.cell(BARN) for column in export_columns()], strict=True))
    assert cells[Field.LONGITUDE] == -0.1313


def test_nought_degrees_are_a_place() -> None:
    assert [column.cell(BARN._replace(longitude=0.0)) for column in export_columns([Field.LONGITUDE])] == [0.0]
