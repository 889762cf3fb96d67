from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heatpunk_desktop.domain.project_names import suggest_name
from heatpunk_desktop.domain.validation import check_text


@pytest.mark.parametrize(
    ("address", "customer", "postcode", "name"),
    [
        ("87 High Street, Exeter", "Priya Patel", "EX1 1HS", "87 High Street, Exeter"),
        ("87 High Street, Exeter, Devon, EX1 1HS, UK", "", "", "87 High Street, Exeter"),
        ("87 High Street\nExeter\nEX1 1HS", "", "", "87 High Street, Exeter"),
        ("87 High Street Exeter ex11hs", "", "", "87 High Street Exeter"),
        ("Flat 7, 3 Station Road, Cambridge, CB1 2JW", "", "", "Flat 7, 3 Station Road, Cambridge"),
        ("12a, Mill Lane, Ely", "", "", "12a, Mill Lane, Ely"),
        ("The Old Bakery, Orchard Close, Derby", "", "", "The Old Bakery, Orchard Close"),
        ("3 The Green", "", "", "3 The Green"),
        (" ,, ", "Priya  Patel ", "ex11hs", "Priya  Patel, EX1 1HS"),
        ("", "Priya Patel", "", "Priya Patel"),
        ("", "", "abc", "abc"),
        ("EX1 1HS", "Priya Patel", "", "Priya Patel"),
        ("England", "", "", ""),
        ("", "", "", ""),
    ],
)
def test_a_name_is_made_of_what_is_there(address: str, customer: str, postcode: str, name: str) -> None:
    assert suggest_name(address, customer, postcode) == name


def test_a_long_address_is_cut_between_words() -> None:
    name = suggest_name("Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch " * 3, "", "")
    assert name == "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch"
    assert suggest_name("x" * 200, "", "") == "x" * 80


@given(st.text(), st.text(), st.text(max_size=12))
def test_a_name_is_one_that_the_form_takes_as_it_is(address: str, customer: str, postcode: str) -> None:
    name = suggest_name(address, customer, postcode)
    assert len(name) <= 80
    assert check_text(name) == (name, None)
