"""The columns of a listed project: a plain tuple, as one list may hold a hundred thousand of them."""

from __future__ import annotations

from typing import Any, Final

#: The columns, in the order in which `api.list_reader` returns them.
LISTED_COLUMNS: Final = (
    "project_id",
    "owner_id",
    "created",
    "modified",
    "project_name",
    "customer_name",
    "address",
    "postcode",
    "latitude",
    "longitude",
    "status",
    "created_raw",
    "modified_raw",
    "extra",
)

#: The positions of those that are read by name.
PROJECT_ID: Final = 0
OWNER_ID: Final = 1
CREATED: Final = 2
MODIFIED: Final = 3
PROJECT_NAME: Final = 4
CUSTOMER_NAME: Final = 5
ADDRESS: Final = 6
POSTCODE: Final = 7
LATITUDE: Final = 8
LONGITUDE: Final = 9
STATUS: Final = 10

#: An entry of a list: plain values in the order of `LISTED_COLUMNS`.
ListedRow = tuple[Any, ...]
