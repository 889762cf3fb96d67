"""The table of the mutants of rules in `docs/reliability.md`: `python -m tests.explorer.mutant_table` writes it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from heatpunk_desktop.sync.read_before_write import WRITE_RULES, LookResult, NextAction
from heatpunk_desktop.sync.rules import RULES, Conclusion, Verdict
from tests.explorer.mutants import (
    RULE_MUTANTS,
    WRITE_RULE_MUTANTS,
    at_large,
    catch,
    catch_by_engine,
    other_answer,
    why_same,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.explorer.mutants import Answered, Caught

DOCUMENT: Final = Path(__file__).resolve().parents[2] / "docs" / "reliability.md"
_BEGINS, _ENDS = "<!-- mutants of rules: begin -->\n", "<!-- mutants of rules: end -->\n"
_HEAD: Final = (
    "| mutant | caught by, in steps | in the world | shortest question | rules | mutant |\n| --- |" + " --- |" * 5
)

#: Those of the rules before a write that the whole engine is run with: the others it would take minutes to look for.
IN_THE_ENGINE: Final = frozenset(
    {
        *(f"write rule {number} left out" for number in (1, 2, 5, 9, 10)),
        *(f"write rules {number} and {number + 1} exchanged" for number in (1, 9)),
        *(name for name in WRITE_RULE_MUTANTS if name.endswith("negated")),
    }
)


def row(name: str) -> str:
    """Return the row of a mutant: which promise it breaks where, or why it is no other than the rules.

    Raises:
        ValueError: It answers some question otherwise, and breaks no promise: one is missing.
    """
    answered = other_answer(name)
    if answered is None:
        return f"| {name} | *the same*: {_why_same(name)} | | | | |"
    caught = _caught(name)
    if caught is not None:
        by, where = f"{_word(caught.broken)}, {caught.steps}", caught.family
    elif answered.broken:
        by, where = f"{_word(answered.broken)}, by the answer", ""
    else:
        raise ValueError(f"No promise is broken by {name}: {answered}")
    return f"| {name} | {by} | {where} | {_of_question(answered)} |"


def _why_same(name: str) -> str:
    table = WRITE_RULES if name in WRITE_RULE_MUTANTS else RULES
    number = next(int(word) for word in name.split() if word.isdecimal())
    why = why_same(number, table) if name.endswith("exchanged") else ""
    if not why:
        raise ValueError(f"Nothing says why {name} is the same")
    return why


def _caught(name: str) -> Caught | None:
    if name in WRITE_RULE_MUTANTS:
        with at_large(WRITE_RULE_MUTANTS[name]):
            return catch_by_engine() if name in IN_THE_ENGINE else None
    with at_large(RULE_MUTANTS[name]):
        return catch(is_shortest=True)


def _word(broken: str) -> str:
    return broken.partition(":")[0]


def _of_question(answered: Answered) -> str:
    question = answered.question
    asked = _look(question) if isinstance(question, LookResult) else str(question)
    return f"{asked} | {_answer(answered.by_rules)} | {_answer(answered.by_mutant)}"


def _answer(answer: Verdict | NextAction) -> str:
    if isinstance(answer, NextAction):
        return answer.name.lower().replace("_", " ")
    if answer.conclusion is not Conclusion.LOOK_AGAIN:
        return answer.conclusion.value
    return f"again at {answer.when:.0f} s{', in the list' if answer.by_list else ''}"


def _look(look: LookResult) -> str:
    what = "list" if look.by_list else "page"
    if look.failed:
        showed = "no answer" if look.status is None else f"{look.status:d}"
    else:
        showed = "all fields" if look.returned_all else "some fields" if look.returned else "nothing of it"
    flags = [
        name for name, is_so in look._asdict().items() if is_so is True and name not in {"by_list", "returned_all"}
    ]
    return "; ".join([f"{what}: {showed}", *(name.replace("_", " ") for name in flags)])


# -- the document ------------------------------------------------------------------------------------------------------


def mutant_table(rows: Iterable[str]) -> str:
    """Return the table of these rows."""
    return "\n".join(["", _HEAD, *rows, "", ""])


def written_rows() -> dict[str, str]:
    """Return the rows of the document under the names of their mutants."""
    _, _, after = DOCUMENT.read_text("utf-8").partition(_BEGINS)
    lines = after.partition(_ENDS)[0].strip().splitlines()[2:]
    return {line.split("|")[1].strip(): line for line in lines}


def write() -> None:
    """Write the table into the document, between its markers."""
    before, begins, after = DOCUMENT.read_text("utf-8").partition(_BEGINS)
    _, ends, after = after.partition(_ENDS)
    table = mutant_table(map(row, (*RULE_MUTANTS, *WRITE_RULE_MUTANTS)))
    DOCUMENT.write_text(before + begins + table + ends + after, "utf-8")


if __name__ == "__main__":
    write()
