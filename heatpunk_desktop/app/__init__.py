"""The composition root, from the command line to a running app: the one place that knows every part."""

from typing import TYPE_CHECKING

from heatpunk_desktop.lazy import lazy_names

if TYPE_CHECKING:
    from heatpunk_desktop.app.demo import Demo as Demo
else:
    __getattr__ = lazy_names(__name__, Demo="demo")
