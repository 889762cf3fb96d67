from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from heatpunk_desktop.domain.changes import Draft
from heatpunk_desktop.domain.fields import Field
from tests.fakes import LATER, ME, NOW

if TYPE_CHECKING:
    from heatpunk_desktop.store.account_store import AccountStore

NEW = Draft("a1", None, {Field.PROJECT_NAME: " The Kiln "}, {}, ME, "The Kiln", NOW)
EDIT = Draft("b2", 7, {Field.LATITUDE: "52.x"}, {Field.LATITUDE: 52.25}, "", "Barn", LATER)


def test_what_is_kept_comes_back_the_oldest_first(store: AccountStore) -> None:
    store.drafts.keep(EDIT)
    store.drafts.keep(NEW)
    assert store.reader.drafts() == (NEW, EDIT)


def test_the_latest_takes_the_place_of_what_was_there(store: AccountStore) -> None:
    store.drafts.keep(NEW)
    later = NEW._replace(texts={Field.PROJECT_NAME: "The Kilns"}, changed_at=LATER)
    store.drafts.keep(later)
    assert store.reader.drafts() == (later,)


def test_what_is_dropped_is_gone_and_may_be_dropped_again(store: AccountStore) -> None:
    store.drafts.keep(NEW)
    store.drafts.keep(EDIT)
    store.drafts.drop("a1")
    store.drafts.drop("a1")
    assert store.reader.drafts() == (EDIT,)


def test_half_an_emoji_does_not_keep_the_rest_from_being_kept(store: AccountStore) -> None:
    half = "Kiln \ud83d"
    store.drafts.keep(NEW._replace(texts={Field.PROJECT_NAME: half}, owner=half, title=half))
    (kept,) = store.reader.drafts()
    assert (kept.texts, kept.owner, kept.title) == ({Field.PROJECT_NAME: "Kiln \ufffd"}, "Kiln \ufffd", "Kiln \ufffd")


def test_an_operation_takes_the_draft_of_its_form_along_and_no_other(store: AccountStore) -> None:
    store.drafts.keep(NEW)
    store.drafts.keep(EDIT)
    store.outbox.add_create({Field.PROJECT_NAME: "The Kiln"}, ME, NOW, "a1")
    assert store.reader.drafts() == (EDIT,)


def test_a_draft_about_a_project_created_here_follows_it_to_its_id(store: AccountStore) -> None:
    key = store.outbox.add_create({Field.PROJECT_NAME: "The Kiln"}, ME, NOW)
    store.drafts.keep(EDIT._replace(key=key))
    assert store.reader.drafts()[0].key == key
    store.connection.execute("UPDATE operation SET project_key = 1353712, state = 'confirmed'")
    assert store.reader.drafts()[0].key == 1353712


@pytest.mark.parametrize("spoilt", ["{", "[]", "7"])
def test_spoilt_rows_keep_none_of_the_others_from_being_read(store: AccountStore, spoilt: str) -> None:
    store.drafts.keep(NEW)
    store.drafts.keep(EDIT)
    store.drafts.keep(EDIT._replace(draft_id="c3"))
    store.connection.execute("UPDATE draft SET texts = ? WHERE draft_id = 'a1'", (spoilt,))
    store.connection.execute("UPDATE draft SET base = ? WHERE draft_id = 'b2'", (spoilt,))
    assert store.reader.drafts() == (EDIT._replace(base={}), EDIT._replace(draft_id="c3"))
    assert store.connection.execute("SELECT count(*) FROM draft").get == 3
