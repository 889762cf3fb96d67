"""What the log asks of the proxies while they log something themselves."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from heatpunk_desktop.domain.hosts import SYSTEM_PROXY
from heatpunk_desktop.services.desktop.proxies import Proxies

if TYPE_CHECKING:
    from collections.abc import Iterator

import pytest

from tests.conftest import TIMEOUT_S


@pytest.fixture
def ours() -> Iterator[logging.Logger]:
    logger = logging.getLogger("heatpunk_desktop.services.desktop.proxies")
    level = logger.level
    logger.setLevel(logging.INFO)
    yield logger
    logger.setLevel(level)


def test_the_log_may_ask_for_the_secrets_while_a_proxy_is_written_down(ours: logging.Logger) -> None:
    """Every line of the log is searched for passwords, those that tell of a proxy too: it once stood still there."""
    proxies = Proxies(lambda: SYSTEM_PROXY, lambda _origin: None)
    asked: list[tuple[str, ...]] = []

    class AsksBack(logging.Handler):
        def emit(self, _record: logging.LogRecord) -> None:
            asked.append(proxies.secrets())

    handler = AsksBack()
    ours.addHandler(handler)
    try:
        thread = threading.Thread(target=proxies.url_for, args=("https://heatpunk.co.uk",), daemon=True)
        thread.start()
        thread.join(TIMEOUT_S)
        assert not thread.is_alive()
    finally:
        ours.removeHandler(handler)
    assert asked == [()]
