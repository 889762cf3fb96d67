"""The headings of a spreadsheet's columns: what an export writes, a template offers and an import knows again."""

from __future__ import annotations

from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from heatpunk_desktop.domain.fields import FIELD_LABELS, Field

if TYPE_CHECKING:
    from collections.abc import Mapping


#: What stands in a cell whose value is not loaded: an empty one says that there is none. An import passes it over.
NOT_LOADED: Final = "not loaded"


class Extra(StrEnum):
    """A column that says something of a project that is none of its eleven fields.

    An import uses `PROJECT_ID` to know the project again, and `OWNER` for new projects, as the owner of one that is
    there cannot be changed. The others it leaves out: the server alone sets them.
    """

    PROJECT_ID = "project_id"
    OWNER = "owner"
    CREATED = "created"
    MODIFIED = "modified"


#: What stands above the column of each field or extra, in the order in which an export writes them by itself.
#: Text files and workbooks, the template and the import all use this one table, so that a round trip loses nothing.
HEADINGS: Final[Mapping[Field | Extra, str]] = MappingProxyType(
    {
        Extra.PROJECT_ID: "Project ID",
        **{field: FIELD_LABELS[field] for field in Field},
        Extra.OWNER: "Owner",
        Extra.CREATED: "Created",
        Extra.MODIFIED: "Modified",
    }
)

#: The column that each heading stands for, exactly as an export writes it.
BY_HEADING: Final[Mapping[str, Field | Extra]] = MappingProxyType({text: column for column, text in HEADINGS.items()})
