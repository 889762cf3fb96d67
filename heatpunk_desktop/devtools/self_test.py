"""`--self-test`: every part of the app is packaged, and the main job works once, offscreen, on the embedded sandbox."""

from __future__ import annotations

import os
import platform
import socket
import ssl
import sys
import tempfile
import threading
import time
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

import apsw
from PySide6.QtCore import QLibraryInfo, QPluginLoader, QSize, qVersion
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QStyleFactory

from heatpunk_desktop import __version__
from heatpunk_desktop.api import protocol
from heatpunk_desktop.api.client import ApiClient
from heatpunk_desktop.api.exchange import FailureKind
from heatpunk_desktop.app.cli import Options
from heatpunk_desktop.app.controller import Program
from heatpunk_desktop.app.demo import PROJECTS
from heatpunk_desktop.app.qt_application import make_application
from heatpunk_desktop.config.credentials import Credentials, KeyLocation
from heatpunk_desktop.devtools.ui_driver import UiDriver
from heatpunk_desktop.domain.account import Account
from heatpunk_desktop.errors import KnownError
from heatpunk_desktop.gui.dialogs.licences import licence_text
from heatpunk_desktop.gui.widgets.icons import app_icon, tinted_pixmap
from heatpunk_desktop.services.desktop.single_instance import SingleInstance
from heatpunk_desktop.store.database import check_engine, check_integrity, open_writer
from heatpunk_desktop.system.crash_report import build_words, read_build
from heatpunk_desktop.system.resources import resources_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import TracebackType

    from PySide6.QtGui import QPixmap

#: Seconds that the whole test may take; then it ends the program, whatever hangs.
LIMIT: Final = 120.0
#: Plug-ins of Qt's that the program needs, by system: folder and name without the system's beginning and ending.
PLUGINS: Final = {
    "linux": ("platforms/qxcb", "platforms/qwayland", "platforms/qoffscreen"),
    "win32": ("platforms/qwindows", "platforms/qoffscreen", "styles/qmodernwindowsstyle"),
    "darwin": ("platforms/qcocoa", "platforms/qoffscreen", "styles/qmacstyle"),
}
_EVERYWHERE: Final = ("iconengines/qsvgicon", "imageformats/qsvg")
#: The style that the system's own look comes by.
_STYLES: Final = {"win32": "windows11", "darwin": "macos"}
#: The icons that windows are drawn with.
_LEAST_ICONS: Final = 15
#: Texts that have to be among the licences: Qt's own, which its packages for Python do not bring.
_LICENCES: Final = ("GNU LESSER GENERAL PUBLIC LICENSE", "GNU GENERAL PUBLIC LICENSE", "PySide6", "requests", "Lucide")
_KEY: Final = "00112233445566778899aabbccddeeff" * 2
_OTHER_KEY: Final = "ffeeddccbbaa99887766554433221100" * 2
#: A server's certificate by an authority that nobody trusts, and its key, which therefore opens nothing anywhere.
UNTRUSTED: Final = """\
-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgs5LRLynrkumf//R5
q9tUnDgnz7xdNDT6LIE5CoyPyiyhRANCAAT0DmZic73iukWG/LHhAfSuP06hnI71
rnu3Sv7iq8AnRITTT4Jg+h6ODDGtMG5KVxYmoAeAwVMAyGVyUXZ3vF1e
-----END PRIVATE KEY-----
-----BEGIN CERTIFICATE-----
MIIBrTCCAVOgAwIBAgIUEx8qymvl2A6naLu0TuUlMCbvWzswCgYIKoZIzj0EAwIw
HTEbMBkGA1UEAwwSTm9ib2R5J3MgYXV0aG9yaXR5MCAXDTI2MTEyNTA5NDUxN1oY
DzIxMjYxMTAxMDk0NTE3WjAdMRswGQYDVQQDDBJOb2JvZHkncyBhdXRob3JpdHkw
WTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAT0DmZic73iukWG/LHhAfSuP06hnI71
rnu3Sv7iq8AnRITTT4Jg+h6ODDGtMG5KVxYmoAeAwVMAyGVyUXZ3vF1eo28wbTAd
BgNVHQ4EFgQU3vFKd1J9lRV9MmY81LWO52Vo/P4wHwYDVR0jBBgwFoAU3vFKd1J9
lRV9MmY81LWO52Vo/P4wDwYDVR0TAQH/BAUwAwEB/zAaBgNVHREEEzARgglsb2Nh
bGhvc3SHBH8AAAEwCgYIKoZIzj0EAwIDSAAwRQIgdI/7QvuyFG9Dc1gzqmk1CxZU
tR2EW+Sf5u4BHt0ElRwCIQD8wyZlU4nVVIGbA7XqsfDxPcuRy2hPrhP7v8uiqk6Q
sw==
-----END CERTIFICATE-----
"""


class SelfTest:
    """A run of the self-test: its steps, their results, and which failed.

    Args:
        report: A file that takes every line as well; None: none.
    """

    def __init__(self, report: Path | None = None) -> None:
        self._report = report
        self._failed: list[str] = []
        self._bugs: list[str] = []

    def run(self) -> int:
        """Run every step.

        Returns:
            The exit code, 0 or 1.
        """
        system = f"Python {platform.python_version()}, Qt {qVersion()}, {platform.platform()}"
        self._say(f"Heatpunk Desktop {__version__}, {build_words(read_build())}; {system}")
        watchdog = threading.Timer(LIMIT, self._give_up)
        watchdog.daemon = True
        watchdog.start()
        with tempfile.TemporaryDirectory(prefix="heatpunk-self-test-", ignore_cleanup_errors=True) as folder:
            application = None
            with self._step("application"):
                application = make_application()
            if application is not None:
                self._parts(Path(folder))
                self._window(Path(folder) / "data")
        watchdog.cancel()
        self._say("self-test passed" if not self._failed else f"self-test FAILED: {', '.join(self._failed)}")
        return 1 if self._failed else 0

    def _parts(self, folder: Path) -> None:
        parts: tuple[tuple[str, Callable[[], str]], ...] = (
            ("icons", check_resources),
            ("plug-ins", check_plugins),
            ("licences", check_licences),
            ("time zones", check_time_zones),
            ("database engine, and an encrypted file", lambda: check_database(folder)),
            ("keyring", check_keyring),
            ("secure connection", check_tls),
        )
        for name, part in parts:
            with self._step(name):
                self._say(f"     {part()}")

    def _window(self, data_dir: Path) -> None:
        pilot = UiDriver()
        started: list[Program] = []
        with self._step("window"):
            instance = SingleInstance(data_dir)
            program = Program(make_application(), Options(data_dir, demo=True), instance, open_project=_no_browser)
            started.append(program)
            self._listen_for_bugs()
            program.start()
            pilot.table()
        if not started:
            return
        for name, step in _STEPS:
            with self._step(name):
                step(pilot)
        with self._step("close"):
            if not started[0].stop():
                raise RuntimeError("the worker did not end in time")

    def _listen_for_bugs(self) -> None:
        """Make an unexpected exception fail the step that it happens in."""
        tell = sys.excepthook

        def listen(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
            self._bugs.append(f"{kind.__name__}: {error}")
            tell(kind, error, trace)

        sys.excepthook = listen

    @contextmanager
    def _step(self, name: str) -> Iterator[None]:
        began = time.perf_counter()
        why = ""
        try:
            yield
        except Exception as error:  # noqa: BLE001 - whatever it is, it is what this test is there to say
            why = f"{type(error).__name__}: {_words_of(error)}"
        if self._bugs and not why:
            why = f"a bug in the program: {self._bugs.pop(0)}"
        took = f"({time.perf_counter() - began:.2f} s)"
        if why:
            self._failed.append(name)
            self._say(f"FAIL {name} {took}: {why}")
        else:
            self._say(f"ok   {name} {took}")

    def _give_up(self) -> None:
        self._say(f"self-test FAILED: it did not end within {LIMIT:.0f} s")
        os._exit(1)

    def _say(self, line: str) -> None:
        print(line, flush=True)
        if self._report is not None:
            with self._report.open("a", encoding="utf-8") as file:
                file.write(line + "\n")


def run_self_test(report: Path | None = None) -> int:
    """Run the self-test and print how each step ended.

    Args:
        report: A file that is rewritten with every line; for where nobody sees what is printed.

    Returns:
        The exit code, 0 or 1.
    """
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    if report is not None:
        try:
            report.write_text("", "utf-8")
        except OSError as error:
            print(f"self-test FAILED: {report} cannot be written: {error.strerror}")
            return 1
    return SelfTest(report).run()


def _words_of(error: Exception) -> str:
    return f"{error.title}. {error.message}" if isinstance(error, KnownError) else str(error)


def _no_browser(account: object, project_id: int) -> None:
    """Stand in for the browser."""


def _list(pilot: UiDriver) -> None:
    pilot.wait(lambda: pilot.table().model().rowCount() == PROJECTS, "the sample projects")


def _create(pilot: UiDriver) -> None:
    pilot.press("New project")
    pilot.fill("Customer name", "Self Test")
    pilot.fill("Project name", "Self-test cottage")
    pilot.fill("Postcode", "cb13qd")
    pilot.press("Create project")
    pilot.select("Self-test cottage")
    pilot.wait(lambda: "not sent" not in pilot.cell(pilot.row("Self-test cottage"), 5), "the server's word")


def _edit(pilot: UiDriver) -> None:
    pilot.select("Self-test cottage")
    pilot.press("Edit")
    pilot.fill("Project name", "Self-test barn")
    pilot.choose("Status", "Quote")
    pilot.press("Save changes")
    pilot.wait(lambda: pilot.row("Self-test barn") >= 0, "the new name")
    pilot.wait(lambda: "waiting" not in pilot.cell(pilot.row("Self-test barn"), 5), "the server's word")


def _delete(pilot: UiDriver) -> None:
    pilot.select("Self-test barn")
    pilot.press("Delete")
    pilot.press("Move to deleted")
    pilot.wait(lambda: pilot.row("Self-test barn") < 0, "the row to go")


_STEPS: Final = (("list", _list), ("create", _create), ("edit", _edit), ("delete", _delete))


class MissingError(Exception):
    """A part of the app is missing, or does not work; the text says which."""


def check_resources() -> str:
    """Check that the icons exist and can be drawn. Raises MissingError."""
    folder = resources_folder() / "icons"
    names = sorted(file.stem for file in folder.glob("*.svg") if not file.stem.startswith("app"))
    if len(names) < _LEAST_ICONS:
        raise MissingError(f"{folder} holds {len(names)} icons, and should hold {_LEAST_ICONS} or more")
    black = QColor("black")
    blank = [name for name in names if _is_blank(tinted_pixmap(name, black))]
    blank += [f"app, {size} pixels" for size in (16, 256) if _is_blank(app_icon().pixmap(QSize(size, size)))]
    if blank:
        raise MissingError(f"these icons are blank: {', '.join(blank)}")
    return f"{len(names)} icons, and the program's own"


def _is_blank(pixmap: QPixmap) -> bool:
    image = pixmap.toImage()
    return image.isNull() or not any(
        image.pixelColor(x, y).alpha() for x in range(image.width()) for y in range(image.height())
    )


def check_plugins(folder: Path | None = None) -> str:
    """Check that Qt's plug-ins, their libraries and the system's style exist. Raises MissingError.

    Args:
        folder: Where they lie; where Qt looks for them where None.
    """
    place = folder or Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.PluginsPath))
    wanted = (*PLUGINS.get(sys.platform, ()), *_EVERYWHERE)
    faults = [fault for plugin in wanted if (fault := _plugin_fault(place, plugin))]
    style = _STYLES.get(sys.platform, "fusion")
    if style not in (key.lower() for key in QStyleFactory.keys()):  # noqa: SIM118 - no dictionary
        faults.append(f"the style {style} is missing")
    if faults:
        raise MissingError("; ".join(faults))
    return f"{len(wanted)} plug-ins, style {style}"


def _plugin_fault(place: Path, name: str) -> str:
    folder, _, stem = name.partition("/")
    ending = {"win32": ".dll", "darwin": ".dylib"}.get(sys.platform, ".so")
    file = place / folder / f"{'' if sys.platform == 'win32' else 'lib'}{stem}{ending}"
    if not file.is_file():
        return f"{name} is missing"
    loader = QPluginLoader(str(file))
    return "" if loader.load() else f"{name} cannot be loaded: {loader.errorString()}"


def check_licences() -> str:
    """Check that the licences that the app has to show exist. Raises MissingError."""
    text = licence_text()
    missing = [licence for licence in _LICENCES if licence not in text]
    if missing:
        raise MissingError(f"the licences lack: {', '.join(missing)}")
    return f"{len(text):,} characters of licences"


def check_time_zones() -> str:
    """Check for time zones: the system's, or the packaged ones where it has none. Raises MissingError."""
    try:
        summer = datetime(2026, 7, 1, 12, tzinfo=ZoneInfo("Europe/London"))
    except ZoneInfoNotFoundError as error:
        raise MissingError("neither the system nor the program has the time zone Europe/London") from error
    if summer.utcoffset() != timedelta(hours=1):
        raise MissingError(f"in July London is {summer.utcoffset()} ahead of UTC, and should be an hour")
    return f"{len(available_timezones())} time zones"


def check_tls() -> str:
    """Check that HTTPS works, and refuses an untrusted server. Raises MissingError."""
    with tempfile.TemporaryDirectory(prefix="heatpunk-self-test-") as folder:
        pem = Path(folder) / "untrusted.pem"
        pem.write_text(UNTRUSTED, "ascii")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(pem)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=_serve, args=(listener, context), name="heatpunk-self-test-tls", daemon=True).start()
        client = ApiClient(f"https://127.0.0.1:{listener.getsockname()[1]}", lambda: "self-test")
        try:
            told = client.exchange(protocol.soft_delete(1, "self-test@example.com"))
        finally:
            client.close()
    if told.failure is not FailureKind.CERTIFICATE or told.bytes_sent:
        raise MissingError(f"a server that nobody vouches for was not refused: {told.failure}, {told.detail}")
    return f"{ssl.OPENSSL_VERSION}; a server that nobody vouches for is refused"


def _serve(listener: socket.socket, context: ssl.SSLContext) -> None:
    try:
        connection, _ = listener.accept()
        with connection, context.wrap_socket(connection, server_side=True) as secure:
            secure.recv(1)
    except OSError:
        pass  # it was refused, as it should be


def check_database(folder: Path) -> str:
    """Check that the database engine is new enough, sound, and encrypts. Raises MissingError or StorageError.

    Args:
        folder: An empty folder to try it in.
    """
    check_engine()
    database = open_writer(folder / "accounts" / "plain.sqlite3")
    found = check_integrity(database)
    database.close()
    if found:
        raise MissingError(found)
    path = folder / "encrypted.sqlite3"
    for statement in ("CREATE TABLE secret (words TEXT)", "SELECT count(*) FROM secret"):
        _on_encrypted(path, _KEY, statement)
    if path.read_bytes().startswith(b"SQLite format 3"):
        raise MissingError("the file that should be encrypted is not")
    try:
        _on_encrypted(path, _OTHER_KEY, "SELECT count(*) FROM secret")
    except apsw.NotADBError:
        ciphers = apsw.Connection(":memory:").execute("SELECT sqlite3mc_version()").get
        return f"SQLite {apsw.sqlite_lib_version()}, encrypted files by {ciphers}"
    raise MissingError("an encrypted file was opened with another key")


def _on_encrypted(path: Path, key: str, statement: str) -> None:
    connection = apsw.Connection(str(path))
    try:
        connection.pragma("hexkey", key)
        connection.execute(statement).fetchall()
    finally:
        connection.close()


def check_keyring() -> str:
    """Check that the keyring stores, returns and removes a key, under a name of its own.

    Raises MissingError or KeyringError.
    """
    account = Account("heatpunk.co.uk", f"self-test-{os.getpid()}@example.com")
    secret = f"self-test-{time.time_ns()}"
    credentials = Credentials(environment={})
    where = credentials.set(account, secret)
    if where is KeyLocation.SESSION_ONLY:
        return "no keyring here: a key would be kept for the session only, and that is said"
    try:
        if Credentials(environment={}).get(account) != secret:
            raise MissingError("the keyring gave something else back")
    finally:
        credentials.delete(account)
    if Credentials(environment={}).get(account) is not None:
        raise MissingError("the keyring did not forget")
    return "written, read back and removed"
