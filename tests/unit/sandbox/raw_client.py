"""A client that keeps to the bytes: no library that mends or hides what came."""

from __future__ import annotations

import json
import socket
from typing import Any

from heatpunk_desktop.sandbox import Endpoint, SandboxServer
from tests.conftest import TIMEOUT_S


def request_bytes(server: SandboxServer, endpoint: str, value: Any = None, *, query: str = "", key: str = "") -> bytes:
    """A request to an endpoint with a JSON body."""
    body = b"" if value is None else value if isinstance(value, bytes) else json.dumps(value).encode()
    at = Endpoint(endpoint)
    return (
        f"{at.method} {at.path}{query} HTTP/1.1\r\nHost: 127.0.0.1\r\nX-API-KEY: {key or server.api_key}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    ).encode() + body


class Wire:
    """One connection."""

    def __init__(self, server: SandboxServer, *, within: float = TIMEOUT_S) -> None:
        self.server = server
        self.socket = socket.create_connection(("127.0.0.1", server.port), timeout=within)
        self.read = b""

    def __enter__(self) -> Wire:
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def send(self, endpoint: str, value: Any = None, *, query: str = "", key: str = "") -> Wire:
        self.socket.sendall(request_bytes(self.server, endpoint, value, query=query, key=key))
        return self

    def rest(self) -> bytes:
        """Everything until the server ends the connection; ConnectionResetError where it does so by RST."""
        while piece := self.socket.recv(65536):
            self.read += piece
        return self.read

    def answer(self) -> tuple[int, dict[str, str], bytes]:
        """The next answer with its status, headers and body; EOFError where the connection ends before it does."""
        head = self._until(b"\r\n\r\n").decode("latin-1")
        first, *lines = head.split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines if line)}
        status = int(first.split()[1])
        if headers.get("transfer-encoding") == "chunked":
            body = b""
            while size := int(self._until(b"\r\n"), 16):
                body += self._take(size)
                self._take(2)
            self._take(2)
            return status, headers, body
        return status, headers, self._take(int(headers.get("content-length", 0)))

    def _more(self) -> None:
        piece = self.socket.recv(65536)
        if not piece:
            raise EOFError(self.read)
        self.read += piece

    def _until(self, end: bytes) -> bytes:
        while end not in self.read:
            self._more()
        found, _, self.read = self.read.partition(end)
        return found

    def _take(self, size: int) -> bytes:
        while len(self.read) < size:
            self._more()
        taken, self.read = self.read[:size], self.read[size:]
        return taken


def ask(server: SandboxServer, endpoint: str, value: Any = None, *, query: str = "") -> tuple[int, Any]:
    """One request on a connection of its own: the status, and the body as JSON where there is one."""
    with Wire(server) as wire:
        status, _, body = wire.send(endpoint, value, query=query).answer()
        return status, json.loads(body) if body else None


def control(server: SandboxServer, method: str, path: str, value: Any = None, *, key: str = "") -> tuple[int, Any]:
    """One request under `/sandbox`: the status, and the body as JSON where there is one."""
    body = b"" if value is None else json.dumps(value).encode()
    head = (
        f"{method} /sandbox{path} HTTP/1.1\r\nHost: a\r\nX-API-KEY: {key or server.api_key}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    with Wire(server) as wire:
        wire.socket.sendall(head.encode() + body)
        status, _, answer = wire.answer()
    return status, json.loads(answer) if answer else None
