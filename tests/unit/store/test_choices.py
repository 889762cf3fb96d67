"""What the user has chosen: views, pairs that are no duplicates, how columns are read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from heatpunk_desktop.domain.choices import StoredView, ValueReplacement
from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.store.account_store import AccountStore
from heatpunk_desktop.store.choices import (
    MOST_COLUMN_SETS,
    MOST_VALUES,
    NotDuplicates,
    RememberedColumns,
    SavedViews,
    read_not_duplicates,
    read_saved_views,
    recall_columns,
)
from heatpunk_desktop.store.recovery.salvage import salvage_database
from tests.fakes import LATER, ME, NOON, NOW, begin_next

if TYPE_CHECKING:
    from pathlib import Path


def names(store: AccountStore) -> list[str]:
    return [view.name for view in read_saved_views(store.connection)]


# -- views -----------------------------------------------------------------------------------------------------------


def test_views_are_kept_in_their_order(store: AccountStore) -> None:
    views = SavedViews(store.connection)
    mine, quotes, board = (views.keep(StoredView(0, name, "{}")) for name in ("Mine", "Quotes", "Board"))
    assert names(store) == ["Mine", "Quotes", "Board"]
    views.order([board, mine])
    assert names(store) == ["Board", "Mine", "Quotes"]
    assert views.keep(StoredView(mine, "Mine \ud83d", '{"status": "Quote"}')) == mine
    assert read_saved_views(store.connection)[1] == (mine, "Mine \ufffd", '{"status": "Quote"}')
    views.remove(board)
    views.order([quotes, board, mine])
    assert names(store) == ["Quotes", "Mine \ufffd"]


def test_a_view_that_was_removed_comes_back_under_its_number(store: AccountStore) -> None:
    views = SavedViews(store.connection)
    mine = views.keep(StoredView(0, "Mine", "{}"))
    views.remove(mine)
    views.remove(mine)
    assert views.keep(StoredView(mine, "Mine", "{}")) == mine
    assert views.keep(StoredView(0, "Next", "{}")) == mine + 1


def test_a_view_that_is_spoilt_hides_no_other(store: AccountStore) -> None:
    views = SavedViews(store.connection)
    views.keep(StoredView(0, "Spoilt", '{"stat'))
    views.keep(StoredView(0, "Mine", "[]"))
    assert names(store) == ["Mine"]


# -- pairs -----------------------------------------------------------------------------------------------------------


def test_pairs_are_remembered_in_either_order(store: AccountStore) -> None:
    pairs = NotDuplicates(store.connection)
    pairs.mark([(7, 3), (3, 7), (5, 5), (-2, 9)], NOW)
    assert read_not_duplicates(store.connection) == {(3, 7), (-2, 9)}
    pairs.unmark([(7, 3)])
    assert read_not_duplicates(store.connection) == {(-2, 9)}


def test_a_pair_follows_a_project_that_gets_its_number(store: AccountStore) -> None:
    key = store.outbox.add_create({Field.CUSTOMER_NAME: "Ann"}, ME, NOW)
    pairs = NotDuplicates(store.connection)
    pairs.mark([(key, 5)], NOW)
    create = begin_next(store)
    assert create is not None
    store.delivery.confirm(create, 3, 27091, NOW)
    assert read_not_duplicates(store.connection) == {(3, 5)}
    pairs.unmark([(5, 3)])
    assert read_not_duplicates(store.connection) == frozenset()


# -- columns ---------------------------------------------------------------------------------------------------------


def test_columns_are_recalled_whatever_the_headings_capitals_and_blanks(store: AccountStore) -> None:
    columns = RememberedColumns(store.connection)
    columns.remember(["Tel", "Post  code"], '["customer_phone", "postcode"]', NOW)
    assert recall_columns(store.connection, ["TEL ", "post code"]) == ["customer_phone", "postcode"]
    assert recall_columns(store.connection, ["post code", "TEL "]) is None, "in another order they are others"
    columns.remember(["tel", "post code"], '["customer_phone", null]', LATER)
    assert recall_columns(store.connection, ["Tel", "Post  code"]) == ["customer_phone", None]


def test_those_that_were_used_last_are_kept(store: AccountStore) -> None:
    columns = RememberedColumns(store.connection)
    for number in range(MOST_COLUMN_SETS + 1):
        columns.remember([str(number)], "[]", f"2026-11-24T12:{number // 60:02}:{number % 60:02}.000Z")
    assert recall_columns(store.connection, ["0"]) is None
    assert recall_columns(store.connection, ["1"]) == []


def test_what_is_spoilt_is_taken_for_forgotten(store: AccountStore) -> None:
    RememberedColumns(store.connection).remember(["Tel"], '["customer', NOW)
    assert recall_columns(store.connection, ["Tel"]) is None


# -- trouble ---------------------------------------------------------------------------------------------------------


def test_choices_outlive_a_damaged_database(path: Path) -> None:
    store = AccountStore.open(path)
    SavedViews(store.connection).keep(StoredView(0, "Mine", "{}"))
    NotDuplicates(store.connection).mark([(3, 7)], NOW)
    RememberedColumns(store.connection).remember(["Tel"], "[1]", NOW)
    page = store.connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'server_window'").get
    store.close()
    path.with_suffix(".damaged").touch()
    raw = bytearray(path.read_bytes())
    raw[(page - 1) * 4096 : page * 4096] = b"\xaa" * 4096
    path.write_bytes(raw)
    assert salvage_database(path, NOON) is not None
    store = AccountStore.open(path)
    assert names(store) == ["Mine"]
    assert read_not_duplicates(store.connection) == {(3, 7)}
    assert recall_columns(store.connection, ["Tel"]) == [1]
    store.close()


def test_what_values_became_is_kept_the_last_choice_first(store: AccountStore) -> None:
    first = ValueReplacement("status", "stage", "installed", "Completed")
    other = ValueReplacement("status", "progress", "installed", "Install")
    store.values.remember([first], NOW)
    store.values.remember([other], NOW)
    assert store.reader.recalled_values() == (other, first)
    again = first._replace(becomes="")
    store.values.remember([again], NOW)
    assert store.reader.recalled_values() == (again, other)


def test_as_many_values_are_kept_as_somebody_may_need(store: AccountStore) -> None:
    store.values.remember(
        [ValueReplacement("status", "", f"{number}", "Lead") for number in range(MOST_VALUES + 5)], NOW
    )
    kept = store.reader.recalled_values()
    assert len(kept) == MOST_VALUES
    assert kept[-1].value == "5"
