"""Claim: another date range or chip is shown as fast as a painting allows."""

from __future__ import annotations

from datetime import date

from benchmarks.harness import Result, interleaved
from benchmarks.window import Table
from heatpunk_desktop.domain.dates import DateRange, RangePreset
from heatpunk_desktop.models.project_filter import ProjectFilter

BAR = 3.0
TODAY = date(2026, 11, 24)


def measure(*, quick: bool) -> list[Result]:
    """Go through the presets and the statuses; the first page of each, against a painting with nothing to do."""
    count = 10_000 if quick else 100_000
    table = Table(count)
    ranges = [
        DateRange.of_preset(range_preset, TODAY)
        for range_preset in RangePreset
        if range_preset is not RangePreset.CUSTOM
    ]
    filters = [ProjectFilter(created=range_) for range_ in ranges]
    filters += [ProjectFilter(statuses=frozenset({text})) for text in ("Lead", "Quote", "Completed")]
    turn = iter(range(10**9))

    def change() -> float:
        wanted = filters[next(turn) % len(filters)]
        first, _ = table.until_shown(lambda: table.model.set_filter(wanted))
        expected = sum(1 for row in table.rows if _passes(row, wanted))
        if table.model.rowCount() != expected:
            raise AssertionError(f"{table.model.rowCount()} are shown, by brute force there are {expected}")
        return first

    pairs = interleaved(table.repaint, change, 9 if quick else 33)
    return [
        Result(
            f"date range or chip changed → first page, {count:,}",
            f"{pairs.ratio:.1f} ×",
            f"≤ {BAR:.0f} ×",
            pairs.ratio <= BAR,
            "a repaint with nothing to do",
            pairs.noisy,
            pairs.details(),
        )
    ]


def _passes(row: tuple[object, ...], wanted: ProjectFilter) -> bool:
    if wanted.created is not None:
        first, before = wanted.created.bounds()
        return not row[5] or first <= str(row[5]) < before
    return row[4] in wanted.statuses
