"""Filtering, sorting and counting, held against doing the same by hand."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from heatpunk_desktop.domain.contacts import NOTHING_KNOWN, Contact
from heatpunk_desktop.domain.dates import DateRange
from heatpunk_desktop.domain.fields import Status
from heatpunk_desktop.domain.folding import fold
from heatpunk_desktop.domain.project import ADDRESS, CUSTOMER, KEY, NAME, STATUS
from heatpunk_desktop.filters.conditions import Conditions
from heatpunk_desktop.filters.query import read_query
from heatpunk_desktop.models import project_index, row_masks, row_order
from heatpunk_desktop.models.project_filter import ProjectFilter, SidebarView
from heatpunk_desktop.models.project_index import ProjectIndex
from heatpunk_desktop.models.project_table_model import _FIELDS
from heatpunk_desktop.models.row_store import Codes
from heatpunk_desktop.models.search_text import fold_line, words_of
from heatpunk_desktop.models.table_columns import Column
from tests.unit.models.plain_ways import CONTACTS, QUERIES, ROWS, TODAY, TOGETHER, Row, in_order, is_shown, row

if TYPE_CHECKING:
    from array import array
    from collections.abc import Generator, Iterator

    from heatpunk_desktop.models.project_filter import ViewCounts

RANGES = st.sampled_from(
    [
        None,
        DateRange(date(2026, 11, 20), date(2026, 11, 24)),
        DateRange(date(2026, 11, 1), date(2026, 11, 1)),
        DateRange(date(2010, 1, 1), date(2026, 11, 24)),
        DateRange(date(2030, 1, 1), date(2030, 1, 2)),
    ]
)
FILTERS = st.builds(
    ProjectFilter,
    view=st.sampled_from(SidebarView),
    statuses=st.frozensets(st.sampled_from(["Lead", "Quote", "Survey", ""]), max_size=2),
    owner_id=st.sampled_from([None, None, 1, 2]),
    created=RANGES,
    text=QUERIES,
    my_id=st.sampled_from([None, 1, 27091]),
    conditions=st.one_of(st.just(Conditions()), st.just(Conditions()), TOGETHER),
    typed=st.one_of(st.just(Conditions()), st.just(Conditions()), TOGETHER),
)


@pytest.fixture(scope="module", autouse=True)
def small_pieces() -> Iterator[None]:
    """Slices, runs and merges of a few rows, so that a few rows need several of each."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(project_index, "_CHUNK", 3)
        patch.setattr(row_masks, "_CHUNK", 3)
        patch.setattr(project_index, "_SCATTERED_CHUNKS", 2)
        patch.setattr(row_masks, "_KEPT", 3)
        patch.setattr(row_order, "_RUN", 3)
        patch.setattr(row_order, "_FAN_IN", 2)
        patch.setattr(row_order, "_FEW", 1)
        patch.setattr(row_order, "_BISECTION_COST", 2)
        yield


def ended(work: Generator[None, None, Any]) -> Any:
    """Run sliced work to its end."""
    while True:
        try:
            next(work)
        except StopIteration as end:
            return end.value


def order_of(index: ProjectIndex, column: Column, *, descending: bool) -> array[int]:
    index.orders.settle()
    order: array[int] = ended(index.orders.order(_FIELDS[column], descending=descending))
    return order


def found(
    index: ProjectIndex, wanted: ProjectFilter, column: Column = Column.CREATED, *, descending: bool = True
) -> list[int]:
    """Keys of what is shown, from the top."""
    order = order_of(index, column, descending=descending)
    return [index.key_of(slot) for some in index.search(wanted, order) for slot in some]


class TypingAndUpdating(RuleBasedStateMachine):
    """The user types, filters and sorts while rows come, change and go: what is shown is always what it should be."""

    def __init__(self) -> None:
        super().__init__()
        self.index = ProjectIndex(TODAY)
        self.rows: dict[int, Row] = {}
        self.contacts: dict[int, Contact] = {}
        self.wanted = ProjectFilter()
        self.column, self.descending = Column.CREATED, True

    @rule(rows=st.lists(ROWS, max_size=12))
    def put(self, rows: list[Row]) -> None:
        self.index.put(rows)
        self.rows |= {table_row[KEY]: table_row for table_row in rows}

    @rule(contacts=st.dictionaries(st.integers(-9, 60).filter(bool), CONTACTS, max_size=8))
    def take_contacts(self, contacts: dict[int, Contact]) -> None:
        self.index.take_contacts({key: contact.packed() for key, contact in contacts.items()})
        self.contacts |= {key: Contact.unpacked(contact.packed().text) for key, contact in contacts.items()}

    @rule(keys=st.lists(st.integers(-9, 60), max_size=4))
    def remove(self, keys: list[int]) -> None:
        self.index.remove(keys)
        for key in keys:
            self.rows.pop(key, None)

    @rule(replaced=st.dictionaries(st.integers(-9, -1), st.integers(1, 70), max_size=4))
    def replace_keys(self, replaced: dict[int, int]) -> None:
        assert self.index.replace_keys(replaced) == {old: new for old, new in replaced.items() if old in self.rows}
        for old, new in replaced.items():
            if old in self.rows:
                moved = (new, *self.rows.pop(old)[1:])
                if new not in self.rows:
                    self.rows[new] = moved
                    self.contacts[new] = self.contacts.pop(old, NOTHING_KNOWN)

    @rule(wanted=FILTERS)
    def filter(self, wanted: ProjectFilter) -> None:
        self.wanted = wanted

    @rule(text=QUERIES)
    def type(self, text: str) -> None:
        self.wanted = self.wanted._replace(text=text)

    @rule(letter=st.sampled_from("hig st14ean"))
    def type_on(self, letter: str) -> None:
        self.wanted = self.wanted._replace(text=self.wanted.text + letter)

    @rule(column=st.sampled_from(Column), descending=st.booleans())
    def sort(self, column: Column, descending: bool) -> None:
        self.column, self.descending = column, descending

    @rule(steps=st.integers(0, 5))
    def leave_a_search(self, steps: int) -> None:
        work = self.index.search(self.wanted, order_of(self.index, self.column, descending=self.descending))
        for _ in range(steps):
            next(work, None)

    @precondition(lambda self: len(self.rows) > 3)
    @rule(column=st.sampled_from(Column), steps=st.integers(1, 5), rows=st.lists(ROWS, max_size=3), late=st.booleans())
    def change_while_sorting(self, column: Column, steps: int, rows: list[Row], late: bool) -> None:
        self.index.orders.forget(_FIELDS[column])
        if late:
            self.put(rows)  # and it is not put in order before the sorting begins
        else:
            self.index.orders.settle()
        work = self.index.orders.order(_FIELDS[column], descending=False)
        for _ in range(steps):
            next(work, None)
        if not late:
            self.put(rows)
        self.column, self.descending = column, False
        next(work, None)
        ended(work)

    def is_shown(self, one: Row, wanted: ProjectFilter) -> bool:
        return is_shown(one, wanted, self.contacts.get(one[KEY], NOTHING_KNOWN))

    @invariant()
    def shows_what_it_should(self) -> None:
        expected = [table_row for table_row in self.rows.values() if self.is_shown(table_row, self.wanted)]
        shown = found(self.index, self.wanted, self.column, descending=self.descending)
        assert shown == in_order(expected, self.column, descending=self.descending, contacts=self.contacts)
        assert len(self.index) == len(self.rows)

    @invariant()
    def knows_its_rows(self) -> None:
        slots = {key: self.index.slot_of(key) for key in self.rows}
        assert {key: self.index.row(slot) for key, slot in slots.items() if slot is not None} == self.rows
        alone = self.index.matches([slot for slot in slots.values() if slot is not None], self.wanted)
        assert {self.index.key_of(slot) for slot in alone} == {
            key for key, table_row in self.rows.items() if self.is_shown(table_row, self.wanted)
        }
        known = {key: self.index.contact(key) for key in self.rows}
        assert known == {key: self.contacts.get(key, NOTHING_KNOWN) for key in self.rows}

    @invariant()
    def counts_what_it_should(self) -> None:
        created, my_id = self.wanted.created, self.wanted.my_id
        own = [self.wanted, ProjectFilter(conditions=self.wanted.conditions)]
        counts: ViewCounts = ended(self.index.counts(created, my_id))
        shown = tuple(sum(self.is_shown(table_row, wanted) for table_row in self.rows.values()) for wanted in own)
        assert ended(self.index.count_each(own)) == shown
        assert counts.views == {
            view: sum(
                self.is_shown(table_row, ProjectFilter(view, created=created, my_id=my_id))
                for table_row in self.rows.values()
            )
            for view in SidebarView
        }
        assert counts.statuses == {
            status: sum(
                self.is_shown(table_row, ProjectFilter(statuses=frozenset({status}), created=created))
                for table_row in self.rows.values()
            )
            for status in (*map(str, Status), "")
        }


TestTypingAndUpdating = TypingAndUpdating.TestCase
TestTypingAndUpdating.settings = settings(max_examples=40, stateful_step_count=25)


#: The digits of British numbers as they are dialled at home.
_NUMBERS = st.from_regex(r"0[12378][0-9]{8,9}", fullmatch=True)


def _signs(draw: st.DrawFn, digits: str) -> str:
    """Digits with any of the signs and blanks between that users write."""
    between = st.sampled_from(["", "", "", " ", "-", ".", " - ", "\N{NO-BREAK SPACE}", "\N{EN DASH}"])
    return digits[0] + "".join(draw(between) + digit for digit in digits[1:])


@st.composite
def _stored(draw: st.DrawFn, digits: str) -> str:
    """A number as somebody wrote it in a form or a spreadsheet."""
    head, rest = draw(st.sampled_from([("0", digits[1:]), ("+44 ", digits[1:]), ("+44 (0)", digits[1:])]))
    how = draw(st.sampled_from(["plain", "parts", "signs"]))
    if how == "plain":
        return head + rest
    return head + (f"{rest[:4]} {rest[4:]}" if how == "parts" else _signs(draw, rest))


@st.composite
def _typed(draw: st.DrawFn, digits: str) -> str:
    """The whole of a number, or its end of four digits at least, as somebody types it in the search field."""
    whole = draw(st.sampled_from(["", "+44", "+44 (0)", "+44 0", "0044 "]))
    if whole:
        return whole + _signs(draw, digits[1:])
    end = digits[draw(st.one_of(st.just(0), st.integers(0, len(digits) - 4))) :]
    typed = _signs(draw, end)
    return f"({typed[:2]}){typed[2:]}" if draw(st.booleans()) else typed


@given(st.lists(_NUMBERS, min_size=1, max_size=8), st.data())
def test_a_caller_is_found_by_any_end_of_the_number_however_it_is_written(
    numbers: list[str], data: st.DataObject
) -> None:
    index = ProjectIndex(TODAY)
    rows = [row(key, name="", address=f"{key} High Street") for key in range(1, len(numbers) + 1)]
    contacts = {key: Contact(phone=data.draw(_stored(number))) for key, number in enumerate(numbers, 1)}
    index.put(rows)
    index.take_contacts({key: contact.packed() for key, contact in contacts.items()})
    wanted = data.draw(st.sampled_from(range(1, len(numbers) + 1)))
    text = data.draw(_typed(numbers[wanted - 1]))
    shown = found(index, ProjectFilter(text=text))
    assert wanted in shown
    assert sorted(shown) == [
        table_row[KEY] for table_row in rows if is_shown(table_row, ProjectFilter(text=text), contacts[table_row[KEY]])
    ]
    phone = read_query(f'phone:"{text}"').query.conditions
    assert wanted in found(index, ProjectFilter(conditions=phone))


@given(st.lists(ROWS, max_size=40, unique_by=lambda row: row[KEY]), st.sampled_from(Column), st.booleans())
def test_every_order_is_that_of_sorted(rows: list[Row], column: Column, descending: bool) -> None:
    index = ProjectIndex(TODAY)
    index.put(rows)
    shown = [index.key_of(slot) for slot in order_of(index, column, descending=descending)]
    assert shown == in_order(rows, column, descending=descending)


def test_statuses_stand_in_the_order_of_the_work_and_none_last() -> None:
    index = ProjectIndex()
    words = ["Rejected", "", "Sale", "Zzz", "Lead", "Completed", "Quote", "Abc", "Install"]
    index.put([row(key, status=status) for key, status in enumerate(words, 1)])
    shown = [words[key - 1] for key in found(index, ProjectFilter(), Column.STATUS, descending=False)]
    assert shown == ["Lead", "Quote", "Sale", "Install", "Completed", "Rejected", "Abc", "Zzz", ""]
    assert found(index, ProjectFilter(), Column.STATUS, descending=True)[-1] == 2


def test_postcodes_stand_in_the_order_of_their_districts() -> None:
    index = ProjectIndex()
    codes = ["E6 1AA", "CB24 9PL", "cb1 3qd", "CB101AA", "CB2 4AA", "", "odd"]
    index.put([row(key, postcode=code) for key, code in enumerate(codes, 1)])
    shown = [codes[key - 1] for key in found(index, ProjectFilter(), Column.POSTCODE, descending=False)]
    assert shown == ["cb1 3qd", "CB2 4AA", "CB101AA", "CB24 9PL", "E6 1AA", "odd", ""]


def test_owners_are_sorted_by_what_is_shown_of_them() -> None:
    index = ProjectIndex()
    index.put([row(1, owner_id=5), row(2, owner_id=6), row(3)])
    assert found(index, ProjectFilter(), Column.OWNER, descending=False) == [1, 2, 3]
    assert index.name_owners({5: "zoe@acme.test", 6: "al@acme.test"})
    assert not index.name_owners({5: "zoe@acme.test", 6: "al@acme.test"})
    assert found(index, ProjectFilter(), Column.OWNER, descending=False) == [2, 1, 3]
    assert index.owner_name(5) == "zoe@acme.test"
    assert index.owner_name(7) == "7"
    assert index.owner_name(None) == ""


def test_a_row_as_it_was_is_no_change() -> None:
    index = ProjectIndex()
    assert index.put([row(1), row(2)]) == [0, 1]
    version = index.version
    assert index.put([row(1)]) == []
    assert index.version == version
    assert index.put([row(1, status="Sale")]) == [0]


def test_a_project_comes_back_after_it_was_gone() -> None:
    index = ProjectIndex()
    index.put([row(1)])
    index.remove([1, 1, 5])
    assert len(index) == 0
    assert index.put([row(1)]) == [0]
    assert found(index, ProjectFilter()) == [1]


def test_a_date_that_changes_counts_at_once() -> None:
    index = ProjectIndex()
    index.put([row(1), row(2)])
    wanted = ProjectFilter(created=DateRange(date(2026, 11, 20), date(2026, 11, 20)))
    assert found(index, wanted) == [2, 1]
    index.put([row(1, created="2025-01-01T00:00:00.000Z")])
    assert found(index, wanted) == [2]


def test_rows_that_come_while_an_order_is_made_are_in_it() -> None:
    index = ProjectIndex()
    index.put([row(key, name=f"Barn {key}") for key in range(1, 10)])
    index.orders.settle()
    index.put([row(10, name="Barn 0")])  # not settled yet
    work = index.orders.order(_FIELDS[Column.PROJECT], descending=False)
    next(work)
    index.put([row(1, name="Barn 99"), row(11, name="Barn 5 b")])
    made = [index.key_of(slot) for slot in ended(work)]
    assert made == [10, 2, 3, 4, 5, 11, 6, 7, 8, 9, 1]


def test_the_last_seven_days_go_on_with_the_day() -> None:
    index = ProjectIndex(TODAY)
    index.put(
        [
            row(1, modified="2026-11-18T00:00:00.000Z"),
            row(2, modified="2026-11-24T10:00:00.000Z"),
            row(3, modified="2026-11-17T23:59:59.999Z"),
            row(4, modified=""),
        ]
    )
    changed = ProjectFilter(view=SidebarView.CHANGED_LATELY)
    assert sorted(found(index, changed)) == [1, 2]
    index.set_today(date(2026, 11, 30))  # a Monday
    assert found(index, changed) == [2]


def test_more_statuses_and_owners_than_fit_in_a_byte() -> None:
    index = ProjectIndex()
    index.put([row(key, status=f"Status {key}", owner_id=key) for key in range(1, 301)])
    assert sorted(found(index, ProjectFilter(statuses=frozenset({"Status 7", "Status 290"})))) == [7, 290]
    assert found(index, ProjectFilter(owner_id=299)) == [299]
    assert found(index, ProjectFilter(), Column.STATUS, descending=False) == list(range(1, 301))


def test_codes_tell_rows_of_values_unheard_of() -> None:
    codes = Codes()
    codes.bytes.extend([codes.code("a"), codes.code("b"), codes.code("a")])
    assert codes.mask(["a", "zzz"], lambda _: None) == b"\1\0\1"


def test_rows_that_change_during_a_filter_are_seen_the_next_time() -> None:
    index = ProjectIndex()
    index.put([row(key, name=f"Barn {key}") for key in range(1, 10)])
    wanted = ProjectFilter(conditions=read_query("name:9,99").query.conditions)
    order = order_of(index, Column.CREATED, descending=True)
    work = index.search(wanted, order)
    next(work)
    index.put([row(2, name="Barn 99")])
    for _ in work:
        pass
    assert found(index, wanted) == [9, 2]


def test_conditions_follow_the_day_and_the_names_of_owners() -> None:
    index = ProjectIndex()
    index.put([row(1, owner_id=5, created="2026-11-24T10:00:00.000Z"), row(2, created="2026-11-20T10:00:00.000Z")])
    today = ProjectFilter(conditions=read_query("created:today").query.conditions)
    index.set_today(TODAY)
    assert found(index, today) == [1]
    index.set_today(date(2026, 11, 20))
    assert found(index, today) == [2]
    sams = ProjectFilter(conditions=read_query("owner:sam").query.conditions)
    assert found(index, sams) == []
    index.name_owners({5: "Sam@acme.test"})
    assert found(index, sams) == [1]


@given(st.lists(ROWS, max_size=30, unique_by=lambda row: row[KEY]), QUERIES, st.integers(1, 9))
def test_the_first_that_are_found(rows: list[Row], text: str, most: int) -> None:
    index = ProjectIndex(TODAY)
    index.put(rows)
    expected = in_order(
        [table_row for table_row in rows if is_shown(table_row, ProjectFilter(text=text))],
        Column.CREATED,
        descending=True,
    )
    phrase = fold(" ".join(text.split())) if len(words_of(text)) > 1 else ""
    as_phrase = {
        project[KEY]
        for project in rows
        if any(phrase in fold_line(project[column]) for column in (NAME, CUSTOMER, ADDRESS, STATUS))
    }
    expected.sort(key=lambda key: key not in as_phrase)
    assert [table_row[KEY] for table_row in ended(index.find_first(text, most))] == expected[:most]


def test_of_the_first_those_with_the_whole_phrase_come_first() -> None:
    index = ProjectIndex(TODAY)
    times = [f"2026-11-{day}T10:00:00.000Z" for day in range(10, 15)]
    names = ("99 High Street", "St Mary's, Highgate", "1 Stable Yard, High Holborn", "Barn", "3 High Stile")
    index.put([row(key, name=name, created=at) for key, (name, at) in enumerate(zip(names, times, strict=True), 1)])
    assert [table_row[KEY] for table_row in ended(index.find_first("high st", 9))] == [5, 1, 3, 2]
    assert [table_row[KEY] for table_row in ended(index.find_first(" HIGH   st", 2))] == [5, 1]
    assert [table_row[KEY] for table_row in ended(index.find_first("st high", 2))] == [5, 3], "no phrase: the newest"


def test_values_of_an_enum_are_kept_as_plain_ones() -> None:
    from heatpunk_desktop.domain.project import Mark  # noqa: PLC0415 - for this test only

    index = ProjectIndex()
    index.put([row(1, status=Status.SALE, marks=Mark.WAITING)])
    slot = index.slot_of(1)
    assert slot is not None
    assert index.row(slot) == row(1, status="Sale", marks=1)
    assert found(index, ProjectFilter(statuses=frozenset({"Sale"}))) == [1]


def test_looking_for_the_first_gives_way_and_ends_with_enough() -> None:
    index = ProjectIndex(TODAY)
    index.put([row(key) for key in range(1, 10_001)])
    assert sum(1 for _ in index.find_first("zzz", 3)) >= 4
    assert not list(index.find_first("project", 3))
