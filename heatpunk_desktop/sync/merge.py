"""Comparison of field values, and the three-way merge of a change with what the server holds. Pure."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Final, NamedTuple

from heatpunk_desktop.domain.fields import NUMERIC_FIELDS, Field, Status

if TYPE_CHECKING:
    from collections.abc import Container

    from heatpunk_desktop.domain.fields import FieldValues

#: Degrees: a metre. Servers keep coordinates in 32 bits, which is off by up to a third of it.
_TOLERANCE: Final = 1e-5

Value = str | float | None


def is_empty(value: Value) -> bool:
    """Return whether a field is empty: null, or a blank text."""
    return value is None or (isinstance(value, str) and not value.strip())


def same(field: Field, one: Value, other: Value) -> bool:
    """Return whether two values look the same: spaces at the ends, kinds of line break, null or empty do not count."""
    if is_empty(one) or is_empty(other):
        return is_empty(one) and is_empty(other)
    if field in NUMERIC_FIELDS:
        return _near(one, other)
    return _plain(str(one)) == _plain(str(other))


def alike(field: Field, one: Value, other: Value) -> bool:
    """Return whether the server may have normalised one value to the other: case and spacing do not count."""
    if field in NUMERIC_FIELDS or is_empty(one) or is_empty(other):
        return same(field, one, other)
    return folded(field, one) == folded(field, other)


def folded(field: Field, value: Value) -> Value:
    """Return a value in the form that `alike` compares."""
    if is_empty(value):
        return None
    if field in NUMERIC_FIELDS or not isinstance(value, str):
        return value
    words = _plain(value).casefold().split()
    return "".join(words) if field is Field.POSTCODE else " ".join(words)


def _plain(text: str) -> str:
    return unicodedata.normalize("NFC", "\n".join(text.strip().splitlines()))


def _near(one: Value, other: Value) -> bool:
    try:
        return abs(float(one or 0) - float(other or 0)) <= _TOLERANCE
    except ValueError:
        return False


# -- three ways -------------------------------------------------------------------------------------------------------


class Merged(NamedTuple):
    """The result of a merge, for each field of a change.

    Attributes:
        send: Fields to send: no one else changed them, or that is not known (`not_returned`).
        there: Fields that already have the wanted value on the server.
        clash: Fields that a colleague changed too, with the server's values.
        not_returned: Those of `send` that the server did not return.
    """

    send: FieldValues
    there: frozenset[Field]
    clash: FieldValues
    not_returned: frozenset[Field]


def merge(
    base: FieldValues, mine: FieldValues, theirs: FieldValues, set_later: Container[Field] = frozenset()
) -> Merged:
    """Merge three sides: what the user saw, what the user set, what the server holds.

    Args:
        base: What the user saw in the fields; a field that was not loaded is missing.
        mine: The change.
        theirs: What the server returned; a field that it did not return is missing.
        set_later: Fields that later changes have set: a value there is intended unless it is what the user saw, even
            if it is the value that every new project has.
    """
    send: dict[Field, str | float | None] = {}
    clash: dict[Field, str | float | None] = {}
    there: set[Field] = set()
    not_returned: set[Field] = set()
    for field, value in mine.items():
        if field not in theirs:
            send[field] = value
            not_returned.add(field)
        elif same(field, theirs[field], value):
            there.add(field)
        elif field in base and same(field, theirs[field], base[field]):
            send[field] = value
        elif field in set_later:
            clash[field] = theirs[field]
        elif field not in base and is_empty(theirs[field]):
            send[field] = value
        elif field is Field.STATUS and is_empty(base.get(field)) and theirs[field] == Status.LEAD:
            # Every new project is a lead: that is no one's change.
            send[field] = value
        else:
            clash[field] = theirs[field]
    return Merged(send, frozenset(there), clash, frozenset(not_returned))
