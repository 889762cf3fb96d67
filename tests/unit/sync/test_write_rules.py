"""The rules of read-before-write: an example of each, every combination of what a look can tell, mutants of each."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise, product
from typing import TYPE_CHECKING, Any, Final

import pytest

from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.sync import read_before_write
from heatpunk_desktop.sync.read_before_write import WRITE_RULES, LookResult, NextAction, WriteRule, next_action

if TYPE_CHECKING:
    from collections.abc import Sequence

RETURNED: Final = {Field.CUSTOMER_NAME: "Ewan"}
SHOWN: Final = LookResult(status=200, returned=RETURNED, returned_all=True, may_return_more=True)
LISTED: Final = SHOWN._replace(by_list=True)


@dataclass(frozen=True)
class Example:
    rule: int
    result: LookResult
    then: NextAction


EXAMPLES: Final = (
    Example(1, LookResult(status=404, is_gone=True, may_return_more=True), NextAction.WAIT_UNTIL_SHOWN),
    Example(2, LookResult(status=404, is_gone=True, is_old=True, may_return_more=True), NextAction.ASK_USER),
    Example(2, LookResult(status=404, is_gone=True, has_tried_long=True, may_return_more=True), NextAction.ASK_USER),
    Example(3, LookResult(), NextAction.REST),
    Example(3, LookResult(status=401), NextAction.REST),
    Example(3, LookResult(status=429, by_list=True, has_no_list=True), NextAction.REST),
    Example(4, LookResult(status=403), NextAction.REST),
    Example(4, LookResult(status=403, by_list=True, has_no_list=True), NextAction.REST),
    Example(5, LookResult(status=404), NextAction.READ_LIST),
    Example(5, LookResult(status=403, is_member=True), NextAction.READ_LIST),
    Example(6, LookResult(status=404, by_list=True, has_no_list=True), NextAction.SEND_UNSEEN),
    Example(7, LookResult(status=404, by_list=True), NextAction.WAIT),
    Example(7, LookResult(status=500), NextAction.WAIT),
    Example(
        8, LookResult(status=200, by_list=True, returned={}, goes_on=True, may_return_more=True), NextAction.READ_ON
    ),
    Example(9, LookResult(status=200, by_list=True, returned={}), NextAction.WAIT_UNTIL_SHOWN),
    Example(9, LISTED._replace(is_old=True, returned_all=False), NextAction.WAIT_UNTIL_SHOWN),
    Example(10, SHOWN, NextAction.COMPARE),
    Example(10, SHOWN._replace(returned={}, returned_all=False), NextAction.COMPARE),
    Example(10, LISTED._replace(goes_on=True), NextAction.COMPARE),
    Example(10, LookResult(status=200, by_list=True, returned={}, is_old=True), NextAction.COMPARE),
    Example(10, LookResult(status=200, by_list=True, returned={}, has_tried_long=True), NextAction.COMPARE),
    Example(10, LISTED._replace(returned_all=False, has_tried_long=True), NextAction.COMPARE),
)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: f"rule {example.rule}")
def test_each_rule_says_what_follows(example: Example) -> None:
    assert next_action(example.result) is example.then
    held = next(rule.number for rule in WRITE_RULES if rule.holds(example.result))
    assert held == example.rule


def test_the_rules_are_numbered_in_their_order_and_each_has_an_example() -> None:
    assert [rule.number for rule in WRITE_RULES] == list(range(1, len(WRITE_RULES) + 1))
    assert {example.rule for example in EXAMPLES} == {rule.number for rule in WRITE_RULES}


def every_look() -> list[LookResult]:
    """Every combination of what a look can tell."""
    looks = []
    flags = ("is_old", "has_tried_long", "is_member", "has_no_list", "may_return_more")
    for values in product((False, True), repeat=len(flags)):
        more: dict[str, Any] = dict(zip(flags, values, strict=True))
        for by_list, goes_on, returned_all in product((False, True), repeat=3):
            if not (goes_on and not by_list):
                looks += [
                    LookResult(
                        by_list=by_list,
                        status=200,
                        returned=returned,
                        goes_on=goes_on,
                        returned_all=returned_all,
                        **more,
                    )
                    for returned in ({}, RETURNED)
                ]
        for by_list, status in product((False, True), (None, 200, 401, 403, 404, 429, 500)):
            looks.append(LookResult(by_list=by_list, status=status, **more))
        looks.append(LookResult(status=404, is_gone=True, **more))
    return looks


def test_no_look_has_a_change_sent_over_what_it_did_not_tell() -> None:
    for result in every_look():
        then = next_action(result)
        if then is NextAction.COMPARE:
            assert result.returned is not None
            may_be_behind = (
                result.by_list
                and not result.has_tried_long
                and (
                    (not result.returned and not result.is_old) or (result.may_return_more and not result.returned_all)
                )
            )
            assert not may_be_behind, f"{result}"
        elif then is NextAction.SEND_UNSEEN:
            assert result.returned is None, f"{result}"
            assert (result.by_list, result.has_no_list) == (True, True), f"{result}"
        elif then is NextAction.ASK_USER:
            assert result.is_gone, f"{result}"
            assert result.is_old or result.has_tried_long, f"{result}"


def test_where_the_server_puts_us_off_nothing_else_is_concluded() -> None:
    for result in every_look():
        if result.returned is None and result.status in (None, 401, 429):
            assert next_action(result) is NextAction.REST


# -- mutants ---------------------------------------------------------------------------------------------------------


def is_noticed(table: Sequence[WriteRule], monkeypatch: pytest.MonkeyPatch) -> bool:
    monkeypatch.setattr(read_before_write, "WRITE_RULES", table)
    return any(next_action(example.result) is not example.then for example in EXAMPLES)


@pytest.mark.parametrize("number", [rule.number for rule in WRITE_RULES], ids=lambda number: f"rule {number}")
@pytest.mark.parametrize("is_negated", [False, True], ids=["removed", "negated"])
def test_a_mutant_of_a_rule_is_noticed(number: int, is_negated: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    rule = WRITE_RULES[number - 1]
    negated = [rule._replace(holds=lambda result: not rule.holds(result))] if is_negated else []
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
