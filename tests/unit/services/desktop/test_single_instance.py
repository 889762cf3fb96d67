from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from heatpunk_desktop.errors import StorageError
from heatpunk_desktop.services.desktop import single_instance
from heatpunk_desktop.services.desktop.single_instance import SingleInstance
from tests.parts import part_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot

SECOND_START = """
import sys
import tempfile
from pathlib import Path
from PySide6.QtCore import QCoreApplication
from heatpunk_desktop.services.desktop.single_instance import SingleInstance
application = QCoreApplication([])
project = int(sys.argv[2]) if len(sys.argv) > 2 else None
sys.exit(7 if SingleInstance(Path(sys.argv[1])).hand_over(project) else 8)
"""


def name_of(instance: SingleInstance) -> str:
    return part_of(instance, QLocalServer).fullServerName()


def listening_name(data_dir: Path) -> str:
    """Where a program on a folder listens; it does so no longer."""
    instance = SingleInstance(data_dir)
    instance.listen()
    name = name_of(instance)
    instance.close()
    return name


@pytest.fixture
def first(qapp: object, data_dir: Path) -> Iterator[SingleInstance]:
    assert qapp is not None
    instance = SingleInstance(data_dir)
    assert not instance.hand_over(None), "nobody is there yet"
    instance.listen()
    yield instance
    instance.close()


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The user's folder for sockets, whose path is short as it has to be."""
    with tempfile.TemporaryDirectory() as folder:
        monkeypatch.setenv("XDG_RUNTIME_DIR", folder)
        yield Path(folder)


@pytest.mark.parametrize("project", [1353680, None])
def test_a_second_start_hands_over_what_it_was_asked_to_show(
    first: SingleInstance, data_dir: Path, qtbot: QtBot, project: int | None
) -> None:
    arguments = [sys.executable, "-c", SECOND_START, str(data_dir), *([str(project)] if project else [])]
    with qtbot.waitSignal(first.raise_requested) as wanted:
        second = subprocess.Popen(arguments)
    assert wanted.args == [project]
    assert second.wait(60) == 7


@pytest.mark.usefixtures("first")
def test_another_folder_is_another_program(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    other = SingleInstance(tmp_path / "other")
    assert not other.hand_over(5)
    other.listen()
    other.close()


@pytest.mark.usefixtures("qapp")
@pytest.mark.skipif(os.name != "posix", reason="Windows' pipes do not lie in a folder")
@pytest.mark.parametrize("private", [True, False])
def test_it_listens_where_nobody_else_can_be_in_its_place(data_dir: Path, run: Path, private: bool) -> None:
    run.chmod(0o700 if private else 0o755)
    instance = SingleInstance(data_dir)
    instance.listen()
    assert (Path(name_of(instance)).parent == run) is private
    instance.close()


@pytest.mark.skipif(os.name != "posix", reason="users are told apart by number elsewhere only")
def test_two_users_have_two_names_on_one_folder(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    mine = listening_name(data_dir)
    monkeypatch.setattr(os, "getuid", lambda: 1_000_777)
    assert listening_name(data_dir) != mine


@pytest.mark.usefixtures("qapp")
@pytest.mark.skipif(os.name != "posix", reason="Windows' pipes do not lie in a folder")
def test_where_it_may_not_listen_it_says_so_and_still_holds_the_folder(data_dir: Path, run: Path) -> None:
    assert run.is_dir()
    # Something that the program cannot take away.
    (Path(listening_name(data_dir)) / "in the way").mkdir(parents=True)
    instance = SingleInstance(data_dir)
    with pytest.raises(StorageError) as told:
        instance.listen()
    assert told.value.title == "A second start will not find this window"
    assert not SingleInstance(data_dir).claim()
    instance.close()


@pytest.mark.usefixtures("first")
def test_two_ways_to_write_a_folder_are_one(data_dir: Path) -> None:
    (data_dir.parent / "link").symlink_to(data_dir)
    with pytest.raises(StorageError):
        SingleInstance(data_dir.parent / "link").listen()


@pytest.mark.usefixtures("first")
def test_of_two_that_start_in_the_same_moment_one_gives_way(data_dir: Path) -> None:
    with pytest.raises(StorageError) as caught:
        SingleInstance(data_dir).listen()
    assert caught.value.title == "The program may be running already"


def test_what_a_killed_program_left_behind_is_no_hindrance(first: SingleInstance, data_dir: Path) -> None:
    path = name_of(first)
    first.close()
    killed = subprocess.run(
        [sys.executable, "-c", f"import socket; s = socket.socket(socket.AF_UNIX); s.bind({path!r})"], check=True
    )
    assert killed.returncode == 0
    again = SingleInstance(data_dir)
    assert not again.hand_over(None)
    again.listen()
    again.close()


@pytest.mark.usefixtures("qapp")
def test_a_program_that_hangs_is_not_pushed_aside(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(single_instance, "_WAIT_MS", 100)
    hung, later = SingleInstance(data_dir), SingleInstance(data_dir)
    hung.listen()
    assert not later.hand_over(None), "nobody turns its event loop, so it takes the connection and never answers"
    with pytest.raises(StorageError):
        later.listen()
    hung.close()
    later.listen()
    later.close()


#: Holds the folder, and never listens.
HOLDER = """
import sys
from pathlib import Path
from PySide6.QtCore import QCoreApplication
from heatpunk_desktop.services.desktop.single_instance import SingleInstance
application = QCoreApplication([])
instance = SingleInstance(Path(sys.argv[1]))
assert instance.claim()
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def holder(data_dir: Path) -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(data_dir)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"held\n"
        yield process
        process.kill()


@pytest.mark.usefixtures("qapp")
def test_a_later_start_takes_over_from_one_that_ends_without_a_window(
    data_dir: Path, holder: subprocess.Popen[bytes]
) -> None:
    later = SingleInstance(data_dir)

    def wanted() -> tuple[int | None, str]:
        holder.kill()
        holder.wait()
        return None, ""

    assert later.claim_or_hand_over(wanted)
    later.close()


@pytest.mark.usefixtures("qapp", "holder")
def test_one_that_never_listens_is_said_to_be_running(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(single_instance, "_LISTENS_S", 0.3)
    with pytest.raises(StorageError) as told:
        SingleInstance(data_dir).claim_or_hand_over(lambda: (None, ""))
    assert told.value.title == "The program may be running already"


@pytest.mark.usefixtures("first")
def test_one_that_listens_and_never_answers_is_said_to_hang(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(single_instance, "_WAIT_MS", 50)
    monkeypatch.setattr(single_instance, "_ANSWERS_S", 0.2)
    with pytest.raises(StorageError) as told:
        SingleInstance(data_dir).claim_or_hand_over(lambda: (None, ""))
    assert "does not answer" in told.value.message


@pytest.mark.parametrize(
    "message", [b"not json\n", b"[]\n", b'{"other": 1}\n', b"{" * 100_000 + b"\n", b"5\n", b"\xff\xfe\n"]
)
def test_a_message_of_somebody_else_is_ignored(first: SingleInstance, qtbot: QtBot, message: bytes) -> None:
    told: list[object] = []
    first.raise_requested.connect(told.append)
    stranger = QLocalSocket()
    stranger.connectToServer(name_of(first))
    assert stranger.waitForConnected(1000)
    stranger.write(message)
    qtbot.waitUntil(lambda: stranger.state() == QLocalSocket.LocalSocketState.UnconnectedState)
    assert told == []


@pytest.mark.parametrize(
    ("message", "project"),
    [(b'{"project_id": -5}\n', None), (b'{"project_id": "<b>"}\n', None), (b'{"project_id": true}\n', None),
     (b'{"project_id": 5}\n', 5)],
)  # fmt: skip
def test_only_a_number_is_shown(first: SingleInstance, qtbot: QtBot, message: bytes, project: int | None) -> None:
    stranger = QLocalSocket()
    stranger.connectToServer(name_of(first))
    with qtbot.waitSignal(first.raise_requested) as wanted:
        stranger.write(message)
        stranger.flush()
    assert wanted.args == [project]
    stranger.abort()
