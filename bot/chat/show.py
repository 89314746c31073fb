"""Screens to the chat: a new message, or the tapped one edited in place, with the pictures that belong to it."""

import logging
from dataclasses import dataclass, replace
from typing import Any

from telegram import (
    Chat,
    ForceReply,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    MessageEntity,
    ReplyParameters,
)
from telegram.error import BadRequest, ChatMigrated, EndPointNotFound, TelegramError

from bot.chat import albums, rich
from bot.chat.callback_data import encode
from bot.chat.desk import Desk
from bot.chat.transport.outcomes import cannot_edit, changed_nothing, dislikes_content
from bot.chat.visit import Visit
from bot.domain.message import MAX_TEXT_UNITS, Button, Entity, Screen, Text, fitting
from bot.screens import post as post_screens
from bot.screens.post import PostScreen, RichScreen

log = logging.getLogger(__name__)

# Posts are full of links; a preview of one of them would stand larger than the text.
NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
# core.telegram.org/bots/api#forcereply: input_field_placeholder of 1-64 characters.
PLACEHOLDER_LIMIT = 64


@dataclass(frozen=True, slots=True)
class Toast:
    """A short word on a tap (200 characters at most), the message left as it is; `alert` makes it a window to close."""

    text: str
    alert: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """A screen in the place of the tapped message, with a short word on the tap."""

    screen: Screen
    text: str


@dataclass(frozen=True, slots=True)
class New:
    """A screen that becomes a message of its own even when it answers a tap."""

    screen: Screen | PostScreen


async def send(desk: Desk, visit: Visit, shown: Screen | PostScreen) -> int:
    """A new message in the visit's chat and topic; in groups as a reply to the one who asked. Returns its id."""
    try:
        return await _send(desk, visit, shown)
    except ChatMigrated as moved:
        return await _send(desk, _moved(visit, moved), shown)


def _moved(visit: Visit, moved: ChatMigrated) -> Visit:
    """The visit where its group is a supergroup now, in which no message has the number that it had."""
    return replace(visit, chat_id=moved.new_chat_id, chat_kind=Chat.SUPERGROUP, message_id=None)


async def _send(desk: Desk, visit: Visit, shown: Screen | PostScreen) -> int:
    if isinstance(shown, Screen):
        return await _send_text(desk, visit, shown)
    if isinstance(shown.screen, RichScreen):
        try:
            return await rich.send(desk, visit, shown.screen, keyboard(shown.screen.buttons, visit.owner))
        except (BadRequest, EndPointNotFound) as error:
            if not dislikes_content(error):
                raise
            shown = await _classic_instead(desk, visit, shown, error)
    assert isinstance(shown.screen, Screen)
    message_id = await _send_text(desk, visit, shown.screen)
    await _send_album(desk, replace(visit, message_id=message_id), shown)
    return message_id


async def edit(desk: Desk, visit: Visit, shown: Screen | PostScreen) -> None:
    """The tapped message becomes `shown`; where it can no longer be edited, a new message does."""
    try:
        await _edit(desk, visit, shown)
    except BadRequest as error:
        if changed_nothing(error):
            return
        if not cannot_edit(error):
            raise
        await send(desk, visit, shown)
    except ChatMigrated as moved:
        await _send(desk, _moved(visit, moved), shown)


async def retire(desk: Desk, visit: Visit, message_id: int | None, screen: Screen) -> None:
    """An earlier message of the bot's becomes `screen`, if it is still there: nothing else depends on it."""
    if message_id is None:
        return
    try:
        await _edit_text(desk, replace(visit, message_id=message_id), screen)
    except TelegramError as error:
        log.info("An earlier message could not be changed: %s", error.message)


async def _edit(desk: Desk, visit: Visit, shown: Screen | PostScreen) -> None:
    assert visit.message_id is not None
    if isinstance(shown, PostScreen) and isinstance(shown.screen, RichScreen):
        try:
            await rich.edit(desk, visit, shown.screen, keyboard(shown.screen.buttons, visit.owner))
        except BadRequest as error:
            # What is wrong with this message alone would else be held against the post, for all its readers.
            if not dislikes_content(error):
                raise
            shown = await _classic_instead(desk, visit, shown, error)
        else:
            await albums.remove(desk, visit, visit.message_id)
            return
    await _edit_text(desk, visit, shown if isinstance(shown, Screen) else shown.screen)
    await albums.remove(desk, visit, visit.message_id)
    if isinstance(shown, PostScreen):
        await _send_album(desk, visit, shown)


async def _send_album(desk: Desk, visit: Visit, shown: PostScreen) -> None:
    """The pictures after a page; what Telegram refuses is shown as text on the page instead."""
    assert visit.message_id is not None
    refused = await albums.send(desk, visit, visit.message_id, shown.album)
    if not refused:
        return
    await desk.library.give_up(shown.opened, refused, language=visit.language)
    again = await _opened_again(desk, visit, shown)
    if again is not None and isinstance(again.screen, Screen):
        await _edit_text(desk, visit, again.screen)


async def _classic_instead(desk: Desk, visit: Visit, shown: PostScreen, error: TelegramError) -> PostScreen:
    """The same post as classic messages, because Telegram refuses the rich one; said once in the log."""
    card = shown.opened.post.card
    if desk.library.refuse_rich(shown.opened.post):
        log.warning("Telegram refused “%s” as a rich message, so it is shown as classic: %s", card.key, error.message)
    again = await _opened_again(desk, visit, replace(shown, read=replace(shown.read, form="c", page=0)))
    return again or shown


async def _opened_again(desk: Desk, visit: Visit, shown: PostScreen) -> PostScreen | None:
    read = shown.read
    opened = await desk.library.open(
        read.key, language=visit.language, page=read.page, forced_language=read.language, form="classic"
    )
    return None if opened is None else post_screens.page(visit.reader, opened, read, visit.preferences.form)


async def _send_text(desk: Desk, visit: Visit, screen: Screen) -> int:
    reply = None
    answered = visit.message_id
    if screen.force_reply is not None and visit.asked_in is not None:
        # Apps open the reply field for whoever wrote what is replied to: of a tapped message, that is the bot.
        answered = visit.asked_in
    if not visit.private and answered is not None:
        reply = ReplyParameters(answered, allow_sending_without_reply=True)
    said = _said(screen)
    message = await desk.bot.send_message(
        visit.chat_id,
        said.text,
        entities=message_entities(said.entities),
        reply_markup=_asking(screen) or keyboard(screen.buttons, visit.owner),
        message_thread_id=visit.thread_id,
        link_preview_options=NO_PREVIEW,
        reply_parameters=reply,
    )
    return message.message_id


async def _edit_text(desk: Desk, visit: Visit, screen: Screen | RichScreen) -> None:
    assert isinstance(screen, Screen)
    said = _said(screen)
    await desk.bot.edit_message_text(
        said.text,
        visit.chat_id,
        visit.message_id,
        entities=message_entities(said.entities),
        reply_markup=keyboard(screen.buttons, visit.owner),
        link_preview_options=NO_PREVIEW,
    )


def _said(screen: Screen) -> Text:
    """What a screen says; one of very many long names and lines is cut, for Telegram would refuse all of it."""
    said = Text(screen.text, screen.entities)
    cut = fitting(said, MAX_TEXT_UNITS)
    if cut is not said:
        log.warning("A screen was cut, its text is too long: %s", screen.text[:40])
    return cut


def _asking(screen: Screen) -> ForceReply | None:
    """An open reply field: in groups a bot sees nothing but replies to its own messages."""
    if screen.force_reply is None:
        return None
    return ForceReply(selective=True, input_field_placeholder=screen.force_reply[:PLACEHOLDER_LIMIT])


def message_entities(entities: tuple[Entity, ...]) -> list[MessageEntity]:
    return [MessageEntity(**fields) for fields in entity_fields(entities)]


def entity_fields(entities: tuple[Entity, ...]) -> list[dict[str, Any]]:
    """Entities as the Bot API takes them."""
    return [
        {"type": one.type, "offset": one.offset, "length": one.length}
        | ({"url": one.url} if one.url else {})
        | ({"language": one.language} if one.language else {})
        for one in entities
    ]


def keyboard(buttons: tuple[tuple[Button, ...], ...], owner: int | None = None) -> InlineKeyboardMarkup | None:
    """Buttons as Telegram takes them, bound to `owner` when only that person may press them."""
    if not buttons:
        return None
    return InlineKeyboardMarkup([[InlineKeyboardButton(**one) for one in row] for row in button_fields(buttons, owner)])


def button_fields(buttons: tuple[tuple[Button, ...], ...], owner: int | None = None) -> list[list[dict[str, Any]]]:
    """Rows of buttons as the Bot API takes them."""
    return [[_button(button, owner) for button in row] for row in buttons]


def _button(button: Button, owner: int | None) -> dict[str, Any]:
    if button.action is not None:
        return {"text": button.label, "callback_data": encode(button.action, owner)}
    if button.switch_inline is not None:
        return {"text": button.label, "switch_inline_query": button.switch_inline}
    if button.switch_inline_here is not None:
        return {"text": button.label, "switch_inline_query_current_chat": button.switch_inline_here}
    return {"text": button.label, "url": button.url}
