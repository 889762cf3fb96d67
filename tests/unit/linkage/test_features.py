"""What is compared of a project: many ways of writing, one key."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.linkage.features import (
    KnownProject,
    email_features,
    features_of,
    known_project,
    name_words,
    phone_features,
    postcode_feature,
    project_name_feature,
    read_address,
    sound,
)

TEXT = st.text(max_size=30)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Mr John Smith", ["john", "smith"]),
        ("Smith, John", ["john", "smith"]),
        ("SMITH, Mr. John", ["john", "smith"]),
        ("Mr & Mrs Smith", ["smith"]),
        ("Siân O’Neill", ["sian", "oneill"]),
        ("Smith-Barry", ["smith", "barry"]),
        ("Brown Developments Ltd.", ["brown", "developments"]),
        ("The Lord", ["the", "lord"]),
        ("  ", []),
    ],
)
def test_names_lose_titles_and_punctuation(text: str, words: list[str]) -> None:
    assert name_words(text) == words


@pytest.mark.parametrize(
    "alike",
    [
        ("smith", "smyth"),
        ("thompson", "thomson"),
        ("macleod", "mcleod"),
        ("mackenzie", "mckenzie"),
        ("clark", "clarke"),
        ("stephen", "steven"),
        ("catherine", "katherine"),
        ("phillips", "filips"),
        ("wright", "right"),
        ("knight", "night"),
        ("geoffrey", "jeffrey"),
    ],
)
def test_names_that_sound_alike(alike: tuple[str, str]) -> None:
    assert sound(alike[0]) == sound(alike[1])


@pytest.mark.parametrize("unlike", [("smith", "jones"), ("patel", "walker"), ("brown", "green"), ("李", "王")])
def test_names_that_sound_otherwise(unlike: tuple[str, str]) -> None:
    assert sound(unlike[0]) != sound(unlike[1])


@pytest.mark.parametrize(
    "text",
    [
        "07700 900123",
        "07700900123",
        "+44 7700 900123",
        "+44 (0)7700 900123",
        "0044 7700-900-123",
        "447700900123",
        "7700900123",
        "07700 900123 ext. 4",
        "tel: 07700 900123 x12",
    ],
)
def test_a_phone_number_has_one_key(text: str) -> None:
    assert phone_features(text) == ("447700900123",)


def test_a_phone_field_may_hold_two_numbers_or_none() -> None:
    assert phone_features("07700 900123 / 01632 960001") == ("447700900123", "441632960001")
    assert phone_features("01632/960001") == ("441632960001",)
    assert phone_features("+353 86 123 4567") == ("353861234567",)
    for nothing in ("", "n/a", "ask", "123", "00000000000", "0777 777 7777"):
        assert phone_features(nothing) == ()


def test_emails_lose_what_the_mail_ignores() -> None:
    assert email_features(" Jo.Bloggs@Example.com ") == ("jo.bloggs@example.com",)
    assert email_features("jo.bloggs+quote@gmail.com") == ("jobloggs@gmail.com",)
    assert email_features("JoBloggs@googlemail.com; mailto:x@y.example") == ("jobloggs@googlemail.com", "x@y.example")
    assert email_features("Jo Bloggs <jo@example.com>") == ("jo@example.com",)
    for nothing in ("", "none", "@", "jo@", "@example.com"):
        assert email_features(nothing) == ()


def test_a_postcode_is_mended_where_it_can_be() -> None:
    assert postcode_feature("cb1 3qd") == postcode_feature("CBI 3QD") == postcode_feature("cb13qd ") == "CB13QD"
    assert postcode_feature("D02 AF30") == "D02AF30"
    assert postcode_feature("") == ""


def test_the_day_that_the_server_names_a_project_by_is_no_name() -> None:
    assert project_name_feature("Mon Sep 01 2025") == ""
    assert project_name_feature("Mill Road 12") == project_name_feature("12, mill road") == "12 mill road"


@pytest.mark.parametrize(
    ("text", "premises", "street", "place"),
    [
        ("12 Mill Road, Cambridge", "12", "mill road", "cambridge"),
        ("12, Mill Rd.\nCambridge", "12", "mill road", "cambridge"),
        ("Flat 3, 12a Mill St, Cambridge", "3/12a", "mill street", "cambridge"),
        ("12 A Mill Street", "12a", "mill street", ""),
        ("007 Mill Street", "7", "mill street", ""),
        ("Rose House, 4 St Mary's Lane, Ely", "4", "st marys lane", "ely"),
        ("Rose Cott, Mill Ln, Ely", "", "rose cottage mill lane ely", "mill lane"),
        ("12 Mill Road Cambridge", "12", "mill road cambridge", ""),
        ("12", "12", "", ""),
        (" , ", "", "", ""),
    ],
)
def test_addresses_are_taken_apart(text: str, premises: str, street: str, place: str) -> None:
    address = read_address(text)
    assert (address.premises, address.street, address.place) == (premises, street, place)


def test_a_postcode_at_the_end_of_an_address_is_found() -> None:
    assert read_address("12 Mill Road, Cambridge, cb1 2ab ").postcode == "CB12AB"
    assert read_address("12 Mill Road, Cambridge CB1 2AB").words == "mill road cambridge"
    assert features_of(KnownProject(1, address="12 Mill Road CB1 2AB")).postcode == "CB12AB"
    assert features_of(KnownProject(1, address="12 Mill Road CB1 2AB", postcode="E17 4AA")).postcode == "E174AA"


def test_only_known_values_are_compared() -> None:
    values = {Field.CUSTOMER_NAME: "Jo", Field.POSTCODE: None, Field.LATITUDE: 52.0}
    assert known_project(7, values) == KnownProject(7, customer_name="Jo")


@given(st.builds(KnownProject, st.just(1), TEXT, TEXT, TEXT, TEXT, TEXT, TEXT, TEXT))
def test_whatever_is_written_has_keys(project: KnownProject) -> None:
    keys = features_of(project)
    assert keys == features_of(project._replace(key=2))
    assert bool(project.address.strip()) >= bool(keys.premises or keys.address)
    assert all(phone.isascii() and phone.isdigit() for phone in keys.phones)
