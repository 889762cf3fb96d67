"""The columns of the projects table: which are hidden, editable, or show contact details. No Qt."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, Final

from heatpunk_desktop.domain.fields import DETAIL_FIELDS, Field
from heatpunk_desktop.domain.headings import Extra

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

#: What each column shows, which is what an export writes of it.
SHOWS: Final[Mapping[Column, Field | Extra]] = {
    Column.PROJECT: Field.PROJECT_NAME,
    Column.CUSTOMER: Field.CUSTOMER_NAME,
    Column.POSTCODE: Field.POSTCODE,
    Column.STATUS: Field.STATUS,
    Column.CREATED: Extra.CREATED,
    Column.MODIFIED: Extra.MODIFIED,
    Column.ADDRESS: Field.ADDRESS,
    Column.OWNER: Extra.OWNER,
    Column.PROJECT_ID: Extra.PROJECT_ID,
    Column.PHONE: Field.CUSTOMER_PHONE,
    Column.EMAIL: Field.CUSTOMER_EMAIL,
    Column.BUILD_DATE: Field.BUILD_DATE,
    Column.REFERENCE: Field.CRM_REFERENCE,
}

#: The field of each column that shows what the list of projects lacks.
CONTACT_FIELD_OF: Final[Mapping[int, Field]] = {
    column: shown for column, shown in SHOWS.items() if isinstance(shown, Field) and shown in DETAIL_FIELDS
}

#: Shown in place of a value: there is none; it is not loaded yet.
NONE: Final = "—"
NOT_LOADED: Final = "…"

#: The field of each column whose cells can be edited in the table; screen readers announce it.
FIELD_OF: Final[Mapping[int, Field]] = {
    column: shown for column, shown in SHOWS.items() if isinstance(shown, Field) and column is not Column.BUILD_DATE
}

#: Columns in which the search looks, as far as words can be marked in them. Plain numbers: a column is compared for
#: each cell that is painted, and a member of an enum takes ten times as long to come by.
SEARCHED: Final = tuple(
    int(column)
    for column in (
        Column.PROJECT,
        Column.CUSTOMER,
        Column.POSTCODE,
        Column.ADDRESS,
        Column.PHONE,
        Column.EMAIL,
        Column.REFERENCE,
        Column.PROJECT_ID,
    )
)
