"""The fields of a project that the user can set, with their labels and allowed values."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from heatpunk_desktop.texts import marked


class Status(StrEnum):
    """The stage of a project with the customer. Source: guide, POST create, `status`."""

    LEAD = "Lead"
    QUOTE = "Quote"
    SALE = "Sale"
    INSTALL = "Install"
    COMPLETED = "Completed"
    REJECTED = "Rejected"


class BuildDate(StrEnum):
    """The age band of the building, which sets the design mode. Source: guide, POST create, `buildDate`."""

    PRE_2000 = "pre2000"
    POST_2000 = "post2000"
    POST_2006 = "post2006"

    @property
    def label(self) -> str:
        """The band as shown: `Pre 2000`, `Post 2000` or `Post 2006`."""
        return _BUILD_DATE_LABELS[self]


_BUILD_DATE_LABELS: Final = {
    BuildDate.PRE_2000: "Pre 2000",
    BuildDate.POST_2000: "Post 2000",
    BuildDate.POST_2006: "Post 2006",
}


def build_date_words(text: str) -> str:
    """Return the label of a build date; an unknown value is returned as it is."""
    return BuildDate(text).label if text in list(BuildDate) else text


class Field(StrEnum):
    """One of the eleven fields of `meta`, by the app's name for it. Source: guide, POST create."""

    PROJECT_NAME = "project_name"
    CUSTOMER_NAME = "customer_name"
    CUSTOMER_EMAIL = "customer_email"
    CUSTOMER_PHONE = "customer_phone"
    ADDRESS = "address"
    POSTCODE = "postcode"
    LATITUDE = "latitude"
    LONGITUDE = "longitude"
    STATUS = "status"
    BUILD_DATE = "build_date"
    CRM_REFERENCE = "crm_reference"


#: The label of each field on the screen.
FIELD_LABELS: Final[Mapping[Field, str]] = {
    Field.PROJECT_NAME: marked("fields", "Project name"),
    Field.CUSTOMER_NAME: marked("fields", "Customer name"),
    Field.CUSTOMER_EMAIL: marked("fields", "Customer email"),
    Field.CUSTOMER_PHONE: marked("fields", "Customer phone"),
    Field.ADDRESS: marked("fields", "Address"),
    Field.POSTCODE: marked("fields", "Postcode"),
    Field.LATITUDE: marked("fields", "Latitude"),
    Field.LONGITUDE: marked("fields", "Longitude"),
    Field.STATUS: marked("fields", "Status"),
    Field.BUILD_DATE: marked("fields", "Build date"),
    Field.CRM_REFERENCE: marked("fields", "CRM reference"),
}

#: Decimal degrees; every other field is text.
NUMERIC_FIELDS: Final = frozenset({Field.LATITUDE, Field.LONGITUDE})

#: Fields that the list of projects lacks and that `GET /projects/data` may bring (it may lack the reference too).
DETAIL_FIELDS: Final = frozenset({Field.CUSTOMER_EMAIL, Field.CUSTOMER_PHONE, Field.BUILD_DATE, Field.CRM_REFERENCE})

#: Fields that tell projects apart, and by which duplicates are found; `KnownProject` has them in this order.
IDENTIFYING_FIELDS: Final = (
    Field.PROJECT_NAME,
    Field.CUSTOMER_NAME,
    Field.CUSTOMER_EMAIL,
    Field.CUSTOMER_PHONE,
    Field.ADDRESS,
    Field.POSTCODE,
    Field.CRM_REFERENCE,
)

#: Fields that a list entry carries. Source: guide, POST list.
LISTED_FIELDS: Final = frozenset(Field) - DETAIL_FIELDS


#: Fields with their values; a field that is missing is not known (when read) or not to be changed (when sent).
FieldValues = Mapping[Field, str | float | None]
