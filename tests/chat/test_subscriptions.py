"""Who follows very much, or what is no longer there, sees all of it and can end each."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.domain.action import ShowHome
from bot.domain.message import Button
from bot.domain.subscription import MAX_SUBSCRIPTIONS, pieces
from bot.sandbox import membership
from bot.sandbox.world import FIRST_PERSON_ID
from bot.screens.reader import rows
from bot.services.delivery import subscribing
from bot.services.delivery.subscribing import Place
from tests.chat.publication import Guest, Publication, keys_of, new_publication

WORD = "{:03}注意力机制的一种变体，名字很长很长的"


@pytest.fixture
async def house(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Publication]:
    """A running publication whose first guest may tap as fast as tests do."""
    template: Path = request.getfixturevalue("_migrated_sqlite")
    async with new_publication(tmp_path / "own", template, admins=frozenset({FIRST_PERSON_ID})) as made:
        made.post("nlp/lora.md", "LoRA")
        made.post("vision/vit.md", "ViT")
        async with made.running():
            yield made


async def follows_words(house: Publication, reader: Guest, number: int) -> None:
    assert house.app is not None
    place = Place(reader.chat.id, "private")
    for one in range(number):
        what = subscribing.keyword(WORD.format(one))
        assert what is not None
        await subscribing.follow(house.app.courier.db, place, what, zone="Asia/Shanghai", now=house.now)


def words_shown(reader: Guest) -> list[str]:
    return [label for label in reader.buttons if "注意力" in label]


async def test_as_much_as_may_be_followed_is_shown_page_by_page(house: Publication) -> None:
    reader = house.guest()
    await follows_words(house, reader, MAX_SUBSCRIPTIONS)

    await reader.says("/subscriptions")

    seen = len(words_shown(reader))
    while "›" in reader.buttons:
        await reader.taps("›")
        seen += len(words_shown(reader))
    assert seen == MAX_SUBSCRIPTIONS
    # The last of the page ends, and the page before it is shown.
    last = words_shown(reader)
    for label in last:
        await reader.taps(label)
    assert len(words_shown(reader)) == 12
    assert "‹" in reader.buttons


async def test_each_of_very_many_can_be_given_a_time(house: Publication) -> None:
    reader = house.guest()
    await follows_words(house, reader, 45)
    await reader.says("/subscriptions")

    await reader.taps("When each…")

    seen = len(words_shown(reader))
    while "›" in reader.buttons:
        await reader.taps("›")
        seen += len(words_shown(reader))
    assert seen == 45
    assert "3/3" in reader.text
    await reader.taps(words_shown(reader)[-1])
    assert "As it happens" in reader.buttons


async def test_few_words_stand_beside_the_categories_on_one_page(house: Publication) -> None:
    reader = house.guest()
    await follows_words(house, reader, 12)

    await reader.says("/subscriptions")

    assert len(words_shown(reader)) == 12
    assert {"nlp", "vision"} <= set(reader.buttons)
    assert "›" not in reader.buttons


async def test_a_channel_may_be_named_on_a_line_of_its_own(house: Publication) -> None:
    reader = house.guest()
    membership.create_chat(
        house.world,
        "channel",
        "News",
        reader.id,
        username="newschannel",
        bot_status="administrator",
        bot_rights={"can_post_messages": True},
    )

    await reader.says("/subscribe @newschannel\nvision")

    assert reader.text.startswith("Now following vision.\n\nThe digest of News")
    await reader.says("/subscribe @other\nvision")
    assert reader.text.startswith("I cannot look after @other for you")


async def test_a_category_that_is_gone_can_be_ended(house: Publication) -> None:
    reader = house.guest()
    await reader.says("/subscribe vision")
    (house.folder / "vision/vit.md").unlink()
    await house.sync()

    await reader.says("/subscriptions")
    assert "✓ vision" in reader.buttons
    await reader.taps("✓ vision")

    assert "vision" not in "".join(reader.buttons)
    assert "Nothing is followed here yet." in reader.text


@pytest.mark.parametrize(
    ("language", "keywords", "said"),
    [
        ("en", "Keywords…", "Posts with “diffusion”, “扩散” or “beam, search” will be in the digest."),
        ("zh", "关键词…", "今后含有“diffusion”、“扩散”或“beam, search”的文章会推送到这里。"),
    ],
)
@pytest.mark.parametrize("typed", ['diffusion, 扩散, "beam, search"', "diffusion，扩散；“beam, search”\ndiffusion"])
async def test_several_keywords_in_one_answer_are_followed_each(
    house: Publication, language: str, keywords: str, said: str, typed: str
) -> None:
    reader = house.guest(language)
    await reader.says("/subscriptions")
    await reader.taps(keywords)

    await reader.says(typed)

    assert reader.text.startswith(said)
    assert {"✓ “diffusion”", "✓ “扩散”", "✓ “beam, search”"} <= set(reader.buttons)


@pytest.mark.parametrize(
    ("language", "keywords", "said"),
    [("en", "Keywords…", "does not work as a keyword"), ("zh", "关键词…", "不能用作关键词")],
)
async def test_a_keyword_that_is_none_is_named_and_the_others_wait(
    house: Publication, language: str, keywords: str, said: str
) -> None:
    reader = house.guest(language)
    await reader.says("/subscriptions")
    await reader.taps(keywords)

    await reader.says(f"diffusion, {'注意' * 30}")
    assert reader.text.startswith("“注意注意")
    assert said in reader.text
    await reader.says("diffusion")

    assert [label for label in reader.buttons if label.startswith("✓")] == ["✓ “diffusion”"]


async def test_keywords_beyond_what_may_be_followed_are_not_said_to_be(house: Publication) -> None:
    reader = house.guest()
    await follows_words(house, reader, MAX_SUBSCRIPTIONS - 1)
    await reader.says("/subscriptions")
    await reader.taps("Keywords…")

    await reader.says("diffusion, sampling")

    assert reader.text.startswith(
        "Posts with “diffusion” will be in the digest. "
        f"You follow {MAX_SUBSCRIPTIONS} things, which is the most there can be."
    )


def test_a_mark_of_inches_opens_no_quotes() -> None:
    assert pieces('7" disk, 5" disk') == ['7" disk', '5" disk']


@pytest.mark.parametrize(
    ("language", "labels", "said"),
    [
        ("en", ("When…", "Every day"), ("It comes at 21:30 now.", "Times are now those of Shanghai")),
        ("zh", ("推送时间…", "✓ 每天"), ("改为 21:30 推送。", "今后的时间按上海计算")),
    ],
)
async def test_a_screen_that_asks_takes_what_is_typed(
    house: Publication, language: str, labels: tuple[str, str], said: tuple[str, str]
) -> None:
    reader = house.guest(language)
    await reader.says("/subscribe vision")
    await reader.taps(labels[0])
    await reader.taps(labels[1] if labels[1] in reader.buttons else f"✓ {labels[1]}")

    await reader.says("21:30")
    await reader.says("Shanghai")
    assert reader.text.startswith(said[1])
    assert "21:30" in reader.text
    await reader.taps(labels[0])
    await reader.says("22:10")

    assert reader.text.startswith(said[0].replace("21:30", "22:10"))


async def test_what_is_no_answer_to_a_screen_is_searched_for(house: Publication) -> None:
    reader = house.guest()
    await reader.says("/subscribe vision")
    await reader.taps("Time zone…")

    await reader.says("LoRA")

    assert "1. LoRA" in reader.text


@pytest.mark.parametrize("leaves", ["‹ Back", "Shanghai"])
async def test_a_place_typed_after_its_screen_was_left_is_searched_for(house: Publication, leaves: str) -> None:
    reader = house.guest()
    await reader.says("/subscribe vision")
    await reader.taps("Time zone…")
    await reader.taps(next(label for label in reader.buttons if label.removeprefix("✓ ").startswith(leaves)))

    await reader.says("Berlin")

    assert "Berlin" not in reader.text or reader.text.startswith("Nothing")


@pytest.mark.parametrize(("language", "how"), [("en", "Tap what should end."), ("zh", "点选要退订的内容。")])
async def test_unsubscribing_without_a_name_says_how(house: Publication, language: str, how: str) -> None:
    reader = house.guest(language)
    await reader.says("/unsubscribe")
    assert how not in reader.text
    await reader.says("/subscribe vision")

    await reader.says("/unsubscribe")

    assert reader.text.startswith(how)


@pytest.mark.parametrize(
    ("language", "on", "off", "said"),
    [
        ("en", "Quiet: off", "Quiet: on", ("Digests come without a sound.", "Digests come with a sound.")),
        ("zh", "静音：关", "静音：开", ("推送不再有提示音。", "推送会有提示音。")),
    ],
)
async def test_a_tap_on_quiet_says_what_it_does(
    house: Publication, language: str, on: str, off: str, said: tuple[str, str]
) -> None:
    reader = house.guest(language)
    await reader.says("/subscribe vision")

    assert (await reader.taps(on))["text"] == said[0]
    assert (await reader.taps(off))["text"] == said[1]


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_every_row_shows_its_labels_whole_on_a_phone(house: Publication, language: str) -> None:
    reader = house.guest(language)
    await reader.says("/subscribe vision")
    await reader.says("/subscribe nlp")

    for labels in keys_of(reader.screen):
        row = [Button(label, ShowHome()) for label in labels]
        assert rows(row, len(row)) == [tuple(row)]


@pytest.mark.parametrize(
    ("language", "said", "button"),
    [
        ("en", "There is no category “vsiion”. Did you mean vision?", "Follow vision"),
        ("zh", "没有名为“vsiion”的分类。你指的是“vision”吗？", "订阅“vision”"),
    ],
)
async def test_a_slip_in_a_name_offers_the_nearest(house: Publication, language: str, said: str, button: str) -> None:
    reader = house.guest(language)

    await reader.says("/subscribe vsiion")
    assert reader.text.startswith(said)
    await reader.taps(button)

    assert "✓ vision" in reader.buttons
    assert button not in reader.buttons


async def test_a_slip_in_the_name_of_what_is_followed_ends_nothing(house: Publication) -> None:
    reader = house.guest()
    await reader.says("/subscribe vision")

    await reader.says("/subscribe visio")

    assert "Did you mean vision?" in reader.text
    assert "Follow vision" not in reader.buttons


async def test_part_of_a_name_in_the_other_language_offers_the_category(house: Publication) -> None:
    house.write("vision/_index.zh.md", "---\ntitle: 计算机视觉\n---\n")
    await house.sync()
    reader = house.guest()

    await reader.says("/subscribe 视觉")

    assert "Did you mean 计算机视觉?" in reader.text
