"""An admin sends files and gets a proof; a tap publishes, replaces, schedules or drops; nobody else may."""

import io
import zipfile
from collections.abc import AsyncIterator
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from bot.sandbox import acting, membership
from bot.sandbox.faults import Fault
from bot.sandbox.world import FIRST_PERSON_ID
from tests.chat.publication import Publication, marked, new_publication, png, words_of
from tests.chat.uploads import files, idle_house, post, sends, sends_only

LORA = (
    "---\ntitle: LoRA\ncategories: [Large Model]\ndate: 2026-01-10T09:00+08:00\n---\n\nLow rank adaptation, $W+BA$.\n"
)


@pytest.fixture
async def idle(_migrated_sqlite: Path, tmp_path: Path) -> AsyncIterator[Publication]:
    """A publication whose first guest is the admin, not yet served."""
    async with idle_house(tmp_path / "own", _migrated_sqlite) as made:
        yield made


@pytest.fixture
async def house(idle: Publication) -> AsyncIterator[Publication]:
    """The same, served."""
    async with idle.running():
        yield idle


async def test_a_file_is_proven_and_published_by_a_tap(house: Publication) -> None:
    editor = house.guest()

    proof = await sends(editor, "lora.md", LORA)

    assert "lora.md  ready" in proof
    assert "LoRA" in proof
    assert "Large Model (new) · 2026-01-10 · English · 1 min · 1 formula" in proof
    assert "lora → posts/lora.md" in proof
    assert editor.buttons == ["Preview", "Publish", "Schedule…", "Save draft", "Category…", "Language…", "Cancel"]
    assert "posts/lora.md" not in files(house)

    await editor.taps("Publish")

    assert editor.text == "Published: LoRA."
    assert files(house)["posts/lora.md"] == LORA
    await editor.says("/latest")
    assert "LoRA" in editor.text


async def test_what_was_published_is_taken_back(house: Publication) -> None:
    editor = house.guest()
    await sends(editor, "lora.md", LORA)
    await editor.taps("Publish")

    await editor.taps("Undo")

    assert editor.text == "Taken back: LoRA. Its file is in the trash folder."
    assert "posts/lora.md" not in files(house)
    await editor.says("/latest")
    assert "LoRA" not in editor.text


async def test_nobody_else_publishes_and_their_file_is_not_fetched(house: Publication) -> None:
    house.guest()
    reader = house.guest("zh-hans")

    said = await sends(reader, "lora.md", LORA)

    assert said == "只有管理员可以上传文件。/latest 看有哪些文章。"
    assert house.calls("getFile", reader.id) == []
    assert house.world.calls.since(0, "getFile") == []


async def test_a_readers_album_is_refused_once(house: Publication) -> None:
    house.guest()
    reader, world = house.guest(), house.world
    stored = [world.files.add("document", f"{number}.md", b"# A\n\ntext") for number in range(3)]
    for _ in range(2):
        acting.send_album(world, reader.chat.id, reader.id, [(one, "") for one in stored])

    # What is said in a chat goes in order, so all six files were answered, or not, before this.
    await house.until(lambda: len(reader.seen) == 2)
    await reader.says(f"/help@{world.bot.username}")

    assert [words_of(message).partition(".")[0] for message in reader.seen[:-1]] == [
        "Files are for this publication’s admins"
    ] * 2
    assert words_of(reader.seen[-1]).startswith("What I can do")


async def test_a_slug_that_cannot_be_is_told_by_its_line(house: Publication) -> None:
    editor = house.guest()

    proof = await sends(editor, "a.md", "---\ntitle: A\nslug: ../../evil\n---\ntext\n")

    assert "⚠ line 3: slug is ../../evil, which becomes evil; write slug: evil" in proof
    assert "evil → posts/evil.md" in proof


async def test_errors_stop_a_post_and_a_mended_file_takes_its_place(house: Publication) -> None:
    editor = house.guest("zh-hans")

    proof = await sends(editor, "a.md", "---\ntitle: A: B\n---\ntext\n")

    assert "a.md  还不能发布 · 1 个错误" in proof
    assert '✗ 第 2 行：title: A: B 需要引号；写成 title: "A: B"' in proof
    assert editor.buttons == ["取消"]

    proof = await sends(editor, "a (1).md", '---\ntitle: "A: B"\n---\ntext\n')

    assert "a.md  可以发布" in proof


async def test_a_replacement_shows_what_changes_and_can_be_undone(house: Publication) -> None:
    editor = house.guest()
    before = files(house)["posts/kept.md"]

    proof = await sends(editor, "kept.md", "---\ntitle: Kept\ndate: 2026-01-01\n---\n\nwrong file\n")
    assert "would replace “Kept” (2025-12-31)" in proof or "would replace “Kept” (2026-01-01)" in proof
    assert "1 line added, 1 removed" in proof
    await editor.taps("Schedule…")
    assert "Readers have “Kept” now; until then they will not." in editor.text
    await editor.taps("‹ Back")
    await editor.taps("Show changes")
    assert marked(editor.screen, "pre") == ["-Some words.\n+wrong file"]
    await editor.taps("‹ Back")

    await editor.taps("Replace")
    assert editor.text == "Replaced: Kept."
    assert "wrong file" in files(house)["posts/kept.md"]

    await editor.taps("Undo")
    assert files(house)["posts/kept.md"] == before
    await editor.opens("kept")
    assert "Some words." in editor.text


async def test_the_day_of_what_is_replaced_stands_in_the_brackets_of_the_language(house: Publication) -> None:
    editor = house.guest("zh-hans")

    proof = await sends(editor, "kept.md", post("Kept", "new", date="2026-01-01"))

    assert "将替换“Kept”（2026-01-01）" in proof


async def test_of_two_admins_the_second_sees_what_the_first_did(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    template: Path = request.getfixturevalue("_migrated_sqlite")
    both = frozenset({FIRST_PERSON_ID, FIRST_PERSON_ID + 1})
    async with new_publication(tmp_path / "two", template, admins=both) as house:
        house.post("posts/kept.md", "Kept", date="2026-01-01")
        async with house.running():
            ada, bob = house.guest(), house.guest("zh-hans")
            for who, words in ((ada, "Ada wrote this."), (bob, "Bob wrote this.")):
                await sends(who, "kept.md", f"---\ntitle: Kept\ndate: 2026-01-01\n---\n\n{words}\n")
            await ada.taps("Replace")

            await bob.taps("替换")

            assert bob.text.startswith("文件在这期间被改过。")
            assert "Ada wrote this." in files(house)["posts/kept.md"]
            await bob.taps("看改动")
            assert marked(bob.screen, "pre") == ["-Ada wrote this.\n+Bob wrote this."]
            await bob.taps("‹ 返回")
            await bob.taps("取消")
            await ada.says("/latest")
            assert "Ada wrote this." in files(house)["posts/kept.md"]


async def test_lines_that_only_came_or_only_went_are_counted_alone(house: Publication) -> None:
    editor = house.guest()
    before = files(house)["posts/kept.md"]

    assert "Title unchanged · 2 lines added\n" in await sends(editor, "kept.md", before + "\nMore.\n")
    await editor.taps("Replace")
    assert "Title unchanged · 2 lines removed\n" in await sends(editor, "kept.md", before)


async def test_an_editor_who_was_faster_loses_nothing(house: Publication) -> None:
    editor = house.guest()
    await sends(editor, "kept.md", "---\ntitle: Kept\ndate: 2026-01-01\n---\n\nmine\n")
    house.post("posts/kept.md", "Kept", "Theirs.", date="2026-01-01")

    await editor.taps("Replace")

    assert editor.text.startswith("The file was changed meanwhile.")
    assert "Theirs." in files(house)["posts/kept.md"]
    await editor.taps("Show changes")
    assert marked(editor.screen, "pre") == ["-Theirs.\n+mine"]
    await editor.taps("‹ Back")
    await editor.taps("Replace")
    assert "mine" in files(house)["posts/kept.md"]


async def test_a_second_tap_changes_nothing(house: Publication) -> None:
    editor = house.guest()
    await sends(editor, "lora.md", LORA)
    proof = editor.screen
    data = [key["callback_data"] for row in proof.reply_markup["inline_keyboard"] for key in row]  # type: ignore[index]
    publish = next(one for one in data if one.startswith("uy|"))
    await editor.taps("Publish")
    undo = next(
        key["callback_data"]
        for row in editor.screen.reply_markup["inline_keyboard"]  # type: ignore[index]
        for key in row
        if key["callback_data"].startswith("uu|")
    )

    outcome = editor.screen
    assert (await editor.forges(publish))["text"] == "That is done already."
    assert editor.screen == outcome
    await editor.forges(undo)
    assert (await editor.forges(undo))["text"].startswith("That was done already")

    assert "posts/lora.md" not in files(house)


async def test_a_forged_tap_of_somebody_else_changes_nothing(house: Publication) -> None:
    editor, reader = house.guest(), house.guest()
    await sends(editor, "lora.md", LORA)
    data = [key["callback_data"] for row in editor.screen.reply_markup["inline_keyboard"] for key in row]  # type: ignore[index]
    await reader.says("/help")

    for one in data:
        await reader.forges(one)

    assert "posts/lora.md" not in files(house)
    await editor.taps("Publish")
    assert "posts/lora.md" in files(house)


async def test_a_bundle_brings_its_images_where_the_post_finds_them(house: Publication) -> None:
    editor = house.guest()
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("export/moe.md", "---\ntitle: MoE\n---\n\n![a](images/a.png)\n\n![b](images/none.png)\n")
        archive.writestr("export/images/a.png", png())
        archive.writestr("export/images/spare.png", png(50, 50))

    proof = await sends(editor, "export.zip", target.getvalue())

    assert "2 images" in proof
    assert "⚠ line 7: the image images/none.png is neither in the upload nor in the folder" in proof
    assert "No post of this upload shows these images: images/spare.png" in proof
    await editor.taps("Preview")
    await editor.pictures_after(1)
    await editor.taps("Publish", next(one for one in editor.seen if "ready" in words_of(one)))
    assert (house.folder / "posts/moe/images/a.png").read_bytes() == png()
    await editor.opens("moe")
    await editor.pictures_after(2)


async def test_a_photo_without_a_name_is_the_missing_image(house: Publication) -> None:
    editor = house.guest()
    await sends(editor, "moe.md", "---\ntitle: MoE\n---\n\n![a](a.png)\n")
    assert "the image a.png is neither" in editor.text

    await sends(editor, "whatever.png", png(), kind="photo")

    assert "the image a.png" not in editor.text
    await editor.taps("Publish")
    assert (house.folder / "posts/moe/a.png").is_file()


async def test_files_sent_together_are_one_upload(house: Publication) -> None:
    editor = house.guest()
    for name in ("a.md", "b.md", "c.md"):
        sends_only(editor, name, f"---\ntitle: {name[0].upper()}\n---\ntext\n" if name != "b.md" else "---\ntitle: [\n")
    await house.until(lambda: "3 posts" in ((editor.seen and editor.text) or ""))

    assert "1. ✓ a.md · new post" in editor.text
    assert "2. ✗ b.md · 1 error" in editor.text
    await editor.taps("Publish 2 posts")

    assert "1. Published: A.\n2. Published: C." in editor.text
    assert set(files(house)) == {"posts/a.md", "posts/c.md", "posts/kept.md"}


async def test_a_pasted_text_with_front_matter_is_a_post_named_by_its_title(house: Publication) -> None:
    editor = house.guest()
    text = "—-\ntitle: 低秩适配\n—-\n这是 重点 内容"

    await editor.says(text)

    assert "低秩适配" in editor.text
    assert "\nUncategorised · 2026-01-11" in editor.text
    assert "posts/低秩适配.md" in editor.text
    await editor.taps("Publish")
    assert files(house)["posts/低秩适配.md"].startswith("---\ntitle: 低秩适配\n")


async def test_parts_of_a_long_text_are_one_post_with_its_marks(house: Publication) -> None:
    editor = house.guest()
    first = "---\ntitle: Long\n---\n" + "word " * 790
    acting.say(house.world, editor.chat.id, editor.id, first.strip())
    acting.say(
        house.world,
        editor.chat.id,
        editor.id,
        "the end is bold",
        entities=[{"type": "bold", "offset": 11, "length": 4}],
    )
    await house.until(lambda: "ready" in ((editor.seen and editor.text) or ""))

    await editor.taps("Publish")

    assert files(house)["posts/long.md"].rstrip().endswith("the end is **bold**")


async def test_preview_is_the_post_as_readers_get_it_in_both_forms(house: Publication) -> None:
    editor = house.guest()
    await sends(editor, "lora.md", LORA)

    await editor.taps("Preview")
    classic = editor.text
    await editor.taps("Rich view")
    rich = editor.text
    await editor.taps("‹ Proof")
    await editor.taps("Publish")
    await editor.opens("lora")

    assert editor.text == classic
    assert "Low rank adaptation" in rich


async def test_back_from_a_preview_one_proof_is_left_to_decide_by(house: Publication) -> None:
    editor = house.guest()
    await sends(editor, "lora.md", LORA)
    first = editor.screen
    await editor.taps("Preview")

    await editor.taps("‹ Proof")

    assert words_of(editor.chat.messages[first.message_id]) == "The newest proof of this upload is below."
    assert editor.screen.message_id != first.message_id
    await editor.taps("Save draft")
    assert editor.text == "Saved as a draft: LoRA."


async def test_a_post_is_scheduled_by_a_tap_or_a_typed_moment(house: Publication) -> None:
    editor = house.guest()
    await sends(editor, "lora.md", LORA)
    await editor.taps("Schedule…")
    # The clock of the house says 20:00 in Shanghai.
    assert editor.buttons == ["Tomorrow, 2026-01-12 09:00", "Another time…", "‹ Back"]
    await editor.taps("Another time…")

    await editor.says("yesterday")
    assert "I cannot read that" in editor.text
    await editor.says("2026-02-01 08:30")

    assert editor.text == "Scheduled: LoRA appears 2026-02-01 08:30."
    assert "date: 2026-02-01T08:30+08:00" in files(house)["posts/lora.md"]
    await editor.says("/latest")
    assert "LoRA" not in editor.text


async def test_a_category_known_by_its_pages_title_is_not_called_new(house: Publication) -> None:
    editor = house.guest()
    house.write("large-model/_index.md", "---\ntitle: Large Model\n---\n")
    house.post("large-model/moe.md", "MoE", date="2026-01-01")
    await house.sync()

    proof = await sends(editor, "lora.md", LORA)

    assert "\nLarge Model · 2026-01-10" in proof
    await editor.taps("Cancel")
    proof = await sends(editor, "moe.md", "---\ntitle: MoE\ncategories: [Fine-tuning]\n---\nSome words.\n")
    assert "category Large Model → Fine-tuning (new)" in proof or "category Large Model → Fine-tuning" in proof


async def test_a_draft_is_kept_from_readers(house: Publication) -> None:
    editor = house.guest()
    await sends(editor, "lora.md", LORA)

    await editor.taps("Save draft")

    assert editor.text == "Saved as a draft: LoRA."
    assert "draft: true" in files(house)["posts/lora.md"]


async def test_the_category_is_changed_by_a_tap_or_a_name(house: Publication) -> None:
    editor = house.guest()
    await sends(editor, "lora.md", LORA)
    await editor.taps("Category…")
    await editor.taps("Another…")

    await editor.says("深度学习")

    assert "深度学习 (new)" in editor.text
    await editor.taps("Publish")
    assert 'categories: ["深度学习"]' in files(house)["posts/lora.md"]


async def test_uploads_survive_a_restart_and_are_dropped_after_a_day(idle: Publication) -> None:
    editor = idle.guest()
    async with idle.running():
        await sends(editor, "lora.md", LORA)
    async with idle.running():
        await editor.taps("Cancel")
        assert editor.text == "Cancelled. Nothing was published."
        await sends(editor, "lora.md", LORA)
    idle.now += timedelta(days=1, minutes=1)
    async with idle.running():
        assert idle.app is not None
        await idle.app.chores[0].run()
    assert editor.text.startswith("Not decided for a day, so dropped: lora.md.")
    assert set(files(idle)) == {"posts/kept.md"}


async def test_a_proof_that_did_not_get_through_is_sent_again_whoever_else_blocked_the_bot(
    request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    template: Path = request.getfixturevalue("_migrated_sqlite")
    admins = frozenset({FIRST_PERSON_ID, FIRST_PERSON_ID + 1})
    async with new_publication(tmp_path / "two", template, admins=admins) as house, house.running():
        gone, editor = house.guest(), house.guest()
        for number, admin in enumerate((gone, editor)):
            await admin.says("/help")
            lost = house.fail("sendMessage", admin.id, code=500)
            sends_only(admin, f"{number}.md", post(f"Post {number}"))
            await house.until(partial(getattr, lost, "struck"))
        membership.set_blocked(house.world, gone.id, blocked=True)
        house.now += timedelta(minutes=1)
        assert house.app is not None

        await house.app.chores[0].run()
        await house.app.chores[0].run()

        assert editor.text.startswith("1.md  ready")
        assert len(editor.seen) == 2


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("virus.exe", b"MZ", "I take Markdown"),
        ("a.zip", b"PK\x03\x04broken", "the zip file is damaged"),
        ("a.md", b"\x00\x01" * 500, "this is not a text file"),
        ("a.md", b"x" * (1024 * 1024 + 1), "the file is 1.1 MiB, and 1 MiB is the most that is read"),
        ("a.zip", b"PK\x03\x04" + b"x" * (20 * 1024 * 1024), "at most 20 MB"),
        ("../../a.md", "---\ntitle: ../../../etc/x\n---\ntext", "posts/a.md"),
    ],
    ids=["program", "damaged zip", "binary", "long text", "more than Telegram gives", "a name that leads out"],
)
async def test_what_cannot_be_taken_is_refused_in_a_sentence(
    house: Publication, name: str, data: bytes | str, said: str
) -> None:
    editor = house.guest()
    before = files(house)

    assert said in await sends(editor, name, data)
    assert files(house) == before
    assert {path.name for path in house.folder.iterdir()} == {"posts"}


@pytest.mark.parametrize("code", [400, 403, 404, 500])
async def test_a_file_that_telegram_does_not_give_is_asked_for_again(
    house: Publication, code: int, caplog: pytest.LogCaptureFixture
) -> None:
    editor = house.guest()
    house.world.faults.add(Fault("error", method="getFile", code=code, description="Not Found"))

    assert await sends(editor, "lora.md", LORA) == "The file could not be fetched from Telegram. Send it again."
    assert (await sends(editor, "lora.md", LORA)).startswith("lora.md  ready")
    assert [one for one in caplog.records if one.levelname == "ERROR"] == []


async def test_a_proof_that_cannot_be_retired_now_keeps_no_later_one_from_being(house: Publication) -> None:
    editor = house.guest()
    await sends(editor, "lora.md", LORA)
    house.fail("editMessageText", editor.id, code=502)
    await sends(editor, "lora.md", LORA.replace("Low", "High"))
    second = editor.screen

    await sends(editor, "lora.md", LORA.replace("Low", "Lower"))

    await house.until(lambda: words_of(second).startswith("The newest proof"))


async def test_an_album_of_what_cannot_be_taken_is_refused_in_one_sentence(house: Publication) -> None:
    editor = house.guest()
    stored = [house.world.files.add("document", f"{number}.pdf", b"%PDF") for number in range(4)]

    acting.send_album(house.world, editor.chat.id, editor.id, [(one, "") for one in stored])
    await editor.says("/help")
    await house.until(lambda: editor.text.startswith("What I can do"))

    assert [words_of(one)[:15] for one in editor.seen] == ["I take Markdown", "What I can do\n\n"]


async def test_an_album_is_one_upload_and_gets_one_proof_however_slow_its_files_come(house: Publication) -> None:
    editor = house.guest()
    names = ("a.md", "b.md", "c.md")
    world = house.world
    world.faults.add(Fault("slow", method="getFile", delay=1.0, times=3))
    stored = [world.files.add("document", name, f"---\ntitle: {name[0]}\n---\ntext\n".encode()) for name in names]

    acting.send_album(world, editor.chat.id, editor.id, [(one, "") for one in stored])
    await house.until(lambda: "3 posts" in ((editor.seen and editor.text) or ""))

    assert len(editor.seen) == 1


async def test_an_album_stays_together_whatever_comes_in_between(house: Publication) -> None:
    editor = house.guest()
    world = house.world
    first = world.files.add("photo", "one.png", png())
    album = acting.send_album(world, editor.chat.id, editor.id, [(first, "one.png"), (first, "two.png")])
    await house.until(lambda: editor.seen)
    assert editor.text == "2 images\nSend the post that these images belong to."
    house.now += timedelta(minutes=3)
    await editor.says("---\ntitle: Another\n---\nNothing to do with it.")
    post = world.files.add("document", "moe.md", b"---\ntitle: MoE\n---\n\n![a](one.png)\n\n![b](two.png)\n")

    # An album whose last item the network held up.
    acting.send_file(world, editor.chat.id, editor.id, post, album=album[0].media_group_id)
    await house.until(lambda: "2 images" in editor.text)

    assert "neither in the upload" not in editor.text
    await editor.taps("Publish")
    assert {path.name for path in (house.folder / "posts/moe").iterdir()} == {"one.png", "two.png"}


async def test_images_that_were_replaced_come_back_with_undo(house: Publication) -> None:
    editor = house.guest()
    house.write("posts/kept/fig.png", png(shade=10))
    house.post("posts/kept.md", "Kept", "![f](fig.png)", date="2026-01-01")
    await house.sync()
    before = files(house)
    sends_only(editor, "kept.md", before["posts/kept.md"].replace("![f]", "Wrong. ![f]"))
    await sends(editor, "fig.png", png(shade=200))
    await editor.taps("Replace")
    assert (house.folder / "posts/kept/fig.png").read_bytes() == png(shade=200)

    await editor.taps("Undo")

    assert editor.text == "Taken back: Kept is as it was."
    assert (house.folder / "posts/kept/fig.png").read_bytes() == png(shade=10)
    assert files(house) == before
    await editor.taps("Redo")
    assert (house.folder / "posts/kept/fig.png").read_bytes() == png(shade=200)
    assert "Wrong." in files(house)["posts/kept.md"]


async def test_a_content_folder_that_cannot_be_written_turns_publishing_off_in_one_sentence(
    house: Publication,
) -> None:
    editor = house.guest()
    await sends(editor, "lora.md", LORA)
    proof = editor.screen
    # Not even root can make a file inside a file.
    moved = house.folder.rename(house.folder.with_name("moved"))
    house.folder.write_text("no folder")
    said = "The content folder cannot be written by the bot, so publishing here is off."

    assert (await sends(editor, "moe.md", LORA)).startswith(said)
    assert house.calls("getFile", editor.id) == []
    await editor.says(LORA)
    assert editor.text.startswith(said)
    await editor.taps("Publish", proof)

    assert not (moved / "posts/lora.md").exists()
    house.folder.unlink()
    moved.rename(house.folder)
    assert "ready" in await sends(editor, "lora.md", LORA)
    await editor.taps("Publish")
    assert "posts/lora.md" in files(house)


async def test_a_long_text_that_its_app_cut_is_published_as_it_was_typed(house: Publication) -> None:
    editor = house.guest()
    paragraph = "归一化把每一层的输入缩放到同一范围，训练因此更稳定。" * 4
    text = "---\ntitle: Long\ndate: 2026-01-01\n---\n\n" + "\n\n".join([paragraph] * 50)
    cut = text.rindex("\n\n", 0, 4096)
    acting.say(house.world, editor.chat.id, editor.id, text[:cut])
    acting.say(house.world, editor.chat.id, editor.id, text[cut:].strip())
    await house.until(lambda: "ready" in ((editor.seen and editor.text) or ""))

    await editor.taps("Publish")

    assert files(house)["posts/long.md"].rstrip() == text


async def test_words_that_are_typed_after_a_long_paste_was_proven_are_a_search(house: Publication) -> None:
    editor = house.guest()
    await editor.says("---\ntitle: Long\n---\n\n" + "word " * 700 + "end.")
    assert "ready" in editor.text

    await editor.says("Kept")

    assert editor.text.startswith("Kept · 1 post")


async def test_two_posts_that_are_pasted_one_after_the_other_are_two(house: Publication) -> None:
    editor = house.guest()
    for title in ("First", "Second"):
        acting.say(house.world, editor.chat.id, editor.id, f"---\ntitle: {title}\n---\n\n" + "word " * 700 + "end.")
    await house.until(lambda: len([one for one in editor.seen if "ready" in words_of(one)]) == 2)

    assert not any("Second" in words_of(one) and "First" in words_of(one) for one in editor.seen)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "A post to publish begins with front matter. Send it again with these lines on top:"),
        ("zh-hans", "要发布的文章以前置信息开头。请在开头加上这几行，再发一次："),
    ],
)
async def test_a_pasted_text_with_a_heading_and_no_front_matter_is_told_what_it_lacks(
    house: Publication, language: str, said: str
) -> None:
    editor = house.guest(language)
    pasted = '# LoRA: "low rank"\n\nOnly a few weights are trained.\n'

    await editor.says(pasted)
    assert editor.text == said + '\n---\ntitle: "LoRA: \\"low rank\\""\n---'
    await editor.says(marked(editor.screen, "pre")[0] + "\n\n" + pasted)

    assert "ready" in editor.text or "可以发布" in editor.text
    assert 'LoRA: "low rank"' in editor.text


@pytest.mark.parametrize("words", ["# LoRA", "LoRA\nlow rank", "#lora\n#rank", "C# and F#\nlow rank"])
async def test_what_an_admin_asks_is_still_searched_for(house: Publication, words: str) -> None:
    editor = house.guest()

    await editor.says(words)

    assert "front matter" not in editor.text
