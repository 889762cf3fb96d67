"""Somebody's text where a line of ours is: it turns no writing round, begins no line, moves nothing off the screen."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QApplication, QDialog, QSystemTrayIcon, QWidget

from heatpunk_desktop.domain.changes import Draft
from heatpunk_desktop.domain.display import one_line
from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.domain.operation import OperationState
from heatpunk_desktop.errors import KnownError
from heatpunk_desktop.gui.dialogs.delete_dialogs import HardDeleteDialog, SoftDeleteDialog
from heatpunk_desktop.gui.dialogs.message import show_error
from heatpunk_desktop.gui.drafts.recovery_banner import DraftOffer
from heatpunk_desktop.gui.notifications.banner import Banner
from heatpunk_desktop.gui.notifications.desktop_notifications import SystemNotice, TrayNotifier
from heatpunk_desktop.gui.outbox.changes_panel import ChangesPanel
from heatpunk_desktop.gui.outbox.operation_list import OperationList
from heatpunk_desktop.gui.project_form.project_form import ProjectForm
from heatpunk_desktop.gui.widgets.dialog import name_window
from heatpunk_desktop.services.sync.facts import Changed, Sending
from heatpunk_desktop.store.reader import OperationGroup
from tests.unit.gui.fake_service import FakeService, make_detail
from tests.unit.gui.hands import button, type_in, words_on
from tests.unit.gui.window_service import WindowService, make_operation

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

TODAY = date(2026, 11, 24)
#: What a title bar has room for, and then some.
ROOM = 160

HOSTILE = {
    "override": "Invoice \u202egnp.exe",
    "isolate": "Barn \u2066x\u2069 \u2067y",
    "nothing": "Ba\x00rn\x07",
    "lines": "Barn\nDone.\r\nDiscarded by you.\u2028And\u2029more\x0bof\x85it",
    "long": "Barn survey " * 833,
    "unbroken": "W" * 10_000,
}
UNSEEN = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\x00\x07")
BREAKS = set("\n\r\u2028\u2029\x0b\x0c\x85")

hostile = pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)


def is_harmless(line: str, room: int = ROOM) -> bool:
    return not set(line) & (UNSEEN | BREAKS) and 0 < len(line) <= room


def fits(window: QWidget) -> bool:
    """Whether the buttons of a window are on a small screen."""
    needs = window.sizeHint().expandedTo(window.minimumSizeHint())
    return needs.width() <= 1280 and needs.height() <= 720


def title_of(window: QWidget) -> str:
    """The title as the desktop is given it."""
    handle = window.windowHandle()
    assert handle is not None
    return handle.title()


def shown(qtbot: QtBot, dialog: QDialog) -> QDialog:
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, on=False)
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


@hostile
def test_one_line_is_harmless_and_what_is_stored_is_not_touched(text: str) -> None:
    before = str(text)
    assert is_harmless(one_line(text, 60), 60)
    assert not set(one_line(text)) & (UNSEEN | BREAKS)
    assert text == before
    assert one_line("Barn", 4) == "Barn"
    assert one_line("Barns", 4) == "Bar…"


@pytest.mark.parametrize("name", ["Barn [*] east", "[*]", "[*][*]", "[[*]*]", "x[*][*][*]y", "[*", "a [**] b"])
def test_a_star_in_brackets_stands_in_the_title_as_it_was_written(qtbot: QtBot, name: str) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    name_window(window, name)
    assert title_of(window) == name


def test_a_star_in_brackets_stands_in_the_title_of_a_form(qtbot: QtBot) -> None:
    name = "Barn [*] east"
    detail = make_detail(5, {Field.PROJECT_NAME: name}, name=name)
    assert title_of(shown(qtbot, ProjectForm(FakeService(), (), detail))) == f"Edit {name}"


def test_the_title_of_a_dialog_says_what_it_does_and_its_heading_to_what(qtbot: QtBot) -> None:
    service, name = FakeService(), "Barn [*] east"
    detail = make_detail(5, {Field.PROJECT_NAME: name}, name=name)
    for dialog in (SoftDeleteDialog(service, detail.row), HardDeleteDialog(service, detail.row)):
        assert title_of(shown(qtbot, dialog)) == "Delete project"
        assert f"“{name}”" in words_on(dialog)
    window = QWidget()
    qtbot.addWidget(window)
    assert title_of(show_error(window, KnownError(name, "It broke."))) == "Heatpunk Desktop"


@hostile
def test_titles_and_dialogs(qtbot: QtBot, text: str) -> None:
    service = FakeService()
    detail = make_detail(5, {Field.PROJECT_NAME: text}, name=text)
    form = shown(qtbot, ProjectForm(service, (), detail))
    soft, hard = SoftDeleteDialog(service, detail.row), HardDeleteDialog(service, detail.row)
    for dialog in (form, shown(qtbot, soft), shown(qtbot, hard)):
        assert is_harmless(title_of(dialog)), title_of(dialog)
    for dialog in (soft, hard):
        assert fits(dialog), dialog.sizeHint()
        assert not set(words_on(dialog)) & UNSEEN
    box = show_error(form, KnownError(text, text, text))
    assert is_harmless(title_of(box))
    assert fits(box), box.sizeHint()
    assert not set(words_on(box)) & UNSEEN


def test_a_project_whose_name_nobody_could_type_is_confirmed_by_its_number(qtbot: QtBot) -> None:
    dialog = HardDeleteDialog(FakeService(), make_detail(77, {}, name="W" * 10_000).row)
    shown(qtbot, dialog)
    assert "type its project ID, 77." in words_on(dialog)
    type_in(dialog, "Type the project name to confirm", "77")
    assert button(dialog, "Delete permanently").isEnabled()


@hostile
def test_the_changes_panel(qtbot: QtBot, text: str) -> None:
    service = WindowService()
    operation = make_operation(
        1,
        OperationState.QUEUED,
        name=text,
        server_words=text[:2_000],
        changes={Field.CUSTOMER_NAME: text},
        base={Field.CUSTOMER_NAME: text},
    )
    service.held.pages = dict.fromkeys(OperationGroup, (operation,))
    panel = ChangesPanel(service, lambda: TODAY)
    qtbot.addWidget(panel)
    panel.resize(900, 260)
    panel.show()
    panel.open()
    for page in panel.findChildren(OperationList):
        page.show_operations((operation,), Sending(), TODAY)
        item = page.item(0)
        title, words = item.data(Qt.ItemDataRole.UserRole)
        assert is_harmless(title, 200)
        lines = words.split("\n")
        assert len(lines) == (1 if page.accessibleName() == "Needs you" else 3), "no line that is not ours"
        assert not set("".join(lines)) & (UNSEEN | BREAKS)
        assert not set(item.data(Qt.ItemDataRole.AccessibleTextRole)) & (UNSEEN | BREAKS)
    panel.grab()


class Board(QObject):
    clicked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []

    def show(self, title: str, words: str) -> None:
        self.words += [title, words]

    def withdraw(self) -> None:
        self.words.clear()


@hostile
def test_notices_drafts_and_notes_of_the_desktop(qtbot: QtBot, text: str) -> None:
    service, board, window = WindowService(), Board(), QWidget()
    qtbot.addWidget(window)
    service.held.pages = {OperationGroup.NEEDS_YOU: (make_operation(1, OperationState.NEEDS_YOU, name=text),)}
    SystemNotice(service, window, lambda _parent: board)
    qtbot.waitUntil(lambda: QApplication.activeWindow() is None)
    service.changed.emit(Changed(needs_user=(1,)))
    assert len(board.words) == 2
    assert all(is_harmless(words, 60) for words in board.words)
    banner = Banner(is_trouble=True)
    qtbot.addWidget(banner)
    banner.resize(1000, 40)
    banner.say(text)
    assert is_harmless(banner.text.replace("\u200b", ""), 1_200)
    assert banner.minimumSizeHint().width() <= 1280
    assert banner.heightForWidth(1000) <= 400
    offer = DraftOffer(lambda: TODAY, window)
    draft = Draft("a", 5, {}, {}, "", text, "2026-11-24T12:00:00.000Z")
    offer.show_drafts((draft,))
    assert is_harmless(words_on(offer).split("\n")[-1].replace("\u200b", ""), 200), words_on(offer)
    assert offer.minimumSizeHint().width() <= 1280
    assert draft.title == text, "what is kept stays as it is"


@pytest.mark.qt_log_ignore("No such signal QPlatformNativeInterface")
def test_the_tray_of_a_desktop_takes_no_name_for_markup(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a portal, the desktops of Linux read what a tray says as markup."""
    del qtbot
    told: list[str] = []
    monkeypatch.setattr(QSystemTrayIcon, "isSystemTrayAvailable", staticmethod(lambda: True))
    monkeypatch.setattr(QSystemTrayIcon, "showMessage", lambda _self, _title, words, _icon: told.append(words))
    monkeypatch.setattr("sys.platform", "linux")
    owner = QObject()
    notes = TrayNotifier(owner)
    notes.show("A change needs you", '<img src="file:///x"> & barn')
    notes.withdraw()
    assert told == ['\u2039img src="file:///x"\u203a & barn']
