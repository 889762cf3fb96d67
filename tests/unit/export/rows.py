"""Projects to export."""

from __future__ import annotations

import unicodedata
from datetime import datetime
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from heatpunk_desktop.domain.fields import BuildDate, Field, Status
from heatpunk_desktop.domain.headings import Extra
from tests.fakes import whole_row

if TYPE_CHECKING:
    from heatpunk_desktop.domain.project import WholeRow

BARN = whole_row(
    key=986_301,
    project_name="Mill Road 12",
    customer_name="Siân O’Neill",
    customer_email="sian@example.com",
    customer_phone="01632 960123",
    address="12 Mill Road, Ely",
    postcode="CB7 4AA",
    latitude=52.3995,
    longitude=-0.1313,
    status="Quote",
    build_date="pre2000",
    crm_reference="0042",
    owner="office@acme-heat.test",
    created="2026-07-01T08:30:00.000Z",
    modified="2026-11-24T16:05:12.345Z",
    marks=0,
)

#: What an export writes of it, by column; a field that is missing was never loaded.
BARN_CELLS: dict[Field | Extra, object] = {
    Extra.PROJECT_ID: 986_301,
    Field.PROJECT_NAME: "Mill Road 12",
    Field.CUSTOMER_NAME: "Siân O’Neill",
    Field.CUSTOMER_EMAIL: "sian@example.com",
    Field.CUSTOMER_PHONE: "01632 960123",
    Field.ADDRESS: "12 Mill Road, Ely",
    Field.POSTCODE: "CB7 4AA",
    Field.LATITUDE: 52.3995,
    Field.LONGITUDE: -0.1313,
    Field.STATUS: "Quote",
    Field.BUILD_DATE: "Pre 2000",
    Field.CRM_REFERENCE: "0042",
    Extra.OWNER: "office@acme-heat.test",
    Extra.CREATED: datetime(2026, 7, 1, 9, 30),  # noqa: DTZ001 - what the clock shows
    Extra.MODIFIED: datetime(2026, 11, 24, 16, 5, 12, 345_000),  # noqa: DTZ001
}

#: Text as users and servers write it, with what spreadsheets would run, mangle or break at.
AWKWARD = st.text(
    alphabet=st.one_of(
        st.sampled_from("=+-@'\t\n,;\"|\\ 0123456789aZéß’🏠"), st.characters(codec="utf-8", exclude_categories=["Cs"])
    ),
    max_size=20,
)
DEGREES = st.none() | st.floats(-180, 180).map(lambda value: round(value, 7) + 0.0)
MOMENTS = st.sampled_from(["", "2026-07-01T08:30:00.000Z", "2011-01-01T00:00:00.000Z", "2026-11-24T16:05:12.345Z"])

#: What users write: without the controls that no key makes.
WRITTEN = AWKWARD.filter(lambda text: all(letter in "\t\n" or unicodedata.category(letter) != "Cc" for letter in text))


def whole_rows(texts: st.SearchStrategy[str]) -> st.SearchStrategy[WholeRow]:
    """Projects with such texts in every field that holds any text."""
    some = st.none() | st.just("") | texts
    return st.builds(
        whole_row,
        key=st.integers(-9, 10**9).filter(bool),
        project_name=some,
        customer_name=some,
        customer_email=some,
        customer_phone=some,
        address=some,
        postcode=some,
        latitude=DEGREES,
        longitude=DEGREES,
        status=st.sampled_from([*Status, "Odd", ""]).map(str),
        build_date=st.sampled_from([None, "", "1930s", *BuildDate]).map(
            lambda band: None if band is None else str(band)
        ),
        crm_reference=some,
        owner=st.sampled_from(["", "27091", "office@acme-heat.test"]),
        created=MOMENTS,
        modified=MOMENTS,
        marks=st.just(0),
    )


WHOLE_ROWS = whole_rows(AWKWARD)
