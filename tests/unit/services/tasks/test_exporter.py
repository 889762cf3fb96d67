"""Files written in a thread of its own, out of a real database."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest

from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.errors import StorageError
from heatpunk_desktop.export.columns import export_columns
from heatpunk_desktop.export.files import Written
from heatpunk_desktop.export.table_files import write_csv, write_workbook
from heatpunk_desktop.services.tasks.exporter import Exported, Exporter, ExportJob, Obstacle
from heatpunk_desktop.store.account_store import AccountStore
from heatpunk_desktop.store.contact_details import ASKED, DETAIL_BITS
from heatpunk_desktop.store.database import database_path
from heatpunk_desktop.store.server_cache import LoadedDetail
from tests.fakes import ACCOUNT, LATER, listed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

COLUMNS = export_columns([Field.PROJECT_NAME, Field.CUSTOMER_EMAIL])


class Desk:
    """An exporter, and what it told so far."""

    def __init__(self, qtbot: QtBot, database: Path) -> None:
        self.exporter = Exporter(database)
        self.ended: list[Exported] = []
        self.told: list[int] = []
        self.exporter.ended.connect(self.ended.append)
        self.exporter.progressed.connect(self.told.append)
        self._qtbot = qtbot

    def end(self) -> Exported:
        self._qtbot.waitUntil(lambda: bool(self.ended), timeout=10_000)
        assert not self.exporter.is_running
        return self.ended[-1]


@pytest.fixture
def desk(qtbot: QtBot, data_dir: Path) -> Iterator[Desk]:
    path = database_path(data_dir, ACCOUNT)
    store = AccountStore.open(path)
    store.server.take_listed([listed(key, name=f"P{key}") for key in range(1, 1301)])
    known = {
        Field.CUSTOMER_EMAIL: "jo@example.com",
        Field.CUSTOMER_PHONE: "",
        Field.BUILD_DATE: "",
        Field.CRM_REFERENCE: "",
    }
    store.server.take_detail(LoadedDetail(2, known, "{}", 27091, "", ""), LATER)
    store.close()
    desk = Desk(qtbot, path)
    yield desk
    desk.exporter.stop()


def test_projects_are_written_in_their_order(desk: Desk, tmp_path: Path) -> None:
    target = tmp_path / "a.csv"
    desk.exporter.start(ExportJob(target, [3, 2, 99_999, 1], COLUMNS, write_csv))
    assert desk.end() == Exported(target, Written(3), not_loaded={Field.CUSTOMER_EMAIL: 2})
    assert target.read_text("utf-8-sig").split() == [
        "Project",
        "name,Customer",
        "email",
        "P3,not",
        "loaded",
        "P2,jo@example.com",
        "P1,not",
        "loaded",
    ]


def test_it_tells_how_far_it_is(desk: Desk, tmp_path: Path) -> None:
    desk.exporter.start(ExportJob(tmp_path / "a.xlsx", range(1, 1301), COLUMNS, write_workbook))
    assert desk.end().written == Written(1300)
    assert desk.told == [256, 512, 768, 1024, 1280, 1300]


def test_a_place_that_cannot_be_written_has_words(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    desk.exporter.start(ExportJob(tmp_path / "file" / "a.csv", [1], COLUMNS, write_csv, makes_folder=True))
    ended = desk.end()
    assert isinstance(ended.error, StorageError)
    assert not ended.is_stopped
    assert ended.error.title == "The folder “file” cannot be made"


def test_a_folder_that_is_not_there_is_made_where_the_person_agrees(desk: Desk, tmp_path: Path) -> None:
    job = ExportJob(tmp_path / "new" / "one" / "a.csv", [1], COLUMNS, write_csv)
    desk.exporter.start(job)
    assert desk.end() == Exported(job.target, obstacle=Obstacle.NO_FOLDER)
    assert not (tmp_path / "new").exists()
    desk.ended.clear()
    desk.exporter.start(job._replace(makes_folder=True))
    assert desk.end().written == Written(1)


def test_a_file_that_is_there_is_replaced_where_the_person_agrees(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("old")
    job = ExportJob(tmp_path / "a.csv", [1], COLUMNS, write_csv)
    desk.exporter.start(job)
    assert desk.end() == Exported(job.target, obstacle=Obstacle.FILE_THERE)
    assert (tmp_path / "a.csv").read_text() == "old"
    desk.ended.clear()
    desk.exporter.start(job._replace(replaces=True))
    assert desk.end().written == Written(1)


def test_a_place_is_looked_at_without_writing(desk: Desk, tmp_path: Path, qtbot: QtBot) -> None:
    job = ExportJob(tmp_path / "gone" / "a.csv", [1], COLUMNS, write_csv)
    for wanted, asked in ((Obstacle.NO_FOLDER, job), (None, job._replace(target=tmp_path / "a.csv"))):
        with qtbot.waitSignal(desk.exporter.checked, timeout=10_000) as checked:
            desk.exporter.check(asked)
        assert checked.args == [wanted]
    assert list(tmp_path.glob("*.csv")) == []


def test_what_is_not_loaded_is_looked_up(desk: Desk, qtbot: QtBot) -> None:
    with qtbot.waitSignal(desk.exporter.looked, timeout=10_000) as looked:
        desk.exporter.look(range(1, 1301), [2, 3])
    every = sum(DETAIL_BITS.values())
    assert looked.args == [[bytes([every, ASKED, *[every] * 1298]), bytes([ASKED, every])]]


def test_a_person_can_stop_it(desk: Desk, tmp_path: Path) -> None:
    reached, on = threading.Event(), threading.Event()

    def slow(target: Path, rows: Any, columns: Any, progress: Any, cancelled: Any) -> Written:
        def some() -> Any:
            for number, row in enumerate(rows):
                if number == 300:
                    reached.set()
                    on.wait(10)
                yield row

        return write_csv(target, some(), columns, progress=progress, cancelled=cancelled)

    (tmp_path / "a.csv").write_text("old")
    desk.exporter.start(ExportJob(tmp_path / "a.csv", range(1, 1301), COLUMNS, slow, replaces=True))
    assert reached.wait(10)
    desk.exporter.cancel()
    on.set()
    assert desk.end().is_stopped
    assert (tmp_path / "a.csv").read_text() == "old"
    assert [one.name for one in tmp_path.glob("*unfinished*")] == []


def test_stopping_waits_and_says_nothing(desk: Desk, tmp_path: Path, qtbot: QtBot) -> None:
    desk.exporter.start(ExportJob(tmp_path / "a.xlsx", range(1, 1301), COLUMNS, write_workbook))
    desk.exporter.stop()
    assert not desk.exporter.is_running
    desk.exporter.start(ExportJob(tmp_path / "b.csv", [1], COLUMNS, write_csv))
    assert desk.end().target == tmp_path / "b.csv"
    qtbot.wait(0)
    assert len(desk.ended) == 1


def test_a_mistake_of_ours_has_words_too(desk: Desk, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    def broken(*_: Any) -> Written:
        raise ZeroDivisionError

    desk.exporter.start(ExportJob(tmp_path / "a.csv", [1], COLUMNS, broken))
    ended = desk.end()
    assert ended.error is not None
    assert ended.error.title == "The export did not work"
    assert "ZeroDivisionError" in caplog.text
