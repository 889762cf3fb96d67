from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.domain.operation import OperationCounts, OperationState
from heatpunk_desktop.domain.project import Mark, ProjectDetail
from heatpunk_desktop.gui.inspector.inspector import Inspector
from heatpunk_desktop.gui.text.operation_words import pending_words
from heatpunk_desktop.gui.text.project_words import mark_words
from heatpunk_desktop.gui.widgets.value_text import ValueText
from heatpunk_desktop.models.project_selection import NOTHING, Selection
from heatpunk_desktop.services.sync.facts import Changed, Connection, Link
from heatpunk_desktop.services.sync.instructions import LoadProject
from tests.unit.gui.fake_service import DISK_FULL
from tests.unit.gui.hands import control, words_on
from tests.unit.gui.window_service import LISTED, WindowService, make_operation, make_row

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

TODAY = date(2026, 11, 24)
PENDING = make_operation(3, OperationState.QUEUED)
HISTORY = make_operation(
    2, OperationState.CONFIRMED, base={Field.POSTCODE: "CB3"}, changes={Field.POSTCODE: "CB24 9PL"}
)._replace(settled_at="2026-11-12T10:00:00.000Z")


@pytest.fixture
def service() -> WindowService:
    service = WindowService()
    service.held.details[5] = ProjectDetail(make_row(5, status="Quote"), LISTED, LISTED, "office@acme-heat.test")
    return service


@pytest.fixture
def inspector(qtbot: QtBot, service: WindowService) -> Inspector:
    inspector = Inspector(service, lambda: TODAY)
    qtbot.addWidget(inspector)
    inspector.resize(300, 800)
    with qtbot.waitExposed(inspector):
        inspector.show()
    return inspector


def value(inspector: Inspector, name: str) -> str:
    return control(inspector, ValueText, f"{name} of the chosen project").toPlainText()


def choose(qtbot: QtBot, inspector: Inspector, key: int, name: str = "14 High Street survey") -> None:
    inspector.show_selection(Selection.of((key,)))
    qtbot.waitUntil(
        lambda: any(
            value_text.toPlainText() == name and value_text.isVisible()
            for value_text in inspector.findChildren(ValueText)
            if value_text.accessibleName() == "Name of the chosen project"
        )
    )


def test_with_nothing_chosen_it_says_how_to(inspector: Inspector) -> None:
    assert "Choose a project" in words_on(inspector)


def test_it_shows_the_whole_project(qtbot: QtBot, inspector: Inspector) -> None:
    choose(qtbot, inspector, 5)
    shown = {name: value(inspector, name) for name in ("Customer", "Address", "Postcode", "Position", "Owner")}
    assert shown == {
        "Customer": "Siân O’Neill",
        "Address": "14 High Street, Histon",
        "Postcode": "CB24 9PL",
        "Position": "52.2517, −0.1054",
        "Owner": "office@acme-heat.test",
    }
    assert value(inspector, "Created") == "24 Nov 2026"
    assert value(inspector, "Modified") == "Today 09:40"
    assert value(inspector, "Project ID") == "5"


def test_what_was_never_loaded_says_so(qtbot: QtBot, inspector: Inspector) -> None:
    choose(qtbot, inspector, 5)
    assert {value(inspector, name) for name in ("Phone", "Email", "Build date", "Reference")} == {"…"}


def test_what_was_asked_for_and_not_told_says_so(qtbot: QtBot, inspector: Inspector, service: WindowService) -> None:
    values = {**LISTED, Field.CUSTOMER_PHONE: "01223 000000"}
    service.held.details[5] = ProjectDetail(make_row(5), values, values, loaded_at="2026-11-24T09:40:00.000Z")
    choose(qtbot, inspector, 5)
    assert value(inspector, "Phone") == "01223 000000"
    assert value(inspector, "Reference") == "—"


def test_modified_is_never_shown_before_created(qtbot: QtBot, inspector: Inspector, service: WindowService) -> None:
    row = make_row(5, created="2026-11-20T10:00:00.000Z")._replace(modified="2026-11-20T09:00:00.000Z")
    service.held.details[5] = ProjectDetail(row, LISTED, LISTED)
    choose(qtbot, inspector, 5)
    assert (value(inspector, "Created"), value(inspector, "Modified")) == ("20 Nov 2026", "20 Nov 10:00")


def test_a_build_date_is_shown_in_words_and_an_empty_value_as_a_dash(
    qtbot: QtBot, inspector: Inspector, service: WindowService
) -> None:
    values = {**LISTED, Field.BUILD_DATE: "post2000", Field.CUSTOMER_PHONE: "", Field.LATITUDE: None}
    service.held.details[5] = ProjectDetail(make_row(5), values, values)
    choose(qtbot, inspector, 5)
    assert value(inspector, "Build date") == "Post 2000"
    assert value(inspector, "Phone") == "—"
    assert value(inspector, "Position") == "—"
    assert value(inspector, "Owner") == "Colleague 7"


@pytest.mark.parametrize(
    ("email", "name", "shown", "has_rename"),
    [
        ("", "", "Colleague 7", True),
        ("", "Dave", "Dave", True),
        ("dave@acme-heat.test", "Dave", "dave@acme-heat.test", True),
        ("dave@acme-heat.test", "", "dave@acme-heat.test", False),
    ],
)
def test_an_owner_is_named_unless_the_email_is_known(
    qtbot: QtBot, inspector: Inspector, service: WindowService, email: str, name: str, shown: str, *, has_rename: bool
) -> None:
    detail = ProjectDetail(make_row(5), LISTED, LISTED, owner_email=email, owner_name=name)
    service.held.details[5] = detail
    choose(qtbot, inspector, 5)
    assert value(inspector, "Owner") == shown
    (rename,) = (button for button in inspector.findChildren(QPushButton) if button.text() == "Rename…")
    assert rename.isVisible() is has_rename


def test_what_is_missing_is_asked_for_once_the_choice_rests(
    qtbot: QtBot, inspector: Inspector, service: WindowService
) -> None:
    service.held.details[6] = ProjectDetail(make_row(6, "87 High Street"), LISTED, LISTED)
    service.connection_changed.emit(Connection(Link.ONLINE))
    inspector.show_selection(Selection.of((5,)))
    inspector.show_selection(Selection.of((6,)))
    qtbot.waitUntil(lambda: service.told(LoadProject) != [])
    assert service.told(LoadProject) == [LoadProject(6)]
    inspector.show_selection(NOTHING)
    inspector.show_selection(Selection.of((6,)))  # the server was asked, and has not answered yet
    qtbot.waitUntil(lambda: not inspector.is_waiting)
    assert service.told(LoadProject) == [LoadProject(6)]


def test_offline_nothing_is_asked_for_before_the_connection_is_back(
    qtbot: QtBot, inspector: Inspector, service: WindowService
) -> None:
    service.connection_changed.emit(Connection(Link.OFFLINE))
    choose(qtbot, inspector, 5)
    qtbot.waitUntil(lambda: not inspector.is_waiting)
    assert not service.asked
    service.connection_changed.emit(Connection(Link.ONLINE))
    qtbot.waitUntil(lambda: service.told(LoadProject) == [LoadProject(5)])


@pytest.mark.parametrize("key", [-3, 5])
def test_nothing_is_asked_for_where_nothing_is_missing(
    qtbot: QtBot, inspector: Inspector, service: WindowService, key: int
) -> None:
    loaded_at = "2026-11-24T09:00:00.000Z" if key > 0 else ""
    service.held.details[key] = ProjectDetail(make_row(key), LISTED, LISTED, loaded_at=loaded_at)
    service.connection_changed.emit(Connection(Link.ONLINE))
    choose(qtbot, inspector, key)
    qtbot.waitUntil(lambda: not inspector.is_waiting)
    assert not service.asked


def test_it_follows_what_changes(qtbot: QtBot, inspector: Inspector, service: WindowService) -> None:
    choose(qtbot, inspector, 5)
    loaded = {**LISTED, Field.CUSTOMER_PHONE: "01223 858 414"}
    service.held.details[5] = ProjectDetail(make_row(5), loaded, loaded)
    service.changed.emit(Changed(keys=(5,)))
    qtbot.waitUntil(lambda: value(inspector, "Phone") == "01223 858 414")
    service.held.details[5] = ProjectDetail(make_row(5, "Renamed"), loaded, loaded)
    service.changed.emit(Changed(keys=(5,)))
    qtbot.waitUntil(lambda: value(inspector, "Name") == "Renamed")
    service.held.details.pop(5)
    service.changed.emit(Changed(keys=(5,)))
    qtbot.waitUntil(lambda: "Choose a project" in words_on(inspector))


def test_a_project_stays_when_the_server_gives_it_its_number(
    qtbot: QtBot, inspector: Inspector, service: WindowService
) -> None:
    new = make_row(-3, "New one", marks=Mark.NOT_ON_SERVER | Mark.WAITING)
    service.held.details[-3] = ProjectDetail(new, LISTED, LISTED)
    choose(qtbot, inspector, -3, "New one")
    assert mark_words(Mark.NOT_ON_SERVER) in words_on(inspector)
    assert value(inspector, "Project ID") == "none yet"
    assert value(inspector, "Created") == "—"
    service.held.details[1353712] = ProjectDetail(make_row(1353712, "New one"), LISTED, LISTED)
    service.changed.emit(Changed(replaced={-3: 1353712}))
    qtbot.waitUntil(lambda: value(inspector, "Project ID") == "1353712")


def test_what_is_pending_and_what_was_done_here_is_told(
    qtbot: QtBot, inspector: Inspector, service: WindowService
) -> None:
    service.held.details[5] = ProjectDetail(make_row(5), LISTED, LISTED, pending=(PENDING,), history=(HISTORY,))
    choose(qtbot, inspector, 5)
    words = words_on(inspector)
    assert "Status Lead → Quote" in words
    assert f"Today 14:12 · {pending_words(PENDING)}" in words
    assert "Postcode CB3 → CB24 9PL" in words
    assert "12 Nov 2026" in words
    service.held.details[5] = ProjectDetail(make_row(5), LISTED, LISTED)
    service.changed.emit(Changed(counts=OperationCounts()))
    qtbot.waitUntil(lambda: "Status Lead → Quote" not in words_on(inspector))


def test_markup_of_the_servers_is_shown_as_it_is(qtbot: QtBot, inspector: Inspector, service: WindowService) -> None:
    odd = "<b>Bold</b> & <img src=x>"
    service.held.details[5] = ProjectDetail(make_row(5, odd), {**LISTED, Field.ADDRESS: odd}, LISTED)
    choose(qtbot, inspector, 5, odd)
    assert value(inspector, "Address") == odd


def test_a_value_is_copied_with_the_keyboard(qtbot: QtBot, inspector: Inspector) -> None:
    choose(qtbot, inspector, 5)
    field = control(inspector, ValueText, "Address of the chosen project")
    field.setFocus()
    QTest.keyClick(field, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(field, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "14 High Street, Histon"


def test_a_long_word_is_broken_and_not_cut(qtbot: QtBot, inspector: Inspector, service: WindowService) -> None:
    long = "sian.oneill." * 12 + "@example.co.uk"
    service.held.details[5] = ProjectDetail(make_row(5), {**LISTED, Field.CUSTOMER_EMAIL: long}, LISTED)
    choose(qtbot, inspector, 5)
    field = control(inspector, ValueText, "Email of the chosen project")
    qtbot.waitUntil(lambda: field.height() >= field.document().size().height() > 3 * field.fontMetrics().height())
    assert field.document().idealWidth() <= field.viewport().width()


def test_a_database_in_trouble_leaves_it_empty(qtbot: QtBot, inspector: Inspector, service: WindowService) -> None:
    service.held.trouble = DISK_FULL
    inspector.show_selection(Selection.of((5,)))
    qtbot.waitUntil(lambda: not inspector.is_waiting)
    assert "Choose a project" in words_on(inspector)


def test_tab_stops_once_and_the_arrows_go_through_the_values(qtbot: QtBot, inspector: Inspector) -> None:
    choose(qtbot, inspector, 5)
    values = [value_text for value_text in inspector.findChildren(ValueText) if value_text.isVisible()]
    assert len(values) == len(Field) + 2
    assert [value for value in values if value.focusPolicy() & Qt.FocusPolicy.TabFocus] == values[:1]
    values[0].setFocus()
    for other_value in values[1:]:
        QTest.keyClick(inspector.focusWidget(), Qt.Key.Key_Down)
        assert inspector.focusWidget() is other_value
    QTest.keyClick(values[-1], Qt.Key.Key_Down)
    QTest.keyClick(values[-1], Qt.Key.Key_Up)
    assert inspector.focusWidget() is values[-2]
    assert [value for value in values if value.focusPolicy() & Qt.FocusPolicy.TabFocus] == [values[-2]]
    QTest.mouseClick(values[3].viewport(), Qt.MouseButton.LeftButton)
    assert [value for value in values if value.focusPolicy() & Qt.FocusPolicy.TabFocus] == [values[3]]
