"""Entries of the list as plain tuples, made column by column: at 100,000 entries a call a value costs seconds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import repeat
from operator import itemgetter
from typing import Any, Final, NamedTuple

import orjson

from heatpunk_desktop.api.protocol import MAX_ID
from heatpunk_desktop.api.values import NotJsonError, read_coordinate, read_id, read_text
from heatpunk_desktop.domain.dates import normalise_server_date


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
    """Whether every value is a date that exists, written exactly as `utc_text` writes it."""
    if _types(column) != {str}:
        return False
    # The comma stands where the shape wants it only if each text has the shape's length.
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
    """Turns parsed entries into tuples.

    Args:
        entries: What the array `projects` held, parsed.

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
        created, created_raw = _dates(columns[2])
        modified, modified_raw = _dates(columns[3])
    except orjson.JSONEncodeError as error:
        raise NotJsonError("an entry of the list nests too deeply") from error
    ids = _ids(columns[0])
    rows: list[Any] = list(
        zip(
            ids,
            _ids(columns[1]),
            created,
            modified,
            _texts(columns[4]),
            _texts(columns[5]),
            _texts(columns[6]),
            _texts(columns[7]),
            _coordinates(columns[8], 90.0),
            _coordinates(columns[9], 180.0),
            _texts(columns[10]),
            created_raw,
            modified_raw,
            extras,
            strict=False,
        )
    )
    if None in ids:
        rows = [row for row in rows if row[0] is not None]
    return rows, len(entries) - len(rows)
