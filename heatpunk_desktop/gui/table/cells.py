"""The cells of the table that can be edited in place. No Qt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from heatpunk_desktop.domain.project import KEY, ROW_PLACES
from heatpunk_desktop.models.table_columns import CONTACT_FIELD_OF, FIELD_OF

if TYPE_CHECKING:
    from heatpunk_desktop.models.project_table_model import ProjectTableModel
    from heatpunk_desktop.models.row_store import Row


def text_in(model: ProjectTableModel, row: Row, column: int) -> str | None:
    """Return the stored text of a column of `FIELD_OF`, line breaks included.

    None where it is not loaded.
    """
    return (
        model.contact_text(row[KEY], column) if column in CONTACT_FIELD_OF else str(row[ROW_PLACES[FIELD_OF[column]]])
    )
