"""Which handler answers which command and which button: a table that handler modules fill in."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from bot.chat.desk import Desk
from bot.chat.show import New, Toast, Told
from bot.chat.visit import Visit
from bot.domain.action import Action
from bot.domain.message import Screen
from bot.screens.post import PostScreen

Answer: TypeAlias = Screen | PostScreen | New | Toast | Told | None
CommandHandler: TypeAlias = Callable[[Desk, Visit, str], Awaitable[Answer]]
ActionHandler: TypeAlias = Callable[[Desk, Visit, Any], Awaitable[Answer]]


@dataclass
class Routes:
    """Commands by name and actions by type; a name or type taken twice is a fault of ours.

    A handler takes the desk, the visit, and a command's argument or the action; it returns what is to be shown:
    a command's Screen is sent, an action's replaces the tapped message unless it is New.
    """

    commands: dict[str, CommandHandler] = field(default_factory=dict)
    actions: dict[type[Action], ActionHandler] = field(default_factory=dict)

    def command(self, name: str) -> Callable[[CommandHandler], CommandHandler]:
        def register(handler: CommandHandler) -> CommandHandler:
            assert name not in self.commands, f"/{name} has a handler"
            self.commands[name] = handler
            return handler

        return register

    def action(self, kind: type[Action]) -> Callable[[ActionHandler], ActionHandler]:
        def register(handler: ActionHandler) -> ActionHandler:
            assert kind not in self.actions, f"{kind.__name__} has a handler"
            self.actions[kind] = handler
            return handler

        return register
