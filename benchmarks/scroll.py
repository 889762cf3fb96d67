"""Claim: a scrolled frame is painted faster than by Qt's own delegate."""

from __future__ import annotations

import time

from PySide6.QtWidgets import QAbstractItemView, QTableView

from benchmarks.harness import Result, interleaved, milliseconds, percentile
from benchmarks.window import Table
from heatpunk_desktop.models.project_filter import ProjectFilter

BAR, RATIO_BAR = 0.010, 0.7


def measure(*, quick: bool) -> list[Result]:
    """Scroll both by a page at a time, with a search's matches marked in ours."""
    count = 10_000 if quick else 100_000
    table = Table(count)
    table.until_shown(lambda: table.model.set_filter(ProjectFilter(text="s")))
    table.settle(3.0)
    plain = QTableView()
    plain.setModel(table.model)
    plain.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    plain.verticalHeader().hide()
    plain.verticalHeader().setDefaultSectionSize(table.view.verticalHeader().defaultSectionSize())
    plain.resize(table.view.size())
    plain.show()
    for column in range(table.model.columnCount()):
        plain.setColumnHidden(column, table.view.isColumnHidden(column))
        plain.setColumnWidth(column, table.view.columnWidth(column))
    for view in (plain, table.view):
        view.raise_()
        while not view.windowHandle().isExposed():  # before that nothing is painted, in no time
            table.application.processEvents()
    table.settle(0.5)
    pairs = interleaved(lambda: _frame(plain), lambda: _frame(table.view), 21 if quick else 101)
    slowest = percentile(pairs.candidate, 0.95)
    plain.close()
    return [
        Result(
            "a scrolled frame",
            f"p95 {milliseconds(slowest)}, {pairs.ratio:.2f} ×",
            "p95 ≤ 10 ms and ≤ 0.7 ×",
            slowest <= BAR and pairs.ratio <= RATIO_BAR,
            "Qt's default delegate",
            pairs.noisy,
            pairs.details(),
        )
    ]


def _frame(view: QTableView) -> float:
    bar = view.verticalScrollBar()
    bar.setValue((bar.value() + 977) % max(1, bar.maximum()))
    began = time.perf_counter()
    view.viewport().repaint()
    return time.perf_counter() - began
