"""Conditions in words, for chips and lists.

Spans of days (`last 7 days`) stay in English: they are typed, and read back from what is shown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from heatpunk_desktop.domain.fields import BuildDate
from heatpunk_desktop.filters.conditions import DATES, ME, SINGLE, VALUELESS, ChangesState, Condition, Subject, Test
from heatpunk_desktop.filters.spans import NAMED, is_one_day, is_rolling, span_words
from heatpunk_desktop.gui.text.translation import translate, translated
from heatpunk_desktop.texts import text

if TYPE_CHECKING:
    from collections.abc import Sequence

_SUBJECTS: Final = {
    Subject.PROJECT: text("conditions", "Project"),
    Subject.CUSTOMER: text("conditions", "Customer"),
    Subject.POSTCODE: text("conditions", "Postcode"),
    Subject.ADDRESS: text("conditions", "Address"),
    Subject.STATUS: text("conditions", "Status"),
    Subject.OWNER: text("conditions", "Owner"),
    Subject.CREATED: text("conditions", "Created"),
    Subject.MODIFIED: text("conditions", "Modified"),
    Subject.ID: text("conditions", "ID"),
    Subject.CHANGES: text("conditions", "Changes"),
    Subject.EMAIL: text("conditions", "Email"),
    Subject.PHONE: text("conditions", "Phone"),
    Subject.BUILD: text("conditions", "Build date"),
    Subject.REFERENCE: text("conditions", "CRM reference"),
}

_TESTS: Final = {
    Test.IS: text("conditions", "is"),
    Test.IS_NOT: text("conditions", "is not"),
    Test.CONTAINS: text("conditions", "contains"),
    Test.CONTAINS_NOT: text("conditions", "does not contain"),
    Test.BEGINS: text("conditions", "begins with"),
    Test.BEGINS_NOT: text("conditions", "does not begin with"),
    Test.BEFORE: text("conditions", "before"),
    Test.AFTER: text("conditions", "after"),
    Test.SINCE: text("conditions", "on or after"),
    Test.UNTIL: text("conditions", "on or before"),
    Test.WITHIN: text("conditions", "within"),
    Test.WITHIN_NOT: text("conditions", "not within"),
    Test.EMPTY: text("conditions", "is empty"),
    Test.FILLED: text("conditions", "is not empty"),
}

_STATES: Final = {
    ChangesState.NOT_SENT: text("conditions", "not sent"),
    ChangesState.WAITING: text("conditions", "waiting"),
    ChangesState.POSSIBLY_DONE: text("conditions", "possibly done"),
    ChangesState.NEEDS_YOU: text("conditions", "needs you"),
}


def subject_name(subject: Subject) -> str:
    """Return what a subject is called, as the heading of its column is."""
    return translated(_SUBJECTS[subject])


def comparison_words(test: Test) -> str:
    """Return a comparison in words."""
    return translated(_TESTS[test])


def state_words(state: ChangesState) -> str:
    """Return the state of a project's pending changes in words."""
    return translated(_STATES[state])


def condition_words(condition: Condition) -> str:
    """Return a condition in words: `Status is Lead or Quote`, `Created after Jan 2026`, `Postcode is empty`."""
    name, test = subject_name(condition.subject), comparison_words(condition.test)
    if condition.test in VALUELESS:
        return translate("conditions", "{0} {1}").format(name, test)
    if condition.subject in DATES:
        return translate("conditions", "{0} {1}").format(name, _date_words(condition))
    values = either([_value_words(condition.subject, value) for value in condition.values])
    return translate("conditions", "{0} {1} {2}").format(name, test, values)


def either(words: Sequence[str]) -> str:
    """Return alternatives in words: `Lead, Quote or Sale`."""
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
