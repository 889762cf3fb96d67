"""The table's model, as a view and the window meet it."""

from __future__ import annotations

from datetime import date
from functools import partial
from operator import contains
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QModelIndex, Qt, QTimer
from PySide6.QtTest import QAbstractItemModelTester

from heatpunk_desktop.domain.contacts import Contact, PackedContact
from heatpunk_desktop.domain.dates import DateRange
from heatpunk_desktop.domain.project import KEY, Mark
from heatpunk_desktop.models import project_table_model
from heatpunk_desktop.models.cooperative_task import CooperativeTask
from heatpunk_desktop.models.project_filter import ProjectFilter, SidebarView, ViewCounts
from heatpunk_desktop.models.project_index import ProjectIndex
from heatpunk_desktop.models.project_table_model import ProjectTableModel
from heatpunk_desktop.models.table_columns import HIDDEN_BY_DEFAULT, Column
from tests.unit.models.plain_ways import QUERIES, ROWS, Row, in_order, is_shown, row

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pytestqt.qtbot import QtBot

DISPLAY = Qt.ItemDataRole.DisplayRole
ASCENDING, DESCENDING = Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder


def today() -> date:
    return date(2026, 11, 24)


@pytest.fixture
def model(qapp: object, monkeypatch: pytest.MonkeyPatch) -> ProjectTableModel:
    """A model for few rows, each of whose tasks fits into its first slice however busy the machine is."""
    assert qapp
    monkeypatch.setattr("heatpunk_desktop.models.cooperative_task._BUDGET", 30.0)
    model = ProjectTableModel(today=today)
    # Fails the test at any signal that does not fit what the model says.
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal, model)
    return model


@pytest.fixture
def large(qapp: object) -> ProjectTableModel:
    """A model for so many rows that looking at all of them after each signal would take too long."""
    assert qapp
    return ProjectTableModel(today=today)


def settled(qtbot: QtBot, model: ProjectTableModel) -> list[int]:
    """The keys that are shown once all work is done, from the top."""
    qtbot.waitUntil(lambda: model.is_settled)
    return [key for place in range(model.rowCount()) if (key := model.key_at(place)) is not None]


def is_idle(model: ProjectTableModel) -> bool:
    return not any(task.is_under_way for task in model.findChildren(CooperativeTask))


def cell(model: ProjectTableModel, place: int, column: Column, role: Qt.ItemDataRole = DISPLAY) -> object:
    return model.index(place, column).data(role)


def test_names_its_columns(model: ProjectTableModel) -> None:
    names = [model.headerData(column, Qt.Orientation.Horizontal) for column in Column]
    assert names == [
        "Project",
        "Customer",
        "Postcode",
        "Status",
        "Created",
        "Modified",
        "Address",
        "Owner",
        "ID",
        "Phone",
        "Email",
        "Build date",
        "CRM reference",
    ]
    assert model.headerData(1, Qt.Orientation.Vertical) == 2
    first_click = Qt.ItemDataRole.InitialSortOrderRole
    assert model.headerData(Column.CREATED, Qt.Orientation.Horizontal, first_click) == DESCENDING
    assert model.headerData(Column.PROJECT, Qt.Orientation.Horizontal, first_click) is None


def test_shows_each_value_as_users_read_it(model: ProjectTableModel) -> None:
    model.add_rows(
        [
            row(
                27,
                name="Barn\nand <b>byre</b>",
                customer="Siân",
                postcode="CB24 9PL",
                status="Sale",
                created="2026-11-20T10:00:00.000Z",
                modified="2026-11-24T09:40:00.000Z",
                address="1 High Street",
                owner_id=5,
            )
        ]
    )
    model.name_owners({5: "office@acme.test"})
    shown = [cell(model, 0, column) for column in Column]
    assert shown == [
        "Barn and <b>byre</b>",
        "Siân",
        "CB24 9PL",
        "Sale",
        "20 Nov 2026",
        "Today 09:40",
        "1 High Street",
        "office@acme.test",
        "27",
        *["…"] * 4,
    ]
    assert cell(model, 0, Column.PHONE, Qt.ItemDataRole.AccessibleTextRole) == "Not loaded yet"
    assert cell(model, 0, Column.STATUS, Qt.ItemDataRole.AccessibleTextRole) == "Sale"
    assert cell(model, 0, Column.PROJECT, Qt.ItemDataRole.UserRole) == 27
    assert cell(model, 0, Column.PROJECT, Qt.ItemDataRole.DecorationRole) is None


def test_modified_is_never_shown_before_created(model: ProjectTableModel) -> None:
    created = "2026-11-20T10:00:00.000Z"
    times = ("2026-11-20T09:00:00.000Z", "2026-11-20T11:00:00.000Z", "")
    model.add_rows([row(key, created=created, modified=modified) for key, modified in enumerate(times, 1)])
    shown = [cell(model, place, Column.MODIFIED) for place in range(3)]  # of the same time, the highest ID comes first
    assert shown == ["—", "20 Nov 11:00", "20 Nov 10:00"]


@pytest.mark.parametrize(
    ("marks", "words"),
    [
        (Mark.WAITING | Mark.NOT_ON_SERVER, "not sent yet"),
        (Mark.WAITING, "change waiting"),
        (Mark.POSSIBLY_DONE | Mark.WAITING, "possibly done"),
        (Mark.NEEDS_YOU | Mark.POSSIBLY_DONE | Mark.NOT_ON_SERVER, "needs you"),
        (Mark.DELETED_HERE, "20 Nov 11:00"),
    ],
)
def test_says_what_has_not_reached_the_server(model: ProjectTableModel, marks: Mark, words: str) -> None:
    model.add_rows([row(-3, marks=int(marks & ~Mark.DELETED_HERE))])
    assert cell(model, 0, Column.MODIFIED) == (words if marks is not Mark.DELETED_HERE else "20 Nov 11:00")
    assert cell(model, 0, Column.MODIFIED, Qt.ItemDataRole.AccessibleTextRole) == cell(model, 0, Column.MODIFIED)


def test_a_blank_name_or_status_is_read_out_as_such_and_copied_empty(
    model: ProjectTableModel,
) -> None:
    model.add_rows([row(1, name="", status="")])
    for column, words in ((Column.PROJECT, "(no name)"), (Column.STATUS, "No status"), (Column.CUSTOMER, "")):
        assert cell(model, 0, column, Qt.ItemDataRole.AccessibleTextRole) == words
        assert cell(model, 0, column) == ""


def test_a_project_without_an_id_has_no_day_yet(model: ProjectTableModel) -> None:
    model.add_rows([row(-3, marks=int(Mark.WAITING | Mark.NOT_ON_SERVER), modified="")])
    assert cell(model, 0, Column.CREATED) == "—"
    assert cell(model, 0, Column.PROJECT_ID) == "—"
    assert cell(model, 0, Column.CREATED, Qt.ItemDataRole.AccessibleTextRole) == "not known yet"


def test_no_cell_outside(model: ProjectTableModel) -> None:
    model.add_rows([row(1)])
    assert model.data(QModelIndex()) is None
    assert model.rowCount(model.index(0, 0)) == 0
    assert model.columnCount(model.index(0, 0)) == 0
    assert model.key_at(1) is None
    assert model.key_at(-1) is None
    assert model.row_of(2) is None


def test_first_rows_are_there_at_once(model: ProjectTableModel) -> None:
    model.add_rows([row(2, created="2026-11-22T10:00:00.000Z"), row(1, created="2026-11-21T10:00:00.000Z")])
    assert [model.key_at(0), model.key_at(1)] == [2, 1]
    model.add_rows([row(3, created="2026-11-20T10:00:00.000Z")])
    assert model.key_at(2) == 3
    assert [table_row[KEY] for table_row in model.shown_rows()] == [2, 1, 3]


def test_rows_that_come_in_any_order_are_put_in_order(qtbot: QtBot, model: ProjectTableModel) -> None:
    model.add_rows([row(1, created="2026-11-20T10:00:00.000Z")])
    model.add_rows([row(2, created="2026-11-22T10:00:00.000Z")])
    model.add_rows([])
    assert settled(qtbot, model) == [2, 1]


def test_filters_at_once_where_there_is_little(model: ProjectTableModel) -> None:
    model.add_rows([row(1, name="Barn"), row(2, name="Byre")])
    model.set_filter(ProjectFilter(text="BY"))
    assert model.rowCount() == 1
    assert model.key_at(0) == 2
    assert model.words == ("by",)
    assert model.filter == ProjectFilter(text="BY")
    assert model.total == 2


def test_says_how_much_is_shown(qtbot: QtBot, model: ProjectTableModel) -> None:
    model.add_rows([row(1, name="Barn"), row(2, name="Byre")])
    with qtbot.waitSignal(model.filter_applied) as told:
        model.set_filter(ProjectFilter(text="byre"))
    assert told.args == [1, 2, True]


def test_the_first_page_comes_before_the_rest(qtbot: QtBot, large: ProjectTableModel) -> None:
    large.add_rows([row(key, created=f"2026-11-{key % 20 + 1:02}T10:00:00.000Z") for key in range(1, 20_001)])
    settled(qtbot, large)
    told: list[tuple[int, int, bool]] = []
    large.filter_applied.connect(lambda *numbers: told.append(numbers))
    large.set_filter(ProjectFilter(text="project"))
    first_page = [large.key_at(place) for place in range(100)]
    whole = settled(qtbot, large)
    assert [value[2] for value in told] == [False, True]
    assert told[0][0] < told[1][0] == 20_000
    assert whole[:100] == first_page


def test_a_keystroke_drops_the_search_of_the_one_before(qtbot: QtBot, large: ProjectTableModel) -> None:
    large.add_rows([row(key) for key in range(1, 20_001)])
    settled(qtbot, large)
    told: list[tuple[int, int, bool]] = []
    large.filter_applied.connect(lambda *numbers: told.append(numbers))
    for text in ("p", "pr", "project 19999"):
        large.set_filter(ProjectFilter(text=text))
    assert settled(qtbot, large) == [19_999]
    assert [numbers for numbers in told if numbers[2]] == [(1, 20_000, True)]


def test_a_filter_set_while_one_is_told_wins(qtbot: QtBot, large: ProjectTableModel) -> None:
    large.add_rows([row(key) for key in range(1, 3001)])
    settled(qtbot, large)

    def narrow(_shown: int, _total: int, is_all: bool) -> None:
        if not is_all:
            large.set_filter(ProjectFilter(text="project 7"))

    large.filter_applied.connect(narrow)
    large.set_filter(ProjectFilter(text="project"))
    assert all("7" in str(cell(large, place, Column.PROJECT)) for place in range(len(settled(qtbot, large))))


def test_sorts_by_each_column(qtbot: QtBot, model: ProjectTableModel) -> None:
    rows = [
        row(1, name="Flat 10", customer="Zoe", status="Sale", postcode="CB2 1AB"),
        row(2, name="flat 9", customer="", status="Lead", postcode="CB10 1AB"),
    ]
    model.add_rows(rows)
    for column in Column:
        for order in (ASCENDING, DESCENDING):
            model.sort(column, order)
            assert settled(qtbot, model) == in_order(rows, column, descending=order == DESCENDING)
            assert model.sorting == (column, order)


def test_contacts_are_shown_and_sorted_by_as_far_as_they_are_known(qtbot: QtBot, model: ProjectTableModel) -> None:
    def phones(numbers: dict[int, str | None]) -> dict[int, PackedContact]:
        return {key: Contact(phone=number).packed() for key, number in numbers.items()}

    model.add_rows([row(key) for key in (-9, 4, 3, 2, 1)])
    model.take_contacts(phones({1: "01223 2", 2: "", 3: "01223 1", 4: "01223 3"}))
    model.sort(Column.PHONE, ASCENDING)
    assert settled(qtbot, model) == [3, 1, 4, -9, 2]
    assert [cell(model, place, Column.PHONE) for place in range(5)] == ["01223 1", "01223 2", "01223 3", "…", "—"]
    model.take_contacts(phones({3: "01223 9", 4: None, -9: "01223 0"}))
    qtbot.waitUntil(lambda: model.is_settled)
    assert settled(qtbot, model) == [-9, 1, 3, 4, 2]
    assert (model.contact(4).phone, model.contact(1).phone) == (None, "01223 2")
    model.replace_keys({-9: 9})
    assert model.contact(9).phone == "01223 0"
    qtbot.waitUntil(lambda: model.is_settled)
    told: list[object] = []
    model.filter_applied.connect(lambda *_: told.append(1))
    model.take_contacts(phones({1: "01223 2"}))
    assert model.is_settled
    assert told == []


def test_says_what_the_sign_in_a_cell_means(qtbot: QtBot, model: ProjectTableModel) -> None:
    model.add_rows([row(3), row(2), row(1)])
    whole = Contact("jo@home.example", "", "post2006", None, is_asked=True)
    model.take_contacts({1: whole.packed(), 2: Contact(phone="01223 2").packed()})
    settled(qtbot, model)
    columns = (Column.EMAIL, Column.PHONE, Column.BUILD_DATE, Column.REFERENCE)
    assert [[cell(model, place, column) for column in columns] for place in range(3)] == [
        ["…", "…", "…", "…"],
        ["…", "01223 2", "…", "…"],
        ["jo@home.example", "—", "Post 2006", "—"],
    ]
    spoken = [model.data(model.index(2, column), Qt.ItemDataRole.AccessibleTextRole) for column in columns]
    assert spoken == ["jo@home.example", "None", "Post 2006", "Not shared by Heatpunk"]
    assert model.data(model.index(0, Column.PHONE), Qt.ItemDataRole.AccessibleTextRole) == "Not loaded yet"


def test_says_which_cells_can_be_changed(qtbot: QtBot, model: ProjectTableModel) -> None:
    model.add_rows([row(1), row(2, marks=int(Mark.DELETED_HERE))])

    def editable() -> set[Column]:
        return {column for column in Column if model.index(0, column).flags() & Qt.ItemFlag.ItemIsEditable}

    assert editable() == set(Column) - {
        Column.CREATED,
        Column.MODIFIED,
        Column.OWNER,
        Column.PROJECT_ID,
        Column.BUILD_DATE,
    }
    model.set_filter(ProjectFilter(view=SidebarView.DELETED_HERE))
    qtbot.waitUntil(lambda: not editable())
    assert model.key_at(0) == 2


def test_what_was_moved_to_deleted_counts_where_it_is_shown_alone(model: ProjectTableModel) -> None:
    model.add_rows([row(1), row(2, marks=int(Mark.DELETED_HERE)), row(3)])
    assert model.total == 3
    assert (model.total_beside(SidebarView.ALL), model.total_beside(SidebarView.MINE)) == (2, 2)
    assert model.total_beside(SidebarView.DELETED_HERE) == 1


def test_sorting_by_no_column_changes_nothing(model: ProjectTableModel) -> None:
    model.add_rows([row(1), row(2)])
    model.sort(-1, ASCENDING)
    assert model.sorting == (Column.CREATED, DESCENDING)


def test_counts_follow_rows_and_dates_but_not_the_search(qtbot: QtBot, model: ProjectTableModel) -> None:
    counts: list[ViewCounts] = []
    model.counts_changed.connect(counts.append)
    model.add_rows([row(1, status="Sale"), row(2), row(3, created="2020-01-01T00:00:00.000Z")])
    qtbot.waitUntil(lambda: bool(counts))
    assert counts[-1].views[SidebarView.ALL] == 3
    assert counts[-1].statuses["Sale"] == 1
    model.set_filter(ProjectFilter(created=DateRange(date(2026, 1, 1), today())))
    qtbot.waitUntil(lambda: counts[-1].views[SidebarView.ALL] == 2)
    told = len(counts)
    model.set_filter(ProjectFilter(created=DateRange(date(2026, 1, 1), today()), text="x"))
    qtbot.waitUntil(lambda: is_idle(model))
    assert len(counts) == told
    model.upsert_rows({4: row(4)}, ())
    qtbot.waitUntil(lambda: counts[-1].views[SidebarView.ALL] == 3)


def test_the_views_are_counted_without_waiting_for_those_of_ones_own(qtbot: QtBot, model: ProjectTableModel) -> None:
    told: list[object] = []
    model.counts_changed.connect(lambda counts: told.append(counts.statuses["Sale"]))
    model.own_counted.connect(told.append)
    model.count_also((ProjectFilter(statuses=frozenset({"Sale"})), ProjectFilter(text="barn")))
    model.add_rows([row(1, name="Barn"), row(2), row(3)])
    qtbot.waitUntil(lambda: set(told) >= {0, (0, 1)} and is_idle(model))
    told.clear()
    for key in (1, 2, 3):
        model.upsert_rows({key: row(key, status="Sale")})
        qtbot.waitUntil(partial(contains, told, key))
    qtbot.waitUntil(lambda: told[-1] == (3, 0))
    model.clear()
    qtbot.waitUntil(lambda: told[-1] == (0, 0) and told[-2] == 0)


def test_an_edit_shows_at_once_and_moves_only_its_row(qtbot: QtBot, model: ProjectTableModel) -> None:
    model.add_rows([row(key, name=f"Barn {key}") for key in range(59, 0, -1)])
    model.sort(Column.PROJECT, ASCENDING)
    settled(qtbot, model)
    resets: list[object] = []
    model.modelReset.connect(lambda: resets.append(1))
    model.upsert_rows({3: row(3, name="Barn 70")})
    assert model.row_of(3) == 58
    assert cell(model, 58, Column.PROJECT) == "Barn 70"
    model.upsert_rows({3: row(3, name="Barn 70", status="Sale")}, removed=[5])
    assert model.rowCount() == 58
    assert model.row_of(5) is None
    assert cell(model, 57, Column.STATUS) == "Sale"
    assert not resets


def test_an_edit_in_place_tells_that_its_data_changed(qtbot: QtBot, model: ProjectTableModel) -> None:
    model.add_rows([row(1), row(2)])
    settled(qtbot, model)
    with qtbot.waitSignal(model.dataChanged):
        model.upsert_rows({1: row(1, status="Sale")})
    with qtbot.assertNotEmitted(model.dataChanged):
        model.upsert_rows({1: row(1, status="Sale")})


def test_many_changes_come_together(qtbot: QtBot, large: ProjectTableModel) -> None:
    told: list[int] = []
    large.filter_applied.connect(lambda shown, *_: told.append(shown))
    for start in range(0, 5000, 500):
        large.upsert_rows({key: row(key) for key in range(start + 1, start + 501)})
    settled(qtbot, large)
    assert told == [5000]


def test_a_project_keeps_its_place_when_it_gets_its_id(qtbot: QtBot, model: ProjectTableModel) -> None:
    model.add_rows([row(-4, marks=int(Mark.WAITING | Mark.NOT_ON_SERVER)), row(2, created="2026-11-01T00:00:00.000Z")])
    settled(qtbot, model)
    with qtbot.waitSignals([model.dataChanged, model.keys_replaced]), qtbot.waitSignal(model.keys_replaced) as replaced:
        model.replace_keys({-4: 77, -5: 78})
    assert replaced.args == [{-4: 77}]
    assert model.row_of(77) == 0
    assert model.row_of(-4) is None
    with qtbot.assertNotEmitted(model.keys_replaced):
        model.replace_keys({-4: 78})


def test_all_rows_can_be_taken_away(qtbot: QtBot, model: ProjectTableModel) -> None:
    model.add_rows([row(1)])
    model.clear()
    assert settled(qtbot, model) == []
    assert model.total == 0


def test_owners_named_later_are_shown(qtbot: QtBot, model: ProjectTableModel) -> None:
    model.add_rows([row(1, owner_id=5)])
    settled(qtbot, model)
    assert cell(model, 0, Column.OWNER) == "Colleague 5"
    with qtbot.waitSignal(model.dataChanged):
        model.name_owners({5: "office@acme.test"})
    assert cell(model, 0, Column.OWNER) == "office@acme.test"


def test_orders_are_prepared_while_nothing_happens(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    index = ProjectIndex(today())
    monkeypatch.setattr(project_table_model, "ProjectIndex", lambda _today: index)
    model = ProjectTableModel(today=today)
    model.add_rows([row(key) for key in range(1, 50)])
    settled(qtbot, model)
    orders = index.orders
    qtbot.waitUntil(lambda: orders.is_kept(3, descending=True))
    assert orders.is_kept(1, descending=False)
    assert settled(qtbot, model)[0] == 49


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.one_of(
            st.tuples(st.just("add"), st.lists(ROWS, max_size=10, unique_by=lambda row: row[KEY])),
            st.tuples(st.just("upsert"), st.lists(ROWS, max_size=3, unique_by=lambda row: row[KEY])),
            st.tuples(st.just("remove"), st.lists(st.integers(-9, 60), max_size=3)),
            st.tuples(st.just("type"), QUERIES),
            st.tuples(st.just("sort"), st.tuples(st.sampled_from(Column), st.booleans())),
        ),
        max_size=12,
    )
)
def test_whatever_happens_what_is_shown_is_right(qtbot: QtBot, steps: list[tuple[str, Any]]) -> None:
    model = ProjectTableModel(today=today)
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal, model)
    rows: dict[int, Row] = {}
    wanted, column, descending = ProjectFilter(), Column.CREATED, True
    for kind, what in steps:
        if kind == "add":
            model.add_rows(what)
            rows |= {table_row[KEY]: table_row for table_row in what}
        elif kind == "upsert":
            model.upsert_rows({table_row[KEY]: table_row for table_row in what})
            rows |= {table_row[KEY]: table_row for table_row in what}
        elif kind == "remove":
            model.upsert_rows({}, what)
            rows = {key: table_row for key, table_row in rows.items() if key not in what}
        elif kind == "type":
            wanted = ProjectFilter(text=what)
            model.set_filter(wanted)
        else:
            column, descending = what
            model.sort(column, DESCENDING if descending else ASCENDING)
    expected = in_order(
        [table_row for table_row in rows.values() if is_shown(table_row, wanted)], column, descending=descending
    )
    assert settled(qtbot, model) == expected


def test_orders_that_are_at_hand_are_put_right_with_a_pause_behind_each(
    qtbot: QtBot, qapp: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert qapp
    never = 10**8
    monkeypatch.setattr(project_table_model, "_QUIET", never)
    large = ProjectTableModel(today=today)
    children = large.findChildren(QTimer, options=Qt.FindChildOption.FindDirectChildrenOnly)
    (quiet,) = (timer for timer in children if timer.interval() == never)

    def prepared() -> int:
        """In how many slices the orders are prepared."""
        slices: list[Iterable[object]] = []
        with monkeypatch.context() as patch:
            patch.setattr(CooperativeTask, "start", lambda _task, work: slices.append(work))
            quiet.timeout.emit()
        (work,) = slices
        return len([*work])

    large.add_rows([row(key) for key in range(1, 201)])
    settled(qtbot, large)
    assert prepared()
    large.upsert_rows({7: row(7, name="Another barn")})
    settled(qtbot, large)
    shown = len(Column) - len(HIDDEN_BY_DEFAULT)
    assert prepared() == 2 * shown  # all of them in one go would be felt
