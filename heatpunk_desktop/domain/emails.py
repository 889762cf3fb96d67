"""Email addresses: checked by their form only, never rewritten and never looked up on the network."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

from heatpunk_desktop.domain.problem import Checked, error, warning
from heatpunk_desktop.texts import marked

_INCOMPLETE: Final = marked("emails", "This email address looks incomplete. You can still save it.")
_BAD: Final = marked("emails", "This is not a complete email address. It should read like name@firm.co.uk.")
_MISSING: Final = marked("emails", "Fill in an email address.")
#: Largest lengths in octets: of an address, of its domain, of a label of the domain. Source: RFC 5321, RFC 1035.
_MOST: Final = 254
_MOST_OF_DOMAIN: Final = 253
_MOST_OF_LABEL: Final = 63
#: The local part between dots: RFC 5322's atext and whatever is not ASCII. Source: RFC 6531.
_ATOM: Final = r"[a-z0-9!#$%&'*+/=?^_`{|}~\u0080-\U0010ffff-]+"
_LOCAL: Final = re.compile(rf"{_ATOM}(?:\.{_ATOM})*", re.IGNORECASE)
#: A domain in ASCII. Two hyphens from the third place are reserved for encoded labels, which begin with `xn`.
_LABEL: Final = rf"(?!(?!xn)..--)[a-z0-9](?:[a-z0-9-]{{0,{_MOST_OF_LABEL - 2}}}[a-z0-9])?"
_DOMAIN: Final = re.compile(rf"(?:{_LABEL}\.)+{_LABEL}(?<=[a-z])")
#: Top-level names under which no mail is delivered. Source: IANA's special-use domain names.
_RESERVED: Final = ("arpa", "invalid", "local", "localhost", "onion")


def is_email(text: str) -> bool:
    """Return whether a text is a complete email address by its form. Addresses under `.test` count."""
    local, _, domain = text.partition("@")
    if not _is_local(local):
        return False
    ascii_domain = _in_ascii(domain)
    return bool(ascii_domain) and max(_octets(text), _octets(local) + 1 + len(ascii_domain)) <= _MOST


def _is_local(local: str) -> bool:
    """Return whether a text is a complete local part, as typed and after Unicode composition (NFC)."""
    if local.isascii():
        return _LOCAL.fullmatch(local) is not None
    return _is_visible(local) and all(_LOCAL.fullmatch(form) for form in (local, unicodedata.normalize("NFC", local)))


def _is_visible(text: str) -> bool:
    """Return whether a text holds only letters, marks, numbers, punctuation and symbols, and begins with no mark."""
    kinds = [unicodedata.category(character)[0] for character in text]
    return kinds[0] != "M" and set(kinds) <= set("LMNPS")


@lru_cache(maxsize=4096)
def _in_ascii(domain: str) -> str:
    """Return a domain in ASCII, or an empty text where it is not complete.

    Cached: many customers share a few, and an import asks 10,000 times.
    """
    if len(domain) > _MOST_OF_DOMAIN or not (domain.isascii() or _is_visible(domain)):
        return ""
    name = domain.lower()
    if not name.isascii() or "xn--" in name:
        name = _encoded(domain)
    is_host = name == "test" or _DOMAIN.fullmatch(name) is not None
    return name if is_host and len(name) <= _MOST_OF_DOMAIN and name.rpartition(".")[2] not in _RESERVED else ""


def _encoded(domain: str) -> str:
    """Return an international domain in ASCII (IDNA 2008), or an empty text where it cannot be encoded."""
    import idna  # noqa: PLC0415 - its tables are large, and few domains need them

    try:
        name = idna.encode(domain, uts46=True).decode("ascii")
        read = idna.decode(name)
        # With one label in a right-to-left script, the domain could look like another one: RFC 5893.
        if any(unicodedata.bidirectional(character) in {"R", "AL", "AN"} for character in read):
            for label in read.removesuffix(".").split("."):
                idna.check_bidi(label, check_ltr=True)
    except UnicodeError:
        return ""
    return name


def _octets(text: str) -> int:
    return len(text.encode())


def check_email(text: str) -> Checked:
    """Check a customer's address; an incomplete one is a warning."""
    stripped = text.strip()
    return Checked(stripped, None if not stripped or is_email(stripped) else warning(_INCOMPLETE))


def check_member_email(text: str) -> Checked:
    """Check a team member's address, by which the server finds people: anything incomplete is an error."""
    stripped = text.strip()
    if not stripped:
        return Checked("", error(_MISSING))
    return Checked(stripped, None if is_email(stripped) else error(_BAD))
