"""Targets: what a column of a spreadsheet can be read as."""

from __future__ import annotations

from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from heatpunk_desktop.domain.fields import FIELD_LABELS, Field
from heatpunk_desktop.texts import marked

if TYPE_CHECKING:
    from collections.abc import Mapping


class Part(StrEnum):
    """A target that is no field: a part of one, several in one, or nothing."""

    IGNORE = "ignore"
    #: An address with its postcode at the end, to be split.
    FULL_ADDRESS = "full_address"
    #: One line of an address, its town or its county; all of them are put together in the columns' order.
    ADDRESS_LINE = "address_line"
    #: `Mr`, `Mrs`, `Dr`.
    NAME_TITLE = "name_title"
    FIRST_NAME = "first_name"
    SURNAME = "surname"
    #: Latitude and longitude in one cell, or the link of a map.
    POSITION = "position"
    #: The server's number of a project that is there already.
    PROJECT_ID = "project_id"
    #: The owner of a new project.
    OWNER = "owner"


Target = Field | Part

#: The label of each target, in the order in which they are offered.
TARGET_LABELS: Final[Mapping[Target, str]] = MappingProxyType(
    {
        Part.IGNORE: marked("targets", "Leave out"),
        **{field: FIELD_LABELS[field] for field in Field},
        Part.FULL_ADDRESS: marked("targets", "Address with postcode"),
        Part.ADDRESS_LINE: marked("targets", "Part of the address"),
        Part.NAME_TITLE: marked("targets", "Title (Mr, Mrs)"),
        Part.FIRST_NAME: marked("targets", "First name"),
        Part.SURNAME: marked("targets", "Surname"),
        Part.POSITION: marked("targets", "Latitude and longitude"),
        Part.PROJECT_ID: marked("targets", "Project ID"),
        Part.OWNER: marked("targets", "Owner (of new projects)"),
    }
)

#: What several columns may hold at once: parts are put together, and of telephones and emails the first that is filled
#: in counts.
SHAREABLE: Final[frozenset[Target]] = frozenset(
    {Part.IGNORE, Part.ADDRESS_LINE, Field.CUSTOMER_PHONE, Field.CUSTOMER_EMAIL}
)


def target_of(text: str) -> Target:
    """Return the target of a stored word.

    Raises:
        ValueError: There is none of that word.
    """
    try:
        return Field(text)
    except ValueError:
        return Part(text)
