"""Several posts at once: each batch is one proof, what it replaces is shown, and each post can be decided alone."""

import io
import zipfile
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.sandbox import acting
from tests.chat.publication import Publication, marked, png, words_of
from tests.chat.uploads import callback, files, idle_house, post, sends, sends_only, sends_together

ALL = {
    "new.md": post("New"),
    "kept.md": post("Kept", "Other words.", date="2026-01-01"),
    "bad.md": "---\ntitle: [\n---\n",
}


@pytest.fixture
async def house(_migrated_sqlite: Path, tmp_path: Path) -> AsyncIterator[Publication]:
    async with idle_house(tmp_path / "own", _migrated_sqlite) as made, made.running():
        yield made


async def test_what_is_sent_later_is_a_proof_of_its_own(house: Publication) -> None:
    editor = house.guest()
    await sends(editor, "one.md", post("One"))
    first = editor.screen
    house.now += timedelta(seconds=20)

    await sends(editor, "two.md", post("Two"))

    assert editor.text.startswith("two.md  ready")
    await editor.taps("Publish")
    assert "posts/one.md" not in files(house)
    await editor.taps("Publish", first)
    assert {"posts/one.md", "posts/two.md"} <= set(files(house))


async def test_images_that_come_later_join_the_post_and_a_post_joins_its_images(house: Publication) -> None:
    editor = house.guest()
    await sends(editor, "moe.md", post("MoE", "![a](a.png)"))
    before = editor.screen
    await sends(editor, "a.png", png())
    assert "neither in the upload" not in editor.text
    await house.until(
        lambda: words_of(editor.chat.messages[before.message_id]) == "The newest proof of this upload is below."
    )
    await editor.taps("Publish")

    await sends(editor, "b.png", png())
    await sends(editor, "vit.md", post("ViT", "![b](b.png)"))

    assert "neither in the upload" not in editor.text


async def test_a_batch_shows_what_it_replaces_and_publishes_together(house: Publication) -> None:
    editor = house.guest()

    await sends_together(editor, ALL)

    assert "2. ✓ kept.md · replaces “Kept” · 1 line added, 1 removed" in editor.text
    assert marked(editor.screen, "pre") == ["-Some words.\n+Other words."]
    assert editor.buttons == ["1", "2", "3", "Publish 2 posts", "Schedule…", "Save drafts", "Cancel all"]
    await editor.taps("Publish 2 posts")
    assert editor.text == "1. Published: New.\n2. Replaced: Kept."
    await editor.taps("‹ The others")
    assert editor.text.startswith("bad.md  not publishable yet")


@pytest.mark.parametrize(
    ("language", "publish", "more", "undo"),
    [
        ("en", "Publish 40 posts", "… and ", "/log takes back "),
        ("zh", "发布 40 篇", "……还有 ", "篇可以在 /log 里撤销。"),
    ],
)
async def test_what_became_of_very_many_posts_fits_a_message(
    house: Publication, language: str, publish: str, more: str, undo: str
) -> None:
    editor = house.guest(language)
    title = "A title of so many words that forty of its kind are more than one message can hold of them, by far, " * 2
    await sends_together(editor, {f"p{number:02}.md": post(f"{number:02} {title}") for number in range(40)})

    await editor.taps(publish)

    assert len([name for name in files(house) if "/p" in name]) == 40
    assert editor.text.startswith("1. ")
    assert more in editor.text
    assert undo in editor.text
    shown = editor.text.count(title[:20])
    assert 12 <= shown < 40
    assert len(editor.text) <= 4096
    assert len(editor.buttons) == 24


async def test_replacements_that_cannot_be_shown_are_asked_for_each(house: Publication) -> None:
    editor = house.guest("zh-hans")
    for number in range(7):
        house.post(f"posts/p{number}.md", f"P{number}", date="2026-01-02")
    await house.sync()

    await sends_together(editor, {f"p{n}.md": post(f"P{n}", "Other.", date="2026-01-02") for n in range(7)})

    assert editor.text.count("请点开单独决定") == 2
    await editor.taps("发布 5 篇")
    assert sum("Other." in text for text in files(house).values()) == 5


async def test_a_batch_is_scheduled_or_kept_as_drafts(house: Publication) -> None:
    editor = house.guest()
    await sends_together(editor, {"a.md": post("A"), "b.md": post("B")})
    await editor.taps("Schedule…")
    await editor.taps("Tomorrow, 2026-01-12 09:00")
    assert editor.text == "1. Scheduled: A appears 2026-01-12 09:00.\n2. Scheduled: B appears 2026-01-12 09:00."

    await sends_together(editor, {"c.md": post("C"), "kept.md": post("Kept", "Other.", date="2026-01-01")})
    await editor.taps("Save drafts")
    assert editor.text.startswith("Readers have “Kept” now.")
    await editor.taps("Save draft")
    assert editor.text == "1. Saved as a draft: C.\n2. Withdrawn: Kept."

    await sends_together(editor, {"d.md": post("D"), "e.md": post("E")})
    await editor.taps("Schedule…")
    await editor.taps("Another time…")
    await editor.says("2026-03-01 08:00")
    assert editor.text == "1. Scheduled: D appears 2026-03-01 08:00.\n2. Scheduled: E appears 2026-03-01 08:00."


async def test_leaving_out_a_broken_post_keeps_the_rest(house: Publication) -> None:
    editor = house.guest()
    await sends_together(editor, ALL)
    await editor.taps("3")
    late = callback(editor.screen, "Leave it out")

    await editor.taps("Leave it out")

    assert editor.text.startswith("bad.md is left out.\n\n2 posts")
    await editor.taps("Publish 2 posts")
    await editor.forges(late)
    assert editor.text == "1. Published: New.\n2. Replaced: Kept."


async def test_what_was_published_takes_its_images_along(house: Publication) -> None:
    editor = house.guest()
    shared = {"a.md": post("A", "![f](f.png) ![s](s.png)"), "b.md": post("B", "![s](s.png)"), "c.md": post("C")}
    await sends_together(editor, shared | {"f.png": png(), "s.png": png(30, 30), "spare.png": png(50, 50)})
    assert "shows these images: spare.png" in editor.text
    await editor.taps("1")
    await editor.taps("Publish")

    await editor.taps("‹ The others")

    assert "shows these images: spare.png" in editor.text
    await editor.taps("1")
    assert "neither in the upload" not in editor.text
    await editor.taps("Leave it out")
    assert "shows these images: spare.png" in editor.text


async def test_cancelling_the_rest_after_an_undo_says_that_nothing_stays(house: Publication) -> None:
    editor = house.guest()
    await sends_together(editor, ALL)
    await editor.taps("1")
    await editor.taps("Publish")
    await editor.taps("Undo")
    await editor.taps("‹ The others")

    await editor.taps("Cancel all")

    assert editor.text.startswith("Cancelled. Nothing was published.\n\nTaken back: New")


async def test_cancelling_the_rest_says_what_was_published(house: Publication) -> None:
    editor = house.guest()
    await sends_together(editor, ALL)
    await editor.taps("1")
    await editor.taps("Publish")
    assert editor.text == "Published: New."
    await editor.taps("‹ The others")

    await editor.taps("Cancel all")

    assert editor.text == "The rest is cancelled. What was published stays:\n\nPublished: New."
    assert "Undo" in editor.buttons
    assert "Some words." in files(house)["posts/kept.md"]


async def test_a_late_tap_on_one_of_several_leaves_the_outcome(house: Publication) -> None:
    editor = house.guest()
    await sends_together(editor, ALL)
    every = callback(editor.screen, "Publish 2 posts")
    await editor.taps("1")
    late = callback(editor.screen, "Publish")
    await editor.taps("Publish")

    for tap in (late, every):
        assert (await editor.forges(tap))["text"] == "That is done already."

    assert editor.text == "Published: New."
    assert "Some words." in files(house)["posts/kept.md"]


async def test_a_file_sent_again_says_that_it_takes_the_place_of_the_first(house: Publication) -> None:
    editor = house.guest()
    await sends(editor, "lora.md", post("LoRA", "First."))
    first = editor.screen

    await sends(editor, "lora.md", post("LoRA", "Second."))

    assert editor.text.startswith("This takes the place of lora.md, sent earlier and not decided.\n\nlora.md  ready")
    await house.until(lambda: words_of(editor.chat.messages[first.message_id]).startswith("The newest proof"))


async def test_another_file_for_the_same_post_says_so_on_both_proofs(house: Publication) -> None:
    editor = house.guest("zh-hans")
    await sends_together(editor, {"lora.md": post("LoRA", "First."), "moe.md": post("MoE")})
    first = editor.screen.message_id
    house.now += timedelta(minutes=5)

    await sends(editor, "final.md", post("LoRA", "Second.", slug="lora"))

    assert editor.text.startswith("它取代之前发来、还没有决定的 lora.md。")
    await house.until(lambda: "又发了一次" in words_of(editor.chat.messages[first]))
    assert words_of(editor.chat.messages[first]).startswith("lora.md 又发了一次，新的校样在下面。\n\nmoe.md")
    await editor.taps("发布")
    assert "Second." in files(house)["posts/lora.md"]


async def test_two_files_for_one_post_in_a_batch_are_told(house: Publication) -> None:
    editor = house.guest()

    await sends_together(editor, {"a.md": post("A", "First.", slug="lora"), "b.md": post("B", slug="lora")})

    assert editor.text.startswith("Left out, because a later file is the same post: a.md\n\nb.md  ready")


async def test_nobody_is_told_of_what_stays_hidden(house: Publication) -> None:
    editor = house.guest()

    await sends(editor, "kept.md", post("Kept", "Other.", date="2026-01-01", draft="true"))

    assert "Replace" in editor.buttons
    assert "Replace and announce" not in editor.buttons


async def test_the_same_title_and_day_under_another_slug_is_doubted(house: Publication) -> None:
    editor = house.guest()

    proof = await sends(editor, "keep.md", post("Kept", date="2026-01-01 18:00"))

    assert "⚠ posts/kept.md has the same title and date; write slug: kept to replace it" in proof
    assert "same title" not in await sends(editor, "other.md", post("Kept", date="2026-01-02"))


async def test_a_post_in_another_language_says_of_what_it_becomes_an_edition(house: Publication) -> None:
    editor = house.guest("zh-hans")
    house.post("posts/gp.md", "高斯过程", "高斯过程是一种随机过程。", date="2026-01-01")
    await house.sync()

    proof = await sends(editor, "gp.md", post("高斯过程", "Soon.", date="2026-01-01"))

    assert "⚠ 语言：英文。它会成为“高斯过程”的英文版；如果不对，请点“语言…”" in proof
    assert "posts/gp.en.md" in proof
    await editor.taps("语言…")
    assert editor.buttons == ["中文", "英文", "‹ 返回"]
    await editor.taps("中文")
    assert "将替换“高斯过程”" in editor.text
    await editor.taps("替换")
    assert "Soon." in files(house)["posts/gp.md"]


async def test_a_cover_is_shown_by_its_post(house: Publication) -> None:
    editor = house.guest()

    proof = await sends_together(editor, {"a.md": post("A", cover="images/a.png"), "images/a.png": png()})

    assert "No post of this upload shows" not in proof
    await editor.taps("Publish")
    assert (house.folder / "posts/a/images/a.png").read_bytes() == png()


async def test_of_a_post_that_cannot_be_read_nobody_says_what_it_shows(house: Publication) -> None:
    editor = house.guest()

    proof = await sends_together(
        editor, {"a.md": "---\ntitle: [\n---\n\n![f](f.png)\n", "f.png": png(), "b.md": post("B")}
    )

    assert "shows these images" not in proof


async def test_an_edition_of_a_page_bundle_lies_in_it(house: Publication) -> None:
    editor = house.guest()
    house.post("nlp/gp/index.md", "高斯过程", "高斯过程是一种随机过程。", date="2026-01-01")
    await house.sync()

    proof = await sends(editor, "gp.md", post("Gaussian processes", "Random functions."))

    assert "gp → nlp/gp/index.en.md" in proof
    await editor.taps("Publish")
    await editor.opens("gp")
    assert "Random functions." in editor.text
    assert "中文" in editor.buttons


async def test_links_in_a_bundle_are_called_links(house: Publication) -> None:
    editor = house.guest()
    link = zipfile.ZipInfo("b.md")
    link.external_attr = 0o120777 << 16
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("a.md", post("A"))
        archive.writestr(link, "/etc/passwd")

    sends_only(editor, "a.zip", target.getvalue())
    await house.until(lambda: len(editor.seen) == 2)

    assert words_of(editor.seen[0]) == "Left out, because links are not followed: b.md"
    # Otherwise apps make an address of it.
    assert marked(editor.seen[0], "code") == ["b.md"]


async def test_a_slow_file_of_an_album_keeps_it_one_batch_beside_another_proof(house: Publication) -> None:
    editor = house.guest()
    await sends(editor, "old.md", post("Old"))
    stored = [house.world.files.add("document", f"{name}.md", post(name.upper()).encode()) for name in "ab"]

    acting.send_album(house.world, editor.chat.id, editor.id, [(one, "") for one in stored])
    await house.until(lambda: "2 posts" in editor.text)

    assert "old.md" not in editor.text


@pytest.mark.parametrize(
    ("language", "publish", "said"), [("en", "Publish", " · image saved\n"), ("zh-hans", "发布", " · 保存图片\n")]
)
async def test_the_log_says_that_an_image_was_saved(house: Publication, language: str, publish: str, said: str) -> None:
    editor = house.guest(language)
    await sends_together(editor, {"a.md": post("A", "![f](f.png)"), "f.png": png()})
    await editor.taps(publish)

    await editor.says("/log")

    assert said in editor.text


@pytest.mark.parametrize(
    ("language", "publish", "undo", "said"),
    [("en", "Publish", "Undo", " · image removed\n"), ("zh-hans", "发布", "撤销", " · 移除图片\n")],
)
async def test_the_log_says_that_an_image_went_away_with_its_post(
    house: Publication, language: str, publish: str, undo: str, said: str
) -> None:
    editor = house.guest(language)
    await sends_together(editor, {"a.md": post("A", "![f](f.png)"), "f.png": png()})
    await editor.taps(publish)
    await editor.taps(undo)

    await editor.says("/log")

    assert editor.text.count(said) == 1


@pytest.mark.parametrize(
    ("language", "known", "slip", "changed"),
    [
        ("en", "new post\n", "new post · new category Large Modle", "category NLP → Modle (new)"),
        ("zh-hans", "新文章\n", "新文章 · 新分类 Large Modle", "分类 NLP → Modle（新）"),
    ],
)
async def test_the_list_of_a_batch_tells_a_category_that_would_be_new(
    house: Publication, language: str, known: str, slip: str, changed: str
) -> None:
    house.post("there.md", "There", date="2026-01-01", categories="[Large Model]")
    house.post("posts/was.md", "Was", date="2026-01-01", categories="[NLP]")
    await house.sync()
    editor = house.guest(language)

    await sends_together(
        editor,
        {
            "a.md": post("A", categories="[large model]"),
            "b.md": post("B", categories="[Large Modle]"),
            "c.md": post("C"),
            "kept.md": post("Kept", date="2026-01-01", categories="[Modle]"),
            "was.md": post("Was", date="2026-01-01", categories="[Modle]"),
        },
    )

    lines = [line + "\n" for line in editor.text.splitlines() if line[:1].isdigit()]
    assert [line.endswith(known) for line in lines] == [False, True, False, True, False, False]
    assert slip in lines[2]
    assert slip.partition(" · ")[2].replace("Large ", "") in lines[4]
    assert changed in lines[5]
