"""Emails, phone numbers and postcodes in running text."""

from __future__ import annotations

import re
from typing import Final

from heatpunk_desktop.domain.emails import is_email
from heatpunk_desktop.domain.postcodes import format_postcode
from heatpunk_desktop.extraction.lines import Span

_EMAIL: Final = re.compile(r"(?<![\w.+-])[\w.+'-]+@[\w.-]+\.\w[\w-]*", re.IGNORECASE)
_POSTCODE: Final = re.compile(
    r"(?<![\w/-])[A-Z]{1,2}[0-9][0-9A-Z]? {0,2}[0-9][A-Z]{2}(?![\w/-])", re.IGNORECASE | re.ASCII
)
#: With the letters O and I for digits, which in running words would make postcodes of words such as `mobile`.
_TYPED_POSTCODE: Final = re.compile(
    r"(?<![\w/-])[A-Z]{1,2}[0-9IO][0-9A-Z]? {0,2}[0-9IO][A-Z]{2}(?![\w/-])", re.IGNORECASE | re.ASCII
)
#: Addresses of machines, or that many people read.
_MACHINES: Final = re.compile(
    r"(?:no-?reply|do-?not-?reply|mailer|notifications?|forms?|wordpress|web(?:site|master))\b.*@"
)


def emails_in(words: str) -> list[Span]:
    """Return the complete email addresses of people."""
    found = ((match[0].rstrip(".'-"), match.start()) for match in _EMAIL.finditer(words))
    return [
        Span(text, start, start + len(text))
        for text, start in found
        if is_email(text) and not _MACHINES.match(text.lower())
    ]


def phones_in(words: str, *, is_labelled: bool = False) -> list[Span]:
    """Return phone numbers as they are written.

    Args:
        words: The text to search.
        is_labelled: Whether a label says that it is a phone number; then a number need only have the right length.
    """
    # The import takes longer than a window may take to open.
    from phonenumbers import Leniency, PhoneNumberMatcher  # noqa: PLC0415

    leniency = Leniency.POSSIBLE if is_labelled else Leniency.VALID
    found = PhoneNumberMatcher(words, "GB", leniency=leniency)
    return [
        Span(match.raw_string.strip(), match.start, match.start + len(match.raw_string.rstrip())) for match in found
    ]


def postcodes_in(words: str, *, is_labelled: bool = False) -> list[Span]:
    """Return normalised postcodes, each with its place in the text.

    Args:
        words: The text to search.
        is_labelled: Whether a label says that it is a postcode; then the letter O may stand for a zero.
    """
    pattern = _TYPED_POSTCODE if is_labelled else _POSTCODE
    found = ((format_postcode(match[0]), match) for match in pattern.finditer(words))
    return [Span(code, match.start(), match.end()) for code, match in found if code]
