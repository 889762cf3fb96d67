from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPlainTextEdit

from heatpunk_desktop import __version__
from heatpunk_desktop.views.about import AboutDialog
from heatpunk_desktop.views.licences import COMPONENTS, components
from tests.unit.views.hands import button, control, words_on

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


def test_it_says_whose_program_it_is_and_names_every_licence(qtbot: QtBot) -> None:
    dialog = AboutDialog()
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, on=False)
    qtbot.addWidget(dialog)
    dialog.show()
    assert f"Version {__version__}" in words_on(dialog)
    assert "not made by Heatpunk’s vendor" in words_on(dialog)
    assert "GNU Lesser General Public License, version 3" in words_on(dialog)
    text = control(dialog, QPlainTextEdit, "Licences").toPlainText()
    assert "requests 2" in text
    assert "Lucide icons: ISC" in text
    button(dialog, "Close").click()
    assert not dialog.isVisible()


def test_every_library_has_a_licence_and_most_bring_its_text() -> None:
    found = components()
    assert all(one.licence for one in found)
    assert len(found) > len(COMPONENTS)  # what they build on is there as well
    assert not {"pytest", "ruff"} & {one.name for one in found}
    assert sum(bool(one.texts) for one in found) > len(found) / 2
