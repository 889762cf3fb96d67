"""Claim: a row costs at most a kilobyte."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.harness import Result
from benchmarks.rows import listed_rows
from heatpunk_desktop.store.account_store import AccountStore

BAR = 1000.0
ROOT = Path(__file__).resolve().parent.parent

#: A process of its own: what others left in this one would count too. Reads a database as the program does; prints
#: bytes a row.
_SCRIPT = """
import gc, sys
from heatpunk_desktop.app.qt_application import make_application
from heatpunk_desktop.models.project_table_model import ProjectTableModel
from heatpunk_desktop.store.database import open_reader
from heatpunk_desktop.store.reader import StoreReader
def resident():
    gc.collect()
    return int(open("/proc/self/statm").read().split()[1]) * 4096
application = make_application()
model = ProjectTableModel()
reader = StoreReader(open_reader(sys.argv[1]))
before = resident()
for rows in reader.all_rows(500):
    model.add_rows(rows)
    application.processEvents()
for _ in range(400):
    application.processEvents()
print((resident() - before) / model.total, model.total)
"""


def measure(*, quick: bool) -> list[Result]:
    """Memory of the process with the rows in the model, over that without; Linux only."""
    if not sys.platform.startswith("linux"):
        return []
    count = 20_000 if quick else 100_000
    with tempfile.TemporaryDirectory(prefix="heatpunk-bench-") as folder:
        database = Path(folder) / "accounts" / "memory.sqlite3"
        store = AccountStore.open(database)
        rows = listed_rows(count)
        for first in range(0, count, 4000):
            store.server.take_listed(rows[first : first + 4000])
        store.close()
        command = [sys.executable, "-c", _SCRIPT, str(database)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=300)
    a_row, total = map(float, done.stdout.split())
    if total != count:
        raise AssertionError(f"the table holds {total:.0f} of {count}")
    return [
        Result(
            f"memory a row, {count:,}",
            f"{a_row / 1000:.2f} kB",
            "≤ 1.0 kB",
            a_row <= BAR,
            details={"bytes": a_row},
        )
    ]
