from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QLineEdit, QProgressBar, QPushButton

from heatpunk_desktop.domain.project import Mark
from heatpunk_desktop.errors import ConnectionTroubleError
from heatpunk_desktop.gui.dialogs.delete_dialogs import HardDeleteDialog, SoftDeleteDialog
from heatpunk_desktop.services.sync.commands import DeleteProject
from heatpunk_desktop.services.sync.facts import Changed, Connection, Link
from heatpunk_desktop.services.sync.instructions import DeletePermanently
from tests.unit.gui.fake_service import DISK_FULL, FakeService, make_detail
from tests.unit.gui.hands import button, control, words_on

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from heatpunk_desktop.domain.project import ProjectRow

D = TypeVar("D", bound=QDialog)
FIELD = "Type the project name to confirm"
DOUBTFUL = ConnectionTroubleError("No answer", "It may have been deleted.", "Refresh to see.")


def a_row(key: int = 1353712, name: str = "14 <i>High</i> Street", marks: Mark = Mark.NONE) -> ProjectRow:
    return make_detail(key, {}, name=name).row._replace(marks=marks)


@pytest.fixture
def service() -> FakeService:
    return FakeService()


def open_dialog(qtbot: QtBot, dialog: D) -> D:
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, on=False)
    qtbot.addWidget(dialog)
    with qtbot.waitActive(dialog):
        dialog.show()
        dialog.activateWindow()
    return dialog


class TestSoftDelete:
    def test_it_names_the_project_and_promises_nothing(self, qtbot: QtBot, service: FakeService) -> None:
        dialog = open_dialog(qtbot, SoftDeleteDialog(service, a_row()))
        assert "Move “14 <i>High</i> Street” to deleted?" in words_on(dialog)
        assert "do not count on getting it back" in words_on(dialog)

    def test_without_a_name_it_is_called_by_its_customer(self, qtbot: QtBot, service: FakeService) -> None:
        dialog = open_dialog(qtbot, SoftDeleteDialog(service, a_row(name="")._replace(customer="Olly")))
        assert "Move “Olly” to deleted?" in words_on(dialog)

    @pytest.mark.parametrize(
        ("address", "postcode"), [("87 High Street, Exeter", "EX1 1HS"), ("87 High Street, Exeter EX1 1HS", "EX1 1HS")]
    )
    @pytest.mark.parametrize("kind", [SoftDeleteDialog, HardDeleteDialog])
    def test_it_says_whose_project_it_is(
        self,
        qtbot: QtBot,
        service: FakeService,
        kind: type[SoftDeleteDialog | HardDeleteDialog],
        address: str,
        postcode: str,
    ) -> None:
        row = a_row()._replace(customer="Priya Patel", address=address, postcode=postcode, status="Lead")
        dialog = open_dialog(qtbot, kind(service, row))
        assert "Priya Patel · 87 High Street, Exeter EX1 1HS · Lead" in words_on(dialog).splitlines()

    def test_it_closes_once_it_is_stored(self, qtbot: QtBot, service: FakeService) -> None:
        dialog = open_dialog(qtbot, SoftDeleteDialog(service, a_row()))
        button(dialog, "Move to deleted").click()
        assert service.asked == [DeleteProject(1353712)]
        assert dialog.isVisible()
        service.save(1, 1353712)
        assert dialog.result() == QDialog.DialogCode.Accepted

    def test_a_full_disk_is_told_and_it_can_be_tried_again(self, qtbot: QtBot, service: FakeService) -> None:
        dialog = open_dialog(qtbot, SoftDeleteDialog(service, a_row()))
        button(dialog, "Move to deleted").click()
        assert not button(dialog, "Move to deleted").isEnabled()
        service.refuse(1, DISK_FULL)
        assert "There is no room left on the disk." in words_on(dialog)
        button(dialog, "Move to deleted").click()
        assert len(service.asked) == 2

    def test_enter_alone_deletes_nothing(self, qtbot: QtBot, service: FakeService) -> None:
        dialog = open_dialog(qtbot, SoftDeleteDialog(service, a_row()))
        QTest.keyClick(dialog, Qt.Key.Key_Return)
        assert not dialog.isVisible()
        assert not service.asked

    def test_it_leads_to_the_permanent_deletion(self, qtbot: QtBot, service: FakeService) -> None:
        dialog = open_dialog(qtbot, SoftDeleteDialog(service, a_row()))
        with qtbot.waitSignal(dialog.permanent_deletion_requested):
            button(dialog, "Delete permanently…").click()
        assert not dialog.isVisible()
        assert not service.asked

    @pytest.mark.parametrize(
        ("marks", "words"),
        [(Mark.WAITING, "It has not been sent to Heatpunk"), (Mark.POSSIBLY_DONE, "may have reached Heatpunk already")],
    )
    def test_a_project_that_is_not_on_the_server_is_discarded(
        self, qtbot: QtBot, service: FakeService, marks: Mark, words: str
    ) -> None:
        dialog = open_dialog(qtbot, SoftDeleteDialog(service, a_row(-4, "", marks | Mark.NOT_ON_SERVER)))
        assert words in words_on(dialog)
        shown = {push_button.text() for push_button in dialog.findChildren(QPushButton) if push_button.isVisible()}
        assert shown == {"Discard", "Cancel"}
        button(dialog, "Discard").click()
        assert service.asked == [DeleteProject(-4)]

    def test_one_that_reaches_the_server_meanwhile_is_moved_instead(self, qtbot: QtBot, service: FakeService) -> None:
        dialog = open_dialog(qtbot, SoftDeleteDialog(service, a_row(-4)))
        service.changed.emit(Changed(replaced={-4: 77}))
        button(dialog, "Move to deleted").click()
        assert service.asked == [DeleteProject(77)]


class TestHardDelete:
    def test_the_button_waits_for_the_exact_name(self, qtbot: QtBot, service: FakeService) -> None:
        dialog = open_dialog(qtbot, HardDeleteDialog(service, a_row()))
        assert "It cannot be undone." in words_on(dialog)
        line = control(dialog, QLineEdit, FIELD)
        for typed in ("", "14 <i>high</i> street", "14 <i>High</i> Street 2"):
            line.setText(typed)
            assert not button(dialog, "Delete permanently").isEnabled()
        line.setText("14 <i>High</i> Street")
        button(dialog, "Delete permanently").click()
        assert service.asked == [DeletePermanently(1353712)]

    def test_a_name_with_line_breaks_can_be_typed(self, qtbot: QtBot, service: FakeService) -> None:
        dialog = open_dialog(qtbot, HardDeleteDialog(service, a_row(name=" 14 High\nStreet ")))
        control(dialog, QLineEdit, FIELD).setText("14 High Street")
        assert button(dialog, "Delete permanently").isEnabled()

    def test_without_a_name_the_id_is_typed(self, qtbot: QtBot, service: FakeService) -> None:
        dialog = open_dialog(qtbot, HardDeleteDialog(service, a_row(name=" ")))
        assert "It has no name: type its project ID, 1353712." in words_on(dialog)
        control(dialog, QLineEdit, FIELD).setText(" ")
        assert not button(dialog, "Delete permanently").isEnabled()
        control(dialog, QLineEdit, FIELD).setText("1353712")
        assert button(dialog, "Delete permanently").isEnabled()

    def test_it_waits_for_the_server_and_then_closes(self, qtbot: QtBot, service: FakeService) -> None:
        dialog = open_dialog(qtbot, HardDeleteDialog(service, a_row()))
        control(dialog, QLineEdit, FIELD).setText("14 <i>High</i> Street")
        button(dialog, "Delete permanently").click()
        assert "Asking Heatpunk…" in words_on(dialog)
        control(dialog, QProgressBar, "Deleting")
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
        assert dialog.isVisible()
        assert not button(dialog, "Delete permanently").isEnabled()
        service.answer(1, 1353712)
        assert not dialog.isVisible()

    def test_a_outcome_in_doubt_is_told_and_takes_typing_again(self, qtbot: QtBot, service: FakeService) -> None:
        dialog = open_dialog(qtbot, HardDeleteDialog(service, a_row()))
        control(dialog, QLineEdit, FIELD).setText("14 <i>High</i> Street")
        button(dialog, "Delete permanently").click()
        service.refuse(1, DOUBTFUL)
        assert "It may have been deleted.\n\nRefresh to see." in words_on(dialog)
        assert not button(dialog, "Delete permanently").isEnabled()
        assert "Asking Heatpunk…" not in words_on(dialog)
        button(dialog, "Close").click()
        assert not dialog.isVisible()
        assert len(service.asked) == 1

    def test_it_needs_a_connection(self, qtbot: QtBot, service: FakeService) -> None:
        dialog = open_dialog(qtbot, HardDeleteDialog(service, a_row(), Connection(Link.OFFLINE)))
        control(dialog, QLineEdit, FIELD).setText("14 <i>High</i> Street")
        assert not button(dialog, "Delete permanently").isEnabled()
        assert "This needs a connection" in words_on(dialog)
        service.connection_changed.emit(Connection(Link.ONLINE))
        assert button(dialog, "Delete permanently").isEnabled()
        assert "This needs a connection" not in words_on(dialog)
