"""Likely pairs among all projects."""

from __future__ import annotations

from itertools import combinations

from heatpunk_desktop.linkage.features import KnownProject, features_of
from heatpunk_desktop.linkage.pairs import find_pairs
from heatpunk_desktop.linkage.scoring import LIKELY, Reason, score
from tests.unit.linkage.planted import REWRITINGS, plant, sample


def test_every_planted_pair_is_found_and_nearly_nothing_else() -> None:
    both, planted = plant(sample(2000), 20 * len(REWRITINGS))
    found = {pair[:2] for pair in find_pairs(both)}
    assert planted - found == set()
    assert len(found - planted) < 40


def test_it_finds_what_comparing_all_with_all_finds() -> None:
    both, _ = plant(sample(400), 6 * len(REWRITINGS))
    keys = {project.key: features_of(project) for project in both}
    by_force = {
        pair: likeness.value
        for pair in combinations(sorted(keys), 2)
        if (likeness := score(keys[pair[0]], keys[pair[1]])).value >= LIKELY
    }
    assert {(pair.first, pair.second): pair.score for pair in find_pairs(both)} == by_force


def test_the_order_of_the_projects_does_not_matter() -> None:
    both, _ = plant(sample(300), 30)
    assert find_pairs(both) == find_pairs(reversed(both)) == find_pairs(iter(both))


def test_the_likeliest_comes_first() -> None:
    both, _ = plant(sample(500), 60)
    found = find_pairs(both)
    assert found == sorted(found, key=lambda pair: (-pair.score, pair.first, pair.second))
    assert all(pair.first < pair.second for pair in found)
    assert len({pair[:2] for pair in found}) == len(found)


def test_what_the_user_said_is_no_duplicate_is_left_out() -> None:
    one = KnownProject(5, customer_name="John Smith", address="12 Mill Road, Ely", postcode="CB7 4AA")
    other = one._replace(key=-3)
    assert [pair[:2] for pair in find_pairs([one, other])] == [(-3, 5)]
    assert find_pairs([one, other], known_not={(-3, 5)}) == []
    assert [pair[:2] for pair in find_pairs([one, other], known_not={(5, -3), (1, 2)})] == [(-3, 5)]


def test_projects_without_property_are_compared_by_name_and_number() -> None:
    john = KnownProject(1, customer_name="John Smith", customer_phone="07700 900123")
    here = KnownProject(2, customer_name="Smith, John", address="12 Mill Road, Ely", postcode="CB7 4AA")
    found = find_pairs([john, here], at_least=60)
    assert [(pair.score, pair.reasons) for pair in found] == [(62, (Reason.SAME_NAME,))]


def test_a_value_that_hundreds_share_tells_nothing_and_costs_little() -> None:
    firm = [
        KnownProject(key, customer_phone="01632 960001", customer_email="office@firm.example") for key in range(400)
    ]
    assert find_pairs(firm) == []
    assert find_pairs(firm[:2]) != []
    # In a postcode that many share the neighbours by name and by house are still compared.
    flats = [KnownProject(key, address=f"Flat {key % 200}, 1 Tower, Ely", postcode="CB7 4AA") for key in range(400)]
    found = find_pairs(flats)
    assert {pair[:2] for pair in found} >= {(key, key + 200) for key in range(200)}
    assert len(found) < 400


def test_it_tells_how_far_it_is_and_can_be_stopped() -> None:
    both, _ = plant(sample(3000), 30)
    told: list[tuple[int, int]] = []
    assert find_pairs(both, progress=lambda done, total: told.append((done, total)))
    assert told == sorted(told)
    assert len(told) > 20
    assert told[0] == (0, 2 * len(both))
    assert told[-1] == (2 * len(both), 2 * len(both))

    for stop_at in (1, 4, 12):
        asked: list[None] = []

        def cancelled(asked: list[None] = asked, stop_at: int = stop_at) -> bool:
            asked.append(None)
            return len(asked) >= stop_at

        assert find_pairs(both, cancelled=cancelled) == []
        assert len(asked) == stop_at


def test_no_projects_have_no_pairs() -> None:
    assert find_pairs([]) == []
    assert find_pairs([KnownProject(1, customer_name="Jo")]) == []
