from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import SIGNAL, Qt
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QPushButton

from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.domain.project import Member
from heatpunk_desktop.gui.project_form.note_pasting import NoteDialog
from heatpunk_desktop.gui.project_form.project_form import ProjectForm
from tests.unit.gui.fake_service import FakeService, make_detail
from tests.unit.gui.hands import button, control, ctrl_enter, type_in, words_on

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

ME = Member("office@acme-heat.test", 7, is_me=True)
NOTE = (
    "Jane here.\nTel: 020 7946 0123\nEmail: jane@example.com\nEither CB1 2AD or CB4 1XY\n"
    "The house was built in 1932.\n\nKind regards\nJane Smith"
)
MARK = "From the note. Please check it."


@pytest.fixture
def service() -> FakeService:
    return FakeService()


@pytest.fixture
def form(qtbot: QtBot, service: FakeService) -> ProjectForm:
    form = ProjectForm(service, (ME,))
    form.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, on=False)
    qtbot.addWidget(form)
    with qtbot.waitActive(form):
        form.show()
        form.activateWindow()
    return form


def paste(qtbot: QtBot, form: ProjectForm, note: str) -> None:
    button(form, "Paste a note…").click()
    dialog = form.findChildren(NoteDialog)[-1]
    with qtbot.waitActive(dialog):
        dialog.activateWindow()
    dialog.findChildren(QPlainTextEdit)[0].setPlainText(note)
    ctrl_enter(dialog)


def text_of(form: ProjectForm, name: str) -> str:
    return control(form, QLineEdit, name).text()


def test_a_note_fills_empty_fields_and_marks_each(qtbot: QtBot, form: ProjectForm) -> None:
    paste(qtbot, form, NOTE)

    assert text_of(form, "Customer name") == "Jane Smith"
    assert text_of(form, "Customer phone") == "020 7946 0123"
    assert text_of(form, "Customer email") == "jane@example.com"
    assert text_of(form, "Postcode") == ""
    assert form.content().texts[Field.BUILD_DATE] == "pre2000"
    assert words_on(form).count(MARK) == 4
    assert control(form, QLineEdit, "Customer name").accessibleDescription() == MARK
    assert "Left empty, as the note says more than one thing: Postcode." in words_on(form)
    assert form.is_dirty
    assert form.isVisible()


def test_what_was_typed_stays(qtbot: QtBot, form: ProjectForm) -> None:
    type_in(form, "Customer name", "Mr Smith")

    paste(qtbot, form, NOTE)

    assert text_of(form, "Customer name") == "Mr Smith"
    assert words_on(form).count(MARK) == 3


def test_the_mark_goes_once_the_field_is_changed(qtbot: QtBot, form: ProjectForm) -> None:
    paste(qtbot, form, NOTE)

    type_in(form, "Customer name", "Jane M Smith")

    assert control(form, QLineEdit, "Customer name").accessibleDescription() == ""
    assert control(form, QLineEdit, "Customer email").accessibleDescription() == MARK


def test_a_note_with_nothing_sure_says_so(qtbot: QtBot, form: ProjectForm) -> None:
    paste(qtbot, form, "Order two cylinders")

    assert "There was nothing in the note to fill in for sure." in words_on(form)
    assert not form.is_dirty


def test_an_empty_note_cannot_be_read(qtbot: QtBot, form: ProjectForm) -> None:
    paste(qtbot, form, "  ")

    dialog = form.findChildren(NoteDialog)[-1]
    assert dialog.isVisible()
    assert not button(dialog, "Fill in the form").isEnabled()
    assert dialog.findChildren(QPlainTextEdit)[0].accessibleName() == "Email or note"


def test_a_project_that_is_there_takes_no_note(qtbot: QtBot, service: FakeService) -> None:
    form = ProjectForm(service, (ME,), make_detail(4711, {Field.PROJECT_NAME: "14 High Street"}))
    form.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, on=False)
    qtbot.addWidget(form)

    assert "Paste a note…" not in [push_button.text() for push_button in form.findChildren(QPushButton)]


def test_a_second_note_adds_nobody_who_listens(qtbot: QtBot, form: ProjectForm) -> None:
    field = form._fields[Field.CUSTOMER_PHONE]
    before = field.receivers(SIGNAL("edited()"))
    for _ in range(3):
        paste(qtbot, form, NOTE)
        assert MARK in words_on(form)
        for name in ("Customer phone", "Customer name", "Customer email"):
            type_in(form, name, "")
    assert field.note.text() == ""
    assert field.receivers(SIGNAL("edited()")) == before
