"""The start stays short: nothing is read or made before the window is painted that can wait until after."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.rows import listed_rows
from heatpunk_desktop.domain.account import Account
from heatpunk_desktop.store.account_store import AccountStore
from heatpunk_desktop.store.database import database_path

ROOT = Path(__file__).resolve().parents[2]
ACCOUNT = Account("http://127.0.0.1:9", "office@acme-heat.test")

#: Starts the program and says after its table's first painting what was read and made until then.
SCRIPT = """
import builtins, enum, gc, os, re, sys
from dataclasses import is_dataclass
own_import = builtins.__import__
before = set(sys.modules)  # whoever measures coverage has read some of them already
from heatpunk_desktop.app import early_imports as preload
from heatpunk_desktop.app.cli import parse
options = parse([])
from PySide6 import QtGui, QtWidgets
from PySide6.QtCore import QCoreApplication, QEvent, QObject
from heatpunk_desktop.app.controller import Program
from heatpunk_desktop.app.qt_application import make_application
from heatpunk_desktop.services.desktop.single_instance import SingleInstance
from heatpunk_desktop.gui.table.project_table import ProjectTable

class Watch(QObject):
    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint:
            watched.removeEventFilter(self)
            QCoreApplication.sendEvent(watched, event)
            print("rows", table.model().rowCount())
            print("collects", gc.isenabled())
            print("own import", builtins.__import__ is own_import)
            print(*(sys.modules.keys() - before), *vars(QtGui), *vars(QtWidgets), sep="\\n")
            enums = [made for made in gc.get_objects() if isinstance(made, enum.EnumType)]
            print(*(f"enumeration {made.__qualname__}" for made in enums), sep="\\n")
            for name, module in list(sys.modules.items()):
                if name.startswith("heatpunk_desktop."):
                    held = (part for value in vars(module).values() for part in parts(value))
                    print(*{f"pattern {part.pattern!r} of {name}" for part in held}, sep="\\n")
                    made = [each for each in vars(module).values() if isinstance(each, type) and is_dataclass(each)]
                    print(*(f"dataclass {each.__qualname__}" for each in made), sep="\\n")
            sys.stdout.flush()
            os._exit(0)
        return False

def parts(value):
    values = value.values() if isinstance(value, dict) else value if isinstance(value, tuple) else (value,)
    return [part for part in values if isinstance(part, re.Pattern)]

application = make_application()
program = Program(application, options, SingleInstance(options.data_dir))
watch = Watch()
program.start()
table = program.window.findChild(ProjectTable)
table.viewport().installEventFilter(watch)
application.exec()
"""

#: Modules that are read only when they are needed.
MODULES = {
    "hashlib",
    "html.entities",
    "idna",
    "keyring",
    "orjson",
    "phonenumbers",
    "requests",
    "ssl",
    "truststore",
    "urllib3",
    "PySide6.QtNetwork",
    "PySide6.QtSvg",
    "heatpunk_desktop.api.client",
    "heatpunk_desktop.config.credentials",
    "heatpunk_desktop.domain.csv_injection",
    "heatpunk_desktop.domain.needs",
    "heatpunk_desktop.domain.operation_states",
    "heatpunk_desktop.domain.validation",
    "heatpunk_desktop.system.redaction",
    "heatpunk_desktop.sandbox",
    "heatpunk_desktop.services.tasks.key_tasks",
    "heatpunk_desktop.services.desktop.link_opener",
    "heatpunk_desktop.services.desktop.shutdown_signals",
    "heatpunk_desktop.services.sync.commands",
    "heatpunk_desktop.services.sync.instructions",
    "heatpunk_desktop.services.sync.worker",
    "heatpunk_desktop.store.batches",
    "heatpunk_desktop.store.state_changes",
    "heatpunk_desktop.store.undo.withdraw",
    "heatpunk_desktop.sync.engine",
    "heatpunk_desktop.gui.outbox.changes_panel",
    "heatpunk_desktop.gui.dialogs.delete_dialogs",
    "heatpunk_desktop.gui.drafts.autosave",
    "heatpunk_desktop.gui.drafts.recovery_banner",
    "heatpunk_desktop.gui.dialogs.message",
    "heatpunk_desktop.gui.project_form.close_guard",
    "heatpunk_desktop.gui.project_form.project_form",
    "heatpunk_desktop.gui.inspector.project_sheet",
    "heatpunk_desktop.gui.settings.settings_dialog",
    "heatpunk_desktop.gui.settings.setup_page",
    "heatpunk_desktop.gui.text.operation_words",
    "heatpunk_desktop.gui.widgets.dialog",
    "heatpunk_desktop.gui.widgets.value_text",
}

#: Qt's types that PySide makes only when they are met. A wizard says that a call answered "a widget" of unknown kind.
TYPES = {
    "QAccessible",
    "QAccessibleAnnouncementEvent",
    "QDialog",
    "QGradient",
    "QGraphicsView",
    "QMessageBox",
    "QScrollArea",
    "QStyle",
    "QStyleOptionHeader",
    "QStyleOptionViewItem",
    "QTextEdit",
    "QWizard",
}

#: Qt's types whose enumerations PySide makes when it tells what an argument is: so many that it can be felt.
WITHOUT_ENUMERATIONS = {"QGradient", "QImage", "QTabBar"}

#: Modules whose patterns are compiled as they are read: those that the first rows are made with. Elsewhere a pattern is
#: a text, which `re` compiles when it is first used.
WITH_PATTERNS = {
    "heatpunk_desktop.domain.display",
    "heatpunk_desktop.domain.folding",
    "heatpunk_desktop.domain.phones",
    "heatpunk_desktop.models.search_text",
}

#: Classes that do more than named tuples can. To make a dataclass takes more than three times as long.
DATACLASSES = {"DateRange", "Selection", "Settings"}


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """Every line that the start says."""
    folder = tmp_path_factory.mktemp("start")
    store = AccountStore.open(database_path(folder, ACCOUNT))
    store.server.take_listed(listed_rows(200))
    store.close()
    variables = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "QT_QPA_PLATFORM": "offscreen",
        "HEATPUNK_API_KEY": "not-used",
        "HEATPUNK_DOMAIN": ACCOUNT.domain,
        "HEATPUNK_USER_EMAIL": ACCOUNT.email,
        "HEATPUNK_DATA_DIR": str(folder),
    }
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], env=variables, capture_output=True, text=True, check=True, timeout=100
    )
    return set(done.stdout.splitlines())


def test_the_first_painting_shows_rows(told: set[str]) -> None:
    assert "rows 60" in told


def test_no_module_is_read_before_the_first_painting_that_can_wait(told: set[str]) -> None:
    assert "heatpunk_desktop.gui.main_window.main_window" in told
    assert told & MODULES == set()


def test_modules_are_not_read_again_for_features_of_pyside_that_none_uses(told: set[str]) -> None:
    assert "own import True" in told


def test_no_type_of_qts_is_made_before_the_first_painting_that_can_wait(told: set[str]) -> None:
    assert "QTableView" in told
    assert told & TYPES == set()


def test_no_enumeration_that_can_wait_is_made_before_the_first_painting(told: set[str]) -> None:
    made = {line.removeprefix("enumeration ") for line in told if line.startswith("enumeration ")}
    assert "QPalette.ColorRole" in made
    assert {name for name in made if name.partition(".")[0] in WITHOUT_ENUMERATIONS} == set()


def test_no_pattern_is_compiled_before_the_first_painting_that_can_wait(told: set[str]) -> None:
    having = {line.rpartition(" of ")[2] for line in told if line.startswith("pattern ")}
    assert having == WITH_PATTERNS


def test_no_dataclass_is_made_before_the_first_painting_without_need(told: set[str]) -> None:
    assert {line.removeprefix("dataclass ") for line in told if line.startswith("dataclass ")} == DATACLASSES


def test_no_garbage_is_looked_for_before_the_first_painting(told: set[str]) -> None:
    assert "collects False" in told
