"""The row on which replicas reserve their sends."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "paces",
        sa.Column("bot_id", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("next_at", sa.Double(), nullable=False, server_default=sa.text("0")),
        sa.Column("halted_until", sa.Double(), nullable=False, server_default=sa.text("0")),
        sa.PrimaryKeyConstraint("bot_id", name="pk_paces"),
    )


def downgrade() -> None:
    op.drop_table("paces")
