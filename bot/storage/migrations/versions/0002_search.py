"""Search: tokens of posts and the index over them, words for correction, searches of chats, daily counts."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_COLUMNS = "title_tok, labels_tok, body_tok"
_OLD = "old.title_tok, old.labels_tok, old.body_tok"
_NEW = "new.title_tok, new.labels_tok, new.body_tok"
_FORGET = f"INSERT INTO search_index(search_index, rowid, {_COLUMNS}) VALUES ('delete', old.id, {_OLD})"  # noqa: S608 - constants
_LEARN = f"INSERT INTO search_index(rowid, {_COLUMNS}) VALUES (new.id, {_NEW})"  # noqa: S608 - constants

_SQLITE = (
    # Tokens are made by the program: SQLite only parts them at spaces. No positions are kept: phrases are checked on
    # the tokens themselves. Prefixes of one to three characters have an index of their own.
    f"""CREATE VIRTUAL TABLE search_index USING fts5(
        {_COLUMNS}, content='search_doc', content_rowid='id',
        tokenize="ascii tokenchars '+#.'", detail=column, columnsize=0, prefix='1 2 3'
    )""",
    f"CREATE TRIGGER search_doc_insert AFTER INSERT ON search_doc BEGIN {_LEARN}; END",
    f"CREATE TRIGGER search_doc_delete AFTER DELETE ON search_doc BEGIN {_FORGET}; END",
    f"CREATE TRIGGER search_doc_update AFTER UPDATE ON search_doc BEGIN {_FORGET}; {_LEARN}; END",
)

_POSTGRESQL = (
    # Long texts stand apart, so that the rows which a common word visits are a few bytes each.
    "ALTER TABLE search_doc SET (toast_tuple_target = 128)",
    # Tokens go past PostgreSQL's own parser, which cuts c++ and drops emoji. Without a pending list no search waits for
    # one to be read.
    """CREATE INDEX ix_search_doc_title ON search_doc
        USING gin (CAST(title_tok AS tsvector)) WITH (fastupdate = off)""",
    """CREATE INDEX ix_search_doc_all ON search_doc
        USING gin (CAST(title_tok || labels_tok || body_tok AS tsvector)) WITH (fastupdate = off)""",
    # Statistics would cost seconds to gather, and no plan depends on them.
    "ALTER INDEX ix_search_doc_title ALTER COLUMN 1 SET STATISTICS 0",
    "ALTER INDEX ix_search_doc_all ALTER COLUMN 1 SET STATISTICS 0",
)


def upgrade() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    _create_index(is_sqlite)
    _create_words(is_sqlite)
    _create_searches()
    for statement in _SQLITE if is_sqlite else _POSTGRESQL:
        op.execute(statement)


def downgrade() -> None:
    for table in ("search_days", "chat_searches", "search_term", "search_text", "search_doc"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE search_index")


def _create_index(is_sqlite: bool) -> None:
    op.create_table(
        "search_doc",
        sa.Column("id", sa.Integer() if is_sqlite else sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("title_tok", sa.Text(), nullable=False),
        sa.Column("labels_tok", sa.Text(), nullable=False),
        sa.Column("body_tok", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name="fk_search_doc_post_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_search_doc"),
        sa.UniqueConstraint("post_id", name="uq_search_doc_post_id"),
    )
    op.create_table(
        "search_text",
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name="fk_search_text_post_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("post_id", name="pk_search_text"),
    )


def _create_words(is_sqlite: bool) -> None:
    word = sa.String(length=32, collation=None if is_sqlite else "C")
    op.create_table(
        "search_term",
        sa.Column("term", word, nullable=False),
        sa.Column("reversed", word, nullable=False),
        sa.Column("posts", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("term", name="pk_search_term"),
    )
    op.create_index("ix_search_term_reversed", "search_term", ["reversed"])


def _create_searches() -> None:
    op.create_table(
        "chat_searches",
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("folded", sa.String(length=128), nullable=False),
        sa.Column("query", sa.String(length=128), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["chat_id"], ["chats.chat_id"], name="fk_chat_searches_chat_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("chat_id", "folded", name="pk_chat_searches"),
    )
    op.create_table(
        "search_days",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("name", sa.String(length=16), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", "name", name="pk_search_days"),
    )
