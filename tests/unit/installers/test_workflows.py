"""What the workflows ask for is there: modules, options, files, names. They themselves run nowhere but at GitHub."""

from __future__ import annotations

import importlib.util
import re
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest
import yaml

import dev
from installers import targets
from installers.bill.release import ARTEFACTS

ROOT = Path(__file__).resolve().parents[3]
WORKFLOWS = ROOT / ".github" / "workflows"
NAMES = sorted(file.stem for file in WORKFLOWS.glob("*.yml"))


def read(name: str) -> dict[Any, Any]:
    told: dict[Any, Any] = yaml.safe_load((WORKFLOWS / f"{name}.yml").read_text("utf-8"))
    return told


def jobs(name: str) -> dict[str, dict[str, Any]]:
    told: dict[str, dict[str, Any]] = read(name)["jobs"]
    return told


def steps(name: str) -> list[dict[str, Any]]:
    return [step for job in jobs(name).values() for step in job.get("steps", ())]


def needed_by(name: str) -> set[str]:
    """Every job of the release that has to go well before this one begins."""
    needs = jobs("release")[name].get("needs", [])
    direct = {needs} if isinstance(needs, str) else set(needs)
    return direct.union(*(needed_by(need) for need in direct))


@pytest.mark.parametrize("name", NAMES)
def test_no_job_may_write_or_run_for_ever_unless_it_says_so(name: str) -> None:
    assert read(name)["permissions"] == {"contents": "read"}
    assert all("timeout-minutes" in job for job in jobs(name).values() if "uses" not in job)
    writers = {key for key, job in jobs(name).items() if "permissions" in job}
    assert writers == ({"draft"} if name == "release" else set())
    clones = [step for step in steps(name) if "actions/checkout@" in step.get("uses", "")]
    assert clones
    assert all(step["with"]["persist-credentials"] is False for step in clones)


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_pasted_into_a_command(name: str) -> None:
    assert not [step["run"] for step in steps(name) if "${{" in step.get("run", "")]


@pytest.mark.parametrize("name", NAMES)
def test_what_the_commands_call_is_there(name: str) -> None:
    commands = "\n".join(step["run"] for step in steps(name) if "run" in step)
    modules = re.findall(r"python3? -m (\S+)", commands)
    calls = re.findall(r"dev\.py (\S+)(.*)", commands)
    assert modules or calls
    assert all(importlib.util.find_spec(module) for module in modules)
    assert all(command in dev.COMMANDS for command, _rest in calls)
    possible = {targets.FOLDER, targets.DEB, targets.WINDOWS, targets.MACOS}
    assert set(re.findall(r"--target (\S+)", commands)) <= possible


def test_a_release_is_drafted_on_a_tag_once_all_was_made_and_tried() -> None:
    made = jobs("release")
    assert made["draft"]["if"] == "github.ref_type == 'tag'"
    assert needed_by("draft") == {"words", "test", "linux", "windows", "macos", "gather"}
    assert all("words" in needed_by(text) for text in ("test", "linux", "windows", "macos"))
    for job in ("linux", "windows", "macos"):
        assert [step for step in made[job]["steps"] if re.search(r"dev\.py package.* --try$", step.get("run", ""))]
    create = made["draft"]["steps"][-1]["run"]
    assert "--draft" in create
    assert "--verify-tag" in create


def test_the_jobs_hand_on_every_file_that_a_release_has_to_hold() -> None:
    handed = [step["with"] for step in steps("release") if "actions/upload-artifact@" in step.get("uses", "")]
    made = [item for item in handed if item["name"].startswith("made-")]
    patterns = [Path(line).name for item in made for line in item["path"].splitlines()]
    for name in ARTEFACTS.values():
        assert [pattern for pattern in patterns if fnmatch(name.format("1.2.0").replace("*", "-unsigned"), pattern)], (
            name
        )
    # One for each job and machine, each with sums of its own.
    assert {item["name"] for item in made} == {"made-linux", "made-windows", "made-macos-${{ matrix.machine }}"}
    assert all("dist/SHA256SUMS" in item["path"] for item in made)
    machines = {target["machine"] for target in jobs("release")["macos"]["strategy"]["matrix"]["include"]}
    assert machines == {"arm64", "x86_64"}
    (taken,) = [
        step["with"] for step in jobs("release")["gather"]["steps"] if "download-artifact" in step.get("uses", "")
    ]
    assert taken["pattern"] == "made-*"


def test_what_a_trial_saw_is_kept_also_where_it_failed() -> None:
    for job in ("linux", "windows", "macos"):
        kept = [step for step in jobs("release")[job]["steps"] if step.get("with", {}).get("path") == "dist/trial"]
        assert [step["if"] for step in kept] == ["always()"]
    assert targets.TRIALS == ROOT / "dist" / "trial"


def test_secrets_are_told_to_the_step_that_needs_them_and_to_no_other() -> None:
    (job,) = [key for key, job in jobs("release").items() if "secrets." in str(job)]
    assert job == "macos"
    (step,) = [step for step in jobs("release")["macos"]["steps"] if "secrets." in str(step)]
    assert step["run"] == "python -m installers.macos.keychain open"
    assert "secrets." not in (WORKFLOWS / "ci.yml").read_text("utf-8")
    after = [other.get("run", "") for other in jobs("release")["macos"]["steps"]]
    place = after.index("python -m installers.macos.keychain close")
    assert jobs("release")["macos"]["steps"][place]["if"] == "always()"
    assert place > after.index("python dev.py package --try")
