"""The words of filter conditions, for chips and lists.

Spans of days (`last 7 days`) stay in English: they are typed, and read back from what is shown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from heatpunk_desktop.domain.fields import BuildDate
from heatpunk_desktop.filters.conditions import DATES, ME, SINGLE, VALUELESS, ChangesState, Condition, Subject, Test
from heatpunk_desktop.filters.spans import NAMED, is_one_day, is_rolling, span_words
from heatpunk_desktop.gui.text.translation import translate, translated
from heatpunk_desktop.texts import marked

if TYPE_CHECKING:
    from collections.abc import Sequence

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
