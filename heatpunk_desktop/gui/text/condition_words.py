"""The words of filters and their conditions, for chips, lists and the heads of lists.

Spans of days (`last 7 days`) stay in English: they are typed, and read back from what is shown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from heatpunk_desktop.domain.dates import display_date
from heatpunk_desktop.domain.display import one_line
from heatpunk_desktop.domain.fields import BuildDate, Status
from heatpunk_desktop.filters.conditions import DATES, ME, SINGLE, VALUELESS, ChangesState, Condition, Subject, Test
from heatpunk_desktop.filters.spans import NAMED, is_one_day, is_rolling, span_words
from heatpunk_desktop.gui.text.translation import translate, translated
from heatpunk_desktop.gui.text.view_words import VIEW_WORDS
from heatpunk_desktop.models.project_filter import SidebarView
from heatpunk_desktop.texts import marked

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from heatpunk_desktop.models.project_filter import ProjectFilter

_SUBJECTS: Final = {
    Subject.PROJECT: marked("conditions", "Project"),
    Subject.CUSTOMER: marked("conditions", "Customer"),
    Subject.POSTCODE: marked("conditions", "Postcode"),
    Subject.ADDRESS: marked("conditions", "Address"),
    Subject.STATUS: marked("conditions", "Status"),
    Subject.OWNER: marked("conditions", "Owner"),
    Subject.CREATED: marked("conditions", "Created"),
    Subject.MODIFIED: marked("conditions", "Modified"),
    Subject.ID: marked("conditions", "ID"),
    Subject.CHANGES: marked("conditions", "Changes"),
    Subject.EMAIL: marked("conditions", "Email"),
    Subject.PHONE: marked("conditions", "Phone"),
    Subject.BUILD: marked("conditions", "Build date"),
    Subject.REFERENCE: marked("conditions", "CRM reference"),
}
_TESTS: Final = {
    Test.IS: marked("conditions", "is"),
    Test.IS_NOT: marked("conditions", "is not"),
    Test.CONTAINS: marked("conditions", "contains"),
    Test.CONTAINS_NOT: marked("conditions", "does not contain"),
    Test.BEGINS: marked("conditions", "begins with"),
    Test.BEGINS_NOT: marked("conditions", "does not begin with"),
    Test.BEFORE: marked("conditions", "before"),
    Test.AFTER: marked("conditions", "after"),
    Test.SINCE: marked("conditions", "on or after"),
    Test.UNTIL: marked("conditions", "on or before"),
    Test.WITHIN: marked("conditions", "within"),
    Test.WITHIN_NOT: marked("conditions", "not within"),
    Test.EMPTY: marked("conditions", "is empty"),
    Test.FILLED: marked("conditions", "is not empty"),
}
_STATES: Final = {
    ChangesState.NOT_SENT: marked("conditions", "not sent"),
    ChangesState.WAITING: marked("conditions", "waiting"),
    ChangesState.POSSIBLY_DONE: marked("conditions", "possibly done"),
    ChangesState.NEEDS_YOU: marked("conditions", "needs you"),
}


def subject_name(subject: Subject) -> str:
    """Return the name of a subject, which is its column's heading."""
    return translated(_SUBJECTS[subject])


def comparison_words(test: Test) -> str:
    """Return the words of a comparison."""
    return translated(_TESTS[test])


def state_words(state: ChangesState) -> str:
    """Return the words of a project's pending state."""
    return translated(_STATES[state])


def condition_words(condition: Condition) -> str:
    """Return the words of a condition: `Status is Lead or Quote`, `Created after Jan 2026`, `Postcode is empty`."""
    name, test = subject_name(condition.subject), comparison_words(condition.test)
    if condition.test in VALUELESS:
        return translate("conditions", "{0} {1}").format(name, test)
    if condition.subject in DATES:
        return translate("conditions", "{0} {1}").format(name, _date_words(condition))
    values = either([_value_words(condition.subject, value) for value in condition.values])
    return translate("conditions", "{0} {1} {2}").format(name, test, values)


def either(words: Sequence[str]) -> str:
    """Return alternatives as a phrase: `Lead, Quote or Sale`."""
    return (
        words[0] if len(words) == 1 else translate("conditions", "{0} or {1}").format(", ".join(words[:-1]), words[-1])
    )


def _value_words(subject: Subject, value: str) -> str:
    match subject:
        case Subject.BUILD if value in list(BuildDate):
            return BuildDate(value).label
        case Subject.CHANGES if value in list(ChangesState):
            return state_words(ChangesState(value))
        case Subject.OWNER if value.isdigit():
            return translate("conditions", "Colleague {0}").format(value)
        case Subject.OWNER if value == ME:
            return translate("conditions", "me")
    return value


def _date_words(condition: Condition) -> str:
    first, last = condition.values[0], condition.values[-1]
    if condition.test in SINGLE:
        words = translate("conditions", "{0} the {1}") if is_rolling(first) else translate("conditions", "{0} {1}")
        return words.format(comparison_words(condition.test), span_words(first))
    is_not = condition.test is Test.WITHIN_NOT
    if len(condition.values) > 1:
        words = translate("conditions", "not from {0} to {1}") if is_not else translate("conditions", "from {0} to {1}")
    elif first in NAMED or first.startswith(("-", "+")):
        words = translate("conditions", "not {0}") if is_not else "{0}"
    elif is_rolling(first):
        words = translate("conditions", "not in the {0}") if is_not else translate("conditions", "in the {0}")
    elif is_one_day(first):
        words = translate("conditions", "not on {0}") if is_not else translate("conditions", "on {0}")
    else:
        words = translate("conditions", "not in {0}") if is_not else translate("conditions", "in {0}")
    return words.format(span_words(first), span_words(last))


def filter_words(shown: ProjectFilter, name_of: Callable[[int], str]) -> str:
    """Return a filter in words, such as `Status: Lead, Quote · Created: 1 Sep 2026 to 24 Nov 2026 · Search: mill`.

    Args:
        shown: The filter of the table.
        name_of: Returns what an owner is called, by the server's number.
    """
    view = VIEW_WORDS[shown.view]
    parts = [translated(view.in_full or view.name) if shown.view is not SidebarView.ALL else ""]
    if shown.statuses:
        known = [status.value for status in Status if status in shown.statuses]
        odd = sorted(shown.statuses - set(known))
        parts.append(
            translate("filter_words", "Status: {0}").format(
                ", ".join(word or translate("filter_words", "No status") for word in [*known, *odd])
            )
        )
    if shown.owner_id is not None:
        parts.append(translate("filter_words", "Owner: {0}").format(name_of(shown.owner_id)))
    if shown.created is not None:
        first, last = display_date(shown.created.first), display_date(shown.created.last)
        parts.append(
            translate("filter_words", "Created: {0}").format(
                first if first == last else translate("filter_words", "{0} to {1}").format(first, last)
            )
        )
    for group in shown.groups:
        joint = translate("filter_words", " or ") if group.any_will_do else " · "
        parts.append(joint.join(map(condition_words, group.every)))
    if shown.text.strip():
        parts.append(translate("filter_words", "Search: {0}").format(shown.text.strip()))
    return one_line(" · ".join(part for part in parts if part)) or translate("filter_words", "All projects")
