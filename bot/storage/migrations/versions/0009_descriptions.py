"""What a category is about, by language."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("sections", "topics"):
        op.add_column(table, sa.Column("description_zh", sa.Text()))
        op.add_column(table, sa.Column("description_en", sa.Text()))
    op.execute("UPDATE topics SET description_zh = description, description_en = description")
    op.drop_column("topics", "description")


def downgrade() -> None:
    op.add_column("topics", sa.Column("description", sa.Text()))
    op.execute("UPDATE topics SET description = COALESCE(description_en, description_zh)")
    for table in ("topics", "sections"):
        op.drop_column(table, "description_zh")
        op.drop_column(table, "description_en")
