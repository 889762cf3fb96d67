"""The rules of read-before-write: an example of each, every combination of what a look can tell, mutants of each."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise, product
from typing import TYPE_CHECKING, Any, Final

import pytest

from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.sync import read_before_write
from heatpunk_desktop.sync.read_before_write import WRITE_RULES, Before, Then, WriteRule, follows

if TYPE_CHECKING:
    from collections.abc import Sequence

TOLD: Final = {Field.CUSTOMER_NAME: "Ewan"}
SHOWN: Final = Before(status=200, told=TOLD, tells_all=True, may_tell=True)
LISTED: Final = SHOWN._replace(by_list=True)


@dataclass(frozen=True)
class Example:
    rule: int
    before: Before
    then: Then


EXAMPLES: Final = (
    Example(1, Before(status=404, is_gone=True, may_tell=True), Then.WAIT_UNTIL_SHOWN),
    Example(2, Before(status=404, is_gone=True, is_old=True, may_tell=True), Then.ASK_USER),
    Example(2, Before(status=404, is_gone=True, has_tried_long=True, may_tell=True), Then.ASK_USER),
    Example(3, Before(), Then.REST),
    Example(3, Before(status=401), Then.REST),
    Example(3, Before(status=429, by_list=True, has_no_list=True), Then.REST),
    Example(4, Before(status=403), Then.REST),
    Example(4, Before(status=403, by_list=True, has_no_list=True), Then.REST),
    Example(5, Before(status=404), Then.READ_LIST),
    Example(5, Before(status=403, is_member=True), Then.READ_LIST),
    Example(6, Before(status=404, by_list=True, has_no_list=True), Then.SEND_UNSEEN),
    Example(7, Before(status=404, by_list=True), Then.WAIT),
    Example(7, Before(status=500), Then.WAIT),
    Example(8, Before(status=200, by_list=True, told={}, goes_on=True, may_tell=True), Then.READ_ON),
    Example(9, Before(status=200, by_list=True, told={}), Then.WAIT_UNTIL_SHOWN),
    Example(9, LISTED._replace(is_old=True, tells_all=False), Then.WAIT_UNTIL_SHOWN),
    Example(10, SHOWN, Then.COMPARE),
    Example(10, SHOWN._replace(told={}, tells_all=False), Then.COMPARE),
    Example(10, LISTED._replace(goes_on=True), Then.COMPARE),
    Example(10, Before(status=200, by_list=True, told={}, is_old=True), Then.COMPARE),
    Example(10, Before(status=200, by_list=True, told={}, has_tried_long=True), Then.COMPARE),
    Example(10, LISTED._replace(tells_all=False, has_tried_long=True), Then.COMPARE),
)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: f"rule {example.rule}")
def test_each_rule_says_what_follows(example: Example) -> None:
    assert follows(example.before) is example.then
    held = next(rule.number for rule in WRITE_RULES if rule.holds(example.before))
    assert held == example.rule


def test_the_rules_are_numbered_in_their_order_and_each_has_an_example() -> None:
    assert [rule.number for rule in WRITE_RULES] == list(range(1, len(WRITE_RULES) + 1))
    assert {example.rule for example in EXAMPLES} == {rule.number for rule in WRITE_RULES}


def every_look() -> list[Before]:
    """Every combination of what a look can tell."""
    looks = []
    flags = ("is_old", "has_tried_long", "is_member", "has_no_list", "may_tell")
    for values in product((False, True), repeat=len(flags)):
        more: dict[str, Any] = dict(zip(flags, values, strict=True))
        for by_list, goes_on, tells_all in product((False, True), repeat=3):
            if not (goes_on and not by_list):
                looks += [
                    Before(by_list=by_list, status=200, told=told, goes_on=goes_on, tells_all=tells_all, **more)
                    for told in ({}, TOLD)
                ]
        for by_list, status in product((False, True), (None, 200, 401, 403, 404, 429, 500)):
            looks.append(Before(by_list=by_list, status=status, **more))
        looks.append(Before(status=404, is_gone=True, **more))
    return looks


def test_no_look_has_a_change_sent_over_what_it_did_not_tell() -> None:
    for before in every_look():
        then = follows(before)
        if then is Then.COMPARE:
            assert before.told is not None
            may_be_behind = (
                before.by_list
                and not before.has_tried_long
                and ((not before.told and not before.is_old) or (before.may_tell and not before.tells_all))
            )
            assert not may_be_behind, f"{before}"
        elif then is Then.SEND_UNSEEN:
            assert before.told is None, f"{before}"
            assert (before.by_list, before.has_no_list) == (True, True), f"{before}"
        elif then is Then.ASK_USER:
            assert before.is_gone, f"{before}"
            assert before.is_old or before.has_tried_long, f"{before}"


def test_where_the_server_puts_us_off_nothing_else_is_concluded() -> None:
    for before in every_look():
        if before.told is None and before.status in (None, 401, 429):
            assert follows(before) is Then.REST


# -- mutants ---------------------------------------------------------------------------------------------------------


def is_noticed(table: Sequence[WriteRule], monkeypatch: pytest.MonkeyPatch) -> bool:
    monkeypatch.setattr(read_before_write, "WRITE_RULES", table)
    return any(follows(example.before) is not example.then for example in EXAMPLES)


@pytest.mark.parametrize("number", [rule.number for rule in WRITE_RULES], ids=lambda number: f"rule {number}")
@pytest.mark.parametrize("is_negated", [False, True], ids=["removed", "negated"])
def test_a_mutant_of_a_rule_is_noticed(number: int, is_negated: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    rule = WRITE_RULES[number - 1]
    negated = [rule._replace(holds=lambda before: not rule.holds(before))] if is_negated else []
    table = [*WRITE_RULES[: number - 1], *negated, *WRITE_RULES[number:]]
    assert is_noticed(table, monkeypatch)


@pytest.mark.parametrize(
    "pair", [*pairwise(WRITE_RULES)], ids=lambda pair: f"rules {pair[0].number} and {pair[1].number}"
)
def test_two_rules_that_change_places_are_noticed_unless_never_both(
    pair: tuple[WriteRule, WriteRule], monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = pair
    differ = any(
        first.holds(look)
        and second.holds(look)
        and first.then is not second.then
        and next(rule for rule in WRITE_RULES if rule.holds(look)) is first
        for look in every_look()
    )
    table = [{first.number: second, second.number: first}.get(rule.number, rule) for rule in WRITE_RULES]
    assert is_noticed(table, monkeypatch) is differ
