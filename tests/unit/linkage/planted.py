"""Sample projects, some of which are there twice, written as another person would."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from heatpunk_desktop.linkage.features import KnownProject
from heatpunk_desktop.sandbox.sample_data import SampleData
from heatpunk_desktop.sandbox.users import DEFAULT_USERS, Users

if TYPE_CHECKING:
    from collections.abc import Callable

_NOW = datetime(2026, 11, 24, 18, tzinfo=UTC)


def sample(count: int, seed: int = 1) -> list[KnownProject]:
    """Projects of the sandbox, without the references that its rule of numbering them makes twice."""
    return [
        KnownProject(
            project.project_id,
            project.project_name,
            project.customer_name,
            project.customer_email,
            project.customer_phone,
            project.address,
            project.postcode,
        )
        for project in SampleData(count, seed=seed, users=Users(DEFAULT_USERS), until=_NOW)
    ]


def _surname_first(text: str) -> str:
    first, _, last = text.rpartition(" ")
    return f"{last}, {first}" if first else text


#: What another person makes of a project.
REWRITINGS: tuple[Callable[[KnownProject], KnownProject], ...] = (
    lambda one: one._replace(customer_name=one.customer_name.upper(), project_name=""),
    lambda one: one._replace(customer_name=_surname_first(one.customer_name), customer_email=""),
    lambda one: one._replace(address=one.address.replace("Road", "Rd").replace("Street", "St"), customer_phone=""),
    lambda one: one._replace(postcode=one.postcode.replace(" ", "").lower(), project_name="A survey"),
    lambda one: one._replace(postcode="", project_name=""),
    lambda one: one._replace(address=f"{one.address}, {one.postcode}", postcode=""),
    lambda one: one._replace(postcode=one.postcode[:-2] + one.postcode[-1] + one.postcode[-2], customer_phone=""),
    lambda one: one._replace(address="", customer_phone=one.customer_phone.replace("0", "+44 ", 1)),
    lambda one: one._replace(project_name="", customer_name="", postcode=one.postcode.lower()),
)


def plant(projects: list[KnownProject], count: int, seed: int = 1) -> tuple[list[KnownProject], set[tuple[int, int]]]:
    """Puts projects that are there twice among others; gives all, shuffled, and the pairs."""
    dice = random.Random(seed)
    full = [one for one in projects if one.customer_name and one.customer_phone and one.address and one.postcode]
    twice = dice.sample(full, count)
    copies = [
        REWRITINGS[place % len(REWRITINGS)](one)._replace(key=10_000_000 + place) for place, one in enumerate(twice)
    ]
    both = [*projects, *copies]
    dice.shuffle(both)
    return both, {(one.key, copy.key) for one, copy in zip(twice, copies, strict=True)}
