import subprocess
import sys

import pytest

from heatpunk_desktop.domain.emails import check_member_email


@pytest.mark.parametrize(
    ("typed", "words"), [("", "Fill in"), ("office@acme", "not a complete"), ("office", "not a complete")]
)
def test_a_members_address_has_to_be_complete(typed: str, words: str) -> None:
    checked = check_member_email(typed)
    assert checked.is_error
    assert checked.problem
    assert words in checked.problem.words
    assert checked.value == typed


def test_a_members_address_is_not_rewritten() -> None:
    assert check_member_email(" Office+x@Acme-Heat.test ").value == "Office+x@Acme-Heat.test"


def test_the_slow_libraries_are_imported_only_when_they_are_needed() -> None:
    code = (
        "import sys, heatpunk_desktop.domain.validation\n"
        "sys.exit(any(name in sys.modules for name in ('idna', 'phonenumbers')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == 0
