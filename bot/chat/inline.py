"""Inline mode: `@bot words` in any chat gives posts as the person types."""

import asyncio
import logging
from typing import Any, Final

from telegram import (
    InlineQuery,
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    InputTextMessageContent,
    Message,
)
from telegram.error import BadRequest

from bot.chat.desk import Desk
from bot.chat.show import NO_PREVIEW, keyboard, message_entities
from bot.chat.transport.outcomes import came_too_late
from bot.domain.message import Button
from bot.screens import search as screens
from bot.screens.post import rich_blocks
from bot.screens.reader import Reader, clip
from bot.screens.shelf import facts
from bot.services.search import searching
from bot.services.search.explaining import Result

log = logging.getLogger(__name__)

# core.telegram.org/bots/api#answerinlinequery: 50 results at most; a phone shows some eight.
PAGE: Final = 15
RICH_PAGE: Final = 10
# Seconds: words are in the reader's language and posts come and go, so nothing is kept for long or for others.
KEPT: Final = 60
KEPT_LATEST: Final = 20


async def answer(desk: Desk, query: InlineQuery) -> None:
    """Posts for what was typed so far, or the latest; a query that was overtaken is left alone."""
    person = query.from_user
    preferences = await desk.preferences(person.id)
    reader = desk.reader(preferences, person.language_code or "", private=False, user_id=person.id)
    offset = int(query.offset) if query.offset.isdecimal() and len(query.offset) < 6 else 0
    limit = RICH_PAGE if preferences.form == "rich" else PAGE
    found = await searching.search_as_typed(
        desk.db, query.query, language=reader.words.language, offset=offset, limit=limit, zone=desk.zone
    )
    results = [_article(reader, offset + place, result) for place, result in enumerate(found.results)]
    button = None
    if not offset and (found.unread or not results):
        word = "search.inline_unread" if found.unread else "search.inline_none"
        told = reader.words(word, value=clip("".join(found.unread[:1]), 20))
        button = InlineQueryResultsButton(clip(told, 60), start_parameter="search")
    arguments: dict[str, Any] = {
        "cache_time": KEPT if query.query.strip() else KEPT_LATEST,
        "is_personal": True,
        "next_offset": str(found.next_offset) if found.next_offset is not None else "",
        "button": button,
    }
    try:
        if preferences.form == "rich":
            await _answer_rich(desk, query, reader, articles=results, results=found.results, arguments=arguments)
        else:
            await query.answer(results, **arguments)
    except BadRequest as error:
        if came_too_late(error):
            return
        if preferences.form != "rich":
            raise
        # One post that Telegram does not take whole would else keep all of them from the reader.
        log.warning("Telegram refused posts as rich results, so cards are offered: %s", error.message)
        await query.answer(results, **arguments)


def is_card(desk: Desk, message: Message) -> bool:
    """Whether a message is a result that somebody chose: in the bot's own chat it comes back as if it were typed."""
    return message.via_bot is not None and message.via_bot.username == desk.username


async def _answer_rich(
    desk: Desk,
    query: InlineQuery,
    reader: Reader,
    *,
    articles: list[InlineQueryResultArticle],
    results: tuple[Result, ...],
    arguments: dict[str, Any],
) -> None:
    """Posts that fit one rich message are sent whole; the others stay cards."""
    blocks = await asyncio.gather(*(_whole(desk, reader, result) for result in results))
    made = [article.to_dict() for article in articles]
    for one, whole in zip(made, blocks, strict=True):
        if whole is not None:
            one["input_message_content"] = {"rich_message": {"blocks": whole}}
    # PTB has no class for rich content yet: the results are given as Telegram takes them.
    await query.answer(articles, **arguments, api_kwargs={"results": made})


async def _whole(desk: Desk, reader: Reader, result: Result) -> list[dict[str, Any]] | None:
    opened = await desk.library.open(
        result.card.key, language=reader.words.language, forced_language=result.card.language, form="rich"
    )
    # Pictures of the folder cannot be uploaded into an inline result.
    if opened is None or opened.rich is None or opened.pages > 1 or opened.rich.pictures:
        return None
    return rich_blocks(reader, opened)


def _article(reader: Reader, number: int, result: Result) -> InlineQueryResultArticle:
    card = result.card
    text = screens.card_text(reader, card, result.snippet)
    read = Button(reader.words("button.read_here"), url=reader.deep_link(card.key))
    return InlineQueryResultArticle(
        id=f"{number}.{card.key}.{card.language}"[:64],
        title=clip(card.title, 120),
        description=clip(f"{facts(reader, card)}\n{result.snippet.text}", 200),
        input_message_content=InputTextMessageContent(
            text.text, entities=message_entities(text.entities), link_preview_options=NO_PREVIEW
        ),
        reply_markup=keyboard(((read,),)),
    )
