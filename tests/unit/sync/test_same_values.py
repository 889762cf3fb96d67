from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heatpunk_desktop.domain.fields import NUMERIC_FIELDS, Field
from heatpunk_desktop.sync.merge import Value, alike, folded, is_empty, same

NAME, POSTCODE, LAT = Field.CUSTOMER_NAME, Field.POSTCODE, Field.LATITUDE
NUMBERS = st.none() | st.floats(-180, 180)
TEXTS = st.none() | st.text(max_size=12)


@st.composite
def two_values(draw: st.DrawFn) -> tuple[Field, Value, Value]:
    field = draw(st.sampled_from(Field))
    kind = NUMBERS if field in NUMERIC_FIELDS else TEXTS
    return field, draw(kind), draw(kind)


@pytest.mark.parametrize(
    ("one", "other"),
    [(None, ""), ("", " \n"), ("a", " a "), ("a\r\nb", "a\nb"), ("a\rb\n", "a\nb"), ("é", "é")],
)
def test_what_nobody_sees_is_no_difference(one: Value, other: Value) -> None:
    assert same(NAME, one, other)
    assert alike(NAME, one, other)


@pytest.mark.parametrize(("one", "other"), [("a", "A"), ("a b", "a  b"), ("a\nb", "a b")])
def test_what_only_a_server_would_do_is_a_difference_to_users(one: str, other: str) -> None:
    assert not same(NAME, one, other)
    assert alike(NAME, one, other)


@pytest.mark.parametrize(("one", "other"), [("a", "b"), ("a", ""), ("a", None), ("ab", "a b"), ("0", "")])
def test_what_is_another_value_is_never_alike(one: str, other: Value) -> None:
    assert not same(NAME, one, other)
    assert not alike(NAME, one, other)


def test_a_postcode_is_the_same_however_it_is_spaced() -> None:
    assert alike(POSTCODE, "cb1 3qd", "CB13QD")
    assert not same(POSTCODE, "cb1 3qd", "CB13QD")


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        (52.1939125, 52.193912506103516, True),
        (0.0, None, False),
        (None, None, True),
        ("52.5", 52.5, True),
        (52.5, 52.50002, False),
        ("north", 52.5, False),
        (0, 0.0, True),
    ],
)
def test_places_are_compared_to_the_metre(one: Value, other: Value, is_same: bool) -> None:
    assert same(LAT, one, other) is is_same
    assert alike(LAT, one, other) is is_same


@given(two_values())
def test_the_laws_of_comparing(pair: tuple[Field, Value, Value]) -> None:
    field, one, other = pair
    assert same(field, one, one)
    assert alike(field, one, one)
    assert same(field, one, other) is same(field, other, one)
    assert alike(field, one, other) is alike(field, other, one)
    if same(field, one, other):
        assert alike(field, one, other), "what is the same to users may have been made by a server"
        assert is_empty(one) is is_empty(other)
    if field not in NUMERIC_FIELDS:
        assert (folded(field, one) == folded(field, other)) is alike(field, one, other)


def test_numbers_are_known_again_as_they_are() -> None:
    assert folded(LAT, 52.5) == 52.5
    assert folded(NAME, 17.0) == 17.0
    assert folded(LAT, None) is None
