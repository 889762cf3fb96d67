"""Asking which projects one more is like."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.linkage.blocking import Blocks, Kind, LinkageIndex, Match, ProjectFinder, blocks_of
from heatpunk_desktop.linkage.features import KnownProject, features_of
from heatpunk_desktop.linkage.scoring import LIKELY, Reason
from tests.unit.linkage.planted import REWRITINGS, plant, sample

MILL = KnownProject(
    7, customer_name="John Smith", address="12 Mill Road, Cambridge", postcode="CB1 2AB", crm_reference="A-1"
)


def test_finds_the_one_that_is_there() -> None:
    index = LinkageIndex([*sample(300), MILL])
    assert len(index) == 301
    found = index.matches({Field.CUSTOMER_NAME: "Mr J. Smith", Field.ADDRESS: "12 Mill Rd", Field.POSTCODE: "cb12ab"})
    assert [match.key for match in found] == [7]
    assert found[0].reasons == (Reason.LIKE_NAME, Reason.SAME_ADDRESS, Reason.SAME_POSTCODE)


def test_the_finder_of_an_import_finds_the_same() -> None:
    values = {Field.CUSTOMER_NAME: "John Smith", Field.ADDRESS: "12 Mill Road, Cambridge", Field.POSTCODE: "CB1 2AB"}
    assert ProjectFinder([(7, values), (8, {})]).matches(values) == LinkageIndex([MILL]).matches(values)


def test_a_reference_finds_its_project_whatever_else_differs() -> None:
    index = LinkageIndex([*sample(300), MILL])
    values = {Field.CRM_REFERENCE: "A-1", Field.CUSTOMER_NAME: "Priya Patel", Field.POSTCODE: "E17 4AA"}
    assert [match.key for match in index.matches(values, at_least=100)] == [7]


def test_nothing_is_like_what_says_nothing() -> None:
    index = LinkageIndex(sample(300))
    assert index.matches({}) == []
    assert index.matches({Field.STATUS: "Lead", Field.LATITUDE: 52.1}) == []
    assert LinkageIndex().matches({Field.CUSTOMER_NAME: "John Smith"}) == []


def test_rows_of_one_file_are_found_as_they_are_added() -> None:
    index = LinkageIndex([MILL])
    row = MILL._replace(key=-1, crm_reference="")
    assert [match.key for match in index.matches_of(row)] == [7]
    index.add(row)
    assert [match.key for match in index.matches_of(row)] == [-1, 7]


def test_a_project_without_property_pairs_by_name_from_either_side() -> None:
    bare = KnownProject(8, customer_name="Smith, John", customer_phone="")
    assert [match.key for match in LinkageIndex([MILL]).matches_of(bare, at_least=50)] == [7]
    assert [match.key for match in LinkageIndex([bare]).matches_of(MILL, at_least=50)] == [8]


def test_the_likeliest_comes_first_then_the_lowest_key() -> None:
    others = [
        MILL._replace(key=key, crm_reference="", customer_name=name) for key, name in ((9, "J Smith"), (8, "Ann Hall"))
    ]
    twins = [MILL._replace(key=key, crm_reference="") for key in (5, 3)]
    found = LinkageIndex([*others, *twins]).matches_of(MILL, at_least=1)
    assert [match.key for match in found] == [3, 5, 9, 8]


def test_each_way_of_writing_a_project_again_is_found() -> None:
    both, pairs = plant(sample(3000), 10 * len(REWRITINGS))
    copies = {project.key: project for project in both if project.key >= 10_000_000}
    index = LinkageIndex([project for project in both if project.key < 10_000_000])
    for original, copy in pairs:
        found = index.matches_of(copies[copy])
        assert original in [match.key for match in found], copies[copy]


def test_a_block_of_very_many_is_not_gone_through() -> None:
    many = [KnownProject(key, customer_phone="07700 900123", postcode=f"CB{key % 9 + 1} 2AB") for key in range(1, 500)]
    index = LinkageIndex([*many, MILL._replace(customer_phone="07700 900123")])
    assert 7 in [match.key for match in index.matches_of(MILL)]
    assert len(index.matches_of(MILL, at_least=1)) < 200


def test_blocks_give_back_what_was_put_in() -> None:
    blocks = Blocks()
    for slot in (3, 1, 2):
        blocks.add(slot, [(Kind.PHONE, 17), (Kind.NAME, 17)])
    blocks.add(9, [(Kind.PHONE, 17 + 256)])
    assert blocks.members(Kind.PHONE, 17, 9) == [1, 2, 3]
    assert blocks.members(Kind.PHONE, 17, 2) == [1, 2]
    assert blocks.members(Kind.PHONE, 18, 9) == []
    assert blocks.members(Kind.EMAIL, 17, 9) == []
    assert [*blocks.all_of(Kind.PHONE)] == [(17, [1, 2, 3]), (17 + 256, [9])]
    assert blocks.count(Kind.PHONE) == 4


@settings(max_examples=30)
@given(st.lists(st.tuples(st.sampled_from(list(Kind)), st.integers(0, 2**42 - 1)), max_size=40))
def test_every_entry_is_found_again(entries: list[tuple[Kind, int]]) -> None:
    blocks = Blocks()
    for slot, entry in enumerate(entries):
        blocks.add(slot, [entry])
    for slot, (kind, number) in enumerate(entries):
        assert slot in blocks.members(kind, number, len(entries))
    assert sum(map(blocks.count, Kind)) == len(entries)


def test_the_numbers_of_blocks_are_the_same_in_every_run() -> None:
    assert blocks_of(features_of(KnownProject(1, postcode="CB1 2AB")))[0] == (Kind.POSTCODE, 85_170_202_927)


def test_a_likeness_is_at_least_what_was_asked_for() -> None:
    index = LinkageIndex(sample(2000))
    found: list[Match] = [match for project in sample(300, seed=2) for match in index.matches_of(project)]
    assert all(match.score >= LIKELY for match in found)
