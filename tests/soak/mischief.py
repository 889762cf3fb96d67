"""What chance does in the SIGKILL loops: what the user does, what colleagues do, and what the server does wrong."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any, Final

from tests.faulty_sandbox.faults import Fault, FaultKind
from tests.soak.patience import LATEST, LONGEST_DELAY
from tests.soak.truth import CUSTOMER, Deed
from tests.soak.witness import OURS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

    from tests.soak.witness import Witness

_WRITES: Final = ("create", "create", "update", "softDelete")
_READS: Final = ("data", "list")

#: Fields that users and colleagues change; each text that is written to them comes once.
_EDITED: Final = ("address", "project_name", "customer_phone", "postcode")
_META: Final = {"project_name": "projectName", "customer_phone": "customerPhone"}


class Mischief:
    """Chance for one batch.

    Attributes:
        edits: How many edits of colleagues were done or are planned.
    """

    def __init__(self, server: Witness, chance: Random) -> None:
        self.edits = 0
        self._server = server
        self._chance = chance
        self._texts = count(1)

    # -- the user ------------------------------------------------------------------------------------------------

    def next_deed(self, deeds: Sequence[Deed]) -> tuple[Deed | None, dict[str, Any]]:
        """What is done next, and the message that has it done; no deed where nothing is to be saved."""
        token = len(deeds)
        kind = self._chance.choices(
            ("create", "edit", "delete", "draft", "drop", "refresh", "send"), (45, 25, 4, 10, 3, 6, 7)
        )[0]
        if kind in {"refresh", "send"}:
            return None, {"do": kind, "token": -1}
        draft = ""
        values: dict[str, str] = {}
        match kind:
            case "create":
                values, draft = self._form(deeds, token)
            case "edit":
                values = self._edit()
            case "draft":
                draft = self._open_form(deeds) or f"draft {token}"
                values = {CUSTOMER: f"form {draft}", "address": f"typed {token}"}
            case "drop":
                draft = self._open_form(deeds)
                if not draft:
                    return None, {"do": "send", "token": -1}
        message = {"do": kind, "token": token, "values": values, "draft": draft, "pick": self._chance.randrange(1000)}
        return Deed(token, kind, values, draft), message

    def _form(self, deeds: Sequence[Deed], token: int) -> tuple[dict[str, str], str]:
        creates = [deed for deed in deeds if deed.do == "create" and not deed.draft]
        kind = self._chance.random()
        if creates and kind < 0.3:
            return self._chance.choice(creates[-5:]).values, ""  # an identical form, as for the flats of a house
        draft = self._open_form(deeds) if kind < 0.5 else ""
        values = {CUSTOMER: f"form {draft or token}", "address": f"at {token}", "postcode": "AB12 3CD"}
        if self._chance.random() < 0.3:
            values["status"] = self._chance.choice(("Quote", "Sale"))
        if self._chance.random() < 0.2:
            values["crm_reference"] = f"CRM {token}"
        if self._chance.random() < 0.5:
            values["customer_phone"] = f"01632 {token:06}"
        return values, draft

    def _edit(self) -> dict[str, str]:
        names = self._chance.sample(_EDITED, self._chance.choice((1, 1, 2)))
        values = {name: f"mine {next(self._texts)}" for name in names}
        if self._chance.random() < 0.2:
            values["status"] = self._chance.choice(("Quote", "Sale", "Install"))
        return values

    def _open_form(self, deeds: Sequence[Deed]) -> str:
        """A form that was kept and neither stored nor dropped, as far as the user knows, or empty."""
        forms = {deed.draft for deed in deeds if deed.do == "draft"}
        forms -= {deed.draft for deed in deeds if deed.do in {"create", "drop"}}
        return self._chance.choice(sorted(forms)) if forms and self._chance.random() < 0.6 else ""

    # -- the server ------------------------------------------------------------------------------------------------

    def begin_life(self) -> bool:
        """Plans what goes wrong in the next life; tells whether the server is not there at all."""
        self._server.faults.clear()
        for _ in range(self._chance.choice((0, 0, 1, 1, 2, 3))):
            writes = self._chance.random() < 0.75
            endpoint = self._chance.choice(_WRITES if writes else _READS)
            fault = self._fault(writes=writes)
            self._server.faults.add(fault, endpoint=endpoint, skip=self._chance.choice((0, 0, 1, 2)))
        if self._chance.random() < 0.25:
            self._colleague()
        if self._chance.random() < 0.03:
            self._server.stop()
            return True
        return False

    def end_outage(self) -> None:
        """The server is there again."""
        self._server.start()

    def _fault(self, *, writes: bool) -> Fault:
        chance = self._chance
        applied = chance.random() < 0.5
        kinds = [
            Fault.drop_before(reset=applied),
            Fault.drop_after(reset=chance.random() < 0.5),
            Fault.answer(chance.choice((500, 502, 503, 504)), applied=applied),
            Fault.answer(429, retry_after=chance.choice((0, 1))),
            Fault.html(chance.choice((200, 502)), applied=applied),
            Fault.truncated(chance.randint(0, 20), framed=chance.random() < 0.5),
            Fault.wrong_json(applied=applied),
            Fault.delay(chance.uniform(0.01, LONGEST_DELAY)),
        ]
        if writes:
            # Sought out, as these are the ones that make others send twice.
            late = Fault.late(chance.uniform(0.1, LATEST), reset=applied)
            kinds += [late, late, late, late, Fault.drop_after(), self._planned_edit()]
        return chance.choice(kinds)

    def _planned_edit(self) -> Fault:
        """A colleague, just before a request of ours is carried out."""
        self.edits += 1
        name = self._chance.choice(_EDITED)
        return Fault(FaultKind.COLLEAGUE_EDIT, changes={_META.get(name, name): f"theirs {next(self._texts)}"})

    def _colleague(self) -> None:
        """Edits one of our projects now."""
        ours = [write.project_id for write in self._server.written if write.who == OURS and write.what == "create"]
        if ours:
            self.edits += 1
            self._server.state.edit(
                self._chance.choice(ours), **{self._chance.choice(_EDITED): f"theirs {next(self._texts)}"}
            )
