"""Reads the answer of `POST projects/list` piece by piece, so that no piece holds the interpreter for long."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

import orjson

from heatpunk_desktop.api.error_messages import server_words, unreadable
from heatpunk_desktop.api.listed import Row, rows_of
from heatpunk_desktop.api.values import NotJsonError, parse_tolerantly, read_id, read_text

#: Bytes that are looked at together: some 200 entries, parsed in a third of a millisecond.
STEP: Final = 64 * 1024

#: A single entry, and what stands before and after the array, may be this long.
MAX_ELEMENT: Final = 1024 * 1024

#: How many places to cut at are tried before the entries are separated one by one.
_CANDIDATES: Final = 4

_TOKEN: Final = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"?|[{}\[\],]', re.DOTALL)
_CLOSED_STRING: Final = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"', re.DOTALL)
_ARRAY_BEGINS: Final = re.compile(rb"\s*+:\s*+\[")
_ARRAY_MAY_BEGIN: Final = re.compile(rb"\s*+(?::\s*+)?\Z")
_MARK_OF_BYTE_ORDER: Final = b"\xef\xbb\xbf"
_FINE_WORDS: Final = frozenset({"", "success", "ok"})


class _Place(Enum):
    HEAD = auto()
    ENTRIES = auto()
    TAIL = auto()


@dataclass(frozen=True, slots=True)
class ListEnd:
    """What is known once the whole list was read.

    Attributes:
        complete: Whether array and envelope were properly closed and the envelope does not speak of an error. Only a
            complete list says anything about projects that are not in it.
        count: Entries that were given out.
        skipped: Entries that could not be used: no objects, or without an ID.
        status: The envelope's word, usually `success`; may be empty.
        owner_email: Whom the server listed for; may be empty.
        owner_id: That person's number, which entries name as their owner; None where the server does not say.
    """

    complete: bool
    count: int
    skipped: int
    status: str
    owner_email: str
    owner_id: int | None


class ListReader:
    """Takes the answer in chunks of any size and gives the entries as plain tuples (see `ListedProject`).

    The text is cut at the last `},` that is in the buffer. Whether that lies between two entries is told by parsing
    what comes before: JSON that is cut inside a string or inside a nested value never parses. Where no such cut is
    found soon, the entries are separated by a scanner that knows strings and brackets.
    """

    def __init__(self) -> None:
        self._place = _Place.HEAD
        self._buffer = bytearray()
        self._look_at = STEP // 2
        self._head = b""
        self._count = 0
        self._skipped = 0

    def feed(self, chunk: bytes) -> list[Row]:
        """Takes more of the answer.

        Returns:
            The entries that became whole; often none.

        Raises:
            BadAnswerError: This is no list of projects.
        """
        rows: list[Row] = []
        for start in range(0, len(chunk), STEP):
            self._buffer += chunk[start : start + STEP]
            if len(self._buffer) >= self._look_at:
                rows += self._look()
        return rows

    def close(self) -> tuple[list[Row], ListEnd]:
        """Says that the answer ended here.

        Returns:
            The last entries, and what is known of the whole.

        Raises:
            BadAnswerError: This is no list of projects.
        """
        rows = self._look()
        if self._place is _Place.ENTRIES:
            rows += self._guarded_scan()
        if self._place is _Place.HEAD:
            raise unreadable("no list of projects", server_words(bytes(self._buffer), "application/json"))
        envelope: object = None
        if self._place is _Place.TAIL:
            try:
                envelope = parse_tolerantly(self._head + b'"projects":[]' + self._buffer)
            except NotJsonError:
                envelope = None
        known = envelope if isinstance(envelope, dict) else {}
        status = read_text(known.get("status"))
        end = ListEnd(
            complete=isinstance(envelope, dict) and status.strip().lower() in _FINE_WORDS,
            count=self._count,
            skipped=self._skipped,
            status=status,
            owner_email=read_text(known.get("ownerEmail") or known.get("userEmail")),
            owner_id=read_id(known.get("ownerID")),
        )
        return rows, end

    def _look(self) -> list[Row]:
        before = len(self._buffer)
        rows: list[Row] = []
        if self._place is _Place.HEAD:
            self._find_array()
        if self._place is _Place.ENTRIES:
            rows = self._cut()
        left = len(self._buffer)
        if left > MAX_ELEMENT:
            raise unreadable("an entry that is far too long")
        # Without progress the next look waits for twice as much: a text of many tiny chunks stays cheap.
        self._look_at = left + STEP // 2 if left < before else max(self._look_at, 2 * left)
        return rows

    def _find_array(self) -> None:
        if self._buffer.startswith(_MARK_OF_BYTE_ORDER):
            del self._buffer[: len(_MARK_OF_BYTE_ORDER)]
        text = bytes(self._buffer)
        if text.strip() and not text.lstrip().startswith(b"{"):
            raise unreadable("no list of projects", server_words(text, ""))
        depth = 0
        key_comes = False
        for token in _TOKEN.finditer(text):
            mark = token[0][:1]
            if mark == b'"':
                if key_comes and token[0] == b'"projects"':
                    self._enter_array(text, token.start(), token.end())
                    return
                key_comes = False
            elif mark == b",":
                key_comes = depth == 1
            elif mark in b"{[":
                depth += 1
                key_comes = depth == 1
            else:
                depth -= 1

    def _enter_array(self, text: bytes, key_begins: int, key_ends: int) -> None:
        opening = _ARRAY_BEGINS.match(text, key_ends)
        if opening is not None:
            self._head = text[:key_begins]
            del self._buffer[: opening.end()]
            self._place = _Place.ENTRIES
        elif _ARRAY_MAY_BEGIN.match(text, key_ends) is None:
            raise unreadable("a list of projects that is no list")

    def _cut(self) -> list[Row]:
        cut = len(self._buffer)
        for _ in range(_CANDIDATES):
            cut = self._buffer.rfind(b"},", 0, cut)
            if cut < 0:
                break
            try:
                entries = orjson.loads(b"[" + self._buffer[: cut + 1] + b"]")
            except orjson.JSONDecodeError:
                continue
            del self._buffer[: cut + 2]
            return self._rows(entries)
        return self._guarded_scan()

    def _guarded_scan(self) -> list[Row]:
        try:
            return self._rows(self._scan())
        except NotJsonError as error:
            raise unreadable("an entry that is not JSON") from error

    def _scan(self) -> list[object]:
        text = bytes(self._buffer)
        entries: list[object] = []
        start = depth = 0
        for token in _TOKEN.finditer(text):
            mark = token[0][:1]
            if mark == b'"':
                if _CLOSED_STRING.fullmatch(token[0]) is None:
                    break
            elif mark in b"{[":
                depth += 1
            elif depth:
                depth -= mark != b","
            else:
                piece = text[start : token.start()]
                if mark == b"}" or (mark == b"," and not piece.strip()):
                    raise NotJsonError("a bracket or a comma too many")
                if piece.strip():
                    entries.append(parse_tolerantly(piece))
                start = token.end()
                if mark == b"]":
                    self._place = _Place.TAIL
                    break
        del self._buffer[:start]
        return entries

    def _rows(self, entries: list[object]) -> list[Row]:
        try:
            rows, skipped = rows_of(entries)
        except NotJsonError as error:
            raise unreadable("an entry that nests too deeply") from error
        self._count += len(rows)
        self._skipped += skipped
        return rows
