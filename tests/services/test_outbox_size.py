"""The outbox of a publication with many readers: months of what was sent hold nobody up, and its numbers do not end."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, text

from bot.domain.delivery import State
from bot.services.delivery import digests
from bot.services.ports import NotSent
from bot.storage.delivery import broadcasts, outbox
from bot.storage.engine import Connection, Database
from bot.storage.operators import supervision
from tests.services.newsstand import Newsstand

ADA = 11
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@asynccontextmanager
async def _plans(connection: Connection) -> AsyncIterator[list[str]]:
    """How SQLite carries out what is asked within, filled at the end."""
    asked: list[tuple[str, Any]] = []
    plans: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, parameters: Any, *_: object) -> None:
        asked.append((statement, parameters))

    event.listen(connection.sync_connection, "before_cursor_execute", note)
    yield plans
    event.remove(connection.sync_connection, "before_cursor_execute", note)
    for statement, parameters in asked:
        rows = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        plans.append(" | ".join(row[3] for row in rows))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_what_was_sent_for_months_is_not_read_to_find_what_is_old_or_new(database: Database) -> None:
    now = Newsstand(database).now
    async with database.write() as connection:
        async with _plans(connection) as ended:
            await outbox.prune(connection, before=now - 90 * DAY)
            await supervision.digests_by_state(connection, since=now - DAY)
            await supervision.failures(connection, since=now - DAY, limit=5)
            await supervision.reached(connection, 1, since=now - HOUR)
        async with _plans(connection) as texts:
            await broadcasts.standing(connection, 1, now)
            await broadcasts._free_moment(connection, now)

    prune, _waiting, by_state, failures, reached = ended
    for plan in (prune, by_state, failures, reached):
        assert "ix_deliveries_ended (state=? AND settled_at" in plan
    standing, free = texts
    assert "ix_deliveries_fixed (due_at>? AND due_at<?)" in standing
    assert "SCAN deliveries" not in free


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_digests_are_numbered_on_when_32_bits_are_used_up(database: Database) -> None:
    stand = Newsstand(database)
    await stand.follow(ADA)
    await stand.publish("first")
    await _count_on_from(database, 2**31)
    courier = stand.courier()
    stand.telegram.answers.append(NotSent("no network"))

    await stand.turn(courier, HOUR)
    await stand.turn(courier, HOUR)

    assert stand.telegram.digests(ADA) == [["first"]]
    number = stand.telegram.arrived[0].view.delivery_id  # type: ignore[attr-defined]
    assert number > 2**31
    page = await digests.page_of(database, number, chat_id=ADA, language="en", zone="UTC", page=0)
    assert page is not None
    assert [item.card.title for item in page.items] == ["first"]
    assert await stand.states() == [State.SENT]
    await _count_on_from(database, 1)


async def _count_on_from(database: Database, number: int) -> None:
    async with database.write() as connection:
        await connection.execute(text("SELECT setval('deliveries_id_seq', :number)"), {"number": number})
