"""The log's lines for what admins decide without touching a file."""

import secrets
from datetime import datetime

from bot.storage.authors import changes
from bot.storage.authors.changes import Change
from bot.storage.engine import Connection


async def note(connection: Connection, admin_id: int, action: str, what: str, *, now: datetime) -> None:
    """Write down, in the transaction of the deed itself, who decided what."""
    done = Change(secrets.token_hex(6), now, admin_id, action, "", what, "done", None, None)
    await changes.plan(connection, done, None)
