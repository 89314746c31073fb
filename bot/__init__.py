"""Heliograph: a folder of Markdown posts becomes a Telegram publication."""
