"""The power goes at any moment, and leaves any disk that it can leave."""

from __future__ import annotations

import random
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.power_loss.histories import cuts, fast_folder, faults_of, journal_faults, record

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

pytestmark = pytest.mark.usefixtures("untraced")

#: Printed with each failure; `dev.py bench --soak` tries others.
SEEDS = range(100, 108)


@pytest.fixture
def folder() -> Iterator[Path]:
    with fast_folder() as name:
        yield Path(name)


@pytest.mark.parametrize("seed", SEEDS)
def test_what_was_saved_is_there_and_what_may_be_sent_is_never_queued(folder: Path, seed: int) -> None:
    choose = random.Random(seed)
    recorded = record(choose, 12, folder / "live")
    tried = 0
    for moment, disk in cuts(recorded, choose, 3):
        tried += 1
        found = faults_of(recorded, moment, disk, folder / "left") or journal_faults(
            recorded, moment, disk, folder / "left"
        )
        assert not found, f"seed {seed}, after event {moment}"
    assert tried > 100


def test_a_second_cut_while_the_first_is_got_over_loses_nothing_either(folder: Path) -> None:
    choose = random.Random(7)
    recorded = record(choose, 12, folder / "live")
    left = list(cuts(recorded, choose, 3))
    for moment, disk in choose.sample(left, 12):
        assert not faults_of(recorded, moment, disk, folder / "left")
        again = record(choose, 2, folder / "again", before=disk)
        for later, later_disk in cuts(again, choose, 3):
            found = faults_of(again, later, later_disk, folder / "left")
            assert not found, f"after event {moment}, then {later}"


def test_a_store_that_syncs_less_is_caught(folder: Path) -> None:
    """`synchronous=NORMAL`: the harness that does not see it proves nothing."""
    wanted = {"holds neither what", "may have been sent, and is queued"}
    for seed in SEEDS:
        choose = random.Random(seed)
        recorded = record(choose, 12, folder / "live", synchronous="NORMAL")
        for moment, disk in cuts(recorded, choose, 3):
            found = faults_of(recorded, moment, disk, folder / "left")
            wanted = {words for words in wanted if words not in found}
            if not wanted:
                return
    pytest.fail(f"not noticed: {wanted}")


def test_a_journal_that_does_not_sync_is_caught(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from heatpunk_desktop.store.recovery.journal import Journal  # noqa: PLC0415

    append = Journal.append

    def append_only(journal: Journal, records: Iterable[Mapping[str, object]], *, sync: bool) -> None:  # noqa: ARG001
        append(journal, records, sync=False)

    monkeypatch.setattr(Journal, "append", append_only)
    choose = random.Random(SEEDS[0])
    recorded = record(choose, 12, folder / "live")
    found = {journal_faults(recorded, moment, disk, folder / "left") for moment, disk in cuts(recorded, choose, 3)}
    assert any("does not know operation" in item for item in found)
