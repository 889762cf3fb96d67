"""What every test of a window is spared."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def little_work_fits_into_one_slice(monkeypatch: pytest.MonkeyPatch) -> None:
    """Has the tables of these tests, of a few rows, filtered at once as on an idle machine, however busy this one is.

    How work is divided into slices is tested in `tests/unit/models`.
    """
    monkeypatch.setattr("heatpunk_desktop.models.cooperative_task._BUDGET", 30.0)
