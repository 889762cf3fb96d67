"""Whose a new project is to be, by what a spreadsheet says."""

from __future__ import annotations

from datetime import date

import pytest

from heatpunk_desktop.domain.changes import NewProject
from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.domain.project import Member
from heatpunk_desktop.linkage.blocking import ProjectFinder
from heatpunk_desktop.spreadsheets.column_content import Why
from heatpunk_desktop.spreadsheets.columns import match_columns
from heatpunk_desktop.spreadsheets.import_row import LeftOut
from heatpunk_desktop.spreadsheets.known_projects import KnownProjects
from heatpunk_desktop.spreadsheets.owners import read_owner
from heatpunk_desktop.spreadsheets.planning import ImportPlan, plan_import
from heatpunk_desktop.spreadsheets.row_plan import Action
from heatpunk_desktop.spreadsheets.rows import RowReader
from heatpunk_desktop.spreadsheets.sheet import Row, Sheet
from heatpunk_desktop.spreadsheets.targets import Part

TEAM = (
    Member("me@firm.test", is_me=True),
    Member("sam.jones@firm.test"),
    Member("sjones@other.test"),
    Member("Ewa@firm.test"),
    Member("ewa.nowak@firm.test"),
)
#: Their addresses do not say what the user calls them.
NAMED = (
    Member("office2@firm.test", 5, name="Dave  Hügel"),
    Member("d.smith@firm.test", 6, name="Sam"),
    Member("x1@firm.test", 7, name="Jo"),
    Member("x2@firm.test", 8, name="jo"),
)


@pytest.mark.parametrize(
    ("cell", "email"),
    [
        ("sam.jones@firm.test", "sam.jones@firm.test"),
        (" EWA@firm.test ", "Ewa@firm.test"),
        ("Sam", "sam.jones@firm.test"),
        ("Ewa Nowak", "ewa.nowak@firm.test"),
        ("NOWAK, Ewa", "ewa.nowak@firm.test"),
        ("me", "me@firm.test"),
        ("", ""),
        ("n/a", ""),
        (None, ""),
    ],
)
def test_an_address_or_a_name_of_one_of_the_team(cell: str, email: str) -> None:
    assert read_owner(cell or "", TEAM) == (email, None)


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("Sam Jones", "nobody of your team"),  # of two
        ("Ewa", "nobody of your team"),  # of two
        ("Bob", "nobody of your team"),
        ("bob@", "nobody of your team"),
        (27115.0, "nobody of your team"),
        (date(2026, 1, 2), "nobody of your team"),
        ("bob@firm.test", "not known here as one of your team"),
    ],
)
def test_who_is_not_plainly_one_of_the_team_is_a_warning(cell: str, words: str) -> None:
    owner = read_owner(cell, TEAM)
    assert owner.problem is not None
    assert words in owner.problem.words
    assert owner.email == ("bob@firm.test" if cell == "bob@firm.test" else "")


@pytest.mark.parametrize(
    ("cell", "email"),
    [
        ("Dave Hügel", "office2@firm.test"),
        (" DAVE hugel ", "office2@firm.test"),
        ("Sam", "d.smith@firm.test"),  # and not sam.jones@…, of whom the address alone says it
        ("Sam Jones", ""),  # of two, as without names
        ("d.smith", "d.smith@firm.test"),
        ("Dave", ""),
        ("Jo", ""),  # of two
    ],
)
def test_a_member_is_found_by_the_name_that_the_user_gave(cell: str, email: str) -> None:
    owner = read_owner(cell, (*TEAM, *NAMED))
    assert owner.email == email
    assert (owner.problem is None) is bool(email)


def sheet_of(heading: str, *rows: Row) -> Sheet:
    return Sheet("Leads", [("Client", "Address", heading), *rows], is_text=True)


@pytest.mark.parametrize("heading", ["Owner", "Assigned to", "Salesperson", "Sales rep"])
def test_a_column_of_the_team_is_owners_and_one_of_others_says_why_not(heading: str) -> None:
    (_, _, ours) = match_columns(sheet_of(heading, ("Jo", "1 Elm Row", "Sam")), 0, team=TEAM).columns
    assert ours.target is Part.OWNER
    plan = match_columns(sheet_of(heading, ("Jo", "1 Elm Row", "Bob"), ("Al", "2 Elm Row", "Sam")), 0, team=TEAM)
    assert plan.columns[2].target is Part.OWNER, "half of them"
    assert any("Owners of existing projects don’t change" in note for note in plan.notes())
    (_, _, others) = match_columns(sheet_of(heading, ("Jo", "1 Elm Row", "Bob")), 0, team=TEAM).columns
    assert (others.target, others.why) == (Part.IGNORE, Why.NOBODY)


def test_a_column_of_given_names_is_owners() -> None:
    rows = [("Jo", "1 Elm Row", "Dave Hügel"), ("Al", "2 Elm Row", "Bob"), ("Di", "3 Elm Row", "Bill")]
    (_, _, known) = match_columns(sheet_of("Rep", *rows), 0, team=NAMED).columns
    assert known.target is Part.OWNER
    (_, _, unknown) = match_columns(sheet_of("Rep", *rows), 0, team=TEAM).columns
    assert (unknown.target, unknown.why) == (Part.IGNORE, Why.NOBODY)


def planned(*rows: Row) -> ImportPlan:
    sheet = sheet_of("Owner", *rows)
    there = {5: {Field.CUSTOMER_NAME: "Jo Lee", Field.ADDRESS: "1 Elm Row"}}
    known = KnownProjects(there.items(), ProjectFinder, lambda keys: {key: there[key] for key in keys})
    return plan_import(RowReader(sheet, match_columns(sheet, 0, team=TEAM), team=TEAM), known, ProjectFinder)


def test_new_projects_get_their_owners_and_existing_ones_keep_theirs() -> None:
    plan = planned(
        ("Ann Wood", "7 Mill Lane", "sam.jones@firm.test"),
        ("Bob Hill", "8 Mill Lane", "nobody"),
        ("Cai Rees", "9 Mill Lane", ""),
        ("Jo Lee", "1 Elm Row", "nobody"),
    )
    assert [change.owner for change in plan.changes("office@firm.test") if isinstance(change, NewProject)] == [
        "sam.jones@firm.test",
        "office@firm.test",
        "office@firm.test",
    ]
    assert [bool(row.problems) for row in plan.rows] == [False, True, False, False], "it does not matter for one there"
    assert plan.choose(5, Action.CREATE).problems
    assert not plan.choose(5, Action.SKIP).problems


def test_a_row_of_an_owner_alone_is_no_project() -> None:
    plan = planned(("Ann", "7 Mill Lane", "Sam"), ("", "", "Sam"))
    assert [row.row.left_out for row in plan.rows] == [None, LeftOut.NOTHING]
    assert len(plan.changes()) == 1
