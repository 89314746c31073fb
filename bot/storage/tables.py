"""The tables of the shelf, one MetaData for both databases; a change here comes with a migration."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)

from bot.storage.columns import Instant

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# Versions of posts: one row for each slug and language; rows that share a key are translations of one post.
# `shown_zh` and `shown_en` say whether the lists of a Chinese or an English reader hold this row: it is published, and
# the best translation for them. `push` is one of bot.storage.shelf.posts.Push; `visible_seq` is given when a post may
# first be pushed, in one order for everybody, and stays null for a post that is never to be pushed. `weight` tells how
# strongly a post is pinned: lists go by weight, then date.
posts = Table(
    "posts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String(10), nullable=False),
    Column("slug", Text, nullable=False),
    Column("slug_written", Boolean, nullable=False),
    Column("language", String(16), nullable=False),
    Column("state", String(16), nullable=False),
    Column("path", Text, nullable=False),
    Column("content_hash", String(64), nullable=False),
    Column("title", Text, nullable=False),
    Column("excerpt", Text, nullable=False),
    Column("date", Instant, nullable=False),
    Column("updated", Instant),
    Column("expires", Instant),
    Column("publish_at", Instant, nullable=False),
    Column("weight", Integer, nullable=False),
    Column("category_id", Integer, ForeignKey("topics.id")),
    Column("reading_minutes", Integer, nullable=False),
    Column("has_formulas", Boolean, nullable=False),
    Column("has_tables", Boolean, nullable=False),
    Column("cover", Text),
    Column("shown_zh", Boolean, nullable=False, server_default=false()),
    Column("shown_en", Boolean, nullable=False, server_default=false()),
    Column("first_seen", Instant, nullable=False),
    Column("first_published_at", Instant),
    Column("push", String(8), nullable=False, server_default="none"),
    Column("visible_seq", BigInteger),
    Column("other_names", JSON, nullable=False),
    Column("extra", JSON, nullable=False),
    # Last, because SQLite walks a long text's overflow pages to reach what stands behind it.
    Column("body", Text, nullable=False),
    UniqueConstraint("slug", "language"),
    Index(None, "key"),
    Index(None, "content_hash"),
    Index(None, "shown_zh", "weight", "date", "id"),
    Index(None, "shown_en", "weight", "date", "id"),
    Index(None, "state", "publish_at"),
    Index(None, "state", "expires"),
    Index(None, "push", "visible_seq"),
)

# Categories and tags. `path` is the folded names from the outermost, joined by `/`; `name` is the spelling of the
# oldest post. `count_zh` and `count_en` are the rows of post_topics shown to a reader of that language, kept by
# bot.storage.shelf.topics. Names, descriptions and weight are those of the category's own pages, if it has any.
topics = Table(
    "topics",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String(8), nullable=False),
    Column("key", String(8), nullable=False),
    Column("path", Text, nullable=False),
    Column("parent_id", Integer, ForeignKey("topics.id")),
    Column("name", Text, nullable=False),
    Column("name_zh", Text),
    Column("name_en", Text),
    Column("description_zh", Text),
    Column("description_en", Text),
    Column("weight", Integer, nullable=False, server_default=text("0")),
    Column("count_zh", Integer, nullable=False, server_default=text("0")),
    Column("count_en", Integer, nullable=False, server_default=text("0")),
    UniqueConstraint("kind", "path"),
    Index(None, "kind", "key"),
    Index(None, "parent_id"),
)

# A post stands in its topics and, when not `direct`, in those above them. The post's order is repeated here, so that
# the newest of a topic are the end of an index and not a sort.
post_topics = Table(
    "post_topics",
    metadata,
    Column("post_id", Integer, ForeignKey("posts.id", ondelete="CASCADE"), primary_key=True),
    Column("topic_id", Integer, ForeignKey("topics.id"), primary_key=True),
    Column("direct", Boolean, nullable=False),
    Column("position", Integer, nullable=False),
    Column("spelling", Text, nullable=False),
    Column("shown_zh", Boolean, nullable=False, server_default=false()),
    Column("shown_en", Boolean, nullable=False, server_default=false()),
    Column("weight", Integer, nullable=False),
    Column("date", Instant, nullable=False),
    Index(None, "topic_id", "post_id"),
    Index(None, "topic_id", "shown_zh", "weight", "date", "post_id"),
    Index(None, "topic_id", "shown_en", "weight", "date", "post_id"),
)

# Keys that lead to a post of another key: its aliases, and (`lasting`) the slugs that it had before.
redirects = Table(
    "redirects",
    metadata,
    Column("key", String(10), primary_key=True),
    Column("post_id", Integer, ForeignKey("posts.id", ondelete="CASCADE"), primary_key=True),
    Column("lasting", Boolean, nullable=False),
    Index(None, "post_id"),
)

# Pages of categories (`_index.md`), one row a file. `folded` is the category's folded name, empty for the whole shelf.
sections = Table(
    "sections",
    metadata,
    Column("path", Text, primary_key=True),
    Column("folded", Text, nullable=False),
    Column("folder", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("title", Text),
    Column("title_zh", Text),
    Column("title_en", Text),
    Column("description", Text),
    Column("description_zh", Text),
    Column("description_en", Text),
    Column("weight", Integer, nullable=False),
    Index(None, "folded"),
)

# What links inside posts may call a post: its path as it is, and folded: file name, slug, title and other names.
names = Table(
    "names",
    metadata,
    Column("name", Text, primary_key=True),
    Column("post_id", Integer, ForeignKey("posts.id", ondelete="CASCADE"), primary_key=True),
    Index(None, "post_id"),
)

# What was last seen in the content folder. `refused` files keep the post of their last good version.
files = Table(
    "files",
    metadata,
    Column("path", Text, primary_key=True),
    Column("fingerprint", Text, nullable=False),
    Column("kind", String(8), nullable=False),
    Column("refused", Boolean, nullable=False),
    Column("content_hash", String(64)),
    Column("post_id", Integer, ForeignKey("posts.id", ondelete="SET NULL")),
    # Source and line of each image that its post shows from the folder; NULL when it shows none.
    Column("images", JSON(none_as_null=True)),
    Index(None, "post_id"),
)

problems = Table(
    "problems",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("path", Text, nullable=False),
    Column("line", Integer, nullable=False),
    Column("severity", String(8), nullable=False),
    Column("code", Text, nullable=False),
    Column("what", Text, nullable=False),
    Column("mend", Text, nullable=False),
    Column("facts", JSON, nullable=False),
    Index(None, "path"),
)

# `language` and `form` are chosen by the chat; `telegram_language` is what its person's app last said.
chats = Table(
    "chats",
    metadata,
    Column("chat_id", BigInteger, primary_key=True, autoincrement=False),
    Column("kind", String(16), nullable=False),
    Column("language", String(2)),
    Column("telegram_language", String(16)),
    Column("form", String(8)),
    Column("created_at", Instant, nullable=False),
)

# The Telegram file of a picture; a file_id is good for one bot only.
pictures = Table(
    "pictures",
    metadata,
    Column("bot_id", BigInteger, primary_key=True, autoincrement=False),
    Column("hash", String(64), primary_key=True),
    Column("file_id", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
)

handled_updates = Table(
    "handled_updates",
    metadata,
    Column("bot_id", BigInteger, primary_key=True, autoincrement=False),
    Column("update_id", BigInteger, primary_key=True, autoincrement=False),
    Column("handled_at", Instant, nullable=False),
    Index(None, "handled_at"),
)

counters = Table(
    "counters",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("value", BigInteger, nullable=False),
)

# Small facts about the database itself, by name: index versions, the state of the folder, what is held back.
meta = Table(
    "meta",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("value", JSON, nullable=False),
)
