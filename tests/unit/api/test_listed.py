from __future__ import annotations

import orjson
import pytest

from heatpunk_desktop.api.list_reader import ListedProject, rows_of
from heatpunk_desktop.api.values import NotJsonError

ENTRY: dict[str, object] = {
    "ID": 1353680,
    "owner": 27091,
    "dateCreated": "2025-09-01T09:14:30.000Z",
    "dateModified": "2025-12-04T11:52:18.000Z",
    "projectName": "Mon Sep 01 2025",
    "customerName": "",
    "address": "105 Sample Road Cambridge Cambridgeshire",
    "postcode": "CB1 3QD",
    "lat": 52.193912506103516,
    "lng": 0.15014299750328064,
    "status": "Lead",
}


def one(**changed: object) -> ListedProject:
    # Beside a normal one, so that both must come out right together.
    rows, skipped = rows_of([ENTRY, {**ENTRY, **changed}])
    assert skipped == 0
    assert rows[0] == ListedProject(*NORMAL)
    return ListedProject._make(rows[1])


NORMAL = (
    1353680,
    27091,
    "2025-09-01T09:14:30.000Z",
    "2025-12-04T11:52:18.000Z",
    "Mon Sep 01 2025",
    "",
    "105 Sample Road Cambridge Cambridgeshire",
    "CB1 3QD",
    52.193912506103516,
    0.15014299750328064,
    "Lead",
    None,
    None,
    None,
)


def test_the_guides_entry() -> None:
    assert rows_of([ENTRY]) == ([NORMAL], 0)
    assert rows_of([]) == ([], 0)


def test_ids_and_coordinates_in_other_forms() -> None:
    row = one(ID="77", owner="5", lat="51.5", lng=-1)
    assert (row.project_id, row.owner_id, row.latitude, row.longitude) == (77, 5, 51.5, -1.0)
    row = one(owner=None, lat=None, lng="")
    assert (row.owner_id, row.latitude, row.longitude) == (None, None, None)
    row = one(lat=90.5, lng=-180.5)
    assert (row.latitude, row.longitude) == (None, None)


@pytest.mark.parametrize(
    ("raw", "normal", "kept"),
    [
        ("2024-07-31 10:48:44", "2024-07-31T09:48:44.000Z", "2024-07-31 10:48:44"),
        ("0000-00-00 00:00:00", "", "0000-00-00 00:00:00"),
        ("2025-02-30T10:00:00.000Z", "", "2025-02-30T10:00:00.000Z"),
        ("2025-02-03T24:00:00.000Z", "", "2025-02-03T24:00:00.000Z"),
        ("2025-09-01T09:14:30Z", "2025-09-01T09:14:30.000Z", "2025-09-01T09:14:30Z"),
        (
            "٢٠٢٥-09-01T09:14:30.000Z",
            "",
            "٢٠٢٥-09-01T09:14:30.000Z",
        ),
        (None, "", None),
        ("", "", None),
        (1756718070, "", "1756718070"),
        ("half\ud83d", "", "half\ud83d"),
        ("2025-09-01T09:14:30.000Z,2025-09-01T09:14:30.000Z", "", "2025-09-01T09:14:30.000Z,2025-09-01T09:14:30.000Z"),
    ],
)
def test_dates(raw: object, normal: str, kept: str | None) -> None:
    row = one(dateCreated=raw)
    assert (row.created, row.created_raw) == (normal, kept)
    row = one(dateModified=raw)
    assert (row.modified, row.modified_raw) == (normal, kept)


def test_texts_that_are_none_and_statuses_that_nobody_knows() -> None:
    row = one(projectName=None, customerName=12, postcode=True, status="On hold", address="<b>\n")
    assert (row.project_name, row.customer_name, row.postcode, row.status) == ("", "12", "", "On hold")
    assert row.address == "<b>\n"


def test_unknown_fields_are_kept() -> None:
    row = one(archived=False, tags=["a", {"b": None}])
    assert orjson.loads(row.extra_json or "") == {"archived": False, "tags": ["a", {"b": None}]}


def test_missing_fields_are_empty() -> None:
    rows, skipped = rows_of([ENTRY, {"ID": 5, "colour": "red"}, {"ID": 6}])
    assert skipped == 0
    assert rows[1] == (5, None, "", "", "", "", "", "", None, None, "", None, None, '{"colour":"red"}')
    assert rows[2][-1] is None


def test_entries_that_cannot_be_used_are_counted() -> None:
    assert rows_of([None, "x", [], 5]) == ([], 4)
    assert rows_of([ENTRY, None, {**ENTRY, "ID": 0}, {"projectName": "no ID"}]) == ([NORMAL], 3)


def test_an_unknown_field_that_nests_too_deeply_is_refused() -> None:
    deep: list[object] = []
    for _ in range(600):
        deep = [deep]
    with pytest.raises(NotJsonError):
        rows_of([{**ENTRY, "deep": deep}])
    with pytest.raises(NotJsonError):
        rows_of([{**ENTRY, "dateCreated": deep}])
