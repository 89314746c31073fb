"""The tables of the search index, on the shelf's MetaData; a change here comes with a migration.

SQLite's full-text table `search_index` and PostgreSQL's two GIN indexes stand in the migration alone: neither database
has the other's.
"""

from sqlalchemy import BigInteger, Column, Date, ForeignKey, Index, Integer, String, Table, Text

from bot.storage.columns import Instant
from bot.storage.tables import metadata

# SQLite takes only INTEGER for the row's own number; PostgreSQL needs 64 bits.
_DOCUMENT_ID = BigInteger().with_variant(Integer(), "sqlite")
# Ranges of words are ranges of bytes.
_WORD = String(32).with_variant(String(32, collation="C"), "postgresql")

# The tokens of every post on the shelf. `id` grows with the day of the post, so that the newest are the highest.
search_doc = Table(
    "search_doc",
    metadata,
    Column("id", _DOCUMENT_ID, primary_key=True, autoincrement=False),
    Column("post_id", Integer, ForeignKey("posts.id", ondelete="CASCADE"), nullable=False, unique=True),
    Column("title_tok", Text, nullable=False),
    Column("labels_tok", Text, nullable=False),
    Column("body_tok", Text, nullable=False),
)
# The beginning of a post's plain text, for snippets.
search_text = Table(
    "search_text",
    metadata,
    Column("post_id", Integer, ForeignKey("posts.id", ondelete="CASCADE"), primary_key=True),
    Column("text", Text, nullable=False),
)

# Words of 3 to 32 Latin letters and the number of posts that hold them.
search_term = Table(
    "search_term",
    metadata,
    Column("term", _WORD, primary_key=True),
    Column("reversed", _WORD, nullable=False),
    Column("posts", Integer, nullable=False),
    Index(None, "reversed"),
)

# What a chat searched for, `query` as last typed; a few for each chat.
chat_searches = Table(
    "chat_searches",
    metadata,
    Column("chat_id", BigInteger, ForeignKey("chats.chat_id", ondelete="CASCADE"), primary_key=True),
    Column("folded", String(128), primary_key=True),
    Column("query", String(128), nullable=False),
    Column("times", Integer, nullable=False),
    Column("last_at", Instant, nullable=False),
)

# How many searches a day, and how many found nothing; nothing about whose or for what.
search_days = Table(
    "search_days",
    metadata,
    Column("day", Date, primary_key=True),
    Column("name", String(16), primary_key=True),
    Column("times", Integer, nullable=False),
)
