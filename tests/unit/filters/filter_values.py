"""Conditions and queries as Hypothesis makes them."""

from __future__ import annotations

from hypothesis import strategies as st

from heatpunk_desktop.filters.conditions import (
    DATES,
    ME,
    SINGLE,
    TESTS,
    VALUELESS,
    ChangesState,
    Condition,
    Conditions,
    Subject,
    Test,
    condition,
)
from heatpunk_desktop.filters.query import Query
from heatpunk_desktop.filters.spans import NAMED

_ODD = [
    "empty",
    "EMPTY",
    "me",
    "a,b",
    '"',
    "\\",
    'say "hi"',
    "=x",
    "~",
    "^q",
    ">5",
    "..",
    "a..b",
    "-",
    "OR",
    "status:x",
    "x y",
]
_TEXTS = st.one_of(st.sampled_from(_ODD), st.text(max_size=8))
_SPANS = st.one_of(
    st.sampled_from([*NAMED]),
    st.builds("{}{}".format, st.integers(1, 9999), st.sampled_from("dwmy")),
    st.dates().map(str),
    st.dates().map(lambda day: str(day)[:7]),
    st.dates().map(lambda day: str(day)[:4]),
)


def _values(subject: Subject) -> st.SearchStrategy[str]:
    if subject in DATES:
        return _SPANS
    if subject is Subject.ID:
        return st.integers(0, 10**18).map(str)
    if subject is Subject.CHANGES:
        return st.sampled_from([*map(str, ChangesState)])
    if subject is Subject.STATUS:
        return st.one_of(st.sampled_from(["Lead", "quote", "On hold"]), _TEXTS)
    if subject is Subject.OWNER:
        return st.one_of(st.sampled_from([ME, "sam@acme.test", "27091", "sam"]), _TEXTS)
    return _TEXTS


@st.composite
def made(draw: st.DrawFn) -> Condition | None:
    subject = draw(st.sampled_from(Subject))
    test = draw(st.sampled_from(TESTS[subject]))
    most = 1 if test in SINGLE else 2 if subject in DATES else 3
    values = [] if test in VALUELESS else draw(st.lists(_values(subject), min_size=1, max_size=most))
    return condition(subject, test, values)


CONDITIONS: st.SearchStrategy[Condition] = made().filter(lambda filter_value: filter_value is not None)  # type: ignore[assignment]
TOGETHER = st.builds(
    lambda every, either: Conditions(tuple(every), any_will_do=either and len(every) > 1),
    st.lists(CONDITIONS, max_size=4, unique=True),
    st.booleans(),
)
WORDS = st.one_of(
    st.sampled_from(["high", "OR", "or", "12:30", "status:quote", '"', '"x', "a\\b", "-owner:me"]), _TEXTS
)
QUERIES = st.builds(
    lambda conditions, words: Query(conditions, " ".join(" ".join(words).split())),
    TOGETHER,
    st.lists(WORDS, max_size=4),
)

__all__ = ["CONDITIONS", "QUERIES", "TOGETHER", "Test"]
