"""Reader for the answer of `GET projects/data`.

Source: the vendor's help pages; IDs are strings there, dates zoneless.
"""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

import orjson

from heatpunk_desktop.api.error_messages import is_page, known_error_for, server_words, unreadable
from heatpunk_desktop.api.protocol import WIRE_NAMES
from heatpunk_desktop.api.values import NotJsonError, parse_tolerantly, read_coordinate, read_id, read_text
from heatpunk_desktop.domain.dates import normalise_server_date
from heatpunk_desktop.domain.fields import Field, FieldValues
from heatpunk_desktop.errors import ServerRefusedError
from heatpunk_desktop.texts import marked

if TYPE_CHECKING:
    from collections.abc import Mapping

    from heatpunk_desktop.api.exchange import Exchange

_OTHER_KNOWN: Final = frozenset({"projectID", "userID", "dateCreated", "dateModified"})
_KNOWN: Final = _OTHER_KNOWN | frozenset(WIRE_NAMES.values())


@dataclass(frozen=True, slots=True)
class ProjectData:
    """Everything that the server says about one project.

    Attributes:
        project_id: The server's number; None where the answer has none.
        owner_id: The owner's number, or None.
        created: UTC text, or empty.
        modified: UTC text, or empty; usually when the project was last opened.
        created_raw: The server's own text.
        modified_raw: The server's own text.
        values: The fields that the answer holds: null reads as empty text, or as None for a coordinate. A field that is
            missing here was not in the answer.
        extra_json: All other fields (cart, geography and so on) as a JSON object, or None where there are none.
    """

    project_id: int | None
    owner_id: int | None
    created: str
    modified: str
    created_raw: str
    modified_raw: str
    values: FieldValues
    extra_json: str | None


def read_values(meta: Mapping[str, object]) -> dict[Field, str | float | None]:
    """Return the fields of a project under the API's names, read tolerantly."""
    values: dict[Field, str | float | None] = {}
    for name, wire in WIRE_NAMES.items():
        if wire not in meta:
            continue
        if name is Field.LATITUDE:
            values[name] = read_coordinate(meta[wire], 90.0)
        elif name is Field.LONGITUDE:
            values[name] = read_coordinate(meta[wire], 180.0)
        else:
            values[name] = read_text(meta[wire])
    return values


def read_project_data(exchange: Exchange) -> ProjectData:
    """Read the answer of `GET projects/data`.

    Raises:
        KnownError: It is not such an answer; the message says what went wrong.
    """
    if exchange.status == HTTPStatus.NOT_FOUND and is_page(exchange.body, exchange.content_type):
        # The guide does not promise this call. A server that answers the list and has a page here is the right one.
        raise ServerRefusedError(
            marked("project_reader", "The server does not tell everything"),
            marked("project_reader", "This server has no way to ask for what its list of projects lacks."),
            marked("project_reader", "Look it up in Heatpunk."),
        )
    error = known_error_for(exchange)
    if error is not None:
        raise error
    try:
        parsed = parse_tolerantly(exchange.body)
    except NotJsonError:
        parsed = None
    project = parsed.get("projectData") if isinstance(parsed, dict) else None
    if not isinstance(project, dict):
        raise unreadable(marked("project_reader", "no project"), server_words(exchange.body, exchange.content_type))
    rest = {name: value for name, value in project.items() if name not in _KNOWN}
    try:
        extra = orjson.dumps(rest).decode() if rest else None
    except orjson.JSONEncodeError as nested:
        raise unreadable(marked("project_reader", "a project that nests too deeply")) from nested
    return ProjectData(
        project_id=read_id(project.get("projectID")),
        owner_id=read_id(project.get("userID")),
        created=normalise_server_date(project.get("dateCreated")),
        modified=normalise_server_date(project.get("dateModified")),
        created_raw=read_text(project.get("dateCreated")),
        modified_raw=read_text(project.get("dateModified")),
        values=read_values(project),
        extra_json=extra,
    )
