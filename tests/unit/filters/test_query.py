from __future__ import annotations

import itertools

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from heatpunk_desktop.filters.conditions import Condition, Conditions, Subject, Test
from heatpunk_desktop.filters.query import (
    Query,
    read_query,
    read_values,
    without_parts,
    write_condition,
    write_query,
    write_values,
)
from tests.unit.filters.filter_values import CONDITIONS, QUERIES


def understood(text: str) -> tuple[Condition, ...]:
    return read_query(text).query.conditions.every


def test_the_line_of_the_user_guide() -> None:
    reading = read_query("status:quote postcode:CB owner:me created:>2026-01 high st")
    assert reading.query == Query(
        Conditions(
            (
                Condition(Subject.STATUS, Test.IS, ("Quote",)),
                Condition(Subject.POSTCODE, Test.BEGINS, ("CB",)),
                Condition(Subject.OWNER, Test.IS, ("me",)),
                Condition(Subject.CREATED, Test.AFTER, ("2026-01",)),
            )
        ),
        "high st",
    )
    assert not reading.notes


@pytest.mark.parametrize(
    ("text", "subject", "test", "values"),
    [
        ("status:lead,q", Subject.STATUS, Test.IS, ("Lead", "Quote")),
        ("-status:rejected", Subject.STATUS, Test.IS_NOT, ("Rejected",)),
        ('status:"On hold"', Subject.STATUS, Test.IS, ("On hold",)),
        ("STATUS:LEAD", Subject.STATUS, Test.IS, ("Lead",)),
        ("status:s", Subject.STATUS, Test.IS, ("Sale",)),
        ("status:x", Subject.STATUS, Test.IS, ("x",)),
        ("postcode:empty", Subject.POSTCODE, Test.EMPTY, ()),
        ("-postcode:empty", Subject.POSTCODE, Test.FILLED, ()),
        ('customer:"empty"', Subject.CUSTOMER, Test.CONTAINS, ("empty",)),
        ("customer:=empty", Subject.CUSTOMER, Test.IS, ("empty",)),
        ("client:o’neill", Subject.CUSTOMER, Test.CONTAINS, ("o’neill",)),
        ('address:^"14 high st"', Subject.ADDRESS, Test.BEGINS, ("14 high st",)),
        ("-name:~annexe", Subject.PROJECT, Test.CONTAINS_NOT, ("annexe",)),
        ("owner:sam", Subject.OWNER, Test.CONTAINS, ("sam",)),
        ("owner:Sam@Acme.test", Subject.OWNER, Test.IS, ("sam@acme.test",)),
        ("owner:27091,me", Subject.OWNER, Test.IS, ("27091", "me")),
        ("owner:empty", Subject.OWNER, Test.EMPTY, ()),
        ("created:2026-01", Subject.CREATED, Test.WITHIN, ("2026-01",)),
        ("created:=7d", Subject.CREATED, Test.WITHIN, ("7d",)),
        ("created:2026-01..2026-03", Subject.CREATED, Test.WITHIN, ("2026-01", "2026-03")),
        ("created:2026-01..", Subject.CREATED, Test.SINCE, ("2026-01",)),
        ("created:..24/1/2026", Subject.CREATED, Test.UNTIL, ("2026-01-24",)),
        ("modified:<90d", Subject.MODIFIED, Test.BEFORE, ("90d",)),
        ("changed:>=today", Subject.MODIFIED, Test.SINCE, ("today",)),
        ("-created:<2026", Subject.CREATED, Test.SINCE, ("2026",)),
        ('created:"24 Jan 2026"', Subject.CREATED, Test.WITHIN, ("2026-01-24",)),
        ("id:#14", Subject.ID, Test.IS, ("14",)),
        ('changes:waiting,"needs you"', Subject.CHANGES, Test.IS, ("waiting", "needs you")),
    ],
)
def test_what_a_condition_means(text: str, subject: Subject, test: Test, values: tuple[str, ...]) -> None:
    assert understood(text) == (Condition(subject, test, values),)
    assert not read_query(text).notes


@pytest.mark.parametrize(
    "text", ["12:30", "note:", "x:y", "http://a", '"status:quote"', "OR", "a OR b", ">5", 'say "x']
)
def test_what_only_looks_like_a_condition_is_words(text: str) -> None:
    reading = read_query(text)
    assert not reading.query.conditions.every
    assert reading.query.text == ("status:quote" if text.startswith('"') else text)


@pytest.mark.parametrize(
    "text", ["status:", "status:,", 'status:"', "created:>", "-owner:", "status: high", 'customer:""', "created:.."]
)
def test_what_is_not_typed_to_its_end_narrows_nothing_and_is_no_trouble(text: str) -> None:
    reading = read_query(text)
    assert not reading.query.conditions.every
    assert reading.query.text == ("high" if "high" in text else "")
    assert not reading.notes or text == "created:.."


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("created:soon", "1/11/26"),
        ("created:>13/13/2026", "this-month"),
        ("created:2026,2027", "1/11/26"),
        ("id:barn", "number"),
        ("changes:many", "needs you"),
        ("status:>lead", "compare dates"),
        ("status:lead OR owner:me postcode:CB", "between all"),
    ],
)
def test_what_cannot_be_understood_is_told(text: str, word: str) -> None:
    notes = read_query(text).notes
    assert len(notes) == 1
    assert word in notes[0]


def test_or_between_all_conditions_means_any() -> None:
    reading = read_query("status:lead OR owner:me OR postcode:CB high")
    assert reading.query.conditions.any_will_do
    assert len(reading.query.conditions.every) == 3
    assert reading.query.text == "high"
    assert not read_query("status:lead owner:me").query.conditions.any_will_do
    # While the second one is being typed, nobody searches for the word.
    assert read_query("status:lead OR").query == read_query("status:lead").query


@given(QUERIES)
@example(Query(Conditions((Condition(Subject.OWNER, Test.CONTAINS, ("me",)),)), "OR"))
@example(Query(Conditions((Condition(Subject.CUSTOMER, Test.CONTAINS, ("Empty",)),)), "status:lead"))
def test_written_and_read_again_a_query_is_the_same(query: Query) -> None:
    reading = read_query(write_query(query))
    assert reading.query == query
    assert not reading.notes


@given(
    st.one_of(
        st.text(),
        st.lists(st.sampled_from(["status:", "lead", ",", '"', " ", "OR", "created:", ">", "-", "\\"])).map("".join),
    )
)
def test_any_text_is_read_and_settles_when_written(text: str) -> None:
    reading = read_query(text)
    assert read_query(write_query(reading.query)).query == reading.query
    spans = [(part.start, part.end) for part in reading.parts]
    assert all(start < end for start, end in spans)
    assert all(before[1] <= after[0] for before, after in itertools.pairwise(spans))
    outside = "".join(
        text[end:start]
        for end, start in zip([0, *(end for _, end in spans)], [*(start for start, _ in spans), len(text)], strict=True)
    )
    assert not outside.strip()


@given(QUERIES, st.data())
def test_a_condition_taken_off_leaves_all_else(query: Query, data: st.DataObject) -> None:
    every = query.conditions.every
    if not every:
        return
    gone = data.draw(st.sampled_from(every))
    left = read_query(without_parts(write_query(query), gone)).query
    assert left.conditions.every == tuple(condition for condition in every if condition != gone)
    assert left.conditions.any_will_do == (query.conditions.any_will_do and len(every) > 2)
    assert left.text == query.text


def test_a_foreign_text_keeps_its_form_without_a_condition() -> None:
    gone = Condition(Subject.STATUS, Test.IS, ("Lead",))
    assert without_parts('high  STATUS:LEAD "st" postcode:cb', gone) == 'high "st" postcode:cb'
    assert without_parts("status:lead OR owner:me", gone) == "owner:me"
    assert without_parts("owner:me OR status:lead", gone) == "owner:me"


@given(CONDITIONS)
def test_a_condition_is_written_on_one_line(one: Condition) -> None:
    assert "\n" not in write_condition(one)


@given(CONDITIONS)
def test_values_in_a_field_of_their_own_come_back(one: Condition) -> None:
    assert read_values(write_values(one.values)) == one.values


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("", ()),
        (" , ,", ()),
        ("high st, the mill ", ("high st", "the mill")),
        ('"14, High St", x', ("14, High St", "x")),
        ('5" pipe', ('5" pipe',)),
        ('"open', ('"open',)),
    ],
)
def test_values_as_they_are_typed(text: str, values: tuple[str, ...]) -> None:
    assert read_values(text) == values
