"""Posts in the database: who is shown them, and counters that stay true whatever happens."""

import hashlib
from collections import Counter
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Integer, cast, func, select

from bot.domain.post import State, best_language
from bot.domain.standing import Push, Standing, decide
from bot.storage import facts
from bot.storage.engine import Database
from bot.storage.shelf import post_names, posts, visibility
from bot.storage.shelf import topics as topic_rows
from bot.storage.shelf.edition import Edition, read_edition
from bot.storage.shelf.topics import Kind, Place
from bot.storage.tables import post_topics, topics
from bot.storage.tables import posts as posts_table

NOW = datetime(2026, 1, 11, 12, tzinfo=UTC)
NLP, LARGE = Place(Kind.CATEGORY, ("NLP",)), Place(Kind.CATEGORY, ("Models", "Large"))


def edition(slug: str = "lora", language: str = "en", **changes: Any) -> Edition:
    given = {
        "slug": slug, "language": language, "path": f"{slug}.{language}.md", "state": State.PUBLISHED,
        "content_hash": hashlib.sha256(f"{slug}{language}{changes}".encode()).hexdigest(), "title": slug.upper(),
        "excerpt": "…", "body": "Words.", "date": NOW, "publish_at": NOW, "places": (NLP,), "reading_minutes": 1,
    }  # fmt: skip
    return Edition(**given | changes)


async def _put(database: Database, *editions: Edition) -> list[int]:
    async with database.write() as connection:
        return await posts.put(connection, editions, now=NOW)


async def _counts(database: Database) -> dict[str, tuple[int, int]]:
    async with database.read() as connection:
        rows = await connection.execute(select(topics.c.path, topics.c.count_zh, topics.c.count_en))
        return {row.path: (row.count_zh, row.count_en) for row in rows if row.count_zh or row.count_en}


async def test_an_edition_comes_back_as_it_was_put(database: Database) -> None:
    told = edition(
        title="LoRA：低秩适配",
        places=(NLP, LARGE, Place(Kind.TAG, ("memory",))),
        updated=NOW + timedelta(days=1),
        expires=NOW + timedelta(days=9),
        weight=3,
        other_names=("Low rank",),
        cover="cover.png",
        has_formulas=True,
        extra={"nested": {"list": [1, "two", None]}},
    )

    [post_id] = await _put(database, told)

    async with database.read() as connection:
        found = await read_edition(connection, post_id)
    assert found == told.__class__(**{**_as_dict(told), "post_id": post_id})


def _as_dict(one: Edition) -> dict[str, Any]:
    return {name: getattr(one, name) for name in one.__slots__}


async def test_names_lead_links_to_posts_on_the_shelf(database: Database) -> None:
    await _put(
        database,
        edition("lora", path="notes/LoRA Notes.md", title="Low Rank", other_names=("Adapter",)),
        edition("hidden", path="hidden.md", state=State.DRAFT),
    )
    wanted = {"notes/LoRA Notes.md", "lora", "lora notes", "low rank", "adapter", "hidden.md", "nothing"}

    async with database.read() as connection:
        found = await post_names.keys_by_name(connection, wanted)

    assert found == dict.fromkeys(wanted - {"hidden.md", "nothing"}, edition("lora").key)


async def test_withdrawing_keeps_the_row_and_takes_it_off_every_list(database: Database) -> None:
    [post_id] = await _put(database, edition())

    async with database.write() as connection:
        await posts.change_state(connection, [post_id], State.WITHDRAWN, now=NOW)

    assert await _counts(database) == {}
    async with database.read() as connection:
        assert (await connection.execute(select(posts_table.c.id))).scalars().all() == [post_id]
        assert await facts.count(connection, "shown_en") == 0
        assert await posts.count_live(connection) == 0


@pytest.mark.parametrize("seed", range(3))
async def test_counters_are_true_after_anything(database: Database, seed: int) -> None:
    random = Random(seed)
    places = [NLP, LARGE, Place(Kind.CATEGORY, ("Models",)), Place(Kind.TAG, ("NLP",)), Place(Kind.TAG, ("x",))]
    rows: dict[tuple[str, str], Edition] = {}
    for _ in range(12):
        chosen = {(f"p{random.randrange(4)}", random.choice(["zh", "en", "fr"])) for _ in range(3)}
        coming = [
            edition(
                *name,
                state=random.choice(list(State)),
                places=tuple(random.sample(places, random.randrange(1, 4))),
                weight=random.randrange(2),
                post_id=rows[name].post_id if name in rows else None,
                previous_key=rows[name].key if name in rows else None,
            )
            for name in sorted(chosen)
        ]
        ids = await _put(database, *coming)
        rows |= {
            (one.slug, one.language): Edition(**_as_dict(one) | {"post_id": post_id})
            for one, post_id in zip(coming, ids, strict=True)
        }
        if random.random() < 0.4:
            async with database.write() as connection:
                await posts.change_state(connection, [random.choice(ids)], random.choice(list(State)), now=NOW)

    async with database.read() as connection:
        await _check(connection)


async def _check(connection: Any) -> None:
    listed = (
        select(
            topics.c.count_zh,
            topics.c.count_en,
            func.coalesce(func.sum(cast(post_topics.c.shown_zh, Integer)), 0),
            func.coalesce(func.sum(cast(post_topics.c.shown_en, Integer)), 0),
        )
        .select_from(topics.outerjoin(post_topics, post_topics.c.topic_id == topics.c.id))
        .group_by(topics.c.id, topics.c.count_zh, topics.c.count_en)
    )
    for kept_zh, kept_en, zh, en in await connection.execute(listed):
        assert (kept_zh, kept_en) == (zh, en)
    shown: Counter[tuple[str, str]] = Counter()
    published: dict[str, list[str]] = {}
    for row in await connection.execute(select(posts_table)):
        if row.state == State.PUBLISHED:
            published.setdefault(row.key, []).append(row.language)
        shown[row.key, "zh"] += row.shown_zh
        shown[row.key, "en"] += row.shown_en
        repeated = select(post_topics.c.shown_zh, post_topics.c.shown_en).where(post_topics.c.post_id == row.id)
        for zh, en in await connection.execute(repeated):
            assert (zh, en) == (row.shown_zh, row.shown_en)
    for (key, _), number in shown.items():
        assert number == (1 if key in published else 0)
    for reader in ("zh", "en"):
        assert await facts.count(connection, f"shown_{reader}") == len(published)


async def test_visible_numbers_grow_in_the_order_in_which_they_are_committed(database: Database) -> None:
    for slug in "abc":
        await _put(database, edition(slug))
        async with database.write() as connection:
            await visibility.open_pushes(connection, await visibility.waiting(connection, Push.PENDING), Push.PENDING)

    async with database.read() as connection:
        found = await connection.execute(select(posts_table.c.slug).order_by(posts_table.c.visible_seq))
        assert list(found.scalars()) == ["a", "b", "c"]


async def test_two_names_of_one_topic_make_one_row(database: Database) -> None:
    async with database.write() as connection:
        ids = await topic_rows.ensure(connection, [NLP, Place(Kind.CATEGORY, ("nlp ",)), Place(Kind.TAG, ("NLP",))])

    assert len(set(ids.values())) == 2


LANGUAGES = st.sampled_from(["zh", "zh-hant", "en", "ja", "pt-br"])


@given(st.lists(st.tuples(LANGUAGES, st.sampled_from(list(State))), unique_by=lambda row: row[0]))
def test_every_reader_sees_one_translation_of_a_post_on_the_shelf(rows: list[tuple[str, State]]) -> None:
    group = [Standing(None, "key", language, state) for language, state in rows]

    decided = decide(group, NOW)

    published = [language for language, state in rows if state is State.PUBLISHED]
    for place, reader in enumerate(("zh", "en")):
        shown = [language for (language, _), one in zip(rows, decided, strict=True) if one.shown[place]]
        assert shown == ([best_language(published, reader)] if published else [])


@pytest.mark.parametrize(
    ("languages", "reader", "best"),
    [
        (["en", "zh"], "zh", "zh"),
        (["en", "zh-hant"], "zh", "zh-hant"),
        (["zh", "en"], "en", "en"),
        (["ja", "zh"], "en", "zh"),
        (["fr", "en"], "zh", "en"),
        (["ja", "fr"], "zh", "fr"),
    ],
)
def test_the_best_translation_is_the_nearest_language(languages: list[str], reader: str, best: str) -> None:
    assert best_language(languages, reader) == best
