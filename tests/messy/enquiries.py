"""The year's enquiries as an office keeps them: 326 rows with everything in them that holds an import up."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import xlsxwriter

if TYPE_CHECKING:
    from pathlib import Path

ROWS = 326
_HEADINGS = (
    *("Date of enquiry", "Name", "Address", "Postcode", "Mobile", "Email", "Stage", "Year built", "Rep", "Map link"),
    *("Est. value £", "Notes"),
)
_MONTHS = ("JANUARY", "FEBRUARY", "MARCH", "APRIL", "MAY", "JUNE", "JULY", "AUGUST", "SEPTEMBER", "OCTOBER")
_FIRST = ("Priya", "Rhys", "Chidi", "Ewa", "Megan", "Fiona", "Siân", "Tom", "Ailsa", "Ben", "Carys", "Dev", "Ella")
_LAST = (
    *("Patel", "Hughes", "Okafor", "Nowak", "Griffiths", "Campbell", "O’Brien", "Bell", "Fraser", "Lowe", "Marsh"),
    *("Quirk", "Rees", "Stone", "Thorne", "Unwin", "Vale", "Webb", "Yates", "Zeller", "Ashdown", "Birch", "Coates"),
)
_STREETS = ("Mill Lane", "Church Road", "Station Road", "The Green", "Orchard Close", "Vicarage Hill", "Ferry Street")
#: What stands under `Stage`, and the status that it has to come to; `Ask Sandra` is for the user to say.
STAGES = {
    "Lead": "Lead",
    "Installed": "Completed",
    "Survey done": "Quote",
    "quoted": "Quote",
    "Install booked": "Install",
    "On hold": "Lead",
    "Rejected - price": "Rejected",
    "won": "Sale",
    "Ask Sandra": "Quote",
}
_BUILT: tuple[str | float, ...] = (
    1930.0,
    "2006",
    "new build",
    "Victorian",
    "1985",
    "2000",
    "",
    "1970s",
    2015.0,
    "soon",
)
_REPS = ("Dave", "Sue", "Dave", "", "Sue")
_PLACES = ("", "filled.count.soap", "52.2301, 0.1234", "", "///index.home.raft", "")


class Enquiries(NamedTuple):
    """A file that was made.

    Attributes:
        path: Where it lies.
        statuses: The status that each customer has to have, by their email.
        twice: Rows that stand in the file twice.
        left_out: Rows that are no projects.
    """

    path: Path
    statuses: dict[str, str]
    twice: int
    left_out: int


def make_enquiries(path: Path) -> Enquiries:
    """Write it: a sheet with a note first, then the list below a title and a line of who printed it."""
    rows: list[tuple[str | float, ...]] = []
    statuses: dict[str, str] = {}
    twice = left_out = 0
    number = 0
    while len(rows) < ROWS - 2:
        if len(rows) % 33 == 0:
            rows.append(("", f"— {_MONTHS[len(rows) // 33]} —"))
            left_out += 1
        elif len(rows) in {100, 200}:
            rows.append(_HEADINGS)
            left_out += 1
        elif len(rows) in {60, 160, 260}:
            rows.append(rows[-1])
            twice += 1
        else:
            row, email, status = _customer(number)
            statuses[email] = status
            rows.append(row)
            number += 1
    rows += [("TOTAL", float(number), "", "", "", "", "", "", "", "", number * 8500.0), ("", "Printed by Sandra")]
    with xlsxwriter.Workbook(str(path)) as book:
        book.add_worksheet("Read me").write_column(0, 0, ["Please don't sort!", "Ask Sandra before changes"])
        sheet = book.add_worksheet("Enquiries 2026")
        sheet.write(0, 0, "Fenland Heat Pumps: enquiries")
        sheet.write(1, 0, "Updated by Sandra on 12/11/2026")
        for at, cells in enumerate([_HEADINGS, *rows], start=3):
            sheet.write_row(at, 0, cells)
    return Enquiries(path, statuses, twice, left_out + 2)


def _customer(number: int) -> tuple[tuple[str | float, ...], str, str]:
    first, last = _FIRST[number % len(_FIRST)], _LAST[number % len(_LAST)]
    email = f"{last.replace('’', '').lower()}.{number}@example.com"
    stage = tuple(STAGES)[number % len(STAGES)]
    phones: tuple[str | float, ...] = (
        7400100000.0 + number,
        f"07700 900{number:03}",
        f"+44 7400 {100000 + number}",
        f"0740{number}",
        "",
    )
    row = (
        f"{number % 28 + 1}/{number % 12 + 1}/2026",
        f"{first} {last}",
        f"{number + 1} {_STREETS[number % len(_STREETS)]}, Ely",
        ("CB7 4AA", "cb7 4ab", "CB74AD", "CB7 4AE")[number % 4],
        phones[number % len(phones)],
        email if number % 7 else email.replace("@", " @"),
        stage,
        _BUILT[number % len(_BUILT)],
        _REPS[number % len(_REPS)],
        _PLACES[number % len(_PLACES)],
        8500.0,
        "rang twice" if number % 3 else "",
    )
    return row, email, STAGES[stage]
