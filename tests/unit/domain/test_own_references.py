from __future__ import annotations

import pytest

from heatpunk_desktop.domain.own_references import is_own_reference, new_reference


def test_a_reference_is_of_our_own_and_none_comes_twice() -> None:
    made = {new_reference() for _ in range(5000)}
    assert len(made) == 5000
    assert all(is_own_reference(reference) for reference in made)
    assert all(
        len(reference) == 14 and reference.startswith("HPD-") and not set(reference[4:]) & set("ILOU")
        for reference in made
    )
    assert {letter for reference in made for letter in reference[4:]} == set("0123456789ABCDEFGHJKMNPQRSTVWXYZ"), (
        "all are used"
    )


@pytest.mark.parametrize("text", ["HPD-0123456789", " HPD-ZZZZZZZZZZ\n"])
def test_space_around_one_does_not_matter(text: str) -> None:
    assert is_own_reference(text)


@pytest.mark.parametrize(
    "text",
    [None, 17, 1.5, "", "HPD-", "HPD-012345678", "HPD-01234567890", "hpd-0123456789", "HPD-012345678I",
     "XHPD-0123456789", "HPD-0123456789 and more", "HPD_0123456789", b"HPD-0123456789", "HPD-٠١٢٣٤٥٦٧٨٩"],
)  # fmt: skip
def test_what_somebody_else_made_is_not_one_of_ours(text: object) -> None:
    assert not is_own_reference(text)
