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
from tests.conftest import TIMEOUT_S
from tests.fakes import ACCOUNT, LATER, listed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

COLUMNS = export_columns([Field.PROJECT_NAME, Field.CUSTOMER_EMAIL])


class Bench:
    """An exporter, and what it told so far."""

    def __init__(self, qtbot: QtBot, database: Path) -> None:
        self.exporter = Exporter(database)
        self.ended: list[Exported] = []
        self.told: list[int] = []
        self.exporter.ended.connect(self.ended.append)
        self.exporter.progressed.connect(self.told.append)
        self._qtbot = qtbot

    def end(self) -> Exported:
        self._qtbot.waitUntil(lambda: bool(self.ended))
        assert not self.exporter.is_running
        return self.ended[-1]


@pytest.fixture
def bench(qtbot: QtBot, data_dir: Path) -> Iterator[Bench]:
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
    bench = Bench(qtbot, path)
    yield bench
    bench.exporter.stop()


def test_projects_are_written_in_their_order(bench: Bench, tmp_path: Path) -> None:
    target = tmp_path / "a.csv"
    bench.exporter.start(ExportJob(target, [3, 2, 99_999, 1], COLUMNS, write_csv))
    assert bench.end() == Exported(target, Written(3), not_loaded={Field.CUSTOMER_EMAIL: 2})
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


def test_it_tells_how_far_it_is(bench: Bench, tmp_path: Path) -> None:
    bench.exporter.start(ExportJob(tmp_path / "a.xlsx", range(1, 1301), COLUMNS, write_workbook))
    assert bench.end().written == Written(1300)
    assert bench.told == [256, 512, 768, 1024, 1280, 1300]


def test_a_place_that_cannot_be_written_has_words(bench: Bench, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    bench.exporter.start(ExportJob(tmp_path / "file" / "a.csv", [1], COLUMNS, write_csv, makes_folder=True))
    ended = bench.end()
    assert isinstance(ended.error, StorageError)
    assert not ended.is_stopped
    assert ended.error.title == "The folder “file” cannot be made"


def test_a_folder_that_is_not_there_is_made_where_the_user_agrees(bench: Bench, tmp_path: Path) -> None:
    job = ExportJob(tmp_path / "new" / "one" / "a.csv", [1], COLUMNS, write_csv)
    bench.exporter.start(job)
    assert bench.end() == Exported(job.target, obstacle=Obstacle.NO_FOLDER)
    assert not (tmp_path / "new").exists()
    bench.ended.clear()
    bench.exporter.start(job._replace(makes_folder=True))
    assert bench.end().written == Written(1)


def test_a_file_that_is_there_is_replaced_where_the_user_agrees(bench: Bench, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("old")
    job = ExportJob(tmp_path / "a.csv", [1], COLUMNS, write_csv)
    bench.exporter.start(job)
    assert bench.end() == Exported(job.target, obstacle=Obstacle.FILE_THERE)
    assert (tmp_path / "a.csv").read_text() == "old"
    bench.ended.clear()
    bench.exporter.start(job._replace(replaces=True))
    assert bench.end().written == Written(1)


def test_a_place_is_looked_at_without_writing(bench: Bench, tmp_path: Path, qtbot: QtBot) -> None:
    job = ExportJob(tmp_path / "gone" / "a.csv", [1], COLUMNS, write_csv)
    for wanted, asked in ((Obstacle.NO_FOLDER, job), (None, job._replace(target=tmp_path / "a.csv"))):
        with qtbot.waitSignal(bench.exporter.checked) as checked:
            bench.exporter.check(asked)
        assert checked.args == [wanted]
    assert list(tmp_path.glob("*.csv")) == []


def test_what_is_not_loaded_is_looked_up(bench: Bench, qtbot: QtBot) -> None:
    with qtbot.waitSignal(bench.exporter.looked) as looked:
        bench.exporter.look(range(1, 1301), [2, 3])
    every = sum(DETAIL_BITS.values())
    assert looked.args == [[bytes([every, ASKED, *[every] * 1298]), bytes([ASKED, every])]]


def test_the_user_can_stop_it(bench: Bench, tmp_path: Path) -> None:
    reached, on = threading.Event(), threading.Event()

    def slow(target: Path, rows: Any, columns: Any, progress: Any, cancelled: Any) -> Written:
        def some() -> Any:
            for number, row in enumerate(rows):
                if number == 300:
                    reached.set()
                    on.wait(TIMEOUT_S)
                yield row

        return write_csv(target, some(), columns, progress=progress, cancelled=cancelled)

    (tmp_path / "a.csv").write_text("old")
    bench.exporter.start(ExportJob(tmp_path / "a.csv", range(1, 1301), COLUMNS, slow, replaces=True))
    assert reached.wait(TIMEOUT_S)
    bench.exporter.cancel()
    on.set()
    assert bench.end().is_stopped
    assert (tmp_path / "a.csv").read_text() == "old"
    assert [path.name for path in tmp_path.glob("*unfinished*")] == []


def test_stopping_waits_and_says_nothing(bench: Bench, tmp_path: Path, qtbot: QtBot) -> None:
    bench.exporter.start(ExportJob(tmp_path / "a.xlsx", range(1, 1301), COLUMNS, write_workbook))
    bench.exporter.stop()
    assert not bench.exporter.is_running
    bench.exporter.start(ExportJob(tmp_path / "b.csv", [1], COLUMNS, write_csv))
    assert bench.end().target == tmp_path / "b.csv"
    qtbot.wait(0)
    assert len(bench.ended) == 1


def test_a_mistake_of_ours_has_words_too(bench: Bench, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    def broken(*_: Any) -> Written:
        raise ZeroDivisionError

    bench.exporter.start(ExportJob(tmp_path / "a.csv", [1], COLUMNS, broken))
    ended = bench.end()
    assert ended.error is not None
    assert ended.error.title == "The export did not work"
    assert "ZeroDivisionError" in caplog.text
