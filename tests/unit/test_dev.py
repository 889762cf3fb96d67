"""`dev.py` says what is the matter, installs once, and keeps the user's own things out of reach."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import dev

ON_LINUX = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="about Linux alone")


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dev.Environment:
    """An environment that was made, with a lock of its own, and an empty file for its Python."""
    monkeypatch.setattr(dev, "LOCKS", tmp_path)
    (tmp_path / "some.txt").write_text("a==1 --hash=sha256:00\n", "utf-8")
    made = dev.Environment(tmp_path / "env", "some", {})
    made.python.parent.mkdir(parents=True)
    made.python.touch(mode=0o700)
    return made


def _stamped(environment: dev.Environment) -> dev.Environment:
    environment.mark_ready()
    return environment


def test_an_environment_is_ready_once_its_lock_is_installed(environment: dev.Environment) -> None:
    assert not environment.is_ready()
    assert _stamped(environment).is_ready()


def test_a_changed_lock_is_installed_again(environment: dev.Environment) -> None:
    _stamped(environment).lock.write_text("a==2 --hash=sha256:00\n", "utf-8")
    assert not environment.is_ready()


def test_an_environment_whose_python_has_gone_is_made_again(environment: dev.Environment) -> None:
    _stamped(environment).python.unlink()
    assert not environment.is_ready()


def test_nothing_is_run_where_nothing_is_missing(
    environment: dev.Environment, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(*command: object, **_options: object) -> None:
        raise AssertionError(command)

    monkeypatch.setattr(dev, "DEVELOPMENT", _stamped(environment))
    monkeypatch.setattr(subprocess, "run", refuse)
    assert dev.main(["setup"]) == 0
    assert capsys.readouterr().out == "Nothing is missing.\n"


@ON_LINUX
def test_what_is_missing_is_named_with_its_debian_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dev, "QT_LIBRARIES", {"libno-such-thing.so.9": "libno9", "libc.so.6": "libc6"})
    monkeypatch.setattr(dev, "FONT_FOLDERS", ("/nowhere",))
    missing = dev.missing_from_system({"no-such-program": "no-such-package", "sh": "dash"})
    missing.pop("ensurepip", None)
    assert missing == {
        "libno-such-thing.so.9": "libno9",
        "no-such-program": "no-such-package",
        "a font": "fonts-dejavu-core",
    }


@ON_LINUX
def test_who_is_not_root_is_told_the_command(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    dev.complete_system({"libEGL.so.1": "libegl1", "Xvfb": "xvfb"})
    assert "sudo apt-get install --no-install-recommends libegl1 xvfb" in capsys.readouterr().out


@ON_LINUX
def test_other_systems_are_told_what_to_look_for(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    dev.complete_system({"libEGL.so.1": "libegl1"})
    said = capsys.readouterr().out
    assert "libEGL.so.1" in said
    assert "Going on without." in said


@ON_LINUX
def test_a_failed_installation_is_told_in_words(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(_arguments: object) -> int:
        dev.must(["sh", "-c", "echo the reason; exit 3"], "What to do about it.", hide=True)
        return 0

    monkeypatch.setitem(dev.COMMANDS, "setup", fail)
    assert dev.main(["setup"]) == 1
    assert capsys.readouterr().out == "the reason\n\n\nWhat to do about it.\n"


def test_an_unknown_command_names_those_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    assert dev.main(["tset"]) == 2
    said = capsys.readouterr().out
    assert "tset" in said
    assert "test" in said


def test_no_command_prints_them_all(capsys: pytest.CaptureFixture[str]) -> None:
    assert dev.main([]) == 0
    said = capsys.readouterr().out
    assert all(f"dev.py {command} " in said for command in dev.COMMANDS)


@pytest.mark.parametrize("name", [name for name in dev.COMMANDS if name not in dev.HAVE_HELP])
@pytest.mark.parametrize("wanted", ["-h", "--help"])
def test_help_is_printed_and_nothing_done(
    name: str, wanted: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object) -> dev.Environment:
        raise AssertionError("something was begun")

    for begins in ("ready_to_run", "ready_to_develop", "complete_system"):
        monkeypatch.setattr(dev, begins, fail)
    assert dev.main([name, wanted]) == 0
    said = capsys.readouterr().out
    assert f"dev.py {name} " in said
    assert (dev.COMMANDS[name].__doc__ or "?") in said


def test_an_old_python_is_told_in_words(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(dev, "OLDEST_PYTHON", (99, 0))
    assert dev.main(["setup"]) == 1
    assert "newer" in capsys.readouterr().out


@ON_LINUX
def test_without_a_display_named_there_is_none(environment: dev.Environment, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    assert not dev.has_display(environment)


@ON_LINUX
def test_a_display_that_does_not_answer_is_none(
    environment: dev.Environment, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    environment.python.unlink()
    environment.python.symlink_to("/bin/false")
    monkeypatch.setenv("DISPLAY", ":4711")
    assert not dev.has_display(environment)
    assert "cannot open it" in capsys.readouterr().out


@ON_LINUX
def test_tests_reach_nothing_of_the_users_own(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HEATPUNK_API_KEY", "DISPLAY", "DBUS_SESSION_BUS_ADDRESS", "QT_STYLE_OVERRIDE"):
        monkeypatch.setenv(name, "the person's own")
    monkeypatch.setenv("XDG_DATA_HOME", "/home/person/share")
    monkeypatch.setenv("HEATPUNK_TESTS_NEED_KEYRING", "1")
    with dev.private_home() as variables:
        assert "the person's own" not in variables.values()
        assert variables["XDG_DATA_HOME"].startswith(variables["HOME"])
        assert variables["QT_QPA_PLATFORM"] == "offscreen"
        assert variables["HEATPUNK_TESTS_NEED_KEYRING"] == "1"
        assert Path(variables["XDG_RUNTIME_DIR"]).stat().st_mode & 0o777 == 0o700
    assert not Path(variables["HOME"]).exists()


def test_who_wants_no_bytecode_in_the_folders_gets_it_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    with dev.private_home() as variables:
        assert "PYTHONDONTWRITEBYTECODE" not in variables
        elsewhere = Path(variables["PYTHONPYCACHEPREFIX"])
    assert not elsewhere.parent.exists()


@pytest.fixture
def failing_mypy(environment: dev.Environment) -> None:
    for name, code in {"ruff": 0, "mypy": 1, "lint-imports": 0}.items():
        tool = Path(environment.program(name))
        tool.write_text(f"#!/bin/sh\necho words of {name}\nexit {code}\n", "utf-8")
        tool.chmod(0o700)


@ON_LINUX
@pytest.mark.usefixtures("failing_mypy")
def test_a_check_runs_by_its_name_alone(
    environment: dev.Environment, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(dev, "DEVELOPMENT", _stamped(environment))
    assert dev.main(["check", "ruff", "import-linter"]) == 0
    assert capfd.readouterr().out == "ruff check: passed\nruff format: passed\nimport-linter: passed\n"
    assert dev.main(["check", "mypy"]) == 1
    assert dev.main(["check", "mypi"]) == 1
    assert "There is no check mypi. There are: import-linter, mypy, ruff." in capfd.readouterr().out


@ON_LINUX
@pytest.mark.usefixtures("failing_mypy")
def test_a_failed_check_fails_the_whole_though_the_tests_pass(
    environment: dev.Environment, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    environment.python.unlink()
    environment.python.write_text("#!/bin/sh\necho 5 passed in 1.00s\n", "utf-8")
    environment.python.chmod(0o700)
    monkeypatch.setattr(dev, "DEVELOPMENT", _stamped(environment))
    monkeypatch.setattr(dev, "with_keyring", lambda command: command)
    monkeypatch.setattr(dev, "LINUX", False)
    assert dev.main(["test"]) == 1
    said = capfd.readouterr().out
    assert "words of mypy" in said
    assert "words of ruff" not in said
    assert said.endswith("FAILED: mypy\n5 passed in 1.00s\n")


@ON_LINUX
class TestASecondTry:
    """What fails in a whole run is run once more; it has to pass then, and is named."""

    @pytest.fixture
    def suite(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        """The file of a small project's only tests, which a whole run of `dev.py` runs without its checks."""
        monkeypatch.setattr(dev, "ROOT", tmp_path)
        monkeypatch.setattr(dev, "with_keyring", lambda command: command)
        monkeypatch.setattr(dev, "virtual_display", contextlib.nullcontext)
        (tmp_path / "pyproject.toml").write_text("[tool.coverage.run]\nsource = ['.']\n", "utf-8")
        environment = dev.Environment(tmp_path, "dev", {})
        environment.python = Path(sys.executable)
        monkeypatch.setattr(dev, "ready_to_develop", lambda: environment)
        monkeypatch.setattr(dev, "check", lambda _arguments: 0)
        return tmp_path / "test_small.py"

    def test_what_failed_by_chance_passes_and_is_named(self, suite: Path, capfd: pytest.CaptureFixture[str]) -> None:
        suite.write_text(
            "from pathlib import Path\n"
            "def test_steady(): pass\n"
            "def test_chance():\n"
            "    mark = Path('was-here')\n"
            "    was_here = mark.exists()\n"
            "    mark.touch()\n"
            "    assert was_here\n",
            "utf-8",
        )
        assert dev.main(["test"]) == 0
        said = capfd.readouterr().out
        assert "1 failed, 1 passed" in said
        assert "Passed at the second try" in said
        assert said.rstrip().endswith("test_small.py::test_chance")

    def test_what_fails_again_fails_the_run(self, suite: Path, capfd: pytest.CaptureFixture[str]) -> None:
        suite.write_text("def test_broken(): assert 0\ndef test_steady(): pass\n", "utf-8")
        assert dev.main(["test"]) == 1
        said = capfd.readouterr().out
        assert "run once more" in said
        assert "second try" not in said

    def test_many_failures_are_no_chance(self, suite: Path, capfd: pytest.CaptureFixture[str]) -> None:
        broken = "\n".join(f"def test_{number}(): assert 0" for number in range(dev.CHANCE_AT_MOST + 1))
        suite.write_text(broken, "utf-8")
        assert dev.main(["test"]) == 1
        assert "run once more" not in capfd.readouterr().out
