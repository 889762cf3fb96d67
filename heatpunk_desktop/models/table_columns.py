"""The columns of the projects table: which are hidden, editable, or show contact details. No Qt."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, Final

from heatpunk_desktop.domain.fields import Field

if TYPE_CHECKING:
    from collections.abc import Mapping


class Column(IntEnum):
    """The columns of the table."""

    PROJECT = 0
    CUSTOMER = 1
    POSTCODE = 2
    STATUS = 3
    CREATED = 4
    MODIFIED = 5
    ADDRESS = 6
    OWNER = 7
    PROJECT_ID = 8
    PHONE = 9
    EMAIL = 10
    BUILD_DATE = 11
    REFERENCE = 12


COLUMNS: Final = len(Column)

#: Columns that are hidden by default.
HIDDEN_BY_DEFAULT: Final = (
    Column.ADDRESS,
    Column.OWNER,
    Column.PROJECT_ID,
    Column.PHONE,
    Column.EMAIL,
    Column.BUILD_DATE,
    Column.REFERENCE,
)

#: The field of each column that shows what the list of projects lacks.
CONTACT_FIELD_OF: Final[Mapping[int, Field]] = {
    Column.PHONE: Field.CUSTOMER_PHONE,
    Column.EMAIL: Field.CUSTOMER_EMAIL,
    Column.BUILD_DATE: Field.BUILD_DATE,
    Column.REFERENCE: Field.CRM_REFERENCE,
}

#: Shown in place of a value: there is none; it is not loaded yet.
NONE: Final = "—"
NOT_LOADED: Final = "…"

#: Columns whose cells can be edited in the table; screen readers announce it.
EDITED: Final = frozenset(
    {
        Column.PROJECT,
        Column.CUSTOMER,
        Column.POSTCODE,
        Column.STATUS,
        Column.ADDRESS,
        Column.PHONE,
        Column.EMAIL,
        Column.REFERENCE,
    }
)
