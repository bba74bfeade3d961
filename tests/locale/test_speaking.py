"""A server speaks with several people at once, each in their own language."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from yingjiu.codes import CODE_LISTS
from yingjiu.language import LANGUAGE, _, catalogue_text, current_language, speaking


def said() -> tuple[str, str]:
    return _("the file is empty"), CODE_LISTS["hardship_list"].label("dibao")


def test_two_threads_speak_two_languages() -> None:
    together = Barrier(2)

    def ask(language: str) -> tuple[str, str]:
        with speaking(language):
            together.wait()
            first = said()
            together.wait()
            assert said() == first
            return first

    with ThreadPoolExecutor(2) as pool:
        chinese, english = pool.map(ask, ("zh", "en"))
    assert chinese[0] == "文件是空的"
    assert english[0] == "the file is empty"
    assert chinese[1] != english[1]
    assert current_language() == LANGUAGE


def test_an_unknown_language_is_that_of_the_process() -> None:
    with speaking("fr"):
        assert current_language() == LANGUAGE


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_text_that_is_not_in_the_catalogue_comes_back_as_it_is(language: str) -> None:
    with speaking(language):
        assert catalogue_text("某地自己的说法") == "某地自己的说法"
