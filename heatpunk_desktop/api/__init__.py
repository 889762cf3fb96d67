"""The web API of Heatpunk and Easy PV: pure requests, readers and judgements, and the one client that opens sockets."""

from typing import TYPE_CHECKING

from heatpunk_desktop.lazy import lazy_names

if TYPE_CHECKING:
    from heatpunk_desktop.api.client import ApiClient as ApiClient
    from heatpunk_desktop.api.connection import EXPECTED as EXPECTED
    from heatpunk_desktop.api.connection import WatchedAdapter as WatchedAdapter
    from heatpunk_desktop.api.connection import classify_failure as classify_failure
else:
    __getattr__ = lazy_names(
        __name__,
        ApiClient="client",
        EXPECTED="connection",
        WatchedAdapter="connection",
        classify_failure="connection",
    )
