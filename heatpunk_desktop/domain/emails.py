"""Email addresses: checked by their form only, never rewritten and never looked up on the network."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from heatpunk_desktop.domain.problem import Checked, doubt, error

_INCOMPLETE: Final = "This email address looks incomplete. You can still save it."
_BAD: Final = "This is not a complete email address. It should read like name@firm.co.uk."
_MISSING: Final = "Fill in an email address."
#: The usual form of an address.
_USUAL: Final = re.compile(r"[a-z0-9_+-]+(?:\.[a-z0-9_+-]+)*@([a-z0-9.-]+)", re.IGNORECASE | re.ASCII)
_USUAL_LENGTH: Final = 64


def is_email(text: str) -> bool:
    """Return whether a text is a complete email address by its form. Addresses under `.test` count."""
    usual = _USUAL.fullmatch(text)
    if usual is not None and len(text) <= _USUAL_LENGTH:
        return _is_domain(usual[1])
    return _is_whole(text)


@lru_cache(maxsize=4096)
def _is_domain(domain: str) -> bool:
    """Return whether a domain is complete. Cached: many customers share a few, and an import asks 10,000 times."""
    return _is_whole(f"a@{domain}")


def _is_whole(text: str) -> bool:
    # The import takes longer than a window may take to open.
    from email_validator import EmailNotValidError, validate_email  # noqa: PLC0415

    try:
        validate_email(text, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        return False
    return True


def check_email(text: str) -> Checked:
    """Check a customer's address; an incomplete one is a warning."""
    stripped = text.strip()
    return Checked(stripped, None if not stripped or is_email(stripped) else doubt(_INCOMPLETE))


def check_member_email(text: str) -> Checked:
    """Check a team member's address, by which the server finds people: anything incomplete is an error."""
    stripped = text.strip()
    if not stripped:
        return Checked("", error(_MISSING))
    return Checked(stripped, None if is_email(stripped) else error(_BAD))
