"""The shelf: posts, categories and tags, the folder's files, chats, and small facts."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    _create_topics()
    _create_posts()
    _create_sections()
    _create_names()
    _create_post_topics()
    _create_files()
    _create_chats()
    _create_facts()


def downgrade() -> None:
    for table in (
        "meta",
        "counters",
        "handled_updates",
        "pictures",
        "chats",
        "problems",
        "files",
        "post_topics",
        "names",
        "sections",
        "redirects",
        "posts",
        "topics",
    ):
        op.drop_table(table)


def _create_topics() -> None:
    op.create_table(
        "topics",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("key", sa.String(length=8), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("parent_id", sa.Integer()),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_zh", sa.Text()),
        sa.Column("name_en", sa.Text()),
        sa.Column("description", sa.Text()),
        sa.Column("weight", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("count_zh", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("count_en", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.ForeignKeyConstraint(["parent_id"], ["topics.id"], name="fk_topics_parent_id"),
        sa.PrimaryKeyConstraint("id", name="pk_topics"),
        sa.UniqueConstraint("kind", "path", name="uq_topics_kind_path"),
    )
    op.create_index("ix_topics_kind_key", "topics", ["kind", "key"])
    op.create_index("ix_topics_parent_id", "topics", ["parent_id"])


def _create_posts() -> None:
    op.create_table(
        "posts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=10), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("slug_written", sa.Boolean(), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("excerpt", sa.Text(), nullable=False),
        sa.Column("date", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated", sa.DateTime(timezone=True)),
        sa.Column("expires", sa.DateTime(timezone=True)),
        sa.Column("publish_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.Column("category_id", sa.Integer()),
        sa.Column("reading_minutes", sa.Integer(), nullable=False),
        sa.Column("has_formulas", sa.Boolean(), nullable=False),
        sa.Column("has_tables", sa.Boolean(), nullable=False),
        sa.Column("cover", sa.Text()),
        sa.Column("shown_zh", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("shown_en", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("first_seen", sa.DateTime(timezone=True), nullable=False),
        sa.Column("first_published_at", sa.DateTime(timezone=True)),
        sa.Column("push", sa.String(length=8), server_default="none", nullable=False),
        sa.Column("visible_seq", sa.BigInteger()),
        sa.Column("other_names", sa.JSON(), nullable=False),
        sa.Column("extra", sa.JSON(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["category_id"], ["topics.id"], name="fk_posts_category_id"),
        sa.PrimaryKeyConstraint("id", name="pk_posts"),
        sa.UniqueConstraint("slug", "language", name="uq_posts_slug_language"),
    )
    op.create_index("ix_posts_content_hash", "posts", ["content_hash"])
    op.create_index("ix_posts_key", "posts", ["key"])
    op.create_index("ix_posts_push_visible_seq", "posts", ["push", "visible_seq"])
    op.create_index("ix_posts_shown_en_weight_date_id", "posts", ["shown_en", "weight", "date", "id"])
    op.create_index("ix_posts_shown_zh_weight_date_id", "posts", ["shown_zh", "weight", "date", "id"])
    op.create_index("ix_posts_state_publish_at", "posts", ["state", "publish_at"])
    op.create_index("ix_posts_state_expires", "posts", ["state", "expires"])
    op.create_table(
        "redirects",
        sa.Column("key", sa.String(length=10), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("lasting", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name="fk_redirects_post_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("key", "post_id", name="pk_redirects"),
    )
    op.create_index("ix_redirects_post_id", "redirects", ["post_id"])


def _create_sections() -> None:
    op.create_table(
        "sections",
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("folder", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("title", sa.Text()),
        sa.Column("title_zh", sa.Text()),
        sa.Column("title_en", sa.Text()),
        sa.Column("description", sa.Text()),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("path", name="pk_sections"),
    )
    op.create_index("ix_sections_folded", "sections", ["folded"])


def _create_names() -> None:
    op.create_table(
        "names",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name="fk_names_post_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("name", "post_id", name="pk_names"),
    )
    op.create_index("ix_names_post_id", "names", ["post_id"])


def _create_post_topics() -> None:
    op.create_table(
        "post_topics",
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("topic_id", sa.Integer(), nullable=False),
        sa.Column("direct", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("spelling", sa.Text(), nullable=False),
        sa.Column("shown_zh", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("shown_en", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.Column("date", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name="fk_post_topics_post_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["topic_id"], ["topics.id"], name="fk_post_topics_topic_id"),
        sa.PrimaryKeyConstraint("post_id", "topic_id", name="pk_post_topics"),
    )
    op.create_index("ix_post_topics_topic_id_post_id", "post_topics", ["topic_id", "post_id"])
    op.create_index(
        "ix_post_topics_topic_id_shown_en_weight_date_post_id",
        "post_topics",
        ["topic_id", "shown_en", "weight", "date", "post_id"],
    )
    op.create_index(
        "ix_post_topics_topic_id_shown_zh_weight_date_post_id",
        "post_topics",
        ["topic_id", "shown_zh", "weight", "date", "post_id"],
    )


def _create_files() -> None:
    op.create_table(
        "files",
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("refused", sa.Boolean(), nullable=False),
        sa.Column("content_hash", sa.String(length=64)),
        sa.Column("post_id", sa.Integer()),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name="fk_files_post_id", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("path", name="pk_files"),
    )
    op.create_index("ix_files_post_id", "files", ["post_id"])
    op.create_table(
        "problems",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("severity", sa.String(length=8), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("mend", sa.Text(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_problems"),
    )
    op.create_index("ix_problems_path", "problems", ["path"])


def _create_chats() -> None:
    op.create_table(
        "chats",
        sa.Column("chat_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("language", sa.String(length=2)),
        sa.Column("telegram_language", sa.String(length=16)),
        sa.Column("form", sa.String(length=8)),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("chat_id", name="pk_chats"),
    )
    op.create_table(
        "pictures",
        sa.Column("bot_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("file_id", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("bot_id", "hash", name="pk_pictures"),
    )
    op.create_table(
        "handled_updates",
        sa.Column("bot_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("update_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("handled_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("bot_id", "update_id", name="pk_handled_updates"),
    )
    op.create_index("ix_handled_updates_handled_at", "handled_updates", ["handled_at"])


def _create_facts() -> None:
    op.create_table(
        "counters",
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_counters"),
    )
    op.create_table(
        "meta",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_meta"),
    )
