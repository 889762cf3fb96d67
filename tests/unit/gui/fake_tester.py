"""A connection tester that notes what it is asked, and answers when a test says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from collections.abc import Callable

    from heatpunk_desktop.domain.account import Account


class FakeTester(QObject):
    tested = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[tuple[Account, str]] = []
        self.cancelled = 0
        self.on_test: Callable[[], None] = lambda: None

    def test(self, account: Account, api_key: str) -> None:
        self.asked.append((account, api_key))
        self.on_test()

    def cancel(self) -> None:
        self.cancelled += 1
