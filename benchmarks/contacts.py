"""Claim: knowing the phone, email, build date and reference of every project costs little memory, and no stall."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.harness import Result, milliseconds
from benchmarks.rows import listed_rows
from heatpunk_desktop.store.account_store import AccountStore

if TYPE_CHECKING:
    from collections.abc import Iterator

MEMORY_BAR = 1200.0
STALL_BAR = 0.033
SEARCH_BAR = 2.0
ROOT = Path(__file__).resolve().parent.parent

#: A process of its own, as for the memory of rows: reads rows, then contacts as the program does at its start, and
#: measures turns of the event loop meanwhile; then searches with and without contacts by turns, each result checked by
#: brute force. Prints one line of JSON.
_SCRIPT = """
import gc, json, sys, time
from datetime import date
from pathlib import Path
from heatpunk_desktop.app.qt_application import make_application
from heatpunk_desktop.domain.contacts import Contact
from heatpunk_desktop.models.project_filter import ProjectFilter
from heatpunk_desktop.models.project_index import ProjectIndex
from heatpunk_desktop.models.project_table_model import ProjectTableModel
from heatpunk_desktop.domain.account import Account
from heatpunk_desktop.services.sync.contact_reader import ContactReader
from heatpunk_desktop.services.sync.service import SyncService
from heatpunk_desktop.store.database import open_reader
from heatpunk_desktop.store.reader import StoreReader

def resident():
    gc.collect()
    return int(open("/proc/self/statm").read().split()[1]) * 4096

application = make_application()
model = ProjectTableModel()
path = Path(sys.argv[1])
service = SyncService(path, Account("http://127.0.0.1:9", "office@acme-heat.test"), lambda: None)
reader = StoreReader(open_reader(path))
bare = ProjectIndex(date(2026, 11, 24))
before = resident()
for rows in reader.all_rows(500):
    model.add_rows(rows)
    application.processEvents()
for _ in range(400):
    application.processEvents()
rows_kb = resident() - before
contacts = ContactReader(path, service)
contacts.read.connect(model.take_contacts)
ended = []
contacts._thread.ended.connect(ended.append)
gc.collect(); gc.freeze()
stalls, began = [], time.perf_counter()
contacts.start()
while not ended or not model.is_settled:
    turn = time.perf_counter()
    application.processEvents()
    stalls.append(time.perf_counter() - turn)
    time.sleep(0.0005)
seconds = time.perf_counter() - began
all_kb = resident() - before
index = model._index
bare.put([index.row(slot) for slot in range(len(index))])
bare.orders.settle(); index.orders.settle()

def searched(places, text):
    places._forget_results()
    began = time.process_time()
    found = [slot for some in places.search(ProjectFilter(text=text), places.orders.base) for slot in some]
    return time.process_time() - began, found

times = {}
for text in ("high street", "patel", "zzzz", "cb1"):
    for turn in range(9):
        for name, places in (("bare", bare), ("known", index)) if turn % 2 else (("known", index), ("bare", bare)):
            spent, found = searched(places, text)
            times.setdefault(text, {}).setdefault(name, []).append(spent)
phones = {index.key_of(slot): index.contact(index.key_of(slot)).phone or "" for slot in range(len(index))}
wanted = list(phones)[len(phones) // 2]
end = "".join(filter(str.isdigit, phones[wanted]))[-6:]
spent, found = searched(index, end)
by_phone = {key for key, phone in phones.items() if end in "".join(filter(str.isdigit, phone))}
keys = {index.key_of(slot) for slot in found}
assert wanted in keys and by_phone <= keys, (end, len(by_phone), len(keys))
contacts.stop(); service.stop()
print(json.dumps({"total": model.total, "rows": rows_kb / model.total, "all": all_kb / model.total, "seconds": seconds,
    "stall": max(stalls), "ratio": max(min(pair["known"]) / min(pair["bare"]) for pair in times.values()),
    "search_ms": {
        text: [round(1000 * min(pair[name]), 2) for name in ("bare", "known")] for text, pair in times.items()
    }}))
"""


def _details(rows: list[tuple[object, ...]]) -> Iterator[tuple[object, ...]]:
    """Details as long as the sample's are."""
    for place, row in enumerate(rows):
        phone = f"07700 {900_000 + place % 100_000:06}" if place % 3 else f"+44 1223 {place % 1_000_000:06}"
        known = {
            "customer_email": f"customer.{place}@mail.example",
            "customer_phone": phone,
            "build_date": ("pre2000", "post2000", "post2006")[place % 3],
            "crm_reference": f"CRM-{place}",
        }
        yield row[0], json.dumps(known), "{}", "2026-11-24T12:00:00.000Z"


def measure(*, quick: bool) -> list[Result]:
    """All contacts of a database read into the table's model, over not having them; Linux only."""
    if not sys.platform.startswith("linux"):
        return []
    count = 10_000 if quick else 50_000
    with tempfile.TemporaryDirectory(prefix="heatpunk-bench-") as folder:
        database = Path(folder) / "accounts" / "contacts.sqlite3"
        store = AccountStore.open(database)
        rows = listed_rows(count)
        for first in range(0, count, 4000):
            store.server.take_listed(rows[first : first + 4000])
        details = _details(rows)
        while some := list(islice(details, 4000)):
            store.connection.execute("BEGIN")
            store.connection.executemany(
                "INSERT INTO server_detail (project_id, known, answer, loaded_at) VALUES (?, ?, ?, ?)", some
            )
            store.connection.execute("COMMIT")
        store.close()
        command = [sys.executable, "-c", _SCRIPT, str(database)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=300)
    found = json.loads(done.stdout)
    if found["total"] != count:
        raise AssertionError(f"the table holds {found['total']} of {count}")
    return [
        Result(
            f"memory a row with all details, {count:,}",
            f"{found['all'] / 1000:.2f} kB ({found['rows'] / 1000:.2f} without)",
            "≤ 1.2 kB",
            found["all"] <= MEMORY_BAR,
            details=found,
        ),
        Result(
            f"details of {count:,} read at the start: longest turn",
            f"{milliseconds(found['stall'])}, {found['seconds']:.1f} s in all",
            "≤ 33 ms",
            found["stall"] <= STALL_BAR,
        ),
        Result(
            "a search with all details, over without",
            f"{found['ratio']:.2f} ×",
            f"≤ {SEARCH_BAR} ×",
            found["ratio"] <= SEARCH_BAR,
        ),
    ]
