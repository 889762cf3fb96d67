"""Names that a package offers without loading their modules: what the start does without is loaded when it is used."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


def lazy_names(package: str, **modules: str) -> Callable[[str], object]:
    """Return a package's `__getattr__` (PEP 562), which loads a module when one of its names is asked for.

    A package declares each name once, in its `__init__`, for the type checker and for the run; a module that needs
    it late imports the package and writes `dialogs.AboutDialog`. `from ...dialogs import AboutDialog` would load it
    at once.

    Args:
        package: The package's `__name__`.
        modules: For each name the module of the package that holds it.
    """

    def load(name: str) -> object:
        module = modules.get(name)
        if module is None:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        # Not kept: a name that is replaced in its module is replaced here, too.
        found: object = getattr(import_module(f"{package}.{module}"), name)
        return found

    return load
