"""Claim: the packaged program's window is there nearly as soon as that of the unpackaged one."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

import dev
from benchmarks.harness import Pairs, Result, interleaved, milliseconds
from benchmarks.rows import listed_rows
from heatpunk_desktop.domain.account import Account
from heatpunk_desktop.store.account_store import AccountStore
from heatpunk_desktop.store.database import database_path

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

ROOT: Final = Path(__file__).resolve().parent.parent
ACCOUNT: Final = Account("http://127.0.0.1:9", "office@acme-heat.test")

#: What a firm of some years has.
PROJECTS: Final = 2_000
COLD_BAR: Final = 1.5
WARM_BAR: Final = 1.1

#: Qt itself tells when it hands what it painted over to the display: neither program has to be changed to be measured.
_RULES: Final = "qt.widgets.painting.info=true"
_PAINTED: Final = b"qt.widgets.painting: Flushing"
_SECONDS: Final = 120.0

#: Files that one call of `fincore` is given.
_AT_ONCE: Final = 1000


def measure(program: Path, *, quick: bool) -> list[Result]:
    """Start both programs in turn, on the same projects.

    Args:
        program: The packaged program's file.
        quick: Fewer pairs.

    Returns:
        One row for cold starts, where the system lets files be forgotten, and one for warm ones.
    """
    # As an installed program is: its modules are compiled.
    subprocess.run([sys.executable, "-m", "compileall", "-q", "heatpunk_desktop"], cwd=ROOT, check=True)
    commands = [[sys.executable, "-m", "heatpunk_desktop"], [str(program)]]
    trees = [[ROOT / "heatpunk_desktop", *_pythons()], [program.parent]]
    with tempfile.TemporaryDirectory(prefix="heatpunk-bench-") as folder, dev.virtual_display() as display:
        _fill(Path(folder))
        variables = variables_for(folder, display)

        def start(which: int) -> float:
            return seconds_to_window(commands[which], variables)

        def start_cold(which: int) -> float:
            forget(trees[which])
            return start(which)

        warm = interleaved(lambda: start(0), lambda: start(1), 5 if quick else 21)
        results = [_result("start → window painted, warm", warm, WARM_BAR, {})]
        if hasattr(os, "posix_fadvise"):
            held = {"in_memory_warm_mb": [megabytes_in_memory(tree) for tree in trees]}
            forget([*trees[0], *trees[1]])
            held["in_memory_cold_mb"] = [megabytes_in_memory(tree) for tree in trees]
            cold = interleaved(lambda: start_cold(0), lambda: start_cold(1), 3 if quick else 11)
            results.insert(0, _result("start → window painted, cold", cold, COLD_BAR, held))
    return results


def seconds_to_window(command: Sequence[str], variables: Mapping[str, str]) -> float:
    """Seconds from before the process is made until its window is painted for the first time.

    Raises:
        RuntimeError: It painted none.
    """
    began = time.perf_counter()
    said: list[bytes] = []
    with subprocess.Popen(
        command, cwd=ROOT, env=variables, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    ) as process:
        late = threading.Timer(_SECONDS, process.kill)
        late.start()
        try:
            for line in process.stderr or ():
                if line.startswith(_PAINTED):
                    return time.perf_counter() - began
                said.append(line)
        finally:
            late.cancel()
            process.kill()
    raise RuntimeError(f"{command[0]} painted no window:\n" + b"".join(said[-20:]).decode("utf-8", "replace"))


def forget(trees: Iterable[Path]) -> None:
    """Have the system forget what it read of these folders and files, but for what a process holds in its memory."""
    os.sync()  # only what is on the disk can be forgotten
    for file in files_in(trees):
        with file.open("rb") as opened:
            os.posix_fadvise(opened.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def files_in(trees: Iterable[Path]) -> Iterator[Path]:
    """Every file in them, links left out."""
    for tree in trees:
        for file in (tree, *tree.rglob("*")):
            if file.is_file() and not file.is_symlink():
                yield file


def megabytes_in_memory(trees: Iterable[Path]) -> float | None:
    """How much of these folders' files the system holds in its memory; None where it does not tell."""
    if shutil.which("fincore") is None:
        return None
    files = [str(file) for file in files_in(trees)]
    held = 0
    for first in range(0, len(files), _AT_ONCE):
        command = ["fincore", "--bytes", "--noheadings", "--output", "RES", *files[first : first + _AT_ONCE]]
        held += sum(map(int, subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()))
    return round(held / 1e6, 1)


def _pythons() -> list[Path]:
    """What the unpackaged program is read from, beside its own modules."""
    return [Path(sysconfig.get_path(name)) for name in ("stdlib", "purelib")] + [Path(sys.executable).resolve()]


def _fill(folder: Path) -> None:
    store = AccountStore.open(database_path(folder, ACCOUNT))
    store.server.take_listed(listed_rows(PROJECTS))
    store.close()


def variables_for(folder: str, display: str | None) -> dict[str, str]:
    variables = {
        **os.environ,
        "HEATPUNK_API_KEY": "not-used",
        "HEATPUNK_DATA_DIR": folder,
        "HEATPUNK_DOMAIN": ACCOUNT.domain,
        "HEATPUNK_USER_EMAIL": ACCOUNT.email,
        "PYTHONPATH": str(ROOT),
        "QT_ASSUME_STDERR_HAS_CONSOLE": "1",
        "QT_LOGGING_RULES": _RULES,
    }
    if display:
        variables.pop("QT_QPA_PLATFORM", None)
        variables["DISPLAY"] = display
    return variables


def _result(claim: str, pairs: Pairs, bar: float, more: Mapping[str, object]) -> Result:
    best = milliseconds(min(pairs.candidate))
    floor = f"the unpackaged program (best {milliseconds(min(pairs.floor))})"
    figure = f"{pairs.ratio:.2f} × (best {best})"
    return Result(claim, figure, f"≤ {bar} ×", pairs.ratio <= bar, floor, pairs.noisy, {**pairs.details(), **more})
