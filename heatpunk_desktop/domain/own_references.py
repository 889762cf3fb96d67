"""The CRM references by which the app knows projects that it made itself, on any computer."""

from __future__ import annotations

import re
from typing import Final

#: Crockford's base 32: no I, L, O or U, which are misread.
_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_REFERENCE_LENGTH: Final = 10
_OWN_REFERENCE: Final = rf"HPD-[{_ALPHABET}]{{{_REFERENCE_LENGTH}}}"


def new_reference() -> str:
    """Return a new, unique reference: `HPD-` and ten letters or digits, 50 random bits."""
    import secrets  # noqa: PLC0415 - not needed to start

    return "HPD-" + "".join(secrets.choice(_ALPHABET) for _ in range(_REFERENCE_LENGTH))


def is_own_reference(text: object) -> bool:
    """Return whether a CRM reference was made by this app, on any computer."""
    return isinstance(text, str) and re.fullmatch(_OWN_REFERENCE, text.strip()) is not None
