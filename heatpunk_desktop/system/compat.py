"""What Python has under other names from one version to the next, taken from where it costs the start no time."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

# Built in from Python 3.12 on; before that only type checkers import it.
if sys.version_info >= (3, 12):
    from typing import override
elif TYPE_CHECKING:
    from typing_extensions import override
else:

    def override(method):
        return method


if TYPE_CHECKING:
    from hashlib import sha256
else:
    # `hashlib` loads OpenSSL for it, which takes longer than all that the start has to digest. As in `random`.
    try:
        if sys.version_info >= (3, 12):
            from _sha2 import sha256
        else:
            from _sha256 import sha256
    except ImportError:  # a Python built without its own digests
        from hashlib import sha256

__all__ = ["override", "sha256"]
