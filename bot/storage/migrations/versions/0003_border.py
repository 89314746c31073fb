"""The inbox of updates that are not finished yet, the albums that follow messages, the queries behind buttons."""

import sqlalchemy as sa
from alembic import op

from bot.storage.columns import Instant

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "inbox",
        sa.Column("bot_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("update_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("kept_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("bot_id", "update_id", name="pk_inbox"),
    )
    op.create_table(
        "albums",
        sa.Column("chat_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("message_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("picture_ids", sa.JSON(), nullable=False),
        sa.Column("sent_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("chat_id", "message_id", name="pk_albums"),
    )
    op.create_index("ix_albums_sent_at", "albums", ["sent_at"])
    op.create_table(
        "asked",
        sa.Column("chat_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("key", sa.String(length=8), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("asked_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("chat_id", "key", name="pk_asked"),
    )
    op.create_index("ix_asked_asked_at", "asked", ["asked_at"])


def downgrade() -> None:
    op.drop_table("asked")
    op.drop_table("albums")
    op.drop_table("inbox")
