"""Phone numbers: looked at, never rewritten."""

from __future__ import annotations

from typing import Final

from heatpunk_desktop.domain.problem import Checked, doubt

#: A number without a country code is read as one of this country.
_REGION: Final = "GB"
_DOUBT: Final = "This does not look like a whole phone number. You can still save it."


def is_phone(text: str) -> bool:
    """Whether a text is a number that can exist in the UK, or in the country whose code it begins with."""
    # The import takes longer than a window may take to open.
    import phonenumbers  # noqa: PLC0415

    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(text, _REGION))
    except phonenumbers.NumberParseException:
        return False


def check_phone(text: str) -> Checked:
    """A phone number as typed; one that cannot exist is a doubt."""
    stripped = text.strip()
    return Checked(stripped, None if not stripped or is_phone(stripped) else doubt(_DOUBT))
