"""Targets: what a column of a spreadsheet can be read as, and the headings that people use for them."""

from __future__ import annotations

import re
from enum import StrEnum
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from heatpunk_desktop.domain.fields import FIELD_LABELS, FIELD_SPECS, Field
from heatpunk_desktop.domain.folding import fold
from heatpunk_desktop.domain.headings import HEADINGS, Extra
from heatpunk_desktop.texts import marked

if TYPE_CHECKING:
    from collections.abc import Mapping


class Part(StrEnum):
    """A target that is no field: a part of one, several in one, or nothing."""

    IGNORE = "ignore"
    #: An address with its postcode at the end, to be split.
    FULL_ADDRESS = "full_address"
    #: One line of an address, its town or its county; all of them are put together in the columns' order.
    ADDRESS_LINE = "address_line"
    #: `Mr`, `Mrs`, `Dr`.
    NAME_TITLE = "name_title"
    FIRST_NAME = "first_name"
    SURNAME = "surname"
    #: Latitude and longitude in one cell, or the link of a map.
    POSITION = "position"
    #: The server's number of a project that is there already.
    PROJECT_ID = "project_id"
    #: The owner of a new project.
    OWNER = "owner"


Target = Field | Part


#: The label of each target, in the order in which they are offered.
TARGET_LABELS: Final[Mapping[Target, str]] = MappingProxyType(
    {
        Part.IGNORE: marked("targets", "Leave out"),
        **{field: FIELD_LABELS[field] for field in Field},
        Part.FULL_ADDRESS: marked("targets", "Address with postcode"),
        Part.ADDRESS_LINE: marked("targets", "Part of the address"),
        Part.NAME_TITLE: marked("targets", "Title (Mr, Mrs)"),
        Part.FIRST_NAME: marked("targets", "First name"),
        Part.SURNAME: marked("targets", "Surname"),
        Part.POSITION: marked("targets", "Latitude and longitude"),
        Part.PROJECT_ID: marked("targets", "Project ID"),
        Part.OWNER: marked("targets", "Owner (of new projects)"),
    }
)


#: What several columns may hold at once: parts are put together, and of telephones and emails the first that is filled
#: in counts.
SHAREABLE: Final[frozenset[Target]] = frozenset(
    {Part.IGNORE, Part.ADDRESS_LINE, Field.CUSTOMER_PHONE, Field.CUSTOMER_EMAIL}
)


def target_of(text: str) -> Target:
    """Return the target of a stored word.

    Raises:
        ValueError: There is none of that word.
    """
    try:
        return Field(text)
    except ValueError:
        return Part(text)


#: The most specific names first: of two columns, the one whose name comes earlier wins.
_ALIASES: Final[Mapping[Target, str]] = MappingProxyType(
    {
        **{field: FIELD_SPECS[field].in_files.aliases for field in Field},
        Part.FULL_ADDRESS: (
            "address and postcode, address including postcode, address with postcode, address inc postcode"
        ),
        Part.ADDRESS_LINE: (
            "address line 1, address 1, addr 1, address line 2, address 2, addr 2, address line 3, address 3, "
            "addr 3, address line 4, address 4, line 1, line 2, line 3, street, street name, road, house number, "
            "house no, house name, house name number, house number name, house name or number, house number or "
            "name, house, building, building name, building number, flat, flat number, unit, village, town, city, "
            "town city, city town, town or city, post town, county, district, locality, region, parish, suburb, "
            "street 1, street 2, street address 1, street address 2, street line 1, street line 2, address "
            "street, address town, address city, address county"
        ),
        Part.NAME_TITLE: ("salutation, mr mrs, name prefix, prefix, customer title, courtesy title, mr mrs ms"),
        Part.FIRST_NAME: (
            "first name, forename, forenames, first names, given name, given names, christian name, customer "
            "first name, customer forename, client first name, contact first name, fname, first, first name s, "
            "name first"
        ),
        Part.SURNAME: (
            "surname, last name, family name, second name, customer surname, customer last name, client surname, "
            "client last name, contact surname, contact last name, lname, last, name last"
        ),
        Part.POSITION: (
            "lat long, lat lng, lat lon, latitude longitude, latitude and longitude, coordinates, co ordinates, "
            "coords, gps, gps coordinates, map link, map, maps link, google maps, google maps link, geolocation, "
            "position, pin"
        ),
        Part.OWNER: (
            "owner, project owner, lead owner, deal owner, account owner, owner email, owner name, assigned to, "
            "assignee, salesperson, sales person, sales rep, sales representative, sales executive, sales consultant, "
            "account manager, rep, salesman, dealt with by, handled by, responsible"
        ),
        Part.PROJECT_ID: "project id, heatpunk id, heatpunk project id, heatpunk project, heatpunk number",
    }
)


#: Other columns of our own export, and headings that only resemble a field's.
_LEFT_OUT: Final = (
    f"{HEADINGS[Extra.CREATED]}, {HEADINGS[Extra.MODIFIED]}, notes, note, comments, comment, "
    "source, lead source, value, price, total, amount, date, date created, created date, created at, enquiry date, "
    "date added, surveyor, country, fax, fax number, website, url, property "
    "type, house type, bedrooms, number of bedrooms, floor area, boiler, heating, fuel, fuel type, tariff, marketing, "
    "consent, dob, date of birth, job type, project type, description, survey date, install date, quote date, quote "
    "value, project value, status date, last contact, last contacted, next action, follow up"
)


_BRACKETS: Final = re.compile(r"\((?:[^()]*)\)|\[[^\]]*\]")


_CAMEL: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")


@cache
def heading_key(text: str) -> str:
    """Return a heading in the form for comparison: without case, accents, spaces, punctuation and bracketed parts.

    `Customer E-Mail *`, `customer_email` and `CustomerEmail` have one key. A heading of brackets alone keeps them.
    """
    bare = _BRACKETS.sub(" ", text)
    key = "".join(letter for letter in fold(bare) if letter.isalnum())
    return key or "".join(letter for letter in fold(text) if letter.isalnum())


@cache
def heading_words(text: str) -> frozenset[str]:
    """Return the words of a heading, as `heading_key` compares them."""
    parted = _CAMEL.sub(" ", _BRACKETS.sub(" ", text))
    return frozenset(re.findall(r"[^\W_]+", fold(parted)))


def _keys(names: str) -> list[str]:
    return [heading_key(name) for name in names.split(",")]


#: For each known heading: its target, and its position in the list of that target's names.
KNOWN_KEYS: Final[Mapping[str, tuple[Target, int]]] = MappingProxyType(
    dict.fromkeys(_keys(_LEFT_OUT), (Part.IGNORE, 0))
    | {key: (target, rank) for target, names in _ALIASES.items() for rank, key in enumerate(_keys(names))}
)


#: Words that alone decide what a longer heading is about, the most decisive first.
TELLING_WORDS: Final[tuple[tuple[str, Target], ...]] = (
    ("email", Field.CUSTOMER_EMAIL),
    ("postcode", Field.POSTCODE),
    ("mobile", Field.CUSTOMER_PHONE),
    ("phone", Field.CUSTOMER_PHONE),
    ("telephone", Field.CUSTOMER_PHONE),
    ("tel", Field.CUSTOMER_PHONE),
    ("surname", Part.SURNAME),
    ("forename", Part.FIRST_NAME),
    ("latitude", Field.LATITUDE),
    ("longitude", Field.LONGITUDE),
    ("town", Part.ADDRESS_LINE),
    ("county", Part.ADDRESS_LINE),
    ("address", Field.ADDRESS),
)


#: Words for a column that is about somebody or something other than the customer.
FOREIGN_WORDS: Final = frozenset(
    re.findall(
        r"\w+",
        "agent amount architect assessor budget builder by checked comment comments consent cost count date day "
        "deposit electrician emergency engineer epc installer landlord last manager marketing member notes opt "
        "owner plumber postage preference price rep referrer referred referral sales sent source subscribed "
        "supplier surveyor time type value verified",
    )
)
