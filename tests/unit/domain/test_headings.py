"""The one table of headings."""

from __future__ import annotations

from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.domain.headings import BY_HEADING, HEADINGS, Extra


def test_every_field_and_every_extra_has_a_heading_of_its_own() -> None:
    assert set(HEADINGS) == {*Field, *Extra}
    assert {BY_HEADING[text] for text in HEADINGS.values()} == set(HEADINGS)


def test_no_heading_differs_from_another_in_its_case_and_spaces_alone() -> None:
    assert len({"".join(text.lower().split()) for text in HEADINGS.values()}) == len(HEADINGS)


def test_a_heading_reads_the_same_after_a_spreadsheet_has_trimmed_it() -> None:
    assert all(text == text.strip() and text.isascii() for text in HEADINGS.values())
