"""People and chats as the chat page wants them: with what the bot does not see."""

from typing import Any

from bot.sandbox import render
from bot.sandbox.world import Chat, Person, Topic, World


def person(of: Person) -> dict[str, Any]:
    names = (
        "id",
        "first_name",
        "last_name",
        "username",
        "language_code",
        "is_bot",
        "started",
        "blocked",
        "deactivated",
    )
    return {name: getattr(of, name) for name in names}


def topic(of: Topic) -> dict[str, Any]:
    return {"message_thread_id": of.thread_id, "name": of.name, "is_closed": of.is_closed}


def chat(world: World, of: Chat) -> dict[str, Any]:
    last = next(reversed(of.messages.values()), None)
    blocked = of.type == "private" and world.people[of.id].blocked
    own = ("kicked" if blocked else "member") if of.type == "private" else of.member(world.bot.id).status
    return {
        **render.chat(world, of),
        "members": [render.member(world, place, of) for place in of.members.values()],
        "topics": [topic(t) for t in of.topics.values()],
        "migrated_to": of.migrated_to,
        "bot_status": own,
        "last_message": render.seen(world, last) if last else None,
    }
