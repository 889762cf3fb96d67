"""Conditions asked of all rows at once, held against asking one row at a time."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heatpunk_desktop.domain.contacts import NOTHING_KNOWN, Contact
from heatpunk_desktop.domain.project import KEY
from heatpunk_desktop.filters.matching import Viewpoint, meets_all
from heatpunk_desktop.filters.query import read_query
from heatpunk_desktop.models import row_masks
from heatpunk_desktop.models.row_masks import condition_mask
from heatpunk_desktop.models.row_store import RowStore
from tests.unit.filters.filter_values import TOGETHER as ANY_CONDITIONS
from tests.unit.models.plain_ways import CONTACTS, ROWS, TODAY, TOGETHER, WEEK, Row, row

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from heatpunk_desktop.filters.conditions import Conditions

VIEWPOINT = Viewpoint(TODAY, 1, {1: "Sam@acme.test", 27091: "office@acme.test"})


@pytest.fixture(scope="module", autouse=True)
def small_pieces() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(row_masks, "_CHUNK", 3)
        yield


def mask_of(
    rows: list[Row],
    conditions: Conditions,
    viewpoint: Viewpoint = VIEWPOINT,
    contacts: Mapping[int, Contact] = MappingProxyType({}),
) -> bytes:
    store = RowStore(WEEK)
    store.put(rows)
    store.put_contacts({key: contact.packed() for key, contact in contacts.items()})
    work = condition_mask(store, conditions, viewpoint)
    while True:
        try:
            next(work)
        except StopIteration as end:
            return bytes(end.value)


@given(
    st.lists(ROWS, max_size=20, unique_by=lambda row: row[KEY]),
    st.one_of(TOGETHER, TOGETHER, ANY_CONDITIONS.filter(lambda conditions: bool(conditions.every))),
    st.sampled_from([None, 1]),
    st.dictionaries(st.integers(-9, 60), CONTACTS, max_size=20),
)
def test_all_at_once_is_one_by_one(
    rows: list[Row], conditions: Conditions, my_id: int | None, contacts: dict[int, Contact]
) -> None:
    viewpoint = VIEWPOINT._replace(my_id=my_id, contact_of=lambda key: contacts.get(key, NOTHING_KNOWN))
    assert mask_of(rows, conditions, viewpoint, contacts) == bytes(
        meets_all(table_row, conditions, viewpoint) for table_row in rows
    )


@pytest.mark.parametrize("text", ['status:"status 7"', 'status:"status 290"', "-owner:290", "owner:~29", "owner:empty"])
def test_more_statuses_and_owners_than_fit_in_a_byte(text: str) -> None:
    rows = [row(key, status=f"Status {key}", owner_id=key) for key in range(1, 301)]
    conditions = read_query(text).query.conditions
    expected = bytes(meets_all(table_row, conditions, VIEWPOINT) for table_row in rows)
    assert mask_of(rows, conditions) == expected
    assert any(expected) != (text == "owner:empty")
