"""Acts that undo what was done, redo it, and bring a whole file in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.domain.operation import OperationKind
from heatpunk_desktop.gui.actions.actions import Act
from tests.random_user.changing import STRANGER
from tests.random_user.comparing import Comparing
from tests.random_user.ledger import PLACES
from tests.random_user.user import POSTCODES, STATUSES, STREETS, BrokenError, pick

if TYPE_CHECKING:
    from collections.abc import Iterable

    from PySide6.QtWidgets import QDialog

    from tests.random_user.ledger import Expected


class Returning(Comparing):
    """Back, and forth again."""

    def undo(self, _a: int, _b: int, c: int) -> None:
        """Take back what was done last."""
        if not self._may_go(Act.UNDO):
            return
        words = self.action(Act.UNDO).text().replace("&", "")
        before, unclear = self._contents(), self._unclear()
        self._start(Act.UNDO, c)
        self.live.quiet()
        is_partly = self.live.dialog() is not None
        self.leave_dialogs()
        if is_partly or self.in_a_hurry:
            unclear = set(before)
        self._take_undone(words, before, unclear | self._unclear())
        self.note(f"{words} undone")

    def redo(self, _a: int, _b: int, c: int) -> None:
        """Do again what was undone."""
        if not self._may_go(Act.REDO):
            return
        words = self.action(Act.REDO).text().replace("&", "")
        self._start(Act.REDO, c)
        self.live.quiet()
        self.leave_dialogs()
        self._accept_all()
        self.done.clear()
        self.note(f"{words} done again")

    def undo_and_redo(self, _a: int, _b: int, _c: int) -> None:
        """Take something back and do it again at once, which leaves everything as it was."""
        if not self._may_go(Act.UNDO):
            return
        words = self.action(Act.UNDO).text().replace("&", "")
        before, is_unsettled = self._contents(), self._is_unsettled()
        self.trigger(Act.UNDO)
        self.live.quiet()
        is_partly = self.live.dialog() is not None
        self.leave_dialogs()
        # What was discarded leaves nothing to undo, and nothing to redo: the next thing on the way back stays there.
        undone, redone = (text.partition(" ")[2] for text in (words, self.action(Act.REDO).text().replace("&", "")))
        now = self._contents()
        is_partly = is_partly or (undone != redone and self._with_ids(before, now) == now)
        if not is_partly and self.action(Act.REDO).isEnabled() and not is_unsettled and not self._is_unsettled():
            self.trigger(Act.REDO)
            self.live.quiet()
            is_partly = self.live.dialog() is not None
            self.leave_dialogs()
            after = self._contents()
            before = self._with_ids(before, after)
            others = {key for key, fields in self.ledger.theirs.items() if fields} | self.ledger.gone
            others |= after.keys() - before.keys() - self.ledger.projects.keys()  # a colleague's, which have just come
            is_in_doubt = is_partly or self.in_a_hurry or self._is_unsettled()
            same = [sorted(state[key] for key in state.keys() - others) for state in (before, after)]
            if not is_in_doubt and same[0] != same[1]:
                changed = sorted(set(same[0]) ^ set(same[1]))
                raise BrokenError("undo then redo is identity", f"{words!r} undone and done again left {changed}")
        self._accept_all()
        self.done.clear()
        self.note(f"{words} undone and done again")

    def _take_undone(self, words: str, before: dict[int, tuple[str, ...]], unclear: set[int]) -> None:
        """What was undone has to be what was done last, all of it, unless something of it was unclear."""
        after = self._contents()
        before, moved = self._with_ids(before, after), self.ledger.moved
        unclear = unclear | {moved[key] for key in unclear & moved.keys()}
        changed = {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}
        step = self.done.pop() if self.done else None
        wanted = set() if step is None else _changed(step.before, step.after)
        if step is not None and wanted.isdisjoint(unclear):
            # What is deleted already cannot be deleted by undoing its creation.
            there = {key for key in wanted & before.keys() if before[key][-1] == str(False)}
            missing = {key for key in there if before.get(key) == after.get(key)}
            ledger = self.ledger
            strange = {
                key for key in changed - wanted - unclear if not ledger.theirs.get(key) and key in ledger.projects
            }
            if missing or strange:
                told = f"{words!r} changed {sorted(changed)}, and {step.words} had changed {sorted(wanted)}"
                raise BrokenError("undo takes back what was done last", told)
        self._accept_all()

    def _unclear(self) -> set[int]:
        """Projects in which a colleague, a refusal or a decision has had a say, or whose deletion is not settled."""
        ledger = self.ledger
        undecided = {
            operation.project_key
            for operation in self.operations()
            if operation.state in ("needs_you", "unknown") or operation.kind is OperationKind.SOFT_DELETE
        }
        theirs = {key for key, fields in ledger.theirs.items() if fields}
        return undecided | theirs | ledger.gone | ledger.uncertain

    def _is_unsettled(self) -> bool:
        """Whether anything may still turn out either way."""
        return any(
            operation.state in ("needs_you", "unknown") or operation.kind is OperationKind.SOFT_DELETE
            for operation in self.operations()
        )

    def _contents(self) -> dict[int, tuple[str, ...]]:
        """What stands in every project, and whether it is deleted, by key."""
        return {
            key: (*(str(row[place] or "") for place in PLACES.values()), str(self.is_gone(row)))
            for key, row in self.live.rows().items()
        }

    def _with_ids(
        self, before: dict[int, tuple[str, ...]], after: dict[int, tuple[str, ...]]
    ) -> dict[int, tuple[str, ...]]:
        """What stood in every project, by the keys that they have now.

        A project created earlier may get its ID while something else is undone, as its request is sent again or found
        out at that moment. It is the same project then; the server may have filled in what the user left empty.
        """
        found = {}
        for key, content in before.items():
            new = self.ledger.moved.get(key, key)
            is_known = new != key and new in after
            found[new] = tuple(map(lambda old, now: old or now, content, after[new])) if is_known else content
        return found

    def _accept_all(self) -> None:
        """Take what is on the screen for what is expected."""
        self.ledger.begin(self.live.rows().values())
        # Until it is settled whether a project is deleted, it may look either way.
        deletions = (
            operation.project_key for operation in self.operations() if operation.kind is OperationKind.SOFT_DELETE
        )
        self.ledger.uncertain.update(deletions)
        self.ledger.learn_from_server(self.pending())

    # -- a file ----------------------------------------------------------------------------------------------------

    def import_file(self, a: int, b: int, c: int) -> None:
        """Import a small file, with rows of somebody who is not of the team now and then."""
        number = self.token()
        made: dict[str, dict[Field, str]] = {}
        has_stranger = c % 3 == 0
        lines = ["Client,Site address,Postcode,Stage" + (",Rep" if has_stranger else "")]
        for at in range(2 + a % 3):
            customer, status = f"{self.user()} {number}{at}", pick(STATUSES, b + at)
            postcode = pick(POSTCODES, a + at)
            made[customer] = {Field.CUSTOMER_NAME: customer, Field.POSTCODE: postcode, Field.STATUS: status}
            rep = f",{STRANGER if at == 0 else self.live.server.user_email}" if has_stranger else ""
            lines.append(f"{customer},{number}{at} {pick(STREETS, a + at)},{postcode},{status}{rep}")
        path = self.live.folder / f"leads {number}.csv"
        path.write_text("\n".join(lines) + "\n", "utf-8")
        if not self.trigger(Act.IMPORT):
            raise BrokenError("an action that works", "Import cannot be chosen")
        dialog = self._opened("Import projects")
        before, known = self.ledger.copy(), set(self.live.rows())
        self.fill("File", str(path), dialog)
        if not self._go_through(dialog):
            self.leave_dialogs()
            self.note("left an import")
            return
        self._expect_new(made, known)
        self._see_import_end(dialog, made)
        self.leave_dialogs()
        self.did(f"import of {len(made)}", before)
        self.note(f"imported {list(made)}{' with a stranger' if has_stranger else ''}")

    def _go_through(self, dialog: QDialog) -> bool:
        """Go from page to page, to the end; report whether it was reached."""
        for _ in range(8):

            def is_ready() -> bool:
                return bool({"Import projects", "Next", "Close", "Back"} & set(self._buttons(dialog)))

            self.live.wait(is_ready, "the next page of the import")
            self.live.quiet()
            offered = self._buttons(dialog)
            if "Import projects" in offered:
                self.press_in(dialog, "Import projects")
                self.live.wait(lambda: "Close" in self._buttons(dialog), "the end of the import")
                self.live.quiet()
                return True
            if "Next" not in offered:
                return False  # all of it is there already
            self.press_in(dialog, "Next")
        return False

    def _see_import_end(self, dialog: QDialog, made: Iterable[str]) -> None:
        """The end page may only say what is true."""
        texts = self._texts_in(dialog)
        customers = set(made)
        on_server = sum(project.customer_name in customers for project in self.live.server.state)
        pending = [
            operation for operation in self.operations() if operation.changes.get(Field.CUSTOMER_NAME) in customers
        ]
        refused = sum(operation.state == "needs_you" for operation in pending)
        wanted = (f"Created: {on_server}", f"Waiting: {len(pending) - refused}", f"Refused: {refused}")
        if any(operation.state == "unknown" for operation in pending):
            return  # the server may have created what nobody here knows of yet
        if refused and any("All of it" in text for text in texts):
            raise BrokenError("the end of an import", f"{texts} says all of it, and {refused} were refused")
        if not set(wanted) <= set(texts):
            raise BrokenError("the end of an import", f"{texts} does not say {wanted}")

    def _may_go(self, act: Act) -> bool:
        if self.action(act).isEnabled():
            return True
        self.note(f"there was nothing to {act}")
        return False


def _changed(before: dict[int, Expected], after: dict[int, Expected]) -> set[int]:
    return {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}
