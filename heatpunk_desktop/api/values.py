"""Tolerant parsing of single values from servers. Source of the variety: the vendor's two help pages."""

from __future__ import annotations

import json
import math
import re
from typing import Final

import orjson

from heatpunk_desktop.api.protocol import MAX_ID

_WHOLE_NUMBER: Final = re.compile(r"[0-9]{1,16}")

#: JSON tokens, for mending: a string, a number with leading zeros, a comma before a closing bracket.
_MENDABLE: Final = re.compile(
    r'("[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\Z))|(?<![0-9.eE+])(-?)0+(?=[0-9])|,(?=\s*+[}\]])', re.DOTALL
)

#: Digits of a number that surely fits 64 bits.
_SAFE_DIGITS: Final = 18


class NotJsonError(ValueError):
    """Bytes that cannot be read as JSON, not even tolerantly."""


def read_id(raw: object) -> int | None:
    """Return a project's or a team member's ID: a number or a numeric string above 0, else None."""
    if isinstance(raw, str):
        text = raw.strip()
        number: int | float = int(text) if _WHOLE_NUMBER.fullmatch(text) else 0
    elif isinstance(raw, int | float) and not isinstance(raw, bool):
        number = raw
    else:
        return None
    return int(number) if 0 < number <= MAX_ID and number == math.floor(number) else None


def read_coordinate(raw: object, limit: float) -> float | None:
    """Return decimal degrees from a number or a numeric string within ±limit, else None."""
    if isinstance(raw, bool) or not isinstance(raw, str | int | float):
        return None
    try:
        degrees = float(raw)
    except (ValueError, OverflowError):
        return None
    return degrees if -limit <= degrees <= limit else None


def read_text(raw: object) -> str:
    """Return a text unchanged and a number in digits; everything else becomes empty."""
    if isinstance(raw, str):
        return raw
    if isinstance(raw, int | float) and not isinstance(raw, bool):
        return str(raw)
    return ""


def _mend(match: re.Match[str]) -> str:
    return match[1] or match[2] or ""


def _whole_number(digits: str) -> int | float:
    return int(digits) if len(digits) <= _SAFE_DIGITS else float(digits)


def _without_halves(value: object) -> object:
    """Replace what stdlib's reader lets through and JSON cannot hold: lone surrogates, NaN and infinities."""
    if isinstance(value, str):
        return value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, list):
        return [_without_halves(item) for item in value]
    if isinstance(value, dict):
        return {str(_without_halves(name)): _without_halves(item) for name, item in value.items()}
    return value


def parse_tolerantly(raw: bytes) -> object:
    """Parse JSON, and what servers take for JSON.

    Forgiven: leading zeros and trailing commas (both are in the guide's examples), NaN, control characters in strings,
    broken UTF-8, unpaired surrogates, a byte order mark.

    Raises:
        NotJsonError: It is not JSON, or nests too deeply.
    """
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError:
        pass
    text = raw.decode("utf-8-sig", "replace")
    try:
        return _without_halves(json.loads(_MENDABLE.sub(_mend, text), strict=False, parse_int=_whole_number))
    except (ValueError, RecursionError) as error:
        raise NotJsonError("the answer is not JSON") from error
