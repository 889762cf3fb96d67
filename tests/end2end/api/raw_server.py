"""A server of sockets and nothing else: each connection goes to a script, which may behave as badly as it likes."""

from __future__ import annotations

import contextlib
import socket
import threading
from typing import TYPE_CHECKING

from tests.conftest import TIMEOUT_S

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterator

    Script = Callable[["Visit"], None]


class Visit:
    """One connection that a client made."""

    def __init__(self, sock: socket.socket, server: RawServer) -> None:
        self.sock = sock
        self.server = server

    def request(self) -> bytes:
        """Read one request whole; empty where the client hung up before."""
        head = b""
        while b"\r\n\r\n" not in head:
            more = self.sock.recv(65536)
            if not more:
                return b""
            head += more
        head, _, body = head.partition(b"\r\n\r\n")
        length = next(
            (int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0
        )
        while len(body) < length:
            more = self.sock.recv(65536)
            if not more:
                return b""
            body += more
        whole = head + b"\r\n\r\n" + body
        self.server.requests.append(whole)
        return whole

    def answer(self, body: bytes = b"", status: str = "200 OK", *headers: str) -> None:
        """Send an answer with its length."""
        lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers, "", ""]
        self.send("\r\n".join(lines).encode() + body)

    def send(self, data: bytes) -> None:
        """Send bytes as they are."""
        self.sock.sendall(data)

    def reset(self) -> None:
        """Hangs up with a reset."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
        self.sock.close()

    def wait(self, seconds: float = TIMEOUT_S) -> bool:
        """Do nothing until the test is over; True where it is."""
        return self.server.over.wait(seconds)


class RawServer:
    """Listens on loopback and runs the script once a connection, each in a thread."""

    def __init__(self, script: Script, context: ssl.SSLContext | None = None, host: str = "127.0.0.1") -> None:
        self.script = script
        self.context = context
        self.requests: list[bytes] = []
        self.connections = 0
        self.over = threading.Event()
        self.visited = threading.Event()
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._socket = socket.create_server((host, 0), family=family)
        self.port: int = self._socket.getsockname()[1]
        self._open: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    @property
    def origin(self) -> str:
        """The address for a client."""
        return f"https://localhost:{self.port}" if self.context else f"http://127.0.0.1:{self.port}"

    def _accept(self) -> None:
        while True:
            sock, _ = self._socket.accept()
            if self.over.is_set():
                sock.close()
                return
            self.connections += 1
            self._open.append(sock)
            thread = threading.Thread(target=self._serve, args=(sock,))
            self._threads.append(thread)
            thread.start()

    def _serve(self, sock: socket.socket) -> None:
        with contextlib.suppress(OSError), contextlib.ExitStack() as stack:
            stack.enter_context(sock)
            if self.context is not None:
                sock = stack.enter_context(self.context.wrap_socket(sock, server_side=True))
                self._open.append(sock)
            self.visited.set()
            self.script(Visit(sock, self))

    def close(self) -> None:
        """End everything."""
        self.over.set()
        with contextlib.suppress(OSError), socket.create_connection(self._socket.getsockname()[:2]):
            pass
        self._threads[0].join()
        self._socket.close()
        for sock in self._open:
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
        for thread in self._threads[1:]:
            thread.join()


@contextlib.contextmanager
def serving(script: Script, context: ssl.SSLContext | None = None, host: str = "127.0.0.1") -> Iterator[RawServer]:
    """A server that runs the script for each connection, for the length of a block."""
    server = RawServer(script, context, host)
    try:
        yield server
    finally:
        server.close()
