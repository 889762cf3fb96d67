"""Plays faults: what each of them does to one request and its answer."""

from __future__ import annotations

import select
import socket
import struct
import sys
import zlib
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

import orjson

from heatpunk_desktop.sandbox.endpoints import Answer, Endpoint
from tests.faulty_sandbox.faults import Fault, FaultKind

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Iterator

    from heatpunk_desktop.sandbox.connection import Connection, WireRequest
    from heatpunk_desktop.sandbox.state import SandboxState
    from tests.faulty_sandbox.late import LateWork

_MEBIBYTE: Final = 1024 * 1024
_LIST_BEGINS: Final = b'{"status":"success","projects":['
#: Bytes read at once of what nobody looks at.
_READ: Final = 64 * 1024
_RESET: Final = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)


@dataclass(frozen=True, slots=True)
class View:
    """How one answer differs from what the server holds.

    Attributes:
        ago: Lists and `data` are as they were so many seconds ago.
        limit: Lists hold at most so many projects, the oldest first.
    """

    ago: float = 0
    limit: int | None = None


UNCHANGED: Final = View()


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request, and what it takes to carry it out and to answer it."""

    request: WireRequest
    endpoint: Endpoint
    connection: Connection
    execute: Callable[[View], Answer]


class Player:
    """Carries a request out with the faults that are due."""

    def __init__(self, state: SandboxState, late: LateWork, stopping: threading.Event) -> None:
        """Take the projects, for what a colleague does, the work that goes on later, and what ends all pauses."""
        self._state = state
        self._late = late
        self._stopping = stopping
        self._plays: dict[FaultKind, Callable[[Exchange, Fault, View], None]] = {
            FaultKind.DROP: self._drop,
            FaultKind.LATE: self._play_late,
            FaultKind.ANSWER: self._answer,
            FaultKind.TRUNCATED: self._truncated,
            FaultKind.ODD_TYPES: self._odd_types,
            FaultKind.DRIP: self._drip,
            FaultKind.GZIP_BOMB: self._gzip_bomb,
            FaultKind.ENDLESS: self._endless,
            FaultKind.INFORMATIONAL: self._informational,
        }

    def play(self, exchange: Exchange, faults: tuple[Fault, ...]) -> None:
        """Answer a request; with no faults, as it should be answered."""
        view = UNCHANGED
        for fault in faults:
            match fault.kind:
                case FaultKind.DELAY:
                    if self._stopping.wait(fault.seconds):
                        return
                case FaultKind.STALE:
                    view = replace(view, ago=fault.seconds)
                case FaultKind.CAPPED:
                    view = replace(view, limit=fault.count)
                case FaultKind.COLLEAGUE_EDIT | FaultKind.COLLEAGUE_DELETE:
                    self._colleague(exchange, fault)
                case _:
                    self._plays[fault.kind](exchange, fault, view)
                    return
        exchange.connection.send(exchange.execute(view))

    def _colleague(self, exchange: Exchange, fault: Fault) -> None:
        project_id = fault.project_id if fault.project_id is not None else _project_of(exchange.request)
        if project_id is None or self._state.get(project_id) is None:
            return
        if fault.kind is FaultKind.COLLEAGUE_EDIT:
            self._state.edit(project_id, **fault.changes)
        else:
            self._state.hard_delete(project_id)

    @staticmethod
    def _drop(exchange: Exchange, fault: Fault, view: View) -> None:
        if fault.applied:
            exchange.execute(view)
        _end(exchange.connection, reset=fault.reset)

    def _play_late(self, exchange: Exchange, fault: Fault, view: View) -> None:
        if fault.hang:
            self._wait_until_client_goes(exchange.connection)
        # Scheduled before the end, so that a client that sees the end can wait for the work.
        self._late.after(fault.seconds, lambda: exchange.execute(view))
        _end(exchange.connection, reset=fault.reset)

    def _wait_until_client_goes(self, connection: Connection) -> None:
        while not self._stopping.is_set():
            readable, _, _ = select.select([connection.socket], [], [], 0.05)
            if readable:
                try:
                    if not connection.socket.recv(_READ):
                        return
                except OSError:
                    return

    @staticmethod
    def _answer(exchange: Exchange, fault: Fault, view: View) -> None:
        if fault.applied:
            exchange.execute(view)
        exchange.connection.send(Answer(fault.status, fault.body.encode(), fault.content_type, fault.headers))

    @staticmethod
    def _truncated(exchange: Exchange, fault: Fault, view: View) -> None:
        whole = _whole(exchange.execute(view) if fault.applied else Answer(200, b"{" + b" " * fault.count + b"}"))
        kept = body_of(whole)[: fault.count]
        if fault.framed:
            exchange.connection.send(replace(whole, body=kept))
            return
        exchange.connection.write(next(exchange.connection.encode(whole)) + kept)
        _end(exchange.connection, reset=fault.reset)

    @staticmethod
    def _odd_types(exchange: Exchange, _fault: Fault, view: View) -> None:
        answer = _whole(exchange.execute(view))
        if answer.status == HTTPStatus.OK:
            told = orjson.loads(body_of(answer))
            answer = replace(answer, body=orjson.dumps(_ODD[exchange.endpoint](told)))
        exchange.connection.send(answer)

    def _drip(self, exchange: Exchange, fault: Fault, view: View) -> None:
        connection = exchange.connection
        pieces = connection.encode(exchange.execute(view))
        if not fault.on_headers:
            connection.write(next(pieces))
        drop = max(fault.count, 1)
        for piece in pieces:
            for begin in range(0, len(piece), drop):
                if self._stopping.wait(fault.seconds):
                    return
                connection.write(piece[begin : begin + drop])

    @staticmethod
    def _gzip_bomb(exchange: Exchange, fault: Fault, view: View) -> None:
        exchange.execute(view)
        exchange.connection.send(
            Answer(200, _compressed_list(fault.count), headers=(("Content-Encoding", "gzip"),)),
        )

    def _endless(self, exchange: Exchange, _fault: Fault, view: View) -> None:
        exchange.execute(view)
        exchange.connection.send(Answer(200, self._endless_list()))

    def _endless_list(self) -> Iterator[bytes]:
        yield _LIST_BEGINS
        blank = b" " * (64 * 1024)
        while not self._stopping.is_set():
            yield blank

    @staticmethod
    def _informational(exchange: Exchange, fault: Fault, view: View) -> None:
        answer = exchange.execute(view) if fault.applied else None
        exchange.connection.write(exchange.connection.informational(fault.status))
        if fault.final and answer:
            exchange.connection.send(answer)
        else:
            _end(exchange.connection)


def _project_of(request: WireRequest) -> int | None:
    if request.body:
        try:
            told = request.json()
        except orjson.JSONDecodeError:
            return None
        project_id = told.get("projectId") if isinstance(told, dict) else None
        return project_id if isinstance(project_id, int) else None
    named = dict(part.partition("=")[::2] for part in request.query.split("&"))
    return int(named["projectId"]) if named.get("projectId", "").isdecimal() else None


def _end(connection: Connection, *, reset: bool = False) -> None:
    """End the connection now, orderly or by RST."""
    if reset:
        connection.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        connection.socket.close()
    else:
        connection.shut_down()


def body_of(answer: Answer) -> bytes:
    """The whole body of an answer."""
    return answer.body if isinstance(answer.body, bytes) else b"".join(answer.body)


def _whole(answer: Answer) -> Answer:
    return replace(answer, body=body_of(answer))


def _compressed_list(mebibytes: int) -> Iterator[bytes]:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    yield packer.compress(_LIST_BEGINS) + packer.flush(zlib.Z_FULL_FLUSH)
    blank = b" " * _MEBIBYTE
    for _ in range(mebibytes):
        yield packer.compress(blank)
    yield packer.compress(b"]}") + packer.flush()


def _odd_list(told: dict[str, Any]) -> dict[str, Any]:
    for place, project in enumerate(told["projects"]):
        project["ID"], project["owner"] = str(project["ID"]), str(project["owner"])
        project["lat"] = "" if project["lat"] is None else str(project["lat"])
        project["lng"] = "" if project["lng"] is None else str(project["lng"])
        project["dateModified"] = (project["dateModified"][:19].replace("T", " "), "0000-00-00 00:00:00", None)[
            place % 3
        ]
        for name in ("projectName", "customerName", "address", "postcode"):
            project[name] = project[name] or None
        if place % 5 == 0:
            project["status"] = "On hold"
        project["team"] = {"colour": "teal"}
    told["ownerID"] = str(told["ownerID"])
    return told


def _odd_data(told: dict[str, Any]) -> dict[str, Any]:
    data = told["projectData"]
    data["projectID"], data["userID"] = int(data["projectID"]), int(data["userID"])
    data["lat"] = None if data["lat"] is None else str(data["lat"])
    data["lng"] = None if data["lng"] is None else str(data["lng"])
    data["dateModified"] = "0000-00-00 00:00:00"
    data["midsummerOrderLink"] = []
    data["team"] = {"colour": "teal"}
    return told


def _odd_create(told: dict[str, Any]) -> dict[str, Any]:
    return told | {"projectId": str(told["projectId"])}


_ODD: Final[dict[Endpoint, Callable[[dict[str, Any]], dict[str, Any]]]] = {
    Endpoint.CREATE: _odd_create,
    Endpoint.LIST: _odd_list,
    Endpoint.DATA: _odd_data,
}
