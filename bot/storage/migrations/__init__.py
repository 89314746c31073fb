"""Migrations of the database, a line without branches; each goes up and down on both databases with data in it."""
