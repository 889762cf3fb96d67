"""Every rule is needed: without it, negated, or in another place a promise is broken, or it is said what changes."""

from __future__ import annotations

from functools import cache
from typing import Any, Final

import pytest

from heatpunk_desktop.sync.rules import RULES
from tests.explorer.decisions import Decisions
from tests.explorer.families import SHORT, TINY
from tests.explorer.mutants import (
    DRIVER_MUTANTS,
    LATER,
    QUESTION_MUTANTS,
    RULE_MUTANTS,
    SAME,
    TIME,
    at_large,
    catch,
    difference,
)
from tests.explorer.states import POLICY
from tests.explorer.world import explored

pytestmark = pytest.mark.usefixtures("untraced")

#: What breaks no promise, and what it changes instead.
HARMLESS: Final = {
    # The first look, by rule 9, comes a second or two later than by its own.
    "rule 1 left out": TIME,
    # Rule 10 finds it once the grace period is over.
    "rule 5 left out": LATER,
    # Rule 14 looks again sooner.
    "rule 12 left out": TIME,
    # A look that fails within the grace period is followed by the next early look instead of by a pause.
    "rules 8 and 9 exchanged": TIME,
    # No look is of both kinds, or no operation is.
    **{
        f"rules {number} and {number + 1} exchanged": SAME
        for number in (1, 2, 3, 4, 5, 10, 11, 12, 13, 15, 18, 19)
    },
}  # fmt: skip


@cache
def asked() -> tuple[tuple[Any, ...], ...]:
    """All that the rules were asked in the short form, with what they said."""
    questions: list[tuple[Any, ...]] = []
    for family in (*TINY, *SHORT):
        decisions = Decisions(POLICY)
        explored(family, decisions)
        questions += decisions.verdicts.values()
    return tuple(questions)


@pytest.mark.parametrize("name", RULE_MUTANTS)
def test_a_mutant_of_a_rule_breaks_a_promise_or_is_harmless(name: str) -> None:
    table = RULE_MUTANTS[name]
    with at_large(table):
        caught = catch()
    if name in HARMLESS:
        assert caught is None
        assert difference(table, iter(asked())) == HARMLESS[name]
    else:
        assert caught is not None


def test_the_questions_of_the_short_form_need_every_rule() -> None:
    assert {verdict.rule for *_, verdict in asked()} >= {rule.number for rule in RULES}


@pytest.mark.parametrize("fault", DRIVER_MUTANTS)
def test_a_mutant_of_the_driver_is_caught(fault: str) -> None:
    assert catch(frozenset([fault])) is not None


@pytest.mark.parametrize("name", QUESTION_MUTANTS)
def test_a_mutant_of_what_is_asked_is_caught(name: str) -> None:
    assert catch(decisions=QUESTION_MUTANTS[name]) is not None
