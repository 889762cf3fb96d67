"""A text of a layer without Qt stays English as a string, and can be translated with its values."""

from __future__ import annotations

import copy

from heatpunk_desktop.gui.text.translation import translated
from heatpunk_desktop.texts import Text, marked


def test_a_text_is_its_english_and_remembers_its_values() -> None:
    said = marked("errors", "It answered with {0}.").format("a page")
    assert said == "It answered with a page."
    assert (said.context, said.source, said.values) == ("errors", "It answered with {0}.", ("a page",))


def test_braces_of_a_text_without_values_stay() -> None:
    assert marked("errors", "Write {0} in full") == "Write {0} in full"


def test_a_copied_text_can_be_translated_still() -> None:
    said = copy.deepcopy(marked("errors", "It answered with {0}.").format("a page"))
    assert isinstance(said, Text)
    assert said.values == ("a page",)


def test_without_a_translator_a_text_is_shown_in_english() -> None:
    inner = marked("fields", "Project name")
    assert translated(marked("errors", "Check {0}.").format(inner)) == "Check Project name."
    assert translated("Mill Road {0}") == "Mill Road {0}"
