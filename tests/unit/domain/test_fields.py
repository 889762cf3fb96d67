"""Each field of a project is known wherever fields are listed and cannot be derived from its declaration."""

from __future__ import annotations

import json

import pytest

from heatpunk_desktop.domain.fields import FIELD_SPECS, Field, Kind
from heatpunk_desktop.domain.project import WholeRow
from heatpunk_desktop.gui.project_form.form_fields import FORM_ENTRIES
from heatpunk_desktop.sandbox.project import META, SandboxProject
from heatpunk_desktop.sandbox.server import openapi_bytes


def test_a_field_is_declared_with_what_its_kind_needs() -> None:
    assert set(FIELD_SPECS) == set(Field), "add it to FIELD_SPECS in domain/fields.py"
    for field, spec in FIELD_SPECS.items():
        assert bool(spec.choices) == (spec.kind is Kind.CHOICE), field
        assert bool(spec.limit) == (spec.kind is Kind.DEGREES), field


def test_a_whole_row_has_the_fields_in_their_order() -> None:
    told = "add it to WholeRow in domain/project.py, in the order of Field"
    assert WholeRow._fields[1 : 1 + len(Field)] == tuple(Field), told


@pytest.mark.parametrize("field", Field)
def test_a_field_is_in_the_form_once(field: Field) -> None:
    count = [entry.key for entry in FORM_ENTRIES].count(field)
    assert count == 1, f"add {field} to FORM_ENTRIES in gui/project_form/form_fields.py"


@pytest.mark.parametrize("field", Field)
def test_the_sandbox_takes_keeps_and_describes_a_field(field: Field) -> None:
    wire = FIELD_SPECS[field].wire
    assert wire in META, f"add {wire} to META in sandbox/project.py"
    assert META[wire].attribute in SandboxProject.__slots__, f"add {wire} to SandboxProject in sandbox/project.py"
    schemas = json.loads(openapi_bytes())["components"]["schemas"]
    for schema in ("Meta", "ProjectData"):
        assert wire in schemas[schema]["properties"], f"add {wire} to {schema} in sandbox/openapi.json"
