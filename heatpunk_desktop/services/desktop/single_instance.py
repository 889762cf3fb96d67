"""A single instance for each data folder: a second start hands over what it was asked to show, and ends."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QIODevice, QLockFile, QObject, Signal, Slot

from heatpunk_desktop.errors import StorageError
from heatpunk_desktop.system.compat import sha256
from heatpunk_desktop.system.files import check_place, is_ours_alone, make_private
from heatpunk_desktop.texts import marked

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtNetwork import QLocalServer

#: Milliseconds in which a program that runs has to take the message.
_WAIT_MS: Final = 2000

#: Seconds that a program which holds the folder gets until it listens, as it may have been started in the same moment
#: and be painting its window yet, on a slow disk; and to answer once it does listen.
_LISTENS_S: Final = 30.0
_ANSWERS_S: Final = 6.0

#: Seconds between two tries.
_PAUSE_S: Final = 0.1

#: Bytes that the path of a socket may have on every system.
_LONGEST_PATH: Final = 100

#: Bytes; a longer message is none of ours.
_LONGEST: Final = 4096


class SingleInstance(QObject):
    """A listener for later starts on the same data folder."""

    #: int | None: a later start wants the window raised, and this project shown.
    raise_requested = Signal(object)
    #: str: a later start was given something in a link's place that is none.
    link_refused = Signal(str)

    def __init__(self, data_dir: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._name = _name(data_dir)
        self._server: QLocalServer | None = None
        #: Another program listened at the last try to hand over.
        self._is_heard = False
        self._lock = QLockFile(str(data_dir / "running.lock"))
        # However old it is, a lock counts as long as the process that holds it lives.
        self._lock.setStaleLockTime(0)

    def claim(self) -> bool:
        """Make this the single instance on the folder, which has to exist.

        Returns:
            Whether it is.

        Raises:
            StorageError: Something else stands in the place of the lock.
        """
        if self._lock.isLocked():
            return True
        check_place(Path(self._lock.fileName()))
        is_ours = self._lock.tryLock(0)
        if is_ours:
            make_private(Path(self._lock.fileName()))  # Qt leaves it to the umask who may write it
        return is_ours

    def claim_or_hand_over(self, wanted: Callable[[], tuple[int | None, str]]) -> bool:
        """Make this the single instance on the folder, or hand over to the one that is.

        Of several that are started in the same moment, as by an impatient double double-click, the later ones wait for
        the first one's window.

        Args:
            wanted: Returns what `hand_over` is to hand over; asked where there is another program only.

        Returns:
            Whether this is the one program; False once the other has taken the message.

        Raises:
            StorageError: Another program holds the folder and does not answer, or something else stands in the place of
                the lock.
        """
        if self.claim():
            return True
        project_id, bad_link = wanted()
        began = time.monotonic()
        listens_since = None
        while True:
            if self.hand_over(project_id, bad_link):
                return False
            now = time.monotonic()
            if self._is_heard and listens_since is None:
                listens_since = now
            if listens_since is not None and now - listens_since > _ANSWERS_S:
                raise running_already(marked("single_instance", "it does not answer"))
            if now - began > _LISTENS_S:
                raise running_already(marked("single_instance", "it holds the data folder"))
            time.sleep(_PAUSE_S)
            # The other may have ended, or never have come as far as a window.
            if self.claim():
                return True

    def hand_over(self, project_id: int | None, bad_link: str = "") -> bool:
        """Ask the instance that runs on this folder to raise its window.

        Returns:
            Whether there is one.
        """
        from PySide6.QtNetwork import QLocalSocket  # noqa: PLC0415 - a second start only

        socket = QLocalSocket()
        socket.connectToServer(self._name)
        self._is_heard = socket.waitForConnected(_WAIT_MS)
        if not self._is_heard:
            return False
        socket.write(json.dumps({"project_id": project_id, "bad_link": bad_link}).encode() + b"\n")
        socket.waitForBytesWritten(_WAIT_MS)
        # It answers once it has read the message; until then the socket has to stay.
        taken = socket.waitForReadyRead(_WAIT_MS)
        socket.disconnectFromServer()
        return taken

    def listen(self) -> None:
        """Start listening for later starts.

        Raises:
            StorageError: Another program works on the folder, or the system does not let it.
        """
        # The lock rules out a program that was started in the same moment, or that hangs and did not take the message:
        # two programs on one database may not be, and a socket of that name can be taken over unnoticed.
        if not self.claim():
            raise running_already(marked("single_instance", "it holds the data folder"))
        from PySide6.QtNetwork import QLocalServer  # noqa: PLC0415 - not before the window is painted

        self._server = QLocalServer(self)
        # Nobody but the user who started the program can reach it.
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._on_connected)
        # What is left of a program that was killed.
        QLocalServer.removeServer(self._name)
        if not self._server.listen(self._name):
            # The lock stays: the program goes on, and must stay the only one.
            raise _unheard(self._server.errorString())

    def close(self) -> None:
        """Stop listening."""
        if self._server is not None:
            self._server.close()
        self._lock.unlock()

    @Slot()
    def _on_connected(self) -> None:
        while self._server is not None and (socket := self._server.nextPendingConnection()) is not None:
            socket.setParent(self)
            socket.readyRead.connect(self._on_message)
            socket.disconnected.connect(socket.deleteLater)
            if socket.canReadLine():
                self._take(socket)

    @Slot()
    def _on_message(self) -> None:
        socket = self.sender()
        if isinstance(socket, QIODevice) and socket.canReadLine():
            self._take(socket)

    def _take(self, socket: QIODevice) -> None:
        try:
            message = json.loads(bytes(socket.readLine(_LONGEST).data()))
            project_id = message["project_id"]
        except (ValueError, KeyError, TypeError):
            socket.close()
            return
        socket.write(b"ok\n")
        # Before the window is raised, which may take long: the later start waits for this word, and not for ever.
        socket.waitForBytesWritten(_WAIT_MS)
        is_number = isinstance(project_id, int) and not isinstance(project_id, bool) and project_id > 0
        self.raise_requested.emit(project_id if is_number else None)
        bad_link = message.get("bad_link")
        if isinstance(bad_link, str) and bad_link:
            self.link_refused.emit(bad_link)


def _name(data_dir: Path) -> str:
    """Return the address of the instance on a folder, for this user only: a path, or the name of a Windows pipe.

    Two users may not meet there, not even where they share a folder: one would be answered by the other's instance.
    """
    # Windows' names of pipes are for the whole computer, and so is the folder for temporary files elsewhere.
    user = str(os.getuid()) if os.name == "posix" else os.environ.get("USERNAME", "")
    digest = sha256(f"{user}\n{data_dir.resolve()}".encode()).hexdigest()[:24]
    name = f"heatpunk-desktop-{digest}"
    own = Path(os.environ.get("XDG_RUNTIME_DIR", ""))
    # Nobody else can take a name in it. A socket's path may have some hundred letters.
    is_private = own.is_absolute() and is_ours_alone(own) and len(os.fsencode(own / name)) < _LONGEST_PATH
    return str(own / name) if is_private else name


def _unheard(why: str) -> StorageError:
    return StorageError(
        marked("single_instance", "A second start will not find this window"),
        marked("single_instance", "The system does not let the program listen for it: {0}. All else works.").format(
            why
        ),
        marked("single_instance", "To open a link, close the program first."),
    )


def running_already(why: str) -> StorageError:
    """Return the error of a second start on the same folder."""
    return StorageError(
        marked("single_instance", "The program may be running already"),
        marked(
            "single_instance", "A second one on the same data could send things twice, so it does not start: {0}."
        ).format(why),
        marked("single_instance", "Close other copies of the program, then start it again."),
    )
