"""The random workload of the SIGKILL loops: actions of the user and of colleagues, and faults of the server."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any, Final

from tests.faulty_sandbox.faults import Fault, FaultKind
from tests.soak.fast_policy import LATEST, LONGEST_DELAY
from tests.soak.recording_server import OURS
from tests.soak.user_record import CUSTOMER, Action

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

    from tests.soak.recording_server import RecordingServer

_WRITES: Final = ("create", "create", "update", "softDelete")
_READS: Final = ("data", "list")

#: Fields that users and colleagues change; each text that is written to them comes once.
_EDITED: Final = ("address", "project_name", "customer_phone", "postcode")
_META: Final = {"project_name": "projectName", "customer_phone": "customerPhone"}


class Workload:
    """The random choices of one batch.

    Attributes:
        edits: How many edits of colleagues were done or are planned.
    """

    def __init__(self, server: RecordingServer, chance: Random) -> None:
        self.edits = 0
        self._server = server
        self._chance = chance
        self._texts = count(1)

    # -- the user ------------------------------------------------------------------------------------------------

    def next_action(self, actions: Sequence[Action]) -> tuple[Action | None, dict[str, Any]]:
        """Return the next action and the message that starts it; no action if nothing is to be saved."""
        token = len(actions)
        kind = self._chance.choices(
            ("create", "edit", "delete", "draft", "drop", "refresh", "send"), (45, 25, 4, 10, 3, 6, 7)
        )[0]
        if kind in {"refresh", "send"}:
            return None, {"do": kind, "token": -1}
        draft = ""
        values: dict[str, str] = {}
        match kind:
            case "create":
                values, draft = self._form(actions, token)
            case "edit":
                values = self._edit()
            case "draft":
                draft = self._open_form(actions) or f"draft {token}"
                values = {CUSTOMER: f"form {draft}", "address": f"typed {token}"}
            case "drop":
                draft = self._open_form(actions)
                if not draft:
                    return None, {"do": "send", "token": -1}
        message = {"do": kind, "token": token, "values": values, "draft": draft, "pick": self._chance.randrange(1000)}
        return Action(token, kind, values, draft), message

    def _form(self, actions: Sequence[Action], token: int) -> tuple[dict[str, str], str]:
        creates = [action for action in actions if action.do == "create" and not action.draft]
        kind = self._chance.random()
        if creates and kind < 0.3:
            return self._chance.choice(creates[-5:]).values, ""  # an identical form, as for the flats of a house
        draft = self._open_form(actions) if kind < 0.5 else ""
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

    def _open_form(self, actions: Sequence[Action]) -> str:
        """A form that was kept and neither stored nor dropped, as far as the user knows, or empty."""
        forms = {action.draft for action in actions if action.do == "draft"}
        forms -= {action.draft for action in actions if action.do in {"create", "drop"}}
        return self._chance.choice(sorted(forms)) if forms and self._chance.random() < 0.6 else ""

    # -- the server ------------------------------------------------------------------------------------------------

    def begin_life(self) -> bool:
        """Plan what goes wrong in the next life; report whether the server is not there at all."""
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
        """Edit one of our projects now."""
        ours = [write.project_id for write in self._server.written if write.who == OURS and write.what == "create"]
        if ours:
            self.edits += 1
            self._server.state.edit(
                self._chance.choice(ours), **{self._chance.choice(_EDITED): f"theirs {next(self._texts)}"}
            )
