"""What values mean of which no field takes them as they stand."""

from __future__ import annotations

import pytest

from heatpunk_desktop.domain.choices import ValueReplacement
from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.domain.project import Member
from heatpunk_desktop.spreadsheets.columns import match_columns
from heatpunk_desktop.spreadsheets.rows import RowReader
from heatpunk_desktop.spreadsheets.sheet import Sheet
from heatpunk_desktop.spreadsheets.targets import Part
from heatpunk_desktop.spreadsheets.values import (
    FoundValue,
    Recall,
    choices_for,
    find_values,
    guess_build_date,
    guess_owner,
    guess_status,
    meanings_of,
    recall_from,
    to_remember,
)

HEADS = ("Client", "Address", "Stage", "Built", "Rep")
TEAM = (Member("sam.jones@firm.test"), Member("bob@firm.test"), Member("office2@firm.test", 5, name="Carol King"))
EMAILS = [member.email for member in TEAM]


def found(*rows: tuple[str, ...], recall: Recall | None = None) -> tuple[FoundValue, ...]:
    sheet = Sheet("Leads", [HEADS, *rows], is_text=True)
    plan = match_columns(sheet, 0, team=TEAM)
    return find_values(RowReader(sheet, plan, team=TEAM), plan, recall or recall_from(()))


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("Installed", "Completed"),
        ("Survey done", "Quote"),
        ("Survey booked", "Lead"),
        ("Install booked", "Install"),
        ("Awaiting install", "Install"),
        ("On hold", "Lead"),
        ("Rejected - price", "Rejected"),
        ("Customer accepted quote", "Sale"),
        ("Commissioned & handed over", "Completed"),
        ("LOST: gone with someone else", "Rejected"),
        ("Blue", ""),
    ],
)
def test_a_stage_is_guessed_by_its_most_telling_word(text: str, status: str) -> None:
    assert guess_status(text) == status


@pytest.mark.parametrize(
    ("text", "band"),
    [("2006", "Post 2006"), ("2000", "Post 2000"), ("new build", "Post 2006"), ("1930's", "Pre 2000"), ("soon", "")],
)
def test_an_age_is_guessed(text: str, band: str) -> None:
    assert guess_build_date(text) == band


def test_an_owner_is_guessed_where_one_of_the_team_has_the_first_name() -> None:
    assert guess_owner("Sam J", TEAM) == "sam.jones@firm.test"
    assert guess_owner("Carol", TEAM) == "office2@firm.test"
    assert guess_owner("Sandra", TEAM) == ""
    assert guess_owner("new@firm.test", TEAM) == "new@firm.test"


def test_each_unknown_value_is_found_once_commonest_first_without_totals() -> None:
    values = found(
        ("Ann", "1 Mill Lane", "Blue", "1930", "Sam"),
        ("Bob", "2 Mill Lane", "On hold", "soon", "Dave"),
        ("Cai", "3 Mill Lane", "ON  HOLD", "2015", "Dave"),
        ("Dee", "4 Mill Lane", "lead", "", "carol king"),
        HEADS,
        ("— MAY —", "", "", "", ""),
    )
    assert [(value.target, value.text, value.rows, value.becomes) for value in values] == [
        (Field.STATUS, "On hold", 2, "Lead"),
        (Field.STATUS, "Blue", 1, ""),
        (Field.BUILD_DATE, "soon", 1, ""),
        (Part.OWNER, "Dave", 2, ""),
    ]
    assert choices_for(values[0], EMAILS) == ["", "Lead", "Quote", "Sale", "Install", "Completed", "Rejected"]
    assert choices_for(values[3], EMAILS) == ["", *EMAILS]


def test_rows_are_read_by_what_values_mean() -> None:
    rows = [("Ann", "1 Mill Lane", "On hold", "soon", "Dave"), ("Bob", "2 Mill Lane", "Blue", "1930", "Dave")]
    values = found(*rows)
    sheet = Sheet("Leads", [HEADS, *rows], is_text=True)
    reader = RowReader(sheet, match_columns(sheet, 0, team=TEAM), team=TEAM, meanings=meanings_of(values))
    ann, bob = reader.read(2), reader.read(3)
    assert ann
    assert ann.values[Field.STATUS] == "Lead"
    assert Field.BUILD_DATE not in ann.values
    assert ann.problems == ()
    assert bob
    assert Field.STATUS not in bob.values
    assert bob.problems == ()


def test_a_choice_is_known_under_any_heading_and_best_under_its_own() -> None:
    kept = [
        ValueReplacement("status", "progress", "blue", "Sale"),
        ValueReplacement("status", "stage", "blue", "Quote"),
    ]
    (blue,) = found(("Ann", "1 Mill Lane", "BLUE", "", ""), recall=recall_from(kept))
    assert (blue.becomes, blue.is_known) == ("Quote", True)
    (blue,) = found(("Ann", "1 Mill Lane", "Blue", "", ""), recall=recall_from(kept[:1]))
    assert (blue.becomes, blue.is_known) == ("Sale", True)
    assert to_remember([blue]) == (ValueReplacement("status", "stage", "blue", "Sale"),)


def test_what_was_kept_by_another_version_is_passed_over() -> None:
    kept = [
        ValueReplacement("status", "stage", "blue", "Purple"),
        ValueReplacement("build_date", "built", "soon", "2030"),
    ]
    values = found(("Ann", "1 Mill Lane", "Blue", "soon", ""), recall=recall_from(kept))
    assert [(value.becomes, value.is_known) for value in values] == [("", False), ("", False)]
