"""Updates from Telegram: fetched or brought, read, kept safe, and handed on once and in order."""
