"""The faulty sandbox alone: `python -m tests.faulty_sandbox --port N`, with the options of the sandbox."""

from __future__ import annotations

import sys

from heatpunk_desktop.sandbox.__main__ import main
from tests.faulty_sandbox.server import FaultySandbox

if __name__ == "__main__":
    sys.exit(main(program="tests.faulty_sandbox", make_server=FaultySandbox))
