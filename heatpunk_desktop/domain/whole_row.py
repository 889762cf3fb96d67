"""A project with all that is known of it in one row, for what goes through very many of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from heatpunk_desktop.domain.fields import DETAIL_FIELDS, Field

if TYPE_CHECKING:
    from heatpunk_desktop.domain.fields import FieldValues


class WholeRow(NamedTuple):
    """One project with what is pending laid over it. In bulk these are plain tuples in this order.

    A text is None where nobody has told this program the value yet, and empty where it is known to be empty.

    Attributes:
        key: As of `ProjectRow`: above 0 it is the project ID.
        project_name: This and the next ten are the fields, in the order of `Field`.
        latitude: Decimal degrees, or None where there are none or they are not known.
        owner: The owner's email address, or the server's number of the owner where that is not known, or empty.
        created: UTC, `YYYY-MM-DDTHH:MM:SS.mmmZ`, or empty where unknown.
        modified: As `created`.
        marks: Bits of `Mark`.
        is_asked: Whether Heatpunk was asked for all of it: a text that is None then is one that it does not share.
    """

    key: int
    project_name: str | None
    customer_name: str | None
    customer_email: str | None
    customer_phone: str | None
    address: str | None
    postcode: str | None
    latitude: float | None
    longitude: float | None
    status: str | None
    build_date: str | None
    crm_reference: str | None
    owner: str
    created: str
    modified: str
    marks: int
    is_asked: bool = False

    @property
    def values(self) -> FieldValues:
        """The fields that are known, as everywhere else; a position that is not there is known to be so."""
        return {
            field: value
            for field, value in zip(Field, self[1 : 1 + len(Field)], strict=True)
            if value is not None or field not in DETAIL_FIELDS
        }

    @property
    def is_loaded(self) -> bool:
        """Whether all that the list of projects lacks was told as well."""
        return all(self[place] is not None for place in _DETAIL_PLACES)


#: Where each field stands in a whole row.
PLACES: Final = {field: place for place, field in enumerate(Field, 1)}
_DETAIL_PLACES: Final = tuple(PLACES[field] for field in Field if field in DETAIL_FIELDS)
