"""Each way in which a start can fail ends in words: in a window where one can be opened, else on the terminal."""

from __future__ import annotations

import contextlib
import inspect
import json
import os
import shutil
import stat
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import keyring.backend
import keyring.core
import pytest

from heatpunk_desktop.domain.account import Account
from heatpunk_desktop.store.database import database_path
from tests.end2end.on_screen import Screen
from tests.faulty_sandbox.server import FaultySandbox
from tests.unit.store.old_version import make_version_1

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from heatpunk_desktop.sandbox import SandboxServer

ROOT = Path(__file__).resolve().parents[2]
CHILD = Path(__file__).with_name("start_child.py")
ON_LINUX = sys.platform.startswith("linux")
#: What of the environment in which the tests run would decide where a window goes, or who the user is.
LEFT_OUT = ("DISPLAY", "WAYLAND_", "QT_", "XDG_", "DBUS_", "HEATPUNK_", "LC_", "LANG", "HOME", "CHILD")
NOBODY = 65534


class Users:
    """Users of a computer who start the program, each with a home and a place for sockets."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def variables(self, who: str = "priya", **more: str) -> dict[str, str]:
        """The environment of one of them; a variable that is empty is left out."""
        home, run = self._folder / who, self._folder / f"run {who}"
        for folder in (home, run):
            folder.mkdir(mode=0o700, exist_ok=True)
        kept = {name: value for name, value in os.environ.items() if not name.startswith(LEFT_OUT)}
        own = {"HOME": str(home), "XDG_RUNTIME_DIR": str(run), "LANG": "C.UTF-8", "PYTHONPATH": str(ROOT)}
        return {name: value for name, value in {**kept, **own, **more}.items() if value}

    def start(
        self,
        *arguments: str,
        who: str = "priya",
        until: str = "",
        told: Mapping[str, object] | None = None,
        **more: str,
    ) -> subprocess.CompletedProcess[str]:
        """Start the program and wait for its end: on the screen that nobody sees unless `QT_QPA_PLATFORM` says so."""
        variables = self.variables(who, **{"QT_QPA_PLATFORM": "offscreen", **more})
        script = [str(CHILD)] if until else ["-m", "heatpunk_desktop"]
        if until:
            variables["CHILD"] = json.dumps({"until": until, **(told or {})})
        return subprocess.run(
            [sys.executable, *script, *arguments],
            env=variables,
            cwd=ROOT,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=100,
            check=False,
        )


@pytest.fixture
def users(tmp_path: Path) -> Users:
    return Users(tmp_path)


def seen(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    """What the program's windows said."""
    lines = [line for line in done.stdout.splitlines() if line.startswith('{"found"')]
    assert lines, done.stdout + done.stderr
    told: dict[str, Any] = json.loads(lines[-1])
    assert told["found"], told["words"] + done.stderr
    return told


def check_words(done: subprocess.CompletedProcess[str], *wanted: str) -> None:
    """It ended with 1 and with these words on the terminal, and not with a traceback or by a signal."""
    assert done.returncode == 1, done.stdout + done.stderr
    assert all(create in done.stderr for create in wanted), done.stderr
    assert "Traceback" not in done.stdout + done.stderr


# -- no window can be opened -------------------------------------------------------------------------------------------


@pytest.mark.skipif(not ON_LINUX, reason="elsewhere there is always a screen")
@pytest.mark.parametrize(
    ("display", "wayland", "platform"),
    [(":4077", "", ""), ("", "wayland-4077", ""), ("", "wayland-4077", "wayland"), ("", "", "")],
    ids=["a display that is not there", "no compositor", "Wayland only, and no compositor", "nothing"],
)
def test_without_a_screen_it_says_so(users: Users, display: str, wayland: str, platform: str) -> None:
    done = users.start(QT_QPA_PLATFORM=platform, DISPLAY=display, WAYLAND_DISPLAY=wayland)
    check_words(done, "No window can be opened: there is no screen here.", "Start it on a desktop.")


@pytest.mark.skipif(not ON_LINUX, reason="elsewhere nobody names another one")
def test_a_plugin_that_is_not_there_is_said(users: Users) -> None:
    done = users.start(QT_QPA_PLATFORM="nonsense")
    check_words(done, "a part of the program is missing", '"nonsense"', "Install the program again", "your data stay")


@pytest.mark.skipif(not ON_LINUX, reason="elsewhere the system brings fonts")
def test_without_fonts_it_says_so_where_it_can_be_read(users: Users, tmp_path: Path) -> None:
    (tmp_path / "no fonts").mkdir()
    (tmp_path / "fonts.conf").write_text(
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">'
        f"<fontconfig><dir>{tmp_path}/no fonts</dir><cachedir>{tmp_path}/cache</cachedir></fontconfig>"
    )
    done = users.start("--demo", FONTCONFIG_FILE=str(tmp_path / "fonts.conf"))
    check_words(done, "No font is installed.", "fonts-dejavu-core")


@contextlib.contextmanager
def display_without_opengl() -> Iterator[str]:
    """As a remote desktop has it."""
    command = ["Xvfb", "-displayfd", "1", "-screen", "0", "1280x800x24", "-nolisten", "tcp", "-extension", "GLX"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:
        try:
            yield f":{server.stdout.readline().strip()}" if server.stdout else ""
        finally:
            server.terminate()


@pytest.mark.skipif(shutil.which("Xvfb") is None, reason="needs Xvfb")
def test_a_remote_desktop_without_opengl_shows_the_window(users: Users) -> None:
    with display_without_opengl() as display:
        done = users.start("--demo", until="1,284", QT_QPA_PLATFORM="", DISPLAY=display)
    assert done.returncode == 0, done.stderr
    assert seen(done)["platform"] == "xcb"


# -- homes -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["C.UTF-8", "C", "en_GB.ISO-8859-1"])
def test_a_home_with_spaces_accents_and_cyrillic_is_like_any_other(users: Users, tmp_path: Path, language: str) -> None:
    who = "Пётр Ильич, café & Söhne"
    done = users.start("--demo", who=who, until="1,284", LANG=language)
    assert done.returncode == 0, done.stderr
    assert seen(done)["listens"]
    found = {file.name for file in (tmp_path / who).rglob("*")}
    assert {"sample-data.sqlite3", "heatpunk-desktop.log", "settings.json"} <= found
    again = users.start("--demo", who=who, until="1,284", LANG=language)
    assert again.returncode == 0, again.stderr
    assert "Traceback" not in done.stderr + again.stderr


@pytest.fixture
def read_only(tmp_path: Path) -> Iterator[Path]:
    """A file system that can only be read."""
    if not ON_LINUX or os.geteuid() != 0 or shutil.which("mount") is None:
        pytest.skip("only root can make a file system")
    folder = tmp_path / "read only"
    folder.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "ro,size=1m", "none", str(folder)], check=False).returncode:
        pytest.skip("this system does not let root make a file system")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


def test_a_home_that_can_only_be_read_is_said_in_a_box(users: Users, read_only: Path) -> None:
    done = users.start(until="cannot be written", HOME=str(read_only))
    check_words(done, "The data folder cannot be written.", "--data-dir")
    assert "The data folder cannot be written" in seen(done)["words"]
    assert str(read_only) in seen(done)["words"]


def test_a_data_folder_that_can_only_be_read_is_said_in_a_box(users: Users, read_only: Path) -> None:
    done = users.start("--data-dir", str(read_only), until="cannot be written")
    check_words(done, "The data folder cannot be written.", str(read_only))


IN_THE_WAY = "Something else is where the data should be"


@pytest.mark.parametrize(
    ("place", "what"),
    [
        ("", "folder"),
        ("", "folder with something in it"),
        ("", "link to nowhere"),
        ("", "socket"),
        ("journal", "folder"),
        ("running.lock", "folder"),
        ("accounts", "file"),
        ("sample data", "folder"),
    ],
)
def test_something_else_in_the_place_of_the_data_is_said(
    users: Users, server: FaultySandbox, data_dir: Path, place: str, what: str
) -> None:
    if what in {"link to nowhere", "socket"} and os.name != "posix":
        pytest.skip("there are no such files here")
    database = database_path(data_dir, Account(server.origin, server.user_email))
    path = {
        "": database,
        "journal": database.with_suffix(".journal"),
        "running.lock": data_dir / "running.lock",
        "accounts": data_dir / "accounts",
        "sample data": data_dir / "accounts" / "sample-data.sqlite3",
    }[place]
    path.parent.mkdir(exist_ok=True)
    match what:
        case "folder":
            path.mkdir()
        case "folder with something in it":
            path.mkdir()
            (path / "photos").write_text("kept")
        case "link to nowhere":
            path.symlink_to(path.parent / "nowhere")
        case "socket":
            os.mknod(path, stat.S_IFSOCK | 0o600)
        case _:
            path.write_text("kept")
    account = ("--demo",) if place == "sample data" else account_of(server)
    done = users.start(*account, "--data-dir", str(data_dir), until=IN_THE_WAY, HEATPUNK_API_KEY=server.api_key)
    check_words(done, IN_THE_WAY, str(path), "Move it somewhere else or rename it, or start")
    words = seen(done)["words"]
    assert str(path) in words
    assert "Move it somewhere else" in words
    if what == "folder with something in it":
        assert (path / "photos").read_text() == "kept"


def test_settings_that_are_a_folder_are_as_at_first_start(users: Users, server: FaultySandbox, data_dir: Path) -> None:
    (data_dir / "settings.json").mkdir()
    done = users.start(
        *account_of(server), "--data-dir", str(data_dir), until="5 of 5|12 of 12", HEATPUNK_API_KEY=server.api_key
    )
    assert done.returncode == 0
    assert "Traceback" not in done.stderr
    seen(done)


def test_two_users_of_one_computer_do_not_meet(users: Users, tmp_path: Path) -> None:
    if not ON_LINUX or os.geteuid() != 0 or shutil.which("setpriv") is None:
        pytest.skip("only root can be two users")
    with tempfile.TemporaryDirectory(dir="/var/tmp") as shared, tempfile.TemporaryDirectory(dir="/var/tmp") as theirs:
        # Neither has a place of their own for sockets, so both go to the one that all share; the folder is shared, too.
        Path(shared).chmod(0o1777)
        Path(theirs).chmod(0o777)
        command = [sys.executable, str(CHILD), "--demo"]
        as_nobody = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", *command]
        if subprocess.run([*as_nobody[:4], sys.executable, "-c", "import PySide6.QtCore"], check=False).returncode:
            pytest.skip("the Python of these tests is in somebody's own folder")
        told = json.dumps({"until": "1,284", "stays": True})
        with contextlib.ExitStack() as running:
            heard = []
            for who, start in ((theirs, as_nobody), (str(tmp_path / "mine"), command)):
                Path(who).mkdir(exist_ok=True)
                variables = users.variables(HOME=who, XDG_RUNTIME_DIR="", QT_QPA_PLATFORM="offscreen", CHILD=told)
                process = running.enter_context(
                    subprocess.Popen(
                        start, env={**variables, "TMPDIR": shared}, cwd=ROOT, text=True,
                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                    )
                )  # fmt: skip
                running.callback(process.kill)
                assert process.stdout is not None
                heard.append(json.loads(process.stdout.readline()))
            assert [text["found"] for text in heard] == [True, True]
            (first,), (second,) = (text["listens"] for text in heard)
            assert Path(first).parent == Path(second).parent == Path(shared)
            assert first != second


def test_a_database_of_an_earlier_version_opens_with_what_waits_in_it(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with FaultySandbox(projects=5, seed=7) as server:
        account = Account(server.origin, server.user_email)
        path = database_path(data_dir, account)
        path.parent.mkdir(mode=0o700)
        waiting = make_version_1(path)
        assert waiting
        server.faults.clear()
        monkeypatch.setenv("HEATPUNK_API_KEY", server.api_key)
        screen = Screen(data_dir, account.domain, account.email).start()
        try:
            screen.wait(lambda: screen.table().model().rowCount() >= 5, "the projects")
            screen.reads("Changes")
            assert screen.boxes() == []
        finally:
            screen.stop()


# -- the keyring -------------------------------------------------------------------------------------------------------


@pytest.mark.skipif(not ON_LINUX, reason="elsewhere there is always a keyring")
def test_without_a_keyring_the_user_is_told_how_long_the_key_is_kept(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus")
    monkeypatch.delenv("HEATPUNK_API_KEY", raising=False)
    # The library keeps for the whole process which keyrings it found; an earlier test may have had one.
    monkeypatch.setattr(keyring.core, "_keyring_backend", None)
    monkeypatch.setattr(keyring.backend, "get_all_keyring", inspect.unwrap(keyring.backend.get_all_keyring))
    with FaultySandbox(projects=5, seed=7) as server:
        screen = Screen(data_dir).start()
        try:
            for name, text in (
                ("Domain", server.origin),
                ("Your email", server.user_email),
                ("API key", server.api_key),
            ):
                screen.fill(name, text)
            screen.press("Save")
            screen.reads(
                "The key is kept for this session only", "asked for again after that", "not written to any file"
            )
            screen.rows(5)
            assert json.loads((data_dir / "settings.json").read_text("utf-8"))["key_accounts"] == []
        finally:
            screen.stop()


# -- what is broken in the program -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("broken", "title", "in_report"),
    [
        ("bug", "The program ended because something in it is broken", "LookupError"),
        (
            "heatpunk_desktop.app.main",
            "A part of the program is missing or broken",
            "ModuleNotFoundError, module heatpunk",
        ),
        ("apsw", "A part of the program is missing or broken", "ModuleNotFoundError, module apsw"),
    ],
)
def test_what_nobody_caught_ends_in_a_window_with_a_report_to_send(
    users: Users, broken: str, title: str, in_report: str
) -> None:
    done = users.start(until=title, told={"broken": broken})
    check_words(done, title, in_report)
    words = seen(done)["words"]
    assert "Copy report" in words
    assert in_report in words
    assert "Priya" not in words + done.stderr
    assert "Heatpunk Desktop 0" in words


def test_without_a_screen_the_report_stands_on_the_terminal(users: Users) -> None:
    done = users.start(until="never", told={"broken": "bug"}, QT_QPA_PLATFORM="nonsense")
    check_words(done, "The program ended because something in it is broken", "LookupError")


# -- links that macOS hands over ---------------------------------------------------------------------------------------


@pytest.fixture
def server() -> Iterator[FaultySandbox]:
    with FaultySandbox(projects=12, seed=7) as running:
        yield running


def account_of(server: SandboxServer) -> tuple[str, str, str, str]:
    return "--domain", server.origin, "--user", server.user_email


@pytest.mark.parametrize("when", ["early", "posted", "links"])
def test_a_link_that_comes_as_an_event_shows_its_project(users: Users, server: FaultySandbox, when: str) -> None:
    project = list(server.state)[7]
    server.state.edit(project.project_id, project_name="1 Unmistakable Terrace")
    # The first start brings the project here.
    users.start(*account_of(server), until="12 of 12", HEATPUNK_API_KEY=server.api_key)
    link = f"heatpunk://project/{project.project_id}"
    told = {when: [link]}
    done = users.start(
        *account_of(server), until="chosen: 1 Unmistakable Terrace", told=told, HEATPUNK_API_KEY=server.api_key
    )
    assert done.returncode == 0, done.stderr
    seen(done)


def test_a_link_that_names_no_project_is_said_in_the_window(users: Users, server: FaultySandbox) -> None:
    told = {"links": ["heatpunk://nonsense"]}
    until = "This link cannot be opened.*heatpunk://project/1353680"
    done = users.start(*account_of(server), until=until, told=told, HEATPUNK_API_KEY=server.api_key)
    seen(done)


def test_a_link_event_of_a_second_start_is_handed_over(users: Users, server: FaultySandbox) -> None:
    project = list(server.state)[7]
    server.state.edit(project.project_id, project_name="1 Unmistakable Terrace")
    key = server.api_key
    users.start(*account_of(server), until="12 of 12", HEATPUNK_API_KEY=key)
    told = json.dumps({"first": "12 of 12", "until": "chosen: 1 Unmistakable Terrace"})
    variables = users.variables(QT_QPA_PLATFORM="offscreen", HEATPUNK_API_KEY=key, CHILD=told)
    first = subprocess.Popen(
        [sys.executable, str(CHILD), *account_of(server)],
        env=variables, cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    try:
        assert first.stdout is not None
        assert json.loads(first.stdout.readline()) == {"first": "12 of 12"}
        told_later: dict[str, object] = {"posted": [f"heatpunk://project/{project.project_id}"]}
        later = users.start(*account_of(server), until="never", told=told_later, HEATPUNK_API_KEY=key)
        assert (later.returncode, later.stdout) == (0, ""), later.stderr
        out, errors = first.communicate(timeout=100)
    finally:
        first.kill()
    seen(subprocess.CompletedProcess([], first.returncode, out, errors))
