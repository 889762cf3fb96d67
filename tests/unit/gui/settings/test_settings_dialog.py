from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit

from heatpunk_desktop.config.settings import Settings
from heatpunk_desktop.domain.account import Account
from heatpunk_desktop.gui.settings.settings_dialog import SettingsDialog
from tests.unit.gui.fake_tester import FakeTester
from tests.unit.gui.hands import button, control, question, type_in, words_on

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

ACCOUNT = Account("heatpunk.co.uk", "office@acme-heat.test")


@pytest.fixture
def tester() -> FakeTester:
    return FakeTester()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings.load(tmp_path)


def open_dialog(qtbot: QtBot, tester: FakeTester, settings: Settings, account: Account = ACCOUNT) -> SettingsDialog:
    dialog = SettingsDialog(tester, settings, account)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, on=False)
    qtbot.addWidget(dialog)
    with qtbot.waitActive(dialog):
        dialog.show()
        dialog.activateWindow()
    return dialog


def test_appearance_and_rows_are_kept_and_told(
    qtbot: QtBot, tester: FakeTester, settings: Settings, tmp_path: Path
) -> None:
    dialog = open_dialog(qtbot, tester, settings)
    control(dialog, QComboBox, "Colours").setCurrentText("Dark")
    next(box for box in dialog.findChildren(QCheckBox) if box.text() == "Compact rows").click()
    with qtbot.waitSignals([dialog.appearance_changed, dialog.compact_rows_changed]):
        button(dialog, "Save").click()
    assert not dialog.isVisible()
    kept = Settings.load(tmp_path)
    assert (kept.appearance, kept.compact_rows) == ("dark", True)


def test_how_often_it_refreshes_by_itself_is_kept(
    qtbot: QtBot, tester: FakeTester, settings: Settings, tmp_path: Path
) -> None:
    assert settings.refresh_minutes == 15
    dialog = open_dialog(qtbot, tester, settings)
    choice = control(dialog, QComboBox, "Refresh by itself")
    assert choice.currentText() == "Every 15 minutes"
    choice.setCurrentText("Never")
    button(dialog, "Save").click()
    assert Settings.load(tmp_path).refresh_minutes == 0


def test_whether_details_are_loaded_in_the_background_is_kept_and_told(
    qtbot: QtBot, tester: FakeTester, settings: Settings, tmp_path: Path
) -> None:
    assert (settings.loads_details, settings.detail_days) == (True, 7)
    dialog = open_dialog(qtbot, tester, settings)
    again = control(dialog, QComboBox, "Load them again")
    assert again.currentText() == "After 7 days"
    again.setCurrentText("After a day")
    box = next(
        check_box
        for check_box in dialog.findChildren(QCheckBox)
        if check_box.text() == "Load contact details in the background"
    )
    box.click()
    with qtbot.waitSignal(dialog.details_loading_changed):
        button(dialog, "Save").click()
    kept = Settings.load(tmp_path)
    assert (kept.loads_details, kept.detail_days) == (False, 1)


def test_the_keyboard_begins_at_the_first_field(qtbot: QtBot, tester: FakeTester, settings: Settings) -> None:
    dialog = open_dialog(qtbot, tester, settings)
    assert dialog.focusWidget() is control(dialog, QComboBox, "Domain")
    demo = open_dialog(qtbot, tester, settings, Account("http://127.0.0.1:8080", "office@acme-heat.test", is_demo=True))
    assert demo.focusWidget() is control(demo, QComboBox, "Colours")


def test_nothing_changed_tells_nothing(qtbot: QtBot, tester: FakeTester, settings: Settings) -> None:
    dialog = open_dialog(qtbot, tester, settings)
    with qtbot.assertNotEmitted(dialog.appearance_changed), qtbot.assertNotEmitted(dialog.account_given):
        button(dialog, "Save").click()
    assert not dialog.isVisible()


def test_cancel_keeps_everything(qtbot: QtBot, tester: FakeTester, settings: Settings) -> None:
    dialog = open_dialog(qtbot, tester, settings)
    control(dialog, QComboBox, "Colours").setCurrentText("Dark")
    button(dialog, "Cancel").click()
    assert settings.appearance == "system"


def test_a_new_key_is_given_for_the_open_account(qtbot: QtBot, tester: FakeTester, settings: Settings) -> None:
    dialog = open_dialog(qtbot, tester, settings)
    type_in(dialog, "API key", "new-key")
    with qtbot.waitSignal(dialog.account_given) as given:
        button(dialog, "Save").click()
    assert given.args == [ACCOUNT, "new-key"]
    assert not dialog.isVisible()


def test_an_empty_key_means_the_one_that_is_kept(qtbot: QtBot, tester: FakeTester, settings: Settings) -> None:
    dialog = open_dialog(qtbot, tester, settings)
    button(dialog, "Test connection").click()
    assert tester.asked == [(ACCOUNT, "")]
    type_in(dialog, "Your email", "sam@acme-heat.test")
    with qtbot.waitSignal(dialog.account_given) as given:
        button(dialog, "Save").click()
    assert given.args == [Account("heatpunk.co.uk", "sam@acme-heat.test"), ""]


def test_what_is_wrong_keeps_it_open(qtbot: QtBot, tester: FakeTester, settings: Settings) -> None:
    dialog = open_dialog(qtbot, tester, settings)
    type_in(dialog, "Your email", "sam")
    button(dialog, "Save").click()
    assert dialog.isVisible()
    assert "not a complete email address" in words_on(dialog)


def test_a_folder_that_cannot_be_written_is_told(
    qtbot: QtBot, tester: FakeTester, settings: Settings, tmp_path: Path
) -> None:
    (tmp_path / "settings.json").mkdir()
    dialog = open_dialog(qtbot, tester, settings)
    control(dialog, QComboBox, "Colours").setCurrentText("Dark")
    with qtbot.assertNotEmitted(dialog.appearance_changed):
        button(dialog, "Save").click()
    assert dialog.isVisible()
    assert settings.appearance == "system"
    button(question(dialog), "Close").click()


def test_sample_data_have_no_account(qtbot: QtBot, tester: FakeTester, settings: Settings) -> None:
    dialog = open_dialog(qtbot, tester, settings, Account("http://127.0.0.1:8000", "x@example.com", is_demo=True))
    assert "You are looking at sample data" in words_on(dialog)
    assert not [line for line in dialog.findChildren(QLineEdit) if line.isVisible()]
    with qtbot.waitSignal(dialog.connect_requested):
        button(dialog, "Connect my account").click()
    assert not dialog.isVisible()
