"""Which servers the key may go to: a bare host over https, or the own computer."""

from __future__ import annotations

import re
from typing import Final

from heatpunk_desktop.errors import BadInputError

#: The hosts of Heatpunk and Easy PV. Source: the vendor's help pages; the sandboxes are given on request.
VENDOR_DOMAINS: Final = (
    "heatpunk.co.uk",
    "easy-pv.co.uk",
    "easy-pv.ie",
    "easy-pv.com",
    "sandbox.heatpunk.co.uk",
    "sandbox.easy-pv.co.uk",
)

_LABEL: Final = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
# The last label of a host begins with a letter; that of every way to write an IPv4 address with a digit.
_HOST: Final = rf"(?:{_LABEL}\.)+(?=[a-z]){_LABEL}"
_LOOPBACK: Final = r"http://(?:127\.0\.0\.1|\[::1\]|localhost):([1-9][0-9]{0,4})"
_LONGEST: Final = 253
_LAST_PORT: Final = 65535
_SHOWN: Final = 80


def _refuse(text: str, why: str) -> BadInputError:
    shown = "".join(letter if letter.isprintable() else " " for letter in text[:_SHOWN])
    return BadInputError(
        "That domain cannot be used",
        f"“{shown}”: {why}" if shown else why,
        "Enter the bare domain, such as heatpunk.co.uk or easy-pv.co.uk.",
    )


def check_domain(text: str) -> str:
    """Reads a domain as people type or paste it.

    Args:
        text: A host, or an https address without anything after the host, or `http://127.0.0.1:PORT` (also `[::1]` and
            `localhost`).

    Returns:
        The host in small letters, or the loopback address as it is, without a slash at the end.

    Raises:
        BadInputError: Anything else: the key is sent to this server, so nothing is guessed.
    """
    typed = text.strip()
    if not typed:
        raise _refuse("", "No domain is given.")
    if not typed.isascii():
        raise _refuse(typed, "there is a letter in it that only looks like a plain one.")
    plain = typed.lower()
    plain = plain.removesuffix("/") if "://" in plain else plain
    loopback = re.fullmatch(_LOOPBACK, plain)
    if loopback is not None and int(loopback[1]) <= _LAST_PORT:
        return plain
    if plain.startswith("http://"):
        raise _refuse(typed, "without https, others could read the API key on its way.")
    return _checked_host(typed, plain.removeprefix("https://"))


def _checked_host(typed: str, host: str) -> str:
    for sign, why in (
        ("@", "there is a user name in it."),
        ("/", "there is more than the domain in it."),
        ("?", "there is more than the domain in it."),
        ("#", "there is more than the domain in it."),
        (":", "it has a port number."),
        ("[", "it is an IP address."),
    ):
        if sign in host:
            raise _refuse(typed, why)
    if host.endswith("."):
        raise _refuse(typed, "it ends with a dot.")
    if any(label.startswith("xn--") for label in host.split(".")):
        raise _refuse(typed, "it stands for letters that only look like plain ones.")
    if len(host) > _LONGEST or re.fullmatch(_HOST, host) is None:
        raise _refuse(typed, "that is not the name of a server on the internet.")
    return host


def is_loopback(domain: str) -> bool:
    """Whether a checked domain is this computer."""
    return domain.startswith("http://")


def is_vendor_domain(domain: str) -> bool:
    """Whether a checked domain is the vendor's. For any other one a person is asked once before the key goes there."""
    return domain in VENDOR_DOMAINS
