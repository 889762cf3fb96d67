"""Claim: a row costs at most a kilobyte."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from benchmarks.harness import Result

BAR = 1000.0
ROOT = Path(__file__).resolve().parent.parent

#: A process of its own: what others left in this one would count too. Prints bytes a row.
_SCRIPT = """
import gc, sys
from benchmarks.rows import sample_rows
from heatpunk_desktop.app import make_application
from heatpunk_desktop.models.project_table_model import ProjectTableModel
def resident():
    gc.collect()
    return int(open("/proc/self/statm").read().split()[1]) * 4096
application = make_application()
model = ProjectTableModel()
count = int(sys.argv[1])
import pickle
sample_rows(count)
gc.collect()
before = resident()
rows = sample_rows(count)
model.add_rows(rows)
del rows
for _ in range(400):
    application.processEvents()
assert model.total == count, model.total
print((resident() - before) / count)
"""


def measure(*, quick: bool) -> list[Result]:
    """Memory of the process with the rows in the model, over that without; Linux only."""
    if not sys.platform.startswith("linux"):
        return []
    count = 20_000 if quick else 100_000
    done = subprocess.run(
        [sys.executable, "-c", _SCRIPT, str(count)], cwd=ROOT, capture_output=True, text=True, check=True, timeout=300
    )
    a_row = float(done.stdout)
    return [
        Result(
            f"memory a row, {count:,}",
            f"{a_row / 1000:.2f} kB",
            "≤ 1.0 kB",
            a_row <= BAR,
            details={"bytes": a_row},
        )
    ]
