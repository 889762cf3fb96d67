"""The program's own CRM references, by which a project is known again on the server."""

from __future__ import annotations

import re
import secrets
from typing import Final

#: Crockford's base 32: no I, L, O or U, which are misread.
_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LETTERS: Final = 10
_OWN: Final = re.compile(rf"HPD-[{_ALPHABET}]{{{_LETTERS}}}")


def new_reference() -> str:
    """A reference that nothing else has: `HPD-` and ten letters or digits, 50 bits of chance."""
    return "HPD-" + "".join(secrets.choice(_ALPHABET) for _ in range(_LETTERS))


def is_own_reference(text: object) -> bool:
    """Whether a CRM reference is one that this program made, on whatever computer."""
    return isinstance(text, str) and _OWN.fullmatch(text.strip()) is not None
