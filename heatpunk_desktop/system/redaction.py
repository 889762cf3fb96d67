"""Removal of the API key from logs, tracebacks and reports."""

from __future__ import annotations

import base64
import logging
import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

#: Replaces the key.
REDACTED: Final = "[API key]"

_FORMAT: Final = "%(asctime)s %(levelname)s %(threadName)s %(name)s: %(message)s"

#: The header or the variable with its value: for a key that is not known here.
_NAMED: Final = re.compile(
    r"((?:X-API-KEY|HEATPUNK_API_KEY|api[_-]key)['\"]?\s*[:=,]\s*b?['\"]?)([^\s'\",;)}\]]+)", re.IGNORECASE
)

#: A name and a password in an address, such as a proxy's.
_IN_ADDRESS: Final = re.compile(r"(?<=://)[^\s/@'\"]+(?=@)")

#: A shorter piece of base64 is likely to occur in a text by chance.
_SHORTEST_BASE64: Final = 10


def _letter(letter: str) -> str:
    """Return a pattern of all ways to write a letter: plain, in an address, in JSON, in Python and in HTML."""
    code = ord(letter)
    ways = [
        re.escape(letter),
        f"\\\\+{re.escape(letter)}",
        f"\\\\+u(?i:{code:04x})",
        f"\\\\+x(?i:{code:02x})",
        f"&\\#0*{code};",
        f"&\\#[xX]0*(?i:{code:x});",
        "".join(f"%(?i:{byte:02x})" for byte in letter.encode()),
    ]
    named = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;", " ": r"\+"}
    return "(?:" + "|".join([*ways, *([named[letter]] if letter in named else [])]) + ")"


def _in_base64(secret: str) -> set[str]:
    """Return what the base64 of any text that contains the secret must contain, wherever in it the secret begins."""
    data = secret.encode()
    found = set()
    for before in range(3):
        # The letters at both ends also depend on what is beside the secret.
        first = (0, 2, 3)[before]
        whole = (before + len(data)) * 8 // 6
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            piece = encode(bytes(before) + data).decode()[first:whole]
            if len(piece) >= _SHORTEST_BASE64:
                found.add(piece)
    return found


def _pattern(secret: str) -> re.Pattern[str]:
    ways = ["".join(map(_letter, secret)), *map(re.escape, sorted(_in_base64(secret), key=len, reverse=True))]
    if len(secret) * 2 >= _SHORTEST_BASE64:
        ways.append(f"(?i:{secret.encode().hex()})")
    return re.compile("|".join(ways))


def redact_secrets(text: str, secrets: Iterable[str]) -> str:
    """Return a text without the secrets, in any common encoding."""
    for secret in sorted({candidate for candidate in secrets if candidate}, key=len, reverse=True):
        text = _pattern(secret).sub(REDACTED, text)
    return text


def redact(text: str, secrets: Iterable[str]) -> str:
    """Return a text without the secrets, without anything labelled as a key, and without credentials in addresses."""
    text = redact_secrets(text, secrets)
    text = _IN_ADDRESS.sub("[name and password]", text)
    return _NAMED.sub(lambda match: match[0] if REDACTED.startswith(match[2]) else match[1] + REDACTED, text)


class RedactingFormatter(logging.Formatter):
    """A log formatter that removes the key, also from tracebacks.

    Args:
        secrets: Returns the keys known now; called for each record.
    """

    def __init__(self, secrets: Callable[[], Iterable[str]]) -> None:
        super().__init__(_FORMAT)
        self._secrets = secrets

    def format(self, record: logging.LogRecord) -> str:
        """Return the record's text, with each secret replaced."""
        return redact(super().format(record), self._secrets())
