"""A project as the sandbox keeps it, and the two shapes in which the API returns it."""

from __future__ import annotations

import struct
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from zoneinfo import ZoneInfo

import orjson

from heatpunk_desktop.domain.fields import BuildDate, Status

if TYPE_CHECKING:
    from collections.abc import Mapping

_UK: Final = ZoneInfo("Europe/London")
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_FLOAT32: Final = struct.Struct("<f")
_DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class MetaField(NamedTuple):
    """A field of `meta`; a text unless it has a limit.

    Attributes:
        attribute: The attribute of `SandboxProject` that holds it.
        allowed: The only values that it may have, where it is a choice.
        limit: Of decimal degrees, the most either way.
    """

    attribute: str
    allowed: tuple[str, ...] = ()
    limit: int = 0


#: The fields of `meta`, all optional. Source: guide, POST create. They are written from the guide and not
#: taken from the program's own table of fields, so that a mistake there does not hide itself.
META: Final[Mapping[str, MetaField]] = {
    "buildDate": MetaField("build_date", allowed=tuple(BuildDate)),
    "projectName": MetaField("project_name"),
    "customerName": MetaField("customer_name"),
    "customerEmail": MetaField("customer_email"),
    "customerPhone": MetaField("customer_phone"),
    "address": MetaField("address"),
    "postcode": MetaField("postcode"),
    "lat": MetaField("lat", limit=90),
    "lng": MetaField("lng", limit=180),
    "status": MetaField("status", allowed=tuple(Status)),
    "crmReference": MetaField("crm_reference"),
}


def to_millis(moment: datetime) -> int:
    """Return milliseconds since 1970 of an aware moment."""
    return (moment - _EPOCH) // timedelta(milliseconds=1)


def from_millis(millis: int) -> datetime:
    """Return the moment in UTC."""
    return _EPOCH + timedelta(milliseconds=millis)


def stored_coordinate(degrees: float) -> float:
    """Return what the server keeps of a coordinate: 32 bits.

    The guide's example (`"lat": 52.193912506103516`) is the nearest 32-bit number to 52.1939125, so that is what comes
    back for it.
    """
    return float(_FLOAT32.unpack(_FLOAT32.pack(degrees))[0])


def default_name(created: datetime) -> str:
    """Return the name of a project that was created without one, as in the guide's list: `Mon Sep 01 2025`."""
    day = created.astimezone(_UK)
    return f"{_DAYS[day.weekday()]} {_MONTHS[day.month - 1]} {day.day:02d} {day.year}"


@dataclass(frozen=True, slots=True)
class SandboxProject:
    """A project with everything that the API can set or return.

    Attributes:
        project_id: Above 0.
        owner: Number of the member who owns it.
        created: Milliseconds since 1970, UTC.
        modified: As `created`.
        lat: Decimal degrees, or None.
        lng: Decimal degrees, or None.
        build_date: `pre2000`, `post2000`, `post2006` or empty.
        deleted: Soft-deleted: the list leaves it out.
    """

    project_id: int
    owner: int
    created: int
    modified: int
    project_name: str = ""
    customer_name: str = ""
    customer_email: str = ""
    customer_phone: str = ""
    address: str = ""
    postcode: str = ""
    lat: float | None = None
    lng: float | None = None
    status: str = "Lead"
    build_date: str = ""
    crm_reference: str = ""
    deleted: bool = False

    def with_meta(self, meta: Mapping[str, str | float], modified: int) -> SandboxProject:
        """Return the project with these fields laid over it; the rest of `meta` stays (guide, PATCH update)."""
        changes: dict[str, Any] = {META[name].attribute: value for name, value in meta.items()}
        for name in ("lat", "lng"):
            if name in changes:
                changes[name] = stored_coordinate(changes[name])
        return replace(self, modified=modified, **changes)

    def as_dict(self) -> dict[str, Any]:
        """Return everything, for assertions and the control path; names as in this class."""
        return asdict(self)


def iso_text(millis: int) -> str:
    """Return a date as the list writes it: `2025-09-01T09:14:30.000Z`."""
    return from_millis(millis).isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"


def zoneless_text(millis: int) -> str:
    """Return a date as `data` writes it, UK time and no zone: `2024-07-31 10:48:44`."""
    return f"{from_millis(millis).astimezone(_UK):%Y-%m-%d %H:%M:%S}"


def list_entry(project: SandboxProject) -> bytes:
    """Return the project as `POST list` returns it (guide: the fields and their order), as JSON."""
    return orjson.dumps(
        {
            "ID": project.project_id,
            "owner": project.owner,
            "dateCreated": iso_text(project.created),
            "dateModified": iso_text(project.modified),
            "projectName": project.project_name,
            "customerName": project.customer_name,
            "address": project.address,
            "postcode": project.postcode,
            "lat": project.lat,
            "lng": project.lng,
            "status": project.status,
        }
    )


def project_data(project: SandboxProject, *, with_crm_reference: bool) -> dict[str, Any]:
    """Return the project as `GET data` returns it.

    Numbers of things are text, dates have no zone, and what is empty is null.
    """
    data: dict[str, Any] = {
        "projectID": str(project.project_id),
        "userID": str(project.owner),
        "projectType": "heat",
        "projectName": project.project_name or None,
        "customerName": project.customer_name or None,
        "customerEmail": project.customer_email or None,
        "customerPhone": project.customer_phone or None,
        "address": project.address or None,
        "postcode": project.postcode or None,
        "lat": project.lat,
        "lng": project.lng,
        "zoom": 19,
        "altitude": None,
        "geography": {"country": "United Kingdom", "windZone": None},
        "status": project.status,
        "buildDate": project.build_date or None,
        "dateCreated": zoneless_text(project.created),
        "dateModified": zoneless_text(project.modified),
        "cart": _cart(project),
        "midsummerOrderLink": "",
    }
    if with_crm_reference:
        data["crmReference"] = project.crm_reference or None
    return data


def _cart(project: SandboxProject) -> list[dict[str, Any]]:
    if project.status in {"Lead", "Rejected"}:
        return []
    size = 5 + project.project_id % 4 * 2
    pump = {"name": f"Air source heat pump, {size} kW", "item": "heatPump", "dbID": str(4000 + size)}
    cylinder = {"name": "Hot water cylinder, 210 l", "item": "cylinder", "dbID": "5210"}
    # Prices come with the noise of binary fractions: three times 0.1 is no 0.3.
    prices = (2600 + size * 100.1, 700.1 + 0.2)
    return [
        {**part, "qty": 1, "line": line, "availableFrom": {"midsummer": {"ID": str(9000 + line), "price": price}}}
        for line, (part, price) in enumerate(zip((pump, cylinder), prices, strict=True), start=1)
    ]
