"""The process itself: no core file, an environment that children do not get the key from, files for the owner alone."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from heatpunk_desktop.system.files import remove_others_access

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from heatpunk_desktop.sandbox import SandboxServer

LINUX = sys.platform.startswith("linux")
pytestmark = pytest.mark.skipif(os.name != "posix", reason="modes, limits and signals as POSIX has them")

#: Runs the program itself up to its window, and there whatever the test wants.
IN_THE_PROGRAM = """
import sys
from heatpunk_desktop import __main__
from heatpunk_desktop.system import process
sys.argv = ["heatpunk-desktop", *sys.argv[2:]]
code = sys.stdin.read()
import heatpunk_desktop.app.early_imports
import heatpunk_desktop.app.main as app
def run(options, environment=None):
    exec(code, {"options": options, "environment": environment})
    return 0
app.run = run
sys.exit(__main__.main())
"""


def in_the_program(code: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """What happens where the program would open its window, with everything done that comes before."""
    return subprocess.run(
        [sys.executable, "-c", IN_THE_PROGRAM, "", "--data-dir", str(folder / "data")],
        input=code,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        preexec_fn=allow_cores,
    )


def allow_cores() -> None:
    import resource  # noqa: PLC0415 - in the child, and there is none on Windows

    _, hard = resource.getrlimit(resource.RLIMIT_CORE)
    limit = resource.RLIM_INFINITY if os.geteuid() == 0 else hard
    resource.setrlimit(resource.RLIMIT_CORE, (limit, limit))


@pytest.mark.parametrize("how", ["SIGABRT", "SIGSEGV"])
def test_a_crash_leaves_no_core_file(tmp_path: Path, how: str) -> None:
    code = f"""
import os, resource, signal
assert resource.getrlimit(resource.RLIMIT_CORE) == (0, 0), resource.getrlimit(resource.RLIMIT_CORE)
signal.signal(signal.{how}, signal.SIG_DFL)
os.kill(os.getpid(), signal.{how})
"""
    done = in_the_program(code, tmp_path)
    assert done.returncode == -getattr(signal, how), done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not LINUX, reason="elsewhere the system has no such word")
def test_nobody_else_looks_into_the_process(tmp_path: Path) -> None:
    """The kernel gives the files of a process that may not be dumped to root: its memory, and its environment."""
    code = """
import ctypes, os
print(ctypes.CDLL(None).prctl(3, 0, 0, 0, 0), os.stat("/proc/self/environ").st_uid, os.stat("/proc/self/mem").st_uid)
"""
    done = in_the_program(code, tmp_path)
    assert done.stdout.split() == ["0", "0", "0"], done.stderr


def test_children_such_as_the_browser_see_no_key(tmp_path: Path) -> None:
    code = """
import subprocess, sys
print("HEATPUNK_API_KEY" in environment)
names = ("HEATPUNK_API_KEY", "SSL_CERT_FILE", "SSL_CERT_DIR", "SSLKEYLOGFILE")
sys.stdout.flush()
subprocess.run([sys.executable, "-c", f"import os; print([n for n in {names} if n in os.environ])"])
"""
    done = in_the_program(code, tmp_path, HEATPUNK_API_KEY="zQ7-recognisable", SSLKEYLOGFILE=str(tmp_path / "x"))
    assert done.stdout.splitlines() == ["True", "[]"], done.stderr
    assert "zQ7" not in done.stdout + done.stderr


# -- modes -------------------------------------------------------------------------------------------------------------

#: The real program on the real sandbox: creates a project, refreshes, saves its settings, keeps a draft and a report.
SESSION = """
import os, sys
os.umask(0)
from pathlib import Path
from heatpunk_desktop.gui.dialogs.report_dialog import DiagnosticsDialog
from tests.end2end.on_screen import Screen
folder, origin, email = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
screen = Screen(folder, origin, email).start()
screen.rows(6)
screen.press("New project")
screen.fill("Project name", "One")
screen.press("Create project")
screen.wait(lambda: screen.row("One") >= 0, "the new row")
screen.press("New project")
screen.fill("Project name", "A draft")
screen.wait(lambda: screen.program.service.reader.drafts(), "the draft")
import logging
logging.getLogger("heatpunk_desktop").error("something to write")
screen.program._settings.save()
print("SEEN", *(f"{oct(p.lstat().st_mode & 0o777)}:{p.relative_to(folder)}" for p in [folder, *folder.rglob("*")]))
screen.stop()
print("LEFT", *(f"{oct(p.lstat().st_mode & 0o777)}:{p.relative_to(folder)}" for p in [folder, *folder.rglob("*")]))
"""


def modes(server: SandboxServer, folder: Path) -> Iterator[tuple[str, str]]:
    done = subprocess.run(
        [sys.executable, "-c", SESSION, str(folder), server.origin, server.user_email],
        env={**os.environ, "HEATPUNK_API_KEY": server.api_key, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    for line in done.stdout.splitlines():
        for part in line.split()[1:]:
            mode, _, name = part.partition(":")
            yield mode, name


@pytest.mark.parametrize("was_there", [False, True])
def test_everything_is_the_owners_alone_whatever_umask_or_files_there(
    server: SandboxServer, tmp_path: Path, was_there: bool
) -> None:
    folder = tmp_path / "data"
    if was_there:
        for name in ("accounts", "logs"):
            (folder / name).mkdir(parents=True)
        (folder / "settings.json").write_text("{}")
        (folder / "logs" / "heatpunk-desktop.log").write_text("old\n")
        for path in (folder, *folder.rglob("*")):
            path.chmod(0o777 if path.is_dir() else 0o666)
    found = dict.fromkeys(modes(server, folder))
    names = {name for _, name in found}
    assert {".", "settings.json", "running.lock", "accounts", "logs", "logs/heatpunk-desktop.log"} <= names
    assert any(name.endswith(".sqlite3-wal") for name in names)
    assert any(name.endswith(".sqlite3-shm") for name in names)
    wide = [(mode, name) for mode, name in found if int(mode, 8) & (stat.S_IRWXG | stat.S_IRWXO)]
    assert wide == []


def test_a_folder_that_others_share_on_purpose_is_left_to_them(tmp_path: Path) -> None:
    tmp_path.chmod(0o1777)
    others = tmp_path / "another.txt"
    others.write_text("theirs")
    others.chmod(0o644)
    ours = tmp_path / "accounts"
    ours.mkdir()
    ours.chmod(0o755)
    remove_others_access(tmp_path)
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o1777
    assert stat.S_IMODE(others.stat().st_mode) == 0o644
    assert stat.S_IMODE(ours.stat().st_mode) == 0o700


def test_what_a_link_in_the_folder_leads_to_is_left_alone(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.write_text("theirs")
    outside.chmod(0o644)
    folder = tmp_path / "data"
    (folder / "logs").mkdir(parents=True)
    (folder / "logs" / "x").symlink_to(outside)
    remove_others_access(folder)
    assert stat.S_IMODE(outside.stat().st_mode) == 0o644
