"""A tree as plain text: excerpt, search text, outline, reading time."""

from bot.markup.plain.excerpt import Language, excerpt
from bot.markup.plain.lines import SearchText, first_heading, outline, reading_minutes, search_text, text
from bot.markup.plain.shown import shown_text
from bot.markup.plain.titles import shown_title, without_title

__all__ = [
    "Language",
    "SearchText",
    "excerpt",
    "first_heading",
    "outline",
    "reading_minutes",
    "search_text",
    "shown_text",
    "shown_title",
    "text",
    "without_title",
]
