from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heatpunk_desktop.domain.fields import NUMERIC_FIELDS, Field, FieldValues
from heatpunk_desktop.sync.merge import is_empty, merge, same

NAME, STATUS, PHONE, LAT = Field.CUSTOMER_NAME, Field.STATUS, Field.CUSTOMER_PHONE, Field.LATITUDE
TEXT = st.sampled_from(["", " ", "a", "A", "b", "a\r\nb", "a\nb ", "é", "é"])
NUMBER = st.sampled_from([None, 0.0, 51.5, 51.500001, -1.25])


@st.composite
def values(draw: st.DrawFn) -> FieldValues:
    names = draw(st.sets(st.sampled_from([NAME, STATUS, PHONE, LAT])))
    return {name: draw(NUMBER if name in NUMERIC_FIELDS else TEXT) for name in names}


@given(values(), values(), values())
def test_every_field_of_a_change_has_exactly_one_fate(
    base: FieldValues, mine: FieldValues, theirs: FieldValues
) -> None:
    merged = merge(base, mine, theirs)
    fates = [*merged.send, *merged.there, *merged.clash]
    assert sorted(fates) == sorted(mine)
    assert merged.not_returned == mine.keys() - theirs.keys()
    assert merged.not_returned <= merged.send.keys()
    assert all(merged.send[name] == mine[name] for name in merged.send)
    assert all(merged.clash[name] == theirs[name] for name in merged.clash)


@given(values(), values())
def test_what_both_want_is_there_and_asks_nobody(base: FieldValues, mine: FieldValues) -> None:
    merged = merge(base, mine, mine)
    assert (merged.send, merged.clash, merged.there) == ({}, {}, frozenset(mine))


@given(values(), values())
def test_what_only_i_changed_goes(base: FieldValues, mine: FieldValues) -> None:
    mine = {name: value for name, value in mine.items() if name in base}
    merged = merge(base, mine, base)
    assert not merged.clash
    assert merged.send == {name: value for name, value in mine.items() if not same(name, value, base[name])}


@given(values(), values(), values())
def test_nothing_that_somebody_else_wrote_is_ever_sent_over(
    base: FieldValues, mine: FieldValues, theirs: FieldValues
) -> None:
    merged = merge(base, mine, theirs)
    for name in merged.send.keys() & theirs.keys():
        assert same(name, theirs[name], base.get(name)), "it is what the user saw, or nothing where nothing was seen"


@given(values(), values(), values())
def test_each_field_is_merged_by_itself(base: FieldValues, mine: FieldValues, theirs: FieldValues) -> None:
    whole = merge(base, mine, theirs)
    for name, value in mine.items():
        alone = merge(
            {field: base[field] for field in base if field is name},
            {name: value},
            {field: theirs[field] for field in theirs if field is name},
        )
        assert (name in alone.send, name in alone.there, name in alone.clash) == (
            name in whole.send,
            name in whole.there,
            name in whole.clash,
        )


def test_what_was_never_loaded_goes_over_nothing_but_emptiness() -> None:
    assert merge({}, {PHONE: "1"}, {PHONE: "2"}).clash == {PHONE: "2"}
    assert merge({}, {PHONE: "1"}, {PHONE: " "}).send == {PHONE: "1"}
    assert merge({}, {LAT: 1.0}, {LAT: None}).send == {LAT: 1.0}
    assert merge({}, {LAT: 1.0}, {LAT: 0.0}).clash == {LAT: 0.0}, "the equator is a place"


def test_an_emptied_field_that_somebody_filled_meanwhile_is_a_conflict() -> None:
    assert merge({PHONE: "1"}, {PHONE: ""}, {PHONE: "2"}).clash == {PHONE: "2"}
    assert merge({PHONE: "1"}, {PHONE: ""}, {PHONE: "1"}).send == {PHONE: ""}
    assert is_empty(merge({PHONE: "1"}, {PHONE: ""}, {PHONE: None}).send.get(PHONE))
    assert merge({PHONE: "1"}, {PHONE: ""}, {PHONE: None}).there == {PHONE}


@pytest.mark.parametrize("base", [{Field.STATUS: ""}, {Field.STATUS: None}, {}])
def test_that_a_project_begins_as_a_lead_is_nobodys_change(base: FieldValues) -> None:
    """The server says so where nobody said anything, which is no reason to ask the user who sets it first."""
    merged = merge(base, {Field.STATUS: "Quote"}, {Field.STATUS: "Lead"})
    assert (merged.send, merged.clash) == ({Field.STATUS: "Quote"}, {})
    assert merge(base, {Field.STATUS: "Quote"}, {Field.STATUS: "Sale"}).clash == {Field.STATUS: "Sale"}
