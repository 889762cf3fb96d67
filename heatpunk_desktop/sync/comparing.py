"""Whether two values of a field are the same: as a person sees it, and as two systems may write it. Pure."""

from __future__ import annotations

import unicodedata
from typing import Final

from heatpunk_desktop.domain.fields import NUMERIC_FIELDS, Field

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
