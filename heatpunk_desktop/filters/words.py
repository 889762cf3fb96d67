"""Conditions in words, for the chips."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from heatpunk_desktop.domain.fields import BuildDate
from heatpunk_desktop.filters.conditions import DATES, ME, SINGLE, VALUELESS, Condition, Subject, Test
from heatpunk_desktop.filters.spans import NAMED, is_one_day, is_rolling, span_words

if TYPE_CHECKING:
    from collections.abc import Sequence

#: What a subject is called on the screen, as the heading of its column is.
SUBJECT_NAMES: Final = {
    Subject.PROJECT: "Project",
    Subject.CUSTOMER: "Customer",
    Subject.POSTCODE: "Postcode",
    Subject.ADDRESS: "Address",
    Subject.STATUS: "Status",
    Subject.OWNER: "Owner",
    Subject.CREATED: "Created",
    Subject.MODIFIED: "Modified",
    Subject.ID: "ID",
    Subject.CHANGES: "Changes",
    Subject.EMAIL: "Email",
    Subject.PHONE: "Phone",
    Subject.BUILD: "Build date",
    Subject.REFERENCE: "CRM reference",
}


def condition_words(condition: Condition) -> str:
    """Return a condition in words: `Status is Lead or Quote`, `Created after Jan 2026`, `Postcode is empty`."""
    name = SUBJECT_NAMES[condition.subject]
    if condition.test in VALUELESS:
        return f"{name} {condition.test}"
    if condition.subject in DATES:
        return f"{name} {_date_words(condition)}"
    return f"{name} {condition.test} {either([_value_words(condition.subject, value) for value in condition.values])}"


def either(words: Sequence[str]) -> str:
    """Return alternatives in words: `Lead, Quote or Sale`."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def _value_words(subject: Subject, value: str) -> str:
    if subject is Subject.BUILD and value in list(BuildDate):
        return BuildDate(value).label
    if subject is Subject.OWNER and value.isdigit():
        return f"Colleague {value}"
    return "me" if subject is Subject.OWNER and value == ME else value


def _date_words(condition: Condition) -> str:
    first, last = condition.values[0], condition.values[-1]
    if condition.test in SINGLE:
        return f"{condition.test} {'the ' if is_rolling(first) else ''}{span_words(first)}"
    negation = "not " if condition.test is Test.WITHIN_NOT else ""
    if len(condition.values) > 1:
        return f"{negation}from {span_words(first)} to {span_words(last)}"
    if first in NAMED or first.startswith(("-", "+")):
        return f"{negation}{span_words(first)}"
    if is_rolling(first):
        return f"{negation}in the {span_words(first)}"
    return f"{negation}{'on' if is_one_day(first) else 'in'} {span_words(first)}"
