"""Which changes were made by one tap, which message shows a proof, and what became of announcements."""

import sqlalchemy as sa
from alembic import op

from bot.storage.columns import Instant

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("changes", sa.Column("batch", sa.String(16), nullable=False, server_default=sa.text("''")))
    op.create_index("ix_changes_batch", "changes", ["batch"])
    op.add_column("uploads", sa.Column("proof_message", sa.BigInteger()))
    op.add_column("upload_files", sa.Column("again", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("announcements", sa.Column("nonce", sa.String(16)))
    op.add_column("announcements", sa.Column("before", sa.JSON()))
    op.add_column("broadcasts", sa.Column("told_at", Instant()))
    # Nobody waits any more for what became of those.
    op.execute("UPDATE broadcasts SET told_at = sent_at")


def downgrade() -> None:
    op.drop_column("broadcasts", "told_at")
    op.drop_column("announcements", "before")
    op.drop_column("announcements", "nonce")
    op.drop_column("upload_files", "again")
    op.drop_column("uploads", "proof_message")
    op.drop_index("ix_changes_batch", "changes")
    op.drop_column("changes", "batch")
