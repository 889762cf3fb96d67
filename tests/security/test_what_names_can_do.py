"""Names that are markup, that turn the writing round, or that a spreadsheet would run: shown as text, and no more."""

from __future__ import annotations

import ctypes
import os
import struct
import sys
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint
from PySide6.QtGui import QGuiApplication, Qt, QTextDocument
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QDialog,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QTableView,
    QTabWidget,
    QTextEdit,
    QToolTip,
    QWidget,
)

from heatpunk_desktop.domain.csv_injection import guarded_cell
from heatpunk_desktop.domain.display import display_text, one_line
from heatpunk_desktop.errors import KnownError
from heatpunk_desktop.gui.actions.actions import Act
from heatpunk_desktop.gui.dialogs.message import show_error
from heatpunk_desktop.gui.widgets.labels import PlainLabel, Tone
from heatpunk_desktop.gui.widgets.value_text import ValueText
from heatpunk_desktop.store.reader import OperationGroup
from tests.end2end.on_screen import Screen
from tests.faulty_sandbox.faults import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from heatpunk_desktop.domain.operation import Operation
    from tests.faulty_sandbox.server import FaultySandbox

#: What the user cannot see, and what makes a text look like another one.
UNSEEN = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c\u200b\u2060\ufeff\u00ad\x00\x07\x9b"


class Watch:
    """Notes each opening of a file, by whomever in this process or another."""

    def __init__(self, file: Path) -> None:
        libc = ctypes.CDLL(None, use_errno=True)
        self._notes = libc.inotify_init1(os.O_NONBLOCK)
        assert libc.inotify_add_watch(self._notes, os.fsencode(file), 0x20) > 0  # IN_OPEN

    def openings(self) -> int:
        try:
            return len(os.read(self._notes, 4096)) // struct.calcsize("iIII")
        except BlockingIOError:
            return 0

    def close(self) -> None:
        os.close(self._notes)


@pytest.fixture
def bait(tmp_path: Path) -> Iterator[tuple[Path, Watch]]:
    if not sys.platform.startswith("linux"):
        pytest.skip("needs inotify")
    picture = tmp_path / "bait.png"
    picture.write_bytes(b"no picture")
    watch = Watch(picture)
    yield picture, watch
    watch.close()


def test_the_watch_sees_what_qt_would_load(qtbot: QtBot, bait: tuple[Path, Watch]) -> None:
    picture, watch = bait
    label = QLabel(f'<img src="file://{picture}">')
    qtbot.addWidget(label)
    label.grab()
    assert watch.openings() > 0
    assert watch.openings() == 0


def look_everywhere(screen: Screen, name: str) -> set[str]:
    """Look at each widget of each window as painting, tool tips and screen readers do; return where the name stood."""
    seen = set()
    for window in screen.windows():
        window.grab()
        if name in window.windowTitle():
            seen.add(type(window).__name__)
        for widget in [window, *window.findChildren(QWidget)]:
            if widget.isVisible():
                check_tips(widget)
                if any(name in text for text in texts_in(widget, name)):
                    seen.add(type(widget).__name__)
    QToolTip.hideText()
    return seen


def check_tips(widget: QWidget) -> None:
    for text in (widget.toolTip(), widget.statusTip(), widget.whatsThis()):
        assert not Qt.mightBeRichText(text), (type(widget), text)
        if text:
            QToolTip.showText(QPoint(10, 10), text, widget)


def texts_in(widget: QWidget, name: str) -> list[str]:
    texts = [widget.accessibleName(), widget.accessibleDescription()]
    match widget:
        case QLabel():
            texts.append(widget.text())
            if Qt.mightBeRichText(widget.text()):
                assert widget.textFormat() is Qt.TextFormat.PlainText, widget.text()
        case QTextEdit() | QPlainTextEdit():
            texts.append(widget.toPlainText())
            html = widget.document().toHtml()
            assert "<img" not in html, "the document took the text for HTML"
            assert name not in html
        case QLineEdit():
            texts.append(widget.text())
        case QComboBox():
            texts += [widget.itemText(place) for place in range(widget.count())]
        case QAbstractItemView():
            texts += texts_of(widget)
    return texts


def texts_of(view: QAbstractItemView) -> list[str]:
    model = view.model()
    roles = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.UserRole + 1)
    found = []
    for row in range(min(model.rowCount(), 50)):
        for column in range(model.columnCount() if isinstance(view, QTableView) else 1):
            index = model.index(row, column)
            tip = index.data(Qt.ItemDataRole.ToolTipRole)
            assert not Qt.mightBeRichText(str(tip or "")), tip
            found += [str(index.data(role)) for role in roles]
    return found


@pytest.fixture
def screen(server: FaultySandbox, data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Screen]:
    monkeypatch.setenv("HEATPUNK_API_KEY", server.api_key)
    shown = Screen(data_dir, server.origin, server.user_email)
    yield shown
    server.faults.clear()
    shown.stop()


@pytest.mark.qt_log_ignore(r"does not support raise\(\)")
def test_no_window_takes_a_name_for_html(
    server: FaultySandbox, screen: Screen, bait: tuple[Path, Watch], monkeypatch: pytest.MonkeyPatch
) -> None:
    picture, watch = bait
    loaded: list[object] = []
    monkeypatch.setattr(QTextDocument, "loadResource", lambda _self, kind, url: loaded.append((kind, url)))
    name = f'<img src="file://{picture}"><b>x</b>'
    values = {"projectName": name, "customerName": name, "address": name, "crmReference": name}
    server.state.create(27091, {**values, "status": "Lead"})
    server.faults.add(Fault.answer(400, '{"message":"' + name.replace('"', "'") + '"}'), endpoint="update")
    screen.start()
    screen.rows(7)
    seen = set()

    def look() -> None:
        screen.settle()
        seen.update(look_everywhere(screen, name))

    screen.select(name)
    screen.reads(name)
    look()
    for press in ("Edit", "Delete"):
        screen.press(press)
        screen.wait(lambda: dialogs(screen), "a dialog")
        look()
        screen.press("Cancel")
    act(screen, Act.DELETE_PERMANENTLY)
    look()
    screen.press("Cancel")
    screen.press("Edit")
    screen.fill("Postcode", "AB12 3CD")
    screen.press("Save changes")
    screen.wait(lambda: any(operation.state.value == "needs_you" for operation in operations(screen)), "the refusal")
    act(screen, Act.CHANGES)
    screen.settle()
    tabs = screen.program.window.findChild(QTabWidget)
    assert isinstance(tabs, QTabWidget)
    for page in range(tabs.count()):
        tabs.setCurrentIndex(page)
        look()
    for shown_act in (Act.SETTINGS, Act.DIAGNOSTICS, Act.ABOUT):
        act(screen, shown_act)
        look()
        next(iter(dialogs(screen))).close()
    box = show_error(screen.program.window, KnownError(name, name, name))
    look()
    box.close()
    assert watch.openings() == 0
    assert loaded == []
    assert {"ProjectTable", "ProjectForm", "PlainLabel", "ValueText"} <= {
        item.removeprefix("title of ") for item in seen
    }


def dialogs(screen: Screen) -> list[QDialog]:
    """The dialogs that are open; a tool tip is a window, too."""
    return [window for window in screen.windows() if isinstance(window, QDialog)]


def act(screen: Screen, wanted: Act) -> None:
    """What the menu does."""
    assert dialogs(screen) == []
    screen.action(wanted).trigger()
    if wanted not in {Act.CHANGES, Act.COPY}:
        screen.wait(lambda: dialogs(screen), "a dialog")


def operations(screen: Screen) -> list[Operation]:
    return [operation for group in OperationGroup for operation in screen.program.service.reader.operations(group)]


def test_what_cannot_be_seen_is_shown_nowhere_and_sent_as_it_is(server: FaultySandbox, screen: Screen) -> None:
    name = f"Inv\u202eoice\u202c 1\u200b{UNSEEN}!"
    one = server.state.create(27091, {"projectName": name, "customerName": name, "status": "Lead"})
    screen.start()
    screen.rows(7)
    assert "Invoice 1!" in screen.names()
    screen.select("Invoice 1!")
    screen.reads("Invoice 1!")
    screen.press("Delete")
    screen.reads("Move “Invoice 1!” to deleted?")
    assert not set(screen.words()) & set(UNSEEN)
    screen.press("Cancel")
    act(screen, Act.DELETE_PERMANENTLY)
    # Nobody could type what nobody can see.
    screen.fill("Type the project name to confirm", "Invoice 1!")
    assert screen.button("Delete permanently").isEnabled()
    screen.press("Cancel")
    screen.press("Edit")
    screen.fill("Postcode", "AB12 3CD")
    screen.press("Save changes")
    screen.wait(lambda: (now := server.state.get(one.project_id)) and now.postcode == "AB12 3CD", "the edit")
    found = server.state.get(one.project_id)
    assert found is not None
    assert (found.project_name, found.customer_name) == (name, name)


@given(st.text())
def test_what_is_shown_has_nothing_unseen_and_all_the_rest(text: str) -> None:
    shown = display_text(text)
    assert not set(shown) & set(UNSEEN)
    assert display_text(shown) == shown
    assert [character for character in shown if character.isalnum()] == [
        character for character in text if character.isalnum() and character in shown
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Zoë 👩\u200d🔧",
        "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
        "שלום עולם",
        "क्\u200dष",
        "a\tb\nc",
        "Plain & <b>",
    ],
)
def test_other_scripts_pictures_and_line_breaks_stay(text: str) -> None:
    assert display_text(text) == text


def test_joiners_between_plain_letters_only_hide() -> None:
    assert one_line("pay\u200dpal \u200c\n x") == "paypal x"


# -- spreadsheets ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+44 20 7946 0000",
        "-2+3",
        "@SUM(1)",
        "\tx",
        "\r=1",
        "\n=1",
        "=HYPERLINK(A1)",
        "+-1",
        "-1e",
        "\uff1d1",
        "-",
        "1\n"[1:],
    ],
)
def test_a_cell_that_would_be_run_is_made_text(text: str) -> None:
    assert guarded_cell(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "x", "-1.5", "+3", "-2e-05", "1353680", " =1", "AB12 3CD", "—", "'tis"])
def test_numbers_and_words_stay_as_they_are(text: str) -> None:
    assert guarded_cell(text) == text


def test_rows_on_the_clipboard_hold_no_formula(server: FaultySandbox, screen: Screen) -> None:
    server.state.create(
        27091, {"projectName": "=HYPERLINK(1)", "customerName": "+44 1\t=2", "status": "Lead", "postcode": "@x"}
    )
    screen.start()
    screen.rows(7)
    screen.select("=HYPERLINK(1)")
    act(screen, Act.COPY)
    cells = QGuiApplication.clipboard().text().splitlines()[1].split("\t")
    assert cells[:2] == ["'=HYPERLINK(1)", "'+44 1 =2"]
    assert not any(cell[:1] in {"=", "+", "-", "@"} for cell in cells)


def test_labels_and_boxes_show_nothing_that_cannot_be_seen(qtbot: QtBot) -> None:
    """Words of a server come to them from many places; this is the last one."""
    label = PlainLabel("a\u202eb")
    qtbot.addWidget(label)
    texts = [label.text()]
    label.say("a\u200bb", Tone.ERROR)
    texts.append(label.text())
    value = ValueText("Address")
    qtbot.addWidget(value)
    value.show_value("a\u2066b")
    texts.append(value.toPlainText())
    box = show_error(None, KnownError("a\u202eb", "a\u202eb", "a\u202eb"))
    texts.append(box.text())
    assert texts == ["ab"] * 4
    assert "\u202e" not in box.informativeText()
    box.close()
