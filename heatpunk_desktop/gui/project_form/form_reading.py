"""The values of a project form: which fields differ from what was shown, and what is wrong with them. No Qt."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from heatpunk_desktop.domain.coordinates import check_position
from heatpunk_desktop.domain.fields import NUMERIC_FIELDS, Field
from heatpunk_desktop.domain.problem import Checked
from heatpunk_desktop.domain.validation import check_cleared, check_field, format_value

if TYPE_CHECKING:
    from collections.abc import Mapping

#: The fields that name a new project: the first that is filled in.
_TITLE_FIELDS: Final = (Field.PROJECT_NAME, Field.CUSTOMER_NAME, Field.ADDRESS, Field.POSTCODE)
_TITLE_LENGTH: Final = 200


@dataclass(frozen=True, slots=True)
class FormContent:
    """All that the user has put into a form, to be stored as a draft and restored.

    Attributes:
        key: The project that is edited, or None for a new one.
        texts: Fields that differ from what the form showed at first, as typed.
        owner: What stands in the field `Owner`; empty when editing.
        base: What the form showed in those fields; a field that is missing was not loaded.
    """

    key: int | None
    texts: Mapping[Field, str]
    owner: str = ""
    base: Mapping[Field, str | float | None] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FormReading:
    """The checked texts of a form.

    Attributes:
        checks: Every field that the user changed (both coordinates where either was), in the form's order.
        changes: The values to send: those that differ from what was shown. Of no use where there is an error.
    """

    checks: Mapping[Field, Checked]
    changes: Mapping[Field, str | float | None]


def read_form(texts: Mapping[Field, str], shown: Mapping[Field, str]) -> FormReading:
    """Check the fields that differ from what was shown.

    Args:
        texts: What stands in every field now.
        shown: What the form put there; empty for a new project and for a field that was not loaded.
    """
    touched = [field for field in Field if texts[field] != shown[field]]
    checks = {field: check_field(field, texts[field]) for field in touched}
    if not NUMERIC_FIELDS.isdisjoint(touched):
        position = check_position(texts[Field.LATITUDE], texts[Field.LONGITUDE])
        checks |= {Field.LATITUDE: position.latitude, Field.LONGITUDE: position.longitude}
    for field, checked in list(checks.items()):
        if checked.value is None and not checked.is_error and shown[field]:
            checks[field] = Checked(None, check_cleared(field))
    changes = {field: checked.value for field, checked in checks.items() if format_value(checked.value) != shown[field]}
    return FormReading(checks, changes)


def title_of(texts: Mapping[Field, str]) -> str:
    """Return the name of a new project's draft, on one line; empty where no field names it."""
    return next((title[:_TITLE_LENGTH] for field in _TITLE_FIELDS if (title := " ".join(texts[field].split()))), "")
