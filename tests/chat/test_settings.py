"""/settings: the language and the view of a chat, chosen by buttons, kept for good."""

import pytest

from bot.sandbox import membership
from tests.chat.publication import Publication, keys_of

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_settings_show_what_is_chosen(publication: Publication) -> None:
    ada = publication.guest()

    screen = await ada.says("/settings")

    assert "Language: As in Telegram" in ada.text
    assert "Posts are shown as Classic." in ada.text
    assert keys_of(screen)[:3] == [["中文", "English"], ["✓ As in Telegram"], ["✓ Classic", "Rich"]]


async def test_chosen_language_holds_for_everything_said_later(publication: Publication) -> None:
    ada = publication.guest("en")
    await ada.says("/settings")

    await ada.taps("中文")
    assert "语言：中文" in ada.text
    await ada.says("/latest")

    assert "最新文章" in ada.text


async def test_language_goes_back_to_that_of_telegram(publication: Publication) -> None:
    yu = publication.guest("zh-hans")
    await yu.says("/settings")
    await yu.taps("English")
    assert "Language: English" in yu.text

    await yu.taps("As in Telegram")

    assert "语言：跟随 Telegram" in yu.text


async def test_what_one_chooses_another_does_not_get(publication: Publication) -> None:
    ada, bob = publication.guest("en"), publication.guest("en")
    await ada.says("/settings")
    await ada.taps("中文")

    await bob.says("/latest")

    assert "Latest updates" in bob.text


async def test_choosing_what_is_chosen_changes_nothing_and_is_answered(publication: Publication) -> None:
    ada = publication.guest()
    await ada.says("/settings")
    before = ada.text

    toast = await ada.taps("✓ Classic")

    assert ada.text == before
    assert not toast.get("text")


async def test_only_admins_of_a_group_choose_for_it(publication: Publication) -> None:
    ada, bob = publication.guest(), publication.guest()
    group = await publication.group(ada, bob)
    membership.place(publication.world, group, bob.id, "administrator", by=ada.id)
    await bob.into(group).says("/settings")
    said = bob.into(group).text
    membership.place(publication.world, group, bob.id, "member", by=ada.id)

    toast = await bob.into(group).taps("中文")

    assert toast["text"] == "Only this group’s admins change its settings."
    assert toast["show_alert"]
    assert bob.into(group).text == said


async def test_a_member_of_a_group_is_told_its_settings_without_buttons_that_refuse(publication: Publication) -> None:
    ada, bob = publication.guest(), publication.guest()
    group = await publication.group(ada, bob)

    await bob.into(group).says("/settings")

    assert "Language: As in Telegram" in bob.into(group).text
    assert bob.into(group).text.endswith("Only this group’s admins change its settings.")
    assert [label for label in bob.into(group).buttons if "中文" in label or "Classic" in label] == []


async def test_admin_chooses_the_language_of_the_whole_group(publication: Publication) -> None:
    ada, bob = publication.guest("en"), publication.guest("en")
    group = await publication.group(ada, bob)
    await ada.into(group).says("/settings")

    await ada.into(group).taps("中文")
    await bob.into(group).says("/latest")

    assert "最新文章" in bob.into(group).text


async def test_anonymous_admin_chooses_for_the_group_they_speak_for(publication: Publication) -> None:
    ada = publication.guest()
    group = await publication.group(ada, is_forum=True)
    membership.place(publication.world, group, ada.id, "administrator", by=ada.id, is_anonymous=True)

    await ada.into(group).says("/settings")
    await ada.into(group).taps("中文")

    assert "语言：中文" in ada.into(group).text


@pytest.mark.parametrize("data", ["sl|fr", "sf|holographic", "sl|zh|zh", "sf|rich|x"])
async def test_settings_that_do_not_exist_are_politely_refused(publication: Publication, data: str) -> None:
    ada = publication.guest()
    await ada.says("/settings")
    said = ada.text

    toast = await ada.forges(data)

    assert toast["text"] == "This button is out of date. /latest shows the newest posts."
    assert ada.text == said
