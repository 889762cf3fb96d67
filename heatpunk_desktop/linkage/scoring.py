"""Scoring: the confidence that two projects are the same, and their comparison field by field."""

from __future__ import annotations

from enum import Enum, StrEnum, auto
from functools import cache
from math import sqrt
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
    from heatpunk_desktop.linkage.features import Features

#: From this score on, two projects are likely to be one.
LIKELY: Final = 75
#: From this ratio of their letters on, two names or addresses are the same one with a slip of the pen.
_ALIKE: Final = 84
_ONE_WORD: Final = 80
_INITIALS: Final = 88
#: Two people with the same family name.
_HOUSEHOLD: Final = 70
_STRANGERS: Final = 0.6
#: The same street in the same postcode, without a number to tell the houses apart.
_SAME_STREET: Final = 70
_NEXT_DOOR: Final = 20
#: An address without a number is a house with a name: its words have to be right.
_SAME_WORDS: Final = 95
#: The same house, by an address without a postcode.
_NO_POSTCODE: Final = 88
_OTHER_POSTCODE: Final = 60
#: The same email or phone under different names: an agent, a landlord, a couple.
_OTHER_NAME: Final = 78
_SAME_EMAIL: Final = 100
_SAME_PHONE: Final = 97
#: The highest score from one side alone, customer or property.
_CUSTOMER_ALONE: Final = 0.9
_NAME_ALONE: Final = 0.62
_PROPERTY_ALONE: Final = 0.82
_PROJECT_NAME_ALONE: Final = 0.6
#: Two references speak for two jobs.
_TWO_REFERENCES: Final = 0.85
_SAME_REFERENCE_ONLY: Final = 80
_LEAST_POSTCODE: Final = 5


class Reason(StrEnum):
    """What two projects share, the strongest first."""

    SAME_REFERENCE = "same CRM reference"
    SAME_EMAIL = "same email"
    SAME_PHONE = "same phone"
    SAME_NAME = "same customer"
    LIKE_NAME = "similar customer name"
    SAME_ADDRESS = "same address"
    LIKE_ADDRESS = "similar address"
    SAME_POSTCODE = "same postcode"
    LIKE_POSTCODE = "similar postcode"
    SAME_PROJECT_NAME = "same project name"


class Score(NamedTuple):
    """The confidence that two projects are the same.

    Attributes:
        value: 0 to 100.
        reasons: What they share, the strongest first.
    """

    value: int
    reasons: tuple[Reason, ...]


NOT_ALIKE: Final = Score(0, ())


_ORDER: Final = {reason: place for place, reason in enumerate(Reason)}


@cache
def _ratio() -> Callable[[str, str], float]:
    # Loaded at the first comparison, not at start-up.
    from rapidfuzz.fuzz import ratio  # noqa: PLC0415

    return ratio


@cache
def _token_set_ratio() -> Callable[[str, str], float]:
    from rapidfuzz.fuzz import token_set_ratio  # noqa: PLC0415

    return token_set_ratio


@cache
def _distance() -> Callable[..., int]:
    from rapidfuzz.distance import OSA  # noqa: PLC0415

    return OSA.distance


def score(first: Features, second: Features) -> Score:
    """Return the confidence that two projects are the same; symmetric in its arguments."""
    elsewhere = (
        first.premises != second.premises and first.postcode != second.postcode and first.postcode and second.postcode
    )
    if elsewhere and (not first.reference or first.reference != second.reference):
        # As `_property` finds for nearly every pair; here it costs next to nothing.
        return NOT_ALIKE
    reasons: list[Reason] = []
    place = _property(first, second, reasons)
    if place == 0 and not (first.reference and first.reference == second.reference):
        return NOT_ALIKE
    contact, name = _contact(first, second, reasons), _name(first, second, reasons)
    titled = bool(first.project_name) and first.project_name == second.project_name
    if titled:
        reasons.append(Reason.SAME_PROJECT_NAME)
    value = _together(place, _customer(contact, name), titled=titled, only_name=not contact)
    if first.reference and second.reference:
        if first.reference == second.reference:
            reasons.append(Reason.SAME_REFERENCE)
            value = _SAME_REFERENCE_ONLY if place == 0 or (name is not None and name < _ALIKE and not contact) else 100
        else:
            value *= _TWO_REFERENCES
    reasons.sort(key=_ORDER.__getitem__)
    return Score(round(value), tuple(reasons))


def _together(place: float | None, customer: float | None, *, titled: bool, only_name: bool) -> float:
    """Combine the scores of customer and property, each 0 to 100 or None where nothing is known of it."""
    if place is not None and customer is not None:
        # Both have to agree: the customer's next house is another job, and so is the next owner of the house.
        return sqrt(place * customer)
    if customer is not None:
        return customer * (_NAME_ALONE if only_name and not titled else _CUSTOMER_ALONE)
    if place is not None:
        return place * (_CUSTOMER_ALONE if titled else _PROPERTY_ALONE)
    return 100 * _PROJECT_NAME_ALONE if titled else 0


def _customer(contact: float, name: float | None) -> float | None:
    if not contact:
        return name
    return contact if name is None or name >= _ONE_WORD else _OTHER_NAME


def _contact(first: Features, second: Features, reasons: list[Reason]) -> float:
    """Return the confidence from email and phone that it is the same customer; 0 where they say nothing."""
    value = 0
    if first.phones and second.phones and not set(first.phones).isdisjoint(second.phones):
        reasons.append(Reason.SAME_PHONE)
        value = _SAME_PHONE
    if first.emails and second.emails and not set(first.emails).isdisjoint(second.emails):
        reasons.append(Reason.SAME_EMAIL)
        value = _SAME_EMAIL
    return value


def _name(first: Features, second: Features, reasons: list[Reason]) -> float | None:
    """Return the similarity of the customers' names, 0 to 100; None where one is not known."""
    if not first.name or not second.name:
        return None
    if first.name == second.name:
        reasons.append(Reason.SAME_NAME)
        return 100
    value = _ratio()(first.name, second.name)
    if value < _ALIKE:
        value = max(value, _fewer_words(first.name.split(), second.name.split()))
    if value < _ALIKE and first.name_sound == second.name_sound:
        value = _ALIKE
    if value < _HOUSEHOLD:
        # Half of the letters of any two names are the same.
        value = _HOUSEHOLD if first.surname_sound == second.surname_sound else value * _STRANGERS
    if value >= _HOUSEHOLD:
        reasons.append(Reason.LIKE_NAME)
    return value


def _fewer_words(first: list[str], second: list[str]) -> int:
    """Return the score of a name that is a shorter form of the other: `smith` or `j smith` for `john smith`."""
    few, many = (first, second) if len(first) <= len(second) else (second, first)
    shared = {word for word in few if len(word) > 1 and word in many}
    if not shared:
        return 0
    left = [word for word in few if word not in shared]
    if not left:
        return _ONE_WORD
    others = [word for word in many if word not in shared]
    fits = all(
        any(word == some or (1 in {len(word), len(some)} and word[0] == some[0]) for some in others) for word in left
    )
    return _INITIALS if fits else 0


def _property(first: Features, second: Features, reasons: list[Reason]) -> float | None:
    """Return the confidence that it is the same property, 0 to 100; None where one of the two has no features of it."""
    both_addresses = bool(first.address and second.address)
    if not first.postcode or not second.postcode:
        return _by_address(first, second, reasons) if both_addresses else None
    if first.postcode == second.postcode:
        return _in_one_postcode(first, second, reasons)
    if not both_addresses or not _same_house(first, second):
        return 0
    if _one_slip(first.postcode, second.postcode):
        reasons += (Reason.LIKE_ADDRESS, Reason.LIKE_POSTCODE)
        return 90
    if (
        _token_set_ratio()(first.address, second.address) < _SAME_WORDS
        or first.place != second.place
        or not first.premises
    ):
        return 0
    reasons.append(Reason.LIKE_ADDRESS)
    return _OTHER_POSTCODE


def _in_one_postcode(first: Features, second: Features, reasons: list[Reason]) -> float:
    if first.premises and second.premises:
        reasons.append(Reason.SAME_POSTCODE)
        if first.premises == second.premises:
            if _same_street(first, second):
                reasons.append(Reason.SAME_ADDRESS)
                return 100
            return _SAME_STREET  # one of the two streets or postcodes is wrong
        # One says the house only, the other the flat as well.
        return _SAME_STREET if _one_within(first.premises, second.premises) else _NEXT_DOOR
    reasons.append(Reason.SAME_POSTCODE)
    if not first.address or not second.address:
        return _SAME_STREET
    if first.address == second.address and not first.premises and not second.premises:
        reasons.append(Reason.SAME_ADDRESS)
        return 95
    if _token_set_ratio()(first.address, second.address) >= _ALIKE:
        reasons.append(Reason.LIKE_ADDRESS)
        return 88 if not first.premises and not second.premises else _SAME_STREET
    return _NEXT_DOOR


def _by_address(first: Features, second: Features, reasons: list[Reason]) -> float:
    if not _same_house(first, second):
        return 0
    if _token_set_ratio()(first.address, second.address) < _ALIKE:
        return 0
    is_same = first.address == second.address and bool(first.premises)
    reasons.append(Reason.SAME_ADDRESS if is_same else Reason.LIKE_ADDRESS)
    # A street may be in every town.
    return _NO_POSTCODE if first.place and first.place == second.place else _SAME_STREET


def _same_house(first: Features, second: Features) -> bool:
    if first.premises != second.premises:
        return False
    if first.premises:
        return _same_street(first, second)
    return _token_set_ratio()(first.address, second.address) >= _SAME_WORDS


def _same_street(first: Features, second: Features) -> bool:
    return (
        first.street == second.street
        or _ratio()(first.street, second.street) >= _ALIKE
        or _token_set_ratio()(first.street, second.street) >= _SAME_WORDS
    )


def _one_within(first: str, second: str) -> bool:
    return first.endswith(f"/{second}") or second.endswith(f"/{first}")


def _one_slip(first: str, second: str) -> bool:
    """Return whether two postcodes differ by one letter, or by two swapped ones."""
    if min(len(first), len(second)) < _LEAST_POSTCODE or abs(len(first) - len(second)) > 1:
        return False
    return _distance()(first, second, score_cutoff=1) <= 1


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
