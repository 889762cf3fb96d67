"""Keeps the API key out of logs, tracebacks and reports."""

from __future__ import annotations

import json
import logging
import re
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, quote_plus

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

#: What stands in the key's place.
REDACTED: Final = "[API key]"

_FORMAT: Final = "%(asctime)s %(levelname)s %(threadName)s %(name)s: %(message)s"

#: The header or the variable with whatever stands behind it: for a key that nobody has told us of.
_NAMED: Final = re.compile(
    r"((?:X-API-KEY|HEATPUNK_API_KEY|api[_-]key)['\"]?\s*[:=,]\s*b?['\"]?)([^\s'\",;)}\]]+)", re.IGNORECASE
)


def _forms(secret: str) -> set[str]:
    return {
        secret,
        quote(secret, safe=""),
        quote_plus(secret),
        json.dumps(secret)[1:-1],
        repr(secret)[1:-1],
        repr(repr(secret))[2:-2],
    }


def redact(text: str, secrets: Iterable[str]) -> str:
    """A text without the secrets, plain, URL-encoded or escaped, and without anything that is named as a key."""
    forms = {form for secret in secrets if secret for form in _forms(secret)}
    for form in sorted(forms, key=len, reverse=True):
        text = text.replace(form, REDACTED)
    return _NAMED.sub(lambda match: match[0] if REDACTED.startswith(match[2]) else match[1] + REDACTED, text)


class RedactingFormatter(logging.Formatter):
    """Formats records, tracebacks included, without the key.

    Args:
        secrets: Gives the keys known now; asked for each record.
    """

    def __init__(self, secrets: Callable[[], Iterable[str]]) -> None:
        super().__init__(_FORMAT)
        self._secrets = secrets

    def format(self, record: logging.LogRecord) -> str:
        """The record's text, with each secret replaced."""
        return redact(super().format(record), self._secrets())
