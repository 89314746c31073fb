"""Both catalogues say the same things, and the code says nothing that they do not hold."""

import re
import string
from pathlib import Path

import pytest

from bot.domain.preferences import Preferences
from bot.screens import privacy, search
from bot.screens.catalogue import LANGUAGES, MissingWordsError, plural_form, words
from bot.screens.reader import Reader
from bot.services.readers.keeping import Kept

BOT = Path(__file__).parents[2] / "bot"
# Keys whose last part is made at run time; the prefix stands in the code.
MADE = re.compile(r'f"([a-z_]+(?:\.[a-z_]+)*[._])\{')


def _placeholders(text: object) -> set[str]:
    texts = [text] if isinstance(text, str) else list(text.values())  # type: ignore[attr-defined]
    return {name for one in texts for _, name, _, _ in string.Formatter().parse(one) if name}


def _code() -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in BOT.rglob("*.py"))


def test_both_languages_have_the_same_keys() -> None:
    assert words("zh").keys == words("en").keys


def test_both_languages_fill_the_same_places() -> None:
    zh, en = words("zh")._texts, words("en")._texts

    assert [key for key in zh if _placeholders(zh[key]) != _placeholders(en[key])] == []


def test_every_plural_has_the_forms_of_its_language() -> None:
    wanted = {"en": {"one", "other"}, "zh": {"other"}}

    for language in LANGUAGES:
        texts = words(language)._texts
        assert [key for key, text in texts.items() if not isinstance(text, str) and set(text) != wanted[language]] == []


def test_no_key_is_unused() -> None:
    code = _code()
    quoted = set(re.findall(r'"([a-z0-9_.-]+)"', code))
    prefixes = tuple(MADE.findall(code))
    # `reader.button("latest", …)` stands for `button.latest`.
    used = quoted | {f"button.{name}" for name in re.findall(r'\.button\(\s*"(\w+)"', code)}

    assert sorted(key for key in words("en").keys if key not in used and not key.startswith(prefixes)) == []


def test_no_key_in_the_code_is_missing() -> None:
    asked = set(re.findall(r'words\(\s*"([a-z0-9_]+\.[a-z0-9_.]+)"', _code()))

    assert asked
    assert asked - words("en").keys == set()


def test_a_missing_key_fails_loudly() -> None:
    with pytest.raises(MissingWordsError, match=r"en: no\.such"):
        words("en")("no.such")


@pytest.mark.parametrize(("number", "said"), [(0, "0 posts"), (1, "1 post"), (2, "2 posts"), (21, "21 posts")])
def test_english_counts_as_english_does(number: int, said: str) -> None:
    assert words("en")("home.posts", n=number) == said


def test_chinese_has_one_form() -> None:
    assert {plural_form("zh", number) for number in range(100)} == {"other"}


def _chinese() -> list[str]:
    texts = words("zh")._texts.values()
    return [one for text in texts for one in ([text] if isinstance(text, str) else text.values())]


def test_chinese_and_latin_are_set_apart_by_a_space() -> None:
    glued = re.compile(r"[\u4e00-\u9fff][A-Za-z0-9]|[A-Za-z0-9][\u4e00-\u9fff]")

    assert [one for one in _chinese() if glued.search(re.sub(r"\{\w+\}", "", one))] == []


@pytest.mark.parametrize(
    ("name", "label", "zone"),
    [
        ("深度学习", "只看深度学习", "什么时候发布？时间按深度学习计算。"),
        ("NLP", "只看 NLP", "什么时候发布？时间按 NLP 计算。"),
        ("C++ 入门", "只看 C++ 入门", "什么时候发布？时间按 C++ 入门计算。"),
        ("《论语》", "只看《论语》", "什么时候发布？时间按《论语》计算。"),
    ],
)
def test_a_fact_in_a_chinese_sentence_gets_the_spaces_it_needs(name: str, label: str, zone: str) -> None:
    assert words("zh")("search.in_category", name=name) == label
    assert words("zh")("upload.when", zone=name) == zone


# The ellipsis is left out: it may stand for a value, `title: …`.
FULL_WIDTH = "，。、；：？！（）《》〈〉「」『』【】〔〕“”"
LOOSE = re.compile(f"[{FULL_WIDTH}] | [{FULL_WIDTH}]")


def test_beside_full_width_punctuation_stands_no_space() -> None:
    # Titles stand in quotes.
    assert [one for one in _chinese() if LOOSE.search(one.replace("{titles}", "“”"))] == []


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "What you read is not kept. /forget erases all of it."),
        ("zh", "不保存你阅读的内容。/forget 可清除以上全部信息。"),
    ],
)
def test_sentences_follow_one_another_as_the_language_parts_them(language: str, said: str) -> None:
    shown = privacy.privacy(_reader(language), Preferences(known=True), Kept())
    asked = search.ask(_reader(language), []).text

    assert shown.text.endswith(said)
    assert LOOSE.search(asked) is None
    assert ("2025-06. In a group" in asked) == (language == "en")


def _reader(language: str) -> Reader:
    return Reader(words(language), "INCOMING TRANSMISSION", "heliograph_bot", private=False)
