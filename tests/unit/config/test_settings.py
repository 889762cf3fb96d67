from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from heatpunk_desktop.config.settings import Settings
from heatpunk_desktop.domain.account import Account
from heatpunk_desktop.errors import StorageError

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)
NAMES = ("domain", "email", "appearance", "compact_rows", "allowed_domains", "window", "_path", "unknown")


def test_what_is_saved_comes_back(data_dir: Path) -> None:
    settings = Settings.load(data_dir)
    assert settings.account is None
    settings.domain, settings.email = "heatpunk.co.uk", "priya@acme.test"
    settings.appearance, settings.compact_rows = "dark", True
    settings.allowed_domains.append("heat.example")
    settings.window["columns"] = [1, 2, "ø"]
    settings.save()
    again = Settings.load(data_dir)
    assert again == settings
    assert again.account == Account("heatpunk.co.uk", "priya@acme.test")
    assert stat.S_IMODE((data_dir / "settings.json").stat().st_mode) == 0o600
    assert {entry.name for entry in data_dir.iterdir()} == {"settings.json"}


def test_an_account_needs_both(data_dir: Path) -> None:
    settings = Settings.load(data_dir)
    settings.domain = "heatpunk.co.uk"
    assert settings.account is None


@pytest.mark.parametrize("kept", [b"", b"{", b"[]", b"null", b'"text"', b"\xff\xfe", b"[" * 100_000])
def test_what_cannot_be_read_is_as_at_first_start(data_dir: Path, kept: bytes) -> None:
    (data_dir / "settings.json").write_bytes(kept)
    assert Settings.load(data_dir) == Settings()


def test_a_folder_in_the_files_place_is_a_first_start_that_cannot_save(data_dir: Path) -> None:
    (data_dir / "settings.json").mkdir()
    settings = Settings.load(data_dir)
    assert settings == Settings()
    with pytest.raises(StorageError):
        settings.save()


@given(kept=st.dictionaries(st.sampled_from(NAMES), JSON))
@hypothesis_settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_setting_has_its_type_whatever_the_file_says(data_dir: Path, kept: dict[str, Any]) -> None:
    (data_dir / "settings.json").write_text(json.dumps(kept))
    settings = Settings.load(data_dir)
    assert isinstance(settings.domain, str)
    assert isinstance(settings.email, str)
    assert settings.appearance in {"system", "light", "dark"}
    assert isinstance(settings.compact_rows, bool)
    assert all(isinstance(domain, str) for domain in settings.allowed_domains)
    assert isinstance(settings.window, dict)
    settings.save()
    assert Settings.load(data_dir) == settings


def test_settings_without_a_folder_are_not_saved() -> None:
    Settings().save()


def test_the_accounts_whose_keys_went_to_the_keyring_are_found_again(data_dir: Path) -> None:
    settings = Settings.load(data_dir)
    assert not settings.accounts_with_keys
    first, second = Account("heatpunk.co.uk", "Priya@Acme.test"), Account("http://127.0.0.1:8080", "o'neill@acme.test")
    for account in (first, second, first):
        settings.note_key(account)
    settings.domain, settings.email = "easy-pv.co.uk", "priya@acme.test"
    settings.save()
    last = Account("easy-pv.co.uk", "priya@acme.test")
    assert Settings.load(data_dir).accounts_with_keys == (first, second, last)
    settings.note_key(last)
    assert settings.accounts_with_keys == (first, second, last)


def test_a_list_of_accounts_that_somebody_spoiled_is_no_trouble(data_dir: Path) -> None:
    (data_dir / "settings.json").write_text('{"key_accounts": [5, "nobody", "heatpunk.co.uk a@b.test", null]}')
    assert Settings.load(data_dir).accounts_with_keys == (Account("heatpunk.co.uk", "a@b.test"),)


def test_settings_that_may_not_be_read_are_not_taken_for_none(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (data_dir / "settings.json").write_text("{}")

    def held(*_arguments: object) -> str:
        raise PermissionError(13, "held by a scanner")

    monkeypatch.setattr(Path, "read_text", held)
    with pytest.raises(StorageError) as told:
        Settings.load(data_dir)
    assert told.value.title == "The settings cannot be read"
    assert "start the program again" in told.value.what_to_do
