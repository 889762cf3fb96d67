"""What the user can do about each kind of change that needs them, on the page `Needs you`."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLabel, QListWidget, QPushButton, QWidget

from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.domain.needs import Need, WayOut
from heatpunk_desktop.domain.operation import Operation, OperationKind, OperationState, Reason, Side
from heatpunk_desktop.domain.remarks import RemarkCode, remark
from heatpunk_desktop.gui.dialogs.owner_dialogs import ChangeOwnerDialog
from heatpunk_desktop.gui.outbox.changes_panel import ChangesPanel
from heatpunk_desktop.gui.text.operation_words import need_words, needed_words, way_tip, way_words
from heatpunk_desktop.gui.text.remark_words import remark_words
from heatpunk_desktop.gui.widgets.status_pill import Pill
from heatpunk_desktop.gui.widgets.value_text import ValueText
from heatpunk_desktop.services.sync.commands import (
    Adopt,
    ChangeOwner,
    CreateAgain,
    Discard,
    KeepSide,
    Resolve,
    TryAgain,
)
from heatpunk_desktop.services.sync.facts import Changed
from heatpunk_desktop.store.reader import OperationGroup
from tests.unit.gui.fake_service import DISK_FULL
from tests.unit.gui.hands import button, control, question, type_in, words_on
from tests.unit.gui.window_service import ME, SAM, WindowService, make_operation, make_row

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

TODAY = date(2026, 11, 24)

CONFLICT = make_operation(
    1,
    OperationState.NEEDS_YOU,
    words="Changed by you and by someone else.",
    reason=Reason.CONFLICT,
    changes={Field.STATUS: "Sale", Field.ADDRESS: "31a High Street\nAberystwyth", Field.CUSTOMER_PHONE: ""},
    base={Field.STATUS: "Quote", Field.ADDRESS: "31 High Street"},
    theirs={Field.STATUS: "Rejected", Field.ADDRESS: "", Field.CUSTOMER_PHONE: "07700 900 431"},
)
REFUSED = make_operation(
    2,
    OperationState.NEEDS_YOU,
    reason=Reason.REFUSED,
    server_words="customerEmail must be an <b>email</b> address",
    changes={Field.CUSTOMER_EMAIL: "rhys@"},
)
GONE = make_operation(
    3,
    OperationState.NEEDS_YOU,
    reason=Reason.GONE,
    changes={Field.ADDRESS: "87 High Street\nExeter", Field.STATUS: "Sale"},
)
UNCLEAR = make_operation(
    4, OperationState.NEEDS_YOU, OperationKind.CREATE, name="Barn", reason=Reason.UNCLEAR, candidates=(1353712, 1353713)
)
DAMAGED = make_operation(5, OperationState.NEEDS_YOU, name="", reason=Reason.DAMAGED, changes={})


class Panel(ChangesPanel):
    """The panel, and what it shows."""

    def __init__(self, service: WindowService) -> None:
        super().__init__(service, lambda: TODAY)
        self.service = service


@pytest.fixture
def service() -> WindowService:
    return WindowService()


@pytest.fixture
def panel(qtbot: QtBot, service: WindowService) -> ChangesPanel:
    panel = Panel(service)
    qtbot.addWidget(panel)
    panel.resize(1100, 400)
    with qtbot.waitActive(panel):
        panel.show()
    return panel


def show(panel: ChangesPanel, *operations: Operation) -> None:
    assert isinstance(panel, Panel)
    panel.service.held.pages = {OperationGroup.NEEDS_YOU: operations}
    panel.open()


def buttons(panel: ChangesPanel) -> list[str]:
    """What can be done, as a screen reader names it."""
    around = {"Send now", "Close the panel Changes"}
    shown = [push_button for push_button in panel.findChildren(QPushButton) if push_button.isVisibleTo(panel)]
    names = [widget.accessibleName() or widget.text() for widget in shown]
    return sorted(name for name in names if name not in around)


def for_all(panel: ChangesPanel, words: str) -> QPushButton:
    """The button for all fields of a conflict."""
    (found,) = [
        push_button
        for push_button in panel.findChildren(QPushButton)
        if push_button.text() == words and not push_button.accessibleName() and push_button.isVisibleTo(panel)
    ]
    return found


def value(panel: ChangesPanel, name: str) -> str:
    return control(panel, ValueText, name).toPlainText()


class TestConflict:
    def test_each_field_shows_before_mine_and_theirs(self, panel: ChangesPanel) -> None:
        show(panel, CONFLICT)
        assert "Changed by you and by someone else." in words_on(panel)
        assert value(panel, "When you opened it: Address") == "31 High Street"
        assert value(panel, "Yours, today 14:12: Address") == "31a High Street\nAberystwyth"
        assert value(panel, "On the server now: Address") == "(empty)"
        assert value(panel, "When you opened it: Customer phone") == "not loaded"
        assert value(panel, "Yours, today 14:12: Customer phone") == "(empty)"
        pills = [pill.accessibleName() for pill in panel.findChildren(Pill) if pill.isVisibleTo(panel)]
        assert pills == [
            "When you opened it: Status: Quote",
            "Yours, today 14:12: Status: Sale",
            "On the server now: Status: Rejected",
        ]

    def test_what_can_be_done_for_each_field_and_for_all(self, panel: ChangesPanel) -> None:
        show(panel, CONFLICT)
        assert buttons(panel) == [
            way_words(WayOut.DISCARD),
            "Done",
            way_words(WayOut.KEEP_MINE),
            "Keep mine: Address",
            "Keep mine: Customer phone",
            "Keep mine: Status",
            way_words(WayOut.KEEP_THEIRS),
            "Keep theirs: Address",
            "Keep theirs: Customer phone",
            "Keep theirs: Status",
            "Open in Heatpunk: project 5",
        ]

    def test_one_field_is_kept_as_mine_and_another_as_theirs(self, panel: ChangesPanel, service: WindowService) -> None:
        show(panel, CONFLICT)
        done = button(panel, "Done")
        control(panel, QPushButton, "Keep mine: Status").click()
        control(panel, QPushButton, "Keep theirs: Address").click()
        assert (service.asked, done.isEnabled(), done.toolTip()) == ([], False, "Choose for each field first")
        assert {"Yours kept", "Theirs kept"} <= set(words_on(panel).splitlines())
        control(panel, QPushButton, "Keep theirs: Customer phone").click()
        assert done.isEnabled()
        assert focus(panel) is done
        done.click()
        assert service.asked == [
            Resolve(1, frozenset({Field.STATUS}), frozenset({Field.ADDRESS, Field.CUSTOMER_PHONE}))
        ]

    def test_a_choice_is_changed_and_nothing_moves(self, panel: ChangesPanel, service: WindowService) -> None:
        show(panel, CONFLICT)

        def places() -> list[QRect]:
            shown = [value_text for value_text in panel.findChildren(ValueText) if value_text.isVisibleTo(panel)]
            fixed = [button(panel, words) for words in ("Done", way_words(WayOut.DISCARD))]
            return [QRect(widget.mapTo(panel, QPoint()), widget.size()) for widget in (*shown, *fixed)]

        before = places()
        control(panel, QPushButton, "Keep mine: Status").click()
        panel.grab()
        assert places() == before
        control(panel, QPushButton, "Change: Status").click()
        assert focus(panel).accessibleName() == "Keep mine: Status"
        control(panel, QPushButton, "Keep theirs: Status").click()
        assert button(panel, "Done").isVisibleTo(panel)
        for_all(panel, way_words(WayOut.KEEP_MINE)).click()
        assert service.asked == [
            Resolve(1, frozenset({Field.ADDRESS, Field.CUSTOMER_PHONE}), frozenset({Field.STATUS}))
        ]

    def test_a_choice_is_still_there_after_a_look_at_another_change(self, panel: ChangesPanel) -> None:
        show(panel, CONFLICT, REFUSED)
        control(panel, QPushButton, "Keep mine: Status").click()
        control(panel, QListWidget, "Needs you").setCurrentRow(3)
        assert way_words(WayOut.EDIT) in buttons(panel)
        control(panel, QListWidget, "Needs you").setCurrentRow(1)
        assert "Change: Status" in buttons(panel)

    def test_a_choice_about_another_value_does_not_stand(self, panel: ChangesPanel, service: WindowService) -> None:
        show(panel, CONFLICT)
        control(panel, QPushButton, "Keep mine: Status").click()
        again = CONFLICT._replace(theirs={**CONFLICT.theirs, Field.STATUS: "Install"})
        service.held.pages = {OperationGroup.NEEDS_YOU: (again,)}
        service.changed.emit(Changed(counts=service.held.operation_counts()))
        assert "Keep mine: Status" in buttons(panel)

    @pytest.mark.parametrize(("words", "place"), [(way_words(WayOut.KEEP_MINE), 1), (way_words(WayOut.KEEP_THEIRS), 2)])
    def test_all_fields_at_once(self, panel: ChangesPanel, service: WindowService, words: str, place: int) -> None:
        show(panel, CONFLICT)
        for_all(panel, words).click()
        (asked,) = service.asked
        assert asked[place] == {Field.STATUS, Field.ADDRESS, Field.CUSTOMER_PHONE}
        assert asked[3 - place] == set()

    def test_a_single_field_needs_no_buttons_of_its_own(self, panel: ChangesPanel, service: WindowService) -> None:
        show(panel, CONFLICT._replace(theirs={Field.STATUS: "Rejected"}))
        assert "Keep mine: Status" not in buttons(panel)
        button(panel, way_words(WayOut.KEEP_MINE)).click()
        assert service.asked == [Resolve(1, frozenset({Field.STATUS}), frozenset())]

    def test_the_keyboard_goes_on_to_the_next_field(self, panel: ChangesPanel, service: WindowService) -> None:
        show(panel, CONFLICT)
        first = control(panel, QPushButton, "Keep theirs: Address")
        first.setFocus()
        QTest.keyClick(first, Qt.Key.Key_Space)
        assert focus(panel).accessibleName() == "Keep theirs: Customer phone"
        service.held.pages = {OperationGroup.NEEDS_YOU: (CONFLICT._replace(theirs={Field.STATUS: "Rejected"}),)}
        service.changed.emit(Changed(counts=service.held.operation_counts()))
        assert focus(panel) is button(panel, way_words(WayOut.KEEP_THEIRS))

    def test_news_of_other_changes_leaves_it_as_it_is(self, panel: ChangesPanel, service: WindowService) -> None:
        show(panel, CONFLICT)
        chosen = control(panel, QPushButton, "Keep mine: Status")
        chosen.setFocus()
        service.held.pages = {OperationGroup.NEEDS_YOU: (CONFLICT, REFUSED)}
        service.changed.emit(Changed(counts=service.held.operation_counts()))
        assert focus(panel) is chosen

    def test_it_is_opened_in_the_browser(self, qtbot: QtBot, panel: ChangesPanel) -> None:
        show(panel, CONFLICT)
        with qtbot.waitSignal(panel.open_requested) as told:
            control(panel, QPushButton, "Open in Heatpunk: project 5").click()
        assert told.args == [5]

    @pytest.mark.parametrize("width", [560, 1600])
    def test_a_long_text_is_shown_whole(self, qtbot: QtBot, panel: ChangesPanel, width: int) -> None:
        long = "averyverylongword" * 12 + "\n" + "many words " * 40
        show(panel, CONFLICT._replace(changes={**CONFLICT.changes, Field.ADDRESS: long}))
        panel.resize(width, 500)
        text = control(panel, ValueText, "Yours, today 14:12: Address")
        qtbot.waitUntil(lambda: text.height() >= round(text.document().size().height()) > 0)
        assert text.toPlainText() == long
        assert text.document().size().width() <= text.width() + 1


class TestRefused:
    def test_it_shows_the_servers_words_and_what_was_typed(self, panel: ChangesPanel) -> None:
        show(panel, REFUSED)
        assert needed_words(REFUSED) in words_on(panel)
        assert value(panel, "What the server said") == "customerEmail must be an <b>email</b> address"
        assert value(panel, "What you typed: Customer email") == "rhys@"
        assert buttons(panel) == [way_words(WayOut.DISCARD), way_words(WayOut.EDIT), way_words(WayOut.TRY_AGAIN)]

    def test_it_is_edited_in_the_form(self, qtbot: QtBot, panel: ChangesPanel) -> None:
        show(panel, REFUSED)
        with qtbot.waitSignal(panel.edit_requested) as told:
            button(panel, way_words(WayOut.EDIT)).click()
        assert told.args == [REFUSED]

    def test_it_is_sent_again_without_a_question(self, panel: ChangesPanel, service: WindowService) -> None:
        show(panel, REFUSED)
        button(panel, way_words(WayOut.TRY_AGAIN)).click()
        assert service.asked == [TryAgain((2,))]

    def test_a_move_to_deleted_has_no_form(self, panel: ChangesPanel) -> None:
        show(panel, make_operation(6, OperationState.NEEDS_YOU, OperationKind.SOFT_DELETE, reason=Reason.REFUSED))
        assert buttons(panel) == [way_words(WayOut.DISCARD), way_words(WayOut.TRY_AGAIN)]


def refused_create(number: int, customer: str) -> Operation:
    return make_operation(
        number,
        OperationState.NEEDS_YOU,
        OperationKind.CREATE,
        name="GSHP & UFH",
        reason=Reason.REFUSED,
        words=remark_words(remark(RemarkCode.OWNER_REFUSED, "dave@acme-heat.test")),
        server_words="owner must be the email address of a member of the team",
        changes={Field.PROJECT_NAME: "GSHP & UFH", Field.CUSTOMER_NAME: customer},
    )._replace(owner="dave@acme-heat.test", customer_name=customer)


OWNERS = tuple(refused_create(10 + number, customer) for number, customer in enumerate(("Gwenllïan", "Rhys", "Siân")))


def entries(panel: ChangesPanel) -> list[str]:
    listed = control(panel, QListWidget, "Needs you")
    return [str(listed.item(row).data(Qt.ItemDataRole.UserRole)[0]) for row in range(listed.count())]


def chosen(panel: ChangesPanel) -> list[str]:
    listed = control(panel, QListWidget, "Needs you")
    return [str(item.data(Qt.ItemDataRole.UserRole)[0]) for item in listed.selectedItems()]


class TestSeveral:
    def test_entries_stand_in_groups_and_name_the_customer(self, panel: ChangesPanel) -> None:
        show(panel, OWNERS[0], CONFLICT, *OWNERS[1:])
        assert entries(panel) == [
            f"{need_words(Need.OWNER)} · 3",
            "GSHP & UFH · Gwenllïan",
            "GSHP & UFH · Rhys",
            "GSHP & UFH · Siân",
            f"{need_words(Need.CONFLICT)} · 1",
            "31a High Street",
        ]

    def test_the_owner_is_told_and_marked(self, panel: ChangesPanel) -> None:
        show(panel, OWNERS[0])
        assert remark_words(remark(RemarkCode.OWNER_REFUSED, "dave@acme-heat.test")) in words_on(panel)
        assert value(panel, "What you typed: Owner") == "dave@acme-heat.test"
        assert control(panel, QLabel, "Refused: Owner").pixmap().height() > 0
        assert buttons(panel) == [
            way_words(WayOut.CHANGE_OWNER),
            way_words(WayOut.DISCARD),
            way_words(WayOut.EDIT),
            way_words(WayOut.TRY_AGAIN),
        ]

    def test_a_refused_field_is_marked(self, panel: ChangesPanel) -> None:
        show(panel, REFUSED)
        assert control(panel, QLabel, "Refused: Customer email").pixmap().height() > 0

    def test_all_alike_are_selected_by_a_button_and_by_their_heading(self, panel: ChangesPanel) -> None:
        show(panel, CONFLICT, *OWNERS)
        listed = control(panel, QListWidget, "Needs you")
        listed.setCurrentRow(3)
        button(panel, f"Select all 3: {need_words(Need.OWNER)}").click()
        assert len(chosen(panel)) == 3
        assert f"3 changes selected\n3 · {need_words(Need.OWNER)}" in words_on(panel)
        listed.setCurrentRow(1)
        QTest.mouseClick(
            listed.viewport(), Qt.MouseButton.LeftButton, pos=listed.visualItemRect(listed.item(2)).center()
        )
        assert len(chosen(panel)) == 3
        assert panel.focusWidget() is listed

    @pytest.mark.qt_log_ignore("This plugin does not support")
    def test_one_owner_for_all_of_them(self, panel: ChangesPanel, service: WindowService) -> None:
        service.held.team = (ME, SAM)
        show(panel, *OWNERS, CONFLICT)
        control(panel, QListWidget, "Needs you").selectAll()
        change = button(panel, way_words(WayOut.CHANGE_OWNER))
        assert change.toolTip() == f"{way_tip(WayOut.CHANGE_OWNER)} (For 3 of the 4 selected)"
        change.click()
        (dialog,) = panel.window().findChildren(ChangeOwnerDialog)
        owner = control(dialog, QComboBox, "Owner")
        assert [owner.itemText(row) for row in range(owner.count())] == [ME.email, SAM.email]
        assert owner.currentText() == ME.email
        type_in(dialog, "Owner", "nobody")
        button(dialog, "Save").click()
        assert not service.asked, "that is no address"
        type_in(dialog, "Owner", "new@acme-heat.test")
        button(dialog, "Save").click()
        assert service.asked == [ChangeOwner((10, 11, 12), "new@acme-heat.test")]

    def test_what_is_done_to_all_is_done_to_those_that_it_can_be_done_to(
        self, panel: ChangesPanel, service: WindowService
    ) -> None:
        show(panel, *OWNERS, CONFLICT, GONE, DAMAGED)
        control(panel, QListWidget, "Needs you").selectAll()
        assert buttons(panel) == [
            way_words(WayOut.CHANGE_OWNER),
            way_words(WayOut.CREATE_AGAIN),
            way_words(WayOut.DISCARD),
            way_words(WayOut.KEEP_MINE),
            way_words(WayOut.KEEP_THEIRS),
            way_words(WayOut.TRY_AGAIN),
        ]
        for words in (
            way_words(WayOut.TRY_AGAIN),
            way_words(WayOut.KEEP_MINE),
            way_words(WayOut.KEEP_THEIRS),
            way_words(WayOut.CREATE_AGAIN),
        ):
            button(panel, words).click()
        button(panel, way_words(WayOut.DISCARD)).click()
        asked = question(panel)
        assert asked.text() == "Discard 6 changes?"
        assert "New projects among them: 3." in asked.informativeText()
        button(asked, way_words(WayOut.DISCARD)).click()
        assert service.asked == [
            TryAgain((10, 11, 12, 3)),
            KeepSide((1,), Side.MINE),
            KeepSide((1,), Side.THEIRS),
            CreateAgain((3,)),
            Discard((10, 11, 12, 1, 3, 5)),
        ]

    def test_sending_what_is_in_doubt_again_is_asked_about_once(
        self, panel: ChangesPanel, service: WindowService
    ) -> None:
        show(panel, REFUSED, UNCLEAR)
        control(panel, QListWidget, "Needs you").selectAll()
        button(panel, way_words(WayOut.TRY_AGAIN)).click()
        assert not service.asked
        assert "This is so for 1 of the 2 selected changes." in question(panel).informativeText()
        button(question(panel), "Send again").click()
        assert service.asked == [TryAgain((2, 4))]

    def test_what_is_selected_stays_so_as_others_come_and_go(self, panel: ChangesPanel, service: WindowService) -> None:
        show(panel, *OWNERS, CONFLICT)
        listed = control(panel, QListWidget, "Needs you")
        listed.selectAll()
        for operations in ((REFUSED, *OWNERS[1:], CONFLICT), (REFUSED, CONFLICT)):
            service.held.pages = {OperationGroup.NEEDS_YOU: operations}
            service.changed.emit(Changed(counts=service.held.operation_counts()))
            assert len(chosen(panel)) == len(operations) - 1
        service.held.pages = {OperationGroup.NEEDS_YOU: (REFUSED, GONE)}
        service.changed.emit(Changed(counts=service.held.operation_counts()))
        assert len(chosen(panel)) == 1, "one is, where none is left of those"
        assert buttons(panel)

    def test_nothing_selected_offers_nothing(self, panel: ChangesPanel) -> None:
        show(panel, *OWNERS)
        control(panel, QListWidget, "Needs you").clearSelection()
        assert buttons(panel) == []
        assert "Select a change to see what can be done." in words_on(panel)


class TestGone:
    def test_what_was_typed_can_be_read_and_copied(self, panel: ChangesPanel) -> None:
        show(panel, GONE)
        assert needed_words(GONE) in words_on(panel)
        text = control(panel, ValueText, "What you typed: Address")
        assert text.toPlainText() == "87 High Street\nExeter"
        assert text.textInteractionFlags() & Qt.TextInteractionFlag.TextSelectableByKeyboard

    def test_it_is_created_again(self, panel: ChangesPanel, service: WindowService) -> None:
        show(panel, GONE)
        assert buttons(panel) == [
            way_words(WayOut.CREATE_AGAIN),
            way_words(WayOut.DISCARD),
            way_words(WayOut.TRY_AGAIN),
        ]
        button(panel, way_words(WayOut.CREATE_AGAIN)).click()
        assert service.asked == [CreateAgain((3,))]


class TestUnclear:
    @pytest.fixture(autouse=True)
    def known(self, service: WindowService) -> None:
        service.held.rows = {1353712: make_row(1353712, "Barn\nat Hill Farm")}

    def test_the_candidates_are_told_with_what_is_known_of_them(self, panel: ChangesPanel) -> None:
        show(panel, UNCLEAR)
        listed = control(panel, QListWidget, "Projects that it may be")
        assert [listed.item(row).text() for row in range(listed.count())] == [
            "Barn at Hill Farm · Siân O’Neill · CB24 9PL · created today 09:40 · project 1353712",
            "project 1353713 · nothing else is known of it here",
        ]

    def test_the_user_says_which_it_is_by_the_keyboard(self, panel: ChangesPanel, service: WindowService) -> None:
        show(panel, UNCLEAR)
        listed = control(panel, QListWidget, "Projects that it may be")
        listed.setFocus()
        QTest.keyClick(listed, Qt.Key.Key_Down)
        assert "Open in Heatpunk: project 1353713" in buttons(panel)
        this = button(panel, way_words(WayOut.ADOPT))
        this.setFocus()
        QTest.keyClick(this, Qt.Key.Key_Space)
        assert service.asked == [Adopt(4, 1353713)]

    def test_a_candidate_is_looked_at_first(self, qtbot: QtBot, panel: ChangesPanel) -> None:
        show(panel, UNCLEAR)
        with qtbot.waitSignal(panel.open_requested) as told:
            control(panel, QPushButton, "Open in Heatpunk: project 1353712").click()
        assert told.args == [1353712]

    def test_without_candidates_there_is_none_to_choose(self, panel: ChangesPanel) -> None:
        show(panel, UNCLEAR._replace(candidates=()))
        assert buttons(panel) == [way_words(WayOut.DISCARD), way_words(WayOut.TRY_AGAIN)]

    def test_a_change_in_doubt_is_looked_at_in_its_project(self, panel: ChangesPanel) -> None:
        show(panel, make_operation(7, OperationState.NEEDS_YOU, reason=Reason.UNCLEAR))
        assert buttons(panel) == [way_words(WayOut.DISCARD), "Open in Heatpunk: project 5", way_words(WayOut.TRY_AGAIN)]

    def test_a_database_in_trouble_leaves_the_numbers(
        self, panel: ChangesPanel, service: WindowService, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(service.held, "rows_of", _fail)
        show(panel, UNCLEAR)
        listed = control(panel, QListWidget, "Projects that it may be")
        assert listed.item(0).text() == "project 1353712 · nothing else is known of it here"


def test_what_is_damaged_can_only_be_discarded(panel: ChangesPanel, service: WindowService) -> None:
    show(panel, DAMAGED)
    assert "cannot be read" in words_on(panel)
    assert buttons(panel) == [way_words(WayOut.DISCARD)]
    button(panel, way_words(WayOut.DISCARD)).click()
    button(question(panel), way_words(WayOut.DISCARD)).click()
    assert service.asked == [Discard((5,))]


def test_a_decision_that_could_not_be_stored_is_told(panel: ChangesPanel, service: WindowService) -> None:
    show(panel, CONFLICT)
    for_all(panel, way_words(WayOut.KEEP_MINE)).click()
    service.refuse(1, DISK_FULL)
    assert "The disk is full" in words_on(panel)


def test_going_from_one_entry_to_the_next_shows_what_that_one_needs(panel: ChangesPanel) -> None:
    show(panel, CONFLICT, REFUSED, GONE, UNCLEAR, DAMAGED)
    seen = []
    for _ in range(5):
        others = [name for name in buttons(panel) if name not in {way_words(WayOut.DISCARD), "Done"}]
        seen.append(others[0] if others else "")
        QTest.keyClick(focus(panel), Qt.Key.Key_Down)
    assert seen == [
        way_words(WayOut.KEEP_MINE),
        way_words(WayOut.EDIT),
        way_words(WayOut.CREATE_AGAIN),
        "Open in Heatpunk: project 1353712",
        "",
    ]


def test_enter_pressed_twice_does_nothing_to_the_next_change(panel: ChangesPanel, service: WindowService) -> None:
    show(panel, GONE, REFUSED)
    create_again = button(panel, way_words(WayOut.CREATE_AGAIN))
    create_again.setFocus()
    service.held.pages = {OperationGroup.NEEDS_YOU: (REFUSED,)}
    service.changed.emit(Changed(counts=service.held.operation_counts()))
    assert focus(panel) is control(panel, QListWidget, "Needs you")


def focus(panel: ChangesPanel) -> QWidget:
    found = panel.focusWidget()
    assert found is not None
    return found


def _fail(*_arguments: object) -> dict[int, tuple[object, ...]]:
    raise DISK_FULL
