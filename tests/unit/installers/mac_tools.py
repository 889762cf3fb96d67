"""Stands in for macOS' own command lines where there is no macOS: notes each call, and does what a caller sees."""

from __future__ import annotations

import json
import shutil
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

NAMES = ("codesign", "hdiutil", "security", "spctl", "xcrun")

SCRIPT = """\
#!{python}
import json, pathlib, shutil, sys
here = pathlib.Path(__file__).parent
name, words = pathlib.Path(__file__).name, sys.argv[1:]
with (here / "calls").open("a") as calls:
    calls.write(json.dumps([name, *words]) + "\\n")
refused = here / "refused"
if refused.is_file() and " ".join([name, *words]).startswith(refused.read_text()):
    sys.exit("not today")
if name == "hdiutil" and words[0] == "create":
    source, image = words[words.index("-srcfolder") + 1], words[-1]
    shutil.make_archive(image, "tar", source)
    pathlib.Path(image + ".tar").rename(image)
elif name == "hdiutil" and words[0] == "attach":
    shutil.unpack_archive(words[1], words[words.index("-mountpoint") + 1], "tar", filter="tar")
elif name == "hdiutil" and words[0] == "detach":
    shutil.rmtree(words[1])
elif name == "security" and words[0] == "create-keychain":
    pathlib.Path(words[-1]).touch()
elif name == "security" and words[0] == "delete-keychain":
    pathlib.Path(words[-1]).unlink()
elif name == "security" and words[0] == "import":
    print("imported", pathlib.Path(words[1]).read_bytes())
elif name == "security" and words[0] == "find-identity":
    print('  1) 0A1B "Apple Development: Jo"\\n  2) 0C1D "Developer ID Application: Jo Bloggs (AB12CD34EF)"')
"""


@dataclass(frozen=True)
class MacTools:
    """The tools, in a folder that comes first on the path.

    Attributes:
        folder: Where they lie.
    """

    folder: Path

    @classmethod
    def into(cls, folder: Path) -> MacTools:
        """Make them."""
        folder.mkdir()
        for name in NAMES:
            tool = folder / name
            tool.write_text(SCRIPT.format(python=shutil.which("python3") or sys.executable), "utf-8")
            tool.chmod(0o755)
        return cls(folder)

    def refuse(self, beginning: str) -> None:
        """From now on, calls that begin so fail."""
        (self.folder / "refused").write_text(beginning, "utf-8")

    def calls(self) -> list[list[str]]:
        """All calls so far, oldest first, each with the tool's name in front."""
        kept = self.folder / "calls"
        lines = kept.read_text("utf-8").splitlines() if kept.is_file() else []
        return [json.loads(line) for line in lines]
