"""Sample projects: the same again from the same seed, plausible, and with what programs get wrong among them."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, date, datetime

import phonenumbers
import pytest
from email_validator import validate_email

from heatpunk_desktop.sandbox import DEFAULT_USERS, SandboxProject
from heatpunk_desktop.sandbox.project import from_millis
from heatpunk_desktop.sandbox.sample_data import TOWNS, SampleData
from heatpunk_desktop.sandbox.users import Users

TODAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 15, 30, tzinfo=UTC)
DRAMA = re.compile(
    r"07700 900\d{3}|01632 960\d{3}|01(13|14|15|16|17|18|21|31|41|51|61) 496 0\d{3}|0191 498 0\d{3}"
    r"|020 7946 0\d{3}|028 9649 6\d{3}|029 2018 0\d{3}"
)
POSTCODE = re.compile(r"([A-Z]{1,2}\d{1,2}[A-Z]?) \d[ABD-HJLNP-UW-Z]{2}")


def sample(count: int, *, seed: int = 7, now: datetime = NOW) -> SampleData:
    return SampleData.up_to(count, seed=seed, users=Users(DEFAULT_USERS), today=TODAY, now=now)


@pytest.fixture(scope="module")
def projects() -> list[SandboxProject]:
    return list(sample(5_000))


def test_the_same_seed_makes_the_same_projects_in_any_order(projects: list[SandboxProject]) -> None:
    again = sample(5_000)
    assert [again[index] for index in reversed(range(5_000))] == projects[::-1]
    other = sample(5_000, seed=8)
    assert [project.created for project in other] != [project.created for project in projects]
    assert sum(first.address == second.address for first, second in zip(other, projects, strict=True)) < 500


def test_ids_rise_with_gaps_and_are_found_again(projects: list[SandboxProject]) -> None:
    made = sample(5_000)
    ids = [project.project_id for project in projects]
    assert ids == sorted(set(ids))
    assert [made.index_of(project_id) for project_id in ids] == list(range(5_000))
    assert all(
        made.index_of(project_id) is None
        for project_id in (0, ids[0] - 1, ids[0] + 1 if ids[1] > ids[0] + 1 else 1, ids[-1] + 1)
    )


def test_dates_rise_end_today_and_are_denser_lately(projects: list[SandboxProject]) -> None:
    created = [project.created for project in projects]
    assert created == sorted(created)
    assert from_millis(created[-1]).date() == TODAY
    assert all(from_millis(moment) <= NOW for moment in created)
    assert all(project.created <= project.modified for project in projects)
    years = Counter(from_millis(moment).year for moment in created)
    assert years[2025] > years[2023] > years[2021] > 0
    assert all(from_millis(moment).weekday() != 6 for moment in created[:-100])


def test_projects_changed_last_at_various_times_since_their_creation(
    projects: list[SandboxProject],
) -> None:
    newest = projects[-300:]
    assert all(project.created <= project.modified for project in projects)
    assert all(from_millis(project.modified) <= NOW for project in projects)
    assert len({project.modified // 60_000 for project in newest}) > 250
    assert sum(from_millis(project.modified).date() == TODAY for project in newest) < 60
    assert all(7 <= from_millis(project.modified).hour < 20 for project in projects)


def test_nothing_is_created_in_the_future_early_in_the_day() -> None:
    early = datetime(2026, 11, 24, 0, 5, tzinfo=UTC)
    assert all(from_millis(project.created) <= early for project in sample(3_000, now=early))


def test_people_are_reached_at_nobodys_number_or_address(projects: list[SandboxProject]) -> None:
    phones = {project.customer_phone for project in projects} - {""}
    emails = {project.customer_email for project in projects} - {""}
    assert len(phones) > 1_000
    assert all(DRAMA.fullmatch(phone) for phone in phones)
    assert all(phonenumbers.is_possible_number(phonenumbers.parse(phone, "GB")) for phone in phones)
    assert len(emails) > 1_000
    assert all(email.endswith("@example.com") for email in emails)
    assert all(validate_email(email, check_deliverability=False).normalized == email for email in emails)


def test_postcodes_belong_to_the_town_and_the_pin_is_near_it(projects: list[SandboxProject]) -> None:
    by_name = {town.name: town for town in TOWNS}
    checked = 0
    for project in projects:
        if not project.address or not project.postcode or project.lat is None or project.lng is None:
            continue
        town = by_name[project.address.split(", ")[1]]
        match = POSTCODE.fullmatch(project.postcode)
        assert match
        assert match[1] in town.districts
        assert abs(project.lat - town.latitude) < 0.03
        assert abs(project.lng - town.longitude) < 0.05
        checked += 1
    assert checked > 4_000


def test_the_country_and_its_people_are_all_there(projects: list[SandboxProject]) -> None:
    names = " ".join(project.customer_name for project in projects)
    assert all(
        name in names for name in ("Siân", "Ruaridh", "O’Neill", "Patel", "Łukasz", "Chloë", "Adébáyò", "Mr & Mrs")
    )
    assert {project.status for project in projects} == {"Lead", "Quote", "Sale", "Install", "Completed", "Rejected"}
    assert {project.build_date for project in projects} == {"pre2000", "post2000", "post2006", ""}
    assert {project.owner for project in projects} == {member.owner_id for member in DEFAULT_USERS}
    lately = Counter(project.status for project in projects[-200:])
    assert lately["Lead"] > lately["Quote"] > lately["Completed"]


def test_awkward_names_are_among_the_newest() -> None:
    names = [project.project_name for project in list(sample(100))[-60:]]
    assert any("🏠" in name for name in names)
    assert any("<b>" in name and "<script>" in name for name in names)
    assert any("\n" in name for name in names)
    assert any(len(name) > 250 for name in names)
    assert any(name.startswith("=") for name in names)
    assert "" in [project.project_name for project in sample(1_000)]


@pytest.mark.parametrize("count", [0, 1, 2, 6])
def test_few_projects(count: int) -> None:
    assert len(list(sample(count))) == count


@pytest.mark.parametrize("count", [-1, 1_000_001])
def test_too_many_or_too_few_are_refused(count: int) -> None:
    with pytest.raises(ValueError, match="sample projects"):
        sample(count)


def test_a_million_are_laid_out_and_reached_at_once() -> None:
    made = sample(1_000_000)
    last = made[999_999]
    assert made.index_of(last.project_id) == 999_999
    assert from_millis(last.created).date() == TODAY
    assert made.created.itemsize * len(made.created) == 8_000_000
