"""What a person wrote, with those of its styles that a bot may give to others."""

from telegram import Message

from bot.domain.message import Entity, Text, part
from bot.markup.classic.links import sendable

# What a writer can do to a text. The rest an app finds by itself, belongs to who pays for it (custom_emoji), or needs
# to be somebody whom the bot has met (text_mention): of these the letters stay.
_STYLES = frozenset(
    {
        "bold", "italic", "underline", "strikethrough", "spoiler", "code", "pre", "text_link", "blockquote",
        "expandable_blockquote",
    }
)  # fmt: skip


def written(message: Message) -> Text:
    """The text of a message; a link that a bot may not send is the words that it stood on."""
    entities = []
    for one in message.entities:
        url = one.url if (one.url or "").startswith("tg://") else sendable(one.url or "")
        if one.type in _STYLES and (url is not None or one.type != "text_link"):
            entities.append(Entity(one.type, one.offset, one.length, url=url, language=one.language))
    return Text(message.text or "", tuple(entities))


def command(message: Message, username: str) -> str:
    """The command that a message begins with, in small letters; empty where there is none, or it is another bot's.

    `username` is this bot's own, without `@`.
    """
    # Not the first entity alone: a style that goes on behind the command stands before it.
    length = next((one.length for one in message.entities if one.type == one.BOT_COMMAND and not one.offset), 0)
    name, _, addressee = (message.text or "")[:length].removeprefix("/").lower().partition("@")
    return name if addressee in {"", username.lower()} else ""


def argument(message: Message) -> Text:
    """What stands behind the command at the beginning of a message, without the blanks around it."""
    whole = written(message)
    command, *_ = whole.text.split(maxsplit=1) or [""]
    end = len(whole.text.rstrip())
    start = whole.text.index(command) + len(command)
    start += len(whole.text[start:end]) - len(whole.text[start:end].lstrip())
    return part(whole, start, end)
