"""How a messy file is read, as plain data: what the expected reading beside each file is compared with.

`python -m tests.messy.reading NAME ...` prints it; with `--write` it becomes the expected reading, to be looked through
line by line before it is committed.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from heatpunk_desktop.errors import KnownError
from heatpunk_desktop.gui.text.import_words import reason_left_out, repair_words
from heatpunk_desktop.spreadsheets.columns import find_heading_row, match_columns
from heatpunk_desktop.spreadsheets.reading import open_spreadsheet
from heatpunk_desktop.spreadsheets.rows import RowReader
from heatpunk_desktop.spreadsheets.sheet import column_letter
from heatpunk_desktop.spreadsheets.targets import Part

FILES = Path(__file__).parent / "files"


def reading_of(path: Path) -> dict[str, Any]:
    """Everything that the user would see of a file."""
    try:
        reading = open_spreadsheet(path)
        _, sheet = reading.read_best()
    except KnownError as trouble:
        return {"trouble": trouble.title, "message": trouble.message, "what_to_do": trouble.what_to_do}
    heading_row = find_heading_row(sheet.rows)
    plan = match_columns(sheet, heading_row)
    reader = RowReader(sheet, plan)
    filled = [row for number in reader.numbers() if (row := reader.read(number)) is not None]
    rows = [row for row in filled if row.left_out is None]
    dialect = reading.dialect
    return {
        "read_as": f"{dialect.encoding} {dialect.separator.label}" if dialect else f"sheet {sheet.name}",
        "headings_in_row": None if heading_row is None else heading_row + 1,
        "columns": {
            column.letter: f"{column.heading} → {column.target}"
            for column in plan.columns
            if column.target != Part.IGNORE
        },
        "left_out": sum(column.target == Part.IGNORE for column in plan.columns),
        "notes": list(plan.notes()),
        "rows": {str(row.number): {str(field): value for field, value in row.values.items()} for row in rows},
        "no_projects": {str(row.number): reason_left_out(row.left_out) for row in filled if row.left_out is not None},
        "problems": [
            f"{problem.place}: {problem.severity}: {problem.words}" for row in rows for problem in row.problems
        ],
        "mended": [
            f"{column_letter(repair.column)}{row.number}: {repair.before!r} → {repair.after!r}:"
            f" {repair_words(repair.repair)}"
            for row in rows
            for repair in row.repairs
        ],
    }


def expected_path(path: Path) -> Path:
    """Where the expected reading of a file lies."""
    return path.with_name(f"{path.name}.expected.json")


def main() -> None:
    """Print readings, or draft what is expected."""
    names = [name for name in sys.argv[1:] if name != "--write"]
    paths = [FILES / name for name in names] or [path for path in sorted(FILES.iterdir()) if path.suffix != ".json"]
    for path in paths:
        said = json.dumps(reading_of(path), indent=1, ensure_ascii=False)
        if "--write" in sys.argv:
            expected_path(path).write_text(said + "\n", "utf-8")
        else:
            sys.stdout.write(f"{path.name} {said}\n")


if __name__ == "__main__":
    main()
