from __future__ import annotations

from datetime import date

import pytest

from heatpunk_desktop.domain.project import Mark, ProjectRow
from heatpunk_desktop.filters.matching import Viewpoint, meets_all
from heatpunk_desktop.filters.query import read_query

VIEWPOINT = Viewpoint(date(2026, 11, 26), 7, {7: "office@acme.test", 8: "Sam@acme.test"})
BARN = ProjectRow(
    14, "The Old Barn, Siân’s", "Rhys  O'Neill", "cb24 9pl", "Quote", "2026-01-31T23:59:59.999Z",
    "2026-11-26T08:00:00.000Z", "14 High Street, Histon", 7, None, None, 0,
)  # fmt: skip
NEW = ProjectRow(
    -3,
    "",
    " ",
    "",
    "On hold",
    "2026-07-01T00:30:00.000Z",
    "",
    "",
    None,
    None,
    None,
    int(Mark.NOT_ON_SERVER | Mark.WAITING),
)


@pytest.mark.parametrize(
    ("text", "barn", "new"),
    [
        ("", True, True),
        ("status:quote", True, False),
        ("-status:quote", False, True),
        ('status:lead,"ON HOLD"', False, True),
        ("status:=hold", False, False),
        ("status:empty", False, False),
        ("project:barn", True, False),
        ("project:sian's", True, False),
        ('project:="the old barn, sian\'s"', True, False),
        ("project:=barn", False, False),
        ("project:^old", False, False),
        ("project:^the", True, False),
        ("-project:barn", False, True),
        ("project:empty", False, True),
        ("-project:empty", True, False),
        ('customer:"rhys o’neill"', True, False),
        ("customer:empty", False, True),
        ("postcode:CB", True, False),
        ("postcode:B2", False, False),
        ('postcode:="CB249PL"', True, False),
        ("postcode:~4-9p", False, False),
        ("postcode:~49p", True, False),
        ("address:histon", True, False),
        ("owner:me", True, False),
        ("-owner:me", False, True),
        ("owner:office@acme.test", True, False),
        ("owner:off", True, False),
        ("owner:=office", False, False),
        ("owner:7", True, False),
        ("owner:empty", False, True),
        ("created:2026-01", True, False),
        ("created:2026-02", False, False),
        ("created:>2026-01", False, True),
        ("created:>=2026-01", True, True),
        ("created:<2026-02", True, False),
        ("created:<=2026-01-30", False, False),
        ("created:2026-07-01", False, True),  # half past midnight in UTC is half past one in July
        ("created:2026-06-30", False, False),
        ("created:2026-03..2026-01", True, False),
        ("-created:2026-01", False, True),
        ("modified:today", True, False),
        ("modified:>7d", True, False),
        ("modified:<7d", False, False),
        ("modified:empty", False, True),
        ("-modified:today", False, True),
        ("modified:>=2020", True, False),
        ("id:14", True, False),
        ("id:empty", False, True),
        ('changes:"not sent"', False, True),
        ("changes:waiting", False, False),
        ("changes:empty", True, False),
        ("status:quote owner:empty", False, False),
        ("status:quote OR owner:empty", True, True),
    ],
)
def test_what_meets_a_condition(text: str, barn: bool, new: bool) -> None:
    reading = read_query(text)
    assert not reading.notes
    conditions = reading.query.conditions
    assert (meets_all(BARN, conditions, VIEWPOINT), meets_all(NEW, conditions, VIEWPOINT)) == (barn, new)


def test_where_nobody_knows_who_one_is_nothing_is_mine() -> None:
    conditions = read_query("owner:me").query.conditions
    assert not meets_all(BARN, conditions, VIEWPOINT._replace(my_id=None))
    assert not meets_all(NEW, conditions, VIEWPOINT._replace(my_id=None))


def test_an_owner_without_a_name_is_known_by_the_number() -> None:
    assert meets_all(BARN._replace(owner_id=99), read_query("owner:~99").query.conditions, VIEWPOINT)
