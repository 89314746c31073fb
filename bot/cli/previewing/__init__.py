"""A post's preview: one HTML page that holds everything it shows."""

from bot.cli.previewing.page import page

__all__ = ["page"]
