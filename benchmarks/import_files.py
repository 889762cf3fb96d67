"""Files to import, of any length, whose rows are known to come to what: new, there, twice in the file, wrong."""

from __future__ import annotations

import csv
import random
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

import xlsxwriter

from heatpunk_desktop.domain.fields import Field

if TYPE_CHECKING:
    from pathlib import Path

    from heatpunk_desktop.domain.fields import FieldValues

HEADINGS = (
    *("Client", "Tel no.", "E-mail", "Site address", "Post code", "Stage", "Built", "Our ref", "Lat", "Long"),
    "Project ID",
)
_PARTS = ("ba", "de", "fi", "go", "lu", "ma", "ne", "pi", "ro", "su", "ta", "ve", "wi", "zo", "ka", "li")
_INWARD = "ABDEFGHJLNPQRSTUWXYZ"
_DOMAINS = ("gmail.com", "outlook.com", "btinternet.com", "example.co.uk", "hotmail.co.uk")


@dataclass
class Made:
    """A file that was made, and what is in it.

    Attributes:
        rows: Cells as texts.
        known: Projects that are there already.
        new: Rows that are new.
        duplicates: Rows that are there, or stand twice in the file.
        problems: Rows that have to be corrected.
    """

    rows: list[tuple[str, ...]] = field(default_factory=list)
    known: dict[int, FieldValues] = field(default_factory=dict)
    new: int = 0
    duplicates: int = 0
    problems: int = 0


def make(count: int, known: int, seed: int = 26) -> Made:
    """A file of so many rows, of which one in ten is there already, one in twenty twice, and one in twenty is wrong.

    Args:
        count: Rows below the headings.
        known: How many projects there are, a tenth of the rows at least.
        seed: Of chance.
    """
    chance = random.Random(seed)
    made = Made()
    people = [_person(number, chance) for number in range(max(known, count // 10))]
    made.known = {number: _values(person) for number, person in enumerate(people, 1)}
    for number in range(count):
        kind = number % 20
        if kind in {3, 13}:
            row = people[number // 10]
            made.duplicates += 1
        elif kind == 7:
            row = made.rows[-1]
            made.duplicates += 1
        else:
            row = _person(len(people) + number, chance)
            made.new += kind != 17
        if kind == 17:
            row = (*row[:10], "12x")
            made.problems += 1
        made.rows.append(row)
    return made


def _word(number: int, length: int) -> str:
    """A word of its own for each number."""
    parts = []
    for _ in range(length):
        number, rest = divmod(number, len(_PARTS))
        parts.append(_PARTS[rest])
    return "".join(parts).capitalize()


def _person(number: int, chance: random.Random) -> tuple[str, ...]:
    # Neighbouring numbers become words that share nothing.
    mixed = (number * 7_368_787 + 13) % 16_777_213
    first, last, street = _word(mixed % 4096, 3), _word(mixed, 6), _word((mixed * 31) % 16_777_213, 6)
    postcode = f"{chance.choice(('CB', 'NR', 'SY', 'EX', 'LA'))}{chance.randint(1, 9)} {chance.randint(1, 9)}"
    return (
        f"{first} {last}",
        f"0{7_400_000_000 + number * 97 % 99_999_999}",
        f"{first}.{last}{number}@{chance.choice(_DOMAINS)}".lower(),
        f"{chance.randint(1, 300)} {street} Road, {_word(mixed % 61, 2)}ton",
        postcode + chance.choice(_INWARD) + chance.choice(_INWARD),
        chance.choice(("Lead", "Quote", "Sale", "Install")),
        str(chance.choice((1890, 1931, 1972, 1998, 2003, 2011))),
        f"R-{number:06}",
        f"{50 + number * 13 % 90_000 / 10_000:.4f}",
        f"{-5 + number * 7 % 60_000 / 10_000:.4f}",
        "",
    )


def _values(row: tuple[str, ...]) -> FieldValues:
    """A project as the store has it, once such a row was imported."""
    return {
        Field.PROJECT_NAME: "",
        Field.CUSTOMER_NAME: row[0],
        Field.CUSTOMER_PHONE: row[1],
        Field.CUSTOMER_EMAIL: row[2],
        Field.ADDRESS: row[3],
        Field.POSTCODE: row[4],
        Field.STATUS: row[5],
        Field.BUILD_DATE: "pre2000" if int(row[6]) < 2000 else "post2000" if int(row[6]) < 2006 else "post2006",
        Field.CRM_REFERENCE: row[7],
        Field.LATITUDE: float(row[8]),
        Field.LONGITUDE: float(row[9]),
    }


def write_text(made: Made, path: Path) -> None:
    """As Excel saves it in Windows."""
    with path.open("w", encoding="cp1252", newline="") as file:
        csv.writer(file, delimiter=";").writerows([HEADINGS, *made.rows])


def write_workbook(made: Made, path: Path) -> None:
    """As a workbook, in which telephones and coordinates are numbers."""
    with xlsxwriter.Workbook(str(path), {"constant_memory": False}) as book:
        book.set_properties({"created": datetime(2026, 1, 5)})  # noqa: DTZ001 - the library takes no zone
        sheet = book.add_worksheet("Leads")
        sheet.write_row(0, 0, HEADINGS)
        for number, row in enumerate(made.rows, 1):
            for column, cell in enumerate(row):
                if column in {1, 6, 8, 9}:
                    sheet.write_number(number, column, float(cell))
                else:
                    sheet.write_string(number, column, cell)
