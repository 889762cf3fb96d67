"""The button that stands out: in colours of its own where the style takes them, and else in the system's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtGui import QGuiApplication, QPalette

from heatpunk_desktop.gui.widgets import buttons
from heatpunk_desktop.gui.widgets.buttons import IconButton

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot

ROLES = (QPalette.ColorRole.Button, QPalette.ColorRole.ButtonText)


@pytest.fixture
def style(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[str]:
    before = qapp.style().name()
    qapp.setStyle(request.param)
    yield request.param
    qapp.setStyle(before)


def colours(button: IconButton) -> list[str]:
    return [button.palette().color(role).name() for role in ROLES]


@pytest.mark.usefixtures("style")
@pytest.mark.parametrize("style", ["Fusion"], indirect=True)
def test_it_has_colours_of_its_own_where_the_style_takes_them(qtbot: QtBot) -> None:
    main, other = IconButton("plus", is_main=True), IconButton("plus")
    for button in (main, other):
        qtbot.addWidget(button)
    assert all(colour != two for colour, two in zip(colours(main), colours(other), strict=True))


@pytest.mark.usefixtures("style")
@pytest.mark.parametrize("style", ["Windows"], indirect=True)
def test_it_keeps_its_colours_in_a_style_that_would_take_only_the_texts(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(buttons, "OWN_STYLES", {QGuiApplication.platformName()})
    main, other = IconButton("plus", is_main=True), IconButton("plus")
    for button in (main, other):
        qtbot.addWidget(button)
    assert colours(main) == colours(other)
