"""A fork server: processes to be killed start in milliseconds, as one that has imported everything forks them.

It has one thread when it forks, and what it forks opens files, sockets and threads of its own, as a fresh start does.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import struct
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

ROOT = Path(__file__).resolve().parents[2]

_LONGEST: Final = 256 * 1024
_NUMBER: Final = struct.Struct("i")


class Life:
    """One process from its start to its end, and the way to talk with it."""

    def __init__(self, pid: int, channel: socket.socket, reap: Callable[[], int]) -> None:
        self.pid = pid
        self._channel = channel
        self._reap = reap
        self._reaped = False

    def tell(self, what: dict[str, Any]) -> bool:
        """Send it a message; False where it has ended."""
        try:
            self._channel.sendall(json.dumps(what).encode())
        except OSError:
            return False
        return True

    def hear(self, within: float) -> dict[str, Any] | None:
        """Its next message; None where there is none in so many seconds, or where it has ended."""
        self._channel.settimeout(max(0.001, within))
        try:
            data = self._channel.recv(_LONGEST)
        except (TimeoutError, ConnectionError):
            return None
        return json.loads(data) if data else None

    def strike(self) -> None:
        """End it by SIGKILL, from any thread; `ended` is still to be called."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)

    def ended(self) -> tuple[int, list[dict[str, Any]]]:
        """Wait for its end; return its status as `os.waitpid` does, and what nobody had heard yet."""
        status = self._reap()
        self._reaped = True
        heard = []
        while (message := self.hear(0.001)) is not None:
            heard.append(message)
        self._channel.close()
        return status, heard

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if not self._reaped:
            self.strike()
            self.ended()


class ForkServer:
    """Runs a module, whose `__main__` calls `serve`, and has it fork one process after the other."""

    def __init__(self, module: str, environment: dict[str, str] | None = None) -> None:
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            variables = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(ROOT), **(environment or {})}
            self._process = subprocess.Popen(
                [sys.executable, "-m", module, str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                env=variables,
                stdin=subprocess.DEVNULL,
            )
        if self._control.recv(16) != b"ready":
            raise RuntimeError(f"{module} could not be started")

    def fork(self, given: dict[str, Any]) -> Life:
        """Begin a life with what it is given. One at a time: the last one has to have ended."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            socket.send_fds(self._control, [json.dumps(given).encode()], [theirs.fileno()])
        return Life(_number(self._control), ours, lambda: _number(self._control))

    def close(self) -> None:
        """End it."""
        self._control.close()
        self._process.wait(10)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _number(control: socket.socket) -> int:
    data = control.recv(_NUMBER.size)
    if len(data) != _NUMBER.size:
        raise RuntimeError("the process that forks the others has ended")
    return int(_NUMBER.unpack(data)[0])


def serve(live: Callable[[socket.socket, dict[str, Any]], None]) -> None:
    """Forks a process for each message, in which `live` gets its channel and the message; until nobody asks any more.

    A life that returns ends with status 0; one that raises prints why, and ends with 1.
    """
    control = socket.socket(fileno=int(sys.argv[1]))
    if threading.active_count() != 1:
        raise RuntimeError("a process with several threads cannot be forked")
    control.sendall(b"ready")
    while True:
        message, descriptors, _, _ = socket.recv_fds(control, _LONGEST, 1)
        if not message:
            return
        pid = os.fork()
        if not pid:
            control.close()
            _live(live, socket.socket(fileno=descriptors[0]), json.loads(message))
        os.close(descriptors[0])
        try:
            control.sendall(_NUMBER.pack(pid))
            _, status = os.waitpid(pid, 0)
            control.sendall(_NUMBER.pack(status))
        except OSError:
            # The process that asked has gone; nothing else would end the process.
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
            return


def _live(live: Callable[[socket.socket, dict[str, Any]], None], channel: socket.socket, given: dict[str, Any]) -> None:
    code = 1
    try:
        live(channel, given)
        code = 0
    except BaseException:  # noqa: BLE001 - it is the whole process that ends here
        sys.excepthook(*sys.exc_info())
    finally:
        sys.stderr.flush()
        os._exit(code)
