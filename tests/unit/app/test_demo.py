from __future__ import annotations

from typing import TYPE_CHECKING

from heatpunk_desktop.app import demo
from heatpunk_desktop.store.account_store import AccountStore
from tests.fakes import ME, NOW

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_the_demo_begins_again_at_each_start_and_touches_nothing_else(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(demo, "PROJECTS", 12)
    accounts = data_dir / "accounts"
    accounts.mkdir()
    (accounts / "heatpunk.co.uk-priya.sqlite3").write_bytes(b"real")
    first = demo.Demo(data_dir)
    assert first.account.is_demo
    assert first.account.origin == first.server.origin
    assert first.account.origin.startswith("http://127.0.0.1:")
    assert len(first.server.state) == 12
    store = AccountStore.open(first.database)
    store.outbox.add_create({}, ME, NOW)
    store.close()
    first.stop()

    second = demo.Demo(data_dir)
    assert second.database == first.database
    store = AccountStore.open(second.database)
    kinds = {kind for (kind,) in store.connection.execute("SELECT kind FROM operation")}
    assert "create" not in kinds, "what was known of a sandbox that is gone"
    store.close()
    assert (accounts / "heatpunk.co.uk-priya.sqlite3").read_bytes() == b"real"
    second.stop()


def test_a_new_data_folder_will_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo, "PROJECTS", 1)
    begun = demo.Demo(tmp_path / "not" / "yet")
    begun.stop()
    begun.stop()
