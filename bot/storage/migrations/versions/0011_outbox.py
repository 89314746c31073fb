"""Room for more digests than 32 bits count, and indexes for what ended when and for texts of admins."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

ENDED = sa.text("settled_at IS NOT NULL")
FIXED = sa.text("resend = true")


def upgrade() -> None:
    op.create_index(
        "ix_deliveries_ended", "deliveries", ["state", "settled_at"], sqlite_where=ENDED, postgresql_where=ENDED
    )
    op.create_index("ix_deliveries_fixed", "deliveries", ["due_at"], sqlite_where=FIXED, postgresql_where=FIXED)
    _number_with(sa.BigInteger(), "bigint")


def downgrade() -> None:
    _number_with(sa.Integer(), "integer")
    op.drop_index("ix_deliveries_fixed", "deliveries")
    op.drop_index("ix_deliveries_ended", "deliveries")


def _number_with(type_: sa.types.TypeEngine[int], name: str) -> None:
    # SQLite counts with 64 bits anyway.
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column("deliveries", "id", type_=type_, existing_nullable=False)
        op.execute(f"ALTER SEQUENCE deliveries_id_seq AS {name}")
        op.alter_column("delivered_posts", "delivery_id", type_=type_, existing_nullable=False)
