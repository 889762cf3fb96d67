from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox

from heatpunk_desktop.config.settings import Settings
from heatpunk_desktop.domain.account import Account
from heatpunk_desktop.gui.settings.settings_dialog import SettingsDialog
from tests.unit.gui.fake_tester import FakeTester
from tests.unit.gui.hands import button, control, type_in, words_on

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot


def open_dialog(qtbot: QtBot, folder: Path) -> SettingsDialog:
    account = Account("heatpunk.co.uk", "office@acme-heat.test")
    dialog = SettingsDialog(FakeTester(), Settings.load(folder), account, proxy_words=lambda: "the system’s, prox:1")
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, on=False)
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


@pytest.mark.parametrize(("chosen", "kept"), [("None", "none"), ("The system’s", "system")])
def test_the_proxy_is_chosen_and_kept(qtbot: QtBot, tmp_path: Path, chosen: str, kept: str) -> None:
    dialog = open_dialog(qtbot, tmp_path)
    assert control(dialog, QComboBox, "Proxy").currentText() == "The system’s"
    assert "In use now: the system’s, prox:1" in words_on(dialog)
    control(dialog, QComboBox, "Proxy").setCurrentText(chosen)
    button(dialog, "Save").click()
    assert Settings.load(tmp_path).proxy == kept


def test_one_is_named_and_a_password_is_refused_in_words(qtbot: QtBot, tmp_path: Path) -> None:
    dialog = open_dialog(qtbot, tmp_path)
    control(dialog, QComboBox, "Proxy").setCurrentText("This one")
    type_in(dialog, "Proxy address", "sam:hush@proxy.firm.example:3128")
    button(dialog, "Save").click()
    assert dialog.isVisible()
    assert "would lie in a file" in words_on(dialog)
    assert not (tmp_path / "settings.json").exists()
    type_in(dialog, "Proxy address", "Proxy.firm.example:3128")
    button(dialog, "Save").click()
    assert not dialog.isVisible()
    assert Settings.load(tmp_path).proxy == "proxy.firm.example:3128"
    again = open_dialog(qtbot, tmp_path)
    assert control(again, QComboBox, "Proxy").currentText() == "This one"


@pytest.mark.parametrize("text", ["", "x", "sam:hush@proxy:1", "proxy:0", "System"])
def test_a_setting_that_is_no_proxy_is_the_systems(tmp_path: Path, text: str) -> None:
    settings = Settings.load(tmp_path)
    settings.proxy = text
    settings.save()
    assert Settings.load(tmp_path).proxy == "system"
