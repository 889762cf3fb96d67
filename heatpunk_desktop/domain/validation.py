"""Validation of the fields of a project, shared by the form, the table and imports."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Final

from heatpunk_desktop.domain.coordinates import check_latitude, check_longitude, format_degrees
from heatpunk_desktop.domain.emails import check_email
from heatpunk_desktop.domain.fields import FIELD_SPECS, NUMERIC_FIELDS, Field, Kind
from heatpunk_desktop.domain.phones import check_phone
from heatpunk_desktop.domain.postcodes import check_postcode
from heatpunk_desktop.domain.problem import Checked, Problem, error, warning
from heatpunk_desktop.texts import marked

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

#: The server's limit is documented nowhere; most systems keep this much.
USUAL_LENGTH: Final = 255

#: Characters that the user may put in a field: the most that a spreadsheet's cell and a line to type in hold.
ROOM: Final = 32_767

_TOO_LONG: Final = marked(
    "validation", "This is longer than 255 characters, and Heatpunk may cut it. You can still save it."
)
_LINE_BREAKS: Final = re.compile(r"(?<!\s)\s*[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]\s*")
_CONTROLS: Final = re.compile(r"[\x00-\x1f\x7f]")
#: Halves of a character, which cannot be sent.
_SURROGATES: Final = re.compile("[\ud800-\udfff]")


def tidy_text(text: str, line_break: str = " ") -> str:
    """Return a text on one line: trimmed, without control characters or unpaired surrogates.

    Args:
        text: The typed or pasted text.
        line_break: What replaces a line break inside.
    """
    if text.isprintable():  # most texts are, and files of 10,000 rows wait for this
        return text.strip()
    whole = _SURROGATES.sub("\ufffd", text).strip()
    return _CONTROLS.sub(" ", _LINE_BREAKS.sub(line_break, whole)).strip()


def check_text(text: str) -> Checked:
    """Check any text and put it on one line; a very long one is a warning."""
    return _check_length(tidy_text(text))


def check_address(text: str) -> Checked:
    """Check an address and put it on one line, as the server returns it: pasted lines are separated by commas."""
    if text.isprintable():  # so there is no line break in it
        return _check_length(text.strip())
    lines = [line.rstrip(" ,") for line in _LINE_BREAKS.split(text.strip())]
    return _check_length(tidy_text(", ".join(line for line in lines if line)) if len(lines) > 1 else tidy_text(text))


def _check_length(text: str) -> Checked:
    return Checked(text, warning(_TOO_LONG) if len(text) > USUAL_LENGTH else None)


def _squeezed(text: str) -> str:
    return "".join(text.lower().split())


def _choice_check(field: Field) -> Callable[[str], Checked]:
    """Return the check of a choice: one of its values or labels, in any case; anything else is an error."""
    choices = FIELD_SPECS[field].choices
    words = {_squeezed(form): value for value, label in choices for form in (value, label)}
    return partial(_check_choice, words=words, labels=tuple(label for _, label in choices))


def _check_choice(text: str, words: Mapping[str, str], labels: Sequence[str]) -> Checked:
    key = _squeezed(text)
    if not key:
        return Checked(None)
    if key not in words:
        return Checked(
            None,
            error(marked("validation", "This has to be one of {0} or {1}.").format(", ".join(labels[:-1]), labels[-1])),
        )
    return Checked(words[key])


_CHECKS_OF_KINDS: Final[Mapping[Kind, Callable[[str], Checked]]] = {
    Kind.TEXT: check_text,
    Kind.EMAIL: check_email,
    Kind.PHONE: check_phone,
    Kind.ADDRESS: check_address,
    Kind.POSTCODE: check_postcode,
}
_CHECKS: Final[Mapping[Field, Callable[[str], Checked]]] = {
    **{field: check for field in Field if (check := _CHECKS_OF_KINDS.get(FIELD_SPECS[field].kind))},
    **{field: _choice_check(field) for field in Field if FIELD_SPECS[field].choices},
    Field.LATITUDE: check_latitude,
    Field.LONGITUDE: check_longitude,
}


#: Fields whose checks need the text with its line breaks and signs.
_AS_TYPED: Final = frozenset(field for field, spec in FIELD_SPECS.items() if spec.kind in {Kind.ADDRESS, Kind.DEGREES})


def check_field(field: Field, text: str) -> Checked:
    """Check the text of one field. Check coordinates together with `check_position`."""
    return _CHECKS[field](text if field in _AS_TYPED else tidy_text(text))


def format_value(value: str | float | None) -> str:
    """Return a field's value as the form shows it: coordinates as decimal degrees, None as an empty text."""
    if value is None:
        return ""
    return value if isinstance(value, str) else format_degrees(value)


#: Values that the API has no way to take away again: only text can be made empty. Source: guide, POST create (types).
NOT_CLEARABLE: Final = frozenset(
    field for field, spec in FIELD_SPECS.items() if spec.kind in {Kind.DEGREES, Kind.CHOICE}
)


def check_cleared(field: Field) -> Problem | None:
    """Return the error of emptying a field that had a value, or None where that is allowed."""
    if field in NUMERIC_FIELDS:
        return error(
            marked(
                "validation", "Heatpunk gives no way to take a position away. Type another one, or put this one back."
            )
        )
    if field in NOT_CLEARABLE:
        return error(marked("validation", "Heatpunk gives no way to take this away. Choose another one."))
    return None
