"""The mapping of a sheet's columns to fields, from its heading row: proposed automatically, and changed by the user."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.spreadsheets.column_content import Judgement, Look, Why, judge, looks_of, sample_of
from heatpunk_desktop.spreadsheets.owners import may_be_owners
from heatpunk_desktop.spreadsheets.sheet import Cell, Row, Sheet, column_letter, is_blank
from heatpunk_desktop.spreadsheets.targets import (
    KNOWN_KEYS,
    SHAREABLE,
    TARGET_LABELS,
    Part,
    Target,
    heading_key,
    target_of,
)
from heatpunk_desktop.texts import joined, marked

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from heatpunk_desktop.domain.project import Member

#: Rows that are searched: titles, dates and logos may precede the headings.
_SEARCHED: Final = 40
#: Letters of a heading at most; longer texts are notes.
_LONGEST: Final = 60
#: Letters of a text that is looked up as a heading, and of one that is shown as such.
LONGEST: Final = 300
#: Looks that no heading has.
_DATA: Final = frozenset(Look) - {Look.ADDRESS, Look.NAME, Look.STATUS, Look.TITLE}
_KNOWN, _DATA_CELL = 3.0, 2.0
_TITLE_CELLS: Final = 1
_USE: Final = marked("columns", "{0} as “{1}”")
_LONE_COORDINATE: Final = marked(
    "columns",
    "Latitude and longitude go together, and no column is read as “{0}”. Neither is taken over until one is chosen.",
)
#: Rows that are sampled, spread over the sheet: enough for any useful column.
_ROWS: Final = 2000
_SAMPLES: Final = 3
_SAMPLE_LENGTH: Final = 80
#: A second column for the same thing is used beside the first only where its name says so plainly.
_SURE: Final = 80.0


def find_heading_row(rows: Sequence[Row]) -> int | None:
    """Return the place of the row of headings.

    Args:
        rows: The sheet's rows from the first on.

    Returns:
        Its index, or None where the first row is data already.
    """
    best, best_score = None, 0.0
    for index, row in enumerate(rows[:_SEARCHED]):
        cells = [cell for cell in row if not is_blank(cell)]
        known = sum(
            isinstance(cell, str) and len(cell) <= LONGEST and heading_key(cell) in KNOWN_KEYS for cell in cells
        )
        score = _KNOWN * known - _DATA_CELL * _data_cells(cells) + min(len(cells), 10) / 100
        if known and score > best_score:
            best, best_score = index, score
    return best if best is not None else _unknown_headings(rows)


def known_headings(rows: Sequence[Row], heading_row: int | None) -> int:
    """Return how many headings are known names of project fields."""
    row = rows[heading_row] if heading_row is not None else ()
    return sum(map(_is_known, row))


def _is_known(cell: Cell) -> bool:
    return isinstance(cell, str) and len(cell) <= LONGEST and heading_key(cell) in KNOWN_KEYS


def _unknown_headings(rows: Sequence[Row]) -> int | None:
    """Return the first wide row, where it holds words alone and those below do not."""
    for index, row in enumerate(rows[:_SEARCHED]):
        cells = [cell for cell in row if not is_blank(cell)]
        if len(cells) <= _TITLE_CELLS:
            continue
        are_words = all(isinstance(cell, str) and len(cell) <= _LONGEST for cell in cells)
        if not are_words or _data_cells(cells) or len(set(cells)) < len(cells):
            return None
        below = [[cell for cell in other if not is_blank(cell)] for other in rows[index + 1 : index + 6]]
        return index if any(map(_data_cells, below)) else None
    return None


def _data_cells(cells: Sequence[Cell]) -> int:
    return sum(not isinstance(cell, str) or not _DATA.isdisjoint(looks_of([cell])) for cell in cells)


def headings_of(rows: Sequence[Row], heading_row: int | None, width: int) -> list[str]:
    """Return the heading of each column, on one line; empty where there is none.

    Args:
        rows: The sheet's rows.
        heading_row: See `find_heading_row`.
        width: How many columns there are.
    """
    row = rows[heading_row] if heading_row is not None else ()
    texts = [" ".join(str(cell)[:LONGEST].split()) if cell is not None else "" for cell in row]
    return (texts + [""] * width)[:width]


@dataclass(frozen=True, slots=True)
class ColumnChoice:
    """One column and what it is read as.

    Attributes:
        index: Its place, 0 for the first.
        heading: Its heading, on one line; may be empty.
        target: What it is read as.
        why: The evidence for that.
        samples: Up to three different texts from it.
    """

    index: int
    heading: str
    target: Target
    why: Why
    samples: tuple[str, ...] = ()

    @property
    def letter(self) -> str:
        """Its name in a spreadsheet, such as `D`."""
        return column_letter(self.index)


@dataclass(frozen=True, slots=True)
class ColumnPlan:
    """The mapping of all columns.

    Attributes:
        heading_row: Index of the row of headings, or None where there is none.
        columns: The columns that hold anything, in their order.
    """

    heading_row: int | None
    columns: tuple[ColumnChoice, ...]

    def places(self, target: Target) -> tuple[int, ...]:
        """Return the places of the columns that are read as a target, in their order."""
        return tuple(choice.index for choice in self.columns if choice.target == target)

    def with_target(self, index: int, target: Target) -> ColumnPlan:
        """Return the plan with one column changed.

        Args:
            index: The column's place.
            target: What to read it as. Another column with the same target is left out, where only one can have it.
        """
        columns = []
        for choice in self.columns:
            if choice.index == index:
                columns.append(replace(choice, target=target, why=Why.USER))
            elif choice.target == target and target not in SHAREABLE:
                columns.append(replace(choice, target=Part.IGNORE, why=Why.TAKEN))
            else:
                columns.append(choice)
        return replace(self, columns=tuple(columns))

    def to_remember(self) -> dict[str, str]:
        """Return what to store for the next file with the same headings: plain words, for `match_columns`."""
        return {key: str(choice.target) for key, choice in _by_key(self.columns).items()}

    def chosen(self) -> dict[str, str]:
        """Return the part that the user chose now, in the form of `to_remember`."""
        return {key: str(choice.target) for key, choice in _by_key(self.columns).items() if choice.why is Why.USER}

    def notes(self) -> tuple[str, ...]:
        """Return what the user should know about the columns before going on, as plain sentences."""
        return (
            *self._same_headings(),
            *self._lone_coordinates(),
            *self._owners_of_new_ones(),
            *self._nothing_names_a_project(),
        )

    def _same_headings(self) -> list[str]:
        counts = Counter(heading_key(choice.heading) for choice in self.columns if choice.heading)
        notes: list[str] = []
        for key, count in counts.items():
            if count > 1:
                same = [choice for choice in self.columns if heading_key(choice.heading) == key]
                each = (_USE.format(choice.letter, TARGET_LABELS[choice.target]) for choice in same)
                uses = joined(each, " and ")
                notes.append(
                    marked("columns", "{0} columns are called “{1}”: {2}. See whether that is right.").format(
                        count, same[0].heading, uses
                    )
                )
        return notes

    def _lone_coordinates(self) -> list[str]:
        has = [bool(self.places(field)) for field in (Field.LATITUDE, Field.LONGITUDE)]
        if has[0] == has[1]:
            return []
        missing = Field.LONGITUDE if has[0] else Field.LATITUDE
        return [_LONE_COORDINATE.format(TARGET_LABELS[missing])]

    def _owners_of_new_ones(self) -> list[str]:
        owners = next((choice for choice in self.columns if choice.target is Part.OWNER and choice.samples), None)
        if owners is None:
            return []
        by_heading, by_letter = marked("columns", "“{0}” column"), marked("columns", "column {0}")
        name = by_heading.format(owners.heading) if owners.heading else by_letter.format(owners.letter)
        return [
            marked(
                "columns", "New projects get the owner in the {0}. Owners of existing projects don’t change."
            ).format(name)
        ]

    def _nothing_names_a_project(self) -> list[str]:
        if any(choice.target in NAMING for choice in self.columns):
            return []
        return [
            marked(
                "columns",
                "No column says which project a row is: choose one for a name, an address, an email or a telephone.",
            )
        ]


#: Fields that tell projects apart.
NAMING: Final[frozenset[Target]] = frozenset(Field) - {
    Field.STATUS,
    Field.BUILD_DATE,
    Field.LATITUDE,
    Field.LONGITUDE,
} | {Part.FULL_ADDRESS, Part.ADDRESS_LINE, Part.FIRST_NAME, Part.SURNAME, Part.POSITION, Part.PROJECT_ID}


def match_columns(
    sheet: Sheet, heading_row: int | None, remembered: Mapping[str, str] | None = None, team: Sequence[Member] = ()
) -> ColumnPlan:
    """Propose a mapping.

    Args:
        sheet: The sheet.
        heading_row: Index of its row of headings; see `find_heading_row`.
        remembered: What `ColumnPlan.to_remember` returned for earlier files; it takes precedence. Words that are not
            known any more are ignored.
        team: The members of the team that are known here.
    """
    rows = _sample_rows(sheet.rows, heading_row)
    width = max([len(sheet.rows[heading_row]) if heading_row is not None else 0, *map(len, rows)])
    headings = headings_of(sheet.rows, heading_row, width)
    found: list[tuple[ColumnChoice, Judgement]] = []
    for index, heading in enumerate(headings):
        cells = sample_of([row[index] for row in rows if index < len(row)])
        if heading or cells:
            judgement = judge(heading, cells, has_headings=heading_row is not None)
            if judgement.target is Part.OWNER and cells and not may_be_owners(cells, team):
                judgement = judgement._replace(target=Part.IGNORE, why=Why.NOBODY)
            found.append((_choice(index, heading, judgement, cells), judgement))
    return _apply_remembered(ColumnPlan(heading_row, _without_clashes(_with_split_addresses(found))), remembered or {})


def _sample_rows(rows: Sequence[Row], heading_row: int | None) -> Sequence[Row]:
    first = 0 if heading_row is None else heading_row + 1
    step = max(1, (len(rows) - first) // _ROWS)
    return rows[first::step]


def _choice(index: int, heading: str, judgement: Judgement, cells: Sequence[Cell]) -> ColumnChoice:
    texts = dict.fromkeys(_shown(cell) for cell in cells if not is_blank(cell))
    return ColumnChoice(index, heading, judgement.target, judgement.why, tuple(texts)[:_SAMPLES])


def _shown(cell: Cell) -> str:
    text = f"{cell:.0f}" if isinstance(cell, float) and cell.is_integer() else " ".join(str(cell).split())
    return text if len(text) <= _SAMPLE_LENGTH else f"{text[:_SAMPLE_LENGTH]}…"


def _with_split_addresses(found: list[tuple[ColumnChoice, Judgement]]) -> list[tuple[ColumnChoice, Judgement]]:
    """Split postcodes off addresses where no column holds postcodes."""
    has_postcodes = any(judgement.target is Field.POSTCODE for _, judgement in found)
    return [
        (replace(choice, target=Part.FULL_ADDRESS), judgement._replace(target=Part.FULL_ADDRESS))
        if judgement.target is Field.ADDRESS and judgement.holds_postcodes and not has_postcodes
        else (choice, judgement)
        for choice, judgement in found
    ]


def _without_clashes(found: list[tuple[ColumnChoice, Judgement]]) -> tuple[ColumnChoice, ...]:
    """Leave one column for each target: the most certain, of these the fullest, of these the first."""
    best: dict[Target, int] = {}
    for choice, judgement in sorted(found, key=lambda pair: (-pair[1].score, -pair[1].filled, pair[0].index)):
        best.setdefault(judgement.target, choice.index)
    return tuple(
        choice
        if best[judgement.target] == choice.index
        or judgement.target is Part.IGNORE
        or (judgement.target in SHAREABLE and judgement.score >= _SURE)
        else replace(choice, target=Part.IGNORE, why=Why.TAKEN)
        for choice, judgement in found
    )


def _apply_remembered(plan: ColumnPlan, remembered: Mapping[str, str]) -> ColumnPlan:
    taken: set[Target] = set()
    for key, choice in _by_key(plan.columns).items():
        try:
            target = target_of(remembered[key]) if key in remembered else None
        except ValueError:  # kept by another version of the program
            target = None
        if target is not None and (target in SHAREABLE or target not in taken):
            taken.add(target)
            plan = plan.with_target(choice.index, target)
            plan = replace(plan, columns=tuple(_as_remembered(other, choice.index) for other in plan.columns))
    return plan


def _as_remembered(choice: ColumnChoice, index: int) -> ColumnChoice:
    return replace(choice, why=Why.REMEMBERED) if choice.index == index else choice


def _by_key(columns: Sequence[ColumnChoice]) -> dict[str, ColumnChoice]:
    """Return columns by the key of their heading; the second one of a name by `key#2`.

    Those without a heading are missing.
    """
    keyed: dict[str, ColumnChoice] = {}
    counts: Counter[str] = Counter()
    for choice in columns:
        key = heading_key(choice.heading)
        if key:
            counts[key] += 1
            keyed[key if counts[key] == 1 else f"{key}#{counts[key]}"] = choice
    return keyed
