"""The import template: a workbook with the columns that an import reads, and a sheet that explains each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from heatpunk_desktop.domain.coordinates import MAX_LATITUDE, MAX_LONGITUDE
from heatpunk_desktop.domain.fields import BuildDate, Field, Status
from heatpunk_desktop.domain.headings import HEADINGS, Extra
from heatpunk_desktop.export.files import replaced
from heatpunk_desktop.export.table_files import new_workbook

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from xlsxwriter.worksheet import Worksheet


class Explained(NamedTuple):
    """The explanation of one column.

    Attributes:
        words: What belongs in it.
        example: An example cell.
        width: Width of the column, in characters.
    """

    words: str
    example: str
    width: int


EXPLAINED: Final[Mapping[Field | Extra, Explained]] = {
    Field.PROJECT_NAME: Explained("What you call the job. Empty: Heatpunk names it by the day.", "Mill Road 12", 28),
    Field.CUSTOMER_NAME: Explained("The customer, first name first.", "Siân Pritchard", 24),
    Field.CUSTOMER_EMAIL: Explained("One email address.", "sian.pritchard@example.com", 30),
    Field.CUSTOMER_PHONE: Explained(
        "One number, with its leading 0 or its country code. The column is set to text, so the 0 stays.",
        "01632 960123",
        18,
    ),
    Field.ADDRESS: Explained("House and street, town and county, without the postcode.", "12 Mill Road, Ely", 36),
    Field.POSTCODE: Explained("The UK postcode of the property, in capitals or not.", "CB7 4AA", 11),
    Field.LATITUDE: Explained("Degrees north, or leave both this and the longitude empty.", "52.3995", 11),
    Field.LONGITUDE: Explained("Degrees east; west of Greenwich with a minus.", "0.2624", 11),
    Field.STATUS: Explained(f"One of: {', '.join(Status)}. Empty: {Status.LEAD}.", str(Status.QUOTE), 13),
    Field.BUILD_DATE: Explained(
        f"One of: {', '.join(band.label for band in BuildDate)}. Leave it empty where you do not know.",
        BuildDate.PRE_2000.label,
        12,
    ),
    Field.CRM_REFERENCE: Explained(
        "Your own number for the job, by which a second import of the same file knows it again.", "Q-2026-0142", 16
    ),
    Extra.OWNER: Explained(
        "The email address of the colleague whose project it is to be. Empty: it is yours.",
        "gwen.hughes@example.com",
        30,
    ),
}

_PROJECTS: Final = "Projects"
_ABOUT: Final = "About the columns"
_LAST_ROW: Final = 10_000
_TEXT: Final = "@"
_INTRODUCTION: Final = (
    "Fill in the sheet “Projects”, one project a row. No column has to be filled in, and you may leave out columns or "
    "change their order. Then choose Import in Heatpunk Desktop: it shows what it will create before anything is sent."
)


def write_template(target: Path) -> None:
    """Write the template.

    Raises:
        StorageError: The file cannot be written there.
    """
    with replaced(target) as file, new_workbook(file) as workbook:
        heading = workbook.add_format({"bold": True, "bottom": 1, "bg_color": "#E7ECF1", "num_format": _TEXT})
        plain = workbook.add_format({"num_format": _TEXT})
        degrees = workbook.add_format({"num_format": "0.0######"})
        wrapped = workbook.add_format({"text_wrap": True, "valign": "top"})
        sheet = workbook.add_worksheet(_PROJECTS)
        sheet.freeze_panes(1, 0)
        for place, (field, explained) in enumerate(EXPLAINED.items()):
            is_number = field in {Field.LATITUDE, Field.LONGITUDE}
            sheet.set_column(place, place, explained.width, degrees if is_number else plain)
            sheet.write_string(0, place, HEADINGS[field], heading)
        _validate(sheet)
        about = workbook.add_worksheet(_ABOUT)
        about.set_column(0, 0, 18)
        about.set_column(1, 1, 80)
        about.set_column(2, 2, 30)
        about.merge_range(0, 0, 0, 2, _INTRODUCTION, wrapped)
        about.set_row(0, 48)
        for place, words in enumerate(("Column", "What to write", "For example")):
            about.write_string(2, place, words, heading)
        for row, (field, explained) in enumerate(EXPLAINED.items(), 3):
            for place, words in enumerate((HEADINGS[field], explained.words, explained.example)):
                about.write_string(row, place, words, wrapped)
        sheet.activate()


def _validate(sheet: Worksheet) -> None:
    """Offer the known values in a list, and warn about others without forbidding them."""
    lists: dict[Field | Extra, list[str]] = {
        Field.STATUS: [*Status],
        Field.BUILD_DATE: [band.label for band in BuildDate],
    }
    for place, field in enumerate(EXPLAINED):
        rule: dict[str, object] = {"ignore_blank": True, "error_type": "warning"}
        if field in lists:
            words = [str(word) for word in lists[field]]
            rule |= {
                "validate": "list",
                "source": words,
                "error_title": HEADINGS[field],
                "error_message": f"The import knows: {', '.join(words)}.",
            }
        elif field in {Field.LATITUDE, Field.LONGITUDE}:
            most = MAX_LATITUDE if field is Field.LATITUDE else MAX_LONGITUDE
            rule |= {
                "validate": "decimal",
                "criteria": "between",
                "minimum": -most,
                "maximum": most,
                "error_title": HEADINGS[field],
                "error_message": f"Degrees are a number from -{most:.0f} to {most:.0f}.",
            }
        else:
            continue
        sheet.data_validation(1, place, _LAST_ROW, place, rule)
