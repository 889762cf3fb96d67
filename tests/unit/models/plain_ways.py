"""Rows for tests of the models, and the plain way of doing what the models do fast."""

from __future__ import annotations

from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from heatpunk_desktop.domain.contacts import NOTHING_KNOWN, Contact
from heatpunk_desktop.domain.fields import BuildDate, Status
from heatpunk_desktop.domain.folding import fold
from heatpunk_desktop.domain.phones import searched_digits
from heatpunk_desktop.domain.project import CREATED, KEY, MARKS, MODIFIED, OWNER_ID, STATUS, Mark, ProjectRow
from heatpunk_desktop.filters.matching import Viewpoint, meets_all
from heatpunk_desktop.filters.query import read_query
from heatpunk_desktop.models.project_filter import ProjectFilter, SidebarView
from heatpunk_desktop.models.search_text import compact, fold_line, natural_key, sort_key, words_of
from heatpunk_desktop.models.table_columns import Column

if TYPE_CHECKING:
    from collections.abc import Mapping

#: The text from which on a project has changed in the last seven days, the sixth before today.
WEEK = "2026-11-18T00:00:00.000Z"
TODAY = date(2026, 11, 24)

Row = tuple[Any, ...]


def row(key: int, **values: Any) -> Row:
    """A row whose fields are empty but for those given."""
    fields = {
        "name": f"Project {key}",
        "customer": "",
        "postcode": "",
        "status": "Lead",
        "created": f"2026-11-20T10:00:{abs(key) % 60:02}.000Z",
        "modified": "2026-11-20T11:00:00.000Z",
        "address": "",
        "owner_id": None,
        "latitude": None,
        "longitude": None,
        "marks": 0,
    }
    return tuple(ProjectRow(key=key, **{**fields, **values}))


def is_shown(project: Row, wanted: ProjectFilter, contact: Contact = NOTHING_KNOWN) -> bool:
    """What the documentation of `ProjectFilter` says, condition by condition."""
    one = ProjectRow._make(project)
    deleted = bool(one.marks & Mark.DELETED_HERE)
    in_view = {
        SidebarView.ALL: True,
        SidebarView.MINE: wanted.my_id is not None and one.owner_id == wanted.my_id,
        SidebarView.CHANGED_LATELY: one.modified >= WEEK,
        SidebarView.WAITING: bool(one.marks & (Mark.WAITING | Mark.POSSIBLY_DONE)),
        SidebarView.NEEDS_YOU: bool(one.marks & Mark.NEEDS_YOU),
        SidebarView.DELETED_HERE: True,
    }[wanted.view]
    # A change is shown whatever becomes of its project.
    is_of_changes = wanted.view in (SidebarView.WAITING, SidebarView.NEEDS_YOU)
    if not in_view or (deleted != (wanted.view is SidebarView.DELETED_HERE) and not is_of_changes):
        return False
    if wanted.statuses and one.status not in wanted.statuses:
        return False
    if wanted.owner_id is not None and one.owner_id != wanted.owner_id:
        return False
    if wanted.created is not None and one.created and not one.marks & Mark.NOT_ON_SERVER:
        first, end = wanted.created.bounds()
        if not first <= one.created < end:
            return False
    viewpoint = Viewpoint(TODAY, wanted.my_id, {}, lambda _: contact)
    if not all(meets_all(project, group, viewpoint) for group in (wanted.conditions, wanted.typed)):
        return False
    texts = [
        *map(fold, (one.name, one.customer, one.address, one.postcode, one.status)),
        compact(fold(one.postcode)),
        str(one.key) if one.key > 0 else "",
        *searched_digits(contact.phone or "").split(),
        fold(contact.email or ""),
        fold(contact.reference or ""),
    ]
    return all(any(form in text for form in word for text in texts) for word in words_of(wanted.text))


def sort_value(project: Row, column: Column, contact: Contact = NOTHING_KNOWN) -> str:
    """What a row is sorted by in a column; empty ones come last."""
    one = ProjectRow._make(project)
    workflow = {status.value: f"\0{place}" for place, status in enumerate(Status)}
    bands = {band.value: f"\0{place}" for place, band in enumerate(BuildDate)}
    return {
        Column.PROJECT: sort_key(one.name),
        Column.CUSTOMER: sort_key(one.customer),
        Column.POSTCODE: _postcode_key(compact(fold(one.postcode))),
        Column.STATUS: workflow.get(one.status) or sort_key(one.status),
        Column.CREATED: one.created,
        Column.MODIFIED: one.modified,
        Column.ADDRESS: natural_key(fold_line(one.address)),
        Column.OWNER: "" if one.owner_id is None else sort_key(str(one.owner_id)),
        Column.PROJECT_ID: f"{one.key:020}" if one.key > 0 else "",
        Column.PHONE: "".join((contact.phone or "").split()),
        Column.EMAIL: sort_key(contact.email or ""),
        Column.BUILD_DATE: bands.get(contact.build_date or "") or sort_key(contact.build_date or ""),
        Column.REFERENCE: sort_key(contact.reference or ""),
    }[column]


def _postcode_key(code: str) -> str:
    return f"{natural_key(code[:-3])} {code[-3:]}".lstrip(" ")


def in_order(
    projects: list[Row], column: Column, *, descending: bool, contacts: Mapping[int, Contact] = MappingProxyType({})
) -> list[int]:
    """Keys in the order of a column, by `sorted` alone."""

    def value(one: Row) -> str:
        return sort_value(one, column, contacts.get(one[KEY], NOTHING_KNOWN))

    base = sorted(projects, key=lambda project: (project[CREATED], project[KEY]), reverse=True)
    filled = sorted(
        (project for project in base if value(project)),
        key=value,
        reverse=descending,
    )
    return [item[KEY] for item in filled + [project for project in base if not value(project)]]


_WORDS = [
    "High Street",
    "high",
    "14",
    "2",
    "Siân",
    "sian",
    "O’Neill",
    "Straße",
    "🏠",
    "a\nb",
    "<b>x</b>",
    "x",
    "Łódź",
    "",
]
_TEXTS = st.one_of(
    st.lists(st.sampled_from(_WORDS), max_size=3).map(" ".join),
    st.text(st.characters(exclude_categories=["Cc"]), max_size=6),
)
_DATES = st.sampled_from(
    [
        "",
        "2026-11-01T00:00:00.000Z",
        "2026-11-20T23:59:59.999Z",
        WEEK,
        "2026-11-24T10:00:00.000Z",
        "2019-01-01T00:00:00.000Z",
    ]
)

#: What is known beside the rows.
CONTACTS = st.builds(
    Contact,
    st.sampled_from([None, "", "Jo@home.example", "sam@site.example", "a b\x1fc"]),
    st.sampled_from([None, "", "07700 900755", "+44 (0)7700 900755", "01223 496000 / 07700 900123", "x"]),
    st.sampled_from([None, "", "pre2000", "post2006"]),
    st.sampled_from([None, "", "CRM-7", "crm 12"]),
    st.booleans(),
)

#: Rows in which much is alike, so that filters and orders have something to decide.
ROWS = st.builds(
    lambda key, name, customer, postcode, status, created, modified, address, owner, marks: (
        (key, name, customer, postcode, status, created, modified, address, owner, 52.5, None, marks)
    ),
    st.integers(-9, 60).filter(bool),
    _TEXTS,
    _TEXTS,
    st.sampled_from(["CB24 9PL", "cb2 1ab", "CB10 1AA", "", "SA3 1SR", "odd"]),
    st.sampled_from([*(status.value for status in Status), "Survey", ""]),
    _DATES,
    _DATES,
    _TEXTS,
    st.sampled_from([None, 1, 2, 27091]),
    st.sampled_from([0, 0, 0, 1, 2, 4, 8 | 1, 16, 16 | 1]),
)

QUERIES = st.one_of(
    st.sampled_from(
        [
            "",
            " ",
            "h",
            "hi",
            "high",
            "high st",
            "14",
            "4",
            "cb249",
            "cb24 9pl",
            "9pl",
            "lead",
            "sian",
            "SIÂN",
            "o'neill",
            "strasse",
            "27",
            "🏠",
            "b x",
            "0755",
            "07700 900755",
            "+44 7700",
            "900-755",
            "@home",
            "crm-7",
        ]
    ),
    st.text(st.characters(exclude_categories=["Cc"]), max_size=4),
)

#: Conditions that some of the rows meet.
TOGETHER = st.sampled_from(
    [
        "status:lead",
        "-status:quote,survey",
        "status:empty OR postcode:cb2",
        "postcode:CB24",
        "-postcode:~9p",
        "postcode:=cb101aa,odd",
        "name:high address:~x",
        'name:="high street"',
        "name:^high OR customer:^14,straße",
        "customer:empty",
        "-address:empty",
        "owner:me",
        "-owner:1 -owner:empty",
        "owner:~7",
        "created:>2026-11-20",
        "created:<=2026-11 modified:this-week",
        "-created:7d",
        "modified:empty OR created:empty",
        "id:14,27",
        "-id:empty",
        'changes:"not sent",waiting',
        "-changes:empty",
        "phone:900755",
        'phone:="+44 7700 900755",x',
        "phone:^07700 OR email:jo@",
        "-phone:empty",
        "phone:empty email:empty",
        'build:"pre 2000"',
        "-build:empty ref:crm",
        "ref:=crm-7",
    ]
).map(lambda text: read_query(text).query.conditions)

__all__ = [
    "CONTACTS", "MARKS", "MODIFIED", "OWNER_ID", "QUERIES", "ROWS", "STATUS", "TODAY", "TOGETHER", "WEEK", "in_order",
    "is_shown", "row",
]  # fmt: skip
