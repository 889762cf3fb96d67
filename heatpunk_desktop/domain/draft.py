"""What stands in an open form, kept so that no crash loses it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from heatpunk_desktop.domain.fields import Field, FieldValues


class Draft(NamedTuple):
    """A form that was typed into and neither stored nor discarded.

    Attributes:
        draft_id: The form's own name, unique among all forms ever opened.
        key: The project that is edited (see `ProjectRow.key`), or None for a new one.
        texts: What stands in the fields that were touched, as typed.
        base: What the form showed in these fields before; a field that is missing was not loaded.
        owner: What stands in the field of the owner, as typed.
        title: What the form is about, for the person.
        changed_at: UTC text of the last change.
    """

    draft_id: str
    key: int | None
    texts: Mapping[Field, str]
    base: FieldValues
    owner: str
    title: str
    changed_at: str
