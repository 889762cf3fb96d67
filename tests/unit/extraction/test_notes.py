"""Realistic notes, each with what is to be read in it beside it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

import pytest

from heatpunk_desktop.domain.fields import NUMERIC_FIELDS, Field
from heatpunk_desktop.domain.validation import check_field
from heatpunk_desktop.extraction.reading import Confidence, read_note

NOTES: Final = sorted((Path(__file__).parent / "notes").glob("*.txt"))
OWN: Final = ("Tom@greenheat.test", "hello@greenheat.test")
#: Fields whose value stands in the note letter for letter.
AS_WRITTEN: Final = (Field.CUSTOMER_PHONE, Field.PROJECT_NAME, Field.CRM_REFERENCE)


def note_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def test_all_notes_are_here() -> None:
    assert len(NOTES) == 15


@pytest.mark.parametrize("path", NOTES, ids=lambda path: path.stem)
def test_note_gives_exactly_what_is_sure(path: Path) -> None:
    reading = read_note(note_of(path), OWN)

    expected = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    assert {field.value: finding.value for field, finding in reading.certain.items()} == expected
    with_returns = read_note(note_of(path).replace("\n", "\r\n"), OWN)
    assert {field.value: finding.value for field, finding in with_returns.certain.items()} == expected


@pytest.mark.parametrize("path", NOTES, ids=lambda path: path.stem)
def test_every_value_stands_where_it_is_said_to(path: Path) -> None:
    note = note_of(path)

    for field, finding in read_note(note, OWN).certain.items():
        written = note[finding.start : finding.end]
        assert written.strip() == written != ""
        if field in AS_WRITTEN:
            assert written == finding.value
        elif field is Field.ADDRESS:
            first, last = finding.value.replace(",", " ").split()[0], finding.value.replace(",", " ").split()[-1]
            assert written.startswith(first)
            assert written.endswith(last)
        elif field is Field.POSTCODE:
            assert "".join(written.upper().split()) == finding.value.replace(" ", "")


@pytest.mark.parametrize("path", NOTES, ids=lambda path: path.stem)
def test_the_form_takes_every_value(path: Path) -> None:
    for field, finding in read_note(note_of(path), OWN).certain.items():
        checked = check_field(field, finding.value)
        assert not checked.is_error
        if field not in NUMERIC_FIELDS and finding.confidence is not Confidence.LABELLED:
            assert checked.problem is None
