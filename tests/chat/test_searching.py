"""Searching in the chat: /search and plain words, corrections, narrowing, paging, and what to do about no result."""

from datetime import timedelta

import pytest

from tests.chat.publication import Guest, Publication, keys_of, marked

pytestmark = pytest.mark.asyncio(loop_scope="module")


def results(guest: Guest) -> list[str]:
    """The titles on the screen; the first bold piece is what was asked, matches are bold inside quotes."""
    return [line.partition(". ")[2] for line in guest.text.splitlines() if line[:1].isdigit() and ". " in line[:4]]


@pytest.mark.parametrize("says", ["/search keys", "keys", "/search@heliograph_bot  KEYS "])
async def test_a_search_shows_cards_with_the_match_in_bold(publication: Publication, says: str) -> None:
    ada = publication.guest()

    screen = await ada.says(says)

    assert ada.text.splitlines()[0].lower() == "keys · 1 post"
    assert "1. Attention\nLanguage · 2026-01-08 · 1 min\nKeys, queries and values." in ada.text
    assert [word.lower() for word in marked(screen, "bold")] == ["keys", "attention", "keys", "keys"]
    assert keys_of(screen)[0] == ["1"]


async def test_a_result_opens_and_leads_back_to_the_results(publication: Publication) -> None:
    ada = publication.guest()
    await ada.says("keys")

    await ada.taps("1")
    assert ada.text.startswith("Attention")
    await ada.taps("‹ Back")
    assert results(ada) == ["Attention"]


async def test_pages_turn_in_place(publication: Publication) -> None:
    ada = publication.guest()
    first = await ada.says("body")
    assert "body · 11 posts · 1/3" in ada.text

    await ada.taps("›")

    assert "body · 11 posts · 2/3" in ada.text
    assert ada.screen.message_id == first.message_id


async def test_a_slip_is_corrected_and_the_typed_word_is_one_tap_away(publication: Publication) -> None:
    ada = publication.guest()

    await ada.says("atention")
    assert ada.text.startswith("Nothing for “atention”.\nShowing attention instead · ")
    await ada.taps("Only “atention”")

    assert ada.text.startswith("Nothing for “atention”.\nDid you mean one of these?")
    await ada.taps("attention")
    assert results(ada)[0] == "Attention"


async def test_a_slip_in_words_that_no_post_has_together_is_told_in_two_lines(publication: Publication) -> None:
    ada = publication.guest()

    await ada.says("atention grey")

    assert ada.text.startswith("Showing attention grey instead · ")
    assert ada.text.splitlines()[1] == "Nothing holds all of it; these come closest."


@pytest.mark.parametrize(("language", "name"), [("en", "Language"), ("zh", "自然语言处理")])
async def test_a_category_narrows_by_the_name_that_the_reader_sees(
    publication: Publication, language: str, name: str
) -> None:
    reader = publication.guest(language)
    await reader.says("is OR 2026 after:2020")
    await reader.says(f'after:2025-10 category:"{name}"')

    assert f"{name} · " in reader.text.splitlines()[0]
    assert "Pictures" in results(reader)
    assert not [title for title in results(reader) if title.startswith("Note")]


async def test_a_search_is_narrowed_by_a_button_and_widened_again(publication: Publication) -> None:
    yu = publication.guest("zh-hans")
    await yu.says("the")
    wide = results(yu)

    await yu.taps("只看自然语言处理")
    assert yu.text.splitlines()[0].startswith("the · 自然语言处理 · ")
    assert set(results(yu)) <= {"Batch norm, at length", "Pictures"}
    await yu.taps("不限范围")

    assert results(yu) == wide


async def test_dates_are_repeated_and_read_in_the_publications_zone(publication: Publication) -> None:
    ada = publication.guest()

    await ada.says("body after:2025-11-10 before:2025-11-12")

    assert ada.text.splitlines()[0] == "body · since 2025-11-10 · before 2025-11-12 · 2 posts"


async def test_what_is_no_date_gets_one_sentence(publication: Publication) -> None:
    ada = publication.guest()

    await ada.says("after:2025-13")
    assert ada.text == "“after:2025-13” is no date; write after:2025-06 or before:2025-06-30."
    await ada.says("keys after:soon")

    assert "“after:soon” is no date" in ada.text
    assert results(ada) == ["Attention"]


async def test_a_filter_that_leaves_nothing_offers_the_search_without_it(publication: Publication) -> None:
    ada = publication.guest()

    await ada.says("keys before:2020")
    assert ada.text == "Nothing for “keys · before 2020”.\nWithout these limits there is 1 post."
    await ada.taps("Search everywhere")

    assert results(ada) == ["Attention"]


async def test_days_without_posts_and_no_words_are_told_in_their_own_sentence(publication: Publication) -> None:
    ada = publication.guest()

    await ada.says("before: 2020")

    assert ada.text.splitlines()[0] == "No post fits: before 2020."


async def test_what_nobody_can_see_is_an_empty_search(publication: Publication) -> None:
    ada = publication.guest()

    await ada.says("/search \u200b")

    assert ada.text.startswith("What are you looking for?")


async def test_a_misspelt_category_is_one_tap_from_the_right_one(publication: Publication) -> None:
    ada = publication.guest()

    await ada.says("keys category:Langage")
    assert ada.text.splitlines() == [
        "There is no category “Langage”.",
        "Without these limits there is 1 post.",
        "Did you mean one of these?",
    ]
    await ada.taps("keys category:Language")

    assert results(ada) == ["Attention"]


async def test_a_category_is_offered_by_the_name_that_is_like_the_typed_one(publication: Publication) -> None:
    yu = publication.guest("zh-hans")

    await yu.says("category:Langage")
    assert "category:Language" in yu.buttons
    await yu.says("category:自然语言处里")

    assert "category:自然语言处理" in yu.buttons


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("keys after:2026 before:2025", "These dates leave no day: “after” must be earlier than “before”."),
        ("tag:", "Write a name after “tag:”, as in category:NLP or tag:lora."),
        ("分类：", "Write a name after “分类:”, as in category:NLP or tag:lora."),
    ],
)
async def test_a_filter_that_cannot_be_meant_gets_one_sentence(publication: Publication, typed: str, told: str) -> None:
    ada = publication.guest()

    await ada.says(typed)

    assert ada.text == told


async def test_nothing_found_says_so_and_offers_the_categories(publication: Publication) -> None:
    ada = publication.guest()

    await ada.says("zzzzqqqq")

    assert ada.text == "Nothing for “zzzzqqqq”.\nTry fewer or other words, or look through the categories."
    assert ada.buttons == ["Categories", "‹ Home"]


async def test_an_empty_search_offers_what_was_looked_for_before(publication: Publication) -> None:
    ada = publication.guest()
    await ada.says("/search")
    assert ada.buttons == ["Latest", "Categories"]
    for words in ("keys", "keys", "layer"):
        publication.now += timedelta(seconds=1)
        await ada.says(words)

    await ada.says("/search")

    assert ada.text.startswith("What are you looking for?")
    assert ada.buttons == ["layer", "keys", "Latest", "Categories"]
    await ada.taps("keys")
    assert results(ada) == ["Attention"]


async def test_drafts_and_posts_of_the_future_are_never_found(publication: Publication) -> None:
    ada = publication.guest()

    for title in ("Not finished", "Not yet"):
        await ada.says(title)
        assert title not in results(ada)


async def test_related_posts_stand_under_a_post(publication: Publication) -> None:
    ada = publication.guest()
    await ada.opens("attention")

    await ada.taps("Related")

    assert ada.text.startswith("Related posts\nAttention")
    assert 1 <= len(results(ada)) <= 3
    assert "Attention" not in results(ada)


@pytest.mark.parametrize(
    "typed",
    [
        '"',
        "NEAR(",
        "a* OR",
        "{title}: x",
        "\\",
        "%",
        "的",
        "👩\u200d👩\u200d👧",
        "\u202eabc",
        "a b c d e " * 90,
        "模型" * 900,
    ],
)
async def test_hostile_words_get_a_polite_answer(publication: Publication, typed: str) -> None:
    ada = publication.guest()

    await ada.says(typed)

    assert "Something went wrong" not in ada.text
