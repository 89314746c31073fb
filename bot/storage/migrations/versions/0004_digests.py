"""Subscriptions, the outbox of digests, announcements, and questions that wait for an answer."""

import sqlalchemy as sa
from alembic import op

from bot.storage.columns import Instant

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

READY = sa.text("state IN ('planned', 'claimed', 'retry')")
OPEN = sa.text("state IN ('planned', 'claimed', 'retry') AND resend = false")


def upgrade() -> None:
    _create_slots()
    _create_subscribers()
    _create_subscriptions()
    _create_deliveries()
    _create_small_tables()


def _create_slots() -> None:
    op.create_table(
        "slots",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("minute", sa.Integer(), nullable=False),
        sa.Column("zone", sa.String(64), nullable=False),
        sa.Column("next_due_at", Instant()),
        sa.Column("last_due_at", Instant()),
        sa.Column("planned_seq", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_slots"),
        sa.UniqueConstraint("days", "minute", "zone", name="uq_slots_days_minute_zone"),
    )
    op.create_index("ix_slots_next_due_at", "slots", ["next_due_at"])


def _create_subscribers() -> None:
    op.create_table(
        "subscribers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("thread_id", sa.BigInteger(), nullable=False),
        sa.Column("zone", sa.String(64)),
        sa.Column("silent", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("even_if_nothing", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("paused", sa.Text()),
        sa.Column("rights_lost_at", Instant()),
        sa.Column("last_digest_at", Instant()),
        sa.Column("created_by", sa.BigInteger()),
        sa.Column("created_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_subscribers"),
        sa.ForeignKeyConstraint(["chat_id"], ["chats.chat_id"], ondelete="CASCADE", name="fk_subscribers_chat_id"),
        sa.UniqueConstraint("chat_id", "thread_id", name="uq_subscribers_chat_id_thread_id"),
    )


def _create_subscriptions() -> None:
    op.create_table(
        "subscriptions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subscriber_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("slot_id", sa.Integer(), nullable=False),
        sa.Column("cursor", sa.BigInteger(), nullable=False),
        sa.Column("not_before", Instant(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_subscriptions"),
        sa.ForeignKeyConstraint(
            ["subscriber_id"], ["subscribers.id"], ondelete="CASCADE", name="fk_subscriptions_subscriber_id"
        ),
        sa.ForeignKeyConstraint(["slot_id"], ["slots.id"], name="fk_subscriptions_slot_id"),
        sa.UniqueConstraint("subscriber_id", "kind", "key", name="uq_subscriptions_subscriber_id_kind_key"),
    )
    op.create_index("ix_subscriptions_slot_id", "subscriptions", ["slot_id"])


def _create_deliveries() -> None:
    op.create_table(
        "deliveries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subscriber_id", sa.Integer(), nullable=False),
        sa.Column("due_at", Instant(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("available_at", Instant(), nullable=False),
        sa.Column("owner", sa.String(64)),
        sa.Column("lease_until", Instant()),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("resend", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("contents", sa.JSON()),
        sa.Column("cause", sa.Text()),
        sa.Column("message_id", sa.BigInteger()),
        sa.Column("settled_at", Instant()),
        sa.PrimaryKeyConstraint("id", name="pk_deliveries"),
        sa.ForeignKeyConstraint(
            ["subscriber_id"], ["subscribers.id"], ondelete="CASCADE", name="fk_deliveries_subscriber_id"
        ),
        sa.UniqueConstraint("subscriber_id", "due_at", name="uq_deliveries_subscriber_id_due_at"),
    )
    op.create_index("ix_deliveries_state_available_at", "deliveries", ["state", "available_at"])
    op.create_index(
        "ix_deliveries_ready", "deliveries", ["available_at", "id"], sqlite_where=READY, postgresql_where=READY
    )
    op.create_index(
        "ix_deliveries_open",
        "deliveries",
        ["subscriber_id"],
        unique=True,
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )
    op.create_table(
        "delivered_posts",
        sa.Column("subscriber_id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("delivery_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("subscriber_id", "seq", name="pk_delivered_posts"),
        sa.ForeignKeyConstraint(
            ["subscriber_id"], ["subscribers.id"], ondelete="CASCADE", name="fk_delivered_posts_subscriber_id"
        ),
    )
    op.create_index("ix_delivered_posts_delivery_id", "delivered_posts", ["delivery_id"])


def _create_small_tables() -> None:
    op.create_table(
        "announcements",
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("post_key", sa.String(10), nullable=False),
        sa.Column("announced_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_announcements"),
    )
    op.create_table(
        "questions",
        sa.Column("chat_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("about", sa.JSON(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("chat_id", "user_id", name="pk_questions"),
        sa.ForeignKeyConstraint(["chat_id"], ["chats.chat_id"], ondelete="CASCADE", name="fk_questions_chat_id"),
    )


def downgrade() -> None:
    for table in (
        "questions",
        "announcements",
        "delivered_posts",
        "deliveries",
        "subscriptions",
        "subscribers",
        "slots",
    ):
        op.drop_table(table)
