"""The search index on both databases: what is written is found, what is gone is not, no input is an operator."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from bot.domain.lookup import Lookup
from bot.domain.post import State
from bot.search import plan
from bot.search.document import SearchFields, index_row
from bot.search.query import parse
from bot.services.shelf import indexing
from bot.storage.engine import Connection, Database
from bot.storage.index import search, search_words
from bot.storage.index.search_statements import post_of
from bot.storage.shelf import posts
from bot.storage.shelf.edition import Edition

NOON = datetime(2026, 1, 11, 12, tzinfo=UTC)
_numbers = count(1)


async def shelve(conn: Connection, title: str, body: str = "", *, day: datetime = NOON) -> int:
    """A post on the shelf and in the index."""
    slug = f"post-{next(_numbers)}"
    edition = Edition(
        slug=slug, language="en", path=f"{slug}.md", content_hash="0" * 64, state=State.PUBLISHED, title=title,
        excerpt="", body="", date=day, publish_at=day, places=(), reading_minutes=1,
    )  # fmt: skip
    (post_id,) = await posts.put(conn, [edition], now=day)
    await indexing.index_post(conn, post_id=post_id, date=day, fields=SearchFields(title, body))
    return post_id


async def found(conn: Connection, query: str, **days: date) -> list[int]:
    """The posts of the widest list for a query, newest first."""
    lookup = plan.widest(parse(query))
    if lookup is None:
        return []
    (documents,) = await search.newest(conn, [lookup], **days)
    return [post_of(document) for document in documents]


@pytest.mark.parametrize(
    ("text_", "query"),
    [
        ("我们推导损失函数", "损失"),
        ("我们推导损失函数", "推"),
        ("最后一字", "字"),
        ("written in C++ today", "C++"),
        ("written in C# today", "c#"),
        ("k-means clusters", "kmeans"),
        ("kmeans clusters", "k-means"),
        ("version 3.5 is out", "3.5"),
        ("it's here", "it's"),
        ("a #tag here", "#tag"),
        ("so 🔥 today", "🔥"),
        ("FlashAttention is fast", "flash attention"),
        ("UI-TARS clicks", "uitars"),
        ("擴散模型", "扩散模型"),
        ("one model", "models"),
        ("the transformer", "transf"),
        ("AND OR NOT NEAR", "AND"),
    ],
)
async def test_a_post_is_found_however_it_is_typed(database: Database, text_: str, query: str) -> None:
    async with database.write() as conn:
        post_id = await shelve(conn, "Notes", text_)

        assert await found(conn, query) == [post_id]


@pytest.mark.parametrize("query", ["title:foo", "^a", "a*", "NEAR(a b)", "a AND", "NOT a", '"', "a & | b", ":*", "<->"])
async def test_no_input_is_an_operator(database: Database, query: str) -> None:
    async with database.write() as conn:
        await shelve(conn, "foo", "apple avocado")

        assert await found(conn, query) in ([], await found(conn, "a"))


async def test_a_changed_post_is_found_by_its_new_words_alone(database: Database) -> None:
    async with database.write() as conn:
        post_id = await shelve(conn, "Draft", "old words 旧文")
        await indexing.index_post(conn, post_id=post_id, date=NOON, fields=SearchFields("Final", "new words 新文"))

        assert [await found(conn, query) for query in ("old", "旧文", "draft")] == [[], [], []]
        assert [await found(conn, query) for query in ("new", "新文", "final")] == [[post_id]] * 3


async def test_a_post_that_is_gone_leaves_nothing_behind(database: Database) -> None:
    async with database.write() as conn:
        kept = await shelve(conn, "Kept", "shared words")
        gone = await shelve(conn, "Gone", "shared secret")
        await indexing.drop_post(conn, gone)
        await indexing.drop_post(conn, gone)

        assert await found(conn, "secret") == []
        assert await found(conn, "shared") == [kept]
        assert await search_words.find(conn, ["secret", "shared"]) == [("shared", 1)]
        assert await search.indexed(conn) == {kept}


async def test_the_newest_day_comes_first_whatever_the_order_of_writing(database: Database) -> None:
    async with database.write() as conn:
        middle, newest, oldest = [await shelve(conn, "Loss", day=NOON + timedelta(days=days)) for days in (0, 9, -9)]

        assert await found(conn, "loss") == [newest, middle, oldest]


async def test_a_new_date_moves_a_post(database: Database) -> None:
    async with database.write() as conn:
        first, second = [await shelve(conn, "Loss", day=NOON + timedelta(days=day)) for day in (0, 1)]
        later = NOON + timedelta(days=5)
        await indexing.index_post(conn, post_id=first, date=later, fields=SearchFields("Loss", ""))

        assert await found(conn, "loss") == [first, second]
        assert await found(conn, "loss", after=date(2026, 1, 13)) == [first]
        assert await found(conn, "loss", before=date(2026, 1, 13)) == [second]


async def test_a_list_ends_at_its_limit_with_the_newest(database: Database) -> None:
    async with database.write() as conn:
        ids = [await shelve(conn, "Loss", day=NOON + timedelta(days=day)) for day in range(5)]
        (documents,) = await search.newest(conn, [Lookup((("loss",),), 3)])

        assert [post_of(document) for document in documents] == ids[:-4:-1]


async def test_words_of_the_title_alone_can_be_asked_for(database: Database) -> None:
    async with database.write() as conn:
        await shelve(conn, "Notes", "about loss")
        titled = await shelve(conn, "Loss", "about notes")
        (documents,) = await search.newest(conn, [Lookup((("loss",),), 9, title_only=True)])

        assert [post_of(document) for document in documents] == [titled]


async def test_a_phrase_is_told_from_its_words(database: Database) -> None:
    async with database.write() as conn:
        await shelve(conn, "Apart", "in for record")
        together = await shelve(conn, "Together", "for record in")
        lookup = Lookup((("for",), ("record",), ("in",)), 400)
        documents = await search.with_phrase(conn, lookup, [" for record in "], 60)

        assert [post_of(document) for document in documents] == [together]


async def test_a_rolled_back_post_is_not_found(database: Database) -> None:
    async def fail() -> None:
        async with database.write() as conn:
            await shelve(conn, "Loss")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    async with database.read() as conn:
        assert await found(conn, "loss") == []


async def test_a_post_of_900_kb_of_unique_words_is_indexed(database: Database) -> None:
    words = " ".join(f"word{number}-part{number}" for number in range(45_000))
    async with database.write() as conn:
        post_id = await shelve(conn, "Huge", words)

        assert await found(conn, "word1") == [post_id]


async def test_words_are_counted_by_posts(database: Database) -> None:
    async with database.write() as conn:
        for body in ("attention attention", "attention", "retention"):
            await shelve(conn, "x", body)
        alike = await search_words.alike(conn, "att", "tion", shortest=8, longest=10, limit=9)

        assert alike == [("attention", 2), ("retention", 1)]


async def test_merging_the_index_changes_nothing_that_is_found(database: Database) -> None:
    async with database.write() as conn:
        ids = [await shelve(conn, "Loss", f"梯度 {number}") for number in range(3)]
    await indexing.tidy(database)
    async with database.read() as conn:
        assert await found(conn, "梯度") == ids[::-1]


async def test_a_slow_search_is_stopped(database: Database) -> None:
    slow = {
        "sqlite": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n",
        "postgresql": "SELECT pg_sleep(60)",
    }
    async with asyncio.timeout(10), database.read() as conn:
        with pytest.raises(search.SearchTooSlowError, match="fewer or rarer words"):
            async with search.time_limit(conn, timedelta(milliseconds=50)):
                await conn.execute(text(slow[database.dialect]))


async def test_a_fast_search_is_not_stopped_later(database: Database) -> None:
    async with database.read() as conn:
        async with search.time_limit(conn, timedelta(milliseconds=30)):
            await conn.execute(text("SELECT 1"))
        await asyncio.sleep(0.05)
        assert (await conn.execute(text("SELECT 2"))).scalar_one() == 2


ANYTHING = st.text(alphabet=st.characters(exclude_categories=()), max_size=60)
WORDS = st.lists(
    st.sampled_from(["loss", "梯度", "C++", "k-means", "注意力", "FlashAttention", "3.5", "🔥", "a", "的"]), max_size=6
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(bodies=st.lists(ANYTHING | WORDS.map(" ".join), min_size=1, max_size=3), query=ANYTHING | WORDS.map(" ".join))
async def test_anything_can_be_indexed_and_asked_for(database: Database, bodies: Sequence[str], query: str) -> None:
    async with database.write() as conn:
        ids = [await shelve(conn, "x", body) for body in bodies]
        lookups = [*plan.narrower(parse(query)), *plan.parts(parse(query))]
        lists = await search.newest(conn, lookups)
        for lookup, documents in zip(lookups, lists, strict=True):
            if not lookup.title_only:
                expected = [one for one, body in zip(ids, bodies, strict=True) if holds(body, lookup)]
                assert [post_of(one) for one in documents if post_of(one) in ids] == expected[::-1]
        for post_id in ids:
            await indexing.drop_post(conn, post_id)


def holds(body: str, lookup: Lookup) -> bool:
    """What both databases should say, told from the token strings."""
    row = index_row(SearchFields("x", body))
    held = {*row.title.split(), *row.labels.split(), *row.body.split()}
    return all(
        any(
            any(one.startswith(token[:-1]) for one in held) if token.endswith("*") else token in held
            for token in clause
        )
        for clause in lookup.clauses
    )
