"""Each way out of each need, from the window to the server: the real program on the real sandbox.

The table is the program's own (`domain/needs.py`): a way out that is added there has to be tried here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import pytest

from heatpunk_desktop.domain.account import Account
from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.domain.needs import WAYS_OUT, Need, WayOut
from heatpunk_desktop.domain.operation import Reason
from heatpunk_desktop.domain.operation_states import Event
from heatpunk_desktop.domain.project import Mark
from heatpunk_desktop.domain.remarks import RemarkCode, remark
from heatpunk_desktop.gui.text.operation_words import need_words, way_words
from heatpunk_desktop.gui.text.project_words import mark_words
from heatpunk_desktop.gui.text.remark_words import remark_words
from heatpunk_desktop.sandbox.users import SandboxUser
from heatpunk_desktop.store.account_store import AccountStore
from heatpunk_desktop.store.database import database_path
from tests.end2end.on_screen import MODIFIED, Screen
from tests.fakes import NOW, begin_next, said
from tests.faulty_sandbox.faults import Fault
from tests.faulty_sandbox.server import FaultySandbox

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from heatpunk_desktop.sandbox.project import SandboxProject

# The offscreen platform says that it can bring no window to the front.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

GWEN, DAVE = "gwen.hughes@acme-heat.test", "dave@acme-heat.test"
GWENS, DAVES = 27094, 27999
W = WayOut

#: Needs that come of a request whose answer got lost or of a damaged disk, and are prepared before the program starts.
PREPARED: Final = frozenset({Need.UNCLEAR_CREATE, Need.UNCLEAR, Need.DAMAGED})


class Entry(NamedTuple):
    """A change that needs the user.

    Attributes:
        name: The present name of its project.
        project: As it stood on the server; None for a new one.
    """

    name: str
    project: SandboxProject | None = None


class Bench:
    """The program and its server, with the means to bring each need about."""

    def __init__(self, screen: Screen, server: FaultySandbox, prepared: list[Entry]) -> None:
        self.screen = screen
        self.server = server
        self._prepared = prepared
        self._number = 0
        self._left = 0

    # -- what is on the server ----------------------------------------------------------------------------------------

    def named(self, name: str) -> list[SandboxProject]:
        return [project for project in self.server.state if project.project_name == name]

    def now(self, entry: Entry) -> SandboxProject:
        assert entry.project is not None
        found = self.server.state.get(entry.project.project_id)
        assert found is not None
        return found

    def arrives(self, name: str, count: int = 1) -> list[SandboxProject]:
        self.screen.wait(lambda: len(self.named(name)) == count, f"{name!r} on the server")
        return self.named(name)

    # -- what brings each need about ----------------------------------------------------------------------------------

    def cause(self, need: Need) -> Entry:
        self._number += 1
        if need in PREPARED:
            return self._prepared.pop(0)
        entry = CAUSES[need](self)
        self.screen.wait(self._needing, "something to need the user")
        return entry

    def new_project(self, owner: str = "") -> Entry:
        name = f"Made {self._number}"
        self.screen.press("New project")
        self.screen.fill("Project name", name)
        if owner:
            self.screen.fill("Owner", owner)
        self.screen.press("Create project")
        return Entry(name)

    def edited(self, meanwhile: Callable[[SandboxProject], object] = lambda _project: None) -> Entry:
        project = self._untouched()
        name = f"Mine {self._number}"
        self.screen.select(project.project_name)
        self.screen.press("Edit")
        self.screen.fill("Project name", name)
        meanwhile(project)
        self.screen.press("Save changes")
        self.screen.wait(lambda: not self.screen.there("Save changes") or self._is_held_open(), "the form's answer")
        if self.screen.there("Save changes"):
            self.screen.press("Save changes")  # it has told of the colleague's change, and saves at the second press
        return Entry(name, project)

    def _is_held_open(self) -> bool:
        return "Press “Save changes” once more" in self.screen.words()

    def deleted(self) -> Entry:
        project = self._untouched()
        self.screen.select(project.project_name)
        self.screen.press("Delete")
        self.screen.press("Move to deleted")
        return Entry(project.project_name, project)

    def _untouched(self) -> SandboxProject:
        """One that nothing was done to; each is used once, as its name tells which one is meant."""
        names = [project.project_name for project in self.server.state if not project.deleted]
        return next(
            project
            for project in self.server.state
            if project.project_name.startswith("Sample ")
            and names.count(project.project_name) == 1
            and not project.deleted
        )

    # -- what is done about it ----------------------------------------------------------------------------------------

    def show(self, entry: Entry, need: Need) -> None:
        """Have the entry shown in Changes."""
        self.screen.wait(lambda: self._says_so(entry.name), f"the row of {entry.name} to say so")
        self.screen.select(entry.name)
        self.screen.reads(mark_words(Mark.NEEDS_YOU))
        self.screen.press("Show in Changes")
        self.screen.reads(need_words(need))

    def _says_so(self, name: str) -> bool:
        row = self.screen.row(name)
        return row >= 0 and self.screen.cell(row, MODIFIED).lower() == "needs you"

    def press(self, way: WayOut) -> None:
        assert way is not W.OPEN
        self.screen.press(way_words(way))

    def settles_one(self) -> None:
        """From here on one change less is to need the user."""
        self._left = self._needing() - 1

    def is_settled(self) -> None:
        self.screen.wait(lambda: self._needing() == self._left, f"{self._left} to need the user")

    def _needing(self) -> int:
        service = self.screen.program.service
        assert service is not None
        return service.reader.operation_counts().needs_you

    def goes_on(self, entry: Entry) -> None:
        """Nothing holds up the next change of the project."""
        name = f"Next {self._number}"
        self.screen.select(entry.project.project_name if entry.project else entry.name)
        self.screen.press("Edit")
        self.screen.fill("Project name", name)
        self.screen.press("Save changes")
        # The form selects what it saved as it closes, which may be later than the server has it.
        self.screen.wait(lambda: not self.screen.there("Save changes"), "the form to close")
        self.arrives(name)


def refuse(bench: Bench, words: str, endpoint: str, status: int = 400) -> None:
    bench.server.faults.add(Fault.answer(status, f'{{"message":"{words}"}}'), endpoint=endpoint)


def refused_field(bench: Bench) -> Entry:
    refuse(bench, "projectName is too short", "update")
    return bench.edited()


def refused(bench: Bench) -> Entry:
    refuse(bench, "No!", "update")
    return bench.edited()


def delete_refused(bench: Bench) -> Entry:
    refuse(bench, "Not now", "softDelete", 409)
    return bench.deleted()


CAUSES: Final[dict[Need, Callable[[Bench], Entry]]] = {
    Need.OWNER: lambda bench: bench.new_project(DAVE),
    Need.FIELD: refused_field,
    Need.REFUSED: refused,
    Need.DELETE_REFUSED: delete_refused,
    Need.CONFLICT: lambda bench: bench.edited(
        lambda project: bench.server.state.edit(project.project_id, project_name="Theirs")
    ),
    Need.GONE: lambda bench: bench.edited(lambda project: bench.server.state.hard_delete(project.project_id)),
}


def change_owner(bench: Bench, entry: Entry) -> None:
    bench.press(W.CHANGE_OWNER)
    bench.screen.fill("Owner", GWEN)
    bench.screen.press("Save")
    (made,) = bench.arrives(entry.name)
    assert made.owner == GWENS


def edit_owner(bench: Bench, entry: Entry) -> None:
    bench.press(W.EDIT)
    words = bench.screen.reads(f"New project: {entry.name}", remark_words(remark(RemarkCode.OWNER_REFUSED, DAVE)))
    assert "-" not in next(line for line in words.splitlines() if line.startswith("New project:"))
    bench.screen.fill("Owner", GWEN)
    bench.screen.press("Save changes")
    (made,) = bench.arrives(entry.name)
    assert made.owner == GWENS


def owner_joins(bench: Bench, entry: Entry) -> None:
    bench.server.users.join(SandboxUser(DAVE, DAVES))
    bench.press(W.TRY_AGAIN)
    (made,) = bench.arrives(entry.name)
    assert made.owner == DAVES


def discard_new(bench: Bench, entry: Entry) -> None:
    discard(bench)
    bench.screen.wait(lambda: bench.screen.row(entry.name) < 0, "the row to go")
    assert not bench.named(entry.name)


def discard(bench: Bench) -> None:
    bench.press(W.DISCARD)
    bench.screen.press("Discard")
    bench.is_settled()


def discard_change(bench: Bench, entry: Entry) -> None:
    discard(bench)
    assert not bench.named(entry.name)
    bench.goes_on(entry)


def edit_field(bench: Bench, _entry: Entry) -> None:
    bench.press(W.EDIT)
    bench.screen.reads("Heatpunk said: projectName is too short")
    bench.screen.fill("Project name", "Long enough")
    bench.screen.press("Save changes")
    bench.arrives("Long enough")


def edit_nothing(bench: Bench, entry: Entry) -> None:
    """Saving the form as it is sends it again, too."""
    bench.press(W.EDIT)
    bench.screen.reads("Heatpunk refused this: No!")
    bench.screen.press("Save changes")
    bench.arrives(entry.name)


def try_again(bench: Bench, entry: Entry) -> None:
    bench.press(W.TRY_AGAIN)
    bench.arrives(entry.name)


def try_deleting_again(bench: Bench, entry: Entry) -> None:
    bench.press(W.TRY_AGAIN)
    bench.screen.wait(lambda: bench.now(entry).deleted, "the project to be deleted")


def discard_delete(bench: Bench, entry: Entry) -> None:
    discard(bench)
    assert not bench.now(entry).deleted
    bench.goes_on(entry)


def keep_mine(bench: Bench, entry: Entry) -> None:
    bench.press(W.KEEP_MINE)
    bench.screen.wait(lambda: bench.now(entry).project_name == entry.name, "mine on the server")


def keep_theirs(bench: Bench, entry: Entry) -> None:
    bench.press(W.KEEP_THEIRS)
    bench.is_settled()
    assert bench.now(entry).project_name == "Theirs"
    assert entry.project is not None
    bench.goes_on(entry._replace(project=bench.now(entry)))


def discard_mine(bench: Bench, entry: Entry) -> None:
    discard(bench)
    assert bench.now(entry).project_name == "Theirs"


def look(bench: Bench, entry: Entry) -> None:
    """Looking settles nothing; the page is the project's."""
    wanted = (entry.project or bench.named("Twin")[0]).project_id
    bench.screen.press(f"Open in Heatpunk: project {wanted}")
    assert bench.screen.opened[-1][1] == wanted
    discard(bench)


def create_again(bench: Bench, entry: Entry) -> None:
    bench.press(W.CREATE_AGAIN)
    (made,) = bench.arrives(entry.name)
    assert entry.project is not None
    assert (made.customer_name, made.postcode) == (entry.project.customer_name, entry.project.postcode)


def restored(bench: Bench, entry: Entry) -> None:
    """Somebody brings the project back, and the change goes."""
    assert entry.project is not None
    bench.server.state.put(entry.project)
    bench.press(W.TRY_AGAIN)
    bench.screen.wait(lambda: bench.now(entry).project_name == entry.name, "the change on the server")


def discard_gone(bench: Bench, entry: Entry) -> None:
    discard(bench)
    assert not bench.named(entry.name)


def adopt(bench: Bench, _entry: Entry) -> None:
    before = len(bench.server.state)
    bench.press(W.ADOPT)
    bench.is_settled()
    assert len(bench.server.state) == before, "nothing is sent"


def send_new_again(bench: Bench, entry: Entry) -> None:
    before = len(bench.named(entry.name))
    bench.press(W.TRY_AGAIN)
    bench.screen.press("Send again")
    bench.arrives(entry.name, before + 1)


def send_again(bench: Bench, entry: Entry) -> None:
    bench.press(W.TRY_AGAIN)
    bench.screen.press("Send again")
    bench.arrives(entry.name)


def discard_in_doubt(bench: Bench, _entry: Entry) -> None:
    discard(bench)


ENDS: Final[dict[tuple[Need, WayOut], Callable[[Bench, Entry], None]]] = {
    (Need.OWNER, W.CHANGE_OWNER): change_owner,
    (Need.OWNER, W.EDIT): edit_owner,
    (Need.OWNER, W.DISCARD): discard_new,
    (Need.OWNER, W.TRY_AGAIN): owner_joins,
    (Need.FIELD, W.EDIT): edit_field,
    (Need.FIELD, W.TRY_AGAIN): try_again,
    (Need.FIELD, W.DISCARD): discard_change,
    (Need.REFUSED, W.EDIT): edit_nothing,
    (Need.REFUSED, W.TRY_AGAIN): try_again,
    (Need.REFUSED, W.DISCARD): discard_change,
    (Need.DELETE_REFUSED, W.TRY_AGAIN): try_deleting_again,
    (Need.DELETE_REFUSED, W.DISCARD): discard_delete,
    (Need.CONFLICT, W.KEEP_MINE): keep_mine,
    (Need.CONFLICT, W.KEEP_THEIRS): keep_theirs,
    (Need.CONFLICT, W.OPEN): look,
    (Need.CONFLICT, W.DISCARD): discard_mine,
    (Need.GONE, W.CREATE_AGAIN): create_again,
    (Need.GONE, W.TRY_AGAIN): restored,
    (Need.GONE, W.DISCARD): discard_gone,
    (Need.UNCLEAR_CREATE, W.ADOPT): adopt,
    (Need.UNCLEAR_CREATE, W.OPEN): look,
    (Need.UNCLEAR_CREATE, W.TRY_AGAIN): send_new_again,
    (Need.UNCLEAR_CREATE, W.DISCARD): discard_in_doubt,
    (Need.UNCLEAR, W.OPEN): look,
    (Need.UNCLEAR, W.TRY_AGAIN): send_again,
    (Need.UNCLEAR, W.DISCARD): discard_in_doubt,
    (Need.DAMAGED, W.DISCARD): discard_change,
}


@pytest.fixture
def server() -> Iterator[FaultySandbox]:
    with FaultySandbox(projects=12, seed=7) as running:
        for number, project in enumerate(list(running.state)):
            running.state.edit(project.project_id, project_name=f"Sample {number:02}")
        yield running


def prepare(need: Need, server: FaultySandbox, data_dir: Path) -> list[Entry]:
    """Leave changes that need the user in the database, one for each way out, as an earlier run would have."""
    if need not in PREPARED:
        return []
    store = AccountStore.open(database_path(data_dir, Account(server.origin, server.user_email)))
    entries: list[Entry] = []
    twins = [server.state.create(27091, {"projectName": "Twin"}) for _ in WAYS_OUT[need]]
    for number, (twin, project) in enumerate(zip(twins, list(server.state), strict=False)):
        if need is Need.UNCLEAR_CREATE:
            store.outbox.add_create({Field.PROJECT_NAME: f"Doubtful {number}"}, server.user_email, NOW)
            entries.append(Entry(f"Doubtful {number}"))
        else:
            seen = {Field.PROJECT_NAME: project.project_name}
            store.outbox.add_update(project.project_id, {Field.PROJECT_NAME: f"Mine {number}"}, seen, NOW)
            entries.append(Entry(f"Mine {number}", project))
        if need is Need.DAMAGED:
            store.connection.execute("UPDATE operation SET base = '{' WHERE state = 'queued'")
            continue
        sent = begin_next(store)
        assert sent is not None
        store.delivery.move(sent.operation_id, Event.IN_DOUBT, NOW)
        candidates = [twins[0].project_id, twin.project_id] if need is Need.UNCLEAR_CREATE else []
        store.delivery.move(
            sent.operation_id,
            Event.UNCLEAR,
            NOW,
            remarks=said("It may have been done."),
            reason=Reason.UNCLEAR,
            candidates=candidates,
        )
    store.close()
    return entries


def test_every_way_out_is_tried() -> None:
    assert set(ENDS) == {(need, way) for need, ways in WAYS_OUT.items() for way in ways}


@pytest.mark.parametrize("need", Need)
def test_each_way_out_ends_on_the_server(
    need: Need, server: FaultySandbox, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HEATPUNK_API_KEY", server.api_key)
    prepared = prepare(need, server, data_dir)
    screen = Screen(data_dir, server.origin, server.user_email).start()
    try:
        screen.wait(lambda: screen.table().model().rowCount() >= 12, "the projects")
        screen.wait(lambda: not screen.there("Cancel"), "the end of the refresh")
        bench = Bench(screen, server, prepared)
        for way in [way for end, way in ENDS if end is need]:
            entry = bench.cause(need)
            bench.show(entry, need)
            for offered in WAYS_OUT[need]:
                assert way_words(offered) in screen.words(), f"{offered} is not offered"
            bench.settles_one()
            ENDS[need, way](bench, entry)
            bench.is_settled()
    finally:
        server.faults.clear()
        screen.stop()


def test_all_new_projects_of_owners_who_left_are_mended_at_once(
    server: FaultySandbox, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HEATPUNK_API_KEY", server.api_key)
    screen = Screen(data_dir, server.origin, server.user_email).start()
    try:
        screen.rows(12)
        bench = Bench(screen, server, [])
        for _ in range(3):
            entry = bench.cause(Need.OWNER)
        screen.wait(lambda: screen.program.service.reader.operation_counts().needs_you == 3, "three refusals")
        bench.show(entry, Need.OWNER)
        screen.press(f"Select all 3: {need_words(Need.OWNER)}")
        screen.reads("3 changes selected")
        screen.press(way_words(WayOut.CHANGE_OWNER))
        screen.fill("Owner", GWEN)
        screen.press("Save")
        for number in (1, 2, 3):
            (made,) = bench.arrives(f"Made {number}")
            assert made.owner == GWENS
        bench.is_settled()
        assert len(server.log.to("create")) == 6, "each was sent once again"
    finally:
        screen.stop()
