from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QWidget

from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.domain.project import ProjectDetail
from heatpunk_desktop.gui.inspector.project_sheet import ProjectSheet
from heatpunk_desktop.gui.widgets.value_text import ValueText
from tests.unit.gui.window_service import LISTED, make_row

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot

LONG = "The Old Maltings, 14 High Street, Long Road, Histon, Cambridgeshire"


@pytest.fixture
def sheet(qtbot: QtBot) -> Iterator[ProjectSheet]:
    owner = QWidget()
    qtbot.addWidget(owner)
    sheet = ProjectSheet(lambda: date(2026, 11, 24), {}, owner)
    values = {**LISTED, Field.ADDRESS: "Line one\nLine two\r\n\tLine three", Field.CUSTOMER_EMAIL: "x" * 90}
    sheet.show_detail(ProjectDetail(make_row(5, name=LONG), values, values, "office@acme-heat.test"))
    owner.show()
    yield sheet
    owner.close()


def test_every_value_has_the_height_of_its_text_at_every_width(qapp: QApplication, sheet: ProjectSheet) -> None:
    lines = set()
    for width in range(220, 500, 9):
        for height in (300, 420, 900):
            sheet.resize(width, height)
            qapp.processEvents()
            for value_text in sheet.findChildren(ValueText):
                needed = value_text.document().size().height()
                assert needed <= value_text.height() < needed + value_text.fontMetrics().lineSpacing() / 2, (
                    width,
                    value_text.toPlainText(),
                )
                lines.add(round(needed / value_text.fontMetrics().lineSpacing()))
    assert len(lines) > 3


def test_what_it_asks_for_does_not_follow_from_what_it_was_given(qapp: QApplication, sheet: ProjectSheet) -> None:
    # Otherwise the scroll bar comes and goes without end where all just fits.
    content = sheet.widget()
    assert content is not None
    asked = set()
    for width in range(220, 500, 9):
        sheet.resize(width, 400)
        qapp.processEvents()
        asked.add((content.minimumSizeHint().height(), content.heightForWidth(300)))
    assert len(asked) == 1


def test_another_text_or_font_asks_for_another_height(qtbot: QtBot) -> None:
    value = ValueText("Address of the chosen project")
    qtbot.addWidget(value)
    value.show_value("14 High Street")
    line = value.heightForWidth(200)
    assert line == value.sizeHint().height()
    value.show_value("14\nHigh\nStreet")
    assert value.heightForWidth(200) == pytest.approx(3 * line, abs=2)
    font = value.font()
    font.setPointSizeF(2 * font.pointSizeF())
    value.setFont(font)
    assert value.heightForWidth(200) == pytest.approx(6 * line, abs=6)
