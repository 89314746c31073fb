"""A local Bot API server with a chat page; it stands for Telegram and does not know the bot."""
