"""Construction of valid conditions from what the user typed or chose."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from heatpunk_desktop.domain.fields import BuildDate, Status
from heatpunk_desktop.filters.conditions import (
    DATES,
    SINGLE,
    TESTS,
    VALUELESS,
    ChangesState,
    Condition,
    Subject,
    Test,
)
from heatpunk_desktop.filters.spans import normal_span

if TYPE_CHECKING:
    from collections.abc import Sequence

_WITHIN: Final = frozenset({Test.WITHIN, Test.WITHIN_NOT})
_FIRST_AND_LAST: Final = 2


def condition(subject: Subject, test: Test, values: Sequence[str] = ()) -> Condition | None:
    """Return a condition with normalised values; None where it makes no sense.

    Args:
        subject: What is tested.
        test: The comparison.
        values: The values to compare with, as typed.
    """
    if test not in TESTS[subject]:
        return None
    if test in VALUELESS:
        return Condition(subject, test)
    normal = [normal_value(subject, value) for value in values]
    found = [value for value in normal if value is not None]
    if not found or len(found) < len(normal):
        return None
    if test in SINGLE:
        return Condition(subject, test, (found[0],)) if len(found) == 1 else None
    if test in _WITHIN:
        return Condition(subject, test, tuple(found)) if len(found) <= _FIRST_AND_LAST else None
    return Condition(subject, test, tuple(dict.fromkeys(found)))


def normal_value(subject: Subject, text: str) -> str | None:
    """Return the normal form of a value, or None where the subject has no such value."""
    plain = " ".join(text.split())
    if not plain:
        return None
    if subject in DATES:
        return normal_span(plain)
    if subject is Subject.STATUS:
        return _one_of(list(Status), plain) or plain
    if subject is Subject.BUILD:
        # As the screen says it, `Pre 2000`, or as the server does, `pre2000`.
        bands = {"".join(band.label.lower().split()): str(band) for band in BuildDate}
        found = _one_of(list(bands), "".join(plain.split()))
        return plain if found is None else bands[found]
    if subject is Subject.CHANGES:
        return _one_of(list(ChangesState), plain)
    if subject is Subject.OWNER:
        return plain.lower()
    if subject is Subject.ID:
        digits = plain.lstrip("#")
        return str(int(digits)) if digits.isascii() and digits.isdigit() and len(digits) < 20 else None  # noqa: PLR2004
    return plain


def _one_of(words: Sequence[str], text: str) -> str | None:
    """Return the word that equals a text in any case, or the only one that begins with it."""
    small = text.lower()
    begun = [word for word in words if word.lower().startswith(small)]
    whole = [word for word in begun if word.lower() == small]
    if whole:
        return str(whole[0])
    return str(begun[0]) if len(begun) == 1 else None
