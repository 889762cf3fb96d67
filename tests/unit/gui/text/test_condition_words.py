from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given

from heatpunk_desktop.filters.query import read_query
from heatpunk_desktop.gui.text.condition_words import condition_words
from tests.unit.filters.filter_values import CONDITIONS

if TYPE_CHECKING:
    from heatpunk_desktop.filters.conditions import Condition


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("status:lead,quote,sale", "Status is Lead, Quote or Sale"),
        ("-status:lead", "Status is not Lead"),
        ("postcode:CB", "Postcode begins with CB"),
        ("postcode:empty", "Postcode is empty"),
        ("-customer:x", "Customer does not contain x"),
        ("owner:me", "Owner is me"),
        ("created:>2026-01", "Created after Jan 2026"),
        ("created:>=2026-01-04", "Created on or after 4 Jan 2026"),
        ("created:<90d", "Created before the last 90 days"),
        ("created:7d", "Created in the last 7 days"),
        ("created:2026", "Created in 2026"),
        ("created:2026-01", "Created in Jan 2026"),
        ("created:2026-01-04", "Created on 4 Jan 2026"),
        ("created:today", "Created today"),
        ("-created:this-week", "Created not this week"),
        ("created:2026-01..2026-03", "Created from Jan 2026 to Mar 2026"),
        ("changes:waiting", "Changes is waiting"),
    ],
)
def test_a_condition_in_words(text: str, words: str) -> None:
    (one,) = read_query(text).query.conditions.every
    assert condition_words(one) == words


@given(CONDITIONS)
def test_every_condition_has_words(one: Condition) -> None:
    assert condition_words(one)
