"""Evaluation of conditions for one project at a time: the reference for `models.row_masks`, which does all at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from heatpunk_desktop.domain.contacts import NOTHING_KNOWN, Contact
from heatpunk_desktop.domain.dates import DateRange
from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.domain.folding import fold
from heatpunk_desktop.domain.phones import searched_digits, typed_digits
from heatpunk_desktop.domain.project import (
    ADDRESS,
    CREATED,
    CUSTOMER,
    KEY,
    MARKS,
    MODIFIED,
    NAME,
    OWNER_ID,
    POSTCODE,
    STATUS,
    Mark,
)
from heatpunk_desktop.filters.conditions import (
    DATES,
    ME,
    NEGATED,
    OPPOSITES,
    ChangesState,
    Condition,
    Conditions,
    Subject,
    Test,
)
from heatpunk_desktop.filters.spans import days_of, is_rolling

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date

#: The field of each subject's value that no plain row has.
CONTACT_FIELDS: Final = {
    Subject.EMAIL: Field.CUSTOMER_EMAIL,
    Subject.PHONE: Field.CUSTOMER_PHONE,
    Subject.BUILD: Field.BUILD_DATE,
    Subject.REFERENCE: Field.CRM_REFERENCE,
}

#: The position in a plain row of each other subject's value.
FIELDS: Final = {
    Subject.PROJECT: NAME,
    Subject.CUSTOMER: CUSTOMER,
    Subject.POSTCODE: POSTCODE,
    Subject.ADDRESS: ADDRESS,
    Subject.STATUS: STATUS,
    Subject.OWNER: OWNER_ID,
    Subject.CREATED: CREATED,
    Subject.MODIFIED: MODIFIED,
    Subject.ID: KEY,
    Subject.CHANGES: MARKS,
}

#: Before every UTC text, but not before one that is empty; and after every one.
_BEGINNING: Final = " "
_ENDLESS: Final = "~"

#: Bounds that only an empty text lies between.
UNKNOWN: Final = ("", _BEGINNING)

#: What a project is shown to wait for, the gravest first.
_STATES: Final = (
    (int(Mark.NEEDS_YOU), ChangesState.NEEDS_YOU),
    (int(Mark.POSSIBLY_DONE), ChangesState.POSSIBLY_DONE),
    (int(Mark.NOT_ON_SERVER), ChangesState.NOT_SENT),
    (int(Mark.WAITING), ChangesState.WAITING),
)


def _nothing_known(_key: int) -> Contact:
    return NOTHING_KNOWN


class Viewpoint(NamedTuple):
    """The context that conditions are evaluated in.

    Attributes:
        today: Today in the UK, for relative dates.
        my_id: The server's number of the user; None where unknown.
        owner_names: The names shown for owners, by the server's numbers.
        contact_of: Returns a project's contact details, by its key.
    """

    today: date
    my_id: int | None
    owner_names: Mapping[int, str]
    contact_of: Callable[[int], Contact] = _nothing_known

    def name_of(self, owner_id: int | None) -> str:
        """Return the name shown for an owner: the address where it is known, else the number."""
        return "" if owner_id is None else self.owner_names.get(owner_id) or str(owner_id)


def meets_all(row: Sequence[object], conditions: Conditions, viewpoint: Viewpoint) -> bool:
    """Return whether a plain row meets a combination of conditions."""
    if not conditions.every:
        return True
    met = (meets(row, condition, viewpoint) for condition in conditions.every)
    return any(met) if conditions.any_will_do else all(met)


def meets(row: Sequence[object], condition: Condition, viewpoint: Viewpoint) -> bool:
    """Return whether a plain row meets one condition."""
    if condition.test in NEGATED:
        return not meets(row, Condition(condition.subject, OPPOSITES[condition.test], condition.values), viewpoint)
    if condition.subject in CONTACT_FIELDS:
        key = row[KEY]
        contact = viewpoint.contact_of(key) if isinstance(key, int) else NOTHING_KNOWN
        return TextTest(condition).holds(fold(contact.value(CONTACT_FIELDS[condition.subject]) or ""))
    value = row[FIELDS[condition.subject]]
    if condition.subject is Subject.OWNER:
        return owner_meets(value if isinstance(value, int) else None, condition, viewpoint)
    if condition.subject is Subject.CHANGES:
        state = state_of(value if isinstance(value, int) else 0)
        return not state if condition.test is Test.EMPTY else state in condition.values
    if condition.subject is Subject.ID:
        number = str(value) if isinstance(value, int) and value > 0 else ""
        return not number if condition.test is Test.EMPTY else number in condition.values
    text = str(value)
    if condition.subject in DATES:
        return not text if condition.test is Test.EMPTY else date_meets(text, condition, viewpoint.today)
    return TextTest(condition).holds(fold(text))


def state_of(marks: int) -> str:
    """Return the one `ChangesState` that is shown for a project, or empty."""
    return next((str(state) for mark, state in _STATES if marks & mark), "") if marks else ""


def owner_meets(owner_id: int | None, condition: Condition, viewpoint: Viewpoint) -> bool:
    """Return whether an owner meets a condition that is not a negation."""
    if condition.test is Test.EMPTY:
        return owner_id is None
    if owner_id is None:
        return False
    name = fold(viewpoint.name_of(owner_id))
    if condition.test is Test.CONTAINS:
        return any(fold(value) in name for value in condition.values)
    return any(
        owner_id == viewpoint.my_id if value == ME else fold(value) in {name, str(owner_id)}
        for value in condition.values
    )


def date_meets(text: str, condition: Condition, today: date) -> bool:
    """Return whether a UTC text, empty where unknown, meets a condition that is not a negation."""
    first, end = bounds(condition, today)
    return first <= text < end


def bounds(condition: Condition, today: date) -> tuple[str, str]:
    """Return the UTC texts that a date must lie between: at or after the first, before the second.

    An empty range never matches. `AFTER` a span such as the last 7 days counts from its first day: after 7 days ago.
    """
    days = [days_of(span, today) for span in condition.values]
    first, end = DateRange(min(span.first for span in days), max(span.last for span in days)).bounds()
    match condition.test:
        case Test.BEFORE:
            return _BEGINNING, first
        case Test.UNTIL:
            return _BEGINNING, end
        case Test.SINCE:
            return first, _ENDLESS
        case Test.AFTER:
            return (first if is_rolling(condition.values[0]) else end), _ENDLESS
        case _:
            return first, end


class TextTest:
    """A test of text that is not a negation; made once for many projects.

    Args:
        condition: The condition: on a text, the status or the build date. Phone numbers are compared by their digits.

    Attributes:
        needles: Alternatives of which one must occur in the text for the test to hold; empty where none need occur.
    """

    def __init__(self, condition: Condition) -> None:
        self._test = condition.test
        self._is_compact = condition.subject is Subject.POSTCODE
        self._is_phone = condition.subject is Subject.PHONE
        bare = typed_digits if self._is_phone else self._bare
        self._values = [bare(fold(value)) or fold(value) for value in condition.values]
        self.needles: tuple[tuple[str, ...], ...] = tuple(tuple(value.split()) for value in self._values)

    def _bare(self, folded: str) -> str:
        return ("" if self._is_compact else " ").join(folded.split())

    def holds(self, folded: str) -> bool:
        """Return whether a folded text passes."""
        if self._is_phone and self._test is not Test.EMPTY:
            numbers = [*searched_digits(folded).split(), folded]
            return any(self._holds(number) for number in numbers)
        return self._holds(self._bare(folded))

    def _holds(self, text: str) -> bool:
        match self._test:
            case Test.EMPTY:
                return not text
            case Test.IS:
                return text in self._values
            case Test.BEGINS:
                return any(text.startswith(value) for value in self._values)
            case _:
                return any(value in text for value in self._values)
