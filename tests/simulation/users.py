"""What users do: at the devices, through the store as the service does it, and on the server's own pages."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final, TypeVar

from heatpunk_desktop.domain.fields import Field, Status
from heatpunk_desktop.domain.operation import Reason
from heatpunk_desktop.domain.project import KEY, MARKS, Mark
from heatpunk_desktop.domain.undo import Undoable
from heatpunk_desktop.errors import BadInputError, StorageError
from tests.simulation.device import MATE, ME, MEMBERS, CrashedError, Form
from tests.simulation.memory import Done, Part
from tests.simulation.second_thoughts import SecondThoughts
from tests.simulation.story import pick

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from heatpunk_desktop.api.exchange import Exchange
    from tests.simulation.device import Device
    from tests.simulation.ledger import Entry
    from tests.simulation.model_server import Project, Value
    from tests.simulation.story import Step
    from tests.simulation.world import World

T = TypeVar("T")

_STATUSES: Final = tuple(Status)
#: The customer's name twice, so that users come into each other's way.
_TEXTS: Final = (
    Field.CUSTOMER_NAME,
    Field.CUSTOMER_NAME,
    Field.ADDRESS,
    Field.CUSTOMER_PHONE,
    Field.PROJECT_NAME,
    Field.CRM_REFERENCE,
)
_COLLEAGUES_FIELDS: Final = ("customerName", "customerName", "address", "customerPhone", "crmReference", "status")
#: A choice, with which the user discards what the server refuses.
_GIVES_UP: Final = 1
_JUMPS: Final = (90.0, -90.0, 3600.0, -3600.0, 86400.0, -86400.0, 864000.0, -864000.0)


class Users:
    """All users in one history."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._typed = 0
        self._second_thoughts = SecondThoughts(self)

    def do(self, step: Step, device: Device) -> None:
        """Do what a step says; nothing where it makes no sense as things stand."""
        if step.kind.startswith("colleague_"):
            getattr(self, f"_{step.kind}")(step)
        elif step.kind == "online":
            self._world.wake(device)
            device.is_online = True
            self._world.work(device)
        elif not device.is_asleep:
            getattr(self, f"_{step.kind}")(step, device)

    # -- at a device ---------------------------------------------------------------------------------------------------

    def _create(self, step: Step, device: Device) -> None:
        values = self._form(step)
        owner = MATE if step.b % 9 == 0 else ME
        key = self._act(device, lambda: device.store.outbox.add_create(values, owner, device.text()), values)
        if key is not None:
            device.memory.add(Done(Undoable(operations=(-key,)), (Part(-key, values, {}),)))

    def _form(self, step: Step) -> dict[Field, Value]:
        twin: dict[Field, Value] = {Field.CUSTOMER_NAME: "Jo Twin", Field.ADDRESS: "1 High Street"}
        match step.a % 10:
            case 0:
                return {}
            case 1 | 2:
                return twin
            case 3:
                return {**twin, Field.CRM_REFERENCE: "CRM-1"}
            case 4:
                return {Field.CUSTOMER_EMAIL: f"{self.new_text()}@example.test"}
            case 5:
                return {Field.STATUS: "Quote"}
            case 6:
                place: dict[Field, Value] = {
                    Field.LATITUDE: 52.1 + step.b / 7919,
                    Field.LONGITUDE: -1.3 - step.c / 7907,
                }
                return {Field.CUSTOMER_NAME: self.new_text(), **place}
            case 7:
                return {Field.CUSTOMER_NAME: self.new_text(), Field.CRM_REFERENCE: self.new_text()}
            case _:
                return {Field.CUSTOMER_NAME: self.new_text(), Field.POSTCODE: "AB1 2CD", Field.BUILD_DATE: "pre2000"}

    def new_text(self) -> str:
        """A text that nobody typed before."""
        self._typed += 1
        return f"t{self._typed}"

    def _edit(self, step: Step, device: Device) -> None:
        key = self.key(step.a, device)
        detail = device.store.reader.detail(key) if key is not None else None
        if key is not None and detail is not None:
            self._save(step, device, Form(key, detail.values))

    def _open_form(self, step: Step, device: Device) -> None:
        key = self.key(step.a, device)
        detail = device.store.reader.detail(key) if key is not None else None
        if key is not None and detail is not None:
            device.form = Form(key, detail.values)

    def _save_form(self, step: Step, device: Device) -> None:
        form, device.form = device.form, None
        if form is not None:
            self._save(step, device, form)

    def _save(self, step: Step, device: Device, form: Form) -> None:
        changes: dict[Field, Value] = {}
        first = _TEXTS[step.b % len(_TEXTS)]
        changes[first] = "" if step.c % 10 == 0 else "the same" if step.c % 10 == 1 else self.new_text()
        if step.c % 3 == 0:
            changes[Field.STATUS] = _STATUSES[step.c % len(_STATUSES)].value
        if step.c % 11 == 0:
            changes |= {Field.LATITUDE: 50.5 + step.b / 7919, Field.LONGITUDE: -2.0 - step.c / 7907}
        # A form saves only what differs from what it showed.
        changes = {name: value for name, value in changes.items() if form.values.get(name, "") != value}
        if not changes:
            return
        base = {name: form.values[name] for name in changes if name in form.values}
        before = {number: dict(entry.intent) for number, entry in device.ledger.entries.items()}
        stored = self.attempt(device, lambda: device.store.outbox.edit(form.key, changes, base, device.text()))
        if stored is None:
            return
        self._look(device, stored.edit.key, changes, base)
        part = Part(stored.operation, changes, base, before.get(stored.operation, {}), is_edit=True)
        device.memory.add(Done(Undoable(edits=(stored,)), (part,)))
        self._world.work(device)

    def _load(self, step: Step, device: Device) -> None:
        key = self.key(step.a, device)
        if key is not None and key > 0:
            engine = device.engine
            request, asked = engine.detail_request(key), engine.as_of()

            def settle(exchange: Exchange) -> None:
                engine.settle_detail(key, exchange, asked)

            self._world.ask(device, request, settle)

    def _soft_delete(self, step: Step, device: Device) -> None:
        key = self.key(step.a, device)
        if key is not None:
            deleted = self._act(device, lambda: device.store.outbox.add_soft_delete(key, device.text()))
            if deleted is not None:
                device.memory.add(Done(Undoable(deleted=deleted), ()))

    def _discard(self, step: Step, device: Device) -> None:
        pending = [
            entry for entry in device.ledger.entries.values() if entry.row.state in {"queued", "unknown", "needs_you"}
        ]
        entry = pick(pending, step.a)
        if entry is not None:
            self._act(device, lambda: device.store.outbox.discard(entry.row.number, device.text()))

    def _decide(self, step: Step, device: Device) -> None:
        states = {"needs_you", "unknown"} if step.c % 4 == 0 else {"needs_you"}
        entry = pick([entry for entry in device.ledger.entries.values() if entry.row.state in states], step.a)
        if entry is not None:
            self.settle(device, entry, step.b)

    def _send_now(self, _: Step, device: Device) -> None:
        self._world.give_key(device)

    def _refresh(self, _: Step, device: Device) -> None:
        self._world.refresh(device)

    @staticmethod
    def _offline(_: Step, device: Device) -> None:
        device.is_online = False

    def _sleep(self, step: Step, device: Device) -> None:
        self._world.sleep(device, (5.0, 100.0, 150.0, 4000.0)[step.a % 4] + step.b / 10)

    def _clock_jump(self, step: Step, device: Device) -> None:
        device.wall_off += _JUMPS[step.a % len(_JUMPS)]
        self._world.work(device)

    def _restart(self, _: Step, device: Device) -> None:
        self._world.restart(device)

    @staticmethod
    def _crash_soon(step: Step, device: Device) -> None:
        if step.b % 3:
            device.disk.crash_in = 1 + step.a % 8
        else:
            device.disk.refuse_in = 1 + step.a % 8

    def _key_refused(self, _: Step, __: Device) -> None:
        self._world.is_key_refused = True

    def _key_given(self, _: Step, __: Device) -> None:
        self._world.is_key_refused = False
        for device in self._world.devices:
            if not device.is_asleep:
                self._world.give_key(device)

    # -- what needs the user -------------------------------------------------------------------------------------------

    def tidy(self, *, is_weary: bool) -> bool:
        """Settle all that needs the users, and discard what is refused if weary; return whether there was anything."""
        did = False
        for device in self._world.devices:
            for entry in list(device.ledger.entries.values()):
                if entry.row.state == "needs_you":
                    did = True
                    choice = self._new_choice()
                    is_refused = entry.row.reason == Reason.REFUSED
                    self.settle(device, entry, _GIVES_UP if is_weary and is_refused else choice)
        return did

    def _new_choice(self) -> int:
        self._typed += 1
        return self._typed

    def settle(self, device: Device, entry: Entry, choice: int) -> None:
        """Decide about one operation, as somebody does who looks at the server's own pages first."""
        number, reason = entry.row.number, entry.row.reason
        outbox = device.store.outbox
        self._world.say(f"{device.name}: settles {number} ({entry.row.state} {reason})")
        if reason == Reason.CONFLICT:
            self._resolve(device, entry, choice)
        elif reason == Reason.GONE and choice % 3 == 0:
            self._create_again(device, entry)
        elif entry.row.kind == "create" and self._adopt(device, entry):
            pass
        elif choice % 3 == 1 or (reason == Reason.GONE and choice % 2):
            self._act(device, lambda: outbox.discard(number, device.text()))
        else:
            if reason == Reason.UNCLEAR or entry.row.state == "unknown":
                device.ledger.note_try_again(entry, self._world.time)
                self._world.counts["requests in doubt sent again on the user's word"] += 1
            self._act(device, lambda: outbox.try_again(number))

    def _adopt(self, device: Device, entry: Entry) -> bool:
        """Show the program which project an unclear create made, where it made one that can be seen."""
        if entry.row.reason != Reason.UNCLEAR and entry.row.state != "unknown":
            return False
        store = device.store
        for number in entry.made:
            project = self._world.server.projects[number]
            if project.now.is_gone or project.now.is_deleted or store.outbox.claimed([number]):
                continue
            entry.is_adopted = True
            self._act(device, partial(store.outbox.adopt, entry.row.number, number, device.text()))
            return True
        return False

    def _resolve(self, device: Device, entry: Entry, choice: int) -> None:
        theirs = entry.row.theirs_values()
        mine = {name for index, name in enumerate(theirs) if choice >> index & 1}
        before, intent = entry.row, dict(entry.intent)
        seen = {name: list(values) for name, values in entry.seen.items()}
        for name, value in theirs.items():
            if name in mine:
                entry.seen.setdefault(name, []).append(value)
            else:
                entry.intent.pop(name, None)
        rest = frozenset(theirs.keys() - mine)
        number = entry.row.number
        self._act(device, lambda: device.store.outbox.resolve(number, frozenset(mine), rest, device.text()))
        if entry.row == before:
            # The disk did not take the decision, so it still stands as it was typed.
            entry.intent, entry.seen = intent, seen

    def _create_again(self, device: Device, entry: Entry) -> None:
        detail = device.store.reader.detail(entry.row.key)
        if detail is None:
            self._act(device, lambda: device.store.outbox.discard(entry.row.number, device.text()))
            return
        values = {name: value for name, value in detail.values.items() if value not in (None, "")}
        owner = detail.owner_email or ME
        self._act(device, lambda: device.store.outbox.recreate(entry.row.number, values, owner, device.text()), values)

    def _act(self, device: Device, act: Callable[[], int], typed: Mapping[Field, Value] | None = None) -> int | None:
        key = self.attempt(device, act)
        if key is not None:
            self._look(device, key, typed or {})
            self._world.work(device)
        return key

    def _look(
        self, device: Device, key: int, typed: Mapping[Field, Value], base: Mapping[Field, Value] | None = None
    ) -> None:
        changed = device.ledger.look(self._world.time, typed, base)
        if typed:
            device.ledger.expect_held(typed, changed, key)

    def attempt(self, device: Device, act: Callable[[], T]) -> T | None:
        """Have something stored; None where it is not."""
        try:
            return act()
        except CrashedError:
            # Nobody was told that it is stored.
            self._world.restart(device, "crashed while storing")
        except (BadInputError, StorageError) as error:
            # The form stays open, and says so.
            self._world.say(f"{device.name}: {error}")
        return None

    # -- changing one's mind -------------------------------------------------------------------------------------------

    def _stage(self, step: Step, device: Device) -> None:
        self._second_thoughts.stage(step, device)

    def _take_back(self, step: Step, device: Device) -> None:
        self._second_thoughts.take_back(step, device)

    def _undo(self, _: Step, device: Device) -> None:
        self._second_thoughts.undo(device)

    def _redo(self, _: Step, device: Device) -> None:
        self._second_thoughts.redo(device)

    def work(self, device: Device) -> None:
        """The worker goes on after something was stored."""
        self._world.work(device)

    def now(self) -> float:
        """Virtual seconds."""
        return self._world.time

    def count(self, what: str) -> None:
        """Notes that something happened that is worth telling."""
        self._world.counts[what] += 1

    def key(self, choice: int, device: Device) -> int | None:
        """The project that a choice means, of those that the user sees; None where there is none."""
        rows = device.store.reader.first_rows(200)
        return pick([row[KEY] for row in rows if not row[MARKS] & Mark.DELETED_HERE], choice)

    # -- colleagues ----------------------------------------------------------------------------------------------------

    def _project(self, step: Step) -> Project | None:
        there = [project for project in self._world.server if not project.now.is_deleted]
        # The fresh ones are the interesting ones.
        return pick(there[-4:] if step.b % 2 else there, step.a)

    def _colleague_creates(self, step: Step) -> None:
        self._world.server.add(MEMBERS[ME if step.b % 2 else MATE], {"customerName": self.new_text(), "status": "Sale"})

    def _colleague_copies(self, step: Step) -> None:
        """Somebody types the very same form."""
        projects = [project for project in self._world.server if project.maker.operation]
        copied = pick(projects, step.a)
        meta = {name: value for name, value in copied.first.items() if value} if copied else {}
        meta.pop("crmReference", None)
        if not meta or step.b % 3 == 0:
            meta = {"customerName": "Jo Twin", "address": "1 High Street"}
        self._world.server.add(MEMBERS[ME if step.c % 4 else MATE], meta)

    def _colleague_edits(self, step: Step) -> None:
        project = self._project(step)
        if project is not None:
            name = _COLLEAGUES_FIELDS[step.c % len(_COLLEAGUES_FIELDS)]
            value = _STATUSES[step.b % len(_STATUSES)].value if name == "status" else f"colleague's {self.new_text()}"
            if name != "status" and step.b % 12 == 0:
                value = ""
            elif name != "status" and step.b % 12 == 1:
                value = "the same"
            self._world.say(f"colleague: {project.number} {name}={value!r}")
            self._world.server.change(project, {name: value})

    def _colleague_deletes(self, step: Step) -> None:
        project = self._project(step)
        if project is not None:
            self._world.server.delete(project)

    def _colleague_deletes_for_good(self, step: Step) -> None:
        project = self._project(step)
        if project is not None:
            self._world.server.delete_for_good(project)

    def _colleague_brings_back(self, step: Step) -> None:
        project = pick([project for project in self._world.server if project.now.is_deleted], step.a)
        if project is not None:
            self._world.server.bring_back(project)

    def _colleague_opens(self, step: Step) -> None:
        project = self._project(step)
        if project is not None:
            self._world.server.open(project)
