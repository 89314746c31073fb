"""Admins find posts in any state, withdraw, bring back, change and delete them, and see what was done."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.sandbox.world import FIRST_PERSON_ID
from tests.chat.publication import Publication, marked, new_publication
from tests.chat.uploads import post as written
from tests.chat.uploads import sends


@pytest.fixture
async def house(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Publication]:
    """A running publication whose first guest is the admin: posts in several states."""
    template: Path = request.getfixturevalue("_migrated_sqlite")
    async with new_publication(tmp_path / "own", template, admins=frozenset({FIRST_PERSON_ID})) as made:
        made.post("nlp/lora.md", "LoRA", date="2026-01-01")
        made.post("posts/later.md", "Later", date="2026-03-01")
        made.post("posts/sketch.md", "Sketch", date="2026-01-02", draft="true")
        made.write("posts/broken.md", "---\ntitle: A: B\n---\ntext\n")
        async with made.running():
            yield made


def read(house: Publication, path: str) -> str:
    return (house.folder / path).read_text()


async def test_posts_are_listed_by_state_with_counts(house: Publication) -> None:
    editor = house.guest()

    await editor.says("/posts")

    assert "Posts · 1 published" in editor.text
    assert "1. LoRA\n2026-01-01 00:00 · en\nnlp/lora.md" in editor.text
    assert editor.buttons == ["1", "Scheduled 1", "Drafts 1", "Withdrawn 0", "Problems 1", "‹ Home"]
    await editor.taps("Scheduled 1")
    assert "1. Later\n2026-03-01 00:00 · en" in editor.text
    await editor.taps("Problems 1")
    assert '✗ posts/broken.md line 2: title: A: B needs quotes; write title: "A: B"' in editor.text


async def test_posts_are_found_by_words_in_any_state(house: Publication) -> None:
    editor = house.guest("zh-hans")

    await editor.says("/posts sketch")

    assert "含“sketch”" in editor.text
    assert "1. Sketch\n草稿" in editor.text


async def test_words_that_no_post_has_are_said_to(house: Publication) -> None:
    editor = house.guest("zh-hans")

    await editor.says("/posts xyzzy")

    assert editor.text == "文章 · 含“xyzzy”\n\n没有标题或路径含有这些字。"


async def test_what_was_found_is_turned_and_gone_back_to(house: Publication) -> None:
    editor = house.guest()
    for number in range(7):
        house.post(f"posts/note-{number}.md", f"Note {number}", date=f"2025-12-0{number + 1}", draft="true")
    await house.sync()

    await editor.says("/posts note")
    assert "Posts · with “note” · 1/2" in editor.text
    await editor.taps("Older ›")
    assert "1. Note 1" in editor.text
    for way in (["1", "‹ Back"], ["1", "Preview", "‹ Back", "‹ Back"], ["1", "Delete…", "‹ Back", "‹ Back"]):
        for label in way:
            await editor.taps(label)
        assert "with “note” · 2/2" in editor.text
    for label in ("1", "Schedule…", "Tomorrow, 2026-01-12 09:00", "‹ Back"):
        await editor.taps(label)
    assert "with “note”" in editor.text


async def test_from_a_draft_one_comes_back_to_the_drafts(house: Publication) -> None:
    editor = house.guest()
    await editor.says("/posts")
    await editor.taps("Drafts 1")

    for label in ("1", "Delete…", "‹ Back", "Preview", "‹ Back", "‹ Back"):
        await editor.taps(label)

    assert "Posts · 1 draft" in editor.text
    for label in ("1", "Delete…", "Delete", "‹ Back"):
        await editor.taps(label)
    assert "Posts · 0 drafts" in editor.text


async def test_posts_with_problems_are_opened_from_their_list(house: Publication) -> None:
    editor = house.guest()
    house.write("posts/odd.md", "---\ntitle: Odd\ndate: 2026-13-45\n---\ntext\n")
    await house.sync()
    await editor.says("/posts")
    await editor.taps("Problems 2")

    await editor.taps("1")

    assert editor.text.startswith("Odd\n")
    assert "there is no such day or time" in editor.text


async def test_a_page_with_very_much_to_say_is_cut_and_keeps_its_buttons(house: Publication) -> None:
    editor = house.guest()
    for number in range(14):
        title = f"A title: of so many words that its line is long, {number}, " + "and longer than most are " * 8
        house.write(f"posts/{'a-long-name-of-a-file-' * 4}{number}.md", f"---\ntitle: {title}\n---\ntext\n")
    await house.sync()
    await editor.says("/posts")

    await editor.taps("Problems 15")

    assert 4000 < len(editor.text) <= 4096
    assert editor.text.endswith("…")
    assert "‹ Home" in editor.buttons


async def test_a_post_is_withdrawn_and_published_again(house: Publication) -> None:
    editor = house.guest()
    before = read(house, "nlp/lora.md")
    await editor.says("/posts")
    await editor.taps("1")

    await editor.taps("Withdraw")

    assert editor.text == "Withdrawn: LoRA."
    assert "draft: true" in read(house, "nlp/lora.md")
    await editor.says("/latest")
    assert "LoRA" not in editor.text
    await editor.says("/posts")
    await editor.taps("Withdrawn 1")
    await editor.taps("1")
    assert "withdrawn · 2026-01-01" in editor.text
    await editor.taps("Publish")
    assert editor.text == "Published: LoRA."
    assert read(house, "nlp/lora.md") == before.replace("\n---\n\n", "\ndraft: false\n---\n\n")
    await editor.says("/latest")
    assert "LoRA" in editor.text


async def test_a_withdrawal_is_undone(house: Publication) -> None:
    editor = house.guest()
    before = read(house, "nlp/lora.md")
    await editor.says("/posts")
    await editor.taps("1")
    await editor.taps("Withdraw")

    await editor.taps("Undo")

    assert read(house, "nlp/lora.md") == before


async def test_a_draft_whose_publication_is_taken_back_is_a_draft_again(house: Publication) -> None:
    editor = house.guest()
    before = read(house, "posts/sketch.md")
    await editor.says("/posts sketch")
    await editor.taps("1")
    await editor.taps("Publish")

    await editor.taps("Undo")

    assert read(house, "posts/sketch.md") == before
    await editor.says("/posts")
    assert {"Drafts 1", "Withdrawn 0"} <= set(editor.buttons)
    await editor.taps("Drafts 1")
    await editor.taps("1")
    assert "\ndraft · " in editor.text


async def test_the_log_does_not_call_withdrawn_or_again_what_readers_never_had(house: Publication) -> None:
    editor = house.guest()
    for words, button, said in (
        ("later", "Back to draft", "saved as a draft"),
        ("sketch", "Publish", "published"),
        ("lora", "Withdraw", "withdrawn"),
    ):
        await editor.says(f"/posts {words}")
        await editor.taps("1")
        await editor.taps(button)

        await editor.says("/log")

        assert f"1. 2026-01-11 20:00 · {said}\n" in editor.text


async def test_what_was_withdrawn_before_stays_so_when_its_return_is_taken_back(house: Publication) -> None:
    editor = house.guest()
    await editor.says("/posts lora")
    await editor.taps("1")
    await editor.taps("Withdraw")
    house.now += timedelta(minutes=1)
    await editor.says("/posts lora")
    await editor.taps("1")
    await editor.taps("Publish")

    await editor.taps("Undo")

    await editor.says("/posts")
    assert "Withdrawn 1" in editor.buttons


async def test_deleting_asks_goes_to_the_trash_and_is_undone(house: Publication) -> None:
    editor = house.guest()
    before = read(house, "nlp/lora.md")
    await editor.says("/posts")
    await editor.taps("1")
    await editor.taps("Delete…")
    assert "Delete “LoRA”?" in editor.text
    assert (house.folder / "nlp/lora.md").exists()
    confirm = editor.screen.reply_markup["inline_keyboard"][0][0]["callback_data"]  # type: ignore[index]

    await editor.taps("Delete")

    assert editor.text == "Moved to the trash: LoRA."
    assert not (house.folder / "nlp/lora.md").exists()
    assert [path.read_text() for path in (house.folder / "_trash").iterdir()] == [before]
    await editor.says("/latest")
    assert "LoRA" not in editor.text
    await editor.forges(confirm)
    assert editor.text == "Moved to the trash: LoRA."
    await editor.taps("Undo")
    assert read(house, "nlp/lora.md") == before
    assert (editor.text, editor.buttons) == ("Put back: LoRA.", ["Read", "Redo", "‹ Back"])
    await editor.opens("lora")
    assert "Some words." in editor.text


async def test_a_scheduled_post_is_published_now(house: Publication) -> None:
    editor = house.guest()
    await editor.says("/posts later")
    await editor.taps("1")

    await editor.taps("Publish")

    assert editor.text == "Published: Later."
    assert "date: 2026-01-11T20:00+08:00" in read(house, "posts/later.md")


async def test_the_source_comes_back_under_a_name_that_replaces_it(house: Publication) -> None:
    editor = house.guest()
    await editor.says("/posts")
    await editor.taps("1")

    await editor.taps("Source")

    sent = next(one for one in editor.seen if "document" in one.content)
    assert sent.content["document"]["file_name"] == "lora.md"


async def test_a_post_opened_for_change_keeps_its_place_and_takes_another_category(house: Publication) -> None:
    editor = house.guest()
    await editor.says("/posts")
    await editor.taps("1")
    await editor.taps("Change…")
    assert editor.text.startswith("Tap what should change.\n\nLoRA\nnlp · 2026-01-01 · ")
    assert "would replace" not in editor.text
    assert editor.buttons[:2] == ["Category…", "Language…"]
    assert not {"Show changes", "Replace", "Replace and announce"} & set(editor.buttons)
    await editor.taps("Category…")
    await editor.taps("Another…")
    await editor.says("Large Model")

    assert "category nlp → Large Model" in editor.text
    await editor.taps("Replace")

    assert 'categories: ["Large Model"]' in read(house, "nlp/lora.md")


async def test_a_tap_on_an_old_version_shows_what_there_is_now(house: Publication) -> None:
    editor = house.guest()
    await editor.says("/posts")
    await editor.taps("1")
    house.post("nlp/lora.md", "LoRA again", date="2026-01-01")
    await house.sync()

    await editor.taps("Withdraw")

    assert editor.text.startswith("LoRA again")
    assert "draft" not in read(house, "nlp/lora.md")


async def test_an_announcement_says_how_many_it_reaches_and_is_made_once(house: Publication) -> None:
    editor, reader = house.guest(), house.guest()
    await reader.opens("lora")
    await reader.taps("Follow nlp")
    await editor.says("/announce lora")
    assert editor.text == "Announce “LoRA” to 1 chat that follows it?"
    again = editor.screen.reply_markup["inline_keyboard"][0][0]["callback_data"]  # type: ignore[index]

    await editor.taps("Announce")

    assert editor.text == "Announced: LoRA. 1 chat will be told, at its hour."
    await editor.forges(again)
    assert editor.text.startswith("This version was announced already")
    await reader.says("/digest")
    assert "LoRA" in reader.text


async def test_an_announcement_that_waits_is_called_off_from_its_outcome_or_the_posts_page(house: Publication) -> None:
    editor, reader = house.guest(), house.guest()
    await reader.opens("lora")
    await reader.taps("Follow nlp")
    await editor.says("/announce lora")
    await editor.taps("Announce")

    await editor.taps("Undo")

    assert editor.text == "Called off: the announcement of LoRA. Nobody was told of it."
    await reader.says("/digest")
    assert "LoRA" not in reader.text
    await editor.taps("‹ Back")
    assert "Tell nobody else" not in editor.buttons
    await editor.taps("Announce…")
    await editor.taps("Announce")
    await editor.taps("‹ Back")
    assert "Announced 2026-01-11 20:00: 0 chats were told, 1 is still to be." in editor.text
    await editor.taps("Tell nobody else")
    assert editor.text == "Called off: the announcement of LoRA. Nobody was told of it."
    await editor.says("/log")
    assert "1. 2026-01-11 20:00 · announcement called off\nLoRA\nnlp/lora.md" in editor.text
    assert "2. 2026-01-11 20:00 · announced · taken back later\n" in editor.text


async def test_an_announcement_that_waits_is_called_off_from_the_log(house: Publication) -> None:
    editor, reader = house.guest(), house.guest()
    await reader.opens("lora")
    await reader.taps("Follow nlp")
    await editor.says("/announce lora")
    await editor.taps("Announce")

    await editor.says("/log")
    await editor.taps("Undo 1")

    assert editor.text == "Called off: the announcement of LoRA. Nobody was told of it."
    await editor.taps("‹ Back")
    assert not any(label.startswith("Undo") for label in editor.buttons)


async def test_the_log_tells_who_did_what(house: Publication) -> None:
    editor = house.guest()
    await editor.says("/posts")
    await editor.taps("1")
    await editor.taps("Withdraw")
    await editor.taps("Undo")

    await editor.says("/log")

    assert "2026-01-11 20:00 · taken back\nLoRA\nnlp/lora.md\nby you\n" in editor.text
    assert "2026-01-11 20:00 · withdrawn · taken back later\nLoRA\nnlp/lora.md" in editor.text
    assert marked(editor.screen, "code") == ["nlp/lora.md", "nlp/lora.md"]


@pytest.mark.parametrize("command", ["/posts", "/log", "/posts lora"])
async def test_readers_get_a_polite_sentence(house: Publication, command: str) -> None:
    house.guest()
    reader = house.guest()

    await reader.says(command)

    assert reader.text == "This is for the publication’s admins. /latest shows what there is to read."


async def test_an_admin_in_a_group_is_a_reader(house: Publication) -> None:
    editor = house.guest()
    group = await house.group(editor)

    await editor.into(group).says(f"/posts@{house.world.bot.username}")

    assert "This is for the publication’s admins" in editor.into(group).text


async def test_forged_taps_of_readers_change_nothing(house: Publication) -> None:
    house.guest()
    reader = house.guest()
    await reader.says("/help")
    before = read(house, "nlp/lora.md")

    for post in range(1, 5):
        for what in "wadDef":
            await reader.forges(f"pc|{post}|0123456789|{what}")

    assert read(house, "nlp/lora.md") == before
    assert not (house.folder / "_trash").exists()


async def test_a_draft_is_nothing_that_readers_could_preview_or_schedule(house: Publication) -> None:
    house.guest()
    reader = house.guest()
    await reader.says("/help")

    for data in ("pv|1", "pv|3", "ps|3|0123456789|m"):
        assert (await reader.forges(data))["text"] == "This post is no longer known."
    assert "Sketch" not in reader.text


async def test_a_draft_is_previewed_as_readers_would_get_it(house: Publication) -> None:
    editor = house.guest()
    await editor.says("/posts sketch")
    await editor.taps("1")

    shown = len(editor.seen)
    await editor.taps("Preview")

    assert len(editor.seen) == shown
    assert editor.text.startswith("Sketch\n")
    assert "Some words." in editor.text
    await editor.taps("Rich view")
    assert "Some words." in editor.text
    await editor.taps("‹ Back")
    assert editor.text.startswith("Sketch\ndraft · 2026-01-02")
    assert "draft: true" in read(house, "posts/sketch.md")


async def test_a_draft_is_scheduled_by_a_tap_and_moved_by_a_typed_moment(house: Publication) -> None:
    editor = house.guest()
    await editor.says("/posts sketch")
    await editor.taps("1")
    await editor.taps("Schedule…")
    await editor.taps("Tomorrow, 2026-01-12 09:00")

    assert editor.text == "Scheduled: Sketch appears 2026-01-12 09:00."
    assert "date: 2026-01-12T09:00+08:00" in read(house, "posts/sketch.md")
    assert "draft: false" in read(house, "posts/sketch.md")

    await editor.says("/posts sketch")
    await editor.taps("1")
    await editor.taps("Schedule…")
    await editor.taps("Another time…")
    await editor.says("soon")
    assert "I cannot read that" in editor.text
    await editor.says("2026-02-02 08:00")
    assert editor.text == "Scheduled: Sketch appears 2026-02-02 08:00."
    await editor.says("/posts sketch")
    await editor.taps("1")
    await editor.taps("Back to draft")
    assert editor.text == "Saved as a draft: Sketch."
    await editor.says("/posts")
    assert "Scheduled 1" in editor.buttons


async def test_a_published_post_is_held_back_until_a_moment(house: Publication) -> None:
    editor = house.guest()
    await editor.says("/posts lora")
    await editor.taps("1")

    await editor.taps("Schedule…")

    assert "Readers have “LoRA” now; until then they will not." in editor.text
    await editor.taps("Tomorrow, 2026-01-12 09:00")
    assert editor.text == "Scheduled: LoRA appears 2026-01-12 09:00."
    await editor.says("/latest")
    assert "LoRA" not in editor.text


async def test_a_moment_for_a_version_that_is_old_shows_what_there_is_now(house: Publication) -> None:
    editor = house.guest()
    await editor.says("/posts sketch")
    await editor.taps("1")
    await editor.taps("Schedule…")
    house.post("posts/sketch.md", "Sketch again", date="2026-01-02", draft="true")
    await house.sync()

    await editor.taps("Tomorrow, 2026-01-12 09:00")

    assert editor.text.startswith("Sketch again")
    assert "draft: true" in read(house, "posts/sketch.md")


@pytest.mark.parametrize(
    ("language", "labels", "opened", "last"),
    [
        ("en", ("Change…", "Schedule…"), "Tap what should change.", "Last: scheduled, "),
        ("zh-hans", ("更改…", "定时…"), "点选要更改的内容。", "上次操作：定时，"),
    ],
)
async def test_a_post_scheduled_from_its_changes_was_scheduled(
    house: Publication, language: str, labels: tuple[str, str], opened: str, last: str
) -> None:
    change, schedule = labels
    editor = house.guest(language)
    await editor.says("/posts")
    await editor.taps("1")
    await editor.taps(change)
    assert opened in editor.text
    await editor.taps(schedule)
    await editor.says("2026-01-13 10:00")

    await editor.says("/posts lora")
    await editor.taps("1")

    assert last in editor.text


async def test_a_new_version_of_a_scheduled_post_replaced_it(house: Publication) -> None:
    editor = house.guest()
    await sends(editor, "lora.md", written("LoRA", date="2026-01-13 10:00"))
    await editor.taps("Replace")
    await sends(editor, "lora.md", written("LoRA", "Other words.", date="2026-01-13 10:00"))
    await editor.taps("Replace")

    await editor.says("/posts lora")
    await editor.taps("1")

    assert "Last: replaced, " in editor.text


async def test_what_is_due_next_stands_first_among_the_scheduled(house: Publication) -> None:
    house.post("posts/sooner.md", "Sooner", date="2026-02-01")
    await house.sync()
    editor = house.guest()

    await editor.says("/posts")
    await editor.taps("Scheduled 2")

    assert editor.text.index("Sooner") < editor.text.index("Later")
