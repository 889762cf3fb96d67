from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QWidget

from heatpunk_desktop.domain.account import Account
from heatpunk_desktop.gui.main_window.project_controller import ProjectController
from heatpunk_desktop.gui.project_form.project_form import ProjectForm
from heatpunk_desktop.services.sync.facts import Changed
from heatpunk_desktop.services.sync.instructions import LoadProject
from tests.unit.gui.fake_service import DISK_FULL, FakeService
from tests.unit.gui.hands import button, type_in
from tests.unit.gui.window_service import fake_tasks

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


ACCOUNT = Account("heatpunk.co.uk", "a@b.test")


class Place:
    def __init__(self, qtbot: QtBot) -> None:
        self.service = FakeService()
        self.window = QWidget()
        qtbot.addWidget(self.window)
        self.controller = ProjectController(
            self.service,
            fake_tasks(self.service),
            Account("heatpunk.co.uk", "a@b.test"),
            lambda *_: None,
            self.window,
            lambda: date(2026, 11, 30),
        )

    def create(self, key: int) -> None:
        """Fill in a form, which is stored under a key."""
        self.controller.create()
        (form,) = self.window.findChildren(ProjectForm)
        type_in(form, "Customer name", "Priya")
        button(form, "Create project").click()
        self.service.save(len(self.service.asked), key)

    def loads(self) -> list[object]:
        return [request.key for request in self.service.asked if isinstance(request, LoadProject)]


@pytest.fixture
def place(qtbot: QtBot) -> Place:
    return Place(qtbot)


def test_a_created_project_is_read_back_once_the_server_gave_its_id(place: Place) -> None:
    place.create(-3)
    assert place.loads() == []
    place.service.changed.emit(Changed(replaced={-3: 990_200, -4: 990_201}))  # the other one was imported
    assert place.loads() == [990_200]
    place.service.changed.emit(Changed(replaced={-3: 990_200}))
    assert place.loads() == [990_200]


def test_that_it_cannot_be_read_back_yet_is_nobodys_trouble(place: Place) -> None:
    place.create(-3)
    place.service.changed.emit(Changed(replaced={-3: 990_200}))
    place.service.refuse(len(place.service.asked), DISK_FULL)
    assert not [widget for widget in place.window.findChildren(QWidget) if widget.isVisible()]
