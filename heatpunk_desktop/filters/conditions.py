"""Filter conditions: a subject, a test and the values to compare with, made valid from what the user typed or chose."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from heatpunk_desktop.domain.fields import BuildDate, Status
from heatpunk_desktop.filters.spans import normal_span

if TYPE_CHECKING:
    from collections.abc import Sequence


class Subject(StrEnum):
    """What a condition tests, by its keyword in the search field."""

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
    EMAIL = "email"
    PHONE = "phone"
    BUILD = "build"
    REFERENCE = "ref"


class Test(StrEnum):
    """The comparison of a condition.

    A condition with several values holds where one of them does; its negation where none does. Dates are compared by
    whole UK days: `AFTER` a month begins with the next one, `SINCE` with its own first day. An empty or unknown value
    passes no test but `EMPTY` and the negations that say `not`.
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
    """Values of `Subject.CHANGES`: the state of a project's pending changes, as the table shows it."""

    NOT_SENT = "not sent"
    WAITING = "waiting"
    POSSIBLY_DONE = "possibly done"
    NEEDS_YOU = "needs you"


#: The owner's value that means the user.
ME: Final = "me"

#: Subjects that only `GET /projects/data` returns, so that they may not be known yet; unknown counts as empty.
CONTACTS: Final = frozenset({Subject.EMAIL, Subject.PHONE, Subject.BUILD, Subject.REFERENCE})
TEXTS: Final = frozenset({Subject.PROJECT, Subject.CUSTOMER, Subject.POSTCODE, Subject.ADDRESS, *CONTACTS})
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
_POSTCODE_TESTS: Final = (Test.BEGINS, Test.BEGINS_NOT, *(test for test in _TEXT_TESTS if "begin" not in test))
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
    Subject.EMAIL: _TEXT_TESTS,
    Subject.PHONE: _TEXT_TESTS,
    Subject.BUILD: _CHOICE_TESTS,
    Subject.REFERENCE: _TEXT_TESTS,
}

#: The opposite of each test.
OPPOSITES: Final[dict[Test, Test]] = {
    first: other
    for pair in (
        (Test.IS, Test.IS_NOT),
        (Test.CONTAINS, Test.CONTAINS_NOT),
        (Test.BEGINS, Test.BEGINS_NOT),
        (Test.BEFORE, Test.SINCE),
        (Test.AFTER, Test.UNTIL),
        (Test.WITHIN, Test.WITHIN_NOT),
        (Test.EMPTY, Test.FILLED),
    )
    for first, other in (pair, pair[::-1])
}

#: Tests that hold where another one does not.
NEGATED: Final = frozenset({Test.IS_NOT, Test.CONTAINS_NOT, Test.BEGINS_NOT, Test.WITHIN_NOT, Test.FILLED})

#: Tests that take no value.
VALUELESS: Final = frozenset({Test.EMPTY, Test.FILLED})

#: Tests that take one value; within days takes one or two, all others take several.
SINGLE: Final = frozenset({Test.BEFORE, Test.AFTER, Test.SINCE, Test.UNTIL})


class Condition(NamedTuple):
    """One condition. Make it with `condition()`, which normalises the values.

    Attributes:
        subject: What is tested.
        test: The comparison; one of the subject's `TESTS`.
        values: The values to compare with; any of them may match. For days within, one span, or the first and the last
            one.
    """

    subject: Subject
    test: Test
    values: tuple[str, ...] = ()


class Conditions(NamedTuple):
    """A combination of conditions.

    Attributes:
        every: The conditions, each once.
        any_will_do: Whether one of them is enough; else all must hold. Without conditions everything passes.
    """

    every: tuple[Condition, ...] = ()
    any_will_do: bool = False

    def adding(self, *more: Condition) -> Conditions:
        """Return a copy with more conditions."""
        return Conditions(tuple(dict.fromkeys((*self.every, *more))), self.any_will_do)

    def without(self, *gone: Condition) -> Conditions:
        """Return a copy with fewer conditions."""
        return Conditions(tuple(condition for condition in self.every if condition not in gone), self.any_will_do)

    def replacing(self, old: Condition, new: Condition) -> Conditions:
        """Return a copy with one condition replaced by another."""
        return Conditions(
            tuple(dict.fromkeys(new if condition == old else condition for condition in self.every)), self.any_will_do
        )


_WITHIN: Final = frozenset({Test.WITHIN, Test.WITHIN_NOT})
_FIRST_AND_LAST: Final = 2


def condition(subject: Subject, test: Test, values: Sequence[str] = ()) -> Condition | None:
    """Return a condition with normalised values; None where it makes no sense.

    Args:
        subject: What is tested.
        test: The comparison.
        values: The values to compare with, as typed.
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
    """Return the normal form of a value, or None where the subject has no such value."""
    plain = " ".join(text.split())
    if not plain:
        return None
    if subject in DATES:
        return normal_span(plain)
    if subject is Subject.STATUS:
        return _one_of(list(Status), plain) or plain
    if subject is Subject.BUILD:
        # As the screen says it, `Pre 2000`, or as the server does, `pre2000`.
        bands = {"".join(band.label.lower().split()): str(band) for band in BuildDate}
        found = _one_of(list(bands), "".join(plain.split()))
        return plain if found is None else bands[found]
    if subject is Subject.CHANGES:
        return _one_of(list(ChangesState), plain)
    if subject is Subject.OWNER:
        return plain.lower()
    if subject is Subject.ID:
        digits = plain.lstrip("#")
        return str(int(digits)) if digits.isascii() and digits.isdigit() and len(digits) < 20 else None  # noqa: PLR2004
    return plain


def _one_of(words: Sequence[str], text: str) -> str | None:
    """Return the word that equals a text in any case, or the only one that begins with it."""
    small = text.lower()
    begun = [word for word in words if word.lower().startswith(small)]
    whole = [word for word in begun if word.lower() == small]
    if whole:
        return str(whole[0])
    return str(begun[0]) if len(begun) == 1 else None
