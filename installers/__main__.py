"""`python3 dev.py package [--target …] [--try] [--twice]`: makes this system's packages in `dist/`, and tries them."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from installers import targets
from installers.commands import Trouble, say

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Makes, and where asked for tries, what the arguments name; gives the exit code."""
    parser = argparse.ArgumentParser(prog="dev.py package", description=__doc__)
    possible = targets.of_this_system()
    parser.add_argument(
        "--target",
        action="append",
        choices=possible,
        help="what to make, more than once for several; otherwise what is usual on this system",
    )
    parser.add_argument("--try", dest="is_tried", action="store_true", help="install what was made, and use it")
    parser.add_argument(
        "--twice", dest="is_twice", action="store_true", help="make all of it twice, and see that it is the same"
    )
    if sys.platform == "linux":
        parser.add_argument(
            "--here",
            action="store_true",
            help="make nothing but the Debian package, on this very system: it asks for libraries as new as this one's",
        )
    given = parser.parse_args(arguments)
    try:
        if getattr(given, "here", False):
            targets.make_here()
            return 0
        wanted = given.target or targets.usual(is_tried=given.is_tried)
        is_well = targets.make(wanted, is_tried=given.is_tried, is_twice=given.is_twice)
    except Trouble as trouble:
        say(f"\n{trouble}")
        return 1
    return 0 if is_well else 1


if __name__ == "__main__":
    sys.exit(main())
