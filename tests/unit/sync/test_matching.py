"""Which project was made by which form. The laws hold for whatever users type and whatever servers make of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from heatpunk_desktop.domain.fields import Field, FieldValues
from heatpunk_desktop.sync.matching import Candidate, Fit, Linkage, Wanted, fit, form_key, judge
from tests.fakes import NOW

NAME, PROJECT, PHONE, POSTCODE, STATUS, LAT = (
    Field.CUSTOMER_NAME, Field.PROJECT_NAME, Field.CUSTOMER_PHONE, Field.POSTCODE, Field.STATUS, Field.LATITUDE,
)  # fmt: skip
REFERENCE = Field.CRM_REFERENCE
OWN, OTHER = "HPD-0000000001", "HPD-0000000002"
ALL = frozenset(range(1000))


def wanted(values: FieldValues | None = None, number: int = 1, eligible: frozenset[int] = ALL, **more: Any) -> Wanted:
    return Wanted(number, values if values is not None else {NAME: "Ewan", REFERENCE: OWN}, NOW, eligible, **more)


def project(values: FieldValues | None = None, number: int = 101, created: str = NOW, modified: str = "") -> Candidate:
    given_values = values if values is not None else {NAME: "Ewan", PROJECT: "Tue Nov 24 2026", STATUS: "Lead"}
    return Candidate(number, given_values, created, modified or created)


# -- one form and one project ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mine", "theirs", "how"),
    [
        ({NAME: "Ewan"}, {NAME: "Ewan"}, Fit.FITS),
        ({NAME: "Ewan"}, {NAME: " ewan ", PROJECT: "Tue", STATUS: "Lead", LAT: 52.0}, Fit.FITS),
        ({NAME: "Ewan", LAT: 52.1939125}, {NAME: "Ewan", LAT: 52.193912506103516}, Fit.FITS),
        ({NAME: "Ewan", LAT: 52.1939125}, {NAME: "Ewan", LAT: 52.2}, Fit.ALIKE),
        ({NAME: "Ewan", PHONE: ""}, {NAME: "Ewan", PHONE: "1"}, Fit.ALIKE),
        ({NAME: "Ewan", PHONE: "1"}, {NAME: "Ewan", PHONE: "2"}, Fit.ALIKE),
        ({NAME: "Ewan"}, {NAME: "Gwen"}, Fit.NO),
        ({NAME: "Ewan"}, {POSTCODE: "AB1"}, Fit.ALIKE),  # nothing rules it out
        ({STATUS: "Sale"}, {STATUS: "Sale"}, Fit.ALIKE),
        ({}, {NAME: ""}, Fit.ALIKE),
        ({NAME: "Ewan", REFERENCE: OWN}, {NAME: "Gwen", REFERENCE: OWN}, Fit.SURE),
        ({NAME: "Ewan", REFERENCE: OWN}, {NAME: "Ewan", REFERENCE: OTHER}, Fit.NO),
        ({NAME: "Ewan", REFERENCE: OWN}, {NAME: "Ewan", REFERENCE: "C-17"}, Fit.ALIKE),
        ({NAME: "Ewan", REFERENCE: OWN}, {NAME: "Ewan", REFERENCE: ""}, Fit.ALIKE),
        ({NAME: "Ewan", REFERENCE: "C-17"}, {NAME: "Ewan", REFERENCE: "c-17"}, Fit.FITS),
        ({NAME: "Ewan", REFERENCE: "C-17"}, {NAME: "Ewan", REFERENCE: OTHER}, Fit.NO),
    ],
)
def test_how_well_a_project_fits(mine: FieldValues, theirs: FieldValues, how: Fit) -> None:
    assert fit(wanted(mine), project(theirs)) is how


def test_what_was_known_before_the_attempt_fits_not_even_by_reference() -> None:
    assert fit(wanted(eligible=frozenset()), project({NAME: "Ewan", REFERENCE: OWN})) is Fit.NO


@pytest.mark.parametrize(
    ("created", "modified", "how"),
    [(NOW, NOW, Fit.NO), (NOW, "2026-11-24T12:00:05.000Z", Fit.ALIKE), ("", "", Fit.ALIKE)],
)
def test_one_that_shares_nothing_may_have_been_changed_since_it_was_made(created: str, modified: str, how: Fit) -> None:
    assert fit(wanted(), project({NAME: "Gwen"}, created=created, modified=modified)) is how


@pytest.mark.parametrize(
    ("created", "noted", "how"),
    [
        ("2026-11-23T11:00:00.000Z", None, Fit.FITS),
        ("2026-11-20T11:00:00.000Z", None, Fit.ALIKE),
        ("2026-11-20T11:00:00.000Z", (date(2026, 11, 1), date(2026, 11, 24)), Fit.FITS),
        ("2026-11-20T11:00:00.000Z", (date(2026, 11, 20), date(2026, 11, 24)), Fit.ALIKE),
        ("", None, Fit.FITS),
        ("no date", None, Fit.FITS),
        ("2027-11-20T11:00:00.000Z", None, Fit.FITS),
    ],
)
def test_one_made_long_before_is_only_taken_where_its_day_was_known(
    created: str, noted: tuple[date, date] | None, how: Fit
) -> None:
    assert fit(wanted(noted=noted), project(created=created)) is how


def test_an_old_one_that_differs_is_not_it() -> None:
    old = "2026-11-01T11:00:00.000Z"
    assert fit(wanted({NAME: "Ewan"}), project({NAME: "Gwen"}, created=old)) is Fit.NO
    assert fit(wanted({STATUS: "Sale"}), project({STATUS: "Lead"}, created=old)) is Fit.NO


def test_an_old_plain_one_is_not_ruled_out_as_the_clock_may_be_ahead() -> None:
    old = "2026-11-01T11:00:00.000Z"
    assert fit(wanted({STATUS: "Sale"}), project({STATUS: "Sale"}, created=old)) is Fit.ALIKE


# -- judging ---------------------------------------------------------------------------------------------------------


def test_a_form_with_its_one_project_is_found() -> None:
    assert judge([wanted()], [project()]) == {1: Linkage(101, is_alone=True)}


def test_the_user_is_shown_all_that_cannot_be_ruled_out_beside_what_fits() -> None:
    changed = project({NAME: "Ewan", PHONE: "2"}, number=101)
    forms = [wanted({NAME: "Ewan", PHONE: "1"}), wanted({NAME: "Ewan", PHONE: "1", POSTCODE: "CB1"}, number=2)]
    linkages = judge(forms, [changed, project({NAME: "Ewan", PHONE: "1"}, number=102)])
    assert linkages[1] == Linkage(among=(101, 102)), "another form fits 102 as well, so that 101 may be it"


def test_what_another_form_is_given_is_shown_to_nobody_whoever_comes_first() -> None:
    lone = wanted({NAME: "Gwen", PHONE: "1"}, number=3)
    forms = [wanted({NAME: "Ewan", PHONE: "1"}), wanted({NAME: "Ewan", PHONE: "1", POSTCODE: "CB1"}, number=2), lone]
    made = [project({NAME: "Ewan", PHONE: "1"}, number=101), project({NAME: "Gwen", PHONE: "1"}, number=102)]
    for order in (forms, forms[::-1]):
        linkages = judge(order, made)
        assert linkages[3].found == 102
        assert linkages[1] == linkages[2] == Linkage(among=(101,))


@pytest.mark.parametrize("mine", [{STATUS: "Quote"}, {STATUS: "Quote", REFERENCE: OWN}])
def test_what_holds_more_than_a_form_is_not_ruled_out_by_its_stamps(
    mine: FieldValues,
) -> None:
    assert fit(wanted(mine), project({STATUS: "Quote", NAME: "Added in the same second"})) is Fit.ALIKE


def test_what_a_refresh_brought_and_nothing_holds_now_is_not_taken_for_it() -> None:
    gone = replace(project({NAME: "Ewan"}), is_unseen=True)
    assert fit(wanted({NAME: "Ewan"}), gone) is Fit.ALIKE
    assert judge([wanted({NAME: "Ewan"})], [gone])[1] == Linkage(among=(101,))


def test_by_its_reference_a_form_is_found_among_any() -> None:
    candidates = [project(number=101), project({NAME: "changed", REFERENCE: OWN}, 102), project(number=103)]
    assert judge([wanted()], candidates) == {1: Linkage(102, is_sure=True)}


def test_nothing_like_it_is_absence() -> None:
    linkage = judge([wanted()], [project({NAME: "Gwen"})])[1]
    assert linkage.is_absent
    assert judge([wanted()], [])[1].is_absent


def test_two_like_it_are_unclear() -> None:
    linkage = judge([wanted()], [project(number=101), project(number=102)])[1]
    assert (linkage.found, linkage.among, linkage.is_absent) == (None, (101, 102), False)


def test_one_that_may_be_it_is_unclear() -> None:
    assert judge([wanted()], [project({NAME: "Ewan", PHONE: "1"})])[1] == Linkage(among=(101,))


def test_a_form_whose_answer_is_awaited_may_claim_it_and_gets_no_verdict() -> None:
    linkages = judge([wanted(), wanted(number=2, is_flying=True)], [project()])
    assert linkages == {1: Linkage(among=(101,))}


def test_another_form_that_fits_the_same_project_contests_it() -> None:
    richer = wanted({NAME: "Ewan", POSTCODE: "AB1"}, 2)
    linkages = judge([wanted({NAME: "Ewan"}), richer], [project({NAME: "Ewan"})])
    assert linkages == {1: Linkage(among=(101,)), 2: Linkage(among=(101,))}, "the postcode was not told"


def test_a_found_one_with_something_else_alike_about_is_not_alone() -> None:
    linkage = judge([wanted({NAME: "Ewan"})], [project(), project({NAME: "Ewan", PHONE: "1"}, 102)])[1]
    assert linkage == Linkage(101), "certain only once the server has surely done with it"


def test_the_last_attempt_takes_what_only_it_can_have_made() -> None:
    first, second = wanted({NAME: "E"}, 1, frozenset({101, 102})), wanted({NAME: "E"}, 2, frozenset({102}))
    candidates = [project({NAME: "E"}, 101), project({NAME: "E"}, 102)]
    assert {key: linkage.found for key, linkage in judge([first, second], candidates).items()} == {1: 101, 2: 102}


TEXT = st.sampled_from(["", "a", "b", "A "])
FORM = st.fixed_dictionaries({NAME: TEXT}, optional={PHONE: TEXT, STATUS: st.sampled_from(["Lead", "Sale"])})


@st.composite
def scenes(draw: st.DrawFn) -> tuple[list[Wanted], list[Candidate]]:
    """Some forms; projects that the server made of them and of colleagues' forms; who came in before whom."""
    forms = draw(st.lists(FORM, min_size=1, max_size=4))
    tells_references = draw(st.booleans())
    made: list[Candidate] = []
    creates: list[Wanted] = []
    for number, form in enumerate(forms, 1):
        reference = f"HPD-{number:010}"
        before = frozenset(draw(st.sets(st.integers(101, 110))))
        creates.append(
            Wanted(number, {**form, REFERENCE: reference}, NOW, ALL - before, is_flying=draw(st.integers(0, 5)) == 0)
        )
        if draw(st.booleans()):
            told = {**form, **({REFERENCE: reference} if tells_references else {})}
            made.append(Candidate(100 + len(made) + 1, told, NOW, NOW))
    for form in draw(st.lists(FORM, max_size=3)):
        made.append(Candidate(100 + len(made) + 1, form, NOW, draw(st.sampled_from([NOW, "2026-11-24T13:00:00.000Z"]))))
    return creates, made


@given(scenes())
def test_no_project_is_ever_given_to_two_forms(scene: tuple[list[Wanted], list[Candidate]]) -> None:
    creates, made = scene
    found = [linkage.found for linkage in judge(creates, made).values() if linkage.found is not None]
    assert len(found) == len(set(found))
    assert set(found) <= {candidate.project_id for candidate in made}


@given(scenes())
def test_what_came_in_before_the_attempt_is_neither_chosen_nor_shown(
    scene: tuple[list[Wanted], list[Candidate]],
) -> None:
    creates, made = scene
    linkages = judge(creates, made)
    for create in creates:
        linkage = linkages.get(create.number)
        assert (linkage is None) is create.is_flying
        if linkage is not None:
            assert set(linkage.among) | ({linkage.found} - {None}) <= create.eligible


@given(scenes())
def test_what_is_found_fits_in_all_that_is_told(scene: tuple[list[Wanted], list[Candidate]]) -> None:
    creates, made = scene
    by_id = {candidate.project_id: candidate for candidate in made}
    for number, linkage in judge(creates, made).items():
        if linkage.found is not None:
            one = next(create for create in creates if create.number == number)
            assert fit(one, by_id[linkage.found]) is (Fit.SURE if linkage.is_sure else Fit.FITS)


@given(scenes())
def test_absent_is_only_what_nothing_left_over_can_be(scene: tuple[list[Wanted], list[Candidate]]) -> None:
    creates, made = scene
    linkages = judge(creates, made)
    taken = {linkage.found for linkage in linkages.values()}
    for create in creates:
        if not create.is_flying and linkages[create.number].is_absent:
            left = [
                candidate
                for candidate in made
                if fit(create, candidate) is not Fit.NO and candidate.project_id not in taken
            ]
            assert not left


@given(scenes(), st.data())
def test_no_order_of_forms_or_projects_changes_what_is_judged(
    scene: tuple[list[Wanted], list[Candidate]], data: st.DataObject
) -> None:
    creates, made = scene
    shuffled = data.draw(st.permutations(creates))
    assert judge(shuffled, data.draw(st.permutations(made))) == judge(creates, made)


@given(FORM, st.integers(1, 6), st.integers(0, 6))
def test_identical_forms_are_found_as_far_as_there_are_projects(
    form: dict[Field, Any], forms: int, projects: int
) -> None:
    assume(form[NAME])
    creates = [wanted({**form, REFERENCE: f"HPD-{number:010}"}, number) for number in range(1, forms + 1)]
    made = [project(form, 100 + number) for number in range(1, projects + 1)]
    linkages = judge(creates, made).values()
    if projects <= forms:
        assert sum(linkage.found is not None for linkage in linkages) == projects
        assert sum(linkage.is_absent for linkage in linkages) == forms - projects
    else:
        assert all(linkage.among == tuple(range(101, 101 + projects)) for linkage in linkages), (
            "which ones nobody can tell"
        )


@given(scenes())
def test_a_project_more_never_turns_what_is_unclear_into_absence(
    scene: tuple[list[Wanted], list[Candidate]],
) -> None:
    creates, made = scene
    assume(made)
    fewer = judge(creates, made[:-1])
    more = judge(creates, made)
    absent_now = {number for number, linkage in more.items() if linkage.is_absent}
    absent_before = {number for number, linkage in fewer.items() if linkage.is_absent}
    assert len(absent_now) <= len(absent_before)


# -- what cannot be told apart ---------------------------------------------------------------------------------------


def test_forms_are_the_same_where_only_our_own_references_tell_them_apart() -> None:
    assert form_key({NAME: "Ewan ", REFERENCE: OWN, PHONE: ""}) == form_key({NAME: "ewan", REFERENCE: OTHER})
    assert form_key({NAME: "Ewan", REFERENCE: "C-1"}) != form_key({NAME: "Ewan", REFERENCE: "C-2"})
    assert form_key({NAME: "Ewan"}) != form_key({PROJECT: "Ewan"})


def test_wanted_and_candidates_are_values() -> None:
    assert replace(wanted(), number=2) == wanted(number=2)


# -- forms that the user is asked about ------------------------------------------------------------------------------


def test_what_you_are_asked_about_may_have_made_what_another_form_fits() -> None:
    asked = wanted({NAME: "Ewan"}, 1, is_unclear=True)
    other = wanted({NAME: "Ewan", PHONE: "1"}, 2)
    told_by_list = project({NAME: "Ewan"})
    assert judge([asked, other], [told_by_list]) == {2: Linkage(among=(101,))}
    assert judge([other], [told_by_list])[2].found == 101


def test_a_twin_that_you_are_asked_about_does_not_contest_a_project() -> None:
    asked, other = wanted({NAME: "Ewan", REFERENCE: OTHER}, 1, is_unclear=True), wanted(number=2)
    assert judge([asked, other], [project()])[2].found == 101


def test_a_reference_gives_a_project_to_the_form_you_are_asked_about() -> None:
    asked = wanted({NAME: "Ewan", REFERENCE: OTHER}, 1, is_unclear=True)
    assert judge([asked, wanted(number=2)], [project({NAME: "Ewan", REFERENCE: OTHER})]) == {2: Linkage()}


# -- a computer's clock that is far ahead ----------------------------------------------------------------------------

#: Ten days before the attempt, by this computer's clock.
TEN_DAYS_AGO = "2026-11-14T12:00:00.000Z"


@pytest.mark.parametrize(
    ("not_before", "theirs", "how"),
    [
        ("", {NAME: "Gwen", POSTCODE: "AB1"}, Fit.NO),
        ("2026-11-16T12:00:00.000Z", {NAME: "Gwen", POSTCODE: "AB1"}, Fit.NO),
        ("2026-11-14T11:59:00.000Z", {NAME: "Gwen", POSTCODE: "AB1"}, Fit.ALIKE),
        ("2026-11-14T11:59:00.000Z", {NAME: "Gwen", POSTCODE: "AB2"}, Fit.NO),
        ("2026-11-14T11:59:00.000Z", {NAME: "Ewan", POSTCODE: "AB1"}, Fit.ALIKE),
    ],
)
def test_what_is_old_only_by_this_computers_clock_may_be_new(not_before: str, theirs: FieldValues, how: Fit) -> None:
    mine: FieldValues = {NAME: "Ewan", POSTCODE: "AB1"}
    assert fit(wanted(mine, not_before=not_before), project(theirs, created=TEN_DAYS_AGO)) is how


def test_a_reference_counts_whatever_the_clocks_say() -> None:
    told = project({NAME: "Gwen", REFERENCE: OWN}, created=TEN_DAYS_AGO)
    assert fit(wanted(not_before=TEN_DAYS_AGO), told) is Fit.SURE
