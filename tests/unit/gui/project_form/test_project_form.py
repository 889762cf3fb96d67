from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QKeySequence, QPalette, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QLineEdit, QPushButton, QScrollArea, QWidget

from heatpunk_desktop.domain.changes import Draft
from heatpunk_desktop.domain.fields import DETAIL_FIELDS, FIELD_LABELS, LISTED_FIELDS, Field
from heatpunk_desktop.domain.operation import Operation, OperationKind, OperationState, Reason
from heatpunk_desktop.domain.project import Member
from heatpunk_desktop.domain.remarks import RemarkCode, remark
from heatpunk_desktop.errors import ConnectionTroubleError
from heatpunk_desktop.gui.project_form.form_fields import FORM_ENTRIES, FormField
from heatpunk_desktop.gui.project_form.project_form import ProjectForm
from heatpunk_desktop.gui.text.remark_words import remark_words
from heatpunk_desktop.gui.widgets.error_edge import ErrorEdge
from heatpunk_desktop.gui.widgets.labels import FieldNote, Tone
from heatpunk_desktop.gui.widgets.theme import muted_text
from heatpunk_desktop.services.sync.commands import CreateProject, EditProject, TryAgain
from heatpunk_desktop.services.sync.facts import Changed, Connection, Link
from heatpunk_desktop.services.sync.instructions import LoadProject
from heatpunk_desktop.services.tasks.customer_finder import AlreadyHere, Sought
from tests.unit.gui.fake_service import DISK_FULL, FakeService, make_detail
from tests.unit.gui.hands import button, choose, control, ctrl_enter, question, type_in, words_on
from tests.unit.gui.window_service import make_operation

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from heatpunk_desktop.domain.fields import FieldValues

ME = Member("office@acme-heat.test", 7, is_me=True)
SAM = Member("sam@acme-heat.test", 8)
NAMES = [entry.label for entry in FORM_ENTRIES]
LISTED: FieldValues = {
    **dict.fromkeys(LISTED_FIELDS, ""),
    Field.PROJECT_NAME: "14 High Street",
    Field.STATUS: "Lead",
    Field.LATITUDE: 52.193912506103516,
    Field.LONGITUDE: 0.15014299750328064,
}
OFFLINE = ConnectionTroubleError("No connection", "heatpunk.co.uk was not reached.")


@pytest.fixture
def service() -> FakeService:
    return FakeService()


def open_form(qtbot: QtBot, form: ProjectForm) -> ProjectForm:
    form.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, on=False)
    qtbot.addWidget(form)
    with qtbot.waitActive(form):
        form.show()
        form.activateWindow()
    return form


@pytest.fixture
def form(qtbot: QtBot, service: FakeService) -> ProjectForm:
    return open_form(qtbot, ProjectForm(service, (ME, SAM)))


@pytest.fixture
def edit(qtbot: QtBot, service: FakeService) -> ProjectForm:
    form = ProjectForm(service, (ME, SAM), make_detail(5, LISTED), make_finder=lambda: service.customers)
    return open_form(qtbot, form)


def click_save(form: ProjectForm) -> None:
    """Press Save as a hand does, which takes the keyboard there first."""
    save = button(form, "Create project")
    handle = form.windowHandle()
    middle = save.mapTo(form, save.rect().center())
    QTest.mouseMove(handle, middle)
    QTest.mouseClick(handle, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, middle)


def wait_for_double_clicks() -> None:
    QTest.qWait(QApplication.doubleClickInterval() + 50)


class TestNewProject:
    def test_the_tab_key_goes_through_the_fields_from_top_to_bottom(self, form: ProjectForm) -> None:
        order = []
        for _ in NAMES:
            focused = form.focusWidget()
            order.append(focused.accessibleName())
            QTest.keyClick(focused, Qt.Key.Key_Tab)
        assert order == NAMES

    def test_each_label_is_the_buddy_of_its_control(self, form: ProjectForm) -> None:
        buddies = {label.text(): label.buddy() for label in form.findChildren(QLabel) if label.buddy() is not None}
        assert set(buddies) == set(NAMES)
        for name, widget in buddies.items():
            assert widget.accessibleName() == name

    def test_what_was_filled_in_is_sent_and_a_name(self, form: ProjectForm, service: FakeService) -> None:
        type_in(form, "Customer name", " Priya Patel ")
        type_in(form, "Postcode", "ex1ihs")
        type_in(form, "Latitude", "https://www.google.com/maps/@50.7221,-3.5331,17z")
        choose(form, "Build date", "Pre 2000")
        choose(form, "Status", "Quote")
        button(form, "Create project").click()
        assert service.asked == [
            CreateProject(
                {
                    Field.PROJECT_NAME: "Priya Patel, EX1 1HS",
                    Field.CUSTOMER_NAME: "Priya Patel",
                    Field.POSTCODE: "EX1 1HS",
                    Field.LATITUDE: 50.7221,
                    Field.LONGITUDE: -3.5331,
                    Field.BUILD_DATE: "pre2000",
                    Field.STATUS: "Quote",
                },
                "office@acme-heat.test",
            )
        ]

    def test_another_member_can_be_the_owner(self, form: ProjectForm, service: FakeService) -> None:
        type_in(form, "Customer name", "Priya")
        choose(form, "Owner", "sam@acme-heat.test")
        ctrl_enter(form)
        assert service.asked[0].owner == "sam@acme-heat.test"

    def test_members_who_come_later_are_offered_and_the_owner_stays(
        self, form: ProjectForm, service: FakeService
    ) -> None:
        service.members_changed.emit((ME, SAM, Member("new@acme-heat.test", 9)))
        owner = control(form, QComboBox, "Owner")
        assert [owner.itemText(index) for index in range(owner.count())][-1] == "new@acme-heat.test"
        assert owner.currentText() == "office@acme-heat.test"

    def test_it_closes_once_it_is_on_the_disk_and_not_before(
        self, qtbot: QtBot, form: ProjectForm, service: FakeService
    ) -> None:
        type_in(form, "Customer name", "Priya")
        ctrl_enter(form)
        ctrl_enter(form)
        assert len(service.asked) == 1
        assert form.isVisible()
        with qtbot.waitSignal(form.saved) as saved:
            service.save(1, -5)
        assert saved.args == [-5]
        assert not form.isVisible()

    def test_a_full_disk_is_told_and_nothing_typed_is_lost(self, form: ProjectForm, service: FakeService) -> None:
        type_in(form, "Customer name", "Priya")
        ctrl_enter(form)
        service.refuse(1, DISK_FULL)
        words = f"Not stored. What you typed is still here. {DISK_FULL.title}. {DISK_FULL.message}"
        assert words in words_on(form)
        assert control(form, QLineEdit, "Customer name").text() == "Priya"
        button(form, "Create project").click()
        assert len(service.asked) == 2

    def test_an_empty_form_is_an_error_in_words(self, form: ProjectForm, service: FakeService) -> None:
        ctrl_enter(form)
        assert "Nothing is filled in yet" in words_on(form)
        assert not service.asked
        QTest.keyClicks(control(form, QLineEdit, "Customer name"), "P")
        assert "Nothing is filled in yet" not in words_on(form)

    def test_what_is_too_long_for_a_field_is_cut_at_once_and_said(self, qtbot: QtBot, form: ProjectForm) -> None:
        line = control(form, QLineEdit, "Customer name")
        QApplication.clipboard().setText("word " * 420_000)
        began = time.process_time()
        QTest.keySequence(line, QKeySequence.StandardKey.Paste)
        assert time.process_time() - began < 5, "Qt cuts what is far too long in the square of its length"
        qtbot.waitUntil(lambda: "was too long" in words_on(form))
        assert line.text() == ("word " * 420_000)[: len(line.text())] != ""
        QTest.keyClick(line, Qt.Key.Key_Backspace)
        assert "was too long" not in words_on(form)

    def test_a_longer_text_of_the_servers_is_shown_whole(self, qtbot: QtBot, service: FakeService) -> None:
        form = open_form(qtbot, ProjectForm(service, (ME,), make_detail(5, {**LISTED, Field.ADDRESS: "a" * 40_000})))
        assert control(form, QLineEdit, "Address").text() == "a" * 40_000

    def test_a_warning_is_said_when_the_field_is_left_and_lets_through(
        self, form: ProjectForm, service: FakeService
    ) -> None:
        line = control(form, QLineEdit, "Customer email")
        line.setFocus()
        QTest.keyClicks(line, "priya@example")
        assert "incomplete" not in words_on(form)
        QTest.keyClick(line, Qt.Key.Key_Tab)
        assert "This email address looks incomplete. You can still save it." in words_on(form)
        assert "incomplete" in line.accessibleDescription()
        ctrl_enter(form)
        assert service.asked == [CreateProject({Field.CUSTOMER_EMAIL: "priya@example", Field.STATUS: "Lead"}, ME.email)]

    def test_a_warning_that_nobody_has_read_stops_the_save_once(self, form: ProjectForm, service: FakeService) -> None:
        line = control(form, QLineEdit, "Customer email")
        line.setFocus()
        QTest.keyClicks(line, "priya@example")
        ctrl_enter(form)
        assert not service.asked
        assert "This email address looks incomplete. You can still save it." in words_on(form)
        assert "Look at what is said under Customer email. Press “Create project” once more" in words_on(form)
        assert form.focusWidget() is line
        ctrl_enter(form)
        assert not service.asked  # the same press, or its double
        wait_for_double_clicks()
        ctrl_enter(form)
        assert service.asked == [CreateProject({Field.CUSTOMER_EMAIL: "priya@example", Field.STATUS: "Lead"}, ME.email)]

    def test_a_warning_that_comes_with_the_click_on_save_stops_it_too(
        self, form: ProjectForm, service: FakeService
    ) -> None:
        type_in(form, "Customer email", "priya@example")  # that one is read: the keyboard has gone on
        line = control(form, QLineEdit, "Postcode")
        line.setFocus()
        QTest.keyClicks(line, "nowhere")
        click_save(form)
        assert not service.asked
        assert "Look at what is said under Postcode." in words_on(form)
        wait_for_double_clicks()
        click_save(form)
        assert len(service.asked) == 1

    def test_a_double_click_on_save_does_not_pass_a_warning(self, form: ProjectForm, service: FakeService) -> None:
        line = control(form, QLineEdit, "Customer email")
        line.setFocus()
        QTest.keyClicks(line, "priya@")
        click_save(form)
        click_save(form)
        assert not service.asked

    def test_a_warning_that_came_with_a_press_that_was_taken_back_is_read(
        self, form: ProjectForm, service: FakeService
    ) -> None:
        line = control(form, QLineEdit, "Customer email")
        line.setFocus()
        QTest.keyClicks(line, "priya@")
        handle, save = form.windowHandle(), button(form, "Create project")
        place = save.mapTo(form, save.rect().center())
        QTest.mousePress(handle, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
        assert "incomplete" in words_on(form)
        QTest.mouseMove(handle, QPoint(2, 2))
        QTest.mouseRelease(handle, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(2, 2))
        QApplication.processEvents()
        ctrl_enter(form)
        assert len(service.asked) == 1

    def test_all_warnings_that_nobody_has_read_are_named(self, form: ProjectForm, service: FakeService) -> None:
        for name, text in (("Customer email", "priya@"), ("Customer phone", "0740"), ("Postcode", "nowhere")):
            control(form, QLineEdit, name).setText(text)  # as a draft is put back
        ctrl_enter(form)
        assert not service.asked
        assert "Look at what is said under Customer email, Customer phone and Postcode." in words_on(form)
        focused = form.focusWidget()
        assert focused.accessibleName() == "Customer email"

    def test_they_are_named_from_the_top_of_the_form(self, form: ProjectForm) -> None:
        control(form, QLineEdit, "Project name").setText("long " * 60)
        control(form, QLineEdit, "Customer phone").setText("0740")
        ctrl_enter(form)
        assert "Look at what is said under Customer phone and Project name." in words_on(form)
        assert form.focusWidget().accessibleName() == "Customer phone"

    def test_a_warning_that_was_taken_back_is_not_taken_for_read(self, form: ProjectForm, service: FakeService) -> None:
        type_in(form, "Customer email", "priya@")
        type_in(form, "Customer email", "")
        line = control(form, QLineEdit, "Customer email")
        line.setFocus()
        QTest.keyClicks(line, "priya@")
        ctrl_enter(form)
        assert not service.asked

    def test_a_mended_field_takes_its_words_back(self, form: ProjectForm) -> None:
        type_in(form, "Customer email", "priya@example")
        type_in(form, "Customer email", "priya@example.com")
        assert "incomplete" not in words_on(form)
        type_in(form, "Customer email", "priya")
        type_in(form, "Customer email", "")
        assert "incomplete" not in words_on(form)
        assert not control(form, QLineEdit, "Customer email").accessibleDescription()

    def test_an_error_stops_and_gets_the_focus(self, form: ProjectForm, service: FakeService) -> None:
        type_in(form, "Customer name", "Priya")
        type_in(form, "Latitude", "north")
        type_in(form, "CRM reference", "7")
        ctrl_enter(form)
        assert not service.asked
        focused = form.focusWidget()
        assert focused.accessibleName() == "Latitude"
        assert "not a number of degrees" in focused.accessibleDescription()
        assert control(form, QLineEdit, "Latitude").text() == "north"

    def test_a_small_window_scrolls_to_the_error(self, qtbot: QtBot, form: ProjectForm) -> None:
        form.resize(420, 300)
        type_in(form, "Customer email", "priya@example")
        owner = control(form, QComboBox, "Owner")
        owner.setEditText("office")
        ctrl_enter(form)
        qtbot.waitUntil(
            lambda: not owner.visibleRegion().isEmpty() and owner.visibleRegion().boundingRect() == owner.rect()
        )

    def test_the_mouse_wheel_changes_a_choice_only_where_the_focus_is(self, form: ProjectForm) -> None:
        status = control(form, QComboBox, "Status")
        for has_focus, shown in ((False, "Lead"), (True, "Quote")):
            (status if has_focus else control(form, QLineEdit, "Customer name")).setFocus()
            middle = QPointF(status.rect().center())
            wheel = QWheelEvent(
                middle,
                status.mapToGlobal(middle),
                QPoint(),
                QPoint(0, -120),
                Qt.MouseButton.NoButton,
                Qt.KeyboardModifier.NoModifier,
                Qt.ScrollPhase.NoScrollPhase,
                False,
            )
            QApplication.sendEvent(status, wheel)
            assert status.currentText() == shown

    def test_longitude_is_missed_only_once_it_was_left(self, form: ProjectForm) -> None:
        type_in(form, "Latitude", "52.2")
        assert "go together" not in words_on(form)
        type_in(form, "Longitude", "")
        assert "go together" in words_on(form)
        type_in(form, "Longitude", "0.12")
        assert "go together" not in words_on(form)

    @pytest.mark.parametrize("owner", ["", "office@acme"])
    def test_the_owner_has_to_be_an_email_address(self, form: ProjectForm, service: FakeService, owner: str) -> None:
        type_in(form, "Customer name", "Priya")
        control(form, QComboBox, "Owner").setEditText(owner)
        ctrl_enter(form)
        assert not service.asked
        assert "email address" in control(form, QComboBox, "Owner").accessibleDescription()

    def test_enter_goes_on_to_the_next_field(self, form: ProjectForm, service: FakeService) -> None:
        line = control(form, QLineEdit, "Customer name")
        QTest.keyClicks(line, "Priya")
        QTest.keyClick(line, Qt.Key.Key_Return)
        assert not service.asked
        focused = form.focusWidget()
        assert focused.accessibleName() == "Customer email"

    @pytest.mark.parametrize(
        ("link", "words"),
        [
            (Link.OFFLINE, "Offline. We’ll send it when you’re back online."),
            (Link.KEY_REFUSED, "The API key is refused"),
        ],
    )
    def test_the_connection_is_told(self, form: ProjectForm, service: FakeService, link: Link, words: str) -> None:
        service.connection_changed.emit(Connection(link))
        assert words in words_on(form)


class TestSuggestions:
    """What a new project gets where nothing else is given."""

    def name(self, form: ProjectForm) -> QLineEdit:
        return control(form, QLineEdit, "Project name")

    def is_grey(self, line: QLineEdit) -> bool:
        return line.palette().color(QPalette.ColorRole.Text) == muted_text(QPalette())

    def test_a_new_project_is_a_lead(self, form: ProjectForm, service: FakeService) -> None:
        assert control(form, QComboBox, "Status").currentText() == "Lead"
        type_in(form, "Customer name", "Priya")
        ctrl_enter(form)
        assert service.asked[0].values == {
            Field.CUSTOMER_NAME: "Priya",
            Field.PROJECT_NAME: "Priya",
            Field.STATUS: "Lead",
        }

    def test_no_status_can_be_chosen(self, form: ProjectForm, service: FakeService) -> None:
        choose(form, "Status", "Not set")
        type_in(form, "Customer name", "Priya")
        ctrl_enter(form)
        assert service.asked[0].values == {Field.CUSTOMER_NAME: "Priya", Field.PROJECT_NAME: "Priya"}

    def test_the_name_follows_the_address_and_the_customer(self, form: ProjectForm, service: FakeService) -> None:
        name = self.name(form)
        assert name.text() == ""
        QTest.keyClicks(control(form, QLineEdit, "Customer name"), "Priya Patel")
        assert (name.text(), self.is_grey(name)) == ("Priya Patel", True)
        type_in(form, "Postcode", "ex11hs")
        assert name.text() == "Priya Patel, EX1 1HS"
        type_in(form, "Address", "87 High Street, Exeter, Devon, EX1 1HS")
        assert name.text() == "87 High Street, Exeter"
        type_in(form, "Address", "")
        assert name.text() == "Priya Patel, EX1 1HS"
        type_in(form, "Address", "87 High Street, Exeter")
        ctrl_enter(form)
        sent = service.asked[0].values
        assert isinstance(sent, dict)
        assert sent[Field.PROJECT_NAME] == "87 High Street, Exeter"

    def test_a_typed_name_takes_its_place_and_stays(self, form: ProjectForm) -> None:
        type_in(form, "Customer name", "Priya")
        name = self.name(form)
        name.setFocus(Qt.FocusReason.TabFocusReason)
        QTest.keyClicks(name, "Exeter job")
        assert (name.text(), self.is_grey(name)) == ("Exeter job", False)
        type_in(form, "Address", "87 High Street")
        assert name.text() == "Exeter job"

    def test_it_is_replaced_wherever_the_cursor_came_from(self, form: ProjectForm) -> None:
        type_in(form, "Customer name", "Priya")
        QTest.keyClicks(self.name(form), "Barn")
        assert self.name(form).text() == "Barn"

    def test_it_can_be_added_to(self, form: ProjectForm) -> None:
        type_in(form, "Customer name", "Priya")
        name = self.name(form)
        name.setFocus(Qt.FocusReason.TabFocusReason)
        QTest.keyClick(name, Qt.Key.Key_End)
        QTest.keyClicks(name, " 2")
        assert name.text() == "Priya 2"

    def test_an_emptied_name_is_suggested_again(self, form: ProjectForm) -> None:
        type_in(form, "Customer name", "Priya")
        type_in(form, "Project name", "")
        assert (self.name(form).text(), self.is_grey(self.name(form))) == ("Priya", True)

    def test_suggestions_are_no_work_to_lose(self, form: ProjectForm, service: FakeService) -> None:
        assert not form.is_dirty
        type_in(form, "Customer name", "Priya")
        assert form.content().texts == {Field.CUSTOMER_NAME: "Priya"}
        ctrl_enter(form)
        assert service.asked

    def test_a_form_that_holds_only_suggestions_is_empty(self, form: ProjectForm, service: FakeService) -> None:
        ctrl_enter(form)
        assert "Nothing is filled in yet." in words_on(form)
        assert not service.asked

    def test_what_comes_back_brings_its_suggestions(self, qtbot: QtBot) -> None:
        draft = Draft(
            "d", None, {Field.ADDRESS: "87 High Street, Exeter"}, {}, ME.email, "", "2026-11-30T00:00:00.000Z"
        )
        other = open_form(qtbot, ProjectForm(FakeService(), (ME,), draft=draft))
        assert self.name(other).text() == "87 High Street, Exeter"

    def test_an_edit_suggests_nothing(self, edit: ProjectForm) -> None:
        type_in(edit, "Project name", "")
        type_in(edit, "Address", "87 High Street")
        assert self.name(edit).text() == ""


class TestClosing:
    def test_an_untouched_form_closes_at_once(self, form: ProjectForm) -> None:
        QTest.keyClick(form, Qt.Key.Key_Escape)
        assert not form.isVisible()

    def test_escape_asks_before_it_discards(self, form: ProjectForm, service: FakeService) -> None:
        type_in(form, "Customer name", "Priya")
        QTest.keyClick(form, Qt.Key.Key_Escape)
        assert "Discard what you typed?" in words_on(question(form))
        button(question(form), "Keep editing").click()
        assert form.isVisible()
        assert control(form, QLineEdit, "Customer name").text() == "Priya"
        button(form, "Cancel").click()
        button(question(form), "Discard").click()
        assert not form.isVisible()
        assert not service.asked

    def test_the_windows_own_close_button_asks_as_well(self, form: ProjectForm) -> None:
        type_in(form, "Customer name", "Priya")
        assert not form.close()
        assert form.isVisible()
        button(question(form), "Discard").click()

    def test_what_was_typed_can_be_kept_and_put_back(
        self, qtbot: QtBot, form: ProjectForm, service: FakeService
    ) -> None:
        type_in(form, "Customer name", "Priya")
        type_in(form, "Latitude", "52.2")
        choose(form, "Status", "Quote")
        choose(form, "Owner", SAM.email)
        kept = form.content()
        other = open_form(qtbot, ProjectForm(service, (ME, SAM)))
        other.restore(kept)
        assert other.content() == kept
        assert control(other, QLineEdit, "Customer name").text() == "Priya"
        assert control(other, QComboBox, "Status").currentText() == "Quote"

    def test_each_key_says_that_the_content_changed(self, qtbot: QtBot, form: ProjectForm) -> None:
        with qtbot.waitSignal(form.content_changed):
            QTest.keyClicks(control(form, QLineEdit, "Customer name"), "P")


class TestEditing:
    def test_it_shows_what_is_known_and_asks_for_the_rest(self, edit: ProjectForm, service: FakeService) -> None:
        assert service.asked == [LoadProject(5)]
        assert control(edit, QLineEdit, "Project name").text() == "14 High Street"
        assert control(edit, QLineEdit, "Latitude").text() == "52.1939125"
        assert control(edit, QLineEdit, "Customer phone").placeholderText() == "…"
        assert control(edit, QComboBox, "Build date").currentText() == "…"
        missing = ", ".join(FIELD_LABELS[field] for field in Field if field in DETAIL_FIELDS)
        assert f"Loading: {missing}." in words_on(edit)

    def test_what_was_loaded_fills_the_fields_that_nobody_touched(
        self, edit: ProjectForm, service: FakeService
    ) -> None:
        type_in(edit, "Customer name", "Priya")
        fresh = (
            dict(LISTED)
            | dict.fromkeys(Field, "")
            | {
                Field.CUSTOMER_NAME: "P. Patel",
                Field.PROJECT_NAME: "14 High Street, Histon",
                Field.CUSTOMER_PHONE: "01223 858414",
                Field.BUILD_DATE: "post2000",
            }
        )
        service.answer(1, make_detail(5, fresh))
        assert control(edit, QLineEdit, "Customer name").text() == "Priya"
        assert control(edit, QLineEdit, "Project name").text() == "14 High Street, Histon"
        assert control(edit, QLineEdit, "Customer phone").text() == "01223 858414"
        assert control(edit, QComboBox, "Build date").currentText() == "Post 2000"
        assert control(edit, QLineEdit, "CRM reference").placeholderText() == ""
        ctrl_enter(edit)
        # The base is what the user saw when typing, so that a colleague's change is not overwritten unseen.
        assert service.asked[1:] == [EditProject(5, {Field.CUSTOMER_NAME: "Priya"}, {Field.CUSTOMER_NAME: ""})]

    def test_a_field_that_is_not_loaded_is_sent_only_if_typed_in(self, edit: ProjectForm, service: FakeService) -> None:
        service.refuse(1, OFFLINE)
        assert "Not loaded: Customer email" in words_on(edit)
        assert "heatpunk.co.uk was not reached." in words_on(edit)
        type_in(edit, "Customer phone", "01223 858414")
        choose(edit, "Status", "Quote")
        ctrl_enter(edit)
        assert service.asked[1:] == [
            EditProject(5, {Field.CUSTOMER_PHONE: "01223 858414", Field.STATUS: "Quote"}, {Field.STATUS: "Lead"})
        ]

    def test_loading_can_be_tried_again(self, edit: ProjectForm, service: FakeService) -> None:
        service.refuse(1, OFFLINE)
        button(edit, "Try again").click()
        assert service.asked == [LoadProject(5)] * 2
        service.answer(2, make_detail(5, dict.fromkeys(Field, "")))
        assert "Not loaded" not in words_on(edit)

    def test_what_is_not_loaded_is_said_again_after_passing_words(
        self, edit: ProjectForm, service: FakeService
    ) -> None:
        service.refuse(1, OFFLINE)
        line = control(edit, QLineEdit, "Customer email")
        line.setFocus()
        QTest.keyClicks(line, "a@b")
        ctrl_enter(edit)
        assert "Look at what is said under Customer email." in words_on(edit)
        QTest.keyClicks(line, ".com")
        assert "Not loaded: Customer email" in words_on(edit)
        assert button(edit, "Try again").isVisible()

    def test_answers_to_another_form_are_left_alone(self, edit: ProjectForm, service: FakeService) -> None:
        other = make_detail(6, dict.fromkeys(Field, "another project"))
        service.ask(LoadProject(6))
        service.ask(LoadProject(6))
        service.answer(2, other)
        service.refuse(3, OFFLINE)
        assert control(edit, QLineEdit, "Project name").text() == "14 High Street"
        assert "Not loaded" not in words_on(edit)

    @pytest.mark.usefixtures("edit")
    def test_loading_is_tried_again_by_itself_once_back_online(self, service: FakeService) -> None:
        service.refuse(1, OFFLINE)
        service.connection_changed.emit(Connection(Link.ONLINE))
        assert service.asked == [LoadProject(5)] * 2

    def test_a_value_that_comes_after_typing_is_told(self, edit: ProjectForm, service: FakeService) -> None:
        type_in(edit, "Customer phone", "01223 858414")
        service.answer(1, make_detail(5, dict(LISTED) | {Field.CUSTOMER_PHONE: "01392 555014"}))
        assert "In Heatpunk this is “01392 555014”. What you typed replaces it." in words_on(edit)
        ctrl_enter(edit)
        assert service.asked[1:] == [
            EditProject(5, {Field.CUSTOMER_PHONE: "01223 858414"}, {Field.CUSTOMER_PHONE: "01392 555014"})
        ]

    def test_what_the_server_does_not_say_is_told_in_its_field(self, edit: ProjectForm, service: FakeService) -> None:
        loaded = dict.fromkeys(set(Field) - {Field.CRM_REFERENCE, Field.BUILD_DATE}, "")
        service.answer(1, make_detail(5, loaded))
        assert "doesn’t share" not in words_on(edit), "it matters to few edits"
        line = control(edit, QLineEdit, "CRM reference")
        assert (line.placeholderText(), line.toolTip()) == ("—", "Not shared by Heatpunk")
        assert control(edit, QComboBox, "Build date").currentText() == "—"
        type_in(edit, "CRM reference", "HP-7")
        assert "Heatpunk doesn’t share what stands here." in words_on(edit)
        assert "What you typed replaces it." in line.accessibleDescription()
        type_in(edit, "CRM reference", "")
        assert "doesn’t share" not in words_on(edit)
        ctrl_enter(edit)
        assert len(service.asked) == 1, "nothing of it is sent"

    def test_what_the_server_does_say_in_the_end_takes_its_place(self, edit: ProjectForm, service: FakeService) -> None:
        service.answer(1, make_detail(5, dict.fromkeys(set(Field) - {Field.CRM_REFERENCE}, "")))
        type_in(edit, "CRM reference", "HP-7")
        next(push_button for push_button in edit.findChildren(QPushButton) if push_button.text() == "Try again").click()
        service.answer(2, make_detail(5, dict.fromkeys(Field, "") | {Field.CRM_REFERENCE: "HP-1"}))
        assert "In Heatpunk this is “HP-1”. What you typed replaces it." in words_on(edit)
        type_in(edit, "CRM reference", "HP-8")
        assert "doesn’t share" not in words_on(edit)

    def test_a_warning_about_a_place_is_read_whichever_field_was_changed(
        self, edit: ProjectForm, service: FakeService
    ) -> None:
        line = control(edit, QLineEdit, "Longitude")
        line.setFocus()
        line.selectAll()
        QTest.keyClicks(line, "90")
        ctrl_enter(edit)
        assert "Look at what is said under Latitude." in words_on(edit)
        assert len(service.asked) == 1

    def test_a_warning_of_what_is_not_sent_stops_nothing(self, qtbot: QtBot, service: FakeService) -> None:
        form = open_form(qtbot, ProjectForm(service, (ME,), make_detail(5, {**LISTED, Field.CUSTOMER_PHONE: "0740"})))
        line = control(form, QLineEdit, "Customer phone")
        line.setFocus()
        QTest.keyClicks(line, " ")
        ctrl_enter(form)
        assert not form.isVisible()

    def test_nothing_changed_closes_without_an_operation(self, edit: ProjectForm, service: FakeService) -> None:
        button(edit, "Save changes").click()
        assert not edit.isVisible()
        assert service.asked == [LoadProject(5)]

    def test_text_can_be_emptied(self, edit: ProjectForm, service: FakeService) -> None:
        type_in(edit, "Project name", "")
        ctrl_enter(edit)
        assert service.asked[1:] == [EditProject(5, {Field.PROJECT_NAME: ""}, {Field.PROJECT_NAME: "14 High Street"})]

    def test_what_heatpunk_cannot_take_away_is_told(self, edit: ProjectForm, service: FakeService) -> None:
        type_in(edit, "Latitude", "")
        type_in(edit, "Longitude", "")
        choose(edit, "Status", "Not set")
        ctrl_enter(edit)
        assert "no way to take a position away" in words_on(edit)
        assert "no way to take this away" in control(edit, QComboBox, "Status").accessibleDescription()
        assert len(service.asked) == 1

    def test_a_status_of_the_servers_own_stays_as_it_is(self, qtbot: QtBot, service: FakeService) -> None:
        form = open_form(
            qtbot, ProjectForm(service, (ME,), make_detail(5, dict(LISTED) | {Field.STATUS: "On <b>hold</b>"}))
        )
        assert control(form, QComboBox, "Status").currentText() == "On <b>hold</b>"
        type_in(form, "Postcode", "cb13qd")
        ctrl_enter(form)
        assert service.asked[1:] == [EditProject(5, {Field.POSTCODE: "CB1 3QD"}, {Field.POSTCODE: ""})]

    def test_a_name_with_line_breaks_is_not_changed_by_looking_at_it(self, qtbot: QtBot, service: FakeService) -> None:
        odd = dict(LISTED) | {Field.PROJECT_NAME: " 14 High\nStreet ", Field.POSTCODE: "cb13qd", Field.STATUS: ""}
        form = open_form(qtbot, ProjectForm(service, (ME,), make_detail(5, odd)))
        for name in ("Project name", "Postcode"):
            line = control(form, QLineEdit, name)
            line.setFocus()
            QTest.keyClick(line, Qt.Key.Key_Tab)
        button(form, "Save changes").click()
        assert service.asked == [LoadProject(5)]

    def test_the_owner_is_shown_and_cannot_be_changed(self, edit: ProjectForm) -> None:
        owner = control(edit, QComboBox, "Owner")
        assert owner.currentText() == ME.email
        assert not owner.isEnabled()
        assert "The owner can only be changed in Heatpunk itself." in words_on(edit)

    @pytest.mark.parametrize(
        ("email", "name", "shown"),
        [("", "Dave", "Dave"), ("dave@acme-heat.test", "Dave", "dave@acme-heat.test"), ("", "", "Colleague 27115")],
    )
    def test_an_owner_without_a_known_email_has_the_users_name(
        self, qtbot: QtBot, service: FakeService, email: str, name: str, shown: str
    ) -> None:
        detail = make_detail(5, LISTED, owner_id=27115)._replace(owner_email=email, owner_name=name)
        form = open_form(qtbot, ProjectForm(service, (ME, SAM), detail))
        assert control(form, QComboBox, "Owner").currentText() == shown

    def test_a_project_that_is_not_on_the_server_needs_no_loading(self, qtbot: QtBot, service: FakeService) -> None:
        form = open_form(qtbot, ProjectForm(service, (ME,), make_detail(-3, {Field.PROJECT_NAME: "New"})))
        assert not service.asked
        service.changed.emit(Changed(replaced={-3: 1353712}))
        type_in(form, "Postcode", "cb13qd")
        ctrl_enter(form)
        assert service.asked == [EditProject(1353712, {Field.POSTCODE: "CB1 3QD"}, {})]


DAVE = "dave@acme-heat.test"
NOT_SENT = make_detail(-5, {Field.CUSTOMER_NAME: "Ann"}, name="Owner Test")._replace(
    owner_email=DAVE, is_owner_open=True
)


def refused(server_words: str, words: str = "Not taken.") -> Operation:
    return make_operation(
        5,
        OperationState.NEEDS_YOU,
        OperationKind.CREATE,
        words=words,
        server_words=server_words,
        reason=Reason.REFUSED,
        changes={Field.CUSTOMER_NAME: "Ann", Field.POSTCODE: "?"},
    )._replace(owner=DAVE)


# The popup of the owner's completer, which the offscreen platform remarks on.
@pytest.mark.qt_log_ignore("This plugin does not support")
class TestNotCreatedYet:
    @pytest.fixture
    def unsent(self, qtbot: QtBot, service: FakeService) -> ProjectForm:
        return open_form(qtbot, ProjectForm(service, (ME, SAM), NOT_SENT))

    def test_it_is_called_a_new_project_and_never_by_its_key(self, qtbot: QtBot, service: FakeService) -> None:
        for name in ("Owner Test", ""):
            form = open_form(qtbot, ProjectForm(service, (ME,), make_detail(-5, {}, name=name)))
            assert form.windowTitle() == f"New project: {name or 'A project without a name'}"
            assert "-5" not in form.windowTitle() + words_on(form)

    def test_its_owner_can_be_changed_alone(self, unsent: ProjectForm, service: FakeService) -> None:
        owner = control(unsent, QComboBox, "Owner")
        assert (owner.isEnabled(), owner.currentText()) == (True, DAVE)
        assert [owner.itemText(row) for row in range(owner.count())] == [ME.email, SAM.email]
        type_in(unsent, "Owner", SAM.email)
        button(unsent, "Save changes").click()
        assert service.asked == [EditProject(-5, {}, {}, SAM.email, 0)]

    def test_an_owner_that_is_no_address_is_not_saved(self, unsent: ProjectForm, service: FakeService) -> None:
        type_in(unsent, "Owner", "sam")
        button(unsent, "Save changes").click()
        assert not service.asked

    def test_a_draft_keeps_the_owner(self, qtbot: QtBot, service: FakeService, unsent: ProjectForm) -> None:
        type_in(unsent, "Owner", SAM.email)
        content = unsent.content()
        again = open_form(qtbot, ProjectForm(service, (ME, SAM), NOT_SENT))
        again.restore(content)
        assert control(again, QComboBox, "Owner").currentText() == SAM.email
        assert again.is_dirty

    def test_once_it_is_created_its_owner_stands(self, unsent: ProjectForm, service: FakeService) -> None:
        type_in(unsent, "Owner", SAM.email)
        type_in(unsent, "Customer name", "Anne")
        service.changed.emit(Changed(replaced={-5: 1353712}))
        owner = control(unsent, QComboBox, "Owner")
        assert (owner.isEnabled(), owner.currentText()) == (False, DAVE)
        assert "The owner can only be changed in Heatpunk itself." in words_on(unsent)
        button(unsent, "Save changes").click()
        assert service.asked == [EditProject(1353712, {Field.CUSTOMER_NAME: "Anne"}, {Field.CUSTOMER_NAME: "Ann"})]

    def test_while_it_is_being_sent_its_owner_stands(self, qtbot: QtBot, service: FakeService) -> None:
        form = open_form(qtbot, ProjectForm(service, (ME,), NOT_SENT._replace(is_owner_open=False)))
        assert not control(form, QComboBox, "Owner").isEnabled()
        assert "It may be in Heatpunk already" in words_on(form)

    def test_a_refused_owner_is_marked_and_has_the_keyboard(self, unsent: ProjectForm, service: FakeService) -> None:
        said = remark_words(remark(RemarkCode.OWNER_REFUSED, DAVE))
        unsent.edit_refused(refused("owner must be a member of the team", said))
        owner = control(unsent, QComboBox, "Owner")
        assert owner.hasFocus()
        assert owner.accessibleDescription() == said
        assert [edge for edge in unsent.findChildren(ErrorEdge) if edge.isVisible()]
        type_in(unsent, "Owner", SAM.email)
        assert said not in words_on(unsent)
        button(unsent, "Save changes").click()
        assert service.asked == [EditProject(-5, {}, {}, SAM.email, 5)]

    def test_a_refused_field_is_marked_with_what_the_server_said(self, unsent: ProjectForm) -> None:
        unsent.edit_refused(refused("postcode must have a space"))
        postcode = control(unsent, QLineEdit, "Postcode")
        assert postcode.hasFocus()
        assert postcode.accessibleDescription() == "Heatpunk said: postcode must have a space"
        # It stands for as long as nobody types there.
        QTest.keyClick(postcode, Qt.Key.Key_Tab)
        assert "Heatpunk said: postcode must have a space" in words_on(unsent)

    def test_words_that_name_nothing_stand_above_the_form(self, unsent: ProjectForm) -> None:
        unsent.edit_refused(refused("No!"))
        assert "Heatpunk refused this: No!" in words_on(unsent)

    def test_they_stand_there_while_the_rest_is_loaded(self, edit: ProjectForm, service: FakeService) -> None:
        edit.edit_refused(refused("No!"))
        service.answer(1, make_detail(5, LISTED))
        assert "Heatpunk refused this: No!" in words_on(edit)
        type_in(edit, "Postcode", "cb13qd")
        assert "Heatpunk refused this: No!" not in words_on(edit)

    def test_saving_it_unchanged_sends_it_again(self, unsent: ProjectForm, service: FakeService) -> None:
        unsent.edit_refused(refused("No!"))
        button(unsent, "Save changes").click()
        assert service.asked == [TryAgain((5,))]
        service.save(1, -5)
        assert not unsent.isVisible()


class TestNotes:
    """What is said under a field."""

    def test_what_is_said_in_one_line_moves_no_field_and_brings_no_scroll_bar(self, form: ProjectForm) -> None:
        def places() -> list[QPoint]:
            return [field.editor.mapTo(form, QPoint()) for field in form.findChildren(FormField)]

        before = places()
        height = form.height()
        type_in(form, "Customer email", "priya.patel@example")
        type_in(form, "Customer phone", "0139255501")
        type_in(form, "Postcode", "EX1 X")
        type_in(form, "Latitude", "north")
        QTest.qWait(0)
        assert words_on(form).count("You can still save it.") == 3
        assert places() == before
        assert form.height() == height
        assert not form.findChildren(QScrollArea)[0].verticalScrollBar().isVisible()

    def test_the_form_grows_for_a_note_of_several_lines(self, qtbot: QtBot, form: ProjectForm) -> None:
        height = form.height()
        field = next(form_field for form_field in form.findChildren(FormField) if form_field.key == Field.POSTCODE)
        field.say("Something that takes much room. " * 12, Tone.WARNING)
        qtbot.waitUntil(lambda: form.height() > height)
        assert not form.findChildren(QScrollArea)[0].verticalScrollBar().isVisible()

    def test_an_error_has_a_red_edge_until_it_is_mended_and_a_warning_has_none(self, form: ProjectForm) -> None:
        def is_edged(name: str) -> bool:
            return any(edge.isVisible() for edge in control(form, QWidget, name).findChildren(ErrorEdge))

        type_in(form, "Customer phone", "0139255501")
        type_in(form, "Latitude", "north")
        assert not is_edged("Customer phone")
        assert is_edged("Latitude")
        type_in(form, "Latitude", "")
        assert not is_edged("Latitude")

    @pytest.mark.parametrize("tone", [Tone.WARNING, Tone.ERROR])
    def test_a_note_has_a_sign_before_its_words(self, qtbot: QtBot, tone: Tone) -> None:
        note = FieldNote()
        qtbot.addWidget(note)
        note.resize(200, 20)
        note.say("Look", tone)
        assert note.contentsMargins().left() > 12  # so none of the words is in the first pixels
        shown = note.grab().toImage()
        assert len({shown.pixelColor(x, y).name() for x in range(12) for y in range(16)}) > 5


class TestAlreadyHere:
    """A customer who is typed is looked for among all projects."""

    PRIYA = AlreadyHere(42, "Priya Patel", "EX1 1HS", "Lead", "2026-11-29T09:00:00.000Z")

    @pytest.fixture
    def form(self, qtbot: QtBot, service: FakeService) -> ProjectForm:
        noon = datetime(2026, 11, 30, 12, tzinfo=UTC)
        return open_form(
            qtbot, ProjectForm(service, (ME, SAM), clock=lambda: noon, make_finder=lambda: service.customers)
        )

    def link(self, form: ProjectForm) -> QPushButton:
        return button(form, "Open it")

    def test_what_is_typed_is_looked_for_as_a_field_is_left(self, form: ProjectForm, service: FakeService) -> None:
        type_in(form, "Customer phone", "01392 258258")
        type_in(form, "Customer name", "Priya Patel")
        type_in(form, "Address", "87 High Street")
        type_in(form, "Postcode", "ex11hs")
        assert service.customers.sought == [
            Sought(phone="01392 258258"),
            Sought(phone="01392 258258", name="Priya Patel"),
            Sought(phone="01392 258258", name="Priya Patel", postcode="ex11hs"),
        ]

    def test_it_is_said_under_the_field_and_can_be_opened(
        self, qtbot: QtBot, form: ProjectForm, service: FakeService
    ) -> None:
        type_in(form, "Customer phone", "01392 258258")
        service.customers.found.emit({Field.CUSTOMER_PHONE: self.PRIYA})
        assert "Priya Patel, EX1 1HS is already here (Lead, yesterday)." in words_on(form)
        assert "already here" in control(form, QLineEdit, "Customer phone").accessibleDescription()
        with qtbot.waitSignal(form.open_requested) as wanted:
            self.link(form).click()
        assert wanted.args == [42]
        assert form.isVisible()
        ctrl_enter(form)  # it stops nobody
        assert isinstance(service.asked[-1], CreateProject)

    def test_the_link_comes_next_by_the_keyboard(self, form: ProjectForm, service: FakeService) -> None:
        type_in(form, "Customer phone", "01392 258258")
        service.customers.found.emit({Field.CUSTOMER_PHONE: self.PRIYA})
        phone = control(form, QLineEdit, "Customer phone")
        phone.setFocus()
        QTest.keyClick(phone, Qt.Key.Key_Tab)
        assert form.focusWidget() is self.link(form)

    def test_it_goes_as_soon_as_another_is_typed(self, form: ProjectForm, service: FakeService) -> None:
        type_in(form, "Customer name", "Priya Patel")
        type_in(form, "Postcode", "EX1 1HS")
        service.customers.found.emit({Field.POSTCODE: self.PRIYA})
        assert "already here" in words_on(form)
        QTest.keyClicks(control(form, QLineEdit, "Customer name"), "x")
        assert "already here" not in words_on(form)
        assert not self.link_is_there(form)
        type_in(form, "Customer name", "Priya Patel")
        assert len(service.customers.sought) == 3, "the same again is looked for again"

    def link_is_there(self, form: ProjectForm) -> bool:
        return any(
            push_button.text() == "Open it" and push_button.isVisible()
            for push_button in form.findChildren(QPushButton)
        )

    def test_it_stands_beside_what_else_is_said(self, form: ProjectForm, service: FakeService) -> None:
        type_in(form, "Customer phone", "07700 900123")
        service.customers.found.emit({Field.CUSTOMER_PHONE: self.PRIYA._replace(others=2)})
        assert "You can still save it. Priya Patel, EX1 1HS is already here (Lead, yesterday). And 2 more." in words_on(
            form
        )

    def test_hostile_names_are_cut_and_shown_as_text(self, form: ProjectForm, service: FakeService) -> None:
        type_in(form, "Customer phone", "01392 258258")
        bad = AlreadyHere(42, "<b>x</b>\n" + "y" * 5_000, "", "", "")
        service.customers.found.emit({Field.CUSTOMER_PHONE: bad})
        said = next(line for line in words_on(form).split("\n") if "already here" in line)
        assert said.startswith("<b>x</b> ")
        assert len(said) < 120

    def test_an_edit_looks_for_what_was_changed_and_never_for_itself(
        self, edit: ProjectForm, service: FakeService
    ) -> None:
        line = control(edit, QLineEdit, "Postcode")
        line.setFocus()
        QTest.keyClick(line, Qt.Key.Key_Tab)
        assert service.customers.sought == []
        type_in(edit, "Customer phone", "01392 258258")
        assert service.customers.sought == [Sought(phone="01392 258258", own_keys=frozenset({5}))]

    def test_the_key_that_it_had_before_is_its_own_too(self, qtbot: QtBot, service: FakeService) -> None:
        form = ProjectForm(service, (ME,), make_detail(-3, LISTED), make_finder=lambda: service.customers)
        edit = open_form(qtbot, form)
        type_in(edit, "Customer phone", "01392 258258")
        service.changed.emit(Changed(replaced={-3: 77}))
        type_in(edit, "Customer email", "a@b.example")
        assert service.customers.sought[-1].own_keys == {-3, 77}
