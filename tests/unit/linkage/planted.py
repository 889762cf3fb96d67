"""Sample projects, some of which are there twice, written as another user would."""

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


#: What another user makes of a project.
REWRITINGS: tuple[Callable[[KnownProject], KnownProject], ...] = (
    lambda project: project._replace(customer_name=project.customer_name.upper(), project_name=""),
    lambda project: project._replace(customer_name=_surname_first(project.customer_name), customer_email=""),
    lambda project: project._replace(
        address=project.address.replace("Road", "Rd").replace("Street", "St"), customer_phone=""
    ),
    lambda project: project._replace(postcode=project.postcode.replace(" ", "").lower(), project_name="A survey"),
    lambda project: project._replace(postcode="", project_name=""),
    lambda project: project._replace(address=f"{project.address}, {project.postcode}", postcode=""),
    lambda project: project._replace(
        postcode=project.postcode[:-2] + project.postcode[-1] + project.postcode[-2], customer_phone=""
    ),
    lambda project: project._replace(address="", customer_phone=project.customer_phone.replace("0", "+44 ", 1)),
    lambda project: project._replace(project_name="", customer_name="", postcode=project.postcode.lower()),
)


def plant(projects: list[KnownProject], count: int, seed: int = 1) -> tuple[list[KnownProject], set[tuple[int, int]]]:
    """Put projects that are there twice among others; return all, shuffled, and the pairs."""
    dice = random.Random(seed)
    full = [
        project
        for project in projects
        if project.customer_name and project.customer_phone and project.address and project.postcode
    ]
    twice = dice.sample(full, count)
    copies = [
        REWRITINGS[place % len(REWRITINGS)](copy_)._replace(key=10_000_000 + place) for place, copy_ in enumerate(twice)
    ]
    both = [*projects, *copies]
    dice.shuffle(both)
    return both, {(original.key, copy.key) for original, copy in zip(twice, copies, strict=True)}
