"""What was published stays in sight with its Undo, whatever is tapped twice, and is taken back whole."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.chat.publication import Guest, Publication, png, words_of
from tests.chat.uploads import callback, files, idle_house, post, sends, sends_only, sends_together

TWO = {"a.md": post("A", "![f](fig.png)"), "b.md": post("B"), "fig.png": png()}


@pytest.fixture
async def house(_migrated_sqlite: Path, tmp_path: Path) -> AsyncIterator[Publication]:
    async with idle_house(tmp_path / "own", _migrated_sqlite) as made, made.running():
        yield made


async def follows_kept(house: Publication) -> Guest:
    """A reader who wants posts as they happen, and has been sent what there is."""
    reader = house.guest()
    await reader.says("/subscribe")
    await reader.taps("Everything")
    await reader.taps("When…")
    await reader.taps("As it happens")
    return reader


@pytest.mark.parametrize(
    "button", ["Publish", "Schedule…", "Save draft", "Category…", "Language…", "Preview", "Cancel"]
)
async def test_any_late_tap_under_a_proof_leaves_the_outcome_with_its_undo(house: Publication, button: str) -> None:
    editor = house.guest()
    await sends(editor, "lora.md", post("LoRA"))
    late = callback(editor.screen, button)
    await editor.taps("Publish")
    shown = len(editor.seen)

    told = await editor.forges(late)

    assert told["text"] == "That is done already."
    assert (editor.text, editor.buttons) == ("Published: LoRA.", ["Read", "Undo"])
    assert len(editor.seen) == shown


async def test_a_repeated_replacement_leaves_the_outcome_and_undo_still_works(house: Publication) -> None:
    editor = house.guest("zh-hans")
    before = files(house)
    await sends(editor, "kept.md", post("Kept", "wrong", date="2026-01-01"))
    late = callback(editor.screen, "替换")
    await editor.taps("替换")

    assert (await editor.forges(late))["text"] == "这一步已经做过了。"

    assert editor.text == "已替换：Kept。"
    await editor.taps("撤销")
    assert files(house)["posts/kept.md"] == before["posts/kept.md"]


async def test_a_late_tap_on_what_was_changed_again_says_so(house: Publication) -> None:
    editor = house.guest()
    await sends(editor, "lora.md", post("LoRA"))
    first = editor.screen
    late = callback(first, "Publish")
    await editor.taps("Publish")
    await sends(editor, "lora.md", post("LoRA", "Better words."))
    await editor.taps("Replace")

    await editor._answer(first.message_id, data=late)

    assert words_of(editor.chat.messages[first.message_id]) == (
        "LoRA was changed again since then; /posts shows it as it is now."
    )
    await editor.taps("Undo", editor.chat.messages[first.message_id])
    assert "was changed again since then" in editor.text
    assert "Better words." in files(house)["posts/lora.md"]


async def test_reading_one_of_several_leaves_the_outcome(house: Publication) -> None:
    editor = house.guest()
    await sends_together(editor, TWO)
    await editor.taps("Publish 2 posts")
    outcome = editor.screen

    await editor.taps("Read 2")

    assert "Some words." in editor.text
    assert editor.screen.message_id != outcome.message_id
    await editor.taps("Undo 1", outcome)
    assert set(files(house)) & {"posts/a.md", "posts/b.md"} == {"posts/b.md"}


async def test_undo_of_one_of_several_keeps_the_others_undo(house: Publication) -> None:
    editor = house.guest()
    await sends_together(editor, TWO)
    late = callback(editor.screen, "Publish 2 posts")
    await editor.taps("Publish 2 posts")

    await editor.taps("Undo 1")

    assert editor.text == "1. Taken back: A. Its file is in the trash folder.\n2. Published: B."
    assert editor.buttons == ["Redo 1", "Read 2", "Undo 2"]
    await editor.forges(late)
    assert editor.buttons == ["Redo 1", "Read 2", "Undo 2"]
    await editor.taps("Undo 2")
    assert set(files(house)) & {"posts/a.md", "posts/b.md"} == set()
    await editor.taps("Redo 1")
    assert editor.text.startswith("1. Put back: A.\n2. Taken back: B")
    assert editor.buttons == ["Read 1", "Undo 1", "Redo 2"]
    assert (house.folder / "posts/a/fig.png").is_file()


async def test_a_post_that_is_taken_back_leaves_no_empty_folder_of_images(house: Publication) -> None:
    editor = house.guest()
    await sends_together(editor, TWO)
    await editor.taps("Publish 2 posts")
    assert (house.folder / "posts/a/fig.png").is_file()

    await editor.taps("Undo 1")

    assert not (house.folder / "posts/a").exists()
    assert (house.folder / "posts").is_dir()


async def test_undo_is_found_on_the_posts_page_and_in_the_log(house: Publication) -> None:
    editor = house.guest()
    before = files(house)
    await sends(editor, "kept.md", post("Kept", "wrong", date="2026-01-01"))
    await editor.taps("Replace")
    await editor.says("/posts kept")
    await editor.taps("1")
    assert "Last: replaced, 2026-01-11 20:00. “Undo” reverses it." in editor.text

    await editor.taps("Undo")

    assert editor.text == "Taken back: Kept is as it was."
    assert files(house)["posts/kept.md"] == before["posts/kept.md"]
    await editor.taps("‹ Back")
    assert editor.text.startswith("Kept\npublished")

    await editor.says("/log")
    assert "1. 2026-01-11 20:00 · taken back" in editor.text
    assert "2. 2026-01-11 20:00 · replaced · taken back later" in editor.text
    assert editor.buttons == ["Redo 1", "‹ Home"]
    await editor.taps("Redo 1")
    assert "wrong" in files(house)["posts/kept.md"]
    await editor.taps("‹ Back")
    assert editor.text.startswith("What was done")


async def test_a_post_changed_by_hand_since_offers_no_undo_on_its_page(house: Publication) -> None:
    editor = house.guest()
    await sends(editor, "kept.md", post("Kept", "wrong", date="2026-01-01"))
    await editor.taps("Replace")
    house.post("posts/kept.md", "Kept", "By hand.", date="2026-01-01")
    await house.sync()

    await editor.says("/posts kept")
    await editor.taps("1")

    assert "Undo" not in editor.buttons


async def test_undo_after_an_edit_by_hand_offers_the_earlier_version_to_compare_and_put_back(
    house: Publication,
) -> None:
    editor = house.guest()
    before = files(house)["posts/kept.md"]
    await sends(editor, "kept.md", post("Kept", "wrong", date="2026-01-01"))
    await editor.taps("Replace")
    house.post("posts/kept.md", "Kept", "By hand.", date="2026-01-01")
    await house.sync()

    await editor.taps("Undo")

    assert "posts/kept.md was changed again since then" in editor.text
    assert editor.buttons == ["Earlier version…", "Its page"]
    await editor.taps("Earlier version…")
    assert "would replace “Kept”" in editor.text
    assert "By hand." in files(house)["posts/kept.md"]
    await editor.taps("Replace")
    assert files(house)["posts/kept.md"] == before


async def test_undo_of_a_new_post_that_was_edited_by_hand_leads_to_its_page(house: Publication) -> None:
    editor = house.guest("zh-hans")
    await sends(editor, "lora.md", post("LoRA"))
    await editor.taps("发布")
    house.post("posts/lora.md", "LoRA", "By hand.")
    await house.sync()

    await editor.taps("撤销")

    assert editor.buttons == ["打开管理页"]
    await editor.taps("打开管理页")
    assert "删除…" in editor.buttons


async def test_undo_calls_off_an_announcement_that_was_not_sent(house: Publication) -> None:
    editor, reader = house.guest(), await follows_kept(house)
    await sends(editor, "kept.md", post("Kept", "wrong", date="2026-01-01"))
    await editor.taps("Replace and announce")
    assert editor.text == "Replaced: Kept. 1 chat will be told, at its hour."

    await editor.taps("Undo")

    assert editor.text == "Taken back: Kept is as it was. Nobody was told of it."
    house.now += timedelta(minutes=5)
    assert house.app is not None
    await house.app.courier.plan()
    await house.app.courier.drain()
    await reader.says("/digest")
    assert "Nothing new" in reader.text
    assert not any("Kept" in str(message.content) for message in reader.seen)


async def test_undo_says_who_was_told_already(house: Publication) -> None:
    editor, reader = house.guest("zh-hans"), await follows_kept(house)
    await sends(editor, "kept.md", post("Kept", "wrong", date="2026-01-01"))
    await editor.taps("替换并通知读者")
    assert editor.text == "已替换：Kept。将通知 1 个聊天，各按自己的时间。"
    assert house.app is not None
    await house.app.courier.plan(hurry=True)
    await house.until(lambda: "Kept" in reader.text)

    await editor.taps("撤销")

    assert editor.text == "已撤销：Kept，已恢复原样。之前已通知 1 个聊天，不会再通知其他人。"


async def _goes_out(house: Publication) -> None:
    assert house.app is not None
    house.now += timedelta(minutes=5)
    await house.app.courier.plan(hurry=True)
    await house.app.courier.drain()


def _told(reader: Guest, title: str) -> int:
    return sum(title in str(message.content) for message in reader.seen)


async def test_a_post_that_was_taken_back_before_anybody_heard_of_it_is_news_when_it_returns(
    house: Publication,
) -> None:
    editor, reader = house.guest(), await follows_kept(house)
    await sends(editor, "lora.md", post("LoRA"))
    await editor.taps("Publish")
    await editor.taps("Undo")
    await _goes_out(house)
    assert _told(reader, "LoRA") == 0

    await editor.taps("Redo")
    await _goes_out(house)

    assert _told(reader, "LoRA") == 1


async def test_a_post_that_was_told_of_and_taken_back_is_not_told_of_twice(house: Publication) -> None:
    editor, reader = house.guest(), await follows_kept(house)
    await sends(editor, "lora.md", post("LoRA"))
    await editor.taps("Publish")
    await _goes_out(house)
    await editor.taps("Undo")
    assert "1 chat had been told of it" in editor.text

    await editor.taps("Redo")
    await _goes_out(house)

    assert _told(reader, "LoRA") == 1


async def test_nobody_to_tell_is_said(house: Publication) -> None:
    editor = house.guest()
    await sends(editor, "kept.md", post("Kept", "new", date="2026-01-01"))

    await editor.taps("Replace and announce")

    assert editor.text == "Replaced: Kept. Nobody follows it, so nobody is told."


async def test_a_draft_of_what_readers_have_is_asked_first(house: Publication) -> None:
    editor = house.guest()
    await sends(editor, "kept.md", post("Kept", "new", date="2026-01-01"))

    await editor.taps("Save draft")

    assert editor.text == "Readers have “Kept” now. As a draft they lose it, until you publish it again."
    assert "draft" not in files(house)["posts/kept.md"]
    await editor.taps("‹ Back")
    assert "would replace" in editor.text
    await editor.taps("Save draft")
    await editor.taps("Save draft")
    assert editor.text == "Withdrawn: Kept."
    assert "draft: true" in files(house)["posts/kept.md"]


async def test_a_file_cut_off_at_its_end_changes_nothing(house: Publication) -> None:
    editor = house.guest()
    before = files(house)["posts/kept.md"]

    assert "Title unchanged · the text is the same" in await sends(editor, "kept.md", before.rstrip("\n"))
    await editor.taps("Replace")

    assert files(house)["posts/kept.md"] == before


async def test_a_changed_image_is_a_change(house: Publication) -> None:
    editor = house.guest()
    house.write("posts/kept/fig.png", png(shade=10))
    house.post("posts/kept.md", "Kept", "![f](fig.png)", date="2026-01-01")
    await house.sync()
    sends_only(editor, "kept.md", files(house)["posts/kept.md"])

    proof = await sends(editor, "fig.png", png(shade=200))

    assert "the text is the same · 1 image changes" in proof
    await editor.taps("Show changes")
    assert "posts/kept/fig.png" in editor.text


async def test_a_day_that_was_a_day_stays_one(house: Publication) -> None:
    editor = house.guest()
    await sends(editor, "kept.md", "---\ntitle: Kept\n---\n\nSome words.\n")

    await editor.taps("Show changes")

    assert "date" not in editor.text
    await editor.taps("‹ Back")
    await editor.taps("Replace")
    assert "date: 2026-01-01\n" in files(house)["posts/kept.md"]


async def test_undo_and_redo_take_turns_and_the_log_tells_them_apart(house: Publication) -> None:
    editor = house.guest()
    await sends(editor, "lora.md", post("LoRA"))
    await editor.taps("Publish")

    for button, text, buttons in (
        ("Undo", "Taken back: LoRA. Its file is in the trash folder.", ["Redo"]),
        ("Redo", "Put back: LoRA.", ["Read", "Undo"]),
        ("Undo", "Taken back: LoRA. Its file is in the trash folder.", ["Redo"]),
        ("Redo", "Put back: LoRA.", ["Read", "Undo"]),
    ):
        await editor.taps(button)
        assert (editor.text, editor.buttons) == (text, buttons)

    await editor.says("/log")
    assert "1. 2026-01-11 20:00 · done again\n" in editor.text
    assert "2. 2026-01-11 20:00 · taken back · done again later\n" in editor.text
    assert editor.buttons[0] == "Undo 1"
    await editor.says("/posts lora")
    await editor.taps("1")
    assert "Last: done again, 2026-01-11 20:00. “Undo” reverses it." in editor.text


async def test_a_deletion_that_is_done_again_is_called_one(house: Publication) -> None:
    editor = house.guest()
    await editor.says("/posts kept")
    await editor.taps("1")
    await editor.taps("Delete…")
    await editor.taps("Delete")
    await editor.taps("Undo")
    assert editor.text == "Put back: Kept."

    await editor.taps("Redo")

    assert editor.text == "Moved to the trash: Kept."
    assert "Undo" in editor.buttons


@pytest.mark.parametrize(("button", "said"), [("Save draft", "saved as a draft"), ("Tomorrow", "scheduled")])
async def test_the_log_calls_what_readers_do_not_have_yet_by_its_name(
    house: Publication, button: str, said: str
) -> None:
    editor = house.guest()
    await sends(editor, "lora.md", post("LoRA"))
    if button == "Tomorrow":
        await editor.taps("Schedule…")
        button = next(label for label in editor.buttons if label.startswith(button))
    await editor.taps(button)

    await editor.says("/log")

    assert f"1. 2026-01-11 20:00 · {said}\nLoRA\nposts/lora.md" in editor.text


async def test_between_chinese_characters_stands_no_space(house: Publication) -> None:
    editor = house.guest("zh-hans")
    await sends(editor, "lora.md", post("低秩适配"))
    await editor.taps("定时…")

    await editor.taps(next(label for label in editor.buttons if label.startswith("明早")))

    assert editor.text == "已定时：低秩适配，2026-01-12 09:00 发布。"
