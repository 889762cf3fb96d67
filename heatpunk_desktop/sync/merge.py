"""Whether two values of a field are the same, and what becomes of a change beside what the server holds. Pure."""

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
    """Whether a field holds nothing: null and an empty text are the same to everybody."""
    return value is None or (isinstance(value, str) and not value.strip())


def same(field: Field, one: Value, other: Value) -> bool:
    """Whether nobody would see a difference: ends and line breaks of texts, null and empty do not count."""
    if is_empty(one) or is_empty(other):
        return is_empty(one) and is_empty(other)
    if field in NUMERIC_FIELDS:
        return _near(one, other)
    return _plain(str(one)) == _plain(str(other))


def alike(field: Field, one: Value, other: Value) -> bool:
    """Whether a server may have made one out of the other: neither case nor spacing counts."""
    if field in NUMERIC_FIELDS or is_empty(one) or is_empty(other):
        return same(field, one, other)
    return folded(field, one) == folded(field, other)


def folded(field: Field, value: Value) -> Value:
    """A value in the form by which `alike` knows it again."""
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
    """What becomes of each field of a change.

    Attributes:
        send: Fields to send: nobody else touched them, or nobody can tell (`untold`).
        there: Fields that the server holds already as the user wants them.
        clash: Fields that somebody else changed too, with what the server holds.
        untold: Those of `send` of which the server does not tell what it holds.
    """

    send: FieldValues
    there: frozenset[Field]
    clash: FieldValues
    untold: frozenset[Field]


def merge(
    base: FieldValues, mine: FieldValues, theirs: FieldValues, set_later: Container[Field] = frozenset()
) -> Merged:
    """Three ways: what the user saw, what the user wants, what the server holds.

    Args:
        base: What the user saw in the fields; a field that is missing was not loaded, so nothing was seen.
        mine: The change.
        theirs: What the server told; a field that is missing was not told.
        set_later: Fields that the user has set since: unless it is what the user saw, what they hold is meant, even
            where it is what every project begins with.
    """
    send: dict[Field, str | float | None] = {}
    clash: dict[Field, str | float | None] = {}
    there: set[Field] = set()
    untold: set[Field] = set()
    for field, value in mine.items():
        if field not in theirs:
            send[field] = value
            untold.add(field)
        elif same(field, theirs[field], value):
            there.add(field)
        elif field in base and same(field, theirs[field], base[field]):
            send[field] = value
        elif field in set_later:
            clash[field] = theirs[field]
        elif field not in base and is_empty(theirs[field]):
            send[field] = value
        elif field is Field.STATUS and is_empty(base.get(field)) and theirs[field] == Status.LEAD:
            # Every project begins as a lead, whether anybody said so or not: that is nobody's change.
            send[field] = value
        else:
            clash[field] = theirs[field]
    return Merged(send, frozenset(there), clash, frozenset(untold))
