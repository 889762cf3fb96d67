"""Phone numbers: looked at, never rewritten."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from heatpunk_desktop.domain.problem import Checked, doubt

#: A number without a country code is read as one of this country.
_REGION: Final = "GB"
_BRITAIN: Final = 44
_NOT_WHOLE: Final = "This does not look like a whole phone number. You can still save it."
_NOBODYS: Final = "This doesn’t look like a working UK number. Check the digits. You can still save it."
_MADE_UP: Final = "This is a made-up number (used in TV dramas). You can still save it."
#: Ofcom's numbers for drama use that are in no range of telephones; the others look like any number of their town.
_DRAMA: Final = re.compile(r"7700900\d{3}|1632960\d{3}", re.ASCII)
#: A British number as nearly everybody writes it.
_USUAL: Final = re.compile(r"(?:\+44 ?(?:\(0\) ?)?|0|\(0)([1-9][0-9 )-]{7,14})", re.ASCII)
_SIGNS: Final = str.maketrans("", "", " )-")


def is_phone(text: str) -> bool:
    """Whether a text is a number that can exist in the UK, or in the country whose code it begins with."""
    usual = _USUAL.fullmatch(text)
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
    """The landlines and mobiles that exist, by the library's own tables: 10,000 rows wait for this when imported."""
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
    """A phone number as typed; one that cannot exist is a doubt."""
    stripped = text.strip()
    return Checked(stripped, None if not stripped or is_phone(stripped) else doubt(_why_not(stripped)))


def _why_not(text: str) -> str:
    """Why a text is no number that exists."""
    import phonenumbers  # noqa: PLC0415 - as above

    try:
        number = phonenumbers.parse(text, _REGION)
    except phonenumbers.NumberParseException:
        return _NOT_WHOLE
    if number.country_code == _BRITAIN and _DRAMA.fullmatch(str(number.national_number)):
        return _MADE_UP
    is_whole = phonenumbers.is_possible_number_with_reason(number) == phonenumbers.ValidationResult.IS_POSSIBLE
    return _NOBODYS if is_whole else _NOT_WHOLE
