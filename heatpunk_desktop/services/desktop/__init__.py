"""The app's ties to the desktop: links, signals, proxies, a single running instance."""

from typing import TYPE_CHECKING

from heatpunk_desktop.lazy import lazy_names

if TYPE_CHECKING:
    from heatpunk_desktop.services.desktop.diagnostics import Diagnostics as Diagnostics
    from heatpunk_desktop.services.desktop.link_opener import LinkOpener as LinkOpener
    from heatpunk_desktop.services.desktop.link_opener import open_project as open_project
    from heatpunk_desktop.services.desktop.proxies import Proxies as Proxies
    from heatpunk_desktop.services.desktop.shutdown_signals import SessionEnd as SessionEnd
else:
    __getattr__ = lazy_names(
        __name__,
        Diagnostics="diagnostics",
        LinkOpener="link_opener",
        open_project="link_opener",
        Proxies="proxies",
        SessionEnd="shutdown_signals",
    )
