"""The steps of an import on a real database: read, match, plan, correct, choose."""

from __future__ import annotations

import gc
import json
import sys
from typing import TYPE_CHECKING

import pytest

from heatpunk_desktop.domain.changes import FieldEdit, NewProject
from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.errors import BadInputError
from heatpunk_desktop.services.tasks import import_reading, import_work
from heatpunk_desktop.services.tasks.import_work import ImportWork, Mark, Planned, file_text
from heatpunk_desktop.spreadsheets.cell_text import NO_MEANINGS
from heatpunk_desktop.spreadsheets.column_content import Why
from heatpunk_desktop.spreadsheets.dialects import Separator
from heatpunk_desktop.spreadsheets.row_plan import Action, Ground
from heatpunk_desktop.spreadsheets.sheet import STRIDE, CancelledError, empty_in_steps
from heatpunk_desktop.spreadsheets.targets import Part
from heatpunk_desktop.store.account_store import AccountStore
from heatpunk_desktop.store.database import database_path
from tests.fakes import ACCOUNT, LATER, NOW, listed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from heatpunk_desktop.services.tasks.import_reading import Opened

#: The project that is there is of `Priya Patel`, `1 High Street`, `AB12 3CD`.
LEADS = """Client\tTel\tE-mail\tAddress\tPost code\tStage
Rhys Hughes\t07400 123 001\trhys@example.com\t9 Mill Lane\tCB24 9PL\tlead
Priya Patel\t\t\t1 High Street\tAB12 3CD\tQuote
Ewa Nowak\t07400 123 002\tewa@example.com\t4 The Green\tCB1 1AA\tSale\ttoo many
Rhys Hughes\t07400 123 001\trhys@example.com\t9 Mill Lane\tCB24 9PL\tlead
"""


def go_on() -> bool:
    return False


def stop() -> bool:
    return True


def tell(_done: int, _total: int) -> None:
    pass


@pytest.fixture
def database(data_dir: Path) -> Path:
    path = database_path(data_dir, ACCOUNT)
    store = AccountStore.open(path)
    store.server.take_listed([listed(5, name="Barn")])
    store.close()
    return path


@pytest.fixture
def work(database: Path) -> Iterator[ImportWork]:
    work = ImportWork(database)
    yield work
    work.close()


def planned_of(work: ImportWork, text: str = LEADS) -> Planned:
    opened = work.reading.open_text(text, go_on)
    return work.plan(opened, opened.columns, NO_MEANINGS, go_on, tell)


def actions(planned: Planned) -> dict[int, tuple[Action, Ground]]:
    return {row.row.number: (row.action, row.ground) for row in planned.plan.rows}


def test_each_row_has_what_becomes_of_it(work: ImportWork) -> None:
    planned = planned_of(work)
    assert actions(planned) == {
        2: (Action.CREATE, Ground.NEW),
        3: (Action.SKIP, Ground.LIKELY),
        4: (Action.SKIP, Ground.PROBLEM),
        5: (Action.SKIP, Ground.ROW_BEFORE),
    }
    assert (planned.counts.new, planned.counts.duplicates, planned.counts.problems) == (1, 2, 1)
    assert list(planned.marks) == [
        Mark.CREATED,
        Mark.LEFT_OUT | Mark.DUPLICATE | Mark.WARNING,  # no postcode ends in these letters
        Mark.PROBLEM | Mark.LEFT_OUT,
        Mark.LEFT_OUT | Mark.DUPLICATE,
    ]
    assert planned.names == {5: "Barn · Priya Patel · AB12 3CD"}


def test_a_row_that_is_there_already_is_said_to_be_in_deleted_where_it_is(database: Path, work: ImportWork) -> None:
    store = AccountStore.open(database)
    store.outbox.add_soft_delete(5, NOW)
    store.close()
    planned = planned_of(work)
    assert actions(planned)[3] == (Action.SKIP, Ground.LIKELY)
    assert planned.names == {5: "moved to deleted: Barn · Priya Patel · AB12 3CD"}


def test_a_corrected_cell_makes_a_row_of_it_and_can_be_put_back(work: ImportWork) -> None:
    planned = planned_of(work)
    changed = work.correct([4], {6: ""}, tell)
    assert changed.places == (2,)
    assert (changed.counts.new, changed.counts.problems) == (2, 0)
    assert planned.marks[2] == Mark.CREATED
    assert planned.plan.plan_of(4).row.values[Field.STATUS] == "Sale"
    changed = work.correct([4], {6: file_text(planned.opened.sheet, 4, 6)}, tell)
    assert (changed.counts.new, changed.counts.problems) == (1, 1)


def test_a_row_of_which_nothing_is_left_is_left_out(work: ImportWork) -> None:
    planned = planned_of(work)
    changed = work.correct([2], dict.fromkeys(range(7), ""), tell)
    assert changed.counts.new == 0
    assert "Nothing is left" in planned.plan.plan_of(2).problems[0].words
    assert work.changes() == ()


def test_a_duplicate_is_updated_created_or_left_out_as_is_chosen(work: ImportWork) -> None:
    planned = planned_of(work)
    assert [change.values[Field.CUSTOMER_NAME] for change in work.changes() if isinstance(change, NewProject)] == [
        "Rhys Hughes"
    ]
    work.choose([3], Action.UPDATE, 5, go_on, tell)
    (edit,) = (change for change in work.changes() if isinstance(change, FieldEdit))
    assert edit == FieldEdit(5, {Field.STATUS: "Lead"}, {Field.STATUS: "Quote"})
    assert planned.marks[1] & Mark.UPDATED
    changed = work.choose([3, 5, 4], Action.CREATE, None, go_on, tell)
    assert changed.places == (1, 3), "the row with a problem stays left out"
    assert len(work.changes()) == 3
    # Row 5 is like a row and not like a project, so that there is nothing to update.
    assert work.choose([5], Action.UPDATE, None, go_on, tell).places == ()


def test_what_was_chosen_for_a_row_outlives_a_correction_of_it(work: ImportWork) -> None:
    planned = planned_of(work)
    work.choose([2], Action.SKIP, None, go_on, tell)
    work.choose([5], Action.CREATE, None, go_on, tell)
    for number in (2, 5):
        work.correct([number], {1: "07911 123456"}, tell)
    assert [planned.plan.plan_of(number).action for number in (2, 5)] == [Action.SKIP, Action.CREATE]
    work.choose([2], Action.CREATE, None, go_on, tell)
    work.correct([2], dict.fromkeys(range(7), ""), tell)
    assert planned.plan.plan_of(2).to_change() is None, "nothing is left of it"


def test_what_is_to_be_staged_is_not_made_once_the_user_has_stopped_it(work: ImportWork) -> None:
    planned_of(work)
    with pytest.raises(CancelledError):
        work.changes(stop)


def test_what_was_corrected_and_chosen_outlives_a_change_of_columns(work: ImportWork) -> None:
    planned = planned_of(work)
    work.correct([4], {6: ""}, tell)
    work.choose([5], Action.CREATE, None, go_on, tell)
    columns = planned.columns.with_target(1, Part.IGNORE)
    again = work.plan(planned.opened, columns, NO_MEANINGS, go_on, tell)
    assert again.counts.problems == 0
    assert again.corrections == {(4, 6): ""}
    assert again.plan.plan_of(5).action is Action.CREATE
    assert Field.CUSTOMER_PHONE not in again.plan.plan_of(2).row.values
    assert work.plan(planned.opened, columns, NO_MEANINGS, go_on, tell) is again, "nothing is planned twice"
    # Another text is another sheet.
    assert planned_of(work).counts.problems == 0, "the rows are the same"
    assert planned_of(work, "Client\tStage\nJo\tSale\tx\n").counts.problems == 1


def test_columns_are_remembered(work: ImportWork, database: Path) -> None:
    opened = work.reading.open_text(LEADS, go_on)
    chosen = opened.columns.with_target(1, Part.IGNORE)
    store = AccountStore.open(database)
    store.columns.remember([column.heading for column in chosen.columns], json.dumps(chosen.to_remember()), LATER)
    store.close()
    again = work.reading.open_text(LEADS, go_on).columns
    assert again.columns[1].target is Part.IGNORE
    assert again.columns[1].why is Why.REMEMBERED


def test_a_text_can_be_read_another_way(work: ImportWork) -> None:
    opened: Opened = work.reading.open_text("a;b\n1,2;3\n", go_on)
    assert opened.sheet.rows[1] == ("1,2", "3")
    dialect = opened.reading.dialect
    assert dialect is not None
    again = work.reading.read_again(opened, opened.columns, dialect._replace(separator=Separator.COMMA), None, go_on)
    assert again.sheet.rows[1] == ("1", "2;3")
    assert work.reading.with_headings(again, again.columns, None).columns.heading_row is None


def test_a_sheet_without_rows_says_so(work: ImportWork) -> None:
    with pytest.raises(BadInputError, match="no rows of projects"):
        planned_of(work, "Client\tTel\tPost code\n")


def test_planning_can_be_stopped_and_begun_again(work: ImportWork) -> None:
    opened = work.reading.open_text(LEADS, go_on)
    with pytest.raises(CancelledError):
        work.plan(opened, opened.columns, NO_MEANINGS, stop, tell)
    steps: list[int] = []
    work.plan(opened, opened.columns, NO_MEANINGS, go_on, lambda done, total: steps.append(100 * done // total))
    assert steps == sorted(steps)
    assert steps[-1] == 100


def test_what_was_imported_is_offered_no_more(work: ImportWork, database: Path) -> None:
    planned_of(work)
    work.correct([4], {6: ""}, tell)
    work.choose([3], Action.UPDATE, 5, go_on, tell)
    store = AccountStore.open(database)
    store.batches.stage(work.changes(), "Import", ACCOUNT.email, LATER)
    store.close()
    again = ImportWork(database)
    counts = planned_of(again, LEADS.replace("\ttoo many", "")).counts
    again.close()
    assert (counts.new, counts.updates, counts.duplicates) == (0, 0, 4)


def test_corrections_hold_where_the_rows_are_the_same(work: ImportWork, tmp_path: Path) -> None:
    path = tmp_path / "leads.csv"
    path.write_text("Client,Stage\nJo Lee,Perhaps\nEwa Nowak,Perhaps\nRhys Hughes,lead\n", "utf-8")
    opened = work.reading.open_file(path, go_on)
    work.plan(opened, opened.columns, NO_MEANINGS, go_on, tell)
    work.correct([2], {1: "Sale"}, tell)
    work.correct([3], {1: "Quote"}, tell)
    path.write_text("Client,Stage\nJo Lee,Perhaps\nEwa Maria Nowak,Perhaps\n", "utf-8")
    again = work.reading.open_file(path, go_on)
    assert (again.kept, again.lost) == (1, 1)
    assert work.plan(again, again.columns, NO_MEANINGS, go_on, tell).corrections == {(2, 1): "Sale"}
    back = work.reading.put_back()
    assert back is not None
    assert (back.kept, back.lost) == (2, 0)
    assert work.plan(back, back.columns, NO_MEANINGS, go_on, tell).corrections == {(2, 1): "Sale", (3, 1): "Quote"}


def test_a_columns_choice_is_kept_where_the_headings_are_the_same(work: ImportWork) -> None:
    opened = work.reading.open_text("Client\tRemark\nJo\tx\n", go_on)
    chosen = opened.columns.with_target(1, Field.CRM_REFERENCE)
    for again in (
        work.reading.with_headings(opened, chosen, 0),
        work.reading.read_again(opened, opened.columns, None, None, go_on),
    ):
        assert again.columns.columns[1].target is Field.CRM_REFERENCE


# -- so that the window never waits ------------------------------------------------------------------------------------


def test_what_is_read_is_hidden_from_the_search_for_cycles(work: ImportWork, tmp_path: Path) -> None:
    # The window does that search, and would wait while it looks at all rows at once.
    path = tmp_path / "leads.csv"
    path.write_text("Client\tTel\n" + "Rhys Hughes\t07400 123 001\n" * 20_000, "utf-8")
    before = gc.get_freeze_count()
    assert len(work.reading.open_file(path, go_on).sheet.rows) == 20_001
    assert gc.get_freeze_count() - before > 15_000
    work.close()
    assert gc.get_freeze_count() == 0


def test_rows_are_let_go_of_by_the_importer_alone_and_a_few_at_a_time(
    work: ImportWork, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = [tuple(range(2))]
    only_here = sys.getrefcount(alone[0])
    seen: list[tuple[int, bool]] = []

    def watch_and_let_go(rows: list[tuple[object, ...]]) -> None:
        if rows:
            seen.append((len(rows), all(sys.getrefcount(rows[at]) <= only_here for at in range(len(rows)))))
        empty_in_steps(rows)

    monkeypatch.setattr(import_reading, "empty_in_steps", watch_and_let_go)
    monkeypatch.setattr(import_work, "empty_in_steps", watch_and_let_go)
    work.reading.open_text(LEADS, go_on)
    work.reading.open_text(LEADS.replace("Rhys", "Huw"), go_on)
    assert seen == []  # the window shows the first until it is told of the second
    work.reading.open_text(LEADS, go_on)
    assert seen == [(5, True)]
    planned = work.plan(work.reading.opened, work.reading.opened.columns, NO_MEANINGS, go_on, tell)  # type: ignore[arg-type, union-attr]
    assert seen[1:] == [(5, True)]
    count = len(planned.plan.rows)
    del planned
    work.close()
    assert seen[2:] == [(count, True), (5, True)]


def test_a_list_is_emptied_in_steps() -> None:
    steps = []

    class Watched(list[int]):
        def __delitem__(self, place: object) -> None:
            before = len(self)
            super().__delitem__(place)  # type: ignore[arg-type]
            steps.append(before - len(self))

    empty_in_steps(Watched(range(3 * STRIDE + 1)))
    assert sum(steps) == 3 * STRIDE + 1
    assert max(steps) == STRIDE
