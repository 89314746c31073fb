"""Every command and every button of the bot, from the modules that answer them."""

from bot.chat.handlers import (
    announcing,
    deciding,
    digesting,
    home,
    posts,
    privacy,
    reading,
    scheduling,
    searching,
    settings,
    shelf,
    stats,
    status,
    subscribing,
    timing,
)
from bot.chat.routes import Routes


def all_routes() -> Routes:
    """Every command and action of the bot."""
    merged = Routes()
    for module in (
        home,
        shelf,
        reading,
        searching,
        settings,
        subscribing,
        timing,
        digesting,
        privacy,
        status,
        deciding,
        posts,
        scheduling,
        announcing,
        stats,
    ):
        for name, handler in module.routes.commands.items():
            merged.command(name)(handler)
        for kind, on_action in module.routes.actions.items():
            merged.action(kind)(on_action)
    return merged
