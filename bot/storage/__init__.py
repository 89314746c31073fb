"""The database: every function takes the caller's connection and never commits."""
