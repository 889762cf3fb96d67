"""The families of worlds in which the whole engine is explored: for mutants, for the tests, for the soak."""

from __future__ import annotations

from typing import Any, Final

from heatpunk_desktop.domain.operation import OperationKind
from tests.explorer.engine_world import ColleagueEdit, EngineFamily, Typed
from tests.explorer.states import Budget


def form(name: str = "Ann", address: str = "1 Mill Lane", device: int = 0) -> Typed:
    """Return a new project; two forms are identical where nothing else is given."""
    return Typed(OperationKind.CREATE, (name, address), device=device)


def edit(before: str, name: str, of: int = 0, device: int = 0) -> Typed:
    """Return a change of the customer's name."""
    return Typed(OperationKind.UPDATE, (name,), (before,), of, device)


_OLD: Final = ("Old", "9 Mill Lane", "")
#: Nobody has to do with it: it shows that a list works.
_OTHER: Final = ("Other", "8 Mill Lane", "")
_DELETION: Final = Typed(OperationKind.SOFT_DELETE)
_RENAMES, _DELETES, _RESTORES = (
    ColleagueEdit(0, "Colleague's"),
    ColleagueEdit(is_deleted=1),
    ColleagueEdit(is_deleted=0),
)
_ONE: Final[dict[str, Any]] = {"old": (_OLD, _OTHER)}
_PLAIN: Final[dict[str, Any]] = {"old": (_OLD, _OTHER), "gives_references": False}
_NO_PAGES: Final[dict[str, Any]] = {**_PLAIN, "has_pages": False}
_NEW: Final[dict[str, Any]] = {"old": (_OLD, _OTHER), "is_first_new": True}
_FORGETS: Final[dict[str, Any]] = {"old": (_OLD, _OTHER), "forgets": True}

#: As small as shows what each rule is for. In each, mutants are looked for.
ENGINE_TINY: Final = (
    # Without any trouble: what goes on for ever is seen soon.
    EngineFamily("an edit, no trouble", (edit("Old", "A"),), **_ONE, asks_nobody=True),
    EngineFamily("an edit, no pages, no trouble", (edit("Old", "A"),), **_NO_PAGES, asks_nobody=True),
    EngineFamily("an edit of what is new", (edit("Old", "A"),), **_NEW, budget=Budget(odd=2), asks_nobody=True),
    EngineFamily("an edit of what is new, no pages", (edit("Old", "A"),), **_NEW, has_pages=False,
                 budget=Budget(odd=2), asks_nobody=True),
    EngineFamily("edits, one of what is new", (edit("Other", "B", of=1), edit("Old", "A")), **_NEW,
                 budget=Budget(odd=1), asks_nobody=True),
    EngineFamily("an edit of what the colleague deletes", (edit("Old", "A"),), **_FORGETS, edits=(_DELETES,)),
    EngineFamily("an edit, a colleague", (edit("Old", "A"),), **_ONE, edits=(_RENAMES,)),
    EngineFamily("a form with a reference", (form(),), **_ONE, budget=Budget(2, fails=1, full=1), asks_nobody=True),
    EngineFamily("a form without", (form(),), **_PLAIN, budget=Budget(2, 1), asks_nobody=True),
    EngineFamily("a form without, a colleague", (form(),), **_PLAIN, edits=(_RENAMES,),
                 budget=Budget(breaks=2, stale=1)),
    EngineFamily("a form, odd lists", (form(),), **_PLAIN, budget=Budget(breaks=1, odd=1), asks_nobody=True),
    EngineFamily("identical forms", (form(), form()), **_PLAIN, budget=Budget(breaks=2), asks_nobody=True),
    EngineFamily("a form, no pages", (form(),), **_NO_PAGES, budget=Budget(breaks=2, refusals=2)),
    EngineFamily("an edit", (edit("Old", "A"),), **_ONE, edits=(_RENAMES,), budget=Budget(2, stale=1, fails=1)),
    EngineFamily("an edit, no colleague", (edit("Old", "A"),), **_ONE, budget=Budget(2, 1, fails=1), asks_nobody=True),
    EngineFamily("an edit, no pages", (edit("Old", "A"),), **_NO_PAGES, edits=(_RENAMES,),
                 budget=Budget(1, fails=1, refusals=1)),
    EngineFamily("an edit of what is deleted", (edit("Old", "A"),), **_FORGETS, edits=(_DELETES, _RESTORES),
                 budget=Budget(breaks=1, stale=1)),
    EngineFamily("a deletion", (_DELETION,), **_ONE, budget=Budget(breaks=2, stale=1, fails=1), asks_nobody=True),
    EngineFamily("a deletion that shows", (_DELETION,), **_FORGETS, budget=Budget(breaks=2, fails=1, odd=1),
                 asks_nobody=True),
)  # fmt: skip

#: What the tests explore besides.
ENGINE_SHORT: Final = (
    EngineFamily("two devices, identical forms", (form(), form(device=1)), **_ONE, budget=Budget(breaks=2)),
    EngineFamily("two devices edit", (edit("Old", "A"), edit("Old", "B", device=1)), **_ONE, budget=Budget(breaks=1)),
    EngineFamily("two forms much alike", (form(), form("Bob")), **_PLAIN, budget=Budget(breaks=1, stale=1)),
)

#: What the long form explores; see `python3 dev.py bench --soak explore`.
ENGINE_LONG: Final = (
    EngineFamily("one form, much trouble", (form(),), **_ONE, edits=(_RENAMES,),
                 budget=Budget(2, 1, stale=1, fails=1, full=1, says_no=1)),
    EngineFamily("one form without, a colleague", (form(),), **_PLAIN, edits=(_RENAMES, _DELETES),
                 budget=Budget(2, 1, stale=1, fails=1)),
    EngineFamily("two identical forms, a colleague", (form(), form()), **_PLAIN, edits=(_RENAMES,),
                 budget=Budget(2, 1, stale=1)),
    EngineFamily("two forms much alike, a colleague", (form(), form("Bob")), **_PLAIN, edits=(_RENAMES,),
                 budget=Budget(2, 1, stale=1)),
    EngineFamily("no pages of projects", (form(), form("Bob", "2 Mill Lane")), **_NO_PAGES, edits=(_RENAMES,),
                 budget=Budget(2, stale=1)),
    EngineFamily("two devices, identical forms, trouble", (form(), form(device=1)), **_ONE, edits=(_RENAMES,),
                 budget=Budget(2, 1, stale=1)),
    EngineFamily("two devices, different forms", (form(), form("Bob", "2 Mill Lane", device=1)), **_PLAIN,
                 budget=Budget(2, 1, stale=1)),
    EngineFamily("an edit, much trouble", (edit("Old", "A"),), **_ONE, edits=(_RENAMES,),
                 budget=Budget(2, 1, stale=1, fails=1, refusals=1, full=1)),
    EngineFamily("two devices edit, a colleague", (edit("Old", "A"), edit("Old", "B", device=1)), **_ONE,
                 edits=(_RENAMES,), budget=Budget(2, stale=1)),
    EngineFamily("one edits, one deletes", (edit("Old", "A"), _DELETION._replace(device=1)), **_FORGETS,
                 edits=(_RESTORES,), budget=Budget(2, stale=1)),
    EngineFamily("a deletion, all trouble", (_DELETION,), **_FORGETS, edits=(_DELETES, _RESTORES),
                 budget=Budget(2, 1, stale=1, fails=1, odd=1)),
)  # fmt: skip
