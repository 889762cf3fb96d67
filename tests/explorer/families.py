"""The families of worlds that are explored: tiny ones for mutants, small ones for the tests, larger for the soak."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from tests.explorer.states import CREATE, DELETE, UPDATE, Act, Budget, Change, Family

if TYPE_CHECKING:
    from tests.explorer.decisions import Values


def form(number: int, name: str = "Ann", address: str = "1 Mill Lane", device: int = 0) -> Change:
    """Return a new project; forms are identical but for the program's own reference where nothing else is given."""
    return Change(CREATE, (name, address, f"HPD-000000000{number}"), device=device)


def edit(before: str, name: str, of: int = 0, device: int = 0) -> Change:
    """Return a change of the customer's name."""
    return Change(UPDATE, (name, None, None), (before, None, None), of=of, device=device)


_OLD: Final[Values] = ("Old", "9 Mill Lane", "")
_RENAMES: Final = Act("edit", 0, "Colleague's")
_MOVES: Final = Act("edit", 1, "Colleague's")
_DELETES: Final = Act("delete")
_RESTORES: Final = Act("restore")
_ADDS_ONE_ALIKE: Final = Act("add", values=("Ann", "2 Hill Road", ""))
_DELETION: Final = Change(DELETE)
_TWO: Final = (form(1), form(2))
_ON_TWO_DEVICES: Final = (form(1), form(2, device=1))
_BACK_AND_FORTH: Final = (edit("Old", "A"), edit("A", "Old"), edit("Old", "B"))
#: A server that keeps references to itself.
_PLAIN: Final[dict[str, Any]] = {"gives_references": False}
#: A server that knows no project any more that was deleted.
_FORGETS: Final[dict[str, Any]] = {"shows_deleted": False, "old": (_OLD,)}

#: As small as shows what each rule is for. In each, mutants are looked for.
TINY: Final = (
    Family("a form with a reference", (form(1),), budget=Budget(breaks=1, crashes=1, fails=1, full=1)),
    Family("a form without", (form(1),), **_PLAIN, acts=(_RENAMES,), budget=Budget(breaks=3, stale=1, fails=1)),
    Family("a list that is cut off", (form(1),), **_PLAIN, is_whole=False, budget=Budget(1, fails=1, refusals=2)),
    Family("identical forms", _TWO, **_PLAIN, budget=Budget(breaks=3)),
    Family("looks that are refused", (form(1),), refuses_looks=True, budget=Budget(breaks=1)),
    Family(
        "an edit", (edit("Old", "A"),), old=(_OLD,), acts=(_RENAMES,),
        budget=Budget(breaks=3, stale=1, fails=1, refusals=2),
    ),
    Family("edits back and forth", _BACK_AND_FORTH, old=(_OLD,), budget=Budget(breaks=1, stale=1)),
    Family("a field that nobody tells", (edit("Old", "A"),), old=(_OLD,), tells=(False, True, True), budget=Budget(1)),
    Family("a deletion", (_DELETION,), old=(_OLD,), budget=Budget(breaks=3, stale=1, fails=1, refusals=1)),
    Family("a deletion that shows", (_DELETION,), **_FORGETS, budget=Budget(breaks=1, odd=2)),
    Family(
        "a deletion, a list cut off", (_DELETION,), **_FORGETS, is_whole=False, budget=Budget(breaks=1, refusals=1)
    ),
)  # fmt: skip

#: What the tests explore beside the tiny ones.
SHORT: Final = (
    Family("one form, much trouble", (form(1),), budget=Budget(2, 1, stale=2, fails=1, refusals=1, full=1)),
    Family(
        "one form, a colleague", (form(1),), **_PLAIN, shows_deleted=False, acts=(_DELETES, _RENAMES),
        budget=Budget(breaks=2, crashes=1, stale=1, fails=1),
    ),
    Family("two identical forms", _TWO, **_PLAIN, budget=Budget(breaks=2, crashes=1, stale=1)),
    Family(
        "two forms much alike", (form(1), form(2, "Bob")), **_PLAIN, acts=(_RENAMES,),
        budget=Budget(breaks=2, stale=1),
    ),
    Family(
        "no pages of projects", (form(1), form(2, "Bob", "2 Mill Lane")), **_PLAIN, has_pages=False, acts=(_RENAMES,),
        budget=Budget(breaks=2),
    ),
    Family("lists that take time", _TWO, **_PLAIN, takes_time=True, budget=Budget(breaks=2, slow=1)),
    Family("two devices, identical forms", _ON_TWO_DEVICES, budget=Budget(breaks=2, crashes=1, stale=1)),
    Family(
        "two devices, different forms", (form(1), form(2, "Bob", "2 Mill Lane", device=1)), **_PLAIN,
        acts=(_RENAMES,), budget=Budget(breaks=2),
    ),
    Family(
        "a form, then an edit, then deleted", (form(1), edit("Ann", "Zoe", of=-1), Change(DELETE, of=-1)),
        acts=(_RENAMES,), budget=Budget(breaks=2, crashes=1),
    ),
    Family("an edit, much trouble", (edit("Old", "A"),), old=(_OLD,), acts=(_RENAMES,),
           budget=Budget(2, 1, fails=1, full=1, slow=1, says_no=1)),
    Family("edits in a row", _BACK_AND_FORTH, old=(_OLD,), acts=(_RENAMES,), budget=Budget(2, 1, stale=1)),
    Family("an edit of what is deleted", (edit("Old", "A"),), **_FORGETS, acts=(_DELETES, _RENAMES, _RESTORES),
           budget=Budget(breaks=2, crashes=1)),
    Family("two devices edit", (edit("Old", "A"), edit("Old", "B", device=1)), old=(_OLD,), acts=(_RENAMES,),
           budget=Budget(breaks=2, stale=1)),
    Family("a deletion, a colleague", (_DELETION,), **_FORGETS, acts=(_DELETES, _RESTORES),
           budget=Budget(breaks=2, crashes=1, stale=1, odd=1)),
    Family("a deletion, much trouble", (_DELETION,), old=(_OLD,), budget=Budget(2, 1, 1, 1, 1, full=1)),
    Family("two devices delete", (_DELETION, replace(_DELETION, device=1)), **_FORGETS,
           budget=Budget(breaks=2, stale=1, odd=1)),
)  # fmt: skip

_FOUR: Final = (form(1), form(2), form(3, device=1), form(4, device=1))

#: What the long form explores; see `python3 dev.py bench --soak explore`.
LONG: Final = (
    Family("one form, all trouble", (form(1),), acts=(_RENAMES,),
           budget=Budget(3, 2, 2, 1, 1, full=1, slow=1, says_no=1)),
    Family(
        "one form, a colleague", (form(1),), **_PLAIN, shows_deleted=False, acts=(_DELETES, _RENAMES, _RESTORES),
        budget=Budget(3, 2, stale=2, fails=1, full=1),
    ),
    Family("one form, others alike", (form(1),), **_PLAIN, acts=(_ADDS_ONE_ALIKE, _RENAMES, _MOVES),
           budget=Budget(2, 2, stale=2, fails=1)),
    Family("two identical forms", _TWO, **_PLAIN, budget=Budget(3, 1, stale=2, fails=1, full=1)),
    Family("two identical forms, a colleague", _TWO, **_PLAIN, acts=(_RENAMES,), budget=Budget(3, 1, stale=2, fails=1)),
    Family("two identical forms, deleted", _TWO, **_PLAIN, acts=(_RENAMES, _DELETES), budget=Budget(2, 1, stale=2)),
    Family("three identical forms", (*_TWO, form(3)), **_PLAIN, budget=Budget(3, stale=1)),
    Family("three forms, two of them identical", (*_TWO, form(3, "Bob")), **_PLAIN, budget=Budget(3, stale=1)),
    Family("two forms much alike", (form(1), form(2, "Bob")), **_PLAIN, acts=(_RENAMES, _MOVES),
           budget=Budget(2, 1, stale=2, fails=1)),
    Family("no pages of projects", (form(1), form(2, "Bob", "2 Mill Lane")), **_PLAIN, has_pages=False,
           acts=(_RENAMES, _MOVES), budget=Budget(3, 1, stale=2)),
    Family("lists that take time", _TWO, **_PLAIN, takes_time=True, budget=Budget(2, 1, stale=1, fails=1, slow=2)),
    Family("lists that take time, a colleague", _TWO, **_PLAIN, takes_time=True, acts=(_RENAMES,),
           budget=Budget(2, stale=1, slow=2)),
    Family("lists that take time, references", (form(1), form(2, "Bob")), takes_time=True, acts=(_RENAMES,),
           budget=Budget(2, 1, stale=1, fails=1, slow=2)),
    Family("two devices, identical forms", _ON_TWO_DEVICES, acts=(_RENAMES,), budget=Budget(3, 2, stale=2, full=1)),
    Family("two devices, two identical forms each", _FOUR, budget=Budget(breaks=2, crashes=1)),
    Family("two devices, different forms", (form(1), form(2, "Bob", "2 Mill Lane", device=1)), **_PLAIN,
           acts=(_RENAMES,), budget=Budget(3, 1, stale=2, fails=1)),
    Family("two devices, lists that take time", _ON_TWO_DEVICES, takes_time=True, acts=(_DELETES,),
           budget=Budget(2, 1, stale=1, slow=2)),
    Family("a form, then an edit, then deleted", (form(1), edit("Ann", "Zoe", of=-1), Change(DELETE, of=-1)),
           acts=(_RENAMES, _DELETES), budget=Budget(3, 2, stale=1, fails=1, slow=1)),
    Family("identical forms, then edits", (*_TWO, edit("Ann", "Zoe", of=-1), edit("Ann", "Yan", of=-2)), **_PLAIN,
           budget=Budget(3, 1)),
    Family("an edit, all trouble", (edit("Old", "A"),), old=(_OLD,), acts=(_RENAMES, _MOVES),
           budget=Budget(3, 1, 2, 1, 1, full=1, slow=1, says_no=1)),
    Family("two edits, a project that is deleted", (edit("Old", "A"), edit("A", "B")), **_FORGETS,
           acts=(_DELETES, _RENAMES, _RESTORES), budget=Budget(2, 1, stale=2, fails=1, says_no=1)),
    Family("edits in a row", _BACK_AND_FORTH, old=(_OLD,), acts=(_RENAMES,), budget=Budget(3, 2, stale=2, fails=1)),
    Family("two devices edit", (edit("Old", "A"), edit("Old", "B", device=1)), old=(_OLD,), acts=(_RENAMES,),
           budget=Budget(3, 1, stale=2, fails=1, full=1)),
    Family("two devices edit in a row", (edit("Old", "A"), edit("A", "Old"), edit("Old", "B", device=1)), old=(_OLD,),
           budget=Budget(3, 1, stale=2)),
    Family("a deletion, a colleague", (_DELETION,), **_FORGETS, acts=(_DELETES, _RESTORES),
           budget=Budget(2, 1, stale=2, odd=2, fails=1, slow=1)),
    Family("a deletion, all trouble", (_DELETION,), old=(_OLD,), acts=(_DELETES, _RESTORES),
           budget=Budget(3, 2, 2, 1, 1, full=1, odd=1)),
    Family("two devices delete", (_DELETION, replace(_DELETION, device=1)), **_FORGETS,
           budget=Budget(3, 1, stale=2, odd=2)),
    Family("one edits, one deletes", (edit("Old", "A"), replace(_DELETION, device=1)), **_FORGETS, acts=(_RENAMES,),
           budget=Budget(3, 1, stale=2, odd=1)),
)  # fmt: skip

#: What is said in `docs/reliability.md` not to be promised. The explorer finds it, so it would find it elsewhere.
LIMITS: Final = {
    "doubled: there are more such projects": Family(
        "a server that is later than the grace period", (form(1),), late=6, budget=Budget(breaks=1)
    ),
    "doubled: a project that nobody claims": Family(
        "two users type the same, and no reference comes back", _ON_TWO_DEVICES, **_PLAIN, budget=Budget(breaks=2)
    ),
    "lost: it is said to be done, and claims": Family(
        "a colleague types the same, and no reference comes back", (form(1),), **_PLAIN,
        acts=(Act("add", values=("Ann", "1 Mill Lane", "")),), budget=Budget(breaks=1),
    ),
}  # fmt: skip
