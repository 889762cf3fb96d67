"""A list of leads as an office exports it, of any length, with known trouble in it: for the import from end to end."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Any, NamedTuple

from heatpunk_desktop.domain.fields import Field

if TYPE_CHECKING:
    from pathlib import Path

_STREETS = ("Mill Lane", "Church Road", "Station Road", "The Green", "Orchard Close", "Vicarage Hill", "Ferry Street")
_SURNAMES = (
    *("Patel", "Hughes", "Okafor", "Nowak", "Griffiths", "Campbell", "O'Brien", "Bell", "Fraser", "Lowe", "Marsh"),
    *("Quirk", "Rees", "Stone", "Thorne", "Unwin", "Vale", "Webb", "Yates", "Zeller", "Ashdown", "Birch", "Coates"),
)
_FIRST = (
    *("Priya", "Rhys", "Chidi", "Ewa", "Megan", "Fiona", "Siân", "Tom", "Ailsa", "Ben"),
    *("Carys", "Dev", "Ella", "Finn", "Gwen", "Hugo", "Isla", "Jack", "Kezia"),
)
_TOWNS = ("Histon", "Ely", "Cottenham", "St Ives", "Royston")
_HEADINGS = ("Client", "Tel no.", "E-mail", "Site address", "Stage", "Built", "Our ref", "Notes")


class Leads(NamedTuple):
    """A file that was made.

    Attributes:
        path: Where it lies.
        new: Rows that can be created as they are.
        twice: Rows that stand in the file twice.
        wrong: Rows of which one cell has to be emptied.
        references: The references of all rows.
        sample_reference: That of one messy row.
        sample: What that row has to come to.
    """

    path: Path
    new: int
    twice: int
    wrong: int
    references: frozenset[str]
    sample_reference: str
    sample: dict[Field, Any]


def make_leads(path: Path, count: int) -> Leads:
    """Write it as Excel in Windows does, with semicolons: a title first, then headings, and a total at the end.

    Args:
        path: The file to write.
        count: Rows of leads, 50 at least.
    """
    rows: list[tuple[str, ...]] = []
    twice = wrong = 0
    references = set()
    for number in range(count):
        if number % 25 == 20:
            rows.append(rows[-1])
            twice += 1
            continue
        row = _row(number)
        if number % 50 == 33:
            row = (*row, "one cell too many")
            wrong += 1
        references.add(row[6])
        rows.append(row)
    with path.open("w", encoding="cp1252", newline="") as file:
        writer = csv.writer(file, delimiter=";", lineterminator="\r\n")
        writer.writerows([("Leads from the fair", *[""] * 7), ("",) * 8, _HEADINGS, *rows, ("Total", str(count))])
    sample = {
        Field.CUSTOMER_NAME: "Chidi Nowak",
        Field.CUSTOMER_EMAIL: "chidi.nowak2@example.co.uk",
        Field.POSTCODE: _postcode(2),
        Field.STATUS: "Lead",
    }
    return Leads(path, count - twice - wrong, twice, wrong, frozenset(references), "FAIR-0002", sample)


def _postcode(number: int) -> str:
    return f"CB{number % 20 + 1} {number // 20 % 10}{'ABDEFGHJLN'[number % 10]}{'PQRSTUWXYZ'[number // 7 % 10]}"


def _row(number: int) -> tuple[str, ...]:
    first, last = _FIRST[number % len(_FIRST)], _SURNAMES[(number + number // len(_FIRST)) % len(_SURNAMES)]
    if number == 2:
        last = "Nowak"
    name = f"{first}\n {last}" if number % 11 == 2 else f"{first} {last}"
    plain = f"{first}.{last}{number}".lower().replace("'", "").replace("â", "a")
    email = f" {plain} @example.co.uk" if number % 3 == 2 else f"{plain}@example.co.uk"
    phone = f"{7_400_000_000 + number * 104_729}"  # the zero that spreadsheets drop
    postcode = _postcode(number)
    messy = postcode.replace(" 0", " O").lower() if number % 4 == 2 else postcode.replace(" ", "")
    address = f"{number % 190 + 1} {_STREETS[number % len(_STREETS)]}, {_TOWNS[number % len(_TOWNS)]}, {messy}"
    stage = ("lead", "QUOTE", "Sale")[number % 3] if number != 2 else "LEAD"
    return name, phone, email, address, stage, str(1890 + number % 110), f"FAIR-{number:04}", "rang twice"
