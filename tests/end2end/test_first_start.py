"""The first start of the program in a network that reaches the internet through a proxy only."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.end2end.api.raw_server import Visit, serving
from tests.end2end.on_screen import Screen

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot


def test_the_first_and_all_later_connections_go_through_the_named_proxy(qtbot: QtBot, data_dir: Path) -> None:
    del qtbot

    def refuse(visit: Visit) -> None:
        visit.request()
        visit.answer(b"", "407 Proxy Authentication Required")

    with serving(refuse) as proxy:
        screen = Screen(data_dir).start()
        try:
            screen.fill("Your email", "office@acme-heat.test")
            screen.fill("API key", "a-key-of-ours")
            screen.press("Network")
            screen.choose("Proxy", "This one")
            screen.fill("Proxy address", f"127.0.0.1:{proxy.port}")
            screen.press("Test connection")
            screen.reads("The proxy did not connect")
            screen.wait(lambda: proxy.requests, "the proxy to be asked")
            asked = len(proxy.requests)
            assert all(request.startswith(b"CONNECT heatpunk.co.uk:443 HTTP/1.") for request in proxy.requests)
            assert not [request for request in proxy.requests if b"a-key-of-ours" in request]
            screen.press("Save")
            screen.reads("The proxy did not connect", "Check the proxy, or")
            asked = len(proxy.requests)
            screen.press("Save anyway")
            screen.wait(lambda: len(proxy.requests) > asked, "the first refresh to go the same way")
            kept = json.loads((data_dir / "settings.json").read_text("utf-8"))
            assert kept["proxy"] == f"127.0.0.1:{proxy.port}"
        finally:
            screen.stop()
