"""Runs migrations on the connection that `bot.storage.migrate` hands over; it commits, or rolls all of them back."""

from alembic import context

from bot.storage.migrate import VERSION_TABLE

context.configure(
    connection=context.config.attributes["connection"],
    version_table=VERSION_TABLE,
    render_as_batch=True,
    # The caller's BEGIN IMMEDIATE covers SQLite's DDL too.
    transactional_ddl=True,
)
context.run_migrations()
