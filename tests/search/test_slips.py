"""Typing errors in Chinese: characters that sound alike, and what posts say was meant."""

from importlib.resources import files

import pytest

from bot.search import slips
from bot.search.document import SearchFields, index_row
from bot.search.fold import fold
from bot.search.sounds import MAX_ALIKE, sounding_like
from bot.search.tokens import bigrams
from bot.search.units import cjk_unit


def tokens(text: str) -> str:
    return index_row(SearchFields("", text)).body


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("渡", "度"), ("膜", "模"), ("行", "形"), ("行", "航"), ("心", "星"), ("早", "找"), ("涵", "函")],
)
def test_characters_that_pinyin_input_confuses_sound_alike(typed: str, meant: str) -> None:
    assert meant in sounding_like(typed)


def test_what_is_said_the_same_comes_before_what_is_said_nearly_so() -> None:
    alike = sounding_like("心")

    assert alike.index("新") < alike.index("行")


def test_a_character_does_not_sound_like_itself_and_latin_letters_like_nothing() -> None:
    assert "度" not in sounding_like("度")
    assert sounding_like("x") == ()


@pytest.mark.parametrize("character", ["一", "是", "机", "樂"])
def test_characters_that_sound_alike_are_few_and_folded(character: str) -> None:
    alike = sounding_like(character)

    assert len(alike) <= MAX_ALIKE
    assert [fold(one) for one in alike] == list(alike)


@pytest.mark.parametrize("typed", ["困惑渡", "困或度", "捆惑度", "困货"])
def test_the_run_that_stands_in_posts_was_meant(typed: str) -> None:
    posts = [tokens("困惑度是指数。"), tokens("模型的困惑度")]

    assert (slips.likeliest(slips.respellings(typed), posts) or "") in {"困惑度", "困惑"}


def test_the_run_in_the_most_posts_was_meant() -> None:
    posts = [tokens("公式"), tokens("公事"), tokens("公事公办")]

    assert slips.likeliest(slips.respellings("公是"), posts) == "公事"


def test_a_particle_is_not_what_was_meant() -> None:
    assert slips.likeliest(slips.respellings("低期望"), [tokens("它的期望")]) is None


def test_pieces_that_stand_apart_are_not_what_was_meant() -> None:
    assert slips.likeliest(slips.respellings("困惑渡"), [tokens("困惑。惑度。困惑的度")]) is None


@pytest.mark.parametrize("run", ["困惑渡", "扩散膜型", "线断"])
def test_the_list_asked_for_holds_every_respelling(run: str) -> None:
    for way in slips.respellings(run):
        clauses = way.clauses()
        for other in way.others:
            assert all(pair in clause for pair, clause in zip(bigrams(way.with_(other)), clauses, strict=True))


def test_errors_are_looked_for_in_runs_of_a_few_characters_alone() -> None:
    lengths = [length for length in range(1, 20) if slips.may_have_slipped(cjk_unit("字" * length))]

    assert lengths == list(range(slips.MIN_RUN, slips.MAX_RUN + 1))


def test_the_table_of_readings_has_its_notice_beside_it() -> None:
    folder = files("bot.search") / "data"

    assert "Readings.txt" in (folder / "NOTICE.txt").read_text(encoding="utf-8")
    assert "UNICODE, INC. LICENSE AGREEMENT" in (folder / "LICENSE-Unicode.txt").read_text(encoding="utf-8")
