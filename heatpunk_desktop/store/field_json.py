"""Field values as JSON, in the form in which the database and the journal store them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from heatpunk_desktop.domain.fields import NUMERIC_FIELDS, Field, FieldValues
from heatpunk_desktop.domain.operation import Decided, Side

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Looked up far quicker than an enum makes a member of a text.
_FIELDS: Final = {field.value: field for field in Field}
_NAMES: Final = {field: field.value for field in Field}
#: What a field's value may be, beside None, by its name.
_TYPES: Final = {field.value: {int, float} if field in NUMERIC_FIELDS else {str} for field in Field}

_as_json: Final = json.JSONEncoder(ensure_ascii=False).encode


def fields_as_json(values: Mapping[Field, str | float | None]) -> str:
    """Return fields as a JSON object; unpaired surrogates are replaced, as neither SQLite nor JSON can hold them."""
    plain = {_NAMES[name]: well_formed(value) if isinstance(value, str) else value for name, value in values.items()}
    return _as_json(plain)


def fields_of_json(text: str) -> FieldValues:
    """Parse the result of `fields_as_json`.

    Raises:
        ValueError: It is something else: damaged, or from a newer version of the app.
    """
    values = json.loads(text)
    if not isinstance(values, dict):
        raise ValueError("no JSON object")  # noqa: TRY004 - one kind of error for whatever is wrong with the text
    try:
        fields = {_FIELDS[name]: value for name, value in values.items()}
        for name, value in values.items():
            if value is not None and type(value) not in _TYPES[name]:  # JSON knows no other types; a bool is none here
                raise ValueError(f"{name} of the wrong kind")
    except KeyError as error:
        raise ValueError("a field of another program") from error
    return fields


def decided_as_json(decided: Mapping[Field, Decided]) -> str:
    """Return how conflicts were decided, as a JSON object."""
    return _as_json(
        {
            _NAMES[field]: [
                decision.kept.value,
                well_formed(decision.other) if isinstance(decision.other, str) else decision.other,
            ]
            for field, decision in decided.items()
        }
    )


def decided_of_json(text: str) -> dict[Field, Decided]:
    """Parse the result of `decided_as_json`; what cannot be read is left out, as nothing is sent by it."""
    try:
        values = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    decided: dict[Field, Decided] = {}
    for name, value in values.items() if isinstance(values, dict) else ():
        match value:
            case ["mine" | "theirs" as kept, None | str() | int() | float() as other] if name in _FIELDS:
                decided[_FIELDS[name]] = Decided(Side(kept), other)
    return decided


def texts_of_json(text: str) -> dict[Field, str]:
    """Return the typed texts of a form, in any field; anything else is left out."""
    values = json.loads(text)
    return {_FIELDS[name]: value for name, value in values.items() if name in _FIELDS and isinstance(value, str)}


def well_formed(text: str) -> str:
    """Return a text without unpaired surrogates, which a field that cuts an emoji in two leaves."""
    return text if text.isascii() else text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
