"""What Telegram shows of the bot: its commands, name and descriptions, in each language."""

import logging
from collections.abc import Collection

from telegram import Bot, BotCommand, BotCommandScopeChat
from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter

from bot.screens.catalogue import LANGUAGES, Words, words

log = logging.getLogger(__name__)

PUBLIC = (
    "latest",
    "search",
    "categories",
    "tags",
    "random",
    "subscribe",
    "subscriptions",
    "unsubscribe",
    "digest",
    "settings",
    "help",
    "start",
    "id",
    "privacy",
    "forget",
    "cancel",
)
# Listed for admins only, in their private chats.
ADMIN = ("posts", "announce", "status", "stats", "log")
# core.telegram.org/bots/api#setmyname, #setmydescription, #setmyshortdescription.
NAME_LIMIT, DESCRIPTION_LIMIT, SHORT_LIMIT = 64, 512, 120


async def register(bot: Bot, title: str, fallback_language: str, admins: Collection[int] = ()) -> None:
    """Register texts that differ from what Telegram has; a refusal is logged and costs nothing else.

    The fallback language serves every language that is not listed.
    """
    for language in ("", *LANGUAGES):
        try:
            await _register(bot, title, language, words(language or fallback_language).language)
        except (BadRequest, RetryAfter, NetworkError) as error:
            log.warning("The bot's menu in %s was not registered: %s", language or "other languages", error)
    for admin in sorted(admins):
        try:
            for language in ("", *LANGUAGES):
                await _register_admin(bot, admin, language, words(language or fallback_language))
        except (BadRequest, Forbidden, RetryAfter, NetworkError) as error:
            # Telegram knows no chat with an admin who never pressed Start, in whatever language.
            log.info("The menu of admin %s was not registered: %s", admin, error)


async def _register_admin(bot: Bot, admin: int, code: str, said: Words) -> None:
    commands = [BotCommand(name, said(f"command.{name}")) for name in (*ADMIN, *PUBLIC)]
    scope = BotCommandScopeChat(admin)
    if list(await bot.get_my_commands(scope, language_code=code or None)) != commands:
        await bot.set_my_commands(commands, scope, language_code=code or None)


async def _register(bot: Bot, title: str, code: str, language: str) -> None:
    said = words(language)
    commands = [BotCommand(name, said(f"command.{name}")) for name in PUBLIC]
    if list(await bot.get_my_commands(language_code=code or None)) != commands:
        await bot.set_my_commands(commands, language_code=code or None)
    # Telegram allows few changes a day of these, so they are asked for first.
    name = title[:NAME_LIMIT]
    if (await bot.get_my_name(language_code=code or None)).name != name:
        await bot.set_my_name(name, language_code=code or None)
    description = said("bot.description", title=title)[:DESCRIPTION_LIMIT]
    if (await bot.get_my_description(language_code=code or None)).description != description:
        await bot.set_my_description(description, language_code=code or None)
    short = said("bot.short_description", title=title)[:SHORT_LIMIT]
    if (await bot.get_my_short_description(language_code=code or None)).short_description != short:
        await bot.set_my_short_description(short, language_code=code or None)
