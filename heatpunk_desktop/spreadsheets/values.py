"""Replacements for cell values that no field accepts, such as `Won` for a status: asked once each, and remembered."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, Final, NamedTuple

from heatpunk_desktop.domain.choices import ValueReplacement
from heatpunk_desktop.domain.emails import is_email
from heatpunk_desktop.domain.fields import BuildDate, Field, Status
from heatpunk_desktop.domain.folding import fold
from heatpunk_desktop.domain.validation import check_field
from heatpunk_desktop.spreadsheets.cell_text import Meanings, is_nothing, plain_text, value_key
from heatpunk_desktop.spreadsheets.cell_values import read_cell
from heatpunk_desktop.spreadsheets.owners import read_owner
from heatpunk_desktop.spreadsheets.sheet import STRIDE, Cancelled, Cell, watch
from heatpunk_desktop.spreadsheets.targets import Part, Target, heading_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from heatpunk_desktop.domain.project import Member
    from heatpunk_desktop.spreadsheets.cell_values import DayOrder
    from heatpunk_desktop.spreadsheets.columns import ColumnChoice, ColumnPlan
    from heatpunk_desktop.spreadsheets.rows import RowReader

#: Patterns of stages, the most decisive first: `Rejected - price` is rejected, whatever else it says.
_STATUSES: Final = tuple(
    (re.compile(pattern), status.value)
    for pattern, status in (
        (
            r"reject|declin|lost|cancel|refus|withdr[ae]w|not interested|no longer|unsuitable|dead|void|duplicate",
            Status.REJECTED,
        ),
        (r"(?:survey|visit) (?:is )?(?:book|due|arrang|request|schedul|needed)|to survey", Status.LEAD),
        (
            r"book|schedul|install date|awaiting install|to install|installing|fitting|on site|in progress|deliver",
            Status.INSTALL,
        ),
        (
            r"complet(?!e survey)|commission|hand(?:ed)?[ -]?over|installed|fitted|finish|signed off|paid in full",
            Status.COMPLETED,
        ),
        (r"install", Status.INSTALL),
        (r"\bsale|sold|\bwon\b|accept|deposit|order|contract|signed|approved|agreed", Status.SALE),
        (
            r"quot|proposal|estimat|survey|visited|follow|negotiat|price|design|heat loss|decid|consider",
            Status.QUOTE,
        ),
        (
            r"lead|enquir|inquir|\bnew\b|contact|call|rang|pending|prospect|hold|wait|chas|left message|no answer|web",
            Status.LEAD,
        ),
    )
)
#: A house of 2000 or 2006 may belong in either of two bands: the newer one is proposed.
_BANDS: Final = tuple(
    (re.compile(pattern), band.label)
    for pattern, band in (
        (r"2006|\bnew|modern|just built|under construction|self[ -]?build|recent", BuildDate.POST_2006),
        (r"2000|noughties", BuildDate.POST_2000),
        (
            r"\bold|period|cottage|century|\bc\.?\d\dth|\b[1-9]0'?s\b|\b1\d\d\d|between the wars|interwar",
            BuildDate.PRE_2000,
        ),
    )
)


_WORDS: Final = re.compile(r"[^\W\d_]+")


def guess_status(text: str) -> str:
    """Return the status that a stage probably means; empty where unknown."""
    return _first(_STATUSES, text)


def guess_build_date(text: str) -> str:
    """Return the label of the age band that an age probably means; empty where unknown."""
    return _first(_BANDS, text)


def _first(meanings: Sequence[tuple[re.Pattern[str], str]], text: str) -> str:
    words = fold(text)
    return next((meaning for pattern, meaning in meanings if pattern.search(words)), "")


def guess_owner(text: str, team: Sequence[Member]) -> str:
    """Return the address of the only team member who can be meant; an address means itself; else empty."""
    if "@" in text:
        return text
    words = _WORDS.findall(fold(text))
    found = [
        member.email
        for member in team
        if words and words[0] in _WORDS.findall(fold(f"{member.name} {member.email.partition('@')[0]}"))
    ]
    return found[0] if len(found) == 1 else ""


#: Targets whose cells must have one of few values.
CHOSEN: Final[tuple[Target, ...]] = (Field.STATUS, Field.BUILD_DATE, Part.OWNER)

#: The replacement that leaves the cell empty; the owner of a new project is the user then.
EMPTY: Final = ""

#: Returns the replacement of an earlier import, for a target and the keys of a heading and a value.
Recall = Callable[[Target, str, str], "str | None"]

#: Values of one column that are asked about, the commonest first; a column with more holds something else.
_MOST: Final = 60
#: Characters of a value that count.
_LONGEST: Final = 120


class FoundValue(NamedTuple):
    """A value that no field accepts as it is.

    Attributes:
        column: The column's place.
        heading: The column's heading; may be empty.
        target: What the column is read as.
        text: The value as it first occurs in the file.
        rows: How many rows have it.
        becomes: Its replacement: a status, the label of an age band, an address, or `EMPTY`.
        is_known: Whether the user chose it in an earlier import.
    """

    column: int
    heading: str
    target: Target
    text: str
    rows: int
    becomes: str
    is_known: bool = False

    @property
    def key(self) -> str:
        """The key that values share that differ in capitals, accents and spaces only."""
        return value_key(self.text)


def meanings_of(values: Iterable[FoundValue]) -> Meanings:
    """Return the replacements, for a `RowReader`."""
    return {(value.column, value.key): value.becomes for value in values}


def choices_for(value: FoundValue, team: Sequence[str]) -> list[str]:
    """Return the possible replacements of a value: `EMPTY` first, then all others."""
    if value.target is Field.STATUS:
        return [EMPTY, *(status.value for status in Status)]
    if value.target is Field.BUILD_DATE:
        return [EMPTY, *(band.label for band in BuildDate)]
    own = [value.text] if is_email(value.text) and value.text not in team else []
    return [EMPTY, *own, *team]


def find_values(
    reader: RowReader, plan: ColumnPlan, recall: Recall, cancelled: Cancelled | None = None
) -> tuple[FoundValue, ...]:
    """Return the values of a sheet that no field accepts as they are, column by column, the commonest first.

    Args:
        reader: Reads the rows; its own replacements are ignored.
        plan: What the columns are read as.
        recall: Returns replacements from earlier imports.
        cancelled: Returns whether to stop.

    Raises:
        CancelledError: The user asked to stop.
    """
    wanted = [choice for choice in plan.columns if choice.target in CHOSEN]
    if not wanted:
        return ()
    places = [choice.index for choice in wanted]
    first: dict[int, dict[str, Cell]] = {place: {} for place in places}
    counts: dict[int, Counter[str]] = {place: Counter() for place in places}
    for number in reader.numbers():
        if number % STRIDE == 0:
            watch(cancelled)
        cells = reader.project_cells(number)
        for place in places:
            cell = cells[place] if place < len(cells) else ""
            if not is_nothing(cell) and not reader.has_fault(number, place):
                key = value_key(cell)
                first[place].setdefault(key, cell)
                counts[place][key] += 1
    values: list[FoundValue] = []
    for choice in wanted:
        unknown = [
            _found(choice, cell, counts[choice.index][key], recall, reader.team)
            for key, cell in first[choice.index].items()
            if not is_taken(cell, choice.target, reader.order, reader.team)
        ]
        values += sorted(unknown, key=lambda found_value: (-found_value.rows, found_value.text))[:_MOST]
    return tuple(values)


def _found(choice: ColumnChoice, cell: Cell, rows: int, recall: Recall, team: Sequence[Member]) -> FoundValue:
    text = " ".join(plain_text(cell)[:_LONGEST].split())
    recalled = recall(choice.target, heading_key(choice.heading), value_key(cell))
    becomes = _guess(text, choice.target, team) if recalled is None else recalled
    return FoundValue(choice.index, choice.heading, choice.target, text, rows, becomes, recalled is not None)


def is_taken(cell: Cell, target: Target, order: DayOrder, team: Sequence[Member]) -> bool:
    """Return whether a field accepts a value as it is."""
    if not isinstance(target, Field):
        return read_owner(cell, team).problem is None
    read = read_cell(cell, target, order=order)
    return read.problem is None and not check_field(target, read.text).is_error


def recall_from(remembered: Iterable[ValueReplacement]) -> Recall:
    """Return a function that recalls replacements: under the same heading, else under any of the same target.

    Args:
        remembered: The stored replacements, the latest first.
    """
    under: dict[tuple[str, str, str], str] = {}
    anywhere: dict[tuple[str, str], str] = {}
    for meaning in remembered:
        under.setdefault((meaning.target, meaning.heading, meaning.value), meaning.becomes)
        anywhere.setdefault((meaning.target, meaning.value), meaning.becomes)

    def recall(target: Target, heading: str, value: str) -> str | None:
        becomes = under.get((str(target), heading, value), anywhere.get((str(target), value)))
        return becomes if becomes is not None and _can_become(target, becomes) else None

    return recall


def to_remember(values: Iterable[FoundValue]) -> tuple[ValueReplacement, ...]:
    """Return what to store for the next file with these values."""
    return tuple(
        ValueReplacement(str(value.target), heading_key(value.heading), value.key, value.becomes) for value in values
    )


def _can_become(target: Target, becomes: str) -> bool:
    if becomes == EMPTY:
        return True
    if target is Field.STATUS:
        return becomes in set(Status)
    if target is Field.BUILD_DATE:
        return becomes in {band.label for band in BuildDate}
    return is_email(becomes)


def _guess(text: str, target: Target, team: Sequence[Member]) -> str:
    if target is Field.STATUS:
        return guess_status(text)
    return guess_build_date(text) if target is Field.BUILD_DATE else guess_owner(text, team)
