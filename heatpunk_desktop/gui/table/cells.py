"""The cells of the table that can be edited in place. No Qt."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.domain.project import ADDRESS, CUSTOMER, KEY, NAME, POSTCODE, STATUS
from heatpunk_desktop.models.table_columns import CONTACT_FIELD_OF, Column

if TYPE_CHECKING:
    from collections.abc import Mapping

    from heatpunk_desktop.models.project_table_model import ProjectTableModel
    from heatpunk_desktop.models.row_store import Row

#: The field behind each column that can be changed in the table.
FIELD_OF: Final[Mapping[int, Field]] = {
    Column.PROJECT: Field.PROJECT_NAME,
    Column.CUSTOMER: Field.CUSTOMER_NAME,
    Column.POSTCODE: Field.POSTCODE,
    Column.STATUS: Field.STATUS,
    Column.ADDRESS: Field.ADDRESS,
    Column.PHONE: Field.CUSTOMER_PHONE,
    Column.EMAIL: Field.CUSTOMER_EMAIL,
    Column.REFERENCE: Field.CRM_REFERENCE,
}

#: Where the text of each of these columns stands in a `ProjectRow`, which lacks what the list of projects lacks.
_PLACES: Final[Mapping[int, int]] = {
    Column.PROJECT: NAME,
    Column.CUSTOMER: CUSTOMER,
    Column.POSTCODE: POSTCODE,
    Column.STATUS: STATUS,
    Column.ADDRESS: ADDRESS,
}


def text_in(model: ProjectTableModel, row: Row, column: int) -> str | None:
    """Return the stored text of a column of `FIELD_OF`, line breaks included.

    None where it is not loaded.
    """
    return model.contact_text(row[KEY], column) if column in CONTACT_FIELD_OF else str(row[_PLACES[column]])
