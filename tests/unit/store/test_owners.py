"""What owners are called whose email is not known, and how their emails become known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.domain.project import Member
from heatpunk_desktop.store.whole_rows import whole_rows
from tests.fakes import LATER, ME, NOW, begin_next, listed

if TYPE_CHECKING:
    from heatpunk_desktop.store.account_store import AccountStore

SAM = "Sam@firm.example"


def created(store: AccountStore, project_id: int, owner: str) -> None:
    """A project that was created here for somebody, and confirmed."""
    store.outbox.add_create({Field.PROJECT_NAME: f"P{project_id}"}, owner, NOW)
    sent = begin_next(store)
    assert sent is not None
    assert store.delivery.confirm(sent, project_id, None, LATER)


def owners(store: AccountStore) -> dict[str, int | None]:
    return {member.email: member.owner_id for member in store.reader.members()}


def exported(store: AccountStore, key: int) -> str:
    return next(row.owner for rows in whole_rows(store.connection, [key]) for row in rows)


def test_a_name_is_used_until_the_email_is_known(store: AccountStore) -> None:
    store.server.take_listed([listed(1, owner=27115)])
    assert exported(store, 1) == "27115"
    store.owners.name(27115, "Dave", NOW)
    assert store.reader.named_owners() == {27115: "Dave"}
    detail = store.reader.detail(1)
    assert detail is not None
    assert (detail.owner_email, detail.owner_name) == ("", "Dave")
    assert exported(store, 1) == "Dave"
    store.server.take_member(Member("dave@firm.example", 27115))
    assert exported(store, 1) == "dave@firm.example"
    assert store.reader.members() == (Member("dave@firm.example", 27115, name="Dave"),)
    store.owners.name(27115, "", NOW)
    assert store.reader.named_owners() == {}


def test_an_email_is_learnt_from_a_project_that_was_created_for_its_owner(store: AccountStore) -> None:
    store.server.take_member(Member(ME, 27091, is_me=True))
    created(store, 11, SAM)
    waiting = store.outbox.add_create({Field.PROJECT_NAME: "Next"}, SAM, NOW)
    assert not store.server.learn_members(), "the list has not told yet whose it is"
    assert owners(store) == {ME: 27091}
    store.server.take_listed([listed(11, owner=27115)])
    assert store.server.learn_members() == {waiting}
    assert owners(store) == {ME: 27091, SAM.lower(): 27115}
    assert not store.server.learn_members()


def test_nothing_is_learnt_where_projects_of_one_email_have_several_owners(store: AccountStore) -> None:
    created(store, 11, SAM)
    created(store, 12, SAM)
    store.server.take_listed([listed(11, owner=27115), listed(12, owner=5)])
    assert not store.server.learn_members()
    assert owners(store) == {}
