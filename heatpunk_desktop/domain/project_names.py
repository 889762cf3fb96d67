"""The default names of new projects."""

from __future__ import annotations

import re
from typing import Final

from heatpunk_desktop.domain.postcodes import format_postcode
from heatpunk_desktop.domain.validation import check_address, tidy_text

#: The most characters of a name; longer ones are cut between words.
_LONGEST: Final = 80
#: A part of an address that is only the door: `Flat 7`, `Unit 3B`, `12a`.
_DOOR: Final = re.compile(r"(?:(?:flat|apartment|apt|unit|plot|room)\b.{0,8}|\d{1,5}\s?[a-z]?)", re.IGNORECASE)
_COUNTRIES: Final = frozenset({"uk", "united kingdom", "great britain", "england", "scotland", "wales"})
#: Parts of a name, not counting the door: the street and the town.
_PARTS: Final = 2


def suggest_name(address: str, customer: str, postcode: str) -> str:
    """Suggest a project's name: `87 High Street, Exeter`, or without an address `Priya Patel, EX1 1HS`.

    Args:
        address: The address as typed, on one line or several.
        customer: The customer's name as typed.
        postcode: The postcode as typed.

    Returns:
        The name on one line; empty where there is nothing to name it by.
    """
    told = [part for part in map(_without_postcode, str(check_address(address).value).split(",")) if part]
    kept: list[str] = []
    for part in told:
        if part.lower() in _COUNTRIES:
            continue
        kept.append(part)
        if sum(not _DOOR.fullmatch(name_part) for name_part in kept) == _PARTS:
            break
    known = kept or [tidy_text(customer), format_postcode(postcode) or tidy_text(postcode)]
    return _cut(", ".join(filter(None, known)))


def _without_postcode(part: str) -> str:
    """Return a part of an address without a trailing postcode."""
    words = part.split()
    for count in (2, 1):
        if len(words) >= count and format_postcode(" ".join(words[-count:])):
            words = words[:-count]
            break
    return " ".join(words)


def _cut(name: str) -> str:
    if len(name) <= _LONGEST:
        return name
    return name[: _LONGEST + 1].rpartition(" ")[0].rstrip(" ,") or name[:_LONGEST]
