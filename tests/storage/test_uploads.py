"""Uploads and changes are kept the same on both databases."""

from datetime import UTC, datetime, timedelta

from bot.storage.authors import changes, managing, uploads
from bot.storage.authors.changes import Change
from bot.storage.engine import Database
from bot.storage.operators import tallies

NOW = datetime(2026, 1, 11, 12, tzinfo=UTC)
LATER = NOW + timedelta(minutes=1)
ADMIN = 7_000_000_001


async def test_a_file_with_a_known_name_replaces_the_first_and_must_be_proven_anew(
    database: Database,
) -> None:
    async with database.write() as connection:
        await uploads.create(connection, "ab12", ADMIN, "zh", now=NOW)
        await uploads.put_file(connection, "ab12", "post", "a.md", b"one\x00\xff")
        await uploads.put_file(connection, "ab12", "image", "b.png", b"12345")
        (first, _) = await uploads.files(connection, "ab12")
        await uploads.prove(connection, first.id, "posts/a.md", "")
        await uploads.put_file(connection, "ab12", "post", "a.md", b"three")

    async with database.read() as connection:
        found = await uploads.files(connection, "ab12")
        assert [(one.id, one.kind, one.name, one.data) for one in found] == [
            (first.id, "post", "a.md", b"three"),
            (found[1].id, "image", "b.png", b"12345"),
        ]
        assert (found[0].proven_path, found[0].proven_hash) == (None, None)
        assert await uploads.size(connection, "ab12") == (2, 10)


async def test_an_upload_that_was_touched_is_unshown_until_its_proof_was_sent(database: Database) -> None:
    async with database.write() as connection:
        await uploads.create(connection, "ab12", ADMIN, "en", now=NOW)
        await uploads.touch(connection, "ab12", now=NOW)
        assert [one.id for one in await uploads.unshown(connection, before=LATER)] == ["ab12"]
        assert await uploads.unshown(connection, before=NOW) == []

        await uploads.shown(connection, "ab12", 1)

        assert await uploads.unshown(connection, before=LATER) == []


async def test_a_proof_that_did_not_get_through_leaves_its_upload_unshown_unless_a_later_one_did(
    database: Database,
) -> None:
    async with database.write() as connection:
        await uploads.create(connection, "ab12", ADMIN, "en", now=NOW)
        await uploads.touch(connection, "ab12", now=NOW)
        await uploads.shown(connection, "ab12", 1)

        await uploads.unseen(connection, "ab12", 1)

        assert [one.id for one in await uploads.unshown(connection, before=LATER)] == ["ab12"]
        await uploads.touch(connection, "ab12", now=NOW)
        await uploads.shown(connection, "ab12", 2)
        await uploads.unseen(connection, "ab12", 1)
        assert await uploads.unshown(connection, before=LATER) == []


async def test_what_nobody_touched_expires_and_goes_once(database: Database) -> None:
    async with database.write() as connection:
        await uploads.create(connection, "old", ADMIN, "en", now=NOW)
        await uploads.create(connection, "new", ADMIN, "en", now=LATER)
        await uploads.put_file(connection, "old", "post", "a.md", b"x")

        assert [one.id for one in await uploads.expired(connection, before=LATER)] == ["old"]
        assert await uploads.remove(connection, "old")
        assert not await uploads.remove(connection, "old")
        assert await uploads.files(connection, "old") == []
        newest = next(iter(await uploads.of_admin(connection, ADMIN)), None)
        assert newest is not None
        assert newest.id == "new"


def change(nonce: str, at: datetime = NOW) -> Change:
    return Change(nonce, at, ADMIN, "replace", "posts/a.md", "A", "planned", "0" * 64, "1" * 64)


async def test_a_change_is_logged_once_it_is_done_and_settled_only_once(database: Database) -> None:
    async with database.write() as connection:
        await changes.plan(connection, change("one"), b"\x00before")
        assert await changes.latest(connection, size=5, skip=0) == ([], 0)

        assert await changes.settle(connection, "one", was="planned", becomes="done")
        assert not await changes.settle(connection, "one", was="planned", becomes="done")

    async with database.read() as connection:
        found, total = await changes.latest(connection, size=5, skip=0)
        assert ([one.nonce for one in found], total) == (["one"], 1)
        kept = await changes.get(connection, "one")
        assert kept is not None
        assert kept[1] == b"\x00before"


async def test_old_versions_go_and_their_lines_in_the_log_stay(database: Database) -> None:
    async with database.write() as connection:
        for nonce, at in (("old", NOW), ("new", LATER)):
            await changes.plan(connection, change(nonce, at), b"before")
            await changes.settle(connection, nonce, was="planned", becomes="done")

        assert await changes.let_go(connection, before=LATER) == 1

        assert (await changes.get(connection, "old") or (None, b"?"))[1] is None
        assert (await changes.get(connection, "new") or (None, b"?"))[1] == b"before"
        assert (await changes.latest(connection, size=5, skip=0))[1] == 2


async def test_an_empty_shelf_is_counted_and_marks_in_words_are_taken_as_they_are(database: Database) -> None:
    async with database.read() as connection:
        assert await managing.counts(connection) == {"p": 0, "s": 0, "d": 0, "w": 0, "x": 0}
        assert await managing.matching(connection, "100%_\\", size=5) == []
        assert await managing.followers(connection, "abcdefghij") == 0
        assert await managing.known_categories(connection, "zh") == {"uncategorised": "未分类"}


async def test_what_was_done_to_a_version_is_known(database: Database) -> None:
    async with database.write() as connection:
        await changes.plan(connection, change("one"), None)
        assert not await changes.was_done(connection, "replace", "posts/a.md", "1" * 64)

        await changes.settle(connection, "one", was="planned", becomes="done")

        assert await changes.was_done(connection, "replace", "posts/a.md", "1" * 64)
        assert not await changes.was_done(connection, "replace", "posts/a.md", "0" * 64)


async def test_reads_add_up_by_day_and_only_known_posts_are_named(database: Database) -> None:
    today = NOW.date()
    async with database.write() as connection:
        await tallies.add_reads(connection, {(today, "abcdefghij"): 2})
        await tallies.add_reads(connection, {(today, "abcdefghij"): 3, (today - timedelta(days=40), "abcdefghij"): 1})

        assert await tallies.reads_by_day(connection, today - timedelta(days=30)) == {today: 5}
        assert await tallies.most_read(connection, today, size=5) == []
        assert await tallies.subscribed(connection, today) == 0
        assert await tallies.searches_by_day(connection, today, "searched") == {}
