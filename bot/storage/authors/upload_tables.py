"""What admins have uploaded and not decided yet, and what they changed in the content folder."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)

from bot.storage.columns import Instant
from bot.storage.tables import metadata

# `version` rises with every change of the upload; `shown_version` is that of the last proof that was sent, in the
# message `proof_message`.
uploads = Table(
    "uploads",
    metadata,
    Column("id", String(12), primary_key=True),
    Column("admin_id", BigInteger, nullable=False),
    Column("language", String(2), nullable=False),
    Column("version", Integer, nullable=False),
    Column("shown_version", Integer, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("touched_at", Instant, nullable=False),
    Column("proof_message", BigInteger),
    Index(None, "admin_id", "touched_at"),
)

# `kind` is post, pasted or image; `cut` is how many UTF-16 units the last part of a pasted text has while more may
# follow, else 0.
# `proven_hash` is that of the file which the last proof compared with, empty when there was none; `again` says that the
# file took the place of one that had been proven.
upload_files = Table(
    "upload_files",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("upload_id", String(12), ForeignKey("uploads.id", ondelete="CASCADE"), nullable=False),
    Column("kind", String(8), nullable=False),
    Column("name", Text, nullable=False),
    Column("data", LargeBinary, nullable=False),
    Column("cut", Integer, nullable=False),
    Column("proven_path", Text),
    Column("proven_hash", String(64)),
    Column("again", Boolean, nullable=False, server_default=false()),
    UniqueConstraint("upload_id", "name"),
)

# Which upload takes the rest of an album: its items come one by one, all under one name that Telegram gave.
upload_albums = Table(
    "upload_albums",
    metadata,
    Column("admin_id", BigInteger, primary_key=True, autoincrement=False),
    Column("album", String(64), primary_key=True),
    Column("upload_id", String(12), ForeignKey("uploads.id", ondelete="CASCADE"), nullable=False),
    Index(None, "upload_id"),
)

# Every change by an admin: who, what, when, and the hashes before and after, null where there was no file. `before`
# is the version that was replaced, so that it can be put back. `state` is planned, done or undone. `part_of` is the
# nonce of the change that brought this one with it, as a post brings its images. `batch` is the upload that the changes
# of one outcome came from, and those that took them back.
changes = Table(
    "changes",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("nonce", String(16), nullable=False),
    Column("at", Instant, nullable=False),
    Column("admin_id", BigInteger, nullable=False),
    Column("action", String(16), nullable=False),
    Column("path", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("state", String(8), nullable=False),
    Column("before_hash", String(64)),
    Column("after_hash", String(64)),
    Column("before", LargeBinary),
    Column("part_of", String(16), nullable=False, server_default=text("''")),
    Column("batch", String(16), nullable=False, server_default=text("''")),
    UniqueConstraint("nonce"),
    Index(None, "state", "id"),
    Index(None, "part_of"),
    Index(None, "batch"),
)
