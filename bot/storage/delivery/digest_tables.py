"""Who follows what and when, and the outbox of what is on its way to them."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)

from bot.storage.columns import Instant
from bot.storage.tables import metadata

# Days of the week (bit 0 is Monday), minute of the local day and zone that any number of subscriptions share; days 0 is
# the one slot of instant pushes, due only while something new waits. Up to `planned_seq` everything that had become
# visible by `last_due_at` was planned for whoever shares the slot.
slots = Table(
    "slots",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("days", Integer, nullable=False),
    Column("minute", Integer, nullable=False),
    Column("zone", String(64), nullable=False),
    Column("next_due_at", Instant),
    Column("last_due_at", Instant),
    Column("planned_seq", BigInteger, nullable=False),
    UniqueConstraint("days", "minute", "zone"),
    Index(None, "next_due_at"),
)

# A chat, or one topic of a forum (`thread_id`, else 0), that follows something. `zone` is null until it was chosen;
# `paused` says why nothing is sent for now; `created_by` is the person who asked first.
subscribers = Table(
    "subscribers",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("chat_id", BigInteger, ForeignKey("chats.chat_id", ondelete="CASCADE"), nullable=False),
    Column("thread_id", BigInteger, nullable=False),
    Column("zone", String(64)),
    Column("silent", Boolean, nullable=False, server_default=false()),
    Column("even_if_nothing", Boolean, nullable=False, server_default=false()),
    Column("paused", Text),
    Column("rights_lost_at", Instant),
    Column("last_digest_at", Instant),
    Column("created_by", BigInteger),
    Column("created_at", Instant, nullable=False),
    UniqueConstraint("chat_id", "thread_id"),
)

# `kind` is one of bot.domain.subscription.Kind, `key` a topic's key or a folded keyword, `name` what people call it.
# Posts up to `cursor` were sent or were on the shelf before; nothing is due before `not_before`.
subscriptions = Table(
    "subscriptions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("subscriber_id", Integer, ForeignKey("subscribers.id", ondelete="CASCADE"), nullable=False),
    Column("kind", String(8), nullable=False),
    Column("key", String(64), nullable=False),
    Column("name", Text, nullable=False),
    Column("slot_id", Integer, ForeignKey("slots.id"), nullable=False),
    Column("cursor", BigInteger, nullable=False),
    Column("not_before", Instant, nullable=False),
    Column("created_at", Instant, nullable=False),
    UniqueConstraint("subscriber_id", "kind", "key"),
    Index(None, "slot_id"),
)

# A million readers use up 32 bits in a year: on PostgreSQL a row that is not inserted, because another is open, takes a
# number too. SQLite numbers only an INTEGER by itself.
_DELIVERY_ID = BigInteger().with_variant(Integer(), "sqlite")

# Written out, because SQLite sees a partial index in a query only where its condition stands there word for word.
OPEN = "state IN ('planned', 'claimed', 'retry')"
ENDED = "settled_at IS NOT NULL"
FIXED = "resend = true"

# The outbox; `state` is one of bot.domain.delivery.State. `contents` is written by the fence: the posts' numbers and
# how far it moved each cursor. Nobody else may claim it before `available_at`. A `resend` repeats its contents exactly.
# A subscriber has one open digest at a time, which takes whatever is due when it is sent.
deliveries = Table(
    "deliveries",
    metadata,
    Column("id", _DELIVERY_ID, primary_key=True),
    Column("subscriber_id", Integer, ForeignKey("subscribers.id", ondelete="CASCADE"), nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("state", String(10), nullable=False),
    Column("available_at", Instant, nullable=False),
    Column("owner", String(64)),
    Column("lease_until", Instant),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("resend", Boolean, nullable=False, server_default=false()),
    Column("contents", JSON(none_as_null=True)),
    Column("cause", Text),
    Column("message_id", BigInteger),
    Column("settled_at", Instant),
    UniqueConstraint("subscriber_id", "due_at"),
    Index(None, "state", "available_at"),
    # What ended is kept for months, and is most of the table.
    Index("ix_deliveries_ended", "state", "settled_at", sqlite_where=text(ENDED), postgresql_where=text(ENDED)),
    # Texts of admins, and digests that are sent again.
    Index("ix_deliveries_fixed", "due_at", sqlite_where=text(FIXED), postgresql_where=text(FIXED)),
    Index("ix_deliveries_ready", "available_at", "id", sqlite_where=text(OPEN), postgresql_where=text(OPEN)),
    Index(
        "ix_deliveries_open",
        "subscriber_id",
        unique=True,
        sqlite_where=text(f"{OPEN} AND resend = false"),
        postgresql_where=text(f"{OPEN} AND resend = false"),
    ),
)

# Posts that a subscriber was sent while another of its subscriptions has not come so far.
delivered_posts = Table(
    "delivered_posts",
    metadata,
    Column(
        "subscriber_id", Integer, ForeignKey("subscribers.id", ondelete="CASCADE"), primary_key=True, nullable=False
    ),
    Column("seq", BigInteger, primary_key=True, autoincrement=False, nullable=False),
    Column("delivery_id", _DELIVERY_ID, nullable=False),
    Index(None, "delivery_id"),
)

# Numbers under which a post was announced again because it was updated. `nonce` is the change that did it; `before`
# holds how the post's rows stood, `[id, push, number]` each, so that it can be called off.
announcements = Table(
    "announcements",
    metadata,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("post_key", String(10), nullable=False),
    Column("announced_at", Instant, nullable=False),
    Column("nonce", String(16)),
    Column("before", JSON(none_as_null=True)),
)

# What the bot asked a person in a chat and was not answered yet.
questions = Table(
    "questions",
    metadata,
    Column("chat_id", BigInteger, ForeignKey("chats.chat_id", ondelete="CASCADE"), primary_key=True),
    Column("user_id", BigInteger, primary_key=True, autoincrement=False),
    Column("kind", String(16), nullable=False),
    Column("about", JSON, nullable=False),
    Column("expires_at", Instant, nullable=False),
)
