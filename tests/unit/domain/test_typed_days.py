from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heatpunk_desktop.domain.dates import day_of, day_words, display_date, has_whole_date, normal_day, parse_day

#: A Monday.
TODAY = date(2026, 11, 30)
DAYS = st.dates(date(1000, 1, 1), date(9999, 12, 31))


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("1/11/26", date(2026, 11, 1)),
        ("1.11.26", date(2026, 11, 1)),
        ("1-11-26", date(2026, 11, 1)),
        ("1 11 26", date(2026, 11, 1)),
        ("01/11/2026", date(2026, 11, 1)),
        ("1 Nov 26", date(2026, 11, 1)),
        ("1 Nov '26", date(2026, 11, 1)),
        ("1nov26", date(2026, 11, 1)),
        ("1st November, 2026", date(2026, 11, 1)),
        ("2nd sept 2026", date(2026, 9, 2)),
        (" 2026-11-1 ", date(2026, 11, 1)),
        ("1/11", date(2026, 11, 1)),
        ("1.11", date(2026, 11, 1)),
        ("1 nov", date(2026, 11, 1)),
        ("25 Dec", date(2026, 12, 25)),
        ("5/3", date(2026, 3, 5)),
        ("29/2", date(2024, 2, 29)),
        ("Today", TODAY),
        ("yesterday", date(2026, 11, 29)),
        ("tomorrow", date(2026, 12, 1)),
        ("-7", date(2026, 11, 23)),
        ("-7d", date(2026, 11, 23)),
        ("7 days ago", date(2026, 11, 23)),
        ("+7", date(2026, 12, 7)),
        ("in 1 day", date(2026, 12, 1)),
        ("-0", TODAY),
        ("Friday", date(2026, 11, 27)),
        ("mon", TODAY),
    ],
)
def test_a_day_is_read_as_a_briton_writes_it(text: str, day: date) -> None:
    assert parse_day(text, TODAY) == day


@pytest.mark.parametrize(
    "text",
    ["", " ", "rubbish", "31 Feb 2026", "30/2", "1 Foo 2026", "1/13/26", "2026-13-01", "1 Aug 20261", "1/8/026", "7",
     "Nov 2026", "2026", "1/2026", "0/1/26", "\u0663/1/26", "--7", "1/11/26/1", "t", "1 jan 0000"],
)  # fmt: skip
def test_what_names_no_day_is_none(text: str) -> None:
    assert parse_day(text, TODAY) is None


@pytest.mark.parametrize(
    ("text", "today", "day"),
    [
        ("20/12", date(2027, 1, 5), date(2026, 12, 20)),  # in January users mean last December
        ("5/2", date(2027, 1, 5), date(2027, 2, 5)),
        ("6/2", date(2027, 1, 5), date(2026, 2, 6)),
        ("31/12", date(1, 1, 1), date(1, 1, 1)),  # there is no year before
    ],
)
def test_without_a_year_it_is_this_year_unless_that_lies_far_ahead(text: str, today: date, day: date) -> None:
    assert parse_day(text, today) == day


@given(DAYS, st.dates())
def test_every_way_of_writing_a_day_means_it(day: date, today: date) -> None:
    for separator in "/.- ":
        assert parse_day(f"{day.day}{separator}{day.month}{separator}{day.year}", today) == day
        assert parse_day(f"{day.day:02}{separator}{day.month:02}{separator}{day.year}", today) == day
        if 2000 <= day.year < 2100:
            assert parse_day(f"{day.day}{separator}{day.month}{separator}{day.year % 100:02}", today) == day
    for text in (display_date(day), f"{day:%d %B %Y}", day.isoformat()):
        assert parse_day(text, today) == day
        assert has_whole_date(text)


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(0, 365))
def test_a_day_of_the_last_year_needs_no_year(today: date, ago: int) -> None:
    day = today - timedelta(days=ago)
    assert parse_day(f"-{ago}", today) == day
    found = parse_day(f"{day.day}/{day.month}", today)
    assert found is not None
    assert (found.day, found.month) == (day.day, day.month)
    assert found <= today + timedelta(days=31)


@given(st.text(max_size=20), st.dates())
def test_a_normal_form_stays_what_it_is_and_can_be_said(text: str, today: date) -> None:
    normal = normal_day(text)
    if normal is not None:
        assert normal_day(normal) == normal
        assert normal_day(day_words(normal)) == normal
        day_of(normal, today)


FORMS = st.one_of(
    st.sampled_from(["today", "yesterday", "tomorrow", "monday", "sunday", "29-feb", "1-nov", "31-dec"]),
    st.integers(1, 9999).map(lambda days: f"-{days}"),
    st.integers(1, 9999).map(lambda days: f"+{days}"),
    DAYS.map(date.isoformat),
)


@given(FORMS, st.dates())
def test_every_normal_form_is_read_from_its_words_and_means_a_day(normal: str, today: date) -> None:
    assert normal_day(normal) == normal
    assert normal_day(day_words(normal)) == normal
    assert date.min <= day_of(normal, today) <= date.max


def test_what_is_no_normal_form_means_no_day() -> None:
    for text in ("soon", "2026", "x-y"):
        with pytest.raises(ValueError):  # noqa: PT011 - whose words are Python's
            day_of(text, TODAY)


@pytest.mark.parametrize(("text", "whole"), [("1/11/26", False), ("1/11", False), ("today", False), ("1 n 2026", True)])
def test_only_four_digits_of_a_year_make_a_date_whole(text: str, whole: bool) -> None:
    assert has_whole_date(text.replace("1 n ", "1 nov ")) is whole
