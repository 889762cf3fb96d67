"""What the repository promises about itself: locks, pins, links, and nothing of a machine or a registry in it."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

import dev
from heatpunk_desktop import __version__
from heatpunk_desktop.gui.dialogs.licences import COMPONENTS

ROOT = Path(dev.ROOT)
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
#: A requirement and its hashes, over as many lines as a backslash carries on.
REQUIREMENT = re.compile(
    r"^([a-z0-9-]+)==(\S+)(?: ; [^\\\n]+)?((?: \\\n    --hash=sha256:[0-9a-f]{64})+)\n", re.MULTILINE
)


def _listed(*options: str) -> list[str]:
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        pytest.skip("this is no clone, so nothing tells which files belong to the repository")
    listed = subprocess.run(["git", "ls-files", "-z", *options], cwd=ROOT, check=True, capture_output=True).stdout
    return [name for name in listed.decode().split("\0") if name]


def _tracked() -> list[Path]:
    return [ROOT / name for name in _listed() if (ROOT / name).is_file()]


def _texts() -> dict[Path, str]:
    texts = {}
    for file in _tracked():
        data = file.read_bytes()
        # The messy files are in the letters of other programs on purpose.
        if b"\0" not in data and ROOT / "tests" / "messy" / "files" not in file.parents:
            texts[file.relative_to(ROOT)] = data.decode("utf-8")
    return texts


def _pins(lock: Path) -> dict[str, str]:
    return {name: version for name, version, _hashes in REQUIREMENT.findall(lock.read_text("utf-8"))}


def test_the_locks_are_those_for_running_developing_and_building() -> None:
    assert [lock.name for lock in LOCKS] == ["build.txt", "dev.txt", "run.txt"]


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.stem)
def test_a_lock_is_nothing_but_pinned_and_hashed_packages(lock: Path) -> None:
    """So there is no address of an index in it, no option, and no package that pip would take unseen."""
    assert REQUIREMENT.sub("", lock.read_text("utf-8")) == ""


@pytest.mark.parametrize("wider", ["dev.txt", "build.txt"])
def test_what_runs_is_the_same_wherever_it_is_tested_or_built(wider: str) -> None:
    run = _pins(ROOT / "requirements" / "run.txt")
    assert run.items() <= _pins(ROOT / "requirements" / wider).items()


def test_every_dependency_is_locked_and_its_licence_told() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = {"run": project["dependencies"], **project["optional-dependencies"]}
    for lock, requirements in wanted.items():
        names = {re.split(r"[<>=;\[ ]", requirement)[0].lower().replace("_", "-") for requirement in requirements}
        assert names <= _pins(ROOT / "requirements" / f"{lock}.txt").keys()
        if lock == "run":
            assert names == {component.lower().replace("_", "-") for component in COMPONENTS}


def test_no_text_names_a_registry_or_a_path_of_some_machine() -> None:
    # Put together from pieces, so that this file does not name them either.
    registries = ["py" + "pi.org", "python" + "hosted", "npm" + "js.", "deb." + "debian"]
    machines = ["/wo" + "rk/", "/ho" + "me/runner", "/Us" + "ers/"]
    found = [(str(file), word) for file, text in _texts().items() for word in registries + machines if word in text]
    assert not found


def test_nothing_is_tracked_that_is_to_be_ignored() -> None:
    """A link named .venv once was: whoever checked it out lost the environment that stood there."""
    assert not _listed("--cached", "--ignored", "--exclude-standard")


def test_links_in_the_documents_lead_somewhere() -> None:
    link = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")
    broken = [
        f"{file}: {target}"
        for file, text in _texts().items()
        if file.suffix == ".md"
        for target in link.findall(text)
        if not (ROOT / file.parent / target).exists()
    ]
    assert not broken


def test_every_package_says_in_a_sentence_what_belongs_in_it() -> None:
    modules = [file.relative_to(ROOT) for file in _tracked() if file.suffix == ".py"]
    packages = {file.parent for file in modules if file.parts[0] not in {"tests", file.name}}
    assert Path("heatpunk_desktop/sandbox") in packages
    for package in packages:
        told = ast.get_docstring(ast.parse((ROOT / package / "__init__.py").read_text("utf-8"))) or ""
        assert re.fullmatch(r"\S.{20,120}\.", told.partition("\n\n")[0].replace("\n", " ")), package


def test_every_folder_of_tests_is_told_of() -> None:
    folders = {file.relative_to(ROOT / "tests").parts[0] for file in _tracked() if ROOT / "tests" in file.parents}
    told = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    assert "soak" in folders
    assert not [name for name in folders if (ROOT / "tests" / name).is_dir() and f"`{name}`" not in told]


def test_no_test_has_a_name_of_more_than_70_letters() -> None:
    tests = [file for file in _tracked() if ROOT / "tests" in file.parents and file.suffix == ".py"]
    names = {name for file in tests for name in re.findall(r"^ *def (test_\w+)", file.read_text("utf-8"), re.MULTILINE)}
    assert "test_no_test_has_a_name_of_more_than_70_letters" in names
    assert not [name for name in names if len(name) > 70]


def test_the_documents_name_only_commands_that_exist() -> None:
    named = {
        command
        for file, text in _texts().items()
        if file.suffix in {".md", ".yml"} or file.name == "run"
        for command in re.findall(r"dev\.py ([a-z]+)", text)
    }
    assert named <= dev.COMMANDS.keys()


def test_the_change_log_has_a_place_for_what_is_coming() -> None:
    log = (ROOT / "CHANGELOG.md").read_text("utf-8")
    released = re.findall(r"^## \[(\d[^\]]*)\]", log, re.MULTILINE)
    assert "## [Unreleased]" in log
    assert not released or released[0] == __version__


def test_continuous_integration_runs_what_the_readme_says() -> None:
    assert "python3 dev.py test" in (ROOT / ".ci" / "run").read_text("utf-8")
    assert "python3 dev.py test" in (ROOT / "README.md").read_text("utf-8")


def test_the_workflows_cover_three_systems_with_pinned_actions() -> None:
    files = (ROOT / ".github" / "workflows").glob("*.yml")
    workflows = "\n".join(file.read_text("utf-8") for file in files)
    assert {"ubuntu", "windows", "macos"} <= set(re.findall(r"\b(ubuntu|windows|macos)-\d+", workflows))
    actions = [action for action in re.findall(r"uses: (\S+)", workflows) if not action.startswith("./")]
    assert actions
    assert all(re.fullmatch(r"actions/[a-z-]+@[0-9a-f]{40}", action) for action in actions)
