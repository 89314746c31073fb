"""Messages that are no command of ours: a helpful answer in private, silence in groups."""

from telegram import Message, Update
from telegram.ext import filters

from bot.chat.desk import Desk
from bot.chat.handlers import announcing, scheduling, uploading
from bot.chat.handlers.answering import answered
from bot.chat.handlers.searching import ask_or_find
from bot.chat.routes import Answer
from bot.chat.visit import Visit
from bot.screens import home
from bot.services.delivery import subscribing


async def other(desk: Desk, visit: Visit, message: Message) -> Answer:
    """Plain text is a search; an unknown command, a file or a sticker gets one sentence."""
    if message.migrate_to_chat_id is not None:
        await subscribing.move(desk.db, visit.chat_id, message.migrate_to_chat_id)
        return None
    if message.forum_topic_reopened is not None:
        await subscribing.resume(desk.db, visit.chat_id, now=desk.now())
        return None
    for asks in (uploading.answered, scheduling.answered, announcing.answered, answered):
        if (answer := await asks(desk, visit, message)) is not None:
            return answer
    text = message.text or ""
    if text.startswith("/"):
        command = text.split()[0]
        addressed = command.lower().endswith(f"@{desk.username.lower()}")
        if visit.private or addressed:
            return home.notice(visit.reader, "error.unknown_command", command=command[:40])
        return None
    if not visit.private:
        return None
    if message.document or message.photo:
        return await uploading.came(desk, visit, message)
    is_post, answer = await uploading.pasted(desk, visit, message)
    if is_post:
        return answer
    if text.strip():
        return await ask_or_find(desk, visit, text)
    # Who pins a message, or sets when messages vanish, says nothing.
    is_told = filters.StatusUpdate.ALL.check_update(Update(0, message=message))
    return None if is_told else home.notice(visit.reader, "error.unreadable")
