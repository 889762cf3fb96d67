"""The fields of a project that the user can set, with their labels and allowed values."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final, NamedTuple

from heatpunk_desktop.texts import Text, marked


class Status(StrEnum):
    """The stage of a project with the customer. Source: guide, POST create, `status`."""

    LEAD = "Lead"
    QUOTE = "Quote"
    SALE = "Sale"
    INSTALL = "Install"
    COMPLETED = "Completed"
    REJECTED = "Rejected"


class BuildDate(StrEnum):
    """The age band of the building, which sets the design mode. Source: guide, POST create, `buildDate`."""

    PRE_2000 = "pre2000"
    POST_2000 = "post2000"
    POST_2006 = "post2006"

    @property
    def label(self) -> str:
        """The band as shown: `Pre 2000`, `Post 2000` or `Post 2006`."""
        return _BUILD_DATE_LABELS[self]


_BUILD_DATE_LABELS: Final = {
    BuildDate.PRE_2000: "Pre 2000",
    BuildDate.POST_2000: "Post 2000",
    BuildDate.POST_2006: "Post 2006",
}


class Field(StrEnum):
    """One of the fields of `meta`, by the app's name for it. Source: guide, POST create."""

    PROJECT_NAME = "project_name"
    CUSTOMER_NAME = "customer_name"
    CUSTOMER_EMAIL = "customer_email"
    CUSTOMER_PHONE = "customer_phone"
    ADDRESS = "address"
    POSTCODE = "postcode"
    LATITUDE = "latitude"
    LONGITUDE = "longitude"
    STATUS = "status"
    BUILD_DATE = "build_date"
    CRM_REFERENCE = "crm_reference"


class Kind(StrEnum):
    """What a field holds, by which it is checked. Coordinates are numbers; all others are texts."""

    TEXT = "text"
    EMAIL = "email"
    PHONE = "phone"
    ADDRESS = "address"
    POSTCODE = "postcode"
    DEGREES = "degrees"
    CHOICE = "choice"


class InFiles(NamedTuple):
    """A field as a column of spreadsheets. Its heading in ours is its label.

    Attributes:
        hint: What belongs in it, for the import template.
        example: An example cell.
        width: Width of the template's column, in characters.
        aliases: Headings in other people's files that mean it, the most specific first, with commas between them.
    """

    hint: str
    example: str
    width: int
    aliases: str


class FieldSpec(NamedTuple):
    """The declaration of one field.

    Attributes:
        wire: The API's name.
        label: Its label on the screen.
        kind: What it holds.
        in_files: The column of spreadsheets.
        is_listed: Whether the list of projects carries it; `GET /projects/data` alone may bring the others.
        short: A label for narrow places, where it has one.
        choices: Of a choice, each value with its label.
        limit: Of degrees, the most either way.
        refused_as: A pattern of what a refusal may call it; without one, the words of its name.
    """

    wire: str
    label: Text
    kind: Kind
    in_files: InFiles
    is_listed: bool = False
    short: Text | None = None
    choices: tuple[tuple[str, str], ...] = ()
    limit: float = 0.0
    refused_as: str = ""


#: The declaration of each field, in the guide's order. What the API, the checks, the inspector, imports and exports
#: know of a field is derived from it.
FIELD_SPECS: Final[Mapping[Field, FieldSpec]] = {
    Field.BUILD_DATE: FieldSpec(
        "buildDate",
        marked("fields", "Build date"),
        Kind.CHOICE,
        InFiles(
            f"One of: {', '.join(band.label for band in BuildDate)}. Leave it empty where you do not know.",
            BuildDate.PRE_2000.label,
            12,
            (
                "build date, build year, year built, built, date built, year of construction, construction date, "
                "construction year, property age, age of property, house age, building age, age of building, age "
                "band, age, property build date, year of build, date of construction, when built"
            ),
        ),
        choices=tuple((band.value, band.label) for band in BuildDate),
    ),
    Field.PROJECT_NAME: FieldSpec(
        "projectName",
        marked("fields", "Project name"),
        Kind.TEXT,
        InFiles(
            "What you call the job. Empty: Heatpunk names it by the day.",
            "Mill Road 12",
            28,
            (
                "project name, project, project title, job name, job title, job, site name, site, property name, "
                "deal name, deal, opportunity name, opportunity, scheme, job description, property, title"
            ),
        ),
        is_listed=True,
    ),
    Field.CUSTOMER_NAME: FieldSpec(
        "customerName",
        marked("fields", "Customer name"),
        Kind.TEXT,
        InFiles(
            "The customer, first name first.",
            "Siân Pritchard",
            24,
            (
                "customer name, customer, client name, client, customer full name, full name, name, contact name, "
                "lead name, homeowner, householder, home owner, applicant, applicant name, contact, contact person, "
                "property owner, occupier, tenant, tenant name, account name, account, bill to, your name, person, "
                "company name, company, organisation, organization, organisation name, business name"
            ),
        ),
        is_listed=True,
    ),
    Field.CUSTOMER_EMAIL: FieldSpec(
        "customerEmail",
        marked("fields", "Customer email"),
        Kind.EMAIL,
        InFiles(
            "One email address.",
            "sian.pritchard@example.com",
            30,
            (
                "customer email, email, e-mail, email address, e-mail address, client email, contact email, "
                "customer email address, primary email, email 1, mail, home email, work email, personal email, "
                "email 2, your email, applicant email"
            ),
        ),
        short=marked("fields", "Email"),
        refused_as=r"customer[ _]?e-?mail",
    ),
    Field.CUSTOMER_PHONE: FieldSpec(
        "customerPhone",
        marked("fields", "Customer phone"),
        Kind.PHONE,
        InFiles(
            "One number, with its leading 0 or its country code. The column is set to text, so the 0 stays.",
            "01632 960123",
            18,
            (
                "customer phone, phone, telephone, mobile, customer telephone, customer mobile, phone number, "
                "telephone number, mobile number, mobile phone, contact number, tel, tel no, tel number, phone no, "
                "telephone no, mobile no, mob, mob no, cell, cell phone, client phone, client tel, contact phone, "
                "contact tel, contact telephone, contact no, primary phone, phone 1, tel 1, landline, home phone, "
                "home tel, home telephone, home number, daytime phone, daytime tel, evening phone, evening tel, "
                "work phone, work tel, phone 2, tel 2, mobile 2, other phone, ph, ph no"
            ),
        ),
        short=marked("fields", "Phone"),
        refused_as=r"(?:customer[ _]?)?(?:tele)?phone",
    ),
    Field.ADDRESS: FieldSpec(
        "address",
        marked("fields", "Address"),
        Kind.ADDRESS,
        InFiles(
            "House and street, town and county, without the postcode.",
            "12 Mill Road, Ely",
            36,
            (
                "address, site address, installation address, install address, property address, full address, "
                "customer address, client address, home address, street address, postal address, billing address, "
                "correspondence address, location, where"
            ),
        ),
        is_listed=True,
        refused_as=r"(?<!mail )(?<!ip )address(?:es)?",
    ),
    Field.POSTCODE: FieldSpec(
        "postcode",
        marked("fields", "Postcode"),
        Kind.POSTCODE,
        InFiles(
            "The UK postcode of the property, in capitals or not.",
            "CB7 4AA",
            11,
            (
                "postcode, post code, site postcode, property postcode, installation postcode, install postcode, "
                "customer postcode, client postcode, home postcode, postal code, pcode, p code, pc, zip, zip code, "
                "zip postal code, billing postcode"
            ),
        ),
        is_listed=True,
        refused_as=r"post[ _]?code",
    ),
    Field.LATITUDE: FieldSpec(
        "lat",
        marked("fields", "Latitude"),
        Kind.DEGREES,
        InFiles(
            "Degrees north, or leave both this and the longitude empty.",
            "52.3995",
            11,
            ("latitude, lat, lat deg, gps latitude, geo lat, site latitude"),
        ),
        limit=90.0,
        is_listed=True,
        refused_as=r"lat(?:itude)?",
    ),
    Field.LONGITUDE: FieldSpec(
        "lng",
        marked("fields", "Longitude"),
        Kind.DEGREES,
        InFiles(
            "Degrees east; west of Greenwich with a minus.",
            "0.2624",
            11,
            ("longitude, long, lng, lon, long deg, gps longitude, geo lng, geo long, site longitude"),
        ),
        limit=180.0,
        is_listed=True,
        refused_as=r"lng|lon(?:gitude)?",
    ),
    Field.STATUS: FieldSpec(
        "status",
        marked("fields", "Status"),
        Kind.CHOICE,
        InFiles(
            f"One of: {', '.join(Status)}. Empty: {Status.LEAD}.",
            str(Status.QUOTE),
            13,
            (
                "status, project status, lead status, stage, project stage, pipeline stage, sales stage, deal "
                "stage, job status, current status, progress, customer status"
            ),
        ),
        choices=tuple((status.value, status.value) for status in Status),
        is_listed=True,
        refused_as=r"(?<!http )status(?! code)",
    ),
    Field.CRM_REFERENCE: FieldSpec(
        "crmReference",
        marked("fields", "CRM reference"),
        Kind.TEXT,
        InFiles(
            "Your own number for the job, by which a second import of the same file knows it again.",
            "Q-2026-0142",
            16,
            (
                "crm reference, crm ref, crm id, crm number, reference, reference number, reference no, ref, ref "
                "no, ref number, our reference, our ref, job reference, job ref, job number, job no, job id, quote "
                "reference, quote ref, quote number, quote no, customer reference, customer ref, customer number, "
                "customer no, customer id, client reference, client ref, client id, lead reference, lead ref, lead "
                "id, lead number, deal id, opportunity id, record id, unique id, account number, account no, "
                "account ref, order number, order no, enquiry number, enquiry no, enquiry ref, id"
            ),
        ),
        short=marked("fields", "Reference"),
        refused_as=r"(?:crm[ _]?)?reference",
    ),
}

_CHOICE_LABELS: Final = {field: dict(spec.choices) for field, spec in FIELD_SPECS.items() if spec.choices}


def value_label(field: Field, text: str) -> str:
    """Return the label of a choice's value; any other text is returned as it is."""
    return _CHOICE_LABELS[field].get(text, text) if field in _CHOICE_LABELS else text


#: The label of each field on the screen.
FIELD_LABELS: Final[Mapping[Field, Text]] = {field: FIELD_SPECS[field].label for field in Field}

#: Decimal degrees; every other field is text.
NUMERIC_FIELDS: Final = frozenset(field for field, spec in FIELD_SPECS.items() if spec.kind is Kind.DEGREES)

#: Fields that a list entry carries. Source: guide, POST list.
LISTED_FIELDS: Final = frozenset(field for field, spec in FIELD_SPECS.items() if spec.is_listed)

#: Fields that the list of projects lacks and that `GET /projects/data` may bring (it may lack the reference too).
DETAIL_FIELDS: Final = frozenset(Field) - LISTED_FIELDS

#: Fields that tell projects apart, and by which duplicates are found; `KnownProject` has them in this order.
IDENTIFYING_FIELDS: Final = (
    Field.PROJECT_NAME,
    Field.CUSTOMER_NAME,
    Field.CUSTOMER_EMAIL,
    Field.CUSTOMER_PHONE,
    Field.ADDRESS,
    Field.POSTCODE,
    Field.CRM_REFERENCE,
)


#: Fields with their values; a field that is missing is not known (when read) or not to be changed (when sent).
FieldValues = Mapping[Field, str | float | None]
