"""How the fields of two projects agree."""

from __future__ import annotations

import pytest

from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.domain.project import WholeRow
from heatpunk_desktop.linkage.comparison import Agreement, agreement, compare_rows

A, D = Agreement.ALIKE, Agreement.DIFFERENT


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
def test_values_are_compared_as_people_do(
    field: Field, one: str | float | None, other: str | float | None, wanted: Agreement
) -> None:
    assert agreement(field, one, other) is wanted


def test_every_field_is_compared_in_its_order() -> None:
    row = WholeRow(
        5, "Barn", "Jo", None, None, "1 High Street", "CB1 2AB", 52.2, 0.1, "Lead", None, None, "", "", "", 0
    )
    found = compare_rows(row, row._replace(customer_name="JO", status="Sale"))
    assert [one.field for one in found] == list(Field)
    assert {one.field: one.agreement for one in found}[Field.CUSTOMER_NAME] is A
    assert {one.field: one.agreement for one in found}[Field.STATUS] is D
    assert {one.field: (one.first, one.second) for one in found}[Field.CUSTOMER_NAME] == ("Jo", "JO")
