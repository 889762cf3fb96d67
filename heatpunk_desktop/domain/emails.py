"""Email addresses: looked at, never rewritten, and never asked about on the network."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from heatpunk_desktop.domain.problem import Checked, doubt, error

_INCOMPLETE: Final = "This email address looks incomplete. You can still save it."
_BAD: Final = "This is not a complete email address. It should read like name@firm.co.uk."
_MISSING: Final = "Fill in an email address."
#: What nearly everybody has before the `@`.
_USUAL: Final = re.compile(r"[a-z0-9_+-]+(?:\.[a-z0-9_+-]+)*@([a-z0-9.-]+)", re.IGNORECASE | re.ASCII)
_USUAL_LENGTH: Final = 64


def is_email(text: str) -> bool:
    """Whether a text is a complete email address by its form alone. Addresses under `.test` count."""
    usual = _USUAL.fullmatch(text)
    if usual is not None and len(text) <= _USUAL_LENGTH:
        return _is_domain(usual[1])
    return _is_whole(text)


@lru_cache(maxsize=4096)
def _is_domain(domain: str) -> bool:
    """Whether what stands behind the `@` is complete; many customers share a few, and an import asks by the 10,000."""
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
    """A customer's address: an incomplete one is a doubt."""
    stripped = text.strip()
    return Checked(stripped, None if not stripped or is_email(stripped) else doubt(_INCOMPLETE))


def check_member_email(text: str) -> Checked:
    """The address of a member of the team, which the server looks people up by: anything incomplete is an error."""
    stripped = text.strip()
    if not stripped:
        return Checked("", error(_MISSING))
    return Checked(stripped, None if is_email(stripped) else error(_BAD))
