"""Claim: each keystroke in the search field shows its first page, and then all of it, before one notices."""

from __future__ import annotations

import statistics

from benchmarks.harness import Result, milliseconds, percentile
from benchmarks.window import Table

#: What users type; every prefix is a keystroke.
TYPED = ("high street", "patel", "cb1", "quote", "siân", "14 station", "zzzz", "the old", "mrs", "sy23 llan")
FIRST_BAR, FIRST_RATIO_BAR, WHOLE_BAR = 0.024, 3.5, 0.045


def measure(*, quick: bool) -> list[Result]:
    """Type every text key by key; each result is checked against brute force."""
    count = 10_000 if quick else 100_000
    table = Table(count)
    floor = [table.repaint() for _ in range(31)]
    firsts, wholes = type_all(table, TYPED[:3] if quick else TYPED)
    first, whole = percentile(firsts, 0.95), percentile(wholes, 0.95)
    repaint = statistics.median(floor)
    details = {"repaint_ms": 1000 * repaint, "first_ms": [1000 * first for first in firsts]}
    return [
        Result(
            f"keystroke in search → first page, {count:,}",
            f"p95 {milliseconds(first)}, {first / statistics.median(firsts):.1f} × its p50",
            "p95 ≤ 24 ms and ≤ 3.5 × p50",
            first <= FIRST_BAR and first <= FIRST_RATIO_BAR * statistics.median(firsts),
            f"a repaint: {milliseconds(repaint)}",
            details=details,
        ),
        Result(
            "keystroke → complete result",
            f"p95 {milliseconds(whole)}",
            "p95 ≤ 45 ms",
            whole <= WHOLE_BAR,
            f"a repaint: {milliseconds(repaint)}",
            details={"whole_ms": [1000 * whole for whole in wholes]},
        ),
    ]


def type_all(table: Table, texts: tuple[str, ...]) -> tuple[list[float], list[float]]:
    """Type each text key by key, and clear the field after it; seconds of every keystroke."""
    firsts, wholes = [], []
    for text in texts:
        for length in range(1, len(text) + 1):
            if text[length - 1] == " ":
                continue
            first, whole = table.type(text[:length])
            firsts.append(first)
            wholes.append(whole)
        table.type("")
        table.settle(2.0)
    return firsts, wholes
