"""How surely two projects are one, by what an office would say of them; How the fields of two projects agree."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.linkage.features import KnownProject, features_of
from heatpunk_desktop.linkage.scoring import LIKELY, NOT_ALIKE, Agreement, Reason, Score, agreement, compare_rows, score
from tests.fakes import whole_row

SMITH = KnownProject(
    1,
    "Smith – 9 kW",
    "John Smith",
    "john.smith@example.com",
    "07700 900123",
    "12 Mill Road, Cambridge",
    "CB1 2AB",
    "",
)
A, D = Agreement.ALIKE, Agreement.DIFFERENT


def compared(one: KnownProject, other: KnownProject) -> Score:
    return score(features_of(one), features_of(other))


@pytest.mark.parametrize(
    "changes",
    [
        {"customer_name": "Mr J Smith", "customer_email": "", "customer_phone": ""},
        {"customer_name": "SMITH, JOHN", "address": "12 Mill Rd", "postcode": "cb12ab"},
        {"customer_name": "Jon Smyth", "customer_email": "", "customer_phone": "+447700900123"},
        {"customer_name": "", "customer_phone": "", "address": ""},
        {"customer_name": "Mary Smith", "customer_email": "", "customer_phone": ""},
        {"customer_name": "Mr & Mrs Smith", "customer_email": "", "customer_phone": ""},
        {"postcode": ""},
        {"postcode": "CB1 2BA"},
        {"postcode": "CB1 2AD", "customer_email": "", "customer_phone": ""},
        {"address": "", "customer_email": ""},
        {"address": "", "postcode": ""},
        {"address": "Flat 2, 12 Mill Road, Cambridge"},
        {"customer_name": "", "customer_email": "", "customer_phone": ""},
        {"address": "12 Mill Road, Cambridge", "postcode": "PE1 1AA"},
    ],
)
def test_one_job_written_twice(changes: dict[str, Any]) -> None:
    assert compared(SMITH, SMITH._replace(**changes)).value >= LIKELY


@pytest.mark.parametrize(
    "changes",
    [
        {"address": "14 Mill Road, Cambridge"},
        {"address": "9 High Street, Ely", "postcode": "CB7 4AA"},
        {"customer_name": "Priya Patel", "customer_email": "priya@example.com", "customer_phone": "07700 900999"},
        {"customer_name": "Brown Ltd", "customer_email": "", "customer_phone": "", "address": "", "project_name": ""},
    ],
)
def test_two_jobs(changes: dict[str, Any]) -> None:
    assert compared(SMITH, SMITH._replace(**changes)).value < LIKELY


def test_a_common_name_alone_is_not_enough() -> None:
    assert 0 < compared(SMITH, KnownProject(2, customer_name="John Smith")).value < LIKELY


def test_the_same_values_are_surely_one_project() -> None:
    found = compared(SMITH, SMITH._replace(key=2))
    assert found.value == 100
    assert found.reasons == (
        Reason.SAME_EMAIL,
        Reason.SAME_PHONE,
        Reason.SAME_NAME,
        Reason.SAME_ADDRESS,
        Reason.SAME_POSTCODE,
        Reason.SAME_PROJECT_NAME,
    )


def test_a_reference_tells_most() -> None:
    mine = SMITH._replace(crm_reference="A-17")
    assert compared(mine, KnownProject(2, crm_reference=" A-17 ")) == Score(100, (Reason.SAME_REFERENCE,))
    elsewhere = mine._replace(customer_name="Priya Patel", customer_email="", customer_phone="", postcode="E17 4AA")
    uncertain = compared(mine, elsewhere)
    assert LIKELY <= uncertain.value < 100
    assert uncertain.reasons[0] is Reason.SAME_REFERENCE


def test_two_references_speak_for_two_jobs() -> None:
    one, other = SMITH._replace(crm_reference="A-17"), SMITH._replace(crm_reference="A-18")
    assert LIKELY <= compared(one, other).value < 100


def test_surname_alone_makes_no_firm_of_two() -> None:
    brown = KnownProject(1, customer_name="Brown Developments Ltd", address="3 High Street, Ely", postcode="CB7 4AA")
    green = brown._replace(customer_name="Green Developments Ltd")
    assert compared(brown, green).value < LIKELY


def test_houses_with_names() -> None:
    rose = KnownProject(1, customer_name="Jo Wood", address="Rose Cottage, Mill Lane, Ely", postcode="CB7 4AA")
    assert compared(rose, rose._replace(address="Rose Cott, Mill Ln, Ely, Cambs")).value >= LIKELY
    assert compared(rose, rose._replace(address="The Old Barn, Mill Lane, Ely")).value < 90
    assert compared(rose, rose._replace(customer_name="", postcode="")).value > 0


def test_nothing_known_is_nothing_shared() -> None:
    assert compared(KnownProject(1), KnownProject(2)) == NOT_ALIKE
    assert (
        compared(KnownProject(1, project_name="Mon Sep 01 2025"), KnownProject(2, project_name="Mon Sep 01 2025"))
        == NOT_ALIKE
    )


WORDS = st.sampled_from(["", "John Smith", "J Smith", "Smith", "Jane Brown", "Brown Homes Ltd", "Zoë"])


PROJECTS = st.builds(
    KnownProject,
    st.just(1),
    project_name=st.sampled_from(["", "Mill", "Barn 2"]),
    customer_name=WORDS,
    customer_email=st.sampled_from(["", "a@b.example", "c@d.example a@b.example"]),
    customer_phone=st.sampled_from(["", "07700 900123", "01632 960001 / 07700 900123"]),
    address=st.sampled_from(["", "12 Mill Road, Ely", "12 Mill Rd", "Flat 1, 12 Mill Road, Ely", "Barn, Ely", "9 X"]),
    postcode=st.sampled_from(["", "CB1 2AB", "CB1 2AD", "E17 4AA", "??"]),
    crm_reference=st.sampled_from(["", "A", "B"]),
)


@given(PROJECTS, PROJECTS)
def test_it_does_not_matter_which_comes_first(one: KnownProject, other: KnownProject) -> None:
    there, back = compared(one, other), compared(other, one)
    assert there == back
    assert 0 <= there.value <= 100
    assert len(set(there.reasons)) == len(there.reasons)


@pytest.mark.parametrize(
    ("field", "one", "other", "wanted"),
    [
        (Field.CUSTOMER_PHONE, "07700 900123", "+44 7700 900123", A),
        (Field.CUSTOMER_PHONE, "07700 900123", "07700 900124", D),
        (Field.CUSTOMER_PHONE, "ask Jo", "ask Sam", D),
        (Field.CUSTOMER_EMAIL, "Jo@Example.com", "jo@example.com", A),
        (Field.CUSTOMER_NAME, "Smith, Mr John", "john smith", A),
        (Field.CUSTOMER_NAME, "John Smith", "Jon Smith", D),
        (Field.ADDRESS, "12 Mill Road, Cambridge", "12, Mill Rd\nCambridge", A),
        (Field.ADDRESS, "12 Mill Road, Cambridge", "14 Mill Road, Cambridge", D),
        (Field.POSTCODE, "cb12ab", "CB1 2AB", A),
        (Field.PROJECT_NAME, "Mill Road survey", "Survey mill road", A),
        (Field.PROJECT_NAME, "Mon Sep 01 2025", "Tue Sep 02 2025", D),
        (Field.STATUS, "Lead", "Quote", D),
        (Field.BUILD_DATE, "pre2000", "pre2000", Agreement.SAME),
        (Field.LATITUDE, 52.20001, 52.20002, A),
        (Field.LATITUDE, 52.2, 53.2, D),
        (Field.POSTCODE, " CB1 2AB", "CB1 2AB ", Agreement.SAME),
        (Field.POSTCODE, "CB1 2AB", "", Agreement.ONLY_FIRST),
        (Field.POSTCODE, None, "CB1 2AB", Agreement.ONLY_SECOND),
        (Field.POSTCODE, None, " ", Agreement.BOTH_EMPTY),
        (Field.CUSTOMER_PHONE, None, "07700 900123", Agreement.NOT_KNOWN),
        (Field.CUSTOMER_PHONE, "", "", Agreement.BOTH_EMPTY),
    ],
)
def test_values_are_compared_as_users_do(
    field: Field, one: str | float | None, other: str | float | None, wanted: Agreement
) -> None:
    assert agreement(field, one, other) is wanted


def test_every_field_is_compared_in_its_order() -> None:
    row = whole_row(5, customer_name="Jo", address="1 High Street", latitude=52.2, status="Lead")
    found = compare_rows(row, row._replace(customer_name="JO", status="Sale"))
    assert [row.field for row in found] == list(Field)
    assert {row.field: row.agreement for row in found}[Field.CUSTOMER_NAME] is A
    assert {row.field: row.agreement for row in found}[Field.STATUS] is D
    assert {row.field: (row.first, row.second) for row in found}[Field.CUSTOMER_NAME] == ("Jo", "JO")
