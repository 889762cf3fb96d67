"""Which cells of a row give a field, and what to put into them; and cells chosen from a list."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QStandardItemModel
from PySide6.QtWidgets import QComboBox, QTableView

from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.gui.importing.tables import CHOICES_ROLE, ChoiceDelegate, cells_for, fields_of, places_of
from heatpunk_desktop.spreadsheets.columns import ColumnPlan, match_columns
from heatpunk_desktop.spreadsheets.rows import RowReader
from heatpunk_desktop.spreadsheets.sheet import Sheet
from heatpunk_desktop.spreadsheets.targets import Part, Target

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


def read_as(*targets: Target) -> ColumnPlan:
    """Columns of which each is read as something."""
    plan = match_columns(Sheet("s", [tuple(f"h{place}" for place in range(len(targets)))]), 0)
    for place, target in enumerate(targets):
        plan = plan.with_target(place, target)
    return plan


@pytest.mark.parametrize(
    ("targets", "field", "places"),
    [
        ((Field.STATUS,), Field.STATUS, (0,)),
        ((Part.SURNAME, Part.NAME_TITLE, Part.FIRST_NAME), Field.CUSTOMER_NAME, (2, 0, 1)),
        ((Part.NAME_TITLE, Field.CUSTOMER_NAME), Field.CUSTOMER_NAME, (1, 0)),
        ((Part.ADDRESS_LINE, Part.ADDRESS_LINE), Field.ADDRESS, (0, 1)),
        ((Part.FULL_ADDRESS,), Field.POSTCODE, (0,)),
        ((Part.FULL_ADDRESS, Field.POSTCODE), Field.POSTCODE, (1,)),
        ((Part.POSITION,), Field.LONGITUDE, (0,)),
        ((Field.CUSTOMER_PHONE, Field.CUSTOMER_PHONE), Field.CUSTOMER_PHONE, (0, 1)),
        ((Part.IGNORE,), Field.STATUS, ()),
    ],
)
def test_where_a_field_comes_from(targets: tuple[Target, ...], field: Field, places: tuple[int, ...]) -> None:
    assert places_of(read_as(*targets), field) == places


def test_only_fields_that_the_file_gives_are_shown() -> None:
    assert fields_of(read_as(Part.SURNAME, Part.FULL_ADDRESS, Part.IGNORE)) == [
        Field.CUSTOMER_NAME,
        Field.ADDRESS,
        Field.POSTCODE,
    ]


@pytest.mark.parametrize(
    ("targets", "row", "field", "text"),
    [
        ((Part.NAME_TITLE, Part.FIRST_NAME, Part.SURNAME), ("Mr", "Jo", "Bloggs"), Field.CUSTOMER_NAME, "Dr Ann Lee"),
        ((Part.NAME_TITLE, Part.SURNAME), ("Mr", "Bloggs"), Field.CUSTOMER_NAME, "Ann Lee"),
        ((Part.NAME_TITLE, Field.CUSTOMER_NAME), ("Mr", "Jo Bloggs"), Field.CUSTOMER_NAME, "Ann Lee"),
        ((Part.ADDRESS_LINE, Part.ADDRESS_LINE), ("1 Mill Lane", "Ely"), Field.ADDRESS, "2 The Green, Histon"),
        ((Field.CUSTOMER_PHONE, Field.CUSTOMER_PHONE), ("", "01223 123456"), Field.CUSTOMER_PHONE, "07400 123001"),
    ],
)
def test_what_is_typed_over_a_field_of_several_cells_is_what_it_becomes(
    targets: tuple[Target, ...], row: tuple[str, ...], field: Field, text: str
) -> None:
    plan = read_as(*targets)
    reader = RowReader(Sheet("s", [tuple(f"h{place}" for place in range(len(row))), row], is_text=True), plan)
    reader.corrections.update({(2, place): cell for place, cell in cells_for(plan, field, text).items()})
    read = reader.read(2)
    assert read is not None
    assert read.values[field] == text


def test_a_choice_is_taken_at_once_and_the_list_closes(qtbot: QtBot) -> None:
    table, model = QTableView(), QStandardItemModel(1, 1)
    qtbot.addWidget(table)
    model.setData(model.index(0, 0), ["Skip", "Create"], CHOICES_ROLE)
    model.setData(model.index(0, 0), 0, Qt.ItemDataRole.EditRole)
    table.setModel(model)
    table.setItemDelegate(ChoiceDelegate(table))
    with qtbot.waitExposed(table):
        table.show()
    table.edit(model.index(0, 0))
    (box,) = table.findChildren(QComboBox)
    qtbot.waitUntil(lambda: box.view().isVisible())
    box.hidePopup()
    box.setCurrentIndex(1)
    box.activated.emit(1)
    assert model.index(0, 0).data(Qt.ItemDataRole.EditRole) == 1
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert not table.findChildren(QComboBox)
