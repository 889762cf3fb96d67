"""What every test may ask for, and what every test is held to."""

from __future__ import annotations

import ctypes
import gc
import os
import stat
import sys
import threading
import time
from functools import partialmethod
from pathlib import Path
from typing import TYPE_CHECKING, Final

import apsw
import pytest
from hypothesis import is_hypothesis_test, settings

from tests.dragging import end_drag
from tests.one_door import watch

if TYPE_CHECKING:
    from collections.abc import Iterator

    from keyring.backend import KeyringBackend
    from PySide6.QtCore import QCoreApplication
    from pytestqt.qtbot import QtBot

# Before Qt is imported anywhere: a test's window appears on nobody's screen unless somebody asks for it.
if os.environ.get("QT_QPA_PLATFORM", "offscreen") == "offscreen":
    # Qt's own offscreen screen is 800 x 800, on which the window folds its parts as on a small laptop.
    screen = Path(__file__).with_name("screen.json")
    os.environ["QT_QPA_PLATFORM"] = "offscreen" if os.name == "nt" else f"offscreen:configfile={screen}"

# A deadline an example says more about the machine than about the code.
settings.register_profile(
    "project",
    deadline=None,
    print_blob=True,
    # A whole run (see `dev.py`) says the same of the same code; a narrower one draws anew each time.
    derandomize="HEATPUNK_TESTS_DRAW_THE_SAME" in os.environ,
)
settings.load_profile("project")

# Every connection of every test: see `tests.one_door`.
apsw.connection_hooks.append(watch)

TASKS = Path("/proc/self/task")
#: Threads that Qt keeps for the life of the process.
QT_OWN_THREADS = {"QDBusConnection", "QXcbEventQueue", "Thread (pooled)"}
#: Seconds that a test waits for what surely comes. A wait ends with what it waits for: only a test that fails takes
#: them all, and no machine should be so busy that a good one needs them.
TIMEOUT_S: Final = 90.0
TIMEOUT_MS: Final = int(TIMEOUT_S * 1000)


def _threads() -> dict[int, str]:
    """Identity and name of each thread there is: Qt's too where the system tells."""
    python = {thread.native_id: thread.name for thread in threading.enumerate() if thread.native_id is not None}
    if not TASKS.is_dir():
        return python
    found = {}
    for task in TASKS.iterdir():
        try:
            name = (task / "comm").read_text("utf-8").strip()
        except (FileNotFoundError, ProcessLookupError):
            continue  # it ended meanwhile
        if name not in QT_OWN_THREADS:
            found[int(task.name)] = python.get(int(task.name), name)
    return found


@pytest.fixture(scope="session", autouse=True)
def unfrozen() -> Iterator[list[bool]]:
    """Note in a list that something included all objects in the cycle collection again, as an import does at its end.

    `gc.get_freeze_count` would tell as well, but counts them one by one.
    """
    noted = [True]
    unfreeze = gc.unfreeze

    def note() -> None:
        unfreeze()
        noted.append(True)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(gc, "unfreeze", note)
        yield noted


@pytest.fixture(autouse=True)
def what_stays_is_not_collected(unfrozen: list[bool]) -> None:
    """Exclude from the cycle collection what lives as long as the process: modules and tests, millions of objects."""
    if unfrozen:
        unfrozen.clear()
        gc.freeze()


@pytest.fixture(autouse=True)
def cycles_are_collected_in_the_main_thread() -> Iterator[None]:
    """As in the program (see `services.desktop.gui_thread_gc`): another thread may not destroy Qt's objects."""
    gc.disable()
    yield
    gc.collect(1)
    gc.enable()


@pytest.fixture(scope="session", autouse=True)
def coverage_sees_into_qts_threads() -> Iterator[None]:
    """Has coverage trace what runs in a QThread: Python traces only the threads that it starts."""
    trace = threading.gettrace()
    if trace is None:
        yield
        return
    from PySide6.QtCore import Qt, QThread  # noqa: PLC0415 - only now is the platform settled

    start = QThread.start

    def trace_here() -> None:
        # Held for the thread's life: otherwise each slot would run in a fresh thread state, untraced again.
        ctypes.pythonapi.PyGILState_Ensure()
        sys.settrace(trace)

    def start_traced(thread: QThread, *priority: QThread.Priority) -> None:
        thread.started.connect(trace_here, Qt.ConnectionType.DirectConnection)
        start(thread, *priority)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(QThread, "start", start_traced)
        yield


@pytest.fixture(scope="session", autouse=True)
def a_busy_machine_has_time_to_end() -> Iterator[None]:
    """Let the program wait longer for its threads: it leaves behind what ends too late, and its test fails."""
    service = sys.modules.get("heatpunk_desktop.services.sync.service")
    with pytest.MonkeyPatch.context() as patch:
        if service is not None:
            patch.setattr(service, "_STOP_MS", TIMEOUT_MS)
        yield


@pytest.fixture(autouse=True)
def no_thread_outlives_its_test() -> Iterator[None]:
    """Fails the test that leaves a thread behind: one that it started and that does not end."""
    before = _threads().keys()
    yield
    until = time.monotonic() + TIMEOUT_S
    while left := {identity: name for identity, name in _threads().items() if identity not in before}:
        if time.monotonic() > until:
            pytest.fail(f"threads outlived the test: {', '.join(sorted(left.values()))}")
        time.sleep(0.005)


@pytest.fixture(autouse=True)
def no_key_stays_pressed() -> Iterator[None]:
    """Lets go of Shift, Ctrl and Alt: Qt remembers them from the last key that a test pressed, and selects more."""
    yield
    gui = sys.modules.get("PySide6.QtGui")
    if gui is None or gui.QGuiApplication.instance() is None or not gui.QGuiApplication.keyboardModifiers().value:
        return
    from PySide6.QtCore import Qt  # noqa: PLC0415 - as above
    from PySide6.QtTest import QTest  # noqa: PLC0415

    window = gui.QWindow()
    QTest.keyRelease(window, Qt.Key.Key_Shift, Qt.KeyboardModifier.NoModifier)
    window.destroy()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """Run tests of properties untraced: see `untraced`."""
    if not is_hypothesis_test(getattr(item, "obj", None)):
        return (yield)
    trace = sys.gettrace()
    sys.settrace(None)
    try:
        return (yield)
    finally:
        sys.settrace(trace)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown() -> Iterator[None]:
    """End the drag that a test began, while the test's widgets are still there; pytest-qt closes them after this.

    Qt keeps a bare pointer to the widget that something is dragged over until it leaves or is dropped, and asks that
    widget at the next drop, in whichever test that is. Where the widget is gone by then, the process crashes.
    """
    end_drag()
    yield


@pytest.fixture(autouse=True)
def no_window_stays_open() -> Iterator[None]:
    """Hides what a test left open, the question of a form that was closed say: later tests look at every window."""
    yield
    widgets = sys.modules.get("PySide6.QtWidgets")
    if widgets is None or not isinstance(widgets.QApplication.instance(), widgets.QApplication):
        return
    for window in widgets.QApplication.topLevelWidgets():
        window.hide()


@pytest.fixture
def qtbot(qapp: QCoreApplication, request: pytest.FixtureRequest) -> QtBot:  # noqa: ARG001 - it is there from now on
    """The one of pytest-qt, which waits longer where nobody says how long: the machine may be busy with other tests."""
    from pytestqt.qtbot import QtBot  # noqa: PLC0415 - as above

    class SlowMachineBot(QtBot):
        waitUntil = partialmethod(QtBot.waitUntil, timeout=TIMEOUT_MS)  # noqa: N815 - Qt's way of naming
        waitSignal = partialmethod(QtBot.waitSignal, timeout=TIMEOUT_MS)  # noqa: N815 - as above
        waitSignals = partialmethod(QtBot.waitSignals, timeout=TIMEOUT_MS)  # noqa: N815 - as above
        waitActive = partialmethod(QtBot.waitActive, timeout=TIMEOUT_MS)  # noqa: N815 - as above
        waitExposed = partialmethod(QtBot.waitExposed, timeout=TIMEOUT_MS)  # noqa: N815 - as above

    return SlowMachineBot(request)


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    """An empty data folder, in reach of its owner only, as the program makes it."""
    folder = tmp_path / "data"
    folder.mkdir(mode=0o700)
    return folder


@pytest.fixture
def untraced() -> Iterator[None]:
    """Has a test that tries very many cases run as fast as it can: coverage comes from the tests of one case each."""
    trace = sys.gettrace()
    sys.settrace(None)
    yield
    sys.settrace(trace)


@pytest.fixture(scope="module")
def programs_are_not_traced() -> Iterator[None]:
    """Has the programs that a module's tests start run untraced: coverage counts nothing of what is killed anyway."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("COVERAGE_PROCESS_CONFIG", raising=False)
        yield


@pytest.fixture
def real_keyring() -> KeyringBackend:
    """The system's keyring, for real: on Linux a gnome-keyring that `dev.py test` started, never the user's own.

    Each test takes a service name or account of its own and deletes what it put there.
    """
    if os.environ.get("HEATPUNK_TESTS_NEED_KEYRING") != "1":
        pytest.skip("the keyring of whoever runs this is left alone: python3 dev.py test brings one of its own")
    import keyring.backends.fail  # noqa: PLC0415 - keyring looks for its backends when it is imported

    backend = keyring.get_keyring()
    assert not isinstance(backend, keyring.backends.fail.Keyring), "no keyring answers, though one was promised"
    return backend


@pytest.fixture
def display() -> str:
    """The X display (its name, for `DISPLAY`) that a program started by a test may open its window on."""
    name = os.environ.get("DISPLAY", "")
    if not name or not sys.platform.startswith("linux"):
        if os.environ.get("HEATPUNK_TESTS_NEED_DISPLAY") == "1":
            pytest.fail("no display, though one was promised")
        pytest.skip("needs an X display: python3 dev.py test brings one where Xvfb is installed")
    return name


@pytest.fixture
def opener(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program in the place of the system's opener, which writes down what it is given; return the file."""
    heard = tmp_path / "heard.json"
    program = tmp_path / "bin" / "xdg-open"
    program.parent.mkdir()
    program.write_text(
        f"#!{sys.executable} -I\nimport json, os, sys\n"
        f"told = json.dumps([sys.argv[1:], dict(os.environ)])\n"
        f"with open({str(heard)!r} + '.part', 'w') as file:\n    file.write(told)\n"
        f"os.replace({str(heard)!r} + '.part', {str(heard)!r})\n"
        "sys.exit(3 if 'tel:' in sys.argv[1] else 0)\n",
        encoding="utf-8",
    )
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
    return heard
