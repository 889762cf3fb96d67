from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QStandardItemModel
from PySide6.QtWidgets import QComboBox, QTableView

from heatpunk_desktop.gui.importing.choice_delegate import CHOICES_ROLE, ChoiceDelegate

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


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
