"""Posts as rich messages: chosen for a post or for good, and classic again where Telegram refuses them."""

import json

import pytest

from tests.chat.posts import FORMULA
from tests.chat.publication import Guest, Publication

pytestmark = pytest.mark.asyncio(loop_scope="module")


def _blocks(guest: Guest) -> list[dict[str, object]]:
    return list(guest.screen.content["rich_message"]["blocks"])


async def test_post_with_a_table_can_be_seen_the_other_way_and_back(publication: Publication) -> None:
    ada = publication.guest()
    post = await ada.opens("attention")
    classic = ada.text

    await ada.taps("Rich view")
    assert [block["type"] for block in _blocks(ada)][:3] == ["heading", "paragraph", "paragraph"]
    assert "table" in [block["type"] for block in _blocks(ada)]
    await ada.taps("Classic view")

    assert ada.text == classic
    assert ada.screen.message_id == post.message_id


async def test_post_of_words_alone_offers_no_other_view(publication: Publication) -> None:
    ada = publication.guest()

    await ada.opens("note-1")

    assert "Rich view" not in ada.buttons


async def test_rich_view_shows_formulas_as_they_are_and_needs_no_album(publication: Publication) -> None:
    ada = publication.guest()
    await ada.opens("norm")
    await ada.pictures_after(1)

    await ada.taps("Rich view")

    expressions = [block["expression"] for block in _blocks(ada) if block["type"] == "mathematical_expression"]
    assert FORMULA in expressions
    assert ada.pictures == []


async def test_view_can_be_kept_and_every_later_post_is_shown_so(publication: Publication) -> None:
    ada = publication.guest()
    await ada.opens("attention")
    await ada.taps("Rich view")

    toast = await ada.taps("Always rich")
    await ada.opens("pictures")

    assert "from now on" in toast["text"]
    assert _blocks(ada)[0]["text"] == "Pictures"


async def test_after_a_view_is_kept_the_button_under_the_post_still_leads_to_the_other(
    publication: Publication,
) -> None:
    ada = publication.guest()
    await ada.opens("attention")
    classic = ada.text
    await ada.taps("Rich view")
    await ada.taps("Always rich")

    await ada.taps("Classic view")

    assert ada.text == classic


async def test_rich_can_be_chosen_in_settings_and_taken_back(publication: Publication) -> None:
    ada = publication.guest()
    await ada.says("/settings")
    await ada.taps("Rich")
    assert "✓ Rich" in ada.buttons

    await ada.says("/settings")
    await ada.taps("Classic")
    await ada.opens("attention")

    assert "rich_message" not in ada.screen.content


async def test_images_stand_in_the_rich_message_itself(publication: Publication) -> None:
    ada, bob = publication.guest(), publication.guest()
    for reader in (ada, bob):
        await reader.opens("pictures")
        await reader.pictures_after(2)
        await reader.taps("Rich view")

    assert "photo" in [block["type"] for block in _blocks(bob)]
    sent = json.loads(publication.calls("editMessageText", bob.id)[-1].parameters["rich_message"])
    assert not [block for block in sent["blocks"] if "attach://" in json.dumps(block)]


async def test_long_post_turns_its_rich_pages_and_comes_back(publication: Publication) -> None:
    ada = publication.guest()
    await ada.says("/latest")
    shelf = ada.text
    await ada.taps("1")
    await ada.taps("Rich view")

    await ada.taps("‹ Back")

    assert ada.text == shelf


async def test_refused_rich_message_goes_out_as_classic(
    publication: Publication, caplog: pytest.LogCaptureFixture
) -> None:
    ada = publication.guest()
    publication.fail("sendRichMessage", ada.id, description="Bad Request: NOT_TODAY")
    await ada.says("/settings")
    await ada.taps("Rich")

    await ada.opens("note-2")

    assert ada.text.startswith("Note 2\n")
    assert "rich_message" not in ada.screen.content
    assert len([one for one in caplog.records if "not_today" in one.getMessage().lower()]) == 1


async def test_refused_post_stays_classic_and_is_told_of_once(
    publication: Publication, caplog: pytest.LogCaptureFixture
) -> None:
    ada, bob = publication.guest(), publication.guest()
    publication.fail("editMessageText", ada.id, contains='"blocks"', description="Bad Request: NEVER_RICH")
    for reader in (ada, bob):
        await reader.opens("refused")
        await reader.taps("Rich view")

    assert (ada.text[:7], bob.text[:7]) == ("Refused", "Refused")
    assert len([one for one in caplog.records if "never_rich" in one.getMessage().lower()]) == 1


@pytest.mark.parametrize("said", ["message to edit not found", "MESSAGE_ID_INVALID"])
async def test_message_that_its_reader_deleted_leaves_the_post_rich_for_all(
    publication: Publication, said: str
) -> None:
    ada, bob = publication.guest(), publication.guest()
    await ada.opens("attention")
    publication.fail("editMessageText", ada.id, description=f"Bad Request: {said}")

    await ada.taps("Rich view")
    await bob.opens("attention")
    await bob.taps("Rich view")

    assert ["rich_message" in one.content for one in ada.seen if "photo" not in one.content] == [False, True]
    assert "rich_message" in bob.screen.content


async def test_group_sees_cards_and_never_rich_messages(publication: Publication) -> None:
    ada = publication.guest()
    here = ada.into(await publication.group(ada))

    await here.says("/random")

    assert "rich_message" not in here.screen.content
    assert here.buttons == ["Read"]
