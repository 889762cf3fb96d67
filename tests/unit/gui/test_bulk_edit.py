"""Changing several projects at once, on a real database, without a server."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QComboBox, QDialog, QLineEdit, QListWidget, QPushButton, QTableView, QWidget

from heatpunk_desktop.api.client import ApiClient
from heatpunk_desktop.domain.account import Account
from heatpunk_desktop.domain.changes import FieldEdit
from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.domain.operation import OperationKind
from heatpunk_desktop.domain.project import Mark, WholeRow
from heatpunk_desktop.domain.validation import check_field
from heatpunk_desktop.gui.bulk_edit.batch_dialogs import DeleteSeveralDialog, PreviewModel
from heatpunk_desktop.gui.bulk_edit.change_dialog import ChangeSeveralDialog
from heatpunk_desktop.gui.bulk_edit.plan import OFFERED, BulkPlan, plan_changes, standings
from heatpunk_desktop.gui.text.project_words import by_number
from heatpunk_desktop.services.sync.facts import Changed
from heatpunk_desktop.services.sync.service import SyncService
from heatpunk_desktop.services.sync.undo_history import UndoHistory
from heatpunk_desktop.services.tasks.details_loader import ProjectsReader
from heatpunk_desktop.store.account_store import AccountStore
from heatpunk_desktop.store.database import database_path
from heatpunk_desktop.store.reader import OperationGroup
from tests.fakes import ME, listed, whole_row
from tests.parts import part_of
from tests.unit.gui.fake_service import DISK_FULL
from tests.unit.gui.hands import button, choose, control, question, words_on
from tests.unit.gui.window_service import make_row
from tests.unit.gui.without_key import VainTries

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

#: A server that nobody is at.
NOBODY = Account("http://127.0.0.1:9", ME)
KEYS = (5, 6, 7)


def whole(key: int, status: str = "Lead", email: str | None = None, marks: int = 0) -> WholeRow:
    return whole_row(
        key,
        project_name=f"House {key}",
        customer_name="",
        customer_email=email,
        address="",
        postcode="",
        status=status,
        owner=ME,
        marks=marks,
    )


def planned(rows: list[WholeRow], field: Field, text: str | None, *, changes_unknown: bool) -> BulkPlan:
    return plan_changes(standings(rows, field), field, text, changes_unknown=changes_unknown)


class TestPlan:
    def test_only_what_differs_is_changed_with_what_was_seen_before(self) -> None:
        plan = planned([whole(5), whole(6, "Sale")], Field.STATUS, "Sale", changes_unknown=False)
        assert plan.changes() == [FieldEdit(5, {Field.STATUS: "Lead"}, {Field.STATUS: "Sale"})]

    def test_what_was_never_loaded_stays_unless_it_is_wanted(self) -> None:
        rows = [whole(5, email="a@example.com"), whole(6)]
        plan = planned(rows, Field.CUSTOMER_EMAIL, "b@example.com", changes_unknown=False)
        assert [line.key for line in plan.changed] == [5]
        assert [line.key for line in plan.lines if line.before is None] == [6]
        both = planned(rows, Field.CUSTOMER_EMAIL, "b@example.com", changes_unknown=True)
        assert both.changes()[1] == FieldEdit(6, {}, {Field.CUSTOMER_EMAIL: "b@example.com"})

    def test_one_that_was_moved_to_deleted_stays(self) -> None:
        plan = planned([whole(5, marks=Mark.DELETED_HERE)], Field.STATUS, "Sale", changes_unknown=True)
        assert not plan.changed

    def test_a_wrong_value_changes_nothing_and_is_told(self) -> None:
        plan = planned([whole(5)], Field.STATUS, "Perhaps", changes_unknown=True)
        assert plan.problem is not None
        assert not plan.changed

    def test_a_text_can_be_emptied_and_a_status_cannot(self) -> None:
        rows = [whole(5, email="a@example.com")]
        emptied = planned(rows, Field.CUSTOMER_EMAIL, "", changes_unknown=False)
        assert [emptied.after(line) for line in emptied.changed] == [""]
        assert not planned(rows, Field.STATUS, "", changes_unknown=False).changed

    def test_nothing_is_changed_while_nothing_is_chosen(self) -> None:
        assert not planned([whole(5)], Field.STATUS, None, changes_unknown=True).changed

    def test_a_position_is_not_for_several(self) -> None:
        assert set(Field) - set(OFFERED) == {Field.LATITUDE, Field.LONGITUDE}


class Bench:
    """A window over three projects of a real database."""

    def __init__(self, qtbot: QtBot, data_dir: Path) -> None:
        self.qtbot = qtbot
        self.path = path = database_path(data_dir, NOBODY)
        store = AccountStore.open(path)
        store.server.take_listed([listed(key, name=f"House {key}") for key in KEYS])
        store.close()
        self.service = SyncService(path, NOBODY, lambda: ApiClient(NOBODY.origin, lambda: None))
        self.window = QWidget()
        self.window.show()
        self.history = UndoHistory(self.service, self.window)
        self.tries = VainTries(self.service)
        self.service.start()

    def reader(self) -> ProjectsReader:
        return ProjectsReader(self.path, self.service)

    def change(self) -> ChangeSeveralDialog:
        dialog = ChangeSeveralDialog(self.reader(), self.service, KEYS, self.window)
        self.show(dialog)
        preview = control(dialog, QTableView, "Preview").model()
        self.qtbot.waitUntil(lambda: preview.rowCount() == len(KEYS))
        return dialog

    def show(self, dialog: QDialog) -> None:
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, on=False)
        dialog.open()

    def undo(self) -> None:
        """Undo what was done last, once nothing of it is being sent, as there is no key to send it with."""
        self.qtbot.waitUntil(self.tries.have_ended)
        self.qtbot.waitUntil(lambda: self.history.to_undo is not None and self.history.undo_withdraws)
        self.history.undo()

    def statuses(self) -> list[object]:
        rows = self.service.reader.rows_of(KEYS)
        return [rows[key][4] for key in KEYS]

    def pending(self) -> list[OperationKind]:
        return [operation.kind for operation in self.service.reader.operations(OperationGroup.WAITING)]

    def close(self) -> None:
        self.service.stop()
        self.window.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def bench(qtbot: QtBot, tmp_path: Path) -> Iterator[Bench]:
    made = Bench(qtbot, tmp_path)
    yield made
    made.close()


def cells(dialog: QDialog) -> list[list[str]]:
    model = control(dialog, QTableView, "Preview").model()
    return [[str(model.index(row, column).data()) for column in range(3)] for row in range(model.rowCount())]


def press(dialog: QDialog, name: str) -> None:
    found = button(dialog, name)
    assert found.isEnabled()
    found.click()


def test_a_status_is_previewed_saved_as_one_and_undone_as_one(qtbot: QtBot, bench: Bench) -> None:
    before = bench.statuses()
    dialog = bench.change()
    assert not control(dialog, QPushButton, "Change 0 projects").isEnabled()
    choose(dialog, "Set to", "Install")
    assert cells(dialog) == [[f"House {key}", str(old), "Install"] for key, old in zip(KEYS, before, strict=True)]
    press(dialog, "Change 3 projects")
    qtbot.waitUntil(lambda: dialog.result() == QDialog.DialogCode.Accepted)
    assert bench.statuses() == ["Install"] * 3
    bench.undo()
    qtbot.waitUntil(lambda: bench.statuses() == before)


def test_it_names_those_of_which_the_field_is_not_loaded(qtbot: QtBot, bench: Bench) -> None:
    dialog = bench.change()
    choose(dialog, "Field", "Customer phone")
    line = control(dialog, QLineEdit, "Set to")
    line.setText("07400 123456")
    unknown = control(dialog, QCheckBox, "Change those too, whatever they hold")
    assert "“House 5”, “House 6”, “House 7”" in words_on(dialog)
    qtbot.waitUntil(lambda: cells(dialog)[0][1:] == ["Not loaded", "Stays as it is"])
    unknown.setChecked(True)
    assert cells(dialog)[0][1] == "Not loaded"
    assert control(dialog, QPushButton, "Change 3 projects").isEnabled()


def test_a_warning_is_told_and_typing_takes_the_button_until_it_is_shown(qtbot: QtBot, bench: Bench) -> None:
    dialog = bench.change()
    choose(dialog, "Field", "Customer email")
    control(dialog, QCheckBox, "Change those too, whatever they hold").setChecked(True)
    control(dialog, QLineEdit, "Set to").setText("nobody")
    assert not button(dialog, "Change 0 projects").isEnabled()
    warning = check_field(Field.CUSTOMER_EMAIL, "nobody").problem
    assert warning is not None
    qtbot.waitUntil(lambda: warning.words[:30] in words_on(dialog))
    assert button(dialog, "Change 3 projects").isEnabled()


def test_a_full_disk_is_told_and_the_choice_stays(qtbot: QtBot, bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise DISK_FULL

    monkeypatch.setattr("heatpunk_desktop.store.batches.Batches.stage", refuse)
    dialog = bench.change()
    choose(dialog, "Set to", "Install")
    press(dialog, "Change 3 projects")
    assert not button(dialog, "Change 3 projects").isEnabled()
    qtbot.waitUntil(lambda: button(dialog, "Change 3 projects").isEnabled())
    assert DISK_FULL.title in question(dialog).text() + question(dialog).windowTitle()
    assert button(dialog, "Change 3 projects").isEnabled()
    assert control(dialog, QComboBox, "Set to").currentText() == "Install"
    assert dialog.isVisible()


def test_projects_that_could_not_be_read_are_not_said_to_be_read_still(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = bench.reader()
    monkeypatch.setattr(reader, "start", lambda _keys: None)
    dialog = ChangeSeveralDialog(reader, bench.service, KEYS, bench.window)
    bench.show(dialog)
    reader.failed.emit(DISK_FULL)
    question(dialog).accept()
    choose(dialog, "Field", "Postcode")
    assert DISK_FULL.title in words_on(dialog)
    assert "Reading" not in words_on(dialog)


def test_another_field_is_planned_once(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    dialog = bench.change()
    choose(dialog, "Field", "Customer email")
    control(dialog, QLineEdit, "Set to").setText("a@example.com")
    control(dialog, QCheckBox, "Empty the field").setChecked(True)
    control(dialog, QCheckBox, "Change those too, whatever they hold").setChecked(True)
    shown: list[object] = []
    monkeypatch.setattr(part_of(dialog, PreviewModel), "show_plan", shown.append)
    choose(dialog, "Field", "Customer phone")
    assert len(shown) == 1
    line = control(dialog, QLineEdit, "Set to")
    assert (line.text(), line.isEnabled()) == ("", True)
    assert not any(timer.isActive() for timer in dialog.findChildren(QTimer))


def test_one_that_gets_its_number_while_they_are_read_is_not_left_out(qtbot: QtBot, bench: Bench) -> None:
    dialog = ChangeSeveralDialog(bench.reader(), bench.service, (5, 6, -1), bench.window)
    bench.show(dialog)
    choose(dialog, "Set to", "Install")
    qtbot.waitUntil(lambda: button(dialog, "Change 2 projects").isEnabled())
    bench.service.changed.emit(Changed(replaced={-1: 7}))
    qtbot.waitUntil(lambda: [line[0] for line in cells(dialog)] == ["House 5", "House 6", "House 7"])
    press(dialog, "Change 3 projects")
    qtbot.waitUntil(lambda: bench.statuses() == ["Install"] * 3)


def test_tab_reaches_every_button(qtbot: QtBot, bench: Bench) -> None:
    dialog = bench.change()
    choose(dialog, "Set to", "Install")
    several = DeleteSeveralDialog(bench.service, [make_row(key) for key in KEYS], bench.window)
    for shown, name in ((dialog, "Change 3 projects"), (several, "Move to deleted")):
        if shown is several:
            dialog.reject()
            bench.show(several)
        shown.activateWindow()
        button(shown, "Cancel").setFocus()
        qtbot.waitUntil(button(shown, "Cancel").hasFocus)
        reached = set()
        for _ in range(8):
            focused = shown.focusWidget()
            reached.add(focused)
            QTest.keyClick(focused, Qt.Key.Key_Tab)
        assert button(shown, name) in reached


def test_escape_changes_nothing(bench: Bench) -> None:
    dialog = bench.change()
    choose(dialog, "Set to", "Install")
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()
    assert not bench.pending()


def test_several_are_moved_to_deleted_as_one(qtbot: QtBot, bench: Bench) -> None:
    rows = [make_row(key, f"House {key}") for key in KEYS]
    dialog = DeleteSeveralDialog(bench.service, rows, bench.window)
    bench.show(dialog)
    assert "Move 3 projects to deleted?" in words_on(dialog)
    press(dialog, "Move to deleted")
    qtbot.waitUntil(lambda: dialog.result() == QDialog.DialogCode.Accepted)
    assert bench.pending() == [OperationKind.SOFT_DELETE] * 3
    bench.undo()
    qtbot.waitUntil(lambda: not bench.pending())


def test_each_that_is_to_be_deleted_is_told_from_the_others(bench: Bench) -> None:
    bare = make_row(7, "")._replace(customer="", postcode="")
    rows = [make_row(5, ""), make_row(6, "Mill"), bare, bare._replace(address=""), bare._replace(key=-2, address="")]
    dialog = DeleteSeveralDialog(bench.service, rows, bench.window)
    bench.show(dialog)
    names = control(dialog, QListWidget, "Projects")
    assert [names.item(at).text() for at in range(names.count())] == [
        "Siân O’Neill · CB24 9PL",
        "Mill · Siân O’Neill · CB24 9PL",
        "14 High Street",
        "Project 7",
        by_number(-2),
    ]


def test_enter_alone_deletes_nothing(bench: Bench) -> None:
    dialog = DeleteSeveralDialog(bench.service, [make_row(key) for key in KEYS], bench.window)
    bench.show(dialog)
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    assert not dialog.isVisible()
    assert not bench.pending()
