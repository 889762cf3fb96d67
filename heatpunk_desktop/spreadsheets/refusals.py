"""What is said of files that cannot be read, whatever their kind."""

from __future__ import annotations

from heatpunk_desktop.errors import BadInputError
from heatpunk_desktop.spreadsheets.limits import LONGEST_ROW, MEGABYTE, MOST_BYTES, MOST_UNPACKED


def damaged() -> BadInputError:
    """The error for a workbook that ends too early, or in which something was overwritten."""
    return BadInputError(
        "This workbook is damaged",
        "It looks like a spreadsheet, but parts of it cannot be read. It may not have been copied or downloaded whole.",
        "Copy or download it again. If your spreadsheet program still opens it, save it there under a new name.",
    )


def too_big_file(size: int) -> BadInputError:
    """The error for a file of too many bytes."""
    return BadInputError(
        "The file is too big",
        f"It has {size / MEGABYTE:,.0f} MB, and {MOST_BYTES // MEGABYTE} MB can be read at a time.",
        "Delete the columns, rows and pictures that aren't needed, or save it in parts.",
    )


def too_long_row(row: int) -> BadInputError:
    """The error for a row of a text file of too many characters.

    Args:
        row: Its number, 1 for the first.
    """
    return BadInputError(
        "The file can't be read as a table",
        f"Row {row:,} has more than {LONGEST_ROW:,} characters.",
        "A quotation mark that nothing closes may be the cause, or the file isn't a table. Check that row.",
    )


def too_much_unpacked() -> BadInputError:
    """The error for a workbook that stands for far more than it seems."""
    return BadInputError(
        "This workbook is too big",
        f"Unpacked, it takes more than {MOST_UNPACKED // MEGABYTE} MB.",
        "Delete the sheets, rows and pictures that aren't needed, or save the one sheet as text (.csv).",
    )
