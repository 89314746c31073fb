"""Uploads of admins that wait for a decision, and the changes that they made."""

import sqlalchemy as sa
from alembic import op

from bot.storage.columns import Instant

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "uploads",
        sa.Column("id", sa.String(12), nullable=False),
        sa.Column("admin_id", sa.BigInteger(), nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("shown_version", sa.Integer(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("touched_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_uploads"),
    )
    op.create_index("ix_uploads_admin_id_touched_at", "uploads", ["admin_id", "touched_at"])
    op.create_table(
        "upload_files",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("upload_id", sa.String(12), nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("cut", sa.Integer(), nullable=False),
        sa.Column("proven_path", sa.Text()),
        sa.Column("proven_hash", sa.String(64)),
        sa.PrimaryKeyConstraint("id", name="pk_upload_files"),
        sa.ForeignKeyConstraint(["upload_id"], ["uploads.id"], ondelete="CASCADE", name="fk_upload_files_upload_id"),
        sa.UniqueConstraint("upload_id", "name", name="uq_upload_files_upload_id_name"),
    )
    op.create_table(
        "changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("nonce", sa.String(16), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("admin_id", sa.BigInteger(), nullable=False),
        sa.Column("action", sa.String(16), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("before_hash", sa.String(64)),
        sa.Column("after_hash", sa.String(64)),
        sa.Column("before", sa.LargeBinary()),
        sa.PrimaryKeyConstraint("id", name="pk_changes"),
        sa.UniqueConstraint("nonce", name="uq_changes_nonce"),
    )
    op.create_index("ix_changes_state_id", "changes", ["state", "id"])


def downgrade() -> None:
    for table in ("changes", "upload_files", "uploads"):
        op.drop_table(table)
