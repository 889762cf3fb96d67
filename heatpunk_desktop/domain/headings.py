"""Column headings shared by exports, the import template and imports."""

from __future__ import annotations

from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from heatpunk_desktop.domain.fields import FIELD_LABELS, Field
from heatpunk_desktop.texts import marked

if TYPE_CHECKING:
    from collections.abc import Mapping


#: The text of a cell whose value is not loaded, as an empty one means that there is none. An import ignores it.
NOT_LOADED: Final = "not loaded"


class Extra(StrEnum):
    """A spreadsheet column that is no field.

    An import uses `PROJECT_ID` to recognise the project, and `OWNER` for new projects, as the owner of an existing one
    cannot be changed. It leaves the others out: the server alone sets them.
    """

    PROJECT_ID = "project_id"
    OWNER = "owner"
    CREATED = "created"
    MODIFIED = "modified"


#: The heading of each field or extra, in the default order of an export.
#: Text files and workbooks, the template and the import all use this one table, so that a round trip loses nothing:
#: in files the headings are English, whatever language the windows speak.
HEADINGS: Final[Mapping[Field | Extra, str]] = MappingProxyType(
    {
        Extra.PROJECT_ID: marked("fields", "Project ID"),
        **{field: FIELD_LABELS[field] for field in Field},
        Extra.OWNER: marked("fields", "Owner"),
        Extra.CREATED: marked("fields", "Created"),
        Extra.MODIFIED: marked("fields", "Modified"),
    }
)

#: The column of each heading, exactly as an export writes it.
BY_HEADING: Final[Mapping[str, Field | Extra]] = MappingProxyType(
    {str(heading): column for column, heading in HEADINGS.items()}
)
