"""How often posts were opened, by day."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "read_days",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("post_key", sa.String(10), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", "post_key", name="pk_read_days"),
    )


def downgrade() -> None:
    op.drop_table("read_days")
