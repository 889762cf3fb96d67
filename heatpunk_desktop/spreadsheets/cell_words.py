"""Status and age of the house, in the words that people use for them."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from heatpunk_desktop.domain.fields import BuildDate, Status
from heatpunk_desktop.domain.problem import error
from heatpunk_desktop.spreadsheets.cell_text import CellText, Repair, mended_text, plain_text
from heatpunk_desktop.spreadsheets.day_order import DayOrder, read_day

if TYPE_CHECKING:
    from collections.abc import Mapping

    from heatpunk_desktop.spreadsheets.sheet import Cell

_NO_BUILD_DATE: Final = "This has to be Pre 2000, Post 2000 or Post 2006, or the year in which the house was built."
_YEAR_ON_EDGE: Final = "A house of {} may belong in either of two bands. Choose {}."


#: What people call the six statuses. Words that may mean two of them, such as `Installed`, are not here.
_STATUS_WORDS: Final[Mapping[str, Status]] = {
    **dict.fromkeys(["enquiry", "inquiry", "new", "new lead", "prospect", "leads", "new enquiry"], Status.LEAD),
    **dict.fromkeys(["quoted", "quotation", "quote sent", "quoting", "proposal", "proposal sent"], Status.QUOTE),
    **dict.fromkeys(
        ["sold", "won", "accepted", "order", "ordered", "closed won", "deposit paid", "sales"], Status.SALE
    ),
    **dict.fromkeys(["installing", "installation", "in progress", "on site", "booked in"], Status.INSTALL),
    **dict.fromkeys(["complete", "done", "finished", "commissioned", "handed over"], Status.COMPLETED),
    **dict.fromkeys(
        ["lost", "rejected by customer", "cancelled", "canceled", "declined", "closed lost", "dead"], Status.REJECTED
    ),
}
_YEAR: Final = re.compile(r"\b(1[0-9]\d\d|20\d\d)(s)?\b")
_OLD_WORDS: Final = re.compile(
    r"victorian|edwardian|georgian|tudor|pre[-\s]?war|post[-\s]?war|listed|medieval", re.IGNORECASE
)
_BANDS: Final = ((1999, BuildDate.PRE_2000), (2005, BuildDate.POST_2000), (2099, BuildDate.POST_2006))
_DECADE: Final = 9


@lru_cache(maxsize=1024)
def read_status(cell: Cell, _order: DayOrder) -> CellText:
    """A status, also where it goes by another word that means no other."""
    mended = mended_text(plain_text(cell))
    word = " ".join(re.findall(r"[a-z]+", mended.text.lower()))
    meant = _STATUS_WORDS.get(word)
    return CellText(meant.value, Repair.STATUS_WORD) if meant else mended


@lru_cache(maxsize=1024)
def read_build_date(cell: Cell, order: DayOrder) -> CellText:
    """The label of an age band, by its word, by a year or by a date."""
    text = plain_text(cell).strip()
    compact = re.sub(r"[\s_-]", "", text.lower())
    for band in BuildDate:
        if compact in {band.value, _compact_label(band)}:
            return CellText(band.label)
    day = read_day(cell, order)
    years = [int(found[1]) + (_DECADE if found[2] else 0) for found in _YEAR.finditer(text)]
    if day is not None:
        years = [day.year]
    if not years:
        if _OLD_WORDS.search(text):
            return CellText(BuildDate.PRE_2000.label, Repair.YEAR_READ)
        return CellText(text, problem=error(_NO_BUILD_DATE))
    return _band_of_years(text, years)


def _compact_label(band: BuildDate) -> str:
    """The label of an age band without spaces, in small letters."""
    return band.label.lower().replace(" ", "")


def _band_of_years(text: str, years: list[int]) -> CellText:
    for edge, choice in ((2000, "Pre 2000 or Post 2000"), (2006, "Post 2000 or Post 2006")):
        if edge in years:
            return CellText(text, problem=error(_YEAR_ON_EDGE.format(edge, choice)))
    bands = {next((band for last, band in _BANDS if year <= last), None) for year in years}
    band = bands.pop()
    if bands or band is None:
        return CellText(text, problem=error(_NO_BUILD_DATE))
    return CellText(band.label, Repair.YEAR_READ)
