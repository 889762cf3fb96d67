from __future__ import annotations

from typing import TYPE_CHECKING

from heatpunk_desktop.config.settings import Settings
from heatpunk_desktop.services.desktop.diagnostics import Diagnostics
from heatpunk_desktop.services.desktop.proxies import Proxies
from heatpunk_desktop.store.account_store import AccountStore
from heatpunk_desktop.sync.server_traits import Learnt

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.unit.services.conftest import Running


def learnt_lines(run: Running, data_dir: Path) -> list[str]:
    proxies = Proxies(lambda: "none")
    diagnostics = Diagnostics(
        run.service, run.account, Settings.load(data_dir), run.path, data_dir, proxies, tuple, parent=run.service
    )
    part = diagnostics.report().split("\nLearnt about the server\n")[1].split("\n\n")[0]
    return [line.strip() for line in part.splitlines()]


def test_all_that_is_learnt_of_a_server_is_told_in_words(start: Callable[..., Running], data_dir: Path) -> None:
    run = start()
    assert len(learnt_lines(run, data_dir)) == len(Learnt)
    assert all(line.endswith(": not known yet") for line in learnt_lines(run, data_dir))
    run.stop()
    store = AccountStore.open(run.path)
    for number, fact in enumerate(Learnt, 100):
        store.facts.keep(fact.value, f"value {number}")
    store.close()
    lines = learnt_lines(start(), data_dir)
    for number, _ in enumerate(Learnt, 100):
        assert sum(f"value {number}" in line for line in lines) == 1, lines
    assert not [line for line in lines if "learnt" in line or "_" in line], "no name that only the code knows"
