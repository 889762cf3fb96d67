import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from heatpunk_desktop.domain.fields import NUMERIC_FIELDS, BuildDate, Field, Status
from heatpunk_desktop.domain.postcodes import check_postcode, format_postcode
from heatpunk_desktop.domain.problem import Checked, Severity
from heatpunk_desktop.domain.validation import check_cleared, check_field, format_value, tidy_text


def severity(checked: Checked) -> Severity | None:
    return checked.problem.severity if checked.problem else None


@given(st.sampled_from(sorted(Field)), st.text())
def test_checking_what_a_check_gave_changes_nothing(field: Field, text: str) -> None:
    first = check_field(field, text)
    if not first.is_error:
        assert check_field(field, format_value(first.value)) == first


@given(st.sampled_from(sorted(set(Field) - NUMERIC_FIELDS)), st.text(alphabet=st.characters()))
def test_what_is_stored_fits_on_one_line_and_can_be_sent(field: Field, text: str) -> None:
    value = check_field(field, text).value or ""
    assert isinstance(value, str)
    assert len(value.splitlines()) <= 1
    assert value == value.strip()
    value.encode("utf-8")


def test_a_half_of_a_character_is_replaced() -> None:
    assert tidy_text("Priya \ud83d") == "Priya \ufffd"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("cb13qd", "CB1 3QD"),
        (" CB1  3QD ", "CB1 3QD"),
        ("ex1-1hs", "EX1 1HS"),
        ("w1a0ax", "W1A 0AX"),
        ("wc2n 5du", "WC2N 5DU"),
        ("gir 0aa", "GIR 0AA"),
        ("cr0 0ab", "CR0 0AB"),
        ("EXI IHS", "EX1 1HS"),  # a digit has to stand there
        ("0X1 1AA", "OX1 1AA"),  # a letter has to stand there
        ("S01 1AA", "SO1 1AA"),  # no district of Sheffield begins with a nought
        ("E1O 1AA", "E10 1AA"),
        ("B1 OAA", "B1 0AA"),
    ],
)
def test_postcodes_are_put_in_form(typed: str, kept: str) -> None:
    assert check_postcode(typed) == Checked(kept)


@pytest.mark.parametrize(
    "typed", ["12345", "D02 X285", "LO1 1AA", "QQ1 1AA", "CB1 3Q", "CB1 3QDD", "ßO1 1AA", "CB1 3CD"]
)
def test_what_is_no_uk_postcode_is_kept_as_typed_with_a_warning(typed: str) -> None:
    checked = check_postcode(f" {typed} ")
    assert checked.value == typed
    assert severity(checked) is Severity.WARNING


@given(st.from_regex(r"[A-Z0-9 ]{5,9}", fullmatch=True))
@example("S00 1AA")
@example("SO0 1AA")
def test_a_postcode_in_form_is_never_rewritten(text: str) -> None:
    once = format_postcode(text)
    if once:
        assert format_postcode(once) == once


def test_an_empty_field_is_never_doubted() -> None:
    for field in Field:
        assert check_field(field, "  ").problem is None
        assert format_value(check_field(field, "  ").value) == ""


@pytest.mark.parametrize("typed", ["priya@example.com", "a+b@firm.co.uk", "siân@firm.co.uk", "office@acme-heat.test"])
def test_complete_email_addresses_pass(typed: str) -> None:
    assert check_field(Field.CUSTOMER_EMAIL, f" {typed} ") == Checked(typed)


@pytest.mark.parametrize("typed", ["priya.patel@example", "priya", "@firm.co.uk", "a b@firm.co.uk"])
def test_an_incomplete_email_address_is_a_warning(typed: str) -> None:
    checked = check_field(Field.CUSTOMER_EMAIL, typed)
    assert checked.value == typed
    assert severity(checked) is Severity.WARNING
    assert checked.problem
    assert "looks incomplete. You can still save it" in checked.problem.words


@pytest.mark.parametrize(
    "typed", ["01392 555 014", "+44 1392 555014", "(01223) 858414", "+353 1 234 5678", "07911 123456"]
)
def test_phone_numbers_pass_as_they_are_typed(typed: str) -> None:
    assert check_field(Field.CUSTOMER_PHONE, typed) == Checked(typed)


@pytest.mark.parametrize("typed", ["123", "ask at the gate", "01392 555 01"])
def test_a_phone_number_that_cannot_exist_is_a_warning(typed: str) -> None:
    checked = check_field(Field.CUSTOMER_PHONE, typed)
    assert checked.value == typed
    assert severity(checked) is Severity.WARNING


def test_pasted_lines_of_an_address_are_parted_by_commas() -> None:
    pasted = "87 High Street,\r\n  Exeter \n\n EX1 1HS\n"
    assert check_field(Field.ADDRESS, pasted) == Checked("87 High Street, Exeter, EX1 1HS")


def test_pasted_lines_of_a_name_are_parted_by_spaces() -> None:
    assert check_field(Field.PROJECT_NAME, "High Street\nflats\tB\u2028") == Checked("High Street flats B")


@pytest.mark.parametrize("field", [Field.PROJECT_NAME, Field.ADDRESS, Field.CRM_REFERENCE])
def test_more_than_255_characters_are_a_warning(field: Field) -> None:
    assert check_field(field, "x" * 255).problem is None
    assert severity(check_field(field, "x" * 256)) is Severity.WARNING
    assert check_field(field, "x" * 256).value == "x" * 256


@pytest.mark.parametrize("status", Status)
def test_status_words_are_taken_in_any_case(status: Status) -> None:
    assert check_field(Field.STATUS, f" {status.upper()} ") == Checked(str(status))


@pytest.mark.parametrize("band", BuildDate)
def test_build_dates_are_taken_by_word_and_by_label(band: BuildDate) -> None:
    assert check_field(Field.BUILD_DATE, band.value) == Checked(str(band))
    assert check_field(Field.BUILD_DATE, band.label.lower()) == Checked(str(band))


def test_another_word_is_an_error_that_names_those_there_are() -> None:
    checked = check_field(Field.BUILD_DATE, "1930s")
    assert checked.problem
    assert checked.problem.words == "This has to be one of Pre 2000, Post 2000 or Post 2006."
    assert severity(checked) is Severity.ERROR
    assert severity(check_field(Field.STATUS, "Won")) is Severity.ERROR


def test_only_text_can_be_emptied() -> None:
    stuck = {field for field in Field if check_cleared(field)}
    assert stuck == {Field.LATITUDE, Field.LONGITUDE, Field.STATUS, Field.BUILD_DATE}
