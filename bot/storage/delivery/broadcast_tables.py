"""Texts of admins to subscribers."""

from sqlalchemy import JSON, BigInteger, Column, String, Table, Text, UniqueConstraint
from sqlalchemy.types import Integer

from bot.storage.columns import Instant
from bot.storage.tables import metadata

# `aim` is the key of the category whose followers it went to, empty for all subscribers; `sent_at` is null until the
# admin has said yes, `told_at` until it was told what became of it. `entities` are those of the text.
broadcasts = Table(
    "broadcasts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("nonce", String(16), nullable=False),
    Column("admin_id", BigInteger, nullable=False),
    Column("text", Text, nullable=False),
    Column("entities", JSON, nullable=False),
    Column("aim", String(64), nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("sent_at", Instant),
    Column("told_at", Instant),
    UniqueConstraint("nonce"),
)
