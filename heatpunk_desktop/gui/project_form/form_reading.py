"""What a project's form holds: which fields differ from what was shown, and what is wrong with them. No Qt."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from heatpunk_desktop.domain.coordinates import check_position
from heatpunk_desktop.domain.fields import NUMERIC_FIELDS, Field
from heatpunk_desktop.domain.problem import Checked
from heatpunk_desktop.domain.validation import check_cleared, check_field, format_value

if TYPE_CHECKING:
    from collections.abc import Mapping

#: What a new project is called by: the first of these that is filled in.
_TITLE_FIELDS: Final = (Field.PROJECT_NAME, Field.CUSTOMER_NAME, Field.ADDRESS, Field.POSTCODE)
_TITLE_LENGTH: Final = 200


@dataclass(frozen=True, slots=True)
class FormContent:
    """Everything that a person has put into a form, so that it can be kept and put back.

    Attributes:
        key: The project that is edited, or None for a new one.
        texts: Fields that differ from what the form showed at first, as typed.
        owner: What stands in the field `Owner`; empty when editing.
        base: What the form showed in those fields; a field that is missing was not loaded.
    """

    key: int | None
    texts: Mapping[Field, str]
    owner: str = ""
    base: Mapping[Field, str | float | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FormReading:
    """A form's texts, checked.

    Attributes:
        checks: Every field that a person changed (both coordinates where either was), in the form's order.
        changes: The values to send: those that differ from what was shown. Of no use where there is an error.
    """

    checks: Mapping[Field, Checked]
    changes: Mapping[Field, str | float | None]


def read_form(texts: Mapping[Field, str], shown: Mapping[Field, str]) -> FormReading:
    """Checks what differs from what was shown.

    Args:
        texts: What stands in every field now.
        shown: What the form put there; empty for a new project and for a field that was not loaded.
    """
    touched = [one for one in Field if texts[one] != shown[one]]
    checks = {one: check_field(one, texts[one]) for one in touched}
    if not NUMERIC_FIELDS.isdisjoint(touched):
        position = check_position(texts[Field.LATITUDE], texts[Field.LONGITUDE])
        checks |= {Field.LATITUDE: position.latitude, Field.LONGITUDE: position.longitude}
    for one, checked in list(checks.items()):
        if checked.value is None and not checked.is_error and shown[one]:
            checks[one] = Checked(None, check_cleared(one))
    changes = {one: checked.value for one, checked in checks.items() if format_value(checked.value) != shown[one]}
    return FormReading(checks, changes)


def title_of(texts: Mapping[Field, str]) -> str:
    """What a new project is called by as long as it is a draft, on one line; empty where nothing names it."""
    return next((title[:_TITLE_LENGTH] for one in _TITLE_FIELDS if (title := " ".join(texts[one].split()))), "")
