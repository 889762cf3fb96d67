"""The labels of a project's fields."""

from __future__ import annotations

from typing import TYPE_CHECKING

from heatpunk_desktop.domain.fields import FIELD_LABELS
from heatpunk_desktop.gui.text.translation import translated

if TYPE_CHECKING:
    from heatpunk_desktop.domain.fields import Field


def field_label(field: Field) -> str:
    """Return the label of a field."""
    return translated(FIELD_LABELS[field])
