"""Every messy file is read as the user looked it through, and is left as it was."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.messy.make import FILES, MADE
from tests.messy.reading import expected_path, reading_of


@pytest.mark.parametrize("name", MADE)
def test_a_messy_file_is_read_as_expected(name: str) -> None:
    path = FILES / name
    before = (path.read_bytes(), path.stat().st_mtime_ns)
    assert reading_of(path) == json.loads(expected_path(path).read_text("utf-8"))
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before


@pytest.mark.parametrize("name", MADE)
def test_the_files_are_what_the_script_makes(name: str) -> None:
    made = MADE[name]()
    # What zlib packs may differ by its version; what is in it may not.
    assert (FILES / name).read_bytes() == made or name.endswith((".xlsx", ".ods", "letter.csv"))


def test_nothing_lies_there_without_an_expected_reading() -> None:
    there = {path.name for path in Path(FILES).iterdir()}
    assert there == set(MADE) | {expected_path(FILES / name).name for name in MADE}


@pytest.mark.parametrize(
    "name", [name for name in MADE if "trouble" in json.loads(expected_path(FILES / name).read_text("utf-8"))]
)
def test_what_cannot_be_read_gets_words_that_say_what_to_do(name: str) -> None:
    said = reading_of(FILES / name)
    assert all(said[part].endswith(".") for part in ("message", "what_to_do"))
    assert not said["trouble"].endswith(".")
