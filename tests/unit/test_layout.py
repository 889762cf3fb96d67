"""The shape of the package: no import cycle, late imports declared, no long file, and documents that are true."""

from __future__ import annotations

import ast
import re
from functools import cache
from graphlib import CycleError, TopologicalSorter
from importlib import import_module
from pathlib import Path

import pytest

import dev
from heatpunk_desktop.domain.operation import OperationState
from heatpunk_desktop.sync.rules import Conclusion
from heatpunk_desktop.sync.tasks import Task

ROOT = Path(dev.ROOT)
NAME = "heatpunk_desktop"
FILES = {
    ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): file
    for file in (ROOT / NAME).rglob("*.py")
}
#: They run before it is known whether Qt is wanted, or whether it can be loaded at all.
ENTRIES = {f"{NAME}.__main__", f"{NAME}.app.fatal_error"}


def _is_for_types(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"


def _tree(module: str) -> ast.Module:
    return ast.parse(FILES[module].read_text("utf-8"))


@cache
def _lazy_names(package: str) -> dict[str, str]:
    """The names that a package declares to be loaded when they are used, with the modules they are in."""
    for node in ast.walk(_tree(package)):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "lazy_names":
            return {word.arg or "": f"{package}.{ast.literal_eval(word.value)}" for word in node.keywords}
    return {}


class Module(ast.NodeVisitor):
    """What a module imports of the package.

    Attributes:
        always: Modules that are loaded with it.
        others: Modules that only the type checker follows, or that are loaded when something of theirs is used.
        late: Lines with an import within a function.
    """

    def __init__(self, name: str) -> None:
        self.always: set[str] = set()
        self.others: set[str] = set()
        self.late: list[int] = []
        self._packages: dict[str, str] = {}
        self._is_typed = self._is_late = False
        if not _lazy_names(name):  # a package that declares names imports none of them
            self.visit(_tree(name))

    def visit_If(self, node: ast.If) -> None:
        before, self._is_typed = self._is_typed, self._is_typed or _is_for_types(node)
        self.generic_visit(node)
        self._is_typed = before

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        before, self._is_late = self._is_late, True
        self.generic_visit(node)
        self._is_late = before

    def visit_Import(self, node: ast.Import) -> None:
        for name in node.names:
            self._take(name.name, node.lineno)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        for name in node.names:
            whole = f"{node.module}.{name.name}"
            if whole in FILES and _lazy_names(whole) and not self._is_late:
                self._packages[name.asname or name.name] = whole
            else:
                self._take(whole if whole in FILES else node.module or "", node.lineno)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        if isinstance(node.value, ast.Name) and node.value.id in self._packages:
            package = self._packages[node.value.id]
            self.others.add(_lazy_names(package).get(node.attr, package))
        self.generic_visit(node)

    def _take(self, module: str, line: int) -> None:
        if module not in FILES:
            return
        if self._is_late:
            self.late.append(line)
        (self.others if self._is_typed or self._is_late else self.always).add(module)


@pytest.fixture(scope="module")
def modules() -> dict[str, Module]:
    return {name: Module(name) for name in FILES}


def test_no_modules_import_each_other(modules: dict[str, Module]) -> None:
    """Late imports and those for the type checker included: none hides a cycle."""
    graph = {name: (module.always | module.others) - {name} for name, module in modules.items()}
    assert f"{NAME}.gui.board.board" in graph[f"{NAME}.gui.board.layout_controller"]
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as cycle:
        pytest.fail(" imports ".join(reversed(cycle.args[1])))


def test_late_imports_go_through_a_package_that_declares_them(modules: dict[str, Module]) -> None:
    late = {name for name, module in modules.items() if module.late}
    assert late >= ENTRIES
    assert not late - ENTRIES


def test_declared_names_are_the_same_for_the_checker_and_the_run() -> None:
    declared = {package: names for package in FILES if (names := _lazy_names(package))}
    assert len(declared) > 20
    for package, names in declared.items():
        (block,) = (node for node in _tree(package).body if _is_for_types(node))
        assert isinstance(block, ast.If)
        typed = {
            name.asname: node.module for node in block.body if isinstance(node, ast.ImportFrom) for name in node.names
        }
        assert typed == names
        assert all(getattr(import_module(package), name) is getattr(import_module(names[name]), name) for name in names)


def test_a_name_that_a_package_does_not_declare_is_missing() -> None:
    with pytest.raises(AttributeError, match=r"module 'heatpunk_desktop\.gui\.board' has no attribute 'Bord'"):
        _ = import_module(f"{NAME}.gui.board").Bord


def test_a_replaced_name_is_replaced_in_its_package_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(f"{NAME}.gui.dialogs.message.ask", "other")
    assert import_module(f"{NAME}.gui.dialogs").ask == "other"


def test_what_is_imported_before_qt_needs_no_qt(modules: dict[str, Module]) -> None:
    """PySide reads the source of whatever is imported after it, which costs a third of the start."""
    waiting = [name for name in modules[f"{NAME}.app.early_imports"].always if name in FILES]
    seen = set(waiting)
    while waiting:
        name = waiting.pop()
        new = modules[name].always - seen
        seen |= new
        waiting += new
    assert f"{NAME}.models.project_index" in seen
    with_qt = [
        name
        for name in seen
        for node in _tree(name).body
        if isinstance(node, ast.Import | ast.ImportFrom) and "PySide6" in ast.unparse(node)
    ]
    assert not with_qt


def test_no_file_has_more_than_450_lines() -> None:
    long = [str(file) for file in FILES.values() if len(file.read_text("utf-8").splitlines()) > 450]
    assert not long


@pytest.mark.parametrize(
    "document", ["docs/architecture.md", "docs/glossary.md", "docs/reliability.md", "CONTRIBUTING.md"]
)
def test_documents_name_files_that_exist(document: str) -> None:
    text = (ROOT / document).read_text("utf-8")
    named = set(re.findall(r"`([\w/.-]*\w\.(?:py|md|toml|spec))`", text))
    known = [path.relative_to(ROOT).as_posix() for path in ROOT.glob("*.*")]
    known += [
        path.relative_to(ROOT).as_posix()
        for folder in (NAME, "tests", "tools", "benchmarks", "installers", "docs")
        for path in (ROOT / folder).rglob("*.*")
    ]
    missing = [name for name in named if not any(f"/{path}".endswith(f"/{name}") for path in known)]
    assert not missing


def test_each_decision_has_its_number_status_and_date() -> None:
    records = sorted((ROOT / "docs" / "adr").glob("*.md"))
    assert [int(record.name[:3]) for record in records] == list(range(1, len(records) + 1))
    wanted = r"# {}\. .+\n\n\*\*Status:\*\* (?:accepted|superseded by ADR \d+), 20\d\d-\d\d-\d\d\n"
    wrong = [
        record.name
        for number, record in enumerate(records, 1)
        if not re.match(wanted.format(number), record.read_text("utf-8"))
    ]
    assert not wrong


GLOSSARY = [
    [cell.strip(" `") for cell in line.strip("| ").split(" | ")]
    for line in (ROOT / "docs" / "glossary.md").read_text("utf-8").splitlines()
    if line.startswith("| ")
][2:]


def test_the_glossary_is_in_order_with_one_sentence_a_term() -> None:
    terms = [term for term, _meaning, _file in GLOSSARY]
    assert len(terms) > 100
    assert terms == sorted(set(terms))
    assert not [term for term, meaning, _file in GLOSSARY if re.search(r"[.;]( |$)", meaning)]


def test_each_term_of_the_glossary_is_used_where_it_says() -> None:
    def is_used(term: str, file: str) -> bool:
        text = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", (ROOT / NAME / file).read_text("utf-8"))
        return bool(re.search(rf"(?<![a-z]){re.sub('[ -]', '[ _-]?', term)}s?(?![a-z])", text, re.IGNORECASE))

    assert is_used("row mask", "models/row_masks.py")
    assert not is_used("row mask", "models/row_order.py")
    assert not [(term, file) for term, _meaning, file in GLOSSARY if not is_used(term, file)]


def test_each_state_conclusion_and_task_is_in_the_glossary() -> None:
    tasks = [task.__name__.lower() for task in Task.__subclasses__()]
    states = [state.value.replace("_", " ") for state in OperationState]
    conclusions = [conclusion.value for conclusion in Conclusion if conclusion is not Conclusion.LOOK_AGAIN]
    terms = {term for term, _meaning, _file in GLOSSARY}
    assert len(tasks) > 5
    assert not {*tasks, *states, *conclusions} - terms
