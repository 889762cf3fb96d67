from hypothesis import given
from hypothesis import strategies as st

from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.gui.project_form.form_checks import read_form

EMPTY = dict.fromkeys(Field, "")
texts = st.fixed_dictionaries({field: st.text(max_size=8) for field in Field})


@given(texts)
def test_a_form_that_nobody_touched_changes_nothing(shown: dict[Field, str]) -> None:
    reading = read_form(shown, shown)
    assert not reading.checks
    assert not reading.changes


@given(texts, texts)
def test_only_what_the_user_changed_is_sent(typed: dict[Field, str], shown: dict[Field, str]) -> None:
    for field in read_form(typed, shown).changes:
        position = {Field.LATITUDE, Field.LONGITUDE}
        touched = position if field in position else {field}
        assert any(typed[field] != shown[field] for field in touched)


def test_a_value_that_only_looks_different_is_not_sent() -> None:
    shown = EMPTY | {Field.POSTCODE: "CB1 3QD", Field.STATUS: "Lead"}
    reading = read_form(shown | {Field.POSTCODE: " cb13qd "}, shown)
    assert list(reading.checks) == [Field.POSTCODE]
    assert not reading.changes


def test_a_pair_in_one_field_counts_for_both() -> None:
    reading = read_form(EMPTY | {Field.LATITUDE: "52.2, 0.12"}, EMPTY)
    assert reading.changes == {Field.LATITUDE: 52.2, Field.LONGITUDE: 0.12}


def test_what_cannot_be_taken_away_is_an_error() -> None:
    shown = EMPTY | {Field.LATITUDE: "52.2", Field.LONGITUDE: "0.12", Field.STATUS: "Lead", Field.BUILD_DATE: "pre2000"}
    reading = read_form(EMPTY, shown)
    assert (
        {field for field, checked in reading.checks.items() if checked.is_error}
        == set(reading.checks)
        == {
            Field.LATITUDE,
            Field.LONGITUDE,
            Field.STATUS,
            Field.BUILD_DATE,
        }
    )


def test_text_is_emptied_with_an_empty_text() -> None:
    assert read_form(EMPTY, EMPTY | {Field.CUSTOMER_PHONE: "01392 555014"}).changes == {Field.CUSTOMER_PHONE: ""}
