from __future__ import annotations

import contextlib
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heatpunk_desktop import __version__
from heatpunk_desktop.app.cli import ASK_FOR_WORDS, Options, parse, read_link
from heatpunk_desktop.errors import BadInputError

VARIABLES = {
    "HEATPUNK_DATA_DIR": "/var/env",
    "HEATPUNK_DOMAIN": "env.test",
    "HEATPUNK_USER_EMAIL": "env@acme.test",
    "HEATPUNK_API_KEY": "k",
}


def test_the_environment_says_what_the_command_line_leaves_out() -> None:
    assert parse([], VARIABLES) == Options(Path("/var/env"), "env.test", "env@acme.test")


def test_options_win_over_the_environment() -> None:
    given = ["--data-dir", "/tmp/here", "--domain", "heatpunk.co.uk", "--user", "a@b.test", "--self-test"]
    assert parse(given, VARIABLES) == Options(Path("/tmp/here"), "heatpunk.co.uk", "a@b.test", self_test=True)


def test_without_any_the_platforms_own_folder_is_taken() -> None:
    options = parse([], {})
    assert options.data_dir.is_absolute()
    assert options.data_dir.name == "heatpunk-desktop"
    assert (options.domain, options.email, options.demo, options.self_test) == ("", "", False, False)
    assert options.project_id is None


def test_the_demo_has_a_folder_of_its_own_unless_one_is_named() -> None:
    real, demo = parse([], {}).data_dir, parse(["--demo"], {}).data_dir
    assert demo.parent == real.parent
    assert demo != real
    assert parse(["--demo", "--data-dir", "/tmp/here"], {}).data_dir == Path("/tmp/here")


def test_a_relative_folder_is_made_absolute_and_a_tilde_is_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/priya")
    assert parse(["--data-dir", "here"], {}).data_dir == Path.cwd() / "here"
    assert parse(["--data-dir", "~/here"], {}).data_dir == Path("/home/priya/here")


def test_a_home_that_is_nobodys_is_said_in_words() -> None:
    with pytest.raises(BadInputError):
        parse(["--data-dir", "~nobody-of-that-name/here"], {})


def test_the_environment_of_the_process_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEATPUNK_DOMAIN", "process.test")
    assert parse([]).domain == "process.test"


@pytest.mark.parametrize(
    ("link", "project"),
    [("heatpunk://project/1353680", 1353680), ("heatpunk://project/1/", 1), (" heatpunk://project/42\n", 42)],
)
def test_a_link_names_a_project(link: str, project: int) -> None:
    assert parse([link], {}).project_id == project


@pytest.mark.parametrize(
    "link",
    [
        "heatpunk://project/",
        "heatpunk://project/0",
        "heatpunk://project/-1",
        "heatpunk://project/1e3",
        "heatpunk://project/1?x=2",
        "heatpunk://project/1/../2",
        "heatpunk://projects/1",
        "https://heatpunk.co.uk/?project=1",
        "heatpunk://project/٣",
        "heatpunk://project/99999999999999999999",
        "heatpunk://project/9999999999999999",
        "1353680",
        "x" * 10_000,
    ],
)
def test_a_bad_link_is_refused_with_words(link: str) -> None:
    with pytest.raises(BadInputError) as caught:
        read_link(link)
    assert caught.value.title == "This link cannot be opened"
    assert "heatpunk://project/1353680" in caught.value.what_to_do
    assert len(caught.value.message) < 300
    # The program opens all the same, and says so in its window.
    assert parse([link], {})[-2:] == (None, link[:200])


@given(st.text())
def test_no_text_breaks_the_reading_of_links(text: str) -> None:
    with contextlib.suppress(BadInputError):
        assert read_link(text) > 0


@given(st.integers(1, 10**15 - 1))
def test_every_number_that_a_project_can_have_is_read(number: int) -> None:
    assert read_link(f"heatpunk://project/{number}") == number


@pytest.mark.parametrize("arguments", [["--nonsense"], ["--data-dir"], ["one", "two"], ["--api-key", "k"]])
def test_words_that_cannot_be_understood_end_with_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        parse(arguments, {})
    assert caught.value.code == 2
    assert "usage: heatpunk-desktop" in capsys.readouterr().err


# -- the process -----------------------------------------------------------------------------------------------------

WITHOUT_QT = """
import runpy, sys
sys.argv = ["heatpunk-desktop", *sys.argv[1:]]
try:
    runpy.run_module("heatpunk_desktop", run_name="__main__", alter_sys=True)
except SystemExit as end:
    loaded = [name for name in sys.modules if name.partition(".")[0] in {"PySide6", "shiboken6", "apsw", "requests"}]
    print("LOADED", loaded)
    sys.exit(end.code)
"""


def start(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", WITHOUT_QT, *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={"PATH": "", "PYTHONPATH": str(Path.cwd())},
    )


def test_what_asks_for_words_is_known(tmp_path: Path) -> None:
    options = parse(["--self-test", "--report", "here.txt"], {})
    assert options.report == Path.cwd() / "here.txt"
    assert parse(["--forget-keys", "--data-dir", str(tmp_path)], {}).forget_keys
    assert not parse([], {}).forget_keys
    assert {"--forget-keys", "--self-test", "--version", "--help"} <= ASK_FOR_WORDS


def test_forgetting_keys_needs_no_qt(tmp_path: Path) -> None:
    done = start("--forget-keys", "--data-dir", str(tmp_path))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"No account is known in {tmp_path}, so there is no key to forget.\nLOADED []")


def test_python_itself_says_that_the_version_needs_no_qt() -> None:
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "heatpunk_desktop", "--version"],
        capture_output=True, text=True, timeout=60, check=True, cwd=Path.cwd(),
    )  # fmt: skip
    assert done.stdout == f"Heatpunk Desktop {__version__}\n"
    imported = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines() if line.startswith("import time:")}
    assert "heatpunk_desktop.app.cli" in imported, "what is looked for would be found"
    heavy = {
        "PySide6",
        "shiboken6",
        "apsw",
        "requests",
        "keyring",
        "platformdirs",
        "heatpunk_desktop.app.early_imports",
    }
    assert {name for name in imported if name.partition(".")[0] in heavy or name in heavy} <= {"platformdirs"}


@pytest.mark.parametrize(
    ("argument", "said"), [("--version", f"Heatpunk Desktop {__version__}"), ("--help", "heatpunk://project/ID")]
)
def test_version_and_help_need_no_display_and_no_qt(argument: str, said: str) -> None:
    done = start(argument)
    assert done.returncode == 0
    assert said in done.stdout
    assert "LOADED []" in done.stdout
    assert done.stderr == ""


def test_help_names_every_option_and_offers_none_for_the_key() -> None:
    said = start("--help").stdout
    for option in ("--demo", "--data-dir DIR", "--domain DOMAIN", "--user EMAIL", "--self-test", "--version",
                   "--forget-keys", "--report FILE"):  # fmt: skip
        assert option in said
    assert "HEATPUNK_API_KEY" in said
    assert "--key" not in said


def test_a_bad_option_ends_with_2_before_any_qt() -> None:
    done = start("--nonsense")
    assert done.returncode == 2
    assert "unrecognized" in done.stderr
    assert "Traceback" not in done.stderr
    assert "LOADED []" in done.stdout
