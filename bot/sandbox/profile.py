"""What the bot told Telegram about itself: commands by scope and language, names and descriptions, menu buttons."""

from dataclasses import dataclass, field
from typing import Any, TypeAlias

Scope: TypeAlias = tuple[str, int | None, int | None]
"""A command scope: its type, chat_id and user_id."""


@dataclass
class Profile:
    """Keys are language codes, `""` for everyone without a text of their own."""

    names: dict[str, str] = field(default_factory=dict)
    descriptions: dict[str, str] = field(default_factory=dict)
    short_descriptions: dict[str, str] = field(default_factory=dict)
    commands: dict[tuple[Scope, str], list[dict[str, str]]] = field(default_factory=dict)
    menu_buttons: dict[int | None, dict[str, Any]] = field(default_factory=dict)

    def menu_for(self, chat_id: int, user_id: int, language: str, *, group: bool, admin: bool) -> list[dict[str, str]]:
        """The commands that person sees in that chat, by core.telegram.org/bots/api#determining-list-of-commands."""
        if group:
            scopes: list[Scope] = [("chat_member", chat_id, user_id)]
            if admin:
                scopes.append(("chat_administrators", chat_id, None))
            scopes.append(("chat", chat_id, None))
            if admin:
                scopes.append(("all_chat_administrators", None, None))
            scopes.append(("all_group_chats", None, None))
        else:
            scopes = [("chat", chat_id, None), ("all_private_chats", None, None)]
        scopes.append(("default", None, None))
        for scope in scopes:
            # Known by two letters: zh-hans and zh-hant see the same.
            for code in (language[:2], ""):
                found = self.commands.get((scope, code))
                if found:
                    return found
        return []
