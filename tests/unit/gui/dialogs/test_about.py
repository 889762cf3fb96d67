from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, qVersion
from PySide6.QtWidgets import QLabel, QPlainTextEdit, QToolButton

from heatpunk_desktop import __version__
from heatpunk_desktop.gui.dialogs import about
from heatpunk_desktop.gui.dialogs.about import AboutDialog
from heatpunk_desktop.gui.dialogs.licences import COMPONENTS, components
from heatpunk_desktop.system.crash_report import Build
from tests.unit.gui.hands import button, control, words_on

if TYPE_CHECKING:
    import pytest
    from pytestqt.qtbot import QtBot


def test_it_says_whose_program_it_is_and_names_every_licence(qtbot: QtBot) -> None:
    dialog = AboutDialog()
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, on=False)
    qtbot.addWidget(dialog)
    dialog.show()
    assert f"Version {__version__}, run from its sources. With Qt {qVersion()} and Python" in words_on(dialog)
    assert "An independent program for Heatpunk." in words_on(dialog)
    assert "GNU Lesser" not in words_on(dialog), "out of the way until somebody wants it"
    height = dialog.height()
    control(dialog, QToolButton, "Licences").click()
    assert dialog.height() > height
    assert '<a href="https://code.qt.io/">code.qt.io</a>' in words_on(dialog)
    assert "and you may replace them with your own versions" in words_on(dialog)
    assert "GNU Lesser General Public License, version 3" in words_on(dialog)
    text = control(dialog, QPlainTextEdit, "Licences").toPlainText()
    assert "requests 2" in text
    assert "Lucide icons: ISC" in text
    assert "GNU LESSER GENERAL PUBLIC LICENSE" in text
    icons = [label.pixmap() for label in dialog.findChildren(QLabel) if not label.pixmap().isNull()]
    assert len(icons) == 1
    button(dialog, "Close").click()
    assert not dialog.isVisible()


def test_every_library_has_a_licence_and_most_bring_its_text() -> None:
    found = components()
    assert all(component.licence for component in found)
    assert len(found) > len(COMPONENTS)  # what they build on is there as well
    assert not {"pytest", "ruff"} & {component.name for component in found}
    assert sum(bool(component.texts) for component in found) > len(found) / 2


def test_a_package_says_which_build_it_is(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(about, "read_build", lambda: Build("0123456789", date(2026, 11, 25)))
    dialog = AboutDialog()
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, on=False)
    qtbot.addWidget(dialog)
    dialog.show()
    assert f"Version {__version__}, build 0123456789 of 25 Nov 2026." in words_on(dialog)
