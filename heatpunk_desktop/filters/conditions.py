"""Conditions that projects are filtered by: what is looked at, how it is compared, and with what."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from heatpunk_desktop.domain.fields import Status
from heatpunk_desktop.filters.spans import is_counted_from_today, normal_span

if TYPE_CHECKING:
    from collections.abc import Sequence


class Subject(StrEnum):
    """What of a project a condition looks at, by the word that the search field takes for it."""

    PROJECT = "project"
    CUSTOMER = "customer"
    POSTCODE = "postcode"
    ADDRESS = "address"
    STATUS = "status"
    OWNER = "owner"
    CREATED = "created"
    MODIFIED = "modified"
    ID = "id"
    CHANGES = "changes"


class Test(StrEnum):
    """How a condition compares.

    A condition with several values holds where one of them does; its opposite where none does. Dates are compared by
    whole days in the UK: `AFTER` a month begins with the next one, `SINCE` with its own first day. What is empty or not
    known passes no test but `EMPTY` and the opposites that say `not`.
    """

    __test__ = False  # for pytest, which takes its name for that of a test

    IS = "is"
    IS_NOT = "is not"
    CONTAINS = "contains"
    CONTAINS_NOT = "does not contain"
    BEGINS = "begins with"
    BEGINS_NOT = "does not begin with"
    BEFORE = "before"
    AFTER = "after"
    SINCE = "on or after"
    UNTIL = "on or before"
    WITHIN = "within"
    WITHIN_NOT = "not within"
    EMPTY = "is empty"
    FILLED = "is not empty"


class ChangesState(StrEnum):
    """Values of `Subject.CHANGES`: what of a project has not reached the server, as the table says it."""

    NOT_SENT = "not sent"
    WAITING = "waiting"
    POSSIBLY_DONE = "possibly done"
    NEEDS_YOU = "needs you"


#: Value of an owner who is the person at the computer.
ME: Final = "me"

TEXTS: Final = frozenset({Subject.PROJECT, Subject.CUSTOMER, Subject.POSTCODE, Subject.ADDRESS})
DATES: Final = frozenset({Subject.CREATED, Subject.MODIFIED})

_TEXT_TESTS: Final = (
    Test.CONTAINS,
    Test.CONTAINS_NOT,
    Test.IS,
    Test.IS_NOT,
    Test.BEGINS,
    Test.BEGINS_NOT,
    Test.EMPTY,
    Test.FILLED,
)
_POSTCODE_TESTS: Final = (Test.BEGINS, Test.BEGINS_NOT, *(one for one in _TEXT_TESTS if "begin" not in one))
_CHOICE_TESTS: Final = (Test.IS, Test.IS_NOT, Test.EMPTY, Test.FILLED)
_DATE_TESTS: Final = (
    Test.WITHIN,
    Test.WITHIN_NOT,
    Test.BEFORE,
    Test.AFTER,
    Test.SINCE,
    Test.UNTIL,
    Test.EMPTY,
    Test.FILLED,
)

#: The tests of each subject, the one that is meant where none is named first.
TESTS: Final[dict[Subject, tuple[Test, ...]]] = {
    Subject.PROJECT: _TEXT_TESTS,
    Subject.CUSTOMER: _TEXT_TESTS,
    Subject.POSTCODE: _POSTCODE_TESTS,
    Subject.ADDRESS: _TEXT_TESTS,
    Subject.STATUS: _CHOICE_TESTS,
    Subject.OWNER: (Test.IS, Test.IS_NOT, Test.CONTAINS, Test.CONTAINS_NOT, Test.EMPTY, Test.FILLED),
    Subject.CREATED: _DATE_TESTS,
    Subject.MODIFIED: _DATE_TESTS,
    Subject.ID: _CHOICE_TESTS,
    Subject.CHANGES: _CHOICE_TESTS,
}

#: The opposite of each test.
OPPOSITES: Final[dict[Test, Test]] = {
    one: other
    for pair in (
        (Test.IS, Test.IS_NOT),
        (Test.CONTAINS, Test.CONTAINS_NOT),
        (Test.BEGINS, Test.BEGINS_NOT),
        (Test.BEFORE, Test.SINCE),
        (Test.AFTER, Test.UNTIL),
        (Test.WITHIN, Test.WITHIN_NOT),
        (Test.EMPTY, Test.FILLED),
    )
    for one, other in (pair, pair[::-1])
}

#: Tests that hold where another one does not.
NEGATED: Final = frozenset({Test.IS_NOT, Test.CONTAINS_NOT, Test.BEGINS_NOT, Test.WITHIN_NOT, Test.FILLED})

#: Tests that take no value.
VALUELESS: Final = frozenset({Test.EMPTY, Test.FILLED})

#: Tests that take one value; within days takes one or two, all others take several.
SINGLE: Final = frozenset({Test.BEFORE, Test.AFTER, Test.SINCE, Test.UNTIL})

_WITHIN: Final = frozenset({Test.WITHIN, Test.WITHIN_NOT})
_FIRST_AND_LAST: Final = 2


class Condition(NamedTuple):
    """One condition. Make it with `condition`, which puts the values in their normal form.

    Attributes:
        subject: What is looked at.
        test: How it is compared; one of the subject's `TESTS`.
        values: With what; any of them will do. For days within, one span, or the first and the last one.
    """

    subject: Subject
    test: Test
    values: tuple[str, ...] = ()


class Conditions(NamedTuple):
    """Conditions together.

    Attributes:
        every: The conditions, each once.
        any_will_do: Whether one of them is enough; else all have to hold. Without conditions everything passes.
    """

    every: tuple[Condition, ...] = ()
    any_will_do: bool = False

    @property
    def is_about_today(self) -> bool:
        """Whether other projects may pass tomorrow without having changed."""
        return any(is_counted_from_today(value) for one in self.every if one.subject in DATES for value in one.values)

    def adding(self, *more: Condition) -> Conditions:
        """The same with more conditions."""
        return Conditions(tuple(dict.fromkeys((*self.every, *more))), self.any_will_do)

    def without(self, *gone: Condition) -> Conditions:
        """The same with fewer conditions."""
        return Conditions(tuple(one for one in self.every if one not in gone), self.any_will_do)

    def replacing(self, old: Condition, new: Condition) -> Conditions:
        """The same with one condition in the place of another."""
        return Conditions(tuple(dict.fromkeys(new if one == old else one for one in self.every)), self.any_will_do)


def condition(subject: Subject, test: Test, values: Sequence[str] = ()) -> Condition | None:
    """A condition with its values in their normal form; None where there is no sense in it.

    Args:
        subject: What is looked at.
        test: How it is compared.
        values: With what, as typed.
    """
    if test not in TESTS[subject]:
        return None
    if test in VALUELESS:
        return Condition(subject, test)
    normal = [normal_value(subject, value) for value in values]
    found = [value for value in normal if value is not None]
    if not found or len(found) < len(normal):
        return None
    if test in SINGLE:
        return Condition(subject, test, (found[0],)) if len(found) == 1 else None
    if test in _WITHIN:
        return Condition(subject, test, tuple(found)) if len(found) <= _FIRST_AND_LAST else None
    return Condition(subject, test, tuple(dict.fromkeys(found)))


def normal_value(subject: Subject, text: str) -> str | None:
    """One value in its normal form, or None where the subject has no such value."""
    plain = " ".join(text.split())
    if not plain:
        return None
    if subject in DATES:
        return normal_span(plain)
    if subject is Subject.STATUS:
        return _one_of(list(Status), plain) or plain
    if subject is Subject.CHANGES:
        return _one_of(list(ChangesState), plain)
    if subject is Subject.OWNER:
        return plain.lower()
    if subject is Subject.ID:
        digits = plain.lstrip("#")
        return str(int(digits)) if digits.isascii() and digits.isdigit() and len(digits) < 20 else None  # noqa: PLR2004
    return plain


def _one_of(words: Sequence[str], text: str) -> str | None:
    """The word that is meant: the whole of it in any case, or its beginning where that is the beginning of one only."""
    small = text.lower()
    begun = [word for word in words if word.lower().startswith(small)]
    whole = [word for word in begun if word.lower() == small]
    if whole:
        return str(whole[0])
    return str(begun[0]) if len(begun) == 1 else None
