"""Incremental reader for the answer of `POST projects/list`, in steps that never hold the interpreter for long."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from itertools import repeat
from operator import itemgetter
from typing import Any, Final, NamedTuple

import orjson

from heatpunk_desktop.api.error_messages import server_words, unreadable
from heatpunk_desktop.api.protocol import MAX_ID
from heatpunk_desktop.api.values import NotJsonError, parse_tolerantly, read_coordinate, read_id, read_text
from heatpunk_desktop.domain.dates import normalise_server_date
from heatpunk_desktop.domain.listed_row import (
    ADDRESS,
    CREATED,
    CUSTOMER_NAME,
    LATITUDE,
    LONGITUDE,
    MODIFIED,
    OWNER_ID,
    POSTCODE,
    PROJECT_ID,
    PROJECT_NAME,
    STATUS,
)
from heatpunk_desktop.texts import marked


class ListedProject(NamedTuple):
    """One entry of the list. In bulk these are plain tuples in this order; wrap one with `ListedProject._make`.

    Source of the fields: guide, POST list, Response.

    Attributes:
        project_id: The server's number, above 0.
        owner_id: The server's number of the owner, or None.
        created: UTC, `YYYY-MM-DDTHH:MM:SS.mmmZ`, or empty where the server's text is no date.
        modified: As `created`; usually when the project was last opened.
        project_name: Any text.
        customer_name: Any text.
        address: Any text.
        postcode: Any text.
        latitude: Decimal degrees within ±90, or None.
        longitude: Decimal degrees within ±180, or None.
        status: A `Status`, or whatever else the server says.
        created_raw: The server's text, where it differs from `created`, else None.
        modified_raw: The server's text, where it differs from `modified`, else None.
        extra_json: The fields that the guide does not know, as a JSON object, or None where there are none.
    """

    project_id: int
    owner_id: int | None
    created: str
    modified: str
    project_name: str
    customer_name: str
    address: str
    postcode: str
    latitude: float | None
    longitude: float | None
    status: str
    created_raw: str | None
    modified_raw: str | None
    extra_json: str | None


#: What `rows_of` gives: `ListedProject` without its name.
Row = tuple[
    int,
    int | None,
    str,
    str,
    str,
    str,
    str,
    str,
    float | None,
    float | None,
    str,
    str | None,
    str | None,
    str | None,
]

#: The guide's names, in the order of the tuple.
_KEYS: Final = (
    "ID",
    "owner",
    "dateCreated",
    "dateModified",
    "projectName",
    "customerName",
    "address",
    "postcode",
    "lat",
    "lng",
    "status",
)
_KNOWN: Final = frozenset(_KEYS)
_ALL: Final = itemgetter(*_KEYS)

_DIGITS_TO_NOUGHT: Final = bytes.maketrans(b"123456789", b"000000000")
_DATE_SHAPE: Final = b"0000-00-00T00:00:00.000Z,"

_FLOAT_OR_NULL: Final = frozenset({float, type(None)})

Column = Sequence[Any]


def _types(column: Column) -> set[type]:
    return set(map(type, column))


def _ids(column: Column) -> Column:
    if _types(column) == {int} and min(column) > 0 and max(column) <= MAX_ID:
        return column
    return [read_id(raw) for raw in column]


def _texts(column: Column) -> Column:
    return column if _types(column) == {str} else [read_text(raw) for raw in column]


def _coordinates(column: Column, limit: float) -> Column:
    if _types(column) <= _FLOAT_OR_NULL:
        known = [raw for raw in column if raw is not None]
        if not known or (min(known) >= -limit and max(known) <= limit):
            return column
    return [read_coordinate(raw, limit) for raw in column]


def _all_normal(column: Column) -> bool:
    """Return whether every value is a real date, written exactly as `utc_text` writes it."""
    if _types(column) != {str}:
        return False
    # The commas are where the shape has them only if each text has the shape's length.
    text = ",".join(column).encode("utf-8", "replace")
    if text.translate(_DIGITS_TO_NOUGHT) != (_DATE_SHAPE * len(column))[:-1] or b"T24" in text:
        return False
    try:
        for _ in map(datetime.fromisoformat, column):
            pass
    except ValueError:
        return False
    return True


def _raw_text(raw: object, normal: str) -> str | None:
    if raw is None or raw == normal:
        return None
    return raw if isinstance(raw, str) else orjson.dumps(raw).decode()


def _dates(column: Column) -> tuple[Column, Iterable[str | None]]:
    if _all_normal(column):
        return column, repeat(None)
    normal = [normalise_server_date(raw) for raw in column]
    return normal, list(map(_raw_text, column, normal))


def _extra(entry: dict[str, object]) -> str | None:
    rest = {name: value for name, value in entry.items() if name not in _KNOWN}
    return orjson.dumps(rest).decode() if rest else None


def _columns(entries: Sequence[dict[str, Any]]) -> tuple[list[Column], Iterable[str | None]]:
    try:
        rows: Iterable[Sequence[Any]] = list(map(_ALL, entries))
    except KeyError:
        rows = [[entry.get(key) for key in _KEYS] for entry in entries]
        extras: Iterable[str | None] = list(map(_extra, entries))
    else:
        plain = set(map(len, entries)) == {len(_KEYS)}
        extras = repeat(None) if plain else list(map(_extra, entries))
    return list(zip(*rows, strict=True)), extras


def rows_of(entries: Sequence[object]) -> tuple[list[Row], int]:
    """Convert parsed entries to tuples, column by column: at 100,000 entries a call for each value costs seconds.

    Args:
        entries: The parsed content of the array `projects`.

    Returns:
        Tuples in the order of `ListedProject`, and how many entries cannot be used: no object, or without an ID.

    Raises:
        NotJsonError: An unknown field nests too deeply to be kept.
    """
    usable: Sequence[Any] = entries
    if _types(entries) != {dict}:
        usable = [entry for entry in entries if isinstance(entry, dict)]
        if not usable:
            return [], len(entries)
    try:
        columns, extras = _columns(usable)
        created, created_raw = _dates(columns[CREATED])
        modified, modified_raw = _dates(columns[MODIFIED])
    except orjson.JSONEncodeError as error:
        raise NotJsonError("an entry of the list nests too deeply") from error
    ids = _ids(columns[PROJECT_ID])
    rows: list[Any] = list(
        zip(
            ids,
            _ids(columns[OWNER_ID]),
            created,
            modified,
            _texts(columns[PROJECT_NAME]),
            _texts(columns[CUSTOMER_NAME]),
            _texts(columns[ADDRESS]),
            _texts(columns[POSTCODE]),
            _coordinates(columns[LATITUDE], 90.0),
            _coordinates(columns[LONGITUDE], 180.0),
            _texts(columns[STATUS]),
            created_raw,
            modified_raw,
            extras,
            strict=False,
        )
    )
    if None in ids:
        rows = [row for row in rows if row[PROJECT_ID] is not None]
    return rows, len(entries) - len(rows)


#: Bytes of one step: some 200 entries, parsed in a third of a millisecond.
STEP: Final = 64 * 1024

#: A single entry, and the text before and after the array, may be this long.
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
    """The summary of a list that was read to its end.

    Attributes:
        complete: Whether array and envelope were properly closed and the envelope does not report an error. Only a
            complete list says anything about projects that are not in it.
        count: How many entries were returned.
        skipped: How many entries could not be used: no objects, or without an ID.
        status: The envelope's status, usually `success`; may be empty.
        owner_email: The user whom the server listed for; may be empty.
        owner_id: That user's number, which entries name as their owner; None where the server does not say.
    """

    complete: bool
    count: int
    skipped: int
    status: str
    owner_email: str
    owner_id: int | None


class ListReader:
    """Takes the answer in chunks of any size and returns the entries as plain tuples (see `ListedProject`).

    The text is cut at the last `},` in the buffer. Whether that lies between two entries is decided by parsing what
    comes before: JSON that is cut inside a string or inside a nested value never parses. Where no such cut is found
    soon, the entries are separated by a scanner that knows strings and brackets.
    """

    def __init__(self) -> None:
        self._place = _Place.HEAD
        self._buffer = bytearray()
        self._look_at = STEP // 2
        self._head = b""
        self._count = 0
        self._skipped = 0

    def feed(self, chunk: bytes) -> list[Row]:
        """Take more of the answer.

        Returns:
            The entries that were completed; often none.

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
        """Note the end of the answer.

        Returns:
            The last entries, and the summary of the whole list.

        Raises:
            BadAnswerError: This is no list of projects.
        """
        rows = self._look()
        if self._place is _Place.ENTRIES:
            rows += self._guarded_scan()
        if self._place is _Place.HEAD:
            raise unreadable(
                marked("list_reader", "no list of projects"), server_words(bytes(self._buffer), "application/json")
            )
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
            raise unreadable(marked("list_reader", "an entry that is far too long"))
        # Without progress the next look waits for twice as much: a text of many tiny chunks stays cheap.
        self._look_at = left + STEP // 2 if left < before else max(self._look_at, 2 * left)
        return rows

    def _find_array(self) -> None:
        if self._buffer.startswith(_MARK_OF_BYTE_ORDER):
            del self._buffer[: len(_MARK_OF_BYTE_ORDER)]
        text = bytes(self._buffer)
        if text.strip() and not text.lstrip().startswith(b"{"):
            raise unreadable(marked("list_reader", "no list of projects"), server_words(text, ""))
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
            raise unreadable(marked("list_reader", "a list of projects that is no list"))

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
            raise unreadable(marked("list_reader", "an entry that is not JSON")) from error

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
            raise unreadable(marked("list_reader", "an entry that nests too deeply")) from error
        self._count += len(rows)
        self._skipped += skipped
        return rows
