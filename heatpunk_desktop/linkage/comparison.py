"""A field-by-field comparison of two projects, for showing them side by side."""

from __future__ import annotations

from enum import Enum, auto
from typing import TYPE_CHECKING, Final, NamedTuple

from heatpunk_desktop.domain.fields import DETAIL_FIELDS, Field
from heatpunk_desktop.domain.folding import fold
from heatpunk_desktop.domain.project import FIELD_COLUMNS
from heatpunk_desktop.linkage.features import (
    email_features,
    name_words,
    phone_features,
    postcode_feature,
    project_name_feature,
    read_address,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from heatpunk_desktop.domain.project import WholeRow


class Agreement(Enum):
    """How the values of one field agree."""

    SAME = auto()
    #: The same thing, written another way.
    ALIKE = auto()
    DIFFERENT = auto()
    ONLY_FIRST = auto()
    ONLY_SECOND = auto()
    BOTH_EMPTY = auto()
    #: The value of one of the two, or of both, is not known.
    NOT_KNOWN = auto()


#: Agreements that distinguish the two.
TELLING: Final = frozenset({Agreement.DIFFERENT, Agreement.ONLY_FIRST, Agreement.ONLY_SECOND})


class FieldAgreement(NamedTuple):
    """One field of two projects: its values, as in a `WholeRow`, and how they agree."""

    field: Field
    first: str | float | None
    second: str | float | None
    agreement: Agreement


def compare_rows(first: WholeRow, second: WholeRow) -> tuple[FieldAgreement, ...]:
    """Return the comparison of every field of two projects, in the order of `Field`."""
    found = []
    for field in Field:
        one_value, other_value = first[FIELD_COLUMNS[field]], second[FIELD_COLUMNS[field]]
        found.append(FieldAgreement(field, one_value, other_value, agreement(field, one_value, other_value)))
    return tuple(found)


def agreement(field: Field, first: str | float | None, second: str | float | None) -> Agreement:
    """Return how two values of a field agree.

    None means not known in a field that the list lacks, and empty in any other.
    """
    if field in DETAIL_FIELDS and (first is None or second is None):
        return Agreement.NOT_KNOWN
    first, second = ("" if value is None else str(value).strip() for value in (first, second))
    if not first or not second:
        if not first and not second:
            return Agreement.BOTH_EMPTY
        return Agreement.ONLY_FIRST if first else Agreement.ONLY_SECOND
    if first == second:
        return Agreement.SAME
    plain = _PLAIN.get(field, _folded)
    key = plain(first)
    return Agreement.ALIKE if key and key == plain(second) else Agreement.DIFFERENT


def _folded(text: str) -> str:
    return " ".join(fold(text).split())


def _address(text: str) -> tuple[str, str, str]:
    address = read_address(text)
    return address.premises, address.words, address.postcode


_PLAIN: Final[dict[Field, Callable[[str], object]]] = {
    Field.PROJECT_NAME: project_name_feature,
    Field.CUSTOMER_NAME: lambda text: sorted(name_words(text)),
    Field.CUSTOMER_EMAIL: lambda text: sorted(email_features(text)),
    Field.CUSTOMER_PHONE: lambda text: sorted(phone_features(text)),
    Field.ADDRESS: _address,
    Field.POSTCODE: postcode_feature,
    Field.LATITUDE: lambda text: f"{float(text):.4f}",
    Field.LONGITUDE: lambda text: f"{float(text):.4f}",
    Field.CRM_REFERENCE: str.strip,
}
