"""A name is found by every stretch of two characters or more, and by nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yingjiu.office.people.errors import PeopleError
from yingjiu.office.people.searching import term_of
from yingjiu.office.people.spelling import grams_of, plain_name, plain_number, plain_phone
from yingjiu.office.vault.index import normalise_id, normalise_phone

NAMES = st.text(alphabet="张王李明建国丽红·阿依古Ａa ", max_size=8)


@given(NAMES, NAMES)
def test_the_pairs_of_a_term_are_among_those_of_every_name_that_holds_it(name: str, term: str) -> None:
    if len(plain_name(term)) >= 2 and plain_name(term) in plain_name(name):
        assert set(grams_of(term)) <= set(grams_of(name))


@given(NAMES)
def test_there_is_a_pair_for_every_place_in_a_name(name: str) -> None:
    plain = plain_name(name)
    assert all(gram in plain for gram in grams_of(name))
    if len(plain) == 2:
        assert grams_of(name) == [plain]


@pytest.mark.parametrize("written", ["阿依·古丽", "阿依 古丽", "阿依•古丽", "阿依古丽"])
def test_dots_and_spaces_do_not_matter(written: str) -> None:
    assert plain_name(written) == "阿依古丽"


@given(st.text(alphabet="0123456789X +-１２", max_size=20))
def test_the_short_way_gives_what_the_vault_gives(text: str) -> None:
    assert plain_number(text) == normalise_id(text)
    assert plain_phone(text) == normalise_phone(text)


@pytest.mark.parametrize(
    ("kind", "text"), [("name", "张"), ("name", " · "), ("phone", "12"), ("case_no", "")]
)
def test_too_little_is_refused(kind: str, text: str) -> None:
    with pytest.raises(PeopleError, match="PER-001"):
        term_of(kind, text)
