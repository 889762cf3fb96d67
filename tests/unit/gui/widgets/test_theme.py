"""Colours and pills, as eyes of any sharpness see them."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPalette
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDateEdit,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QRadioButton,
    QWidget,
)

from heatpunk_desktop.domain.fields import Status
from heatpunk_desktop.gui.project_form.form_fields import TypedChoiceField
from heatpunk_desktop.gui.widgets import theme
from heatpunk_desktop.gui.widgets.appearance import apply_appearance
from heatpunk_desktop.gui.widgets.status_pill import paint_glyph, paint_pill, pill_size, status_icon

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot

#: What draws text or pixmaps needs the application.
pytestmark = pytest.mark.usefixtures("qapp")

STATUSES = [*Status, "Survey booked"]


def palette_of(*, dark: bool) -> QPalette:
    palette = QPalette()
    light, deep = QColor("#ffffff"), QColor("#1e2125")
    ground, text = (deep, QColor("#f2f3f5")) if dark else (light, QColor("#16181c"))
    for role in (QPalette.ColorRole.Base, QPalette.ColorRole.Window):
        palette.setColor(role, ground)
    for role in (QPalette.ColorRole.Text, QPalette.ColorRole.WindowText):
        palette.setColor(role, text)
    palette.setColor(QPalette.ColorRole.Highlight, QColor("#308cc6"))
    return palette


@pytest.fixture(params=[False, True], ids=["light", "dark"])
def palette(request: pytest.FixtureRequest) -> QPalette:
    return palette_of(dark=request.param)


def test_knows_light_from_dark() -> None:
    assert not theme.is_dark(palette_of(dark=False))
    assert theme.is_dark(palette_of(dark=True))


def test_contrast_is_that_of_the_definition() -> None:
    assert theme.contrast(QColor("black"), QColor("white")) == pytest.approx(21)
    assert theme.contrast(QColor("#777777"), QColor("white")) == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize(
    ("status", "light", "dark"),
    [
        ("Lead", "#05619e", "#85bfeb"),
        ("Quote", "#7a5600", "#f7a241"),
        ("Sale", "#3a3fb0", "#a2b1ff"),
        ("Install", "#861473", "#f094d3"),
        ("Completed", "#03663c", "#4fe0a0"),
        ("Rejected", "#59606a", "#c3c7cc"),
        ("Survey booked", "#59606a", "#c3c7cc"),
    ],
)
def test_statuses_have_their_colours(status: str, light: str, dark: str) -> None:
    assert theme.status_colour(status, palette_of(dark=False)).name() == light
    assert theme.status_colour(status, palette_of(dark=True)).name() == dark


def test_every_text_can_be_read_on_every_ground_it_stands_on(palette: QPalette) -> None:
    base = palette.color(QPalette.ColorRole.Base)
    rows = [base, theme.selection_background(palette), theme.hover_background(palette)]
    panels = [theme.panel_background(palette), palette.color(QPalette.ColorRole.Window)]
    text = palette.color(QPalette.ColorRole.Text)
    pairs = [
        *itertools.product([text, theme.muted_text(palette), theme.waiting_text(palette)], rows + panels),
        *itertools.product([theme.danger(palette)], rows + panels),
        (text, theme.match_background(palette)),
        (theme.banner_text(palette), theme.banner_background(palette)),
        *((theme.status_colour(status, palette), ground) for status in STATUSES for ground in rows + panels),
        *(
            (theme.status_colour(status, palette), theme.pill_background(status, palette, ground))
            for status in STATUSES
            for ground in rows
        ),
    ]
    poor = [
        (colour.name(), other.name(), theme.contrast(colour, other))
        for colour, other in pairs
        if theme.contrast(colour, other) < theme.MIN_CONTRAST
    ]
    assert not poor


@given(colour=st.integers(0, 0xFFFFFF), ground=st.integers(0, 0xFFFFFF))
def test_any_colour_can_be_made_readable_on_any_ground(colour: int, ground: int) -> None:
    assert theme.contrast(theme.readable_on(QColor(colour), QColor(ground)), QColor(ground)) >= theme.MIN_CONTRAST


def test_what_is_readable_keeps_its_colour() -> None:
    assert theme.readable_on(QColor("#05619e"), QColor("white")).name() == "#05619e"


def painted(status: str, palette: QPalette, *, selected: bool = False, width: int = 0) -> QImage:
    image = QImage(200, 40, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    size = pill_size(status, painter.font())
    paint_pill(painter, QRect(0, 0, width or size.width(), 40), status, palette, selected)
    painter.end()
    return image


def colours(image: QImage) -> set[str]:
    return {
        image.pixelColor(x, y).name()
        for x in range(image.width())
        for y in range(image.height())
        if image.pixelColor(x, y).alpha() == 255
    }


@pytest.mark.parametrize("status", STATUSES)
def test_a_pill_shows_the_colour_and_its_tint(status: str, palette: QPalette) -> None:
    shown = colours(painted(status, palette))
    base = palette.color(QPalette.ColorRole.Base)
    assert theme.status_colour(status, palette).name() in shown
    assert theme.pill_background(status, palette, base).name() in shown


def test_a_pill_on_a_selected_row_takes_its_ground(palette: QPalette) -> None:
    ground = theme.selection_background(palette)
    shown = colours(painted("Sale", palette, selected=True))
    assert theme.pill_background("Sale", palette, ground).name() in shown


def test_a_pill_stays_in_its_rectangle(palette: QPalette) -> None:
    image = painted("Completed", palette, width=50)
    assert all(image.pixelColor(x, 20).alpha() == 0 for x in range(51, 200))
    assert any(image.pixelColor(x, 20).alpha() for x in range(50))


def test_no_status_has_a_pill_of_its_own(palette: QPalette) -> None:
    shown = colours(painted("", palette))
    assert theme.status_colour("", palette).name() in shown
    assert theme.pill_background("", palette, palette.color(QPalette.ColorRole.Base)).name() in shown
    assert painted("", palette) != painted("Rejected", palette)


def test_glyphs_differ_without_their_colour() -> None:
    drawn = []
    for status in STATUSES:
        image = QImage(24, 24, QImage.Format.Format_ARGB32)
        image.fill(Qt.GlobalColor.transparent)
        painter = QPainter(image)
        paint_glyph(painter, QRect(0, 0, 24, 24), status, QColor("black"))
        painter.end()
        drawn.append(image)
    assert all(colour != other for colour, other in itertools.combinations(drawn, 2))


def test_rings_fill_by_quarters_from_the_top_clockwise() -> None:
    def filled(status: str) -> tuple[bool, ...]:
        image = QImage(40, 40, QImage.Format.Format_ARGB32)
        image.fill(Qt.GlobalColor.transparent)
        painter = QPainter(image)
        paint_glyph(painter, QRect(0, 0, 40, 40), status, QColor("black"))
        painter.end()
        return tuple(image.pixelColor(*at).alpha() == 255 for at in ((26, 14), (26, 26), (14, 26), (14, 14)))

    assert filled("Lead") == (False, False, False, False)
    assert filled("Quote") == (True, False, False, False)
    assert filled("Sale") == (True, True, False, False)
    assert filled("Install") == (True, True, True, False)


def test_an_icon_is_sharp_and_coloured(palette: QPalette) -> None:
    icon = status_icon("Install", palette)
    image = icon.pixmap(16, 16).toImage()
    assert theme.status_colour("Install", palette).name() in colours(image)


@pytest.fixture
def appearance(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[QApplication]:
    apply_appearance(qapp, request.param)
    yield qapp
    apply_appearance(qapp, "system")


@pytest.mark.parametrize("appearance", ["light", "dark"], indirect=True)
@pytest.mark.parametrize("kind", [QLineEdit, QComboBox, QDateEdit, QPlainTextEdit])
def test_the_edge_of_a_field_is_seen(qtbot: QtBot, appearance: QApplication, kind: type[QWidget]) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(160, 60)
    field = kind(window)
    field.setGeometry(20, 15, 120, 30)
    image = window.grab().toImage()
    across = [image.pixelColor(x, 30) for x in range(14, 30)]
    outside = appearance.palette().color(QPalette.ColorRole.Window)
    assert across[0] == outside
    edge = max(across[4:9], key=lambda colour: theme.contrast(colour, outside))
    assert theme.contrast(edge, outside) >= theme.MIN_EDGE_CONTRAST
    if kind is QLineEdit:
        hint = field.palette().color(QPalette.ColorRole.PlaceholderText)
        assert theme.contrast(hint, across[-1]) >= theme.MIN_CONTRAST
        assert theme.contrast(edge, across[-1]) >= theme.MIN_EDGE_CONTRAST


@pytest.mark.parametrize("appearance", ["light", "dark"], indirect=True)
@pytest.mark.parametrize("kind", [QCheckBox, QRadioButton, QListWidget])
def test_the_edge_of_a_box_that_is_not_ticked_is_seen(
    qtbot: QtBot, appearance: QApplication, kind: type[QWidget]
) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(160, 60)
    box = kind(window)
    ground = appearance.palette().color(QPalette.ColorRole.Window)
    if isinstance(box, QListWidget):
        QListWidgetItem("", box).setCheckState(Qt.CheckState.Unchecked)
        ground = box.palette().color(QPalette.ColorRole.Base)
    box.setGeometry(20, 15, 120, 30)
    image = box.grab().toImage()
    seen = {image.pixelColor(x, y).name() for x in range(4, 24) for y in range(2, 28)}
    assert max(theme.contrast(QColor(colour), ground) for colour in seen) >= theme.MIN_EDGE_CONTRAST


@pytest.mark.usefixtures("appearance")
@pytest.mark.parametrize("appearance", ["light", "dark"], indirect=True)
def test_an_owner_who_cannot_be_changed_can_be_read(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    owner = TypedChoiceField("owner", "Owner", window)
    owner.editor.setEnabled(False)
    for line in (owner.editor, *owner.editor.findChildren(QLineEdit)):
        palette = line.palette()
        disabled, role = palette.ColorGroup.Disabled, palette.ColorRole
        text, ground = palette.color(disabled, role.Text), palette.color(disabled, role.Base)
        assert theme.contrast(text, ground) >= theme.MIN_CONTRAST
