"""How often posts were opened; nothing about by whom."""

from sqlalchemy import Column, Date, Integer, String, Table

from bot.storage.tables import metadata

# A post's key and the day in UTC.
read_days = Table(
    "read_days",
    metadata,
    Column("day", Date, primary_key=True),
    Column("post_key", String(10), primary_key=True),
    Column("times", Integer, nullable=False),
)
