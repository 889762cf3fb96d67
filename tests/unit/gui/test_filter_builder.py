"""Conditions put together by hand, taken off, and typed in the search field."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QLineEdit, QListWidget, QPushButton

from heatpunk_desktop.filters.conditions import Condition, Conditions, Subject, Test
from heatpunk_desktop.filters.query import read_query
from heatpunk_desktop.gui.filters.filter_bar import FilterBar
from heatpunk_desktop.gui.filters.filter_dialog import FilterDialog
from heatpunk_desktop.gui.text.condition_words import comparison_words
from heatpunk_desktop.gui.widgets.error_edge import ErrorEdge
from heatpunk_desktop.models.project_filter import ProjectFilter
from tests.unit.gui.hands import button, choose, control, words_on
from tests.unit.gui.window_service import ME, SAM

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

LEADS = Condition(Subject.STATUS, Test.IS, ("Lead",))
IN_CAMBRIDGE = Condition(Subject.POSTCODE, Test.BEGINS, ("CB",))


class Bar:
    """A bar that shows what is chosen in it, as the window has it do."""

    def __init__(self, qtbot: QtBot) -> None:
        self.bar = FilterBar(lambda: date(2026, 11, 24))
        qtbot.addWidget(self.bar)
        self.bar.resize(1200, 90)
        with qtbot.waitExposed(self.bar):
            self.bar.show()
        emails = {ME.owner_id: ME.email, SAM.owner_id: SAM.email}
        self.bar.show_owners(ME.owner_id, lambda: [7, 8], lambda owner_id: emails[owner_id])
        self.shown = ProjectFilter()
        self.bar.conditions_chosen.connect(self.show)

    def show(self, conditions: Conditions, typed: Conditions = Conditions()) -> None:  # noqa: B008 - immutable
        self.shown = ProjectFilter(conditions=conditions, typed=typed)
        self.bar.show_filter(self.shown)

    def chips(self) -> list[str]:
        """What stands on the chips, from the left."""
        QApplication.sendPostedEvents()
        words = [
            push_button
            for push_button in self.bar.findChildren(QPushButton)
            if push_button.accessibleName().startswith("Change filter")
        ]
        shown = sorted(
            (word for word in words if word.isVisibleTo(self.bar)),
            key=lambda word: (word.mapTo(self.bar, QPoint()).y(), word.mapTo(self.bar, QPoint()).x()),
        )
        return [widget.accessibleName().removeprefix("Change filter: ") for widget in shown]

    def dialog(self) -> FilterDialog:
        (found,) = [filter_dialog for filter_dialog in self.bar.findChildren(FilterDialog) if filter_dialog.isVisible()]
        return found


@pytest.fixture
def bar(qtbot: QtBot) -> Bar:
    return Bar(qtbot)


def press(bar: Bar, name: str) -> None:
    QTest.mouseClick(control(bar.bar, QPushButton, name), Qt.MouseButton.LeftButton)


def test_each_condition_is_a_chip_that_can_be_taken_off(bar: Bar) -> None:
    bar.show(Conditions((LEADS, IN_CAMBRIDGE)))
    assert bar.chips() == ["Status is Lead", "Postcode begins with CB"]
    press(bar, "Remove filter: Status is Lead")
    assert bar.shown.conditions == Conditions((IN_CAMBRIDGE,))
    assert bar.chips() == ["Postcode begins with CB"]
    assert button(bar.bar, "Filter").hasFocus()


def test_the_chips_stand_before_the_button_that_adds_one(bar: Bar) -> None:
    bar.show(Conditions((LEADS, IN_CAMBRIDGE)))
    places = [
        push_button.mapTo(bar.bar, push_button.rect().topLeft()).x()
        for push_button in (
            control(bar.bar, QPushButton, "Change filter: Status is Lead"),
            control(bar.bar, QPushButton, "Change filter: Postcode begins with CB"),
            control(bar.bar, QComboBox, "Match"),
            button(bar.bar, "Filter"),
        )
    ]
    assert places == sorted(places)


def test_any_of_several_may_do(bar: Bar) -> None:
    bar.show(Conditions((LEADS,)))
    assert not [
        combo for combo in bar.bar.findChildren(QComboBox) if combo.accessibleName() == "Match" and combo.isVisible()
    ]
    bar.show(Conditions((LEADS, IN_CAMBRIDGE)))
    choose(bar.bar, "Match", "any of these")
    assert bar.shown.conditions.any_will_do
    assert control(bar.bar, QComboBox, "Match").currentText() == "any of these"
    choose(bar.bar, "Match", "all of these")
    assert not bar.shown.conditions.any_will_do


def test_a_filter_narrows_while_it_is_made(bar: Bar) -> None:
    bar.bar.add_filter()
    dialog = bar.dialog()
    assert not button(dialog, "Apply filter").isEnabled()
    choose(dialog, "Field", "Postcode")
    assert control(dialog, QComboBox, "Condition").currentText() == "begins with"
    QTest.keyClicks(control(dialog, QLineEdit, "Value"), "CB1")
    assert bar.chips() == ["Postcode begins with CB1"]
    bar.bar.show_numbers(3, 400)
    assert "Postcode begins with CB1. 3 of 400 projects are shown." in words_on(dialog)
    choose(dialog, "Condition", comparison_words(Test.BEGINS_NOT))
    assert bar.chips() == [f"Postcode {comparison_words(Test.BEGINS_NOT)} CB1"]  # what was typed stays
    choose(dialog, "Condition", "is empty")
    assert bar.chips() == ["Postcode is empty"]
    QTest.mouseClick(button(dialog, "Apply filter"), Qt.MouseButton.LeftButton)
    assert bar.chips() == ["Postcode is empty"]


def test_cancelled_all_is_as_it_was(bar: Bar) -> None:
    bar.show(Conditions((LEADS, IN_CAMBRIDGE), any_will_do=True))
    press(bar, "Change filter: Status is Lead")
    dialog = bar.dialog()
    statuses = control(dialog, QListWidget, "Values")
    statuses.setFocus()
    statuses.setCurrentRow(1)
    QTest.keyClick(statuses, Qt.Key.Key_Space)
    assert bar.chips() == ["Status is Lead or Quote", "Postcode begins with CB"]
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert bar.shown.conditions == Conditions((LEADS, IN_CAMBRIDGE), any_will_do=True)


def test_owners_are_ticked_by_their_emails(bar: Bar) -> None:
    bar.bar.add_filter()
    dialog = bar.dialog()
    choose(dialog, "Field", "Owner")
    owners = control(dialog, QListWidget, "Values")
    assert [owners.item(row).text() for row in range(owners.count())] == ["Me", SAM.email]
    owners.item(0).setCheckState(Qt.CheckState.Checked)
    assert bar.shown.conditions.every == (Condition(Subject.OWNER, Test.IS, ("me",)),)
    choose(dialog, "Condition", "contains")
    QTest.keyClicks(control(dialog, QLineEdit, "Value"), "sam, office")
    assert bar.shown.conditions.every == (Condition(Subject.OWNER, Test.CONTAINS, ("sam", "office")),)


def test_days_are_given_in_words(bar: Bar) -> None:
    bar.bar.add_filter()
    dialog = bar.dialog()
    choose(dialog, "Field", "Created")
    control(dialog, QComboBox, "When").setEditText("Jan 2026")
    control(dialog, QComboBox, "Until").setEditText("24/3/2026")
    assert bar.shown.conditions.every == (Condition(Subject.CREATED, Test.WITHIN, ("2026-01", "2026-03-24")),)
    choose(dialog, "Condition", "after")
    assert not [
        combo for combo in dialog.findChildren(QComboBox) if combo.accessibleName() == "Until" and combo.isVisible()
    ]
    control(dialog, QComboBox, "When").setEditText("soon")
    assert "“soon” is not a date: try 1/11/26" in words_on(dialog)
    (edge,) = control(dialog, QComboBox, "When").findChildren(ErrorEdge)
    assert edge.isVisible()
    control(dialog, QComboBox, "When").setEditText("-7")
    assert not edge.isVisible()
    assert bar.shown.conditions.every == (Condition(Subject.CREATED, Test.AFTER, ("-7",)),)
    control(dialog, QComboBox, "When").setEditText("soon")
    assert not button(dialog, "Apply filter").isEnabled()
    control(dialog, QComboBox, "When").setEditText("last 7 days")
    assert bar.chips() == ["Created after the last 7 days"]


def test_a_value_that_is_in_no_list_is_kept(bar: Bar) -> None:
    odd = Condition(Subject.STATUS, Test.IS_NOT, ("On hold",))
    bar.show(Conditions((odd,)))
    press(bar, "Change filter: Status is not On hold")
    assert control(bar.dialog(), QComboBox, "Condition").currentText() == "is not"
    control(bar.dialog(), QListWidget, "Values").item(0).setCheckState(Qt.CheckState.Checked)
    assert bar.shown.conditions.every == (Condition(Subject.STATUS, Test.IS_NOT, ("Lead", "On hold")),)


def test_what_is_typed_in_the_search_field_is_changed_there(qtbot: QtBot, bar: Bar) -> None:
    bar.show(Conditions((LEADS,)), Conditions((IN_CAMBRIDGE,)))
    with qtbot.waitSignal(bar.bar.typed_edit_requested) as wanted:
        press(bar, "Change filter: Postcode begins with CB")
    assert wanted.args == [IN_CAMBRIDGE]
    with qtbot.waitSignal(bar.bar.typed_removal_requested) as wanted:
        press(bar, "Remove filter: Postcode begins with CB")
    assert wanted.args == [IN_CAMBRIDGE]


def test_the_button_opens_a_menu_that_leads_there(bar: Bar) -> None:
    menu = button(bar.bar, "Filter").menu()
    menu.aboutToShow.emit()
    menu.actions()[0].trigger()
    assert bar.dialog().windowTitle() == "Add a filter"


def test_text_of_any_origin_is_harmless_on_a_chip(bar: Bar) -> None:
    bar.show(read_query('customer:"<b>x</b> & \u202eabc" name:' + "y" * 500).query.conditions)
    texts = [
        push_button.text()
        for push_button in bar.bar.findChildren(QPushButton)
        if push_button.accessibleName().startswith("Change")
    ]
    assert texts[0] == "Customer contains <b>x</b> && abc"
    assert all(len(text) < 60 for text in texts)


def test_labels_lead_to_their_fields(bar: Bar) -> None:
    bar.bar.add_filter()
    labels = {label.text(): label.buddy() for label in bar.dialog().findChildren(QLabel) if label.buddy() is not None}
    assert {"Field", "Condition", "Value"} <= labels.keys()


@pytest.mark.parametrize("subject", ["Customer", "Status", "Created"])
def test_the_fields_stand_in_one_line_whatever_is_asked_for(bar: Bar, subject: str) -> None:
    bar.bar.add_filter()
    choose(bar.dialog(), "Field", subject)
    QApplication.processEvents()
    labels = {label.text(): label for label in bar.dialog().findChildren(QLabel) if label.isVisible()}
    asked = next(name for name in ("Value", "Values", "When") if name in labels)
    lefts = [labels[name].buddy().mapTo(bar.dialog(), QPoint()).x() for name in ("Field", "Condition", asked)]
    assert len(set(lefts)) == 1
