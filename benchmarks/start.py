"""Claim: with 100,000 projects known, the first rows are painted soon after the start."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.harness import Result, interleaved, milliseconds
from benchmarks.rows import listed_rows
from heatpunk_desktop.domain.account import Account
from heatpunk_desktop.store.account_store import AccountStore
from heatpunk_desktop.store.database import database_path

ROOT = Path(__file__).resolve().parent.parent
ACCOUNT = Account("http://127.0.0.1:9", "office@acme-heat.test")
BAR = 1.7


def measure(*, quick: bool) -> list[Result]:
    """Start processes: the floor paints a bare window with a label, the candidate is the program itself."""
    count = 10_000 if quick else 100_000
    # As an installed program is: its modules are compiled.
    subprocess.run([sys.executable, "-m", "compileall", "-q", "heatpunk_desktop"], cwd=ROOT, check=True)
    with tempfile.TemporaryDirectory(prefix="heatpunk-bench-") as folder:
        store = AccountStore.open(database_path(Path(folder), ACCOUNT))
        rows = listed_rows(count)
        for first in range(0, count, 4000):
            store.server.take_listed(rows[first : first + 4000])
        store.close()
        pairs = interleaved(
            lambda: started("start_floor", folder), lambda: started("start_program", folder), 5 if quick else 15
        )
    floor, candidate = min(pairs.floor), min(pairs.candidate)
    return [
        Result(
            f"start → first rows painted, {count:,} known",
            f"{pairs.ratio:.2f} × (best {milliseconds(candidate)})",
            f"≤ {BAR} ×",
            pairs.ratio <= BAR,
            f"a bare Qt window with a label (best {milliseconds(floor)})",
            pairs.noisy,
            pairs.details(),
        )
    ]


def started(script: str, folder: str) -> float:
    """Seconds from before the process is made until it says that it has painted."""
    variables = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "HEATPUNK_API_KEY": "not-used",
        "HEATPUNK_DOMAIN": ACCOUNT.domain,
        "HEATPUNK_USER_EMAIL": ACCOUNT.email,
        "HEATPUNK_DATA_DIR": folder,
    }
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, str(Path(__file__).with_name(f"{script}.py"))],
        env=variables,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return float(done.stdout.split()[0]) - began
