"""Reading a post: its head, its pages, its pictures and the ways on."""

import json

import pytest

from bot.domain.post import post_key
from tests.chat.publication import Publication, keys_of, marked, words_of

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_post_opens_with_title_facts_and_tags(publication: Publication) -> None:
    ada = publication.guest()
    screen = await ada.says("/latest")

    await ada.taps("2")

    assert ada.text.startswith("Attention\nLanguage · 2026-01-08 · 1 min\n#basics\n\nKeys, queries and values.")
    assert marked(screen, "bold")[0] == "Attention"
    assert screen.message_id == ada.screen.message_id


async def test_title_that_the_text_repeats_is_said_once(publication: Publication) -> None:
    ada = publication.guest()

    await ada.opens("note-3")

    assert ada.text.count("Note 3") == 1
    assert ada.text.endswith("\n\nThe body of note 3.")


async def test_code_keeps_its_language_and_lists_their_nesting(publication: Publication) -> None:
    ada = publication.guest()

    screen = await ada.opens("attention")

    languages = [one.get("language") for one in screen.content["entities"] if one["type"] == "pre"]
    assert "python" in languages
    assert "scores = queries @ keys.T" in marked(screen, "pre")
    one, nested, two = (line for line in ada.text.splitlines() if line.split()[-1:] in (["one"], ["nested"], ["two"]))
    assert not one[0].isspace()
    assert nested[0].isspace()
    assert not two[0].isspace()


async def test_pages_of_a_long_post_hold_every_word_in_order(publication: Publication) -> None:
    ada = publication.guest()
    await ada.opens("norm")
    pages = [ada.text]

    while "›" in ada.buttons:
        await ada.taps("›")
        pages.append(ada.text)

    assert len(pages) > 2
    assert all(len(page.encode("utf-16-le")) <= 2 * 4096 for page in pages)
    words = " ".join(pages).split()
    assert words.count("layer") == 120
    headings = [" ".join(words).index(name) for name in ("Where it comes from", "What it costs", "What remains")]
    assert headings == sorted(headings)


async def test_back_returns_to_the_list_where_the_reader_was(publication: Publication) -> None:
    ada = publication.guest()
    await ada.says("/latest")
    await ada.taps("Older ›")
    page = ada.text

    await ada.taps("2")
    assert ada.text.startswith("Note 8")
    await ada.taps("‹ Back")

    assert ada.text == page


async def test_back_returns_to_the_category_the_reader_came_from(publication: Publication) -> None:
    ada = publication.guest()
    await ada.says("/categories")
    await ada.taps("Language")
    page = ada.text

    await ada.taps("2")
    await ada.taps("‹ Back")

    assert ada.text == page


async def test_last_page_offers_the_next_post_of_the_category(publication: Publication) -> None:
    ada = publication.guest()
    await ada.opens("attention")

    await ada.taps("Next: Pictures")

    assert ada.text.startswith("Pictures\n")


async def test_translation_is_one_tap_away_and_back(publication: Publication) -> None:
    ada = publication.guest()
    await ada.opens("attention")

    await ada.taps("中文")
    assert ada.text.startswith("注意力机制\n")
    await ada.taps("English")

    assert ada.text.startswith("Attention\n")


async def test_outline_leads_to_the_page_of_a_heading(publication: Publication) -> None:
    ada = publication.guest()
    await ada.opens("norm")
    pages = int(next(label for label in ada.buttons if label.startswith("1/")).partition("/")[2])

    await ada.taps(f"1/{pages}")
    assert "Contents\n" in ada.text
    assert "Where it comes from · 1" in ada.text
    assert f"What remains · {pages}" in ada.text or f"What remains · {pages - 1}" in ada.text
    await ada.taps(str(pages))

    assert f"{pages}/{pages}" in ada.buttons


async def test_outline_leads_back_to_where_the_reader_was(publication: Publication) -> None:
    ada = publication.guest()
    await ada.opens("norm")
    await ada.taps("›")
    page = ada.text
    place = next(label for label in ada.buttons if label.startswith("2/"))

    await ada.taps(place)
    await ada.taps("‹ Back")

    assert ada.text == page


async def test_share_gives_a_link_to_pass_on_and_leaves_the_post(publication: Publication) -> None:
    ada = publication.guest()
    post = await ada.opens("attention")

    await ada.taps("Share")

    assert ada.screen.message_id != post.message_id
    assert f"https://t.me/heliograph_bot?start={post_key('attention')}" in ada.text
    assert words_of(post).startswith("Attention\n")


@pytest.mark.parametrize(
    ("payload", "why"),
    [("aaaaaaaaaa", "unknown"), (post_key("future"), "not yet published"), ("-_-" * 20, "no key at all")],
)
async def test_link_that_leads_nowhere_says_so_and_offers_the_latest(
    publication: Publication, payload: str, why: str
) -> None:
    ada = publication.guest()

    await ada.says(f"/start {payload}")

    assert ada.text.startswith("This post is no longer here. These are the latest.\n\n"), why
    assert "1. Batch norm, at length" in ada.text
    assert "1" in ada.buttons


async def test_displayed_formula_is_numbered_and_drawn_after_the_page(publication: Publication) -> None:
    ada = publication.guest()

    await ada.opens("norm")
    pictures = await ada.pictures_after(1)

    assert "eq. 1" in ada.text
    assert "\\" not in ada.text
    assert pictures[0].content["caption"].startswith("eq. 1")


async def test_chinese_reader_sees_chinese_marks(publication: Publication) -> None:
    yu = publication.guest("zh")

    await yu.opens("norm")
    pictures = await yu.pictures_after(1)

    assert "〔式 1〕" in yu.text
    assert pictures[0].content["caption"].startswith("式 1")


async def test_formulas_and_images_of_a_page_come_as_one_album_in_order(publication: Publication) -> None:
    ada = publication.guest()

    await ada.opens("pictures")
    pictures = await ada.pictures_after(2)

    assert len({one.media_group_id for one in pictures}) == 1
    assert pictures[0].media_group_id
    assert [one.content["caption"].partition(" ")[0] for one in pictures] == ["fig.", "eq."]
    assert pictures[0].content["caption"] == "fig. 1 · A grey field"


async def test_album_comes_without_a_sound(publication: Publication) -> None:
    ada = publication.guest()

    await ada.opens("pictures")

    assert all(one.silent for one in await ada.pictures_after(2))


async def test_turning_the_page_takes_its_album_away(publication: Publication) -> None:
    ada = publication.guest()
    await ada.opens("norm")
    first = await ada.pictures_after(1)

    await ada.taps("›")
    left = {one.message_id for one in ada.pictures}

    assert first[0].message_id not in left


async def test_returning_to_the_list_leaves_no_picture_behind(publication: Publication) -> None:
    ada = publication.guest()
    await ada.opens("pictures")
    await ada.pictures_after(2)

    await ada.taps("‹ Back")

    assert ada.pictures == []


async def test_album_of_one_message_stays_when_another_is_turned(publication: Publication) -> None:
    ada = publication.guest()
    await ada.opens("pictures")
    await ada.pictures_after(2)
    await ada.says("/latest")

    await ada.taps("Older ›")

    assert len(ada.pictures) == 2


async def test_picture_is_uploaded_once_for_everybody(publication: Publication) -> None:
    ada, yu = publication.guest(), publication.guest("zh")
    await ada.opens("pictures")
    await ada.pictures_after(2)

    await yu.opens("pictures")
    shown = await yu.pictures_after(2)

    media = json.loads(publication.calls("sendMediaGroup", yu.id)[-1].parameters["media"])
    assert [one["media"].startswith("attach://") for one in media] == [False, False]
    known = {size["file_id"] for one in ada.pictures for size in one.content["photo"]}
    assert {size["file_id"] for one in shown for size in one.content["photo"]} <= known


async def test_album_with_a_file_id_that_died_is_uploaded_anew(publication: Publication) -> None:
    ada, bob = publication.guest(), publication.guest()
    await ada.opens("pictures")
    await ada.pictures_after(2)
    publication.fail("sendMediaGroup", bob.id, description="Bad Request: wrong file identifier/HTTP URL specified")

    await bob.opens("pictures")

    assert len(await bob.pictures_after(2)) == 2


async def test_post_is_read_in_one_message_however_often_it_is_turned(publication: Publication) -> None:
    ada = publication.guest()
    post = await ada.opens("norm")

    await ada.taps("›")
    await ada.taps("‹")
    await ada.pictures_after(1)

    assert [one.message_id for one in ada.seen if "photo" not in one.content] == [post.message_id]


async def test_counter_between_the_arrows_of_a_short_post_is_not_there(publication: Publication) -> None:
    ada = publication.guest()

    screen = await ada.opens("attention")

    assert not [label for row in keys_of(screen) for label in row if "/" in label]
