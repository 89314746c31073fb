"""The Bot API's methods, grouped; each module registers its own."""

from bot.sandbox.methods import (
    callbacks,
    chats,
    edits,
    files,
    inline,
    media,
    messages,
    profile,
    receiving,
    rich,
    webhook,
)
from bot.sandbox.registry import Registry, merged


def all_methods() -> Registry:
    """Every method this server speaks."""
    groups = (receiving, webhook, messages, edits, media, rich, files, chats, profile, callbacks, inline)
    return merged(group.methods for group in groups)
