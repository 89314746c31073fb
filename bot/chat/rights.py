"""Who may decide for a chat: anybody in private, a group's admins in a group, anonymous ones too."""

from telegram import Bot
from telegram.constants import ChatMemberStatus
from telegram.error import BadRequest, Forbidden

from bot.chat.visit import Visit


async def may_manage(bot: Bot, visit: Visit) -> bool:
    """Whether the visitor decides for the chat; asks Telegram each time, because admins change."""
    if visit.private:
        return True
    if visit.as_chat:
        return True
    if visit.user_id is None:
        return False
    try:
        member = await bot.get_chat_member(visit.chat_id, visit.user_id)
    except (BadRequest, Forbidden):
        return False
    return member.status in {ChatMemberStatus.OWNER, ChatMemberStatus.ADMINISTRATOR}
