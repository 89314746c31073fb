"""Which images of the folder a post shows, so that one that goes away is missed."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("files", sa.Column("images", sa.JSON()))


def downgrade() -> None:
    op.drop_column("files", "images")
