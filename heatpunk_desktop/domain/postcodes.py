"""UK postcodes: normalised, with typing mistakes corrected where only one reading is possible."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import product
from typing import Final

from heatpunk_desktop.domain.problem import Checked, warning
from heatpunk_desktop.texts import marked

#: The 121 areas of Great Britain and Northern Ireland, with those of the Crown dependencies and the forces (BF).
_AREAS: Final = (
    "AB|AL|B|BA|BB|BD|BF|BH|BL|BN|BR|BS|BT|CA|CB|CF|CH|CM|CO|CR|CT|CV|CW|DA|DD|DE|DG|DH|DL|DN|DT|DY|E|EC|EH|EN|EX|FK|"
    "FY|G|GL|GU|GY|HA|HD|HG|HP|HR|HS|HU|HX|IG|IM|IP|IV|JE|KA|KT|KW|KY|L|LA|LD|LE|LL|LN|LS|LU|M|ME|MK|ML|N|NE|NG|NN|NP|"
    "NR|NW|OL|OX|PA|PE|PH|PL|PO|PR|RG|RH|RM|S|SA|SE|SG|SK|SL|SM|SN|SO|SP|SR|SS|ST|SW|SY|TA|TD|TF|TN|TQ|TR|TS|TW|UB|W|"
    "WA|WC|WD|WF|WN|WR|WS|WV|YO|ZE"
)

#: A district is one digit, or two without a leading zero, or a digit and one of the letters used in London.
_POSTCODE: Final = re.compile(rf"(?:{_AREAS})(?:[1-9]?[0-9]|[0-9][A-HJKMNPR-Y])[0-9][ABD-HJLNP-UW-Z]{{2}}|GIR0AA")
#: Letters that are typed for digits.
_MISTYPED: Final = frozenset("OI")
_LOOK_ALIKES: Final = {"O": "O0", "0": "0O", "I": "I1", "1": "1I"}
_INWARD_LENGTH: Final = 3
_LENGTHS: Final = range(5, 8)

_NOT_A_POSTCODE: Final = marked(
    "postcodes", "This does not look like a UK postcode, such as CB1 3QD. You can still save it."
)
_LOOK_ALIKE: Final = marked(
    "postcodes",
    "This does not look like a UK postcode, such as CB1 3QD. See whether a letter O or I stands for a digit 0 or 1. "
    "You can still save it.",
)


def format_postcode(text: str) -> str | None:
    """Return the postcode that a text stands for, such as `CB1 3QD` for `cb13qd`.

    The letter O and the digit 0, and I and 1, are exchanged only where exactly one reading is a postcode.

    Returns:
        The postcode in capitals with its space, or None where the text is not one.
    """
    bare = "".join(filter(str.isalnum, text))
    if len(bare) not in _LENGTHS or not bare.isascii():
        return None
    return _in_form(bare.upper())


@lru_cache(maxsize=256)
def _in_form(bare: str) -> str | None:
    """Do the work of `format_postcode` on capitals and digits. Cached: an import asks up to four times for each row."""
    if not _POSTCODE.fullmatch(bare):
        readings = product(*(_LOOK_ALIKES.get(letter, letter) for letter in bare))
        postcodes = [code for code in map("".join, readings) if _POSTCODE.fullmatch(code)]
        if len(postcodes) != 1:
            return None
        bare = postcodes[0]
    return f"{bare[:-_INWARD_LENGTH]} {bare[-_INWARD_LENGTH:]}"


def check_postcode(text: str) -> Checked:
    """Check and normalise a postcode; what is no UK postcode is kept as typed, with a warning."""
    stripped = text.strip()
    if not stripped:
        return Checked("")
    postcode = format_postcode(stripped)
    if postcode:
        return Checked(postcode)
    has_look_alike = not _MISTYPED.isdisjoint(stripped.upper())
    return Checked(stripped, warning(_LOOK_ALIKE if has_look_alike else _NOT_A_POSTCODE))
