"""Every text that a user can see, as `python3 dev.py texts` lists it, and those that Qt's translators would not find.

Qt's own tool reads the marked ones out of the code, so what is listed is what can be translated: `tr` in widgets,
`translate` in `gui/text/` and beside it, `marked` (`heatpunk_desktop/texts.py`) in layers without Qt.
"""

from __future__ import annotations

import argparse
import ast
import re
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple
from xml.etree import ElementTree as Tree

import PySide6

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ROOT: Final = Path(__file__).resolve().parents[1]
PACKAGE: Final = ROOT / "heatpunk_desktop"

#: Qt's tool knows `tr` and `translate`; `marked` takes what this macro of its takes.
_ALIAS: Final = "QT_TRANSLATE_NOOP+=marked"
#: Where the calls that mark a text come from.
_FROM: Final = {"heatpunk_desktop.texts", "heatpunk_desktop.gui.text.translation"}
#: The one place that translates what is marked elsewhere.
_TRANSLATES: Final = PACKAGE / "gui" / "text" / "translation.py"
#: Folders that say nothing to users: the demo's server answers a program, and the self-test speaks to a terminal.
_SILENT: Final = ("sandbox", "devtools", "store/migrations")

#: Calls in `gui/` that put a text on the screen, where even one word is one.
# fmt: off
_SHOWS: Final = frozenset({
    "QAction", "QCheckBox", "QGroupBox", "QLabel", "QMenu", "QPushButton", "QRadioButton", "QToolButton",
    "HeadingLabel", "KnownError", "PlainLabel", "BadInputError", "addAction", "addButton", "addItem", "addItems",
    "addMenu", "addRow", "addTab", "announce", "ask", "drawText", "error", "explain", "say",
    "setAccessibleDescription", "setAccessibleName", "setDetailedText", "setHeaderLabels", "setIconText",
    "setInformativeText", "setItemText", "setLabelText", "setPlaceholderText", "setPrefix", "setSpecialValueText",
    "setStatusTip", "setSuffix", "setTabText", "setText", "setTitle", "setToolTip", "setWhatsThis",
    "setWindowTitle", "set_problem", "set_remark", "showMessage", "warning",
})
# fmt: on
#: Why a text is not marked and stays English, by the call that it is in (see `docs/adr/021-texts.md`).
_STAYS_IN_CALL: Final = {
    "ArgumentParser": "command line",
    "InFiles": "exported file",
    "Rule": "rule of the engine",
    "WriteRule": "rule of the engine",
    "add_argument": "command line",
    "compile": "pattern",
    "print": "command line",
}
#: The same by the module.
_STAYS_IN: Final = {
    "app/qt_application.py": "command line",  # no window can be opened
    "export/": "exported file",
    "services/desktop/diagnostics.py": "report",
    "services/desktop/proxies.py": "report",
    "system/crash_report.py": "report",
    "system/redaction.py": "report",
}
#: Folders whose constants hold what is read in files and notes, and is not said.
_READ: Final = ("extraction/", "spreadsheets/")
_CODES: Final = {"StrEnum"}

#: Errors of programmers, whose words stay in the log.
_BUGS: Final = re.compile(
    r"(?<!Known)(?<!Input)(Attribute|Value|Type|Runtime|Key|Index|Assertion|NotImplemented|Lookup|Json)Error"
)
_LOGS: Final = frozenset({"debug", "info", "warning", "error", "exception", "critical", "log"})
_SQL: Final = re.compile(
    r"\b(SELECT|INSERT|UPDATE|DELETE|CREATE|PRAGMA|WHERE|FROM|JOIN|LIMIT|ORDER BY|RETURNING|CASE|AND|BEGIN|UNION)\b"
    r"|\bIN \(|\bo\.[a-z_]+"
)
_WORDS: Final = re.compile(r"[^\W\d_]{2,}[,.:;]? +[^\W\d_]+")
_WORD: Final = re.compile(r"[^\W\d_]{2,}")
#: Names, which are the same in every language.
_NAMES: Final = frozenset({"Heatpunk Desktop", "Lucide icons", '<a href="{}">code.qt.io</a>'})
_MARKUP: Final = re.compile(r"<[^<>]*>?|^[^<>]*>")


class Place(NamedTuple):
    """Where a text stands: the file, from the project's folder on, and its line."""

    file: str
    line: int

    def __str__(self) -> str:
        """Return it as editors and terminals read it."""
        return f"{self.file}:{self.line}"


class Listed(NamedTuple):
    """One text.

    Attributes:
        context: What it belongs to; of one that is not marked why it stays English, or empty where nothing says so.
        source: The text.
        places: Where it stands.
    """

    context: str
    source: str
    places: tuple[Place, ...]


def python_files(folder: Path = PACKAGE) -> list[Path]:
    """Return the modules in a folder of the package, in order."""
    return sorted(folder.rglob("*.py"))


def write_translations(target: Path, files: Sequence[Path]) -> None:
    """Have Qt's tool write the texts of some modules, or add new ones to a file that is there.

    Args:
        target: A file for translators, of the format TS.
        files: The modules.
    """
    tool = Path(PySide6.__file__).with_name("lupdate.exe" if sys.platform == "win32" else "lupdate")
    names = target.with_name(f"{target.name}.lst")
    names.write_text("\n".join(map(str, files)), "utf-8")
    command = [str(tool), "-silent", "-tr-function-alias", _ALIAS, f"@{names}", "-ts", str(target)]
    try:
        subprocess.run(command, check=True)
    finally:
        names.unlink()


def marked_texts(files: Sequence[Path]) -> list[Listed]:
    """Return the texts that Qt's tool finds, in the order of their contexts."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder).resolve() / "texts.ts"
        write_translations(target, files)
        root = Tree.parse(target).getroot()  # noqa: S314 - Qt's tool has just written it
        return [
            Listed(context.findtext("name", ""), message.findtext("source", ""), tuple(_places(message, target.parent)))
            for context in root.iter("context")
            for message in context.iter("message")
        ]


def _places(message: Tree.Element, folder: Path) -> Iterator[Place]:
    for place in message.iter("location"):
        file = (folder / place.get("filename", "")).resolve()
        yield Place(file.relative_to(ROOT).as_posix(), int(place.get("line", "0")))


def unmarked_texts(files: Sequence[Path]) -> list[Listed]:
    """Return what reads like a text for users, or is put on the screen, and that Qt's tool does not find.

    What it returns in layers without Qt is a guess: texts of two words or more that are no SQL, no line of the log and
    no programmer's error.
    """
    found = []
    for file in files:
        name = file.relative_to(PACKAGE).as_posix()
        if file != _TRANSLATES and not name.startswith(_SILENT):
            finder = _Finder(file.relative_to(ROOT).as_posix(), name)
            finder.visit(ast.parse(file.read_text("utf-8")))
            found += finder.found
    return found


class _Finder(ast.NodeVisitor):
    """Collects the texts of one module that are not marked.

    Args:
        file: The module, from the project's folder on.
        name: The same, from the package's folder on.
    """

    def __init__(self, file: str, name: str) -> None:
        self.found: list[Listed] = []
        self._file = file
        self._marks = {"tr": 1}
        self._needed = _WORDS
        self._stays = next((why for prefix, why in _STAYS_IN.items() if name.startswith(prefix)), "")
        if not self._stays and name.startswith(_READ):
            self._stays = "read, not said"

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        """Learn which names mark a text here."""
        if node.module in _FROM:
            self._marks |= {name.name: 2 for name in node.names if name.name in {"marked", "translate"}}

    def visit_Expr(self, node: ast.Expr) -> None:
        """Pass docstrings over."""
        if not isinstance(node.value, ast.Constant):
            self.generic_visit(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        """Take the members of an enumeration for codes."""
        is_code = any(isinstance(base, ast.Name) and base.id in _CODES for base in node.bases)
        self._within(node, self._needed, "code" if is_code else self._stays)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        """Look for what is said also where constants are what is read."""
        self._within(node, self._needed, "" if self._stays == "read, not said" else self._stays)

    def visit_Call(self, node: ast.Call) -> None:
        """Look at what marks a text, puts it on the screen, or hides it from users."""
        owner = node.func.value if isinstance(node.func, ast.Attribute) else None
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if name in self._marks and (owner is None) == (name != "tr"):
            if any(not isinstance(arg, ast.Constant) for arg in node.args[: self._marks[name]]):
                self._add(node, ast.unparse(node))
        elif not _BUGS.search(name) and not (name in _LOGS and isinstance(owner, ast.Name)):
            shows = name in _SHOWS or (name in {"format", "join"} and self._needed is _WORD)
            self._within(node, _WORD if shows else _WORDS, _STAYS_IN_CALL.get(name, self._stays))

    def visit_Subscript(self, node: ast.Subscript) -> None:
        """Take a key for no text."""
        self._within(node, _WORDS)

    def visit_Compare(self, node: ast.Compare) -> None:
        """Take what is compared with for no text."""
        self._within(node, _WORDS)

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        """Read a string with values as one text."""
        self._see(node, "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values))
        for part in node.values:
            if isinstance(part, ast.FormattedValue):
                self.visit(part.value)

    def visit_Constant(self, node: ast.Constant) -> None:
        """Look at a string."""
        if isinstance(node.value, str):
            self._see(node, node.value)

    def _within(self, node: ast.AST, needed: re.Pattern[str], stays: str | None = None) -> None:
        before = self._needed, self._stays
        self._needed, self._stays = needed, self._stays if stays is None else stays
        self.generic_visit(node)
        self._needed, self._stays = before

    def _see(self, node: ast.expr, words: str) -> None:
        if self._needed.search(_MARKUP.sub("", words)) and not _SQL.search(words) and words not in _NAMES:
            self._add(node, words)

    def _add(self, node: ast.expr, words: str) -> None:
        if self._stays != "pattern":
            self.found.append(Listed(self._stays, words, (Place(self._file, node.lineno),)))


def main(arguments: Sequence[str]) -> int:
    """Print the texts, or write them for translators."""
    parser = argparse.ArgumentParser(prog="dev.py texts", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--ts", metavar="FILE", type=Path, help="write them for translators, or add what is new")
    parser.add_argument(
        "--unmarked", action="store_true", help="only what Qt does not find, which cannot be translated"
    )
    options = parser.parse_args(arguments)
    files = python_files()
    if options.ts:
        write_translations(options.ts.resolve(), files)
        return 0
    marked, unmarked = marked_texts(files), unmarked_texts(files)
    for text in unmarked if options.unmarked else [*marked, *unmarked]:
        words = text.source.replace("\n", "\\n")
        context = f"(stays English: {text.context or 'not marked'})" if text in unmarked else text.context
        _print(f"{context}\t{words}\t{', '.join(map(str, text.places))}")
    stay = Counter(text.context or "not marked" for text in unmarked)
    _print(
        f"\n{len(marked) + len(unmarked):,} texts: {len(marked):,} can be translated, {len(unmarked):,} stay English."
    )
    _print("\n".join(f"{number:7,} {why}" for why, number in stay.most_common()))
    return 0


def _print(words: str) -> None:
    sys.stdout.buffer.write(f"{words}\n".encode())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
