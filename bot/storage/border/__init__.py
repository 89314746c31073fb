"""What the border to Telegram keeps: chats, updates, questions, buttons, pictures."""
