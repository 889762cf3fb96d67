"""The short ways of the checks, which an import of many rows takes, come to the same as the libraries themselves."""

from __future__ import annotations

import phonenumbers
import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import example, given
from hypothesis import strategies as st

from heatpunk_desktop.domain.coordinates import check_latitude, check_longitude, check_position, read_position
from heatpunk_desktop.domain.emails import is_email
from heatpunk_desktop.domain.phones import check_phone, is_phone
from heatpunk_desktop.domain.validation import check_address, check_text

DIGITS = st.text("0123456789", min_size=6, max_size=11)
PHONES = st.builds(
    lambda start, area, rest, sign: f"{start}{area}{sign}{rest}",
    st.sampled_from(["0", "+44", "+44 ", "+44 (0)", "+44(0) ", "(0", "0 ", "00", "+44 0", "44", ""]),
    st.sampled_from(
        ["20", "1223", "7700", "1632", "77", "3", "800", "845", "1", "9", "70", "76", "7624", "1534", "28"]
    ),
    DIGITS,
    st.sampled_from(["", " ", "-", ") ", " (", "  "]),
)
LOCALS = st.text("ab1._+-A", min_size=1, max_size=12) | st.sampled_from(["a" * 63, "a" * 64, "a" * 65, "o'neill", "é"])
DOMAINS = st.text("ab1.-C", min_size=1, max_size=12) | st.sampled_from(
    ["gmail.com", "x.test", "a.invalid", "localhost", "b.local", "xn--a.com", "ab--c.com", "1.2.3.4", "a.co.uk", "a.1"]
)


def is_valid_phone(text: str) -> bool:
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(text, "GB"))
    except phonenumbers.NumberParseException:
        return False


def is_valid_email(text: str) -> bool:
    try:
        validate_email(text, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        return False
    return True


@given(PHONES)
@example("07700 900123")
@example("+44 (0)20 7946 0123")
@example("(01223) 555123")
def test_a_phone_exists_where_the_library_says_so(text: str) -> None:
    assert is_phone(text) == is_valid_phone(text)


@given(LOCALS | st.text(min_size=1, max_size=5), DOMAINS | st.text(max_size=5).map("a{}.com".format))
@example("a.b", "example.co.uk")
@example("a..b", "example.co.uk")
@example("siân", "bücher.de")
@example("a", "xn--bcher-kva.com")
@example("a", "a\u3002co\uff0euk")
@example("a", "1.אב.com")
@example("\u0301a", "a.com")
@example("a\u037eb", "a.com")
@example("a", "a." + "b" * 63 + ".com")
@example("a", "a." + "b" * 64 + ".com")
@example("a" * 240, "example.com")
@example("a" * 250, "example.com")
@example("a", "b.local")
@example("a", "ab--c.com")
@example("a", "1.2.3.4")
@example("a", "test")
@example("a", "b.arpa")
def test_an_email_is_whole_where_the_library_says_so(local: str, domain: str) -> None:
    assert is_email(f"{local}@{domain}") == is_valid_email(f"{local}@{domain}")


@given(st.from_regex(r"[-+]?[0-9]{1,3}(\.[0-9]{0,9})?", fullmatch=True))
@example("50.7")
@example("1")
def test_one_number_is_no_pair_so_that_nobody_looks_for_one_in_it(text: str) -> None:
    assert read_position(text) is None
    for given_as in (text, f" {text} ", f"{text}°"):
        assert check_latitude(given_as) == check_latitude(text)
        assert check_position(given_as, given_as).longitude.value == check_longitude(text).value


@given(st.text())
@example("1 High Street,\u2028Ely")
@example("1 High Street,\u00a0Ely")
def test_an_address_on_one_line_is_a_text_like_any_other(text: str) -> None:
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) <= 1 and len(text.strip().splitlines()) <= 1:
        assert check_address(text) == check_text(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("0740", "does not look like a whole phone number"),
        ("call after six", "does not look like a whole phone number"),
        ("07700 900123", "made-up number"),
        ("+44 7700 900 999", "made-up number"),
        ("01632 960123", "made-up number"),
        ("07603 000000", "working UK number"),
        ("020 7946 0123", ""),
        ("07400 123001", ""),
        ("", ""),
    ],
)
def test_a_doubt_about_a_phone_says_what_is_odd(text: str, words: str) -> None:
    problem = check_phone(text).problem
    assert words in (problem.words if problem is not None else "")
    assert (problem is None) is (words == "")
