"""Servers and proxies that the app may talk to: which hosts may receive the API key, and which proxy is used."""

from __future__ import annotations

import re
from typing import Final

from heatpunk_desktop.errors import BadInputError
from heatpunk_desktop.texts import marked

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


def _refusal(subject: str, typed: str, why: str, advice: str) -> BadInputError:
    """Return the error for a text, which is shortened and shown with its unprintable characters blanked."""
    shown = "".join(letter if letter.isprintable() else " " for letter in typed[:_SHOWN])
    return BadInputError(
        marked("hosts", "That {0} cannot be used").format(subject),
        marked("hosts", "“{0}”: {1}").format(shown, why) if shown else why,
        advice,
    )


def _refuse_domain(text: str, why: str) -> BadInputError:
    return _refusal(
        marked("hosts", "domain"),
        text,
        why,
        marked("hosts", "Enter the bare domain, such as heatpunk.co.uk or easy-pv.co.uk."),
    )


def check_domain(text: str) -> str:
    """Check a domain as the user types or pastes it.

    Args:
        text: A host, or an https address without anything after the host, or `http://127.0.0.1:PORT` (also `[::1]` and
            `localhost`).

    Returns:
        The host in lower case, or the loopback address as it is, without a slash at the end.

    Raises:
        BadInputError: Anything else: the key is sent to this server, so nothing is guessed.
    """
    typed = text.strip()
    if not typed:
        raise _refuse_domain("", marked("hosts", "No domain is given."))
    if not typed.isascii():
        raise _refuse_domain(typed, marked("hosts", "there is a letter in it that only looks like a plain one."))
    plain = typed.lower()
    plain = plain.removesuffix("/") if "://" in plain else plain
    loopback = re.fullmatch(_LOOPBACK, plain)
    if loopback is not None and int(loopback[1]) <= _LAST_PORT:
        return plain
    if plain.startswith("http://"):
        raise _refuse_domain(typed, marked("hosts", "without https, others could read the API key on its way."))
    return _checked_host(typed, plain.removeprefix("https://"))


def _checked_host(typed: str, host: str) -> str:
    for sign, why in (
        ("@", marked("hosts", "there is a user name in it.")),
        ("/", marked("hosts", "there is more than the domain in it.")),
        ("?", marked("hosts", "there is more than the domain in it.")),
        ("#", marked("hosts", "there is more than the domain in it.")),
        (":", marked("hosts", "it has a port number.")),
        ("[", marked("hosts", "it is an IP address.")),
    ):
        if sign in host:
            raise _refuse_domain(typed, why)
    if host.endswith("."):
        raise _refuse_domain(typed, marked("hosts", "it ends with a dot."))
    if any(label.startswith("xn--") for label in host.split(".")):
        raise _refuse_domain(typed, marked("hosts", "it stands for letters that only look like plain ones."))
    if len(host) > _LONGEST or re.fullmatch(_HOST, host) is None:
        raise _refuse_domain(typed, marked("hosts", "that is not the name of a server on the internet."))
    return host


def is_loopback(domain: str) -> bool:
    """Return whether a checked domain is this computer."""
    return domain.startswith("http://")


def is_vendor_domain(domain: str) -> bool:
    """Return whether a checked domain is the vendor's.

    For any other the user is asked once before the key goes there.
    """
    return domain in VENDOR_DOMAINS


#: Values of the setting that are no address.
NO_PROXY: Final = "none"
SYSTEM_PROXY: Final = "system"

_PROXY_LABEL: Final = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_PROXY_ADDRESS: Final = rf"((?:{_PROXY_LABEL}\.)*{_PROXY_LABEL}|\[[0-9a-f:.]{{2,45}}\]):([1-9][0-9]{{0,4}})"


def _refuse_proxy(text: str, why: str) -> BadInputError:
    # The part before an @ may be a password, and the message may be logged.
    without_password = text.rpartition("@")[2]
    return _refusal(
        marked("hosts", "proxy"),
        without_password,
        why,
        marked("hosts", "Enter its host and port, such as proxy.firm.example:3128."),
    )


def check_proxy(text: str) -> str:
    """Check the address of a proxy as the user types or pastes it.

    Returns:
        `host:port` in lower case.

    Raises:
        BadInputError: It is no host with a port, or holds a password, which would be stored in a file.
    """
    typed = text.strip()
    if not typed:
        raise _refuse_proxy("", marked("hosts", "No proxy is given."))
    plain = typed.lower().removesuffix("/")
    if "@" in plain:
        raise _refuse_proxy(
            typed,
            marked(
                "hosts",
                "a name and a password are not kept here, as they would lie in a file. A proxy that asks for them can"
                " be set up in the system’s settings.",
            ),
        )
    if "://" in plain and not plain.startswith("http://"):
        raise _refuse_proxy(typed, marked("hosts", "only HTTP proxies are spoken to."))
    found = re.fullmatch(_PROXY_ADDRESS, plain.removeprefix("http://"))
    if found is None or int(found[2]) > _LAST_PORT:
        raise _refuse_proxy(typed, marked("hosts", "that is not a host with a port."))
    return found[0]


def is_proxy_setting(text: str) -> bool:
    """Return whether a text is an allowed value of the proxy setting."""
    if text in {NO_PROXY, SYSTEM_PROXY}:
        return True
    try:
        return check_proxy(text) == text
    except BadInputError:
        return False


def goes_without(origin: str) -> bool:
    """Return whether requests to an origin use no proxy, whatever is set: this computer itself."""
    return is_loopback(origin)
