"""Every mutant of a rule breaks a promise, or answers every question that there is as the rules do."""

from __future__ import annotations

from typing import Final

import pytest

from heatpunk_desktop.sync.read_before_write import next_action
from heatpunk_desktop.sync.rules import RULES
from tests.explorer import promises
from tests.explorer.decisions import Decisions
from tests.explorer.families import SHORT, TINY
from tests.explorer.mutant_table import row, written_rows
from tests.explorer.mutants import DRIVER_MUTANTS, QUESTION_MUTANTS, RULE_MUTANTS, WRITE_RULE_MUTANTS, catch
from tests.explorer.rule_domain import Question, comes_to, looks, questions
from tests.explorer.states import POLICY
from tests.explorer.world import explored

pytestmark = pytest.mark.usefixtures("untraced")

#: Mutants of rules that are no other than the rules: `row` says of each why.
SAME: Final = {
    *(f"rules {number} and {number + 1} exchanged" for number in (1, 2, 3, 4, 5, 10, 11, 12, 13, 15, 18, 19)),
    *(f"write rules {number} and {number + 1} exchanged" for number in (2, 3, 5)),
}


@pytest.mark.parametrize("name", [*RULE_MUTANTS, *WRITE_RULE_MUTANTS])
def test_a_mutant_of_a_rule_is_caught_or_the_same_as_documented(name: str) -> None:
    found = row(name)
    assert ("the same" in found) is (name in SAME)
    assert found == written_rows()[name], "python -m tests.explorer.mutant_table"


def test_the_document_holds_the_mutants_of_rules_and_no_others() -> None:
    assert [*written_rows()] == [*RULE_MUTANTS, *WRITE_RULE_MUTANTS]


def test_no_answer_of_the_rules_breaks_a_promise() -> None:
    for question in questions():
        assert not promises.by_answer(question.evidence, question.now, question.answer()), str(question)
    for look in looks():
        assert not promises.by_look(look, next_action(look)), str(look)


def test_all_questions_of_the_short_form_are_among_those_that_there_are() -> None:
    known, decided = {*map(comes_to, questions())}, set()
    for family in (*TINY, *SHORT):
        decisions = Decisions(POLICY)
        explored(family, decisions)
        for operation, evidence, now, verdict in decisions.verdicts.values():
            assert comes_to(Question(operation, evidence, now)) in known, f"{evidence} at {now}"
            decided.add(verdict.rule)
    assert decided == {rule.number for rule in RULES}


@pytest.mark.parametrize("fault", DRIVER_MUTANTS)
def test_a_mutant_of_the_driver_is_caught(fault: str) -> None:
    assert catch(frozenset([fault])) is not None


@pytest.mark.parametrize("name", QUESTION_MUTANTS)
def test_a_mutant_of_what_is_asked_is_caught(name: str) -> None:
    assert catch(decisions=QUESTION_MUTANTS[name]) is not None
