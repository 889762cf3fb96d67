from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import QCoreApplication, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from heatpunk_desktop.domain.account import Account
from heatpunk_desktop.domain.changes import Draft
from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.domain.project import ProjectDetail
from heatpunk_desktop.errors import StorageError
from heatpunk_desktop.gui.drafts import autosave as draft_keeper
from heatpunk_desktop.gui.drafts.autosave import KEEP_MS, RETRY_MS, DroppedDraft, try_all_now
from heatpunk_desktop.gui.drafts.recovery_banner import DraftOffer
from heatpunk_desktop.gui.main_window.project_controller import ProjectController
from heatpunk_desktop.gui.project_form.project_form import ProjectForm
from heatpunk_desktop.services.sync.commands import CreateProject, DropDraft, EditProject, KeepDraft
from tests.unit.gui.fake_service import DISK_FULL, make_detail
from tests.unit.gui.hands import button, choose, control, ctrl_enter, question, type_in, words_on
from tests.unit.gui.window_service import LISTED, ME, SAM, WindowService, fake_tasks, make_row

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot

TODAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 14, 5, tzinfo=UTC)
EARLIER = "2026-11-23T16:02:00.000Z"
ACCOUNT = Account("heatpunk.co.uk", ME.email)
# The offscreen platform says that it can bring no window to the front.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

KILN = Draft("a1", None, {Field.PROJECT_NAME: "The Kiln"}, {}, SAM.email, "The Kiln", EARLIER)
STATUS = Draft("b2", 5, {Field.STATUS: "Sale"}, {Field.STATUS: "Lead"}, "", "14 High Street", EARLIER)
GONE = Draft("c3", 77, {Field.CUSTOMER_NAME: "Priya"}, {Field.CUSTOMER_NAME: ""}, "", "<b>Barn</b>", EARLIER)


@pytest.fixture
def service() -> WindowService:
    service = WindowService()
    service.held.details = {5: ProjectDetail(make_row(5), LISTED, LISTED)}
    return service


def open_form(qtbot: QtBot, form: ProjectForm) -> ProjectForm:
    form.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, on=False)
    qtbot.addWidget(form)
    with qtbot.waitActive(form):
        form.show()
        form.activateWindow()
    return form


@pytest.fixture
def form(qtbot: QtBot, service: WindowService) -> ProjectForm:
    return open_form(qtbot, ProjectForm(service, (ME, SAM), clock=lambda: NOW))


def wait_for_draft(qtbot: QtBot, service: WindowService, count: int = 1) -> Any:
    """Wait for what is asked about a draft."""
    qtbot.waitUntil(lambda: len(service.drafts) >= count)
    return service.drafts[-1][0]


class TestKeeping:
    def test_what_is_typed_is_kept_within_a_second(
        self, qtbot: QtBot, form: ProjectForm, service: WindowService
    ) -> None:
        type_in(form, "Customer name", "Priya\U0001f600 <b>")
        choose(form, "Owner", SAM.email)
        assert wait_for_draft(qtbot, service) == Draft(
            form.keeper.draft_id,
            None,
            {Field.CUSTOMER_NAME: "Priya\U0001f600 <b>"},
            {},
            SAM.email,
            "Priya\U0001f600 <b>",
            "2026-11-24T14:05:00.000Z",
        )
        assert KEEP_MS <= 500, "the disk has as long again"
        assert "Draft kept" not in words_on(form)
        service.take_drafts()
        assert "Draft kept on this computer: 14:05" in words_on(form)

    def test_somebody_who_types_without_a_pause_is_kept_as_well(
        self, qtbot: QtBot, form: ProjectForm, service: WindowService
    ) -> None:
        line = control(form, QLineEdit, "Customer name")
        typing = QTimer(form, interval=KEEP_MS // 4)
        typing.timeout.connect(lambda: QTest.keyClicks(line, "x"))
        typing.start()
        for count in (1, 2, 3):
            wait_for_draft(qtbot, service, count)
            service.take_drafts()
        typing.stop()
        qtbot.waitUntil(lambda: service.drafts[-1][0].texts == {Field.CUSTOMER_NAME: line.text()})

    def test_a_slow_disk_gets_one_draft_at_a_time_and_the_latest_next(
        self, qtbot: QtBot, form: ProjectForm, service: WindowService
    ) -> None:
        type_in(form, "Customer name", "P")
        wait_for_draft(qtbot, service)
        type_in(form, "Customer name", "Priya")
        qtbot.wait(KEEP_MS * 2)
        assert len(service.drafts) == 1
        service.take_drafts()
        assert wait_for_draft(qtbot, service, 2).texts == {Field.CUSTOMER_NAME: "Priya"}

    def test_two_forms_have_a_draft_each(self, qtbot: QtBot, form: ProjectForm, service: WindowService) -> None:
        other = open_form(qtbot, ProjectForm(service, (ME, SAM)))
        type_in(other, "Customer name", "Sam")
        type_in(form, "Customer name", "Priya")
        wait_for_draft(qtbot, service, 2)
        assert {
            draft.draft.draft_id: draft.draft.title for draft in service.drafts if isinstance(draft, KeepDraft)
        } == {
            form.keeper.draft_id: "Priya",
            other.keeper.draft_id: "Sam",
        }

    def test_where_nothing_is_typed_nothing_is_kept(
        self, qtbot: QtBot, form: ProjectForm, service: WindowService
    ) -> None:
        type_in(form, "Customer name", "P")
        type_in(form, "Customer name", "")
        qtbot.wait(KEEP_MS * 2)
        assert not service.drafts
        button(form, "Cancel").click()
        assert not service.drafts

    def test_what_is_taken_back_is_dropped(self, qtbot: QtBot, form: ProjectForm, service: WindowService) -> None:
        type_in(form, "Customer name", "P")
        wait_for_draft(qtbot, service)
        service.take_drafts()
        type_in(form, "Customer name", "")
        assert wait_for_draft(qtbot, service, 2) == form.keeper.draft_id
        assert [type(draft) for draft in service.drafts] == [KeepDraft, DropDraft]
        service.take_drafts()
        assert "Draft kept" not in words_on(form)

    def test_discarding_drops_it(self, qtbot: QtBot, form: ProjectForm, service: WindowService) -> None:
        type_in(form, "Customer name", "Priya")
        wait_for_draft(qtbot, service)  # under way as yet, so it may come to be
        button(form, "Cancel").click()
        button(question(form), "Keep editing").click()
        assert len(service.drafts) == 1
        button(form, "Cancel").click()
        button(question(form), "Discard").click()
        assert service.drafts[1:] == [DropDraft(form.keeper.draft_id)]

    def test_what_is_discarded_on_a_full_disk_is_dropped_as_soon_as_it_can_be(
        self, qtbot: QtBot, form: ProjectForm, service: WindowService
    ) -> None:
        type_in(form, "Customer name", "Priya")
        wait_for_draft(qtbot, service)
        service.take_drafts()
        button(form, "Cancel").click()
        button(question(form), "Discard").click()
        assert service.findChildren(DroppedDraft), "the form goes, and this outlives it"
        drop = DropDraft(form.keeper.draft_id)
        for tries in (1, 2):
            assert service.drafts[1:] == [drop] * tries
            service.refuse_drafts()
            wait_for_draft(qtbot, service, 2 + tries)
        try_all_now(service)
        assert service.drafts[1:] == [drop] * 4, "once more, without waiting, before the program ends"
        service.take_drafts()
        qtbot.wait(RETRY_MS + 300)
        assert service.drafts[1:] == [drop] * 4
        assert not service.findChildren(DroppedDraft)

    def test_what_the_disk_did_not_take_is_dropped_too_for_it_may_be_there(
        self, qtbot: QtBot, form: ProjectForm, service: WindowService
    ) -> None:
        type_in(form, "Customer name", "Priya")
        wait_for_draft(qtbot, service)
        service.refuse_drafts()
        button(form, "Cancel").click()
        button(question(form), "Discard").click()
        assert service.drafts[1:] == [DropDraft(form.keeper.draft_id)]

    def test_a_full_disk_is_said_and_tried_again_until_it_takes_it(
        self, qtbot: QtBot, form: ProjectForm, service: WindowService, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(draft_keeper, "RETRY_MS", 50)
        type_in(form, "Customer name", "Priya")
        wait_for_draft(qtbot, service)
        service.refuse_drafts()
        words = "The disk is full. What you typed is not kept as a draft yet; the program goes on trying."
        assert words in words_on(form)
        wait_for_draft(qtbot, service, 2)
        service.refuse_drafts(DISK_FULL)
        assert wait_for_draft(qtbot, service, 3).texts == {Field.CUSTOMER_NAME: "Priya"}
        assert words in words_on(form)
        service.take_drafts()
        assert words not in words_on(form)
        assert "Draft kept on this computer: 14:05" in words_on(form)

    def test_what_is_saved_takes_its_draft_along_and_is_kept_no_more(
        self, qtbot: QtBot, form: ProjectForm, service: WindowService
    ) -> None:
        type_in(form, "Customer name", "Priya")
        ctrl_enter(form)
        assert service.draft_ids == [form.keeper.draft_id]
        qtbot.wait(KEEP_MS * 2)
        assert not service.drafts, "a draft that is kept behind the operation would make it twice"
        service.save(1, -1)
        assert not form.isVisible()
        assert not service.drafts

    @pytest.mark.parametrize("taken", [True, False])
    def test_an_answer_that_comes_while_saving_brings_no_other_draft(
        self,
        qtbot: QtBot,
        form: ProjectForm,
        service: WindowService,
        monkeypatch: pytest.MonkeyPatch,
        *,
        taken: bool,
    ) -> None:
        monkeypatch.setattr(draft_keeper, "RETRY_MS", 10)
        type_in(form, "Customer name", "Pri")
        wait_for_draft(qtbot, service)
        type_in(form, "Customer name", "Priya")
        ctrl_enter(form)
        if taken:
            service.take_drafts()
        else:
            service.refuse_drafts()
        qtbot.wait(KEEP_MS * 2)
        assert len(service.drafts) == 1
        service.refuse(1, DISK_FULL)
        assert wait_for_draft(qtbot, service, 2).texts == {Field.CUSTOMER_NAME: "Priya"}

    def test_what_cannot_be_saved_is_kept_again(self, qtbot: QtBot, form: ProjectForm, service: WindowService) -> None:
        type_in(form, "Customer name", "Priya")
        ctrl_enter(form)
        service.refuse(1, DISK_FULL)
        assert wait_for_draft(qtbot, service).texts == {Field.CUSTOMER_NAME: "Priya"}

    def test_an_edit_knows_its_base_and_names_its_project(self, qtbot: QtBot, service: WindowService) -> None:
        form = open_form(qtbot, ProjectForm(service, (ME,), make_detail(5, LISTED)))
        type_in(form, "Postcode", "CB1 3QD")
        type_in(form, "Customer phone", "01223 858414")
        draft = wait_for_draft(qtbot, service)
        assert draft.key == 5
        assert draft.base == {Field.POSTCODE: "CB24 9PL"}
        assert draft.title == "14 High Street"
        service.take_drafts()
        ctrl_enter(form)
        assert service.draft_ids == [draft.draft_id]

    def test_an_edit_that_changes_nothing_in_the_end_leaves_none(self, qtbot: QtBot, service: WindowService) -> None:
        form = open_form(qtbot, ProjectForm(service, (ME,), make_detail(5, LISTED)))
        type_in(form, "Postcode", "CB24 9PX")
        wait_for_draft(qtbot, service)
        service.take_drafts()
        type_in(form, "Postcode", "cb249pl")  # is put in form, and then it is what it was
        button(form, "Save changes").click()
        assert not form.isVisible()
        assert service.drafts[-1] == DropDraft(form.keeper.draft_id)

    def test_leaving_keeps_the_last_key_even_while_an_earlier_one_is_under_way(
        self, qtbot: QtBot, form: ProjectForm, service: WindowService
    ) -> None:
        type_in(form, "Customer name", "Pri")
        wait_for_draft(qtbot, service)
        type_in(form, "Customer name", "Priya")
        form.leave()
        assert not form.isVisible()
        assert service.drafts[-1][0].texts == {Field.CUSTOMER_NAME: "Priya"}
        assert len(service.drafts) == 2


class Place:
    """A window with the controller, and what is offered on it."""

    def __init__(self, qtbot: QtBot, service: WindowService) -> None:
        self.window = QWidget()
        qtbot.addWidget(self.window)
        self.controller = ProjectController(
            service, fake_tasks(service), ACCOUNT, lambda *_: None, self.window, lambda: TODAY
        )
        self.controller.take_members((ME, SAM))
        self.offers: list[QWidget] = []
        self.window.resize(900, 300)
        self.window.show()

    def offer(self) -> DraftOffer | None:
        self.controller.offer_drafts(self.offers.append)
        return self.shown()

    def shown(self) -> DraftOffer | None:
        return next((offer for offer in self.offers if isinstance(offer, DraftOffer) and offer.isVisible()), None)

    def forms(self) -> list[ProjectForm]:
        return [project_form for project_form in self.window.findChildren(ProjectForm) if project_form.isVisible()]


@pytest.fixture
def place(qtbot: QtBot, service: WindowService) -> Iterator[Place]:
    place = Place(qtbot, service)
    yield place
    place.controller.leave()


class TestOffering:
    def test_with_none_left_nothing_is_said(self, place: Place) -> None:
        assert place.offer() is None

    def test_each_is_named_with_its_time_and_takes_no_focus(self, place: Place, service: WindowService) -> None:
        service.held.kept = (KILN, STATUS, GONE)
        before = place.window.focusWidget()
        offer = place.offer()
        assert offer is not None
        told = "You have 3 unsaved drafts from before the program closed."
        assert words_on(offer).split("\n")[1:] == [told]
        button(offer, "Show them").click()
        assert words_on(offer).split("\n")[1:] == [
            told,
            "New project “The Kiln”, yesterday 16:02",
            "Changes to “14 High Street”, yesterday 16:02",
            "Changes to “<b>Barn</b>”, yesterday 16:02",
        ]
        assert place.window.focusWidget() is before

    def test_a_single_one_is_told_as_one(self, place: Place, service: WindowService) -> None:
        service.held.kept = (KILN._replace(title=""),)
        offer = place.offer()
        assert offer is not None
        told = "You have an unsaved draft from before the program closed: New project without a name, yesterday 16:02"
        assert told in words_on(offer)
        button(offer, "Open").click()
        assert place.shown() is None

    def test_many_are_named_three_at_a_time(self, place: Place, service: WindowService) -> None:
        service.held.kept = tuple(KILN._replace(draft_id=str(number)) for number in range(7))
        offer = place.offer()
        assert offer is not None
        button(offer, "Show them").click()
        assert "and 4 more" in words_on(offer)
        with pytest.raises(AssertionError):
            button(offer, "Open all")

    def test_it_can_be_put_off(self, place: Place, service: WindowService) -> None:
        service.held.kept = (KILN, STATUS)
        offer = place.offer()
        assert offer is not None
        button(offer, "Later").click()
        assert place.shown() is None
        place.controller.edit(5)
        assert place.shown() is None
        assert not service.drafts

    def test_the_keyboard_reaches_everything_and_hears_what_it_is_about(
        self, place: Place, service: WindowService
    ) -> None:
        service.held.kept = (KILN, STATUS)
        offer = place.offer()
        assert offer is not None
        button(offer, "Show them").click()
        button(offer, "Open all").setFocus()
        reached = []
        for _ in range(7):
            focused = place.window.focusWidget()
            reached.append((focused.property("text"), focused.accessibleDescription()))
            QTest.keyClick(focused, Qt.Key.Key_Tab)
        kiln, status = "New project “The Kiln”, yesterday 16:02", "Changes to “14 High Street”, yesterday 16:02"
        assert reached == [
            ("Open all", ""),
            ("Hide them", ""),
            ("Later", "The forms are offered again when the program starts next."),
            ("Open", kiln),
            ("Discard", kiln),
            ("Open", status),
            ("Discard", status),
        ]

    def test_discarding_asks_first(self, place: Place, service: WindowService) -> None:
        service.held.kept = (KILN,)
        offer = place.offer()
        assert offer is not None
        button(offer, "Discard").click()
        assert "New project “The Kiln”: it has not been saved" in words_on(question(place.window))
        button(question(place.window), "Keep it").click()
        assert not service.drafts
        button(offer, "Discard").click()
        button(question(place.window), "Discard").click()
        assert service.drafts == [DropDraft("a1")]
        assert place.shown() is None

    def test_what_cannot_be_read_is_the_windows_to_tell(self, place: Place, service: WindowService) -> None:
        service.held.trouble = DISK_FULL
        with pytest.raises(StorageError):
            place.offer()


class TestOpening:
    def open(self, place: Place, service: WindowService, draft: Draft) -> ProjectForm:
        service.held.kept = (draft,)
        offer = place.offer()
        assert offer is not None
        button(offer, "Open").click()
        (form,) = place.forms()
        return form

    def test_a_new_project_has_its_texts_and_owner_and_is_the_same_draft(
        self, qtbot: QtBot, place: Place, service: WindowService
    ) -> None:
        form = self.open(place, service, KILN)
        assert control(form, QLineEdit, "Project name").text() == "The Kiln"
        assert control(form, QComboBox, "Owner").currentText() == SAM.email
        assert "Draft kept on this computer: " in words_on(form)
        type_in(form, "Postcode", "CB1 3QD")
        draft = wait_for_draft(qtbot, service)
        assert draft.draft_id == "a1"
        assert draft.texts == {Field.PROJECT_NAME: "The Kiln", Field.POSTCODE: "CB1 3QD"}

    def test_discarding_it_there_drops_it(self, place: Place, service: WindowService) -> None:
        form = self.open(place, service, KILN)
        button(form, "Cancel").click()
        button(question(form), "Discard").click()
        assert service.drafts == [DropDraft("a1")]

    def test_an_edit_has_the_base_that_was_seen_and_says_what_has_changed(
        self, place: Place, service: WindowService
    ) -> None:
        form = self.open(place, service, STATUS)
        assert form.windowTitle() == "Edit 14 High Street survey"
        note = "In Heatpunk this is “Quote” by now. When you save, you are asked which one is to stay."
        assert note in words_on(form)
        status = control(form, QComboBox, "Status")
        assert status.accessibleDescription() == note
        status.setFocus()
        QTest.keyClick(status, Qt.Key.Key_Tab)
        assert note in words_on(form)  # looking at it does not take it away
        button(form, "Save changes").click()
        assert service.told(EditProject) == [EditProject(5, {Field.STATUS: "Sale"}, {Field.STATUS: "Lead"})]
        assert service.draft_ids == ["b2"]

    @pytest.mark.parametrize(("now", "is_said"), [("", True), ("Sale", False)])
    def test_a_change_that_comes_with_loading_is_said_too(
        self, place: Place, service: WindowService, now: str, is_said: bool
    ) -> None:
        form = self.open(place, service, STATUS._replace(base={Field.STATUS: "Quote"}))
        assert "by now" not in words_on(form)
        service.answer(1, make_detail(5, {**LISTED, Field.STATUS: now}))
        assert ("In Heatpunk this is empty by now." in words_on(form)) is is_said
        assert ("by now" in words_on(form)) is is_said

    def test_a_value_typed_before_its_field_loaded_says_what_it_replaces(
        self, place: Place, service: WindowService
    ) -> None:
        form = self.open(place, service, STATUS._replace(base={}))
        assert "In Heatpunk this is “Quote”. What you typed replaces it." in words_on(form)
        button(form, "Save changes").click()
        assert service.told(EditProject) == [EditProject(5, {Field.STATUS: "Sale"}, {Field.STATUS: "Quote"})]

    def test_an_edit_of_a_project_that_is_gone_makes_a_new_one(self, place: Place, service: WindowService) -> None:
        form = self.open(place, service, GONE)
        assert form.windowTitle() == "New project"
        assert "“<b>Barn</b>” is not there any more" in words_on(form)
        button(form, "Create project").click()
        values = {Field.CUSTOMER_NAME: "Priya", Field.PROJECT_NAME: "Priya", Field.STATUS: "Lead"}
        assert service.asked == [CreateProject(values, ME.email)]
        assert service.draft_ids == ["c3"]

    def test_none_is_opened_twice(self, place: Place, service: WindowService) -> None:
        service.held.kept = (KILN, STATUS)
        offer = place.offer()
        assert offer is not None
        place.controller.edit(5)  # what was typed about the project stands in its form
        (form,) = place.forms()
        assert form.keeper.draft_id == "b2"
        assert control(form, QComboBox, "Status").currentText() == "Sale"
        assert "You have an unsaved draft" in words_on(offer)
        QCoreApplication.processEvents()  # shows the lines of what is left
        place.controller.edit(5)
        place.controller.open_draft(STATUS)
        assert len(place.forms()) == 1
        button(offer, "Open").click()
        assert {form.keeper.draft_id for form in place.forms()} == {"a1", "b2"}
        assert place.shown() is None

    def test_all_at_once_lie_so_that_each_can_be_seen(self, place: Place, service: WindowService) -> None:
        service.held.kept = (KILN, STATUS, GONE)
        offer = place.offer()
        assert offer is not None
        button(offer, "Open all").click()
        forms = place.forms()
        assert {form.keeper.draft_id for form in forms} == {"a1", "b2", "c3"}
        assert len({form.pos().toTuple() for form in forms}) == 3


class TestParting:
    def test_a_disk_that_does_not_take_it_is_said_before_it_is_lost(
        self, qtbot: QtBot, place: Place, service: WindowService
    ) -> None:
        place.controller.create()
        (form,) = place.forms()
        type_in(form, "Customer name", "Priya")
        assert not place.controller.may_leave()
        assert not place.window.findChildren(QWidget, "qt_msgbox_label"), "nothing is claimed before the disk answers"
        service.refuse_drafts()
        box = question(place.window)
        assert "What you typed could not be kept" in words_on(box)
        assert "The disk is full. Make room and save again." in words_on(box)
        with qtbot.waitSignal(place.controller.leave_chosen):
            button(box, "Close and lose it").click()
        assert not place.forms()

    def test_a_disk_that_does_not_answer_is_said(self, qtbot: QtBot, place: Place) -> None:
        place.controller.create()
        (form,) = place.forms()
        type_in(form, "Customer name", "Priya")
        assert not place.controller.may_leave()
        assert not place.controller.may_leave()  # closing it again asks no second time
        qtbot.waitUntil(lambda: "The disk has not answered yet." in words_on(place.window))
        button(question(place.window), "Go back").click()
        assert place.forms() == [form]

    def test_a_form_that_is_being_saved_is_waited_for(self, place: Place) -> None:
        place.controller.create()
        (form,) = place.forms()
        type_in(form, "Customer name", "Priya")
        ctrl_enter(form)
        assert not place.controller.may_leave()
        assert form.isVisible()

    def test_forms_with_nothing_typed_are_closed_without_a_word(self, place: Place, service: WindowService) -> None:
        place.controller.create()
        assert place.controller.may_leave()
        assert not place.forms()
        assert not service.drafts
