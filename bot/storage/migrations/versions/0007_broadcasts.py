"""Texts to subscribers, albums of uploads, and images that are taken back with their post."""

import sqlalchemy as sa
from alembic import op

from bot.storage.columns import Instant

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "broadcasts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("nonce", sa.String(16), nullable=False),
        sa.Column("admin_id", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("entities", sa.JSON(), nullable=False),
        sa.Column("aim", sa.String(64), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("sent_at", Instant()),
        sa.PrimaryKeyConstraint("id", name="pk_broadcasts"),
        sa.UniqueConstraint("nonce", name="uq_broadcasts_nonce"),
    )
    op.create_table(
        "upload_albums",
        sa.Column("admin_id", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("album", sa.String(64), nullable=False),
        sa.Column("upload_id", sa.String(12), nullable=False),
        sa.PrimaryKeyConstraint("admin_id", "album", name="pk_upload_albums"),
        sa.ForeignKeyConstraint(["upload_id"], ["uploads.id"], ondelete="CASCADE", name="fk_upload_albums_upload_id"),
    )
    op.create_index("ix_upload_albums_upload_id", "upload_albums", ["upload_id"])
    op.add_column("changes", sa.Column("part_of", sa.String(16), nullable=False, server_default=sa.text("''")))
    op.create_index("ix_changes_part_of", "changes", ["part_of"])


def downgrade() -> None:
    op.drop_index("ix_changes_part_of", "changes")
    op.drop_column("changes", "part_of")
    op.drop_table("upload_albums")
    op.drop_table("broadcasts")
