"""The folder on the shelf: what an author does with files, and what readers see of it."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.post import post_key
from bot.services.readers import browsing
from bot.services.shelf import syncing
from bot.storage.address import parse_address
from bot.storage.engine import Database
from tests.services.conftest import Folder


async def test_a_file_in_the_folder_is_a_card_on_the_shelf(folder: Folder) -> None:
    folder.post("nlp/attention.md", "Attention", "Queries meet keys.", date="2026-01-10T09:00+08:00", tags="[memory]")

    report = await folder.sync()

    assert report.added == ("nlp/attention.md",)
    [card] = await folder.cards()
    assert (card.title, card.category, card.excerpt) == ("Attention", "nlp", "Queries meet keys.")
    assert (card.key, card.language) == (post_key("attention"), "en")
    assert card.date.isoformat() == "2026-01-10T01:00:00+00:00"


async def test_title_and_excerpt_come_from_the_text_when_the_author_gives_none(folder: Folder) -> None:
    folder.write("notes/2026-01-05-lora.md", "# LoRA: low rank\n\nTwo thin matrices.\n")

    await folder.sync()

    [card] = await folder.cards()
    assert (card.title, card.excerpt, card.date.isoformat()) == (
        "LoRA: low rank",
        "Two thin matrices.",
        "2026-01-04T16:00:00+00:00",
    )


async def test_formula_in_a_title_is_shown_as_a_line_of_text_can(folder: Folder) -> None:
    folder.write("a.md", "---\ntitle: The $k$-means of $\\ell_1$\n---\n# The $k$-means of $\\ell_1$\n\nText.\n")

    await folder.sync()

    [card] = await folder.cards()
    assert (card.title, card.excerpt) == ("The k-means of ℓ₁", "Text.")


async def test_unchanged_files_are_left_alone(folder: Folder, touch: Callable[[Path], None]) -> None:
    folder.post("a.md")
    folder.post("b.md")
    await folder.sync()
    touch(folder.root / "b.md")

    report = await folder.sync()

    assert (report.added, report.changed, report.unchanged) == ((), (), 2)
    assert (await folder.sync()).unchanged == 2


async def test_an_edit_is_seen_and_the_post_stays_itself(folder: Folder) -> None:
    folder.post("a.md", "Before")
    await folder.sync()
    [before] = (await folder.rows()).values()
    folder.post("a.md", "After", "Other words.")
    folder.pass_time(days=1)

    report = await folder.sync()

    [after] = (await folder.rows()).values()
    assert (report.changed, report.added) == (("a.md",), ())
    assert (after.title, after.excerpt) == ("After", "Other words.")
    assert (after.id, after.key, after.first_published_at) == (before.id, before.key, before.first_published_at)


async def test_a_moved_file_is_the_same_post(folder: Folder) -> None:
    folder.post("nlp/lora.md", "LoRA")
    await folder.sync()
    [before] = (await folder.rows()).values()
    folder.move("nlp/lora.md", "tuning/lora.md")

    report = await folder.sync()

    [after] = (await folder.rows()).values()
    assert (report.changed, report.added, report.withdrawn) == (("tuning/lora.md",), (), ())
    assert (after.id, after.key, after.path) == (before.id, before.key, "tuning/lora.md")
    assert [card.category for card in await folder.cards()] == ["tuning"]


async def test_a_renamed_file_is_the_same_post_and_old_links_lead_to_it(folder: Folder) -> None:
    folder.post("lora.md", "LoRA")
    await folder.sync()
    [before] = (await folder.rows()).values()
    folder.move("lora.md", "low-rank.md")

    await folder.sync()

    [after] = (await folder.rows()).values()
    assert (after.id, after.slug, after.first_published_at) == (before.id, "low-rank", before.first_published_at)
    found = await browsing.post(folder.database, post_key("lora"), language="en")
    assert found is not None
    assert found.card.key == post_key("low-rank")


async def test_an_edited_slug_stays_with_its_file(folder: Folder) -> None:
    folder.post("a.md", "A", slug="one")
    await folder.sync()
    [before] = (await folder.rows()).values()
    folder.post("a.md", "A", slug="two")

    await folder.sync()

    [after] = (await folder.rows()).values()
    assert (after.id, after.slug) == (before.id, "two")
    assert await browsing.post(folder.database, post_key("one"), language="en")


async def test_two_files_may_swap_their_slugs(folder: Folder) -> None:
    folder.post("a.md", "A", slug="one")
    folder.post("b.md", "B", slug="two")
    await folder.sync()
    folder.post("a.md", "A", slug="two")
    folder.post("b.md", "B", slug="one")

    report = await folder.sync()

    rows = await folder.rows()
    assert report.refused == ()
    assert {title: (row.slug, row.key) for title, row in rows.items()} == {
        "A": ("two", post_key("two")),
        "B": ("one", post_key("one")),
    }


async def test_a_copy_is_a_post_of_its_own(folder: Folder) -> None:
    folder.post("a.md", "Same")
    await folder.sync()
    folder.write("b.md", (folder.root / "a.md").read_text())

    report = await folder.sync()

    assert report.added == ("b.md",)
    assert len(await folder.cards()) == 2


async def test_a_removed_file_withdraws_its_post_and_may_come_back(folder: Folder) -> None:
    folder.post("a.md", "A")
    folder.post("b.md", "B")
    await folder.sync()
    text = (folder.root / "a.md").read_text()
    first = (await folder.rows())["A"]
    folder.remove("a.md")

    gone = await folder.sync()

    assert (gone.withdrawn, await folder.titles()) == (("a.md",), ["B"])
    assert await browsing.post(folder.database, post_key("a"), language="en") is None
    folder.write("a.md", text)
    assert (await folder.sync()).added == ("a.md",)
    assert (await folder.rows())["A"].id == first.id
    assert sorted(await folder.titles()) == ["A", "B"]


async def test_an_empty_folder_withdraws_nothing_until_an_admin_confirms(folder: Folder) -> None:
    folder.post("a.md", "A")
    await folder.sync()
    folder.remove("a.md")

    held = await folder.sync()

    assert (held.withdrawn, held.held_withdrawals) == ((), ("a.md",))
    assert await folder.titles() == ["A"]
    assert (await folder.sync()).held_withdrawals == ("a.md",)
    confirmed = await folder.sync(allow_withdraw=True)
    assert (confirmed.withdrawn, await folder.titles()) == (("a.md",), [])
    assert (await folder.sync()).held_withdrawals == ()


async def test_a_folder_that_is_not_there_withdraws_nothing(folder: Folder) -> None:
    folder.post("a.md", "A")
    await folder.sync()
    folder.root.rename(folder.root.with_name("unmounted"))

    report = await folder.sync(allow_withdraw=True)

    assert [problem.code for problem in report.problems] == ["folder-missing"]
    assert await folder.titles() == ["A"]
    folder.root.with_name("unmounted").rename(folder.root)
    assert (await folder.sync()).problems == ()


@pytest.mark.parametrize(("gone", "shelf", "held"), [(5, 10, False), (6, 30, True), (6, 31, False)])
async def test_many_posts_vanishing_at_once_are_held_back(folder: Folder, gone: int, shelf: int, held: bool) -> None:
    names = [f"{number}.md" for number in range(shelf)]
    for name in names:
        folder.post(name)
    await folder.sync()
    folder.remove(*names[:gone])

    report = await folder.sync()

    assert len(report.held_withdrawals if held else report.withdrawn) == gone
    assert len(await folder.cards()) == (shelf if held else shelf - gone)


async def test_moving_the_whole_shelf_is_no_vanishing(folder: Folder) -> None:
    for number in range(12):
        folder.post(f"old/{number}.md", f"Post {number}")
    await folder.sync()
    (folder.root / "old").rename(folder.root / "new")

    report = await folder.sync()

    assert (len(report.changed), report.withdrawn, report.held_withdrawals) == (12, (), ())
    assert {card.category for card in await folder.cards()} == {"new"}


async def test_a_file_that_turns_bad_keeps_its_last_good_version(folder: Folder) -> None:
    folder.post("a.md", "Good")
    folder.post("b.md", "Other")
    await folder.sync()
    folder.write("a.md", "---\ntitle: [unclosed\n---\n\nBad.\n")
    folder.post("b.md", "Other, edited")

    report = await folder.sync()

    assert (report.refused, report.changed) == (("a.md",), ("b.md",))
    assert sorted(await folder.titles()) == ["Good", "Other, edited"]
    assert [problem.startswith("a.md:2: ") for problem in await folder.problems()] == [True]
    folder.post("a.md", "Mended")
    assert (await folder.sync()).changed == ("a.md",)
    assert (sorted(await folder.titles()), await folder.problems()) == (["Mended", "Other, edited"], [])


async def test_a_bad_file_that_goes_away_takes_its_post_and_its_problem_along(folder: Folder) -> None:
    folder.post("a.md", "Good")
    folder.post("b.md", "Other")
    await folder.sync()
    folder.write("a.md", "---\ntitle: [unclosed\n---\n")
    await folder.sync()
    folder.remove("a.md")

    report = await folder.sync()

    assert (report.withdrawn, await folder.titles(), await folder.problems()) == (("a.md",), ["Other"], [])


async def test_one_slug_twice_is_a_problem_that_names_both_until_one_goes(folder: Folder) -> None:
    folder.post("new.md", "Newer", slug="same", date="2026-01-01T02:00Z")
    folder.post("old.md", "Older", slug="same", date="2026-01-01T01:00Z")
    folder.post("other.md", "Other")

    report = await folder.sync()

    assert (report.refused, sorted(await folder.titles())) == (("new.md",), ["Older", "Other"])
    [problem] = await folder.problems()
    assert problem.startswith("new.md:3: ")
    assert "old.md" in problem
    folder.remove("old.md")
    await folder.sync()
    assert (sorted(await folder.titles()), await folder.problems()) == (["Newer", "Other"], [])


async def test_a_post_that_goes_over_to_another_language_takes_nobodys_slug_there(folder: Folder) -> None:
    folder.post("guide.md", "Guide", lang="en")
    folder.post("other.md", "Other", slug="guide", lang="zh", date="2026-01-02")
    await folder.sync()
    folder.post("other.md", "Other", lang="en", date="2026-01-02")

    await folder.sync()

    assert {title: row.slug for title, row in (await folder.rows()).items()} == {"Guide": "guide", "Other": "other"}
    assert sorted(await folder.titles()) == ["Guide", "Other"]


async def test_what_a_file_without_a_slug_was_until_now_stays_its_own(folder: Folder) -> None:
    folder.post("first.md", "First", slug="first")
    folder.post("second.md", "Second", slug="second")
    await folder.sync()
    folder.post("second.md", "Second, edited", slug="first")
    await folder.sync()
    folder.post("third.md", "Third", slug="second")

    await folder.sync()

    assert sorted(await folder.titles()) == ["First", "Second"]
    assert [problem.partition(": ")[0] for problem in await folder.problems()] == ["second.md:3", "third.md:3"]
    folder.remove("third.md")
    folder.post("second.md", "Second, edited", slug="second")
    await folder.sync()
    assert sorted(await folder.titles()) == ["First", "Second, edited"]


async def test_one_slug_on_two_days_is_two_posts_and_a_warning_until_one_goes(folder: Folder) -> None:
    folder.post("new.md", "Newer", slug="same", date="2026-01-02")
    folder.post("old.md", "Older", slug="same", date="2026-01-01")

    await folder.sync()

    assert sorted(await folder.titles()) == ["Newer", "Older"]
    [problem] = await folder.problems()
    assert problem.startswith("new.md:3: ")
    folder.remove("old.md")
    await folder.sync()
    assert (await folder.titles(), await folder.problems()) == (["Newer"], [])
    [card] = await folder.cards()
    assert card.key == post_key("same")
    assert await browsing.post(folder.database, post_key("new"), language="en")


async def test_files_of_one_name_in_two_folders_are_two_posts(folder: Folder) -> None:
    folder.post("time/format.md", "Time")
    folder.post("strings/format.md", "Strings")

    await folder.sync()

    assert sorted(await folder.titles()) == ["Strings", "Time"]
    assert len({card.key for card in await folder.cards()}) == 2


async def test_a_post_may_move_to_a_slug_that_a_withdrawn_one_had(folder: Folder) -> None:
    folder.post("a.md", "A")
    folder.post("b.md", "B")
    await folder.sync()
    folder.remove("a.md")
    await folder.sync()
    before = (await folder.rows())["B"]
    folder.post("b.md", "B", slug="a")

    await folder.sync()

    after = (await folder.rows())["B"]
    assert (after.id, after.slug, await folder.titles()) == (before.id, "a", ["B"])


async def test_drafts_stay_hidden_until_they_are_none(folder: Folder) -> None:
    folder.post("a.md", "A", draft="true")
    await folder.sync()
    assert await folder.titles() == []
    folder.post("a.md", "A")

    await folder.sync()

    assert await folder.titles() == ["A"]


async def test_a_published_post_that_becomes_a_draft_leaves_the_shelf(folder: Folder) -> None:
    folder.post("a.md", "A", categories="[NLP]")
    await folder.sync()
    folder.post("a.md", "A", categories="[NLP]", draft="true")

    await folder.sync()

    assert await folder.titles() == []
    assert await browsing.categories(folder.database, language="en") == ()


async def test_posts_come_and_go_by_the_clock_alone(folder: Folder) -> None:
    folder.post("a.md", "A", date="2026-01-12T09:00Z", expiryDate="2026-01-13T09:00Z")
    await folder.sync()
    assert await folder.titles() == []
    due = await syncing.next_due(folder.database)
    assert due is not None
    folder.now = due

    turned = await syncing.turn_due(folder.database, now=folder.now)

    assert [(one.key, one.state) for one in turned] == [(post_key("a"), "published")]
    assert await folder.titles() == ["A"]
    assert (await folder.rows())["A"].first_published_at == folder.now
    folder.pass_time(days=1)
    await folder.sync()
    assert await folder.titles() == []
    assert await syncing.next_due(folder.database) is None


async def test_a_late_clock_tells_a_post_that_came_and_went_meanwhile(folder: Folder) -> None:
    folder.post("a.md", "A", date="2026-01-12T09:00Z", expiryDate="2026-01-13T09:00Z")
    await folder.sync()
    folder.pass_time(days=30)

    turned = await syncing.turn_due(folder.database, now=folder.now)

    assert [one.state for one in turned] == ["expired"]
    assert await folder.titles() == []


async def test_publish_date_holds_a_post_back_beyond_its_date(folder: Folder) -> None:
    folder.post("a.md", "A", date="2026-01-01", publishDate="2026-01-20T00:00Z")
    await folder.sync()
    assert await folder.titles() == []
    folder.pass_time(days=10)

    await syncing.turn_due(folder.database, now=folder.now)

    [card] = await folder.cards()
    assert card.date.isoformat() == "2025-12-31T16:00:00+00:00"


async def test_files_still_being_written_wait_for_the_next_sync(folder: Folder) -> None:
    folder.post("calm.md", "Calm")
    folder.post("busy.md", "Busy")

    async def keep_writing() -> None:
        while True:
            with (folder.root / "busy.md").open("a") as file:
                file.write("more\n")
            await asyncio.sleep(0.002)

    from datetime import timedelta

    writer = asyncio.create_task(keep_writing())
    report = await folder.sync(settle=timedelta(seconds=0.05))
    writer.cancel()

    assert (report.added, report.unsettled) == (("calm.md",), ("busy.md",))
    assert (await folder.sync()).added == ("busy.md",)


async def test_a_sync_that_was_cut_off_is_finished_by_the_next(folder: Folder) -> None:
    for number in range(60):
        folder.post(f"{number:02}.md", f"Post {number:02}")

    class Failing:
        left = 55

        async def index_post(self, conn: object, **_: object) -> None:
            self.left -= 1
            if not self.left:
                raise RuntimeError("cut off")

        async def drop_post(self, conn: object, post_id: int) -> None:
            return None

    with pytest.raises(RuntimeError):
        await folder.sync(indexer=Failing())
    assert 0 < len(await folder.cards()) < 60

    await folder.sync()

    assert len(await folder.cards()) == 60
    assert {row.push for row in (await folder.rows()).values()} == {"none"}


async def test_two_syncs_at_once_load_every_post_once(folder: Folder, database_url: str) -> None:
    for number in range(30):
        folder.post(f"{number}.md")
    other = Folder(Database(parse_address(database_url)), folder.root)

    reports = await asyncio.gather(folder.sync(), other.sync())

    await other.database.close()
    assert sorted(len(report.added) for report in reports) == [0, 30]
    assert len(await folder.cards()) == 30


async def test_texts_that_do_not_fit_into_memory_are_read_twice(folder: Folder) -> None:
    for number in range(5):
        folder.post(f"{number}.md", f"Post {number}", f"Words {number}.", extra="kept")

    await folder.sync(keep_bytes=0)

    assert sorted(card.excerpt for card in await folder.cards()) == [f"Words {number}." for number in range(5)]
    assert {row.extra["extra"] for row in (await folder.rows()).values()} == {"kept"}


async def test_another_time_zone_reads_every_file_anew(folder: Folder) -> None:
    from zoneinfo import ZoneInfo

    folder.post("a.md", "A", date="2026-01-10 09:00")
    await folder.sync()

    report = await folder.sync(zone=ZoneInfo("UTC"))

    assert report.changed == ("a.md",)
    assert [card.date.isoformat() for card in await folder.cards()] == ["2026-01-10T09:00:00+00:00"]


async def test_progress_is_told_up_to_the_end(folder: Folder) -> None:
    for number in range(3):
        folder.post(f"{number}.md")
    told: list[tuple[int, int]] = []

    await folder.sync(on_progress=lambda done, total: told.append((done, total)))

    assert told[-1] == (3, 3)


async def test_a_category_with_a_page_may_be_called_by_any_of_its_titles(folder: Folder) -> None:
    folder.write("large-model/_index.md", "---\ntitle: Large Model\ntitle_zh: 大模型\n---\n")
    folder.write("large-model/a.md", "---\ntitle: A\nlang: zh\n---\n甲")
    folder.write("b.md", "---\ntitle: B\ncategories: [Large Model]\nlang: en\n---\nb")
    folder.write("c.md", "---\ntitle: C\ncategories: [大模型]\nlang: zh\n---\n丙")

    await folder.sync()

    assert [(one.name, one.count) for one in await browsing.categories(folder.database, language="zh")] == [
        ("大模型", 3)
    ]
    assert [(one.name, one.count) for one in await browsing.categories(folder.database, language="en")] == [
        ("Large Model", 3)
    ]


async def test_a_page_that_comes_later_joins_what_was_two_categories(folder: Folder) -> None:
    folder.write("nlp/a.md", "---\ntitle: A\nlang: zh\n---\n甲")
    folder.write("b.md", "---\ntitle: B\ncategories: [自然语言处理]\nlang: zh\n---\n乙")
    await folder.sync()
    assert len(await browsing.categories(folder.database, language="zh")) == 2
    folder.write("nlp/_index.md", "---\ntitle: NLP\ntitle_zh: 自然语言处理\n---\n")

    report = await folder.sync()
    await folder.sync()

    assert report.look_again
    assert [(one.name, one.count) for one in await browsing.categories(folder.database, language="zh")] == [
        ("自然语言处理", 2)
    ]


async def test_two_files_of_the_same_words_may_both_be_renamed(folder: Folder) -> None:
    folder.write("a.md", "Same words.\n")
    folder.write("b.md", "Same words.\n")
    await folder.sync()
    folder.move("a.md", "c.md")
    folder.move("b.md", "d.md")

    report = await folder.sync()

    assert (len(report.changed), report.added, report.withdrawn) == (2, (), ())
    assert sorted(await folder.titles()) == ["c", "d"]


async def test_what_the_watcher_saw_settle_is_not_waited_for_again(folder: Folder) -> None:
    folder.write("a.md", "---\ntitle: A\n---\na")

    async with asyncio.timeout(20):
        report = await folder.sync(settle=timedelta(days=1), settled={"a.md"})

    assert report.added == ("a.md",)
