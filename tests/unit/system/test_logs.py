from __future__ import annotations

import logging
import stat
import sys
import threading
from typing import TYPE_CHECKING

import pytest

from heatpunk_desktop.errors import StorageError
from heatpunk_desktop.system import logs
from heatpunk_desktop.system.redaction import REDACTED, RedactingFormatter

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

KEY = "zQ7-recognisable-key-000"


@pytest.fixture
def log(data_dir: Path) -> Iterator[Path]:
    ours = logging.getLogger("heatpunk_desktop")
    level, propagate = ours.level, ours.propagate
    logs.start_logging(data_dir, RedactingFormatter(lambda: [KEY]))
    yield data_dir / "logs" / "heatpunk-desktop.log"
    logs.stop_logging()
    ours.setLevel(level)
    ours.propagate = propagate


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[BaseException]:
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    errors: list[BaseException] = []
    logs.hook_uncaught_exceptions(errors.append)
    return errors


def break_with(words: str) -> None:
    raise ZeroDivisionError(words)


def bug(words: str) -> Exception:
    with pytest.raises(ZeroDivisionError) as caught:
        break_with(words)
    return caught.value


def test_the_log_is_its_owners_alone_and_has_no_key_in_it(log: Path) -> None:
    logging.getLogger("heatpunk_desktop.services.x").info("asked with %s", KEY)
    try:
        break_with(f"X-API-KEY: {KEY}")
    except ZeroDivisionError:
        logging.getLogger("heatpunk_desktop").exception("it broke")
    text = log.read_text("utf-8")
    assert KEY not in text
    assert text.count(REDACTED) >= 2
    assert "ZeroDivisionError" in text
    assert "heatpunk_desktop.services.x: asked with" in text
    assert stat.S_IMODE(log.stat().st_mode) == 0o600
    assert stat.S_IMODE(log.parent.stat().st_mode) == 0o700


def test_the_log_turns_over_and_three_older_ones_are_kept_as_private(log: Path) -> None:
    line = "x" * 100_000
    for _ in range(60):
        logging.getLogger("heatpunk_desktop").info(line)
    files = sorted(log.parent.iterdir())
    assert [file.name for file in files] == [log.name, *(f"{log.name}.{number}" for number in (1, 2, 3))]
    assert all(stat.S_IMODE(file.stat().st_mode) == 0o600 for file in files)
    assert all(file.stat().st_size <= 1024 * 1024 for file in files)


def test_others_chatter_stays_out(log: Path) -> None:
    logging.getLogger("urllib3").warning("header %s", KEY)
    logging.getLogger("heatpunk_desktop").debug("detail")
    assert log.read_text() == ""


def test_what_nobody_caught_is_written_down_and_told(log: Path, told: list[BaseException]) -> None:
    error = bug(f"with {KEY}")
    sys.excepthook(type(error), error, error.__traceback__)
    thread = threading.Thread(target=lambda: 1 / 0)
    thread.start()
    thread.join()
    assert len(told) == 2
    assert told[0] is error
    assert str(told[1]) == "division by zero"
    text = log.read_text()
    assert text.count("a bug: nobody caught this") == 2
    assert "test_logs.py" in text
    assert KEY not in text


def test_the_user_who_interrupts_is_no_bug(
    log: Path, told: list[BaseException], capsys: pytest.CaptureFixture[str]
) -> None:
    error = KeyboardInterrupt()
    sys.excepthook(type(error), error, None)
    assert told == []
    assert log.read_text() == ""
    assert "KeyboardInterrupt" in capsys.readouterr().err


def test_a_folder_that_cannot_be_made_is_said_in_words(data_dir: Path) -> None:
    (data_dir / "logs").write_text("in the way")
    with pytest.raises(StorageError):
        logs.start_logging(data_dir, RedactingFormatter(list))


def test_a_folder_in_the_logs_place_is_said_in_words(data_dir: Path) -> None:
    (data_dir / "logs" / "heatpunk-desktop.log").mkdir(parents=True)
    with pytest.raises(StorageError):
        logs.start_logging(data_dir, RedactingFormatter(list))
