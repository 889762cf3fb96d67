"""Links that phone a customer, write to them, or show their house on a map.

Customers' details are untrusted: a link contains only digits, one address, or one encoded query, so that no part of a
text becomes a header, a second recipient or another parameter.
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import quote, urlencode

from heatpunk_desktop.domain.coordinates import MAX_LATITUDE, MAX_LONGITUDE

_EXTENSION: Final = re.compile(r"\b(?:ext|extension|x)\b\.?\s*\d+\s*$", re.IGNORECASE)
_BETWEEN_PHONES: Final = re.compile(r"[/,;|\n\r]|\bor\b", re.IGNORECASE)
_NOT_DIGITS: Final = re.compile(r"[^0-9]+")
#: Digits of a number that can be rung: from an emergency call to the longest of the world (E.164).
_PHONE_LENGTHS: Final = range(3, 16)

_BETWEEN_EMAILS: Final = re.compile(r"[\s,;]+")
#: One address by its form: nothing in it can end it, or begin another or a header.
_EMAIL: Final = re.compile(r"""[^\s@<>()\[\]:;,"\\]+@[^\s@<>()\[\]:;,"\\?&=#%/]+\.[^\s@<>()\[\]:;,"\\?&=#%/]+""")
_LONGEST_EMAIL: Final = 254

_MAP: Final = "https://www.google.com/maps/search/?"
_LONGEST_PLACE: Final = 500


def phone_link(text: str) -> str | None:
    """Return the link that phones the first number in a text, such as `tel:+441392258258`, or None."""
    for part in _BETWEEN_PHONES.split(text):
        number = _EXTENSION.sub("", part).strip()
        is_abroad = number.lstrip("( ").startswith("+")
        digits = _NOT_DIGITS.sub("", number.replace("(0)", "") if is_abroad else number)
        if len(digits) in _PHONE_LENGTHS:
            return f"tel:{'+' if is_abroad else ''}{digits}"
    return None


def email_link(text: str) -> str | None:
    """Return the link that begins an email to the first complete address in a text, or None."""
    for part in _BETWEEN_EMAILS.split(text):
        if len(part) <= _LONGEST_EMAIL and part.isprintable() and _EMAIL.fullmatch(part):
            return f"mailto:{quote(part, safe='@')}"
    return None


def map_link(address: str, postcode: str, position: tuple[float, float] | None = None) -> str | None:
    """Return the address of a map that shows a house: by its position where that is known, else by its address.

    Args:
        address: The address as written.
        postcode: The postcode as written.
        position: Latitude and longitude.

    Returns:
        An https address, or None where nothing says where the house is.
    """
    place = ", ".join(filter(None, (" ".join(address.split()), " ".join(postcode.split()))))[:_LONGEST_PLACE]
    if position is not None and abs(position[0]) <= MAX_LATITUDE and abs(position[1]) <= MAX_LONGITUDE:
        place = f"{position[0]:.6f},{position[1]:.6f}"
    if not any(map(str.isalnum, place)):
        return None
    return _MAP + urlencode({"api": "1", "query": place}, errors="replace")
