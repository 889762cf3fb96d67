"""The web API of Heatpunk and Easy PV: pure requests, readers and judgements, and the one client that opens sockets."""

from typing import TYPE_CHECKING

from heatpunk_desktop.lazy import lazy_names

if TYPE_CHECKING:
    from heatpunk_desktop.api.client import ApiClient as ApiClient
else:
    __getattr__ = lazy_names(__name__, ApiClient="client")
