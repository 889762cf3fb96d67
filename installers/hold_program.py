"""Run by the packaged program on Linux before anything else: it goes on while it is upgraded or removed.

PyInstaller opens the program's file by its name whenever a module is imported. After an upgrade that is another file,
in which the modules lie elsewhere, and after a removal there is none: the next form that opens would fail. The file
that the program was started from is therefore held open, which on Linux keeps it there whatever becomes of its name.
"""

import os

from pyimod02_importers import pyz_archive  # type: ignore[import-not-found]  # in the packaged program only

_held = f"/proc/self/fd/{os.open(pyz_archive._filename, os.O_RDONLY)}"  # noqa: SLF001 - there is no other way to it
if os.path.exists(_held):  # noqa: PTH110 - every start would wait for pathlib
    pyz_archive._filename = _held  # noqa: SLF001 - as above
