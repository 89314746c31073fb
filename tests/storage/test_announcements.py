"""An announcement is called off as if it had never been, and counted by whom it reached; the same on both databases."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import insert, select

from bot.domain.delivery import Contents, State
from bot.domain.message import Text
from bot.domain.standing import Push
from bot.storage.authors import changes
from bot.storage.authors.changes import Change
from bot.storage.border import chats
from bot.storage.delivery import broadcasts, news, subscribers
from bot.storage.delivery.digest_tables import announcements, deliveries
from bot.storage.engine import Connection, Database
from bot.storage.operators import supervision
from bot.storage.tables import posts

NOW = datetime(2026, 1, 11, 12, tzinfo=UTC)
POST = {
    "key": "abcdefghij", "slug": "lora", "slug_written": False, "state": "published", "content_hash": "0" * 64,
    "title": "LoRA", "excerpt": "…", "date": NOW, "publish_at": NOW, "weight": 0, "reading_minutes": 6,
    "has_formulas": True, "has_tables": False, "first_seen": NOW, "other_names": [], "extra": {}, "body": "text",
}  # fmt: skip


async def shelve(connection: Connection) -> None:
    """A post that was news, and its translation, which was not."""
    rows = [
        POST | {"language": "en", "path": "lora.md", "push": Push.OPEN, "visible_seq": 3},
        POST | {"language": "zh", "path": "lora.zh.md", "push": Push.NONE, "visible_seq": None},
    ]
    await connection.execute(insert(posts), rows)


async def stand(connection: Connection) -> list[tuple[str, int | None]]:
    rows = await connection.execute(select(posts.c.push, posts.c.visible_seq).order_by(posts.c.language))
    return [(row.push, row.visible_seq) for row in rows]


async def deliver(connection: Connection, number: int, contents: Contents, state: State, at: datetime) -> None:
    await chats.remember(connection, number, kind="private", now=NOW)
    subscriber = await subscribers.ensure(connection, number, 0, created_by=None, now=NOW)
    settled = None if state in {State.PLANNED, State.SENDING} else at
    row = {"subscriber_id": subscriber, "due_at": at, "state": state, "available_at": at, "settled_at": settled}
    await connection.execute(insert(deliveries).values(row | {"contents": contents.as_json(), "resend": True}))


async def test_an_announcement_that_is_called_off_leaves_the_post_as_it_was(database: Database) -> None:
    async with database.write() as connection:
        await shelve(connection)
        before = await stand(connection)

        assert await news.announce(connection, "abcdefghij", now=NOW, nonce="a1")
        during = await stand(connection)
        seq = await news.call_off(connection, "a1")

        assert during == [(Push.OPEN, seq), (Push.OPEN, seq)]
        assert await stand(connection) == before
        assert (await connection.execute(select(announcements.c.seq))).all() == []
        assert await news.call_off(connection, "a1") is None


async def test_an_earlier_announcement_called_off_leaves_a_later_one(database: Database) -> None:
    async with database.write() as connection:
        await shelve(connection)
        await news.announce(connection, "abcdefghij", now=NOW, nonce="a1")
        await news.announce(connection, "abcdefghij", now=NOW, nonce="a2")
        later = await stand(connection)

        await news.call_off(connection, "a1")

        assert await stand(connection) == later


async def test_whom_news_reached_are_those_who_were_sent_it_since(database: Database) -> None:
    later = NOW + timedelta(minutes=1)
    async with database.write() as connection:
        await deliver(connection, 1, Contents((7, 5)), State.SENT, later)
        await deliver(connection, 2, Contents((7,)), State.SENDING, later)
        await deliver(connection, 3, Contents((7,)), State.UNCERTAIN, later)
        await deliver(connection, 4, Contents((7,)), State.FAILED, later)
        await deliver(connection, 5, Contents((7,)), State.PLANNED, later)
        await deliver(connection, 6, Contents((8,)), State.SENT, later)

        assert await supervision.reached(connection, 7, since=NOW) == 3
        assert await supervision.reached(connection, 7, since=later + timedelta(minutes=1)) == 1


async def test_a_text_is_counted_by_what_became_of_its_messages(database: Database) -> None:
    async with database.write() as connection:
        await broadcasts.keep(connection, "n1", 9, Text("Hello"), now=NOW)
        assert await broadcasts.untold(connection) == []
        await broadcasts.mark_sent(connection, "n1", "", now=NOW)
        ((one, sent_at),) = await broadcasts.untold(connection)
        mine, soon = Contents((), broadcast=one.id), NOW + timedelta(microseconds=1)
        await deliver(connection, 1, mine, State.SENT, soon)
        await deliver(connection, 2, mine, State.SENT, soon)
        await deliver(connection, 3, mine, State.FAILED, soon)
        await deliver(connection, 4, Contents((), broadcast=one.id + 1), State.SENT, soon)
        await deliver(connection, 5, Contents((4,)), State.SENT, soon)

        assert await broadcasts.standing(connection, one.id, sent_at) == {State.SENT: 2, State.FAILED: 1}
        assert await broadcasts.tell(connection, one.id, now=NOW)
        assert not await broadcasts.tell(connection, one.id, now=NOW)
        assert await broadcasts.untold(connection) == []
        await broadcasts.not_told(connection, one.id)
        assert [waiting.id for waiting, _ in await broadcasts.untold(connection)] == [one.id]


def change(nonce: str, action: str, path: str, *, state: str = "done", batch: str = "", part_of: str = "") -> Change:
    return Change(nonce, NOW, 7, action, path, "T", state, None, "b", part_of, batch)


async def test_the_last_change_of_a_file_is_no_image_no_announcement_and_nothing_only_planned(
    database: Database,
) -> None:
    async with database.write() as connection:
        for one in (
            change("1", "publish", "a.md", batch="up"),
            change("2", "image", "a/f.png", part_of="1"),
            change("3", "announce", "a.md", part_of="1"),
            change("4", "replace", "a.md", state="planned", batch="up"),
            change("5", "publish", "b.md", batch="up"),
            change("6", "undo", "b.md", batch="up"),
        ):
            await changes.plan(connection, one, None)

        last = await changes.last_at(connection, ["a.md", "b.md", "c.md"])
        assert {path: (found.nonce, is_kept) for path, (found, is_kept) in last.items()} == {
            "a.md": ("1", True),
            "b.md": ("6", True),
        }
        assert [one.nonce for one in await changes.of_batch(connection, "up")] == ["1", "5", "6"]
        assert [one.nonce for one, _ in await changes.parts_of(connection, "1")] == ["2"]
        told = await changes.announcement_of(connection, "1")
        assert told is not None
        assert told.nonce == "3"
