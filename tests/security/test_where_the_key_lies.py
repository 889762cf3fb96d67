"""A session full of trouble, and then every byte that it left, searched for the key in each of its forms."""

from __future__ import annotations

import base64
import contextlib
import json
import logging
import os
import stat
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, quote_plus

import pytest
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QFileDialog, QPlainTextEdit, QWidget

from heatpunk_desktop.app.cli import Options
from heatpunk_desktop.app.controller import Program
from heatpunk_desktop.app.qt_application import make_application
from heatpunk_desktop.domain.account import Account
from heatpunk_desktop.errors import KnownError
from heatpunk_desktop.gui.actions.actions import Act
from heatpunk_desktop.gui.dialogs.report_dialog import DiagnosticsDialog, ReportDialog
from heatpunk_desktop.services.desktop import link_opener
from heatpunk_desktop.services.desktop.single_instance import SingleInstance
from tests.end2end.on_screen import Screen
from tests.faulty_sandbox.faults import Fault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from PySide6.QtCore import QUrl
    from pytestqt.qtbot import QtBot

    from tests.faulty_sandbox.server import FaultySandbox


def forms(key: str) -> set[bytes]:
    """The key as it may stand in a file: plain, encoded for an address, for JSON, for Python, in base64 and in hex."""
    found = {key, quote(key, safe=""), quote_plus(key), quote(key), json.dumps(key)[1:-1], repr(key)[1:-1]}
    found |= {"".join(f"%{byte:02x}" for byte in key.encode()), key.encode().hex(), key[::-1]}
    for before in ("", "a", "ab", "key:"):
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            # The ends also depend on the neighbours.
            found.add(encode((before + key + "zz").encode()).decode()[len(before) * 4 // 3 + 1 : -5])
    return {item.encode() for item in found} | {key.encode("utf-16-le"), key.encode("utf-16-be")}


def where(key: str, text: bytes) -> set[bytes]:
    return {form for form in forms(key) if form in text}


def told_by(screen: Screen) -> str:
    """Everything that windows and screen readers tell."""
    found = [screen.words()]
    for window in screen.windows():
        for widget in [window, *window.findChildren(QWidget)]:
            found += [widget.windowTitle(), widget.accessibleName(), widget.accessibleDescription(), widget.toolTip()]
    return "\n".join(found)


@pytest.fixture
def screen(server: FaultySandbox, data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Screen]:
    monkeypatch.setenv("HEATPUNK_API_KEY", server.api_key)
    shown = Screen(data_dir, server.origin, server.user_email)
    yield shown
    server.faults.clear()
    with contextlib.suppress(AssertionError):
        shown.stop()


def test_no_byte_that_the_program_leaves_holds_the_key(
    server: FaultySandbox, screen: Screen, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = server.api_key
    encoded = base64.b64encode(f"user:{key}".encode()).decode()
    quoted = json.dumps({"message": f"X-API-KEY was {key}, {quote(key, safe='')}, Basic {encoded}"})
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    screen.start()
    screen.rows(6)
    seen = [told_by(screen)]
    seen += trouble(server, screen, quoted)
    server.faults.clear()
    server.faults.add(Fault.answer(401, quoted), endpoint="list")
    screen.press("Refresh")
    screen.reads("The server does not take the API key.")
    screen.action(Act.CHANGES).trigger()
    screen.settle()
    seen.append(told_by(screen))
    log = logging.getLogger("heatpunk_desktop")
    log.error("headers %r, %s, and %s", {"X-API-KEY": key}, quote(key, safe=""), encoded)
    crash(key)
    screen.settle()
    seen.append(told_by(screen))
    for box in (*screen.boxes(), *(window for window in screen.windows() if isinstance(window, ReportDialog))):
        box.close()
    screen.action(Act.DIAGNOSTICS).trigger()
    screen.wait(lambda: any(isinstance(window, DiagnosticsDialog) for window in screen.windows()), "the report")
    dialog = next(window for window in screen.windows() if isinstance(window, DiagnosticsDialog))
    saving_to(monkeypatch, lambda _begin: tmp_path / "report.txt")
    screen.press("Save report")
    screen.press("Copy report")
    seen += [told_by(screen), QGuiApplication.clipboard().text()]
    assert "[API key]" in QGuiApplication.clipboard().text()
    dialog.close()
    screen.select("After")
    screen.action(Act.COPY).trigger()
    seen.append(QGuiApplication.clipboard().text())
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    endings = {path.suffix for path in files} | {path.name for path in files}
    assert endings >= {".sqlite3", ".sqlite3-wal", ".sqlite3-shm", "heatpunk-desktop.log", "report.txt"}
    contents = {path.name: path.read_bytes() for path in files}
    screen.stop()
    contents |= {f"{path.name}, at the end": path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert b"a bug: nobody caught this" in contents["heatpunk-desktop.log"]
    found = {name: where(key, content) for name, content in contents.items()}
    assert {name: forms for name, forms in found.items() if forms} == {}
    assert where(key, "\n".join(seen).encode()) == set()
    assert all(request.header("X-API-KEY") == key for request in server.requests), "and yet it was sent, each time"
    assert all(not where(key, request.target.encode() + request.body) for request in server.requests)


def trouble(server: FaultySandbox, screen: Screen, quoted: str) -> Iterator[str]:
    """Create projects that each end in another way; return what was on the screen then."""
    key = server.api_key
    for fault in (
        Fault.answer(400, quoted),
        Fault.answer(500, quoted),
        Fault.redirect(f"{server.origin}/?key={quote(key, safe='')}&again={key}"),
        Fault.answer(409, f"<html>{key}</html>", content_type="text/html"),
        Fault.answer(200, quoted),
    ):
        server.faults.clear()
        server.faults.add(fault, endpoint="create")
        screen.press("New project")
        screen.fill("Project name", f"After {fault.status} {fault.kind}")
        screen.press("Create project")
        screen.wait(lambda: len(screen.windows()) == 1, "the form to close")
        screen.wait(lambda: screen.program.service.reader.counts_by_state().get("queued", 0) == 0, "the answer")
        screen.settle()
        yield told_by(screen)


def crash(key: str) -> None:
    """What happens where nobody catches an error that quotes the key, in the window's thread and in another."""

    def fail() -> None:
        raise ValueError(f"Invalid header value {key.encode()!r}")

    try:
        fail()
    except ValueError as error:
        sys.excepthook(type(error), error, error.__traceback__)
    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()


def test_the_search_finds_each_form() -> None:
    key = "zQ7+recognisable/key=&000"
    for form in forms(key):
        assert where(key, b"before " + form + b" after"), form


# -- the report --------------------------------------------------------------------------------------------------------


def saving_to(monkeypatch: pytest.MonkeyPatch, chosen: Callable[[Path], Path]) -> None:
    """What the user chooses in the system's dialog, given what that begins with."""

    def choose(_parent: QWidget, _title: str, begin: str, _kinds: str) -> tuple[str, str]:
        return str(chosen(Path(begin))), ""

    monkeypatch.setattr(QFileDialog, "getSaveFileName", choose)


def test_the_report_tells_what_helps_and_nothing_of_customers(
    server: FaultySandbox, screen: Screen, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.state.create(27091, {"projectName": "Quiet Lane 1", "customerName": "Mrs Private", "status": "Lead"})
    screen.start()
    screen.rows(7)
    screen.reads("Brought up to date")
    logging.getLogger("heatpunk_desktop").warning("a colleague, sam.other@firm.example, and %s", server.user_email)
    screen.action(Act.DIAGNOSTICS).trigger()
    screen.wait(lambda: len(screen.windows()) > 1, "the report")
    dialog = next(window for window in screen.windows() if isinstance(window, DiagnosticsDialog))
    field = dialog.findChild(QPlainTextEdit)
    assert isinstance(field, QPlainTextEdit)
    report = field.toPlainText()
    for wanted in (
        "Heatpunk Desktop 0.",
        "SQLite 3.",
        f"Domain: {server.origin}",
        f"Email: {server.user_email}",
        "Projects: 7",
        "Now: the server answers since 2",
        "Proxy: none",
        "Last whole refresh: 2",
        "The server gives CRM references back: not known yet",
        f"a colleague, [email], and {server.user_email}",
    ):
        assert wanted in report, report
    for unwanted in (
        "Mrs Private",
        "Quiet Lane",
        "sam.other",
        server.api_key,
        *(p.customer_name for p in server.state),
    ):
        assert not unwanted or unwanted not in report, unwanted
    saving_to(monkeypatch, lambda begin: tmp_path / begin.name)
    os.umask(os.umask(0o022))
    screen.press("Save report")
    saved = next(tmp_path.glob("heatpunk-diagnostics-*.txt"))
    assert saved.read_text("utf-8") == report
    assert stat.S_IMODE(saved.stat().st_mode) == 0o600
    saving_to(monkeypatch, lambda _begin: tmp_path / "nowhere" / "x.txt")
    screen.press("Save report")
    screen.wait(screen.boxes, "what went wrong")
    screen.boxes()[0].close()
    dialog.close()


# -- links -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "link", ["heatpunk://project/1;rm", "heatpunk://<b>x</b><img src=file:///etc/passwd>", "--x"[2:] * 999]
)
def test_a_link_that_names_no_project_is_refused_in_the_window(
    server: FaultySandbox, data_dir: Path, monkeypatch: pytest.MonkeyPatch, link: str
) -> None:
    monkeypatch.setenv("HEATPUNK_API_KEY", server.api_key)
    options = Options(data_dir, server.origin, server.user_email, bad_link=link[:200])
    screen = Screen(data_dir, server.origin, server.user_email)
    assert screen.program.stop()
    screen.program = Program(make_application(), options, SingleInstance(data_dir))
    screen.start()
    try:
        screen.rows(6)
        words = screen.reads("This link cannot be opened", "A link looks like heatpunk://project/1353680.")
        # A long word has places where its line may be broken.
        assert repr(link[:200]) in words.replace("\u200b", "")
        screen.boxes()[0].close()
    finally:
        screen.stop()


@pytest.mark.qt_log_ignore(r"does not support raise\(\)")
def test_a_running_program_says_which_link_a_later_start_was_given(screen: Screen, data_dir: Path) -> None:
    screen.start()
    screen.rows(6)
    later = subprocess.Popen(
        [sys.executable, "-m", "heatpunk_desktop", "--data-dir", str(data_dir), "heatpunk://junk"],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        stderr=subprocess.PIPE,
        text=True,
    )
    screen.reads("This link cannot be opened", "'heatpunk://junk' does not name a project.")
    screen.wait(lambda: later.poll() is not None, "its end")
    assert later.returncode == 0
    assert "This link cannot be opened: 'heatpunk://junk'" in later.communicate()[1]
    screen.boxes()[0].close()


def test_the_browser_is_given_a_number_and_the_accepted_domain(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    del qtbot
    opened: list[str] = []

    def take(url: QUrl) -> bool:
        opened.append(url.toString())
        return True

    monkeypatch.setattr(QDesktopServices, "openUrl", take)
    link_opener.open_project(Account("heatpunk.co.uk", "a@b.example"), 42)
    assert opened == ["https://heatpunk.co.uk/?project=42"]
    for junk in ("1&x=2", "../x", "javascript:1"):
        with pytest.raises(ValueError, match="invalid literal"):
            link_opener.open_project(Account("heatpunk.co.uk", "a@b.example"), junk)  # type: ignore[arg-type]
    assert len(opened) == 1
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda _url: False)
    with pytest.raises(KnownError):
        link_opener.open_project(Account("heatpunk.co.uk", "a@b.example"), 42)
