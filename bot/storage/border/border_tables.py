"""What the border to Telegram keeps: unfinished updates, albums after messages, queries behind buttons."""

from sqlalchemy import JSON, BigInteger, Column, Double, Index, String, Table, Text, text

from bot.storage.columns import Instant
from bot.storage.tables import metadata

# Updates that take long, stored so that they can be acknowledged before they are finished.
inbox = Table(
    "inbox",
    metadata,
    Column("bot_id", BigInteger, primary_key=True, autoincrement=False),
    Column("update_id", BigInteger, primary_key=True, autoincrement=False),
    Column("body", JSON, nullable=False),
    Column("kept_at", Instant, nullable=False),
)

# The album that belongs to a post's message: it goes when the message shows something else.
albums = Table(
    "albums",
    metadata,
    Column("chat_id", BigInteger, primary_key=True, autoincrement=False),
    Column("message_id", BigInteger, primary_key=True, autoincrement=False),
    Column("picture_ids", JSON, nullable=False),
    Column("sent_at", Instant, nullable=False),
    Index(None, "sent_at"),
)

# Queries that buttons refer to: callback data is too short for them.
asked = Table(
    "asked",
    metadata,
    Column("chat_id", BigInteger, primary_key=True, autoincrement=False),
    Column("key", String(8), primary_key=True),
    Column("query", Text, nullable=False),
    Column("asked_at", Instant, nullable=False),
    Index(None, "asked_at"),
)

# When the next message of a bot may go, by the database's clock in seconds; replicas reserve their slots here.
paces = Table(
    "paces",
    metadata,
    Column("bot_id", BigInteger, primary_key=True, autoincrement=False),
    Column("next_at", Double, nullable=False, server_default=text("0")),
    Column("halted_until", Double, nullable=False, server_default=text("0")),
)
