"""Queries behind buttons: a button's data is too short for them, so a key stands for each."""

import hashlib
from base64 import b32encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.storage.border import asked
from bot.storage.engine import Database

# A query that is searched for as it is, without correction, is kept with this mark before it.
_EXACT = "="


@dataclass(frozen=True, slots=True)
class Asked:
    """A query as typed, and whether it is to be taken as it is."""

    text: str
    exact: bool = False

    @property
    def key(self) -> str:
        """Eight characters of `a-z2-7` that stand for the query in buttons."""
        return (
            b32encode(hashlib.blake2b(self.stored.encode("utf-8", "surrogatepass"), digest_size=5).digest())
            .decode()
            .lower()
        )

    @property
    def stored(self) -> str:
        """As the database keeps it."""
        return (_EXACT if self.exact else " ") + self.text


async def keep(db: Database, chat_id: int, queries: Sequence[Asked], *, now: datetime) -> None:
    """Remember what keys of this chat stand for."""
    async with db.write() as connection:
        for one in queries:
            await asked.put(connection, chat_id, one.key, one.stored, now=now)


async def find(db: Database, chat_id: int, key: str) -> Asked | None:
    """The query behind a key, None when it is forgotten."""
    async with db.read() as connection:
        stored = await asked.get(connection, chat_id, key)
    return None if stored is None else Asked(stored[1:], stored.startswith(_EXACT))
