"""The office's list of the year comes in with few acts by hand, and with everybody who is in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QTableView

from heatpunk_desktop.gui.actions.actions import Act
from heatpunk_desktop.gui.importing.values_page import BECOMES, VALUE
from heatpunk_desktop.sandbox import SandboxServer
from tests.end2end.on_screen import Screen, running
from tests.messy.enquiries import Enquiries, make_enquiries

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

# The offscreen platform says that it can bring no window to the front.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

#: What it took before: 4 acts, and 48 for 8 kinds of value, each time again.
MOST_ACTS = 8


@pytest.fixture
def server() -> Iterator[SandboxServer]:
    with SandboxServer(projects=40, seed=7) as running_server:
        yield running_server


@pytest.fixture
def screen(server: SandboxServer, data_dir: Path, monkeypatch: pytest.MonkeyPatch, qtbot: object) -> Iterator[Screen]:
    del qtbot  # whose application the program takes
    with running(server, data_dir, monkeypatch) as shown:
        yield shown


class Hands:
    """Counts what is done by hand."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        self.acts = 0

    def do(self, act: Callable[[], object]) -> None:
        act()
        self.acts += 1

    def go_through(self, made: Enquiries) -> None:
        """As far as the preview, deciding nothing that is proposed."""
        screen = self._screen
        self.do(lambda: screen.act(Act.IMPORT))
        self.do(lambda: screen.fill("File", str(made.path)))
        self.do(lambda: screen.press("Next"))
        screen.reads("Sheet “Enquiries 2026”, headings in row 4", seconds=60)
        self.do(lambda: screen.press("Next"))


def values_of(table: QTableView) -> dict[str, str]:
    model = table.model()
    return {model.index(row, VALUE).data(): model.index(row, BECOMES).data() for row in range(model.rowCount())}


def test_the_list_of_the_year_takes_at_most_eight_acts_by_hand(
    screen: Screen, server: SandboxServer, tmp_path: Path
) -> None:
    made = make_enquiries(tmp_path / "Enquiries.xlsx")
    hands = Hands(screen)
    hands.go_through(made)
    screen.reads("What do these values mean?", seconds=60)
    table = screen.control(QTableView, "Values")
    values = values_of(table)
    assert values == {
        "Installed": "Completed",
        "Survey done": "Quote",
        "Install booked": "Install",
        "On hold": "Lead",
        "Rejected - price": "Rejected",
        "Ask Sandra": "Leave empty",
        "2006": "Post 2006",
        "2000": "Post 2000",
        "new build": "Post 2006",
        "soon": "Leave empty",
        "Dave": "Me",
        "Sue": "Me",
    }
    row = list(values).index("Ask Sandra")
    hands.do(lambda: table.model().setData(table.model().index(row, BECOMES), "Quote"))
    hands.do(lambda: screen.press("Next"))
    count = len(made.statuses)
    counts = (f"New: {count}", f"Duplicates: {made.twice}", "Problems: 0", f"Left out: {made.left_out}")
    screen.reads(*counts, seconds=60)
    hands.do(lambda: screen.press("Import projects"))
    assert hands.acts <= MOST_ACTS
    screen.wait(lambda: screen.program.service.reader.operation_counts().done >= count, "all to be created", 240)
    screen.press("Close")
    created = {
        project.customer_email: project.status for project in server.state if project.customer_email in made.statuses
    }
    assert created == made.statuses
    assert len(server.state) == 40 + count

    # The next list asks nothing that was answered.
    again = Hands(screen)
    again.go_through(made)
    screen.reads("New: 0", "Problems: 0", f"Left out: {made.left_out}", seconds=60)
    screen.press("Cancel")
