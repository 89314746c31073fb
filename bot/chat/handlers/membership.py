"""The bot is added to a group or removed, blocked or unblocked."""

from telegram import Chat, ChatMember, ChatMemberAdministrator, ChatMemberRestricted, ChatMemberUpdated

from bot.chat.desk import Desk
from bot.chat.routes import Answer
from bot.chat.visit import Visit
from bot.screens import home
from bot.services.delivery import subscribing


async def changed(desk: Desk, visit: Visit, update: ChatMemberUpdated) -> Answer:
    """One short greeting when added to a group; digests pause while the bot is out, and go on when it is back."""
    was_in, is_in = _is_present(update.old_chat_member), _is_present(update.new_chat_member)
    if was_in and not is_in:
        await subscribing.pause(desk.db, visit.chat_id, "the bot was blocked or removed")
        return None
    if _may_write(update.new_chat_member):
        # Also one that was there may write again only now.
        await subscribing.resume(desk.db, visit.chat_id, now=desk.now())
    if is_in and not was_in and visit.chat_kind in {Chat.GROUP, Chat.SUPERGROUP}:
        return home.notice(visit.reader, "group.hello", title=visit.reader.title)
    return None


def _may_write(member: ChatMember) -> bool:
    if isinstance(member, ChatMemberRestricted):
        return member.is_member and member.can_send_messages
    if isinstance(member, ChatMemberAdministrator):
        # Of channels alone; elsewhere it says nothing.
        return member.can_post_messages is not False
    return _is_present(member)


def _is_present(member: ChatMember) -> bool:
    if isinstance(member, ChatMemberRestricted):
        # Restrictions outlast a stay.
        return member.is_member
    return member.status not in {ChatMember.LEFT, ChatMember.BANNED}
