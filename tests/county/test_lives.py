"""The lives are believable, and the same for the same seed and size."""

from __future__ import annotations

import numpy as np
import pytest

from yingjiu.codes import IdStatus, parse_ids
from yingjiu.county import County, CountyError, generate_county
from yingjiu.county.dates import NEVER, TODAY
from yingjiu.county.numbers import MIGRANT_CODES, OLD_CODES, number_texts
from yingjiu.county.offences import GROUPS


@pytest.fixture(scope="module")
def county() -> County:
    return generate_county(1, 20_000)


def test_the_same_seed_and_size_give_the_same_county() -> None:
    assert generate_county(7, 2_000).digest() == generate_county(7, 2_000).digest()


def test_another_seed_gives_another_county() -> None:
    assert generate_county(7, 2_000).digest() != generate_county(8, 2_000).digest()


def test_a_county_is_the_same_on_every_machine() -> None:
    # changes whenever the lives are generated in another way; never with the machine
    assert generate_county(1, 2_000).digest().startswith(DIGEST)


def test_too_small_a_county_is_refused() -> None:
    with pytest.raises(CountyError) as caught:
        generate_county(1, 100)
    assert caught.value.code == "CTY-001"


def test_every_number_is_valid_and_belongs_to_one_person(county: County) -> None:
    texts = number_texts(county.people["key"])
    parsed = parse_ids(texts)
    assert set(np.asarray(parsed.status).tolist()) == {int(IdStatus.VALID)}
    assert np.array_equal(np.asarray(parsed.keys), county.people["key"])
    assert len(np.unique(county.people["key"])) == county.size


def test_numbers_tell_sex_and_birth(county: County) -> None:
    assert np.array_equal(county.people["key"] % 2 == 1, county.people["male"])
    parsed = parse_ids(number_texts(county.people["key"]))
    assert np.array_equal(np.asarray(parsed.birth), county.people["birth"])


def test_most_numbers_are_of_the_county_and_some_are_not(county: County) -> None:
    region = county.people["region"]
    assert 0.90 < (region == 320999).mean() < 0.98
    assert 0.01 < np.isin(region, MIGRANT_CODES).mean() < 0.06
    assert 0.005 < np.isin(region, OLD_CODES).mean() < 0.03


@pytest.mark.parametrize(
    ("low", "high", "least", "most"),
    [(0, 15, 0.12, 0.22), (15, 60, 0.56, 0.70), (60, 120, 0.16, 0.28), (90, 120, 0.001, 0.01)],
    ids=["children", "of working age", "sixty and over", "ninety and over"],
)
def test_ages_are_those_of_a_county(county: County, low: int, high: int, least: float, most: float) -> None:
    age = (TODAY - county.people["birth"].astype(np.int64)) / 365.25
    assert least < ((age >= low) & (age < high)).mean() < most


def test_households_have_about_three_members_and_one_head(county: County) -> None:
    home = county.people["household"]
    assert 2.6 < county.size / (home.max() + 1) < 3.3
    heads = np.bincount(home[county.people["relation"] == 0], minlength=home.max() + 1)
    assert (heads == 1).all()


def test_parents_are_older_than_their_children(county: County) -> None:
    for tie in ("father", "mother"):
        child = np.flatnonzero(county.people[tie] >= 0)
        gap = (
            county.people["birth"][child].astype(np.int64) - county.people["birth"][county.people[tie][child]]
        )
        assert (gap > 14 * 365).mean() > 0.995
        assert (county.people["male"][county.people[tie][child]] == (tie == "father")).mean() > 0.999


def test_marriage_is_mutual(county: County) -> None:
    spouse = county.people["spouse"]
    married = np.flatnonzero(spouse >= 0)
    assert np.array_equal(spouse[spouse[married]], married)


@pytest.mark.parametrize(
    ("name", "least", "most"),
    [
        ("dibao", 0.015, 0.045),
        ("tekun", 0.001, 0.006),
        ("former_poor", 0.02, 0.07),
        ("monitored", 0.004, 0.016),
        ("veteran", 0.008, 0.03),
    ],
)
def test_lists_are_as_long_as_in_life(county: County, name: str, least: float, most: float) -> None:
    assert least < (county.listings["list"] == name).sum() / county.size < most


def test_nobody_stands_twice_on_one_list(county: County) -> None:
    pairs = list(zip(county.listings["person"].tolist(), county.listings["list"].tolist(), strict=True))
    assert len(pairs) == len(set(pairs))


def test_three_in_a_hundred_hold_a_disability_certificate(county: County) -> None:
    assert 0.02 < county.disabled.rows / county.size < 0.04
    assert set(county.disabled["grade"].tolist()) == {1, 2, 3, 4}


def test_every_group_of_offences_and_every_stage_occurs(county: County) -> None:
    criminal = county.cases.take(county.cases["kind"] == "criminal")
    assert 600 < criminal.rows < 900
    assert np.bincount(criminal["group"], minlength=len(GROUPS)).min() >= 10
    assert set(criminal["stage"].tolist()) == {0, 1, 2, 3, 4}
    assert set(county.cases["cause"].tolist()) >= {
        "traffic_liability",
        "life_body_health",
        "support_claim",
        "labour_pay",
    }


def test_suspects_are_not_their_own_victims(county: County) -> None:
    criminal = county.cases["kind"][county.harmed["case"]] == "criminal"
    suspect = county.cases["suspect"][county.harmed["case"]]
    assert not (criminal & (suspect == county.harmed["person"])).any()


def test_the_killed_are_dead_and_their_relatives_alive(county: County) -> None:
    harmed = county.harmed
    killed = (harmed["role"] == "victim") & (harmed["harm"] == 5)
    assert (county.deaths[harmed["person"][killed]] != NEVER).all()
    assert (harmed["of_victim"][harmed["role"] == "near_relative"] >= 0).all()


def test_nothing_happens_after_the_run_date(county: County) -> None:
    for frame, columns in (
        (county.cases, ("incident",)),
        (county.enforcement, ("accepted", "last_act")),
        (county.relief, ("decided",)),
        (county.listings, ("since", "until")),
        (county.treatments, ("started", "ended")),
        (county.benefits, ("paid_on",)),
        (county.petitions, ("submitted", "answered")),
        (county.states, ("since", "until")),
    ):
        for column in columns:
            assert frame[column].max() <= TODAY, column


def test_payments_keep_their_distance_from_one_half(county: County) -> None:
    due, received = county.harmed["due"], county.harmed["received"]
    share = received[due > 2_000] / due[due > 2_000]
    assert not ((share > 0.43) & (share < 0.55)).any()
    assert (received <= due).all()


DIGEST = "c32c8b6feaa77de2"
