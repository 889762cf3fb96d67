"""The words of an import preview: actions, reasons and matches of rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from heatpunk_desktop.domain.display import one_line
from heatpunk_desktop.domain.fields import Field, value_label
from heatpunk_desktop.domain.validation import format_value
from heatpunk_desktop.gui.text.project_words import field_label
from heatpunk_desktop.gui.text.translation import translate, translated
from heatpunk_desktop.linkage.scoring import Reason
from heatpunk_desktop.services.tasks.import_work import keys_of
from heatpunk_desktop.spreadsheets.cell_text import Repair
from heatpunk_desktop.spreadsheets.import_row import LeftOut
from heatpunk_desktop.spreadsheets.row_plan import Action, Ground
from heatpunk_desktop.spreadsheets.sheet import column_letter
from heatpunk_desktop.texts import marked

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from heatpunk_desktop.spreadsheets.columns import ColumnPlan
    from heatpunk_desktop.spreadsheets.import_row import ProblemKind, RowProblem
    from heatpunk_desktop.spreadsheets.row_plan import Candidate, RowPlan

#: Characters of a project's name, and of a text of the file.
_LONGEST_NAME: Final = 48
_LONGEST_TEXT: Final = 80
_LONGEST_KIND: Final = 70
#: Projects that a row may be which are offered.
_MOST: Final = 5

_LEFT_OUT: Final = {
    LeftOut.TOTAL: marked("import", "Looks like a total or a heading"),
    LeftOut.HEADINGS: marked("import", "The headings again"),
    LeftOut.NOTHING: marked("import", "Nothing in the columns that are read"),
}

_REPAIRS: Final = {
    Repair.TIDIED: marked("import", "Line breaks and invisible letters taken out"),
    Repair.UNSCRAMBLED: marked("import", "Scrambled letters put right"),
    Repair.ZERO_PUT_BACK: marked("import", "The zero put back that the spreadsheet dropped"),
    Repair.NUMBER_AS_TEXT: marked("import", "A number read as text"),
    Repair.SPACES_OUT: marked("import", "Spaces and link words taken out"),
    Repair.POSTCODE_FORM: marked("import", "Put in the form of a postcode"),
    Repair.LOOK_ALIKE: marked("import", "A letter O or I read as the digit 0 or 1, or the other way round"),
    Repair.STATUS_WORD: marked("import", "Read as the status that it means"),
    Repair.YEAR_READ: marked("import", "The age band that this year lies in"),
    Repair.PLUS_PUT_BACK: marked("import", "The + put back"),
    Repair.AS_CHOSEN: marked("import", "As you chose"),
    Repair.DECIMAL_COMMA: marked("import", "The comma read as a decimal point"),
}

#: What two rows, or a row and a project, share; others than these are texts already.
_REASONS: Final[Mapping[str, str]] = {
    Reason.SAME_REFERENCE: marked("import", "same CRM reference"),
    Reason.SAME_EMAIL: marked("import", "same email"),
    Reason.SAME_PHONE: marked("import", "same phone"),
    Reason.SAME_NAME: marked("import", "same customer"),
    Reason.LIKE_NAME: marked("import", "similar customer name"),
    Reason.SAME_ADDRESS: marked("import", "same address"),
    Reason.LIKE_ADDRESS: marked("import", "similar address"),
    Reason.SAME_POSTCODE: marked("import", "same postcode"),
    Reason.LIKE_POSTCODE: marked("import", "similar postcode"),
    Reason.SAME_PROJECT_NAME: marked("import", "same project name"),
}


class Choice(NamedTuple):
    """One action on a row."""

    words: str
    action: Action
    key: int | None = None


def can_choose(row: RowPlan) -> bool:
    """Return whether there is any action on a row to choose."""
    return not row.has_errors and row.row.left_out is not LeftOut.NOTHING


def choices_of(row: RowPlan, names: Mapping[int, str]) -> list[Choice]:
    """Return the actions on a row; none where it has errors, or nothing in it."""
    if not can_choose(row):
        return []
    create = (
        translate("import", "Create anyway")
        if _is_anyway(row) or row.key is not None
        else translate("import", "Create")
    )
    updates = [
        Choice(translate("import", "Update {0}").format(project_name(key, names)), Action.UPDATE, key)
        for key in keys_of(row)
    ]
    return [*updates[:_MOST], Choice(create, Action.CREATE), Choice(translate("import", "Leave out"), Action.SKIP)]


def chosen_of(row: RowPlan, choices: list[Choice]) -> int:
    """Return which of the choices is in force, or -1."""
    for place, choice in enumerate(choices):
        if choice.action is row.action and (choice.action is not Action.UPDATE or choice.key == row.key):
            return place
    return -1


def what_words(row: RowPlan) -> str:
    """Return what happens to a row, in a word or two."""
    if row.has_errors:
        return translate("import", "Needs fixing")
    if row.action is Action.CREATE:
        return translate("import", "Create anyway") if _is_anyway(row) else translate("import", "Create")
    return translate("import", "Update") if row.action is Action.UPDATE else translate("import", "Leave out")


def _is_anyway(row: RowPlan) -> bool:
    """Return whether a row is created against the proposal."""
    return row.is_duplicate or row.row.left_out is not None


def why_words(row: RowPlan, names: Mapping[int, str]) -> str:
    """Return the reason for what happens to a row, on one line."""
    errors = [problem for problem in row.problems if problem.is_error]
    if errors:
        words = translate("import", "{0}: {1}").format(column_words(errors[0]), one_line(translated(errors[0].words)))
        more = _columns_of(errors[1:])
        return translate("import", "{0} Also to be corrected: {1}").format(words, more) if more else words
    warnings = _columns_of([problem for problem in row.problems if problem.is_warning])
    words = _ground_words(row, names)
    return translate("import", "{0}. Check: {1}").format(words, warnings) if warnings else words


def _columns_of(problems: Sequence[RowProblem]) -> str:
    return ", ".join(dict.fromkeys(map(column_words, problems)))


def _ground_words(row: RowPlan, names: Mapping[int, str]) -> str:
    name = project_name(row.key, names) if row.key is not None else ""
    match row.ground:
        case Ground.CHANGED:
            return translate("import", "Changes {0}").format(name)
        case Ground.THE_SAME:
            return translate("import", "{0} says all of it already").format(name)
        case Ground.ANOTHER:
            return translate("import", "Bears the number of {0}, and has nothing else in common with it").format(name)
        case Ground.LIKELY | Ground.ROW_BEFORE if row.candidates:
            return likeness_words(row.candidates[0], names)
    return reason_left_out(row.row.left_out) if row.row.left_out is not None else translate("import", "New")


def likeness_words(candidate: Candidate, names: Mapping[int, str]) -> str:
    """Return a row's match with a project: which, how much and why."""
    name = (
        translate("import", "row {0}").format(candidate.row)
        if candidate.key is None
        else project_name(candidate.key, names)
    )
    return translate("import", "Like {0}, {1} %: {2}").format(
        name, candidate.score, ", ".join(translated(_REASONS.get(reason, reason)) for reason in candidate.reasons)
    )


def kind_words(kind: ProblemKind, count: int, *, is_ignored: bool) -> str:
    """Return a kind of warnings as it is offered: `Tel: This is a made-up number. (151)`."""
    where = one_line(kind.heading, _LONGEST_NAME) or (
        translate("import", "Column {0}").format(column_letter(kind.column))
        if kind.column is not None
        else translate("import", "The row")
    )
    number = translate("import", "{0}, ignored").format(f"{count:,}") if is_ignored else f"{count:,}"
    return translate("import", "{0}: {1} ({2})").format(where, one_line(translated(kind.words), _LONGEST_KIND), number)


def project_name(key: int | None, names: Mapping[int, str]) -> str:
    """Return a project's name in quotation marks, or its number."""
    name = one_line(translated(names.get(key, "")), _LONGEST_NAME) if key is not None else ""
    if name:
        return f"“{name}”"
    return (
        translate("import", "project {0}").format(key)
        if key is not None and key > 0
        else translate("import", "a project without a name")
    )


def reason_left_out(why: LeftOut) -> str:
    """Return why a row is taken for no project."""
    return translated(_LEFT_OUT[why])


def repair_words(repair: Repair) -> str:
    """Return what was repaired in a cell."""
    return translated(_REPAIRS[repair])


def column_words(problem: RowProblem) -> str:
    """Return the column of a problem: `Column D (Tel)`."""
    if problem.column is None:
        return translate("import", "The row")
    heading = f" ({one_line(problem.heading, _LONGEST_NAME)})" if problem.heading else ""
    return translate("import", "Column {0}{1}").format(column_letter(problem.column), heading)


def shown_value(field: Field, value: str | float | None) -> str:
    """Return a field's value as it is shown."""
    return one_line(value_label(field, format_value(value)))


def change_words(row: RowPlan, field: Field) -> str:
    """Return how an update changes a field: `Lead → Quote`."""
    after = shown_value(field, row.changes[field])
    if field not in row.base:
        return translate("import", "not loaded → {0}").format(after)
    return translate("import", "{0} → {1}").format(
        shown_value(field, row.base[field]) or translate("import", "empty"), after
    )


def all_words(row: RowPlan, names: Mapping[int, str], columns: ColumnPlan) -> list[str]:
    """Return everything about a row, a line each: its action, problems, repairs and matches."""
    is_told_below = row.has_errors or row.ground in {Ground.LIKELY, Ground.ROW_BEFORE}
    why = "" if is_told_below else why_words(row, names)
    lines = [translate("import", "Row {0}: {1}. {2}").format(row.row.number, what_words(row), why).strip()]
    if row.action is Action.UPDATE and not row.has_errors:
        lines += [f"{field_label(field)}: {change_words(row, field)}" for field in row.changes]
    if row.action is Action.CREATE and (name := row.row.suggested_name):
        lines.append(
            translate("import", "Project name: {0}, as the file has none").format(one_line(name, _LONGEST_NAME))
        )
    if row.row.owner and row.action is Action.CREATE:
        lines.append(translate("import", "Owner: {0}").format(one_line(row.row.owner, _LONGEST_TEXT)))
    for problem in row.problems:
        text = (
            translate("import", " It says “{0}”.").format(one_line(problem.text, _LONGEST_TEXT)) if problem.text else ""
        )
        ignored = translate("import", " Ignored.") if problem.is_ignored else ""
        lines.append(f"{column_words(problem)}: {translated(problem.words)}{text}{ignored}")
    headings = {choice.index: choice.heading for choice in columns.columns}
    for repair in row.row.repairs:
        heading = headings.get(repair.column, "")
        place = column_letter(repair.column) + (f" ({one_line(heading, _LONGEST_NAME)})" if heading else "")
        before, after = (one_line(text, _LONGEST_TEXT) for text in (repair.before, repair.after))
        lines.append(
            translate("import", "Column {0}: {1}: “{2}” → “{3}”").format(
                place, repair_words(repair.repair), before, after
            )
        )
    lines += [likeness_words(candidate, names) for candidate in row.candidates[:_MOST] if candidate.reasons]
    return list(dict.fromkeys(lines))
