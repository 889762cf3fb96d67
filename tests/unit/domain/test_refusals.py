"""What a change was refused for, out of whatever a server may say of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.domain.needs import OWNER, refused_for
from heatpunk_desktop.domain.operation import Operation, OperationKind, OperationState

if TYPE_CHECKING:
    from heatpunk_desktop.domain.fields import FieldValues

DAVE = "dave@acme-heat.test"


def refused(kind: OperationKind, changes: FieldValues, owner: str = "") -> Operation:
    key = -1 if kind is OperationKind.CREATE else 5
    return Operation(1, kind, OperationState.NEEDS_YOU, key, None, "", owner, changes, {}, "", 1, "", "", (), "")


CREATE = refused(OperationKind.CREATE, {Field.CUSTOMER_NAME: "Ann", Field.STATUS: "Lead"}, DAVE)


@pytest.mark.parametrize(
    "words",
    [
        "owner must be the email address of a member of the team; owner",
        "Owner not found",
        "ownerEmail is invalid",
        "dave@acme-heat.test has no account",
        "User Dave@Acme-Heat.test does not exist",
        "This user is not in the team",
        "No such team member",
        "meta.owner is not permitted",
    ],
)
def test_words_about_the_owner_of_a_new_project(words: str) -> None:
    assert refused_for(words, CREATE) == OWNER


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ("meta.status must be one of Lead, Quote", Field.STATUS),
        ("data.meta.customerName must be a string", Field.CUSTOMER_NAME),
        ("customerEmail must be an email address", Field.CUSTOMER_EMAIL),
        ("The customer email is not valid", Field.CUSTOMER_EMAIL),
        ("customer_phone too long", Field.CUSTOMER_PHONE),
        ("Invalid postcode", Field.POSTCODE),
        ("post code is missing", Field.POSTCODE),
        ("meta.lat must be a number of decimal degrees", Field.LATITUDE),
        ("Longitude out of range", Field.LONGITUDE),
        ("buildDate must be one of pre2000", Field.BUILD_DATE),
        ("crmReference already in use", Field.CRM_REFERENCE),
        ("Address is too long", Field.ADDRESS),
        ("projectName is too short", Field.PROJECT_NAME),
    ],
)
def test_words_about_a_field(words: str, field: Field) -> None:
    update = refused(OperationKind.UPDATE, dict.fromkeys(Field, ""))
    assert refused_for(words, CREATE) == refused_for(words, update) == field


@pytest.mark.parametrize(
    "words",
    [
        "",
        "No",
        "Bad request",
        "HTTP status code 400",
        "The request could not be understood",
        "Your IP address is blocked",
    ],
)
def test_words_that_name_nothing(words: str) -> None:
    assert refused_for(words, CREATE) == ""


def test_of_an_update_only_what_it_sets_counts() -> None:
    update = refused(OperationKind.UPDATE, {Field.POSTCODE: "?"})
    assert refused_for("The status of this request is: refused, postcode invalid", update) == Field.POSTCODE
    assert refused_for("meta.status must be one of Lead, Quote", update) == ""
    assert refused_for("owner must be a member of the team", update) == ""


def test_a_move_to_deleted_has_no_fields() -> None:
    assert refused_for("owner or address", refused(OperationKind.SOFT_DELETE, {})) == ""
