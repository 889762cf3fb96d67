"""The formats and options of an export, and their initial values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from heatpunk_desktop.export.table_files import write_csv, write_workbook
from heatpunk_desktop.gui import printing
from heatpunk_desktop.gui.text.translation import translated
from heatpunk_desktop.models.table_columns import SHOWS, Column
from heatpunk_desktop.texts import marked

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from heatpunk_desktop.export.columns import Choice
    from heatpunk_desktop.gui.printing.paper import PaperHead
    from heatpunk_desktop.services.tasks.exporter import Write


class Format(NamedTuple):
    """One format.

    Attributes:
        ending: What its name ends in, with the dot.
        name: What it is called on the screen, untranslated.
        is_paper: Whether it is a page to look at, which only so many columns fit.
    """

    ending: str
    name: str
    is_paper: bool = False

    @property
    def words(self) -> str:
        """The format's name in the user's language."""
        return translated(self.name)


WORKBOOK: Final = Format(".xlsx", marked("formats", "Excel workbook (.xlsx)"))


TEXT: Final = Format(".csv", marked("formats", "Text file for any spreadsheet (.csv)"))


PDF: Final = Format(".pdf", marked("formats", "PDF to send or print (.pdf)"), is_paper=True)


#: In the order in which they are offered.
FORMATS: Final = (WORKBOOK, TEXT, PDF)


def format_of(name: str) -> Format | None:
    """Return the format of a file name's ending, or None."""
    return next((kind for kind in FORMATS if name.lower().endswith(kind.ending)), None)


def choices_of(columns: Iterable[int]) -> tuple[Choice, ...]:
    """Return the export columns of the table's columns, in their order, without unknown ones of another version."""
    return tuple(SHOWS[Column(column)] for column in columns if column in SHOWS)


def writer_of(chosen: Format, make_head: Callable[[], PaperHead]) -> Write:
    """Return the writer of a format.

    Args:
        chosen: The format.
        make_head: Returns the page head, for formats with pages.
    """
    if chosen is PDF:
        return printing.pdf_writer(make_head)
    if chosen is TEXT:
        return write_csv

    return write_workbook


class Offer(NamedTuple):
    """The projects and columns that can be exported.

    Attributes:
        shown: Keys of the projects that the table shows, in its order.
        selected: Those of them that are selected.
        columns: The columns that the table shows, in its order.
    """

    shown: Sequence[int]
    selected: Sequence[int]
    columns: tuple[Choice, ...]


class Begin(NamedTuple):
    """The initial values of the dialog.

    Attributes:
        folder: The folder.
        name: What the file is called, without its ending.
        format: Its kind.
    """

    folder: Path
    name: str
    format: Format
