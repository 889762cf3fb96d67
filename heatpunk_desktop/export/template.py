"""The import template: a workbook with the columns that an import reads, and a sheet that explains each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from heatpunk_desktop.domain.fields import FIELD_SPECS, NUMERIC_FIELDS, Field, InFiles
from heatpunk_desktop.domain.headings import HEADINGS, Extra
from heatpunk_desktop.export.files import replaced
from heatpunk_desktop.export.table_files import new_workbook

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from xlsxwriter.worksheet import Worksheet


#: The columns of the template.
EXPLAINED: Final[Mapping[Field | Extra, InFiles]] = {
    **{field: FIELD_SPECS[field].in_files for field in Field},
    Extra.OWNER: InFiles(
        "The email address of the colleague whose project it is to be. Empty: it is yours.",
        "gwen.hughes@example.com",
        30,
        "",
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
            is_number = field in NUMERIC_FIELDS
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
            for place, words in enumerate((HEADINGS[field], explained.hint, explained.example)):
                about.write_string(row, place, words, wrapped)
        sheet.activate()


def _validate(sheet: Worksheet) -> None:
    """Offer the known values in a list, and warn about others without forbidding them."""
    for place, field in enumerate(EXPLAINED):
        if not isinstance(field, Field):
            continue
        spec = FIELD_SPECS[field]
        rule: dict[str, object] = {"ignore_blank": True, "error_type": "warning", "error_title": HEADINGS[field]}
        if spec.choices:
            words = [label for _, label in spec.choices]
            rule |= {
                "validate": "list",
                "source": words,
                "error_message": f"The import knows: {', '.join(words)}.",
            }
        elif spec.limit:
            rule |= {
                "validate": "decimal",
                "criteria": "between",
                "minimum": -spec.limit,
                "maximum": spec.limit,
                "error_message": f"Degrees are a number from -{spec.limit:.0f} to {spec.limit:.0f}.",
            }
        else:
            continue
        sheet.data_validation(1, place, _LAST_ROW, place, rule)
