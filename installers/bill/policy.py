"""Which licences may lie in a package, and what was looked up by hand: `known.toml`."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from license_expression import AND, OR, ExpressionError, LicenseExpression, get_spdx_licensing

from installers.names import ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from installers.bill.contents import Package

#: Licence texts that no package carries; they lie in the program, too.
TEXTS: Final = ROOT / "resources" / "licences"

_SPDX: Final = get_spdx_licensing()


@dataclass(frozen=True)
class Known:
    """What `known.toml` says; see there.

    Attributes:
        fit: Licences that may be, and licences with an exception that may be.
        python: Licences of Python packages, by key, whose metadata names none.
        texts: Files with the licence texts of Python packages, by key, that carry none.
        inside: What is built into libraries of others.
        library: Libraries that come with Python on Windows and macOS.
        debian: Licences of Debian's source packages.
    """

    fit: frozenset[str]
    python: Mapping[str, str]
    texts: Mapping[str, list[str]]
    inside: tuple[Mapping[str, Any], ...]
    library: tuple[Mapping[str, Any], ...]
    debian: Mapping[str, str]


def known() -> Known:
    """Reads `known.toml`."""
    told = tomllib.loads(Path(__file__).with_name("known.toml").read_text("utf-8"))
    return Known(
        frozenset([*told["fit"], *told["fit_with_exception"]]),
        told["python"],
        told["texts"],
        tuple(told["inside"]),
        tuple(told["library"]),
        told["debian"],
    )


def text(name: str) -> str:
    """A licence text of `resources/licences`."""
    return (TEXTS / name).read_text("utf-8").strip()


def licence_of(package: Package, known: Known) -> str:
    """The licence of a Python package as an SPDX expression; empty where none is known.

    What the package itself says in SPDX's terms goes first; else it is what was looked up by hand.
    """
    stated = [value for key in ("License-Expression", "License") for value in package.metadata.get_all(key) or ()]
    for value in stated:
        if "\n" not in value and is_expression(value):
            return str(_SPDX.parse(value).render("{symbol.key}"))
    return known.python.get(package.key, "")


def is_expression(value: str) -> bool:
    """Whether it is a licence expression of names that SPDX has."""
    try:
        return not _SPDX.validate(value).errors
    except ExpressionError:
        return False


def is_fit(licence: str, known: Known) -> bool:
    """Whether something under this licence may lie in a package: of licences to choose from, one has to be."""
    try:
        parsed = _SPDX.parse(licence)
    except ExpressionError:
        return False
    return parsed is not None and _is_one_fit(parsed, known)


def _is_one_fit(expression: LicenseExpression, known: Known) -> bool:
    if isinstance(expression, OR | AND):
        choose = any if isinstance(expression, OR) else all
        return choose(_is_one_fit(arg, known) for arg in expression.args)
    return str(expression.render("{symbol.key}")) in known.fit
