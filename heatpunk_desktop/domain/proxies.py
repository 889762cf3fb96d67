"""Which proxy the way to the server leads through: none, the system's, or one that a person named."""

from __future__ import annotations

import re
from typing import Final

from heatpunk_desktop.domain.hosts import is_loopback
from heatpunk_desktop.errors import BadInputError

#: Values of the setting that are no address.
NO_PROXY: Final = "none"
SYSTEM_PROXY: Final = "system"

_LABEL: Final = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_ADDRESS: Final = rf"((?:{_LABEL}\.)*{_LABEL}|\[[0-9a-f:.]{{2,45}}\]):([1-9][0-9]{{0,4}})"
_LAST_PORT: Final = 65535
_SHOWN: Final = 80


def _refuse(text: str, why: str) -> BadInputError:
    # What stands before an @ may be a password, and the words may be written down.
    shown = "".join(letter if letter.isprintable() else " " for letter in text.rpartition("@")[2][:_SHOWN])
    return BadInputError(
        "That proxy cannot be used",
        f"“{shown}”: {why}" if shown else why,
        "Enter its host and port, such as proxy.firm.example:3128.",
    )


def check_proxy(text: str) -> str:
    """Reads the address of a proxy as people type or paste it.

    Returns:
        `host:port` in small letters.

    Raises:
        BadInputError: It is no host with a port, or holds a password, which would lie in a file.
    """
    typed = text.strip()
    if not typed:
        raise _refuse("", "No proxy is given.")
    plain = typed.lower().removesuffix("/")
    if "@" in plain:
        raise _refuse(
            typed,
            "a name and a password are not kept here, as they would lie in a file. A proxy that asks for them can be"
            " set up in the system’s settings.",
        )
    if "://" in plain and not plain.startswith("http://"):
        raise _refuse(typed, "only HTTP proxies are spoken to.")
    found = re.fullmatch(_ADDRESS, plain.removeprefix("http://"))
    if found is None or int(found[2]) > _LAST_PORT:
        raise _refuse(typed, "that is not a host with a port.")
    return found[0]


def is_proxy_setting(text: str) -> bool:
    """Whether a text is a value that the setting may have."""
    if text in {NO_PROXY, SYSTEM_PROXY}:
        return True
    try:
        return check_proxy(text) == text
    except BadInputError:
        return False


def goes_without(origin: str) -> bool:
    """Whether the way to an origin leads through no proxy, whatever is set: the own computer."""
    return is_loopback(origin)
