"""Phone numbers: checked, and normalised for searching, but never rewritten."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from heatpunk_desktop.domain.folding import fold
from heatpunk_desktop.domain.problem import Checked, warning
from heatpunk_desktop.texts import marked

#: A number without a country code is read as one of this country.
_REGION: Final = "GB"
_BRITAIN: Final = 44
_NOT_WHOLE: Final = marked("phones", "This does not look like a whole phone number. You can still save it.")
_NOT_WORKING: Final = marked(
    "phones", "This doesn’t look like a working UK number. Check the digits. You can still save it."
)
_MADE_UP: Final = marked("phones", "This is a made-up number (used in TV dramas). You can still save it.")
#: Ofcom's numbers for drama that are in no range of real ones; the others look like any number of their town.
_DRAMA: Final = r"(?a)7700900\d{3}|1632960\d{3}"
#: A British number as nearly everybody writes it.
_USUAL: Final = r"(?:\+44 ?(?:\(0\) ?)?|0|\(0)([1-9][0-9 )-]{7,14})"
_SIGNS: Final = str.maketrans("", "", " )-")

_NOT_DIGITS: Final = re.compile(r"\D+", re.ASCII)
#: Between two numbers in one field.
_BETWEEN_NUMBERS: Final = r"[a-z,;|/\n]+"
#: The most digits: of any number with its country code (E.164), of a UK one with it, and without.
_LONGEST_NUMBER: Final = 15
_WITH_COUNTRY: Final = 12
_LONGEST_AT_HOME: Final = 11
#: The first digits of a UK number after its zero.
_AT_HOME: Final = frozenset("12378")


def is_phone(text: str) -> bool:
    """Return whether a text is a valid number in the UK, or in the country whose code it begins with."""
    usual = re.fullmatch(_USUAL, text)
    if usual is not None and _exists_in_britain().fullmatch(usual[1].translate(_SIGNS)):
        return True
    # The import takes longer than a window may take to open.
    import phonenumbers  # noqa: PLC0415

    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(text, _REGION))
    except phonenumbers.NumberParseException:
        return False


@cache
def _exists_in_britain() -> re.Pattern[str]:
    """Return the pattern of all valid UK numbers, from the library's tables: 10,000 imported rows are checked by it."""
    from phonenumbers import PhoneMetadata  # noqa: PLC0415

    found = PhoneMetadata.metadata_for_region(_REGION)
    kinds = (found.mobile, found.fixed_line) if found is not None else ()
    patterns = [
        rf"(?=.{{{length}}}\Z)(?:{kind.national_number_pattern})"
        for kind in kinds
        if kind is not None
        for length in kind.possible_length
    ]
    return re.compile("|".join(patterns) or r"(?!)", re.ASCII)


def check_phone(text: str) -> Checked:
    """Check a phone number as typed; an impossible one is a warning."""
    stripped = text.strip()
    return Checked(stripped, None if not stripped or is_phone(stripped) else warning(_why_not(stripped)))


def _why_not(text: str) -> str:
    """Return why a text is no valid number."""
    import phonenumbers  # noqa: PLC0415 - as above

    try:
        number = phonenumbers.parse(text, _REGION)
    except phonenumbers.NumberParseException:
        return _NOT_WHOLE
    if number.country_code == _BRITAIN and re.fullmatch(_DRAMA, str(number.national_number)):
        return _MADE_UP
    is_whole = phonenumbers.is_possible_number_with_reason(number) == phonenumbers.ValidationResult.IS_POSSIBLE
    return _NOT_WORKING if is_whole else _NOT_WHOLE


def typed_digits(text: str) -> str:
    """Return the digits of a phone number as typed to search for it; for `+` they begin with `00` and the country code.

    Args:
        text: Folded.
    """
    is_abroad = text.lstrip("( ").startswith("+")
    digits = _NOT_DIGITS.sub("", text.replace("(0)", "") if is_abroad or text.startswith("00") else text)
    if is_abroad:
        digits = f"00{digits}"
    if digits.startswith("00440") and (is_abroad or len(digits) > _LONGEST_AT_HOME + len("00")):
        digits = f"0044{digits[5:]}"
    return digits


def searched_digits(text: str) -> str:
    """Return the digits that the phone numbers of a field are found by: each in its national and international form.

    Whichever way one of them is typed, the `typed_digits` of it or of its end are a substring of this.

    Args:
        text: The field as it was written.
    """
    if not text:
        return ""
    folded = fold(text)
    is_one = len(_NOT_DIGITS.sub("", folded)) <= _LONGEST_NUMBER
    forms: list[str] = []
    for part in (folded,) if is_one else re.split(_BETWEEN_NUMBERS, folded):
        digits = typed_digits(part.strip())
        if digits.startswith("0044"):
            forms += ["0" + digits[4:], digits]
        elif digits.startswith("44") and len(digits) == _WITH_COUNTRY:
            forms += ["0" + digits[2:], "00" + digits]
        elif digits.startswith("0") and not digits.startswith("00"):
            forms += [digits, "0044" + digits[1:]]
        elif digits[:1] in _AT_HOME and len(digits) == _WITH_COUNTRY - 2:
            # A spreadsheet read it as a number and dropped the zero.
            forms += ["0" + digits, "0044" + digits]
        elif digits:
            forms.append(digits)
    return " ".join(dict.fromkeys(forms))
